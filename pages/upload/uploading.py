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
from pages.shared import drafts, layout, maps, own_maps, state, tables, visit
from pages.shared.choices import Choice
from pages.shared.drafts import Draft
from pages.upload import reading

PASTED = "Pasted list"
MAX_PASTED = 2_000_000
"""Letters that may be pasted; a file may be larger."""
PATIENCE_S = 1.0
"""So long a reader waits for the answer to a choice before a bar shows how far it is."""
BEGINNING = "Drop a list of who works where: nothing is saved until you say so."
WHAT = (
    f"A {intake.name_formats()} with a row for each organisation or for each area, or a file of "
    "boundaries with an area for each. Where it works may stand in a table as codes, names, "
    "postcodes, shapes (WKT or GeoJSON), or points with a radius; mistakes are expected, and every "
    "row is accounted for."
)
FILE_LIMITS = (
    f"A {intake.name_formats(suffixes=True)}; or boundaries as "
    f"{outlines.name_formats(suffixes=True)}. "
    f"At most {intake.MAX_FILE_BYTES // 10**6} MB, {sheets.MAX_ROWS:,} rows, "
    f"{sheets.MAX_COLUMNS} columns, "
    f"{sheets.MAX_CELL_CHARACTERS:,} characters in a cell ({sheets.MAX_SHAPE_CHARACTERS:,} in a "
    "shape, of "
    f"{ground.MAX_VERTICES:,} corners). A file stays on this server while you look at it."
)
NO_TABLE = "This file cannot be read as a table; nothing was saved."
TOO_LARGE = "This file is too large for this page; nothing was saved."


WAYS = pd.DataFrame(
    [
        (
            "Codes",
            "E09000007; E05013663",
            "Of wards, districts, counties, regions, census areas; "
            "those no longer in use are carried forward",
        ),
        (
            "Names",
            "Camden; LB Islington; Kentish Town North",
            "Mistakes in spelling are put to you as a question",
        ),
        ("Postcodes", "NW5 2AA; nw52ab; NW5 2; NW5; NW", "Whole ones, sectors, districts, areas"),
        (
            "Points",
            "51.5489, -0.1360 and 800 m",
            "Latitude and longitude, easting and northing, or "
            "a grid reference, in one column or two; with a radius beside them",
        ),
        (
            "Shapes",
            'POLYGON((…)) or {"type": …}',
            "As WKT or GeoJSON, in degrees or metres of the British grid",
        ),
    ],
    columns=["way", "example", "more"],
)


def begin(choice: Choice, sentence: str = BEGINNING, what: str = WHAT) -> None:
    """Say what to drop, before there is a file; on a projector over the place's postcodes."""
    if choice.projector:
        title = f"The postcodes of {choice.place.name}"
        layout.view(choice, sentence, [], lambda: maps.show(choice, "data", title, []), how=what)
    else:
        layout.finding(sentence, what)


def ways() -> None:
    """List how a row may say where somebody works, with an example of each."""
    st.html(
        tables.html(
            WAYS,
            {"way": "As", "example": "For example", "more": "What is understood"},
            {},
            "How a row may say where somebody works.",
        )
    )
    st.caption(
        "Several may stand in one cell with “;” between them, or in one row each. Columns "
        "for the type, sector, themes, scale and contact of an organisation are known by "
        "their headings; what a column was taken for can be changed."
    )


def boxes() -> None:
    """Let the reader drop a file, paste a list, open an example or take the template."""
    left, right = st.columns(2, gap="large")
    with left:
        st.file_uploader("Drop a file here, or choose one", **_taker("file", _take_dropped))
        st.caption(FILE_LIMITS)
    with right, st.form(key=state.number_key("paste"), border=False):
        st.text_area(
            "or paste a list here",
            height=110,
            key=state.number_key("pasted"),
            max_chars=MAX_PASTED,
            placeholder="NW5 2AA, NW5 2AB … out of an email will do",
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                "Whose list is it?",
                key=state.number_key("whose"),
                max_chars=100,
                placeholder="Name of the organisation",
                width=280,
            )
            st.form_submit_button("Read the list", on_click=_take_pasted)
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
    state.get_picked().clear()
    state.put_draft(drafts.make_draft(content, name, is_example=is_example))
    state.renumber()


def _examples() -> None:
    st.caption("Or try an example. Its organisations are not real: they are illustrative.")
    with st.container(horizontal=True):
        for rank, example in enumerate(examples.EXAMPLES):
            st.button(
                example.title,
                key=f"_example_{rank}",
                icon=":material/science:",
                on_click=_open,
                args=(example,),
            )
        st.download_button(
            "A template to fill in",
            examples.template,
            "template.csv",
            "text/csv",
            key="template-csv",
            on_click="ignore",
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
            slot.progress(share, f"Reading: {what} …")

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
    visit.put_map_file(own_maps.take_up(draft.content, draft.file_name))
    state.put_draft(None)
    state.choose(bring="map")


def say_file(draft: Draft, upload: Upload) -> str:
    """Say under the finding which file it is about, and that it is not saved yet."""
    many = findings.write_count(len(upload), "organisation", "organisations")
    example = "Its organisations are not real: they are illustrative." if draft.is_example else ""
    saved = "" if draft.saved else "Nothing is saved yet."
    return " ".join(filter(None, (f"{draft.file_name}: {many}.", example, saved)))


def read_again(**changes: Any) -> None:
    """Read the draft in another way (for callbacks); what was picked for it is used as well."""
    draft = state.draft()
    if draft is not None:
        choices = {**dict(draft.reading.choices), **state.get_picked()}
        state.get_picked().clear()
        state.put_draft(draft.read_as(**{"choices": tuple(choices.items()), **changes}))


def ask_whose(upload: Upload) -> None:
    """Let the reader name the organisation of a file that names none."""
    if columns.find_columns(upload.columns, "actor") or not len(upload):
        return
    state.preset("whose_file", upload.actors["actor"].iloc[0])
    st.text_input(
        "No column names organisations: all rows are of",
        width=420,
        max_chars=100,
        **state.asker("whose_file", _name_file),
    )


def _name_file(name: str) -> None:
    if (name or "").strip():
        read_again(name=f"{name.strip()}.txt")
