"""The frame of every page: styles, the bar to choose place, lens and view by."""

import streamlit as st

from mapping import access
from pages.shared import (
    address,
    door,
    finder,
    footer,
    layout,
    own_lenses,
    people,
    registers,
    router,
    state,
    storyline,
    take_away,
    visit,
)
from pages.shared.choices import Choice
from pages.shared.layout import escape_markdown, note


def begin(choice: Choice, page_title: str) -> None:
    """Draw what stands above every page: styles, the place picker, problems of the link."""
    st.set_page_config(page_title=f"{page_title}: {choice.place.name} – Common Ground")
    layout.style("page.css")
    if choice.projector:
        layout.style("projector.css")
    led, told = visit.read_lead()
    if led and led != router.find_name(page_title):
        st.switch_page(router.BY_NAME[led].file, query_params=state.opened_params())
    visit.begin(router.find_name(page_title))
    if problems := dict.fromkeys((*told, *choice.problems)):
        note(" ".join(problems))
    bar = st.container(horizontal=True, key="cg-bar", vertical_alignment="center")
    visit.get_shown().slot = bar
    with bar:
        if choice.projector:
            storyline.follow(choice)
        finder.picker(choice)
        if not choice.projector:
            _lens_picker(choice)
            _settings(choice)
            _workspace(choice)
            storyline.box(choice)
            door.show()
    if not choice.projector:
        storyline.follow(choice)
    if not choice.projector and (left := _say_left_over(choice)):
        st.caption(escape_markdown(left))


def say_away(fault: str) -> None:
    """Say that a page cannot answer while its workspace cannot be read, and what can be done."""
    layout.style("page.css")
    layout.finding(
        "This page cannot be shown just now, because the workspace in its link cannot be opened."
    )
    note(f"{fault} Without its organisations, maps and figures what the page says would be wrong.")
    with st.container(horizontal=True):
        st.button("Try again", key="_try_again", type="primary", on_click=state.stay)
        st.button(
            "Close the workspace and go on without it",
            key="_go_on",
            on_click=state.choose,
            kwargs={"workspace": ""},
        )


def end(choice: Choice) -> None:
    """Write the link, draw the download, and the footer where no part of the page has drawn it."""
    visit.forget_lead()
    shown = visit.get_shown()
    address.write(shown.page, state.note_view(shown.page))
    take_away.box(choice)
    if not shown.has_footer:
        footer.draw(choice)


def _lens_picker(choice: Choice) -> None:
    state.preset("by", choice.by)
    own, keys = own_lenses.map_own(choice.kept), own_lenses.keys(choice.kept)
    st.selectbox(
        "Count in",
        keys,
        format_func=layout.name_each(keys, lambda by: own_lenses.label(by, own.get(by))),
        label_visibility="collapsed",
        width=240,
        help="Choose what the figures on this page count.",
        **state.chooser("by"),
    )


def _say_left_over(choice: Choice) -> str:
    """Say what somebody's own numbers leave over, on every page that counts by them."""
    return own_lenses.say_beside((choice.place.kind, choice.place.code), choice.kept, choice.by)


def _workspace(choice: Choice) -> None:
    """Say which workspace counts as well as the built-in record, and let the reader close it."""
    if choice.kept == registers.NO_WORKSPACE:
        return
    name = registers.workspace(choice.kept).name
    with st.popover(
        f"Workspace: {escape_markdown(name[:40])}",
        icon=":material/folder_open:",
        type="tertiary",
        **state.popover("cg-workspace"),
    ):
        st.caption(
            "Organisations in this workspace are included on every page, as well as the built-in "
            f"ones. {_say_who(choice)}"
        )
        st.button(
            "Close workspace",
            key="_close_workspace",
            icon=":material/close:",
            on_click=_close_workspace,
        )
        st.page_link(
            router.BY_NAME["upload"].file,
            label="View or edit",
            icon=":material/upload_file:",
            query_params=state.link_params(),
        )


def _say_who(choice: Choice) -> str:
    """Say who can do what with the open workspace."""
    if not people.is_on():
        return "Anyone with this link can change it."
    return f"You are {access.name_role(registers.find_role(choice.kept.workspace))} of it."


def _close_workspace() -> None:
    state.choose(workspace="")
    state.close("cg-workspace")


def _settings(choice: Choice) -> None:
    with st.popover("View", icon=":material/tune:"):
        _toggle("Presentation mode (press P)", "projector", choice.projector)
        _toggle("Keyboard shortcuts", "keys", choice.keys)
        _toggle("Names on the map", "names", choice.names)
        _toggle("Show street map (needs internet)", "tiles", choice.tiles)
        st.caption(
            "The keys [ and ] show another theme or pair of maps. In presentation mode use the "
            "arrow or Page Up/Page Down keys to move between pages, or between the steps of a "
            "storyline, and Esc to leave. Shortcuts are off while you type. Everything except the "
            "street map works without the internet."
        )
        storyline.offer(choice)


def _toggle(label: str, key: str, value: bool) -> None:
    state.preset(key, value)
    st.toggle(label, **state.chooser(key, lambda on: "1" if on else ""))
