"""Gaps: who is covered by nobody, on which theme, at which scale?"""

import streamlit as st

from mapping import gaps
from mapping.wording import findings, gap_findings
from pages.gaps import covered, panels, questions, theme_grid
from pages.shared import cache, controls, following, glossary, layout, registers, state
from pages.shared.choices import Choice
from pages.shared.layout import Number

choice = state.current()
place, key = choice.place, cache.key_of(choice.place)
question = questions.read_question(choice)
if asked := state.take_step(questions.themes(choice), question.theme):
    questions.ask(asked, question.scale)
    state.run_page()
complete = registers.marks(choice.kept, key)
cells = registers.grid(key, choice.kept, choice.by).set_index(["theme", "scale"], drop=False)
cell = cells.loc[tuple(question)]
sentence = gap_findings.gap_finding(
    place, cell, complete=complete, told_by=registers.name_list(choice.kept), by=choice.by
)


def numbers() -> list[Number]:
    """Gather the cards: people with nobody, with one and with several."""
    known = gaps.is_complete(*question, complete)
    who = "People" if choice.by == "residents" else findings.heading(choice.by)
    cards = (
        (f"{who} with nobody{'' if known else ' on record'}", "none"),
        (f"{who} with one organisation", "one"),
        (f"{who} with two or more", "several"),
    )
    return [
        Number(
            label, findings.amount(cell[part], choice.by), covered.explain_count(choice, cell, part)
        )
        for label, part in cards
    ]


def explanation() -> str:
    """Say which levels the theme lacks, and what is on record at all."""
    missing = registers.find_missing(key, choice.kept, question.theme, choice.by)
    said = "" if choice.projector else gap_findings.missing_finding(place, missing)
    partial = gap_findings.partial_finding(place, question.theme)
    caveat = covered.caveat(choice, sentence)
    return layout.join_sentences([], said, partial, caveat, layout.lens_note(choice))


def show(choice: Choice) -> None:
    """Show how each ward is covered; a click shows who works in that one, by name."""
    spot = controls.spot_of(choice)

    def aside() -> None:
        """Say who works in a ward; let the reader choose it."""
        if choice.projector and spot is None:  # there is no explanation above the map
            st.caption(layout.escape_markdown(covered.caveat(choice, sentence)))
            return
        covered.ward(choice, question, spot)
        if not choice.projector:
            controls.spot_boxes(choice, controls.MAX_OFFERED_WARDS)

    layout.view(
        choice,
        sentence,
        numbers(),
        lambda: covered.draw(choice, question, spot),
        explain=explanation(),
        how=glossary.WORDS["Nobody on record"],
        aside=aside,
        under=lambda: questions.boxes(choice, question),
    )


following.follow(show)
if not choice.projector:
    theme_grid.show(choice, question)
    panels.offer_complete(choice, question)
    covered.show_ranking(choice, question)
    panels.show_crowding(choice, question)
    panels.orphans(choice)
    panels.list_untold(choice)
