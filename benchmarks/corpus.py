"""Files that try to break whoever opens them: mutated tables, and formats in disguise.

Everything is made from a seed, so that a file that failed once can be made again.
"""

import csv
import io
import json
import pickle
import random
import zipfile
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

import numpy as np

HEADER = ("row", "organisation", "ward", "theme", "scale", "postcode", "note")
FORMULAS = (
    '=HYPERLINK("http://127.0.0.1:9/x","x")',
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C x'!A0",
)
TEMPLATES = (
    "{{7*7}}",
    "${7*7}",
    "{% raw %}",
    "<script>alert(1)</script>",
    "`x`",
    "\\u0041",
    "%s%n",
)
STRANGE = (
    "\u202eevil\u202c",
    "zero\u200bwidth",
    "\ufeff",
    "e\u0301",
    "\U0001f3d9",
    "\u2028",
    "ﷺ" * 9,
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
)


MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
KINDS = {
    "xl/workbook.xml": "sheet.main",
    "xl/worksheets/sheet1.xml": "worksheet",
    "xl/sharedStrings.xml": "sharedStrings",
    "xl/styles.xml": "styles",
}
"""What the parts of a workbook are."""


ROOT_LINK = (
    f'<Relationships xmlns="{LINKS}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)
"""What ties a zip to its workbook."""


class Hostile(NamedTuple):
    """A file, and a word of the sentence that refuses it; "" if it must be read.

    Its content is ``part``, repeated: large files are made only when they are wanted.
    """

    name: str
    part: bytes
    refused: str
    times: int = 1

    @property
    def content(self) -> bytes:
        """Return the file's bytes."""
        return self.part * self.times


def rows(seed: int, count: int) -> list[list[str]]:
    """Make rows of an officer's table; each says its own number: "id00017"."""
    some = random.Random(seed)
    return [
        [
            f"id{i:05d}",
            f"Organisation {some.randrange(300)}",
            f"E0500{some.randrange(9999):04d}",
            some.choice(("health", "housing; health", "NA", "null", "Children, young people")),
            some.choice(("hyperlocal", "borough", "")),
            f"N{some.randrange(20)} {some.randrange(9)}GU",
            some.choice(("01", "3E05", "1/2", "Café", 'says "hi"', "")),
        ]
        for i in range(count)
    ]


def written(table: list[list[str]], *, delimiter: str = ",", end: str = "\r\n") -> str:
    """Write a table as CSV, header first."""
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator=end).writerows([HEADER, *table])
    return file.getvalue()


def hostile_files() -> list[Hostile]:
    """Return files of every kind that somebody may drop, on purpose or not."""
    return [*_texts(), *_other_formats(), *_workbooks()]


def _texts() -> list[Hostile]:
    plain = written(rows(1, 20))
    vrt = (
        b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource>'
        b"</OGRVRTLayer></OGRVRTDataSource>"
    )
    collection = json.dumps({"type": "FeatureCollection", "features": []}).encode()
    return [
        Hostile("empty.csv", b"", "empty"),
        Hostile("blank.csv", b"\r\n \t\r\n", "nothing but blanks"),
        Hostile("commas.csv", b",,,\n,,,\n", "no data in it"),
        Hostile("header only.csv", b"name,ward,theme\r\n", "but no rows"),
        Hostile("zeros.csv", b"\x00" * 100_000, "nothing but blanks"),
        Hostile("half zeros.csv", plain.encode() + b"\x00" * 5_000, "zero"),
        Hostile("noise.csv", random.Random(1).randbytes(50_000), "as text"),
        Hostile("one quote.csv", b'"', "no data in it"),
        Hostile("unterminated.csv", plain.replace("id00003", '"id00003').encode(), ""),
        Hostile("all unterminated.csv", plain.replace("id0", '"id0').encode(), ""),
        Hostile("quotes.csv", b"x" + b'"' * 3_000_000, "characters in a cell"),
        Hostile("quotes in lines.csv", b"x\n" + b'"\n' * 150_000 + b"y", ""),
        Hostile("stray quotes.csv", b"name,ward\n" + b'",b"c,"d\n' * 100_000, ""),
        Hostile("300 MB of quotes.csv", b'"', "MB", 300_000_000),
        Hostile("lone returns.csv", plain.replace("\r\n", "\r").encode(), ""),
        Hostile("mixed ends.csv", _mixed(plain), ""),
        Hostile("wide.csv", ",".join(map(str, range(100_000))).encode() + b"\n1,2", "columns"),
        Hostile("wide row.csv", f"{plain}a{',x' * 99_999}\n".encode(), "columns"),
        Hostile("wide and quoted.csv", f'{plain}"a"{",x" * 99_999}\n'.encode(), "columns"),
        Hostile("commas only.csv", b",", "no data in it", 20_000_000),
        Hostile("commas and a word.csv", b"x" + b"," * 2_000_000, "columns"),
        Hostile("long.csv", b"name,ward\n" + b"a,b\n" * 200_001, "rows"),
        Hostile("blank lines.csv", b"name,ward\na,b\n" + b"\n" * 3_000_000, "lines"),
        Hostile("huge cell.csv", b"name,ward\na," + b"x" * 100_001 + b"\n", "characters"),
        Hostile("shape.csv", b'name,wkt\na,"POLYGON((' + b"0 0," * 200_000 + b'0 0))"\n', ""),
        Hostile("huge shape.csv", b'a,wkt\na,"POLYGON((' + b"0 0," * 300_000 + b'))"', "shape"),
        Hostile("vrt.csv", vrt, "VRT"),
        Hostile("vrt in utf-16.csv", vrt.decode().encode("utf-16"), "VRT"),
        Hostile("wfs.csv", b'<?xml version="1.0"?>\n<OGRWFSDataSource><URL>x</URL>', "WFS"),
        Hostile("page.csv", b"<!DOCTYPE html><html><table><tr><td>a</td></tr></table>", "HTML"),
        Hostile("x.csv", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "XML"),
        Hostile("map.kml", b'<?xml version="1.0"?><kml></kml>', "KML"),
        Hostile("picture.svg", b"<svg onload='x'></svg>", "SVG"),
        Hostile("wards.geojson", collection, "GeoJSON"),
        Hostile("data.json", b'[{"name": "a"}]', "JSON"),
        Hostile("formulas.csv", _with(FORMULAS), ""),
        Hostile("templates.csv", _with(TEMPLATES), ""),
        Hostile("strange.csv", _with(STRANGE), ""),
        Hostile("header of templates.csv", b"{{7*7}},${7*7},<b>\na,b,c\n", ""),
    ]


def _mixed(text: str) -> bytes:
    return text.replace("\r\n", "\r", 5).replace("\r\n", "\n", 5).encode()


def _with(texts: tuple[str, ...]) -> bytes:
    table = rows(2, len(texts))
    for row, text in zip(table, texts, strict=True):
        row[1] = row[6] = text
    return written(table).encode()


def _other_formats() -> list[Hostile]:
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    return [
        Hostile("old.xls", compound + "Workbook\0".encode("utf-16-le"), "damaged"),
        Hostile("locked.xlsx", compound + "EncryptedPackage".encode("utf-16-le"), "password"),
        Hostile("old.doc", compound + "WordDocument".encode("utf-16-le"), ".doc"),
        Hostile("x.pdf", b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        Hostile("x.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 99, "picture"),
        Hostile("x.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 99, "picture"),
        Hostile("x.heic", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 99, "picture"),
        Hostile("x.parquet", b"PAR1" + b"\x15" * 99 + b"PAR1", "Parquet"),
        Hostile("x.gpkg", b"SQLite format 3\x00" + b"\x00" * 99, "GeoPackage"),
        Hostile("x.shp", b"\x00\x00\x27\x0a" + b"\x00" * 99, "shapefile"),
        Hostile("x.csv.gz", b"\x1f\x8b\x08" + b"\x00" * 99, "gzip"),
        Hostile("x.rtf", b"{\\rtf1 a}", "RTF"),
        Hostile("x.ods", zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "Open"),
        Hostile("x.numbers", zipped({"Index/Document.iwa": "x"}), "Numbers"),
        Hostile("x.docx", zipped({"word/document.xml": "<x/>"}), "Word"),
        Hostile("x.xlsb", zipped({"xl/workbook.bin": "x"}), "damaged"),
        Hostile("wards.zip", zipped({"wards.shp": "x", "wards.dbf": "x"}), "boundaries"),
        Hostile("two.zip", zipped({"a.csv": "x"}), "zip"),
        Hostile("cut.xlsx", xlsx([["a", "b"], ["c", "d"]])[:200], "damaged"),
        Hostile("not a zip.xlsx", b"PK\x03\x04" + b"\x00" * 999, "damaged"),
    ]


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """Pack texts under their names."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def xlsx(table: list[list[str]] | None = None, **changed: str | bytes) -> bytes:
    """Pack a workbook of one sheet with inline texts.

    ``changed`` replaces the parts ``sheet``, ``strings``, ``book``, ``links``, ``styles``,
    ``kinds``, or adds ``more`` (a name).
    """
    lines = ""
    for i, row in enumerate(table or [], 1):
        cells = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row)
        lines += f'<row r="{i}">{cells}</row>'
    files: dict[str, str | bytes] = {
        "xl/workbook.xml": changed.get("book")
        or f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": changed.get("links") or link("worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": changed.get("sheet") or sheet_xml(lines),
    }
    if "strings" in changed:
        files["xl/sharedStrings.xml"] = changed["strings"]
    if "styles" in changed:
        files["xl/styles.xml"] = changed["styles"]
    if "more" in changed:
        files[str(changed["more"])] = "x"
    begins = {"[Content_Types].xml": changed.get("kinds") or kinds(files), "_rels/.rels": ROOT_LINK}
    return zipped({**begins, **files})


def kinds(files: Mapping[str, str | bytes]) -> str:
    """Write what the parts of a workbook are, of those that are there."""
    told = "".join(
        f'<Override PartName="/{part}" ContentType="{_KIND}.{kind}+xml"/>'
        for part, kind in KINDS.items()
        if part in files
    )
    return f'<Types xmlns="{TYPES}">{told}</Types>'


def sheet_xml(cells: str, before: str = "", after: str = "") -> str:
    """Write a worksheet around rows of cells."""
    return f"<worksheet {MAIN}>{before}<sheetData>{cells}</sheetData>{after}</worksheet>"


def link(target: str, more: str = "") -> str:
    """Write what ties a workbook to its worksheet."""
    return (
        f'<Relationships xmlns="{LINKS}"><Relationship Id="rId1" Type="{OFFICE}/worksheet" '
        f'Target="{target}" {more}/></Relationships>'
    )


FACTORS = (91_393, 99_787)
"""Two numbers whose product no file holds: it comes out if something multiplies them."""


def injections(trap: str) -> Iterator[tuple[str, bytes]]:
    """Yield files whose every text would run if it could, and make the file ``trap``.

    Each text stands in cells of every column, in headings, in the name of the file or the sheet.
    """
    code = list_code(trap)
    table = [
        [text if i == column else f"id{row:05d} {i}" for i in range(len(HEADER))]
        for row, (text, column) in enumerate(product(code, range(len(HEADER))))
    ]
    yield "in cells.csv", written(table).encode()
    yield "in cells.xlsx", xlsx([list(HEADER), *([escape(c) for c in row] for row in table)])
    returns = [["organisation", "postcode"], *([f"{n}_x000D_=1+1", "N1 9GU"] for n in range(9))]
    yield "returns.xlsx", xlsx(returns)
    for text in code:
        headings = [text, "organisation", f"{text} 2", "postcode"]
        file = io.StringIO()
        csv.writer(file).writerows([headings, ["a", text, text, "N1 9GU"], ["b", text, "c", text]])
        yield f"{text}.csv", file.getvalue().encode()
        book = f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets><sheet name={quoteattr(text[:31])} '
        yield (
            f"{text}.xlsx",
            xlsx(
                [["postcode", "ward"], ["N1 9GU", escape(text)]],
                book=f'{book}sheetId="1" r:id="rId1"/></sheets></workbook>',
            ),
        )
    touch = f"touch {trap}"
    yield "pickled.csv", f"cos\nsystem\n(S'{touch}'\ntR.".encode()
    yield "pickled.npy", pickle.dumps(np.array([_Touching(trap)], dtype=object))


def list_code(trap: str) -> list[str]:
    """Return texts that would run in one program or another, or make the file ``trap``."""
    a, b = FACTORS
    touch = f"touch {trap}"
    return [
        f"{{{{ cycler.__init__.__globals__.os.system('{touch}') }}}}",
        f"{{{{ this.__init__.__globals__['__builtins__']['open']('{trap}', 'w') }}}}",
        f"{{{{{a}*{b}}}}}",
        f"${{{a}*{b}}}",
        f"{{% print({a}*{b}) %}}",
        f"#{{{a}*{b}}}",
        f"${{__import__('os').system('{touch}')}}",
        f"__import__('os').system('{touch}')",
        f"@open('{trap}', 'w')",
        f"`{touch}`",
        f"$({touch})",
        f"'; {touch}; '",
        f"| {touch}",
        f"!!python/object/apply:os.system ['{touch}']",
        "{0.__class__.__init__.__globals__}",
        "'; DROP TABLE actors; --",
        "<img src=x onerror=alert(1)>",
        "</script><script>alert(1)",
        f"=cmd|'/c {touch}'!A0",
        f'=SYSTEM("{touch}")',
        f"={a}*{b}",
        " =1+1",
        "\u00a0=1+1",
        "\uff1d1+1",
        "\u200b=1+1",
        "+1+cmd|x!A0",
        "-1+1",
        "@SUM(1)",
        '"=1+1"',
        "x\n=1+1",
        "-0.25",
        "x; =1+1",
        "'=1+1",
        ";=1+1",
        "\u202e=1+1",
        "\u00ad=1+1",
        "\u2066+1-x",
        "\ufe661+1",
        "\u207c1+1",
        "\u0085=1+1",
        "\t=1+1",
        "+AD0-1+-1",
        "=DDE(a;b)",
        '=WEBSERVICE("x")',
        f"![x](http://127.0.0.1:9/{a}.png)",
        "[x](javascript:alert(1))",
        "javascript:alert(1)",
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "&lt;img src=x onerror=alert(1)&gt;",
        "__proto__",
        "../../../etc/passwd",
        "/vsizip//etc/passwd",
        "file:///etc/passwd",
        "\\\\127.0.0.1\\x",
    ]


class _Touching:
    """What makes a file when it is read from a pickle."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable, tuple[str, str]]:
        return open, (self.path, "w")


HEADS = '<row r="1"><c t="str" r="A1"><v>name</v></c><c t="str" r="B1"><v>ward</v></c></row>'


def far_row(number: int) -> bytes:
    """Return a workbook with a table's heads, and one more cell in the row of a number."""
    cell = f'<c r="A{number}" t="str"><v>x</v></c>'
    return xlsx(sheet=sheet_xml(f'{HEADS}<row r="{number}">{cell}</row>'))


def _workbooks() -> list[Hostile]:
    good = [["name", "ward"], ["a", "b"]]
    entity = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    away = link("http://127.0.0.1:9/sheet.xml", 'TargetMode="External"')
    far = '<row r="3"><c r="XFD3" t="str"><v>x</v></c></row>'
    text = '<c t="inlineStr"><is><t>x</t></is></c>'
    return [
        Hostile("good.xlsx", xlsx(good), ""),
        Hostile("no sheet.xlsx", xlsx(links=f'<Relationships xmlns="{LINKS}"/>'), "damaged"),
        Hostile("no cells.xlsx", xlsx([]), "without a filled cell"),
        Hostile(
            "claims.xlsx",
            xlsx(
                sheet=sheet_xml(
                    HEADS + f'<row r="2">{text}</row>', '<dimension ref="A1:XFD1048576"/>'
                )
            ),
            "",
        ),
        Hostile("far row.xlsx", far_row(1_048_576), ""),
        Hostile("far cell.xlsx", xlsx(sheet=sheet_xml(HEADS + far)), "columns"),
        Hostile(
            "rows of blanks.xlsx",
            xlsx(
                sheet=sheet_xml(
                    HEADS
                    + "".join(
                        f'<row r="{i}"><c r="XFD{i}"/><c r="A{i}" t="str"><v>x</v></c></row>'
                        for i in range(2, 3_000)
                    )
                )
            ),
            "",
        ),
        Hostile("unordered.xlsx", xlsx(sheet=sheet_xml('<row r="5"/><row r="2"/>')), "filled cell"),
        Hostile("row 0.xlsx", xlsx(sheet=sheet_xml('<row r="0"/>')), "damaged"),
        Hostile(
            "column AAAA.xlsx",
            xlsx(sheet=sheet_xml('<row r="1"><c r="AAAA1" t="str"><v>x</v></c></row>')),
            "columns",
        ),
        Hostile(
            "no such text.xlsx",
            xlsx(sheet=sheet_xml('<row r="1"><c t="s"><v>7</v></c></row>')),
            "damaged",
        ),
        Hostile("entities.xlsx", xlsx(sheet=entity + sheet_xml(HEADS)), "unusual Excel format"),
        Hostile("outside entity.xlsx", xlsx(strings=f"{outside}<sst {MAIN}>&a;</sst>"), "Excel"),
        Hostile("outside sheet.xlsx", xlsx(good, links=away), "worksheet"),
        Hostile("climbing.xlsx", xlsx(good, more="../../etc/x"), "points outside"),
        Hostile(
            "climbing target.xlsx", xlsx(good, links=link("../../../../etc/passwd")), "worksheet"
        ),
        Hostile("bomb.xlsx", xlsx(good, strings="<si><t>x</t></si>" * 3_000_000), "unpacked"),
        Hostile(
            "elements.xlsx", xlsx(sheet=f"<worksheet {MAIN}>" + "<x/>" * 4_000_000), "filled cell"
        ),
        Hostile("huge cell.xlsx", xlsx([["name", "ward"], ["a", "x" * 1_200_000]]), "characters"),
        Hostile("wide.xlsx", xlsx([["c"] * 201, ["d"] * 201]), "columns"),
        Hostile("not closed.xlsx", xlsx(sheet=f"<worksheet {MAIN}><sheetData><row>"), "damaged"),
        Hostile("templates.xlsx", xlsx([["name", "{{7*7}}"], ["${7*7}", "=1+1"]]), ""),
        Hostile(
            "merged bomb.xlsx",
            xlsx(
                sheet=sheet_xml(
                    HEADS + f'<row r="2">{text}</row>',
                    after="<mergeCells>"
                    + '<mergeCell ref="A2:XFD1048576"/>' * 50_000
                    + "</mergeCells>",
                )
            ),
            "",
        ),
    ]
