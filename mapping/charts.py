"""Charts, as Altair: the flow of people between the units of two layers."""

from typing import Literal

import altair as alt
import numpy as np
import pandas as pd

from mapping.signs import INK, TEAL

MOST_UNITS = 14
"""Units drawn one by one on either side; the rest are gathered as "others"."""
GAP = 0.012
STEPS = 24
REST = "others"


def flow(cross: pd.DataFrame, a_title: str, b_title: str, *, ink: str = INK) -> alt.LayerChart:
    """Draw a cross-table as ribbons from the units of A (left) to those of B (right).

    ``cross`` has a_name, b_name and people. Each side shows its largest units; smaller
    ones are gathered as "others", so that nobody is left out. ``ink`` is the colour of the names.
    """
    pairs = gathered(cross)
    left, right = _stacked(pairs, "a_name"), _stacked(pairs, "b_name")
    ribbons = _ribbons(pairs, left, right)
    base = alt.Chart(ribbons).mark_area(opacity=0.55, color=TEAL, stroke="white", strokeWidth=0.6)
    tooltip = [
        alt.Tooltip("a_name", title=a_title),
        alt.Tooltip("b_name", title=b_title),
        alt.Tooltip("people:Q", format=",.0f", title="people"),
    ]
    bands = base.encode(
        x=alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.45, 1.45])),
        y=alt.Y("low:Q", axis=None),
        y2="high:Q",
        detail="pair:N",
        tooltip=tooltip,
    )
    texts = [_names(left, 0.0, "right", -8, ink), _names(right, 1.0, "left", 8, ink)]
    height = int(30 * max(len(left), len(right), 10))
    return alt.layer(bands, *texts).properties(height=min(height, 560)).configure_view(stroke=None)


def gathered(cross: pd.DataFrame) -> pd.DataFrame:
    """Keep the largest units of both sides by name and gather the others; people are kept."""
    named = cross[["a_name", "b_name", "people"]].astype({"a_name": object, "b_name": object})
    for side in ("a_name", "b_name"):
        sizes = named.groupby(side)["people"].sum().nlargest(MOST_UNITS)
        named[side] = named[side].where(named[side].isin(sizes.index), REST)
    return named.groupby(["a_name", "b_name"], as_index=False)["people"].sum()


def _stacked(pairs: pd.DataFrame, side: str) -> pd.DataFrame:
    """Stack the units of one side from the top: name, low, high (shares of all people)."""
    sizes = pairs.groupby(side)["people"].sum().sort_values(ascending=False)
    sizes = pd.concat([sizes.drop(REST, errors="ignore"), sizes[sizes.index == REST]])
    part = sizes / sizes.sum()
    top = 1 - np.r_[0, part.cumsum().to_numpy()[:-1]] - GAP * np.arange(len(part))
    return pd.DataFrame({"name": part.index, "high": top, "low": top - part.to_numpy()})


def _ribbons(pairs: pd.DataFrame, left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    total = pairs["people"].sum()
    start = left.set_index("name")["high"].to_dict()
    end = right.set_index("name")["high"].to_dict()
    rank_a = {name: i for i, name in enumerate(left["name"])}
    rank_b = {name: i for i, name in enumerate(right["name"])}
    order = sorted(pairs.index, key=lambda i: (rank_a[pairs.a_name[i]], rank_b[pairs.b_name[i]]))
    at_a, at_b = {}, {}
    for i in order:
        at_a[i] = start[pairs.a_name[i]]
        start[pairs.a_name[i]] -= pairs.people[i] / total
    for i in sorted(order, key=lambda i: (rank_b[pairs.b_name[i]], rank_a[pairs.a_name[i]])):
        at_b[i] = end[pairs.b_name[i]]
        end[pairs.b_name[i]] -= pairs.people[i] / total
    x = np.linspace(0, 1, STEPS)
    ease = x * x * (3 - 2 * x)
    frames = []
    for i in order:
        high = at_a[i] + (at_b[i] - at_a[i]) * ease
        row = pairs.loc[i]
        frames.append(pd.DataFrame({"x": x, "high": high, "low": high - row.people / total,
                                    "pair": i, "a_name": row.a_name, "b_name": row.b_name,
                                    "people": row.people}))  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def _names(
    side: pd.DataFrame, x: float, align: Literal["left", "right"], shift: int, ink: str
) -> alt.Chart:
    middle = side.assign(x=x, y=(side["high"] + side["low"]) / 2)
    tall = middle[(middle["high"] - middle["low"]) > 0.012]
    marks = alt.Chart(tall).mark_text(align=align, dx=shift, fontSize=13, color=ink, limit=260)
    return marks.encode(x="x:Q", y="y:Q", text="name:N")
