"""What is asked of suggestions, as a link holds it: "groups=5;tolerance=15;keep=ward*2,…;go=1"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mapping import redraw
from mapping.errors import MappingError
from mapping.geography import Layer, layers
from mapping.redraw import BlockGraph

USUAL_PEOPLE = 40_000
MIN_GROUPS, MAX_GROUPS = 2, 200
MAX_USUAL_GROUPS = 12
MAX_PEOPLE = 10_000_000
TOLERANCES = (5, 10, 15, 20, 30)
WEIGHTS = {"0.5": "half", "1": "once", "2": "twice", "4": "four times"}
MAX_SEED = 9_999
GROUPS, PEOPLE, AREA = "groups", "people", "area"
KINDS = {
    GROUPS: "A number of neighbourhoods",
    PEOPLE: "Neighbourhoods of a size",
    AREA: "One area around a start",
}


@dataclass(frozen=True)
class Ask:
    """What somebody wants of suggestions.

    Attributes
    ----------
    kind : a number of groups, groups of a size, or one area
    groups, people : how many, and of how many people
    tolerance : in per cent
    keep : keys of layers and how much each counts, as a text of ``WEIGHTS``
    contains, together, apart : codes of blocks
    within : keys of layers whose lines no group may cross
    seed : what a search begins with
    is_going : whether it is to be searched for
    """

    kind: str = GROUPS
    groups: int = MIN_GROUPS
    people: int = USUAL_PEOPLE
    tolerance: int = 15
    keep: tuple[tuple[str, str], ...] = ()
    contains: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    seed: int = 1
    is_going: bool = False

    @property
    def text(self) -> str:
        """Write it for a link."""
        keep = ",".join(key if times == "1" else f"{key}*{times}" for key, times in self.keep)
        parts = {
            "kind": self.kind,
            "groups": str(self.groups),
            "people": str(self.people),
            "tolerance": str(self.tolerance),
            "keep": keep,
            "contains": ",".join(self.contains),
            "together": ",".join(self.together),
            "apart": ",".join(self.apart),
            "within": ",".join(self.within),
            "seed": str(self.seed),
            "go": "1" if self.is_going else "",
        }
        return ";".join(f"{name}={text}" for name, text in parts.items() if text or name == "keep")


def read(text: str, graph: BlockGraph, kept: Sequence[Layer]) -> Ask:
    """Read what a link asks; what it leaves out, or has no meaning, is as usual.

    ``kept`` are the layers to keep to where the link names none.
    """
    parts = dict(part.partition("=")[::2] for part in text.split(";"))
    usual = find_usual(graph, kept)
    if not text:
        return usual
    known = set(graph.codes.tolist())

    def list_codes(name: str) -> tuple[str, ...]:
        codes = dict.fromkeys(parts.get(name, "").split(","))
        return tuple(code for code in codes if code in known)

    def list_keys(name: str) -> list[tuple[str, str]]:
        pairs = [one.partition("*")[::2] for one in parts.get(name, "").split(",")]
        return [(key, times) for key, times in pairs if key and layers.is_known(key)]

    kind = parts.get("kind", "")
    keep = [(key, times if times in WEIGHTS else "1") for key, times in list_keys("keep")]
    return Ask(
        kind=kind if kind in KINDS else usual.kind,
        groups=_read_number(parts, "groups", usual.groups, MIN_GROUPS, MAX_GROUPS),
        people=_read_number(parts, "people", usual.people, 1, MAX_PEOPLE),
        tolerance=_read_number(parts, "tolerance", usual.tolerance, 1, 99),
        keep=tuple(dict(keep).items()) if "keep" in parts else usual.keep,
        contains=list_codes("contains"),
        together=list_codes("together"),
        apart=list_codes("apart"),
        within=tuple(dict(list_keys("within"))),
        seed=_read_number(parts, "seed", usual.seed, 0, MAX_SEED),
        is_going=parts.get("go") == "1",
    )


def find_lost(text: str, graph: BlockGraph) -> tuple[int, int]:
    """Count the maps and the areas that a link asks for and that are not here, so left out."""
    parts = dict(part.partition("=")[::2] for part in text.split(";"))

    def split(*names: str) -> set[str]:
        return {one.partition("*")[0] for name in names for one in parts.get(name, "").split(",")}

    maps = [key for key in split("keep", "within") - {""} if not layers.is_known(key)]
    areas = split("contains", "together", "apart") - {""} - set(graph.codes.tolist())
    return len(maps), len(areas)


def _read_number(parts: dict[str, str], name: str, usual: int, least: int, most: int) -> int:
    text = parts.get(name, "")
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    return min(max(int(text), least), most) if is_number else usual


def find_usual(graph: BlockGraph, kept: Sequence[Layer]) -> Ask:
    """Return what is asked first of a place: neighbourhoods of about 40,000 people."""
    total = float(graph.people.sum()) if graph.by == "residents" else 0.0
    wanted = round(total / USUAL_PEOPLE)
    most = min(MAX_USUAL_GROUPS, max(len(graph) // 4, MIN_GROUPS))
    groups = int(np.clip(wanted, MIN_GROUPS, most))
    return Ask(groups=groups, keep=tuple((one.key, "1") for one in kept))


def find_question(ask: Ask, graph: BlockGraph) -> dict[str, Any]:
    """Return the question as ``redraw.suggest_several`` takes it; raises MappingError without any.

    One area needs a start.
    """
    if ask.kind == AREA and not ask.contains:
        raise MappingError(
            "Choose what the area must contain, under “Fixed parts”, so that there is a start to "
            "draw it around."
        )
    sizes: dict[str, Any] = {"people": float(ask.people)}
    if ask.kind == GROUPS:
        sizes = {"groups": ask.groups}
    elif ask.kind == AREA:
        sizes["groups"] = 1
    return {
        **sizes,
        "blocks": graph.layer,
        "tolerance": ask.tolerance / 100,
        "keep": {key: float(times) for key, times in ask.keep},
        "contains": [list(ask.contains)] if ask.contains else [],
        "together": [list(ask.together)] if len(ask.together) > 1 else [],
        "apart": [list(ask.apart)] if len(ask.apart) > 1 else [],
        "within": list(ask.within),
        "seed": ask.seed,
        "by": graph.by,
    }


def change(ask: Ask, **parts: Any) -> str:
    """Return the text of a question with other parts, which is not searched for yet."""
    return replace(ask, **{"is_going": False, **parts}).text


def start_by_hand(plan: redraw.Plan) -> str:
    """Return the text of a plan to go on with by hand."""
    return redraw.start_from(plan.graph, plan.group_of).text
