"""How a file was read: what was taken from which column, how sure that is, and other ways."""

from collections.abc import Sequence
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from mapping.footprints import Upload, columns, drawn
from mapping.intake import delimited, encodings, sheets
from mapping.wording import findings
from pages.shared import drafts, held, layout, state, tables
from pages.shared.drafts import Draft
from pages.upload import uploading

MAX_SHOWN_COLUMNS = 12
"""So many columns are offered at a time."""
MAX_SHOWN_CELLS = 3
MAX_SOUGHT_CELLS = 100
"""Among so many cells examples are sought first."""
MAX_NAMED_COLUMNS = 4
"""So many columns are named in a sentence; the others are counted."""
WHY = {
    "form": "the form of the file",
    "heading": "its heading",
    "content": "its cells",
    "chosen": "your choice",
    "": "–",
}
HEADINGS = {
    "name": "Column",
    "role": "Read as",
    "why": "Because of",
    "score": "How sure, out of 100",
    "cells": "Examples",
}
SURE = ("name", "role", "why", "score")
UNUSED = "ignore"


def say_taken(upload: Upload) -> None:
    """Say which form the file has and what was taken from which column; on request how sure."""
    who = columns.find_columns(upload.columns, "actor")
    where = columns.find_columns(upload.columns, *columns.WHERE)
    taken = [f"organisations from {_name(who)}"] if who else []
    taken += [f"where they work from {_name(where)}"] if where else []
    said = ", ".join(taken)
    with st.container(horizontal=True, vertical_alignment="center", key="cg-taken"):
        if said:
            told = f"{findings.capitalise(said)}."
            st.markdown(layout.escape_markdown(f"{upload.form} {told}".strip()), width="content")
        with st.popover("What we read from which column", type="tertiary", width="content"):
            used = [name for name, guess in upload.columns.items() if guess.role != UNUSED]
            rest = len(upload.columns) - len(used)
            _list_columns(upload, used, "What we read from which column", shown=SURE)
            if rest:
                others = findings.write_count(rest, "other column is", "other columns are")
                st.caption(f"{findings.capitalise(others)} not used.")
            st.caption("You can change this under “How we read your file”, below.")


def _name(some: list[str]) -> str:
    """Name columns: "“Ward” and “Council”", "“A”, “B”, “C”, “D” and three others"."""
    named = [f"“{name[:60]}”" for name in some[:MAX_NAMED_COLUMNS]]
    more = len(some) - MAX_NAMED_COLUMNS
    others = [findings.write_count(more, "other", "others")] if more > 0 else []
    return findings.join_names([*named, *others])


def _cut_again(**changes: Any) -> None:
    """Cut the file into another table: its columns are new."""
    uploading.read_again(roles=(), **changes)


def show(draft: Draft, upload: Upload | None) -> None:
    """Say how the file was read, and let the reader have it read otherwise."""
    lost = upload is None or not columns.find_columns(upload.columns, *columns.WHERE)
    title = "How we read your file" if upload is not None else "Read it in another way"
    with st.expander(title, expanded=lost, key=state.number_key("how-read")):
        if upload is not None and (notes := [*_describe_sheet(upload), *upload.notes]):
            st.html(f"<ul>{''.join(f'<li>{escape(note)}</li>' for note in notes)}</ul>")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _file_boxes(draft, upload)
        if upload is not None:
            _columns(draft, upload)


def _describe_sheet(upload: Upload) -> list[str]:
    table = upload.sheet
    rows, across = table.frame.shape
    many = f"{rows:,} {'row' if rows == 1 else 'rows'}"
    if table.kind == drawn.KIND:
        return [f"{many} and {findings.write_count(across, 'column', 'columns')}."]
    where = f"headings in row {table.header_row}" if table.header_row else "no headings"
    return [f"{many} and {findings.write_count(across, 'column', 'columns')}; {where}."]


def _file_boxes(draft: Draft, upload: Upload | None) -> None:
    table, reading = upload.sheet if upload else None, draft.reading
    if table is None or table.encoding:
        found = table.encoding if table else reading.encoding
        _box(
            "Character set", "encoding", {"": "detect automatically", **encodings.ENCODINGS}, found
        )
    if table is None or table.kind == "csv":
        cut = table.delimiter if table else reading.delimiter
        _box(
            "Separator",
            "delimiter",
            {"": "one column, or detect automatically", **delimited.DELIMITERS},
            cut,
        )
    if table is not None and len(table.sheets) > 1:
        names = {name: name for name in table.sheets}
        _box("Layer" if table.kind == drawn.KIND else "Sheet", "sheet", names, table.sheet)
    if table is None or table.kind != drawn.KIND:
        state.preset("header_row", table.header_row if table else reading.header_row)
        st.number_input(
            "Heading row (0 if none)",
            min_value=0,
            max_value=sheets.MAX_ROWS,
            step=1,
            width=220,
            **state.asker("header_row", lambda number: _cut_again(header_row=number)),
        )
    if reading != drafts.ReadOptions(reading.name):
        st.button(
            "Start again with this file",
            icon=":material/undo:",
            key="_as_at_first",
            on_click=_reset,
        )


def _box(label: str, key: str, options: dict[str, str], value: str) -> None:
    state.preset(key, value if value in options else "")
    st.selectbox(
        label,
        list(options),
        format_func=lambda name: options[name],
        width=240,
        **state.asker(key, lambda found: _cut_again(**{key: found})),
    )


def _reset() -> None:
    draft = held.draft()
    if draft is not None:
        uploading.put(draft.content, draft.file_name, is_example=draft.is_example)


def _columns(draft: Draft, upload: Upload) -> None:
    """Offer what each column may be taken for, some at a time, with a table of all."""
    guesses = upload.columns
    st.caption("What we think each column is. Change any that are wrong.")
    names = list(guesses)
    page = 1
    if len(names) > MAX_SHOWN_COLUMNS:
        page = int(
            st.pagination(-(-len(names) // MAX_SHOWN_COLUMNS), key=state.number_key("_column_page"))
        )
    shown = list(enumerate(names))[MAX_SHOWN_COLUMNS * (page - 1) : MAX_SHOWN_COLUMNS * page]
    across = st.columns(3)
    for place, (rank, name) in enumerate(shown):
        state.preset(f"role_{rank}", guesses[name].role)
        across[place % 3].selectbox(
            layout.escape_markdown(name[:60]),
            list(columns.ROLES),
            format_func=columns.ROLES.__getitem__,
            **state.asker(f"role_{rank}", partial(_role, draft, name)),
        )
    _list_columns(upload, [name for _, name in shown], "How each column was read")


def _list_columns(
    upload: Upload, names: list[str], caption: str, shown: Sequence[str] = tuple(HEADINGS)
) -> None:
    """List what columns were taken for, by what, how sure that is, and their first cells."""
    some = [upload.columns[name] for name in names]
    told = {
        "name": names,
        "role": [columns.ROLES.get(guess.role, guess.role) for guess in some],
        "why": [WHY[guess.why] for guess in some],
        "score": [str(guess.score) if guess.why else "–" for guess in some],
        "cells": [_first_cells(upload.sheet.frame[name]) for name in names],
    }
    headings = {name: HEADINGS[name] for name in shown}
    st.html(tables.html(pd.DataFrame(told), headings, {}, f"{caption}.", stacked=True))


def _first_cells(cells: Any) -> str:
    first = cells.head(MAX_SOUGHT_CELLS)
    if (first != "").sum() < MAX_SHOWN_CELLS:
        first = cells
    filled = first[first != ""].head(MAX_SHOWN_CELLS)
    return " · ".join(text[:40] for text in filled)


def _role(draft: Draft, name: str, role: str) -> None:
    uploading.read_again(roles=tuple({**dict(draft.reading.roles), name: role}.items()))
