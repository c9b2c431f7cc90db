"""The part How it is going: each condition of a healthy system at each scale, as it was rated."""

import numpy as np
import pandas as pd
import streamlit as st

from mapping import stewardship
from mapping.drawing import spectrum
from mapping.stewardship import APART, Scheme
from mapping.wording import findings, stewardship_findings
from pages.shared import cache, glossary, layout, tables
from pages.shared.choices import Choice
from pages.shared.layout import Number
from pages.stewardship import counts, one_cell, parts, rating, scheme_box
from pages.stewardship.parts import LEVELS

REFLECT = (
    "They are for talking about, not for marking anybody: we show how far apart views are, never a "
    "mean, and never one place against another."
)
HOW = (
    "Anyone who opens the workspace may rate each condition at each level, alone or as a group; "
    "each rater's latest rating counts, and earlier ones stay in the history. We show the number "
    "of raters, the lowest and highest rating, and those between which the middle half lies "
    "(quartiles). How far apart views are is measured from 0 (all say the same) to 1 (half say the "
    "lowest and half the highest; R. K. Leik 1966, doi:10.2307/1388242): from 0.3 they differ, "
    "from 0.6 they are far apart. We show no mean, because ratings are an order, not amounts."
)
HOW_RATERS = (
    "People and groups with at least one rating of these conditions in the open workspace, each "
    "counted once. Ratings are the workspace's: they stay the same whichever place is shown."
)
WHOSE = "The ratings are of the whole workspace, whichever place is shown."
HOW_CELLS = "Conditions at a level that at least one person or group has rated, of all there are."
HOW_APART = (
    "Of those that two or more have rated: views are at least 0.6 apart, where 1 is the most."
)
SIGNS = (
    "A line goes from the lowest rating to the highest, the box holds the middle half, the bar "
    "is the median; the number is how many rated. Hatched: far apart."
)
MAX_NAMED = 3


def show(choice: Choice) -> None:
    """Show how the conditions are rated, what can be done, and a form to rate them."""
    scheme = scheme_box.read_scheme(choice)
    ratings = counts.read_ratings(choice.kept)
    ratings = ratings[ratings["scheme"] == scheme.key]
    spread = stewardship.spread(ratings, scheme)
    organisations, folded = counts.list_organisations(
        cache.key_of(choice.place), choice.kept, choice.by
    )
    holders = organisations.loc[organisations["steward"].isin(stewardship.HELD), "actor"]
    raters = stewardship.count_raters(ratings)
    layout.view(
        choice,
        stewardship_findings.rating_finding(choice.place, spread, scheme, raters, holders.tolist()),
        list_numbers(spread, raters),
        lambda: draw(choice, scheme, spread),
        explain="" if choice.projector else explain(scheme, is_rated=sum(raters) > 0),
        how=HOW,
        aside=None if choice.projector else lambda: scheme_box.show(choice, scheme),
        under=lambda: parts.box(choice),
    )
    if choice.projector:
        return
    rating.show(choice, scheme)
    one_cell.show(choice, scheme, spread, ratings, organisations)
    list_cells(choice, scheme, spread, organisations, folded)


def explain(scheme: Scheme, *, is_rated: bool) -> str:
    """Say what is rated, whose ratings these are, and what they are for."""
    return " ".join([f"{scheme.title}.", *([WHOSE] if is_rated else []), REFLECT])


def list_numbers(spread: pd.DataFrame, raters: tuple[int, int]) -> list[Number]:
    """Gather the cards."""
    rated = int((spread["number"] > 0).sum())
    return [
        Number("People and groups that rated", f"{sum(raters):,}", HOW_RATERS),
        Number("Rated so far", f"{rated} of {len(spread)}", HOW_CELLS),
        Number("Far apart", f"{int((spread['disagreement'] >= APART).sum())}", HOW_APART),
    ]


def draw(choice: Choice, scheme: Scheme, spread: pd.DataFrame) -> None:
    """Draw how the ratings lie; the table below has the same in words."""
    rated = int((spread["number"] > 0).sum())
    told = (
        f"{scheme.title} at three levels: {rated} of {len(spread)} are rated. The table "
        "“Every condition at every level” has all of it in words."
    )
    parts.chart(
        choice,
        lambda **how: spectrum.draw(spread, scheme, LEVELS, **how),
        told,
    )
    if not choice.projector:
        levels = ", ".join(f"{at} {word}" for at, word in enumerate(scheme.levels, 1))
        st.caption(layout.escape_markdown(f"{SIGNS} From left to right: {levels}."))


def list_cells(
    choice: Choice,
    scheme: Scheme,
    spread: pd.DataFrame,
    organisations: pd.DataFrame,
    folded: int,
) -> None:
    """List every condition at every scale: what can be done, who works there, how it is rated."""
    st.header("Every condition at every level", anchor=False)
    if folded:
        st.caption(parts.say_folded(folded))
    at_work = {scale: _name_some(organisations, scale) for scale in LEVELS}
    frame = pd.DataFrame([_describe(row, scheme) for _, row in spread.iterrows()])
    frame = frame.assign(
        at_work=spread["scale"].map(at_work),
        number=spread["number"],
        disagreement=spread["disagreement"],
    )
    named = {"action": "What somebody at this level can do"} if frame["action"].any() else {}
    tables.show(
        frame,
        {
            "condition": "Condition",
            "scale": "Level",
            **named,
            "at_work": "On record at this level",
            "number": "Ratings",
            "ends": "From … to",
            "half": "Middle half",
            "apart": "Views are",
            "disagreement": "Apart (0 to 1)",
        },
        {"number": tables.write_whole, "disagreement": _decimals},
        f"{scheme.title} in {findings.name_place(choice.place)}, at every level.",
        key="conditions",
        how=lambda: glossary.offer_how(choice, "Level of an organisation", note=HOW),
        limits=f"{WHOSE} {REFLECT} Rated from 1 ({scheme.levels[0]}) to {len(scheme.levels)} "
        f"({scheme.levels[-1]}).",
    )


def _describe(row: pd.Series, scheme: Scheme) -> dict[str, str]:
    condition = scheme.get(row["condition"])
    is_rated = row["number"] > 0
    return {
        "condition": condition.title,
        "scale": LEVELS[row["scale"]],
        "action": condition.actions.get(row["scale"], ""),
        "ends": f"{row['least']:g} to {row['most']:g}" if is_rated else "–",
        "half": f"{row['lower']:g} to {row['upper']:g}" if is_rated else "–",
        "apart": stewardship.describe_disagreement(row["disagreement"]) if is_rated else "–",
    }


def _name_some(organisations: pd.DataFrame, scale: str) -> str:
    names = organisations.loc[organisations["scale"] == scale, "actor"].tolist()
    return findings.join_names(names, MAX_NAMED) or "nobody"


def _decimals(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.2f}"
