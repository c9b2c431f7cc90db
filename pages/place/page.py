"""Place: who works here, at which scale?"""

from mapping import overlap
from mapping.actors import case_studies
from mapping.geography import layers
from mapping.overlap import say_unrecorded
from mapping.wording import findings
from pages.place import cards
from pages.shared import cache, controls, layout, lineup, maps, panels, state
from pages.shared.layout import Number

choice = state.current()
place, key = choice.place, cache.key_of(choice.place)
partner_keys = cache.partner_keys(key)
partners = [layers.get(k) for k in partner_keys]
sets = cache.sets(key, partner_keys, choice.by)
fragmentation = overlap.fragmentation(sets)
worst = cache.worst_pair(key, partner_keys, choice.by)
base = controls.base_layer(choice)
spot = controls.spot_of(choice)


def numbers() -> list[Number]:
    """Gather the cards: people, line-ups, worst mismatch; then postcodes and maps.

    On a projector those who work at a chosen spot take their room.
    """
    if choice.projector and spot is not None:
        return []
    found = [
        Number(
            findings.heading(choice.by),
            findings.amount(cache.people(key, choice.by), choice.by),
            layout.explain_lens(choice),
        ),
        Number("Line-ups of partners", f"{fragmentation.sets:,}", layout.HOW_SETS),
    ]
    if worst is not None and worst.mismatch > 0:
        found.append(Number("Worst mismatch", findings.share(worst.mismatch), layout.HOW_MISMATCH))
    if choice.by != "postcodes":
        found.append(Number("Postcodes", f"{len(place):,}", layout.explain_postcodes()))
    maps_here = len(cache.present_keys(key))
    return [*found, Number("Maps that reach here", f"{maps_here}", layout.HOW_MAPS)]


def draw() -> None:
    """Draw the place at three scales; a click shows who works at that spot."""
    drawn, legend = maps.three_scales(choice, base, spot)
    maps.show(choice, "place", f"Map of {place.name}", drawn, legend, maps.choose_spot)


def aside() -> None:
    """Say who works at the chosen spot; let the reader choose it, and what is drawn."""
    room.append(cards.room())
    lineup.spot(choice, spot)
    if not choice.projector:
        controls.spot_boxes(choice, controls.MAX_OFFERED_WARDS)
        controls.base_box(choice)


def explanation() -> str:
    """Say which two maps disagree most, or how far the one line-up of partners reaches."""
    if worst is None or worst.mismatch == 0:
        shares = cache.list_two_way(key, partner_keys, choice.by)
        return findings.reach_finding(place, shares, choice.by)
    a, b = layers.get(worst.a), layers.get(worst.b)
    return findings.worst_finding(a, b, worst.mismatch, choice.by)


room: list = []
sharing = cache.name_sharing(key, partner_keys)
layout.view(
    choice,
    findings.place_finding(place, partners, fragmentation, sharing, choice.by),
    numbers(),
    draw,
    explain=layout.join_sentences(partners, explanation(), say_unrecorded(place, partners)),
    how=layout.HOW_SETS,
    aside=aside,
)
cards.fill(choice, *room)
if not choice.projector:
    panels.case_studies(case_studies.list_near(place))
    panels.areas(choice, base)
