"""The matrix of all pairs of maps: how far each agrees with each, in both directions."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st

from mapping.drawing import RUST
from mapping.geography import Layer, layers
from mapping.wording import findings
from pages.shared import answers, cache, glossary, layout, tables
from pages.shared.choices import Choice

STRONGEST = 70
"""Per cent of rust in a cell where nobody is aligned; its text can still be read."""
MIN_FULL_SHARE = 0.99
"""The share of the place's people from which a cell does not say how many are on both maps."""

HEADINGS = {
    "a": "Areas of",
    "b": "With the boundaries of",
    "aligned_share": "Share that fits",
    "mismatch": "Mismatch",
    "v": "V-measure",
    "homogeneity": "Homogeneity",
    "completeness": "Completeness",
    "coverage": "Share on both maps",
}
"""What analysts are told of each pair."""


def show(choice: Choice, chosen: Sequence[Layer]) -> None:
    """Show the aligned shares of all pairs in both directions, the worst pair marked."""
    if len(chosen) < 2:
        layout.note("Choose at least two boundary maps to compare.")
        return
    keys = tuple(layer.key for layer in chosen)
    st.header("How well each pair fits", anchor=False)
    st.caption(
        "Read across: 68% means that 68% of people are in the column's area that covers most of "
        "their row's area. 100% is a perfect fit. The worst pair is outlined."
    )
    glossary.offer_how(
        choice, "Best match", "Share that fits", "Mismatch", "Table and headline", of=chosen
    )
    st.html(_write(cache.key_of(choice.place), keys, choice.by))
    st.html(Path(__file__).parent / "matrix.css")
    _show_scores(choice, chosen, keys)


def _show_scores(choice: Choice, chosen: Sequence[Layer], keys: tuple[str, ...]) -> None:
    """List the scores of all pairs; they travel once somebody opens them, and go into a bundle."""
    named = _name_pairs(cache.key_of(choice.place), keys, choice.by)
    caption = "Scores of all pairs, from 0 to 1."
    limits = f"Counted in {findings.name_place(choice.place)}."
    box = st.expander("Statistical scores, for analysts", key="cg-scores", on_change="rerun")
    if not box.open:
        tables.take(named, caption, key="scores", used=chosen, headings=HEADINGS, limits=limits)
        return
    with box:
        tables.show(
            named,
            HEADINGS,
            dict.fromkeys(list(HEADINGS)[2:], tables.ratio),
            caption,
            key="scores",
            how=lambda: glossary.offer_how(choice, *list(HEADINGS.values())[2:]),
            used=chosen,
            limits=limits,
        )


@answers.keep(max_entries=64)
def _name_pairs(place: cache.Key, keys: tuple[str, ...], by: str) -> pd.DataFrame:
    """Return the scores of all pairs with the titles of the maps in place of their keys."""
    scores = cache.matrix(place, keys, by)
    return scores.assign(**{s: scores[s].map(lambda key: layers.get(key).title) for s in "ab"})


@answers.keep(max_entries=64)
def _write(place: cache.Key, keys: tuple[str, ...], by: str) -> str:
    """Write the matrix of a place, its worst pair marked."""
    worst = cache.worst_pair(place, keys, by)
    marked = set()
    if worst is not None and worst.mismatch > 0:
        marked = {(worst.a, worst.b), (worst.b, worst.a)}
    return html([layers.get(key) for key in keys], cache.matrix(place, keys, by), marked)


def html(chosen: Sequence[Layer], scores: pd.DataFrame, marked: set[tuple[str, str]]) -> str:
    """Write the aligned shares as an HTML table: a row and a column a map, row in column."""
    scored = scores.set_index(["a", "b"])[["aligned_share", "coverage"]]
    head = "".join(f'<th scope="col">{escape(b.title)}</th>' for b in chosen)
    rows = "".join(
        f'<tr><th scope="row">{escape(a.title)}</th>'
        + "".join(_cell(a, b, scored, marked) for b in chosen)
        + "</tr>"
        for a in chosen
    )
    return (
        '<div class="cg-scroll"><table class="cg-table cg-matrix"><caption><span>'
        "Of each row's people, the share inside the matching area of the column.</span></caption>"
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(a: Layer, b: Layer, scored: pd.DataFrame, marked: set[tuple[str, str]]) -> str:
    if a.key == b.key:
        return '<td aria-label="itself">·</td>'
    shown, covered = scored.loc[(a.key, b.key)]
    if covered == 0:
        return '<td aria-label="nobody is on both" title="nobody is on both">–</td>'
    tint = round(STRONGEST * (1 - shown))
    style = f"background:color-mix(in srgb,{RUST} {tint}%,transparent)"
    worst = ' class="cg-worst"' if (a.key, b.key) in marked else ""
    part = ""
    if covered < MIN_FULL_SHARE:
        part = f"<br/><small>{findings.share(covered)} on both</small>"
    return f'<td{worst} style="{style}">{findings.share(shown)}{part}</td>'
