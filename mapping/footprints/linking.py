"""Linking: the footprints of an uploaded table, from the areas that its rows came to.

Where a few more rows came to areas than before, only their actors' footprints are made again.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mapping import actors
from mapping.actors import Links, Register
from mapping.errors import MappingError
from mapping.footprints import describing
from mapping.footprints.locations import Circles
from mapping.geocode import areas

MAX_LINKS = 20_000_000
"""Pairs of actor and ward or postcode that an upload may make."""
NO_LINKS = Links(np.empty(0, dtype="int64"), np.empty(0, dtype="int64"))


def register(
    names: pd.Series,
    actor: np.ndarray,
    area: np.ndarray,
    shapes: Sequence[np.ndarray],
    around: Circles,
    number: np.ndarray,
) -> Register:
    """Make a register of nothing but names, scales by footprint, and pairs of actor and area.

    ``actor`` and ``area`` (pairs,) may be -1; circles are left out of them. ``shapes`` has the
    positions of each shape's postcodes; ``number`` is the actor of each row of the table, for
    the circles. Raises MappingError beyond ``MAX_LINKS``.
    """
    whole, loose = _links(actor, area, shapes)
    of_circle = number[around.row][around.of]
    inside = of_circle >= 0
    _check_size(len(whole.actor) + len(loose.actor) + int(inside.sum()))
    loose = Links(
        np.concatenate([loose.actor, of_circle[inside]]),
        np.concatenate([loose.area, around.position[inside]]),
    )
    return _add_scales(actors.register(pd.DataFrame({"actor": names}), whole, loose))


def add_pairs(
    made: Register, actor: np.ndarray, area: np.ndarray, shapes: Sequence[np.ndarray]
) -> Register:
    """Add pairs of actor and area to a register that ``register`` made; it stays as it is.

    Raises MappingError beyond ``MAX_LINKS``: what both have is counted once.
    """
    whole, loose = _links(actor, area, shapes)
    grown = np.unique(np.concatenate([whole.actor, loose.actor])).astype("int64")
    if not len(grown):
        return made
    rank = np.full(len(made), -1)
    rank[grown] = np.arange(len(grown))
    before = made.take(grown)
    both = (
        Links(np.concatenate([old.actor, rank[new.actor]]), np.concatenate([old.area, new.area]))
        for old, new in ((before.whole, whole), (before.loose, loose))
    )
    some = _add_scales(actors.register(before.actors, *both))
    whole = _replace_links(made.whole, some.whole, rank, grown)
    loose = _replace_links(made.loose, some.loose, rank, grown)
    _check_size(len(whole.actor) + len(loose.actor))
    frame = made.actors.copy()
    for name in ("people", "scale"):
        column = frame[name].to_numpy(copy=True)
        column[grown] = some.actors[name]
        frame[name] = pd.Series(column, dtype=frame[name].dtype)
    return Register(frame, whole, loose)


def _replace_links(links: Links, some: Links, rank: np.ndarray, grown: np.ndarray) -> Links:
    """Put the links of some actors in the place of those before."""
    keep = rank[links.actor] < 0
    actor = np.concatenate([links.actor[keep], grown[some.actor].astype("int32")])
    order = np.argsort(actor, kind="stable")
    return Links(actor[order], np.concatenate([links.area[keep], some.area])[order])


def _add_scales(made: Register) -> Register:
    """Work out the scale of each actor of a register that is new, from its footprint."""
    made.actors["scale"] = pd.Series(describing.scale_of(made), dtype="str")
    return made


def add_descriptions(made: Register, told: pd.DataFrame) -> Register:
    """Give a register of ``register`` what ``describing.describe_actors`` tells of its actors.

    The scale that an actor gives goes before that of its footprint.
    """
    said = describing.scales(told)
    scale = said.where(said != "", made.actors["scale"])
    frame = actors.register(told.assign(scale=scale), NO_LINKS, NO_LINKS).actors
    frame["people"] = made.actors["people"]
    return Register(frame, made.whole, made.loose)


def _links(
    actor: np.ndarray, area: np.ndarray, shapes: Sequence[np.ndarray]
) -> tuple[Links, Links]:
    """Pair actors with the wards and postcodes of their areas."""
    known = (area >= 0) & (actor >= 0)
    pairs = pd.DataFrame({"actor": actor[known], "area": area[known]}).drop_duplicates()
    whose, which = pairs["actor"].to_numpy(), pairs["area"].to_numpy()
    _check_size(areas.sizes(which, shapes).sum())
    wards, loose = areas.wards_and_postcodes(which, shapes)
    return Links(whose[wards.of], wards.area), Links(whose[loose.of], loose.area)


def _check_size(links: int) -> None:
    if links > MAX_LINKS:
        raise MappingError(
            f"Expected footprints of at most {MAX_LINKS:,} wards and postcodes in all; this file "
            f"has {links:,}. Split it into several files, or leave out rows that cover the nation."
        )
