"""The pair of maps that is looked at closely: which two they are, the boxes, and the map."""

from collections.abc import Sequence
from copy import copy

import pandas as pd
import streamlit as st

from mapping.drawing import Overlay as Drawn
from mapping.drawing import PublishedLabels, PublishedShapes, webmap
from mapping.geography import Layer, layers
from mapping.wording import findings
from pages.shared import answers, cache, controls, fetched, layout, maps, state
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
    if choice.a in present and choice.b in present and choice.a != choice.b:
        usual = (choice.a, choice.b)
    elif worst is not None and (worst.mismatch > 0 or "layers" in choice.chosen):
        usual = (worst.a, worst.b)
    else:
        usual = _find_informative(choice, chosen)
    if choice.a in present and choice.a == choice.b:
        usual = (choice.a, next(k for k in (*usual, *present) if k != choice.a))
        layout.note(
            f"You chose {layers.get(choice.a).plural} twice, so we compare them with "
            f"{layers.get(usual[1]).plural}."
        )
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
    named = layout.name_each(options, controls.name_layer)
    st.selectbox(label, options, format_func=named, **state.chooser(key))


def draw(choice: Choice, a: Layer, b: Layer) -> tuple[list[Drawn], list[tuple], str]:
    """Draw which units of A are split by B, and where both, one or the other draw a line."""
    key = cache.key_of(choice.place)
    with maps.preparing(choice, a.key, b.key):
        areas = fetched.areas(key, a.key, cache.list_cells(choice.place, a.key, b.key))
        published, agreement = fetched.lines(key, a.key, b.key)
        outside = fetched.other_side(key, a.key, b.key, choice.by)
    labels = fetched.label_relations(key, a.key, b.key, choice.by, areas)
    drawn = [
        copy(_fill_split(key, a.key, b.key, choice.by, areas, labels, choice.projector)),
        webmap.lines(published, crowded=True, projector=choice.projector),
        *maps.write_names(choice, areas),
    ]
    if outside is not None:
        drawn.append(webmap.picture(outside))
    legend, follow = _explain(choice, a, b, agreement, outside is not None)
    return drawn, legend, follow


@answers.share(max_entries=128, hash_funcs={**fetched.BY_PATH, dict: len})
def _fill_split(
    place: cache.Key,
    a: str,
    b: str,
    by: str,
    areas: PublishedShapes,
    labels: PublishedLabels | dict[str, str],
    projector: bool,
) -> Drawn:
    """Hatch the units of A that are split by B, each with its label; copied before it is drawn.

    Labels that travel with the page say no more than the place, the layers and the lens do.
    """
    split = dict.fromkeys(_list_split(place, a, b, by), "torn")
    return webmap.areas(areas, split, default="bare", labels=labels, projector=projector)


@answers.share(max_entries=512)
def _list_split(place: cache.Key, a: str, b: str, by: str) -> list[str]:
    """List the codes of the units of A that are split; none where a hatch would say nothing."""
    found = cache.relations(place, a, b, by)
    split = found.loc[found["relation"] == "split", "a_code"].tolist()
    return split if len(split) < len(found) and len(split) <= MAX_HATCHED else []


def _explain(
    choice: Choice, a: Layer, b: Layer, agreement: pd.DataFrame, has_outside: bool
) -> tuple[list[tuple], str]:
    """Return the legend of the lines and of the hatch, and what the lines have in common."""
    signs = {
        "both": "Boundary of both",
        "a_only": f"{findings.capitalise(a.noun)} boundary only",
        "b_only": f"{findings.capitalise(b.noun)} boundary only",
    }
    length_m = agreement["length_m"].to_dict()
    thinner = measure_thinning(choice, agreement)
    samples = webmap.line_signs(max(0.5, thinner))
    legend: list[tuple] = [(samples[part], text) for part, text in signs.items() if length_m[part]]
    if _list_split(cache.key_of(choice.place), a.key, b.key, choice.by):
        legend.append(("torn", f"Split {a.noun}"))
    if has_outside:
        legend.append((maps.OTHER_SIDE, "People outside the best match"))
    both = agreement.loc["both"]
    follow = findings.line_finding(a, b, both["share_of_a"], both["share_of_b"])
    if thinner < 0.5:
        follow = f"Zoom in to tell the boundaries apart. {follow}"
        if choice.projector and length_m["a_only"] and length_m["b_only"]:
            legend.append((THIN_LINE, "Thin lines: zoom in to tell them apart"))
    return legend, follow


def measure_thinning(choice: Choice, agreement: pd.DataFrame) -> float:
    """Return by how much lines are thinned, on average, where the whole place is shown."""
    west, south, east, north = choice.place.bounds
    spacing_m = (east - west) * (north - south) / max(agreement["length_m"].sum(), 1.0)
    wide, high = PROJECTED_PX if choice.projector else MAP_PX
    metres_a_px = max((east - west) / wide, (north - south) / high, 0.01)  # of one postcode: none
    return min(1.0, spacing_m / metres_a_px / ROOM_PX)
