#!/usr/bin/env bash
# python-calamine: a cell with an error (#N/A) is read as one that nobody filled.
#
# Expected: a column of look-ups of which some failed reads "#N/A" there, as by openpyxl, or a
# value of its own, or the reading raises: the list says that something is wrong with these rows.
# Seen: "#N/A", "#REF!" and "#DIV/0!" come back as "", exactly as blank cells do, in to_python and
# iter_rows alike; no warning, and no other call tells them apart. Its Rust library, calamine, has
# a value for each error; the binding drops it. A list of areas that were looked up (VLOOKUP)
# loses its failures without a word, and a count of blank cells takes them for gaps. To a
# formula that was never computed, as openpyxl and many exporters write them, the same happens;
# a row of nothing else at the end is not there at all.
# Versions: python-calamine 0.9.1, openpyxl 3.1.5. Date: 2026-11-29.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q python-calamine==0.9.1 openpyxl==3.1.5
"$work/venv/bin/python" - "$work/errors.xlsx" <<'PY'
import sys

import openpyxl
from python_calamine import CalamineWorkbook

path = sys.argv[1]
book = openpyxl.Workbook()
for row in (
    ["organisation", "ward"],
    ["looked up in vain", "#N/A"],
    ["its sheet is gone", "#REF!"],
    ["people per nobody", "#DIV/0!"],
    ["nobody filled it", None],
    ["a text", "N/A"],
    [None, "=1+1"],
):
    book.active.append(row)
kinds = [cell.data_type for cell in book.active["B"]]
assert kinds == ["s", "e", "e", "e", "n", "s", "f"], "errors are errors, and no texts"
book.save(path)

by_openpyxl = [row[1] for row in openpyxl.load_workbook(path).active.values]
sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
by_calamine = [row[1] for row in sheet.to_python()]
print("openpyxl       ", by_openpyxl)
print("python-calamine", by_calamine)
assert by_openpyxl == ["ward", "#N/A", "#REF!", "#DIV/0!", None, "N/A", "=1+1"]
assert by_calamine == ["ward", "", "", "", "", "N/A"], "changed: errors, or the last row"
assert [row[1] for row in sheet.iter_rows()] == by_calamine, "changed: iter_rows"
print("as the header says")
PY
