"""Follow a partner's lines: who would move if one map were redrawn along another."""

import pandas as pd
import streamlit as st

from mapping import overlap, redraw
from mapping.drawing import webmap
from mapping.geography import Layer, layers
from mapping.wording import findings, redraw_findings
from pages.redraw import ranking
from pages.shared import cache, controls, fetched, glossary, layout, maps, state, tables
from pages.shared.choices import Choice
from pages.shared.layout import Number

HOW_MOVED = (
    "Each area of the map whose lines are followed goes whole to the area that holds most of its "
    "people; of two that hold as many, to the first by its code. Everybody else in it would come "
    "under another area than today. Where the areas of one map lie inside those of the other the "
    "lines are drawn already, and nobody moves."
)
HOW_DIVIDED = (
    "As on Mismatches: areas with at least 100 residents, of which more than 1% live outside the "
    "area that holds most of them. Areas that are made up of whole ones of the other map are not "
    "called divided. The list below has all in which somebody would move."
)
MOVES = webmap.AreaSign("#f2c9b8", "hatch", "#8f3a25", line="#8f3a25", width_px=0.8)
SIGNS = {
    "both": "Line before and after",
    "a_only": "Only before",
    "b_only": "Only after",
}


def show(choice: Choice) -> None:
    """Show who would move, on the map and as a list, and rank every map as the common line."""
    partners = controls.layers_chosen(choice, ranking.list_usual(choice))
    layer, along = choose_pair(choice, partners)
    found = redraw.follow(choice.place, layer, along=along, by=choice.by)
    torn = cache.straddling(cache.key_of(choice.place), along.key, layer.key, choice.by)
    ranked = ranking.rank(choice, partners)
    layout.view(
        choice,
        redraw_findings.follow_finding(choice.place, found, torn, choice.by),
        _count(choice, found, torn),
        lambda: _draw(choice, found),
        explain=layout.join_sentences(
            [layer, along],
            redraw_findings.hardly_divided_finding(found, torn),
            redraw_findings.ranking_finding(ranked, partners, choice.by),
            layout.lens_note(choice),
        ),
        how=HOW_MOVED,
        aside=None if choice.projector else lambda: _aside(choice, layer, along),
    )
    if choice.projector:
        return
    _list_moves(choice, found)
    ranking.show(choice, partners, ranked)


def choose_pair(choice: Choice, partners: list[Layer]) -> tuple[Layer, Layer]:
    """Return the layer to redraw and the one to follow: the reader's, or two partners."""
    present = list(cache.present_keys(cache.key_of(choice.place), choice.own_layers))
    controls.say_absent(choice, [choice.a, choice.b], present)
    many = [
        one.key for one in partners if cache.unit_count(cache.key_of(choice.place), one.key) > 1
    ]
    usual = [*many, *(one.key for one in partners), *present]
    a = choice.a if choice.a in present else next(k for k in usual if k != choice.b)
    b = choice.b if choice.b in present else next((k for k in usual if k != a), a)
    state.hold(a=a, b=b)
    return layers.get(a), layers.get(b)


def _aside(choice: Choice, layer: Layer, along: Layer) -> None:
    present = list(cache.present_keys(cache.key_of(choice.place), choice.own_layers))
    named = layout.name_each(present, controls.name_layer)
    for label, key, shown in (
        ("Whose lines are redrawn", "a", layer),
        ("along the lines of", "b", along),
    ):
        state.preset(key, shown.key)
        st.selectbox(label, present, format_func=named, **state.chooser(key))


def _count(choice: Choice, found: redraw.Following, torn: overlap.Straddling) -> list[Number]:
    total = float(found.people.sum())
    moved = found.people_moved
    after = len(set(found.to.tolist()))
    before = cache.unit_count(cache.key_of(choice.place), found.layer.key)
    return [
        Number("Would move", findings.share(moved / total) if total > 0 else "–", HOW_MOVED),
        Number(
            f"{findings.capitalise(found.along.plural)} divided today",
            f"{torn.units:,} of {torn.of:,}",
            HOW_DIVIDED,
        ),
        Number(
            f"{findings.capitalise(found.layer.plural)} before and after",
            f"{before:,} → {after if not found.is_nested else before:,}",
            "An area to which no whole area would go is no more.",
        ),
    ]


def _draw(choice: Choice, found: redraw.Following) -> None:
    """Draw who moves, hatched, and the old and new lines."""
    key, layer = cache.key_of(choice.place), found.layer
    after = found.redraw(choice.place)
    movers = found.list_movers(choice.place)
    keys = [layer.key, after.key, *([movers.key] if movers else [])]
    cells = cache.list_cells(choice.place, *keys)
    with maps.preparing(choice, *keys):
        areas = fetched.areas(key, layer.key, cells)
        published, agreement = fetched.lines(key, layer.key, after.key)
        moving = fetched.areas(key, movers.key, cells) if movers else None
    drawn = [webmap.lines(published, crowded=True, projector=choice.projector)]
    length_m = agreement["length_m"]
    samples = webmap.line_signs(0.8)
    legend: list[tuple] = [(samples[p], text) for p, text in SIGNS.items() if length_m[p]]
    if moving is not None and movers is not None:
        labels = fetched.label_people(key, movers.key, choice.by, moving)
        drawn.insert(
            0, webmap.areas(moving, default=MOVES, labels=labels, projector=choice.projector)
        )
        legend.append((MOVES, "Would move"))
    else:
        drawn.insert(0, webmap.areas(areas, default="bare", projector=choice.projector))
    if not legend:
        ground, sign = maps.draw_ground(choice, cells)
        drawn.append(ground)
        legend.append(sign)
    drawn += maps.write_names(choice, areas)
    maps.show(choice, "follow", f"{layer.title}, along {found.along.plural}", drawn, legend)
    if not choice.projector:
        maps.say_rounded(choice, *keys[:2])


def _list_moves(choice: Choice, found: redraw.Following) -> None:
    st.header("Who would move", anchor=False)
    moves = found.moves
    moves = moves[moves["moved"] > 0]
    if moves.empty:
        st.markdown("Nobody would.")
        return
    along, layer = found.along, found.layer
    amount = tables.amounts(choice.by)
    headings = {
        "name": findings.capitalise(along.noun),
        "to_name": f"Would all be in this {layer.noun}",
        "moved": redraw_findings.head_moves(choice.by),
        "people": f"Of {findings.heading(choice.by).lower()}",
        "share": "% of it",
    }
    frame = moves.assign(share=moves["moved"] / moves["people"].where(moves["people"] > 0))
    tables.show(
        pd.DataFrame(frame),
        headings,
        {"moved": amount, "people": amount, "share": tables.percent},
        f"{findings.capitalise(layer.plural)} of {findings.name_place(choice.place)} along the "
        f"lines of {along.plural}: who would move.",
        key="moves",
        how=lambda: glossary.offer_how(choice, "People moved", of=[layer, along]),
        used=[layer, along],
        limits=HOW_MOVED,
    )
