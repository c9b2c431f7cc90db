"""File of a map: it is put in, read as it seems best or as its reader says, and looked at."""

from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from mapping import intake, outlines, own_maps
from mapping.errors import MappingError
from mapping.footprints import outcomes
from mapping.takeaway import export
from mapping.wording import findings
from pages.shared import cache, held, layout, state, tables
from pages.shared import own_maps as files
from pages.shared.choices import Choice
from pages.shared.own_maps import MapFile
from pages.upload import (
    boxes,
    how_kept,
    kept_maps,
    map_preview,
    map_reading,
    rows,
    uploading,
)
from pages.upload.map_reading import ALL_FOLDERS, Reading

BEGINNING = "Upload a map of areas to have it on every page. Nothing is saved until you press Save."
WHAT = (
    "A map of areas says which neighbourhood team, network or patch each place belongs to. It can "
    f"be a {intake.name_formats()} with a row for each postcode, small census area (LSOA or data "
    "zone), ward or council area and a column that says where it belongs; or a GIS file of "
    "boundaries."
)
FILE_LIMITS = (
    f"A table as {intake.name_formats(suffixes=True)}; or boundaries as "
    f"{outlines.name_formats(suffixes=True)}. At most {outlines.MAX_FILE_BYTES // 10**6} MB, "
    f"{outlines.MAX_ROWS:,} areas and {outlines.MAX_CORNERS:,} corners. Your file is kept on "
    "this server for a day, or until you forget it; nothing that it points to is opened."
)
UNREADABLE = "We could not read this file as a map of areas. Nothing has been saved."
NONE = ""
HEADINGS = {
    "row_number": "Row",
    "area": "Area",
    "unit": "Belongs to",
    "reason": "Why",
    "candidates": "Possible matches",
}


def show(choice: Choice) -> None:
    """Draw all about a map: the file that was put in, or what may be put in and what is kept."""
    draft = held.map_file()
    if draft is None:
        uploading.begin(choice, kept_maps.say(choice) or BEGINNING, WHAT)
    else:
        _show_file(choice, draft)
    if choice.projector:
        return
    if draft is not None:
        st.header("Upload another file", anchor=False)
    _box()
    kept_maps.show(choice)


def _box() -> None:
    st.file_uploader(
        "Upload a map of areas", **state.asker(state.number_key("map_file"), _take_dropped)
    )
    st.caption(FILE_LIMITS)
    st.caption("Or try an example (made-up teams).")
    st.button(
        own_maps.EXAMPLE.title,
        key="_map_example",
        icon=":material/science:",
        on_click=_open_example,
    )


def _take_dropped(found: Any) -> None:
    if found is not None:
        put(found.getvalue(), found.name)


def _open_example() -> None:
    put(own_maps.EXAMPLE.content, own_maps.EXAMPLE.file_name)
    state.choose(place=own_maps.EXAMPLE.place)


def put(content: bytes, name: str) -> None:
    """Take up a file of a map in the place of the one before (for callbacks)."""
    held.put(held.MAP, files.take_up(content, name))
    state.renumber()


def _tell(change: Callable[..., MapFile], *told: Any, **more: Any) -> None:
    """Keep what the reader says about the file, which ``change`` takes first (for callbacks)."""
    held.change(held.MAP, lambda draft: change(draft, *told, **more))


def _show_file(choice: Choice, draft: MapFile) -> None:
    try:
        with st.spinner("Reading the map…"):
            reading = map_reading.read(draft, cache.key_of(choice.place))
    except MappingError as fault:
        layout.finding(UNREADABLE, f"{draft.name}.")
        layout.problem(fault)
        how_kept.show(held.MAP)
        return
    found = reading.found
    if found is None or found.layer is None:
        _show_undecided(choice, draft, reading)
    else:
        map_preview.view(choice, draft, reading, found.layer)
    if choice.projector:
        return
    if found is not None and found.layer is not None:
        _controls(choice, draft, reading)
        map_preview.show_table(choice, found.layer)
    _show_rows(reading)


def _show_undecided(choice: Choice, draft: MapFile, reading: Reading) -> None:
    """Say what is to be chosen before there is a map, or why there is none."""
    found, placed = reading.found, reading.placed
    if found is not None:
        sentence = "This file is not a map of areas yet. Nothing has been saved."
        if found.overlaps:
            sentence = (
                "The areas in this file overlap, so they are not a map: read them as organisations."
            )
    elif placed is not None:
        sentence = "Where are these areas? Say what their coordinates are."
    else:
        many = findings.write_count(len(reading.offered), "layer", "layers")
        sentence = f"This file has {many}: choose the one to read."
    layout.finding(sentence, f"{draft.name}.")
    if found is not None and found.problem:
        layout.note(found.problem)
    if placed is not None and placed.question:
        layout.note(f"{placed.question} Choose below what they are.")
    if choice.projector:
        return
    if found is not None and found.overlaps:
        st.button(
            "Read them as organisations' areas",
            key="_as_footprints",
            type="primary",
            icon=":material/groups:",
            on_click=_take_as_footprints,
            args=(draft, reading),
        )
    how_kept.show(held.MAP)
    _controls(choice, draft, reading)


def _take_as_footprints(draft: MapFile, reading: Reading) -> None:
    """Go on with areas that overlap as what organisations cover (for callbacks)."""
    if reading.drawn is None or reading.placed is None:
        return
    name = dict(draft.columns).get("name", own_maps.guess_name(reading.drawn))
    table = own_maps.write_footprints(reading.drawn, reading.placed, name=name)
    held.forget(held.MAP)
    uploading.put(table, f"{draft.name.rpartition('.')[0] or draft.name}.csv")
    state.choose(bring="organisations")


def _controls(choice: Choice, draft: MapFile, reading: Reading) -> None:
    """Let the reader choose layer, coordinates, sheet and columns."""
    st.header("How we read your file", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _layer_boxes(draft, reading)
        if reading.sheet is not None and reading.roles is not None:
            _table_boxes(draft, reading)
        elif reading.found is not None and reading.drawn is not None:
            _drawn_boxes(draft, reading.drawn)
    _ask(choice, draft, reading)


def _layer_boxes(draft: MapFile, reading: Reading) -> None:
    if len(reading.offered) > 1:
        names = {number: _name_layer(number, one) for number, one in reading.offered.items()}
        boxes.select(
            "Which layer is the map?",
            "map_layer",
            list(names),
            draft.layer,
            lambda number: _tell(MapFile.told, layer=number, system="", columns=()),
            format_func=names.__getitem__,
            placeholder="Choose a layer",
            width=360,
        )
    options = reading.placed.options if reading.placed is not None else ()
    if options or draft.system:
        boxes.select(
            "The coordinates are",
            "map_system",
            list(options) or list(outlines.SYSTEMS),
            draft.system or None,
            lambda system: _tell(MapFile.told, system=system or ""),
            format_func=outlines.SYSTEMS.__getitem__,
            placeholder="Choose what they are",
            width=420,
        )


def _name_layer(number: int, one: outlines.Outlines) -> str:
    count = findings.write_count(int(one.is_area.sum()), "area", "areas")
    if number == ALL_FOLDERS:
        return f"All folders together ({count})"
    return f"{one.name or f'Layer {number + 1}'} ({count})"


def _table_boxes(draft: MapFile, reading: Reading) -> None:
    sheet, roles = reading.sheet, reading.roles
    if sheet is None or roles is None:
        return
    if len(sheet.sheets) > 1:
        boxes.select(
            "Sheet",
            "map_sheet",
            list(sheet.sheets),
            sheet.sheet,
            lambda name: _tell(MapFile.told, sheet=name, columns=(), choices=()),
        )
    names = list(map(str, sheet.frame.columns))
    labels = {
        "area": "Column of the areas",
        "unit": "Column that says where each belongs",
        "name": "Column with its name, if different",
        "people": "Column of people, if several share an area",
    }
    for role, label in labels.items():
        _column_box(label, role, names, getattr(roles, role))
    if roles.people:
        _groups_box(draft, reading)


def _groups_box(draft: MapFile, reading: Reading) -> None:
    """Let the reader put in a second table: which network each practice is in."""
    st.file_uploader(
        "Are they in networks or groups? A table that says which",
        **state.asker(state.number_key("map_groups"), _take_groups),
    )
    if draft.groups and not reading.problem:
        st.caption(layout.escape_markdown(f"Grouped by {draft.groups_name}."))
    if reading.problem:
        layout.note(reading.problem)


def _take_groups(found: Any) -> None:
    """Take up the table of groups, or put it away (for callbacks)."""
    content, name = (found.getvalue(), found.name) if found is not None else (b"", "")
    _tell(MapFile.told, groups=content, groups_name=name, facts=None)


def _drawn_boxes(draft: MapFile, drawn: outlines.Outlines) -> None:
    names = list(drawn.columns)
    told = {"name": own_maps.guess_name(drawn), "code": NONE, **dict(draft.columns)}
    _column_box("Column with the areas' names", "name", names, told["name"])
    _column_box("Column with their codes, if they have any", "code", names, told["code"])


def _column_box(label: str, role: str, names: list[str], value: str) -> None:
    boxes.select(
        label,
        f"map_column_{role}",
        [NONE, *names],
        value,
        partial(_tell, MapFile.with_column, role),
        format_func=lambda name: name[:60] or "none",
        width=300,
    )


def _ask(choice: Choice, draft: MapFile, reading: Reading) -> None:
    """Ask which area is meant by names of several: those in the place, and others one by one."""
    found = reading.found
    if found is None or not (len(found.questions) or draft.inside):
        return
    boxes.ask_meanings(
        choice,
        found.questions,
        "map",
        inside=draft.inside,
        tell_inside=lambda on: _tell(MapFile.told, inside=on),
        tell_meaning=lambda question: partial(_tell, MapFile.with_choice, question),
    )


def _show_rows(reading: Reading) -> None:
    """Say what became of each row: in a sentence, and the rows of one outcome."""
    found = reading.found
    if found is None:
        return
    counts = found.counts
    st.header("What happened to each row", anchor=False)
    st.html(f"<p>{escape(outcomes.sentence(counts))}</p>")
    with st.container(horizontal=True, vertical_alignment="center"):
        part = st.segmented_control(
            "What happened to the rows of the map",
            [outcome for outcome, count in counts.items() if count],
            format_func=lambda outcome: f"{rows.OUTCOME_TITLES[outcome]} {counts[outcome]:,}",
            key=state.number_key("_map_part"),
            label_visibility="collapsed",
        )
        tables.csv_button(
            "Download all rows of the map (CSV)",
            lambda: export.csv(found.rows),
            "what-became-of-each-area",
            key="map-rows",
        )
    if part:
        _list_rows(found.rows[found.rows["outcome"] == part].reset_index(drop=True), part)


def _list_rows(some: pd.DataFrame, part: str) -> None:
    headings = {name: title for name, title in HEADINGS.items() if (some[name] != "").any()}
    if (some["area"] == some["unit"]).all():
        headings.pop("unit", None)  # of a drawing
    tables.show(
        some,
        headings,
        {"row_number": lambda n: f"{n:.0f}"},
        f"{rows.CAPTIONS[part]} (of the map).",
        key=f"map-{part}",
        stacked=True,
    )
