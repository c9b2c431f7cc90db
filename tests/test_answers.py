"""Answers kept for everybody: nobody can change what the next visitor is handed."""

from typing import NamedTuple

import pandas as pd

from pages.shared import answers


class Counted(NamedTuple):
    """As several answers are: a table, and what was counted beside it."""

    table: pd.DataFrame
    many: int


def test_an_answer_is_counted_once_and_a_table_changed_by_one_is_whole_for_the_next() -> None:
    asked = []

    @answers.keep(max_entries=4, show_spinner=False)
    def count(place: tuple[str, str]) -> pd.DataFrame:
        asked.append(place)
        return pd.DataFrame({"people": [1.0, 2.0], "name": ["a", "b"]})

    mine = count(("borough", "E1"))
    mine["share"] = 0.5
    mine.loc[0, "people"] = 99.0
    mine.iloc[1, 1] = "changed"
    mine.index = pd.Index([7, 8])
    theirs = count(("borough", "E1"))
    assert theirs.to_dict("list") == {"people": [1.0, 2.0], "name": ["a", "b"]}
    assert theirs.index.tolist() == [0, 1]
    count(("borough", "E2"))
    assert asked == [("borough", "E1"), ("borough", "E2")]


def test_the_tables_within_an_answer_are_handed_out_apart_too() -> None:
    @answers.keep(max_entries=4, show_spinner=False)
    def count(what: str) -> Counted:
        return Counted(pd.DataFrame({"people": [1.0]}), 3)

    @answers.keep(max_entries=4, show_spinner=False)
    def split(what: str) -> tuple[pd.Series, str]:
        return pd.Series([1.0]), what

    table, series = count("a").table, split("a")[0]
    table.loc[0, "people"] = 9.0
    series.iloc[0] = 9.0
    assert isinstance(count("a"), Counted)
    assert count("a").table["people"].tolist() == [1.0]
    assert (split("a")[0].tolist(), split("a")[1]) == ([1.0], "a")


def test_an_answer_keeps_the_name_and_words_of_its_function() -> None:
    @answers.keep(max_entries=1, show_spinner=False)
    def count() -> int:
        """Count."""
        return 1

    assert (count.__name__, count.__doc__, count()) == ("count", "Count.", 1)
