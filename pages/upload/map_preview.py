"""Preview of maps: a map that was read, drawn before it is kept, and its twin as a table."""

from functools import partial
from html import escape

import streamlit as st

from mapping.drawing import webmap
from mapping.geography import Layer
from mapping.wording import findings
from pages.shared import areas, cache, fetched, layout, maps
from pages.shared.choices import Choice
from pages.shared.layout import Number
from pages.shared.own_maps import MapFile
from pages.upload import boxes, map_reading, map_saving
from pages.upload.map_reading import Reading

AREA_SIGN = webmap.AreaSign("#cfe6e1", opacity=0.55, line="#1b2733", width_px=1.6)
NOWHERE_SIGN = webmap.AreaSign("#fbf8f3", opacity=0.0, line="#bdb5a6")
HOW = (
    "Each postcode belongs to the area it is in. In a table the smallest area counts, where areas "
    "are inside each other. Resident numbers are estimates. People outside all areas are counted "
    "in the council areas most of whose residents are in one."
)


def view(choice: Choice, draft: MapFile, reading: Reading, layer: Layer) -> None:
    """Draw a map with its sentence, its numbers, and the boxes that keep it."""
    key, counts = cache.key_of(choice.place), reading.found.counts if reading.found else {}
    here = cache.unit_count(key, layer.key)
    counted = sum(counts.get(outcome, 0) for outcome in ("matched", "corrected"))
    numbers = [
        Number("Areas", f"{len(layer.codes):,}", HOW),
        Number(f"In {findings.name_place(choice.place)}", f"{here:,}", HOW),
        Number("Rows used", f"{counted:,}", HOW),
    ]

    def beside() -> None:
        _home_button(choice, layer)
        map_saving.box(choice, draft, reading.facts, layer)

    layout.view(
        choice,
        map_reading.say_left_over(layer.key),
        numbers,
        partial(_draw, choice, layer) if here else partial(_say_elsewhere, choice, layer),
        how=HOW,
        explain=layout.join_sentences([layer], f"{draft.name}. Not saved yet."),
        under=None if choice.projector else partial(_under, reading),
        aside=None if choice.projector else beside,
    )


def _draw(choice: Choice, layer: Layer) -> None:
    """Draw and name the areas of a map, over bare ground where there is none; districts' lines."""
    key, over = cache.key_of(choice.place), maps.choose_lines(choice, layer)
    with maps.preparing(choice, layer.key, *over):
        cells = cache.list_cells(choice.place, layer.key, *over)
        shapes = fetched.areas(key, layer.key, cells)
        rest = {k: fetched.areas(key, k, cells) for k in over}
    frame = cache.units_table(key, layer.key, choice.by)
    labels = {
        code: findings.people(people, choice.by)
        for code, people in zip(frame["code"], frame["people"], strict=True)
    }
    thick = choice.projector
    drawn: list[webmap.Overlay] = [
        webmap.areas(shapes, default=AREA_SIGN, labels=labels, projector=thick)
    ]
    drawn += [webmap.borders(rest[k], sign, projector=thick) for k, (sign, _) in over.items()]
    drawn += maps.write_names(choice, shapes)
    legend: list[tuple] = [(AREA_SIGN, findings.capitalise(layer.plural))]
    if (frame["code"] == "").any():
        legend.append((NOWHERE_SIGN, "Outside all of them"))
    title = f"{findings.capitalise(layer.plural)} in {findings.name_place(choice.place)}"
    maps.show(choice, "own-map", title, drawn, [*legend, *over.values()])


def show_table(choice: Choice, layer: Layer) -> None:
    """List the areas of a map that lie in the place: its twin."""
    if cache.unit_count(cache.key_of(choice.place), layer.key):
        areas.show(choice, layer)


def _say_elsewhere(choice: Choice, layer: Layer) -> None:
    layout.note(
        f"None of the {findings.write_count(len(layer.codes), 'area', 'areas')} is in "
        f"{findings.name_place(choice.place)}. Go to the place where they are."
    )


def _under(reading: Reading) -> None:
    """Say between the sentence and the map what was found in the file."""
    notes = list(reading.found.notes if reading.found else ())
    if reading.others:
        notes.append(f"We left out layers without areas: {findings.join_names(reading.others)}.")
    if notes:
        st.html(f"<ul>{''.join(f'<li>{escape(note)}</li>' for note in notes)}</ul>")


def _home_button(choice: Choice, layer: Layer) -> None:
    home = map_reading.find_home(layer.key)
    boxes.offer_home(choice, home, "_map_home", "Most people in its areas live there.")
