"""Drafts: files that readers have put in and not saved yet, and how each is to be read."""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from mapping import places, workspaces
from pages.shared.cache import Key


@dataclass(frozen=True)
class ReadOptions:
    """How a file is to be read: everything but its content that ``footprints.read`` takes."""

    name: str
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int | None = None
    roles: tuple[tuple[str, str], ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    accept: int = 101
    place: Key | None = None
    radius_m: float | None = None

    def options(self) -> dict[str, Any]:
        """Return the arguments of ``footprints.read``."""
        found = vars(self).copy()
        found["roles"], found["choices"] = dict(self.roles), dict(self.choices)
        found["place"] = places.at(*self.place) if self.place else None
        return found


@dataclass(frozen=True)
class Draft:
    """A file that somebody has put in: its bytes, how they are read, and where they are saved.

    ``save_id`` is that of one request to save, and of what is saved by it unless that takes the
    place of another file; ``saved`` is the workspace that holds it as it is now, or "".
    ``picked`` are answers to its questions that are not applied yet.
    """

    content: bytes = field(repr=False)
    fingerprint: str
    reading: ReadOptions
    file_name: str
    save_id: str = field(default_factory=workspaces.make_id)
    saved: str = ""
    is_example: bool = False
    picked: tuple[tuple[str, str], ...] = ()

    def with_pick(self, question: str, answer: str) -> "Draft":
        """Return the draft with an answer that is not applied yet; it is read as before."""
        return replace(self, picked=tuple({**dict(self.picked), question: answer}.items()))

    def read_as(self, **changes: Any) -> "Draft":
        """Return the draft read in another way, and so not saved."""
        reading = replace(self.reading, **changes)
        return replace(self, reading=reading, save_id=workspaces.make_id(), saved="", picked=())


def make_draft(content: bytes, file_name: str, *, is_example: bool = False) -> Draft:
    """Make a draft of a file, to be read as it seems best."""
    fingerprint = sha256(content).hexdigest()
    return Draft(content, fingerprint, ReadOptions(file_name), file_name, is_example=is_example)


def mark_saved(draft: Draft, workspace: str) -> Draft:
    """Return a draft that a workspace holds; the next save is a new one."""
    return replace(draft, saved=workspace, save_id=workspaces.make_id())
