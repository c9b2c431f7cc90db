"""Rows: what became of each row of a file, and the questions that are left to the reader."""

from functools import partial
from typing import Any

import streamlit as st

from mapping.footprints import Upload, columns, outcomes
from mapping.geocode import likeness
from mapping.takeaway import export
from mapping.wording import findings
from pages.shared import cache, layout, state, tables
from pages.shared.choices import Choice
from pages.shared.drafts import Draft
from pages.upload import reading, uploading

OUTCOME_TITLES = {
    "matched": "Matched",
    "corrected": "Corrected",
    "ambiguous": "Need your choice",
    "unmatched": "Could not be placed",
}
CAPTIONS = {
    "matched": "Rows that matched",
    "corrected": "Rows that were corrected, and how",
    "ambiguous": "Rows that need your choice",
    "unmatched": "Rows that could not be placed, and why",
}
MAX_QUESTIONS = 10
"""So many questions are asked at a time."""
LEAVE_OUT = ""
NO_RADIUS = "a point without a radius"


def parts(choice: Choice, draft: Draft, upload: Upload) -> None:
    """Let the reader open what became of the rows: one of four parts, and the whole file."""
    counts = upload.counts
    if unread := upload.sheet.unread:
        st.caption(layout.escape_markdown(" ".join(unread)))
    with st.container(horizontal=True, vertical_alignment="center"):
        part = st.segmented_control(
            "What became of the rows",
            [outcome for outcome, count in counts.items() if count],
            format_func=lambda outcome: f"{OUTCOME_TITLES[outcome]} {counts[outcome]:,}",
            key=state.number_key("_part"),
            label_visibility="collapsed",
        )
        tables.csv_button(
            "All rows as CSV",
            lambda: export.csv(outcomes.whole_file(upload.sheet, upload.rows)),
            "what-became-of-each-row",
            key="outcome",
        )
    uploading.ask_whose(upload)
    _radius(draft, upload)
    take_back(draft)
    if part == "ambiguous":
        _questions(choice, draft, upload)
    if part:
        _table(draft, upload, part)


def _table(draft: Draft, upload: Upload, part: str) -> None:
    """List the rows of one part; a file of a hundred thousand is shown a page at a time."""
    headings = {"row_number": "Row", "actor": "Who", "says": "What it says"}
    headings |= {"kind": "Kind of area"} if part == "matched" else {"reason": "Why"}
    if part in ("ambiguous", "unmatched"):
        headings["candidates"] = "What may be meant"
    frame = reading.rows(draft, upload, part)
    tables.show(
        frame,
        headings,
        {"row_number": lambda n: f"{n:.0f}", "reason": _say_why},
        f"{CAPTIONS[part]}.",
        key=f"rows-{part}",
    )


def _say_why(reason: Any) -> str:
    """Say why without the row's number, which stands beside it in the table."""
    return findings.capitalise(str(reason).partition(": ")[2])


def _radius(draft: Draft, upload: Upload) -> None:
    """Ask for the radius of points that give none."""
    if not columns.find_columns(upload.columns, "lat", "easting", "point"):
        return
    without = upload.rows["reason"].str.contains(NO_RADIUS, regex=False).sum()
    given = draft.reading.radius_m
    if not without and given is None:
        return
    state.preset("radius_m", None if given is None else int(given))
    label = f"{without:,} {'row gives' if without == 1 else 'rows give'} a point and no radius"
    st.number_input(
        f"{label if given is None else 'Points without a radius'}: take how many metres?",
        min_value=1,
        max_value=100_000,
        step=100,
        width=420,
        placeholder="800",
        **state.asker(
            "radius_m", lambda n: uploading.read_again(radius_m=None if n is None else n)
        ),
    )


def _questions(choice: Choice, draft: Draft, upload: Upload) -> None:
    """Ask what is meant: all at once where that is safe, and one by one."""
    asked = upload.questions
    sure = asked[asked["alike"] >= likeness.MIN_SURE_SCORE]
    if len(sure):
        st.button(
            f"Take the nearest where at least {likeness.MIN_SURE_SCORE} % alike ({len(sure):,})",
            key="_nearest",
            icon=":material/done_all:",
            on_click=uploading.read_again,
            kwargs={"accept": likeness.MIN_SURE_SCORE},
        )
    key = cache.key_of(choice.place)
    state.preset("within_place", draft.reading.place == key)
    st.toggle(
        f"Names with several meanings mean the one in "
        f"{layout.escape_markdown(findings.name_place(choice.place))}",
        **state.asker("within_place", lambda on: uploading.read_again(place=key if on else None)),
    )
    _ask_one_by_one(draft, upload)


@st.fragment
def _ask_one_by_one(draft: Draft, upload: Upload) -> None:
    """Ask some questions, those of most rows first; picks are used together, as reading takes."""
    if state.draft() is not draft:
        st.rerun()  # what was picked is used: all of the page is about the draft as it is now
    asked, picked = upload.questions, state.get_picked()
    pages, page = -(-len(asked) // MAX_QUESTIONS), 1
    if pages > 1:
        page = int(st.pagination(pages, key=state.number_key("_question_page")))
    some = asked.iloc[MAX_QUESTIONS * (page - 1) : MAX_QUESTIONS * page]
    across = st.columns(2)
    for rank, row in enumerate(some.itertuples()):
        labels = {**dict(row.candidates), LEAVE_OUT: "– leave it out –"}
        state.preset(f"question_{row.question}", picked.get(row.question))
        rows = f"{row.rows:,} {'row' if row.rows == 1 else 'rows'}"
        across[rank % 2].selectbox(
            layout.escape_markdown(f"{findings.capitalise(row.reason)} ({rows})"),
            list(labels),
            format_func=labels.__getitem__,
            index=None,
            placeholder="Choose, or leave it for later",
            **state.asker(f"question_{row.question}", partial(_pick, row.question)),
        )
    told = findings.write_count(len(picked), "choice", "choices")
    if picked:
        st.button(f"Use my {told}", key="_use_picks", type="primary", on_click=uploading.read_again)


def _pick(question: str, answer: str | None) -> None:
    if answer is None:
        state.get_picked().pop(question, None)
    else:
        state.get_picked()[question] = answer


def take_back(draft: Draft) -> None:
    """Let the reader take back what was chosen for names of this file."""
    reading = draft.reading
    if reading.choices or reading.accept <= 100 or reading.place is not None:
        st.button(
            "Take back my choices",
            key="_take_back",
            icon=":material/undo:",
            type="tertiary",
            on_click=uploading.read_again,
            kwargs={"choices": (), "accept": 101, "place": None},
        )
