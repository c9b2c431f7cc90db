"""Actors that ship: who is responsible for what, by the rules of ``data/actor_rules.csv``.

Every unit of a layer that a rule names is an actor; so are the organisations of the case
studies. Units of two layers that are one organisation, by its name, are one actor.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.actors import case_studies, registers
from mapping.actors.registers import Links, Register
from mapping.atoms import DATA, blocks, table, tables
from mapping.geocode import spelling, succession
from mapping.geography import layers
from mapping.memory import once

SECTORS = {
    "charity": "voluntary sector",
    "social enterprise": "voluntary sector",
    "partnership": "partnership",
    "funder": "funder",
    "housing association": "housing",
    "combined authority": "local government",
}
"""The sector of a case study's organisation, by its type."""
TEAMS = ("ward councillors", "ward police team")
"""The types of those who answer for a ward alone: teams, told apart from organisations."""
FROM_RULES = ["actor_type", "sector", "themes", "scale", "steward", "source"]
NO_AREA = "Listed, but we do not know its area."
NO_LINKS = Links(np.empty(0, dtype="int64"), np.empty(0, dtype="int64"))
CLOSED = "Closed; listed for reference only."


class _ActorRows(NamedTuple):
    """Actors, a row each (with their layer and unit), and links of their numbers.

    ``wards`` those that lie wholly in an actor's units, ``loose`` the other postcodes of them.
    """

    frame: pd.DataFrame
    wards: Links
    loose: Links = NO_LINKS


@once
def shipped() -> Register:
    """Return the register of all actors that ship, made once; not to be changed.

    Ids say what an actor is: "ward.E05013654", "snt.E05013654" (Safer Neighbourhood Team),
    "borough.E09000007", "icb.E54000071", "case.likewise". A case study's
    organisation without a recorded area, or closed, is listed with an empty footprint.
    """
    return _make_all()[0]


def actor_ids(layer_key: str, unit_code: str) -> list[str]:
    """Return the ids of the actors of a layer's unit; an empty list where nobody works to it.

    A ward of London outside the City has two: its councillors and its police team.
    """
    return list(_make_all()[1].get((layer_key, unit_code), ()))


def count_teams(wards: Iterable[str]) -> int:
    """Count the councillors' groups and police teams of some wards, by their codes."""
    return sum(len(actor_ids("ward", code)) for code in wards)


def name_body(layer_key: str, unit_code: str) -> str:
    """Name whoever answers for a unit of a layer: "Surrey County Council"; "" for nobody.

    >>> name_body("health_board", "grampian"), name_body("county", "greater-london")
    ('NHS Grampian', '')
    """
    return _name_bodies(layer_key).get(unit_code, "")


@lru_cache(maxsize=64)
def _name_bodies(layer_key: str) -> dict[str, str]:
    """Name whoever answers for each unit of a layer: unit → name; of two the first by the rules."""
    group = rules()[rules()["layer"] == layer_key]
    if group.empty:
        return {}
    found = _apply_rules(layer_key, group[group["id"] == group["id"].iloc[0]]).frame
    return dict(zip(found["unit"], found["actor"].astype(str), strict=True))


@lru_cache(maxsize=1)
def rules() -> pd.DataFrame:
    """Read who is responsible for what: one row a rule, all columns text.

    Columns: id (the beginning of the actors' ids), layer, where, actor, actor_type, sector,
    themes, scale, steward, why, source. Of the rules with one id and layer the first that fits
    a unit holds. ``where`` joins conditions with "; ", such as "nation=Wales" or
    "lad_code!=E09*|E08*", on ``unit``, ``unit_name`` and the columns of ``layers.wards``;
    ``actor`` may hold {name}, {district} and {council}. Where one rule does for all units of a
    layer it stands in the layer's row of ``layers.csv``, the others, and its exceptions, in
    ``actor_rules.csv``.
    """
    several = tables.read(DATA / "actor_rules.csv")
    order = layers.catalogue().index.get_indexer(several["layer"])
    one = _read_rules_of_layers()
    place = np.r_[order, layers.catalogue().index.get_indexer(one["layer"])]
    both = pd.concat([several, one], ignore_index=True)
    return both.iloc[np.argsort(place, kind="stable")].reset_index(drop=True)


def _read_rules_of_layers() -> pd.DataFrame:
    facts = layers.catalogue()
    facts = facts[facts["actor"] != ""]
    told = facts[["sector", "scale", "actor", "actor_type"]].assign(
        id=facts["key"],
        layer=facts["key"],
        where="",
        steward="",
        themes=facts["actor_themes"],
        why=facts["actor_why"],
        source=facts["actor_source"],
    )
    return told.reset_index(drop=True)


@lru_cache(maxsize=1)
def vocabulary() -> pd.DataFrame:
    """Read the themes: one row each; columns theme, meaning, includes (words, "; "), why."""
    return tables.read(DATA / "themes.csv")


def theme_of(word: str) -> str:
    """Return the theme of the vocabulary that a word means or is part of; "" if none is known."""
    return _themes_by_key().get(spelling.key(word), "")


def themes_of(text: str) -> list[str]:
    """Return the themes under which the words of a text count: each, and the theme it is part of.

    "befriending; food" counts as befriending, food, community support and disadvantage. Words
    that the vocabulary does not know count as themselves.
    """
    words = registers.split(text)
    return list(dict.fromkeys([*words, *filter(None, map(theme_of, words))]))


@once
def own_words() -> dict[str, str]:
    """Map the ids of actors that ship to the words in which a case study tells their themes.

    Only those whose words are not those of the vocabulary; joined with "; ".
    """
    studies = case_studies.case_studies()
    register = shipped()
    told = {
        str(register.actors["id"][register.number_of(actor)]): registers.split(themes)
        for actor, themes in zip(studies["actor"], studies["themes"], strict=True)
    }
    return {one: "; ".join(words) for one, words in told.items() if _fold_words(words) != words}


def add_own_words(ids: Iterable[str], themes: Iterable[str]) -> list[str]:
    """Add to the themes of actors, by their ids, the words in which a case study tells them."""
    own = own_words()
    return [
        f"{told} (in its own words: {own[one]})" if one in own else told
        for one, told in zip(ids, themes, strict=True)
    ]


def _fold_words(words: list[str]) -> list[str]:
    """Return the themes of the vocabulary for words; those that it does not know stay."""
    return list(dict.fromkeys(theme_of(word) or word for word in words))


@once
def _themes_by_key() -> dict[str, str]:
    rows = vocabulary()[["theme", "includes"]].itertuples(index=False)
    pairs = [(word, theme) for theme, words in rows for word in [theme, *registers.split(words)]]
    return {spelling.key(word): theme for word, theme in pairs}


@once
def _make_all() -> tuple[Register, dict[tuple[str, str], list[str]]]:
    """Make the register, and map layer and unit code to the ids of their actors."""
    groups = rules().groupby(["id", "layer"], sort=False)
    found = [_apply_rules(str(key), group) for (_, key), group in groups]
    found.append(_case_studies())
    frame = pd.concat([part.frame for part in found], ignore_index=True).fillna("")
    begin = np.cumsum([0, *(len(part.frame) for part in found)])
    pairs = [p.wards.actor + at for p, at in zip(found, begin, strict=False)]
    number, names = pd.factorize(frame["actor"])
    whole = Links(number[np.concatenate(pairs)], np.concatenate([p.wards.area for p in found]))
    one = _merge_rows(frame, number, len(names))
    pairs = [p.loose.actor + at for p, at in zip(found, begin, strict=False)]
    loose = Links(number[np.concatenate(pairs)], np.concatenate([p.loose.area for p in found]))
    ids: dict[tuple[str, str], list[str]] = {}
    for layer, unit, own in zip(
        frame["layer"], frame["unit"], one["id"].array[number], strict=True
    ):
        if layer:
            ids.setdefault((layer, unit), []).append(own)
    return registers.register(one, whole, loose), ids


def _merge_rows(frame: pd.DataFrame, number: np.ndarray, size: int) -> pd.DataFrame:
    """Put rows with one number together: the first holds, but themes, notes and stewards add."""
    first = np.full(size, len(frame))
    np.minimum.at(first, number, np.arange(len(frame)))
    one = frame.iloc[first].reset_index(drop=True)
    again = np.setdiff1d(np.arange(len(frame)), first)
    for row, at in zip(frame.iloc[again].to_dict("records"), number[again], strict=True):
        for column in ("themes", "note", "source"):
            told = [t for t in (one.loc[at, column], row[column]) if t]
            one.loc[at, column] = "; ".join(dict.fromkeys(told))
        one.loc[at, "steward"] = row["steward"] or one.loc[at, "steward"]
    return one


def _apply_rules(layer_key: str, group: pd.DataFrame) -> _ActorRows:
    """Apply rules of one id to the units of their layer; the first that fits a unit holds."""
    layer = layers.get(layer_key)
    facts = _units(layer)
    rule = np.full(len(facts), -1)
    for at, where in reversed(list(enumerate(group["where"]))):
        rule[_fits(facts, where)] = at
    units = np.flatnonzero(rule >= 0)
    chosen = group.iloc[rule[units]].reset_index(drop=True)
    own = facts.iloc[units].reset_index(drop=True)
    said = (
        frame[column].to_numpy(object)
        for frame, column in (
            (chosen, "actor"),
            (own, "unit_name"),
            (own, "lad_name"),
            (own, "council"),
        )
    )
    named = [
        pattern.format(name=name, district=district, council=council)
        for pattern, name, district, council in zip(*said, strict=True)
    ]
    frame = chosen[FROM_RULES].assign(
        id=chosen["id"] + "." + own["unit"],
        actor=named,
        layer=layer_key,
        unit=own["unit"],
        scale=chosen["scale"].mask(own["is_one"] & (chosen["scale"] == "regional"), "borough"),
    )
    number = np.full(len(facts) + 1, -1)
    number[units] = np.arange(len(units))
    return _ActorRows(frame, *_link(layer, number))


def _link(layer: layers.Layer, number: np.ndarray) -> tuple[Links, Links]:
    """Link actors to the wards that are all theirs, and to the postcodes of other wards.

    ``number`` (units + 1,) the actor of each unit of the layer, -1 for none and as its last.
    """
    atoms = table()
    ward, unit = _wards_and_units(layer)
    low, high = np.full(len(atoms.ward_codes), len(number)), np.full(len(atoms.ward_codes), -1)
    np.minimum.at(low, ward, number[unit])
    np.maximum.at(high, ward, number[unit])
    whole = np.flatnonzero((low == high) & (high >= 0))
    if layer.of_ward is not None:
        return Links(high[whole], whole), NO_LINKS
    torn = np.flatnonzero((low != high)[atoms.ward])
    actor = number[layer.at(torn)]
    return Links(high[whole], whole), Links(actor[actor >= 0], torn[actor >= 0])


def _wards_and_units(layer: layers.Layer) -> tuple[np.ndarray, np.ndarray]:
    """Return the ward and the unit of each ward or building block that a layer is made of."""
    if layer.of_ward is not None:
        return np.arange(len(layer.of_ward)), layer.of_ward
    assert layer.of_block is not None  # nothing finer ships
    return blocks().ward, layer.of_block


def _units(layer: layers.Layer) -> pd.DataFrame:
    """List the units of a layer with the facts of their first ward, and their council's name.

    ``is_one`` tells whether all of a unit lies in one council area.
    """
    ward, unit = _wards_and_units(layer)
    first = np.full(len(layer.codes) + 1, len(table().ward_codes))
    np.minimum.at(first, unit, ward)
    facts = layers.wards().iloc[first[:-1]].reset_index(drop=True)
    council = facts["lad_code"].map(_councils()).fillna(facts["lad_name"] + " Council")
    codes, names = (
        pd.array(list(map(str, part)), dtype="str") for part in (layer.codes, layer.names)
    )
    district = layers.get("borough").of_ward
    assert district is not None
    low, high = np.full(len(first), len(district)), np.full(len(first), -1)
    np.minimum.at(low, unit, district[ward])
    np.maximum.at(high, unit, district[ward])
    is_one = (low == high)[:-1]
    return facts.assign(unit=codes, unit_name=names, council=council, is_one=is_one)


@lru_cache(maxsize=1)
def _councils() -> pd.Series:
    """Map districts to what their councils are called where that is more than "Camden Council"."""
    found = tables.read(DATA / "councils.csv", keep_default_na=True)
    return found.set_index("lad_code")["council"]


def _fits(facts: pd.DataFrame, where: str) -> np.ndarray:
    """Tell which units all conditions of a rule hold for: (units,) bool."""
    held = np.ones(len(facts), dtype=bool)
    for condition in filter(None, where.split("; ")):
        column, _, wanted = condition.partition("=")
        globs = wanted.split("|")
        values = facts[column.removesuffix("!")]
        one_of = {v: any(fnmatchcase(v, glob) for glob in globs) for v in values.unique()}
        held &= values.map(one_of).to_numpy(dtype=bool) != column.endswith("!")
    return held


def _case_studies() -> _ActorRows:
    """List the organisations of the case studies in the wards of their areas.

    Their themes are those of the vocabulary; ``own_words`` and their notes tell them as written.
    """
    studies = case_studies.case_studies()
    own = layers.wards()[["code", "lad_code", "county_code"]]
    pairs: list[tuple[int, int]] = []
    notes = []
    for at, row in enumerate(studies.itertuples()):
        codes = [] if row.status.startswith("closed") else case_studies.areas(row.areas)
        wards = np.flatnonzero(own.isin(codes).any(axis=1))
        pairs += [(at, int(ward)) for ward in wards]
        notes.append(_note(row))
    frame = studies[["actor", "actor_type", "scale", "steward"]].assign(
        id=[case_studies.make_id(name) for name in studies["actor"]],
        themes=["; ".join(_fold_words(registers.split(text))) for text in studies["themes"]],
        sector=[SECTORS.get(kind, "") for kind in studies["actor_type"]],
        note=notes,
        source=studies["source"] + ", " + studies["year"],
        layer="",
        unit="",
    )
    actor, ward = np.array(pairs, dtype="int64").reshape(-1, 2).T
    return _ActorRows(frame, Links(actor, ward))


def _note(row) -> str:
    """Say what a case study shows, its status, its own words, and what became of its area."""
    said, words = [f"{row.what_it_shows} ({row.status})."], registers.split(row.themes)
    if _fold_words(words) != words:
        said.append(f"Its themes as described: {', '.join(words)}.")
    moved = [
        note for code in row.areas.split(";") for *_, note in succession.find_successors(code)[:1]
    ]
    said += [f"{note}." for note in moved]
    if row.status.startswith("closed"):
        said.append(CLOSED)
    elif not row.areas:
        said.append(NO_AREA)
    return " ".join(said)
