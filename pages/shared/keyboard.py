"""Keys for a clicker and the hand: p, PageUp, PageDown, arrows, Escape."""

import re
from pathlib import Path

import streamlit as st

from pages.shared import router, state
from pages.shared.choices import Choice


def program(file: Path) -> str:
    """Return a script without indents and comments: it travels with every run."""
    text = file.read_text(encoding="utf-8")
    lines = (re.sub(r"(^|\s)//\s.*", "", line).strip() for line in text.splitlines())
    return "\n".join(filter(None, lines))


TURN_MESSAGE = re.compile(r"turn (-?[0-9]{1,3})")
"""What the browser says when pages are to be turned: how many."""
_listen = st.components.v2.component(
    "common_ground_keys", js=program(Path(__file__).with_name("keyboard.js")), isolate_styles=False
)


def listen(choice: Choice, title: str) -> None:
    """Listen for keys; turn the page of a title, or the projector, on what was pressed."""
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
    turned = TURN_MESSAGE.fullmatch(pressed or "")
    if turned:
        page = router.turn(title, int(turned[1]))
        st.switch_page(page.file, query_params=state.link_params())
