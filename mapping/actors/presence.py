"""Presence: which actors cover a spot, and which begin near it."""

from typing import Any

import numpy as np
import pandas as pd

from mapping.actors import defaults
from mapping.actors.registers import TEXTS, Register
from mapping.geography import SCALES

PRESENCE_COLUMNS = (
    "number",
    "actor",
    "actor_type",
    "sector",
    "themes",
    "scale",
    "contact",
    "here",
    "distance_m",
)


def list_at_spot(register: Register, position: int, units: pd.DataFrame) -> pd.DataFrame:
    """List the actors that cover a postcode, and those whose areas begin near it.

    ``units`` is what ``postcodes.units_at`` found there: actors that ship are found near a line
    by their areas. One row an actor; columns: number (the actor's row in the register), actor,
    actor_type, sector, themes (with the words of a case study, see ``defaults.add_own_words``),
    scale, contact, here (bool), distance_m (0 for those that cover it). Those that cover it come
    first, then by distance; within these by scale and name.
    """
    distance_m = np.full(len(register), np.inf)
    near = units[~units["here"] & (units["code"] != "")]
    numbers = register.number_by_id
    for layer, code, away_m in zip(near["layer"], near["code"], near["distance_m"], strict=True):
        for one in defaults.actor_ids(layer, code):
            if (number := numbers.get(one)) is not None:
                distance_m[number] = min(distance_m[number], away_m)
    here = register.find_covering(position)
    distance_m[here] = 0.0
    found = np.flatnonzero(np.isfinite(distance_m))
    found = found[_order(register, found, distance_m[found])]
    told = _take_texts(register, found)
    told |= {"number": found, "here": here[found], "distance_m": distance_m[found]}
    return pd.DataFrame({name: told[name] for name in PRESENCE_COLUMNS})


def _order(register: Register, numbers: np.ndarray, distance_m: np.ndarray) -> list[int]:
    """Return the order of some actors: by distance, then by scale and name."""
    rank = {scale: at for at, scale in enumerate(SCALES)}
    scales, names = (register.actors[c].array.take(numbers) for c in ("scale", "actor"))
    ranks = [rank.get(scale, len(SCALES)) for scale in scales]
    keys = list(zip(distance_m.tolist(), ranks, names, strict=True))
    return sorted(range(len(keys)), key=keys.__getitem__)


def list_convening(register: Register, reached: pd.DataFrame) -> pd.DataFrame:
    """List who should be in the room for a place: every actor that works there.

    ``reached`` is what ``actors.reach`` found. Columns: id, number, actor, actor_type, sector,
    themes, scale, contact, people, share_of_place, share_of_footprint; the largest scale first,
    then by share of the place. Ward councillors and other hyperlocal actors come last.
    """
    told = pd.DataFrame(_take_texts(register, reached["number"].to_numpy()))
    frame = pd.concat([told, reached.reset_index(drop=True)], axis=1)
    scale = pd.Index(SCALES).get_indexer(frame["scale"])
    frame = frame.assign(_scale=-scale.astype("int64"))
    frame = frame.sort_values(
        ["_scale", "share_of_place", "actor"],
        kind="stable",
        ascending=[True, False, True],
        ignore_index=True,
    )
    return frame[
        [
            "id",
            *(c for c in PRESENCE_COLUMNS if c in frame.columns),
            "people",
            "share_of_place",
            "share_of_footprint",
        ]
    ]


def _take_texts(register: Register, numbers: np.ndarray) -> dict[str, Any]:
    """Return the texts of some actors, with the words in which case studies tell their themes."""
    own = {name: register.actors[name].array.take(numbers) for name in TEXTS}
    return own | {"themes": defaults.add_own_words(own["id"], own["themes"])}
