"""Footprints: from an uploaded table to actors, with an outcome for every row.

``read`` saves nothing. What a row says is looked up by ``resolving``; what it came to, and why,
stands in ``Upload.rows``; what somebody has to decide, in ``Upload.questions``.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mapping import actors, gazetteer, intake, layers
from mapping.actors import Links, Register
from mapping.errors import MappingError
from mapping.footprints import areas, columns, locations, outcomes, resolving
from mapping.footprints.columns import Guess, of_role
from mapping.footprints.locations import Circles
from mapping.footprints.resolving import Advance
from mapping.intake import Sheet
from mapping.places import Place
from mapping.postcodes import table as atoms_of
from mapping.shipped import shipped
from mapping.weights import lens

__all__ = ["Upload", "read", "shipped"]

MOST_LINKS = 20_000_000
"""Pairs of actor and ward or postcode that an upload may make."""
STEWARDS = {"yes": "yes", "y": "yes", "true": "yes", "1": "yes", "no": "no", "n": "no",
            "false": "no", "0": "no", "implied": "implied"}  # fmt: skip
SCALES = {
    "hyperlocal": "hyperlocal", "hyper local": "hyperlocal", "local": "hyperlocal",
    "neighbourhood": "hyperlocal", "ward": "hyperlocal", "very local": "hyperlocal",
    "community": "hyperlocal", "borough": "borough", "district": "borough", "council": "borough",
    "local authority": "borough", "city": "borough", "town": "borough", "boroughwide": "borough",
    "borough wide": "borough", "citywide": "borough", "city wide": "borough",
    "regional": "regional", "region": "regional", "county": "regional", "sub regional": "regional",
    "subregional": "regional", "countywide": "regional", "national": "national",
    "nation": "national", "uk": "national", "england": "national", "gb": "national",
}  # fmt: skip
"""What a reader may call a scale."""
HALF = 0.5
"""A footprint that holds so much of a district works for the district, less for a part."""


@dataclass(frozen=True, eq=False)
class Upload(Register):
    """The actors of an uploaded file, and what became of each of its rows.

    Attributes
    ----------
    rows : one row per row of the table; columns: row_number (as a spreadsheet counts), outcome
        (matched, corrected, ambiguous or unmatched), actor, kind (of its areas), reason (a
        sentence; "" for what matched), candidates (joined with "; ")
    questions : one row per text that may mean several areas; columns: question (the key of
        ``choices``), text, rows (how many say so), reason, candidates (a list of pairs: area as
        ``choices`` takes it, label)
    columns : what each column was taken for
    sheet : the table as it was read
    name, fingerprint_of_file : of the file
    notes : sentences about the whole file
    """

    rows: pd.DataFrame
    questions: pd.DataFrame
    columns: dict[str, Guess]
    sheet: Sheet
    name: str
    fingerprint_of_file: str
    notes: tuple[str, ...]

    @property
    def nbytes(self) -> int:
        """Return about how many bytes keeping it keeps from being freed."""
        frames = (self.rows, self.sheet.frame)
        return super().nbytes + sum(int(f.memory_usage(deep=True).sum()) for f in frames)

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows had each outcome, from good to bad."""
        found = self.rows["outcome"].value_counts()
        return {outcome: int(found.get(outcome, 0)) for outcome in resolving.OUTCOMES}


def read(
    content: bytes,
    *,
    name: str,
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
    header_row: int | None = None,
    roles: Mapping[str, str] | None = None,
    choices: Mapping[str, str] | None = None,
    accept: int = 101,
    place: Place | None = None,
    radius_m: float | None = None,
    advance: Advance = lambda share, what: None,
) -> Upload:
    """Read a table of actors and where they work; saves nothing.

    ``name`` is the file's. ``encoding``, ``delimiter``, ``sheet`` and ``header_row`` overrule
    what is found out (see ``intake``), ``roles`` what columns are taken for (see ``columns``).
    ``choices``, ``accept`` and ``place`` settle names with several meanings (see
    ``resolving.resolve``); ``radius_m`` is that of points without one. ``advance`` is told how
    far it is. Raises MappingError only if no table can be read at all, or it is too large.
    """
    advance(0.0, "the file")
    table = intake.opened(
        content, name=name, encoding=encoding, delimiter=delimiter, sheet=sheet,
        header_row=header_row, advance=lambda share: advance(0.1 * share, "the file"),
    )  # fmt: skip
    guesses = columns.chosen(table.frame, roles or {})
    shapes: list[np.ndarray] = []
    said = locations.said(table.frame, guesses)
    distinct = said.drop_duplicates(["text", "kind", "within"], ignore_index=True)
    answers = resolving.resolve(
        distinct, shapes=shapes, place=place, choices=choices, accept=accept,
        advance=lambda share, what: advance(0.1 + 0.7 * share, what),
    )  # fmt: skip
    advance(0.8, "circles")
    around = locations.circles(table.frame, guesses, radius_m)
    first = areas.first_shape() + len(shapes)
    found = pd.concat(
        [outcomes.told(said, distinct, answers), outcomes.of_circles(around, first)],
        ignore_index=True,
    )
    advance(0.85, "footprints")
    who = _who(table.frame, guesses, name)
    whole, loose = _links(found, who["number"].to_numpy(), shapes, around)
    made, notes = _register(_described(table.frame, guesses, who), whole, loose)
    if not of_role(guesses, *columns.WHERE):
        notes += ("No column says where anybody works: choose the one that does.",)
    return Upload(
        made.actors,
        made.whole,
        made.loose,
        rows=outcomes.of_rows(table, found, who),
        questions=outcomes.questions(distinct, answers, found),
        columns=guesses,
        sheet=table,
        name=name,
        fingerprint_of_file=hashlib.sha1(content, usedforsecurity=False).hexdigest()[:12],
        notes=(*table.notes, *notes),
    )


def _who(frame: pd.DataFrame, guesses: dict[str, Guess], name: str) -> pd.DataFrame:
    """Tell whose each row is: actor (its name), number, and ``above`` if an earlier row says so.

    Without a column of actors all rows are of one, called after the file; a row without a
    name is of the actor above it, as where cells of a spreadsheet were merged.
    """
    heading = of_role(guesses, "actor")
    if not heading:
        stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name).strip() or "Uploaded"
        return pd.DataFrame({"actor": stem, "number": 0, "above": False}, index=frame.index)
    told = frame[heading[0]].str.split().str.join(" ")
    blank = told == ""
    filled = told.mask(blank).ffill().fillna("")
    keys = filled.map({text: gazetteer.key(text) or text for text in filled.unique()})
    number = pd.factorize(keys.where(filled != "", None))[0]
    names = filled.groupby(number).first()
    actor = pd.Series(number, index=frame.index).map(names).where(number >= 0, "")
    return pd.DataFrame({"actor": actor, "number": number, "above": blank & (filled != "")})


def _links(
    found: pd.DataFrame, number: np.ndarray, shapes: list[np.ndarray], around: Circles
) -> tuple[Links, Links]:
    """Pair actors with the wards and postcodes of their areas; ``number`` is each row's actor."""
    first = areas.first_shape() + len(shapes)
    area = found["area"].to_numpy()
    actor = number[found["row"].to_numpy("int64")]
    named = (area >= 0) & (area < first) & (actor >= 0)
    pairs = pd.DataFrame({"actor": actor[named], "area": area[named]}).drop_duplicates()
    whose, which = pairs["actor"].to_numpy(), pairs["area"].to_numpy()
    _check_size(areas.sizes(which, shapes).sum() + len(around.of))
    wards, loose = areas.wards_and_postcodes(which, shapes)
    of_circle = number[around.row][around.of]
    inside = of_circle >= 0
    return Links(whose[wards.of], wards.area), Links(
        np.concatenate([whose[loose.of], of_circle[inside]]),
        np.concatenate([loose.area, around.position[inside]]),
    )


def _check_size(links: int) -> None:
    if links > MOST_LINKS:
        raise MappingError(
            f"Expected footprints of at most {MOST_LINKS:,} wards and postcodes in all; this file "
            f"has {links:,}. Split it into several files, or leave out rows that cover the nation."
        )


def _described(frame: pd.DataFrame, guesses: dict[str, Guess], who: pd.DataFrame) -> pd.DataFrame:
    """Gather what the rows of each actor say about it: the first text of each kind, all themes."""
    number = who["number"].to_numpy()
    known = who[number >= 0]
    names = known.groupby("number")["actor"].first()
    described = pd.DataFrame({"actor": names.to_numpy(object)})
    described["id"] = [f"own.{layers.slug(name)[:60] or 'actor'}" for name in names]
    for role in ("actor_type", "sector", "scale", "steward", "contact", "note"):
        texts = _texts(frame, of_role(guesses, role))[number >= 0]
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
    texts = _texts(frame, of_role(guesses, "themes"))
    commas = {t: t if ";" in t else re.sub(r"[,|/]", ";", t) for t in texts.unique()}
    pairs = pd.DataFrame({"number": number, "text": texts.map(commas)})
    pairs = pairs[(pairs["number"] >= 0) & (pairs["text"] != "")].drop_duplicates()
    return pairs.groupby("number")["text"].agg(";".join).reindex(range(count)).fillna("").to_numpy()


def _register(
    described: pd.DataFrame, whole: Links, loose: Links
) -> tuple[Register, tuple[str, ...]]:
    """Make the register; work out the scale of actors that give none from their footprints."""
    said = described["scale"].map(
        {text: gazetteer.key(text) for text in described["scale"].unique()}
    )
    scale = said.map(SCALES).fillna("")
    made = actors.register(described.assign(scale=scale), whole, loose)
    worked_out = scale_of(made)
    missing = (scale == "").to_numpy() & (worked_out != "")
    made.actors["scale"] = np.where(missing, worked_out, made.actors["scale"])
    notes = []
    if missing.any():
        notes.append(f"The scale of {missing.sum():,} of {len(made):,} actors was worked out from "
                     "how much of a council district they cover.")  # fmt: skip
    unknown = sorted(set(described["scale"][(scale == "") & (described["scale"] != "")]))
    if unknown:
        shown = ", ".join(f"“{text[:30]}”" for text in unknown[:5])
        notes.append(f"Not known as a scale: {shown}{' and others' * (len(unknown) > 5)}. Write "
                     "hyperlocal, borough, regional or national.")  # fmt: skip
    return made, tuple(notes)


def scale_of(register: Register) -> np.ndarray:
    """Work out the scale of each footprint: (actors,) texts, "" for an empty one.

    Less than half of one district's residents is hyperlocal, half of one or more is borough,
    half of at least two districts is regional, half of Great Britain national.
    """
    ward, wards = atoms_of().ward, len(atoms_of().ward_codes)
    counted = lens()
    by_ward = np.bincount(ward, weights=counted, minlength=wards)
    borough = layers.get("borough")
    of_ward = borough.of_ward
    assert of_ward is not None
    size = len(borough.codes)
    whole, loose = register.whole, register.loose
    actor = np.concatenate([whole.actor, loose.actor]).astype("int64")
    key = actor * size + of_ward[np.concatenate([whole.area, ward[loose.area]])]
    people = np.concatenate([by_ward[whole.area], counted[loose.area]])
    pairs, at = np.unique(key, return_inverse=True)
    held = np.bincount(at, weights=people, minlength=len(pairs))
    of_district = np.bincount(of_ward, weights=by_ward, minlength=size)
    most = pairs[held >= HALF * of_district[pairs % size]] // size
    districts = np.bincount(most, minlength=len(register))
    found = np.where(districts >= 2, "regional", np.where(districts == 1, "borough", "hyperlocal"))
    everybody = register.actors["people"].to_numpy() >= HALF * by_ward.sum()
    empty = np.ones(len(register), dtype=bool)
    empty[actor] = False
    return np.where(empty, "", np.where(everybody, "national", found))
