"""The Gaps page: who is covered by nobody, on which theme, at which scale."""

import numpy as np
import pandas as pd
import pytest
from shown import PLACES, Shown, opened, payloads, unmapped

from mapping import actors, footprints, gaps, own_weights, places
from mapping.actors import Links
from mapping.drawing.labels import unpack
from mapping.geography import layers
from mapping.workspaces import ReceivedFile
from pages.gaps import questions, theme_grid
from pages.shared import registers

CAMDEN = PLACES["Camden"]
MENTAL_HEALTH = {"theme": "mental health", "scale": "hyperlocal"}
NOT_A_GAP = "or we may not have been told"
MAY_BE = f"This may be a gap, {NOT_A_GAP}."


pytestmark = pytest.mark.usefixtures("own_database")


def workspace(*rows: tuple[str, str, str]) -> str:
    """Keep a workspace with actors (name, themes, scale) in a half of Camden; return its id."""
    kept = registers.store().create("Ours", CAMDEN)
    if rows:
        frame = pd.DataFrame(rows, columns=["actor", "themes", "scale"])
        half = places.get("Camden").positions[::2]
        none = np.empty(0, dtype="int64")
        pairs = Links(np.repeat(np.arange(len(rows)), len(half)), np.tile(half, len(rows)))
        found = actors.register(frame, Links(none, none), pairs)
        received = ReceivedFile("ours.csv", "f", pd.DataFrame({"outcome": ["matched"] * len(rows)}))
        registers.store().save_actors(kept, found, received)
    return kept


def press(shown: Shown, label: str) -> Shown:
    found = [b for b in shown.app.button if b.label.replace("\\", "").startswith(label)]
    assert len(found) == 1, [b.label for b in shown.app.button]
    found[0].click()
    return shown.run()


def labels_of(shown: Shown) -> list[str]:
    """Return what stands under the names of the map's areas."""
    areas = next(one for one in payloads(shown.map()) if one.get("kind") == "areas")
    return [text or "" for text in unpack(areas["labels"])]


def test_the_page_opens_with_what_is_covered_and_which_themes_to_ask_about_first():
    shown = opened("gaps", place=CAMDEN)
    assert shown.finding == (
        "In Camden 19 of 23 themes have somebody on record; nobody yet on homelessness, “children "
        "and young people” and two more: ask about these first."
    )
    assert shown.explanation.startswith(
        "Nobody on record: homelessness, “children and young people”, disadvantage and community "
        "support. The map shows who works on homelessness."
    )
    assert "“Not on record” does not mean “not there”." in shown.explanation
    assert shown.numbers == {
        "Themes covered everywhere": "19",
        "Themes covered in parts": "0",
        "Themes with nobody on record": "4",
    }
    assert shown.chosen() == {"place": CAMDEN}
    assert shown.made() == {"theme": "homelessness"}
    assert shown.control("theme") == "homelessness"
    assert set(labels_of(shown)) == {"nobody on record"}


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("county.greater-london", "21 of 23 themes have somebody on record; nobody yet on"),
        ("borough.E07000214", "17 of 23 themes have somebody on record; nobody yet on homeless"),
        ("county.E10000030", "17 of 23 themes have somebody on record;"),
        ("borough.S12000020", "16 of 23 themes have somebody on record;"),
        ("borough.E08000004", "20 of 23 themes have somebody on record;"),
        ("britain.gb", "all 23 themes have somebody on record, seven only in parts: ask first"),
    ],
)
def test_every_place_begins_with_what_is_covered(place, said):
    with unmapped():
        assert said in opened("gaps", place=place).finding


@pytest.mark.parametrize("place", ["borough.E07000214", "county.E10000030"])
def test_two_tiers_of_council_cover_their_themes_council_wide(place):
    with unmapped():
        table = opened("gaps", place=place).table("Who is covered in").set_index("Theme")
    column = table["Council-wide"]
    assert column["Adult social care"] == column["Education"] == "covered by one organisation"
    assert column["Libraries"] == column["Public health"] == "covered by one organisation"
    many = {"borough.E07000214": "one organisation", "county.E10000030": "11 organisations"}
    assert column["Housing"] == f"covered by {many[place]}"


def test_the_theme_that_the_page_chose_is_in_link_and_files_and_its_own_sentence_once_chosen():
    shown = opened("gaps", place=CAMDEN)
    again = opened("gaps", **shown.link())
    assert (again.finding, again.numbers, again.made()) == (
        shown.finding,
        shown.numbers,
        shown.made(),
    )
    kept = shown.app.session_state["_shown"]
    assert kept.finding == shown.finding
    assert kept.map_title == "How many organisations work on homelessness in each ward of Camden"
    own = opened("gaps", place=CAMDEN, theme="homelessness")
    assert own.finding == f"We have no record of anyone working on homelessness in Camden. {MAY_BE}"
    assert own.made() == {}


def test_a_theme_that_somebody_chose_opens_with_nobody_on_record_and_says_that_it_is_no_gap():
    shown = opened("gaps", **MENTAL_HEALTH)
    assert shown.finding == (
        "We have no record of anyone working on mental health at neighbourhood level in Greater "
        f"London. This may be a gap, {NOT_A_GAP}."
    )
    assert shown.explanation.startswith(
        "For mental health, Greater London has somebody on record council-wide and across "
        "several councils, but nobody at neighbourhood level or nationally."
    )
    assert "Our record so far holds only public bodies and 19 case studies." in shown.explanation
    assert shown.numbers == {
        "People with nobody on record": "8.80 million",
        "People with one organisation": "0",
        "People with two or more": "0",
    }


def test_theme_and_scale_are_chosen_in_boxes_and_kept_in_the_link():
    shown = opened("gaps", place=CAMDEN).choose("theme", "housing")
    assert shown.chosen() == {"place": CAMDEN, "theme": "housing"}
    shown.choose("scale", "hyperlocal")
    assert shown.chosen() == {"place": CAMDEN, "theme": "housing", "scale": "hyperlocal"}
    assert "working on housing at neighbourhood level in Camden" in shown.finding
    shown.choose("scale", "")
    assert shown.chosen() == {"place": CAMDEN, "theme": "housing"}
    assert shown.finding == (
        "Everyone in Camden has at least one organisation on record that works on housing."
    )
    assert "“Not on record” does not mean “not there”." in shown.explanation
    shown.choose("theme", "any")
    assert shown.chosen() == {"place": CAMDEN, "theme": "any"}
    assert shown.control("theme") == "any"


def test_a_scale_alone_in_a_link_asks_about_any_theme():
    shown = opened("gaps", place=CAMDEN, scale="borough")
    assert shown.control("theme") == "any"
    assert "works council-wide" in shown.finding


def test_a_word_that_is_part_of_a_theme_leads_to_it_and_an_unknown_one_is_told():
    assert opened("gaps", theme="bins").notes == ["“Bins” comes under waste collection."]
    unknown = opened("gaps", theme="<b>zebras</b>")
    assert "We have no organisation on record for “<b>zebras</b>”" in unknown.notes[0]
    assert unknown.finding == opened("gaps").finding


@pytest.mark.parametrize(
    "text", ["{{7*7}}", "${7*7}", "*_$:red[x]", "x" * 3_000, "\x00", " ", "a;b"]
)
def test_nonsense_in_a_link_is_told_and_changes_nothing(text: str):
    usual = opened("gaps", place=CAMDEN).finding
    assert opened("gaps", place=CAMDEN, theme=text).finding == usual
    for name in ("scale", "need"):
        shown = opened("gaps", place=CAMDEN, **{name: text})
        assert shown.finding == usual
        assert "do not recognise" in shown.notes[0]


def test_a_ward_of_the_link_is_outlined_on_the_map():
    shown = opened("gaps", place=CAMDEN, ward="E05013663")
    assert {"chosen": ["E05013663"]}.items() <= next(
        one for one in payloads(shown.map()) if one.get("kind") == "chosen"
    ).items()


def test_numbers_add_up_to_everybody_and_the_table_tells_each_ward():
    shown = opened("gaps", place=CAMDEN, theme="mental health", scale="borough", by="postcodes")
    total = sum(int(text.replace(",", "")) for text in shown.numbers.values())
    assert total == len(places.get("Camden"))
    table = shown.table("Wards in Camden: who works on mental health council-wide.")
    assert len(table) == 20
    assert set(table["Most of the ward has"]) == {"One organisation"}


def test_the_map_tells_signs_apart_in_words_and_the_legend_explains_those_on_it():
    shown = opened("gaps", theme="mental health", scale="borough")
    assert set(labels_of(shown)) == {"nobody on record", "one organisation"}
    legend = next(piece for piece in shown.html if "cg-legend" in piece and "<li" in piece)
    assert "Nobody on record" in legend
    assert "One organisation" in legend
    assert "known gap" not in legend.lower()


def test_a_ward_tells_who_works_there_by_name_at_this_scale_and_at_others():
    shown = opened("gaps", place=CAMDEN, theme="mental health", scale="borough", ward="E05013663")
    told = " ".join(piece for piece in shown.html if "cg-here" in piece)
    assert "Kentish Town North ward" in told
    assert "One organisation works on mental health council-wide here:" in told
    assert "<li>Likewise</li>" in told
    assert "Working on this at other levels:" in told
    assert "North London NHS Foundation Trust" in told
    nobody = opened("gaps", place=CAMDEN, ward="E05013663", **MENTAL_HEALTH)
    told = " ".join(piece for piece in nobody.html if "cg-here" in piece)
    assert "Nobody on record works on mental health at neighbourhood level here." in told


def test_the_grid_is_a_table_of_every_theme_at_every_scale():
    shown = opened("gaps", place=CAMDEN)
    table = shown.table("Who is covered in Camden").set_index("Theme")
    assert list(table.columns) == list(theme_grid.HEADS.values())
    assert table.loc["Mental health", "Neighbourhood"] == "not on record"
    assert table.loc["Mental health", "Several councils"] == "covered by two organisations"
    assert table.loc["Housing", "Council-wide"] == "covered by one organisation"
    html = next(piece for piece in shown.html if "cg-themes" in piece and "<table" in piece)
    assert html.count('aria-pressed="true"') == 1


def test_a_cell_of_the_grid_that_the_browser_names_is_asked_about_and_nonsense_is_not():
    known, chosen = ("health", "mental health"), []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(theme_grid.questions, "ask", lambda *pair: chosen.append(pair))
        for heard in ("2 1", "0 0", "3 1", "1 5", "", None, "x", "-1 2", {"a": 1}):
            theme_grid._choose(known, heard)
    assert chosen == [("mental health", "hyperlocal"), ("", "")]


def test_without_a_workspace_the_page_says_how_to_come_by_known_gaps():
    shown = press(opened("gaps", place=CAMDEN), "Start a workspace for Camden")
    assert shown.link()["workspace"]
    assert any("“Partners in Camden” is open." in note for note in shown.notes)
    assert "Your workspace is empty" in shown.explanation


def test_marking_the_list_as_complete_makes_a_known_gap_and_can_be_taken_back():
    shown = opened("gaps", place=CAMDEN, workspace=workspace(), **MENTAL_HEALTH)
    assert NOT_A_GAP in shown.finding
    press(shown, "Mark it complete for mental health at neighbourhood level in Camden")
    assert shown.finding == (
        "Nobody works on mental health at neighbourhood level in Camden, according to "
        f"“{registers.name_list(registers.identify(shown.link()['workspace']))}”, which is marked "
        "as complete for this. This is a known gap."
    )
    assert set(labels_of(shown)) == {"known gap"}
    assert "People with nobody" in shown.numbers
    table = shown.table("Who is covered in Camden").set_index("Theme")
    assert table.loc["Mental health", "Neighbourhood"] == "known gap"
    press(shown, "Unmark it")
    assert NOT_A_GAP in shown.finding


@pytest.mark.parametrize(
    ("place", "is_known"),
    [
        (CAMDEN, True),
        ("ward.E05013664", True),
        (PLACES["Oldham"], False),
        (PLACES["Moray"], False),
        (PLACES["Greater London"], False),
    ],
)
def test_a_mark_holds_in_its_place_alone_and_in_all_parts_of_that(place, is_known):
    marked = workspace()
    registers.store().mark(marked, "mental health", "hyperlocal", CAMDEN)
    shown = opened("gaps", place=place, workspace=marked, **MENTAL_HEALTH)
    assert ("This is a known gap" in shown.finding) == is_known
    assert ("Also marked complete" in shown.captions) == (not is_known)


def test_a_mark_belongs_to_its_workspace_alone():
    marked = workspace()
    registers.store().mark(marked, "mental health", "hyperlocal")
    assert "a known gap" in opened("gaps", place=CAMDEN, workspace=marked, **MENTAL_HEALTH).finding
    assert NOT_A_GAP in opened("gaps", place=CAMDEN, workspace=workspace(), **MENTAL_HEALTH).finding
    assert NOT_A_GAP in opened("gaps", place=CAMDEN, **MENTAL_HEALTH).finding


def test_a_workspaces_own_actors_set_the_first_question_and_the_rest_is_told():
    kept = workspace(("Debt Desk", "debt", "borough"), ("Nameless Work", "", "hyperlocal"))
    shown = opened("gaps", place=CAMDEN, workspace=kept)
    assert "The map shows who works on debt council-wide." in shown.explanation
    assert shown.explanation.startswith("Nobody on record: ")
    assert "Only in parts: disadvantage." in shown.explanation
    assert shown.made() == {"theme": "debt", "scale": "borough"}
    assert shown.table("Organisations in Camden without").values.tolist() == [
        ["Nameless Work", "theme"]
    ]
    registers.store().mark(kept, "debt", "borough")
    table = opened("gaps", place=CAMDEN, workspace=kept).table("Who is covered")
    cell = table.set_index("Theme").loc["Debt", "Council-wide"]
    assert "covered; the rest is a known gap" in cell


def test_hostile_words_of_a_workspace_are_shown_as_they_are():
    theme = "<img src=x onerror=alert(1)> {{7*7}} ${6*6} *_$:red[x]`y`$"
    kept = workspace((theme, theme, "borough"))
    shown = opened("gaps", place=CAMDEN, workspace=kept)
    assert f"who works on {theme} council-wide" in shown.explanation
    ward = opened("gaps", place=CAMDEN, workspace=kept, ward="E05013663")
    assert "<img src=x" not in "".join(ward.html)
    assert any("&lt;img src=x" in piece for piece in ward.html if "cg-here" in piece)


def test_wards_can_be_weighed_by_a_need_of_the_workspace():
    kept = workspace()
    codes = layers.wards().query("lad_code == 'E09000007'")["code"].tolist()
    text = "ward,need\n" + "".join(f"{code},{rank}\n" for rank, code in enumerate(codes))
    lens = own_weights.read(text.encode(), name="need.csv").lens
    registers.store().save_weights(kept, lens)
    shown = opened("gaps", place=CAMDEN, workspace=kept, **MENTAL_HEALTH)
    assert "Weighted by need" not in shown.table("Wards in Camden: who").columns
    shown.choose("need", lens.by)
    assert shown.link()["need"] == lens.by
    table = shown.table("Wards in Camden: who")
    scores = table["Weighted by need"].str.replace(",", "").astype(float)
    assert scores.is_monotonic_decreasing
    expected = gaps.uncovered(
        places.get("Camden"),
        footprints.shipped(),
        **MENTAL_HEALTH,
        need=pd.Series(range(len(codes)), index=codes),
    )
    assert table["Ward"].tolist() == expected["name"].tolist()


def test_wards_that_the_need_does_not_know_have_none_and_come_last():
    kept = workspace()
    codes = layers.wards().query("lad_code == 'E09000007'")["code"].tolist()
    text = "ward,need\n" + "".join(f"{code},5\n" for code in codes[1:])
    lens = own_weights.read(text.encode(), name="need.csv").lens
    registers.store().save_weights(kept, lens)
    shown = opened("gaps", place=CAMDEN, workspace=kept, need=lens.by, **MENTAL_HEALTH)
    last = shown.table("Wards in Camden: who").iloc[-1]
    assert last["Ward"] == layers.wards().set_index("code")["name"][codes[0]]
    assert last["Weighted by need"] == "–"
    assert "One ward has no figure and is listed last." in shown.captions


def test_where_trusts_are_not_on_record_the_page_says_so():
    said = "Outside London we do not have England's mental health trusts on record."
    assert said in opened("gaps", place=PLACES["Oldham"], **MENTAL_HEALTH).explanation
    assert said not in opened("gaps", place=CAMDEN, **MENTAL_HEALTH).explanation


def test_a_case_study_is_named_with_the_words_it_was_described_in():
    shown = opened("gaps", place="borough.E09000019", theme="community support", ward="E05013706")
    assert "in its own words: connected support, isolation" in "".join(shown.html)


def test_who_is_in_no_area_of_a_map_is_told():
    with unmapped():
        shown = opened("gaps", place="borough.E06000023")
    said = " ".join(str(m.value) for m in shown.app.markdown)
    assert "All of Bristol is outside any county" in said
    assert shown.table("Residents (estimated) outside each")["Kind of area"].iloc[0] == "County"


def test_great_britain_is_listed_by_ward_and_drawn_by_district():
    shown = opened("gaps", place=PLACES["Great Britain"], theme="health")
    assert len(labels_of(shown)) == 350
    caption = next(c for c in shown.tables() if c.startswith("Wards in Great Britain"))
    assert "Showing 1 to 30 of 7,934." in caption
    assert "Each council area is shaded" in shown.captions


def test_a_projector_names_who_works_in_a_chosen_ward():
    shown = opened("gaps", place=CAMDEN, theme="health", projector="1", at="51.54,-0.15")
    assert shown.finding == "Primrose Hill ward: two organisations work on health here:"
    assert shown.numbers == {}
    assert any("NHS West and North London ICB" in piece for piece in shown.html)


def test_a_projector_says_so_where_nobody_works_in_a_chosen_ward():
    shown = opened("gaps", place=PLACES["Oldham"], projector="1", at="OL1 1AA")
    assert shown.finding == "St. Mary's ward: nobody on record works on homelessness here."


def test_a_projector_shows_the_sentence_the_map_and_two_numbers():
    shown = opened("gaps", place=CAMDEN, projector="1")
    assert len(shown.numbers) == 2
    assert shown.tables() == {}
    assert "The map shows who works on homelessness. “Not on record” does not" in shown.captions
    chosen = opened("gaps", place=CAMDEN, theme="housing", projector="1")
    assert "Our record so far holds only public bodies" in chosen.captions


def test_the_first_page_counts_themes_with_nobody_on_record_and_calls_them_no_gap():
    numbers = opened(place=PLACES["Oldham"]).numbers
    assert numbers["Organisations on record"] == "8"
    nobody, asked = map(int, numbers["Themes with nobody on record"].split(" of "))
    assert 0 < nobody < asked
    assert not any("gap" in label.lower() for label in numbers)
    kept = workspace()
    registers.store().mark(kept, "food", "hyperlocal")
    marked = opened(place=CAMDEN, workspace=kept).numbers
    assert marked["Known gap: food at neighbourhood level"] == "100% of residents"


@pytest.mark.parametrize("scale", layers.SCALES)
def test_a_link_with_a_theme_that_is_not_known_names_it_and_the_scale_that_was_set_back(scale):
    shown = opened("gaps", place=CAMDEN, theme="zebras", scale=scale)
    [note] = [note for note in shown.notes if "zebras" in note]
    kept = shown.control("scale") == scale
    assert ("The link's level" in note) == (not kept)
    if not kept:
        assert f"“{questions.SCALE_CHOICES[scale]}”, was reset" in note
        assert f"“{questions.SCALE_CHOICES[shown.control('scale')]}”" in note


def test_a_link_with_a_theme_that_is_not_known_and_no_scale_speaks_of_none():
    assert "level" not in " ".join(opened("gaps", place=CAMDEN, theme="zebras").notes)
