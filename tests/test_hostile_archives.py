"""Archives of workspaces and views that somebody else has packed."""

import io
import json
import zipfile

import pandas as pd
import pytest

from benchmarks import exhausting
from mapping import intake
from mapping.errors import MappingError
from mapping.takeaway import export, request
from mapping.workspaces import archive, kinds, texts
from pages.shared import convening

WHEN = "2026-11-22T09:30:00+00:00"


def table(columns, *rows):
    return texts.write_csv(pd.DataFrame(list(rows), columns=list(columns)))


def packed(**changed):
    head = {
        "format": archive.FORMAT,
        "version": archive.VERSION,
        "name": "x",
        "place": "borough.E09000007",
    }
    files = {
        "workspace.json": json.dumps(head),
        "actors.csv": table(kinds.actors.KIND.list_columns(kinds.Cell.NUMBER)),
        "uploads.csv": table(("id", "file_name", "fingerprint", "saved"), ("u", "f", "x", WHEN)),
        "outcomes/1.csv": b"a,b\n1,2\n",
        "weights.csv": table(("id", "name", "counts", "saved")),
        "marks.csv": table(("theme", "scale", "marked")),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in {**files, **changed}.items():
            zipped.writestr(name, content)
    return file.getvalue()


def test_the_archive_that_the_others_are_made_of_is_read():
    assert archive.read(packed()).facts["name"] == "x"


@pytest.mark.parametrize(
    ("outcomes", "why"),
    [
        (",".join(f"c{n}" for n in range(100_000)) + "\n1", "at most 200 columns"),
        ("a,'a\n1,2", "names that repeat"),
        ("a,b\n1,2,3", "rows of other lengths"),
        ('a\n"x', "cannot be read"),
        (b"a\n\xed\xa0\x80\n", "cannot be read"),
        ('"' + "x" * 3_000_000 + '"\n1', "cannot be read"),
    ],
    ids=["wide", "repeated", "uneven", "open", "half a letter", "long heading"],
)
def test_tables_that_are_none_of_ours_are_refused_in_a_sentence(outcomes, why):
    with pytest.raises(MappingError, match=why):
        archive.read(packed(**{"outcomes/1.csv": outcomes}))


@pytest.mark.parametrize(
    "when", ["2026-99-99T99:99:99", "2026-11-22T09:30:00....", "2026-02-30T00:00:00+00:00"]
)
def test_a_date_that_no_calendar_has_is_refused_and_breaks_no_page_later(when):
    uploads = table(("id", "file_name", "fingerprint", "saved"), ("u", "f", "x", when))
    with pytest.raises(MappingError, match="dates like"):
        archive.read(packed(**{"uploads.csv": uploads}))


def test_zips_of_very_many_files_are_refused_before_their_list_is_read():
    [content] = [f.content for f in exhausting.files() if f.name == "files without end.xlsx"]
    with pytest.raises(MappingError, match="about 20,001"):
        archive.read(content)
    with pytest.raises(MappingError, match="about 20,001"):
        request.read(content, pages=["place"])
    with pytest.raises(MappingError, match="about 20,001"):
        intake.read_sheet(content, name="x.xlsx")


@pytest.mark.parametrize("begins", list("\u202e\u2066\u00ad\u0085\u061c\u180e\u2028"))
def test_signs_that_nobody_sees_hide_no_formula(begins):
    assert export.is_formula(f"{begins}=1+1")
    assert not export.is_formula(f"{begins}a=1+1")


@pytest.mark.parametrize("sign", "﹦﹢﹣﹫⁼⁺⁻₌₊₋＝")
def test_small_and_raised_signs_begin_a_formula_too(sign):
    assert export.is_formula(f"{sign}1+1")


def test_what_is_copied_as_a_list_has_no_line_that_somebody_else_wrote():
    row = {
        "actor": "a\n=1+1",
        "themes": "b\r=2; c",
        "contact": "d\n=cmd|x!A0\n",
        "power": "statutory",
        "share_of_place": 0.5,
        "share_of_footprint": 0.5,
    }
    told = convening.write_list(pd.DataFrame([row]), "Camden", "residents").splitlines()
    assert [line for line in told if line.lstrip().startswith(("=", "@", "+"))] == []
