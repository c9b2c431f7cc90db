"""What must not take long: pictures, lines, shapes, and files and ground made to take for ever.

Each row stands for a fault that was found, or a promise of the app; its bar leaves a busy
machine room.
"""

import io
import os
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from unittest.mock import patch

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import Voronoi

from benchmarks import corpus
from benchmarks.bars import Row
from benchmarks.timing import medians_s, seconds
from mapping import boundaries, intake, overlap, places
from mapping.atoms import postcodes
from mapping.boundaries import tessellation
from mapping.drawing import dots, picture, signs
from mapping.errors import MappingError
from mapping.footprints import ground
from mapping.geocode import spelling
from mapping.geography import layers
from mapping.takeaway import export

CREDIT = ["A licence"]
PLAIN_ROWS, PLAIN_BAR = 30_000, 3
FILE_BAR_S = 20
GROUND_BAR_S = 20
SIGHT_BAR_S = 3


def rows() -> Iterator[Row]:
    """Measure each once; files beside pandas in turns."""
    yield from _measure_files()
    yield from _measure_ground()
    yield from _measure_pictures()
    yield from _measure_lines()
    yield from _measure_looks()


def _measure_files() -> Iterator[Row]:
    content = corpus.written(corpus.rows(3, PLAIN_ROWS), end="\n").encode()
    ours_s, peers = medians_s(
        partial(intake.read_sheet, content, name="x.csv"),
        {"pandas": lambda: pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)},
        calls=1,
    )
    times = ours_s / peers["pandas"]
    title = f"a plain table of {PLAIN_ROWS:,} rows: times pandas.read_csv"
    yield Row(title, times, "x", PLAIN_BAR, "less")
    stray = ("name,ward\n" + 'x,"y\n' * 50_000).encode()
    taken_s = seconds(partial(intake.read_sheet, stray, name="x.csv"))
    yield Row("50,000 stray quotation marks in a table", taken_s, "s", FILE_BAR_S, "less")
    dull = {
        "a@" * 50_000,
        "Camden " + " " * 50_000 + "x",
        "A" * 100_000,
        "Camden," * 10_000,
        ("x" * 99 + " ") * 1_000,
        "1" + " " * 5_000 + "x",
        "51°" * 60,
    }
    taken_s = sum(seconds(partial(intake.read_sheet, one.encode(), name="x.txt")) for one in dull)
    yield Row("lines that patterns read again and again", taken_s, "s", FILE_BAR_S, "less")
    names = layers.get("ward").names.tolist()
    ends = ("", ".", " ward", " Council")
    typed = [f"{name}{end}" for end in ends for name in names][:25_000]
    taken_s = seconds(lambda: [spelling.key(name) for name in typed])
    yield Row(f"{len(typed):,} names, as typed, made alike", taken_s, "s", 1, "less")
    named = {file.name: seconds(partial(_try, file)) for file in corpus.hostile_files()}
    longest = max(named, key=lambda name: named[name])
    what = "hostile corpus: the file that takes longest to be read or refused"
    yield Row(what, named[longest], "s", FILE_BAR_S, "less", longest)


def _try(file: corpus.Hostile) -> None:
    try:
        intake.read_sheet(file.content, name=file.name)
    except MappingError:  # refused in a sentence: that is an answer too
        return


def _measure_ground() -> Iterator[Row]:
    spikes, tame = draw_ring(19_001, dent=0.9), draw_ring(19_000)
    large = [draw_ring(corners, dent=0.5) for corners in range(50, 1_050)] * 2
    nested = "GEOMETRYCOLLECTION(" * 50_000 + "POINT(1 2)" + ")" * 50_000
    cases = {
        "a shape within shapes without end": ([nested], 5),
        "a shape that crosses itself everywhere": ([draw_crossed()], GROUND_BAR_S),
        "a shape of the whole country": ([tame], 5),
        "spikes all over the country": ([spikes], GROUND_BAR_S),
        "two thousand large shapes": (large, 60),
    }
    for what, (texts, bar_s) in cases.items():
        yield Row(f"ground: {what}", seconds(partial(ground.shapes, texts)), "s", bar_s, "less")


def draw_ring(corners: int, dent: float = 0.0) -> str:
    """Write a polygon round most of the country; with a dent every other corner is further in."""
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    away = 390_000 * (1 - dent * (np.arange(corners) % 2))
    x, y = 360_000 + 0.85 * away * np.cos(turn), np.maximum(500_000 + away * np.sin(turn), 1)
    wkt: str = shapely.Polygon(np.c_[x, y]).wkt
    return wkt


def draw_crossed(corners: int = 19_000) -> str:
    """Write a polygon whose edges cross each other wherever they can."""
    around = np.random.default_rng(1).uniform((529_000, 180_000), (531_000, 182_000), (corners, 2))
    return f"POLYGON(({', '.join(f'{x:.0f} {y:.0f}' for x, y in [*around, around[0]])}))"


def _measure_pictures() -> Iterator[Row]:
    london, atoms = places.get("Greater London"), postcodes.table()
    wards = boundaries.polygons(london, layers.get("ward"), tolerance_m=30)
    boroughs = boundaries.polygons(london, layers.get("borough"), tolerance_m=30)
    kinds = dict(zip(wards.code, list(signs.COVERAGE) * 141, strict=False))
    east, north = atoms.easting[london.positions], atoms.northing[london.positions]
    taken_s = seconds(lambda: dots.pictures(dots.lay_out(east, north)))
    yield Row("both pictures of London's postcodes", taken_s, "s", SIGHT_BAR_S, "less")
    drawn: list[picture.PictureLayer] = [
        picture.Areas(wards, kinds),
        picture.Dots(east, north),
        picture.Lines(boroughs, "borough"),
    ]
    legend = list(signs.COVERAGE.items())
    credit = export.attribution()
    taken_s = _processor_s(partial(picture.png, "x", drawn, legend=legend, attribution=credit))
    what = "a picture of London's wards with signs, lines and postcodes: processor time"
    yield Row(what, taken_s, "s", SIGHT_BAR_S, "less")
    crowd = [picture.Lines(draw_short_lines(), crowded=True)]
    taken_s = _processor_s(partial(picture.png, "x", crowd, attribution=CREDIT))
    yield Row("a picture of 30,000 short lines: processor time", taken_s, "s", SIGHT_BAR_S, "less")


def _processor_s(run: Callable[[], object]) -> float:
    begun = time.process_time()
    run()
    return time.process_time() - begun


def draw_short_lines(number: int = 30_000) -> gpd.GeoDataFrame:
    """Draw lines of some 200 m in a square of 50 km, of three kinds in turn."""
    chance = np.random.default_rng(1)
    begin = chance.random((number, 1, 2)) * 50_000
    lines = shapely.linestrings(begin + np.cumsum(chance.normal(0, 40, (number, 6, 2)), axis=1))
    part = np.resize(["both", "a_only", "b_only"], number)
    return gpd.GeoDataFrame({"part": part}, geometry=lines, crs=27700)


def _measure_lines() -> Iterator[Row]:
    london, icb, police = places.get("Greater London"), layers.get("icb"), layers.get("police_bcu")
    near: list[Callable[[], object]] = [
        partial(overlap.edge_dwellers, london, icb, distance_m=d) for d in (100, 300, 1_000, 5_000)
    ]
    taken_s = sum(map(seconds, near))
    what = "London: people near the lines of its health boards, within 100 m to 5 km"
    yield Row(what, taken_s, "s", 15, "less", "once 93 s and 6.7 GB for two kilometres alone")
    taken_s = seconds(partial(boundaries.line_agreement, london, icb, police))
    yield Row("London: lines that health boards and police share", taken_s, "s", 3, "less")
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.dict(os.environ, {"COMMON_GROUND_CACHE": folder}),
    ):
        taken_s = seconds(partial(boundaries.polygons, london, layers.get("lsoa")))
    yield Row("London: small areas, derived anew", taken_s, "s", 120, "less")
    yield from _measure_cells()


def _measure_cells(number: int = 100_000) -> Iterator[Row]:
    """Compare the cells of postcodes with scipy's: time in turns, and memory at the most."""
    atoms = postcodes.table()
    some = np.lexsort((atoms.easting, atoms.northing))[-number:]
    east, north = atoms.easting[some], atoms.northing[some]
    xy = np.unique(np.column_stack([east, north]).astype(float), axis=0)
    ours, theirs = partial(tessellation.tessellate, east, north), partial(Voronoi, xy)
    own_s, peers_s = medians_s(ours, {"scipy": theirs}, rounds=5, calls=1)
    yield Row(f"cells of {number:,} postcodes", own_s, "s")
    yield Row("  against scipy's Voronoi", own_s / peers_s["scipy"], "×", 1, "less")
    most = _most_traced_mb(ours) / _most_traced_mb(theirs)
    yield Row("  memory meanwhile, against it", most, "×", 1, "less")


def _most_traced_mb(run: Callable[[], object]) -> float:
    """Return what Python and numpy hold at the most while something runs, MB (10⁶)."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def _measure_looks(number: int = 150, times: int = 1_000) -> Iterator[Row]:
    """Compare a look at one of many layers of one's own with one at a layer that ships."""
    ward = layers.get("ward")
    for at in range(number):
        wards = ward.codes[at : at + 30]
        table = pd.DataFrame({"area": [*wards, "X"], "team": f"Team {at}"})
        own = layers.from_lookup(table, areas="area", units="team", title="T", scale="hyperlocal")

    def look(key: str) -> None:
        for _ in range(times):
            layers.get(key)

    own_s, peers_s = medians_s(partial(look, own.key), {"ward": partial(look, ward.key)}, calls=1)
    yield Row(f"a look at one of {number} maps of one's own", own_s / times * 1e6, "µs")
    yield Row("  against one that ships", own_s / peers_s["ward"], "×", 100, "less")
