"""Own maps: somebody's table of areas, or a file of boundaries, becomes a layer.

What a file holds is read by ``intake`` and ``outlines``; here it becomes a layer, with an outcome
for every row of it. Nothing is saved.
"""

from mapping.own_maps.drawings import guess_name, read_drawing, write_footprints
from mapping.own_maps.examples import EXAMPLE
from mapping.own_maps.left_over import LeftOver, count_left_over, say_left_over
from mapping.own_maps.own_map import MAX_TITLE_LETTERS, Facts, OwnMap, guess_facts, rename
from mapping.own_maps.roles import Roles, choose_roles
from mapping.own_maps.share_tables import GroupColumns, recognise_groups, recognise_shares
from mapping.own_maps.tables import read_table

__all__ = [
    "EXAMPLE",
    "MAX_TITLE_LETTERS",
    "Facts",
    "GroupColumns",
    "LeftOver",
    "OwnMap",
    "Roles",
    "choose_roles",
    "count_left_over",
    "guess_facts",
    "guess_name",
    "read_drawing",
    "read_table",
    "recognise_groups",
    "recognise_shares",
    "rename",
    "say_left_over",
    "write_footprints",
]
