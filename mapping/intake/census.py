"""Census: its own counts of residents, told by how they begin, are too long for a page.

They have a row for each postcode and sex, 2.7 million, and are read by a command instead.
"""

import csv
import re

SAMPLE_BYTES = 20_000
MAX_COLUMNS = 8
"""A table of counts has no more columns."""
MIN_SHARE = 0.5
"""So many of the first rows have to name an area, and to hold a count."""
COMMAND = "python -m mapping.build --residents"
_AREA = re.compile(r"[EWS]0[01]\d{6}|[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")
_HEADING = re.compile(
    r"\b(count|observation|obs.value|total|value|persons|people|residents)\b", re.I
)


def advise(content: bytes, name: str) -> str:
    """Say by which command a file that is too large is read, if it holds counts of a census.

    "" for any other file. ``name`` is the file's.
    """
    if not _is_census(content[:SAMPLE_BYTES]):
        return ""
    return (
        "This looks like the census's own counts of residents. It is too long for this page: a "
        f"command reads it once, where Common Ground is installed:\n{COMMAND} "
        f"{name[:80]}\nThen every page uses it instead of estimates."
    )


def _is_census(head: bytes) -> bool:
    """Tell whether a file begins with a column of counts, rows of an area, and little beside."""
    headings, *rows = csv.reader(head.decode("utf-8-sig", "replace").splitlines()[:-1] or [""])
    if not rows or len(headings) > MAX_COLUMNS or not _HEADING.search(" ".join(headings)):
        return False
    named = [row for row in rows if any(_AREA.fullmatch(_tighten(cell)) for cell in row)]
    counted = [row for row in rows if any(cell.strip().isdigit() for cell in row)]
    return min(len(named), len(counted)) >= MIN_SHARE * len(rows)


def _tighten(cell: str) -> str:
    return "".join(cell.upper().split())
