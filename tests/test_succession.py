"""Superseded codes and names go on to the councils that took over, with shares and a note."""

import re

import numpy as np
import pandas as pd
import pytest

from mapping import places
from mapping.atoms import postcodes
from mapping.geocode import gazetteer, succession
from mapping.geography import layers

IN_USE = set(layers.get("borough").codes.tolist())


def lookup(rows: list[tuple[str, str, str]], introduced: str = "202204") -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["postcode", "lad_code", "lad_name"])
    return frame.set_index("postcode").assign(introduced=introduced)


def now(rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["postcode", "lad_code", "lad_name"])


def town(gone: int, moved: int) -> pd.DataFrame:
    """Derive from a thousand postcodes of a district, ``moved`` of which went to another."""
    names = [f"AA{i}" for i in range(gone)]
    before = lookup([(name, "E07000999", "Oldshire") for name in names])
    after = [
        (name, "E06000991", "Newshire") if i >= moved else (name, "E06000992", "Elsewhere")
        for i, name in enumerate(names)
    ]
    return succession.derive(now(after), before, "2025-05")


def test_allerdale_has_become_a_part_of_cumberland():
    (found,) = succession.find_successors("E07000026")
    assert found[:3] == ("E06000063", "Cumberland", 1.0)
    assert found.note == (
        "Allerdale (E07000026) has been part of Cumberland since April 2023; "
        "Cumberland has about 2.6 times as many postcodes"
    )


@pytest.mark.parametrize(
    ("codes", "successor"),
    [
        ("E07000026 E07000028 E07000029", "E06000063"),
        ("E07000027 E07000030 E07000031", "E06000064"),
        ("E07000163 E07000164 E07000165 E07000166 E07000167 E07000168 E07000169", "E06000065"),
        ("E07000187 E07000188 E07000189 E07000246", "E06000066"),
    ],
)
def test_every_district_of_2022_that_is_gone_leads_to_one_council(codes, successor):
    for code in codes.split():
        (found,) = succession.find_successors(code)
        assert found.code == successor
        assert found.share >= succession.MIN_WHOLE_SHARE
        assert "since April 2023" in found.note


def test_the_derived_table_holds_these_districts_and_adds_up():
    made = pd.read_csv(postcodes.DATA / succession.FILE)
    assert tuple(made.columns) == succession.SUCCESSION_COLUMNS
    assert made["code"].nunique() == 17
    total = made.groupby("code")["share"].sum() + made.groupby("code")["elsewhere"].first()
    assert total.to_numpy() == pytest.approx(1, abs=1e-4)
    assert (made["share"] >= succession.NOISE).all()
    assert set(made["successor"]) <= IN_USE
    assert not set(made["code"]) & IN_USE
    named = dict(zip(layers.get("borough").codes, layers.get("borough").names, strict=True))
    assert made["successor"].map(named).tolist() == made["successor_name"].tolist()


def test_a_district_that_merged_twice_is_followed_to_the_end():
    (found,) = succession.find_successors("E07000190")
    assert found.name == "Somerset"
    assert found.note.startswith(
        "Taunton Deane (E07000190) became part of Somerset West and Taunton in April 2019, "
        "which has been part of Somerset since April 2023"
    )


def test_a_county_that_was_divided_has_candidates_the_largest_first():
    found = succession.find_successors("E10000006")
    assert [one.name for one in found] == ["Cumberland", "Westmorland and Furness"]
    assert sum(one.share for one in found) == pytest.approx(1)
    assert found[0].share < succession.MIN_WHOLE_SHARE
    assert "was split in April 2023: 52% is now in Cumberland, 48%" in found[0].note


def test_a_code_that_only_changed_says_so():
    (found,) = succession.find_successors("S12000046")
    assert found[:3] == ("S12000049", "Glasgow City", 1.0)
    assert "has had the code S12000049 since April 2019" in found.note
    assert succession.find_successors("E06000048")[0].note == (
        "Northumberland (E06000048) has the code E06000057 today; its boundary has hardly changed"
    )


def test_a_newer_code_leads_to_the_district_that_the_data_have():
    (found,) = succession.find_successors("E08000038")
    assert found[:3] == (gazetteer.translate_code("E08000038"), "Barnsley", 1.0)
    assert "newer code of Barnsley" in found.note


@pytest.mark.parametrize("code", ["E09000007", "E06000063", "E99999999", "", "Camden"])
def test_codes_in_use_and_codes_of_nothing_have_no_successor(code):
    assert succession.find_successors(code) == []


def test_codes_are_read_however_they_are_written():
    assert succession.find_successors(" e07000026 ") == succession.find_successors("E07000026")


@pytest.mark.parametrize(
    ("name", "successors"),
    [
        ("Allerdale", ["Cumberland"]),
        ("Allerdale Borough Council", ["Cumberland"]),
        ("south lakeland", ["Westmorland and Furness"]),
        ("Mendip District Council", ["Somerset"]),
        ("Barrow in Furness", ["Westmorland and Furness"]),
        ("St. Edmundsbury", ["West Suffolk"]),
        ("Cumbria County Council", ["Cumberland", "Westmorland and Furness"]),
        ("Cumbria", []),  # a strategic authority since 2026
        ("Dorset", []),
        ("Fife", []),
        ("Kettering ward", []),
        ("Atlantis", []),
    ],
)
def test_former_names_lead_on_and_names_in_use_do_not(name, successors):
    assert [found.name for found in succession.find_successors_by_name(name)] == successors


def test_the_table_says_what_forward_says():
    table = succession.table()
    assert list(table.columns) == ["code", "name", "successor", "successor_name", "share", "note"]
    assert len(table) > 60
    for code, rows in table.groupby("code"):
        told = [tuple(row) for row in rows.iloc[:, 2:].itertuples(index=False)]
        assert told == [tuple(one) for one in succession.find_successors(code)]
        assert 1 - succession.NOISE * 2 <= rows["share"].sum() <= 1 + 1e-9
    assert set(table["successor"]) <= IN_USE
    assert not set(table["code"]) & IN_USE
    assert table["note"].str.len().min() > 20
    assert not table["note"].str.endswith(".").any()


def test_every_known_merger_has_a_source_and_leads_somewhere():
    facts = pd.read_csv(postcodes.DATA / "mergers.csv", dtype=str, keep_default_na=False)
    assert (facts["source"] != "").all()
    assert set(facts["change"]) == {"part", "same", "split"}
    assert not facts.duplicated(["code", "successor"]).any()
    assert facts["since"].str.fullmatch(r"20\d\d-\d\d|").all()
    assert set(facts["code"]) - IN_USE <= set(succession.table()["code"])
    assert (facts["successor"].isin(IN_USE) | facts["successor"].isin(facts["code"])).all()


def test_facts_and_postcodes_agree_about_who_took_over():
    facts = pd.read_csv(postcodes.DATA / "mergers.csv", dtype=str)
    made = pd.read_csv(postcodes.DATA / succession.FILE, dtype=str)
    pairs = set(facts[["code", "successor"]].itertuples(index=False, name=None))
    assert set(made[["code", "successor"]].itertuples(index=False, name=None)) <= pairs


@pytest.mark.parametrize(("moved", "rows", "elsewhere"), [(4, 1, 0.004), (6, 2, 0), (0, 1, 0)])
def test_noise_is_left_out_and_recorded(moved, rows, elsewhere):
    found = town(1_000, moved)
    assert len(found) == rows
    assert found["elsewhere"].tolist() == pytest.approx([elsewhere] * rows)
    assert found["share"].sum() + elsewhere == pytest.approx(1)
    assert found.iloc[0][["successor", "postcodes"]].tolist() == ["E06000991", 1_000 - moved]
    assert found["last_seen"].unique().tolist() == ["2022-04"]


def test_only_districts_that_are_gone_and_postcodes_in_use_count():
    before = lookup(
        [
            ("A", "E07000999", "Oldshire"),
            ("B", "E09000007", "Camden"),
            ("C", "", ""),
            ("D", "L99999999", "Guernsey"),
            ("E", "E07000999", "Oldshire"),
        ]
    )
    after = now([(name, "E09000007", "Camden") for name in "ABCDF"])
    found = succession.derive(after, before, "2025-05")
    assert found["code"].tolist() == ["E07000999"]
    assert found["postcodes"].tolist() == [1]


def test_a_lookup_that_is_newer_than_the_postcodes_makes_nothing_former():
    before, after = lookup([("A", "E06000999", "X")], "202605"), now([("A", "E09000007", "Camden")])
    assert succession.derive(after, before, "2025-05").empty
    undated = succession.derive(after, before.assign(introduced=""), "2025-05")
    assert undated["last_seen"].tolist() == [""]


def test_what_the_lookup_says_is_not_changed():
    before, after = lookup([("A", "E07000999", "X")]), now([("A", "E09000007", "Camden")])
    kept = before.copy(), after.copy()
    succession.derive(after, before, "2025-05")
    pd.testing.assert_frame_equal(before, kept[0])
    pd.testing.assert_frame_equal(after, kept[1])


def test_sizes_in_the_notes_are_those_of_today():
    borough = layers.get("borough")
    held = np.bincount(borough.unit, minlength=len(borough.codes))
    made = pd.read_csv(postcodes.DATA / succession.FILE)
    for row in made.itertuples():
        times = held[borough.number_of(row.successor)] / row.postcodes
        assert (
            f"has about {times:.1f} times as many" in succession.find_successors(row.code)[0].note
        )


@pytest.mark.parametrize(
    ("typed", "first", "said"),
    [
        ("Allerdale", "Cumberland", "Allerdale has been part of Cumberland since April 2023"),
        ("allerdale borough council", "Cumberland", "Allerdale has been part of Cumberland"),
        ("Barrow", "Westmorland and Furness", "Barrow-in-Furness has been part of"),
        ("Alerdale", "Cumberland", "Allerdale has been part of Cumberland"),
        ("E07000026", "Cumberland", "Allerdale has been part of Cumberland"),
        ("Northampton", "West Northamptonshire", "Northampton has been part of"),
        ("Cumbria County Council", "Cumberland", "Cumbria was split in April 2023: 52%"),
    ],
)
def test_a_search_for_a_former_council_finds_who_took_over_with_a_word_on_it(typed, first, said):
    found, note = places.search_former(typed)
    assert found[0].name == first
    assert note.startswith(said)
    assert note.endswith(".")
    assert not re.search(r"[EWS][0-9]{8}", note)
    assert len(set(found)) == len(found)


def test_a_former_county_that_was_divided_can_be_taken_whole():
    found, _ = places.search_former("Cumbria County Council")
    assert [place.name for place in found[:3]] == [
        "Cumberland",
        "Westmorland and Furness",
        "Cumberland and Westmorland and Furness",
    ]


def test_a_strategic_authority_with_the_name_of_a_former_county_is_all_of_it():
    (found,), note = places.search_former("Cumbria")
    (today, _) = places.heirs("E10000006")
    assert (found.kind, note) == ("combined_authority", "")
    assert np.array_equal(found.positions, today.positions)


@pytest.mark.parametrize("typed", ["Camden", "Suffolk", "Dorset", "North", "NW5", "n1-9gu", "zzzz"])
def test_a_search_for_places_in_use_is_that_of_places(typed):
    assert places.search_former(typed) == (places.search(typed), "")


def test_a_guess_does_not_hide_the_places_that_are_spelt_like_what_was_typed():
    found, note = places.search_former("Alerdale")
    assert note
    assert set(places.search("Alerdale")) <= set(found)


def test_a_former_code_leads_to_the_place_of_today_and_one_in_use_to_nothing():
    today, note = places.heirs("E10000006")
    assert today is not None
    assert today.kind == "union"
    assert note.startswith("Cumbria was split")
    assert places.heirs("E09000007") == (None, "")
