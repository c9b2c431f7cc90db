"""Rows: what became of each row of a file, as tables on the page and as a file to download."""

import streamlit as st

from mapping.footprints import Upload, outcomes
from mapping.takeaway import export
from pages.shared import layout, state, tables
from pages.shared.choices import Choice
from pages.shared.drafts import Draft
from pages.upload import how_read, questions, reading, uploading

OUTCOME_TITLES = {
    "matched": "Matched",
    "corrected": "Corrected",
    "ambiguous": "Need a decision",
    "unmatched": "Not matched",
}
CAPTIONS = {
    "matched": "Rows that matched",
    "corrected": "Rows that were corrected, and how",
    "ambiguous": "Rows that need a decision from you",
    "unmatched": "Rows that could not be matched to a place, and why",
}
SHOWN = {
    "matched": ("row_number", "actor", "says", "matched_to", "people"),
    "corrected": ("row_number", "actor", "says", "matched_to", "people", "reason"),
    "ambiguous": ("row_number", "actor", "says", "reason"),
    "unmatched": ("row_number", "actor", "says", "reason", "candidates"),
}
"""What is shown of the rows of each part."""


def parts(choice: Choice, draft: Draft, upload: Upload) -> None:
    """Ask about columns; let the reader open what became of the rows, one of four parts.

    Beside them the whole file can be downloaded.
    """
    how_read.say_taken(upload)
    uploading.offer_as_map(draft, is_read=True)
    questions.ask_about_columns(draft, upload)
    counts = upload.counts
    if unread := upload.sheet.unread:
        st.caption(layout.escape_markdown(" ".join(unread)))
    key = state.number_key("_part")
    opened = state.read_widget(key)
    with st.container(horizontal=True, vertical_alignment="center"):
        part = st.segmented_control(
            "What happened to each row",
            [outcome for outcome, count in counts.items() if count or outcome == opened],
            format_func=lambda outcome: f"{OUTCOME_TITLES[outcome]} {counts[outcome]:,}",
            key=key,
            label_visibility="collapsed",
        )
        said = export.note(f"What happened to each row of {draft.file_name}.", "residents")
        tables.csv_button(
            "Download all rows (CSV)",
            lambda: export.csv(outcomes.whole_file(upload.sheet, upload.rows), said, once=True),
            "what-became-of-each-row",
            key="outcome",
        )
    uploading.ask_whose(upload)
    questions.ask_radius(draft, upload)
    questions.take_back(draft)
    if part == "ambiguous":
        questions.ask_about_names(choice, draft, upload)
    if part and counts[part]:
        _table(draft, upload, part)


def _table(draft: Draft, upload: Upload, part: str) -> None:
    """List the rows of one part; a file of a hundred thousand is shown a page at a time."""
    frame = reading.rows(draft, upload, part)
    shown = [name for name in SHOWN[part] if name != "candidates" or frame[name].any()]
    words = outcomes.HEADINGS
    told = export.round_estimates(frame[shown], "residents").rename(columns=words)
    tables.show(
        told,
        {words[name]: words[name] for name in shown},
        {words["row_number"]: lambda n: f"{n:.0f}", words["people"]: tables.amounts("residents")},
        f"{CAPTIONS[part]}.",
        key=f"rows-{part}",
        stacked=True,
        once=True,
    )
