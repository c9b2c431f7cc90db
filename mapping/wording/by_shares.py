"""By shares: how bodies that share areas out are named and counted, in words."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mapping import overlap
from mapping.geography import Layer
from mapping.wording.numbers import capitalise, join_names, share

MAX_NAMED = 2
"""So many bodies of an area are named with their shares; the others are counted."""
INDEPENDENT = (
    "We do not know who is with which pair of them: within an area, being with one is taken to say "
    "nothing about the other."
)


def list_shares(found: pd.DataFrame, most: int = MAX_NAMED) -> str:
    """List a frame of ``overlap.shares_at``: "62% Kentish Town, 21% Hampstead and three more".

    What is all of one unit is told by its name alone.
    """
    if len(found) == 1:
        return str(found["name"].iloc[0])
    said = [f"{share(row.share)} {row.name}" for row in found.itertuples(index=False)]
    return join_names(said, most)


def name_at(layer: Layer, position: int) -> str:
    """Name the unit of a layer at a postcode, or the units that share it with their shares."""
    if layer.shares is None:
        return layer.name_of(int(layer.at(position)))
    return list_shares(overlap.shares_at(np.array([position]), layer))


def say_counted(chosen: Sequence[Layer]) -> str:
    """Say which layers are counted by shares, and how maps show them; "" if none is.

    >>> from mapping import layers
    >>> say_counted([layers.get("ward")])
    ''
    """
    named = dict.fromkeys(layer.plural for layer in chosen if layer.shares is not None)
    if not named:
        return ""
    said = (
        f"{capitalise(join_names(list(named)))} are counted by shares; on maps and in partner sets "
        "each area is shown as the one with most of its people."
    )
    return f"{said} {INDEPENDENT}" if len(named) > 1 else said
