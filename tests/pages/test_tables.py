"""Tables: what is left out is said, what is sought is found, every row can be reached."""

import re
from html import unescape
from unittest.mock import patch
from xml.etree import ElementTree

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shown import PLACES, Shown, opened

from mapping.overlap import partners
from pages.shared import answers, glossary, own_lenses, tables
from pages.who_works_here import everybody

LONDON = {"place": PLACES["Greater London"]}
TOWNS = pd.DataFrame(
    {
        "name": ["Ynys Môn", "Oldham", "oakham", "N10", "N2"],
        "people": [1.0, 5.0, 2.0, 4.0, 3.0],
        "inside": [1.0] * 5,
    }
)


def found(text: str) -> list[str]:
    return tables.keep_matching(TOWNS, ["name"], text)["name"].tolist()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("mon", ["Ynys Môn"]),
        ("MÔN YNYS", ["Ynys Môn"]),
        ("ham", ["Oldham", "oakham"]),
        ("", TOWNS["name"].tolist()),
        ("   ", TOWNS["name"].tolist()),
        ("zz", []),
        ("(.*", []),
    ],
)
def test_case_accents_and_the_order_of_words_do_not_matter(text: str, names: list[str]) -> None:
    assert found(text) == names


def test_a_table_without_rows_keeps_its_columns_when_it_is_searched() -> None:
    searched = tables.keep_matching(TOWNS.iloc[:0], ["name"], "zz")
    assert searched.columns.tolist() == TOWNS.columns.tolist()


@given(st.text(max_size=20))
def test_no_text_that_is_sought_breaks_a_table(text: str) -> None:
    assert set(found(text)) <= set(TOWNS["name"])


def test_numbers_are_sorted_from_the_largest_and_texts_from_a() -> None:
    formats = {"people": tables.write_whole}
    assert tables.sort_rows(TOWNS, "people", formats)["people"].tolist() == [5, 4, 3, 2, 1]
    assert tables.sort_rows(TOWNS, "name", formats)["name"].tolist() == [
        "N2",
        "N10",
        "oakham",
        "Oldham",
        "Ynys Môn",
    ]
    pd.testing.assert_frame_equal(tables.sort_rows(TOWNS, None, formats), TOWNS)


def test_a_column_that_says_all_in_every_row_is_left_out_and_said_once() -> None:
    headings = {"name": "Town", "inside": "In the place"}
    kept, said = tables.leave_out_whole(TOWNS, headings, {"inside": "towns"}, "Wales")
    assert kept == {"name": "Town"}
    assert said == " All of these towns are entirely within Wales."


@pytest.mark.parametrize("value", [0.999, float("nan")])
def test_a_column_that_does_not_say_all_stays(value: float) -> None:
    frame = TOWNS.assign(inside=value)
    headings = {"name": "Town", "inside": "In the place"}
    assert tables.leave_out_whole(frame, headings, {"inside": "towns"}, "Wales") == (headings, "")


def test_rows_of_a_group_stand_in_one_body_under_its_name() -> None:
    frame = TOWNS.assign(group=["a <b>", "a <b>", "c", "c", "c"])
    text = tables.html(frame, {"name": "Town", "people": "People"}, {}, "Towns", group="group")
    table = ElementTree.fromstring(text).find("table")
    bodies = table.findall("tbody")
    assert [len(body) for body in bodies] == [3, 4]
    heads = [body[0][0] for body in bodies]
    assert [(th.text, th.get("scope"), th.get("colspan")) for th in heads] == [
        ("a <b>", "rowgroup", "2"),
        ("c", "rowgroup", "2"),
    ]


def test_wards_of_one_name_are_told_apart_by_their_district() -> None:
    shown = opened(**LONDON)
    key = next(w.key for w in shown.app.text_input if w.key.startswith("_find_areas"))
    shown.app.text_input(key=key).set_value("abbey")
    frame = shown.run().table("Wards in Greater London")
    same = frame[frame["Ward"] == "Abbey"]
    assert len(same) >= 2
    assert same["Council area"].is_unique
    assert frame["Council area"].str.len().all()
    assert "Council area" not in opened(place=PLACES["Camden"]).table("Wards in Camden")


def test_a_search_that_finds_nothing_in_a_table_says_so() -> None:
    shown = opened(**LONDON)
    key = next(w.key for w in shown.app.text_input if w.key.startswith("_find_areas"))
    shown.app.text_input(key=key).set_value("q*q_q")
    assert shown.run().notes == ["No match for “q*q_q”. Try part of a name."]


def test_columns_that_would_say_all_everywhere_are_left_out_where_they_do() -> None:
    whole, part = opened("mismatches", **LONDON), opened("partner_sets", place=PLACES["Camden"])
    cross = next(c for c in whole.tables() if "overlaps between sub-regional partnerships" in c)
    assert cross.endswith(
        "All of these sub-regional partnerships and integrated care boards are entirely within "
        "Greater London."
    )
    assert not any("inside" in heading for heading in whole.tables()[cross])
    assert "How much of it is in Camden" in part.table("Statutory (11)")


def test_areas_that_no_headline_counts_are_listed_with_the_reason() -> None:
    shown = opened("mismatches", **LONDON, a="postal_district", b="borough")
    told = re.search(
        r"not counted as crossing a boundary\\?: ([\d,]+) with fewer than 100", shown.captions
    )
    of = re.search(r"of (\d+) postcode districts", shown.finding)
    listed = re.search(
        r"Showing 1 to 30 of (\d+)\.", " ".join(shown.tables()).split("most split")[1]
    )
    assert int(told[1]) == int(listed[1]) - int(of[1])
    nested = opened("mismatches", **LONDON, a="icb", b="borough")
    assert "four made up of whole council areas" in nested.captions


def groups_of(shown: Shown) -> dict[str, list[str]]:
    """Return what stands under each heading of the line-up."""
    text = next(piece for piece in shown.html if 'scope="rowgroup"' in piece)
    bodies = ElementTree.fromstring(text).find("table").findall("tbody")
    return {
        "".join(body[0].itertext()): ["".join(row[0].itertext()) for row in body[1:]]
        for body in bodies
    }


def test_who_works_at_a_spot_stands_by_scale_and_what_nobody_works_to_last() -> None:
    shown = opened("who_works_here", **LONDON, at="N1 9GU")
    groups = groups_of(shown)
    assert list(groups) == ["Neighbourhood", "Council-wide", "Several councils", everybody.NOBODYS]
    table = shown.table("Who covers N1 9GU")
    assert set(table["Type"].iloc[-len(groups[everybody.NOBODYS]) :]) == {
        "Small census area (LSOA or data zone)",
        "Postcode sector",
        "Postcode district",
        "County",
        "Region or nation",
    }
    kinds = [list(some) for _, some in table.groupby("Type", sort=False)["Distance"]]
    assert all(kind[0] == "covers it" for kind in kinds)
    worked_to = table.iloc[: -len(groups[everybody.NOBODYS])]
    here = (worked_to["Distance"] == "covers it").sum()
    assert shown.numbers["Organisations and teams covering it"] == str(here)


def test_the_list_to_copy_has_the_groups_and_both_shares() -> None:
    shown = opened("who_works_here", place=PLACES["Camden"], at="N1 9GU")
    assert not shown.app.code  # it travels when it is asked for
    shown.app.session_state["copy-everybody"] = True
    lines = shown.run().app.code[0].value.splitlines()
    assert lines[0] == "Who covers N1 9GU"
    assert [line for line in lines if line in groups_of(shown)] == list(groups_of(shown))
    camden = next(line for line in lines if ": Camden Council (141 m away)" in line)
    assert camden.startswith("• London borough council: Camden Council (141 m away), on adult")
    assert camden.endswith(": covers all of Camden; 100% of it is in Camden")
    outside = next(line for line in lines if ": Islington Council (covers it)" in line)
    assert outside.endswith(": covers 0% of Camden; 0% of it is in Camden")


WORDS_OF_PAGES = {
    "mismatches": (
        "Share that fits",
        "V-measure",
        "Crossing a boundary",
        "Flow",
        "Split into",
    ),
    "partner_sets": ("Partner set", "Effective number of sets", "Two-way share"),
    "place": ("Two-way share",),
}


@pytest.mark.parametrize("page", WORDS_OF_PAGES)
def test_words_are_explained_beside_their_tables_as_on_the_method_page(page: str) -> None:
    shown = opened(page, **LONDON)
    if page == "mismatches":  # what is for analysts travels when it is asked for
        assert "Statistical" not in " ".join(shown.html)
        shown.app.session_state["cg-scores"] = True
        shown.run()
    told = unescape(" ".join(shown.html))
    method = "\n".join(str(one.value) for one in opened("data_and_method").app.markdown)
    for word in WORDS_OF_PAGES[page]:
        assert f"<dt>{word}</dt><dd>{glossary.WORDS[word]}</dd>" in told
        assert f"### {word}\n" in method


def test_thresholds_are_told_as_they_are_counted() -> None:
    assert str(partners.MIN_HEADLINE_PEOPLE) in glossary.WORDS["Fewer than 100 residents"]
    assert "1%" in glossary.WORDS["Crossing a boundary"]
    assert "14 largest" in glossary.WORDS["Flow"]


@pytest.mark.parametrize(("by", "word"), own_lenses.LABELS.items())
def test_what_is_counted_is_told_with_its_sources(by: str, word: str) -> None:
    told = " ".join(opened(**LONDON, by=by).html)
    assert f"<dt>{word}</dt>" in told
    assert "As at May 2025: Ordnance Survey Code-Point Open." in told


PAIR = {"place": PLACES["Camden"], "a": "ward", "b": "postal_district"}


def overlaps_of(shown: Shown) -> pd.DataFrame:
    return next(table for caption, table in shown.tables().items() if "between" in caption)


def fits_of(shown: Shown) -> pd.DataFrame:
    return next(table for caption, table in shown.tables().items() if "most split" in caption)


def test_what_two_readers_see_of_a_pair_is_written_once_and_nobody_sees_another_pairs() -> None:
    answers.clear()  # other tests look at these pairs as well
    first = opened("mismatches", **PAIR)
    with patch.object(tables, "html", wraps=tables.html) as written:
        second = opened("mismatches", **PAIR)
        assert written.call_count == 0
        assert overlaps_of(second).equals(overlaps_of(first))
        assert fits_of(second).equals(fits_of(first))
        other = opened("mismatches", **PAIR | {"by": "postcodes"})
        assert written.call_count == 2
        second.choose("least", 10)
        assert written.call_count == 3
    assert not overlaps_of(second).equals(overlaps_of(first))
    assert not overlaps_of(other).equals(overlaps_of(first))
    assert not fits_of(other).equals(fits_of(first))
    back = opened("mismatches", **PAIR | {"a": "postal_district", "b": "ward"})
    assert overlaps_of(back).columns[0] == "Postcode district"
