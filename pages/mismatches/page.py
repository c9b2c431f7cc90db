"""Mismatches: where do the partners' maps disagree, and what changed between their editions?"""

from pages.mismatches import change, two_maps
from pages.shared import state

choice = state.current()
compared = change.find_compared(choice)
if compared is None:
    two_maps.show(choice)
else:
    change.show(choice, *compared)
