"""The question of the page Gaps: on which theme, and at which scale, somebody works."""

import streamlit as st

from mapping.actors import defaults
from mapping.gaps import Question, provision
from mapping.wording import findings, gap_findings
from pages.shared import cache, layout, registers, state
from pages.shared.choices import Choice

ANY = "any"
"""What a link says for any theme: with neither theme nor scale it asks the first question."""
SCALE_CHOICES = {
    "": "Any scale",
    "hyperlocal": "Neighbourhood (hyperlocal)",
    "borough": "Borough",
    "regional": "Regional",
    "national": "National",
}


def themes(choice: Choice) -> tuple[str, ...]:
    """Return all themes that can be asked about."""
    return provision.themes(registers.register(choice.kept), registers.marks(choice.kept))


def read_question(choice: Choice) -> Question:
    """Return the question of the link, or what is asked of such a place first."""
    question = _resolve_question(choice)
    state.hold(theme=question.theme or choice.theme, scale=question.scale)
    return question


def _resolve_question(choice: Choice) -> Question:
    if choice.theme in ("", ANY):
        if choice.theme or choice.scale:
            return Question("", choice.scale)
        return _first(choice)
    if choice.theme in themes(choice):
        return Question(choice.theme, choice.scale)
    meant = defaults.theme_of(choice.theme)
    if meant:
        layout.note(f"“{choice.theme}” is part of the theme {meant} here.")
        return Question(meant, choice.scale)
    first = _first(choice)
    layout.note(
        f"No organisation on record works on “{choice.theme[:40]}”, and it is no theme of the list "
        f"here. {_say_set_back(choice.scale, first.scale)}Choose a theme below."
    )
    return first


def _say_set_back(asked: str, shown: str) -> str:
    """Say that the scale of a link does not count without its theme; "" if nothing is lost."""
    if asked in ("", shown):
        return ""
    return (
        f"The link's scale, “{SCALE_CHOICES[asked]}”, was set back with it: "
        f"“{SCALE_CHOICES[shown]}” is shown. "
    )


def _first(choice: Choice) -> Question:
    own = None
    if choice.kept != registers.NO_WORKSPACE:
        own = registers.workspace(choice.kept).register
    key = cache.key_of(choice.place)
    return provision.first_question(registers.grid(key, choice.kept, choice.by), own)


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
            "Theme: choose, or type what it is about",
            [ANY, *themes(choice)],
            format_func=label,
            width=560,
            **state.asker("theme", lambda theme: ask(theme, question.scale)),
        )
        state.preset("scale", question.scale)
        st.selectbox(
            "Scale",
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
    return f"{findings.capitalise(theme)}: {meant}" if meant else findings.capitalise(theme)


def words(question: Question) -> str:
    """Say a question inside a sentence: "on mental health at neighbourhood scale"."""
    return gap_findings.work(*question, verb="").strip() or "on anything"
