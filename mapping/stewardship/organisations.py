"""Organisations of a place: the actors of its register, without the parts of others in each ward.

Councillors and police teams of single wards are parts of a council and a force that stand in the
register themselves. They are folded into these: left out here, and their number is told.
"""

import numpy as np
import pandas as pd

from mapping.actors import Register, defaults, reach, shipped, split
from mapping.geography import By
from mapping.memory import once
from mapping.places import Place

WARD_LAYERS = ("ward", "snt")
"""Layers whose units have parts of organisations, and no organisations."""
ORGANISATION_COLUMNS = (
    "number",
    "actor",
    "actor_type",
    "sector",
    "themes",
    "scale",
    "steward",
    "people",
    "share_of_place",
    "reach",
    "breadth",
)


@once
def _ward_part_ids() -> frozenset[str]:
    rules = defaults.rules()
    begins = {f"{one}." for one in rules.loc[rules["layer"].isin(WARD_LAYERS), "id"]}
    ids = shipped().actors["id"].tolist()
    return frozenset(one for one in ids if f"{one.partition('.')[0]}." in begins)


def find_ward_parts(register: Register) -> np.ndarray:
    """Tell which actors are parts of an organisation in a ward: (actors,) bool."""
    return register.actors["id"].isin(_ward_part_ids()).to_numpy()


def list_organisations(
    register: Register, place: Place, *, by: By = "residents"
) -> tuple[pd.DataFrame, int]:
    """List the organisations that work in a place, and count the ward parts left out.

    Columns ``ORGANISATION_COLUMNS``: number (the actor's), its texts, people (of the place, as
    the lens counts), share_of_place, reach (what the lens counts in its whole footprint, wherever
    it lies), breadth (how many themes it has, words of one theme counted once). The largest reach
    first, then by name.
    """
    found = reach(register, place, by=by)
    parts = find_ward_parts(register)[found["number"]]
    own = found[~parts]
    texts = register.actors.iloc[own["number"]]
    frame = pd.DataFrame(
        {
            "number": own["number"].to_numpy(),
            **{name: texts[name].to_numpy() for name in ORGANISATION_COLUMNS[1:7]},
            "people": own["people"].to_numpy(),
            "share_of_place": own["share_of_place"].to_numpy(),
            "reach": register.people(by)[own["number"]],
            "breadth": [count_themes(text) for text in texts["themes"]],
        }
    )
    frame = frame.sort_values(
        ["reach", "actor"], ascending=[False, True], kind="stable", ignore_index=True
    )
    return frame[list(ORGANISATION_COLUMNS)], int(parts.sum())


def count_themes(text: str) -> int:
    """Count the themes of a text: words that are part of one theme count once.

    >>> count_themes("maternity; primary care; chess")
    2
    """
    return len({defaults.theme_of(word) or word for word in split(text)})
