"""What the parts of Stewardship have in common: their choice, charts, and the words for levels."""

from collections.abc import Callable

import streamlit as st

from mapping import stewardship
from mapping.drawing import svg
from mapping.wording import findings, terms
from pages.shared import state
from pages.shared.choices import Choice

LEVELS = {scale: terms.LEVELS[scale] for scale in stewardship.RATED_SCALES}
"""The levels of the spectrum, as their columns are headed."""
STYLE = (
    "<style>.cg-chart { display: block; width: 100%; max-width: 62rem; height: auto; } "
    ".cg-chart.cg-narrow { display: none; } "
    "@media (max-width: 640px) { .cg-chart.cg-wide { display: none; } "
    ".cg-chart.cg-narrow { display: block; } }</style>"
)
PROJECTOR_STYLE = (
    "<style>.cg-chart { max-width: none; max-height: calc(100vh - 8.5rem); "
    "object-fit: contain; object-position: left top; }</style>"
)


def say_folded(folded: int) -> str:
    """Say how many parts of organisations in single wards are not listed; "" for none."""
    if not folded:
        return ""
    many = findings.write_count(folded, "ward-level team", "ward-level teams")
    return (
        f"{findings.capitalise(many)} (such as ward councillors) "
        f"{'is' if folded == 1 else 'are'} part of the council or the police, and not listed again."
    )


def box(choice: Choice) -> None:
    """Let the reader choose the part; a projector shows the one of the link."""
    if choice.projector:
        return
    state.preset("part", choice.part)
    st.segmented_control(
        "What to look at",
        list(terms.PARTS),
        format_func=lambda part: terms.PARTS[part],
        label_visibility="collapsed",
        **state.chooser("part", lambda part: part or choice.part),
    )


def chart(choice: Choice, draw: Callable[..., str], told: str) -> None:
    """Show a chart that is drawn wide and, for phones, narrow; ``told`` are words for it.

    ``draw`` takes ``is_narrow`` and ``is_projected``: there its letters are read from the back row.

    A reader's program hears the words; the table below has the same in full.
    """
    if choice.projector:
        pictures = [(draw(is_projected=True), "cg-chart")]
    else:
        pictures = [(draw(), "cg-chart cg-wide"), (draw(is_narrow=True), "cg-chart cg-narrow")]
    images = "".join(svg.image(picture, told, name) for picture, name in pictures)
    st.html(STYLE + (PROJECTOR_STYLE if choice.projector else "") + images)
