#!/usr/bin/env bash
# python-calamine: a workbook of two filled cells takes the memory of every cell between them.
#
# Expected: a file of five kilobytes with A1 and T1,000,000 filled (somebody pressed Ctrl+End and
# typed) costs a reader written in Rust as little as it costs openpyxl's read-only mode: next to
# nothing. If anything, rows cost when they are asked for, and nrows= keeps that small.
# Seen: opening the sheet alone, before any row is asked for, takes some 600 MB more than with A1
# and T1 filled: thirty bytes for each of the twenty million cells of the rectangle. nrows=10 saves
# none of it. At the far corner that Excel allows it would be hundreds of gigabytes; where memory
# cannot be had the process ends by a signal, and no Python exception can be caught: a
# server that reads files of strangers needs a process of its own, with a limit, to open them.
# Versions: python-calamine 0.9.1, openpyxl 3.1.5. Date: 2026-11-29.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q python-calamine==0.9.1 openpyxl==3.1.5
cd "$work"
"$work/venv/bin/python" - <<'PY'
import subprocess
import sys
from pathlib import Path

import openpyxl

CALAMINE = "from python_calamine import CalamineWorkbook as Workbook; "
CALAMINE += "sheet = Workbook.from_path(sys.argv[1]).get_sheet_by_index(0)"
OPENPYXL = "import openpyxl; sheet = openpyxl.load_workbook(sys.argv[1], read_only=True).active"
READERS = {
    "python-calamine, sheet opened": CALAMINE,
    "python-calamine, nrows=10": f"{CALAMINE}; sheet.to_python(nrows=10)",
    "openpyxl read-only, opened": OPENPYXL,
    "openpyxl read-only, 10 rows": f"{OPENPYXL}; list(sheet.iter_rows(max_row=10))",
}
for last in (1, 1_000_000):
    book = openpyxl.Workbook()
    book.active["A1"], book.active[f"T{last}"] = "first", "last"
    book.save(f"{last}.xlsx")


def peak_mb(code, last):
    """Return the most memory that a process of its own took, in MB."""
    code = f"import resource, sys; {code}\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    command = [sys.executable, "-c", code, f"{last}.xlsx"]
    return int(subprocess.run(command, capture_output=True, check=True).stdout) / 1024


print(f"A1 and T1,000,000: {Path('1000000.xlsx').stat().st_size:,} bytes on disk; memory beyond A1 and T1:")
for name, code in READERS.items():
    more = peak_mb(code, 1_000_000) - peak_mb(code, 1)
    print(f"{name:30} {more:6.0f} MB")
    is_calamine = "calamine" in name
    assert (more > 300) if is_calamine else (more < 30), f"changed: memory of {name}"
print("as the header says")
PY
