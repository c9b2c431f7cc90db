"""What stands under the names of areas on a map, packed for its way to the browser."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

MAX_KINDS = 90
"""So many different labels have a character each."""
MIN_AREAS_ALIKE = 5
"""So many areas share a label, on average, where labels travel as a list of kinds."""
_FIRST_KIND = ord("#")


def pack(codes: Sequence[str], labels: Mapping[str, str]) -> dict[str, Any]:
    """Return the labels in the order of ``codes``, with what they all share written once.

    Where few kinds of label are shared by many areas, each has one character for its kind.
    """
    texts = [labels[code] for code in codes if code in labels]
    before = _shared_start(texts)
    after = _shared_start([text[len(before) :][::-1] for text in texts])[::-1]
    rest = {code: text[len(before) : len(text) - len(after)] for code, text in labels.items()}
    shared = {"before": before, "after": after}
    each = [rest.get(code) for code in codes]
    kinds = {text: chr(_FIRST_KIND + rank) for rank, text in enumerate(dict.fromkeys(each))}
    if len(kinds) > min(MAX_KINDS, len(each) // MIN_AREAS_ALIKE):
        return {**shared, "texts": _join(each)}
    return {**shared, "kinds": list(kinds), "texts": "".join(kinds[text] for text in each)}


def unpack(packed: Mapping[str, Any]) -> list[str | None]:
    """Return the labels that ``pack`` was given, in its order; None where there was none."""
    texts: Sequence[str | None] = packed["texts"]
    if "kinds" in packed:
        texts = [packed["kinds"][ord(letter) - _FIRST_KIND] for letter in packed["texts"]]
    elif isinstance(texts, str):
        texts = texts.split("|")
    return [
        None if text is None else f"{packed['before']}{text}{packed['after']}" for text in texts
    ]


def _join(texts: list[str | None]) -> str | list[str | None]:
    """Return texts in one, with bars between; as they are where one is missing or has a bar."""
    known = [text for text in texts if text is not None and "|" not in text]
    return "|".join(known) if len(known) == len(texts) > 0 else texts


def _shared_start(texts: Sequence[str]) -> str:
    """Return the longest text that all begin with; nothing for a single one."""
    if len(texts) < 2:
        return ""
    first, last = min(texts), max(texts)
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(letter for letter, _ in same)
