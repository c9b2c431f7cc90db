"""Stewardship: what people said is shown with its spread, and who looks after the whole."""

import re

import pandas as pd
import pytest
from shown import Shown, opened

from mapping import stewardship
from mapping.wording import terms
from mapping.workspaces import kinds
from pages.shared import registers

PLACES = {
    "Camden": "borough.E09000007",
    "Oldham": "borough.E08000004",
    "Plymouth": "borough.E06000026",
    "Moray": "borough.S12000020",
}
CAMDEN = PLACES["Camden"]
pytestmark = pytest.mark.usefixtures("own_database")


def keep(workspace: str, *given: tuple[str, str, int], note: str = "") -> None:
    """Keep ratings of trust at borough scale: who, as what, level."""
    for who, kind, level in given:
        rows = kinds.ratings.write_rows(
            "conditions", "borough", who, kind, {"trust": level}, {"trust": note}
        )
        registers.store().put(workspace, kinds.ratings.KIND, rows)


def press(shown: Shown, label: str) -> Shown:
    button = next(one for one in shown.app.button if label in one.label)
    button.click()
    return shown.run()


@pytest.mark.parametrize("part", terms.PARTS)
@pytest.mark.parametrize("name", PLACES)
def test_each_part_opens_in_each_place_with_a_sentence_and_a_table(name: str, part: str) -> None:
    shown = opened("stewardship", place=PLACES[name], part=part)
    assert name in shown.finding
    assert shown.finding.endswith(".")
    assert shown.notes == []
    assert shown.tables() or part == "start"
    assert shown.app.main.get("popover")


def test_every_cell_says_what_can_be_done_and_who_is_on_record() -> None:
    shown = opened("stewardship", place=CAMDEN)
    table = shown.table("Eight conditions")
    assert len(table) == 24
    assert (table["What somebody at this level can do"].str.len() > 20).all()
    own = table[table["Level"] == "Council-wide"]["On record at this level"].unique()
    assert own.tolist() == ["Camden Council and Likewise"]
    assert set(table["Ratings"]) == {"0"}
    assert "40 ward-level teams (such as ward councillors) are part" in shown.captions


def test_without_a_workspace_nothing_can_be_rated_until_one_is_started() -> None:
    shown = opened("stewardship", place=CAMDEN)
    assert not shown.app.radio
    press(shown, "Start a workspace")
    assert "Partners in Camden” is open" in shown.notes[0]
    shown.app.session_state["rate"] = True  # the expander is opened
    shown.run()
    assert len(shown.app.radio) == 1 + 8


def test_a_person_rates_two_conditions_at_once_and_sees_them() -> None:
    workspace = registers.store().create("A", CAMDEN)
    shown = opened("stewardship", place=CAMDEN, workspace=workspace)
    shown.app.session_state["rate"] = True
    shown.run()
    before = registers.store().version(workspace)
    next(box for box in shown.app.text_input if box.label == "Who rates").set_value("Ada *L*")
    levels = shown.app.radio[1:]
    levels[0].set_value("2 Beginnings")
    levels[3].set_value("5 Strong")
    notes = [box for box in shown.app.text_input if box.label.startswith("Why?")]
    notes[3].set_value("<b>Residents</b> choose")
    press(shown, "Keep what is rated")
    assert "2 ratings were kept" in shown.notes[0]
    assert registers.store().version(workspace) == before + 1
    found = registers.store().open_kind(workspace, kinds.ratings.KIND).value
    assert found.sort_values("level")[["condition", "scale", "who", "level"]].values.tolist() == [
        ["purpose", "hyperlocal", "Ada *L*", 2],
        ["power", "hyperlocal", "Ada *L*", 5],
    ]
    assert shown.numbers["Rated so far"] == "2 of 24"
    shown.choose("cell", ("power", "hyperlocal"))
    shown.app.session_state["each"] = True
    shown.run()
    assert shown.table("Ratings of Sharing power")["Note"].tolist() == ["<b>Residents</b> choose"]


def test_a_form_without_a_name_or_a_level_keeps_nothing_and_says_so() -> None:
    workspace = registers.store().create("A", CAMDEN)
    shown = opened("stewardship", place=CAMDEN, workspace=workspace)
    shown.app.session_state["rate"] = True
    shown.run()
    press(shown, "Keep what is rated")
    assert shown.notes == ["Nothing was rated. Choose a level for one of the conditions at least."]
    shown.app.radio[1].set_value("1 Not yet")
    press(shown, "Keep what is rated")
    assert shown.notes == ["Please type the name of whoever rated."]
    assert registers.store().open_kind(workspace, kinds.ratings.KIND).value.empty


def test_range_quartiles_number_and_disagreement_are_shown_and_no_mean() -> None:
    workspace = registers.store().create("A", CAMDEN)
    given = [("Ada", "person", 1), ("Bo", "person", 5), ("Ward", "group", 5), ("Cy", "person", 1)]
    keep(workspace, *given, note="because")
    shown = opened("stewardship", place=CAMDEN, workspace=workspace)
    assert shown.finding == (
        "In this workspace three people and one group said how well organisations work as one; "
        "they are furthest apart on “trusting relationships” council-wide."
    )
    row = shown.table("Eight conditions").iloc[4]
    assert row[["Ratings", "From … to", "Middle half", "Views are"]].tolist() == [
        "4",
        "1 to 5",
        "1 to 5",
        "far apart",
    ]
    assert row["Apart (0 to 1)"] == "1.00"
    assert not re.search(r"\b(mean|average)\b", " ".join(shown.numbers).lower())
    assert "never one place against another" in shown.explanation
    assert "The ratings are of the whole workspace, whichever place is shown." in shown.explanation
    assert shown.control("cell") == ("trust", "borough")
    assert shown.numbers["Far apart"] == "1"


def test_who_rates_again_adds_to_the_history_and_the_latest_counts() -> None:
    workspace = registers.store().create("A", CAMDEN)
    keep(workspace, ("Ada", "person", 1))
    keep(workspace, ("ada", "person", 4))
    shown = opened("stewardship", place=CAMDEN, workspace=workspace, cell="trust.borough")
    assert not [caption for caption in shown.tables() if caption.startswith("Ratings")]
    shown.app.session_state["each"] = True
    shown.run()
    table = shown.table("Ratings of Trusting relationships")
    assert table["Level"].tolist() == ["4 Mostly", "1 Not yet"]
    assert table["Counts"].tolist() == ["yes", "no: rated again later"]
    assert shown.table("Eight conditions").iloc[4]["Ratings"] == "1"


def test_another_scheme_is_chosen_and_one_is_typed_in() -> None:
    workspace = registers.store().create("A", CAMDEN)
    shown = opened("stewardship", place=CAMDEN, workspace=workspace)
    shown.choose("scheme", "behaviours")
    assert len(shown.table("Nine system behaviours")) == 27
    text = next(box for box in shown.app.text_area if box.label.startswith("Conditions"))
    text.set_value("Open | no | some | all\nKind | no | some | all")
    next(box for box in shown.app.text_input if box.label.startswith("What to")).set_value("Ours")
    press(shown, "Keep and use it")
    assert shown.notes == []
    assert len(shown.table("Ours in Camden")) == 6
    assert shown.link()["scheme"] == shown.control("scheme")


def test_a_scheme_of_another_workspace_is_told_and_the_usual_one_shown() -> None:
    shown = opened("stewardship", place=CAMDEN, scheme="nowhere")
    assert "not in the open workspace" in shown.notes[0]
    assert shown.table("Eight conditions") is not None


def test_two_hundred_people_and_all_cells_are_counted_as_by_the_engine() -> None:
    workspace = registers.store().create("A", CAMDEN)
    scheme = stewardship.shipped_schemes()["conditions"]
    parts = [
        kinds.ratings.write_rows(
            scheme.key,
            scale,
            f"Person {who}",
            "person",
            {one.key: 1 + (who * 7 + at * 3) % 5 for at, one in enumerate(scheme.conditions)},
            {},
        )
        for who in range(200)
        for scale in stewardship.RATED_SCALES
    ]
    rows = pd.concat(parts, ignore_index=True)
    registers.store().put(workspace, kinds.ratings.KIND, rows)
    shown = opened("stewardship", place=CAMDEN, workspace=workspace)
    assert shown.numbers["People and groups that rated"] == "200"
    assert shown.numbers["Rated so far"] == "24 of 24"
    assert set(shown.table("Eight conditions")["Ratings"]) == {"200"}


def test_who_has_no_steward_is_told_at_each_scale() -> None:
    shown = opened("stewardship", place=PLACES["Plymouth"], part="stewards")
    table = shown.table("Who has no steward").set_index("Level")
    assert table.loc["Council-wide", "Stewards on record"] == "2"
    assert table.loc["Neighbourhood", "Share of Plymouth"] == "100%"
    assert shown.table("Who looks after")["Holds it"].tolist() == ["says so", "by what it does"]
    assert shown.numbers["With no steward at all"] == "0"


def test_a_projector_shows_the_chart_and_no_controls() -> None:
    shown = opened("stewardship", place=CAMDEN, projector="1")
    assert shown.tables() == {}
    assert any("cg-chart" in piece for piece in shown.html)
    assert not shown.app.selectbox
    assert len(shown.numbers) == 3


def test_organisations_are_numbered_in_chart_and_table_and_who_is_broad_in_both_is_named() -> None:
    shown = opened("stewardship", place=CAMDEN, part="focus")
    table = shown.table("How far the organisations in Camden reach")
    assert table["No."].tolist() == [str(number) for number in range(1, 13)]
    assert "Camden Council" in table["Organisation"].tolist()
    assert "Far and wide with many themes: Greater London Authority" in shown.explanation
    assert "95% interval −0.68 to 0.57, 12 organisations" in shown.explanation
    assert shown.numbers["Correlation, for analysts"] == "−0.7 to 0.6"


def test_bridges_are_listed_where_line_ups_differ() -> None:
    shown = opened("stewardship", place="county.greater-london", part="stewards")
    table = shown.table("Who connects the organisations")
    assert table.iloc[0]["Combinations it is in"] == "33"
    assert any("lead through each of them" in str(text.value) for text in shown.app.markdown)


def test_the_whole_place_shows_what_is_empty_and_its_outcomes_can_be_renamed() -> None:
    shown = opened("stewardship", place=PLACES["Oldham"], part="whole")
    table = shown.table("The whole of Oldham").set_index("Part")
    assert len(table) == 15 + 3
    assert table.loc["Social justice", "Who"] == "nobody"
    assert shown.numbers["Stewards"] == "1"
    shown.choose("outcomes", "Safe;; Work")
    table = shown.table("The whole of Oldham").set_index("Part")
    assert {"Safe", "Healthy citizens", "Work"} <= set(table.index)
    assert opened("stewardship", **shown.link()).finding == shown.finding


def test_names_of_outcomes_that_are_alike_are_told_and_left_out() -> None:
    shown = opened("stewardship", place=CAMDEN, part="whole", outcomes="Safe; safe")
    said = "We expected up to 4 names that differ, each of up to 60 letters, but found 2"
    assert said in shown.notes[0]
    assert "Healthy citizens" in shown.table("The whole of Camden")["Part"].tolist()


def test_power_says_for_whom_none_of_their_own_is_near_and_who_is_on_no_list() -> None:
    shown = opened("stewardship", place="borough.E09000031", part="power")
    assert shown.finding.endswith("none is paid to deliver and none is led by the community.")
    absent = shown.table("On record, but on no list")["Organisation"].tolist()
    assert absent == ["Neighbourhood Midwives", "Lankelly Chase Foundation"]
    powers = shown.table("Where the power").set_index("Organisation")["Power"]
    assert set(powers) == {"statutory"}


def test_the_first_steps_lead_through_the_pages_and_keep_the_place() -> None:
    shown = opened("stewardship", place=PLACES["Moray"], part="start", by="postcodes")
    links = [link.proto for link in shown.app.get("page_link")]
    steps = [link for link in links if "for Moray" in link.label]
    assert len(steps) == 9
    for link in steps:
        assert "place=borough.S12000020" in link.query_string
        assert "by=postcodes" in link.query_string
        assert "part=start" not in link.query_string
    assert shown.finding == (
        "In Moray we have not been told yet which groups in the neighbourhoods are led by "
        "residents and how people think it is going: these steps begin there."
    )
