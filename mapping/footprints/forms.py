"""Forms: known public files, told by their headings, and what each of their columns says.

They stand in ``data/forms.csv``; ``data/SOURCES.md`` explains its columns and says from where they
are known.
"""

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

import pandas as pd

from mapping.atoms import DATA, tables
from mapping.footprints import headwords
from mapping.footprints.roles import SURE, Guess
from mapping.memory import once

MIN_CELLS_SHARE = 0.3
"""So many of a column's cells have to be as a form has them, where it says how."""
BELONGS = {
    "organisations": "",
    "numbers": "It has figures about areas, not who works where: upload it as “your own figures”.",
    "lookup": "It says which areas lie in which, not who works where: it belongs under “a map of "
    "areas”.",
    "directory": "It says in which areas each postcode lies, not who works where: “Data and "
    "method” says how to have it as more ground.",
}
"""What a file of each kind is, and where on the Upload page it belongs; "" where it is right."""


class Part(NamedTuple):
    """What a form says of the columns whose folded heading matches a pattern.

    ``needed`` is "yes" for one that there has to be, "no" for one that there may not be; ``cells``
    is what some of its cells have to match, "" for anything; ``role`` is "" where it is guessed.
    """

    heading: str
    needed: str
    cells: str
    role: str


class Form(NamedTuple):
    """A known public form: its key, what it is called, which kind of file it is, its columns."""

    key: str
    title: str
    what: str
    parts: tuple[Part, ...]


@once
def read_forms() -> tuple[Form, ...]:
    """Return the known forms, in the order of ``data/forms.csv``."""
    rows = tables.read(DATA / "forms.csv")
    return tuple(
        Form(key, some["title"].iloc[0], some["what"].iloc[0], _list_parts(some))
        for key, some in rows.groupby("form", sort=False)
    )


def _list_parts(rows: pd.DataFrame) -> tuple[Part, ...]:
    return tuple(Part(*row) for row in rows[list(Part._fields)].itertuples(index=False))


def recognise(some: Mapping[str, Sequence[str]]) -> Form | None:
    """Recognise the form of a table by its headings; ``some`` holds cells of each column.

    Of several that fit the one that needs most counts; None where none does.
    """
    folded = {name: headwords.fold_heading(name) for name in some}
    headings = list(folded.values())
    fitting = [
        form for form in read_forms() if _is_headed(form, headings) and _fits(form, folded, some)
    ]
    return max(fitting, key=lambda form: _count_needed(form), default=None)


def _count_needed(form: Form) -> int:
    return sum(part.needed == "yes" for part in form.parts)


def _is_headed(form: Form, headings: Sequence[str]) -> bool:
    """Tell whether all headings that a form needs are there, whatever stands below them."""
    needed = (part.heading for part in form.parts if part.needed == "yes")
    return all(any(fnmatchcase(heading, one) for heading in headings) for one in needed)


def _fits(form: Form, folded: Mapping[str, str], some: Mapping[str, Sequence[str]]) -> bool:
    parts = {name: find_part(form, heading, some[name]) for name, heading in folded.items()}
    taken = set(filter(None, parts.values()))
    if any(part.needed == "no" for part in taken):
        return False
    return all(part in taken for part in form.parts if part.needed == "yes")


def find_part(form: Form, heading: str, some: Sequence[str]) -> Part | None:
    """Return the first part of a form that a column with a folded heading is; None for none."""
    for part in form.parts:
        if fnmatchcase(heading, part.heading) and _hold(some, part.cells):
            return part
    return None


def _hold(some: Sequence[str], cells: str) -> bool:
    if not cells:
        return True
    look = re.compile(cells).fullmatch
    return bool(some) and sum(bool(look(text)) for text in some) >= MIN_CELLS_SHARE * len(some)


def find_roles(form: Form, some: Mapping[str, Sequence[str]]) -> dict[str, Guess]:
    """Return the roles that a form gives to columns of a table; those it leaves open are not in."""
    parts = {n: find_part(form, headwords.fold_heading(n), cells) for n, cells in some.items()}
    return {n: Guess(part.role, "form", SURE) for n, part in parts.items() if part and part.role}


def describe(form: Form) -> str:
    """Say which form a table has, and where it belongs if it does not say who works where."""
    return " ".join(filter(None, (f"This looks like {form.title}.", BELONGS[form.what])))
