"""Parts: by which part of its name a council may be called, as "Kingston" or "Hove"."""

import re
from collections import Counter

from mapping.geocode import gazetteer, spelling
from mapping.memory import once

COUNCIL_KINDS = ("borough", "county")
MAX_COUNCILS = 3
"""A word in the names of more councils than this tells none of them: "north", "forest"."""
MIN_LETTERS = 4
"""A word of fewer letters tells nothing: "new", "st"."""


@once
def map_parts() -> dict[str, tuple[int, ...]]:
    """Map the keys of parts of councils' names to the rows of the gazetteer that they may mean.

    Parts are what "and" joins ("hove"), what stands before "upon", "on" or "under" ("kingston")
    and after "of" ("wight"), and a first word of several that few councils have ("epping"). The
    whole name is no part.
    """
    keys = {
        row: spelling.key(name)
        for row, (kind, _, name) in enumerate(gazetteer.rows())
        if kind in COUNCIL_KINDS
    }
    words = Counter(word for key in keys.values() for word in set(key.split()))
    found: dict[str, list[int]] = {}
    for row, key in keys.items():
        for part in _cut(key, words) - {key}:
            found.setdefault(part, []).append(row)
    return {part: tuple(some) for part, some in found.items()}


def _cut(key: str, words: Counter[str]) -> set[str]:
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
