"""What is not there is said in a sentence, with what to do instead, on a page that still works."""

import re
from pathlib import Path

import pytest
from shown import PAGES, PLACES, ROOT, opened
from streamlit.testing.v1 import AppTest

from mapping import places
from mapping.atoms import postcodes
from mapping.geography import layers
from pages.shared import cache

KENTISH_TOWN_SOUTH = "ward.E05013664"


def test_a_postcode_that_does_not_exist_is_said_with_its_neighbours() -> None:
    shown = opened("who_works_here", at="N1 9ZZ")
    assert "N1 9ZZ is not a current postcode in Great Britain." in shown.notes[0]
    assert "A similar one is N1 9" in shown.notes[0]
    assert shown.finding.startswith("84 organisations on record work in Greater London: choose")
    assert shown.control("at") == "N1 9ZZ"
    assert len(shown.maps()) == 1


def test_a_postcode_in_northern_ireland_is_said_to_be_out_of_reach() -> None:
    for shown in (opened("who_works_here", at="BT1 5GS"), opened().find("BT1 5GS")):
        assert "Northern Ireland" in shown.notes[0]
        assert "England, Scotland and Wales" in shown.notes[0].replace("Scotland\nand", "")


def test_the_place_picker_says_beforehand_that_northern_ireland_is_not_in() -> None:
    assert "but not Northern Ireland" in opened().captions


def test_a_text_that_is_no_postcode_is_said_to_be_none() -> None:
    shown, example = (
        opened("who_works_here", at="Camden"),
        places.get("Greater London").example_postcode,
    )
    assert shown.notes == [
        f"“Camden” is not a full postcode. Please enter one, such as {example}. To look at another "
        "place, find it by its name at the top."
    ]


@pytest.mark.parametrize("page", ["place", "who_works_here"])
@pytest.mark.parametrize(
    ("choices", "beginning"),
    [
        ({"at": "N1"}, "“N1” is not a full postcode. Please enter one, such as "),
        ({"at": "ZZ99 1ZZ"}, "ZZ99 1ZZ is not a current postcode"),
        ({"at": "BT1"}, "BT1 is in Northern Ireland."),
        ({"at": "60.5,-30.0"}, "There are no postcodes within 5 km of 60.5000, -30.0000."),
        ({"ward": "E0501366X"}, "The ward in this link (E0501366X) no longer exists"),
    ],
)
def test_a_spot_that_cannot_be_found_is_said_in_a_residents_words_with_what_to_do(
    page: str, choices: dict[str, str], beginning: str
) -> None:
    (said,) = opened(page, **choices).notes
    assert said.startswith(beginning)
    assert not re.search("[Ee]xpected|; found", said)
    assert re.search("[Pp]lease enter|Choose|check|covers|click", said)


def test_a_place_of_post_office_boxes_in_a_link_is_said_to_have_no_homes() -> None:
    (said,) = opened(place="postal_district.BS98").notes
    assert said.startswith("The place in this link, BS98, contains only PO boxes")


def test_mismatches_of_a_single_ward_say_where_it_lies_and_what_to_choose() -> None:
    shown = opened("mismatches", place=KENTISH_TOWN_SOUTH)
    assert shown.finding == (
        "Kentish Town South is one ward, so no partner boundary runs through it (only postcode "
        "district boundaries do). Choose Camden to see where boundaries differ."
    )
    assert shown.explanation.startswith(
        "Only one area of each partner covers this ward; we compare wards and post"
    )


@pytest.mark.parametrize("at", ["60.5,-30.0", "0,0", "91,181"])
def test_a_spot_in_the_sea_is_said_to_have_nobody(at: str) -> None:
    for page in ("who_works_here", "place"):
        shown = opened(page, at=at)
        assert len(shown.notes) == 1
        assert (
            "Great Britain" in shown.notes[0] or "There are no postcodes within" in shown.notes[0]
        )


def test_a_spot_outside_the_place_is_said_to_be_outside() -> None:
    shown = opened("who_works_here", place=PLACES["Moray"], at="N1 9GU")
    assert "is outside Moray" in shown.explanation
    assert shown.table("Who covers N1 9GU") is not None


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_search_offers_nothing_and_says_nothing_wrong(text: str) -> None:
    shown = opened().find(text)
    assert shown.notes == []
    assert not [one for one in shown.app.button if str(one.key).startswith("_found_")]


@pytest.mark.parametrize("text", ["qqqqqq", "***", "…"])
def test_a_search_that_finds_nothing_says_what_to_try(text: str) -> None:
    shown = opened().find(text)
    assert f"We cannot find “{text}”." in shown.notes[0]
    assert (
        "Try a council (such as Oldham), ward, county, organisation or postcode." in shown.notes[0]
    )
    assert not [one for one in shown.app.button if str(one.key).startswith("_found_")]


def test_a_postcode_in_the_place_search_gives_the_places_it_lies_in() -> None:
    shown = opened().find("nw5 2aa")
    labels = [button.label.replace("\\", "") for button in shown.app.button]
    assert "Camden (council area)" in labels
    assert "NW5 (postcode district)" in labels


@pytest.mark.parametrize("page", ["mismatches", "partner_sets"])
def test_a_layer_absent_from_a_place_is_named_and_left_out(page: str) -> None:
    shown = opened(page, place=PLACES["Moray"], layers="icb,police_force,health_board")
    assert shown.notes[0].startswith("There are no integrated care boards in Moray.")
    assert "Choose something else" in shown.notes[0]
    assert "Moray" in shown.finding


@pytest.mark.parametrize("name", ["a", "b"])
def test_a_pair_with_a_layer_absent_from_the_place_says_so(name: str) -> None:
    shown = opened("mismatches", place=PLACES["Moray"], **{name: "icb"})
    assert len(shown.notes) == 1
    assert shown.notes[0].startswith("There are no integrated care boards in Moray.")
    assert "icb" not in (shown.control("a"), shown.control("b"))


def test_the_smallest_areas_of_a_link_that_a_place_has_not_are_named() -> None:
    shown = opened(place=PLACES["Moray"], base="icb")
    assert shown.notes[0].startswith("There are no integrated care boards in Moray.")
    assert shown.control("base") == "ward"


def test_a_pair_of_a_layer_with_itself_becomes_a_pair_of_two() -> None:
    shown = opened("mismatches", a="borough", b="borough")
    assert shown.control("a") == "borough"
    assert shown.control("b") != "borough"
    assert shown.notes == [
        "You chose council areas twice, so we compare them with sub-regional partnerships."
    ]


def test_only_the_layers_of_the_place_are_offered() -> None:
    shown = opened("mismatches", place=PLACES["Moray"])
    box = next(w for w in shown.app.multiselect if w.key == "_widget_layers")
    assert "Health board (Wales and Scotland)" in box.options
    assert "Integrated care board" not in box.options


def test_a_place_with_a_single_unit_in_each_layer_says_so() -> None:
    shown = opened("mismatches", place=PLACES["Camden"], a="icb", b="borough")
    assert shown.finding == (
        "All of Camden is in one integrated care board and in one council area."
    )
    assert "No integrated care board boundary and no council area boundary" in shown.captions
    assert opened("partner_sets", place=PLACES["Camden"]).finding == (
        "Everyone in Camden has the same partner set. No other council area has it."
    )


def test_the_number_of_other_councils_with_a_set_is_that_of_the_sentence() -> None:
    shown = opened("partner_sets", place="borough.E08000004")
    assert "Nine other council areas, including Bolton, Bury and Manchester, have it too." in (
        shown.finding
    )
    assert shown.numbers["Other council areas with this set"] == "9"


def test_projected_numbers_name_the_maps_that_the_sentence_is_not_about() -> None:
    shown = opened("mismatches", place=PLACES["Camden"], projector="1")
    assert shown.finding.startswith("The council and all five of its partners on record cover")
    assert list(shown.numbers) == [
        "Outside their ward's postcode district",
        "Wards that cross a postcode district boundary",
        "Within 300 m of a postcode district boundary",
    ]


def test_layers_that_nest_are_said_to_fit() -> None:
    shown = opened("mismatches", a="ward", b="borough")
    assert shown.finding == "Every ward in Greater London is entirely within one council area."


@pytest.mark.parametrize("page", PAGES)
def test_a_single_ward_is_a_place_like_any_other(page: str) -> None:
    shown = opened(page, place=KENTISH_TOWN_SOUTH)
    if page not in ("upload", "data_and_method"):
        assert "Kentish Town South" in shown.finding
    assert shown.notes == []


def test_one_map_alone_has_nothing_to_be_compared_with() -> None:
    shown = opened("mismatches", place=PLACES["Camden"], layers="icb")
    assert any("Choose at least two boundary maps" in note for note in shown.notes)
    assert shown.link()["layers"] == "icb"


def test_a_link_to_no_place_warns_and_opens_the_usual_one() -> None:
    shown = opened(place="borough.E09999999")
    assert len(shown.notes) == 1
    assert "We do not recognise the place in this link (“borough.E09999999”)" in shown.notes[0]
    assert "so we are showing Greater London. Find your place" in shown.notes[0]
    assert "people in Greater London have one of 28 combinations" in shown.finding
    assert shown.chosen() == {"place": "county.greater-london"}


@pytest.mark.parametrize("number", ["99", "0", "x"])
def test_a_set_that_does_not_exist_is_not_said_to_be_shown(number: str) -> None:
    shown = opened("partner_sets", set=number)
    assert shown.control("set") is None
    assert f"There is no set {number}. This place has 28 sets." in shown.notes[0]
    assert "The set you chose" not in "".join(shown.html)


def test_small_overlaps_that_are_hidden_are_counted() -> None:
    caption = "46 overlaps between wards and postcode districts in Oldham."
    everything = opened("mismatches", place=PLACES["Oldham"], least="0")
    assert "hidden" not in everything.captions
    rows = len(everything.table(caption))
    shown = opened("mismatches", place=PLACES["Oldham"], least="10")
    hidden = re.search(
        r"(\d+) of (\d+) overlaps are hidden \(about ([\d,]+) residents\)\.", shown.captions
    )
    assert int(hidden[2]) == rows == 46
    assert int(hidden[1]) == rows - len(shown.table(caption))
    assert int(hidden[3].replace(",", "")) > 0


@pytest.mark.parametrize(
    ("page", "choices"),
    [("mismatches", {"a": "lsoa", "b": "ward"}), ("partner_sets", {"layers": "lsoa,ward"})],
)
def test_what_is_too_fine_to_draw_is_said_and_counted_all_the_same(
    page: str, choices: dict[str, str]
) -> None:
    shown = opened(page, place=PLACES["Great Britain"], **choices)
    (said,) = shown.notes
    assert said.startswith("Great Britain is too large to map anything smaller than a ward")
    assert "Choose a region, a county or a council." in said
    assert shown.maps() == []
    assert shown.tables()


def test_the_smallest_areas_of_a_link_that_are_too_fine_to_draw_are_named() -> None:
    shown = opened(place=PLACES["Great Britain"], base="lsoa")
    assert shown.notes[0].startswith("Great Britain is too big to show small census areas")
    assert shown.control("base") == "borough"


@pytest.mark.parametrize("name", ["Greater London", "Oldham"])
def test_partner_sets_of_wards_that_share_names_are_told_apart(name: str) -> None:
    shown = opened("partner_sets", place=PLACES[name], layers="ward")
    assert len(shown.maps()) == 1


def test_people_without_a_unit_are_listed_under_none() -> None:
    shown = opened("mismatches", place=PLACES["Great Britain"], a="borough", b="county", least="0")
    frame = shown.table("350 overlaps between council areas and counties in Great Britain")
    assert "none" in frame["County"].tolist()


def test_districts_that_newer_data_brings_are_named_on_the_method_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert opened("data_and_method").notes == []
    monkeypatch.setattr(layers, "list_unknown_districts", lambda: ["New_shire (E06009999)"])
    (said,) = opened("data_and_method").notes
    assert said.startswith("Not yet in any region, police force or other body")
    assert said.endswith("other body in our data: New_shire (E06009999).")


def test_data_that_cannot_be_read_together_are_told_of_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cache.open_data.clear()
    monkeypatch.setattr(postcodes, "table", postcodes.table.__wrapped__)
    monkeypatch.setattr(postcodes, "DATA", tmp_path)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90).run()
    assert not app.exception
    (said,) = app.error
    assert said.value.startswith("Expected 5 built files in data/")
    assert "python -m mapping.build" in said.value
