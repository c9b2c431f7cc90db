"""The part Close to home or wide: every organisation by how far it reaches and its themes."""

import pandas as pd
import streamlit as st

from mapping import stewardship
from mapping.drawing import focus_chart
from mapping.stewardship import FocusTest
from mapping.wording import findings, stewardship_findings, terms
from pages.shared import cache, glossary, layout, tables
from pages.shared.choices import Choice
from pages.shared.layout import Number
from pages.stewardship import counts, parts

HOW = (
    "The texts on systems stewardship observe that organisations with a tight geographic focus "
    "tend to have a broad thematic one. Reach is what is counted in an organisation's whole area, "
    "inside and outside the place; themes are those on record, words of one theme counted once. "
    "Far and wide: it reaches more than half of the organisations do; many themes: more than half "
    "of them have. Whether the two go together is Spearman's rank correlation, from −1 to 1, with "
    "an interval from 2,000 bootstrap samples (Efron 1979); fewer than ten organisations are too "
    "few. The themes of public bodies are those that the law gives them, and nobody else may be on "
    "record: it tells you about our record, not about causes."
)
HOW_NUMBER = "On record with a theme and an area; ward-level teams are left out."
HOW_INTERVAL = (
    "Of reach and themes, with its 95% interval. −1: the nearer to home, the more themes, without "
    "exception; 1: the other way round; 0: neither. The interval holds what else these "
    "organisations might have shown by chance."
)
HOW_BOTH = "They reach more than half of the organisations do, and have more themes than half."


def show(choice: Choice) -> None:
    """Show every organisation by reach and themes, and whether these go together here."""
    placed, tested = counts.place_focus(cache.key_of(choice.place), choice.kept, choice.by)
    placed = placed.assign(label=range(1, len(placed) + 1))
    organisations, folded = counts.list_organisations(
        cache.key_of(choice.place), choice.kept, choice.by
    )
    told = [
        stewardship_findings.describe_correlation(tested),
        _name_both(placed),
        layout.lens_note(choice),
    ]
    layout.view(
        choice,
        stewardship_findings.focus_finding(choice.place, tested),
        _list_numbers(placed, tested),
        (lambda: _draw(choice, placed)) if len(placed) else None,
        explain="" if choice.projector else " ".join(filter(None, told)),
        how=HOW,
        under=lambda: parts.box(choice),
    )
    if not choice.projector:
        _list(choice, placed, len(organisations) - len(placed), folded)


def _name_both(placed: pd.DataFrame) -> str:
    """Name those that are broad in both, and those that are narrow in both."""
    said = []
    for quadrant, words in (
        (stewardship.WIDE_BROAD, "Far and wide with many themes"),
        (stewardship.NEAR_NARROW, "Close to home with few"),
    ):
        names = placed.loc[placed["quadrant"] == quadrant, "actor"].tolist()
        said.append(f"{words}: {findings.join_names(names, 4) or 'nobody'}.")
    return " ".join(said) if len(placed) else ""


def _list_numbers(placed: pd.DataFrame, tested: FocusTest) -> list[Number]:
    told = pd.notna(tested.correlation)
    interval = f"{tested.low:.1f} to {tested.high:.1f}".replace("-", "−") if told else "too few"
    both = int((placed["quadrant"] == stewardship.WIDE_BROAD).sum())
    return [
        Number("Organisations", f"{tested.number:,}", HOW_NUMBER),
        Number("Correlation, for analysts", interval, HOW_INTERVAL),
        Number("Broad in both", f"{both:,}", HOW_BOTH),
    ]


def _draw(choice: Choice, placed: pd.DataFrame) -> None:
    heading = findings.heading(choice.by)
    told = (
        f"{len(placed)} organisations by how many {findings.name_counted(choice.by)} each reaches, "
        "to the right, and how many themes it has, upwards. The table below lists them."
    )
    parts.chart(
        choice,
        lambda **how: focus_chart.draw(placed, heading, **how),
        told,
    )
    if not choice.projector:
        numbered = len(placed) <= focus_chart.MAX_NUMBERED
        st.caption(
            ("Numbers are those of the table. " if numbered else "")
            + "Broken lines: half of the organisations are on either side. Each mark to the right "
            "is ten times the one before."
        )


def _list(choice: Choice, placed: pd.DataFrame, bare: int, folded: int) -> None:
    st.header("Every organisation", anchor=False)
    said = [parts.say_folded(folded)]
    if bare:
        many = findings.write_count(bare, "organisation", "organisations")
        said.append(f"{findings.capitalise(many)} without a theme on record left out.")
    st.caption(" ".join(filter(None, said)))
    frame = placed.assign(scale=placed["scale"].map(terms.LEVELS).fillna(terms.LEVEL_UNKNOWN))
    tables.show(
        frame,
        {
            "label": "No.",
            "actor": "Organisation",
            "actor_type": "Type",
            "family": "Drawn as",
            "scale": "Level",
            "reach": f"{findings.heading(choice.by)}: in its whole area",
            "breadth": "Number of themes",
            "themes": "Which themes",
            "quadrant": "Its focus",
        },
        {"reach": tables.amounts(choice.by), "breadth": tables.write_whole},
        f"How far the organisations in {findings.name_place(choice.place)} reach, and their "
        "themes.",
        key="focus",
        how=lambda: glossary.offer_how(choice, "Themes", note=HOW),
        limits=HOW,
    )
