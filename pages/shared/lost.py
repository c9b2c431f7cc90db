"""What a link asked for that is not here, told in a sentence."""

from collections.abc import Mapping

from mapping import places
from mapping.geocode import succession
from mapping.geography import layers
from mapping.places import Place
from mapping.wording import findings

OWN_LAYER = (
    "The link shows a map of somebody's own that is not at hand, so it was left out. Bring it "
    "again, or open the workspace that it is kept in."
)

OFFICIAL_LAYER = (
    "The link shows a map of the postcode directory that is not at hand here, so it was left out. "
    "The page Data and method says how to have it."
)


def say_no_page(name: str) -> str:
    """Say that an address is no page."""
    return (
        f"There is no page “{name[:40]}” here; you are on the first one. The others are named at "
        "the top."
    )


def say_left_out(words: Mapping[str, str], ignored: Mapping[str, str]) -> str:
    """Say which choices of a link are not known; ``words`` are what a reader calls each."""
    said = findings.join_names(
        [f"{words[key]} (“{found[:40]}”)" for key, found in ignored.items()], 9
    )
    one = len(ignored) == 1
    return (
        f"The link's {'choice' if one else 'choices'} of {said} {'is' if one else 'are'} not known "
        f"here and {'was' if one else 'were'} left out."
    )


def place(kind: str, code: str, usual: Place, asked: str) -> tuple[Place, str]:
    """Return what to show for a link's place that is not in use, and why: its heirs, or ``usual``.

    ``asked`` is the place as the link has it.
    """
    today, told = places.heirs(code) if kind in succession.COUNCIL_KINDS else (None, "")
    if today is not None:
        return today, f"The place of the link is no longer in use. {told}"
    boxes = kind == "postal_district" and code in layers.get(kind).codes
    why = "has post-office boxes and no homes" if boxes else "is not known here"
    return usual, (
        f"The link's place, “{asked[:60]}”, {why}; {usual.name} is shown instead. Find your place "
        "by its name or a postcode."
    )
