"""Exported workspaces: readable, harmless, and opened narrowly when they come from elsewhere."""

import io
import json
import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kept_rows import EXAMPLES

from mapping import actors
from mapping.actors import TEXTS, Links
from mapping.errors import MappingError
from mapping.takeaway import is_formula
from mapping.workspaces import KINDS, OwnLens, WorkspaceRecord, archive, history, kinds, texts

WHEN = "2026-11-22T09:30:00.000000+00:00"


def kept() -> WorkspaceRecord:
    """Write down a workspace with two actors, an upload, weights, a mark, and one of all others."""
    given = {kind.name: kind.make_rows(EXAMPLES.get(kind.name, [])[:1]) for kind in history.FILED}
    frame = pd.DataFrame({"actor": ["=HYPERLINK(1)", "'Two"], "note": ["+1+1", "\tx"]})
    pair = Links(np.array([0, 1]), np.array([7, 9]))
    rows = pd.DataFrame({"outcome": ["@x", "matched"], "=1": ["-1", "a\r\nb"]})
    lens = OwnLens("Need", "households", np.array([3]), np.array([0.1]), rows, "w1")
    upload = ("up1", "=a.csv", "abc", WHEN, zlib.compress(texts.write_csv(rows)))
    return WorkspaceRecord(
        {"name": "Camden", "place": "borough.E09000007", "created": WHEN, "updated": WHEN},
        given
        | {
            "uploads": kinds.uploads.KIND.make_rows([upload]),
            "actors": kinds.actors.write_rows(actors.register(frame, pair, pair), "up1"),
            "weights": kinds.weights.write_row(lens, WHEN),
            "marks": kinds.marks.KIND.make_rows([("health", "borough", WHEN)]),
        },
        {},
    )


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive.write(kept()))) as whole:
        return {name: whole.read(name) for name in whole.namelist()}


def zipped(files: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing) as whole:
        for name, content in files.items():
            whole.writestr(name, content)
    return file.getvalue()


def test_what_was_written_is_read_back_exactly():
    before, after = kept(), archive.read(archive.write(kept()))
    assert after.facts == {"name": "Camden", "place": "borough.E09000007"}
    for kind in KINDS:
        one, other = before.rows[kind.name], after.rows[kind.name]
        for column in kind.columns:
            got, wanted = other[column].to_list(), one[column].to_list()
            if column in ("outcomes", "residual", "numbers") or (kind.name, column) == (
                "weights",
                "postcodes",
            ):
                got, wanted = list(map(zlib.decompress, got)), list(map(zlib.decompress, wanted))
            assert got == wanted, (kind.name, column)


def test_a_person_can_read_it(files):
    newer = [kind for kind in history.FILED if kind.name not in kinds.ORIGINAL]
    theirs = {name for kind in newer for name in kind.write_files(kept().rows[kind.name])}
    assert set(files) - theirs == {
        "README.txt",
        "workspace.json",
        "actors.csv",
        "uploads.csv",
        "weights.csv",
        "marks.csv",
        "outcomes/1.csv",
        "weights/1.csv",
        "residuals/1.csv",
    }
    head = json.loads(files["workspace.json"])
    assert (head["format"], head["version"], head["name"]) == (
        archive.FORMAT,
        archive.VERSION,
        "Camden",
    )
    shown = pd.read_csv(io.BytesIO(files["actors.csv"]), dtype=str, keep_default_na=False)
    assert list(shown.columns) == ["upload", *TEXTS, "wards", "postcodes"]
    assert shown["wards"].str.fullmatch(r"E\d{8}").all()
    assert shown["postcodes"].str.fullmatch(r"[A-Z0-9]+ [A-Z0-9]+").all()


def test_no_file_holds_a_live_formula(files):
    tables = [content for name, content in files.items() if name.endswith(".csv")]
    assert len(tables) >= 7
    cells = 0
    for content in tables:
        frame = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False, header=None)
        for cell in frame.to_numpy().ravel():
            assert not is_formula(str(cell)), cell
            cells += str(cell).startswith("'")
    assert cells > 8


def test_the_same_workspace_gives_the_same_bytes():
    assert archive.write(kept()) == archive.write(kept())


def without(name: str) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda files: {key: content for key, content in files.items() if key != name}


def put(name: str, content: bytes) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda files: {**files, name: content}


def swap(name: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    def change(files: dict[str, bytes]) -> dict[str, bytes]:
        assert old in files[name]
        return {**files, name: files[name].replace(old, new)}

    return change


HEAD = b'{"format": "common-ground-workspace", "version": 1, "name": "x", "place": "a.b"'
BROKEN = {
    "a path out of the folder": (put("../../etc/passwd", b"x"), "only files that an export"),
    "an absolute path": (put("/etc/passwd", b"x"), "only files that an export"),
    "a folder": (put("outcomes/", b""), "only files that an export"),
    "a program": (put("run.exe", b"x"), "only files that an export"),
    "a zip in the zip": (put("outcomes/2.zip", b"x"), "only files that an export"),
    "a backslash": (put("outcomes\\2.csv", b"x"), "only files that an export"),
    "no head": (without("workspace.json"), "a zip without workspace.json"),
    "no actors": (without("actors.csv"), "a zip without actors.csv"),
    "no outcomes": (without("outcomes/1.csv"), "outcomes/1.csv in the zip"),
    "no residual": (without("residuals/1.csv"), "residuals/1.csv in the zip"),
    "no numbers": (without("weights/1.csv"), "weights/1.csv in the zip"),
    "no JSON": (put("workspace.json", b"{"), "written as JSON"),
    "JSON without end": (put("workspace.json", b"[" * 200_000), "written as JSON"),
    "a list": (put("workspace.json", b"[]"), "format common-ground-workspace"),
    "another format": (put("workspace.json", b'{"format": "x"}'), "format common-ground"),
    "a newer version": (swap("workspace.json", b'"version": 1', b'"version": 2'), "version 2"),
    "true for a version": (swap("workspace.json", b'"version": 1', b'"version": true'), "True"),
    "no name": (put("workspace.json", HEAD.replace(b'"x"', b"7") + b"}"), "name and a place"),
    "a blank name": (
        put("workspace.json", HEAD.replace(b'"x"', b'""') + b"}"),
        "found a blank one",
    ),
    "a long name": (
        put("workspace.json", HEAD.replace(b'"x"', b'"%s"' % (b"x" * 999)) + b"}"),
        "up to 120 letters",
    ),
    "no place": (put("workspace.json", HEAD.replace(b'"a.b"', b'"ab"') + b"}"), "its kind"),
    "other columns": (swap("actors.csv", b'"wards"', b'"wards2"'), "Expected the columns"),
    "a column too many": (swap("marks.csv", b'"health"', b'"health","x"'), "marks.csv"),
    "a column too few": (swap("marks.csv", b'"health",', b""), "one of the scales"),
    "no text": (put("actors.csv", b"\xff\xfe\x00\xd8"), "cannot be read"),
    "an empty table": (put("actors.csv", b""), "Expected the columns"),
    "an open quote": (put("actors.csv", b'"upload","id'), "actors.csv"),
    "a code that is none": (swap("actors.csv", b'"E', b'"<b>E'), "found 2 other cells"),
    "an unknown upload": (swap("uploads.csv", b"up1", b"up2"), "name uploads that are there"),
    "an id with a path": (swap("uploads.csv", b"up1", b"../1"), "Expected an id"),
    "a date that is none": (swap("uploads.csv", b"2026-11-22T", b"yesterday "), "dates like"),
    "a negative number": (swap("weights/1.csv", b"0.1", b"-0.1"), "at least 0"),
    "no number": (swap("weights/1.csv", b"0.1", b"lots"), "numbers in weights/1.csv"),
    "infinity": (swap("weights/1.csv", b"0.1", b"inf"), "finite numbers"),
    "an unknown scale": (swap("marks.csv", b"borough", b"village"), "one of the scales"),
    "a capital theme": (swap("marks.csv", b"health", b"Health"), "themes in small letters"),
    "a mark twice": (
        lambda files: {
            **files,
            "marks.csv": files["marks.csv"] + files["marks.csv"].splitlines(True)[1],
        },
        "once in marks",
    ),
    "an upload twice": (
        lambda files: {
            **files,
            "uploads.csv": files["uploads.csv"] + files["uploads.csv"].splitlines(True)[1],
            "outcomes/2.csv": files["outcomes/1.csv"],
        },
        "each id once in uploads",
    ),
    "a postcode twice": (
        lambda files: {
            **files,
            "weights/1.csv": files["weights/1.csv"] + files["weights/1.csv"].splitlines(True)[1],
        },
        "each postcode once",
    ),
    "weights without a postcode": (
        put("weights/1.csv", b'"postcode","number"\n"x","1"\n'),
        "postcodes like N1 9GU",
    ),
    "a bomb": (put("outcomes/2.csv", b"0" * 50_000_000), "that unpacks to 50 MB"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_or_hostile_zip_is_refused_in_a_sentence(what, files):
    change, told = BROKEN[what]
    with pytest.raises(MappingError, match=told) as refused:
        archive.read(zipped(change(files)))
    assert str(refused.value).startswith("Expected ")
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "damaged or no zip"),
        (b"PK\x03\x04", "damaged or no zip"),
        (b"a,b\n1,2", "no zip"),
        (zipped({}), "a zip without actors.csv"),
    ],
)
def test_what_is_no_zip_is_refused(content, told):
    with pytest.raises(MappingError, match=told):
        archive.read(content)


def test_the_files_name_and_size_are_looked_at(monkeypatch):
    whole = archive.write(kept())
    with pytest.raises(MappingError, match=r"ends in \.zip; found “camden\.csv”"):
        archive.read(whole, "camden.csv")
    small = replace(archive.LIMITS, max_bytes=len(whole) - 1)
    monkeypatch.setattr(archive, "LIMITS", small)
    with pytest.raises(MappingError, match="the zip of a workspace of up to"):
        archive.read(whole)


def test_too_many_files_or_rows_are_refused(files, monkeypatch):
    monkeypatch.setattr(kinds.files, "MAX_ROWS", 1)
    with pytest.raises(MappingError, match=r"up to 1 rows in actors\.csv; found 2"):
        archive.read(zipped(files))
    monkeypatch.setattr(archive, "LIMITS", replace(archive.LIMITS, max_files=5))
    with pytest.raises(
        MappingError, match=f"at most 5 files in the zip of a workspace; found about {len(files)}"
    ):
        archive.read(zipped(files))


def test_other_packings_passwords_and_repeats_are_refused(files):
    with pytest.raises(MappingError, match="packed in another way"):
        archive.read(zipped(files, zipfile.ZIP_LZMA))
    locked = bytearray(zipped(files))
    at = locked.index(b"PK\x01\x02")
    locked[at + 8] |= 1
    with pytest.raises(MappingError, match="without a password"):
        archive.read(bytes(locked))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as whole:
        whole.writestr("marks.csv", b"")
        with pytest.warns(UserWarning, match="Duplicate"):
            whole.writestr("marks.csv", b"")
    with pytest.raises(MappingError, match="each file once"):
        archive.read(file.getvalue())


def test_a_link_in_the_zip_is_read_as_the_text_that_it_is(files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as whole:
        for name, content in without("marks.csv")(files).items():
            whole.writestr(name, content)
        link = zipfile.ZipInfo("marks.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        whole.writestr(link, "/etc/passwd")
    with pytest.raises(MappingError, match=r"in each row of marks\.csv; found /etc/passwd"):
        archive.read(file.getvalue())


@given(st.data())
def test_a_damaged_zip_is_read_or_refused_and_never_crashes(data):
    whole = bytearray(archive.write(kept()))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    for content in (bytes(whole), bytes(whole[:cut])):
        assert _read_or_refused(content)


def _read_or_refused(content: bytes) -> bool:
    """Tell whether a zip is read, or refused in a sentence; anything else is a crash."""
    try:
        return isinstance(archive.read(content), WorkspaceRecord)
    except MappingError as refused:
        return str(refused).startswith("Expected ")


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6))
def test_a_table_of_any_texts_is_read_back_exactly(rows):
    frame = pd.DataFrame(rows, columns=["a", "=b"], dtype="str")
    found = texts.read_csv(texts.write_csv(frame), "a test", ("a", "=b"))
    assert found.to_numpy().tolist() == [list(row) for row in rows]
