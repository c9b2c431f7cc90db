"""Stewardship: do the organisations of a place work as one, and who looks after that?"""

from pages.shared import state
from pages.stewardship import cases, conditions, first_steps, focus, power, stewards, whole_place

SHOW = {
    "conditions": conditions.show,
    "focus": focus.show,
    "stewards": stewards.show,
    "whole": whole_place.show,
    "power": power.show,
    "start": first_steps.show,
    "cases": cases.show,
}
"""What draws each part."""
choice = state.current()
SHOW[choice.part](choice)
