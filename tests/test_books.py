"""Workbooks of every kind: what calamine says of them, what it leaves out, and where it ends."""

import io
import subprocess
import sys
import zipfile
from datetime import date, timedelta

import openpyxl
import pytest

from benchmarks import books as by_hand
from benchmarks import corpus
from benchmarks.books import Error, Formula
from mapping import books, footprints, intake, own_maps, own_weights
from mapping.books import reading
from mapping.errors import MappingError
from mapping.intake import Sheet, sheets

TABLE = [
    ["name", "ward", "people"],
    ["a", "b", 5.0],
    ["é\n", Error(), True],
    ["c", Error(0x07), Formula(7.5)],
    ["d", "x", Formula(Error(0x17))],
    ["e", "y", 0.1],
    [None, "z", -3.0],
]
READ = [
    ["a", "b", "5"],
    ["é\n", "#N/A", "TRUE"],
    ["c", "#DIV/0!", "7.5"],
    ["d", "x", "#REF!"],
    ["e", "y", "0.1"],
    ["e", "z", "-3"],
]
"""What ``TABLE`` comes to with the first cells of its last two rows merged."""
MERGED = (5, 6, 0, 0)
HIDDEN = 2


def open_(content: bytes, **chosen: str) -> Sheet:
    return intake.read_sheet(content, name="x", **chosen)


def write_xlsx(table: list[list]) -> bytes:
    made = openpyxl.Workbook()
    for row in table:
        made.active.append([_plain(cell) for cell in row])
    made.active.row_dimensions[HIDDEN + 1].hidden = True
    made.active.merge_cells("A6:A7")
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _plain(cell: object) -> object:
    codes = {0x2A: "#N/A", 0x07: "#DIV/0!", 0x17: "#REF!"}
    value = cell.value if isinstance(cell, Formula) else cell
    return codes[value.code] if isinstance(value, Error) else value


def write_ods(table: list[list]) -> bytes:
    *rows, last_but_one, last = table
    codes = {0x07: "#DIV/0!", 0x17: "#REF!"}
    hide = 'table:visibility="collapse"'
    lines = [by_hand.ods_row(*row, told=hide * (n == HIDDEN)) for n, row in enumerate(rows)]
    for code, shown in codes.items():
        at = next(n for n, row in enumerate(rows) for c in row if code in (c, _code(c)))
        lines[at] = lines[at].replace("#N/A", shown)
    first = by_hand.ods_cell(last_but_one[0], 'table:number-rows-spanned="2"')
    others = "".join(map(by_hand.ods_cell, last_but_one[1:]))
    lines.append(f"<table:table-row>{first}{others}</table:table-row>")
    others = "".join(map(by_hand.ods_cell, last[1:]))
    lines.append(f"<table:table-row><table:covered-table-cell/>{others}</table:table-row>")
    return by_hand.ods("".join(lines).replace("é\n</text:p>", "é</text:p><text:p></text:p>"))


def _code(cell: object) -> int | None:
    value = cell.value if isinstance(cell, Formula) else cell
    return value.code if isinstance(value, Error) else None


KINDS = {
    "xlsx": lambda: write_xlsx(TABLE),
    "xlsb": lambda: by_hand.xlsb(TABLE, hidden=[HIDDEN], merged=[MERGED]),
    "xls": lambda: by_hand.xls(TABLE, hidden=[HIDDEN], merged=[MERGED]),
    "ods": lambda: write_ods(TABLE),
}


def test_there_is_a_workbook_of_every_kind_to_read():
    assert sorted(KINDS) == sorted(books.KINDS)
    for kind, make in KINDS.items():
        assert books.identify(make()) == kind


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_the_same_table_and_the_same_words_on_it(kind):
    read = open_(KINDS[kind]())
    assert list(read.frame.columns) == TABLE[0]
    assert read.frame.to_numpy().tolist() == READ
    assert read.row_numbers.tolist() == [2, 3, 4, 5, 6, 7]
    assert "Row 3 is hidden in the workbook; read too." in read.notes
    assert any("1 cell was merged over several rows" in note for note in read.notes)
    said = "2 cells contain formulas; we used the last saved values."
    assert (said in read.notes) == (kind != "xlsx")  # openpyxl keeps no values of its formulas


@pytest.mark.parametrize("kind", KINDS)
def test_what_organisations_maps_and_numbers_are_read_from_may_be_any_workbook(kind):
    wards = ["E05013653", "E05013654", "E05013655"]
    table = [["organisation", "ward", "homes"]]
    table += [[f"Team {n}", ward, 10.0 * n] for n, ward in enumerate(wards, 1)]
    content = {
        "xlsx": lambda: corpus.xlsx([[str(cell) for cell in row] for row in table]),
        "xlsb": lambda: by_hand.xlsb(table),
        "xls": lambda: by_hand.xls(table),
        "ods": lambda: by_hand.ods("".join(by_hand.ods_row(*row) for row in table)),
    }[kind]()
    upload = footprints.read(content, name=f"x.{kind}")
    assert upload.rows["outcome"].tolist() == ["matched"] * 3
    assert own_weights.read(content, name=f"x.{kind}").rows["outcome"].tolist() == ["matched"] * 3
    frame = (sheet := open_(content)).frame
    roles = own_maps.choose_roles(frame, {"area": "ward", "unit": "organisation"})
    found = own_maps.read_table(sheet, roles, own_maps.Facts("Team", plural="teams"))
    assert found.rows["outcome"].tolist() == ["matched"] * 3


@pytest.mark.parametrize("name", ["table.csv", "x.xlsx", "x"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_workbook_is_told_by_its_content_and_not_by_its_name(kind, name):
    assert len(intake.read_sheet(KINDS[kind](), name=name).frame) == 6


# Numbers, times and texts


def test_numbers_of_more_than_15_digits_are_told():
    table = [["name", "number"], ["a", 123456789012345678.0], ["b", 99.0], ["c", -1e15]]
    for make in (by_hand.xls, by_hand.xlsb):
        read = open_(make(table))
        assert (
            "2 numbers have more than 15 digits (B2, B4): a workbook keeps 15, the others are "
            in (" ".join(read.notes))
        )
        assert read.frame["number"].tolist()[1] == "99"


def test_times_of_an_open_document_are_hours_and_minutes_and_tabs_and_breaks_stay():
    def time(told: str) -> str:
        return (
            f'<table:table-cell office:value-type="time" office:time-value="{told}">'
            "<text:p>x</text:p></table:table-cell>"
        )

    typed = "".join(map(time, ("PT36H05M00S", "PT09H15M30S", "-PT1H")))
    tab = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>no</text:p>'
        "</office:annotation><text:p>a<text:tab/>b<text:s text:c='2'/>c</text:p>"
        "<text:p>d</text:p></table:table-cell>"
        '<table:table-cell office:value-type="string"><text:p>x<text:line-break/>y</text:p>'
        "</table:table-cell>"
    )
    named = by_hand.ods_row("long", "short", "minus", "text", "lines", "like one")
    told = by_hand.ods_cell("PT5M")
    read = open_(by_hand.ods(f"{named}<table:table-row>{typed}{tab}{told}</table:table-row>"))
    assert read.frame.iloc[0].tolist() == [
        "36:05:00",
        "9:15:30",
        "-1:00:00",
        "a\tb  c\nd",
        "x\ny",
        "PT5M",
    ]


def test_repeated_rows_and_cells_of_an_open_document_stand_where_they_are():
    time = '<table:table-cell office:value-type="time" office:time-value="PT1H" '
    rows = (
        by_hand.ods_row("name", "one", "two")
        + f'<table:table-row table:number-rows-repeated="2">{by_hand.ods_cell("a")}{time}'
        'table:number-columns-repeated="2"/></table:table-row>'
        + '<table:table-row table:number-rows-repeated="1000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
        + by_hand.ods_row("b", Error(), "c")
    )
    read = open_(by_hand.ods(rows))
    assert read.frame.to_numpy().tolist() == [["a", "1:00:00", "1:00:00"]] * 2 + [
        ["b", "#N/A", "c"]
    ]
    assert read.row_numbers.tolist() == [2, 3, 1004]


def test_of_several_tables_of_an_open_document_only_the_one_chosen_counts():
    more = (
        '<table:table table:name="Second">'
        f"{by_hand.ods_row('name', 'ward')}{by_hand.ods_row('b', Error())}</table:table>"
    )
    hidden = by_hand.ods_row("a", Error(), told='table:visibility="filter"')
    content = by_hand.ods(by_hand.ods_row("name", "ward") + hidden, more=more)
    first, second = open_(content), open_(content, sheet="Second")
    assert (first.sheets, first.sheet) == (("S", "Second"), "S")
    assert any("Row 2 is hidden" in note for note in first.notes)
    assert second.frame.to_numpy().tolist() == [["b", "#N/A"]]
    assert not any("hidden" in note for note in second.notes)


def test_a_formula_of_an_open_document_that_was_never_computed_is_its_text():
    cell = '<table:table-cell table:formula="of:=[.A1]&amp;&quot;x&quot;"/>'
    rows = f"<table:table-row>{by_hand.ods_cell('a')}{cell}</table:table-row>"
    read = open_(by_hand.ods(by_hand.ods_row("name", "ward") + rows))
    assert read.frame.to_numpy().tolist() == [["a", '=[.A1]&"x"']]
    assert any("1 formula was never computed (B2)" in note for note in read.notes)


def test_errors_of_a_workbook_that_excel_might_write_otherwise_are_seen_too():
    """Prefixed names and single quotes say the same."""
    main = corpus.MAIN.replace("xmlns", "xmlns:x")
    rows = (
        "<x:row r='1'><x:c r='A1' t='str'><x:v>name</x:v></x:c></x:row>"
        "<x:row r='2' hidden='1'><x:c r='A2' t='e'><x:v>#N/A</x:v></x:c></x:row>"
    )
    sheet = f"<x:worksheet {main}><x:sheetData>{rows}</x:sheetData></x:worksheet>"
    read = open_(corpus.xlsx(sheet=sheet))
    assert read.frame.to_numpy().tolist() == [["#N/A"]]
    assert any("Row 2 is hidden" in note for note in read.notes)


def test_a_workbook_may_lie_anywhere_in_its_zip():
    sheet = corpus.sheet_xml(
        '<row r="1"><c t="str"><v>name</v></c></row><row r="2"><c t="e"><v>#N/A</v></c></row>'
    )
    content = corpus.xlsx(sheet=sheet)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    moved = {name.replace("xl/", "else/"): text for name, text in parts.items()}
    moved = {name: text.replace("xl/", "else/") for name, text in moved.items()}
    assert open_(corpus.zipped(moved)).frame.to_numpy().tolist() == [["#N/A"]]


def test_dates_and_durations_of_a_workbook_are_written_as_before():
    made = openpyxl.Workbook()
    made.active.append(["name", "day", "hours"])
    made.active.append(["a", date(2024, 5, 1), timedelta(hours=1, minutes=5)])
    file = io.BytesIO()
    made.save(file)
    assert open_(file.getvalue()).frame.iloc[0].tolist() == ["a", "2024-05-01", "1:05:00"]


# Locked, damaged, and too large

ENCRYPTED = (
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml" '
    'manifest:size="9"><manifest:encryption-data manifest:checksum="x"/></manifest:file-entry>'
)


@pytest.mark.parametrize(
    "content",
    [
        by_hand.xls(TABLE, is_locked=True),
        by_hand.ods(by_hand.ods_row("a", "b"), manifest=ENCRYPTED),
        by_hand.compound("EncryptedPackage", b"x"),
    ],
    ids=["xls", "ods", "xlsx"],
)
def test_a_locked_workbook_is_said_to_be(content):
    with pytest.raises(MappingError, match="locked with a password"):
        open_(content)


@pytest.mark.parametrize("kind", KINDS)
def test_a_workbook_that_is_cut_is_read_or_said_to_be_damaged(kind):
    content = KINDS[kind]()
    for share in (0.3, 0.6, 0.9):
        said = read_or_refused(content[: int(len(content) * share)])
        assert said is None or "damaged" in said


def read_or_refused(content: bytes) -> str | None:
    try:
        open_(content)
    except MappingError as fault:
        return str(fault)
    return None


@pytest.fixture
def wide() -> bytes:
    """Make a workbook of a million rows, of which two hold something."""
    far = '<row r="1000000"><c r="T1000000" t="str"><v>x</v></c></row>'
    near = '<row r="1"><c r="A1" t="str"><v>name</v></c></row>'
    return corpus.xlsx(sheet=corpus.sheet_xml(near + far))


@pytest.mark.parametrize(("limit", "value"), [("MEMORY_BYTES", 200_000_000), ("MOST_S", 0.01)])
def test_a_process_that_takes_too_much_ends_in_a_sentence(monkeypatch, wide, limit, value):
    monkeypatch.setattr(reading, limit, value)
    with pytest.raises(MappingError, match=r"cells lie together; .* memory or time"):
        open_(wide)


def test_the_process_ends_when_its_processor_time_is_over():
    code = "from mapping import apart; apart.set_limits(10**12, 1)\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", code], timeout=60)
    assert done.returncode < 0


def test_texts_that_add_up_to_more_than_a_table_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "MAX_CHARACTERS", 100)
    with pytest.raises(MappingError, match="at most 100 characters in a worksheet"):
        open_(corpus.xlsx([["name", "ward"], *[["a" * 20, "b"]] * 9]))


@pytest.mark.parametrize("make", [by_hand.xls, by_hand.xlsb])
def test_the_limits_of_a_table_hold_for_every_kind(make, monkeypatch):
    monkeypatch.setattr(sheets, "MAX_ROWS", 3)
    with pytest.raises(MappingError, match="at most 3 rows"):
        open_(make([["name", "ward"], *[["a", "b"]] * 40]))
    with pytest.raises(MappingError, match="at most 200 columns; row 1 has 201"):
        open_(make([["c"] * 201, ["d"] * 201]))


def test_nothing_of_a_workbook_is_left_behind(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    open_(KINDS["ods"]())
    with pytest.raises(MappingError):
        open_(by_hand.xls(TABLE, is_locked=True))
    assert list(tmp_path.iterdir()) == []


def test_a_hidden_table_of_an_open_document_is_passed_over_and_told():
    style = (
        '<office:automatic-styles><style:style style:name="off" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
    )
    second = by_hand.ods_row("name", "ward") + by_hand.ods_row("c", "d")
    more = f'<table:table table:name="Seen">{second}</table:table>'
    content = by_hand.ods(by_hand.ods_row("x", "y") + by_hand.ods_row("a", "b"), more=more)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts["content.xml"] = (
        parts["content.xml"]
        .replace("<office:body>", f"{style}<office:body>")
        .replace(
            '<table:table table:name="S"', '<table:table table:name="S" table:style-name="off"'
        )
    )
    content = corpus.zipped(parts)
    assert open_(content).sheet == "Seen"
    hidden = open_(content, sheet="S")
    assert hidden.frame.to_numpy().tolist() == [["a", "b"]]
    assert any("It is hidden in the workbook." in note for note in hidden.notes)
