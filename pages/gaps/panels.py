"""Parts of the page Gaps: a complete list, people in no area, few or many, missing details."""

import pandas as pd
import streamlit as st

from mapping import places
from mapping.errors import MappingError
from mapping.gaps import Question
from mapping.geography import layers
from mapping.wording import findings, gap_findings
from mapping.workspaces import make_id
from pages.gaps import questions
from pages.shared import cache, door, glossary, layout, registers, router, starting, state, tables
from pages.shared.choices import Choice

PART_WORDS = {"thin": "few", "usual": "typical", "crowded": "many"}
MEANS = (
    "Mark it only if you know of everyone working on this at this level there. Places with nobody "
    "then show as known gaps on the map, in the text and in downloads; nothing else changes."
)


def offer_complete(choice: Choice, question: Question) -> None:
    """Let the reader mark the open workspace's list as complete for a theme and scale."""
    st.header("Is your list complete?", anchor=False)
    if told := state.take_announcement():
        layout.note(told)
    if choice.kept == registers.NO_WORKSPACE:
        _explain_no_workspace(choice)
        return
    theme, scale = question
    here = f"{choice.place.kind}.{choice.place.code}"
    claims = registers.list_claims(choice.kept, cache.key_of(choice.place))
    known = next((claim for claim in claims if claim[:2] == (theme, scale)), None)
    name = registers.name_list(choice.kept)
    if not theme or not scale:
        st.write("To mark your list as complete, first choose a theme and a level above.")
    elif known is not None:
        st.write(
            layout.escape_markdown(
                f"“{name}” is marked as complete for {_name_scope(*known)}. {MEANS}"
            )
        )
        if registers.may_change(choice.kept):
            _button("Unmark it", "unmark", choice, known, ":material/undo:")
    elif not registers.may_change(choice.kept):
        st.caption(door.READS)
    else:
        st.write(
            layout.escape_markdown(
                f"Is “{name}” complete for {_name_scope(theme, scale, here)}? {MEANS}"
            )
        )
        _button(
            f"Mark it complete for {_name_scope(theme, scale, here)}",
            "mark",
            choice,
            (theme, scale, here),
            ":material/task_alt:",
        )
    others = [_name_scope(*claim) for claim in registers.list_claims(choice.kept) if claim != known]
    if others:
        st.caption(
            layout.escape_markdown(f"Also marked complete: {findings.join_names(others, 12)}.")
        )


def _name_scope(theme: str, scale: str, place: str) -> str:
    """Name what a claim is about: "mental health at neighbourhood level in Camden"."""
    try:
        where = findings.name_place(places.at(*place.split(".", 1)))
    except MappingError:  # there is no such place any more
        where = place
    return f"{questions.words(Question(theme, scale)).removeprefix('on ')} in {where}"


def _button(label: str, what: str, choice: Choice, claim: tuple[str, str, str], icon: str) -> None:
    st.button(
        layout.escape_markdown(label),
        key=f"_{what}_complete",
        icon=icon,
        on_click=_change,
        args=(what, choice, claim, make_id()),
    )


def _change(what: str, choice: Choice, claim: tuple[str, str, str], save_id: str) -> None:
    """Mark or unmark (for callbacks); pressed twice it is done once."""
    workspace, (theme, scale, _) = choice.kept.workspace, claim
    try:
        store = registers.store()
        if what == "mark":
            store.mark(workspace, *claim, save_id=save_id)
        else:
            store.unmark(workspace, *claim, save_id=save_id)
            if claim[2] == registers.workspace(choice.kept).place:
                store.unmark(workspace, theme, scale, save_id=f"{save_id}-own")
    except MappingError as fault:
        state.announce(str(fault))
        return
    state.choose(theme=theme, scale=scale)


def _explain_no_workspace(choice: Choice) -> None:
    """Say how to come by known gaps: upload a list, or start a workspace without one."""
    st.write(
        "“Nobody on record” may only mean that nobody has told us. If you know who works here, "
        "upload a list or start an empty workspace; then you can mark it as complete for the "
        "themes and levels for which you know of everyone, and what is missing becomes a known gap."
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
    question, is_chosen = questions.read_question(choice)
    try:
        name = starting.start(choice, save_id)
    except MappingError as fault:
        state.announce(str(fault))
        return
    if is_chosen:
        questions.ask(*question)
    state.announce(f"“{name}” is open. {door.say_who_opens()}")


def orphans(choice: Choice) -> None:
    """Say who is outside all areas of a kind, and list the kinds."""
    key = cache.key_of(choice.place)
    present = {*cache.present_keys(key, choice.own_layers), "county"}
    keys = tuple(k for k in [*layers.list_worked_to(), *choice.own_layers] if k in present)
    frame = registers.orphans(key, keys, choice.by)
    st.header("Places outside a partner's area", anchor=False)
    st.write(layout.escape_markdown(gap_findings.orphan_finding(choice.place, frame, by=choice.by)))
    here, titles = findings.name_place(choice.place), [layers.get(k).plural for k in keys]
    st.caption(layout.escape_markdown(f"We checked: {findings.join_names(titles, len(titles))}."))
    frame = frame[frame["postcodes"] > 0].sort_values("people", ascending=False, kind="stable")
    if frame.empty:
        return
    if "county" in set(frame["layer"]):
        st.caption(gap_findings.explain_no_county(choice.place))
    tables.show(
        frame,
        {
            "title": "Kind of area",
            "people": f"{findings.heading(choice.by)} outside it",
            "share": f"% of {here}",
            "wards": "Number of wards affected",
        },
        {"people": tables.amounts(choice.by), "share": tables.percent, "wards": tables.write_whole},
        f"{findings.heading(choice.by)} outside each kind of area in {here}.",
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
    st.header("Wards with the fewest and most organisations", anchor=False)
    told = gap_findings.crowding_finding(
        choice.place, found, frame, theme=asked.theme, scale=asked.scale, by=choice.by
    )
    st.write(layout.escape_markdown(told))
    if asked != question:
        st.caption(
            layout.escape_markdown(
                f"Nobody on record works {questions.words(question)}, so this counts those who "
                f"work {questions.words(asked)}."
            )
        )
    listed = st.expander(
        "All wards, fewest organisations first", key="crowded-wards", on_change="rerun"
    )
    if listed.open:  # it travels only when it is asked for
        with listed:
            _crowded_wards(choice, asked, frame)


def _crowded_wards(choice: Choice, asked: Question, frame: pd.DataFrame) -> None:
    key = cache.key_of(choice.place)
    frame["district"] = cache.name_districts(frame["code"].tolist())
    frame["part"] = frame["part"].map(PART_WORDS)
    several = cache.unit_count(key, "borough") > 1
    tables.show(
        frame,
        {
            "name": "Ward",
            **({"district": "Council area"} if several else {}),
            "part": "Level",
            "actors": "Average per resident",
            "least": "Fewest",
            "most": "Most",
            "different": "Different organisations",
            "people": findings.heading(choice.by),
        },
        {
            "actors": _decimal,
            "least": tables.write_whole,
            "most": tables.write_whole,
            "different": tables.write_whole,
            "people": tables.amounts(choice.by),
        },
        f"Organisations on record {questions.words(asked)} in each ward of "
        f"{findings.name_place(choice.place)}, the fewest first.",
        key="crowding",
        how=lambda: glossary.offer_how(
            choice, "Fewest and most organisations", "Themes", of=[layers.get("ward")]
        ),
        used=[layers.get("ward")],
        limits="Only the part of each ward in the place is counted.",
    )


def _decimal(value: float) -> str:
    return "–" if value != value else f"{value:,.1f}"


def _widen_question(choice: Choice, question: Question) -> Question:
    """Return the question, or a wider one if nobody is on record for it."""
    held = registers.index_grid(cache.key_of(choice.place), choice.kept, choice.by)["actors"]
    wider = (question, Question(question.theme, ""), Question("", ""))
    return next((one for one in wider if held.get(tuple(one), 0) > 0), wider[-1])


def list_untold(choice: Choice) -> None:
    """List the organisations without a theme or a scale; nothing where all have both."""
    frame = registers.list_untold(cache.key_of(choice.place), choice.kept)
    told = gap_findings.untold_finding(choice.place, frame)
    if not told:
        return
    st.header("Organisations with missing details", anchor=False)
    st.write(layout.escape_markdown(told))
    tables.show(
        frame,
        {"actor": "Organisation", "missing": "Not on record"},
        {},
        f"Organisations in {findings.name_place(choice.place)} without a theme or a level.",
        key="untold",
    )
