"""Hostile workbooks of the kinds .ods, .xlsb and .xls, beside those of ``corpus``.

None of them harms the library that reads the cells: what would end its process is tried in the
tests, on harmless files, with lower limits.
"""

import random
import struct
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from benchmarks import books
from benchmarks.books import Cell, Error, Formula
from benchmarks.corpus import FORMULAS, HEADER, STRANGE, TEMPLATES, Hostile, list_code, rows

TABLE: list[list[Cell]] = [["name", "ward"], ["a", "b"], ["c", "d"]]
_EMPTY_CELLS = '<table:table-cell table:number-columns-repeated="16383"/>'
_ENCRYPTED = (
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml" '
    'manifest:size="9"><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry>'
)


def write_ods(table: list[list[Cell]]) -> bytes:
    """Write a table as an OpenDocument spreadsheet."""
    return books.ods("".join(books.ods_row(*row) for row in table))


WRITERS: dict[str, Callable[[list[list[Cell]]], bytes]] = {
    "ods": write_ods,
    "xlsb": books.xlsb,
    "xls": books.xls,
}


def files() -> list[Hostile]:
    """Return workbooks that somebody may drop, on purpose or not."""
    return [*_of_every_kind(), *_ods(), *_xlsb(), *_xls()]


def _of_every_kind() -> Iterator[Hostile]:
    texts = {"formulas": FORMULAS, "templates": TEMPLATES, "strange": STRANGE}
    for kind, write in WRITERS.items():
        file = partial(_name, kind)
        good = write(TABLE)
        yield file("good", good)
        yield file("called a table.csv", good)
        yield file("no cells", write([]), "without a filled cell")
        yield file("blanks", write([[" ", ""], ["", " "]]), "without a filled cell")
        yield file("header only", write(TABLE[:1]), "but no rows")
        yield file("cut", good[: len(good) // 2], "damaged")
        yield file("wide", write([["c"] * 201, ["d"] * 201]), "columns")
        yield file("errors", write([["name", "ward"], *_twice([Error()] * 500)]))
        yield file("errors computed", write([["name", "ward"], *_twice([Formula(Error())] * 500)]))
        yield file("numbers", write([["name", "n"], ["a", 1e300], ["b", -0.0], ["c", 1e-300]]))
        yield file("header of templates", write([[*TEMPLATES], ["a"] * len(TEMPLATES)]))
        for name, some in texts.items():
            yield file(name, write([["name", "ward"], *_twice(some)]))


def _twice(cells: Sequence[Cell]) -> list[list[Cell]]:
    return [[cell, cell] for cell in cells]


def _name(kind: str, name: str, content: bytes, refused: str = "") -> Hostile:
    return Hostile(name if "." in name else f"{name}.{kind}", content, refused)


def _ods() -> list[Hostile]:
    head, row = books.ods_row("name", "ward"), books.ods_row("a", "b")
    text = books.ods_cell("x")
    away = '<table:table-source xmlns:xlink="x" xlink:href="file:///etc/passwd"/>'
    asks = '<table:table-cell table:formula="of:=WEBSERVICE(&quot;http://127.0.0.1:9/x&quot;)"/>'
    nested = "<table:table-row><table:table-cell><table:table>" * 50 + row
    spanned = 'table:number-rows-spanned="1048576" table:number-columns-spanned="16384"'
    over = f"<table:table-row>{books.ods_cell('m', spanned)}</table:table-row>"

    def repeated(times: str, cells: str = text) -> str:
        return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'

    known = {
        "locked": (books.ods(row, manifest=_ENCRYPTED), "password"),
        "text document": (books.ods(row, mimetype="application/vnd.oasis.opendocument.text"), "no"),
        "far row": (books.ods(head + repeated("1048570", "<table:table-cell/>") + row), ""),
        "far column": (
            books.ods(head + f"<table:table-row>{_EMPTY_CELLS}{text}</table:table-row>"),
            "columns",
        ),
        "many rows": (books.ods(head + repeated("200100")), "rows"),
        "no number of rows": (books.ods(head + repeated("x", asks)), "damaged"),
        "fewer than no rows": (books.ods(head + repeated("-5")), "damaged"),
        "no rows": (books.ods(head + row + repeated("0")), ""),
        "merged over everything": (books.ods(head + over * 1_000 + row), ""),
        "huge cell": (books.ods(head + books.ods_row("x" * 1_200_000, "b")), "characters"),
        "asks outside": (books.ods(head + f"<table:table-row>{asks}{text}</table:table-row>"), ""),
        "linked": (books.ods(away + head + row), ""),
        "nested": (books.ods(head + nested), "damaged"),
        "not closed": (books.ods(head + "<table:table-row>"), "damaged"),
        "no content": (books.zipped({"mimetype": books.ODS_MIMETYPE}), "damaged"),
        "tables without end": (books.ods(head + row, more="<table:table/>" * 10_000), ""),
        "climbing": (_packed({"../../x": "x"}), "points outside"),
        "entities": (
            _packed({"content.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}),
            "unusual Excel format",
        ),
        "bomb": (_packed({"Pictures/x.xml": " " * 60_000_000}), "unpacks"),
        "all hidden": (
            books.ods(books.ods_row("a", "b", told='table:visibility="collapse"') * 2_000),
            "",
        ),
    }
    return [_name("ods", name, *told) for name, told in known.items()]


def _packed(files: dict[str, str]) -> bytes:
    return books.zipped({"mimetype": books.ODS_MIMETYPE, "content.xml": "<x/>", **files})


def _xlsb() -> list[Hostile]:
    good = books.xlsb(TABLE)
    areas = [(2, 1_048_575, 0, 16_383)] * 1_000
    known = {
        "far row": (books.xlsb([*TABLE, *[[]] * 60_000, ["e", "f"]]), ""),
        "far column": (books.xlsb([*TABLE, [None] * 16_383 + ["x"]]), "columns"),
        "merged over everything": (books.xlsb(TABLE, merged=areas), ""),
        "all hidden": (books.xlsb(TABLE * 500, hidden=range(1_500)), ""),
        "huge cell": (books.xlsb([["name"], ["x" * 1_200_000]]), "characters"),
        "unknown error": (books.xlsb([*TABLE, [Error(0xFF)]]), "damaged"),
        "no records": (books.pack_xlsb(b""), "none in it"),
        "trailing": (good + b"x" * 100_000, "damaged"),
    }
    return [_name("xlsb", name, *told) for name, told in known.items()]


def _xls() -> list[Hostile]:
    unknown = struct.pack("<HH", 0xABC, 8_000) + bytes(8_000)
    sheet = struct.pack("<HHHHHHII", 0x809, 16, 0x600, 0x10, 0, 0, 0, 0)
    number = struct.pack("<HHHHHd", 0x203, 14, 0, 0, 0, 1.0)
    end = struct.pack("<HH", 0x0A, 0)
    known = {
        "locked": (books.xls(TABLE, is_locked=True), "password"),
        "far row": (books.xls([*TABLE, *[[]] * 65_000, ["e", "f"]]), ""),
        "far column": (books.xls([*TABLE, [None] * 255 + ["x"]]), "columns"),
        "merged over everything": (books.xls(TABLE, merged=[(2, 65_535, 0, 255)] * 1_000), ""),
        "all hidden": (books.xls(TABLE * 500, hidden=range(1_500)), ""),
        "long cell": (books.xls([["name", "ward"], ["x" * 4_000, "b"]]), ""),
        "unknown error": (books.xls([*TABLE, [Error(0xFF)]]), "damaged"),
        "unknown records": (books.pack_xls(sheet + unknown * 20 + number * 2 + end), ""),
        "no end": (books.pack_xls(sheet + number), "damaged"),
        "another stream": (books.compound("Contents", b"x"), "older Office file"),
    }
    return [_name("xls", name, *told) for name, told in known.items()]


def injected(trap: str) -> Iterator[tuple[str, bytes]]:
    """Yield workbooks of every kind whose every text would run if it could, and make ``trap``."""
    code = list_code(trap)
    for kind, write in WRITERS.items():
        table: list[list[Cell]] = [[text] * len(HEADER) for text in code]
        yield f"in cells.{kind}", write([[*HEADER], *table])


def broken(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Yield so many workbooks of each kind, of which a few bytes are others, or the end is off."""
    for kind, write in WRITERS.items():
        for number in range(count):
            some = random.Random(f"{seed}-{kind}-{number}")
            table = [list(HEADER), *rows(some.randrange(10**6), some.randrange(1, 40))]
            content = bytearray(write([[*row] for row in table]))
            for _ in range(some.randrange(1, 6)):
                content[some.randrange(len(content))] ^= 1 << some.randrange(8)
            if number % 5 == 0:
                del content[some.randrange(len(content) // 2, len(content)) :]
            yield f"{number:03d} flipped.{kind}", bytes(content)
