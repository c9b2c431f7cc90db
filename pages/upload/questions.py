"""Questions: what the reader is asked about columns and names of a file, each thing once."""

from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from mapping.footprints import Upload, columns
from mapping.geocode import likeness
from mapping.wording import findings
from pages.shared import (
    cache,
    held,
    layout,
    parts,
    state,
)
from pages.shared.choices import Choice
from pages.shared.drafts import Draft
from pages.upload import reading, uploading

MAX_QUESTIONS = 10
"""So many questions are asked at a time."""
MAX_TEXT_LETTERS = 80
LEAVE_OUT = ""
NO_RADIUS = "a point needs a distance"
USE, CLEAR = "Apply my answers", "Clear my answers"
"""The buttons that other sentences name."""


def ask_about_columns(draft: Draft, upload: Upload) -> None:
    """Ask once about each column that may say one thing or another; its default is chosen.

    What was answered stays, so that it can be answered otherwise.
    """
    for one in reading.list_column_questions(draft, upload):
        rank = list(upload.columns).index(one.heading)
        state.preset(f"column_question_{rank}", upload.columns[one.heading].role)
        words = {role: findings.capitalise(said) for role, said in one.options.items()}
        with st.container(border=True, gap="xsmall"):
            st.radio(
                layout.escape_markdown(one.question),
                list(words),
                format_func=words.__getitem__,
                **state.asker(
                    f"column_question_{rank}", partial(_answer_column, draft, one.heading)
                ),
            )
            is_chosen = upload.columns[one.heading].why == "chosen"
            st.caption("As you chose." if is_chosen else "We use this until you choose.")


def _answer_column(draft: Draft, heading: str, role: str) -> None:
    uploading.read_again(roles=tuple({**dict(draft.reading.roles), heading: role}.items()))


def ask_radius(draft: Draft, upload: Upload) -> None:
    """Ask for the radius of points that give none."""
    if not columns.find_columns(upload.columns, "lat", "easting", "point"):
        return
    without = upload.rows["reason"].str.contains(NO_RADIUS, regex=False).sum()
    given = draft.reading.radius_m
    if not without and given is None:
        return
    state.preset("radius_m", None if given is None else int(given))
    label = f"{without:,} {'row has' if without == 1 else 'rows have'} a point but no distance."
    st.number_input(
        f"{label if given is None else 'Points without distance.'} How many metres should we use?",
        min_value=1,
        max_value=100_000,
        step=100,
        width=420,
        placeholder="800",
        **state.asker(
            "radius_m", lambda n: uploading.read_again(radius_m=None if n is None else n)
        ),
    )


def ask_about_names(choice: Choice, draft: Draft, upload: Upload) -> None:
    """Ask what is meant: all at once where that is safe, and one by one."""
    asked = upload.questions
    sure = asked[asked["alike"] >= likeness.MIN_SURE_SCORE]
    if len(sure):
        st.button(
            f"Accept the {findings.write_count(len(sure), 'closest match', 'closest matches')}",
            key="_nearest",
            icon=":material/done_all:",
            on_click=uploading.read_again,
            kwargs={"accept": likeness.MIN_SURE_SCORE},
        )
    key = cache.key_of(choice.place)
    is_on = draft.reading.place == key
    if len(asked) or is_on:
        state.preset("within_place", is_on)
        place = layout.escape_markdown(findings.name_place(choice.place))
        st.toggle(
            f"If a name could be several places, use the one in {place}",
            **state.asker(
                "within_place", lambda on: uploading.read_again(place=key if on else None)
            ),
        )
    if len(asked):
        _ask_one_by_one(draft, reading.rank_questions(key, draft, upload))
    else:
        st.caption("No decisions are left.")


@parts.part
def _ask_one_by_one(draft: Draft, asked: pd.DataFrame) -> None:
    """Ask some questions, those of most rows first; picks are used together, as reading takes."""
    now = held.draft()
    if now is None or now.save_id != draft.save_id:
        st.rerun()  # what was picked is used: all of the page is about the draft as it is now
    picked = dict(now.picked)
    pages, page = -(-len(asked) // MAX_QUESTIONS), 1
    if pages > 1:
        page = int(st.pagination(pages, key=state.number_key("_question_page")))
    for row in asked.iloc[MAX_QUESTIONS * (page - 1) : MAX_QUESTIONS * page].itertuples():
        _ask_one(row, picked.get(row.question))
    told = findings.write_count(len(picked), "answer", "answers")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(USE, key="_use_picks", type="primary", on_click=_use)
        st.button(CLEAR, key="_clear_picks", type="tertiary", on_click=_clear)
        st.caption(f"{findings.capitalise(told)} to apply." if picked else "No answers yet.")


def _ask_one(row: Any, picked: str | None) -> None:
    """Ask what is meant by a text: how many rows say it, why it is unclear, what it may mean."""
    labels = {**dict(row.candidates), LEAVE_OUT: "none of these: leave this out"}
    state.preset(f"question_{row.question}", picked)
    rows = f"{row.rows:,} {'row says' if row.rows == 1 else 'rows say'}"
    text = layout.escape_markdown(f"{rows} “{row.text[:MAX_TEXT_LETTERS]}”.")
    why = layout.escape_markdown(f"{findings.capitalise(row.reason)}.")
    st.radio(
        f"**{text}** {why}",
        list(labels),
        format_func=lambda key: layout.escape_markdown(labels[key]),
        index=None,
        horizontal=True,
        **state.asker(f"question_{row.question}", partial(_pick, row.question)),
    )


def _pick(question: str, answer: str | None) -> None:
    if answer is not None:
        held.change(held.ORGANISATIONS, lambda draft: draft.with_pick(question, answer))


def _clear() -> None:
    held.change(held.ORGANISATIONS, lambda draft: replace(draft, picked=()))


def _use() -> None:
    draft = held.draft()
    if draft is not None and draft.picked:
        uploading.read_again()


def take_back(draft: Draft) -> None:
    """Let the reader take back what was chosen for names of this file."""
    told = draft.reading
    if told.choices or told.accept <= 100 or told.place is not None:
        st.button(
            "Undo my answers",
            key="_take_back",
            icon=":material/undo:",
            type="tertiary",
            on_click=uploading.read_again,
            kwargs={"choices": (), "accept": 101, "place": None},
        )
