"""The value of a cell as the text that a spreadsheet shows."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

_HALF_SECOND = timedelta(milliseconds=500)
INEXACT = 1e15
"""From here on a number has more digits than a spreadsheet keeps."""


def clean(text: str) -> str:
    """Write line ends as ``\\n`` and leave out what is no character."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _write_number(value: float) -> str:
    whole = value.is_integer() and abs(value) < 1e21
    return str(int(value)) if whole else repr(value)


def _write_moment(value: datetime) -> str:
    moment = (value + _HALF_SECOND).replace(microsecond=0)
    return f"{moment:%Y-%m-%d}" if moment.time() == time() else moment.isoformat()


def write_duration(seconds: int) -> str:
    """Write seconds as hours, minutes and seconds."""
    minutes = abs(seconds) // 60
    return f"{'-' * (seconds < 0)}{minutes // 60}:{minutes % 60:02}:{abs(seconds) % 60:02}"


def name_cell(row: int, column: int) -> str:
    """Name a cell by its row's number and its column from 0: "B7"."""
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"{letters}{row}"


WRITERS: dict[type, Callable[[Any], str]] = {
    bool: lambda value: "TRUE" if value else "FALSE",
    int: str,
    float: _write_number,
    datetime: _write_moment,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: lambda value: write_duration(round(value.total_seconds())),
}
"""What writes each type of value but texts, dates as ISO: 1.0 is "1", 36 hours "36:00:00"."""
