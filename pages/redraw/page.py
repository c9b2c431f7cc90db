"""Redraw: what if we drew the lines differently?"""

from pages.redraw import by_hand, doors, follow, suggest
from pages.shared import state

choice = state.current()
doors.show(choice)
{"follow": follow.show, "suggest": suggest.show, "hand": by_hand.show}[choice.door](choice)
doors.say_aid(choice)
