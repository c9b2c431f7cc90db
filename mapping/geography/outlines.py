"""Outlines: polygons become a layer, by the postcodes that lie in each."""

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import shapely

from mapping.atoms import mending, partition, table
from mapping.errors import MappingError, OverlapError
from mapping.geography import lenses, lookups
from mapping.geography.layer import Layer, slug

if TYPE_CHECKING:
    import geopandas as gpd

MAX_SHARED = 0.01
"""How much of the smaller of two polygons may be common ground: what two hands draw along one
street. More is an overlap."""
MAX_SHARED_POSTCODES = 0.05
"""How many of its postcodes may lie there: towers stand on little ground."""
MIN_SHARED_M2 = 1.0
"""Less common ground is none: what rounding leaves along an edge."""
MAX_CORNERS = 5_000_000
MAX_EXAMPLES = 5
IN_NONE, IN_SEVERAL, NO_SHAPE = "in no polygon", "in several polygons", "no polygon is given"


class _Outlines(NamedTuple):
    """Units with the polygon of each, in the order of their codes."""

    codes: np.ndarray
    names: np.ndarray
    shapes: np.ndarray


def from_polygons(
    gdf: "gpd.GeoDataFrame",
    *,
    names: str,
    title: str,
    scale: str,
    code: str | None = None,
    **facts: str,
) -> Layer:
    """Make a layer of which each unit is the postcodes inside a polygon, and register it.

    ``gdf`` has (multi)polygons in any CRS that is set; rows of one code are one unit. ``names``
    and ``code`` name its columns of the units' names and codes; without ``code`` the names are
    written as codes. A postcode on the edge of several polygons belongs to the first by code;
    inside several it is in no unit. ``scale`` is one of ``SCALES``; further ``facts`` are texts
    of ``Layer`` (plural, sector, source, as_at, …).

    The layer's key hashes its content, whatever the order of rows: the same content is the same
    object, and ``layers.get`` finds it. Its ``residual`` says which postcodes are in no unit; a
    row for those in no polygon and one for each set of polygons that share some; columns: reason,
    units (names joined with "; "), postcodes, people (estimated residents). With those in the
    units they add up to all of Great Britain. Rows without a polygon follow, without people.

    Raises MappingError without a CRS, for points and lines, for polygons that share more than 1%
    of the smaller one's ground or 5% of its postcodes, as they are no partition, with the areas
    of overlap; and if no postcode lies in any.

    >>> import geopandas, shapely
    >>> halves = [shapely.box(520e3, 180e3, 530e3, 190e3), shapely.box(530e3, 180e3, 540e3, 190e3)]
    >>> gdf = geopandas.GeoDataFrame({"patch": ["West", "East"]}, geometry=halves, crs=27700)
    >>> layer = from_polygons(gdf, names="patch", title="Patch", scale="borough")
    >>> layer.names.tolist(), layer.residual["reason"].tolist()
    (['East', 'West'], ['in no polygon'])
    """
    lookups.check_columns(gdf, [names, *([code] if code else [])])
    if not len(gdf):
        raise MappingError("Expected polygons; found a table without rows. Check what was read.")
    drawn, missing = _read_shapes(gdf)
    outlines = _unite(drawn, gdf[names], gdf[code] if code else None)
    found = partition.divide(outlines.shapes)
    _refuse_overlaps(outlines, found)
    if not (found.polygon >= 0).any():
        raise MappingError(
            f"Expected polygons with postcodes inside; none of {len(gdf):,} has one. {_advise(gdf)}"
        )
    residual = _list_residual(outlines, found, gdf[names][missing])
    return lookups.finish(
        found.polygon,
        "postcode",
        outlines.codes,
        outlines.names,
        residual,
        title=title,
        scale=scale,
        **facts,
    )


def _read_shapes(gdf: "gpd.GeoDataFrame") -> tuple[np.ndarray, np.ndarray]:
    """Return valid flat polygons, EPSG:27700, and which rows have none; see ``from_polygons``."""
    if not hasattr(gdf, "crs"):
        raise MappingError(
            "Expected a table with polygons (a GeoDataFrame); found one without geometry. Read the "
            "file with geopandas.read_file."
        )
    if gdf.crs is None:
        raise MappingError(
            "Expected polygons with a coordinate system; none is set. Set it with "
            "gdf.set_crs(27700) for the British grid, or set_crs(4326) for degrees."
        )
    shapes = gdf.geometry.to_numpy()
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    kinds = shapely.get_type_id(shapes)
    other = ~missing & ~np.isin(kinds, (3, 6))
    if other.any():
        examples = ", ".join(dict.fromkeys(gdf.geometry[other].geom_type[:MAX_EXAMPLES]))
        raise MappingError(
            f"Expected polygons; {other.sum():,} of {len(gdf):,} are others ({examples}). Leave "
            "them out, or draw areas around them."
        )
    corners = int(shapely.get_num_coordinates(shapes).sum())
    if corners > MAX_CORNERS:
        raise MappingError(
            f"Expected polygons of at most {MAX_CORNERS:,} corners together; found {corners:,}. "
            "Simplify them, all at once so that no gaps open between them."
        )
    drawn = shapely.force_2d(gdf.geometry.to_crs(27700).to_numpy())
    if not np.isfinite(shapely.get_coordinates(drawn)).all():
        raise MappingError(
            "Expected polygons in or near Great Britain; some do not fit on the British grid. "
            f"{_advise(gdf)}"
        )
    drawn = mending.mend(drawn)
    return drawn, missing | shapely.is_empty(drawn)


def _advise(gdf: "gpd.GeoDataFrame") -> str:
    """Say what may be wrong with polygons that lie elsewhere."""
    told = f"the CRS, which is said to be {gdf.crs.to_string()}."
    if gdf.crs.is_geographic:
        turned = gdf.geometry.transform(lambda corners: corners[:, ::-1]).to_crs(27700)
        west, south, east, north = turned.total_bounds
        atoms = table()
        if (
            west < atoms.easting.max()
            and east > atoms.easting.min()
            and south < atoms.northing.max()
            and north > atoms.northing.min()
        ):
            return (
                "Latitude and longitude seem to be the other way round: turned, they lie in Great "
                f"Britain. Write longitude first; else check {told}"
            )
    return f"Check {told}"


def _unite(drawn: np.ndarray, names: pd.Series, codes: pd.Series | None) -> _Outlines:
    """Bring the polygons of each code together, in the order of codes."""
    told = lookups.write_texts(names)
    own = told.map(_make_code) if codes is None else lookups.write_texts(codes)
    blank = int(((own == "") | (told == "")).sum())
    if blank:
        raise MappingError(
            f"Expected a name for each polygon; {blank:,} of {len(own):,} have none. Give them one."
        )
    frame = pd.DataFrame({"code": own.to_numpy(str), "name": told.to_numpy(str)})
    pairs = frame.drop_duplicates().sort_values(["code", "name"])
    if pairs["code"].duplicated().any():
        torn = pairs[pairs["code"].duplicated(keep=False)]
        many = torn["code"].nunique()
        raise MappingError(
            f"Expected one name a code; {many:,} {'has' if many == 1 else 'have'} several "
            f"({', '.join(torn['name'][:MAX_EXAMPLES])}). Tell them apart by a column of codes."
        )
    number = np.searchsorted(pairs["code"].to_numpy(str), frame["code"].to_numpy(str))
    shapes = np.full(len(pairs), shapely.MultiPolygon(), dtype=object)
    for unit, rows in pd.Series(number).groupby(number).groups.items():
        own_shapes = drawn[rows.to_numpy()]
        shapes[unit] = own_shapes[0] if len(rows) == 1 else shapely.union_all(own_shapes)
    shapes[shapely.is_missing(shapes)] = shapely.MultiPolygon()
    return _Outlines(pairs["code"].to_numpy(str), pairs["name"].to_numpy(object), shapes)


def _make_code(name: str) -> str:
    """Write a name as a code; the name itself where other letters than Latin ones would be lost."""
    letters = sum(map(str.isalnum, unicodedata.normalize("NFKC", name)))
    code = slug(name)
    return code if code and sum(map(str.isalnum, code)) >= letters else name


def _refuse_overlaps(outlines: _Outlines, found: partition.Partition) -> None:
    """Raise MappingError where two polygons have more in common than a line drawn twice."""
    pairs = partition.find_overlaps(outlines.shapes)
    pairs = pairs[pairs["area_m2"] > MIN_SHARED_M2]
    shared = _count_shared(found)
    held = np.bincount(found.polygon[found.polygon >= 0], minlength=len(outlines.codes))
    held += np.bincount(found.shared[:, 1], minlength=len(outlines.codes))
    count = np.array([shared.get((a, b), 0) for a, b in zip(pairs["a"], pairs["b"], strict=True)])
    smaller = np.minimum(held[pairs["a"]], held[pairs["b"]])
    wrong = (pairs["share_of_smaller"] > MAX_SHARED) | (count > MAX_SHARED_POSTCODES * smaller)
    if not wrong.any():
        return
    worst = pairs.assign(count=count)[wrong].sort_values("area_m2", ascending=False)
    told = [
        f"“{outlines.names[row.a]}” and “{outlines.names[row.b]}” share {row.area_m2 / 1e6:,.2f} "
        f"km² with {row.count:,} postcode{'' if row.count == 1 else 's'}"
        for row in worst.head(MAX_EXAMPLES).itertuples(index=False)
    ]
    raise OverlapError(
        "Expected polygons that share no ground, so that each postcode is in one; "
        f"{len(worst):,} pair{' overlaps' if len(worst) == 1 else 's overlap'} by more than "
        f"{MAX_SHARED:.0%} of the smaller one's ground or {MAX_SHARED_POSTCODES:.0%} of its "
        f"postcodes: {'; '.join(told)}. Redraw them, or upload them as footprints, which may "
        "overlap."
    )


def _count_shared(found: partition.Partition) -> dict[tuple[int, int], int]:
    """Count the postcodes that two polygons share, by pair."""
    rows = pd.DataFrame(found.shared, columns=["at", "polygon"])
    both = rows.merge(rows, on="at")
    both = both[both["polygon_x"] < both["polygon_y"]]
    return both.groupby(["polygon_x", "polygon_y"]).size().to_dict()


def _list_residual(
    outlines: _Outlines, found: partition.Partition, missing: pd.Series
) -> pd.DataFrame:
    """List what is in no unit, as ``from_polygons`` says."""
    people = lenses.get().values
    several = np.zeros(len(table()), dtype=bool)
    several[found.shared[:, 0]] = True
    nowhere = (found.polygon < 0) & ~several
    rows = [(IN_NONE, "", int(nowhere.sum()), float(people[nowhere].sum()))]
    shared = pd.DataFrame(found.shared, columns=["at", "polygon"])
    sets = shared.groupby("at")["polygon"].agg(lambda some: "; ".join(outlines.names[list(some)]))
    for units, at in sets.groupby(sets).groups.items():
        rows.append((IN_SEVERAL, str(units), len(at), float(people[at.to_numpy()].sum())))
    rows += [(NO_SHAPE, str(name), 0, 0.0) for name in missing]
    return pd.DataFrame(rows, columns=["reason", "units", "postcodes", "people"])
