"""Contrary: shapes whose text names one coordinate system, and whose numbers are in the other.

A reader is asked once about a column whether the numbers count; until then no such shape does.
"""

from collections.abc import Iterable

import pandas as pd
import shapely

from mapping.footprints import ground, systems
from mapping.geocode import Answer

ROLE = "by_numbers"
"""The role of a column whose shapes are read by their numbers, whatever their texts name."""
MAX_LOOKED_AT = 2_000
"""So many different shapes of a column are looked at, before it is asked about."""
FREED = "SRID=0;"
"""What a shape begins with whose own system is left out."""
NOTE = "it names another coordinate system than its numbers are in; these count, as you chose"


def find_named(texts: Iterable[str]) -> list[str]:
    """Return the systems that texts name whose numbers are in the other one, each once.

    Of many texts only the first few that name a system are looked at.
    """
    named = [text for text in dict.fromkeys(texts) if _may_name(text)]
    return sorted({system for text in named[:MAX_LOOKED_AT] if (system := _read(text)[0])})


def free(cells: pd.Series) -> pd.Series:
    """Leave out the system that cells name, where their numbers are in the other one.

    What else cells say stays as it is.
    """
    freed = {text: _read(text)[1] for text in cells.unique() if _may_name(text)}
    return cells.replace({text: told for text, told in freed.items() if told})


def adjust(answer: Answer, text: str) -> Answer:
    """Return an answer to a text of such a column: that its numbers counted is told."""
    if not text.startswith(FREED) or answer.area < 0:
        return answer
    reason = "; ".join(filter(None, (NOTE, answer.reason)))
    return answer._replace(outcome="corrected", reason=reason)


def _may_name(text: str) -> bool:
    """Tell whether a text may name a system: as EWKT, in GeoJSON, or as EWKB in hexadecimal."""
    begin = text.lstrip()[:5].upper()
    return begin == "SRID=" or (begin[:1] == "{" and '"crs"' in text) or begin[:1] in ("0", "\\")


def _read(text: str) -> tuple[str, str]:
    """Return the system that a shape wrongly names, and it without that; "" for all others."""
    if not ground.is_shape(text):
        return "", ""
    try:
        found, system = ground.read_outline(text)
    except ground.ShapeError:
        return "", ""
    if found is None or shapely.is_empty(found):
        return "", ""
    if not systems.is_contrary(system, max(map(abs, shapely.bounds(found)))):
        return "", ""
    return system, FREED + shapely.to_wkt(found, rounding_precision=-1)
