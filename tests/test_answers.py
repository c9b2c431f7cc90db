"""Answers kept for everybody: nobody can change what the next visitor is handed."""

import gc
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from mapping.memory import Room
from pages.shared import answers


class Counted(NamedTuple):
    """As several answers are: a table, and what was counted beside it."""

    table: pd.DataFrame
    many: int


def test_an_answer_is_counted_once_and_a_table_changed_by_one_is_whole_for_the_next() -> None:
    asked = []

    @answers.keep(max_entries=4)
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
    @answers.keep(max_entries=4)
    def count(what: str) -> Counted:
        return Counted(pd.DataFrame({"people": [1.0]}), 3)

    @answers.keep(max_entries=4)
    def split(what: str) -> tuple[pd.Series, str]:
        return pd.Series([1.0]), what

    table, series = count("a").table, split("a")[0]
    table.loc[0, "people"] = 9.0
    series.iloc[0] = 9.0
    assert isinstance(count("a"), Counted)
    assert count("a").table["people"].tolist() == [1.0]
    assert (split("a")[0].tolist(), split("a")[1]) == ([1.0], "a")


@pytest.mark.parametrize("index", [[], ["code"], ["code", "people"]], ids=str)
def test_a_table_that_is_looked_at_all_day_gathers_no_notes(index: list[str]) -> None:
    """Pandas 3.1.1 has up to 500 of them for each column, index and heading of a table.

    ``copy(deep=True)`` of a table, or of its index, goes on with the notes of the old index.
    """
    key = ("test_answers", "notes", *index)

    def count() -> tuple[pd.DataFrame, pd.Series]:
        table = pd.DataFrame({"code": ["a", "b"], "people": [1, 2]})
        table = table.set_index(index, drop=False) if index else table
        return table, table["people"]

    asked = answers.keep(max_entries=1)(count)

    def look() -> None:
        for mine, people in (asked(), answers.remember(key, count)):
            mine["share"] = 0.5
            assert mine.loc[mine["people"] > 1, "code"].tolist() == ["b"]
            assert people.loc[people.index[-1]].sum() == 2

    look()
    before = _count_weak_references()
    for _ in range(301):
        look()
    assert _count_weak_references() - before < 60


def test_large_tables_make_room_for_each_other_and_small_answers_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What one person opens of Great Britain, pair by pair, would else be kept by the hundred."""
    monkeypatch.setattr(answers, "_ROOM", room := Room(1))
    counted: list[str] = []

    @answers.share(max_entries=1)
    def begin() -> int:
        counted.append("begin")
        return 7

    @answers.keep(max_entries=64)
    def list_areas(place: str) -> pd.DataFrame:
        counted.append(place)
        return pd.DataFrame({"people": np.arange(50_000.0)})

    begin()
    for place in ("a", "b", "c", "c"):
        assert list_areas(place)["people"].sum() == 1_249_975_000
        assert room.bytes < 1e6
    list_areas("a")
    begin()
    assert counted == ["begin", "a", "b", "c", "a"]


def test_a_table_is_kept_apart_from_what_it_was_counted_from_and_all_else_as_it_is() -> None:
    table = pd.DataFrame({"code": ["a", "b"], "people": [1, 2]})
    kept = answers.share(max_entries=1)(lambda: (table, "a"))()
    assert kept[0] is not table
    pd.testing.assert_frame_equal(kept[0], table)
    whole = ("a", ("b", 1))
    assert answers.share(max_entries=1)(lambda: whole)() is whole


@pytest.mark.parametrize(
    "index",
    [
        pd.Index(["b", "a"], name="code"),
        pd.Index([2, 7]),
        pd.Index(["a", 1], dtype=object),
        pd.CategoricalIndex(["a", "b"], name="kind"),
        pd.RangeIndex(1, 5, 2, name="row"),
        pd.MultiIndex.from_arrays([["a", "b"], [1, 2]], names=["code", "row"]),
    ],
    ids=lambda index: type(index).__name__,
)
def test_a_table_is_handed_out_with_the_same_index_and_headings(index: pd.Index) -> None:
    asked = answers.keep(max_entries=1)(
        lambda: (pd.DataFrame({"people": [1, 2], 3: ["a", "b"]}, index), pd.Series([1, 2], index))
    )
    for _ in range(2 * answers.LENT_TIMES):
        table, series = asked()
        assert type(table.index) is type(index)
        pd.testing.assert_index_equal(table.index, index)
        pd.testing.assert_index_equal(series.index, index)
        assert table.columns.tolist() == ["people", 3]


def _count_weak_references() -> int:
    gc.collect()
    return sum(type(one) is weakref.ReferenceType for one in gc.get_objects())


def test_an_answer_keeps_the_name_and_words_of_its_function() -> None:
    @answers.keep(max_entries=1)
    def count() -> int:
        """Count."""
        return 1

    assert (count.__name__, count.__doc__, count()) == ("count", "Count.", 1)


def test_what_is_shared_is_the_same_for_everybody_and_the_least_used_is_forgotten() -> None:
    asked = []

    @answers.share(max_entries=2)
    def names(place: str, *, by: str = "") -> dict[str, str]:
        asked.append((place, by))
        return {place: by}

    assert names("a") is names("a")
    assert names("a", by="b") == {"a": "b"}
    names("a")
    names("c")
    names("a")
    assert asked == [("a", ""), ("a", "b"), ("c", "")]
    names("a", by="b")
    assert asked[3:] == [("a", "b")]


def test_what_an_argument_is_told_apart_by_may_be_less_than_it_holds() -> None:
    asked = []

    @answers.keep(max_entries=4, hash_funcs={Counted: lambda counted: counted.many})
    def count(what: Counted) -> int:
        asked.append(what)
        return what.many

    for table in ("one", "another"):
        assert count(Counted(pd.DataFrame({"a": [table]}), 3)) == 3
    assert len(asked) == 1
    assert count(Counted(pd.DataFrame(), 4)) == 4


def test_answers_are_forgotten_one_by_one_for_a_function_and_for_all() -> None:
    asked = []

    @answers.keep(max_entries=4)
    def count(what: str) -> int:
        asked.append(what)
        return 1

    def ask() -> str:
        asked.clear()
        count("a")
        count("b")
        return "".join(asked)

    assert (ask(), ask()) == ("ab", "")
    count.clear("a")
    assert ask() == "a"
    count.clear()
    assert ask() == "ab"
    answers.clear()
    assert ask() == "ab"


def test_a_fault_is_told_and_asked_again() -> None:
    asked = []

    @answers.share(max_entries=4)
    def count(what: str) -> int:
        asked.append(what)
        if len(asked) == 1:
            raise ValueError(what)
        return 2

    with pytest.raises(ValueError, match="this"):
        count("this")
    assert count("this") == 2


def test_arguments_that_can_change_are_no_key() -> None:
    @answers.share(max_entries=4)
    def count(what: list[str]) -> int:
        return len(what)

    with pytest.raises(TypeError, match="unhashable"):
        count(["a"])


def test_only_what_is_not_kept_says_what_one_waits_for_and_once(monkeypatch) -> None:
    said = []

    @contextmanager
    def spinner(sentence: str, **how: bool) -> Iterator[None]:
        said.append((sentence, *sorted(how.items())))
        yield

    monkeypatch.setattr(answers.st, "spinner", spinner)

    @answers.share(max_entries=4, show_spinner="Counting…")
    def count(what: str) -> str:
        return what

    @answers.share(max_entries=4)
    def draw(what: str) -> str:
        return count(what) + count(f"{what} again")

    def ask(what: str) -> list[tuple]:
        said.clear()
        with answers.saying(lambda: answers.Waiting(f"Drawing {what}", show_time=True)):
            draw(what)
        return list(said)

    assert ask("a") == [("Drawing a", ("_cache", False), ("show_time", True))]
    assert ask("a") == []
    draw("b")
    assert said == []  # a part of what has nothing to say
    count("c")
    assert said == [("Counting…", ("_cache", True), ("show_time", False))]
