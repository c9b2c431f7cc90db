"""The part of a page that follows what is chosen in it: it runs again, and the rest stays."""

from collections.abc import Callable, Collection
from typing import Any

from pages.shared import choices, footer, layout, parts, state, steps, take_away, visit
from pages.shared.choices import Choice


@parts.part
def follow(
    draw: Callable[[Choice], None],
    *,
    also: Collection[str] = (),
    is_all: bool = False,
    stays: Callable[[Choice], Any] = bool,
) -> None:
    """Draw the part of a page that a spot changes; a click on its map draws it alone again.

    ``also`` names other choices that it follows, by their names in a link. A part that ``is_all``
    that its page shows has the footer in it, which has the dates of what it used. What is drawn
    outside it may depend on these, and on the spot, ward or set that is looked at, only by what
    ``stays`` returns (on nothing, unless told): where that changes, the whole page runs again. So
    it does after whatever else is chosen in the part. Parts may stand in one another.
    """
    before = stays(state.current())
    has_followed = state.follow(choices.OF_SPOT | set(also))
    choice = state.current()
    shown = visit.get_shown()
    if has_followed:
        has_left = steps.is_shown(choice, shown.page) != shown.at_step
        if take_away.is_open(shown) or stays(choice) != before or has_left:
            state.run_page()
        shown.made.clear()
        if is_all:
            shown.begin_again()
        if choice.problems:
            layout.note(" ".join(choice.problems))
    with shown.gathering_part(".".join(sorted({"spot", *also}))):
        draw(choice)
    if is_all:
        footer.draw(choice)
    if has_followed:
        state.write_followed()


def has_spot(choice: Choice) -> bool:
    """Tell whether a spot, a ward or a set is looked at."""
    return bool(choice.at or choice.ward or choice.set_)
