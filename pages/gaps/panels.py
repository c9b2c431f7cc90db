"""Parts of the page Gaps: a complete list, people in no area, thin wards, what was not told."""

import pandas as pd
import streamlit as st

from mapping import gaps
from mapping.errors import MappingError
from mapping.gaps import Question
from mapping.geography import layers
from mapping.wording import findings, gap_findings
from mapping.workspaces import make_id
from pages.gaps import questions
from pages.shared import cache, glossary, layout, registers, router, state, tables
from pages.shared.choices import Choice

PART_WORDS = {"thin": "thin", "usual": "as usual", "crowded": "crowded"}
MEANS = (
    "You know of everybody who works on this at this scale: places without anyone then count as "
    "known gaps, on the map, in the sentences and in every file."
)


def offer_complete(choice: Choice, question: Question) -> None:
    """Let the reader mark the open workspace's list as complete for a theme and scale."""
    st.header("Do you know of everybody?", anchor=False)
    if told := state.take_announcement():
        layout.note(told)
    if choice.kept == registers.NO_WORKSPACE:
        _explain_no_workspace(choice)
        return
    theme, scale = question
    marks = sorted(registers.marks(choice.kept))
    name = registers.workspace(choice.kept).name
    if not theme or not scale:
        st.write("Choose one theme and one scale above to mark the list as complete for them.")
    elif (theme, scale) in marks:
        st.write(
            layout.escape_markdown(
                f"“{name}” is marked complete {_name_scope(theme, scale)}. {MEANS}"
            )
        )
        _button("Take the mark back", "unmark", choice, question, ":material/undo:")
    else:
        st.write(
            layout.escape_markdown(f"Is “{name}” complete {_name_scope(theme, scale)}? {MEANS}")
        )
        _button(
            f"Mark it complete {_name_scope(theme, scale)}",
            "mark",
            choice,
            question,
            ":material/task_alt:",
        )
    others = [_name_scope(*pair) for pair in marks if pair != tuple(question)]
    if others:
        st.caption(
            layout.escape_markdown(f"Also marked complete: {findings.join_names(others, 12)}.")
        )


def _name_scope(theme: str, scale: str) -> str:
    return f"for {questions.words(Question(theme, scale)).removeprefix('on ')}"


def _button(label: str, what: str, choice: Choice, question: Question, icon: str) -> None:
    st.button(
        layout.escape_markdown(label),
        key=f"_{what}_complete",
        icon=icon,
        on_click=_change,
        args=(what, choice.kept[0], question, make_id()),
    )


def _change(what: str, workspace: str, question: Question, save_id: str) -> None:
    """Mark or unmark (for callbacks); pressed twice it is done once."""
    store = registers.store()
    try:
        (store.mark if what == "mark" else store.unmark)(workspace, *question, save_id=save_id)
    except MappingError as fault:
        state.announce(str(fault))
        return
    state.choose(theme=question.theme, scale=question.scale)


def _explain_no_workspace(choice: Choice) -> None:
    """Say how to come by known gaps: upload a list, or start a workspace without one."""
    st.write(
        "Until somebody says that a list is complete, nobody on record may just be nobody "
        "told us. Upload who works here, or start an empty workspace; then you can mark themes "
        "and scales that you know everybody for."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            router.BY_NAME["upload"].file,
            label="Upload who works here",
            icon=":material/upload_file:",
            query_params=state.link_params(),
        )
        st.button(
            layout.escape_markdown(f"Start a workspace for {findings.name_place(choice.place)}"),
            key="_start_workspace",
            icon=":material/create_new_folder:",
            on_click=_start,
            args=(choice, make_id()),
        )


def _start(choice: Choice, save_id: str) -> None:
    place = f"{choice.place.kind}.{choice.place.code}"
    name = f"Partners in {choice.place.name}"[:120]
    try:
        workspace = registers.store().create(name, place, save_id=save_id)
    except MappingError as fault:
        state.announce(str(fault))
        return
    question = questions.read_question(choice)
    state.choose(workspace=workspace)
    questions.ask(*question)
    state.announce(
        f"“{name}” is open. The link in the address bar opens it again; whoever has "
        "it may change it."
    )


def orphans(choice: Choice) -> None:
    """Say who is in no area of a map, and list the maps."""
    key = cache.key_of(choice.place)
    present = {*cache.present_keys(key, choice.own_layers), "county"}
    keys = tuple(k for k in [*layers.list_worked_to(), *choice.own_layers] if k in present)
    frame = registers.orphans(key, keys, choice.by)
    st.header("Who is in no area of a map", anchor=False)
    st.write(layout.escape_markdown(gap_findings.orphan_finding(choice.place, frame, by=choice.by)))
    titles = [layers.get(k).plural for k in keys]
    st.caption(layout.escape_markdown(f"Looked at: {findings.join_names(titles, len(titles))}."))
    frame = frame[frame["postcodes"] > 0].sort_values("people", ascending=False, kind="stable")
    if frame.empty:
        return
    if "county" in set(frame["layer"]):
        st.caption(
            "A council that does the work of both levels lies in no county: Bristol, for "
            "example. Its people lack nothing by that."
        )
    tables.show(
        frame,
        {
            "title": "Map",
            "people": f"{findings.heading(choice.by)}: in none of its areas",
            "share": f"Share of {choice.place.name}",
            "wards": "Wards they are in",
        },
        {"people": tables.amounts(choice.by), "share": tables.percent, "wards": tables.write_whole},
        f"In no area of a map in {choice.place.name}.",
        key="orphans",
        how=lambda: glossary.offer_how(choice, of=[layers.get(k) for k in frame["layer"]]),
        used=[layers.get(k) for k in frame["layer"]],
    )


def show_crowding(choice: Choice, question: Question) -> None:
    """Say where people have few or many organisations, and list the wards; nothing for one."""
    key = cache.key_of(choice.place)
    if cache.unit_count(key, "ward") == 1:
        return
    asked = _widen_question(choice, question)
    found, frame = registers.crowding(key, choice.kept, *asked, choice.by)
    st.header("Thin and crowded wards", anchor=False)
    told = gap_findings.crowding_finding(
        choice.place, found, frame, theme=asked.theme, scale=asked.scale, by=choice.by
    )
    st.write(layout.escape_markdown(told))
    if asked != question:
        st.caption(
            layout.escape_markdown(
                f"Nobody is recorded {questions.words(question)}; counted here are those who work "
                f"{questions.words(asked)}."
            )
        )
    listed = st.expander("Every ward, the thinnest first", key="crowded-wards", on_change="rerun")
    if listed.open:  # it travels only when it is asked for
        with listed:
            _crowded_wards(choice, asked, frame)


def _crowded_wards(choice: Choice, asked: Question, frame: pd.DataFrame) -> None:
    key = cache.key_of(choice.place)
    districts = layers.wards().set_index("code")["lad_name"]
    frame = frame.assign(district=frame["code"].map(districts), part=frame["part"].map(PART_WORDS))
    several = cache.unit_count(key, "borough") > 1
    tables.show(
        frame,
        {
            "name": "Ward",
            **({"district": "Council district"} if several else {}),
            "part": "It is",
            "actors": "Organisations, on average",
            "least": "Fewest",
            "most": "Most",
            "different": "Different ones",
            "people": findings.heading(choice.by),
        },
        {
            "actors": _decimal,
            "least": tables.write_whole,
            "most": tables.write_whole,
            "different": tables.write_whole,
            "people": tables.amounts(choice.by),
        },
        f"Organisations {questions.words(asked)} in each ward of {choice.place.name}, "
        "the fewest first.",
        key="crowding",
        how=lambda: glossary.offer_how(
            choice, "Thin and crowded", "Themes", of=[layers.get("ward")]
        ),
        used=[layers.get("ward")],
        limits="Wards are clipped to the place.",
    )


def _decimal(value: float) -> str:
    return "–" if value != value else f"{value:,.1f}"


def _widen_question(choice: Choice, question: Question) -> Question:
    """Return the question, or a wider one if nobody is recorded for it: they tell nothing apart."""
    cells = registers.grid(cache.key_of(choice.place), choice.kept, choice.by)
    here = set(
        zip(
            cells.loc[cells["actors"] > 0, "theme"],
            cells.loc[cells["actors"] > 0, "scale"],
            strict=True,
        )
    )
    wider = (question, Question(question.theme, ""), Question("", ""))
    return next((one for one in wider if tuple(one) in here), wider[-1])


def list_untold(choice: Choice) -> None:
    """List the organisations without a theme or a scale; nothing where all have both."""
    frame = gaps.list_untold(choice.place, registers.register(choice.kept))
    told = gap_findings.untold_finding(choice.place, frame)
    if not told:
        return
    st.header("What was not told", anchor=False)
    st.write(layout.escape_markdown(told))
    tables.show(
        frame,
        {"actor": "Organisation", "missing": "Not recorded"},
        {},
        f"Organisations in {choice.place.name} without a theme or a scale.",
        key="untold",
    )
