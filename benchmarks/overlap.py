"""The engine's cross-tables and scores beside overlays of polygons and pandas' groupby."""

import importlib.util
import statistics
import warnings
from collections.abc import Iterator
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd

from benchmarks.bars import Row
from benchmarks.timing import Run, medians_s, seconds
from mapping import boundaries, memory, overlap, places
from mapping.errors import MappingError
from mapping.geography import Layer, layers, lenses
from mapping.overlap import counts
from mapping.places import Place

FIRST_CALLS = 9
OVERLAY_BAR = 300
GROUPBY_BAR = 20
WARM = "warm: the place's people by ward or block and its units are kept from earlier calls"
FIRST = (
    "nothing of the place is kept, nor people by unit; the country's building blocks, the "
    "residents by block and each unit's blocks are loaded once with the data"
)
OWN = "own numbers, looked through and summed in every call"
FIRST_CALL = "first call of a place"


def rows() -> Iterator[Row]:
    """Measure London against polygon overlays, and Great Britain against pandas."""
    warnings.filterwarnings("ignore", module="maup|tobler|geopandas")
    london, britain = places.get("Greater London"), places.get("Great Britain")
    ward, district, borough, lsoa = (
        layers.get(key) for key in ("ward", "postal_district", "borough", "lsoa")
    )
    yield from _against_overlays(london, ward, district, bar=OVERLAY_BAR)
    yield from _against_overlays(london, ward, borough)
    yield from _scores(london, ward, district)
    yield from _against_groupby(britain, ward, borough)
    for a, b in ((ward, district), (lsoa, ward)):
        ours_s, _ = medians_s(partial(overlap.cross_table, britain, a, b), {})
        title = f"Great Britain, {a.plural} × {b.plural}: cross-table"
        yield Row(title, ours_s * 1e3, "ms", note=WARM)
        for words, taken_s, note in _colder(britain, a, b):
            yield Row(f"{title}, {words}", taken_s * 1e3, "ms", note=note)


def _colder(place: Place, a: Layer, b: Layer) -> Iterator[tuple[str, float, str]]:
    """Time the cross-table with less at hand: a place's first call, and own weights."""
    firsts = []
    for _ in range(FIRST_CALLS):
        memory.ARRAYS.clear()
        firsts.append(seconds(partial(overlap.cross_table, place, a, b)))
    yield FIRST_CALL, statistics.median(firsts), FIRST
    own = lenses.get().values * 1.5
    own_s, _ = medians_s(partial(overlap.cross_table, place, a, b, by=own), {})
    yield "with own weights", own_s, OWN


def _against_overlays(
    place: Place, a: Layer, b: Layer, *, bar: float | None = None
) -> Iterator[Row]:
    """Race the cross-table against overlays of shapes as drawn, and of unsimplified ones.

    The bar is held to the drawn ones: fewer vertices, so quicker for the overlays.
    """
    title = f"London, {a.plural} × {b.plural}"
    for words, tolerance_m in (("as drawn", boundaries.detail_m(place)), ("unsimplified", 0.0)):
        left, right = (_shapes(place, one, (a, b), tolerance_m) for one in (a, b))
        peers = _overlays(left, right)
        ours_s, taken = medians_s(lambda: overlap.cross_table(place, a, b), peers)
        if words == "as drawn":
            yield Row(f"{title}: cross-table", ours_s * 1e3, "ms", note=WARM)
            quickest_s = taken["geopandas.overlay"]
            for colder, colder_s, note in _colder(place, a, b):
                yield Row(f"{title}: cross-table, {colder}", colder_s * 1e3, "ms", note=note)
                what = f"{title}: against geopandas.overlay, {words}, {colder}"
                barred = bar if colder == FIRST_CALL else None
                yield Row(what, quickest_s / colder_s, "×", barred, note=note)
        for name, peer_s in taken.items():
            is_barred = name == "geopandas.overlay" and words == "as drawn"
            what = f"{title}: against {name}, {words}"
            note = f"{peer_s * 1e3:.0f} ms"
            yield Row(what, peer_s / ours_s, "×", bar if is_barred else None, note=note)


def _shapes(
    place: Place, layer: Layer, together: tuple[Layer, ...], tolerance_m: float
) -> gpd.GeoDataFrame:
    found = boundaries.polygons(place, layer, tolerance_m=tolerance_m, with_layers=together)
    return found[found.geometry.notna()].reset_index(drop=True)


def _overlays(left: gpd.GeoDataFrame, right: gpd.GeoDataFrame) -> dict[str, Run]:
    """Return the peers: each intersects two layers of polygons, at its default settings."""
    peers: dict[str, Run] = {"geopandas.overlay": lambda: gpd.overlay(left, right)}
    if importlib.util.find_spec("tobler"):
        from tobler.area_weighted import area_interpolate

        peers["tobler.area_interpolate"] = lambda: area_interpolate(
            left, right, extensive_variables=["people"]
        )
    if importlib.util.find_spec("maup"):
        import maup

        peers["maup.intersections"] = lambda: maup.intersections(left, right)
    return peers


def _scores(place: Place, a: Layer, b: Layer) -> Iterator[Row]:
    """Race our scores against those of the areas that an overlay finds."""
    tolerance_m = boundaries.detail_m(place)
    left, right = (_shapes(place, one, (a, b), tolerance_m) for one in (a, b))

    def by_overlay() -> None:
        met = gpd.overlay(left, right)
        table = pd.crosstab(met["code_1"], met["code_2"], met.area, aggfunc="sum").fillna(0)
        overlap.vmeasure(table.to_numpy())

    def ours() -> None:
        overlap.association(place, a, b)
        overlap.aligned_share(place, a, b)

    ours_s, taken = medians_s(ours, {"overlay": by_overlay})
    title = f"London, {a.plural} × {b.plural}: V-measure and aligned share"
    yield Row(title, ours_s * 1e3, "ms")
    yield Row(f"{title}, against overlay", taken["overlay"] / ours_s, "×")


def _against_groupby(place: Place, a: Layer, b: Layer) -> Iterator[Row]:
    """Race the cross-table against pandas; the quickest form of its groupby counts."""
    forms = _groupbys(place, a, b)
    ours_s, taken = medians_s(lambda: overlap.cross_table(place, a, b), forms, rounds=9, calls=5)
    _check_same(overlap.cross_table(place, a, b), forms["int16, unsorted"]())
    best = min(taken, key=taken.__getitem__)
    title = f"Great Britain, {a.plural} × {b.plural}"
    yield Row(f"{title}: cross-table", ours_s * 1e3, "ms", note=WARM)
    for colder, colder_s, note in _colder(place, a, b):
        yield Row(f"{title}: cross-table, {colder}", colder_s * 1e3, "ms", note=note)
        what = f"{title}: against pandas groupby ({best}), {colder}"
        bar = GROUPBY_BAR if colder == FIRST_CALL else None
        yield Row(what, taken[best] / colder_s, "×", bar, note=note)
    for form, peer_s in taken.items():
        bar = GROUPBY_BAR if form == best else None
        what = f"{title}: against pandas groupby ({form})"
        yield Row(what, peer_s / ours_s, "×", bar, note=f"{peer_s * 1e3:.0f} ms")


def _groupbys(place: Place, a: Layer, b: Layer) -> dict[str, Run]:
    """Return the ways in which pandas can sum people by the same two columns.

    The frames are made beforehand; sums alone are timed, without names or shares.
    """
    people = counts.people_in(place)
    narrow = pd.DataFrame({"a": counts.units(place, a), "b": counts.units(place, b)})
    narrow["people"] = people
    wide = narrow.astype({"a": "int64", "b": "int64"})
    coded = pd.DataFrame(
        {
            "a": pd.Categorical.from_codes(narrow["a"], a.codes),
            "b": pd.Categorical.from_codes(narrow["b"], b.codes),
            "people": people,
        }
    )
    return {
        "int16, unsorted": lambda: narrow.groupby(["a", "b"], sort=False)["people"].sum(),
        "int64, unsorted": lambda: wide.groupby(["a", "b"], sort=False)["people"].sum(),
        "int64, sorted": lambda: wide.groupby(["a", "b"])["people"].sum(),
        "categories": lambda: coded.groupby(["a", "b"], sort=False, observed=True)["people"].sum(),
    }


def _check_same(table: pd.DataFrame, sums: object) -> None:
    assert isinstance(sums, pd.Series)
    expected = np.sort(sums[sums > 0].to_numpy())
    if not np.allclose(np.sort(table["people"].to_numpy()), expected):
        raise MappingError("The cross-table and pandas' groupby do not count the same people.")
