"""Weighing: a file of numbers by postcode or area becomes what the pages count by."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256
from html import escape
from typing import Any

import streamlit as st

from mapping import intake, memory, own_weights, places
from mapping.errors import MappingError
from mapping.footprints import columns, outcomes
from mapping.intake import sheets
from mapping.own_weights import Weighing, figures, own_lens
from mapping.takeaway import export
from mapping.wording import findings
from mapping.workspaces import OwnLens
from pages.shared import (
    layout,
    own_lenses,
    own_numbers,
    registers,
    state,
    tables,
    visit,
)
from pages.shared.cache import Key, key_of
from pages.shared.choices import Choice
from pages.shared.own_numbers import Numbers, TextPairs
from pages.upload import rows, workspace_box

WHAT = (
    f"A {intake.name_formats()} with a column of postcodes, small census areas (LSOA or data "
    "zone) or wards, by code or name, and a column with a number for each: residents, households, "
    "need. Every page can then count by it."
)
FILE_LIMITS = (
    f"A {intake.name_formats(suffixes=True)}. "
    f"At most {intake.MAX_FILE_BYTES // 10**6} MB and {sheets.MAX_ROWS:,} rows, or "
    f"{own_weights.MAX_POSTCODE_ROWS:,} in a CSV file of postcodes."
)
MAX_READ_MB = 400
"""What files of numbers that were read take together, of all readers."""
MAX_QUESTIONS = 10
"""So many names are asked about at a time."""
MAX_COUNTS_LETTERS = 60
NEW = LEAVE_OUT = ""
OUTCOME_CAPTIONS = {**rows.CAPTIONS, "ambiguous": "Rows whose area may be several"}
HEADINGS = {
    "row_number": "Row",
    "area": "Area",
    "number": "Number",
    "reason": "Why",
    "candidates": "What may be meant",
}


def box(choice: Choice) -> None:
    """Let the reader put in numbers, see what became of them, save them and count by them."""
    st.header("Numbers to count by", anchor=False)
    st.caption(WHAT)
    for lens in own_lenses.map_own(choice.kept).values():
        _show_lens(choice, lens)
    st.file_uploader(
        "Drop a file of numbers here", **state.asker(state.number_key("weights"), _take_dropped)
    )
    st.caption(FILE_LIMITS)
    draft = visit.numbers()
    if draft is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f"<h3>{escape(draft.name)}</h3>")
        st.button("Put the file of numbers away", icon=":material/close:", on_click=_put_away)
    try:
        _weigh(choice, draft)
    except MappingError as fault:
        layout.problem(fault)


def _take_dropped(found: Any) -> None:
    if found is not None:
        visit.put_numbers(own_numbers.take_up(found.getvalue(), found.name))
        state.renumber()


def _put_away() -> None:
    visit.put_numbers(None)
    state.renumber()


def _tell(change: Callable[..., Numbers], *told: Any, **more: Any) -> None:
    """Keep what the reader says about the file, which ``change`` takes first (for callbacks)."""
    draft = visit.numbers()
    if draft is not None:
        visit.put_numbers(change(draft, *told, **more))


def _weigh(choice: Choice, draft: Numbers) -> None:
    """Read a file, ask what is left open, and offer to save what came of it."""
    found = _read(draft)
    _roles(found)
    if found.is_asked:
        layout.note("Several columns hold numbers: choose above the one that counts.")
        return
    if not columns.find_columns(found.columns, "number"):
        layout.note("No column holds numbers: choose above the one that counts, if there is one.")
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
        layout.note("Nothing of this file is placed, so there is nothing to count by.")


@st.cache_resource(show_spinner=False)
def _weighings() -> memory.Cache:
    return memory.Cache(MAX_READ_MB)


def _read(draft: Numbers, choices: TextPairs = (), place: Key | None = None) -> Weighing:
    """Read a file of numbers and show how far it is, unless it was read so before."""
    slot = st.empty()

    def advance(share: float, what: str) -> None:
        slot.progress(share, f"Reading: {what} …")

    def make() -> Weighing:
        return own_weights.read(
            draft.content,
            name=draft.name,
            roles=dict(draft.roles),
            choices=dict(choices),
            place=places.at(*place) if place else None,
            advance=advance,
        )

    key = (draft.fingerprint, draft.name, draft.roles, choices, place)
    found = _weighings().get(key, make)
    slot.empty()
    return found


def _roles(found: Weighing) -> None:
    """Let the reader choose the columns of the areas and of the numbers."""
    names = list(found.columns)
    where = next(iter(columns.find_columns(found.columns, *figures.AREA_ROLES)), None)
    number = next(iter(columns.find_columns(found.columns, "number")), None)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _select(
            "Column that names the areas", "where", names, where, partial(_tell, Numbers.with_areas)
        )
        if where is not None:
            _select(
                "They are",
                "kind",
                list(figures.AREA_ROLES),
                found.columns[where].role,
                partial(_tell, Numbers.with_areas, where),
                format_func=figures.AREA_WORDS.__getitem__,
            )
        _select(
            "Column with the number",
            "number",
            list(found.numbers) or names,
            None if found.is_asked else number,
            partial(_tell, Numbers.with_number),
            placeholder="Choose what counts",
        )


def _select(
    label: str,
    key: str,
    options: list[str],
    value: str | None,
    take: Callable[[Any], None],
    **more: Any,
) -> None:
    """Draw a box that shows what is so, and hands on what is chosen."""
    widget = state.number_key(f"weights_{key}")
    state.preset(widget, value)
    st.selectbox(
        label,
        options,
        index=None if value is None else 0,
        width=more.pop("width", 280),
        **more,
        **state.asker(widget, take),
    )


def _ask(choice: Choice, draft: Numbers, found: Weighing) -> None:
    """Ask which area is meant by names of several: those in the place, and others one by one."""
    if not len(found.questions) and not draft.inside:
        return
    widget = state.number_key("weights_inside")
    state.preset(widget, draft.inside)
    label = f"Names with several meanings mean the one in {choice.place.name}"
    st.checkbox(
        layout.escape_markdown(label),
        **state.asker(widget, lambda on: _tell(Numbers.told, inside=on)),
    )
    chosen = dict(draft.choices)
    for rank, question in enumerate(found.questions.head(MAX_QUESTIONS).to_dict("records")):
        labels = {LEAVE_OUT: "Choose, or leave it out", **dict(question["candidates"])}
        _select(
            layout.escape_markdown(f"“{question['text'][:60]}” is"),
            f"meant_{rank}",
            list(labels),
            chosen.get(question["question"], LEAVE_OUT),
            partial(_tell, Numbers.with_choice, question["question"]),
            width=420,
            format_func=labels.__getitem__,
        )
    if (more := len(found.questions) - MAX_QUESTIONS) > 0:
        many = findings.write_count(more, "other name", "other names")
        left = "it is" if more == 1 else "they are"
        st.caption(
            f"{findings.capitalise(many)} may mean several areas: {left} left out, and listed "
            "below."
        )


def _show_outcomes(found: Weighing) -> None:
    """Say what became of the rows: in a sentence, in sums, and row by row."""
    st.html(f"<h3>{escape(outcomes.sentence(found.counts))}</h3>")
    said = [*own_lens.summary(found.lens), *found.notes]
    st.html(f"<ul>{''.join(f'<li>{escape(sentence)}</li>' for sentence in said)}</ul>")
    st.html(
        tables.html(
            found.lens.residual,
            {
                "what": "What",
                "rows": "How many",
                "sum": "Their sum",
                "share": "Share",
                "examples": "Examples",
            },
            {"rows": tables.write_whole, "sum": _figure, "share": tables.percent},
            "What the file comes to, and what counts for nothing.",
        )
    )
    counts = found.counts
    with st.container(horizontal=True, vertical_alignment="center"):
        part = st.segmented_control(
            "What became of the rows of numbers",
            [outcome for outcome, count in counts.items() if count],
            format_func=lambda outcome: f"{rows.OUTCOME_TITLES[outcome]} {counts[outcome]:,}",
            key=state.number_key("_weights_part"),
            label_visibility="collapsed",
        )
        tables.csv_button(
            "All rows of numbers as CSV",
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
            f"{OUTCOME_CAPTIONS[part]}, of the file of numbers.",
            key=f"weights-{part}",
        )


def _figure(value: float) -> str:
    return "–" if value != value else f"{value:,.10g}"


def _save(choice: Choice, draft: Numbers, lens: OwnLens) -> None:
    """Let the reader save a lens; nothing is saved before the button is pressed."""
    if lens.by in own_lenses.map_own(choice.kept):
        st.caption("Saved: it stands above, and under Count.")
        return
    known = workspace_box.names()
    here = choice.kept[0] if choice.kept[0] in known else NEW
    with st.form(key=f"save-weights-{here}", border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                "What it counts",
                lens.counts,
                MAX_COUNTS_LETTERS,
                width=280,
                key=_word("counts", draft),
            )
            st.text_input(
                "Its name",
                lens.name,
                own_lens.MAX_NAME_LETTERS,
                width=280,
                key=_word("called", draft),
            )
        st.selectbox(
            "Save the numbers into",
            [NEW, *known],
            key=f"_weights_into_{here}",
            index=[NEW, *known].index(here),
            format_func=lambda w: known.get(w, "a new workspace"),
        )
        st.text_input(
            "Name of the new workspace",
            max_chars=120,
            key="_weights_workspace",
            placeholder=_suggest_name(choice),
        )
        st.form_submit_button(
            "Save the numbers",
            type="primary",
            icon=":material/save:",
            on_click=_keep,
            args=(choice, draft, lens),
        )


def _word(part: str, draft: Numbers) -> str:
    """Return the key of the box of a word: another one for other numbers of the same file."""
    column = sha256(draft.number.encode("utf-8", "replace")).hexdigest()[:8]
    return state.number_key(f"_weights_{part}_{column}")


def _suggest_name(choice: Choice) -> str:
    return f"Partners in {choice.place.name}"


def _keep(choice: Choice, draft: Numbers, lens: OwnLens) -> None:
    """Save a lens (for callbacks); asked for twice it is saved once. If it fails, say why."""
    said = {
        part: (state.read_widget(_word(part, draft)) or "").strip() for part in ("counts", "called")
    }
    lens = own_lens.rename(lens, name=said["called"], counts=said["counts"])
    _tell(replace, **said)
    into = state.read_widget(f"_weights_into_{choice.kept[0]}") or NEW
    name = (state.read_widget("_weights_workspace") or "").strip() or _suggest_name(choice)
    place, store_ = f"{choice.place.kind}.{choice.place.code}", registers.store
    try:
        workspace = into or store_().create(name, place, save_id=draft.save_id)
        store_().save_weights(workspace, lens, save_id=draft.save_id)
    except MappingError as fault:
        state.announce(str(fault))
        return
    _tell(Numbers.told)  # another save is another request
    state.choose(workspace=workspace)


def _show_lens(choice: Choice, lens: OwnLens) -> None:
    """Show a lens of the open workspace: what it left over, count by it, rename or remove it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f"<p><strong>{escape(own_lenses.label(lens.by, lens))}</strong></p>")
        if choice.by == lens.by:
            st.caption("Every page counts by it now.")
        else:
            st.button(
                "Count by it",
                key=f"_count_by_{lens.id}",
                on_click=state.choose,
                kwargs={"by": lens.by},
            )
        with st.popover("Rename it …", icon=":material/edit:"):
            _rename_box(choice, lens)
        with st.popover("Remove it …", icon=":material/delete:"):
            st.write("It goes for everybody who has this workspace. It cannot be undone.")
            st.button(
                "Remove these numbers for good",
                key=f"_remove_weights_{lens.id}",
                type="primary",
                on_click=_remove,
                args=(choice, lens),
            )
    st.caption(layout.escape_markdown(own_lens.note(lens)))


def _rename_box(choice: Choice, lens: OwnLens) -> None:
    st.text_input(
        "What these numbers count",
        lens.counts,
        key=f"_new_counts_{lens.id}",
        max_chars=MAX_COUNTS_LETTERS,
    )
    st.text_input(
        "Name of these numbers",
        lens.name,
        key=f"_new_name_{lens.id}",
        max_chars=own_lens.MAX_NAME_LETTERS,
    )
    st.caption("Links that count by them under the old words count residents instead.")
    st.button(
        "Rename these numbers",
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
    state.announce(f"“{lens.name}” is “{renamed.name}” ({renamed.counts}) now.")


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
