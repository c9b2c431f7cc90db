"""Councils: by which part of its name a council may be called, as "Kingston" or "Hove"."""

import re
from collections import Counter

from mapping.geocode import areas, gazetteer, spelling
from mapping.memory import once

COUNCIL_KINDS = ("borough", "county")
MAX_COUNCILS = 3
"""A word in the names of more councils than this tells none of them: "north", "forest"."""
MIN_LETTERS = 4
"""A word of fewer letters tells nothing: "new", "st"."""


def find(key: str) -> tuple[int, ...]:
    """Return the areas of the councils that have a key (``spelling.key``) as part of their name.

    Parts are what "and" joins ("hove"), what stands before "upon", "on" or "under" ("kingston")
    and after "of" ("wight"), and a first word of several that few councils have ("epping"). The
    whole name is no part.
    """
    return _map_parts().get(key, ())


@once
def _map_parts() -> dict[str, tuple[int, ...]]:
    rows = [
        (row, spelling.key(name))
        for row, (kind, _, name) in enumerate(gazetteer.rows())
        if kind in COUNCIL_KINDS
    ]
    words = Counter(word for _, key in rows for word in set(key.split()))
    found: dict[str, list[int]] = {}
    for row, key in rows:
        for part in _parts(key, words) - {key}:
            found.setdefault(part, []).append(areas.number_of_row(row))
    return {part: tuple(some) for part, some in found.items()}


def _parts(key: str, words: Counter[str]) -> set[str]:
    """Return the parts of a name that tell it, some of them its own."""
    found = set()
    for piece in key.split(" and "):
        before = re.split(" (?:upon|on|under) ", piece)[0]
        whole = re.sub("^.* of ", "", before)
        found.add(whole)
        if " " in whole and whole == before:
            found.add(whole.split()[0])
    return {
        part
        for part in found
        if len(part) >= MIN_LETTERS and words[part.split()[0]] <= MAX_COUNCILS
    }
