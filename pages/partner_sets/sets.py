"""The partner sets of a place: on the map, one of them, and all of them."""

from collections.abc import Sequence
from html import escape

import pandas as pd
import streamlit as st

from mapping.drawing import Overlay as Drawn
from mapping.drawing import webmap
from mapping.geography import Layer, layers
from mapping.wording import findings
from pages.shared import areas, cache, fetched, glossary, layout, maps, state, tables
from pages.shared.choices import Choice

MAX_OUTLINED = 12
CHOSEN_LINE = webmap.LineSign("#1b2733", 4.0)


def draw(
    choice: Choice, keys: tuple[str, ...], shared: Sequence[int]
) -> tuple[list[Drawn], list[tuple]]:
    """Draw the sets in signs that neighbours do not share, those of several districts outlined."""
    with maps.preparing(choice, *keys):
        published, frame = fetched.set_shapes(cache.key_of(choice.place), keys, choice.by)
    signs = dict(zip(frame.code, webmap.pick_signs(len(frame)), strict=True))
    labels = {
        c: findings.people(p, choice.by) for c, p in zip(frame.code, frame.people, strict=True)
    }
    few = shared if len(shared) <= MAX_OUTLINED else []
    is_chosen = choice.set_ in set(frame.code)
    heavy = [choice.set_] if is_chosen else [str(number) for number in few]
    drawn: list[Drawn] = [
        webmap.areas(published, signs, labels=labels, projector=choice.projector),
        webmap.highlight(published, heavy, projector=choice.projector),
        *maps.write_names(choice, published),
    ]
    words = "The set you chose" if is_chosen else "Found in two or more council areas"
    return drawn, [(CHOSEN_LINE, words)] if heavy else []


def find(choice: Choice, sets: pd.DataFrame) -> pd.Series | None:
    """Return the row of the set that is looked at; None if there is none."""
    found = sets[sets["set"].astype(str) == choice.set_]
    return found.iloc[0] if len(found) else None


def show_one(choice: Choice, chosen: Sequence[Layer], sets: pd.DataFrame) -> None:
    """Let the reader choose a set, and say who is in it."""
    numbers = sets.loc[sets["headline"], "set"].astype(str).tolist()
    state.preset("set", choice.set_ if choice.set_ in numbers else None)
    districts = dict(zip(sets["set"].astype(str), sets["boroughs"], strict=True))
    st.selectbox(
        "Choose a partner set",
        numbers,
        index=None,
        placeholder="Choose, or click the map",
        format_func=lambda n: f"Set {n} ({districts[n].replace('; ', ', ')})",
        **state.chooser("set", lambda n: n or ""),
    )
    if choice.set_ and choice.set_ not in districts:
        many = findings.write_count(len(sets), "set", "sets")
        layout.note(f"There is no set {choice.set_}. This place has {many}.")
    row = find(choice, sets)
    if row is not None:
        line_up = [f"{layer.title}: {row[layer.key]}" for layer in chosen]
        st.html(
            f"<p><strong>{escape(findings.join_names(row['boroughs'].split('; '), 99))}</strong>, "
            f"{escape(findings.people(row['people'], choice.by))}.</p><ul>"
            + "".join(f"<li>{escape(p)}</li>" for p in line_up)
            + "</ul>"
        )


def list_all(choice: Choice, chosen: Sequence[Layer], sets: pd.DataFrame) -> None:
    """List all sets with their partners."""
    key, keys = cache.key_of(choice.place), tuple(layer.key for layer in chosen)
    drawn = cache.is_drawable(choice.place, *keys)
    headings = {
        "set": "Set",
        "boroughs": "Council areas",
        "people": findings.heading(choice.by),
        "share": "Share",
    }
    headings |= {layer.key: layer.title for layer in chosen}
    tables.show(
        sets,
        headings,
        {"people": tables.amounts(choice.by), "share": tables.percent},
        f"Partner sets in {findings.name_place(choice.place)}.",
        key="sets",
        how=lambda: glossary.offer_how(
            choice,
            "Partner set",
            "Fewer than 100 residents",
            "Effective number of sets",
            of=chosen,
        ),
        shapes=(lambda: fetched.sets_to_take(key, keys, choice.by)) if drawn else None,
        used=chosen,
        limits="Sets with fewer than 100 residents are listed but not counted in headlines.",
    )
    areas.say_if_too_large(choice, drawn)


def say_outside(choice: Choice, chosen: Sequence[Layer]) -> None:
    """Say how many are in no area of a map that is compared."""
    keys = tuple(layer.key for layer in chosen)
    frame = cache.list_two_way(cache.key_of(choice.place), keys, choice.by)
    for row in frame[frame["code"] == ""].itertuples():
        who = findings.capitalise(findings.say_share(row.share_of_place, choice.by))
        where = f"outside any {layers.get(row.layer).noun}"
        st.caption(layout.escape_markdown(f"{who} {findings.words(choice.by).live} {where}."))


def list_brought(choice: Choice, chosen: Sequence[Layer]) -> None:
    """List the areas of maps that somebody brought, which no organisation on record stands for."""
    own = [layer for layer in chosen if layer.key.startswith(layers.OWN)]
    if not own:
        return
    keys, place = tuple(layer.key for layer in own), findings.name_place(choice.place)
    frame = cache.list_two_way(cache.key_of(choice.place), keys, choice.by)
    here = findings.name_place(choice.place)
    st.header(
        layout.escape_markdown(f"Your areas, and how much of each is in {here}"), anchor=False
    )
    tables.show(
        frame[frame["code"] != ""],
        {
            "name": "Area",
            "title": "Type",
            "people": findings.heading(choice.by),
            "share_of_place": f"How much of {place} it covers",
            "share_of_unit": f"How much of it is in {place}",
        },
        {
            "people": tables.amounts(choice.by),
            "share_of_place": tables.percent,
            "share_of_unit": tables.percent,
        },
        f"Your areas in {here}, and how much of each is there.",
        key="own-areas",
        taken=frame,
        how=lambda: glossary.offer_how(choice, "Two-way share", of=own),
        whole={"share_of_unit": "areas"},
        place=place,
        used=own,
    )
