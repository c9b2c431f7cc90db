"""Groups on a map: blocks that can be put into groups, whose lines and numbers the browser draws.

The browser fetches the blocks once, as any areas. What changes with each move travels as data: the
group of every block, packed. From it ``static/groups.js`` finds the lines between groups, now and
before, on the borders that blocks share, and says where each group's number stands.
"""

import base64
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from mapping.drawing.assets import PublishedLabels, PublishedShapes
from mapping.drawing.overlays import NAME_PX, PROJECTOR_NAME_PX, Overlay, fill, line_config
from mapping.drawing.signs import (
    INK,
    LINES,
    PROJECTOR_SCALE,
    TINTS,
    AreaSign,
    LineSign,
    line_signs,
)

MAX_BLOCKS_PICKED, MAX_PICKS = 20_000, 200
MAX_NUMBER = 2**53
"""From here on a browser's numbers are not whole ones."""
FREE = AreaSign("#ffffff", "plus", "#d9a292", opacity=1.0, line="#66707a")
"""Of a block that is in no group yet."""
OF_GROUPS = LineSign(INK, 3.0, casing_px=1.4)
"""Of the lines between groups, where none were before."""


class Picked(NamedTuple):
    """What a reader picked on a map: blocks by their places in the file, and for which group.

    ``whole`` tells that the larger areas around them were meant; a later pick has a larger
    ``number``.
    """

    blocks: tuple[int, ...]
    group: int
    whole: bool
    number: int


def sign_group(group: int, *, moves: bool = False, locked: bool = False) -> AreaSign:
    """Return the sign of a group: a tint, hatched for blocks that move, dotted for locked ones."""
    if group <= 0:
        return FREE
    fill, mark = TINTS[(group - 1) % len(TINTS)]
    pattern = "dots" if locked else "hatch" if moves else "solid"
    return AreaSign(fill, pattern, mark, opacity=0.9, line="#66707a", width_px=0.7)


def draw_groups(
    published: PublishedShapes,
    group_of: Mapping[str, int],
    *,
    before: Mapping[str, int] | None = None,
    locked: frozenset[str] = frozenset(),
    current: int = 0,
    names: Mapping[int, str] | None = None,
    labels: Mapping[str, str] | PublishedLabels | None = None,
    picking: bool = False,
    taken: int = 0,
    block_names: bool = True,
    projector: bool = False,
) -> list[Overlay]:
    """Draw blocks in their groups: the areas, and the lines and numbers over them.

    Parameters
    ----------
    published
        The blocks, from ``webmap.publish``.
    group_of, before
        The group of each block by its code, now and before (numbered alike): 0 for none. With
        ``before`` blocks that move are hatched, and lines of both, of before and of now told apart.
    locked
        Codes of blocks that stay where they are.
    current
        The group that a click puts a block into.
    names
        What groups are called, by their number: written after it.
    labels
        As for ``overlays.areas``: what stands under a block's name, and on a block in no group.
    picking
        Whether a click picks a block.
    taken
        The number of the last pick that was taken over: see ``read_picked``.
    block_names
        Whether the names of blocks are written.
    projector
        Whether it is drawn to be seen from six metres.
    """
    codes = published.codes
    now = np.array([group_of.get(code, 0) for code in codes], dtype="<u2")
    was = None if before is None else np.array([before.get(c, 0) for c in codes], dtype="<u2")
    moves = np.zeros(len(now), bool) if was is None else (now != was) & (now > 0) & (was > 0)
    fixed = np.array([code in locked for code in codes], dtype=bool)
    table, numbers = _choose_signs(now, moves, fixed)
    filled = fill(published, table, numbers, labels, projector=projector)
    scale = PROJECTOR_SCALE if projector else 1.0
    lines = {"both": OF_GROUPS} if was is None else LINES
    more = Overlay(
        "groups",
        path=published.path,
        now=pack(now),
        was=None if was is None else pack(was),
        lines={part: line_config(sign.scaled(scale)) for part, sign in lines.items()},
        names={str(number): name for number, name in (names or {}).items()},
        current=current,
        look=_say_look(sign_group(current)),
        picking=picking,
        taken=taken,
        written=block_names,
        size=PROJECTOR_NAME_PX if projector else NAME_PX,
    )
    return [filled, more]


def _choose_signs(
    groups: np.ndarray, moves: np.ndarray, locked: np.ndarray
) -> tuple[list[AreaSign], list[int]]:
    """Return the signs that blocks have, and which of these each block has."""
    tint = np.where(groups > 0, (groups.astype(int) - 1) % len(TINTS) + 1, 0)
    kind, number = np.unique(tint * 4 + moves * 2 + locked, return_inverse=True)
    signs = [sign_group(k // 4, moves=bool(k & 2), locked=bool(k & 1)) for k in kind.tolist()]
    return signs, number.tolist()


def pack(groups: np.ndarray) -> str:
    """Pack the group of each block, (n,) <u2, for its way to the browser."""
    return base64.b64encode(zlib.compress(groups.tobytes(), 6)).decode("ascii")


def _say_look(sign: AreaSign) -> dict[str, Any]:
    return {"fillColor": sign.fill, "fillOpacity": sign.opacity, "color": sign.line}


def list_signs(*, has_before: bool, has_free: bool, has_locked: bool) -> list[tuple[Any, str]]:
    """Return the signs of a map of groups with their words, for its legend."""
    legend: list[tuple[Any, str]] = []
    if has_before:
        thin = line_signs(0.8)
        legend += [
            (thin["both"], "Line before and after"),
            (thin["a_only"], "Only before"),
            (thin["b_only"], "Only after"),
            (replace(sign_group(1, moves=True), line=INK), "Would move"),
        ]
    else:
        legend.append((OF_GROUPS, "Line between groups"))
    if has_locked:
        legend.append((replace(sign_group(1, locked=True), line=INK), "Locked"))
    if has_free:
        legend.append((FREE, "In no group yet"))
    return legend


def read_picked(answer: Mapping[str, Any] | None, size: int, taken: int = 0) -> list[Picked]:
    """List what streamlit-folium says was picked on a map of ``size`` blocks, in its order.

    Those up to the number ``taken`` were taken over before, and are left out. What comes from a
    browser is not trusted: whatever is no pick is left out as well.
    """
    said = (answer or {}).get("last_clicked")
    picks = said.get("picks") if isinstance(said, Mapping) else None
    if not isinstance(picks, list) or len(picks) > MAX_PICKS:
        return []
    found = [_read_pick(one, size) for one in picks]
    return sorted((one for one in found if one and one.number > taken), key=lambda one: one.number)


def _read_pick(said: Any, size: int) -> Picked | None:
    if not isinstance(said, Mapping):
        return None
    blocks, group, number = said.get("blocks"), said.get("group"), said.get("n")
    if not isinstance(blocks, list) or not 0 < len(blocks) <= MAX_BLOCKS_PICKED:
        return None
    if not all(type(one) is int and 0 <= one < size for one in blocks):
        return None
    if type(group) is not int or type(number) is not int or not 0 < number < MAX_NUMBER:
        return None
    return Picked(tuple(dict.fromkeys(blocks)), group, said.get("whole") is True, number)
