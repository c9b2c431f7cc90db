"""The storyline on the pages: views added, put in order, followed, and what of them is no more."""

import json

import pytest
from shown import PAGES, PLACES, Shown, opened
from streamlit.util import calc_hash

from mapping.takeaway import request
from mapping.workspaces.kinds import storyline
from mapping.workspaces.kinds.storyline import Step
from pages.shared import registers, router
from pages.shared import storyline as box

pytestmark = pytest.mark.usefixtures("own_database")

CAMDEN, LONDON, OLDHAM = PLACES["Camden"], PLACES["Greater London"], PLACES["Oldham"]
HOSTILE = "<img src=x onerror=\"window.hacked='img'\"> {{7*7}} **b** :red[x] $x$"


@pytest.fixture
def workspace() -> str:
    return registers.store().create("A", CAMDEN)


def keep(workspace: str, *views: tuple[str, dict[str, str], str]) -> None:
    found = [Step(f"s{n}", n, page, link, note) for n, (page, link, note) in enumerate(views, 1)]
    registers.store().put(workspace, storyline.KIND, storyline.write_rows(found))


def keep_three(workspace: str) -> None:
    keep(
        workspace,
        ("place", {"place": CAMDEN}, "One"),
        ("mismatches", {"place": LONDON, "a": "ward", "distance": "500"}, "Two"),
        ("gaps", {"place": OLDHAM, "theme": "health", "shown": "theme"}, "Three"),
    )


def read(workspace: str) -> tuple[Step, ...]:
    return registers.store().open_kind(workspace, storyline.KIND).value


def follow(workspace: str, number: int = 1, **changes: str) -> Shown:
    step = read(workspace)[number - 1]
    link = {**step.link, "workspace": workspace, "story": step.id, **changes}
    return opened(step.page, **link)


def open_box(shown: Shown) -> Shown:
    shown.app.session_state["cg-storyline"] = True
    return shown.run()


def press(shown: Shown, label: str) -> Shown:
    (button,) = [one for one in shown.app.button if one.label == label]
    assert not button.disabled
    button.click()
    shown.run()
    page = page_of(shown)  # a page that a run has turned to is where the next run begins
    shown.app._page_hash = "" if page == router.PAGES[0].name else calc_hash(page)
    return shown


def buttons(shown: Shown) -> dict[str, bool]:
    """Return the labels of all buttons, and whether each can be pressed."""
    return {one.label: not one.disabled for one in shown.app.button}


def said(shown: Shown) -> str:
    """Return what stands above the page on the step that is followed; "" without one."""
    found = [piece for piece in shown.html if "cg-step" in piece and "<style>" not in piece]
    assert len(found) <= 1
    return found[0] if found else ""


def page_of(shown: Shown) -> str:
    sent = [json.loads(one.proto.json) for one in shown.app.get("bidi_component")]
    return next(one["page"] for one in sent if "link" in one)


def test_without_a_workspace_the_view_box_says_how_to_come_by_a_storyline() -> None:
    shown = opened(place=CAMDEN)
    assert "Storyline" not in [one.proto.popover.label for one in shown.app.get("popover")]
    assert box.OFFERED in shown.captions
    press(shown, "Start a workspace with a storyline")
    assert "“Partners in Camden” is open." in shown.notes[0]
    workspace = shown.chosen()["workspace"]
    assert box.OFFERED not in shown.captions
    open_box(shown)
    assert buttons(shown)["Add this view to the storyline as step 1"]
    assert read(workspace) == ()


@pytest.mark.parametrize("page", PAGES)
def test_the_view_of_any_page_is_added_with_its_choices_and_a_note(workspace, page) -> None:
    shown = open_box(opened(page, place=CAMDEN, by="postcodes", tiles="1", workspace=workspace))
    before = shown.link()
    (note,) = [one for one in shown.app.text_input if one.label.startswith("Note for this view")]
    note.set_value(f"  {HOSTILE} ")
    press(shown, "Add this view to the storyline as step 1")
    (step,) = read(workspace)
    assert (step.page, step.note, step.position) == (page, HOSTILE, 1)
    assert step.link == {name: text for name, text in before.items() if name != "workspace"}
    assert shown.link() == before
    again = follow(workspace)
    assert "<b>Step 1 of 1</b>: &lt;img src=x" in said(again)
    assert "<img src=x" not in "".join(again.html)
    assert again.link() == {**before, "story": step.id}
    assert again.notes == []


def test_steps_are_moved_said_in_other_words_and_removed(workspace) -> None:
    keep_three(workspace)
    shown = open_box(opened(place=CAMDEN, workspace=workspace))
    can = buttons(shown)
    assert [can[f"Move step {n} up"] for n in (1, 2, 3)] == [False, True, True]
    assert [can[f"Move step {n} down"] for n in (1, 2, 3)] == [True, True, False]
    press(shown, "Move step 3 up")
    assert [step.note for step in read(workspace)] == ["One", "Three", "Two"]
    press(shown, "Move step 1 down")
    assert [step.note for step in read(workspace)] == ["Three", "One", "Two"]
    (note,) = [one for one in shown.app.text_input if one.label == "Note of step 2"]
    note.set_value("Said\nanew")
    shown.run()
    assert [step.note for step in read(workspace)] == ["Three", "Said anew", "Two"]
    press(shown, "Remove step 1")
    assert [step.note for step in read(workspace)] == ["Said anew", "Two"]
    assert {"1. Place, Camden", "2. Mismatches, Greater London"} <= buttons(shown).keys()
    assert shown.notes == []


def test_what_another_has_removed_is_not_moved_and_not_brought_back(workspace) -> None:
    keep_three(workspace)
    shown = open_box(opened(place=CAMDEN, workspace=workspace))
    registers.store().remove(workspace, storyline.KIND, "s3")
    press(shown, "Move step 3 up")
    assert [step.id for step in read(workspace)] == ["s1", "s2"]
    assert shown.notes == ["Someone else has removed that step. Look at what is there now."]


def test_so_many_steps_are_kept_and_the_box_says_so(workspace) -> None:
    keep(workspace, *[("place", {"place": CAMDEN}, "")] * storyline.MAX_STEPS)
    shown = open_box(opened(place=CAMDEN, workspace=workspace))
    assert "A storyline has up to 50 steps. Remove one to add another." in shown.captions
    assert not any(label.startswith("Add this view") for label in buttons(shown))


def test_a_storyline_is_presented_from_its_first_step(workspace) -> None:
    keep_three(workspace)
    shown = open_box(opened("upload", workspace=workspace))
    press(shown, "Present from the first step")
    assert page_of(shown) == "place"
    assert shown.chosen() == {
        "place": CAMDEN,
        "workspace": workspace,
        "projector": "1",
        "story": "s1",
    }
    assert "<b>1 of 3</b>: One" in said(shown)


def test_buttons_lead_through_the_steps_with_all_their_choices(workspace) -> None:
    keep_three(workspace)
    shown = follow(workspace, keys="")
    assert not buttons(shown)["Previous step"]
    press(shown, "Next step")
    assert page_of(shown) == "mismatches"
    own = {"workspace": workspace, "keys": ""}
    assert shown.chosen() == {"place": LONDON, "a": "ward", "distance": "500", "story": "s2", **own}
    assert "<b>Step 2 of 3</b>: Two" in said(shown)
    press(shown, "Next step")
    assert (page_of(shown), shown.chosen()["story"]) == ("gaps", "s3")
    assert shown.made()["theme"] == "health"
    assert not buttons(shown)["Next step"]
    press(shown, "Previous step")
    press(shown, "Leave the storyline")
    assert said(shown) == ""
    assert shown.chosen() == {"place": LONDON, "a": "ward", "distance": "500", **own}


def test_what_is_changed_leaves_the_step_and_the_way_back_is_offered(workspace) -> None:
    keep_three(workspace)
    shown = follow(workspace, 2).choose("distance", 100)
    assert "Two" not in said(shown)
    assert "<b>Step 2 of 3</b>: the view has changed" in said(shown)
    assert "Back to step 2" in buttons(shown)
    press(shown, "Next step")
    assert shown.chosen()["story"] == "s3"
    press(shown, "Previous step").choose("distance", 100).turn_to("place")
    assert "the view has changed" in said(shown)
    press(shown, "Back to step 2")
    assert page_of(shown) == "mismatches"
    assert "<b>Step 2 of 3</b>: Two" in said(shown)
    assert shown.control("distance") == 500
    shown.choose("distance", 100).choose("distance", 500)
    assert "Two" in said(shown), "the same choices are the step again"


def test_a_step_whose_place_is_gone_opens_as_a_link_to_it_would(workspace) -> None:
    keep(
        workspace,
        ("place", {"place": "borough.E07000026"}, "Was Allerdale"),
        ("place", {"place": "own_actor.gone"}, "Ours"),
        ("mismatches", {"place": "borough.nowhere", "a": HOSTILE, "zzz": "1"}, "Nowhere"),
        ("place", {"place": CAMDEN}, "Camden"),
    )
    shown = open_box(opened(place=CAMDEN, workspace=workspace))
    gone = "Part of this view is no longer available. It opens without it and says what."
    assert shown.captions.count(gone) == 3
    press(shown, "1. Place")
    assert "Allerdale has been part of Cumberland" in shown.notes[0]
    assert "Was Allerdale" in said(shown)
    press(shown, "Next step")
    assert "We no longer have the organisation in this link" in shown.notes[0]
    assert "Ours" in said(shown)
    press(shown, "Next step")
    assert "We do not recognise the place in this link (“borough.nowhere”)" in shown.notes[0]
    assert "Nowhere" in said(shown)
    assert "zzz" not in shown.link()


def test_what_is_gone_is_told_once_whatever_page_the_step_is_opened_from(workspace) -> None:
    keep(workspace, ("mismatches", {"place": "borough.nowhere"}, "Nowhere"))
    for page in ("gaps", "mismatches"):
        shown = open_box(opened(page, place=CAMDEN, workspace=workspace))
        (note,) = press(shown, "1. Mismatches").notes
        assert note.count("We do not recognise the place in this link") == 1
        assert "Nowhere" in said(shown)


def test_a_step_whose_page_is_gone_says_so_and_is_passed_over(workspace) -> None:
    one = {"place": CAMDEN}
    keep(workspace, ("place", one, "A"), ("workshop", one, "B"), ("gaps", one, "C"))
    shown = open_box(follow(workspace))
    assert "This app has no such page, so this step is passed over." in shown.captions
    assert buttons(shown)["2. workshop, Camden"] is False
    press(shown, "Next step")
    assert (page_of(shown), "Step 3 of 3" in said(shown)) == ("gaps", True)
    press(shown, "Previous step")
    assert page_of(shown) == "place"
    shown = opened("gaps", place=CAMDEN, workspace=workspace, story="s2")
    assert "the view has changed" in said(shown)
    assert "Back to step 2" not in buttons(shown)
    assert page_of(press(shown, "Next step")) == "gaps"


@pytest.mark.parametrize("asked", ["gone", HOSTILE, "\x00", "x" * 3_000, "1"])
def test_a_link_to_a_step_that_is_gone_says_so_and_shows_its_view(workspace, asked) -> None:
    keep_three(workspace)
    shown = opened("gaps", place=OLDHAM, workspace=workspace, story=asked)
    assert shown.notes == [
        "The step of the storyline in this link is no longer there. Its view is shown below; the "
        "storyline's other steps are under Storyline."
    ]
    assert (said(shown), "story" in shown.link()) == ("", False)


def test_a_link_to_a_step_without_its_workspace_says_what_to_open() -> None:
    shown = opened("gaps", place=OLDHAM, story="s1")
    (note,) = shown.notes
    assert note.startswith("This link is to a step of a storyline. Open the workspace")
    assert "story" not in shown.link()


def test_whoever_removes_the_step_that_is_shown_or_closes_the_workspace_follows_none(
    workspace,
) -> None:
    keep_three(workspace)
    shown = press(open_box(follow(workspace)), "Remove step 1")
    assert (shown.notes, said(shown)) == ([], "")
    shown = press(follow(workspace), "Close workspace")
    assert (shown.notes, said(shown), "story" in shown.link()) == ([], "", False)


def test_every_page_but_those_of_a_later_build_can_be_a_step() -> None:
    assert all(storyline.PAGE.fullmatch(page) for page in router.BY_NAME)


@pytest.mark.parametrize("is_open", [True, False])
def test_a_downloaded_view_of_a_step_opens_the_step_again_where_its_workspace_is_open(
    workspace, is_open
) -> None:
    keep_three(workspace)
    shown = open_take_away(follow(workspace, 2))
    (saved,) = shown.app.session_state["_shown"].made.values()
    asked = request.read(saved, pages=list(router.BY_NAME))
    assert asked.choices["story"] == "s2"
    assert workspace not in saved.decode("latin-1")
    again = opened(**({"workspace": workspace} if is_open else {}))
    again.app.session_state["cg-place"] = True
    again.run()
    (put,) = [b for b in again.app.file_uploader if b.label.startswith("Or reopen a saved view")]
    put.set_value(("view.zip", saved, "application/zip"))
    again.run()
    assert page_of(again) == "mismatches"
    if is_open:
        assert "<b>Step 2 of 3</b>: Two" in said(again)
    else:
        assert "It used the workspace “A”. Open that on the Upload page" in again.notes[0]
        assert "story" not in again.link()


def open_take_away(shown: Shown) -> Shown:
    shown.app.session_state["cg-take-mismatches"] = True
    return shown.run()
