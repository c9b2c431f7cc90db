"""Keys for a clicker and the hand: p, PageUp, PageDown, arrows, brackets, Escape."""

import re
from pathlib import Path

import streamlit as st

from mapping.drawing import webmap
from pages.shared import router, state, steps
from pages.shared.choices import Choice


def program(file: Path) -> str:
    """Return a script without indents and comments: it travels with every run."""
    text = file.read_text(encoding="utf-8")
    lines = (re.sub(r"(^|\s)//\s.*", "", line).strip() for line in text.splitlines())
    return "\n".join(filter(None, lines))


LOADER = """let program = null;
export default function (component) {
  let [end, over] = [null, false];
  program ??= import(new URL(component.data.program, location.href));
  program.then(({ default: begin }) => { if (!over) end = begin(component); });
  return () => { over = true; end?.(); };
}"""
"""Loads ``static/keys.js``, which a browser keeps; a script here would travel each time."""
TURN_MESSAGE = re.compile(r"turn (-?[0-9]{1,3})")
"""What the browser says when pages are to be turned: how many."""
STEPS = {"before": -1, "next": 1}
"""What the browser says when the pair or theme before, or the next one, is asked for."""
_listen = st.components.v2.component("common_ground_keys", js=LOADER, isolate_styles=False)


def listen(choice: Choice, title: str) -> None:
    """Listen for keys; turn the page of a title, or the projector, on what was pressed.

    Where a storyline is followed its steps are turned, and Escape leaves it first.
    """
    heard = _listen(
        key="cg-keys",
        data={"on": choice.keys, "projector": choice.projector, "program": _find_program()},
        on_pressed_change=state.stay,
    )
    pressed = heard.pressed
    if pressed == "leave" and choice.story:
        state.choose(story="")
        st.rerun()
    if pressed in ("projector", "leave"):
        is_on = not choice.projector if pressed == "projector" else False
        state.choose(projector="1" if is_on else "")
        st.rerun()
    state.put_step(STEPS.get(pressed or "", 0))
    turned = TURN_MESSAGE.fullmatch(pressed or "")
    if turned and choice.story:
        step = steps.find_turn(choice, router.find_name(title), int(turned[1]))
        if step is not None:
            steps.go(step)
    elif turned:
        page = router.turn(title, int(turned[1]))
        st.switch_page(page.file, query_params=state.link_params())


def _find_program() -> str:
    """Return the address of the script that listens."""
    static = webmap.static_url(st.get_option("server.baseUrlPath"))
    return f"{static}/{webmap.version('keys.js')}"
