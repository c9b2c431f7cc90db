"""Terms: what a reader calls each thing, one term for each, on every page and in every file."""

from collections.abc import Sequence

LEVELS = {
    "hyperlocal": "Neighbourhood",
    "borough": "Council-wide",
    "regional": "Several councils",
    "national": "National",
}
"""What a reader calls each scale of work: its level, as a heading."""
LEVEL_CHOICES = {
    "hyperlocal": "Neighbourhood (hyperlocal)",
    "borough": "Council-wide (borough)",
    "regional": "Several councils (regional)",
    "national": "National",
}
"""The same where a reader chooses, with the words that files and links use for them."""
AT_LEVEL = {
    "hyperlocal": "at neighbourhood level",
    "borough": "council-wide",
    "regional": "across several councils",
    "national": "nationally",
}
"""The same within a sentence."""
LEVEL_UNKNOWN = "Level not known"
PARTS = {
    "conditions": "How it is going",
    "focus": "Close to home or wide",
    "stewards": "Who looks after the whole",
    "whole": "The whole place",
    "power": "Power",
    "start": "Where to start",
    "cases": "Case studies",
}
"""The parts of Stewardship, one at a time."""
DOORS = {
    "follow": "Follow a partner's lines",
    "suggest": "Suggest neighbourhoods",
    "hand": "By hand",
}
"""The parts of Redraw, one at a time."""


def join_levels(scales: Sequence[str], last: str = "and") -> str:
    """Join levels within a sentence, the smallest first.

    >>> join_levels(["hyperlocal", "national"]), join_levels(["hyperlocal", "borough"], "or")
    ('at neighbourhood level and nationally', 'at neighbourhood level or council-wide')
    """
    said = [AT_LEVEL[scale] for scale in AT_LEVEL if scale in scales]
    return f"{', '.join(said[:-1])} {last} {said[-1]}" if len(said) > 1 else said[0]
