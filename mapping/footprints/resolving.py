"""Resolving: from what a cell says to the area it means, or to the areas it may mean.

Codes and postcodes are looked up all at once; names exactly, then by known variants (see
``gazetteer.readings``), then by likeness, with a score that somebody has to confirm.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping import gazetteer, postcodes, succession
from mapping.errors import MappingError
from mapping.footprints import areas, ground, likeness
from mapping.footprints.likeness import Candidate
from mapping.memory import once
from mapping.places import Place

OUTCOMES = ("matched", "corrected", "ambiguous", "unmatched")
"""What can become of a row, from good to bad."""
SHOWN = 5
"""So many candidates are offered."""
AT_ONCE = 500
"""So many misspelt names are compared together."""
GSS = re.compile(r"[EWSNK]\d{8}")
HALF = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")
SECTOR = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?) ?([0-9])")
Advance = Callable[[float, str], None]
"""Told the share done, 0 to 1, and of what."""


class Answer(NamedTuple):
    """What a text came to: an area (-1 for none), an outcome, why, and what may be meant."""

    area: int
    outcome: str
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()


def question(text: str, kind: str = "", within: str = "") -> str:
    """Return the key under which a text's choice is given: short, the same in every run."""
    told = "\x1f".join((text, kind, within))
    return hashlib.sha1(told.encode(), usedforsecurity=False).hexdigest()[:12]


def resolve(
    texts: pd.DataFrame,
    *,
    shapes: list[np.ndarray],
    place: Place | None = None,
    choices: Mapping[str, str] | None = None,
    accept: int = 101,
    advance: Advance = lambda share, what: None,
) -> list[Answer]:
    """Resolve distinct texts to areas, in their order.

    ``texts`` has the columns text, kind (a layer's key, "postcode" or "") and within (a name
    or code of a larger area, or ""). Postcodes of drawn shapes are put at the end of
    ``shapes``. Names with several meanings mean the area in ``place`` if just one lies there.
    ``choices`` gives the area ("borough.E09000007", "" for none) of a ``question``; a name
    that is alike only is taken if it is the one nearest and its score at least ``accept``.
    """
    found: list[Answer | None] = [None] * len(texts)
    _coded(texts["text"], found)
    _postcoded(texts["text"], found)
    rows = list(texts[["text", "kind", "within"]].itertuples(index=False, name=None))
    advance(0.3, "names and shapes")
    unlike = []
    for at, (text, kind, within) in enumerate(rows):
        if found[at] is None:
            found[at] = _one(text, kind, within, shapes, place)
            if found[at] is None:
                unlike.append(at)
    for done in range(0, len(unlike), AT_ONCE):
        advance(0.4 + 0.6 * done / len(unlike), "misspelt names")
        some = unlike[done : done + AT_ONCE]
        near = _nearest([rows[i] for i in some])
        for at, candidates in zip(some, near, strict=True):
            text, _, within = rows[at]
            found[at] = _offered(text, within, candidates, place)
    answers = [answer for answer in found if answer is not None]
    picked = choices or {}
    return [_settled(a, r, picked, accept) for a, r in zip(answers, rows, strict=True)]


@once
def _by_code() -> pd.Index:
    return pd.Index([str(code).upper() for code in areas.index().codes])


@once
def _coded_areas() -> pd.Series:
    """Map GSS codes to areas; a code is that of the layer with the smallest units."""
    codes = pd.Series(np.arange(len(areas.index())), index=_by_code())
    gss = codes[codes.index.str.fullmatch(GSS.pattern)]
    return gss[~gss.index.duplicated()]


def _coded(texts: pd.Series, found: list[Answer | None]) -> None:
    """Answer the texts that are GSS codes in use; former ones are looked at one by one."""
    tight = texts.str.strip().str.upper()
    is_code = tight.str.fullmatch(GSS.pattern).to_numpy(bool)
    known = _coded_areas()
    at = known.index.get_indexer(tight)
    for i in np.flatnonzero(is_code):
        found[i] = (
            Answer(int(known.iloc[at[i]]), "matched") if at[i] >= 0 else _former_code(tight.iloc[i])
        )


def _former_code(code: str) -> Answer:
    if code.startswith("N"):
        return Answer(-1, "unmatched", f"{code} is in Northern Ireland, which is not covered")
    answer = _succeeded(succession.forward(code))
    return answer or Answer(-1, "unmatched", f"no area in use has the code {code}")


def _succeeded(successors: list) -> Answer | None:
    """Take what a former area became; offer all of it where it was divided."""
    if not successors:
        return None
    found = [
        Candidate(areas.index().number("borough", s.code), round(100 * s.share)) for s in successors
    ]
    if len(successors) == 1 or successors[0].share >= succession.WHOLE:
        return Answer(found[0].area, "corrected", successors[0].note)
    return Answer(-1, "ambiguous", successors[0].note, tuple(found[:SHOWN]))


def _postcoded(texts: pd.Series, found: list[Answer | None]) -> None:
    """Answer the texts that are full postcodes."""
    tight = texts.str.upper().str.replace(r"[\s\-.]+", "", regex=True)
    full = np.flatnonzero(tight.str.fullmatch(postcodes.UNIT.pattern).to_numpy(bool))
    full = np.array([i for i in full if found[i] is None], dtype="int64")
    if not len(full):
        return
    asked = tight.iloc[full].str[:-3] + " " + tight.iloc[full].str[-3:]
    names = postcodes.table().name
    wanted = asked.to_numpy(dtype="S8")
    at = np.clip(np.searchsorted(names, wanted), 0, len(names) - 1)
    for i, position, known in zip(full, at, names[at] == wanted, strict=True):
        found[i] = Answer(int(areas.postcode(int(position))), "matched") if known else (
            Answer(-1, "unmatched", _why_no_postcode(tight.iloc[i])))  # fmt: skip


def _why_no_postcode(text: str) -> str:
    try:
        postcodes.find(text)
    except MappingError as fault:
        return str(fault).rstrip(".").replace("There is no postcode", "there is no postcode")
    return ""


def _one(
    text: str, kind: str, within: str, shapes: list[np.ndarray], place: Place | None
) -> Answer | None:
    """Answer one text that is no code or postcode; None if nothing has just that name."""
    if ground.is_shape(text):
        return _drawn(text, shapes)
    if half := _half_postcode(text, kind):
        return half
    key = gazetteer.key(text)
    if not key:
        return Answer(-1, "unmatched", f"“{text[:40]}” holds no letters or digits")
    if answer := _settle(_exact(key, kind), text, kind, within, place, "matched"):
        return answer
    for reading in gazetteer.readings(text):
        named = [areas.of_row(row) for row in gazetteer.naming(reading)]
        if answer := _settle(named, text, kind, within, place, "corrected"):
            return answer
    if answer := _succeeded(succession.forward_name(text)):
        return answer
    if key in gazetteer.NORTHERN_IRELAND:
        return Answer(-1, "unmatched", postcodes.not_northern_ireland(text).rstrip("."))
    return None


def _drawn(text: str, shapes: list[np.ndarray]) -> Answer:
    shape = ground.shapes([text])[0]
    if shape.problem:
        return Answer(-1, "unmatched", shape.problem)
    shapes.append(shape.positions)
    area = areas.first_shape() + len(shapes) - 1
    return Answer(area, "corrected" if shape.note else "matched", shape.note)


def _half_postcode(text: str, kind: str) -> Answer | None:
    """Answer a postal sector, district or area: "NW5 2", "nw5", and "NW" where postcodes stand."""
    plain = re.sub(r"[\s\-]+", " ", text.strip().upper())
    index = areas.index()
    if HALF.fullmatch(plain) and (area := index.number("postal_district", plain)) >= 0:
        return Answer(area, "matched")
    if parts := SECTOR.fullmatch(plain):
        area = index.number("postal_sector", f"{parts[1]} {parts[2]}")
        if area >= 0:
            return Answer(area, "matched")
    if kind == "postcode" or (text.strip() == plain and len(plain) <= 2):
        area = index.number("postal_area", plain)
        if area >= 0:
            return Answer(area, "matched")
    if kind == "postcode" or HALF.fullmatch(plain) or SECTOR.fullmatch(plain):
        return Answer(-1, "unmatched", f"no postcode in use begins with {plain[:10]}")
    return None


def _exact(key: str, kind: str) -> list[int]:
    named = [areas.of_row(row) for row in gazetteer.by_key().get(key, ())]
    return (
        named if named and kind not in areas.FOLLOWING else named + areas.other_names().get(key, [])
    )


def _settle(
    found: list[int], text: str, kind: str, within: str, place: Place | None, outcome: str
) -> Answer | None:
    """Choose among areas of one name: of the column's kind, in the larger area, in the place."""
    found = list(dict.fromkeys(found))
    told = [a for a in found if not kind or kind == "postcode" or areas.kind_of(a) == kind]
    if kind and found and not told:
        return None
    note = "" if outcome == "matched" else f"“{text[:60]}” was read as "
    if within and len(told) > 1 and (inside := _inside(told, within)):
        told = inside
    larger = [a for a in told if areas.kind_of(a) != "ward"]
    if len(told) > 1 and larger and not kind:
        told = _different(larger)
    if len(told) > 1 and place is not None:
        inside = [a for a in told if _meets(a, place)]
        if len(inside) == 1:
            told, note = (
                inside,
                f"of {len(told)} called “{text[:60]}” the one in {place.name}: {{}}",
            )
    if not told:
        return None
    if len(told) == 1:
        if not note:
            return Answer(told[0], "matched")
        return Answer(told[0], "corrected", note + areas.label(told[0]))
    reason = f"{len(told)} areas are called “{text[:60]}”"
    return Answer(-1, "ambiguous", reason, tuple(Candidate(a, 100) for a in told[:20]))


def _different(found: list[int]) -> list[int]:
    """Leave out areas that are the same ground as one before: Wales is a nation and a region."""
    ground_of = {frozenset(_wards(area)): area for area in reversed(found)}
    return [area for area in found if area in ground_of.values()]


def _inside(found: list[int], within: str) -> list[int]:
    """Keep the areas of wards that lie in a larger area, given by name or code."""
    wards = _wards_within(within)
    return [a for a in found if wards is not None and wards.issuperset(_wards(a))]


@lru_cache(maxsize=1_024)
def _wards_within(within: str) -> frozenset[int] | None:
    codes = _coded_areas()
    code = within.strip().upper()
    if code in codes.index:
        return frozenset(_wards(int(codes[code])))
    named = [pair for pair in gazetteer.named(within) if pair[0] != "ward"]
    index = areas.index()
    return frozenset().union(*(_wards(index.number(*pair)) for pair in named)) if named else None


def _wards(area: int) -> list[int]:
    return areas.wards_and_postcodes(np.array([area]))[0].area.tolist()


def _meets(area: int, place: Place) -> bool:
    wards = place.wards
    return wards is not None and bool(np.isin(_wards(area), wards).any())


def _nearest(rows: list[tuple[str, str, str]]) -> list[list[Candidate]]:
    """Find the areas whose names are most like some texts', by the kinds they should be of."""
    found: list[list[Candidate]] = [[] for _ in rows]
    for kind in dict.fromkeys(kind for _, kind, _ in rows):
        at = [i for i, row in enumerate(rows) if row[1] == kind]
        near = likeness.nearest([_core(rows[i][0]) for i in at], kind, most=SHOWN)
        for i, candidates in zip(at, near, strict=True):
            found[i] = candidates
    return found


def _core(text: str) -> str:
    """Return the key of a text without what stands around a name: "LB Camdn" is "camdn"."""
    return list(gazetteer.readings(text[:200]))[-1].key


def _offered(text: str, within: str, near: list[Candidate], place: Place | None) -> Answer:
    if not near:
        return Answer(-1, "unmatched", f"no area is called “{text[:60]}” or nearly so")
    if within and (inside := _inside([c.area for c in near], within)):
        near = [c for c in near if c.area in inside]
    if place is not None:
        near.sort(key=lambda c: (-c.score, not _meets(c.area, place)))
    reason = f"no area is called “{text[:60]}”; the nearest are offered"
    return Answer(-1, "ambiguous", reason, tuple(near[:SHOWN]))


def nearest_score(answer: Answer) -> int:
    """Return how alike, of 100, the one nearest name of an answer is; 0 where there is none."""
    scores = [candidate.score for candidate in answer.candidates]
    alone = scores and scores[0] < likeness.SAME and scores.count(scores[0]) == 1
    return scores[0] if alone else 0


def _settled(
    answer: Answer, row: tuple[str, str, str], choices: Mapping[str, str], accept: int
) -> Answer:
    """Take what somebody chose for a text; else the nearest name, if that is let."""
    if answer.outcome != "ambiguous":
        return answer
    if choices and (key := question(*row)) in choices:
        kind, _, code = choices[key].partition(".")
        area = areas.index().number(kind, code)
        if area >= 0:
            said = f"“{row[0][:60]}” was read as {areas.label(area)}, as chosen"
            return Answer(area, "corrected", said, answer.candidates)
        return Answer(-1, "unmatched", f"“{row[0][:60]}” was left out, as chosen")
    if (score := nearest_score(answer)) and score >= accept:
        best = answer.candidates[0]
        return Answer(best.area, "corrected", f"“{row[0][:60]}” was read as {best}", ())
    return answer
