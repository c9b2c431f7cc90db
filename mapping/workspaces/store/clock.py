"""The clock: the moments of changes, which go on even where the system's clock is turned back."""

from datetime import UTC, datetime, timedelta


def now() -> str:
    """Return this moment: ISO, UTC, to the microsecond."""
    return _write(datetime.now(UTC))


def now_after(last: str) -> str:
    """Return this moment, or the one just after ``last`` where the clock says that it was later.

    What is kept of one thing stays in the order in which it came: of two ratings the later counts.
    """
    return max(now(), _write(datetime.fromisoformat(last) + timedelta(microseconds=1)))


def _write(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")
