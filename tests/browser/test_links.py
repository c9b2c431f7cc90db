"""A pasted link gives the same view: sentence, controls, map."""

import re

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect
from reader import CAMDEN, LONDON, MORAY, OLDHAM, Reader, await_true

pytestmark = pytest.mark.browser

UNION = "union.borough.E09000007+borough.E09000019"


@pytest.fixture
def reader(page, serve) -> Reader:
    return Reader(page, serve("app.py"))


def seen(reader: Reader) -> dict[str, object]:
    """Return all that makes a view: sentence, controls, chosen outline, tables' captions."""
    frame = reader.map()
    page = reader.page
    expect(frame.locator("path.cg-area, canvas").first).to_be_attached()
    return {
        "sentence": reader.sentence,
        "controls": page.locator("[class*=st-key-_widget_]").evaluate_all(CONTROLS),
        "captions": page.locator("caption").all_inner_texts(),
        "outlined": frame.locator("path.cg-chosen").evaluate_all(OUTLINES),
        "spots": frame.locator(".cg-spot span").all_inner_texts(),
        "link": reader.link(),
    }


OUTLINES = "all => all.map((path) => path.getAttribute('d'))"
CONTROLS = """all => all.map((one) => [
  one.className.match(/_widget_[a-z]+/)[0], one.innerText,
  ...[...one.querySelectorAll("input")].map((input) => `${input.value} ${input.checked}`)])"""
VIEWS = [
    ("", {"place": CAMDEN, "at": "51.5501,-0.14021", "base": "borough"}),
    ("who_works_here", {"place": UNION, "ward": "E05013664", "by": "postcodes"}),
    ("mismatches", {"place": OLDHAM, "a": "ward", "b": "lsoa", "distance": "100", "least": "5"}),
]


@pytest.mark.parametrize(("name", "choices"), VIEWS, ids=[f"{n}-{len(c)}" for n, c in VIEWS])
def test_a_link_pasted_into_a_new_browser_gives_the_same_view(
    reader: Reader, other_page: Page, name: str, choices: dict[str, str]
) -> None:
    first = seen(reader.open(name, **choices))
    assert reader.chosen() == choices
    second = seen(Reader(other_page, reader.address).paste(reader.page.url))
    assert second == first


def test_the_address_after_clicks_and_choices_gives_the_same_view(
    reader: Reader, other_page: Page
) -> None:
    reader.open("partner_sets", place=LONDON, layers="icb,police_bcu", by="land")
    page = reader.page
    reader.map()
    reader.control("set").locator("input").press_sequentially("Set 5 (", delay=30)
    page.get_by_role("option", name=re.compile(r"^Set 5 \(")).click()
    page.wait_for_url("**set=5**", timeout=20_000)
    first = seen(reader)
    assert len(first["outlined"]) == 1
    second = seen(Reader(other_page, reader.address).paste(page.url))
    assert second == first


def test_a_link_with_a_plus_that_a_mail_program_left_bare_still_opens_the_union(
    reader: Reader,
) -> None:
    reader.paste(f"{reader.address}/?place={UNION}")
    assert "Camden and Islington" in reader.sentence


def test_a_link_pasted_over_another_in_the_same_tab_replaces_it(reader: Reader) -> None:
    reader.open("mismatches", place=OLDHAM, a="ward", by="land")
    reader.open("mismatches", place=MORAY)
    assert "Moray" in reader.sentence
    assert reader.chosen() == {"place": MORAY}
    steps = reader.page.evaluate("""() => {
        const before = history.length;
        history.pushState({}, "", "/gaps");
        history.pushState({}, "", "/gaps?place=borough.E09000007");
        return history.length - before;
    }""")
    assert steps == 1, "a page's bare address is no step in the history"
    assert reader.page.url.endswith("/gaps?place=borough.E09000007")


def test_a_bad_link_warns_once_and_calmly_in_a_sentence_and_the_page_works(
    reader: Reader,
) -> None:
    reader.open("partner_sets", place="borough.nowhere", by="magic")
    note = reader.page.locator(".cg-note")
    expect(note).to_have_count(1)
    text = note.inner_text()
    assert "We do not recognise the place in this link (“borough.nowhere”)" in text
    assert "“magic”" in text
    assert "Expected" not in text
    assert "Greater London" in reader.sentence
    reader.map()


def test_an_address_that_is_no_page_leads_home(reader: Reader) -> None:
    reader.open(place=MORAY)  # streamlit itself greets the very first visitor of a server
    reader.page.goto(f"{reader.address}/no%20{{{{7*7}}}}?place={OLDHAM}&by=land")
    reader.says("Oldham")
    note = reader.page.locator(".cg-note")
    expect(note).to_have_count(1)
    assert note.inner_text().startswith("We cannot find the page “no {{7*7}}”, so this is the home")
    assert reader.page.get_by_role("dialog").count() == 0
    assert (reader.name, reader.chosen()) == ("", {"place": OLDHAM, "by": "land"})
    reader.page.get_by_role("link", name="Mismatches").first.click()
    expect(reader.page.locator(".cg-note")).to_have_count(0)


def test_what_a_page_made_is_written_into_the_address_without_a_step_in_the_history(
    reader: Reader,
) -> None:
    page = reader.page
    page.goto(f"{reader.address}/gaps?place={CAMDEN}", wait_until="commit")
    steps = page.evaluate("history.length")
    reader.says("Camden")
    reader.map()
    assert reader.link()["shown"]
    assert page.evaluate("history.length") == steps


def test_a_page_that_is_turned_is_one_step_and_back_shows_what_was_shown(reader: Reader) -> None:
    reader.open("mismatches", place=LONDON)
    reader.map()
    before, steps = reader.link(), reader.page.evaluate("history.length")
    for turned, (title, words) in enumerate(
        (
            ("Partner sets", "28 different partner sets"),
            ("Gaps", "themes have somebody on record"),
        ),
        1,
    ):
        reader.page.get_by_role("link", name=title).first.click()
        reader.says(words)
        assert reader.link()["shown"] in ("layers", "theme")
        await_true(reader.page, f"() => history.length === {steps + turned}")
    reader.page.go_back()
    reader.says("28 different partner sets")
    reader.page.go_back()
    reader.says("cross an integrated care board boundary")
    assert reader.link() == before


@pytest.mark.parametrize("what", ["key", "box"])
def test_what_is_used_before_the_address_of_a_click_is_there_does_not_undo_the_click(
    reader: Reader, what: str
) -> None:
    line = SlowLine()
    reader.page.route_web_socket("**/_stcore/stream", line.join)
    reader.open("who_works_here", place=CAMDEN)
    spot = reader.point_in(reader.area("Bloomsbury"))
    line.is_held = True
    reader.page.mouse.click(*spot)
    reader.page.wait_for_timeout(1_000)
    if what == "key":
        reader.press("]")
    else:
        reader.page.locator(".st-key-cg-place button").first.click()
    reader.page.wait_for_timeout(1_000)
    line.release()
    await_true(reader.page, "location.search.includes('at=51.')")
    reader.says("the point near")
    assert reader.link()["at"].startswith("51.")


class SlowLine:
    """What a server says, held back on its way to the browser while ``is_held``."""

    def __init__(self) -> None:
        self.is_held = False
        self.said: list[str | bytes] = []

    def join(self, browser: WebSocketRoute) -> None:
        """Stand between a browser and its server."""
        self.browser = browser
        browser.connect_to_server().on_message(self.hear)

    def hear(self, said: str | bytes) -> None:
        """Pass on what the server says, or keep it."""
        if self.is_held:
            self.said.append(said)
        else:
            self.browser.send(said)

    def release(self) -> None:
        """Pass on what was held back, and hold back no more."""
        self.is_held = False
        for said in self.said:
            self.browser.send(said)
