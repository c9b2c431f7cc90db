"""Linking: the footprints of an uploaded table, from the areas that its rows came to."""

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


def make_register(
    about: pd.DataFrame,
    actor: np.ndarray,
    area: np.ndarray,
    shapes: Sequence[np.ndarray],
    around: Circles,
    number: np.ndarray,
) -> Register:
    """Make the register of what ``describing.describe_actors`` tells of actors, and their areas.

    ``actor`` and ``area`` (pairs,) may be -1; circles are left out of them. ``shapes`` has the
    positions of each shape's postcodes; ``number`` is the actor of each row of the table, for
    the circles. The scale that an actor gives goes before that of its footprint. Raises
    MappingError beyond ``MAX_LINKS``.
    """
    whole, loose = _links(actor, area, shapes)
    of_circle = number[around.row][around.of]
    inside = of_circle >= 0
    _check_size(len(whole.actor) + len(loose.actor) + int(inside.sum()))
    loose = Links(
        np.concatenate([loose.actor, of_circle[inside]]),
        np.concatenate([loose.area, around.position[inside]]),
    )
    made = actors.register(about, whole, loose)
    said = describing.scales(about)
    own = said.to_numpy(object) if (said != "").all() else describing.scale_of(made)
    made.actors["scale"] = pd.array(np.where(said == "", own, said), dtype="str")
    return made


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
