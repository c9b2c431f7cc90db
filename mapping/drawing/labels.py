"""What stands under the names of areas on a map, packed for its way to the browser."""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

MAX_KINDS = 90
"""So many different labels have a character each."""
MIN_AREAS_ALIKE = 5
"""So many areas share a label, on average, where labels travel as a list of kinds."""
ALONE = "!"
"""Before a label that does not begin as the others do."""
_FIRST_KIND = ord("#")


def pack(codes: Sequence[str], labels: Mapping[str, str]) -> dict[str, Any]:
    """Return the labels in the order of ``codes``, with what they share written once.

    Where few kinds of label are shared by many areas, each has one character for its kind.
    """
    texts = [labels[code] for code in codes if code in labels]
    before = _shared_start(texts)
    after = _shared_start([text[len(before) :][::-1] for text in texts])[::-1]
    if not before:
        before = _usual_start(texts)
    rest = {code: _shorten(text, before, after) for code, text in labels.items()}
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
    before, after = packed["before"], packed["after"]
    return [
        None if text is None else f"{text[1:] if text.startswith(ALONE) else before + text}{after}"
        for text in texts
    ]


def _usual_start(texts: Sequence[str]) -> str:
    """Return the first word, and its blank, of more than half of the texts; "" without one."""
    words = Counter(
        word + " " for word, blank, _ in (text.partition(" ") for text in texts) if blank
    )
    word, count = max(words.items(), key=lambda one: one[1], default=("", 0))
    return word if 2 * count > len(texts) > 1 else ""


def _shorten(text: str, before: str, after: str) -> str:
    """Return a text without what it shares with the others, marked where it does not begin so."""
    text = text[: len(text) - len(after)]
    rest = text.removeprefix(before)
    return rest if text.startswith(before) and not rest.startswith(ALONE) else ALONE + text


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
