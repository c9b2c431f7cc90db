"""Before and after on Mismatches: what is offered, shown and said."""

import re

import numpy as np
import pandas as pd
import pytest
from shown import Shown, opened, seen

from mapping import actors, places
from mapping.actors import Links
from mapping.workspaces import ReceivedFile
from pages.shared import registers

SURREY = "county.E10000030"
OLDHAM = "borough.E08000004"
SIDE_BY_SIDE = "Two kinds of boundary"
BY_HAND = "Council areas, some merged"


pytestmark = pytest.mark.usefixtures("own_database")


def words(shown: Shown) -> str:
    """Return headings, notes, captions and paragraphs as one text."""
    parts = [*shown.app.header, *shown.app.markdown]
    return "\n".join([*(str(part.value) for part in parts), *shown.notes, shown.captions])


def offered(shown: Shown) -> list[str]:
    return next(w.options for w in shown.app.selectbox if w.key == "_widget_change")


def test_what_changed_in_a_place_is_offered_and_nothing_else():
    assert offered(seen("mismatches", place=SURREY)) == [
        SIDE_BY_SIDE,
        "Council areas: 2025, 2027",
        "Counties: 2025, 2027",
        "Integrated care boards: 2022, 2026",
        BY_HAND,
    ]
    assert offered(seen("mismatches", place=OLDHAM)) == [SIDE_BY_SIDE, BY_HAND]


def test_a_change_that_is_chosen_stands_in_the_link_and_can_be_taken_back():
    shown = opened("mismatches", place=SURREY).choose("change", "icb@2022")
    assert shown.link()["change"] == "icb@2022"
    assert shown.finding.startswith("Everyone in Surrey has a different integrated care board")
    assert "What became of each area" in words(shown)
    assert "For whom" in words(shown)
    shown.choose("change", "")
    assert "change" not in shown.link()
    assert "serve" in shown.finding or "fit into one another" in shown.finding


def test_a_link_to_a_change_that_a_place_does_not_see_says_so():
    shown = opened("mismatches", place=OLDHAM, change="icb@2022")
    assert shown.finding == "Everyone in Oldham has the same integrated care board as in July 2022."


@pytest.mark.parametrize("asked", ["icb@1999", "icb", "own.x", "nonsense", "icb@2026"])
def test_a_change_that_is_none_is_left_out_and_named(asked):
    shown = opened("mismatches", place=SURREY, change=asked)
    assert "change" not in shown.link()
    assert asked in words(shown)


def test_districts_are_made_one_by_hand_and_stand_in_the_link():
    shown = opened("mismatches", place=SURREY, change="joined")
    assert shown.finding.startswith("Choose council areas in Surrey")
    box = next(w for w in shown.app.multiselect if w.label == "Merge these")
    box.set_value(["E07000207", "E07000208"])
    shown.run()
    next(b for b in shown.app.button if b.label == "Merge them").click()
    shown.run()
    assert shown.link()["groups"] == "E07000207 E07000208"
    assert shown.finding.startswith("If these were merged, an estimated 18% of residents in Surrey")
    again = opened("mismatches", **shown.link())
    assert again.finding == shown.finding


def test_joined_districts_are_kept_as_a_map_once_a_workspace_is_open():
    groups = "E07000207 E07000208"
    shown = opened("mismatches", place=SURREY, change="joined", groups=groups)
    assert "An open workspace can save them as a map." in words(shown)
    kept = registers.store().create("Ours", SURREY)
    shown = opened("mismatches", place=SURREY, change="joined", groups=groups, workspace=kept)
    for _ in range(2):  # pressed twice it is kept once
        next(b for b in shown.app.button if b.label.startswith("Save as a map")).click()
        shown.run()
    found = registers.own_maps(registers.identify(kept))
    assert [one.layer.title for one in found] == ["Council area (some merged)"]
    assert len(found[0].layer.codes) == 349


def test_codes_that_are_no_districts_or_come_twice_are_left_out_and_named():
    groups = "E07000207 E99999999,E07000209 E07000212,E07000210 E07000210"
    shown = opened("mismatches", place=SURREY, change="joined", groups=groups)
    assert shown.link()["groups"] == "E07000209 E07000212"
    assert "E99999999" in words(shown)


def test_an_uploaded_footprint_is_told_whom_to_talk_to_now():
    kept = registers.store().create("Ours", SURREY)
    here = places.get("Surrey").positions[::7]
    none = np.empty(0, dtype="int64")
    frame = pd.DataFrame(
        [("Surrey Friends", "health", "regional")], columns=["actor", "themes", "scale"]
    )
    found = actors.register(frame, Links(none, none), Links(np.zeros(len(here), "int64"), here))
    received = ReceivedFile("ours.csv", "f", pd.DataFrame({"outcome": ["matched"]}))
    registers.store().save_actors(kept, found, received)
    shown = opened("mismatches", place=SURREY, change="borough@2027", workspace=kept)
    assert "Surrey Friends deals with 11 council areas" in words(shown)
    assert "then with two council areas (East Surrey and West Surrey)." in words(shown)


def test_without_footprints_the_page_says_how_to_have_them():
    assert "Open a workspace" in words(opened("mismatches", place=SURREY, change="borough@2027"))


def legend(shown: Shown) -> list[str]:
    found = "".join(piece for piece in shown.html if "cg-legend" in piece)
    return re.findall(r"<span>(.*?)</span>", found)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (
            {"place": SURREY, "change": "borough@2027"},
            ["Boundary before and after", "Only before: May 2025"],
        ),
        (
            {"place": SURREY, "change": "icb@2022"},
            ["Only before: July 2022", "Divided: not all of it went the same way"],
        ),
        ({"place": "borough.E09000007", "change": "icb@2022"}, ["Boundary of Camden"]),
        ({"place": "borough.S12000020", "change": "icb@2022"}, ["Boundary of Moray"]),
    ],
)
def test_the_legend_says_which_line_is_of_when(asked, told):
    assert legend(opened("mismatches", **asked)) == told


def test_where_a_map_does_not_reach_there_is_no_empty_table():
    shown = opened("mismatches", place="borough.S12000020", change="icb@2022")
    assert (
        shown.finding == "Moray is not in an integrated care board, so there is nothing to compare."
    )
    assert "What became of each area" not in words(shown)


def test_where_there_is_one_district_a_larger_place_is_asked_for():
    shown = opened("mismatches", place=OLDHAM, change="joined")
    assert shown.finding.startswith("Oldham is in one council area. Choose a larger place")
