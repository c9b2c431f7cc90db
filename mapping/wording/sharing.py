"""Sharing: of which kinds a place's partners are, and who else has the same ones."""

from collections.abc import Sequence

from mapping.geography import Layer, layers
from mapping.overlap import Sharing
from mapping.places import Place
from mapping.wording.numbers import capitalise, join_names, number

MAX_SHARING = 3
"""So many council areas with the same partners are named; of more, they are counted too."""
MAX_KINDS = 8
"""So many kinds of partners are named in a sentence; more are counted."""


def name_kinds(partners: Sequence[Layer]) -> str:
    """Name the kinds of partners: "police force, fire service and ambulance service"."""
    return join_names([_name_kind(layer) for layer in partners], MAX_KINDS)


def _name_kind(layer: Layer) -> str:
    return "county council" if layer.key == "county" else layer.noun


def say_councils_differ(place: Place, partners: Sequence[Layer], by: str) -> str:
    """Say that the council depends on where people live, where a place has several; else ""."""
    councils = len(layers.find_present(place, layers.get("borough")))
    if councils < 2 or by != "residents":
        return ""
    council = "district council" if any(one.key == "county" for one in partners) else "council"
    return f"; which of {number(councils)} {council}s they have depends on where they live"


def say_shared(place: Place, sharing: Sharing | None, kinds: int = 0) -> str:
    """Say which other council areas have the same partners as one; nothing for other places.

    ``kinds`` is how many kinds a sentence before has named; 0 where it spoke of a partner set.
    Some may have partners of further kinds as well: that is said too.
    """
    if place.kind != "borough" or sharing is None:
        return ""
    names, more = sharing
    same, too = (f"the same {number(kinds)}", "") if kinds else ("it", " too")
    if not names:
        return f"No other council area has {same}."
    if len(names) > MAX_SHARING:
        who = (
            f"{capitalise(number(len(names)))} other council areas, including "
            f"{join_names(names[:MAX_SHARING])},"
        )
    else:
        who = capitalise(join_names(names, MAX_SHARING))
    have = f"{who} {'has' if len(names) == 1 else 'have'} {same}{too}"
    if not more:
        return f"{have}."
    them = {1: "one of them has", len(names): "all of them have"}.get(
        more, f"{number(more)} of them have"
    )
    if len(names) == 1:
        them = "it has"
    return f"{have}; {them} other partners as well."
