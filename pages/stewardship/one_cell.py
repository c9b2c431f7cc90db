"""One condition at one level: what can be done, who works there, each rating, and its history."""

import pandas as pd
import streamlit as st

from mapping import stewardship
from mapping.errors import MappingError
from mapping.stewardship import Scheme
from mapping.wording import findings, stewardship_findings
from mapping.workspaces import kinds, make_id
from pages.shared import layout, registers, state, tables
from pages.shared.choices import Choice
from pages.stewardship.parts import LEVELS

MAX_NAMED = 12


def show(
    choice: Choice,
    scheme: Scheme,
    spread: pd.DataFrame,
    ratings: pd.DataFrame,
    organisations: pd.DataFrame,
) -> None:
    """Let the reader choose a condition and a scale, and show all there is about them."""
    st.header("One condition at one level", anchor=False)
    cells = [(one.key, scale) for one in scheme.conditions for scale in LEVELS]
    chosen = _read_cell(choice, cells, spread)
    state.preset("cell", chosen)
    st.selectbox(
        "Condition and level",
        cells,
        format_func=lambda cell: f"{scheme.get(cell[0]).title}, {LEVELS[cell[1]].lower()}",
        **state.chooser("cell", ".".join),
    )
    condition, scale = scheme.get(chosen[0]), chosen[1]
    row = spread.iloc[cells.index(chosen)]
    told = [condition.meaning, stewardship_findings.describe_cell(row, scheme)]
    st.write(layout.escape_markdown(" ".join(filter(None, told))))
    if action := condition.actions.get(scale):
        st.write(layout.escape_markdown(f"What somebody at this level can do: {action}"))
    names = organisations.loc[organisations["scale"] == scale, "actor"].tolist()
    st.write(
        layout.escape_markdown(
            f"On record at this level in {findings.name_place(choice.place)}: "
            f"{findings.join_names(names, MAX_NAMED) or 'nobody'}."
        )
    )
    own = ratings[(ratings["condition"] == condition.key) & (ratings["scale"] == scale)]
    if own.empty:
        return
    _list_days(scheme, ratings, condition.key, scale)
    listed = st.expander(
        f"Each rating, with its note ({len(own):,})", on_change="rerun", key="each"
    )
    if listed.open:  # they travel only when they are asked for
        with listed:
            _list_ratings(scheme, own, f"{condition.title}, {LEVELS[scale].lower()}")
            _offer_removal(choice, own)


def _read_cell(
    choice: Choice, cells: list[tuple[str, str]], spread: pd.DataFrame
) -> tuple[str, str]:
    """Return the cell of the link, or the one whose ratings lie furthest apart."""
    key, _, scale = choice.cell.rpartition(".")
    if (key, scale) in cells:
        return key, scale
    if choice.cell:
        layout.note("The link's condition is not among these; another one is shown.")
    apart = spread["disagreement"].fillna(-1)
    return cells[int(apart.to_numpy().argmax())]


def _list_ratings(scheme: Scheme, own: pd.DataFrame, title: str) -> None:
    latest = stewardship.keep_latest(own).index
    frame = own.assign(
        level=[f"{level} {scheme.levels[level - 1]}" for level in own["level"]],
        kind=own["kind"].map({stewardship.PERSON: "person", stewardship.GROUP: "group"}),
        day=own["rated"].str[:10],
        counts=["yes" if at in latest else "no: rated again later" for at in own.index],
    ).iloc[::-1]
    headings = {
        "who": "Who",
        "kind": "As a",
        "level": "Level",
        "note": "Note",
        "day": "Day",
        "counts": "Counts",
    }
    tables.show(
        frame[list(headings)],
        headings,
        {},
        f"Ratings of {title}, the latest first.",
        key="ratings",
        stacked=True,
    )


def _list_days(scheme: Scheme, ratings: pd.DataFrame, condition: str, scale: str) -> None:
    """Show how the ratings stood day by day, once there is more than one day."""
    days = stewardship.list_days(ratings, scheme, condition, scale)
    if len(days) < 2:
        return
    headings = {
        "day": "At the end of",
        "number": "Ratings",
        "least": "Least",
        "lower": "Lower quartile",
        "median": "Median",
        "upper": "Upper quartile",
        "most": "Most",
        "apart": "Views were",
    }
    frame = days.assign(apart=days["disagreement"].map(stewardship.describe_disagreement))
    numbers = dict.fromkeys(["number", "least", "lower", "median", "upper", "most"], _write_level)
    tables.show(frame, headings, numbers, "How it was rated, day by day.", key="days")


def _write_level(value: float) -> str:
    return f"{value:,g}"


def _offer_removal(choice: Choice, own: pd.DataFrame) -> None:
    if not registers.may_change(choice.kept):
        return
    with st.popover("Take a rating back", icon=":material/undo:", key="remove-rating"):
        named = {row.id: f"{row.who}, {row.level}, {row.rated[:10]}" for row in own.itertuples()}
        picked = st.selectbox(
            "Which", list(named)[::-1], format_func=lambda one: named[one], key="_taken_back"
        )
        st.button(
            "Take it back for good",
            key="_take_back",
            on_click=_remove,
            args=(choice.kept.workspace, picked, make_id()),
        )


def _remove(workspace: str, rating: str, save_id: str) -> None:
    try:
        registers.store().remove(workspace, kinds.ratings.KIND, rating, save_id=save_id)
    except MappingError as fault:
        state.announce(str(fault))
        return
    state.announce("The rating was taken back.")
