"""The hostile corpus as it is measured, and that its oracles tell what they should."""

import os
import pickle
import re
import subprocess
import sys

import pandas as pd
import pytest

from benchmarks import corpus, exhausting, fuzz, hostile, hostile_books
from mapping import intake
from mapping.errors import MappingError
from mapping.footprints import outcomes, read

SMALL_BYTES = 300_000


@pytest.fixture
def trap(tmp_path):
    return tmp_path / "trap"


def check(tally):
    assert tally.crashes == []
    assert tally.unaccounted == []
    assert tally.run == []
    assert tally.live == []


def test_hostile_files_crash_lose_run_and_leave_nothing(trap):
    """The last row that a worksheet may have is read in ``test_intake``; a nearer one will do."""
    files = {
        f.name: f.content for f in corpus.hostile_files() if len(f.part) * f.times < SMALL_BYTES
    }
    assert "far row.xlsx" in files
    files["far row.xlsx"] = corpus.far_row(70_000)
    tally = hostile.tallied(files.items(), trap)
    check(tally)
    assert tally.files == len(files) > 50
    assert tally.read > 10


def test_broken_tables_crash_lose_run_and_leave_nothing(trap):
    tally = hostile.tallied(fuzz.broken_csvs(3, 12), trap)
    check(tally)
    assert tally.read > 7
    assert tally.input_rows > 140


def test_texts_that_would_run_in_any_place_do_not(trap):
    files = dict(corpus.injections(str(trap)))
    some = dict(list(files.items())[::8]) | {
        name: files[name]
        for name in ("in cells.csv", "in cells.xlsx", "returns.xlsx", "pickled.csv", "pickled.npy")
    }
    some |= dict(hostile_books.injected(str(trap)))
    tally = hostile.tallied(some.items(), trap)
    check(tally)
    assert tally.read >= len(some) - 2


@pytest.fixture(scope="module")
def workbooks():
    return hostile_books.files()


def test_hostile_workbooks_are_read_whole_or_refused_in_a_sentence(workbooks, trap):
    assert len(workbooks) > 70
    told = [(file.name, find_wrong(file, trap)) for file in workbooks]
    assert [(name, wrong) for name, wrong in told if wrong] == []


def find_wrong(file, trap):
    """Return what is wrong with how a file was read or refused; "" if nothing is."""
    with hostile.watched(trap) as run:
        try:
            upload = read(file.content, name=file.name)
        except MappingError as fault:
            is_meant = file.refused and re.search(file.refused, str(fault))
            wrong = [] if is_meant else [f"refused: {fault}"]
        else:
            wrong = hostile.unaccounted(upload.sheet, upload.rows)
            wrong += ["was read"] if file.refused else []
    return "; ".join([*wrong, *run])


def test_broken_workbooks_crash_lose_run_and_leave_nothing(workbooks, trap):
    some = [(file.name, file.content) for file in workbooks[::9]]
    tally = hostile.tallied([*some, *hostile_books.broken(3, 5)], trap)
    check(tally)
    assert tally.read > 4


@pytest.mark.parametrize("name", ["shape.csv"])
def test_a_shape_of_very_many_corners_leaves_the_program_standing(name, trap):
    [file] = [file for file in corpus.hostile_files() if file.name == name]
    check(hostile.tallied([(name, file.content)], trap))


EXHAUSTING = (
    "dots behind a sign.csv",
    "names in a cell.csv",
    "postcodes that are none.csv",
    "semicolons.csv",
    "beginnings.csv",
    "ligatures.csv",
    "a line of postcodes.csv",
    "a cell of 40 MB.csv",
    "a cell of 20 million lines.csv",
    "all of Britain.csv",
    "slivers.csv",
    "crossed.csv",
    "a star.csv",
    "points.csv",
    "collections.csv",
    "numbers.csv",
    "circles of everything.csv",
    "files without end.xlsx",
)
"""Names of the files, which are made when the first is asked for."""


@pytest.fixture(scope="module")
def exhausting_files():
    return {file.name: file for file in exhausting.files()}


def test_every_exhausting_file_is_named_here(exhausting_files):
    assert tuple(exhausting_files) == EXHAUSTING


@pytest.mark.parametrize("name", EXHAUSTING)
def test_no_file_takes_all_there_is(name, exhausting_files, trap):
    """How long each takes is a row of the benchmarks; here a tenth of many rows will do."""
    file = exhausting_files[name]
    if file.refused:
        with hostile.watched(trap) as run, pytest.raises(MappingError, match=file.refused):
            read(file.content, name=name)
        assert run == []
    else:
        tally = hostile.tallied([(name, first_tenth(file.content))], trap)
        check(tally)
        assert tally.read == 1


def first_tenth(table):
    """Cut a table of more than twenty lines, whose rows are all of a kind."""
    lines = table.split(b"\n")
    return b"\n".join(lines[: len(lines) // 10]) if len(lines) > 20 else table


# The oracles


@pytest.mark.parametrize(
    "cell", ["=1+1", " =1", "\u00a0@x", "\uff1d1", "\tx", "-x", "+1-2", "\u200b=1"]
)
def test_a_live_cell_is_seen(cell):
    assert hostile.is_live(cell)
    content = pd.DataFrame({"name": [cell, "a"]}).to_csv(index=False).encode()
    assert hostile.live(content) == ([cell], 3)


@pytest.mark.parametrize("cell", ["-1", "+0.5", "-1,000", "-1e9", "'=1", "a=1", "", "N1", "-5%"])
def test_a_harmless_cell_is_not(cell):
    assert not hostile.is_live(cell)


def test_a_row_that_a_lone_return_begins_is_seen():
    assert hostile.live(b"name,ward\nx\r=1+1,b\n")[0]
    assert not hostile.live(b'name,ward\r\n"x\r=1+1",b\r\n')[0]


def test_rows_that_are_lost_or_told_twice_are_seen():
    upload = read(b"name,postcode\na,N1 9GU\n\nb,zzz\n", name="x.csv")
    assert hostile.unaccounted(upload.sheet, upload.rows) == []
    assert len(hostile.unaccounted(upload.sheet, upload.rows.iloc[:1])) == 1
    cut = upload.rows.assign(outcome=["matched", "no such"])
    assert hostile.unaccounted(upload.sheet, cut) == ["row 4 says nothing of its outcome"]
    sheet = intake.read_sheet(b"name,postcode\na,N1 9GU\n\nb,zzz\n", name="x.csv")
    fewer = sheet.skipped_rows.iloc[:1]
    object.__setattr__(sheet, "skipped_rows", fewer)
    assert hostile.unaccounted(sheet, upload.rows) == ["row 3 has no outcome"]


def test_a_row_that_is_missing_from_the_outcome_file_is_seen():
    content = b"name,postcode\nid00001,N1 9GU\nid00002,N1 9GU\n"
    upload = read(content, name="x.csv")
    whole = outcomes.whole_file(upload.sheet, upload.rows)
    exports = {"outcomes": whole.iloc[:-1].to_csv(index=False).encode("utf-8-sig")}
    assert hostile.unnamed(content, upload.sheet, exports) == ["id00002 is not in the outcome file"]


def test_a_file_of_the_server_that_is_opened_is_seen(trap):
    with hostile.watched(trap) as found, open(hostile.SECRET) as file:
        file.read(1)
    assert any("passwd" in what for what in found)


def test_a_program_that_starts_a_pickle_that_opens_and_a_trap_are_seen(trap):
    with hostile.watched(trap) as found:
        pass
    assert found == []
    with hostile.watched(trap) as found:
        subprocess.run([sys.executable, "-c", ""], check=True)
    assert any("subprocess.Popen" in what for what in found)
    with hostile.watched(trap) as found:
        os.system("true")
    assert any("os.system" in what for what in found)
    [content] = [c for name, c in corpus.injections(str(trap)) if name == "pickled.npy"]
    with hostile.watched(trap) as found:
        pickle.loads(content).item().close()
    assert any("pickle.find_class" in what for what in found)
    assert "the trap was sprung" in found


def test_a_template_that_was_run_and_a_text_that_a_browser_would_run_are_seen():
    product = str(corpus.FACTORS[0] * corpus.FACTORS[1])
    assert hostile.ran(f"x {product}", [], {})
    assert hostile.ran("", [], {"actors": product.encode()})
    assert hostile.ran("say('${7*7}')", ["${7*7}"], {})
    assert hostile.ran("say('${7*7}')", ["plain"], {}) == []


def test_a_cell_of_a_million_corners_is_told_as_one_and_not_as_a_million_columns():
    shape = "POLYGON((" + ",".join(["-0.1 51.5"] * 300_000) + "))"
    content = f'organisation,area\nBig,"{shape}"\n'.encode()
    with pytest.raises(
        MappingError, match="in one with a shape; row 2, column 2 has 3,000,010"
    ) as told:
        read(content, name="big.csv")
    assert "simplify the shape" in str(told.value)
