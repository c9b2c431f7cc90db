"""Place: who works here, at which scale?"""

from mapping import overlap
from mapping.geography import layers
from mapping.overlap import say_unrecorded
from mapping.wording import findings
from pages.place import cards, nearby
from pages.shared import areas, cache, controls, following, layout, lineup, maps, over, state
from pages.shared.choices import Choice

choice = state.current()
place, key = choice.place, cache.key_of(choice.place)
partner_keys = cache.line_up_keys(key)
partners = [layers.get(k) for k in partner_keys]
sets = cache.sets(key, partner_keys, choice.by)
fragmentation = overlap.fragmentation(sets)
worst = cache.worst_pair(key, partner_keys, choice.by)
base = controls.base_layer(choice)
sharing = cache.find_sharing(key, partner_keys)


def explanation() -> str:
    """Say which two maps disagree most, or how far the one partner set reaches."""
    if worst is None or worst.mismatch == 0:
        shares = cache.list_two_way(key, partner_keys, choice.by)
        return findings.reach_finding(place, shares, choice.by)
    a, b = layers.get(worst.a), layers.get(worst.b)
    return findings.worst_finding(a, b, worst.mismatch, choice.by)


def show(choice: Choice) -> None:
    """Show the place at three scales; a click shows who works at that spot."""
    spot = controls.spot_of(choice)
    room: list = []

    def aside() -> None:
        """Say who works at the chosen spot; let the reader choose it, and what is drawn."""
        room.append(cards.room())
        lineup.spot(choice, spot)
        if not choice.projector:
            controls.spot_boxes(choice, controls.MAX_OFFERED_WARDS)
            controls.base_box(choice)
            over.box(choice)

    layout.view(
        choice,
        findings.place_finding(place, partners, fragmentation, sharing, choice.by),
        [] if choice.projector and spot else cards.count_place(choice, fragmentation.sets, worst),
        lambda: maps.show_scales(
            choice, "place", f"Map of {findings.name_place(place)}", base, spot
        ),
        explain=layout.join_sentences(partners, explanation(), say_unrecorded(place, partners)),
        how=layout.HOW_SETS,
        aside=aside,
    )
    cards.fill(choice, *room)


following.follow(show)
if not choice.projector:
    nearby.organisation(choice)
    nearby.near(choice)
    areas.show(choice, base)
