"""A link restores a view: link → choice → link, for every parameter, whatever it holds."""

import pytest
from shown import PLACES, opened, unmapped
from streamlit.runtime.scriptrunner import StopException

from mapping.geography import layers
from pages.shared import choices, router, state, visit

LONDON = {"place": "county.greater-london"}
HOSTILE = [
    "<img src=x onerror=\"window.hacked='img'\">",
    "{{7*7}}",
    "${7*7}",
    "back\\slash",
    "*_$:red[x]",
    "x" * 3_000,
    "-1",
    "1e9",
    "٣",
    "²,³",
    "--5,--5",
    "nan,nan",
    "91,181",
    "a,b,c",
    "\x00",
    " ",
    ".",
]

# page, choice, its value in a link, what the control then shows
SHOWN_BY = [
    ("place", "by", "land", "land"),
    ("place", "base", "borough", "borough"),
    ("who_works_here", "at", "N1 9GU", "N1 9GU"),
    ("who_works_here", "ward", "E05013664", "E05013664"),
    ("mismatches", "layers", "icb,police_bcu", ["icb", "police_bcu"]),
    ("mismatches", "a", "ward", "ward"),
    ("mismatches", "b", "police_bcu", "police_bcu"),
    ("mismatches", "change", "icb@2022", "icb@2022"),
    ("mismatches", "distance", "500", 500),
    ("mismatches", "least", "5", 5),
    ("partner_sets", "set", "3", "3"),
    ("redraw", "door", "suggest", "suggest"),
    ("redraw", "a", "ward", "ward"),
    ("redraw", "b", "mental_health_trust", "mental_health_trust"),
    ("stewardship", "part", "stewards", "stewards"),
    ("stewardship", "scheme", "behaviours", "behaviours"),
    ("stewardship", "cell", "trust.regional", ("trust", "regional")),
    ("upload", "bring", "map", "map"),
    ("place", "keys", "", False),
    ("place", "names", "", False),
    ("place", "tiles", "1", True),
]

IN_OTHER_FILES = {
    "ask",
    "before",
    "blocks",
    "called",
    "drawn",
    "into",
    "locked",
    "parent",
    "case",
    "groups",
    "need",
    "outcomes",
    "over",
    "scale",
    "theme",
    "whom",
    "workspace",
    "story",
}
"""Tested in test_gaps_page.py, test_upload.py (workspace), test_changes_page.py (groups, whom),
test_over.py, test_stewardship_page.py (outcomes), test_any_place_pages.py (case),
test_storyline_page.py (story), test_redraw_page.py (ask to parent)."""


def test_every_choice_of_a_link_has_a_test_here() -> None:
    tested = {name for _, name, _, _ in SHOWN_BY} | {"place", "projector"} | IN_OTHER_FILES
    assert tested == set(choices.USUAL)


@pytest.mark.parametrize(("page", "name", "value", "control"), SHOWN_BY)
def test_a_choice_in_a_link_is_shown_by_its_control_and_stays_in_the_link(
    page: str, name: str, value: str, control: object
) -> None:
    shown = opened(page, **LONDON, **{name: value})
    assert shown.control(name) == control
    assert shown.chosen() == {**LONDON, name: value}
    assert shown.notes == []
    again = opened(page, **shown.link())
    assert again.finding == shown.finding
    assert again.control(name) == control


@pytest.mark.parametrize(("page", "name", "value", "control"), SHOWN_BY)
def test_a_choice_made_by_hand_is_written_into_the_link(
    page: str, name: str, value: str, control: object
) -> None:
    shown = opened(page, **LONDON)
    shown.choose(name, control)
    assert shown.chosen() == {**LONDON, name: value}
    assert shown.run().control(name) == control


@pytest.mark.parametrize("code", PLACES.values(), ids=PLACES)
def test_a_place_in_a_link_is_opened_and_stays_in_the_link(code: str) -> None:
    shown = opened("data_and_method", place=code)
    assert shown.link() == {"place": code}


def test_a_usual_choice_is_left_out_of_the_link() -> None:
    shown = opened("mismatches", **choices.USUAL)
    assert shown.chosen() == LONDON


def test_all_choices_together_survive_a_round_trip() -> None:
    link = {
        **LONDON,
        "by": "postcodes",
        "layers": "icb,police_bcu,borough",
        "a": "icb",
        "b": "borough",
        "distance": "100",
        "least": "10",
        "at": "51.5,-0.1",
        "set": "2",
        "base": "borough",
        "keys": "",
        "ward": "E05013664",
    }
    shown = opened("mismatches", **link)
    assert shown.link() == link
    assert opened("mismatches", **shown.link()).finding == shown.finding


def test_unknown_parameters_are_ignored() -> None:
    shown = opened(**LONDON, utm_source="email", embed="false")
    assert shown.notes == []
    assert "people in Greater London have one of 28 combinations" in shown.finding


def test_other_layers_or_another_lens_forget_the_number_of_a_set() -> None:
    shown = opened("partner_sets", **LONDON, set="3")
    assert shown.choose("layers", ["icb", "police_bcu"]).control("set") is None
    shown.choose("set", "2")
    assert shown.choose("by", "postcodes").control("set") is None


def test_the_layers_that_a_reader_chose_are_the_pair_even_where_they_nest() -> None:
    shown = opened("mismatches", **LONDON, layers="borough,icb")
    assert {shown.control("a"), shown.control("b")} == {"borough", "icb"}


def test_choices_stay_when_the_page_is_turned() -> None:
    shown = opened("mismatches", **LONDON, by="postcodes", a="ward", distance="500")
    shown.turn_to("partner_sets").turn_to("place").turn_to("mismatches")
    assert (shown.control("a"), shown.control("distance")) == ("ward", 500)
    assert shown.control("by") == "postcodes"
    assert shown.chosen() == {**LONDON, "by": "postcodes", "a": "ward", "distance": "500"}


def test_another_place_is_found_by_name_and_forgets_the_spot_of_the_last() -> None:
    link = {"at": "N1 9GU", "ward": "E05013664", "set": "3", "by": "postcodes", "base": "borough"}
    shown = opened("who_works_here", **LONDON, **link).find("Oldham")
    first = shown.app.button(key="_found_0")
    assert "Oldham" in first.label
    first.click()
    shown.run()
    assert shown.chosen() == {"place": PLACES["Oldham"], "by": "postcodes"}
    assert (
        shown.finding
        == "Eight organisations on record work in Oldham: choose a postcode or a point to see "
        "which cover it."
    )
    assert shown.control("at") == ""
    boxes = [box for box in shown.app.text_input if str(box.key).startswith("_place_")]
    assert [box.value for box in boxes] == [""]


def test_the_same_place_chosen_again_keeps_its_spot() -> None:
    shown = opened("who_works_here", **LONDON, at="N1 9GU").find("Greater London")
    labels = [button.label for button in shown.app.button]
    county = next(i for i, label in enumerate(labels) if "county" in label)
    shown.app.button[county].click()
    shown.run()
    assert shown.chosen() == {**LONDON, "at": "N1 9GU"}


def test_a_new_link_in_an_open_session_replaces_every_choice() -> None:
    shown = opened("mismatches", **LONDON, a="ward", by="land")
    shown.app.query_params.clear()
    shown.app.query_params["place"] = PLACES["Moray"]
    shown.run()
    assert shown.chosen() == {"place": PLACES["Moray"]}
    assert "Moray" in shown.finding
    assert shown.control("by") == "residents"


def test_a_postcode_typed_and_a_ward_chosen_replace_each_other() -> None:
    shown = opened("who_works_here", **LONDON, ward="E05013664")
    shown.choose("at", "N1 9GU")
    assert shown.finding.startswith(
        "12 organisations and two ward-level teams on record cover N1 9GU."
    )
    shown.choose("ward", "E05013663")
    assert "Kentish Town North" in shown.finding


FROM_A_LIST = ("by", "base", "layers", "a", "b", "distance", "least", "projector")
TYPED = ("place", "at", "ward", "set")


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("name", TYPED)
def test_nothing_that_is_typed_into_a_link_breaks_its_page(name: str, value: str) -> None:
    page = "partner_sets" if name == "set" else "who_works_here"
    shown = opened(page, **{"place": PLACES["Moray"], name: value})
    if name == "place":
        assert shown.notes[0].startswith("We do not recognise the place in this link (“")
        assert "Greater London" in shown.finding
    else:
        assert "Moray" in shown.finding
        assert shown.notes or name == "set" or not value.strip()
    assert "<img src=x" not in "".join(shown.html)


@pytest.mark.parametrize("value", [*HOSTILE[:5], "-1", "\x00", " "], ids=range(8))
def test_no_value_of_a_choice_from_a_list_breaks_the_page(value: str) -> None:
    shown = opened("mismatches", place=PLACES["Moray"], **dict.fromkeys(FROM_A_LIST, value))
    (said,) = shown.notes
    assert said.startswith(
        "We ignored parts of this link that we do not recognise: what is counted (“"
    )
    assert said.endswith("”).")
    assert all(f"{choices.BY_NAME[name].words} (“" in said for name in FROM_A_LIST)
    assert shown.link()["place"] == PLACES["Moray"]
    assert "Moray" in shown.finding


@pytest.mark.parametrize("name", [*FROM_A_LIST, "keys", "tiles"])
def test_a_choice_that_is_not_known_is_named_in_a_warning_and_left_out(name: str) -> None:
    shown = opened("mismatches", place=PLACES["Moray"], **{name: "nonsense"})
    words = choices.BY_NAME[name].words
    assert shown.notes == [
        f"We ignored a part of this link that we do not recognise: {words} (“nonsense”)."
    ]
    assert shown.chosen() == {"place": PLACES["Moray"]}


def test_of_several_layers_in_a_link_the_known_ones_stay() -> None:
    shown = opened("mismatches", **LONDON, layers="icb,nonsense,police_bcu")
    assert shown.control("layers") == ["icb", "police_bcu"]
    assert shown.notes == [
        "We ignored a part of this link that we do not recognise: boundary maps to compare "
        "(“nonsense”)."
    ]
    assert shown.link()["layers"] == "icb,police_bcu"


@pytest.mark.parametrize("value", [",", ",,,"])
def test_a_link_whose_layers_are_commas_alone_says_that_it_names_none(value: str) -> None:
    shown = opened("mismatches", **LONDON, layers=value)
    assert shown.notes == [
        f"We ignored a part of this link that we do not recognise: boundary maps to compare "
        f"(“{value}”)."
    ]
    assert shown.chosen() == LONDON


def test_a_layer_that_a_link_names_twice_is_taken_once() -> None:
    shown = opened("mismatches", **LONDON, layers="icb,police_bcu,icb,")
    assert shown.control("layers") == ["icb", "police_bcu"]
    assert shown.notes == []
    assert shown.link()["layers"] == "icb,police_bcu"


@pytest.mark.parametrize(("value", "is_on"), [("0", False), ("", False), ("1", True)])
def test_a_switch_in_a_link_is_on_for_one_and_off_for_nought_or_nothing(
    value: str, is_on: bool
) -> None:
    shown = opened(**LONDON, keys=value, tiles=value)
    assert (shown.control("keys"), shown.control("tiles")) == (is_on, is_on)
    assert shown.notes == []


def test_all_that_is_wrong_with_a_link_is_said_in_one_box() -> None:
    (said,) = opened("mismatches", place="borough.nowhere", by="magic", a="x").notes
    assert said.startswith("We do not recognise the place in this link (“borough.nowhere”)")
    assert "do not recognise: what is counted (“magic”) and the areas of (“x”)." in said


def test_an_address_that_is_a_page_is_not_lost_and_any_other_is_named() -> None:
    for url in ("http://hall.local:8501", "http://hall.local:8501/", "https://a.org/mismatches"):
        assert router.find_lost(url) == ""
    assert router.find_lost("http://hall.local:8501/no%20such?place=x") == "no such"
    assert router.find_lost("") == ""


@pytest.mark.parametrize("page", ["who_works_here", "place"])
def test_a_blank_postcode_in_a_link_is_no_postcode(page: str) -> None:
    assert opened(page, **LONDON, at="  ").notes == []


def test_the_picker_knows_councils_of_the_past_and_says_what_became_of_them() -> None:
    shown = opened().find("Allerdale")
    assert "Allerdale has been part of Cumberland since April 2023" in shown.captions
    labels = [button.label for button in shown.app.button]
    assert "Cumberland (council area)" in labels
    assert not any(label.startswith("Calderdale") for label in labels)


def test_a_link_to_a_council_of_the_past_shows_who_took_over_and_says_so() -> None:
    with unmapped():
        shown = opened(place="borough.E07000026")
    assert "Cumberland" in shown.finding
    assert shown.link()["place"] == "borough.E06000063"
    assert "Allerdale has been part of Cumberland" in shown.notes[0]


def test_a_layer_at_the_edition_that_it_has_anyway_stands_in_the_list_once() -> None:
    newest = layers.editions("ward")[0]
    chosen = f"ward,ward@{newest},postal_district"
    shown = opened("mismatches", place="borough.E09000007", layers=chosen)
    assert shown.link()["layers"] == "ward,postal_district"


@pytest.mark.parametrize("page", ["place", "gaps"])
def test_what_is_no_spot_is_said_once_on_a_projector(page: str) -> None:
    shown = opened(page, place="borough.E09000007", ward="E99999999", projector="1")
    (said,) = shown.notes
    assert "E99999999" in said


@pytest.mark.parametrize("tied", ["chooser", "asker", "map_widget"])
def test_what_is_chosen_is_kept_where_the_next_request_interrupts(
    tied: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = {**choices.USUAL, **LONDON}
    kept = {"_choice": chosen, "_made": {}, "_marks": {}, "_ticks": {}}
    click = {"last_clicked": {"lat": 51.5, "lng": -0.1}}
    session = Interrupted({**kept, "_widget_at": "N1 9GU", "_map_at": click})
    monkeypatch.setattr(state.st, "session_state", session)
    ties = {
        "chooser": lambda: state.chooser("at"),
        "asker": lambda: state.asker("at", lambda text: visit.put_ticks("a", [text])),
        "map_widget": lambda: state.map_widget("at", lambda *spot: state.choose(at=f"{spot}")),
    }
    ties[tied]()["on_change"]()
    held = {"chooser": "N1 9GU", "asker": "", "map_widget": "(51.5, -0.1)"}[tied]
    assert chosen["at"] == held
    assert kept["_ticks"] == ({"a": ["N1 9GU"]} if tied == "asker" else {})


class Interrupted:
    """A session that is left at any look but one, as once a later request has come."""

    def __init__(self, held: dict[str, object]) -> None:
        self.to_dict = lambda: held

    def __getattr__(self, name: str) -> object:
        raise StopException

    __getitem__ = __setitem__ = __getattr__
