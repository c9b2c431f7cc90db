"""Describing: whose each row of an uploaded table is, and what the rows say about each actor."""

import re

import numpy as np
import pandas as pd

from mapping.actors import Register
from mapping.footprints import ticks
from mapping.footprints.columns import Guess, find_columns
from mapping.geocode import spelling
from mapping.geography import layers

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
    "neighbourhood hyperlocal": "hyperlocal",
    "community": "hyperlocal",
    "borough": "borough",
    "district": "borough",
    "council": "borough",
    "council wide": "borough",
    "council wide borough": "borough",
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
    "several councils": "regional",
    "several councils regional": "regional",
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
THEME_MARKS = str.maketrans(",|/", ";;;")
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
    which, texts = pd.factorize(frame[heading[0]])
    names = [" ".join(text.split()) for text in texts]
    keys = [_key(name) for name in names]
    first: dict[str, str] = {}
    for key, name in zip(keys, names, strict=True):
        if name:
            first.setdefault(key, name)
    rank = {key: i for i, key in enumerate(first)}
    number_of = np.array([rank[key] if name else -1 for key, name in zip(keys, names, strict=True)])
    own = number_of[which]
    last = np.maximum.accumulate(np.where(own >= 0, np.arange(len(own)), -1))
    number = np.where(last >= 0, own[last], -1)
    called = np.array([*first.values(), ""], dtype=object)[number]
    return pd.DataFrame(
        {
            "actor": pd.array(called, dtype="str"),
            "number": number,
            "above": (own < 0) & (number >= 0),
        },
        index=frame.index,
    )


def _key(name: str) -> str:
    """Return what names of one actor have in common."""
    return spelling.key(name) or name


def describe_actors(
    frame: pd.DataFrame, guesses: dict[str, Guess], who: pd.DataFrame
) -> pd.DataFrame:
    """Gather what the rows of each actor say about it: the first text of each kind, all themes."""
    number = who["number"].tolist()
    count = max(number, default=-1) + 1
    names = _take_first(number, who["actor"].tolist(), count)
    told = {
        role: _take_first(number, _texts(frame, find_columns(guesses, role)), count)
        for role in ("actor_type", "sector", "scale", "steward", "contact", "note")
    }
    told["steward"] = [STEWARDS.get(text.casefold().strip(), "") for text in told["steward"]]
    ids = [f"own.{layers.slug(name)[:60] or 'actor'}" for name in names]
    themes = _gather_themes(frame, guesses, number, count)
    return pd.DataFrame({"actor": names, "id": ids, **told, "themes": themes}, dtype="str")


def _take_first(number: list[int], texts: list[str], count: int) -> list[str]:
    """Return the first text of each actor; its row's ``number`` is -1 where it is nobody's."""
    found = [""] * count
    for actor, text in zip(number, texts, strict=False):
        if text and actor >= 0 and not found[actor]:
            found[actor] = text
    return found


def _texts(frame: pd.DataFrame | dict[str, np.ndarray], headings: list[str]) -> list[str]:
    """Join the cells of some columns of each row with "; "; an empty list without columns."""
    cells = [[cell.strip() for cell in frame[heading].tolist()] for heading in headings]
    if len(cells) < 2:
        return cells[0] if cells else []
    return ["; ".join(filter(None, row)) for row in zip(*cells, strict=True)]


def _gather_themes(
    frame: pd.DataFrame, guesses: dict[str, Guess], number: list[int], count: int
) -> list[str]:
    """Join the themes of each actor; commas part them where a cell has no semicolon."""
    headings, ticked = find_columns(guesses, "themes"), find_columns(guesses, "ticked_theme")
    cells = {heading: _separate_themes(frame[heading]) for heading in headings}
    texts = _texts(cells, headings)
    if ticked:
        said = pd.Series(texts or "", index=frame.index, dtype="str")
        texts = ticks.themes(frame, ticked, said).tolist()
    found: list[dict[str, None]] = [{} for _ in range(count)]
    for actor, text in zip(number, texts, strict=False):
        if text and actor >= 0:
            found[actor][text] = None
    return [";".join(some) for some in found]


def _separate_themes(cells: pd.Series) -> np.ndarray:
    """Write semicolons for what parts the themes of cells that have none; (n,) texts."""
    which, different = pd.factorize(cells)
    parted = [text if ";" in text else text.translate(THEME_MARKS) for text in different]
    return np.array(parted, dtype=object)[which]


def scales(told: pd.DataFrame) -> pd.Series:
    """Return the scale that each actor of ``describe_actors`` gives; "" for an unknown one."""
    texts = told["scale"].tolist()
    known = {text: SCALE_SPELLINGS.get(spelling.key(text), "") for text in set(texts)}
    return pd.Series([known[text] for text in texts], index=told.index, dtype="str")


def notes(told: pd.DataFrame, register: Register) -> tuple[str, ...]:
    """Say how many scales were derived, and which are not known, in sentences."""
    said, texts, found = scales(told).tolist(), told["scale"].tolist(), []
    derived = zip(said, register.actors["scale"].tolist(), strict=True)
    missing = sum(not own and bool(scale) for own, scale in derived)
    if missing:
        found.append(
            f"We derived the level of {missing:,} organisation{'s' * (missing > 1)} from how many "
            f"people live in {'their areas' if missing > 1 else 'its area'}."
        )
    unknown = sorted({text for own, text in zip(said, texts, strict=True) if text and not own})
    if unknown:
        shown = ", ".join(f"“{text[:30]}”" for text in unknown[:5])
        found.append(
            f"We do not recognise the level {shown}{' and others' * (len(unknown) > 5)}. Use "
            "neighbourhood (hyperlocal), council-wide (borough), several councils (regional) or "
            "national."
        )
    return tuple(found)
