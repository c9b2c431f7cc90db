"""The whole place as one system: outcomes, what enables them, and who works on which.

After the template that the stewards of Hartlepool drew: four outcomes that overlap, three enablers
round them, citizens throughout, stewardship at the centre.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from mapping.actors import split, themes_of
from mapping.atoms import DATA, tables
from mapping.errors import MappingError
from mapping.stewardship.stewards import HELD

OUTCOMES = 4
"""So many outcomes overlap: the picture has no room for others."""
MAX_OUTCOME_LETTERS = 60
PART_COLUMNS = ("part", "title", "outcomes", "number", "actors")


@dataclass(frozen=True)
class Aim:
    """An outcome or an enabler: what it is about, and the themes that lead to it."""

    key: str
    title: str
    about: str
    themes: frozenset[str]


class WholePlace(NamedTuple):
    """A place's organisations on the template.

    Attributes
    ----------
    outcomes, enablers : the template, its outcomes as they are called here
    actors : of ``list_organisations``, and for each key of an outcome or enabler whether the actor
        works on it (bool); is_steward; across (on how many outcomes)
    """

    outcomes: tuple[Aim, ...]
    enablers: tuple[Aim, ...]
    actors: pd.DataFrame

    @property
    def unplaced(self) -> pd.DataFrame:
        """Return the organisations that stand on no outcome and no enabler."""
        keys = [aim.key for aim in (*self.outcomes, *self.enablers)]
        return self.actors[~self.actors[keys].any(axis=1)]


@lru_cache(maxsize=1)
def _read_template() -> tuple[tuple[Aim, ...], tuple[Aim, ...]]:
    rows = tables.read(DATA / "town_outcomes.csv")
    outcomes, enablers = (
        tuple(
            Aim(row.key, row.title, row.about, frozenset(split(row.themes)))
            for row in rows[rows["part"] == part].itertuples()
        )
        for part in ("outcome", "enabler")
    )
    return outcomes, enablers


def usual_titles() -> tuple[str, ...]:
    """Return what the template calls its outcomes."""
    return tuple(aim.title for aim in _read_template()[0])


def place_on_template(organisations: pd.DataFrame, titles: Sequence[str] = ()) -> WholePlace:
    """Put organisations (of ``list_organisations``) on the template by their themes.

    ``titles`` are what the four outcomes are called here; blank or missing ones keep the
    template's. An organisation stands on every outcome and enabler that one of its themes, or the
    theme that one of its words is part of, leads to. Raises MappingError for more than four, long
    titles, or two that are alike.
    """
    outcomes, enablers = _read_template()
    named = [*(title.strip() for title in titles), *[""] * OUTCOMES]
    outcomes = tuple(
        replace(aim, title=title or aim.title) for aim, title in zip(outcomes, named, strict=False)
    )
    _check_titles([title.strip() for title in titles], [aim.title for aim in outcomes])
    themes = [set(themes_of(text)) for text in organisations["themes"]]
    stands = {
        aim.key: [not aim.themes.isdisjoint(own) for own in themes]
        for aim in (*outcomes, *enablers)
    }
    frame = organisations.assign(**stands).reset_index(drop=True)
    frame = frame.assign(
        is_steward=frame["steward"].isin(HELD),
        across=frame[[aim.key for aim in outcomes]].sum(axis=1).astype("int64"),
    )
    return WholePlace(outcomes, enablers, frame)


def _check_titles(given: Sequence[str], titles: Sequence[str]) -> None:
    wrong = [one for one in given if len(one) > MAX_OUTCOME_LETTERS or not one.isprintable()]
    if len(given) > OUTCOMES or wrong or len({one.casefold() for one in titles}) < len(titles):
        found = f"“{wrong[0][:40]}…”" if wrong else f"{len(given)}: {', '.join(given)[:80]}"
        raise MappingError(
            f"Expected up to {OUTCOMES} names that differ, each of up to {MAX_OUTCOME_LETTERS} "
            f"letters; found {found}. Change them."
        )


def list_parts(whole: WholePlace) -> pd.DataFrame:
    """List every part of the template and who stands there, also where nobody does.

    Columns ``PART_COLUMNS``: part ("outcomes" for each combination of them, "enabler"), title
    (their names joined), outcomes (their keys, a tuple), number, actors (names). Each organisation
    stands in just one combination of outcomes, and on any number of enablers. Single outcomes come
    first, then what they have in common, the enablers last.
    """
    keys = [aim.key for aim in whole.outcomes]
    title = {aim.key: aim.title for aim in whole.outcomes}
    mine = whole.actors[keys].apply(lambda row: tuple(key for key in keys if row[key]), axis=1)
    rows: list[tuple] = []
    for size in range(1, len(keys) + 1):
        for some in combinations(keys, size):
            names = whole.actors.loc[[own == some for own in mine], "actor"].tolist()
            joined = " + ".join(title[key] for key in some)
            rows.append(("outcomes", joined, some, len(names), tuple(names)))
    for aim in whole.enablers:
        names = whole.actors.loc[whole.actors[aim.key], "actor"].tolist()
        rows.append(("enabler", aim.title, (aim.key,), len(names), tuple(names)))
    return pd.DataFrame(rows, columns=list(PART_COLUMNS))
