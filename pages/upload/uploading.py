"""Uploading: a file is put in, read with its progress shown, and read in another way."""

from time import monotonic
from typing import Any

import pandas as pd
import streamlit as st

from mapping import intake, outlines
from mapping.errors import MappingError, TooLargeError
from mapping.footprints import Upload, columns, examples, ground
from mapping.intake import sheets
from mapping.wording import findings
from pages.shared import (
    drafts,
    files,
    held,
    layout,
    maps,
    own_maps,
    state,
    tables,
)
from pages.shared.choices import Choice
from pages.shared.drafts import Draft
from pages.upload import reading

PASTED = "Pasted list"
MAX_PASTED = 2_000_000
"""Letters that may be pasted; a file may be larger."""
PATIENCE_S = 1.0
"""So long a reader waits for the answer to a choice before a bar shows how far it is."""
BEGINNING = "Upload a list of who works where. Nothing is saved until you press Save."
WHAT = (
    f"Use a {intake.name_formats()} with a row for each organisation or each area, or a GIS file "
    "with an area for each. Say where each one works by area name, code, postcode, drawn shape, or "
    "a point and distance. Do not worry about mistakes: we show you what happened to every row."
)
FILE_LIMITS = (
    f"A {intake.name_formats(suffixes=True)}; or boundaries as "
    f"{outlines.name_formats(suffixes=True)}. "
    f"At most {intake.MAX_FILE_BYTES // 10**6} MB, {sheets.MAX_ROWS:,} rows, "
    f"{sheets.MAX_COLUMNS} columns, "
    f"{sheets.MAX_CELL_CHARACTERS:,} characters in a cell ({sheets.MAX_SHAPE_CHARACTERS:,} in a "
    "shape, of "
    f"{ground.MAX_VERTICES:,} corners). Your file is kept on this server for a day, so that you "
    "can come back to it, or until you forget it."
)
NO_TABLE = "We could not read this file as a table. Nothing has been saved."
TOO_LARGE = "This file is too large for this page. Nothing has been saved."


WAYS = pd.DataFrame(
    [
        (
            "Codes",
            "E09000007; E05013663",
            "Of wards, council areas, counties, regions, census areas; old codes are matched to "
            "today's areas",
        ),
        (
            "Names",
            "Camden; LB Islington; Kentish Town North",
            "If a name is misspelt, we ask which one you meant",
        ),
        ("Postcodes", "NW5 2AA; nw52ab; NW5 2; NW5; NW", "Full postcodes or the first part"),
        (
            "Points",
            "51.5489, -0.1360 and 800 m",
            "Latitude and longitude, easting and northing, or "
            "a grid reference, in one column or two, with a distance next to them",
        ),
        (
            "Shapes",
            'POLYGON((…)) or {"type": …}',
            "For GIS users: WKT or GeoJSON, in latitude and longitude or National Grid",
        ),
    ],
    columns=["way", "example", "more"],
)


def begin(choice: Choice, sentence: str = BEGINNING, what: str = WHAT) -> None:
    """Say what to drop, before there is a file; on a projector over the place's postcodes."""
    if choice.projector:
        title = f"The postcodes of {findings.name_place(choice.place)}"
        layout.view(choice, sentence, [], lambda: maps.show(choice, "data", title, []), how=what)
    else:
        layout.finding(sentence, what)


def ways() -> None:
    """List how a row may say where somebody works, with an example of each."""
    st.html(
        tables.html(
            WAYS,
            {"way": "Format", "example": "Example", "more": "What we accept"},
            {},
            "Ways to say where an organisation works.",
        )
    )
    st.caption(
        "Put several in one cell, separated by semicolons, or give each its own row. We recognise "
        "columns for type, sector, themes, level (scale) and contact by their headings. You can "
        "correct us."
    )


def boxes() -> None:
    """Let the reader drop a file, paste a list, open an example or take the template."""
    left, right = st.columns(2, gap="large")
    with left:
        st.file_uploader("Upload a file", **_taker("file", _take_dropped))
        st.caption(FILE_LIMITS)
    with right, st.form(key=state.number_key("paste"), border=False):
        st.text_area(
            "or paste a list",
            height=110,
            key=state.number_key("pasted"),
            max_chars=MAX_PASTED,
            placeholder="NW5 2AA, NW5 2AB… straight from an email is fine",
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                "Which organisation is this for?",
                key=state.number_key("whose"),
                max_chars=100,
                placeholder="Name of the organisation",
                width=280,
            )
            st.form_submit_button("Check the list", on_click=_take_pasted)
    _examples()


def _taker(key: str, take: Any) -> dict[str, Any]:
    """Return the key and callback of a box that is a new, empty one after ``renumber``."""
    return state.asker(state.number_key(key), take)


def _take_dropped(found: Any) -> None:
    if found is not None:
        put(found.getvalue(), found.name)


def _take_pasted() -> None:
    text, whose = (state.read_widget(state.number_key(key)) or "" for key in ("pasted", "whose"))
    if text.strip():
        put(text.encode("utf-8", "replace"), f"{whose.strip() or PASTED}.txt")


def put(content: bytes, name: str, *, is_example: bool = False) -> None:
    """Take up a file in the place of the one before."""
    held.put(held.ORGANISATIONS, drafts.make_draft(content, name, is_example=is_example))
    state.renumber()


def _examples() -> None:
    st.caption("Or try an example (made-up organisations).")
    with st.container(horizontal=True):
        for rank, example in enumerate(examples.EXAMPLES):
            st.button(
                example.title,
                key=f"_example_{rank}",
                icon=":material/science:",
                on_click=_open,
                args=(example,),
            )
        files.offer(
            "A template to fill in",
            examples.template,
            "template.csv",
            "text/csv",
            key="template-csv",
            icon=":material/download:",
        )


def _open(example: examples.Example) -> None:
    put(example.content, example.file_name, is_example=True)
    state.choose(place=example.place)


def read(draft: Draft) -> Upload | None:
    """Read a draft and show how far it is; a sentence and None where it cannot be read.

    A file that is read in another way is mostly known: a bar is shown only where it takes long.
    """
    slot, begun = st.empty(), monotonic()
    is_new = draft.reading == drafts.ReadOptions(draft.reading.name)

    def advance(share: float, what: str) -> None:
        if is_new or monotonic() - begun > PATIENCE_S:
            slot.progress(share, f"Reading: {what}…")

    try:
        found = reading.upload(draft, advance)
    except MappingError as fault:
        slot.empty()
        is_large = isinstance(fault, TooLargeError)
        layout.finding(TOO_LARGE if is_large else NO_TABLE)
        layout.problem(fault)
        offer_as_map(draft)
        return None
    slot.empty()
    return found


def offer_as_map(draft: Draft, *, is_read: bool = False) -> None:
    """Offer to read a file of boundaries as a map of areas, where it is one.

    ``is_read`` says that it was read as organisations.
    """
    if not outlines.is_boundaries(draft.content):
        return
    st.button(
        "Read it as a map of areas",
        key="_as_map",
        type="secondary" if is_read else "primary",
        icon=":material/map:",
        on_click=_take_as_map,
        args=(draft,),
    )


def _take_as_map(draft: Draft) -> None:
    """Go on with a file as a map of areas (for callbacks)."""
    held.put(held.MAP, own_maps.take_up(draft.content, draft.file_name))
    held.forget(held.ORGANISATIONS)
    state.choose(bring="map")


def say_file(draft: Draft, upload: Upload) -> str:
    """Say under the finding which file it is about, and that it is not saved yet."""
    made_up = "made-up " if draft.is_example else ""
    many = findings.write_count(len(upload), f"{made_up}organisation", f"{made_up}organisations")
    saved = "" if draft.saved else "Not saved yet."
    return f"{draft.file_name}: {many}. {saved}".strip()


def read_again(**changes: Any) -> None:
    """Read the draft in another way (for callbacks); what was picked for it is used as well."""

    def read(draft: Draft) -> Draft:
        choices = {**dict(draft.reading.choices), **dict(draft.picked)}
        return draft.read_as(**{"choices": tuple(choices.items()), **changes})

    held.change(held.ORGANISATIONS, read)


def ask_whose(upload: Upload) -> None:
    """Let the reader name the organisation of a file that names none."""
    if columns.find_columns(upload.columns, "actor") or not len(upload):
        return
    state.preset("whose_file", upload.actors["actor"].iloc[0])
    st.text_input(
        "Your file has no organisation column. These rows are all for:",
        width=420,
        max_chars=100,
        **state.asker("whose_file", _name_file),
    )


def _name_file(name: str) -> None:
    if (name or "").strip():
        read_again(name=f"{name.strip()}.txt")
