"""Who may open the open workspace: people and their roles, all others; and what was deleted."""

from collections.abc import Callable

import streamlit as st

from mapping import access
from mapping.access import Action, Role, Way
from mapping.errors import MappingError
from mapping.wording import findings
from mapping.workspaces import Workspace, make_id
from mapping.workspaces.store import roles
from pages.shared import layout, people, registers, state, tables
from pages.shared.registers import WorkspaceKey

ROLES = {Role.READER: "Reader", Role.EDITOR: "Editor", Role.STEWARD: "Steward"}
MEANINGS = (
    "Readers see everything in it but contacts, files and what happened. Editors change it. "
    "Stewards also choose who may, and can delete it."
)
PRIVATE = "Private: leave it out of the list, so that only those who have its link can find it"
SHARED = "Everyone who is signed in may read it"
LINK = (
    "Whoever has the link can still open, change and delete it: send it only to those who should."
)
UNDONE = "You can bring it back for {days} days, below the list of workspaces."


def show(found: Workspace, key: WorkspaceKey) -> None:
    """Let whoever may choose who opens a workspace."""
    if not registers.may(key, Action.SHARE):
        return
    opened = st.expander("Who may open this workspace", key="who-may", on_change="rerun")
    if opened.open:  # it travels only when it is asked for
        with opened:
            try:
                _show_members(found)
            except MappingError as fault:
                layout.problem(fault)


def _show_members(found: Workspace) -> None:
    held = registers.store().members(found.id)
    _others(found, held.shared)
    if not people.is_on():
        st.caption(LINK)
        return
    st.caption(MEANINGS)
    if len(held.people):
        named = held.people.assign(role=[ROLES[Role(role)] for role in held.people["role"]])
        st.html(
            tables.html(
                named, {"person": "Who", "role": "Role"}, {}, "Who holds a role in this workspace."
            )
        )
    _add(found)
    _take_away(found, held.people["person"].tolist())


def _others(found: Workspace, shared: str) -> None:
    """Let everybody else read it, or nobody."""
    is_on = people.is_on()
    label, ticked, not_ticked = (
        (SHARED, roles.EVERYONE, roles.PRIVATE)
        if is_on
        else (PRIVATE, roles.PRIVATE, roles.EVERYONE)
    )
    widget = f"shared_{found.id}"
    state.preset(widget, shared == ticked)

    def choose(ticks: bool) -> None:
        registers.store().share(found.id, ticked if ticks else not_ticked)
        done = {
            (True, True): "Everyone who is signed in may now read it.",
            (True, False): "Now only those with a role may open it.",
            (False, True): "It is private now: keep its link, it is not in the list.",
            (False, False): "It is in the list again, for everyone.",
        }
        state.announce(done[is_on, ticks])

    st.toggle(label, **state.asker(widget, lambda ticks: attempt(lambda: choose(ticks))))


def _add(found: Workspace) -> None:
    """Let a steward give somebody a role."""
    who, role = state.number_key("role-who"), state.number_key("role-what")
    in_hall = people.read_setting().way is Way.PASSPHRASE
    with st.form(state.number_key("role-form"), border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if in_hall:
                names = {
                    one.id: findings.capitalise(one.name) for one in (access.HALL, access.HOST)
                }
                st.selectbox("Who", list(names), format_func=names.__getitem__, key=who, width=320)
            else:
                st.text_input(
                    "E-mail address, or name of the user, as she signs in",
                    max_chars=access.MAX_ID_LETTERS,
                    key=who,
                    width=320,
                )
            st.selectbox("Role", list(ROLES), format_func=ROLES.__getitem__, key=role, width=160)
        st.form_submit_button(
            "Give this role",
            icon=":material/person_add:",
            on_click=attempt,
            args=(lambda: _give(found, who, role, make_id()),),
        )


def _give(found: Workspace, who: str, role: str, save_id: str) -> None:
    typed, chosen = str(state.read_widget(who) or ""), state.read_widget(role)
    given = Role(chosen or Role.READER)
    registers.store().give_role(found.id, typed, given, save_id=save_id)
    state.renumber()
    state.announce(f"“{access.read_id(typed)}” is now {access.name_role(given)} of “{found.name}”.")


def _take_away(found: Workspace, held: list[str]) -> None:
    """Let a steward take somebody's role away."""
    with st.popover("Take a role away", icon=":material/person_remove:"):
        chosen = st.selectbox("Whose?", held, key=f"_role_of_{found.version}")
        st.button(
            "Take it away",
            key="_take_role",
            type="primary",
            on_click=attempt,
            args=(lambda: _take(found, str(chosen)),),
        )


def _take(found: Workspace, person: str) -> None:
    registers.store().give_role(found.id, person, Role.NONE)
    state.announce(f"“{person}” has no role in “{found.name}” any more.")


def say_undone() -> str:
    """Say whether deleting can be undone."""
    if people.is_on():
        return UNDONE.format(days=roles.UNDO_DAYS)
    return "You cannot undo this. Download a copy first if you might need it back."


def show_deleted() -> None:
    """List what was deleted, and let its stewards bring it back or delete it for good."""
    if not people.is_on():
        return
    gone = registers.store().list_deleted()
    if gone.empty:
        return
    named = dict(zip(gone["id"], gone["name"], strict=True))
    when = gone["moment"].map(layout.write_moment)
    known = layout.tell_apart(named, dict(zip(named, "deleted " + when, strict=True)))
    many = findings.write_count(len(gone), "deleted workspace", "deleted workspaces")
    with st.expander(f"{findings.capitalise(many)} to bring back"):
        st.caption(f"For {roles.UNDO_DAYS} days after it was deleted; then it is gone for good.")
        st.html(
            tables.html(
                gone.assign(moment=when),
                {"name": "Workspace", "moment": "Deleted"},
                {},
                "Deleted workspaces, the latest first.",
            )
        )
        chosen = st.selectbox(
            "Which?", list(known), format_func=known.__getitem__, key="_which_deleted"
        )
        with st.container(horizontal=True):
            _button("Bring back", "_undelete", lambda: _bring_back(chosen, named[chosen]))
            with st.popover("Delete for good", icon=":material/delete_forever:"):
                st.write("Nothing of it can be brought back afterwards, but from a backup.")
                _button("Delete it for good", "_erase", lambda: _erase(chosen, named[chosen]))


def _button(label: str, key: str, act: Callable[[], None]) -> None:
    st.button(label, key=key, on_click=attempt, args=(act,))


def _bring_back(workspace: str, name: str) -> None:
    registers.store().undelete(workspace)
    state.choose(workspace=workspace)
    state.announce(f"“{name}” is back, with everything in it.")


def _erase(workspace: str, name: str) -> None:
    registers.store().erase(workspace)
    state.announce(f"“{name}” was deleted for good.")


def attempt(change: Callable[[], None]) -> None:
    """Change what is kept (for callbacks); where that fails, the next run says why."""
    try:
        change()
    except MappingError as fault:
        state.announce(str(fault))
