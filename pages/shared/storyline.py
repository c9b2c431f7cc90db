"""The storyline: views are added to it with a note, put in order, and gone through."""

from collections.abc import Callable
from html import escape
from typing import Any

import streamlit as st

from mapping import places
from mapping.errors import MappingError
from mapping.workspaces import kinds, make_id
from mapping.workspaces.kinds import Step
from pages.shared import door, layout, registers, router, starting, state, steps, visit
from pages.shared.choices import Choice
from pages.shared.layout import escape_markdown

WHAT = (
    "Views in an order, with a note each, to go through in a meeting. They are saved in the open "
    "workspace: whoever opens it can use them, and whoever may change it can change them."
)
OFFERED = (
    "A storyline is a list of views, with a note each, to go through in a meeting. It is saved in "
    "a workspace: start one here, or open yours on the Upload page."
)
SEEN_LETTERS = 60
"""About so many letters of a note have room on a projector."""


def box(choice: Choice) -> None:
    """Draw the button in the bar, where a workspace is open; behind it the storyline."""
    if choice.kept == registers.NO_WORKSPACE:
        return
    with st.popover(
        "Storyline", icon=":material/slideshow:", type="tertiary", **state.popover("cg-storyline")
    ) as opened:
        if opened.open:  # its many boxes travel only when they are asked for
            st.caption(WHAT)
            is_changed = registers.may_change(choice.kept)
            if is_changed:
                _offer_view(choice)
            else:
                st.caption(door.READS)
            _list(choice, is_changed=is_changed)


def offer(choice: Choice) -> None:
    """Say without a workspace what a storyline is, and how to come by one."""
    if choice.kept != registers.NO_WORKSPACE:
        return
    st.caption(OFFERED)
    st.button(
        "Start a workspace with a storyline",
        key="_story_start",
        icon=":material/slideshow:",
        on_click=_start,
        args=(choice, make_id()),
    )


def follow(choice: Choice) -> None:
    """Show the note of the step that is followed, and lead on; on a projector keys do that."""
    if choice.kept != registers.NO_WORKSPACE:
        layout.style("storyline.css")
    followed = steps.find_followed(choice)
    if followed is None:
        return
    number, step = followed
    shown = visit.get_shown()
    shown.at_step = steps.is_shown(choice, shown.page)
    many = len(steps.list_steps(choice))
    if choice.projector:
        note = step.note if shown.at_step else "changed here"
        _say(f"{number} of {many}", note)
        if not shown.at_step:
            _turn_button(f"Back to step {number}", "back", "undo", step)
        return
    with st.container(horizontal=True, key="cg-story", vertical_alignment="center"):
        _say(f"Step {number} of {many}", step.note if shown.at_step else "the view has changed")
        if not shown.at_step and steps.has_page(step):
            _turn_button(f"Back to step {number}", "back", "undo", step)
        back = steps.find_turn(choice, shown.page, -1) if shown.at_step else None
        _turn_button("Previous step", "previous", "arrow_back", back)
        _turn_button("Next step", "next", "arrow_forward", steps.find_turn(choice, shown.page, 1))
        st.button(
            "Leave the storyline",
            key="_story_leave",
            icon=":material/close:",
            type="tertiary",
            on_click=lambda: state.choose(story=""),
        )


def _say(which: str, note: str) -> None:
    said = f"<b>{escape(which)}</b>{': ' if note else ''}{escape(note)}"
    st.html(f'<p class="cg-step" title="{escape(note)}">{said}</p>')


def _turn_button(label: str, key: str, icon: str, step: Step | None) -> None:
    """Draw a button that leads to a step; without one it cannot be pressed."""
    pressed = st.button(
        label,
        key=f"_story_{key}",
        icon=f":material/{icon}:",
        type="tertiary",
        disabled=step is None,
    )
    if pressed and step is not None:
        steps.go(step)


def _offer_view(choice: Choice) -> None:
    """Let the reader add the view of the page, with a note."""
    number = len(steps.list_steps(choice)) + 1
    if number > kinds.storyline.MAX_STEPS:
        st.caption(
            f"A storyline has up to {kinds.storyline.MAX_STEPS} steps. Remove one to add another."
        )
        return
    note = state.number_key("story-note")
    with st.form(state.number_key("story-form"), border=False):
        st.text_input(
            "Note for this view (optional)",
            key=note,
            max_chars=kinds.storyline.MAX_NOTE_LETTERS,
            placeholder="What should the room see here?",
            help=f"In presentation mode it stands on one line of about {SEEN_LETTERS} letters.",
        )
        st.form_submit_button(
            f"Add this view to the storyline as step {number}",
            icon=":material/add:",
            type="primary",
            on_click=_add,
            args=(choice.kept.workspace, visit.get_shown().page, note, make_id()),
        )


def _list(choice: Choice, *, is_changed: bool) -> None:
    """List the steps: each is opened; where it may be changed, moved, reworded and removed."""
    found = steps.list_steps(choice)
    first = next(filter(steps.has_page, found), None)
    if first is None:
        return
    st.button(
        "Present from the first step",
        key="_story_present",
        icon=":material/slideshow:",
        on_click=_open,
        args=(first, choice),
        kwargs={"projector": "1"},
    )
    with st.container(key="cg-steps", gap="small"):
        for number, step in enumerate(found, start=1):
            with st.container(gap=None):
                _row(choice, number, step, len(found), is_changed=is_changed)


def _row(choice: Choice, number: int, step: Step, many: int, *, is_changed: bool) -> None:
    workspace, is_here = choice.kept.workspace, step.id == choice.story
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        label = f"{'Now: ' if is_here else ''}{number}. {_name(step)}"
        st.button(
            escape_markdown(label),
            key=f"_story_open_{step.id}",
            icon=":material/play_arrow:",
            type="tertiary",
            help=f"Open step {number}",
            width="stretch",
            disabled=not steps.has_page(step),
            on_click=_open,
            args=(step, choice),
        )
        if is_changed:
            move = (_move, workspace, step.id)
            _icon(f"Move step {number} up", "arrow_upward", step, *move, -1, is_on=number > 1)
            _icon(f"Move step {number} down", "arrow_downward", step, *move, 1, is_on=number < many)
            _icon(f"Remove step {number}", "delete", step, _remove, choice, step.id)
    if told := _say_lost(choice, step):
        st.caption(told)
    if not is_changed:
        if step.note:
            st.caption(escape_markdown(step.note))
        return
    key = f"story_note_{step.id}"
    state.preset(key, step.note)
    st.text_input(
        f"Note of step {number}",
        max_chars=kinds.storyline.MAX_NOTE_LETTERS,
        label_visibility="collapsed",
        placeholder="No note",
        **state.asker(key, lambda text: _reword(workspace, step.id, text)),
    )


def _icon(
    verb: str, icon: str, step: Step, act: Callable[..., None], *given: Any, is_on: bool = True
) -> None:
    """Draw a button as an icon alone; its words are there for whoever hears or speaks them."""
    st.button(
        verb,
        key=f"_story_{icon}_{step.id}",
        icon=f":material/{icon}:",
        type="tertiary",
        help=verb,
        disabled=not is_on,
        on_click=act,
        args=given,
    )


def _open(step: Step, choice: Choice, **changes: str) -> None:
    """Open a step, and close the box (for callbacks)."""
    state.close("cg-storyline")
    steps.lead(step, choice, **changes)


def _name(step: Step) -> str:
    """Name the page of a step and its place; a place that is no more is not named."""
    page = router.BY_NAME[step.page].title if steps.has_page(step) else step.page
    kind, _, code = step.link.get("place", "").partition(".")
    try:
        return f"{page}, {places.at(kind, code).name}"
    except MappingError:
        return page


def _say_lost(choice: Choice, step: Step) -> str:
    """Say what of a step is no more; "" where all is there."""
    if not steps.has_page(step):
        return "This app has no such page, so this step is passed over."
    if steps.find_problems(step, choice):
        return "Part of this view is no longer available. It opens without it and says what."
    return ""


def _add(workspace: str, page: str, note: str, key: str) -> None:
    """Add what was shown as the last step (for callbacks); pressed twice it is added once."""
    text = kinds.storyline.clean_note(str(state.read_widget(note) or ""))
    view = steps.read_view()

    def add(found: list[Step]) -> list[Step]:
        last = max((step.position for step in found), default=0)
        return [*found, Step(key, last + 1, page, view, text)]

    if _change(workspace, add):
        state.renumber()


def _move(workspace: str, key: str, by: int) -> None:
    """Move a step up or down (for callbacks)."""

    def move(found: list[Step]) -> list[Step]:
        at = _find(found, key)
        step = found.pop(at)
        found.insert(max(at + by, 0), step)
        return [step._replace(position=number) for number, step in enumerate(found, start=1)]

    _change(workspace, move)


def _reword(workspace: str, key: str, text: str) -> None:
    """Give a step another note (for callbacks)."""

    def reword(found: list[Step]) -> list[Step]:
        at = _find(found, key)
        found[at] = found[at]._replace(note=kinds.storyline.clean_note(text))
        return found

    _change(workspace, reword)


def _find(found: list[Step], key: str) -> int:
    for at, step in enumerate(found):
        if step.id == key:
            return at
    raise MappingError("Someone else has removed that step. Look at what is there now.")


def _change(workspace: str, change: Callable[[list[Step]], list[Step]]) -> bool:
    """Keep the steps that a change makes others of, as they are now; tell whether it could be."""
    kind = kinds.storyline.KIND
    try:
        now = registers.read_kind(registers.identify(workspace), kind)
        changed = [step for step in change([*now]) if step not in now]
        registers.store().put(workspace, kind, kinds.storyline.write_rows(changed))
    except MappingError as fault:
        visit.lead("", [str(fault)])
        return False
    return True


def _remove(choice: Choice, key: str) -> None:
    """Remove a step (for callbacks); whoever follows it follows none any more."""
    try:
        registers.store().remove(choice.kept.workspace, kinds.storyline.KIND, key)
    except MappingError as fault:
        visit.lead("", [str(fault)])
        return
    if choice.story == key:
        state.choose(story="")


def _start(choice: Choice, save_id: str) -> None:
    """Start a workspace about the place (for callbacks)."""
    try:
        name = starting.start(choice, save_id)
    except MappingError as fault:
        visit.lead("", [str(fault)])
        return
    said = f"“{name}” is open. Add this view, and others, under Storyline. {door.say_who_opens()}"
    visit.lead("", [said])
