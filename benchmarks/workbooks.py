"""Reading a workbook: processor time, beside openpyxl and beside the build that read by it."""

import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import openpyxl

from benchmarks import corpus
from benchmarks.bars import Row
from benchmarks.timing import count_seconds
from mapping import intake

ROOT = Path(__file__).parent.parent
ROWS, ROUNDS = 40_000, 5
BEFORE = "aa53359"
"""The last build that read workbooks by openpyxl's own parser."""
BAR = 1 / 5
_READ = """
import sys, time
from mapping import intake
intake.read_sheet(b"a,b\\n1,2\\n", name="x.csv")
content = open(sys.argv[1], "rb").read()
begun = time.process_time()
sheet = intake.read_sheet(content, name="x.xlsx")
print(time.process_time() - begun, len(sheet.frame))
"""


def rows() -> Iterator[Row]:
    """Read a workbook of texts, numbers and dates, round after round, each in its turn."""
    content = make_workbook()
    intake.read_sheet(content, name="x.xlsx")
    ours, plain, before = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        build = Path(folder) / "build"
        is_there = unpack_build(build)
        path = Path(folder) / "x.xlsx"
        path.write_bytes(content)
        for _ in range(ROUNDS):
            begun = count_seconds()
            intake.read_sheet(content, name="x.xlsx")
            ours.append(count_seconds() - begun)
            begun = count_seconds()
            _read_by_openpyxl(content)
            plain.append(count_seconds() - begun)
            if is_there:
                before.append(_read_by_build(build, path))
    title = f"a workbook of {ROWS:,} rows: processor time, the process that reads it counted"
    yield Row(title, median(ours), "s")
    yield Row("  of that of openpyxl's read-only rows alone", median(ours) / median(plain), "x")
    if before:
        note = f"{median(before):.2f} s in the same run"
        share = median(ours) / median(before)
        yield Row(f"  of that of commit {BEFORE}", share, "x", BAR, "less", note)


def make_workbook() -> bytes:
    """Make a workbook of nine columns, one of numbers and one of dates."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Partners")
    sheet.append([*corpus.HEADER, "people", "since"])
    for number, row in enumerate(corpus.rows(3, ROWS)):
        sheet.append([*row, 3 * number, date(2020, 1, 1) + timedelta(number % 2_000)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def unpack_build(folder: Path) -> bool:
    """Put the code of the earlier build into a folder; False where git does not know it."""
    command = ["git", "archive", BEFORE, "mapping", "data"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True)
    except FileNotFoundError:
        done = None
    if done is None or done.returncode:
        print(f"commit {BEFORE} is not at hand: its row is left out", file=sys.stderr)
        return False
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as packed:
        packed.extractall(folder, filter="data")
    return True


def _read_by_build(build: Path, path: Path) -> float:
    command = [sys.executable, "-c", _READ, str(path)]
    done = subprocess.run(command, cwd=build, capture_output=True, text=True, check=True)
    taken, found = done.stdout.split()
    assert int(found) == ROWS
    return float(taken)


def _read_by_openpyxl(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    assert sum(1 for _ in book.active.iter_rows(values_only=True)) == ROWS + 1
