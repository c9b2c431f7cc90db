"""The controls of what is asked of suggestions, each tied to the link; nothing is searched yet."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from mapping.redraw import BlockGraph
from mapping.wording import findings
from pages.redraw import asking, changing, doors
from pages.redraw.asking import Ask
from pages.shared import controls, layout, state
from pages.shared.choices import Choice

MAX_LISTED = changing.MAX_LISTED


def show(choice: Choice, graph: BlockGraph, ask: Ask) -> None:
    """Let the reader say what is wanted, and start the search."""
    _select("What do you want?", "kind", list(asking.KINDS), ask.kind, ask, asking.KINDS.get)
    if ask.kind == asking.GROUPS:
        _number("How many", "groups", ask.groups, ask, asking.MIN_GROUPS, asking.MAX_GROUPS)
    else:
        of = findings.heading(choice.by)
        _number(f"{of} in each", "people", ask.people, ask, 1, asking.MAX_PEOPLE, 1_000)
    _select(
        "Larger or smaller by up to",
        "tolerance",
        sorted({*asking.TOLERANCES, ask.tolerance}),
        ask.tolerance,
        ask,
        lambda percent: f"{percent}%",
    )
    _keep_boxes(choice, graph, ask)
    st.button(
        "Search again, from another start" if ask.is_going else "Suggest",
        key="_redraw_go",
        type="primary",
        on_click=state.choose,
        kwargs={
            "ask": asking.change(
                ask,
                is_going=True,
                seed=ask.seed % asking.MAX_SEED + 1 if ask.is_going else ask.seed,
            )
        },
    )
    with st.popover("Fixed parts", icon=":material/push_pin:", key="cg-redraw-fixed"):
        _fixed_boxes(choice, graph, ask)
    doors.blocks_box(choice, graph.layer)


def _tie(name: str, ask: Ask, read: Callable[[Any], Any] = lambda value: value) -> dict[str, Any]:
    """Return what ties a widget to a part of the question."""
    return state.asker(
        f"ask_{name}", lambda value: state.choose(ask=asking.change(ask, **{name: read(value)}))
    )


def _select(
    label: str,
    name: str,
    options: list[Any],
    value: Any,
    ask: Ask,
    write: Callable[[Any], Any],
) -> None:
    state.preset(f"ask_{name}", value)
    st.selectbox(label, options, format_func=write, **_tie(name, ask))


def _number(
    label: str, name: str, value: int, ask: Ask, least: int, most: int, step: int = 1
) -> None:
    state.preset(f"ask_{name}", value)
    st.number_input(
        layout.escape_markdown(label),
        min_value=least,
        max_value=most,
        step=step,
        **_tie(name, ask, int),
    )


def _keep_boxes(choice: Choice, graph: BlockGraph, ask: Ask) -> None:
    """Let the reader choose the layers to keep to, and how much each counts."""
    times = dict(ask.keep)
    state.preset("ask_keep", list(times))
    known = list(dict.fromkeys([*doors.list_lines(choice), *times]))
    st.multiselect(
        "Cut these lines the least",
        known,
        format_func=layout.name_each(known, controls.name_layer),
        **_tie("keep", ask, lambda keys: tuple((key, times.get(key, "1")) for key in keys)),
    )
    if len(times) < 2:
        return
    with st.popover("How much each counts", key="cg-redraw-weights"):
        for key, weight in times.items():
            state.preset(f"ask_weight_{key}", weight)
            st.selectbox(
                layout.escape_markdown(f"{controls.name_layer(key)} counts"),
                list(asking.WEIGHTS),
                format_func=lambda text: asking.WEIGHTS[text],
                **state.asker(f"ask_weight_{key}", partial(_weigh, ask, key)),
            )


def _weigh(ask: Ask, key: str, weight: str) -> None:
    """Let a layer count more or less (for callbacks)."""
    keep = tuple((one, weight if one == key else old) for one, old in ask.keep)
    state.choose(ask=asking.change(ask, keep=keep))


def _fixed_boxes(choice: Choice, graph: BlockGraph, ask: Ask) -> None:
    names = changing.name_blocks(graph.codes.tolist(), graph.names.tolist())
    if len(names) > MAX_LISTED:
        st.caption("Too many areas to list here. Choose a smaller place, or larger areas.")
    else:
        for name, label in (
            ("contains", "One neighbourhood must contain all of these"),
            ("together", "These stay together"),
            ("apart", "No two of these together"),
        ):
            state.preset(f"ask_{name}", list(getattr(ask, name)))
            st.multiselect(
                label, list(names), format_func=names.__getitem__, **_tie(name, ask, tuple)
            )
    state.preset("ask_within", list(ask.within))
    known = list(dict.fromkeys([*doors.list_lines(choice), *ask.within]))
    st.multiselect(
        "No neighbourhood may cross the lines of",
        known,
        format_func=layout.name_each(known, controls.name_layer),
        **_tie("within", ask, tuple),
    )
