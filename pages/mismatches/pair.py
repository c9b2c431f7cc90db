"""The pair of maps that is looked at closely: which two they are, the boxes, and the map."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from mapping.drawing import Overlay as Drawn
from mapping.drawing import webmap
from mapping.geography import Layer, layers
from mapping.wording import findings
from pages.shared import cache, controls, fetched, layout, maps, state
from pages.shared.choices import Choice

MAX_HATCHED = 250
"""So many units can be told apart by a hatch; more would hide the dots of the other side."""
ROOM_PX = 34
"""Lines that lie so far apart, on average, are drawn at full width (see static/marks.js)."""
MAP_PX = (850, 520)
"""About how wide and high a place can be drawn."""
PROJECTED_PX = (800, 360)
"""The same on a projector of 1280 by 720."""
THIN_LINE = webmap.LineSign("#66707a", 1.0)


def choose_pair(choice: Choice, chosen: Sequence[Layer]) -> tuple[Layer, Layer]:
    """Return the two layers to look at closely: the reader's, or those that disagree most."""
    key = cache.key_of(choice.place)
    present = list(cache.present_keys(key, choice.own_layers))
    worst = cache.worst_pair(key, tuple(layer.key for layer in chosen), choice.by)
    controls.say_absent(
        choice, [k for k in (choice.a, choice.b) if k not in choice.layers], present
    )
    usual = _find_informative(choice, chosen)
    if worst is not None and (worst.mismatch > 0 or "layers" in choice.chosen):
        usual = (worst.a, worst.b)
    if choice.a in present and choice.a == choice.b:
        usual = (choice.a, next(k for k in (*usual, *present) if k != choice.a))
        layout.note(
            f"You chose {layers.get(choice.a).plural} twice, so we compare them with "
            f"{layers.get(usual[1]).plural}."
        )
    elif choice.a in present and choice.b in present:
        usual = (choice.a, choice.b)
    elif choice.a in present and not choice.b:
        usual = (choice.a, next(k for k in (*usual, *present) if k != choice.a))
    elif choice.b in present and not choice.a:
        usual = (next(k for k in (*usual, *present) if k != choice.b), choice.b)
    state.hold(a=usual[0], b=usual[1])
    return layers.get(usual[0]), layers.get(usual[1])


def is_beside_partners(choice: Choice, chosen: Sequence[Layer], a: Layer, b: Layer) -> bool:
    """Tell whether a pair is shown because the partners' own maps, ``chosen``, all agree.

    Not so if the reader chose one of the two.
    """
    keys, shown = {layer.key for layer in chosen}, {"a": a.key, "b": b.key}
    is_own = any(getattr(choice, name) == shown[name] for name in choice.chosen & {"a", "b"})
    return not (is_own or len(keys) < 2 or {a.key, b.key} <= keys)


def _find_informative(choice: Choice, chosen: Sequence[Layer]) -> tuple[str, str]:
    """Return a pair that says something where all partners' maps fit into one another.

    The council and whoever's line runs through its district; or else the wards, and a map of the
    open workspace or the post.
    """
    dividing = [layer.key for layer in chosen if len(layers.find_present(choice.place, layer)) > 1]
    if choice.place.kind == "borough" and dividing:
        return "borough", dividing[0]
    drawn = cache.drawn_keys(cache.key_of(choice.place), choice.own_layers)
    if "postal_district" not in drawn:
        return "ward", "borough"
    own = [key for key in choice.own_layers if key.startswith(layers.OWN) and key in drawn]
    for finer in (*own, "postal_district", "postal_sector"):
        kinder = cache.worst_pair(cache.key_of(choice.place), ("ward", finer), choice.by)
        if kinder is not None and kinder.mismatch > 0:
            return kinder.a, kinder.b
    return "ward", "postal_district"


def boxes(choice: Choice, a: Layer, b: Layer) -> None:
    """Let the reader choose the two layers to look at closely."""
    present = list(cache.present_keys(cache.key_of(choice.place), choice.own_layers))
    state.preset("a", a.key)
    state.preset("b", b.key)
    _layer_box("Compare the areas of", "a", present)
    _layer_box("with the boundaries of", "b", [k for k in present if k != a.key])


def _layer_box(label: str, key: str, options: list[str]) -> None:
    st.selectbox(label, options, format_func=controls.name_layer, **state.chooser(key))


def draw(choice: Choice, a: Layer, b: Layer) -> tuple[list[Drawn], list[tuple], str]:
    """Draw which units of A are split by B, and where both, one or the other draw a line."""
    key = cache.key_of(choice.place)
    with maps.preparing(choice, a.key, b.key):
        areas = fetched.areas(key, a.key, cache.list_cells(choice.place, a.key, b.key))
        published, agreement = fetched.lines(key, a.key, b.key)
        outside = fetched.other_side(key, a.key, b.key, choice.by)
    found = cache.relations(key, a.key, b.key, choice.by)
    split = found.loc[found["relation"] == "split", "a_code"]
    # A hatch over all of the map says nothing.
    some = split if len(split) < len(found) and len(split) <= MAX_HATCHED else []
    labels = fetched.label_relations(key, a.key, b.key, choice.by, areas)
    drawn = [
        webmap.areas(
            areas,
            dict.fromkeys(some, "torn"),
            default="bare",
            labels=labels,
            projector=choice.projector,
        ),
        webmap.lines(published, crowded=True, projector=choice.projector),
        *maps.write_names(choice, areas),
    ]
    if outside is not None:
        drawn.append(webmap.picture(outside))
    signs = {
        "both": "Boundary of both",
        "a_only": f"{findings.capitalise(a.noun)} boundary only",
        "b_only": f"{findings.capitalise(b.noun)} boundary only",
    }
    length_m = agreement["length_m"]
    thinner = measure_thinning(choice, agreement)
    samples = webmap.line_signs(max(0.5, thinner))
    legend: list[tuple] = [(samples[part], text) for part, text in signs.items() if length_m[part]]
    if len(some):
        legend.append(("torn", f"Split {a.noun}"))
    if outside is not None:
        legend.append((maps.OTHER_SIDE, "People outside the best match"))
    both = agreement.loc["both"]
    follow = findings.line_finding(a, b, both["share_of_a"], both["share_of_b"])
    if thinner < 0.5:
        follow = f"Zoom in to tell the boundaries apart. {follow}"
        if choice.projector and length_m["a_only"] and length_m["b_only"]:
            legend.append((THIN_LINE, "Thin lines: zoom in to tell them apart"))
    return drawn, legend, follow


def measure_thinning(choice: Choice, agreement: pd.DataFrame) -> float:
    """Return by how much lines are thinned, on average, where the whole place is shown."""
    west, south, east, north = choice.place.bounds
    spacing_m = (east - west) * (north - south) / max(agreement["length_m"].sum(), 1.0)
    wide, high = PROJECTED_PX if choice.projector else MAP_PX
    metres_a_px = max((east - west) / wide, (north - south) / high, 0.01)  # of one postcode: none
    return min(1.0, spacing_m / metres_a_px / ROOM_PX)
