"""What happened in the open workspace, the last first: a table, folded, and how long it is kept."""

from datetime import datetime

import pandas as pd
import streamlit as st

from mapping.access import Action
from mapping.errors import MappingError
from mapping.wording import findings
from mapping.workspaces import history
from pages.shared import layout, people, registers, state, tables, visit
from pages.shared.registers import WorkspaceKey

KEEPING = {30: "30 days", 90: "90 days", 365: "a year", history.FOREVER: "for ever"}
"""For how long a workspace may keep it, as a reader chooses; of ``history.KEPT_DAYS``."""
HOW = (
    "A row for each change, with nothing that anybody typed. A session is one open tab of a "
    "browser, by eight letters and digits made by chance: it names no person and no address."
)


HOW_NAMED = (
    "A row for each change, with nothing that anybody typed: who was signed in, or the session, by "
    "eight letters and digits. A download of the workspace has the session alone."
)


def show(key: WorkspaceKey) -> None:
    """Draw what happened in a workspace, once somebody opens it."""
    opened = st.expander("What happened here", key="what-happened", on_change="rerun")
    if opened.open:  # it travels only when it is asked for
        with opened:
            _show_rows(key)


def _show_rows(key: WorkspaceKey) -> None:
    try:
        found = registers.store().history(key.workspace)
    except MappingError as fault:
        layout.problem(fault)
        return
    st.caption(HOW_NAMED if people.is_on() else HOW)
    if found.rows.empty:
        layout.note("Nothing is on record yet. The next change will be.")
    else:
        tables.show(
            _write_rows(found.rows),
            {"when": "When (UTC)", "who": _name_who(), "what": "What happened"},
            {},
            "What happened in this workspace, the latest first.",
            key="history",
            taken=found.rows[["moment", *_list_who(), "session", "said", "source"]].rename(
                columns={"said": "what", "source": "from"}
            ),
            stacked=True,
            once=True,
        )
    if not registers.may(key, Action.KEEP_HISTORY):
        return
    widget = f"history-days-{key.workspace}"
    state.preset(widget, found.days)
    st.selectbox(
        "Keep each row",
        list(KEEPING),
        format_func=KEEPING.__getitem__,
        width=240,
        help="Older rows are deleted, at once and every day, for everyone.",
        **state.asker(widget, lambda days: _keep(key.workspace, days)),
    )


def _list_who() -> list[str]:
    """Return the columns that say who did what: none where nobody signs in."""
    return ["person"] if people.is_on() else []


def _name_who() -> str:
    return "Who, or session" if people.is_on() else "Session"


def _write_rows(found: pd.DataFrame) -> pd.DataFrame:
    """Return what the table shows: when, who, what, in words."""
    own = visit.name_session()
    told = (found["source"] == history.TOLD).map({True: ", told by the zip", False: ""})
    who = found["session"].replace({own: f"{own} (yours)", "": "not known"})
    who = found["person"].where(found["person"] != "", who)
    when = [f"{datetime.fromisoformat(one):%-d %B %Y, %H:%M:%S}" for one in found["moment"]]
    what = [findings.capitalise(one) for one in found["said"]]
    return pd.DataFrame({"when": when, "who": who + told, "what": what})


def _keep(workspace: str, days: int) -> None:
    try:
        registers.store().keep_history(workspace, days)
    except MappingError as fault:
        state.announce(str(fault))
        return
    state.announce(f"What happens in this workspace is kept: {KEEPING[days]}.")
