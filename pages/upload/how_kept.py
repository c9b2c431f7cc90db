"""How a file that is looked at is kept on the server: until when, who can see it, forget it now."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from pages.shared import held, state


def show(kind: str) -> None:
    """Say until when the server keeps what was put in of a kind, and offer to forget it."""
    found = held.find(kind)
    if found is None:
        return
    if found.receipt is not None and not found.why_not:
        st.caption(
            f"Kept on this server until {_write_moment(found.receipt.until)}. Anyone with the link "
            "in the address bar can see it."
        )
    elif found.receipt is not None:
        st.caption(f"A reload loses what you answered last. {found.why_not}")
    else:
        st.caption(f"Held only while this page is open: a reload loses it. {found.why_not}")
    st.button(
        "Forget this file now",
        key=f"_forget_{kind}",
        icon=":material/delete:",
        help="Deletes it from the server, for everyone with the link. What you saved stays saved.",
        on_click=_forget,
        args=(kind,),
    )


def _forget(kind: str) -> None:
    held.forget(kind)
    state.renumber()


def _write_moment(moment: datetime) -> str:
    """Write a moment by the clock of the reader's browser, where it says which that is."""
    try:
        local, told = moment.astimezone(ZoneInfo(st.context.timezone or "")), ""
    except (ZoneInfoNotFoundError, ValueError):
        local, told = moment, " UTC"
    return f"{local:%H:%M}{told} on {local:%-d %B %Y}"
