"""The question of the page Gaps: on which theme, and at which scale, somebody works."""

import streamlit as st

from mapping.actors import defaults
from mapping.gaps import Question, provision
from mapping.wording import findings, gap_findings, terms
from pages.shared import cache, layout, registers, state
from pages.shared.choices import Choice

ANY = "any"
"""What a link says for any theme: with neither theme nor scale it asks the first question."""
SCALE_CHOICES = {
    "": "Any level",
    **terms.LEVEL_CHOICES,
}


def themes(choice: Choice) -> tuple[str, ...]:
    """Return all themes that can be asked about."""
    return provision.themes(
        registers.register(choice.kept), registers.marks(choice.kept, cache.key_of(choice.place))
    )


def read_question(choice: Choice) -> tuple[Question, bool]:
    """Return the question of the link, or what is asked of such a place first.

    And whether the reader chose it: the page made it otherwise, and holds it in the link.
    """
    question = _resolve_question(choice)
    is_chosen = question is not None and not choice.chosen.isdisjoint({"theme", "scale"})
    question = question or _first(choice)
    state.hold(theme=question.theme or choice.theme, scale=question.scale)
    return question, is_chosen


def _resolve_question(choice: Choice) -> Question | None:
    """Return the question that a link asks; None for none, or one that is not known."""
    if choice.theme in ("", ANY):
        return Question("", choice.scale) if choice.theme or choice.scale else None
    if choice.theme in themes(choice):
        return Question(choice.theme, choice.scale)
    meant = defaults.theme_of(choice.theme)
    if meant:
        layout.note(f"“{findings.capitalise(choice.theme)}” comes under {meant}.")
        return Question(meant, choice.scale)
    first = _first(choice)
    layout.note(
        f"We have no organisation on record for “{choice.theme[:40]}”, and it is not one of our "
        f"themes. {_say_set_back(choice.scale, first.scale)}Choose one below."
    )
    return None


def _say_set_back(asked: str, shown: str) -> str:
    """Say that the scale of a link does not count without its theme; "" if nothing is lost."""
    if asked in ("", shown):
        return ""
    return (
        f"The link's level, “{SCALE_CHOICES[asked]}”, was reset with it to "
        f"“{SCALE_CHOICES[shown]}”. "
    )


def _first(choice: Choice) -> Question:
    own = None
    if choice.kept != registers.NO_WORKSPACE:
        own = registers.workspace(choice.kept).register
    key = cache.key_of(choice.place)
    cells = registers.grid(key, choice.kept, choice.by)
    return provision.first_question(
        cells, own, registers.sum_up_themes(key, choice.kept, choice.by)
    )


def ask(theme: str, scale: str) -> None:
    """Ask another question (for callbacks)."""
    state.choose(theme=theme or ANY, scale=scale)


def boxes(choice: Choice, question: Question) -> None:
    """Let the reader choose the theme, by typing too, and the scale; say what the theme means."""
    if choice.projector:
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="cg-question"):
        state.preset("theme", question.theme or ANY)
        st.selectbox(
            "Theme (choose or type)",
            [ANY, *themes(choice)],
            format_func=label,
            width=560,
            **state.asker("theme", lambda theme: ask(theme, question.scale)),
        )
        state.preset("scale", question.scale)
        st.selectbox(
            "Level",
            list(SCALE_CHOICES),
            format_func=lambda scale: SCALE_CHOICES[scale],
            width=260,
            **state.asker("scale", lambda scale: ask(question.theme, scale)),
        )


def label(theme: str) -> str:
    """Name a theme with its plain meaning, by which it is found too."""
    if theme in ("", ANY):
        return "Any theme"
    meant = provision.meaning(theme).rstrip(".")
    return f"{findings.capitalise(theme)} ({meant})" if meant else findings.capitalise(theme)


def words(question: Question) -> str:
    """Say a question inside a sentence: "on mental health at neighbourhood level"."""
    return gap_findings.work(*question, verb="").strip() or "on anything"
