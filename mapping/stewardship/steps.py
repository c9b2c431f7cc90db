"""First steps of stewardship, as a path through the app's pages."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

from mapping.atoms import DATA, tables


class Step(NamedTuple):
    """One step: what to do, the page that helps, and the choices to open it with."""

    title: str
    what: str
    page: str
    choices: dict[str, str]


@lru_cache(maxsize=1)
def first_steps() -> tuple[Step, ...]:
    """Return the steps in their order."""
    rows = tables.read(DATA / "first_steps.csv")
    return tuple(
        Step(row.title, row.what, row.page, dict(parse_qsl(row.choices)))
        for row in rows.itertuples()
    )
