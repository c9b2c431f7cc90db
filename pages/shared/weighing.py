"""Weighing: a file of numbers by postcode or area becomes what the pages count by."""

from collections.abc import Mapping
from hashlib import sha256
from html import escape
from typing import Any

import streamlit as st

from mapping import export, intake, memory, own_weights, places
from mapping.errors import MappingError
from mapping.footprints import columns, outcomes
from mapping.intake import sheets
from mapping.own_weights import Weighing, figures, own_lens
from mapping.workspaces import OwnLens
from pages.shared import layout, lenses, registers, rows, state, tables, workspace_box
from pages.shared.cache import Key, key_of
from pages.shared.state import Choice

WHAT = (
    "A CSV file or Excel workbook with a column of postcodes, small census areas (LSOA or data "
    "zone) or wards, by code or name, and a column with a number for each: residents, households, "
    "need. Every page can then count by it."
)
LIMITS = (
    f"At most {intake.FILE_BYTES // 10**6} MB and {sheets.ROWS:,} rows, or "
    f"{own_weights.MOST_ROWS:,} in a CSV file of postcodes."
)
READ_MB = 400
"""What files of numbers that were read take together, of all readers."""
AT_ONCE = 10
"""So many names are asked about at a time."""
NEW = ""
PARTS = {**rows.CAPTIONS, "ambiguous": "Rows whose area may be several"}
HEADINGS = {"row_number": "Row", "area": "Area", "number": "Number", "reason": "Why",
            "candidates": "What may be meant"}  # fmt: skip


def box(choice: Choice) -> None:
    """Let the reader put in numbers, see what became of them, save them and count by them."""
    st.header("Numbers to count by", anchor=False)
    st.caption(WHAT)
    for rank, lens in enumerate(lenses.own(choice.kept).values()):
        _kept(choice, rank, lens)
    given = st.file_uploader("Drop a file of numbers here", key=state.numbered("weights"))
    st.caption(LIMITS)
    if given is None:
        return
    try:
        _weigh(choice, given.getvalue(), given.name)
    except MappingError as fault:
        layout.problem(fault)


def _weigh(choice: Choice, content: bytes, name: str) -> None:
    """Read a file, ask what is left open, and offer to save what came of it."""
    file = sha256(content).hexdigest()[:16]
    found = _read(file, content, name)
    roles = _roles(file, found)
    if any(found.columns[heading].role != role for heading, role in roles.items()):
        found = _read(file, content, name, roles)
    if len(found.numbers) > 1 and "number" not in roles.values():
        layout.note("Several columns hold numbers: choose above the one that counts.")
        return
    asked = _asked(choice, file, found)
    if any(asked):
        found = _read(file, content, name, roles, *asked)
    _became(found)
    if len(found.lens.positions):
        _save(choice, _words(file, found, list(roles.values())))
    else:
        layout.note("Nothing of this file is placed, so there is nothing to count by.")


@st.cache_resource(show_spinner=False)
def _weighings() -> memory.Store:
    return memory.Store(READ_MB)


def _read(
    file: str, content: bytes, name: str, roles: Mapping[str, str] | None = None,
    choices: Mapping[str, str] | None = None, place: Key | None = None,
) -> Weighing:  # fmt: skip
    """Read a file of numbers and show how far it is, unless it was read so before."""
    key = (file, name, *map(_frozen, (roles, choices)), place)
    slot = st.empty()

    def advance(share: float, what: str) -> None:
        slot.progress(share, f"Reading: {what} …")

    def make() -> Weighing:
        return own_weights.read(
            content, name=name, roles=roles, choices=choices,
            place=places.at(*place) if place else None,
            advance=advance,
        )  # fmt: skip

    found = _weighings().get(key, make)
    slot.empty()
    return found


def _frozen(told: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((told or {}).items()))


def _roles(file: str, found: Weighing) -> dict[str, str]:
    """Let the reader choose the columns of the areas and of the numbers; return their roles."""
    names = list(found.columns)
    where = next(iter(columns.of_role(found.columns, *figures.WHERE)), None)
    number = next(iter(columns.of_role(found.columns, "number")), None)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        where = st.selectbox("Column that names the areas", names, key=f"_where_{file}", width=280,
                             index=names.index(where) if where else None)  # fmt: skip
        guess = found.columns[where].role if where else "area"
        kinds = list(figures.WHERE)
        kind = st.selectbox("They are", kinds, key=f"_kind_{file}", width=280,
                            index=kinds.index(guess if guess in kinds else "area"),
                            format_func=figures.KINDS.__getitem__)  # fmt: skip
        offered = list(found.numbers) or names
        at = None if found.is_asked or number is None else offered.index(number)
        number = st.selectbox("Column with the number", offered, index=at, width=280,
                              key=f"_number_{file}", placeholder="Choose what counts")  # fmt: skip
    roles = {where: kind} if where else {}
    return roles | ({number: "number"} if number and number != where else {})


def _asked(choice: Choice, file: str, found: Weighing) -> tuple[dict[str, str] | None, Key | None]:
    """Ask which area is meant by names of several: the choices, and the place they lie in."""
    if not len(found.questions):
        return None, None
    place = choice.place
    inside = st.checkbox(
        layout.plain(f"Names with several meanings mean the one in {place.name}"),
        key=f"_inside_{file}",
    )
    picked = {}
    for question in found.questions.head(AT_ONCE).to_dict("records"):
        labels = dict(question["candidates"])
        answer = st.selectbox(
            layout.plain(f"“{question['text'][:60]}” is"), list(labels), index=None, width=420,
            format_func=labels.__getitem__, key=f"_meant_{file}_{question['question']}",
            placeholder="Choose, or leave it out",
        )  # fmt: skip
        if answer is not None:
            picked[question["question"]] = answer
    if (more := len(found.questions) - AT_ONCE) > 0:
        st.caption(f"{more:,} other names may mean several areas: they are left out, and listed "
                   "below.")  # fmt: skip
    return picked or None, key_of(place) if inside else None


def _became(found: Weighing) -> None:
    """Say what became of the rows: in a sentence, in sums, and row by row."""
    st.html(f"<h3>{escape(outcomes.sentence(found.counts))}</h3>")
    said = [own_lens.note(found.lens), *found.notes]
    st.html(f"<ul>{''.join(f'<li>{escape(sentence)}</li>' for sentence in said)}</ul>")
    st.html(tables.html(
        found.lens.residual,
        {"what": "What", "rows": "How many", "sum": "Their sum", "share": "Share",
         "examples": "Examples"},
        {"rows": tables.whole, "sum": _figure, "share": tables.percent},
        "What the file comes to, and what counts for nothing.",
    ))  # fmt: skip
    counts = found.counts
    with st.container(horizontal=True, vertical_alignment="center"):
        part = st.segmented_control(
            "What became of the rows of numbers",
            [outcome for outcome, count in counts.items() if count],
            format_func=lambda outcome: f"{rows.PARTS[outcome]} {counts[outcome]:,}",
            key=state.numbered("_weights_part"),
            label_visibility="collapsed",
        )
        tables.csv_button("All rows of numbers as CSV", lambda: export.csv(found.rows),
                          "what-became-of-each-number", key="weights-rows")  # fmt: skip
    if part:
        some = found.rows[found.rows["outcome"] == part].reset_index(drop=True)
        tables.show(some, HEADINGS, {"row_number": lambda n: f"{n:.0f}", "number": _figure},
                    f"{PARTS[part]}, of the file of numbers.", key=f"weights-{part}")  # fmt: skip


def _figure(value: float) -> str:
    return "–" if value != value else f"{value:,.10g}"


def _words(file: str, found: Weighing, roles: list[str]) -> OwnLens:
    """Let the reader say what is counted and how it is called; return the lens in these words."""
    rank = list(found.columns).index(next(iter(columns.of_role(found.columns, "number"))))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        counts = st.text_input("What it counts", value=found.lens.counts, max_chars=60, width=280,
                               key=f"_counts_{file}_{rank}")  # fmt: skip
        name = st.text_input("Its name", value=found.lens.name, max_chars=own_lens.NAME_LETTERS,
                             width=280, key=f"_called_{file}")  # fmt: skip
    return own_lens.renamed(found.lens, name=(name or "").strip(), counts=(counts or "").strip())


def _save(choice: Choice, lens: OwnLens) -> None:
    """Let the reader save a lens; nothing is saved before the button is pressed."""
    if lens.by in lenses.own(choice.kept):
        st.caption("Saved: it stands above, and under Count.")
        return
    known = workspace_box.names()
    here = choice.kept[0] if choice.kept[0] in known else NEW
    with st.form(key=f"save-weights-{here}", border=True):
        into = st.selectbox("Save the numbers into", [NEW, *known], key=f"_weights_into_{here}",
                            index=[NEW, *known].index(here),
                            format_func=lambda w: known.get(w, "a new workspace"))  # fmt: skip
        usual = f"Partners in {choice.place.name}"
        name = st.text_input("Name of the new workspace", max_chars=120, key="_weights_workspace",
                             placeholder=usual)  # fmt: skip
        if not st.form_submit_button("Save the numbers", type="primary", icon=":material/save:"):
            return
    store = registers.store()
    try:
        place = f"{choice.place.kind}.{choice.place.code}"
        workspace = into or store.create((name or "").strip() or usual, place)
        store.save_weights(workspace, lens)
    except MappingError as fault:
        layout.problem(fault)
        return
    state.choose(workspace=workspace)
    st.rerun()


def _kept(choice: Choice, rank: int, lens: OwnLens) -> None:
    """Show a lens of the open workspace: what it left over, count by it, remove it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f"<p><strong>{escape(lenses.label(lens.by, lens))}</strong></p>")
        if choice.by == lens.by:
            st.caption("Every page counts by it now.")
        else:
            st.button("Count by it", key=f"_count_by_{rank}", on_click=state.choose,
                      kwargs={"by": lens.by})  # fmt: skip
        with st.popover("Remove it …", icon=":material/delete:"):
            st.write("It goes for everybody who has this workspace. It cannot be undone.")
            st.button("Remove these numbers for good", key=f"_remove_weights_{rank}",
                      type="primary", on_click=_remove, args=(choice, lens))  # fmt: skip
    st.caption(layout.plain(own_lens.note(lens)))


def _remove(choice: Choice, lens: OwnLens) -> None:
    """Remove a lens from the open workspace (for callbacks)."""
    changes: dict[str, Any] = {"by": lenses.USUAL} if choice.by == lens.by else {}
    try:
        registers.store().remove_weights(choice.kept[0], lens.id)
    except MappingError as fault:
        state.announce(str(fault))
        return
    state.choose(**changes)
    state.announce(f"“{lens.name}” was removed.")
