"""The catalogue of layers: each gives every postcode one unit, or none."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Literal

import numpy as np
import pandas as pd

from mapping.atoms import DATA, blocks, cut_names, number_runs, table, vintage
from mapping.errors import MappingError
from mapping.memory import keep, once

NONE = "none"
"""The name of "no unit": its code is the empty text and its number -1."""
SCALES = ("hyperlocal", "borough", "regional", "national")
REGION_CODES = {
    "North East": "E12000001",
    "North West": "E12000002",
    "Yorkshire and The Humber": "E12000003",
    "East Midlands": "E12000004",
    "West Midlands": "E12000005",
    "East of England": "E12000006",
    "London": "E12000007",
    "South East": "E12000008",
    "South West": "E12000009",
    "Wales": "W92000004",
    "Scotland": "S92000003",
}
NATION_OF = {"E": "England", "W": "Wales", "S": "Scotland"}
"""The nation that the first letter of a GSS code stands for."""
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
SET_COLUMNS = (
    "set",
    "people",
    "share",
    "postcodes",
    "boroughs",
    "headline",
    "code",
    "name",
    "geometry",
    "source",
)
"""Columns that tables of partner sets have beside those named after layers."""
NOBODYS_SECTORS = ("post", "statistics")
"""Sectors whose layers nobody works to: drawn to sort letters or to publish figures."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One partition of the postcodes into units, with what is known about it.

    Attributes
    ----------
    key, title, plural : ``"postal_district"``, ``"Postal district"``, ``"postal districts"``
    scale : hyperlocal, borough, regional or national
    sector, source, as_at, licence, description : text for the reader
    valid_from, valid_to : ISO date or ""
    codes, names : one entry a unit; GSS codes where the unit has one
    grain : what all of has one unit: "ward", "block" (see ``atoms.blocks``) or "postcode"
    load : makes the number of the unit of each ward, block or postcode, -1 for none
    unknown : names in the lookup that a layer was made from which are no postcodes in use; none
        for layers that ship
    """

    key: str
    title: str
    plural: str
    scale: str
    sector: str
    source: str
    as_at: str
    valid_from: str
    valid_to: str
    licence: str
    description: str
    codes: np.ndarray
    names: np.ndarray
    grain: Literal["ward", "block", "postcode"]
    load: Callable[[], np.ndarray] = field(repr=False)
    unknown: tuple[str, ...] = ()

    @cached_property
    def numbers(self) -> np.ndarray:
        """Return the number of the unit of each ward, block or postcode: see ``grain``."""
        return self.load()

    @property
    def of_ward(self) -> np.ndarray | None:
        """Return the number of each ward's unit, (7,934,); None if it is not made of wards."""
        return self.numbers if self.grain == "ward" else None

    @property
    def of_block(self) -> np.ndarray | None:
        """Return the number of each block's unit, (95,000,); None if it is not made of blocks."""
        return None if self.grain == "postcode" else _load_blocks(self)

    @property
    def unit(self) -> np.ndarray:
        """Return the number of each postcode's unit, (1.74 million,) int16 or int32."""
        return self.numbers if self.grain == "postcode" else _load_units(self)

    def at(self, positions: np.ndarray | int | slice) -> np.ndarray:
        """Return ``unit[positions]``, without making ``unit``."""
        if self.grain == "ward":
            return self.numbers[table().ward[positions]]
        if self.grain == "block":
            return self.numbers[blocks().of_postcode[positions]]
        return self.numbers[positions]

    @property
    def nbytes(self) -> int:
        """Return the bytes that keeping it keeps from being freed; layers that ship stay anyway."""
        return int(self.numbers.nbytes) if self.grain == "postcode" else 0

    @cached_property
    def labels(self) -> tuple[pd.api.extensions.ExtensionArray, pd.api.extensions.ExtensionArray]:
        """Return codes and names as text arrays with "none" as their last entry."""
        return pd.array([*self.codes, ""], dtype="str"), pd.array([*self.names, NONE], dtype="str")

    @property
    def noun(self) -> str:
        """Return the title as it stands inside a sentence: only London keeps its capital."""
        return (
            self.title
            if self.title.startswith("London")
            else self.title[0].lower() + self.title[1:]
        )

    def code_of(self, unit: int) -> str:
        """Return the code of a unit by number; "" for -1."""
        return str(self.codes[unit]) if unit >= 0 else ""

    def name_of(self, unit: int) -> str:
        """Return the name of a unit by number; "none" for -1."""
        return str(self.names[unit]) if unit >= 0 else NONE

    def number_of(self, code: str) -> int:
        """Return the number of a unit by code; raises MappingError if there is none."""
        found = np.flatnonzero(self.codes == code)
        if not len(found):
            raise MappingError(
                f"Expected the code of one of {len(self.codes):,} {self.plural}; found "
                f"“{code[:40]}”. Codes look like {', '.join(self.codes[:3])}."
            )
        return int(found[0])

    def is_out_of_date(self, today: date) -> bool:
        """Tell whether the layer is past its last known day."""
        return bool(self.valid_to) and today > date.fromisoformat(self.valid_to)


@keep
def _load_units(layer: Layer) -> np.ndarray:
    return layer.at(slice(None))


@keep
def _load_blocks(layer: Layer) -> np.ndarray:
    return layer.numbers if layer.grain == "block" else layer.numbers[blocks().ward]


@once
def catalogue() -> pd.DataFrame:
    """List every layer that ships, in order: key (index), title, scale, sector, source, …

    Without a date of its own, one is as old as the postcodes. Not to be changed: it is shared.
    """
    facts = pd.read_csv(DATA / "layers.csv", dtype=str, keep_default_na=False)
    facts["as_at"] = facts["as_at"].replace("", vintage.read_vintage(DATA).as_at)
    return facts.set_index("key", drop=False)


def keys() -> list[str]:
    """List the keys of the layers that ship, from the smallest units to the largest."""
    return list(catalogue().index)


def list_worked_to() -> list[str]:
    """List the keys of the layers that some organisation works to."""
    facts = catalogue()
    return list(facts.index[~facts["sector"].isin(NOBODYS_SECTORS)])


@once
def get(key: str) -> Layer:
    """Return the one layer of a key, in all threads; MappingError names the keys there are."""
    facts = catalogue()
    if key not in facts.index:
        raise MappingError(
            f"Expected the key of a layer; found “{str(key)[:40]}”. "
            f"There are: {', '.join(facts.index)}."
        )
    row = facts.loc[key].drop("made_of").to_dict()
    return _make(str(facts.loc[key, "made_of"]), row)


def _make(made_of: str, facts: dict[str, Any]) -> Layer:
    if made_of == "lsoa":
        return _lsoa_layer(facts)
    if made_of.startswith("postal_"):
        return _postal_layer(facts, made_of)
    codes, names = _ward_labels(made_of, facts["key"])
    kept = names != ""
    unit_codes, number = np.unique(codes[kept].astype(str), return_inverse=True)
    of_ward = np.full(len(codes), -1, dtype="int16")
    of_ward[kept] = number
    unit_names = np.empty(len(unit_codes), dtype=object)
    unit_names[number] = names[kept]
    return Layer(**facts, codes=unit_codes, names=unit_names, grain="ward", load=lambda: of_ward)


@once
def wards() -> pd.DataFrame:
    """List the wards in the order of their numbers, with the facts of their district.

    Columns: code, name, lad_code, lad_name, county_code, and those of
    ``local_authorities.csv`` (nation, region, county, combined_authority, police_force, …);
    "" where a district is missing there, but for the nation, which every code tells.
    """
    own = pd.read_parquet(
        DATA / "wards.parquet", columns=["code", "name", "lad_code", "lad_name", "county_code"]
    )
    own = own.set_index("code").reindex(table().ward_codes).reset_index(names="code")
    facts = pd.read_csv(DATA / "local_authorities.csv", dtype=str, keep_default_na=False)
    joined = own.merge(facts, on="lad_code", how="left", suffixes=("_built", ""), validate="m:1")
    joined["lad_name"] = joined["lad_name"].fillna(joined.pop("lad_name_built"))
    joined["nation"] = joined["nation"].fillna(joined["code"].str[0].map(NATION_OF))
    return joined.fillna("")


def list_unknown_districts() -> list[str]:
    """Name the districts that ``local_authorities.csv`` does not list: "Newshire (E06009999)".

    Newer data may have them. Their people count in their nation and in every layer that is
    made of postcodes, wards or districts, and are in no region, police force or other body.
    """
    unknown = wards()
    unknown = unknown[unknown["region"] == ""].drop_duplicates("lad_code")
    return sorted(f"{row.lad_name} ({row.lad_code})" for row in unknown.itertuples())


def _ward_labels(made_of: str, key: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the code and name of each ward's unit; name "" where it has none."""
    facts = wards()
    if made_of == "ward":
        return facts["code"].to_numpy(object), facts["name"].to_numpy(object)
    if made_of == "lad":
        return facts["lad_code"].to_numpy(object), facts["lad_name"].to_numpy(object)
    if made_of == "service":
        names = _service_names(key).reindex(facts["lad_code"]).fillna("").to_numpy(object)
        return np.array([slug(n) for n in names], dtype=object), names
    names = facts[made_of].to_numpy(object)
    codes = np.array([slug(n) for n in names], dtype=object)
    if made_of == "region":
        codes = np.array([REGION_CODES.get(n, slug(n)) for n in names], dtype=object)
    if made_of == "county":
        official = facts["county_code"].to_numpy(object)
        codes = np.where(official != "", official, codes)
    return codes, names


def _service_names(key: str) -> pd.Series:
    rows = pd.read_csv(DATA / "london_service_areas.csv", dtype=str, keep_default_na=False)
    return rows[rows["layer"] == key].set_index("lad_code")["unit"]


def _lsoa_layer(facts: dict[str, Any]) -> Layer:
    atoms = table()
    named = pd.read_parquet(DATA / "lsoas.parquet").set_index("code")["name"]
    names = named.reindex(atoms.lsoa_codes).to_numpy(object)
    return Layer(
        **facts,
        codes=atoms.lsoa_codes,
        names=np.where(names == "", atoms.lsoa_codes, names),
        grain="block",
        load=lambda: atoms.lsoa[blocks().first].astype("int32"),
    )


def _postal_layer(facts: dict[str, Any], kind: str) -> Layer:
    begin = cut_names(2 if kind == "postal_sector" else 4)  # one run a unit
    unit = number_runs(begin)
    label = begin[np.r_[True, unit[1:] != unit[:-1]]].astype(">u8").view("S8").astype(str)
    return Layer(
        **facts,
        codes=label,
        names=label.astype(object),
        grain="block",
        load=lambda: unit[blocks().first],
    )


@lru_cache(maxsize=4096)
def slug(name: str) -> str:
    """Write a name as a code of small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("'", "")).strip("-")


def from_lookup(key: str, title: str, units: pd.Series, **facts: str) -> Layer:
    """Make a layer from a lookup: ``units`` maps postcode names (index) to unit names.

    Postcodes are written as the national table writes them, ``N1 9GU``. Those that the lookup
    does not name, or with a blank, are in no unit. Names in the lookup that are no postcodes
    in use are kept in the layer's ``unknown``, in their order. Raises MappingError if the key
    is no plain word, that of a layer that ships, or a column of ``partner_sets``; if postcodes
    repeat; or if none is known. Further ``facts`` are Layer's texts.
    """
    _check_key(key)
    repeated = units.index[units.index.duplicated()]
    if len(repeated):
        raise MappingError(
            f"Expected each postcode once; {len(repeated)} repeat "
            f"({', '.join(map(str, repeated[:5]))}). Keep one row each."
        )
    atoms = table()
    asked = np.array([str(name).encode("ascii", "replace") for name in units.index], dtype=bytes)
    position = np.clip(np.searchsorted(atoms.name, asked), 0, len(atoms) - 1)
    in_use = atoms.name[position] == asked
    named = units.notna() & (units.astype(str).str.strip() != "")
    known = in_use & named.to_numpy()
    if not known.any():
        raise MappingError(_say_none_known(units, in_use))
    names, number = np.unique(units.to_numpy()[known].astype(str), return_inverse=True)
    unit = np.full(len(atoms), -1, dtype="int32")
    unit[position[known]] = number
    told: dict[str, Any] = dict.fromkeys(catalogue().columns.drop("made_of"), "")
    told |= {"plural": f"units of {title}", "scale": "borough"} | facts
    told |= {"key": key, "title": title}
    return Layer(
        **told,
        codes=np.array([f"u{i}" for i in range(len(names))]),
        names=names.astype(object),
        grain="postcode",
        load=lambda: unit,
        unknown=tuple(map(str, units.index[~in_use])),
    )


def _check_key(key: str) -> None:
    if not KEY.fullmatch(key) or key in SET_COLUMNS or key.endswith("_code"):
        raise MappingError(
            "Expected a key of up to 40 small letters, digits and underscores that is no column "
            f"of a table of partner sets; found “{key[:40]}”. Try one like our_teams."
        )
    if key in catalogue().index:
        raise MappingError(
            f"Expected a key of its own; “{key}” is that of a layer that ships, "
            f"{catalogue().loc[key, 'plural']}. Try our_{key}."
        )


def _say_none_known(units: pd.Series, in_use: np.ndarray) -> str:
    if in_use.any():
        return (
            f"Expected names of units; all {in_use.sum():,} postcodes in use have a blank. "
            "Fill in the unit of each."
        )
    examples = ", ".join(str(name)[:20] for name in units.index[:5])
    found = f"none of {len(units):,} is known" + (f" ({examples})" if examples else "")
    return f"Expected postcodes in use; {found}. Write them like N1 9GU."
