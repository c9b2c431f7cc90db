"""Weighing: a file of numbers by postcode or area becomes what the pages count by."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256
from html import escape
from typing import Any

import streamlit as st

from mapping import apart, intake, memory, own_weights, places
from mapping.errors import MappingError
from mapping.footprints import columns, outcomes
from mapping.geography import layers
from mapping.intake import sheets
from mapping.own_weights import Weighing, figures, own_lens
from mapping.takeaway import export
from mapping.workspaces import OwnLens
from pages.shared import (
    controls,
    held,
    layout,
    own_lenses,
    own_numbers,
    registers,
    starting,
    state,
    tables,
)
from pages.shared.cache import Key, key_of
from pages.shared.choices import Choice
from pages.shared.own_numbers import Numbers, TextPairs
from pages.upload import boxes, how_kept, reading, rows

WHAT = (
    f"A {intake.name_formats()} with a column of postcodes, small census areas (LSOA or data "
    "zone) or wards, by code or name, and a figure for each, such as residents, households or a "
    "need score. You can then use it on every page."
)
FILE_LIMITS = (
    f"A {intake.name_formats(suffixes=True)}. "
    f"At most {intake.MAX_FILE_BYTES // 10**6} MB and {sheets.MAX_ROWS:,} rows, or "
    f"{own_weights.MAX_POSTCODE_ROWS:,} in a CSV file of postcodes. The census's own counts of "
    "residents by postcode have more: they are read once by a command where Common Ground is "
    f"installed, `{intake.CENSUS_COMMAND} FILE`."
)
MAX_READ_MB = 200
"""What files of numbers that were read take together, of all readers."""
MAX_COUNTS_LETTERS = 60
RESULT = {
    "what": "What",
    "rows": "Rows",
    "sum": "Total",
    "share": "Share",
    "examples": "Examples",
}
OUTCOME_CAPTIONS = {**rows.CAPTIONS, "ambiguous": "Rows whose area could be several"}
HEADINGS = {
    "row_number": "Row",
    "area": "Area",
    "number": "Figure",
    "reason": "Why",
    "candidates": "Possible matches",
}


def box(choice: Choice) -> None:
    """Let the reader put in numbers, see what became of them, save them and count by them."""
    st.header("Your own figures", anchor=False)
    st.caption(WHAT)
    for lens in own_lenses.map_own(choice.kept).values():
        _show_lens(choice, lens)
    st.file_uploader("Upload figures", **state.asker(state.number_key("weights"), _take_dropped))
    st.caption(FILE_LIMITS)
    draft = held.numbers()
    if draft is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f"<h3>{escape(draft.name)}</h3>")
    how_kept.show(held.NUMBERS)
    try:
        _weigh(choice, draft)
    except MappingError as fault:
        layout.problem(fault)


def _take_dropped(found: Any) -> None:
    if found is not None:
        held.put(held.NUMBERS, own_numbers.take_up(found.getvalue(), found.name))
        state.renumber()


def _tell(change: Callable[..., Numbers], *told: Any, **more: Any) -> None:
    """Keep what the reader says about the file, which ``change`` takes first (for callbacks)."""
    held.change(held.NUMBERS, lambda draft: change(draft, *told, **more))


def _weigh(choice: Choice, draft: Numbers) -> None:
    """Read a file, ask what is left open, and offer to save what came of it."""
    found = _read(draft)
    _roles(found)
    if found.is_asked:
        layout.note("More than one column has numbers. Choose which to use.")
        return
    if not columns.find_columns(found.columns, "number"):
        layout.note("No column has numbers. Choose above the one to use, if there is one.")
        return
    place = key_of(choice.place) if draft.inside else None
    if place:
        found = _read(draft, (), place)
    _ask(choice, draft, found)
    if draft.choices:
        found = _read(draft, draft.choices, place)
    _show_outcomes(found)
    if len(found.lens.positions):
        lens = own_lens.rename(found.lens, name=draft.called, counts=draft.counts)
        _save(choice, draft, lens)
    else:
        layout.note("None of these rows matched a place, so there is nothing to use.")


@st.cache_resource(show_spinner=False)
def _weighings() -> memory.Cache:
    return memory.Cache(MAX_READ_MB, idle_s=reading.IDLE_S)


def _read(draft: Numbers, choices: TextPairs = (), place: Key | None = None) -> Weighing:
    """Read a file of numbers and show how far it is, unless it was read so before."""
    slot, turn = st.empty(), reading.Turn()

    def advance(share: float, what: str) -> None:
        slot.progress(share, f"Reading: {what}…")

    def make() -> Weighing:
        call = apart.call if apart.is_heavy(draft.content) else apart.call_here
        return call(
            own_weights.read,
            advance,
            draft.content,
            name=draft.name,
            roles=dict(draft.roles),
            choices=dict(choices),
            place=places.at(*place) if place else None,
            waits=turn.wait,
        )

    key = (draft.fingerprint, draft.name, draft.roles, choices, place)
    try:
        return _weighings().get(key, make)
    finally:
        slot.empty()
        turn.end()


def _roles(found: Weighing) -> None:
    """Let the reader choose the columns of the areas and of the numbers."""
    names = list(found.columns)
    where = next(iter(columns.find_columns(found.columns, *figures.AREA_ROLES)), None)
    number = next(iter(columns.find_columns(found.columns, "number")), None)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        boxes.select(
            "Areas column",
            "weights_where",
            names,
            where,
            partial(_tell, Numbers.with_areas),
        )
        if where is not None:
            boxes.select(
                "Type of area",
                "weights_kind",
                list(figures.AREA_ROLES),
                found.columns[where].role,
                partial(_tell, Numbers.with_areas, where),
                format_func=figures.AREA_WORDS.__getitem__,
            )
        boxes.select(
            "Figures column",
            "weights_number",
            list(found.numbers) or names,
            None if found.is_asked else number,
            partial(_tell, Numbers.with_number),
            placeholder="Choose a column",
        )


def _ask(choice: Choice, draft: Numbers, found: Weighing) -> None:
    """Ask which area is meant by names of several: those in the place, and others one by one."""
    if not len(found.questions) and not draft.inside:
        return
    boxes.ask_meanings(
        choice,
        found.questions,
        "weights",
        inside=draft.inside,
        chosen=dict(draft.choices),
        tell_inside=lambda on: _tell(Numbers.told, inside=on),
        tell_meaning=lambda question: partial(_tell, Numbers.with_choice, question),
    )


def _name_kinds(examples: str) -> str:
    """Write examples; of what was placed they are kinds of area, by the keys of their layers."""
    return "; ".join(
        layers.get(one).plural if layers.is_known(one) else one for one in examples.split("; ")
    )


def _show_outcomes(found: Weighing) -> None:
    """Say what became of the rows: in a sentence, in sums, and row by row."""
    st.html(f"<h3>{escape(outcomes.sentence(found.counts))}</h3>")
    said, residual = [*own_lens.summary(found.lens), *found.notes], own_lens.tabulate(found.lens)
    st.html(f"<ul>{''.join(f'<li>{escape(sentence)}</li>' for sentence in said)}</ul>")
    st.html(
        tables.html(
            residual.assign(examples=residual["examples"].map(_name_kinds)),
            {name: title for name, title in RESULT.items() if name in residual},
            {"rows": tables.write_whole, "sum": _figure, "share": tables.percent},
            "What happened to your figures.",
            stacked=True,
        )
    )
    counts = found.counts
    with st.container(horizontal=True, vertical_alignment="center"):
        part = st.segmented_control(
            "What happened to the rows of figures",
            [outcome for outcome, count in counts.items() if count],
            format_func=lambda outcome: f"{rows.OUTCOME_TITLES[outcome]} {counts[outcome]:,}",
            key=state.number_key("_weights_part"),
            label_visibility="collapsed",
        )
        tables.csv_button(
            "Download all rows of figures (CSV)",
            lambda: export.csv(found.rows),
            "what-became-of-each-number",
            key="weights-rows",
        )
    if part:
        some = found.rows[found.rows["outcome"] == part].reset_index(drop=True)
        tables.show(
            some,
            HEADINGS,
            {"row_number": lambda n: f"{n:.0f}", "number": _figure},
            f"{OUTCOME_CAPTIONS[part]} (of the figures).",
            key=f"weights-{part}",
            stacked=True,
        )


def _figure(value: float) -> str:
    return "–" if value != value else f"{value:,.10g}"


def _save(choice: Choice, draft: Numbers, lens: OwnLens) -> None:
    """Let the reader save a lens; nothing is saved before the button is pressed."""
    if lens.by in own_lenses.map_own(choice.kept):
        st.caption("Saved. It is listed above, and in the box next to the place name at the top.")
        return
    with st.form(key=f"save-weights-{boxes.find_workspace(choice)}", border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                "What the figures are (e.g. households)",
                lens.counts,
                MAX_COUNTS_LETTERS,
                width=280,
                key=_word("counts", draft),
            )
            st.text_input(
                "Name",
                lens.name,
                own_lens.MAX_NAME_LETTERS,
                width=280,
                key=_word("called", draft),
            )
        boxes.choose_workspace(choice, "Save the figures to", "weights")
        st.form_submit_button(
            "Save the figures",
            type="primary",
            icon=":material/save:",
            on_click=_keep,
            args=(choice, draft, lens),
        )


def _word(part: str, draft: Numbers) -> str:
    """Return the key of the box of a word: another one for other numbers of the same file."""
    column = sha256(draft.number.encode("utf-8", "replace")).hexdigest()[:8]
    return state.number_key(f"_weights_{part}_{column}")


def _keep(choice: Choice, draft: Numbers, lens: OwnLens) -> None:
    """Save a lens (for callbacks); asked for twice it is saved once. If it fails, say why."""
    said = {
        part: (state.read_widget(_word(part, draft)) or "").strip() for part in ("counts", "called")
    }
    lens = own_lens.rename(lens, name=said["called"], counts=said["counts"])
    _tell(replace, **said)
    into, name = boxes.read_workspace(choice, "weights")

    def save(workspace: str) -> None:
        registers.store().save_weights(workspace, lens, save_id=draft.save_id)

    try:
        workspace = starting.keep_in(choice, into, name, save, save_id=draft.save_id)
    except MappingError as fault:
        state.announce(str(fault))
        return
    held.settle(held.NUMBERS, Numbers.told)  # another save is another request
    state.choose(workspace=workspace)


def _show_lens(choice: Choice, lens: OwnLens) -> None:
    """Show a lens of the open workspace: what it left over, count by it, rename or remove it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f"<p><strong>{escape(own_lenses.label(lens.by, lens))}</strong></p>")
        if choice.by == lens.by:
            st.caption("Every page now uses these figures.")
        else:
            st.button(
                "Use these figures",
                key=f"_count_by_{lens.id}",
                on_click=state.choose,
                kwargs={"by": lens.by},
            )
        if registers.may_change(choice.kept):
            _change_boxes(choice, lens)
    st.caption(layout.escape_markdown(own_lens.note(lens)))


def _change_boxes(choice: Choice, lens: OwnLens) -> None:
    with st.popover("Rename", icon=":material/edit:"):
        _rename_box(choice, lens)
    with st.popover("Remove", icon=":material/delete:"):
        controls.confirm_removal(f"_remove_weights_{lens.id}", _remove, choice, lens)


def _rename_box(choice: Choice, lens: OwnLens) -> None:
    st.text_input(
        "What these figures are",
        lens.counts,
        key=f"_new_counts_{lens.id}",
        max_chars=MAX_COUNTS_LETTERS,
    )
    st.text_input(
        "Name of these figures",
        lens.name,
        key=f"_new_name_{lens.id}",
        max_chars=own_lens.MAX_NAME_LETTERS,
    )
    st.caption("Links made before the change will show residents instead.")
    st.button(
        "Rename these figures",
        key=f"_rename_weights_{lens.id}",
        type="primary",
        on_click=_rename,
        args=(choice, lens),
    )


def _rename(choice: Choice, lens: OwnLens) -> None:
    """Give a lens other words (for callbacks); whoever counts by it here goes on to."""
    name, counts = (
        state.read_widget(f"_new_{part}_{lens.id}") or "" for part in ("name", "counts")
    )
    renamed = own_lens.rename(lens, name=name.strip(), counts=counts.strip())
    if renamed.by == lens.by:
        return
    changes = {key: renamed.by for key in ("by", "need") if getattr(choice, key) == lens.by}
    try:
        registers.store().save_weights(choice.kept[0], renamed, replaced=lens.id)
    except MappingError as fault:
        state.announce(str(fault))
        return
    state.choose(**changes)
    state.announce(f"Renamed “{lens.name}” to “{renamed.name}” ({renamed.counts}).")


def _remove(choice: Choice, lens: OwnLens) -> None:
    """Remove a lens from the open workspace (for callbacks)."""
    changes = {"by": own_lenses.USUAL_LENS} if choice.by == lens.by else {}
    changes |= {"need": ""} if choice.need == lens.by else {}
    try:
        registers.store().remove_weights(choice.kept[0], lens.id)
    except MappingError as fault:
        state.announce(str(fault))
        return
    state.choose(**changes)
    state.announce(f"“{lens.name}” was removed.")
