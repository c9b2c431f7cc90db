"""Describing: whose each row of an uploaded table is, and what the rows say about each actor."""

import re

import numpy as np
import pandas as pd

from mapping.actors import Register
from mapping.atoms import table as atoms_of
from mapping.footprints import ticks
from mapping.footprints.columns import Guess, find_columns
from mapping.geocode import spelling
from mapping.geography import layers, lenses

STEWARDS = {
    "yes": "yes",
    "y": "yes",
    "true": "yes",
    "1": "yes",
    "no": "no",
    "n": "no",
    "false": "no",
    "0": "no",
    "implied": "implied",
}
SCALE_SPELLINGS = {
    "hyperlocal": "hyperlocal",
    "hyper local": "hyperlocal",
    "local": "hyperlocal",
    "neighbourhood": "hyperlocal",
    "ward": "hyperlocal",
    "very local": "hyperlocal",
    "community": "hyperlocal",
    "borough": "borough",
    "district": "borough",
    "council": "borough",
    "local authority": "borough",
    "city": "borough",
    "town": "borough",
    "boroughwide": "borough",
    "borough wide": "borough",
    "citywide": "borough",
    "city wide": "borough",
    "regional": "regional",
    "region": "regional",
    "county": "regional",
    "sub regional": "regional",
    "subregional": "regional",
    "countywide": "regional",
    "national": "national",
    "nation": "national",
    "uk": "national",
    "england": "national",
    "gb": "national",
}
"""What a reader may call a scale."""
MAX_DISTRICT_PAIRS = 10_000_000
"""Pairs of actor and district for each of which a number may be kept."""
MIN_DISTRICT_SHARE = 0.5
"""A footprint that holds so much of a district works for the district, less for a part."""


def find_actors(frame: pd.DataFrame, guesses: dict[str, Guess], name: str) -> pd.DataFrame:
    """Tell whose each row is: actor (its name), number, and ``above`` if an earlier row says so.

    Without a column of actors all rows are of one, called after the file; a row without a
    name is of the actor above it, as where cells of a spreadsheet were merged.
    """
    heading = find_columns(guesses, "actor")
    if not heading:
        stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name).strip() or "Uploaded"
        return pd.DataFrame({"actor": stem, "number": 0, "above": False}, index=frame.index)
    told = frame[heading[0]].str.split().str.join(" ")
    blank = told == ""
    filled = told.mask(blank).ffill().fillna("")
    keys = filled.map({text: spelling.key(text) or text for text in filled.unique()})
    number = pd.factorize(keys.where(filled != "", None))[0]
    names = filled.groupby(number).first()
    actor = pd.Series(number, index=frame.index).map(names).where(number >= 0, "")
    return pd.DataFrame({"actor": actor, "number": number, "above": blank & (filled != "")})


def describe_actors(
    frame: pd.DataFrame, guesses: dict[str, Guess], who: pd.DataFrame
) -> pd.DataFrame:
    """Gather what the rows of each actor say about it: the first text of each kind, all themes."""
    number = who["number"].to_numpy()
    known = who[number >= 0]
    names = known.groupby("number")["actor"].first()
    described = pd.DataFrame({"actor": names.to_numpy(object)})
    described["id"] = [f"own.{layers.slug(name)[:60] or 'actor'}" for name in names]
    for role in ("actor_type", "sector", "scale", "steward", "contact", "note"):
        texts = _texts(frame, find_columns(guesses, role))[number >= 0]
        first = texts[texts != ""].groupby(number[number >= 0][texts != ""]).first()
        described[role] = first.reindex(names.index).fillna("").to_numpy()
    described["themes"] = _themes(frame, guesses, number, len(described))
    said = described["steward"].str.casefold().str.strip()
    described["steward"] = said.map(STEWARDS).fillna("")
    return described


def _texts(frame: pd.DataFrame, headings: list[str]) -> pd.Series:
    """Join the cells of some columns of each row with "; "."""
    if not headings:
        return pd.Series("", index=frame.index)
    joined = frame[headings[0]].str.strip()
    for heading in headings[1:]:
        more = frame[heading].str.strip()
        both = (joined != "") & (more != "")
        joined = joined + np.where(both, "; ", "") + more
    return joined


def _themes(
    frame: pd.DataFrame, guesses: dict[str, Guess], number: np.ndarray, count: int
) -> np.ndarray:
    """Join the themes of each actor; commas part them where a cell has no semicolon."""
    headings = find_columns(guesses, "themes")
    texts = _texts(frame[headings].apply(_separate_themes), headings)
    texts = ticks.themes(frame, find_columns(guesses, "ticked_theme"), texts)
    pairs = pd.DataFrame({"number": number, "text": texts})
    pairs = pairs[(pairs["number"] >= 0) & (pairs["text"] != "")].drop_duplicates()
    return pairs.groupby("number")["text"].agg(";".join).reindex(range(count)).fillna("").to_numpy()


def _separate_themes(cells: pd.Series) -> pd.Series:
    """Write semicolons for what parts the themes of each cell that has none."""
    has_one = cells.str.contains(";", regex=False)
    return cells.where(has_one, cells.str.replace(r"[,|/]", ";", regex=True))


def scales(told: pd.DataFrame) -> pd.Series:
    """Return the scale that each actor of ``describe_actors`` gives; "" for an unknown one."""
    known = {text: SCALE_SPELLINGS.get(spelling.key(text), "") for text in told["scale"].unique()}
    return told["scale"].map(known).fillna("").astype("str")


def notes(told: pd.DataFrame, register: Register) -> tuple[str, ...]:
    """Say how many scales were worked out, and which are not known, in sentences."""
    said, found = scales(told), []
    missing = ((said == "") & (register.actors["scale"] != "")).sum()
    if missing:
        found.append(
            f"The scale of {missing:,} of {len(told):,} organisations was worked out from "
            "how much of a council district they cover."
        )
    unknown = sorted(set(told["scale"][(said == "") & (told["scale"] != "")]))
    if unknown:
        shown = ", ".join(f"“{text[:30]}”" for text in unknown[:5])
        found.append(
            f"Not known as a scale: {shown}{' and others' * (len(unknown) > 5)}. Write "
            "hyperlocal, borough, regional or national."
        )
    return tuple(found)


def scale_of(register: Register) -> np.ndarray:
    """Work out the scale of each footprint: (actors,) texts, "" for an empty one.

    Less than half of one district's residents is hyperlocal, half of one or more is borough,
    half of at least two districts is regional, half of Great Britain national.
    """
    ward, wards = atoms_of().ward, len(atoms_of().ward_codes)
    counted = lenses.get().values
    by_ward = np.bincount(ward, weights=counted, minlength=wards)
    borough = layers.get("borough")
    of_ward = borough.of_ward
    assert of_ward is not None
    size = len(borough.codes)
    whole, loose = register.whole, register.loose
    actor = np.concatenate([whole.actor, loose.actor]).astype("int64")
    key = actor * size + of_ward[np.concatenate([whole.area, ward[loose.area]])]
    people = np.concatenate([by_ward[whole.area], counted[loose.area]])
    if len(register) * size <= MAX_DISTRICT_PAIRS:
        pairs, at = np.arange(len(register) * size), key
    else:
        pairs, at = np.unique(key, return_inverse=True)
    held = np.bincount(at, weights=people, minlength=len(pairs))
    of_district = np.bincount(of_ward, weights=by_ward, minlength=size)
    most = pairs[(held > 0) & (held >= MIN_DISTRICT_SHARE * of_district[pairs % size])] // size
    districts = np.bincount(most, minlength=len(register))
    found = np.where(districts >= 2, "regional", np.where(districts == 1, "borough", "hyperlocal"))
    everybody = register.actors["people"].to_numpy() >= MIN_DISTRICT_SHARE * by_ward.sum()
    empty = np.ones(len(register), dtype=bool)
    empty[actor] = False
    return np.where(empty, "", np.where(everybody, "national", found))
