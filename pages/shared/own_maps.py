"""Own maps: a file of a map that a reader has put in, and how it is to be read."""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mapping.workspaces import make_id

if TYPE_CHECKING:
    from mapping.own_maps import Facts

TextPairs = tuple[tuple[str, str], ...]
"""Pairs of a key and what was chosen for it."""


@dataclass(frozen=True)
class MapFile:
    """A file of a map, and what its reader has said about it; nothing of it is saved.

    Attributes
    ----------
    content, fingerprint, name : of the file
    is_drawn : whether it holds boundaries; else it is a table
    layer : number of the layer of a file of boundaries, from 0; -1 for all its folders together;
        None as long as nobody has said which of several
    system : of its coordinates, a key of ``outlines.SYSTEMS``; "" where the file says it well
    sheet : of a workbook; "" for the one that is guessed
    columns : what columns are for, by the fields of ``own_maps.Roles``, or "name" and "code"
    choices : what names with several meanings mean
    inside : whether these mean the one in the place under study
    groups, groups_name : a second table, of what the units of the first belong to; b"" for none
    facts : what the map is called, and what else was said of it; None where that is guessed
    save_id : that of one request to save
    """

    content: bytes = field(repr=False)
    fingerprint: str
    name: str
    is_drawn: bool
    layer: int | None = None
    system: str = ""
    sheet: str = ""
    columns: TextPairs = ()
    choices: TextPairs = ()
    inside: bool = False
    groups: bytes = field(default=b"", repr=False)
    groups_name: str = ""
    facts: "Facts | None" = None
    save_id: str = field(default_factory=make_id)

    def told(self, **changes: Any) -> "MapFile":
        """Return it with something else said about it: another thing to save."""
        return replace(self, save_id=make_id(), **changes)

    def with_column(self, role: str, column: str) -> "MapFile":
        """Return it with another column for a role."""
        return self.told(columns=_pairs({**dict(self.columns), role: column}), choices=())

    def with_choice(self, question: str, answer: str) -> "MapFile":
        """Return it with what a name means; "" leaves it out."""
        rest = dict(self.choices)
        rest.pop(question, None)
        return self.told(choices=_pairs({**rest, question: answer} if answer else rest))


def take_up(content: bytes, name: str) -> MapFile:
    """Take up a file, to be read as it seems best."""
    from mapping import outlines  # reads files, which no first map waits for

    print_ = sha256(content).hexdigest()[:16]
    return MapFile(content, print_, name, outlines.is_boundaries(content))


def _pairs(told: dict[str, str]) -> TextPairs:
    return tuple(sorted(told.items()))
