"""Keys for a clicker and the hand: p, PageUp, PageDown, arrows, Escape."""

import re
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from pages.shared import state
from pages.shared.state import Choice


def program(name: str) -> str:
    """Return a script of this folder without indents and comments: it travels with every run."""
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    lines = (re.sub(r"(^|\s)//\s.*", "", line).strip() for line in text.splitlines())
    return "\n".join(filter(None, lines))


TURNED = re.compile(r"turn (-?[0-9]{1,3})")
"""What the browser says when pages are to be turned: how many."""
_listen = st.components.v2.component(
    "common_ground_keys", js=program("keyboard.js"), isolate_styles=False
)


def listen(choice: Choice, pages: Sequence, current) -> None:
    """Listen for keys; turn the page or the projector on what was pressed."""
    heard = _listen(
        key="cg-keys",
        data={"on": choice.keys, "projector": choice.projector},
        on_pressed_change=lambda: None,
    )
    pressed = heard.pressed
    if pressed in ("projector", "leave"):
        is_on = not choice.projector if pressed == "projector" else False
        state.choose(projector="1" if is_on else "")
        st.rerun()
    turned = TURNED.fullmatch(pressed or "")
    if turned:
        step = int(turned[1])
        place = [page.url_path for page in pages].index(current.url_path)
        st.switch_page(pages[(place + step) % len(pages)], query_params=state.link_params())
