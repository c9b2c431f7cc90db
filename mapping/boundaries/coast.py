"""Great Britain's land: where the postcodes' cells end at the sea."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from mapping.boundaries import tessellation

WINDOW = (-9.5, 49.0, 2.5, 61.5)
"""West, south, east, north of Great Britain, degrees."""
SHORE_M = 400.0
"""Land round a postcode that the coarse coast would leave in the sea."""
DETAIL_M = 20.0


def read_land(path: Path, easting: np.ndarray, northing: np.ndarray) -> shapely.Geometry:
    """Read Natural Earth's land and keep the parts on which postcodes lie.

    The source is coarse (1:10 million): postcodes it leaves in the sea, and any window
    in which it has no land at all, get 400 m of land around them. Returns one valid
    multipolygon in EPSG:27700.
    """
    parts = _parts(path)
    points = np.unique(np.column_stack([easting, northing]).astype(float), axis=0)
    dry = np.zeros(len(points), dtype=bool)
    kept = []
    for part in parts:
        shapely.prepare(part)
        inside = shapely.contains_xy(part, points)
        if inside.any():
            kept.append(part)
            dry |= inside
    added = shapely.buffer(shapely.points(points[~dry]), SHORE_M, quad_segs=4)
    land = shapely.union_all([*kept, shapely.union_all(added)])
    return shapely.multipolygons(shapely.get_parts(shapely.simplify(land, DETAIL_M)))


def _parts(path: Path) -> np.ndarray:
    world = gpd.read_file(path, bbox=WINDOW)
    window = shapely.clip_by_rect(shapely.make_valid(world.geometry.to_numpy()), *WINDOW)
    parts = gpd.GeoSeries(shapely.get_parts(window), crs=4326).to_crs(27700)
    return parts.to_numpy()


def cut(
    labels: np.ndarray, shapes: np.ndarray, land: shapely.Geometry
) -> tuple[np.ndarray, np.ndarray]:
    """Cut a coverage (n,) of polygons at the coast, on a grid of one metre.

    All lines are noded together, so the result is again a valid coverage with whole
    metres as coordinates. Returns labels and shapes like ``tessellation.collect``.
    """
    rings = shapely.get_rings(shapely.get_parts(np.r_[shapes, [land]]))
    noded = shapely.union_all(
        shapely.linestrings(tessellation.unique_segments(rings)), grid_size=1.0
    )
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.point_on_surface(faces)
    shapely.prepare(land)
    face, shape = shapely.STRtree(shapes).query(inside, predicate="intersects")
    label = np.full(len(faces), -1)
    label[face] = labels[shape]
    label[~shapely.contains(land, inside)] = -1
    return tessellation.collect(faces, label)
