"""The stewardship function: who holds it, at which scale, and who has nobody that does."""

import pandas as pd

from mapping import gaps
from mapping.actors import Register, reach
from mapping.geography import SCALES, By
from mapping.places import Place

HELD = ("yes", "implied")
"""What a register says of those who hold the function: outright, or by what they do."""
STEWARD_COLUMNS = (
    "actor",
    "actor_type",
    "scale",
    "steward",
    "themes",
    "people",
    "share_of_place",
    "note",
)


def take_stewards(register: Register) -> Register:
    """Keep the actors that hold the stewardship function."""
    return register.take(register.actors["steward"].isin(HELD).to_numpy())


def list_stewards(register: Register, place: Place, *, by: By = "residents") -> pd.DataFrame:
    """List who holds the function in a place, for how many: columns ``STEWARD_COLUMNS``.

    Those said outright to hold it come first, then whoever does so for most.
    """
    held = take_stewards(register)
    found = reach(held, place, by=by)
    frame = held.actors.iloc[found["number"]].reset_index(drop=True)
    frame = frame.assign(
        people=found["people"].to_numpy(), share_of_place=found["share_of_place"].to_numpy()
    )
    order = frame["steward"].map({what: at for at, what in enumerate(HELD)})
    frame = frame.assign(_order=order).sort_values(
        ["_order", "people", "actor"], ascending=[True, False, True], ignore_index=True
    )
    return frame[list(STEWARD_COLUMNS)]


def count_without(register: Register, place: Place, *, by: By = "residents") -> pd.DataFrame:
    """Count, postcode by postcode, who has no steward: at any scale ("") and at each.

    Columns: scale, people (without), share (of the place), stewards (how many there are in the
    place at that scale).
    """
    held = take_stewards(register)
    cells = gaps.grid(place, held, themes=[""], scales=["", *SCALES], by=by).set_index("scale")
    return pd.DataFrame(
        {
            "scale": cells.index,
            "people": cells["none"].to_numpy(),
            "share": cells["share_none"].to_numpy(),
            "stewards": cells["actors"].to_numpy(),
        }
    )
