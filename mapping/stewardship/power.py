"""Power: who decides by law, who is paid to deliver, and who is led by the community."""

from functools import lru_cache

import numpy as np
import pandas as pd

from mapping import gaps
from mapping.actors import Register, case_studies, shipped
from mapping.atoms import DATA, tables
from mapping.geocode import fold
from mapping.geography import By
from mapping.places import Place

STATUTORY, COMMISSIONED, COMMUNITY = "statutory", "commissioned", "community-led"
UNKNOWN = "not recorded"
POWERS = (STATUTORY, COMMISSIONED, COMMUNITY, UNKNOWN)
ABSENT_COLUMNS = ("actor", "actor_type", "scale", "themes", "note")


@lru_cache(maxsize=1)
def power_words() -> pd.DataFrame:
    """Read which words in the type of an actor tell its power: columns power, word, why."""
    return tables.read(DATA / "power.csv")


@lru_cache(maxsize=4096)
def find_power(actor_type: str, sector: str = "") -> str:
    """Return whose power an actor has by its type, or else its sector: one of ``POWERS``.

    The longest word that is known decides: "community pharmacy contractor" is commissioned.

    >>> find_power("Tenants' association"), find_power("London borough council"), find_power("band")
    ('community-led', 'statutory', 'not recorded')
    """
    words = power_words()
    for text in (fold(actor_type), fold(sector)):
        known = [
            (len(word), power)
            for word, power in zip(words["word"], words["power"], strict=True)
            if fold(word) in text
        ]
        if known:
            return max(known)[1]
    return UNKNOWN


def tell_powers(actors: pd.DataFrame) -> np.ndarray:
    """Tell whose power each actor has, by its actor_type and sector: (actors,) of ``POWERS``."""
    pairs = zip(actors["actor_type"], actors["sector"], strict=True)
    return np.array([find_power(kind, sector) for kind, sector in pairs], dtype=object)


def take_community(register: Register) -> Register:
    """Keep the actors that are led by the community."""
    return register.take(tell_powers(register.actors) == COMMUNITY)


def count_without_community(
    register: Register, place: Place, *, by: By = "residents"
) -> tuple[pd.Series, pd.DataFrame]:
    """Count, postcode by postcode, who has no community-led actor at neighbourhood scale.

    Returns the cell of ``gaps.grid`` (none, one, several, share_none …), and the wards by people
    without one, most first: ``gaps.uncovered``.
    """
    own, scale = take_community(register), "hyperlocal"
    cell = gaps.grid(place, own, themes=[""], scales=[scale], by=by).iloc[0]
    return cell, gaps.uncovered(place, own, theme="", scale=scale, by=by)


def list_absent(register: Register, place: Place) -> pd.DataFrame:
    """List who is on record and on no convening list, as no area is recorded for it.

    Columns ``ABSENT_COLUMNS``. Of the actors that ship: case studies of the place that are closed,
    and those of the whole nation; of somebody's own, all without an area.
    """
    covered = np.zeros(len(register), dtype=bool)
    covered[register.whole.actor] = True
    covered[register.loose.actor] = True
    bare = register.actors[~covered]
    near = case_studies.list_near(place)["actor"]
    belongs = (
        ~bare["id"].isin(shipped().actors["id"])
        | bare["actor"].isin(near)
        | (bare["scale"] == "national")
    )
    return bare.loc[belongs, list(ABSENT_COLUMNS)].reset_index(drop=True)
