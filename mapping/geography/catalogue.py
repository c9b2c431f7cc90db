"""The catalogue: which layers ship, at which editions, and what each is made of."""

import numpy as np
import pandas as pd

from mapping.atoms import DATA, blocks, number_districts, number_sectors, table, tables, vintage
from mapping.errors import MappingError
from mapping.geography.layer import Layer, slug
from mapping.memory import once

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
NOBODYS_SECTORS = ("post", "statistics")
"""Sectors whose layers nobody works to: drawn to sort letters or to publish figures."""
LISTED = "service"
"""What layers are made of whose units are listed area by area: ``service_areas.csv``."""
BUT_LISTED = f"; {LISTED}"
"""What follows the base of a layer, ``lad; service``, of which only what differs is listed."""
LAYER_TEXTS = (
    "key",
    "title",
    "plural",
    "scale",
    "sector",
    "source",
    "as_at",
    "valid_from",
    "valid_to",
    "licence",
    "description",
    "edition",
)
"""The columns of ``layers.csv`` that a layer carries; the others say what it is to others."""


@once
def read_editions() -> pd.DataFrame:
    """List every edition of every layer that ships; of one key first the one that is in use.

    One row an edition of ``data/layers.csv``, whose columns ``data/SOURCES.md`` explains; without
    a date of its own, one is as old as the postcodes. Not to be changed: it is shared.
    """
    facts = tables.read(DATA / "layers.csv")
    facts["as_at"] = facts["as_at"].replace("", vintage.read_vintage(DATA).as_at)
    facts["edition"] = facts["edition"].where(facts["edition"] != "", facts["as_at"])
    return facts


@once
def catalogue() -> pd.DataFrame:
    """List every layer that ships, in order, each at the edition in use.

    Index key; columns as ``read_editions``. Not to be changed: it is shared.
    """
    return read_editions().drop_duplicates("key").set_index("key", drop=False)


def editions(key: str) -> list[str]:
    """List the editions of a layer that ships, first the one in use, then those before and after.

    Raises MappingError for the key of no layer that ships.

    >>> editions("icb")
    ['2026', '2022']
    """
    found = _group_editions().get(key)
    if found is None:
        raise explain_unknown(key)
    return list(found)


@once
def _group_editions() -> dict[str, list[str]]:
    facts = read_editions()
    return facts.groupby("key")["edition"].agg(list).to_dict()


def explain_unknown(key: str) -> MappingError:
    """Say which layers ship, where something else was asked for."""
    return MappingError(
        f"Expected the key of a layer; found “{str(key)[:40]}”. "
        f"There are: {', '.join(catalogue().index)}."
    )


def keys() -> list[str]:
    """List the keys of the layers that ship, from the smallest units to the largest."""
    return list(catalogue().index)


@once
def list_worked_to() -> tuple[str, ...]:
    """List the keys of the layers that some organisation works to."""
    facts = catalogue()
    return tuple(facts.index[~facts["sector"].isin(NOBODYS_SECTORS)])


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
    facts = tables.read(DATA / "local_authorities.csv")
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


@once
def make_base(key: str) -> Layer:
    """Make a layer in use that is no list of areas, once: one key is one object."""
    row = catalogue().loc[key]
    return make(str(row["made_of"]), {name: str(row[name]) for name in LAYER_TEXTS})


def make(made_of: str, facts: dict[str, str]) -> Layer:
    """Make a layer that is no list of areas, with the texts of ``LAYER_TEXTS``.

    ``made_of`` is ward, lad, lsoa, postal_sector, postal_district, or a column of ``wards``.
    """
    if made_of == "lsoa":
        return _lsoa_layer(facts)
    if made_of.startswith("postal_"):
        return _postal_layer(facts, made_of)
    codes, names = _ward_labels(made_of)
    kept = names != ""
    unit_codes, number = np.unique(codes[kept].astype(str), return_inverse=True)
    of_ward = np.full(len(codes), -1, dtype="int16")
    of_ward[kept] = number
    unit_names = np.empty(len(unit_codes), dtype=object)
    unit_names[number] = names[kept]
    return Layer(**facts, codes=unit_codes, names=unit_names, grain="ward", load=lambda: of_ward)


def _ward_labels(made_of: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the code and name of each ward's unit; name "" where it has none."""
    facts = wards()
    if made_of == "ward":
        return facts["code"].to_numpy(object), facts["name"].to_numpy(object)
    if made_of == "lad":
        return facts["lad_code"].to_numpy(object), facts["lad_name"].to_numpy(object)
    if made_of not in facts:
        raise MappingError(
            f"Expected what a layer of layers.csv is made of; found “{made_of[:40]}”. It may be "
            f"ward, lad, lsoa, postal_sector, postal_district, {LISTED}, or a column of "
            "local_authorities.csv."
        )
    number, distinct = pd.factorize(facts[made_of].to_numpy(object))
    known = REGION_CODES if made_of == "region" else {}
    codes = np.array([known.get(name, slug(name)) for name in distinct], dtype=object)[number]
    names = distinct[number]
    if made_of == "county":
        official = facts["county_code"].to_numpy(object)
        codes = np.where(official != "", official, codes)
    return codes, names


def read_listed_areas(key: str, edition: str) -> pd.DataFrame:
    """Return the areas of an edition made of a list, as ``data/service_areas.csv`` has them.

    Columns: area (code or postcode), within (code of a larger area, or ""), unit, unit_code.
    """
    rows = _read_service_areas()
    own = (rows["layer"] == key) & rows["edition"].isin([edition, ""])
    return rows.loc[own, ["area", "within", "unit", "unit_code"]]


@once
def _read_service_areas() -> pd.DataFrame:
    return tables.read(DATA / "service_areas.csv")


def _lsoa_layer(facts: dict[str, str]) -> Layer:
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


def _postal_layer(facts: dict[str, str], kind: str) -> Layer:
    label, unit = number_sectors() if kind == "postal_sector" else number_districts()
    return Layer(
        **facts,
        codes=label,
        names=label.astype(object),
        grain="block",
        load=lambda: unit[blocks().first],
    )
