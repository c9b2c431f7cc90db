"""Resolving: from what a cell says to the area it means, or to the areas it may mean.

What a text may say is looked up by ``meanings``; here the column it stands in and the larger area
of its row decide, and names that nothing has are compared with all others. What somebody chooses
is settled last, by ``settling``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from mapping.footprints import ground, meanings, settling
from mapping.footprints.answers import KEYS, MAX_SHOWN, Answer
from mapping.footprints.ground import Shape
from mapping.footprints.meanings import Meaning
from mapping.geocode import MAX_SCORE, Candidate, areas, gazetteer, likeness, spelling
from mapping.places import Place

BATCH_NAMES = 500
"""So many misspelt names are compared together."""
MAX_COMPARED = 50_000
"""So many different misspelt names of a file are compared with all others: each takes a while."""
OUTWARD_CODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")
SECTOR = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?) ?([0-9])")
Advance = Callable[[float, str], None]
"""Told the share done, 0 to 1, and of what."""
Row = tuple[str, str, str]
"""A text, the kind of area that its column holds, and the larger area that its row gives."""


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
    ``shapes``. ``place``, ``choices`` and ``accept`` settle what is left open: see
    ``settling.settle``.
    """
    meant = meanings.find_meanings(texts["text"], advance=report_names(advance))
    found = resolve_meanings(texts, meant, shapes=shapes, advance=advance)
    return settling.settle(found, rows_of(texts), place=place, choices=choices, accept=accept)


def report_names(advance: Advance) -> Callable[[int, int], None]:
    """Return what is told how many names are looked up, of how many."""
    return lambda done, of: advance(0.3 * done / of, f"names, {done:,} of {of:,} looked up")


def rows_of(texts: pd.DataFrame) -> list[Row]:
    """Return each row of ``resolve``'s ``texts`` as a tuple."""
    return list(zip(*(texts[name].to_numpy(object) for name in KEYS), strict=True))


def resolve_meanings(
    texts: pd.DataFrame,
    meant: Sequence[Meaning],
    *,
    shapes: list[np.ndarray],
    advance: Advance = lambda share, what: None,
    fill: Callable[..., list[Shape]] = ground.shapes,
) -> list[Answer]:
    """Answer distinct texts, whose meanings are known, as if nobody had chosen anything.

    ``fill`` finds the postcodes of shapes.
    """
    rows = rows_of(texts)
    found: list[Answer | None] = [
        one.answer or (None if one.is_shape else _answer_one(*row, one))
        for row, one in zip(rows, meant, strict=True)
    ]
    drawn = [at for at, one in enumerate(meant) if one.is_shape]
    for at, answer in zip(
        drawn, _answer_shapes([rows[i][0] for i in drawn], shapes, advance, fill), strict=True
    ):
        found[at] = answer
    unlike = [at for at, answer in enumerate(found) if answer is None]
    for at in unlike[MAX_COMPARED:]:
        found[at] = Answer(
            -1,
            "unmatched",
            f"no area is called “{rows[at][0][:60]}”; it is one of "
            f"more than {MAX_COMPARED:,} such names, too many to look for those "
            "that are nearest",
        )
    unlike = unlike[:MAX_COMPARED]
    for done in range(0, len(unlike), BATCH_NAMES):
        told = f"misspelt names, {done:,} of {len(unlike):,} compared"
        advance(0.5 + 0.5 * done / len(unlike), told)
        some = unlike[done : done + BATCH_NAMES]
        near = _find_nearest([rows[i] for i in some])
        for at, candidates in zip(some, near, strict=True):
            found[at] = _offer(rows[at], candidates, meant[at])
    return [answer for answer in found if answer is not None]


def _answer_shapes(
    texts: list[str], shapes: list[np.ndarray], advance: Advance, fill: Callable[..., list[Shape]]
) -> list[Answer]:
    """Answer the texts that are shapes; the postcodes of each go to the end of ``shapes``."""

    def told(done: int) -> None:
        advance(0.3 + 0.2 * done / len(texts), f"shapes, {done:,} of {len(texts):,} filled")

    answers = []
    for shape in fill(texts, advance=told):
        if shape.problem:
            answers.append(Answer(-1, "unmatched", shape.problem))
            continue
        shapes.append(shape.positions)
        area = areas.first_shape() + len(shapes) - 1
        answers.append(Answer(area, "corrected" if shape.note else "matched", shape.note))
    return answers


def _answer_one(text: str, kind: str, within: str, meant: Meaning) -> Answer | None:
    """Answer one text that is no code, postcode or shape; None if nothing has just that name."""
    if half := _answer_half_postcode(text, kind):
        return half
    named = (
        meant.named
        if meant.named and kind not in areas.list_fallback_layers()
        else (meant.named + meant.others)
    )
    if meant.councils and not kind and all(areas.kind_of(area) == "ward" for area in named):
        if answer := _answer_short_name(text, within, meant.councils, named):
            return answer
    elif answer := _settle(named, text, kind, within, "matched"):
        return answer
    for reading in meant.readings:
        if answer := _settle(reading, text, kind, within, "corrected"):
            return answer
    named_else = kind and (meant.named or meant.readings)
    return meanings.answer_former(text) if named_else else meant.gone


def _answer_half_postcode(text: str, kind: str) -> Answer | None:
    """Answer a postal sector, district or area: "NW5 2", "nw5", and "NW" where postcodes stand."""
    plain = re.sub(r"[\s\-]+", " ", text.strip().upper())
    is_district, sector = OUTWARD_CODE.fullmatch(plain), SECTOR.fullmatch(plain)
    if is_district and (area := areas.number("postal_district", plain)) >= 0:
        return Answer(area, "matched")
    if sector:
        area = areas.number("postal_sector", f"{sector[1]} {sector[2]}")
        if area >= 0:
            return Answer(area, "matched")
    if kind == "postcode" or (text.strip() == plain and len(plain) <= 2):
        area = areas.number("postal_area", plain)
        if area >= 0:
            return Answer(area, "matched")
    if kind == "postcode" or is_district or sector:
        return Answer(-1, "unmatched", f"no postcode in use begins with {plain[:10]}")
    return None


def _answer_short_name(
    text: str, within: str, short: Sequence[int], wards: Sequence[int]
) -> Answer | None:
    """Ask whether a bare name means a council that may be called so, or a ward of that name.

    None if no ward has the name: then names that are alike are offered too.
    """
    told = list(dict.fromkeys([*short, *wards]))
    if within and (inside := _keep_inside(told, within)):
        told = inside
        if len(told) == 1:
            outcome = "matched" if told[0] in wards else "corrected"
            return _read_as(told[0], text, outcome)
    if not wards:
        return None
    councils = [area for area in told if area not in wards]
    if not councils:
        return _settle(wards, text, "", within, "matched")
    return Answer(
        -1,
        "ambiguous",
        _say_short(text, len(councils), len(told) - len(councils)),
        tuple(Candidate(area, MAX_SCORE) for area in told),
        len(told),
    )


def _say_short(text: str, councils: int, wards: int) -> str:
    many = "a council" if councils == 1 else f"{councils} councils"
    also = "; a ward has that name" if wards == 1 else f"; {wards} wards have that name"
    return f"“{text[:60]}” may be short for {many}{also if wards else ''}"


def _read_as(area: int, text: str, outcome: str) -> Answer:
    if outcome == "matched":
        return Answer(area, "matched")
    return Answer(area, "corrected", f"“{text[:60]}” was read as {areas.label(area)}")


def _settle(found: Sequence[int], text: str, kind: str, within: str, outcome: str) -> Answer | None:
    """Choose among areas of one name: of the column's kind, in the larger area."""
    told = list(dict.fromkeys(found))
    if kind and kind != "postcode":
        told = [area for area in told if areas.kind_of(area) == kind]
    if not told:
        return None
    if within and len(told) > 1 and (inside := _keep_inside(told, within)):
        told = inside
    larger = [a for a in told if areas.kind_of(a) != "ward"] if len(told) > 1 else []
    if larger and not kind:
        told = _drop_same_ground(larger)
    if len(told) == 1:
        return _read_as(told[0], text, outcome)
    reason = f"{len(told)} areas are called “{text[:60]}”"
    candidates = tuple(Candidate(area, MAX_SCORE) for area in told)
    return Answer(-1, "ambiguous", reason, candidates, len(told))


def _drop_same_ground(found: list[int]) -> list[int]:
    """Leave out areas that are the same ground as one before: Wales is a nation and a region."""
    ground_of = {frozenset(_wards(area)): area for area in reversed(found)}
    return [area for area in found if area in ground_of.values()]


def _keep_inside(found: list[int], within: str) -> list[int]:
    """Keep the areas of wards that lie in a larger area, given by name or code."""
    wards = _wards_within(within.strip().casefold())
    return [a for a in found if wards is not None and wards.issuperset(_wards(a))]


@lru_cache(maxsize=64)
def _wards_within(within: str) -> frozenset[int] | None:
    """Return the wards of a larger area, by name or code in small letters; None if unknown."""
    codes = meanings.map_codes()
    code = within.upper()
    if code in codes.index:
        return frozenset(_wards(int(codes[code])))
    named = [pair for pair in gazetteer.find_named(within) if pair[0] != "ward"]
    return frozenset().union(*(_wards(areas.number(*pair)) for pair in named)) if named else None


@lru_cache(maxsize=8_192)
def _wards(area: int) -> tuple[int, ...]:
    return tuple(areas.wards_and_postcodes(np.array([area]))[0].area.tolist())


def _find_nearest(rows: list[Row]) -> list[list[Candidate]]:
    """Find the areas whose names are most like some texts', by the kinds they should be of."""
    found: list[list[Candidate]] = [[] for _ in rows]
    for kind in dict.fromkeys(kind for _, kind, _ in rows):
        at = [i for i, row in enumerate(rows) if row[1] == kind]
        near = likeness.find_nearest([_core(rows[i][0]) for i in at], kind, most=MAX_SHOWN)
        for i, candidates in zip(at, near, strict=True):
            found[i] = candidates
    return found


def _core(text: str) -> str:
    """Return the key of a text without what stands around a name: "LB Camdn" is "camdn"."""
    return list(spelling.readings(text[:200]))[-1].key


def _offer(row: Row, near: list[Candidate], meant: Meaning) -> Answer:
    """Offer the councils that may be called so for short, and the areas of nearest names."""
    text, kind, within = row
    short = [Candidate(area, MAX_SCORE) for area in meant.councils if not kind]
    if not near and not short:
        return Answer(-1, "unmatched", f"no area is called “{text[:60]}” or nearly so")
    if within and (inside := _keep_inside([c.area for c in near], within)):
        near = [c for c in near if c.area in inside]
    if short:
        others = [c for c in near if c.area not in meant.councils]
        offered = (*short, *others)[: max(MAX_SHOWN, len(short))]
        return Answer(-1, "ambiguous", _say_short(text, len(short), 0), offered, len(short))
    reason = f"no area is called “{text[:60]}”; the nearest are offered"
    return Answer(-1, "ambiguous", reason, tuple(near))
