"""Stewardship: do the organisations of a place work as one, and who looks after that?"""

from pages.shared import state
from pages.stewardship import conditions, focus, stewards

SHOW = {"conditions": conditions.show, "focus": focus.show, "stewards": stewards.show}
"""What draws each part."""
choice = state.current()
SHOW[choice.part](choice)
