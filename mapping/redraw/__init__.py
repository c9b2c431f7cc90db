"""Redraw: what if the lines were drawn differently, and groups that tear the fewest people.

Lines on a map are drawn so that work can be done; this is an aid to try others. A notebook writes
``from mapping import redraw``. Blocks (the units of any layer, inside a place) are put into groups,
by hand or by a search; whatever comes of it is a layer like any other.
"""

from mapping.redraw.comparing import (
    compare_scores,
    count_difference,
    count_gaps,
    find_groups_of,
    match_groups,
    stand_among,
)
from mapping.redraw.differing import Difference, compare_plans
from mapping.redraw.graph import BlockGraph, find_graph
from mapping.redraw.locking import read_locked, write_locked
from mapping.redraw.moving import Following, common_lines, follow, people_moved
from mapping.redraw.pieces import Crossing
from mapping.redraw.plan import Plan, make_layer, say_drawn
from mapping.redraw.rules import Limits, find_main_units
from mapping.redraw.scenario import (
    MAX_GROUPS,
    Change,
    Scenario,
    begin,
    read_scenario,
    start_from,
)
from mapping.redraw.suggesting import MIN_DIFFERENCE, suggest, suggest_several
from mapping.redraw.tally import Tally, Torn, count_cut, count_tally, count_torn, count_torn_around

__all__ = [
    "MAX_GROUPS",
    "MIN_DIFFERENCE",
    "BlockGraph",
    "Change",
    "Crossing",
    "Difference",
    "Following",
    "Limits",
    "Plan",
    "Scenario",
    "Tally",
    "Torn",
    "begin",
    "common_lines",
    "compare_plans",
    "compare_scores",
    "count_cut",
    "count_difference",
    "count_gaps",
    "count_tally",
    "count_torn",
    "count_torn_around",
    "find_graph",
    "find_groups_of",
    "find_main_units",
    "follow",
    "make_layer",
    "match_groups",
    "people_moved",
    "read_locked",
    "read_scenario",
    "say_drawn",
    "stand_among",
    "start_from",
    "suggest",
    "suggest_several",
    "write_locked",
]
