"""What a page shows is what its link and its request hold, and links of before still open."""

from urllib.parse import parse_qsl

import pytest
from shown import PLACES, Shown, opened

from mapping.gaps import Question, provision
from pages.shared import cache, choices

CAMDEN, LONDON, MORAY = PLACES["Camden"], PLACES["Greater London"], PLACES["Moray"]
LINKS_OF_BEFORE = {
    "place?place=borough.E09000007&at=51.5501,-0.14021&base=borough": "same integrated care board",
    "place?place=union.borough.E09000007+borough.E09000019": "one of two",
    "who_works_here?place=borough.E09000007&ward=E05013664&by=postcodes": "middle of Kentish Town",
    "mismatches?place=borough.E09000007&a=&b=&layers=": "none of their boundaries runs through",
    "mismatches?place=borough.S12000020&a=health_board": "health board",
    "mismatches?place=borough.S12000020&b=ward&distance=500": "districts in Moray cross a ward",
    "mismatches?place=borough.E09000007&a=borough&b=borough": "All of Camden is in one council",
    "mismatches?a=health_board&b=ward": "partnerships in Greater London cross",
    "partner_sets?layers=icb,borough&set=2&by=land": "33 different partner sets",
    "gaps?place=borough.E09000007&theme=community+support&scale=borough": "support council-wide",
    "gaps?place=borough.E09000007&theme=Housing": "organisation on record that works on housing.",
    "gaps?place=borough.E09000007&theme=any&need=": "Everyone in Camden has at least one",
    "gaps?place=borough.E08000004&scale=borough&theme=": "that works council-wide",
    "gaps?place=borough.S12000020&theme=zebras&scale=national": "themes have somebody on record",
    "upload?place=borough.E08000004&workspace=": "Upload a list of who works where",
}
"""Links as they were before they held what a page made, with values and without → what was said."""
BY_PAGE = [
    ("place", {"place": CAMDEN}, {"base"}),
    ("who_works_here", {"place": MORAY}, {"base"}),
    ("mismatches", {"place": LONDON}, {"layers", "a", "b"}),
    ("mismatches", {"place": CAMDEN}, {"layers", "a", "b"}),
    ("mismatches", {"place": MORAY, "a": "health_board"}, {"layers", "b"}),
    ("mismatches", {"place": LONDON, "a": "icb", "b": "icb"}, {"layers", "b"}),
    ("partner_sets", {"place": LONDON}, {"layers"}),
    ("gaps", {"place": CAMDEN}, {"theme"}),
    ("gaps", {"place": MORAY, "theme": "bins", "scale": "borough"}, {"theme"}),
    ("gaps", {"place": CAMDEN, "theme": "any"}, set()),
    ("data_and_method", {"place": CAMDEN}, set()),
]
"""A page, the choices of a link → the choices that the page makes besides."""


def seen(shown: Shown) -> dict[str, object]:
    """Return what a reader sees of a view, and its link."""
    return {
        "sentence": shown.finding,
        "explanation": shown.explanation,
        "numbers": shown.numbers,
        "tables": list(shown.tables()),
        "controls": {w.key: w.value for w in shown._controls() if w.key[:8] == "_widget_"},
        "link": shown.link(),
    }


@pytest.mark.parametrize("address", LINKS_OF_BEFORE)
def test_a_link_of_before_opens_as_it_did(address: str) -> None:
    page, _, query = address.partition("?")
    asked = dict(parse_qsl(query, keep_blank_values=True))
    shown = opened(page, **asked)
    assert LINKS_OF_BEFORE[address] in shown.finding
    assert set(shown.chosen()) - {"place"} <= set(asked)


@pytest.mark.parametrize(("page", "link", "made"), BY_PAGE)
def test_a_link_holds_what_the_page_shows_where_its_reader_chose_nothing(
    page: str, link: dict[str, str], made: set[str]
) -> None:
    shown = opened(page, **link)
    assert set(shown.made()) == made
    again = opened(page, **shown.link())
    assert seen(again) == seen(shown)


def test_a_link_shows_the_same_where_the_page_would_now_show_something_else(monkeypatch) -> None:
    gaps, pair = opened("gaps", place=CAMDEN), opened("mismatches", place=CAMDEN)
    sets = opened("partner_sets", place=CAMDEN)
    shown = Question("housing", "borough")
    monkeypatch.setattr(provision, "first_question", lambda *given: shown)
    monkeypatch.setattr(cache, "partner_keys", lambda place: ("borough", "icb"))
    assert "works on housing council-wide" in opened("gaps", place=CAMDEN).explanation
    assert opened("mismatches", place=CAMDEN).control("layers") == ["borough", "icb"]
    for page, before in (("gaps", gaps), ("mismatches", pair), ("partner_sets", sets)):
        assert seen(opened(page, **before.link())) == seen(before)


def test_what_the_page_made_is_made_again_for_another_place_and_the_readers_own_stays() -> None:
    before = opened("mismatches", place=LONDON, a="ward")
    shown = opened("mismatches", **before.link()).find("Oldham")
    shown.app.button(key="_found_0").click()
    shown.run()
    assert shown.chosen() == {"place": PLACES["Oldham"], "a": "ward"}
    assert seen(shown) == seen(opened("mismatches", place=PLACES["Oldham"], a="ward"))
    assert shown.notes == []


@pytest.mark.parametrize(
    ("name", "value"), [("layers", ["borough", "ward"]), ("by", "land"), ("a", "ward")]
)
def test_a_pair_that_the_page_made_follows_what_it_is_made_from(name: str, value: object) -> None:
    before = opened("mismatches", place=LONDON)
    by_hand = opened("mismatches", place=LONDON).choose(name, value)
    again = opened("mismatches", **before.link()).choose(name, value)
    assert seen(again) == seen(by_hand)


def test_what_a_link_holds_of_one_page_is_made_anew_on_another() -> None:
    link = opened("partner_sets", place=LONDON).link()
    held = {**link, "layers": "icb,police_bcu"}
    shown = opened("partner_sets", **held)
    assert shown.control("layers") == ["icb", "police_bcu"]
    assert shown.turn_to("mismatches").control("layers") == link["layers"].split(",")
    assert "layers" not in shown.chosen()


def test_why_a_pair_is_shown_is_said_of_a_link_too_unless_its_reader_chose_the_pair() -> None:
    before = opened("mismatches", place=CAMDEN)
    assert "all five of its partners on record cover the whole" in before.finding
    assert before.explanation.startswith("For comparison, wards and postcode districts: 15 of 20")
    again = opened("mismatches", **before.link())
    assert (again.finding, again.explanation) == (before.finding, before.explanation)
    chosen = {name: text for name, text in before.link().items() if name != choices.SHOWN}
    own = opened("mismatches", **chosen)
    assert own.finding.startswith("15 of 20 wards in Camden cross a postcode district boundary")
    assert "For comparison" not in own.explanation


def test_a_run_that_changes_nothing_leaves_the_link_as_it_is() -> None:
    shown = opened("mismatches", place=LONDON)
    link = shown.link()
    assert shown.run().run().link() == link


@pytest.mark.parametrize("text", ["", "a.b", "place.by..", "<b>"])
def test_nonsense_in_the_list_of_what_a_page_made_does_no_harm(text: str) -> None:
    shown = opened("mismatches", place=LONDON, a="ward", by="land", shown=text)
    assert shown.notes == []
    assert shown.control("a") == "ward"
    assert shown.control("by") == "land"


def test_a_layer_that_a_page_made_and_that_is_gone_is_told_and_made_anew() -> None:
    shown = opened("mismatches", place=LONDON, a="gone", b="ward", shown="a.b")
    assert "the areas of (“gone”)" in shown.notes[0]
    assert shown.control("b") == "ward"
    assert shown.made()["a"] == shown.control("a")


def test_a_pair_of_one_map_that_the_place_does_not_have_gives_way_to_one_that_it_has() -> None:
    shown = opened("mismatches", place=PLACES["Oldham"], a="police_bcu", b="police_bcu")
    assert "There are no police commands" in shown.notes[0]
    assert seen(opened("mismatches", **shown.link())) == seen(shown)
    assert set(shown.made()) == {"layers", "a", "b"}


def test_what_is_shown_for_comparison_goes_on_within_its_sentence() -> None:
    shown = opened("mismatches", place="borough.E09000001")
    assert "For comparison, wards and postcode districts: all 12 wards in" in shown.explanation
