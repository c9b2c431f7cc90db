"""The grid of themes and scales: a table whose cells choose what the page asks about."""

import re
from collections.abc import Collection, Sequence
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st

from mapping import gaps, places
from mapping.gaps import Question, provision
from mapping.wording import findings, gap_findings, terms
from pages.gaps import questions
from pages.shared import answers, cache, glossary, keyboard, registers, state
from pages.shared.choices import Choice

HERE = Path(__file__).parent
CELL = re.compile(r"([0-9]{1,4}) ([0-4])")
"""What the browser says of a chosen cell: the numbers of its theme and scale."""
CLASSES = {
    gaps.COVERED: ' class="c"',
    gaps.PARTLY: ' class="p"',
    gaps.KNOWN_GAP: ' class="k"',
    gaps.NOT_RECORDED: "",
}
"""The classes of cells in theme_grid.css: short, as there are many."""
STATE_WORDS = {
    gaps.COVERED: "covered",
    gaps.KNOWN_GAP: "known gap",
    gaps.NOT_RECORDED: "not on record",
}
HEADS = {
    "": "At any level",
    **terms.LEVELS,
}
_clicks = st.components.v2.component(
    "common_ground_themes", js=keyboard.program(HERE / "theme_grid.js"), isolate_styles=False
)


def show(choice: Choice, question: Question) -> None:
    """Show for every theme and scale how many people somebody covers; a cell chooses it."""
    known = questions.themes(choice)
    table, hidden = _write(cache.key_of(choice.place), choice.kept, choice.by, question)
    st.html(HERE / "theme_grid.css")
    st.header("Every theme at every level", anchor=False)
    st.caption(_caption(hidden))
    glossary.offer_how(choice, "Nobody on record", "Themes", "Level of an organisation")
    st.html(table)
    tied = state.asker("themes", lambda heard: _choose(known, heard.chosen))
    _clicks(key=tied["key"], data={"cell": [*question]}, on_chosen_change=tied["on_change"])


@answers.keep(max_entries=64, hash_funcs=registers.BY_ACTORS_AND_MARKS)
def _write(
    place: cache.Key, kept: registers.WorkspaceKey, by: str, question: Question
) -> tuple[str, int]:
    """Write the grid of a place, and count the themes that it leaves out."""
    cells, complete = registers.grid(place, kept, by), registers.marks(kept, place)
    known = provision.themes(registers.register(kept), complete)
    shown = _list_shown(cells, known, question)
    listed = [theme for theme in known if theme in shown]
    caption = f"Who is covered in {findings.name_place(places.at(*place))}, by theme and level."
    return html(cells, listed, known, question, caption, complete), len(known) - len(shown)


def _caption(hidden: int) -> str:
    many = findings.write_count(hidden, "more theme is", "more themes are")
    them = "it" if hidden == 1 else "them"
    words = f" {findings.capitalise(many)} used elsewhere in Britain; choose {them} above."
    return (
        "Select a cell to see it on the map. “Not on record” does not mean there is a gap; it "
        "becomes a known gap only if a list is marked as complete (below)."
        + (words if hidden else "")
    )


def _list_shown(cells: pd.DataFrame, known: Sequence[str], question: Question) -> set[str]:
    """Return the themes of the list, and of other words those of somebody here or known gaps."""
    told = cells[(cells["actors"] > 0) | (cells["state"] == gaps.KNOWN_GAP)]["theme"]
    listed = {theme for theme in known if provision.meaning(theme)}
    return (listed | set(told) | {question.theme}) & set(known)


def _choose(known: Sequence[str], heard: str | None) -> None:
    """Ask what a chosen cell stands for; a browser's words are not trusted."""
    found = CELL.fullmatch(str(heard or ""))
    if found and int(found[1]) <= len(known):
        questions.ask(["", *known][int(found[1])], list(HEADS)[int(found[2])])


def html(
    cells: pd.DataFrame,
    themes: Sequence[str],
    known: Sequence[str],
    question: Question,
    caption: str,
    complete: Collection[tuple[str, str]] = (),
) -> str:
    """Write rows of ``gaps.grid`` as an HTML table: a row a theme, a column a scale.

    ``known`` are all themes, in the order by which a cell's number names them; ``complete`` are
    the pairs for which the register is marked complete.
    """
    told = {(row.theme, row.scale): row for row in cells.itertuples()}
    number = {theme: rank for rank, theme in enumerate(["", *known])}
    head = "".join(f'<th scope="col">{title}</th>' for title in HEADS.values())
    rows = "".join(
        f'<tr data-theme="{number[theme]}"><th scope="row">{escape(_name(theme))}</th>'
        + "".join(
            _cell(
                told[theme, scale],
                (theme, scale) == question,
                gaps.is_complete(theme, scale, complete),
            )
            for scale in HEADS
        )
        + "</tr>"
        for theme in ["", *themes]
    )
    return (
        f'<div class="cg-scroll"><table class="cg-table cg-themes"><caption><span>'
        f"{escape(caption)}</span></caption><thead><tr>"
        f'<th scope="col">Theme</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _name(theme: str) -> str:
    return findings.capitalise(theme) if theme else "Any theme"


def _cell(row, is_chosen: bool, known: bool) -> str:
    said = STATE_WORDS.get(row.state) or f"{findings.share(1 - row.share_none)} covered"
    if known and row.state == gaps.PARTLY:
        said += "; the rest is a known gap"
    many = gap_findings.count_who(row.actors, row.theme, row.scale)
    small = f" <small>by {many}</small>" if row.actors else ""
    pressed = ' aria-pressed="true"' if is_chosen else ""
    return f"<td{CLASSES[row.state]}><button{pressed}>{said}{small}</button></td>"
