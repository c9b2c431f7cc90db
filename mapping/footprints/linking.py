"""Linking: the footprints of an uploaded table, from the areas that its rows came to."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mapping import actors
from mapping.actors import Links, Register
from mapping.errors import MappingError
from mapping.footprints import describing, levels
from mapping.geocode import areas

MAX_LINKS = 20_000_000
"""Pairs of actor and ward or postcode that an upload may make."""


def make_register(
    about: pd.DataFrame, actor: np.ndarray, area: np.ndarray, shapes: Sequence[np.ndarray]
) -> Register:
    """Make the register of what ``describing.describe_actors`` tells of actors, and their areas.

    ``actor`` and ``area`` (pairs,) may be -1. ``shapes`` has the positions of the postcodes of
    each shape, circles among them. The scale that an actor gives goes before that of its
    footprint; where that is derived, the note says so. Raises MappingError beyond ``MAX_LINKS``.
    """
    made = actors.register(about, *_links(actor, area, shapes))
    said = describing.scales(about)
    if (said == "").any():
        own = levels.derive(made)
        note = made.actors["note"]
        derived = ((said == "") & (own != "")).to_numpy()
        told = (note.str.rstrip() + " " + levels.DERIVED).str.strip()
        made.actors["scale"] = pd.array(np.where(said == "", own, said), dtype="str")
        made.actors["note"] = pd.array(np.where(derived, told, note), dtype="str")
    else:
        made.actors["scale"] = pd.array(said, dtype="str")
    return made


def _links(
    actor: np.ndarray, area: np.ndarray, shapes: Sequence[np.ndarray]
) -> tuple[Links, Links]:
    """Pair actors with the wards and postcodes of their areas."""
    known = (area >= 0) & (actor >= 0)
    pairs = pd.DataFrame({"actor": actor[known], "area": area[known]}).drop_duplicates()
    whose, which = pairs["actor"].to_numpy("int32"), pairs["area"].to_numpy()
    _check_size(areas.sizes(which, shapes).sum())
    wards, loose = areas.wards_and_postcodes(which, shapes)
    return Links(whose[wards.of], wards.area), Links(whose[loose.of], loose.area)


def _check_size(links: int) -> None:
    if links > MAX_LINKS:
        raise MappingError(
            f"This file covers too many places to read in one go ({links:,} wards and postcodes; "
            f"at most {MAX_LINKS:,}). Split it, or leave out rows that cover the whole country."
        )
