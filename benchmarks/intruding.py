"""What somebody may try on a workspace that is not hers, as messages: see ``forbidden``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

PAGES = (
    "place",
    "who_works_here",
    "mismatches",
    "partner_sets",
    "gaps",
    "stewardship",
    "upload",
    "data_and_method",
)


class Press(NamedTuple):
    """A control, by how its key ends, and what it then holds; pressed, if nothing is told.

    ``ID`` stands for the workspace's id; ``FIRST`` is the first that a control offers.
    """

    control: str
    value: Mapping[str, Any] | None = None


FIRST: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Kind:
    """A kind of action: on which page and link, what opens its controls, and what does it.

    ``reads`` tells that it changes nothing, and shows something of the workspace; ``is_deleted``
    that the workspace was deleted before.
    """

    what: str
    page: str = "upload"
    link: str = ""
    before: Sequence[Press] = ()
    does: Sequence[Press] = ()
    reads: bool = False
    for_readers: bool = field(default=False)
    is_deleted: bool = False


def _open(key: str) -> tuple[Press, ...]:
    return (Press(key, {"bool_value": True}),)


def _hold(control: str, text: str) -> Press:
    return Press(control, {"string_value": text})


SHARING, HAPPENED, STORY = _open("who-may"), _open("what-happened"), _open("cg-storyline")
RATE, EACH, TAKE = _open("rate"), _open("each"), _open("cg-take-place")
CELL = "&cell=trust.borough"
ACTS = (
    Kind("rename it", does=[_hold("rename_ID", "Stolen")]),
    Kind("delete it", does=[Press("_delete_workspace")]),
    Kind("remove a file", does=[Press("_remove_upload_up1")]),
    Kind("share it", before=SHARING, does=[Press("shared_ID", {"bool_value": True})]),
    Kind(
        "give somebody a role",
        before=SHARING,
        does=[
            _hold("role-who_0", "me@example.org"),
            _hold("role-what_0", "Steward"),
            Press("-Give this role"),
        ],
    ),
    Kind(
        "take a role away",
        before=[*SHARING, _hold("_role_of_", "rae@example.org")],
        does=[Press("_take_role")],
    ),
    Kind(
        "choose how long history is kept",
        before=HAPPENED,
        does=[_hold("history-days-ID", "30 days")],
    ),
    Kind("bring it back", does=[Press("_undelete")], is_deleted=True),
    Kind("delete it for good", does=[Press("_erase")], is_deleted=True),
    Kind("save a file in it", before=[Press("_example_0")], does=[Press("-Save")]),
    Kind("remove a map", link="&bring=map", does=[Press("_remove_map_map1")]),
    Kind("remove figures", link="&bring=numbers", does=[Press("_remove_weights_w1")]),
    Kind(
        "rename figures",
        link="&bring=numbers",
        does=[_hold("_new_name_w1", "Mine"), Press("_rename_weights_w1")],
    ),
    Kind(
        "rate a condition",
        "stewardship",
        before=RATE,
        does=[
            _hold("rating-who_0", "me"),
            Press("rating-level-0_0", FIRST),
            Press("-Keep what is rated, neighbourhood"),
        ],
    ),
    Kind("take a rating back", "stewardship", CELL, EACH, [Press("_take_back")]),
    Kind(
        "keep conditions of one's own",
        "stewardship",
        does=[
            _hold("scheme-title_0", "Mine"),
            _hold("scheme-text_0", "One\nTwo"),
            Press("-Keep and use it"),
        ],
    ),
    Kind("add a step to the storyline", "place", "", STORY, [Press("as step 3")]),
    Kind("move a step", "place", "", STORY, [Press("_story_arrow_downward_v1")]),
    Kind("reword a step", "place", "", STORY, [_hold("story_note_v1", "x")]),
    Kind("remove a step", "place", "", STORY, [Press("_story_delete_v1")]),
    Kind(
        "mark the list as complete",
        "gaps",
        "&theme=food&scale=borough",
        does=[Press("_mark_complete")],
    ),
    Kind(
        "take a mark back", "gaps", "&theme=health&scale=borough", does=[Press("_unmark_complete")]
    ),
)
"""What changes a workspace, each by its own control."""
READS = (
    *(Kind(f"open it on {page}", page, reads=True, for_readers=True) for page in PAGES),
    Kind("open a step", "place", "&story=v1", reads=True, for_readers=True),
    Kind("count by its figures", "place", "&by=own.w1", reads=True, for_readers=True),
    Kind("read its ratings", "stewardship", CELL, EACH, reads=True, for_readers=True),
    Kind("take a page of it away", "place", "", TAKE, reads=True, for_readers=True),
    Kind("see who may open it", before=SHARING, reads=True),
    Kind("see what happened in it", before=HAPPENED, reads=True),
)
"""What shows something of a workspace."""
