"""Name list: the names among thousands that hold what somebody typed, found in one long text."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from enum import IntEnum
from string import punctuation

from mapping.geocode import spelling

MAX_LINES = 2_000
"""So many names with the longest word typed are looked at: "council" is in hundreds."""
_JOIN = "\n"
_PLAIN = str.maketrans({**dict.fromkeys(punctuation, " "), "'": "", "`": "", "&": " and "})
"""How the signs of a name without accents are written in its key: as ``spelling.key`` does."""


class Like(IntEnum):
    """How a name is like what somebody typed, the most alike first."""

    NAMED = 0
    BEGINS = 1
    HOLDS = 2
    ALIKE = 3


def find_like(said: str, name: str) -> Like | None:
    """Tell how a name holds what was typed, both as keys; None if it does not.

    It is named so, begins so, or holds all words that were typed, each from its beginning.

    >>> find_like("plymouth oct", "plymouth octopus project").name
    'BEGINS'
    >>> find_like("octopus plymouth", "plymouth octopus project").name
    'HOLDS'
    """
    if name == said:
        return Like.NAMED
    if name.startswith(said):
        return Like.BEGINS
    held = f" {name}"
    return Like.HOLDS if all(f" {word}" in held for word in said.split()) else None


class NameList:
    """Names, each with its number, as one text in which what is typed is looked for."""

    def __init__(self, names: Iterable[str]) -> None:
        self._text = f"{_JOIN}{_write_keys(names)}{_JOIN}"
        self._starts = [found.start() for found in re.finditer(_JOIN, self._text)]

    def find(self, said: str) -> list[tuple[int, Like]]:
        """Return the numbers of the names that hold what was typed, and how, by ``find_like``.

        ``said`` is a key (``spelling.key``); the first ``MAX_LINES`` with its longest word count.
        """
        words = said.split()
        if not words:
            return []
        found = []
        for number in self._find_lines(max(words, key=len)):
            line = self._text[self._starts[number] + 1 : self._starts[number + 1]].strip()
            like = find_like(said, line)
            if like is not None:
                found.append((number, like))
        return sorted(found, key=lambda one: one[1])

    def _find_lines(self, word: str) -> list[int]:
        numbers: dict[int, None] = {}
        for before in (_JOIN, " "):
            at = self._text.find(before + word)
            while at >= 0 and len(numbers) < MAX_LINES:
                number = bisect_right(self._starts, at) - 1
                numbers[number] = None
                at = self._text.find(before + word, self._starts[number + 1])
        return list(numbers)

    @property
    def keys(self) -> list[str]:
        """Return the keys of all names, in their order."""
        return [line.strip() for line in self._text[1:-1].split(_JOIN)]


def _write_keys(names: Iterable[str]) -> str:
    """Write the keys of names, a line each: all at once, as one by one takes ten times as long."""
    listed = list(names)
    joined = _JOIN.join(listed)
    if not joined.isascii() or joined.count(_JOIN) >= max(len(listed), 1):
        return _JOIN.join(map(spelling.key, listed))
    plain = joined.casefold().translate(_PLAIN)
    while "  " in plain:
        plain = plain.replace("  ", " ")
    return re.sub(r"\bsaint\b", "st", plain) if "saint" in plain else plain
