"""Own numbers: a file of numbers that a reader has put in, and how it is read and saved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from mapping.workspaces import make_id

TextPairs = tuple[tuple[str, str], ...]
"""Pairs of a key and what was chosen for it."""


@dataclass(frozen=True)
class Numbers:
    """A file of numbers, and what its reader has said about it; nothing of it is saved.

    ``roles`` are those of columns, ``choices`` what names mean, ``inside`` whether those with
    several meanings mean the one in the place under study; ``counts`` and ``called`` are words
    for the lens, "" for those that are guessed. ``save_id`` is that of one request to save.
    """

    content: bytes = field(repr=False)
    fingerprint: str
    name: str
    roles: TextPairs = ()
    choices: TextPairs = ()
    inside: bool = False
    counts: str = ""
    called: str = ""
    save_id: str = field(default_factory=make_id)

    def told(self, **changes: Any) -> "Numbers":
        """Return it with other words, choices or roles: another thing to save."""
        return replace(self, save_id=make_id(), **changes)

    @property
    def number(self) -> str:
        """Return the column of numbers that was chosen; "" for the one that is guessed."""
        return next((name for name, role in self.roles if role == "number"), "")

    def with_choice(self, question: str, answer: str) -> "Numbers":
        """Return it with what a name means; "" leaves it out."""
        rest = dict(self.choices)
        rest.pop(question, None)
        return self.told(choices=pairs({**rest, question: answer} if answer else rest))

    def with_areas(self, column: str, kind: str = "area") -> "Numbers":
        """Return it with another column, or another kind, of areas."""
        from mapping.own_weights import figures  # reads files, which no first map waits for

        rest = {name: role for name, role in self.roles if role not in figures.AREA_ROLES}
        return self.told(roles=pairs({**rest, column: kind}), choices=())

    def with_number(self, column: str) -> "Numbers":
        """Return it with another column of numbers, and so with other words for them."""
        rest = {name: role for name, role in self.roles if role != "number"}
        return self.told(roles=pairs({**rest, column: "number"}), counts="")


def take_up(content: bytes, name: str) -> Numbers:
    """Take up a file, to be read as it seems best."""
    return Numbers(content, sha256(content).hexdigest()[:16], name)


def pairs(told: Mapping[str, str] | Iterable[tuple[str, str]]) -> TextPairs:
    """Return pairs in the order of their keys."""
    return tuple(sorted(dict(told).items()))
