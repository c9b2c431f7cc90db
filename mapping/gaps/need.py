"""Need: an indicator by ward or postcode, by which gaps are ranked."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd

from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.gaps.actor_zones import ActorZones
from mapping.geography import lenses
from mapping.places import Place

Need: TypeAlias = pd.Series | Sequence[float] | np.ndarray | lenses.Lens
"""A Series by ward code, or one number a postcode of the national table."""


def need_by_ward(
    place: Place, found: ActorZones, need: Need, left: np.ndarray, own: np.ndarray
) -> np.ndarray:
    """Return the need of each ward of a place, missing where none is given.

    By ward code it is taken as given; of one number a postcode it is the mean over the people
    ``left`` without cover, or over all its ``own`` people where nobody is: (len(place),) both.
    """
    if is_by_code(need):
        codes = postcodes.table().ward_codes[found.wards]
        return _check_need(need).reindex(codes).to_numpy()
    each = lenses.get(need).values[place.positions]
    ward = found.ward[found.zone]
    means = []
    for people in (left, own):
        total = np.bincount(ward, weights=people, minlength=len(found.wards))
        felt = np.bincount(ward, weights=people * each, minlength=len(found.wards))
        means.append(np.divide(felt, total, out=np.full(len(total), np.nan), where=total > 0))
    return np.where(np.isnan(means[0]), means[1], means[0])


def is_by_code(need: Need) -> bool:
    """Tell whether a need is given by ward code, a Series with texts as its index."""
    return isinstance(need, pd.Series) and not pd.api.types.is_numeric_dtype(need.index)


def _check_need(need: Need) -> pd.Series:
    """Return need by ward code as numbers of at least 0; missing ones stay missing."""
    assert isinstance(need, pd.Series)
    try:
        values = need.astype("float64")
    except (TypeError, ValueError):
        raise MappingError(
            "Expected a number for each ward; found texts. Leave wards without a number out."
        ) from None
    repeated = values.index[values.index.duplicated()].unique()
    if len(repeated):
        raise MappingError(
            f"Expected each ward once; {len(repeated):,} repeat "
            f"({', '.join(map(str, repeated[:5]))}). Keep one number each."
        )
    wrong = values[(values < 0) | np.isinf(values)]
    if len(wrong):
        raise MappingError(
            f"Expected finite needs of at least 0; found {len(wrong):,} others "
            f"({', '.join(map(str, wrong.tolist()[:5]))}). Correct them, or leave them out."
        )
    return values


def drop_missing_need(ranked: pd.DataFrame, positions: np.ndarray) -> pd.DataFrame:
    """Leave out the need of wards that have none: a frame of ``uncovered`` by need by postcode.

    ``positions`` are the postcodes that have a number. Wards without any such postcode, whose need
    was counted as 0, have need and score missing and come last.
    """
    atoms = postcodes.table()
    told = atoms.ward_codes[np.unique(atoms.ward[positions])]
    known = ranked["code"].isin(told)
    found = ranked.assign(need=ranked["need"].where(known), score=ranked["score"].where(known))
    rank = found["score"].rank(method="min", ascending=False, na_option="bottom")
    found = found.assign(rank=rank.astype("int64"))
    return found.sort_values("rank", kind="stable", ignore_index=True)


def need_residual(place: Place, need: pd.Series) -> tuple[list[str], list[str]]:
    """List the codes of a need that are no wards in use, and the place's wards without a need."""
    given = _check_need(need).dropna()
    atoms = postcodes.table()
    unknown = [str(code) for code in given.index[~given.index.isin(atoms.ward_codes)]]
    own = atoms.ward_codes[np.unique(atoms.ward[place.positions])]
    return unknown, [str(code) for code in own[~np.isin(own, given.index.to_numpy(object))]]
