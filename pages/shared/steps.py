"""The storyline that is followed: which step is shown, which come next, and how one is opened.

A step is opened as a link to it would be. What the reader changes afterwards leaves the step, and
the storyline is still followed from there.
"""

from collections.abc import Mapping
from typing import NoReturn

import streamlit as st

from mapping.workspaces import kinds
from mapping.workspaces.kinds import Step
from pages.shared import choices, registers, router, state, visit
from pages.shared.choices import Choice

STAYS = ("workspace", "projector", "keys", "story")
"""What a view does not keep: whose it is, and how it is shown."""


def list_steps(choice: Choice) -> tuple[Step, ...]:
    """Return the steps of the open workspace in their order; none without one."""
    if choice.kept == registers.NO_WORKSPACE:
        return ()
    return registers.read_kind(choice.kept, kinds.storyline.KIND)


def find_followed(choice: Choice) -> tuple[int, Step] | None:
    """Return the step that is followed, with its number from 1; None where none is."""
    numbered = enumerate(list_steps(choice), start=1)
    return next((one for one in numbered if one[1].id == choice.story), None)


def has_page(step: Step) -> bool:
    """Tell whether this app has the page of a step; those without are passed over."""
    return step.page in router.BY_NAME


def is_shown(choice: Choice, page: str) -> bool:
    """Tell whether a page shows the step that is followed, with nothing changed."""
    followed = find_followed(choice)
    if followed is None or followed[1].page != page:
        return False
    here, kept = _leave_out(state.link_params()), _leave_out(followed[1].link)
    asked, _ = choices.split_link(kept)
    now = {**choices.USUAL, **here}
    return now == asked or now == _correct(asked, choice)


def find_problems(step: Step, choice: Choice) -> list[str]:
    """Return sentences about what a step asks for and is no more: it opens with less."""
    return _check(choices.split_link(_leave_out(step.link))[0], choice).problems


def find_turn(choice: Choice, page: str, turns: int) -> Step | None:
    """Return the step so many after the one that is followed; before it where ``turns`` is < 0.

    Before what was changed on the way comes the step itself. The first and the last are ends:
    None where there is nothing further.
    """
    followed = find_followed(choice)
    if followed is None or not turns:
        return None
    number, _ = followed
    found = list_steps(choice)
    before = found[: number - 1 if is_shown(choice, page) else number]
    rest = [step for step in (found[number:] if turns > 0 else before[::-1]) if has_page(step)]
    return rest[min(abs(turns), len(rest)) - 1] if rest else None


def write_link(step: Step, **changes: str) -> dict[str, str]:
    """Return the link of a step in the open workspace; ``changes`` are of how it is shown."""
    here = {**state.link_params(), **changes, "story": step.id}
    known = {*choices.BY_NAME, choices.SHOWN}
    view = {name: text for name, text in _leave_out(step.link).items() if name in known}
    return {**view, **{name: here[name] for name in STAYS if name in here}}


def go(step: Step) -> NoReturn:
    """Open a step, as its link does."""
    st.switch_page(router.BY_NAME[step.page].file, query_params=write_link(step))


def lead(step: Step, choice: Choice, **changes: str) -> None:
    """Lead to a step in the next run, and say what of it is gone (for callbacks).

    ``changes`` are as for ``write_link``.
    """
    visit.lead(step.page, find_problems(step, choice))
    state.take_over(write_link(step, **changes))


def read_view() -> dict[str, str]:
    """Return what a step keeps of the view that the last run of a page has shown."""
    return _leave_out(state.read_view())


def _leave_out(link: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in link.items() if name not in STAYS}


def _correct(asked: dict[str, str], choice: Choice) -> dict[str, str]:
    """Return the texts of a view as they are once its link was opened."""
    return {**choices.USUAL, **_leave_out(_check(asked, choice).texts)}


def _check(asked: dict[str, str], choice: Choice) -> choices.Check:
    check = choices.make_check({**asked, "workspace": choice.kept.workspace})
    choices.read(check, ())
    return check
