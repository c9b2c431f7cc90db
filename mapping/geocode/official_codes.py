"""Official codes: those of bodies and nations, and what an area is whose code is not held."""

from typing import NamedTuple

import pandas as pd

from mapping.atoms import DATA, tables
from mapping.geocode import areas
from mapping.geocode.spoken import BRITAIN_CODE, NATION_CODES
from mapping.memory import once

UNITED_KINGDOM, ENGLAND_AND_WALES = "K02000001", "K04000001"
_OTHER_NAMES = {UNITED_KINGDOM: "United Kingdom", ENGLAND_AND_WALES: "England and Wales"}


class Former(NamedTuple):
    """A code that is no longer in use: the area that has another today, -1 for none, and a name."""

    area: int
    name: str


@once
def map_in_use() -> dict[str, int]:
    """Map the official codes of bodies, nations and Great Britain to areas."""
    rows = _read("official_codes.csv")
    rows = rows[rows["status"] == ""]
    pairs = zip(rows["layer"], rows["unit"], strict=True)
    found = dict(zip(rows["code"], (areas.number(*pair) for pair in pairs), strict=True))
    found |= {code: areas.number("nation", name) for name, code in NATION_CODES.items()}
    return {**found, BRITAIN_CODE: areas.number("britain", "gb")}


@once
def map_former() -> dict[str, Former]:
    """Map former codes of bodies to the body that is called so today, or to a name that is gone."""
    rows = _read("official_codes.csv")
    rows = rows[rows["status"] != ""]
    facts = rows[["code", "layer", "unit", "name"]].itertuples(index=False, name=None)
    return {
        code: Former(areas.number(layer, unit) if unit else -1, name)
        for code, layer, unit, name in facts
    }


def find_name(code: str) -> str:
    """Return the name that stands for a code of several nations; "" for any other."""
    return _OTHER_NAMES.get(code, "")


def name_kind(code: str) -> str:
    """Return of what kind of area a code is, by its first letters; "" where that is not known.

    >>> from mapping.geocode import official_codes
    >>> official_codes.name_kind("E14001290")
    'a parliamentary constituency'
    """
    return _map_kinds().get(code[:3], "")


@once
def _map_kinds() -> dict[str, str]:
    rows = _read("gss_entities.csv")
    return dict(zip(rows["prefix"], rows["what"], strict=True))


def _read(name: str) -> pd.DataFrame:
    return tables.read(DATA / name)
