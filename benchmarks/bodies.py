"""Who serves a place: bodies on record, care boards, and what Mismatches says first."""

from collections.abc import Iterator

import numpy as np

from benchmarks.bars import Row
from mapping import actors, overlap, places
from mapping.atoms import blocks, table
from mapping.geography import layers
from mapping.places import Place
from mapping.wording import findings

KINDS_BARS = {"Plymouth": 6, "Oldham": 7, "Surrey Heath": 8, "Moray": 5}
"""Kinds of body that serve a place, at least."""
NOT_BODIES = ("ward councillors", "charity", "partnership", "social enterprise")
"""Types of actors that are no public body of their own: ward councillors, case studies."""


def rows() -> Iterator[Row]:
    """Count bodies, boards and first sentences over all of Great Britain."""
    borough = layers.get("borough")
    districts = [places.at("borough", str(code)) for code in borough.codes]
    told = sum("post" not in _say_first(place) for place in districts)
    yield Row("districts whose first sentence on Mismatches is about bodies", told, "", 350)
    for name, bar in KINDS_BARS.items():
        count = len(_list_kinds(places.get(name)))
        yield Row(f"kinds of body that serve {name}, councillors aside", count, "", bar)
    yield from _count_boards()


def _say_first(place: Place) -> str:
    """Return what the page Mismatches says first where nobody chose a pair."""
    partners = layers.partners(place)
    scores = overlap.matrix(place, partners)
    scores = scores[scores["coverage"] > 0]
    worst = scores.sort_values("mismatch").iloc[-1]
    if not worst["mismatch"] > 0:
        return findings.agreement_finding(place, partners)
    a, b = layers.get(worst["a"]), layers.get(worst["b"])
    cross = overlap.cross_table(place, a, b)
    torn = overlap.straddling(cross)
    return findings.straddle_finding(place, a, b, torn, "residents")


def _list_kinds(place: Place) -> set[str]:
    register = actors.shipped()
    here = actors.reach(register, place)
    kinds = register.actors["actor_type"].iloc[here["number"]]
    return set(kinds) - set(NOT_BODIES)


def _count_boards() -> Iterator[Row]:
    board, borough = layers.get("icb"), layers.get("borough")
    english = np.char.startswith(table().ward_codes.astype(str), "E")[table().ward]
    without = int((board.unit[english] < 0).sum())
    yield Row("English postcodes without a care board", without, "", 0, "less")
    district = borough.at(blocks().first)
    unit = board.at(blocks().first)
    found = np.unique(np.column_stack([district, unit])[unit >= 0], axis=0)
    cut = int((np.bincount(found[:, 0]) > 1).sum())
    yield Row("districts cut by a care board's line in 2026: five", abs(cut - 5), "off", 0, "less")
