"""Cells: who is covered by nobody, one or several, for each theme and scale; see the package."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from mapping.actors import Register, themes_of
from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.gaps.actor_zones import (
    NO_SCALE,
    NO_THEME,
    ActorZones,
    cells,
    check_theme_and_scale,
    count_cell,
    membership,
    zones,
)
from mapping.gaps.actor_zones import people as people_by_zone
from mapping.gaps.need import Need, drop_missing_need, need_by_ward, need_residual
from mapping.gaps.thin_and_crowded import DIGITS, crowding, orphan_wards, orphans, spread
from mapping.geography import SCALES, By, layers
from mapping.overlap import people_in, ratio
from mapping.places import Place

__all__ = [
    "coverage",
    "crowding",
    "drop_missing_need",
    "grid",
    "is_complete",
    "list_untold",
    "missing_scales",
    "need_residual",
    "orphan_wards",
    "orphans",
    "spread",
    "status",
    "sum_by_district",
    "uncovered",
]

COVERED, PARTLY, KNOWN_GAP, NOT_RECORDED = "covered", "partly", "known gap", "not recorded"
UNTOLD = "untold"
"""The state of a row that holds the actors without a recorded theme or scale."""
SEVERAL, ONE, NOBODY = "several", "one", "nobody lives here"
MIN_COVERED_SHARE = 0.01
"""A scale whose actors cover a smaller share of people counts as missing."""
MAX_COVERAGE_ROWS = 20_000_000
Complete = Collection[tuple[str, str]]


def coverage(
    place: Place,
    register: Register,
    *,
    themes: Sequence[str] | None = None,
    scales: Sequence[str] | None = None,
    by: By = "residents",
) -> pd.DataFrame:
    """Count the actors of every zone with every theme and scale.

    One row per zone × theme × scale, those without any actor too, so that for each theme and
    scale the people add up to the place's. Columns: zone (numbered from 0), ward_code, theme,
    scale (categories), actors (their number), people. Without ``themes`` and ``scales``
    there are all of the register's and all four; actors of the place without a theme or a scale
    stand under "no theme told" and "no scale told". Raises MappingError for an unknown
    scale, and beyond 20 million rows: ``grid`` has no such limit.
    """
    found = zones(place, register)
    shown, at = _vocabulary(found, register, themes, scales)
    each = len(shown) * len(at)
    if len(found) * each > MAX_COVERAGE_ROWS:
        raise MappingError(
            f"Expected at most {MAX_COVERAGE_ROWS:,} rows; {len(found):,} zones × {len(shown):,} "
            "themes × "
            f"{len(at)} scales are {len(found) * each:,}. Give fewer themes=, or use gaps.grid."
        )
    counted = np.empty((len(found), len(shown), len(at)), dtype="int32")
    for part in cells(found, register, shown, at):
        counted[:, part.themes] = part.actors
    people = people_by_zone(place, register, by)
    codes = postcodes.table().ward_codes[found.wards]
    n, cell = len(found), np.arange(each)
    theme, scale = np.divmod(cell, max(len(at), 1))
    return pd.DataFrame(
        {
            "zone": np.repeat(np.arange(n, dtype="int32"), each),
            "ward_code": pd.Categorical.from_codes(np.repeat(found.ward, each), codes),
            "theme": pd.Categorical.from_codes(np.tile(theme, n), shown),
            "scale": pd.Categorical.from_codes(np.tile(scale, n), at),
            "actors": counted.ravel(),
            "people": np.repeat(people, each),
        },
        copy=False,
    )


def grid(
    place: Place,
    register: Register,
    *,
    themes: Sequence[str] | None = None,
    scales: Sequence[str] | None = None,
    complete: Complete = (),
    by: By = "residents",
) -> pd.DataFrame:
    """Count the people whom no, one or several actors cover, for every theme and scale.

    One row per theme × scale; columns: theme, scale, actors (how many meet the place), none,
    one, several (people, who add up to the place's), share_none, share_one, share_several,
    state: "covered" (everybody), "partly", "known gap" (nobody, and the register is
    ``complete`` for it) or "not recorded" (nobody otherwise). Rows as in ``coverage``, with the
    themes of ``complete``; actors without a theme or a scale stand in rows of state "untold".

    >>> from mapping import footprints, places
    >>> camden, known = places.get("Camden"), footprints.shipped()
    >>> found = grid(camden, known, themes=["housing"], scales=["borough"])
    >>> found[["theme", "scale", "share_none", "state"]].values.tolist()
    [['housing', 'borough', 0.0, 'covered']]
    """
    marked = _pairs(complete)
    found = zones(place, register)
    shown, at = _vocabulary(found, register, themes, scales, marked)
    people = people_by_zone(place, register, by)
    parts = [
        [np.einsum("z,zts->ts", people, held) for held in (n == 0, n == 1, n > 1)]
        for _, n in cells(found, register, shown, at)
    ]
    none, one, several = np.concatenate([np.empty((3, 0, len(at))), *parts], axis=1).reshape(3, -1)
    member = membership(register, shown, at)
    actors = np.asarray(member[found.actors()].sum(axis=0)).astype("int64")
    total = np.full(len(none), people.sum())
    told = [(theme, scale) for theme in shown for scale in at]
    return pd.DataFrame(
        {
            "theme": pd.array([theme for theme, _ in told], dtype="str"),
            "scale": pd.array([scale for _, scale in told], dtype="str"),
            "actors": actors,
            "none": none,
            "one": one,
            "several": several,
            "share_none": ratio(none, total),
            "share_one": ratio(one, total),
            "share_several": ratio(several, total),
            "state": pd.array(
                [
                    _state(*cell, marked, n, lacking)
                    for cell, n, lacking in zip(told, actors, none, strict=True)
                ],
                dtype="str",
            ),
        }
    )


def _state(theme: str, scale: str, marked: set, actors: int, none: float) -> str:
    if theme == NO_THEME or scale == NO_SCALE:
        return UNTOLD
    if actors:
        return PARTLY if none > 0 else COVERED
    return KNOWN_GAP if is_complete(theme, scale, marked) else NOT_RECORDED


def is_complete(theme: str, scale: str, complete: Complete) -> bool:
    """Tell whether a register marked ``complete`` for some pairs is so for a theme and scale.

    For any scale it has to be for each of the four, for any theme for all there may be.
    """
    theme, scale = check_theme_and_scale(theme, scale)
    if theme == NO_THEME or scale == NO_SCALE:
        return False
    marked = _pairs(complete)
    wanted = [scale] if scale else SCALES
    return all({(t, s) for t in (theme, "") for s in (one, "")} & marked for one in wanted)


def uncovered(
    place: Place,
    register: Register,
    *,
    theme: str = "",
    scale: str = "",
    need: Need = None,
    by: By = "residents",
) -> pd.DataFrame:
    """Rank the wards of a place by the people whom no actor with a theme and scale covers.

    One row per ward that the place meets, clipped to it, those with nobody uncovered last;
    columns: code, name, people (uncovered), share (of the ward's), people_in_ward, rank (from
    1, equal ones share it). With ``need``, a Series by ward code or one number a postcode:
    also need (of a postcode's need the mean over people uncovered, or over all where none is)
    and score, people × need, by which they are ranked; wards without a need are last, their
    need and score missing: see ``need_residual``. Raises MappingError for an unknown scale.

    >>> from mapping import footprints, places
    >>> camden, known = places.get("Camden"), footprints.shipped()
    >>> found = uncovered(camden, known, theme="housing", scale="borough")
    >>> len(found), found["people"].sum()
    (20, np.float64(0.0))
    """
    found, actors = count_cell(place, register, theme, scale)
    people = people_by_zone(place, register, by)
    lacking = found.sums_by_ward(np.where(actors == 0, people, 0.0))
    in_ward = found.sums_by_ward(people)
    frame = found.by_wards(
        {
            "people": lacking,
            "share": ratio(lacking, in_ward),
            "people_in_ward": in_ward,
        }
    )
    first = "people"
    if need is not None:
        own = people_in(place, by)
        left = np.where((actors == 0)[found.zone], own, 0.0)
        frame["need"] = need_by_ward(place, found, need, left, own)
        frame["score"] = frame["people"] * frame["need"]
        first = "score"
    frame["rank"] = frame[first].rank(method="min", ascending=False, na_option="bottom")
    frame["rank"] = frame["rank"].astype("int64")
    order = [first, "people", "people_in_ward", "code"]
    ranked = frame.sort_values(order, ascending=[False, False, False, True])
    return ranked.reset_index(drop=True)


def status(
    place: Place,
    register: Register,
    *,
    theme: str = "",
    scale: str = "",
    complete: Complete = (),
    by: By = "residents",
) -> pd.DataFrame:
    """Tell for each ward of a place, for the map, how many actors cover its people.

    One row per ward that the place meets, clipped to it, in the order of codes; columns: code,
    name, people, none, one, several (people), sign, share. A ward is told by its largest part:
    ``sign`` is "several", "one", or for none "known gap" if the register is ``complete`` for
    the theme and scale and "not recorded" otherwise; of equal parts the one with fewer actors.
    ``share`` is that part of the ward's people. Where there are none: "nobody lives here".

    >>> from mapping import footprints, places
    >>> found = status(places.get("Camden"), footprints.shipped(), theme="housing", scale="borough")
    >>> found["sign"].unique().tolist()
    ['one']
    """
    found, actors = count_cell(place, register, theme, scale)
    people = people_by_zone(place, register, by)
    parts = [
        found.sums_by_ward(np.where(held, people, 0.0))
        for held in (actors == 0, actors == 1, actors > 1)
    ]
    in_ward = found.sums_by_ward(people)
    counted = dict(zip(("people", "none", "one", "several"), (in_ward, *parts), strict=True))
    gap = KNOWN_GAP if is_complete(theme, scale, complete) else NOT_RECORDED
    return _add_signs(found.by_wards(counted), gap)


def _add_signs(frame: pd.DataFrame, gap: str) -> pd.DataFrame:
    """Add to people, none, one and several the sign of the largest part and its share."""
    parts = frame[["none", "one", "several"]].to_numpy().T
    even = np.round(parts, DIGITS)  # what sums of floats leave over makes no part the larger
    sign = np.array([gap, ONE, SEVERAL])[even.argmax(axis=0)]
    in_area = frame["people"].to_numpy()
    return frame.assign(
        sign=pd.array(np.where(in_area > 0, sign, NOBODY), dtype="str"),
        share=ratio(parts.max(axis=0), in_area),
    )


def sum_by_district(wards: pd.DataFrame, *, known: bool = False) -> pd.DataFrame:
    """Tell the same for council areas: a frame of ``status``, its wards put together.

    One row per district that the wards lie in, clipped like them, in the order of codes; the
    columns are those of ``status``. ``known`` says whether nobody is a known gap.
    """
    facts = layers.wards().set_index("code").loc[wards["code"], ["lad_code", "lad_name"]]
    sums = wards[["people", "none", "one", "several"]].set_index(
        [facts["lad_code"].to_numpy(), facts["lad_name"].to_numpy()]
    )
    found = sums.groupby(level=[0, 1], sort=True).sum().rename_axis(["code", "name"]).reset_index()
    return _add_signs(found, KNOWN_GAP if known else NOT_RECORDED)


def missing_scales(
    place: Place,
    register: Register,
    theme: str | None = None,
    *,
    complete: Complete = (),
    by: By = "residents",
) -> pd.DataFrame:
    """Tell which scales of a theme have nobody in a place, or cover under 1% of its people.

    One row per theme (all of the register's and of ``complete`` unless one is given); columns:
    theme, present and missing (scales, joined with "; "), hardly (the missing ones that have
    an actor after all), known (those for which the register is ``complete``), untold (the
    number of actors of the place with the theme but without a scale).
    """
    only = None if theme is None else [theme]
    at = (*SCALES, NO_SCALE)
    marked = _pairs(complete)
    cell = grid(place, register, themes=only, scales=at, complete=marked, by=by)
    cell = cell[cell["theme"] != NO_THEME]
    actors = cell["actors"].to_numpy().reshape(-1, len(at))
    reached = (cell["share_one"] + cell["share_several"]).to_numpy().reshape(-1, len(at))
    rows = []
    for theme_, here, share in zip(cell["theme"][:: len(at)], actors, reached, strict=True):
        lacking = (here == 0) | (share < MIN_COVERED_SHARE)
        known = np.array([is_complete(theme_, scale, marked) for scale in at])
        told = (~lacking, lacking, lacking & (here > 0), lacking & known)
        texts = ["; ".join(np.array(SCALES)[mask[:-1]]) for mask in told]
        rows.append((theme_, *texts, int(here[-1])))
    columns = ["theme", "present", "missing", "hardly", "known", "untold"]
    return pd.DataFrame(rows, columns=columns)


def list_untold(place: Place, register: Register) -> pd.DataFrame:
    """List the actors of a place for which no theme or no scale is recorded.

    Columns: number (the actor's), actor, missing ("theme", "scale" or "theme and scale").
    """
    here = zones(place, register).actors()
    own = register.actors.iloc[here]
    no_theme = (own["themes"] == "").to_numpy()
    no_scale = ~own["scale"].isin(SCALES).to_numpy()
    missing = np.select(
        [no_theme & no_scale, no_theme, no_scale], ["theme and scale", "theme", "scale"], ""
    )
    frame = pd.DataFrame({"number": here, "actor": own["actor"].to_numpy(), "missing": missing})
    return frame[missing != ""].reset_index(drop=True)


def _vocabulary(
    found: ActorZones,
    register: Register,
    themes: Sequence[str] | None,
    scales: Sequence[str] | None,
    marked: Collection[tuple[str, str]] = (),
) -> tuple[list[str], list[str]]:
    """Return the themes and scales to show: those asked for, or all, and those of the untold."""
    own = register.actors.iloc[found.actors()]
    if themes is None:
        told = themes_of("; ".join(register.themes))
        known = sorted({*told, *(theme for theme, _ in marked if theme)})
        themes = [*known, NO_THEME] if (own["themes"] == "").any() else known
    if scales is None:
        scales = SCALES if own["scale"].isin(SCALES).all() else (*SCALES, NO_SCALE)
    texts = [[one] if isinstance(one, str) else one for one in (themes, scales)]
    return (
        list(dict.fromkeys(check_theme_and_scale(theme, "")[0] for theme in texts[0])),
        list(dict.fromkeys(check_theme_and_scale("", scale)[1] for scale in texts[1])),
    )


def _pairs(complete: Complete) -> set[tuple[str, str]]:
    return {check_theme_and_scale(theme, scale) for theme, scale in complete}
