"""The part The whole place: who works on which outcomes, on the template that Hartlepool drew."""

import pandas as pd
import streamlit as st

from mapping import stewardship
from mapping.drawing import whole_place_chart
from mapping.errors import MappingError
from mapping.stewardship import WholePlace
from mapping.wording import findings, stewardship_findings
from pages.shared import cache, glossary, layout, state, tables
from pages.shared.choices import Choice
from pages.shared.layout import Number
from pages.stewardship import counts, parts

HOW = (
    "The template is the one that the stewards of Hartlepool drew of their town: four outcomes "
    "that overlap, three enablers round them, citizens throughout, stewardship at the centre. An "
    "organisation is shown where its themes on record lead, each of them counted under the theme "
    "that it is part of; which theme leads where is this app's own reading, and the table of parts "
    "names everybody, so that you can disagree. Each is in just one part of the four outcomes, and "
    "on any number of enablers."
)
HOW_ACROSS = "Their themes lead to two or more of the four outcomes."
HOW_EMPTY = "Of the four outcomes and three enablers: those to which no theme on record leads."
HOW_STEWARDS = "On record as holding the stewardship function, outright or by what they do."


def show(choice: Choice) -> None:
    """Show the template with this place's organisations on it, and its parts as a table."""
    organisations, folded = counts.list_organisations(
        cache.key_of(choice.place), choice.kept, choice.by
    )
    whole = _place(choice, organisations)
    aims = [*whole.outcomes, *whole.enablers]
    empty = sum(not whole.actors[aim.key].any() for aim in aims)
    numbers = [
        Number("On several outcomes", f"{(whole.actors['across'] > 1).sum():,}", HOW_ACROSS),
        Number("Parts with nobody", f"{empty} of {len(aims)}", HOW_EMPTY),
        Number("Stewards", f"{whole.actors['is_steward'].sum():,}", HOW_STEWARDS),
    ]
    layout.view(
        choice,
        stewardship_findings.whole_finding(choice.place, whole),
        numbers,
        lambda: _draw(choice, whole),
        explain="" if choice.projector else parts.say_folded(folded),
        how=HOW,
        aside=None if choice.projector else lambda: _rename(choice),
        under=lambda: parts.box(choice),
    )
    if not choice.projector:
        _list_parts(choice, whole)


def _place(choice: Choice, organisations: pd.DataFrame) -> WholePlace:
    """Put the organisations on the template; names that cannot be used are told, and left out."""
    titles = choice.outcomes.split(";") if choice.outcomes else []
    try:
        return stewardship.place_on_template(organisations, titles)
    except MappingError as fault:
        layout.problem(fault)
        return stewardship.place_on_template(organisations)


def _rename(choice: Choice) -> None:
    """Let the reader call the outcomes as their town does; the link holds the names."""
    state.preset("outcomes", choice.outcomes)
    st.text_input(
        "What the outcomes are called here",
        placeholder="; ".join(stewardship.usual_titles()),
        help="Four names in their order, with semicolons between; a blank keeps the usual name.",
        max_chars=4 * stewardship.MAX_OUTCOME_LETTERS,
        **state.chooser("outcomes"),
    )


def _draw(choice: Choice, whole: WholePlace) -> None:
    parts.chart(
        choice,
        lambda **how: whole_place_chart.draw(whole, **how),
        whole_place_chart.tell(whole),
    )
    if not choice.projector:
        st.caption(
            "A disc shows how many organisations work on just the outcomes that meet there; 0 is a "
            "part with nobody. The number after a name is how many work on it in all."
        )


def _list_parts(choice: Choice, whole: WholePlace) -> None:
    st.header("Who works on what", anchor=False)
    frame = stewardship.list_parts(whole)
    shown = frame.assign(
        kind=[_name_kind(row.part, len(row.outcomes)) for row in frame.itertuples()],
        actors=["; ".join(names) or "nobody" for names in frame["actors"]],
    )[["title", "kind", "number", "actors"]]
    tables.show(
        shown,
        {"title": "Part", "kind": "What it is", "number": "Organisations", "actors": "Who"},
        {"number": tables.write_whole},
        f"The whole of {findings.name_place(choice.place)}: who works on which outcomes.",
        key="whole-place",
        how=lambda: glossary.offer_how(choice, "Themes", note=HOW),
        limits=HOW,
        stacked=True,
    )
    left = whole.unplaced["actor"].tolist()
    if left:
        st.write(
            layout.escape_markdown(
                f"On no outcome and no enabler, as their themes lead to none or are not on "
                f"record: {findings.join_names(left, 12)}."
            )
        )


def _name_kind(part: str, size: int) -> str:
    if part == "enabler":
        return "enabler"
    return "outcome alone" if size == 1 else f"{findings.number(size)} outcomes together"
