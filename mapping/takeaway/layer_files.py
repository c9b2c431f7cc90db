"""Layer files: one layer inside a place as a zip, for spreadsheets, map programs and slides.

It is the same zip as that of a view (see ``bundle``). Its tables are lookups, which Upload reads
again: the unit of each small area, exact by postcode.
"""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from mapping import boundaries
from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.geography import Layer, layers, lenses
from mapping.overlap import people_in, units
from mapping.places import Place
from mapping.takeaway import bundle, export
from mapping.takeaway.bundle import MethodNote, Shapes, TableFile
from mapping.takeaway.request import Request
from mapping.wording import capitalise, say_problem, write_count

HEADINGS = {
    "area": "code of the small area, or the postcode",
    "code": "code of the unit that it is in",
    "name": "name of the unit",
    "people": "people in the small area",
    "share": "share of them who live in this unit; 1 where the whole small area does",
}


def list_small_areas(place: Place, layer: Layer, by: str = "residents") -> pd.DataFrame:
    """List the small areas of a place with the unit of a layer that most of each is in.

    Columns: area (code of 2011), code, name (of the unit), people (in the place), share (of them
    who live in the unit, 0 to 1; NaN where nobody lives). Areas of which nobody lives in a unit,
    and no postcode lies in one, have no row; where the lines cut an area, ``share`` is below 1.

    >>> from mapping import layers, places
    >>> found = list_small_areas(places.get("Camden"), layers.get("ward"))
    >>> len(found), bool(found["share"].min() > 0.4)
    (134, True)
    """
    small, unit = layers.get("lsoa"), units(place, layer.by_majority)
    area, people = units(place, small), people_in(place, by)
    known = area >= 0
    frame = pd.DataFrame(
        {"area": area[known], "unit": unit[known], "people": people[known], "postcodes": 1}
    )
    pairs = frame.groupby(["area", "unit"], as_index=False).sum()
    total = pairs.groupby("area")["people"].transform("sum")
    pairs["share"] = (pairs["people"] / total.where(total > 0)).round(6)
    held = pairs[pairs["unit"] >= 0].sort_values(
        ["area", "people", "postcodes", "unit"], ascending=[True, False, False, True]
    )
    first = held.drop_duplicates("area")
    return pd.DataFrame(
        {
            "area": small.codes[first["area"]],
            **_name_units(layer, first["unit"].to_numpy()),
            "people": total[first.index].to_numpy(),
            "share": first["share"].to_numpy(),
        }
    )


def list_postcodes(place: Place, layer: Layer) -> pd.DataFrame:
    """List the postcodes of a place that are in a unit of a layer: area, code, name (of the unit).

    >>> from mapping import layers, places
    >>> list_postcodes(places.get("Camden"), layers.get("ward")).columns.tolist()
    ['area', 'code', 'name']
    """
    unit = units(place, layer.by_majority)
    inside = unit >= 0
    named = postcodes.table().name[place.positions[inside]]
    return pd.DataFrame({"area": named.astype(str), **_name_units(layer, unit[inside])})


def _name_units(layer: Layer, unit: np.ndarray) -> dict[str, np.ndarray]:
    return {"code": layer.labels[0].take(unit), "name": layer.labels[1].take(unit)}


def write(place: Place, layer: Layer, asked: Request, *, by: str = "residents", made: str) -> bytes:
    """Write a layer inside a place as a zip; the same layer always gives the same bytes.

    It holds its units, a lookup by small area and one by postcode (CSV), their areas (GeoPackage
    in EPSG:27700, GeoJSON in EPSG:4326), a picture, a note on method with who drew it and when,
    and ``asked``, which opens it again. ``made`` is the day in words: "1 June 2025". What cannot
    be drawn is left out, and the note says why. Raises MappingError for a layer with no unit there.
    """
    areas, said = _draw(place, layer, by)
    small = list_small_areas(place, layer, by)
    exact = list_postcodes(place, layer)
    if exact.empty:
        raise MappingError(
            f"Expected areas of “{layer.title}” in {place.name}; found none. Choose a place that "
            "it reaches into."
        )
    files = [
        _make_table(
            "units", f"Areas of “{layer.title}” in {place.name}.", _sum_up(small), layer, by
        ),
        _make_table("by-small-area", "The area of each small area (2011).", small, layer, by),
        _make_table("by-postcode", "The area of each postcode.", exact, layer, by),
    ]
    shapes = [] if areas is None else [Shapes("areas", files[0].caption, areas, files[0].source)]
    png = None if areas is None else draw_picture(place, layer, areas)
    words = _write_words(place, layer, by, small, said, made)
    return bundle.write(words, tables=files, shapes=shapes, png=png, asked=asked)


def _draw(place: Place, layer: Layer, by: str) -> tuple[gpd.GeoDataFrame | None, list[str]]:
    """Return the areas of a layer in a place, or None and why there are none."""
    try:
        found = boundaries.polygons(place, layer.by_majority, by=by)
    except MappingError as fault:
        return None, [f"There are no map areas and no picture: {say_problem(fault)}"]
    return export.round_estimates(found, by), []


def _sum_up(small: pd.DataFrame) -> pd.DataFrame:
    """Count the small areas of each unit: code, name, small_areas."""
    counted = small.groupby(["code", "name"], as_index=False).size()
    return counted.rename(columns={"size": "small_areas"})


def _make_table(name: str, caption: str, frame: pd.DataFrame, layer: Layer, by: str) -> TableFile:
    source = export.note(caption, by, [layer])
    return TableFile(name, caption, export.round_estimates(frame, by), source, HEADINGS)


def draw_picture(place: Place, layer: Layer, areas: gpd.GeoDataFrame) -> bytes:
    """Draw the units of a layer, named, over the postcodes of a place, as a PNG."""
    from mapping.drawing import names, picture, signs  # loaded when somebody takes a layer away

    drawn = areas[areas.geometry.notna()]
    found = dict(zip(drawn["code"], signs.pick_signs(len(drawn)), strict=True))
    rooms = names.find_rooms(drawn.geometry)
    atoms, here = postcodes.table(), place.positions
    note = f"{capitalise(layer.source)}. {layer.description} {export.DERIVED}"
    return picture.png(
        f"{layer.title}: {write_count(len(areas), 'area', 'areas')} in {place.name}",
        [
            picture.Areas(drawn, found),
            picture.Dots(atoms.easting[here], atoms.northing[here]),
            picture.Lines(drawn, "borough"),
            picture.Names(drawn["name"].tolist(), rooms, is_bold=True),
        ],
        attribution=export.attribution(),
        note=note,
    )


def _write_words(
    place: Place, layer: Layer, by: str, small: pd.DataFrame, said: Sequence[str], made: str
) -> MethodNote:
    cut = int((small["share"] < 1).sum())
    limits = [*said]
    if cut:
        limits.append(
            f"The lines cut {write_count(cut, 'small area', 'small areas')}: by small area each "
            "is where most of its people are; by postcode it is exact."
        )
    return MethodNote(
        page="Map",
        place=place.name,
        finding=f"{layer.title}, in {place.name}",
        explain=f"{capitalise(layer.source)}.",
        counted=f"{capitalise(lenses.counts(by))}.",
        layers=[layer],
        limits=limits,
        made=made,
        data=f"Postcodes of {postcodes.name_month()}.",
    )
