"""Convening: who should be in the room for a place, by whose power they have; ward teams apart."""

import numpy as np
import pandas as pd

from mapping.actors import defaults
from mapping.stewardship.organisations import count_themes
from mapping.stewardship.power import POWERS, tell_powers

TEAM = "ward team"
"""Stands for the power of councillors and police teams of single wards: parts of others."""


def order_convening(found: pd.DataFrame) -> pd.DataFrame:
    """Put a frame of ``presence.list_convening`` in the order in which somebody invites.

    Adds power: one of ``POWERS``, in that order, or ``TEAM`` for ward councillors and ward police
    teams, which come last. Within these those that serve most of the place come first, of equal
    ones those whose own area lies most in it, then those with most themes, then by name.
    """
    team = found["actor_type"].isin(defaults.TEAMS).to_numpy()
    power = np.where(team, TEAM, tell_powers(found))
    rank = {one: at for at, one in enumerate((*POWERS, TEAM))}
    ordered = found.assign(
        power=pd.array(power, dtype="str"),
        _rank=[rank[one] for one in power],
        _of_place=found["share_of_place"].round(6),
        _of_own=found["share_of_footprint"].round(6),
        _themes=found["themes"].map(count_themes),
    ).sort_values(
        ["_rank", "_of_place", "_of_own", "_themes", "actor"],
        ascending=[True, False, False, False, True],
        kind="stable",
        ignore_index=True,
    )
    return ordered.drop(columns=["_rank", "_of_place", "_of_own", "_themes"])
