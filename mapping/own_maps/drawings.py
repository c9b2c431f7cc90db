"""Drawings: areas of a file of boundaries become a layer, or footprints where they overlap."""

import csv
import io

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mapping.atoms import mending, partition
from mapping.errors import MappingError, OverlapError
from mapping.geography import IN_SEVERAL, Layer, layers
from mapping.outlines import Outlines, Placed, naming
from mapping.own_maps.own_map import (
    CORRECTED,
    MATCHED,
    UNMATCHED,
    Facts,
    OwnMap,
    make_rows,
)
from mapping.own_maps.units import settle_spelling
from mapping.wording import capitalise, number, write_about, write_count

NO_SHAPE = "it has no area: a point, a line or nothing"
NO_POSTCODE = "no postcode is in it"
NO_MAP = "it is in no map, as none came of this file"
CROSSED = "its outline crosses itself, so we mended it: {}"
THINNED_M = (1, 5, 25, 100)
"""How far corners may be left out where a shape has too many for a cell."""
MAX_EXAMPLES = 3
MAX_FOOTPRINT_CORNERS = 15_000


def guess_name(outlines: Outlines) -> str:
    """Return the column that most likely names the areas; "" if no column is left."""
    return naming.guess_name(outlines.columns[outlines.is_area])


def read_drawing(
    outlines: Outlines, placed: Placed, facts: Facts, *, name: str, code: str = ""
) -> OwnMap:
    """Make a layer of the areas of one layer of a file, on the British grid.

    ``name`` and ``code`` are its columns of the units' names and codes, "" for none; areas
    without a name are numbered, and those with one name, or one code, are one unit. What overlaps
    becomes no layer: ``overlaps`` says so.
    """
    names = _name_rows(outlines, name)
    frame = gpd.GeoDataFrame({"name": names}, geometry=placed.shapes, crs=27700)
    if code:
        codes = outlines.columns[code].to_numpy(object)
        frame["code"] = np.where(codes == "", names, codes)
    drawn = outlines.is_area
    layer, problem, overlaps = _make_layer(frame[drawn], facts, has_codes=bool(code))
    outcome = np.where(drawn, MATCHED, UNMATCHED).astype(object)
    reason = np.where(drawn, "", NO_SHAPE).astype(object)
    crossed = drawn & ~shapely.is_valid(placed.shapes)
    outcome[crossed], reason[crossed] = CORRECTED, _say_lost(placed.shapes[crossed])
    notes = (*outlines.notes, placed.note)
    if layer is None:
        outcome[:] = UNMATCHED
        reason[drawn & ~crossed] = NO_MAP
    else:
        unit = frame["code" if code else "name"]
        held = np.isin(unit if code else names, layer.codes if code else layer.names)
        again = drawn & held & unit.where(drawn).duplicated(keep=False).to_numpy()
        held[again] = _hold_postcodes(placed.shapes[again])
        empty = drawn & ~held
        outcome[empty], reason[empty] = UNMATCHED, NO_POSTCODE
        notes = (*notes, _note_united(unit[again], "code" if code else "name"), _note_shared(layer))
    numbers = np.arange(1, len(drawn) + 1)
    blank = np.full(len(drawn), "", dtype=object)
    rows = make_rows(numbers, outcome, reason, area=names, unit=names, candidates=blank)
    return OwnMap(layer, problem, rows, notes=tuple(filter(None, notes)), overlaps=overlaps)


def _say_lost(shapes: np.ndarray) -> list[str]:
    """Say of outlines that cross themselves how much of what they go round is left out."""
    try:
        mended = mending.mend(shapes)
    except MappingError:  # there is no map of it: that is told instead
        return [CROSSED.format(mending.say_lost(np.nan))] * len(shapes)
    lost = map(mending.measure_lost, shapes, mended)
    return [CROSSED.format(mending.say_lost(one)) for one in lost]


def _name_rows(outlines: Outlines, name: str) -> np.ndarray:
    """Return the name of each row: one for all its spellings, a number where there is none."""
    count = len(outlines.shapes)
    numbered = np.array([f"Area {i + 1}" for i in range(count)], dtype=object)
    if not name:
        return numbered
    told = settle_spelling(outlines.columns[name])
    return np.where(told == "", numbered, told)


def _hold_postcodes(shapes: np.ndarray) -> np.ndarray:
    """Tell which of some polygons hold a postcode, each by itself."""
    found = partition.divide(mending.mend(shapes))
    return np.isin(np.arange(len(shapes)), np.r_[found.polygon, found.shared[:, 1]])


def _note_united(unit: pd.Series, by: str) -> str:
    """Say which units have several areas; "" if none has. ``unit`` has a row for each of these."""
    counts = unit.value_counts()
    if not len(counts):
        return ""
    some = [f"“{one}” of {number(counts[one])}" for one in sorted(counts.index)[:MAX_EXAMPLES]]
    many = "1 unit is" if len(counts) == 1 else f"{len(counts):,} units are"
    apart = "Where these are units of their own, choose a column of codes that tells them apart."
    more = " and others" if len(counts) > MAX_EXAMPLES else ""
    return f"{many} made of several areas of one {by}: {', '.join(some)}{more}. {apart}"


def _note_shared(layer: Layer) -> str:
    """Say how many postcodes lie in several areas, and so in none; "" if none do."""
    shared = layer.residual[layer.residual["reason"] == IN_SEVERAL]
    if not len(shared):
        return ""
    many = write_count(int(shared["postcodes"].sum()), "postcode lies", "postcodes lie")
    people = write_about(float(shared["people"].sum()))
    return (
        f"{capitalise(many)} in several areas, which overlap a little along their lines, and so in "
        f"none of them: {people} residents."
    )


def _make_layer(
    frame: gpd.GeoDataFrame, facts: Facts, *, has_codes: bool
) -> tuple[Layer | None, str, bool]:
    """Make the layer; without one, say why, and whether it is because areas overlap."""
    try:
        code = "code" if has_codes else None
        return layers.from_polygons(frame, names="name", code=code, **facts.texts()), "", False
    except OverlapError as fault:
        return None, str(fault), True
    except MappingError as fault:
        return None, str(fault), False


def write_footprints(outlines: Outlines, placed: Placed, *, name: str) -> bytes:
    """Write areas as a table of organisations and where each works, which may overlap: CSV.

    Columns: organisation, area (WKT in metres of the British grid, with as many corners as a cell
    may have).
    """
    names = _name_rows(outlines, name)
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(["organisation", "area"])
    for who, shape in zip(names[outlines.is_area], placed.shapes[outlines.is_area], strict=True):
        thinner = mending.thin(shape, MAX_FOOTPRINT_CORNERS, THINNED_M)
        table.writerow([who, shapely.to_wkt(thinner, rounding_precision=0)])
    return file.getvalue().encode()
