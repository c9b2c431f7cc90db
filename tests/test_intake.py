"""Intake: bytes become a sheet in which every row is accounted for, or a sentence."""

import csv
import io
import re
import subprocess
import tracemalloc
import zipfile
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import books as by_hand
from benchmarks import corpus, fuzz
from mapping import books, intake
from mapping.errors import MappingError
from mapping.intake import (
    Sheet,
    delimited,
    encodings,
    headings,
    pasted,
    sheets,
)

HOSTILE = corpus.hostile_files()


def opened(content: bytes | str, name: str = "x.csv", **chosen) -> Sheet:
    if isinstance(content, str):
        content = content.encode()
    return intake.read_sheet(content, name=name, **chosen)


def opened_or_refused(content: bytes, name: str) -> Sheet | None:
    """Open a file; None if a sentence refuses it. Any other fault is one of the test."""
    try:
        return opened(content, name)
    except MappingError:
        return None


def workbook(*tables: list[list], **named: list[list]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for i, table in enumerate(tables, 1):
        named[f"Sheet{i}"] = table
    for name, table in named.items():
        sheet = made.create_sheet(name)
        for row in table:
            sheet.append(row)
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def cells(sheet: Sheet) -> list[list[str]]:
    return sheet.frame.to_numpy().tolist()


def check_accounts(sheet: Sheet) -> None:
    """Every row of the file is in the frame or skipped, and all cells are texts."""
    kept, skipped = set(sheet.row_numbers.tolist()), set(sheet.skipped_rows["row_number"])
    assert kept | skipped == set(range(1, sheet.last_row + 1))
    assert not kept & skipped
    assert len(sheet.row_numbers) == len(sheet.frame) > 0
    assert sheet.frame.index.equals(pd.RangeIndex(len(sheet.frame)))
    assert sheet.frame.columns.is_unique
    assert all(str(kind) == "str" for kind in sheet.frame.dtypes)
    assert not sheet.frame.isna().to_numpy().any()
    assert set(sheet.skipped_rows["why"]) <= {"blank", "title", "header", "text", "total", "note"}


# Formats


SMALL_FILES = {
    "csv": b"name,ward\na,b\n",
    "ods": by_hand.ods(by_hand.ods_row("name", "ward") + by_hand.ods_row("a", "b")),
    "xlsx": saved(workbook([["name", "ward"], ["a", "b"]])),
}
"""A file of every format: one row below its headings, name and ward; by the format's kind."""


def test_each_module_that_makes_a_sheet_has_its_record():
    folder = Path(intake.__file__).parent
    making = {
        file.stem
        for file in folder.glob("*.py")
        if re.search(r"-> Sheet\b|\bmake_sheet", file.read_text(encoding="utf-8"))
    } - {"__init__", "formats", "sheets"}
    records = (folder / "formats.py").read_text(encoding="utf-8")
    missing = sorted(name for name in making if not re.search(rf"\b{name}\.\w", records))
    assert missing == [], f"FORMATS in formats.py needs a record that reads by {missing}"
    kinds = [one.kind for one in intake.FORMATS]
    assert SMALL_FILES.keys() <= set(kinds), "FORMATS in formats.py needs a record of each of these"
    assert len(kinds) == len(set(kinds))


@pytest.mark.parametrize("format_", intake.FORMATS, ids=lambda one: one.kind)
def test_a_small_file_of_each_format_comes_back_under_its_kind(format_):
    name, kind = format_.name, format_.kind
    assert kind in SMALL_FILES, f"give SMALL_FILES, above, a file of the format {kind} ({name})"
    try:
        sheet = opened(SMALL_FILES[kind], f"x.{kind}")
    except MappingError as fault:
        pytest.fail(
            f"a small {name} was refused ({fault}): put its record in FORMATS before those that "
            "would take its files, and take its sentence out of refusals.py"
        )
    assert sheet.kind == kind, (
        f"a small {name} came back as {sheet.kind}: put its record in FORMATS before those that "
        f"would take its files, and let its reader make a Sheet of the kind {kind}"
    )
    assert cells(sheet) == [["a", "b"]]
    check_accounts(sheet)


def test_the_format_that_takes_whatever_is_left_stands_last():
    takes_all = [one.name for one in intake.FORMATS if one.recognise(b"a,b\n1,2\n")]
    assert takes_all == [intake.FORMATS[-1].name], (
        f"the last record of FORMATS, and no other, takes whatever is left: now {takes_all} do, "
        f"and the last is {intake.FORMATS[-1].name}"
    )
    assert intake.FORMATS[-1].recognise(b"\x01\x02")


def test_sentences_name_every_format():
    names, listed = intake.name_formats(), intake.name_formats(suffixes=True)
    with pytest.raises(MappingError, match="We cannot read a PDF as a table"):
        opened(b"%PDF-1.7 and so on")
    assert [one.name for one in intake.FORMATS if one.name not in names] == []
    assert [one for one in intake.FORMATS if f"({', '.join(one.suffixes)})" not in listed] == []


# Hostile files


@pytest.mark.parametrize("file", HOSTILE, ids=[file.name for file in HOSTILE])
def test_a_hostile_file_is_read_whole_or_refused_in_a_sentence(file):
    if file.refused:
        with pytest.raises(MappingError, match=re.escape(file.refused)) as fault:
            opened(file.content, file.name)
        assert re.match(
            r"(Expected .+; .+|This (file|work).+|We cannot .+)\. .+\.$", str(fault.value), re.S
        )
        assert len(str(fault.value)) < 600
    else:
        check_accounts(opened(file.content, file.name))


@pytest.mark.parametrize("seed", range(3))
def test_no_broken_csv_crashes_or_loses_a_row(seed):
    outcomes = {"read": 0, "refused": 0}
    for name, content in fuzz.broken_csvs(seed, 100):
        sheet = opened_or_refused(content, name)
        if sheet is None:
            outcomes["refused"] += 1
            continue
        outcomes["read"] += 1
        check_accounts(sheet)
        if sheet.encoding in ("utf-8", "cp1252") and sheet.delimiter:
            said = set(re.findall(rb"id\d{5}", content.replace(b"\x00", b"")))
            told = "\n".join(
                [*sheet.frame.to_numpy().ravel(), *sheet.frame.columns, *sheet.skipped_rows["text"]]
            )
            assert {row.decode() for row in said} <= set(re.findall(r"id\d{5}", told)), name
    assert outcomes["read"] > 70
    assert outcomes["refused"] > 0


def test_the_same_seed_makes_the_same_files():
    assert list(fuzz.broken_csvs(7, 20)) == list(fuzz.broken_csvs(7, 20))
    assert list(fuzz.broken_csvs(7, 20)) != list(fuzz.broken_csvs(8, 20))


@pytest.mark.parametrize(
    "name",
    [
        "claims.xlsx",
        "far cell.xlsx",
        "bomb.xlsx",
        "merged bomb.xlsx",
        "rows of blanks.xlsx",
        "elements.xlsx",
    ],
)
def test_what_a_workbook_claims_costs_no_memory(name):
    [content] = [file.content for file in HOSTILE if file.name == name]
    tracemalloc.start()
    try:
        opened_or_refused(content, name)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 60_000_000


def test_damaged_workbooks_never_crash():
    content = saved(
        workbook([["name", "ward", "since"], *[["a", i, date(2024, 5, 1)] for i in range(40)]])
    )
    some = np.random.default_rng(1)
    refused = 0
    for _ in range(60):
        changed = bytearray(content)
        for at in some.integers(0, len(content), 6):
            changed[at] ^= 1 << int(some.integers(0, 8))
        read = opened_or_refused(bytes(changed), "x.xlsx")
        refused += read is None
        if read is not None:
            check_accounts(read)
    assert refused > 0


@given(st.text(alphabet='<>/"= abcrvtsif0123456789ABsheetdata', max_size=300))
def test_any_text_in_the_place_of_a_worksheet_is_read_or_refused(text):
    for sheet in (text, corpus.sheet_xml(text), corpus.sheet_xml(f'<row r="1">{text}</row>')):
        read = opened_or_refused(corpus.xlsx(sheet=sheet or " "), "x.xlsx")
        if read is not None:
            check_accounts(read)


def test_nothing_is_fetched_or_run(monkeypatch):
    """The process that reads workbooks is ours; nothing else may start."""
    start = subprocess.Popen

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a file made the reader reach out")

    def start_ours(command: list[str], *given: object, **told: object) -> subprocess.Popen:
        assert tuple(command[: len(books.COMMAND)]) == books.COMMAND
        return start(command, *given, **told)

    monkeypatch.setattr("subprocess.Popen", start_ours)
    for name in ("socket.socket.connect", "os.system", "builtins.eval", "builtins.open"):
        monkeypatch.setattr(name, refuse)
    for file in HOSTILE:
        if len(file.part) * file.times < 100_000:
            assert (opened_or_refused(file.content, file.name) is None) == bool(file.refused)


# What comes out is what went in


TYPED = [
    "01",
    "3E05",
    "NA",
    "null",
    "1/2",
    "None",
    "nan",
    "-",
    "TRUE",
    "1.0",
    "£5",
    " x ",
    "=1+1",
    "{{7*7}}",
    "${7*7}",
    "a\\b",
    "\u202eevil",
    "zero\u200bwidth",
    "1,234",
    'says "hi"',
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("codec", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-16-le", "utf-16-le"),
    ],
)
def test_texts_come_out_as_typed_in_any_encoding_and_delimiter(codec, encoding, delimiter):
    file = io.StringIO()
    table = [[f"n{i}", text, ""] for i, text in enumerate(TYPED)]
    csv.writer(file, delimiter=delimiter).writerows([["name", "ward", "note"], *table])
    sheet = opened(file.getvalue().encode(codec))
    assert cells(sheet) == table
    assert (sheet.encoding, sheet.delimiter, sheet.kind) == (encoding, delimiter, "csv")
    assert sheet.row_numbers.tolist() == list(range(2, 2 + len(table)))
    check_accounts(sheet)


words = st.text(alphabet="ab1 ,;\"'\nÉ", max_size=6)


@given(
    table=st.lists(st.lists(words, min_size=3, max_size=3), min_size=1, max_size=12),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_a_well_formed_table_is_read_as_it_was_written(table, delimiter, quoting):
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(
        [["name", "ward", "note"], *table]
    )
    wanted = [row for row in table if "".join(row).strip()]
    if not wanted:
        with pytest.raises(MappingError, match="but no rows"):
            opened(file.getvalue(), delimiter=delimiter)
        return
    sheet = opened(file.getvalue(), delimiter=delimiter)
    assert cells(sheet) == wanted
    check_accounts(sheet)


odd = st.one_of(
    st.text(alphabet='a,"\n ', max_size=60),
    st.lists(
        st.sampled_from(
            [
                "a,b,c",
                '"a,",b,c',
                'a"b,c,d',
                '"a"b,c,d',
                ",,",
                "",
                '"x',
                'y"',
                'a,"b""c",d',
                '""a,b,c',
                "a,b",
                "a,b,c,d",
                ' "a",b,c',
                "é,ü,ñ",
            ]
        ),
        max_size=8,
    ).map("\n".join),
)


@given(odd)
def test_the_fast_reader_and_the_careful_one_agree(below):
    names = ["name", "ward", "note"]
    fast = delimited._clean(below, ",", names)
    if fast is None:
        return
    careful = [record.cells for record in delimited._read_carefully(below, ",", 3, 2)]
    assert fast.to_numpy().tolist() == careful
    assert list(fast.columns) == names


@pytest.mark.parametrize("below", ['a,b,c\nd,"e,f",g', 'a,"b ""c""",d', "x,y,z\n,,\n1,2,3"])
def test_plain_tables_take_the_fast_reader(below):
    assert delimited._clean(below, ",", ["name", "ward", "note"]) is not None


# Encodings


def test_windows_1252_is_told_and_said():
    sheet = opened("name,ward\nCafé “x”,b\n".encode("cp1252"))
    assert cells(sheet) == [["Café “x”", "b"]]
    assert sheet.encoding == "cp1252"
    assert "Read as Windows-1252, because it is not valid UTF-8." in sheet.notes


def test_a_few_bytes_of_another_encoding_spoil_nothing_else():
    sheet = opened("name,ward\nCafé,Môr\nŷ,é\n".encode() + "Café,x\n".encode("cp1252"))
    assert cells(sheet) == [["Café", "Môr"], ["ŷ", "é"], ["Café", "x"]]
    assert sheet.encoding == "utf-8"
    assert any(
        "1 character was read as Windows-1252, the first in line 4" in n for n in sheet.notes
    )


def test_the_encoding_can_be_changed():
    content = "name,ward\nCaf\u00e9,b\n".encode("mac-roman")
    assert cells(opened(content, encoding="mac-roman")) == [["Café", "b"]]
    assert cells(opened(content))[0][0] != "Café"


@pytest.mark.parametrize("encoding", encodings.ENCODINGS)
def test_every_encoding_on_offer_reads_what_was_written_in_it(encoding):
    sheet = opened("name,ward\nCafé,b\n".encode(encoding), encoding=encoding)
    assert cells(sheet) == [["Café", "b"]]
    assert sheet.encoding == encoding


@pytest.mark.parametrize("encoding", ["zlib_codec", "rot13", "unicode_escape", "no such", "utf-7"])
def test_only_encodings_of_text_are_accepted(encoding):
    with pytest.raises(MappingError, match="Expected one of the encodings utf-8"):
        opened("name,ward\na,b\n", encoding=encoding)


def test_bytes_that_the_chosen_encoding_lacks_are_named():
    with pytest.raises(MappingError, match="bytes in line 2 that it does not have"):
        opened("name,ward\nCafé,b\n".encode("cp1252"), encoding="utf-8")


def test_utf_16_that_lost_a_byte_is_still_read():
    content = "name,ward\nabc,def\nghi,jkl\n".encode("utf-16")
    sheet = opened(content[:25] + content[26:])
    assert "ghi" in sheet.frame.to_numpy()
    assert any("Some characters could not be read" in note for note in sheet.notes)


# Rows


def test_rows_are_numbered_as_a_spreadsheet_does():
    sheet = opened('Our partners\n\nname,ward\na,b\n\n"two\nlines",c\n,\nd,e\n')
    assert sheet.row_numbers.tolist() == [4, 6, 8]
    assert sheet.header_row == 3
    assert sheet.skipped_rows["row_number"].tolist() == [1, 2, 3, 5, 7]
    assert sheet.skipped_rows["why"].tolist() == ["title", "blank", "header", "blank", "blank"]
    assert sheet.skipped_rows["text"].tolist() == ["Our partners", "", "name ward", "", ""]
    assert "1 title row above the header was skipped." in sheet.notes
    assert "3 blank rows were skipped." in sheet.notes
    assert any(note.startswith("Row 6 holds line breaks") for note in sheet.notes)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_one(end):
    sheet = opened(end.join(["name,ward", "a,b", "c,d", ""]))
    assert cells(sheet) == [["a", "b"], ["c", "d"]]
    assert sheet.last_row == 3


def test_cells_beyond_the_header_are_kept_and_missing_ones_blank():
    sheet = opened("name,ward,note\na,b,c,d,e\nf,g\n")
    assert list(sheet.frame.columns) == ["name", "ward", "note", "column D", "column E"]
    assert cells(sheet) == [["a", "b", "c", "d", "e"], ["f", "g", "", "", ""]]
    assert "Row 2 has 2 extra cells, which we kept as column D, column E." in sheet.notes
    assert (
        "Row 3 has fewer cells than there are headings (3); we left the missing ones blank."
        in sheet.notes
    )


def test_a_stray_quotation_mark_takes_no_other_row_with_it():
    sheet = opened('name,ward\na,"b\nc,d\ne,"f, g"\nh,i\n')
    assert cells(sheet) == [["a", '"b'], ["c", "d"], ["e", "f, g"], ["h", "i"]] or cells(sheet) == [
        ["a", "b"],
        ["c", "d"],
        ["e", "f, g"],
        ["h", "i"],
    ]
    assert any(note.startswith("In row 2 there is a stray quotation mark") for note in sheet.notes)


def test_many_stray_quotation_marks_lose_no_row():
    sheet = opened("name,ward\n" + 'x,"y\n' * 50_000)
    assert len(sheet.frame) == 50_000


# Headers


def test_headings_that_repeat_or_are_blank_get_names_of_their_own():
    sheet = opened("theme,theme,,theme 2,ward\na,b,c,d,e\n")
    assert list(sheet.frame.columns) == ["theme", "theme 3", "column C", "theme 2", "ward"]


def test_merged_headings_in_two_rows_are_joined():
    sheet = opened("Areas,,Contact\nWard,Borough,Email\nHighgate,Camden,a@b.uk\n")
    assert list(sheet.frame.columns) == ["Ward", "Borough", "Email"]
    assert (sheet.header_row, sheet.row_numbers.tolist()) == (2, [3])
    assert any(note.startswith("Merged heading cells were joined") for note in sheet.notes)


def test_an_upper_heading_tells_apart_lower_ones_that_repeat():
    sheet = opened("Lead,,Partner,\nname,ward,name,ward\na,b,c,d\n")
    assert list(sheet.frame.columns) == ["Lead name", "Lead ward", "Partner name", "Partner ward"]


def test_a_gap_in_the_header_does_not_make_the_first_row_a_heading():
    sheet = opened("name,,ward\nHelp,x,Highgate\nOther,y,Holloway\n")
    assert list(sheet.frame.columns) == ["name", "column B", "ward"]
    assert len(sheet.frame) == 2


def test_a_title_with_a_comma_is_a_title():
    sheet = opened("Partners 2024\nPrepared by Jo, 3 May\n\norganisation,area\nHelp,Camden\n")
    assert (sheet.header_row, cells(sheet)) == (4, [["Help", "Camden"]])
    assert sheet.skipped_rows["why"].tolist() == ["title", "title", "blank", "header"]


@pytest.mark.parametrize(
    "first",
    [
        "Help,N1 9GU,health",
        "Help,E09000007,x",
        "Help,51.5,-0.1",
        'Help,x,"POINT (1 2)"',
        "Help,a@b.uk,x",
    ],
)
def test_a_first_row_of_data_is_no_header(first):
    sheet = opened(f"{first}\nOther,Camden,y\n")
    assert list(sheet.frame.columns) == ["column A", "column B", "column C"]
    assert (len(sheet.frame), sheet.header_row) == (2, 0)
    assert any(note.startswith("No row of headings was found") for note in sheet.notes)


def test_the_row_of_headings_can_be_chosen():
    content = "a title,x,y\nname,ward,note\na,b,c\n"
    assert opened(content, header_row=2).row_numbers.tolist() == [3]
    assert opened(content, header_row=1).row_numbers.tolist() == [2, 3]
    whole = opened(content, header_row=0)
    assert whole.row_numbers.tolist() == [1, 2, 3]
    assert whole.frame.columns[0] == "column A"
    with pytest.raises(MappingError, match="Expected headings in row 9"):
        opened(content, header_row=9)


def test_columns_without_heading_and_cells_are_left_out():
    sheet = opened("name,ward,,\na,b,,\nc,d,,\n")
    assert list(sheet.frame.columns) == ["name", "ward"]


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("heading", ["WD24CD", "wd24cd", "LSOA21CD", "lad24nm", "LAD24NMW", "oa21"])
def test_official_headings_are_headings_in_any_case_and_with_a_mark_before_them(heading, bom):
    text = f"{bom}{heading},Count\nE05013664,9000\nE05013658,9100\n"
    sheet = intake.read_sheet(text.encode(), name="x.csv")
    assert list(sheet.frame.columns) == [heading, "Count"]


@pytest.mark.parametrize("text", ["WD24CD\nWD24 5AB\nNW5 2AA\n", "WD24CD,A\nWD245AB,B\nN76AA,C\n"])
def test_a_postcode_that_looks_like_an_official_heading_is_one_above_postcodes(text):
    sheet = intake.read_sheet(text.encode(), name="x.csv")
    assert sheet.header_row == 0
    assert len(sheet.frame) == 3


@pytest.mark.parametrize("cell", ["Ward code", "WD23CD", "lad22nm", "postcode", "Email", "areas"])
def test_usual_headings_are_known(cell):
    assert headings.is_heading(cell)


@pytest.mark.parametrize("cell", ["", "2024", "Highgate", "N1 9GU", "x" * 500, "Abbey Ward"])
def test_other_texts_are_no_headings(cell):
    assert not headings.is_heading(cell)


# Lists

EMAIL = """Hi Sam,

Here are the postcodes we cover:
- N1 9GU
\u2022 NW5 1AA, nw5 2bb; N7 0AA
> E8
Highgate

Many thanks,
Jo Bloggs
Help on Your Doorstep
"""


def test_a_list_pasted_from_an_email_becomes_a_column_of_values():
    sheet = opened(EMAIL)
    assert cells(sheet) == [["N1 9GU"], ["NW5 1AA"], ["nw5 2bb"], ["N7 0AA"], ["E8"], ["Highgate"]]
    assert list(sheet.frame.columns) == ["value"]
    assert sheet.row_numbers.tolist() == [4, 5, 5, 5, 6, 7]
    text = sheet.skipped_rows[sheet.skipped_rows["why"] == "text"]
    assert text["row_number"].tolist() == [1, 3, 9, 10, 11]
    assert any("row 1 “Hi Sam,”" in note for note in sheet.notes)
    check_accounts(sheet)


@pytest.mark.parametrize(
    "text",
    [
        "N1 9GU\nN7 0AA\nE8 1EA",
        "N1 9GU, N7 0AA, E8 1EA",
        "N1 9GU N7 0AA E8 1EA",
        "N1 9GU;N7 0AA;E8 1EA;",
        "1. N1 9GU\n2. N7 0AA\n3. E8 1EA\n",
        "N1 9GU and N7 0AA\nE8 1EA",
        "N1 9GU\tN7 0AA\nE8 1EA\tN1 9GU\n",
    ],
)
def test_postcodes_are_told_apart_however_they_are_listed(text):
    values = [row[0] for row in cells(opened(text))]
    assert values[:3] == ["N1 9GU", "N7 0AA", "E8 1EA"]


def test_a_list_of_names_keeps_the_commas_of_names():
    names = ["Highgate", "Bournemouth, Christchurch and Poole", "St. Helens"]
    assert cells(opened("\n".join(names))) == [[name] for name in names]
    assert cells(opened("Highgate, Kentish Town")) == [["Highgate"], ["Kentish Town"]]


def test_the_heading_of_a_single_column_names_it():
    sheet = opened("Ward\nHighgate\nKentish Town\n")
    assert (list(sheet.frame.columns), len(sheet.frame), sheet.header_row) == (["Ward"], 2, 1)


def test_other_words_beside_a_postcode_are_told():
    sheet = opened("Dear all,\nN1 9GU\nThe office is at E8 1EA from May\nN7 0AA\n")
    assert [row[0] for row in cells(sheet)] == ["N1 9GU", "office E8 1EA", "N7 0AA"]
    assert any("row 3 “The office is at E8 1EA from May”" in note for note in sheet.notes)


def test_codes_in_every_cell_are_a_list():
    sheet = opened("Camden: NW1, NW3, NW5\nIslington: N1, N5, N7\n")
    assert [row[0] for row in cells(sheet)] == ["NW1", "NW3", "NW5", "N1", "N5", "N7"]
    assert any("row 1 “Camden: NW1, NW3, NW5”" in note for note in sheet.notes)


def test_shapes_in_a_list_stay_whole():
    shape = "POLYGON ((0 0, 1 0, 1 1, 0 0))"
    assert cells(opened(f"{shape}\n{shape}\n")) == [[shape], [shape]]


@given(st.lists(st.text(alphabet="ab, N19GU:é\t", max_size=12), min_size=1, max_size=12))
def test_a_list_accounts_for_each_of_its_lines(lines):
    rows = [[line] for line in lines]
    values = pasted.read(rows, range(1, len(rows) + 1))
    known = {*values.numbers, *(number for number, _, _ in values.layout.above)}
    assert known == {i for i, line in enumerate(lines, 1) if line.strip()}


# Workbooks


def test_values_of_a_workbook_come_out_as_texts():
    table = [
        ["name", "a", "b", "c", "d"],
        ["x", 1.0, 0.29, True, date(2024, 5, 1)],
        ["y", 1e-9, 12345678, False, datetime(2024, 5, 1, 10, 30)],
        ["z", "01", "3E05", "NA", clock(9, 15)],
        ["two\nlines", "{{7*7}}", "${7*7}", "1/2", -2.5],
    ]
    assert cells(opened(saved(workbook(table)), "x.xlsx")) == [
        ["x", "1", "0.29", "TRUE", "2024-05-01"],
        ["y", "1e-09", "12345678", "FALSE", "2024-05-01T10:30:00"],
        ["z", "01", "3E05", "NA", "09:15:00"],
        ["two\nlines", "{{7*7}}", "${7*7}", "1/2", "-2.5"],
    ]


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: round(x, 6)),
    st.datetimes(datetime(1901, 1, 1), datetime(2100, 1, 1)).map(
        lambda at: at.replace(microsecond=0)
    ),
    st.text(alphabet="abc é&<>\"'01", min_size=1, max_size=8).filter(lambda t: t.strip() != ""),
)


@given(st.lists(st.lists(values, min_size=3, max_size=3), min_size=1, max_size=8))
def test_a_workbook_is_read_as_openpyxl_itself_does(table):
    content = saved(workbook([["name", "ward", "note"], *table]))
    other = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    wanted = {
        i: [_as_text(cell) for cell in (*row, None, None, None)[:3]]
        for i, row in enumerate(other["Sheet1"].iter_rows(min_row=2, values_only=True), 2)
        if any(cell is not None for cell in row)
    }
    if not wanted:
        with pytest.raises(MappingError, match="but no rows"):
            opened(content, "x.xlsx")
        return
    sheet = opened(content, "x.xlsx")
    assert sheet.row_numbers.tolist() == list(wanted)
    assert cells(sheet) == list(wanted.values())
    check_accounts(sheet)


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return f"{value:%Y-%m-%d}" if midnight else value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def test_an_officers_workbook_with_merged_cells_is_read():
    made = workbook(
        [
            ["Partners of Camden"],
            [],
            ["Organisation", "Areas", None, "Contact"],
            [None, "Ward", "Borough", "Email"],
            ["Help", "Highgate", "Camden", "a@b.uk"],
            [None, "Kentish Town", "Camden", "a@b.uk"],
        ]
    )
    sheet = made["Sheet1"]
    for merged in ("A1:D1", "A3:A4", "B3:C3", "A5:A6"):
        sheet.merge_cells(merged)
    read = opened(saved(made), "x.xlsx")
    assert list(read.frame.columns) == ["Organisation", "Ward", "Borough", "Email"]
    assert read.frame["Organisation"].tolist() == ["Help", "Help"]
    assert (read.header_row, read.row_numbers.tolist()) == (4, [5, 6])
    assert read.skipped_rows["why"].tolist() == ["title", "blank", "header", "header"]


def test_formulas_are_not_computed():
    made = workbook([["name", "ward"], ["=1+1", '=HYPERLINK("http://x","y")']])
    read = opened(saved(made), "x.xlsx")
    assert cells(read) == [["=1+1", '=HYPERLINK("http://x","y")']]
    assert any("2 formulas were never computed (A2, B2)" in note for note in read.notes)


def test_of_a_formula_the_value_last_saved_is_read():
    row = (
        '<row r="1"><c t="str"><v>name</v></c><c t="str"><v>ward</v></c></row>'
        '<row r="2"><c><f>1+1</f><v>2</v></c><c t="str"><f>A1</f><v>name</v></c></row>'
    )
    read = opened(corpus.xlsx(sheet=corpus.sheet_xml(row)), "x.xlsx")
    assert cells(read) == [["2", "name"]]
    assert any("2 cells contain formulas" in note for note in read.notes)


def test_the_first_sheet_with_a_table_is_read_and_the_others_offered():
    made = workbook(
        Cover=[["About this file"]],
        Empty=[],
        Partners=[["name", "ward"], ["a", "b"]],
        More=[["name", "ward"], ["c", "d"]],
    )
    read = opened(saved(made), "x.xlsx")
    assert (read.sheet, cells(read)) == ("Partners", [["a", "b"]])
    assert read.sheets == ("Cover", "Empty", "Partners", "More")
    assert any("The workbook also has “Cover”" in note for note in read.notes)
    assert cells(opened(saved(made), "x.xlsx", sheet="More")) == [["c", "d"]]
    with pytest.raises(MappingError, match="Expected the worksheet “Less”; found Cover, Empty"):
        opened(saved(made), "x.xlsx", sheet="Less")


def test_hidden_rows_columns_and_sheets_are_read_and_said():
    made = workbook([["name", "ward"], ["a", "b"], ["c", "d"]])
    made["Sheet1"].row_dimensions[2].hidden = True
    made["Sheet1"].column_dimensions["B"].hidden = True
    made.create_sheet("Front")
    made["Sheet1"].sheet_state = "hidden"
    read = opened(saved(made), "x.xlsx")
    assert cells(read) == [["a", "b"], ["c", "d"]]
    assert any(note.startswith("Row 2 is hidden") for note in read.notes)
    assert any(note.startswith("Columns that are hidden") for note in read.notes)
    assert any("It is hidden in the workbook." in note for note in read.notes)


def test_prefixed_names_and_rich_and_phonetic_texts_are_read():
    main = corpus.MAIN.replace("xmlns", "xmlns:x")
    strings = (
        f"<x:sst {main}><x:si><x:r><x:t>na</x:t></x:r><x:r><x:t>me</x:t></x:r></x:si>"
        "<x:si><x:t>ward</x:t><x:rPh sb='0' eb='1'><x:t>no</x:t></x:rPh></x:si></x:sst>"
    )
    sheet = (
        f"<x:worksheet {main}><x:sheetData><x:row r='3'><x:c r='B3' t='s'><x:v>0</x:v></x:c>"
        "<x:c r='C3' t='s'><x:v>1</x:v></x:c></x:row><x:row r='5'><x:c r='C5'><x:v>1.50</x:v></x:c>"
        "</x:row></x:sheetData></x:worksheet>"
    )
    read = opened(corpus.xlsx(sheet=sheet, strings=strings), "x.xlsx")
    assert list(read.frame.columns) == ["name", "ward"]
    assert (cells(read), read.row_numbers.tolist()) == ([["", "1.5"]], [5])


def test_xml_is_read_by_the_parser_that_refuses_entities():
    assert openpyxl.DEFUSEDXML is True


@pytest.mark.parametrize("part", ["sheet", "strings", "book", "styles", "kinds", "links"])
@pytest.mark.parametrize("mark", ["<!DOCTYPE x [<!ENTITY a 'b'>]>", "<!DOCTYPE x SYSTEM 'y'>"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_no_part_of_a_workbook_may_define_entities(part, mark, codec):
    inside = "<x>&a;</x>" if "ENTITY" in mark else "<x/>"
    text = f'<?xml version="1.0" encoding="{codec}"?>{mark}{inside}'.encode(codec)
    whole_of = zipfile.ZipFile(
        io.BytesIO(corpus.xlsx([["name", "ward"], ["a", "b"]], strings="x", styles="x"))
    )
    where = {
        "sheet": "worksheets/sheet1",
        "strings": "sharedStrings",
        "book": "workbook",
        "styles": "styles",
        "links": "_rels/workbook.xml.rels",
    }
    name = f"xl/{where[part]}" if part in where else "[Content_Types]"
    name = name if name.endswith(".rels") else f"{name}.xml"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for one in whole_of.namelist():
            archive.writestr(one, text if one == name else whole_of.read(one))
    with pytest.raises(MappingError, match=r"unusual Excel format|damaged"):
        opened(packed.getvalue(), "x.xlsx")


def test_a_part_in_an_encoding_that_hides_its_tags_is_refused():
    for declared in ('<?xml version="1.0" encoding="cp037"?>', "<?xml" + " " * 99_999):
        sheet = declared.encode() + corpus.sheet_xml("").encode("cp037")
        with pytest.raises(MappingError, match=r"damaged|without a filled cell"):
            opened(corpus.xlsx(sheet=sheet), "x.xlsx")


def test_a_range_over_the_whole_sheet_costs_nothing():
    made = workbook([["name", "ward"], ["a", "b"], ["", "c"]])
    whole = "A1:XFD1048576"
    made["Sheet1"]["A2"].hyperlink = "http://127.0.0.1:9/x"
    whole_of = zipfile.ZipFile(io.BytesIO(saved(made)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for one in whole_of.namelist():
            text = whole_of.read(one)
            if one.endswith("sheet1.xml"):
                text = text.replace(b'ref="A2"', b'ref="%s"' % whole.encode())
                merge = b'<mergeCells><mergeCell ref="A2:XFD1048576"/></mergeCells><hyperlinks>'
                assert b"<hyperlinks>" in text
                text = text.replace(b"<hyperlinks>", merge)
            archive.writestr(one, text)
    read = opened(packed.getvalue(), "x.xlsx")
    assert cells(read) == [["a", "b"], ["a", "c"]]


def test_pictures_charts_and_notes_in_a_workbook_are_not_opened(monkeypatch):
    made = workbook([["name", "ward"], ["a", "b"]])
    sheet = made["Sheet1"]
    picture = io.BytesIO()
    PIL.Image.new("RGB", (9, 9)).save(picture, "PNG")
    sheet.add_image(openpyxl.drawing.image.Image(picture), "D4")
    sheet.add_chart(openpyxl.chart.BarChart(), "D20")
    sheet["A2"].comment = openpyxl.comments.Comment("{{7*7}}", "x")
    content = saved(made)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a picture was opened")

    monkeypatch.setattr(PIL.Image, "open", refuse)
    monkeypatch.setattr("openpyxl.reader.drawings.find_images", refuse)
    assert cells(opened(content, "x.xlsx")) == [["a", "b"]]


def test_styles_that_are_odd_cost_no_date():
    row = '<row r="1"><c t="str"><v>name</v></c></row><row r="2"><c s="1"><v>45000</v></c></row>'
    formats = '<cellXfs><xf/><xf numFmtId="14"/></cellXfs>'
    styles = f"<styleSheet {corpus.MAIN}><fills><fill/></fills>{formats}</styleSheet>"
    read = opened(corpus.xlsx(sheet=corpus.sheet_xml(row), styles=styles), "x.xlsx")
    assert cells(read) == [["2023-03-15"]]


def test_days_that_no_calendar_has_and_long_times_are_written_as_numbers_and_hours():
    made = workbook([["name", "ward"], [10**9, clock(1)], ["x", timedelta(hours=36, minutes=5)]])
    made["Sheet1"]["A2"].number_format = "dd/mm/yyyy"
    assert cells(opened(saved(made), "x.xlsx")) == [["1000000000", "01:00:00"], ["x", "36:05:00"]]


def test_escaped_characters_of_a_workbook_are_put_back():
    read = opened(corpus.xlsx([["name", "ward"], ["a_x000D__x000a_b_x0000_", "_xD800_x_x0041_"]]))
    assert cells(read) == [["a\nb", "_xD800_xA"]]


def test_a_strict_workbook_is_read():
    purl = "http://purl.oclc.org/ooxml"
    book = (
        f'<workbook xmlns="{purl}/spreadsheetml/main" '
        f'xmlns:r="{purl}/officeDocument/relationships">'
        '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    sheet = (
        f'<worksheet xmlns="{purl}/spreadsheetml/main"><sheetData><row r="1"><c t="str"><v>name</v>'
        '</c></row><row r="2" hidden="1"><c t="e"><v>#N/A</v></c></row></sheetData></worksheet>'
    )
    read = opened(corpus.xlsx(book=book, sheet=sheet), "x.xlsx")
    assert cells(read) == [["#N/A"]]
    assert any("Row 2 is hidden" in note for note in read.notes)


def test_a_workbook_packed_in_another_way_is_refused():
    packed = io.BytesIO()
    whole_of = zipfile.ZipFile(io.BytesIO(corpus.xlsx([["name"], ["a"]])))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_BZIP2) as archive:
        for one in whole_of.namelist():
            archive.writestr(one, whole_of.read(one))
    with pytest.raises(MappingError, match="packed in another way"):
        opened(packed.getvalue(), "x.xlsx")


# Limits


@pytest.mark.parametrize(
    ("limit", "value", "content", "said"),
    [
        ("MAX_ROWS", 2, "name,ward\na,b\nc,d\ne,f\n", "at most 2 rows; found 3"),
        ("MAX_COLUMNS", 2, "name,ward,note\na,b,c\n", "at most 2 columns; row 1 has 3"),
        ("MAX_CELLS", 3, "name,ward\na,b\nc,d\n", "at most 3 cells; found 2 rows of 2 columns"),
        ("MAX_CELL_CHARACTERS", 3, "name,ward\na,b\na,bcde\n", "row 3, column “ward” has 4"),
        ("MAX_SHAPE_CHARACTERS", 3, "name,ward\na,POINT(1 2)\n", "row 2, column “ward” has 10"),
    ],
)
def test_each_limit_has_a_sentence(monkeypatch, limit, value, content, said):
    monkeypatch.setattr(sheets, limit, value)
    if limit == "MAX_SHAPE_CHARACTERS":
        monkeypatch.setattr(sheets, "MAX_CELL_CHARACTERS", 2)
    for text in (content, content + "\n"):
        with pytest.raises(MappingError, match=re.escape(said)):
            opened(text)
    table = [line.split(",") for line in content.splitlines()]
    with pytest.raises(MappingError, match="Expected at most"):
        opened(saved(workbook(table)), "x.xlsx")


def test_a_shape_may_be_longer_than_a_text():
    shape = "POLYGON ((" + "0 0, " * 40_000 + "0 0))"
    assert cells(opened(f'name,wkt\na,"{shape}"\n'))[0][1] == shape
    with pytest.raises(MappingError, match="row 2, column “note” has 200,002"):
        opened(f'name,note\na,"{"x" * 200_002}"\n')


@pytest.mark.parametrize("delimiter", ['"', "\n", ",,", "\x00"])
def test_a_delimiter_is_one_character(delimiter):
    with pytest.raises(MappingError, match="Expected one character as delimiter"):
        opened("name,ward\na,b\n", delimiter=delimiter)


def test_the_delimiter_can_be_changed():
    assert cells(opened("name:ward\na:b\n", delimiter=":")) == [["a", "b"]]


def test_a_column_called_pk_makes_no_workbook():
    sheet = intake.read_sheet(b"PK,Organisation,Area\n1,X,Camden\n", name="a.csv")
    assert (sheet.kind, list(sheet.frame.columns)) == ("csv", ["PK", "Organisation", "Area"])
