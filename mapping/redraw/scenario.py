"""Scenario: blocks put into groups by hand, change by change, each of which can be undone.

A scenario does not change: every change makes a new one, which knows those before it. Its text is
exact, and short enough for a link: it holds the group of every block, not how they came about.
"""

import base64
import binascii
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.errors import MappingError
from mapping.geography import By, Layer, layers
from mapping.places import Place
from mapping.redraw.asking import Keep, read_kept
from mapping.redraw.comparing import find_groups_like, find_groups_of
from mapping.redraw.graph import BlockGraph, find_graph, find_pieces
from mapping.redraw.plan import Plan
from mapping.redraw.rules import Area, find_blocks, find_main_units

MAX_GROUPS = 999
MAX_CHANGES = 500
"""So many changes can be undone; older ones stay as they are."""
MAX_TEXT_LETTERS = 60_000
VERSION = "1"


class Change(NamedTuple):
    """Some blocks, and the groups that they were in before a change."""

    blocks: tuple[int, ...]
    before: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Scenario:
    """The blocks of a place in groups, from 1; 0 for a block that is in none yet.

    ``done`` are the changes that can be undone, the last at the end, ``undone`` those that can be
    done again. ``begun`` are the groups that ``reset`` goes back to.
    """

    graph: BlockGraph
    group_of: np.ndarray
    begun: np.ndarray
    done: tuple[Change, ...] = ()
    undone: tuple[Change, ...] = ()

    @property
    def groups(self) -> list[int]:
        """List the numbers of the groups that have a block."""
        return np.unique(self.group_of[self.group_of > 0]).tolist()

    @property
    def ungrouped(self) -> pd.DataFrame:
        """List the blocks in no group, those with most people first: code, name, people."""
        left = np.flatnonzero(self.group_of == 0)
        left = left[np.argsort(-self.graph.people[left], kind="stable")]
        codes, names = self.graph.codes[left], self.graph.names[left]
        people = self.graph.people[left]
        return pd.DataFrame({"code": codes, "name": names, "people": people})

    def move(self, codes: Sequence[str], group: int) -> "Scenario":
        """Put blocks into a group by their codes; 0 takes them out of theirs.

        Raises MappingError for unknown codes and for a group that is no number from 0 to
        ``MAX_GROUPS``.
        """
        return self._change(np.unique(self.graph.find(codes)), group)

    def move_area(self, area: Area, group: int) -> "Scenario":
        """Put all blocks of an area into a group: a place, as a ward or a council, or codes."""
        return self._change(np.array(find_blocks(self.graph, area)), group)

    def move_unit(self, layer: Layer, code: str, group: int) -> "Scenario":
        """Put all blocks that lie mainly in a unit of a layer into a group: a block's parent."""
        inside = find_main_units(self.graph, layer) == layer.number_of(code)
        return self._change(np.flatnonzero(inside), group)

    def merge(self, group: int, into: int) -> "Scenario":
        """Put all blocks of a group into another one."""
        self._check_group(group)
        return self._change(np.flatnonzero(self.group_of == group), into)

    def split(self, codes: Sequence[str]) -> "Scenario":
        """Make a new group of some blocks; its number is the first that is free."""
        free = next(n for n in range(1, MAX_GROUPS + 2) if n not in self.groups)
        return self.move(codes, free)

    def undo(self) -> "Scenario":
        """Take the last change back; the same scenario if there is none."""
        if not self.done:
            return self
        last = self.done[-1]
        return self._put_back(last, self.done[:-1], (*self.undone, self._note(last.blocks)))

    def redo(self) -> "Scenario":
        """Do the change again that was taken back last; the same scenario if there is none."""
        if not self.undone:
            return self
        last = self.undone[-1]
        return self._put_back(last, (*self.done, self._note(last.blocks)), self.undone[:-1])

    def reset(self) -> "Scenario":
        """Go back to how it began, in one change, which can be undone as well."""
        other = np.flatnonzero(self.group_of != self.begun)
        return self._add(other, self.begun[other])

    def _change(self, blocks: np.ndarray, group: int) -> "Scenario":
        self._check_number(group)
        other = blocks[self.group_of[blocks] != group]
        return self._add(other, np.full(len(other), group))

    def _add(self, blocks: np.ndarray, groups: np.ndarray) -> "Scenario":
        """Make a change that can be undone; none where all blocks are in their groups already."""
        if not len(blocks):
            return self
        done = (*self.done, self._note(tuple(blocks.tolist())))[-MAX_CHANGES:]
        return replace(self, group_of=_put(self.group_of, blocks, groups), done=done, undone=())

    def _note(self, blocks: Sequence[int]) -> Change:
        return Change(tuple(blocks), tuple(self.group_of[list(blocks)].tolist()))

    def _put_back(
        self, change: Change, done: tuple[Change, ...], undone: tuple[Change, ...]
    ) -> "Scenario":
        groups = _put(self.group_of, np.array(change.blocks), np.array(change.before))
        return replace(self, group_of=groups, done=done, undone=undone)

    def _check_group(self, group: int) -> None:
        if group not in self.groups:
            raise MappingError(
                f"Expected the number of a group that has {self.graph.layer.plural}; found "
                f"{group!r}. There are {', '.join(map(str, self.groups)) or 'none yet'}."
            )

    def _check_number(self, group: int) -> None:
        if isinstance(group, bool) or not isinstance(group, int | np.integer):
            raise MappingError(f"Expected a group as a whole number; found {ascii(group)[:40]}.")
        if not 0 <= group <= MAX_GROUPS:
            raise MappingError(
                f"Expected a group from 1 to {MAX_GROUPS}, or 0 for none; found {group}."
            )

    def as_plan(self, keep: Keep = ()) -> Plan:
        """Return the groups as a plan, with whom they tear from some layers.

        Groups keep their numbers: one that has no block has a row without people.
        """
        kept, weights = read_kept(keep)
        return Plan(self.graph, self.group_of, None, kept, weights)

    def layer(self, title: str, scale: str, **facts: str) -> Layer:
        """Make the groups a layer like any other: see ``Plan.layer``."""
        return self.as_plan().layer(title, scale, **facts)  # type: ignore[arg-type]

    def find_cut_off(self) -> pd.DataFrame:
        """List the blocks that no border joins to the main part of their group.

        Columns: code, name, group, people. The main part of a group has most people.
        """
        graph, group_of = self.graph, self.group_of
        same = group_of[graph.a] == group_of[graph.b]
        piece = find_pieces(len(graph), graph.a[same], graph.b[same])
        people = np.bincount(piece, weights=graph.people)
        most = np.zeros(int(group_of.max(initial=0)) + 1) - 1
        np.maximum.at(most, group_of, people[piece])
        off = np.flatnonzero((people[piece] < most[group_of]) & (group_of > 0))
        frame = {"code": graph.codes[off], "name": graph.names[off], "group": group_of[off]}
        return pd.DataFrame({**frame, "people": graph.people[off]})

    def list_moves(self, since: "Scenario | None" = None) -> pd.DataFrame:
        """List the blocks that are in another group than before: code, name, old, new, people.

        ``since`` is another scenario of the same blocks; by default how this one began.
        """
        before = self.begun if since is None else since.group_of
        moved = np.flatnonzero(before != self.group_of)
        return pd.DataFrame(
            {
                "code": self.graph.codes[moved],
                "name": self.graph.names[moved],
                "old": before[moved],
                "new": self.group_of[moved],
                "people": self.graph.people[moved],
            }
        ).reset_index(drop=True)

    @property
    def text(self) -> str:
        """Write the group of every block as a short text for a link: see ``read_scenario``."""
        packed = zlib.compress(self.group_of.astype("<u2").tobytes(), 9)
        letters = base64.urlsafe_b64encode(packed).decode().rstrip("=")
        return f"{VERSION}.{_make_check(self.graph):08x}.{letters}.{self.graph.layer.key}"


def _put(group_of: np.ndarray, blocks: np.ndarray, groups: np.ndarray) -> np.ndarray:
    changed = group_of.copy()
    changed[blocks] = groups
    changed.flags.writeable = False
    return changed


def _make_check(graph: BlockGraph) -> int:
    """Return a number that stands for the blocks: the groups of others are not theirs."""
    return zlib.crc32("\n".join(graph.codes.tolist()).encode())


def begin(
    place: Place,
    blocks: str | Layer = "ward",
    *,
    by: By = "residents",
    like: Layer | Plan | None = None,
) -> Scenario:
    """Begin a scenario of the blocks of a place: all in no group, or in those of a layer or plan.

    Blocks that its lines cut are in the group that most of each is in. A plan may be of other
    blocks, but must be of the same place.

    >>> from mapping import layers, places, redraw
    >>> wards = redraw.begin(places.get("Camden"), "ward")
    >>> one = wards.move(["E05013652", "E05013653"], 1)
    >>> one.groups, one.undo().groups, one.undo().redo().groups
    ([1], [], [1])
    """
    graph = find_graph(place, layers.get(blocks) if isinstance(blocks, str) else blocks, by=by)
    if isinstance(like, Plan):
        groups = find_groups_like(graph, like)
    else:
        groups = find_groups_of(graph, like) if like else np.zeros(len(graph), dtype=np.int64)
    return start_from(graph, groups)


def start_from(graph: BlockGraph, group_of: np.ndarray) -> Scenario:
    """Begin a scenario with the group of each block; raises MappingError for other arrays."""
    groups = np.asarray(group_of)
    if groups.shape != (len(graph),) or not _are_numbers(groups):
        raise MappingError(
            f"Expected a group from 0 to {MAX_GROUPS} for each of {len(graph):,} "
            f"{graph.layer.plural}; found {groups.size:,} numbers, some of them others. Begin anew."
        )
    groups = groups.astype(np.int64)
    groups.flags.writeable = False
    return Scenario(graph, groups, groups)


def _are_numbers(groups: np.ndarray) -> bool:
    """Tell whether all are whole numbers of groups."""
    if groups.dtype.kind not in "iuf":
        return False
    return bool(((groups >= 0) & (groups <= MAX_GROUPS) & (groups % 1 == 0)).all())


def read_scenario(place: Place, text: str, *, by: By = "residents") -> Scenario:
    """Read a scenario of a place out of the text that ``Scenario.text`` wrote.

    Raises MappingError for any other text, and for one of other blocks: of another place, or of
    another edition of the postcodes.
    """
    parts = text.split(".", 3)
    if len(parts) != 4 or parts[0] != VERSION or len(text) > MAX_TEXT_LETTERS:
        raise _refuse_text()
    graph = find_graph(place, layers.get(parts[3]), by=by)
    groups = _unpack(parts[2], len(graph))
    if parts[1] != f"{_make_check(graph):08x}":
        raise MappingError(
            f"Expected groups of the {len(graph):,} {graph.layer.plural} of {place.name}; these "
            "were drawn for another place, or with other postcodes. Open the place that they "
            "were drawn for, or begin anew."
        )
    return start_from(graph, groups)


def _unpack(letters: str, size: int) -> np.ndarray:
    """Return the groups that a text holds; no more than ``size`` are ever unpacked."""
    try:
        packed = base64.b64decode(
            letters + "=" * (-len(letters) % 4), altchars=b"-_", validate=True
        )
        unpack = zlib.decompressobj()
        content = unpack.decompress(packed, 2 * size + 1)
    except (binascii.Error, zlib.error, ValueError):
        raise _refuse_text() from None
    if len(content) % 2 or not unpack.eof or unpack.unused_data:
        raise _refuse_text()
    return np.frombuffer(content, dtype="<u2").astype(np.int64)


def _refuse_text() -> MappingError:
    return MappingError(
        "Expected the groups of a redrawn map as a link holds them; found a text that was cut "
        "short or changed. Copy the whole link again, or begin anew."
    )
