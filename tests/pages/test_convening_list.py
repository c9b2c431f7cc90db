"""The convening list: the same on Who works here and Partner sets; to tick, to copy, as CSV."""

import json

import pandas as pd
import pytest
from shown import PLACES, Shown, opened, payloads, unmapped

from mapping import stewardship
from mapping.takeaway import export
from pages.shared import convening, visit

CAMDEN = PLACES["Camden"]
PAGES_WITH_IT = ("who_works_here", "partner_sets")


def list_of(shown: Shown) -> dict[str, list[str]]:
    """Return who is listed under which heading."""
    found = {
        caption: table
        for caption, table in shown.tables().items()
        if "Organisation or team" in table
    }
    return {caption: table["Organisation or team"].tolist() for caption, table in found.items()}


def copied(shown: Shown) -> list[str]:
    shown.app.session_state["copy-invitations"] = True
    return shown.run().app.code[-1].value.splitlines()


@pytest.mark.parametrize("place", ["Camden", "Oldham", "Moray"])
def test_both_pages_show_the_same_list_short_first(place):
    with unmapped():
        first, second = (opened(page, place=PLACES[place]) for page in PAGES_WITH_IT)
    assert list_of(first) == list_of(second) != {}
    for shown in (first, second):
        assert f"Who to invite to a meeting about {place}" in [h.value for h in shown.app.header]
        assert not any("ward," in name for names in list_of(shown).values() for name in names)


def test_those_made_by_law_stand_first_each_kind_with_both_shares():
    shown = opened("who_works_here", place=CAMDEN)
    statutory, voluntary = list_of(shown)
    assert statutory == "Statutory (11): made by law, deciding with public money."
    assert voluntary == "Voluntary and community (1): answering to their own members or neighbours."
    council = shown.table("Statutory").iloc[0]
    assert council["Organisation or team"] == "Camden Council"
    assert "housing" in council["Themes"]
    assert council["How much of Camden it covers"] == "100%"
    assert council["How much of it is in Camden"] == "100%"
    assert "Commissioned (0): nobody on record yet." in "".join(shown.html)
    boxes = "".join(shown.html).count('<input type="checkbox" class="cg-tick"')
    assert boxes == 12
    assert (
        "We have 12 organisations and 40 ward-level teams (ward councillors and ward police) on"
        in shown.captions
    )


def test_the_place_is_named_as_in_a_sentence():
    with unmapped():
        shown = opened("partner_sets", place="borough.E09000001")
    table = shown.table("Statutory")
    assert "How much of the City of London it covers" in table
    assert copied(shown)[0] == "Who to invite to a meeting about the City of London"


def test_ward_police_are_told_of_where_there_are_any():
    with unmapped():
        shown = opened("partner_sets", place="borough.S12000020")
    assert "six organisations and eight ward-level teams (ward councillors) on" in shown.captions


def test_ward_councillors_and_ward_teams_lie_in_one_line_that_opens():
    shown = opened("who_works_here", place=CAMDEN)
    labels = [box.label for box in shown.app.expander]
    assert labels.count("Ward-level teams (40)") == 1
    shown.app.session_state["cg-more-ward team"] = True
    names = shown.run().table("Ward-level teams (40).")["Organisation or team"]
    assert len(names) == 40
    assert sum(name.startswith("Councillors for") for name in names) == 20


def test_a_long_kind_is_short_at_first_and_the_others_are_found_by_name():
    with unmapped():
        shown = opened("who_works_here", place=PLACES["Greater London"])
        assert len(shown.table("Statutory (81)")) == convening.MAX_SHORT
        shown.app.session_state["cg-more-statutory"] = True
        listed = shown.run().table("69 more: statutory.")
        assert len(listed) == convening.MAX_FOLDED
        box = next(b for b in shown.app.text_input if b.label == "Find by name")
        box.set_value("hackney council")
        found = shown.run().table("69 more: statutory.")
    assert found["Organisation or team"].tolist() == ["Hackney Council"]


def test_all_organisations_are_copied_until_some_are_ticked():
    shown = opened("who_works_here", place=CAMDEN)
    assert not shown.app.code  # the list to copy travels when it is asked for
    assert "None is ticked, so all 12 organisations are copied." in shown.captions
    lines = copied(shown)
    assert lines[:4] == [
        "Who to invite to a meeting about Camden",
        "Percentages are of residents (estimated).",
        "",
        "Statutory",
    ]
    assert sum(line.startswith("• ") for line in lines) == 12
    assert "Voluntary and community" in lines
    assert any(
        line.startswith(
            "• NHS West and North London ICB (health, mental health): covers 100% of Camden; 6.0%"
        )
        for line in lines
    )
    shown.app.session_state["_ticks"] = {CAMDEN: ["case.likewise", "ward.E05013663", "gone"]}
    lines = copied(shown)
    assert [line.partition(" (")[0] for line in lines if line.startswith("• ")] == [
        "• Likewise",
        "• Councillors for Kentish Town North ward, Camden",
    ]
    assert "2 ticked: these alone are copied." in shown.captions
    there = shown.turn_to("partner_sets")
    assert "2 ticked: these alone are copied." in there.captions


@pytest.mark.parametrize(
    ("heard", "kept"),
    [
        ({"place": CAMDEN, "ids": ["a", 3, None, "b"]}, {CAMDEN: ["a", "b"]}),
        ({"place": CAMDEN, "ids": ["x" * 5_000]}, {CAMDEN: ["x" * convening.MAX_ID]}),
        ({"place": CAMDEN, "ids": ["a"] * 5_000}, {CAMDEN: ["a"] * convening.MAX_TICKED}),
        ({"place": CAMDEN}, {}),
        ("a", {}),
        (None, {}),
    ],
)
def test_what_a_browser_says_is_ticked_is_not_trusted(heard, kept, monkeypatch):
    said = {}
    monkeypatch.setattr(visit, "put_ticks", said.__setitem__)
    convening.take_ticks(heard)
    assert said == kept


def test_no_line_of_the_list_to_copy_can_be_run_by_a_spreadsheet():
    evil = [
        "=1+1",
        "+cmd|'/C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        'a\r\n=HYPERLINK("x")',
        "－1",
        "",
    ]
    frame = pd.DataFrame({"actor": evil, "power": stewardship.STATUTORY}).assign(
        actor_type="charity", sector="=1", scale="", themes="=1; @x", contact="+44 20", people=1.0
    )
    frame = frame.assign(share_of_place=0.5, share_of_footprint=0.25)
    told = convening.write_list(frame, "=Camden", "residents")
    assert told.count("\n") == len(evil) + 3  # nothing begins a line, or a cell, of its own
    assert "\t" not in told
    assert not any(map(export.is_formula, told.splitlines()))
    rows = export.csv(convening.prepare_download(frame)).decode("utf-8-sig").splitlines()
    assert "'=1+1" in rows[1]
    assert "'+44 20" in rows[1]


def test_ticks_of_a_long_place_and_of_a_closed_workspace_are_kept():
    many = "union." + "+".join(f"borough.E090000{one:02}" for one in range(1, 33))
    convening_ids = ["case.likewise", "own-of-a-closed-workspace"]
    said = {}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(visit, "put_ticks", said.__setitem__)
        convening.take_ticks({"place": many, "ids": convening_ids})
    assert said == {many: convening_ids}
    with unmapped():
        shown = opened("partner_sets", place=CAMDEN)
    shown.app.session_state["_ticks"] = {CAMDEN: convening_ids}
    shown.run()
    sent = [json.loads(one.proto.json) for one in shown.app.get("bidi_component")]
    assert [one["ticked"] for one in sent if "ticked" in one] == [convening_ids]
    assert "1 ticked: these alone are copied." in shown.captions


def test_the_file_has_everybody_with_kind_level_contact_and_shares():
    shown = opened("partner_sets", place=CAMDEN)
    frame = shown.app.session_state["_shown"].tables["convening"].frame
    assert len(frame) == 52
    assert frame.columns.tolist() == [
        "kind",
        "actor",
        "actor_type",
        "sector",
        "level",
        "themes",
        "contact",
        "people",
        "share_of_place",
        "share_of_footprint",
    ]
    assert frame["kind"].iloc[0] == "Statutory"
    assert frame["level"].iloc[0] == "Council-wide"


def fills_of(shown: Shown) -> tuple[list, str]:
    """Return the signs of a map's areas as it is sent, and its legend."""
    areas = next(one for one in payloads(shown.map()) if one.get("kind") == "areas")
    legend = next(piece for piece in shown.html if "cg-legend" in piece and "<li" in piece)
    return areas["signs"], legend


def test_all_organisations_together_are_drawn_as_how_many_work_in_each_area():
    shown = opened("who_works_here", place=PLACES["Greater London"])
    assert shown.finding.startswith("84 organisations on record work in Greater London: choose")
    assert shown.numbers == {
        "Organisations on record": "84",
        "Ward-level teams on record": "1,383",
    }
    _, legend = fills_of(shown)
    for step in ("10 organisations", "11 organisations", "12 organisations"):
        assert f"<span>{step}</span>" in legend
    table = shown.table("Wards in Greater London")  # the first rows of many
    assert set(table["Organisations on record"]) <= {"10", "11", "12"}


def test_where_the_same_number_works_everywhere_a_sentence_says_so_and_nothing_is_shaded():
    shown = opened("who_works_here", place=CAMDEN)
    assert shown.explanation.startswith("All of them work in every ward.")
    assert "organisations</span>" not in fills_of(shown)[1]
    assert set(shown.table("Wards in Camden")["Organisations on record"]) == {"12"}
