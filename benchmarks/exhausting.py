"""Files that ask for all the time or memory there is: small ones, and few of each kind.

Each stands for a fault that was found: without the limit or the better way that answers it, the
file took minutes, or more memory than a server has.
"""

import io
import math
import zipfile

from benchmarks.corpus import Hostile

GEOJSON_POINT = (
    '{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[0,51]}}'
)


def files() -> list[Hostile]:
    """Return the files; most are read, and every row of them gets its outcome."""
    return [*_cells(), *_shapes(), *_numbers(), *_archives()]


def _table(header: str, *lines: str) -> bytes:
    return "\n".join((header, *lines)).encode()


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _cells() -> list[Hostile]:
    """Return cells that a pattern reads again and again, and cells of thousands of areas."""
    dots = "a@" + "." * 90_000 + "@"
    names = ";".join(f"q{number}z" for number in range(3_000))
    nowhere = ";".join(f"ZZ{a} {b}{c}Z" for a in range(1, 90) for b in range(9) for c in "ABCDEFGH")
    semicolons = "a;" * 49_000
    prefixes = "city of county of london borough of " * 5
    return [
        Hostile("dots behind a sign.csv", _table("x,area", *[f"{dots},Camden"] * 5), ""),
        Hostile("names in a cell.csv", _table("organisation,area", f"a,{names}"), ""),
        Hostile("postcodes that are none.csv", _table("organisation,postcode", f"a,{nowhere}"), ""),
        Hostile("semicolons.csv", _table("organisation,area", *[f"a,{semicolons}"] * 50), "areas"),
        Hostile(
            "beginnings.csv",
            _table("organisation,area", *(f"a,{prefixes}{n} ua" for n in range(500))),
            "",
        ),
        Hostile("ligatures.csv", _table("organisation,area", *[f"a,{'ﷺ' * 33_000}"] * 20), ""),
        Hostile("a line of postcodes.csv", b"N1 9GU, ", "rows", 250_000),
        Hostile("a cell of 40 MB.csv", b"organisation,area\na," + b"x" * 40_000_000, "characters"),
        Hostile(
            "a cell of 20 million lines.csv",
            b'organisation,area\na,"' + b"x\n" * 20_000_000,
            "lines",
        ),
    ]


def _shapes() -> list[Hostile]:
    """Return shapes that span everything, or whose outlines every postcode meets."""
    britain = (
        f'a{n},"POLYGON((-9 49.{n:03d}, 2 49.1, 2 61, -9 61, -9 49.{n:03d}))"' for n in range(100)
    )
    slivers = (
        f'a{n},"POLYGON((-6 50, 1.7 57.{n:03d}, 1.8 57.{n:03d}, -6 50))"' for n in range(200)
    )
    crossed = (f'a{n},"POLYGON((-6 50, 1.7 57.{n:03d}, -6 57, 1.7 50, -6 50))"' for n in range(40))
    points = f'{{"type":"FeatureCollection","features":[{",".join([GEOJSON_POINT] * 10_000)}]}}'
    inner = "POLYGON((-0.1 51.5,-0.11 51.5,-0.11 51.51,-0.1 51.5))"
    many = f"GEOMETRYCOLLECTION({','.join([inner] * 15_000)})"
    return [
        Hostile("all of Britain.csv", _table("organisation,wkt", *britain), ""),
        Hostile("slivers.csv", _table("organisation,wkt", *slivers), ""),
        Hostile("crossed.csv", _table("organisation,wkt", *crossed), ""),
        Hostile("a star.csv", _table("organisation,wkt", f'a,"{_star(19_000)}"'), ""),
        Hostile("points.csv", _table("organisation,geojson", f"a,{_quoted(points)}"), ""),
        Hostile("collections.csv", _table("organisation,wkt", f'a,"{many}"'), ""),
    ]


def _star(corners: int) -> str:
    """Write a valid star whose every spike spans the country: each postcode meets thousands."""
    turns = ((2 * math.pi * n / corners, n % 2) for n in range(corners))
    xy = [
        (-2 + (3 if far else 0.5) * math.cos(turn), 53 + (2 if far else 0.3) * math.sin(turn))
        for turn, far in turns
    ]
    return f"POLYGON(({','.join(f'{x:.5f} {y:.5f}' for x, y in [*xy, xy[0]])}))"


def _numbers() -> list[Hostile]:
    """Return numbers that are none, too long, or too large, wherever a number is read."""
    long = "9" * 99_000
    points = (
        (long, long, long),
        ("51.5", "-0.1", long),
        ("nan", "inf", "-inf"),
        ("1e400", "-1e400", "1"),
        ("51.5", "-0.1", "1e9"),
        ("51.5", "-0.1", "-5"),
        ("0x33", "1_0", "5"),
        ("٥١", "١", "٥"),
        ("-0", "0", "0"),
        ("51.5", "-0.1", "1e-400"),
        ("51,5", "-0,1", "1.000.000,5"),
        ("51.5\u202e", "-0.1", "∞"),
        ("51.5", "-0.1", "1/0"),
        ("51.5", "-0.1", "1/٠ mile"),
        ("51.5", "-0.1", "-inf"),
        ("51.5", "-0.1", "-1e400"),
        ("51.5", "-0.1", "-1e400 km"),
    )
    rows = [",".join(f'"{cell}"' for cell in point) for point in points]
    return [
        Hostile("numbers.csv", _table("lat,lon,radius", *rows), ""),
        Hostile(
            "circles of everything.csv",
            _table("lat,lon,radius", *["51.5,-0.1,100000"] * 2_000),
            "postcodes",
        ),
    ]


def _archives() -> list[Hostile]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "x")
        for number in range(20_000):
            archive.writestr(zipfile.ZipInfo(str(number)), b"")
    return [Hostile("files without end.xlsx", packed.getvalue(), "files in a workbook")]
