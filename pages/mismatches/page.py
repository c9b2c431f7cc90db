"""Mismatches: where do the partners' maps disagree, and what changed between their editions?"""

from pages.mismatches import change, two_maps
from pages.shared import following
from pages.shared.choices import Choice


def show(choice: Choice) -> None:
    """Show two kinds of boundary, or two editions of one."""
    compared = change.find_compared(choice)
    if compared is None:
        two_maps.show(choice)
    else:
        change.show(choice, *compared)


PAIR = ("a", "b", "change", "groups", "whom", "layers", "distance", "least")
following.follow(show, also=PAIR, is_all=True)
