"""Gaps: who is covered by nobody, on which theme, at which scale?"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mapping.gaps import Question
from mapping.wording import gap_findings
from pages.gaps import covered, opening, panels, questions, theme_grid
from pages.shared import controls, following, glossary, layout, state
from pages.shared.choices import Choice


def show(choice: Choice) -> None:
    """Show what is said on a theme and level, and let the reader choose others."""
    question, is_chosen = questions.read_question(choice)
    if asked := state.take_step(questions.themes(choice), question.theme):
        questions.ask(asked, question.scale)
        state.run_page()
    show_view(choice, question, is_chosen)
    if not choice.projector:
        theme_grid.show(choice, question)
        panels.offer_complete(choice, question)
        covered.show_ranking(choice, question)
        panels.show_crowding(choice, question)


def show_view(choice: Choice, question: Question, is_chosen: bool) -> None:
    """Show what is said of the place, and the wards on a map; one of them by name."""
    say = opening.say_theme if is_chosen else opening.say_themes
    sentence, numbers = say(choice, question)
    ward = controls.find_projected_spot(choice)
    room: list[DeltaGenerator] = []

    def draw() -> None:
        """Show how each ward is covered, and who works in one by name; a click chooses another."""
        with room[0]:
            spot = controls.spot_of(choice)
            if spot is not None or not choice.projector:
                covered.ward(choice, question, spot)
        covered.draw(choice, question, spot)

    def aside() -> None:
        """Keep room for who works in a ward; let the reader choose it."""
        room.append(st.container())
        if not choice.projector:
            controls.spot_boxes(choice, controls.MAX_OFFERED_WARDS)
        elif ward is None:  # there is no explanation above the map
            caveat = covered.caveat(choice, sentence)
            if not is_chosen:
                caveat = f"{opening.say_shown(question)} {covered.CAVEAT}"
            st.caption(layout.escape_markdown(caveat))

    layout.view(
        choice,
        covered.say_ward(choice, question, ward) if ward else sentence,
        [] if ward else numbers[:2] if choice.projector else numbers,
        draw,
        explain=_explain(choice, question, is_chosen, sentence),
        how=f"Nobody on record: {glossary.WORDS['Nobody on record']}",
        aside=aside,
        under=lambda: questions.boxes(choice, question),
    )


def _explain(choice: Choice, question: Question, is_chosen: bool, sentence: str) -> str:
    """Say what is on record on the theme that is shown, and at all."""
    partial = gap_findings.partial_finding(choice.place, question.theme)
    caveat = covered.caveat(choice, sentence)
    told = opening.explain(choice, question, is_chosen)
    return layout.join_sentences([], told, partial, caveat, layout.lens_note(choice))


page_choice = state.current()
following.follow(show, also=("theme", "scale", "need"))
if not page_choice.projector:  # whatever the theme
    panels.orphans(page_choice)
    panels.list_untold(page_choice)
