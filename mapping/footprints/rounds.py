"""Rounds: a point and how far around it in one cell: "51.5, -1.0 and 3 miles"."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from mapping.footprints import ground, points
from mapping.footprints.ground import Shape

_UNIT = r"(?:metres?|meters?|m|kms?|kilomet(?:re|er)s?|mi|miles?|yards?|yds?)"
_RADIUS = re.compile(
    r"(?:[\s,;(+]|\b(?:and|with|within|plus|radius|of|a|an|in|to|up)\b)+"
    rf"(?P<radius>(?:\d[\d.,]*|\.\d+|half a|half|a quarter)\s*-?\s*{_UNIT}\b\.?"
    r"(?:\s*(?:radius|away|around|distance|buffer))?)\)?$",
    re.I,
)
_BEGINS = re.compile(r"[\s(\[]*[-+−]?(?:\d|\.\d|[A-Z]{1,2}\s?\d)", re.I)
"""How a point, or a postcode, begins."""
MAX_LETTERS = 100
NO_RADIUS = 'a point without a radius covers no ground: write it as "and 3 miles" behind the point'


def is_round(text: str) -> bool:
    """Tell whether a text holds a point, in Great Britain or with a radius behind it."""
    if len(text) > MAX_LETTERS or not _BEGINS.match(text) or _is_code(text):
        return False
    spot, radius = _cut(text)
    return bool(spot) and (bool(radius) or points.is_in_britain(spot))


def _is_code(text: str) -> bool:
    """Tell whether a text looks like a postcode or an official code: quicker than what follows."""
    is_postcode = len(text) < 9 and text[-3:-2].isdigit() and text[-2:].isalpha()
    return is_postcode or (len(text) == 9 and text[1:].isdigit())


def add_radius(cells: pd.Series, radius: pd.Series, unit: str) -> pd.Series:
    """Write a radius of its own column behind each cell that is a point without one.

    ``unit`` is that of radii without one: "m", "km" or "miles".
    """
    plain = radius.str.strip()
    beside = [text for text in cells[plain != ""].unique() if _BEGINS.match(text)]
    pointed = [t for t in beside if not _is_code(t) and points.is_in_britain(t)]
    if not pointed:
        return cells
    is_point = cells.isin(pointed) & (plain != "")
    bare = plain.str.fullmatch(r"[\d.,]+")
    return cells.mask(is_point, cells + " and " + plain.mask(bare, plain + f" {unit}"))


def find(texts: Sequence[str]) -> list[Shape]:
    """Find the postcodes around each point, or say what is wrong with it."""
    if not texts:
        return []
    cut = [_cut(text) for text in texts]
    east, north, note, problem = points.place([spot for spot, _ in cut])
    radius_m = points.radius_m(pd.Series([radius for _, radius in cut], dtype="str"), 1.0)
    wrong = ~(np.isfinite(radius_m) & (radius_m > 0) & (radius_m <= ground.MAX_RADIUS_M))
    problem[wrong & (problem == "")] = NO_RADIUS
    good = np.flatnonzero(problem == "")
    of, position = ground.circles(east[good], north[good], radius_m[good])
    found = [Shape(ground.NO_POSTCODES, "", why) for why in problem.tolist()]
    begins = np.searchsorted(of, np.arange(len(good) + 1))
    for at, a, b in zip(good.tolist(), begins[:-1], begins[1:], strict=True):
        inside = np.sort(position[a:b])
        none = "" if len(inside) else "no postcode is within this distance"
        found[at] = Shape(inside, note[at], none)
    return found


def _cut(text: str) -> tuple[str, str]:
    """Cut a text into the point that it begins with, and its radius; blanks where it has none."""
    text = " ".join(text.split())
    told = _RADIUS.search(text)
    if told and points.is_spot(spot := text[: told.start()].strip(" ,;(")):
        return spot, told["radius"]
    return (text, "") if points.is_point(text) else ("", "")
