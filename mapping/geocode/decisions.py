"""Decisions: what a text comes to: the area it means, the areas it may mean, or none.

A name is *exact* where an area has it as it is written (matched) or without what stands around it
(corrected); a *part* of a council's name and names that are *alike* are asked about, and so are
names of several areas; *none* is an answer too. What a text may say is looked up by ``meanings``;
here the kind that is wanted and the larger area beside it decide. Nothing is taken because it is
likely.
"""

import re
from collections.abc import Callable, Sequence

from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.geocode import areas, beside, gazetteer, likeness, lists, meanings, spelling
from mapping.geocode.answers import MAX_OFFERED, MAX_SCORE, MAX_SHOWN, Answer, Candidate
from mapping.geocode.meanings import Meaning

BATCH_NAMES = 500
"""So many misspelt names, about as long as each other, are compared together."""
MAX_ALIKE = 10
"""So many names are kept for each misspelt one: the place under study may choose among them."""
MAX_COMPARED = 50_000
"""So many different misspelt names of a file are compared with all others: each takes a while."""
OUTWARD_CODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")
SECTOR = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?) ?([0-9])")
ALL = {
    *("all", "all areas", "all wards", "all of it", "everywhere"),
    *(f"whole {word}" for word in ("area", "borough", "city", "council", "county", "district")),
    *(f"{word}wide" for word in ("borough", "city", "council", "county", "district")),
    *(f"{word} wide" for word in ("borough", "city", "council", "county", "district")),
}
"""How a cell says that all of the larger area beside it is meant, by the keys of the words."""
_PART = re.compile(
    r"(?:(?:most|parts?|some|areas|all) of|(?:north|south|east|west)(?:ern)?|central|inner|outer)"
    r" (?:the )?(?P<name>.+)",
    re.I,
)
_LESS = re.compile(
    r"(?P<name>.+?),? \(?(?:except|excluding|excl|but not|not|minus|apart from)\b", re.I
)
"""How a text says that it means a part of an area, or one without a part of it."""
POSTAL = ("postal_sector", "postal_district", "postal_area", "lettered_district")
"""Kinds of area that follow no council's line: they lie in one of them only by chance."""
_DIGIT = re.compile("[0-9]")
Row = tuple[str, str, str]
"""A text, the kind of area that it should be of, and the larger area it should lie in."""
Advance = Callable[[int, int], None]
"""Told how many names are compared, of how many."""


def resolve(texts: Sequence[str], *, kind: str = "", within: str = "") -> list[Answer]:
    """Resolve texts to the areas that they mean, or may mean, in their order.

    A text is a name, a former name, a code, a postcode or half of one. ``kind`` is a layer's key,
    "postcode", "nation" and so on, or "" for any; ``within`` the name or code of a larger area,
    or "". Raises MappingError for another kind.

    >>> from mapping.geocode import areas, resolve
    >>> camden, hull, slip = resolve(["E09000007", "Hull City Council", "hamersmith"])
    >>> camden.outcome, areas.label(camden.area)
    ('matched', 'Camden (council area)')
    >>> hull.outcome, hull.reason
    ('corrected', '“Hull City Council” was read as Kingston upon Hull (council area)')
    >>> slip.outcome, str(slip.candidates[0])
    ('ambiguous', 'Hammersmith and Fulham (council area), as “Hammersmith” 90% match')
    """
    known = ("", "postcode", *areas.index().kinds)
    if kind not in known:
        raise MappingError(
            f'Expected a kind of area ({", ".join(known[1:])}) or "" for any; found '
            f"{str(kind)[:40]!r}. Leave it out to look among all."
        )
    rows = [(text, kind, within) for text in texts]
    return decide(rows, meanings.find_meanings(texts))


def decide(
    rows: Sequence[Row],
    meant: Sequence[Meaning | Answer],
    *,
    advance: Advance = lambda done, of: None,
) -> list[Answer]:
    """Answer distinct rows, whose texts' meanings are known; none of these is a shape."""
    found = [
        _answer_told(one, *row) if isinstance(one, Answer) else _answer_one(*row, one)
        for row, one in zip(rows, meant, strict=True)
    ]
    names = {
        at: one for at, one in enumerate(meant) if found[at] is None and not isinstance(one, Answer)
    }
    unlike = list(names)
    for at in unlike[MAX_COMPARED:]:
        found[at] = Answer(
            -1,
            "unmatched",
            f"we cannot find “{rows[at][0][:60]}”; it is one of more than {MAX_COMPARED:,} such "
            "names, too many to look for close matches",
        )
    unlike = sorted(unlike[:MAX_COMPARED], key=lambda at: len(rows[at][0]))
    for done in range(0, len(unlike), BATCH_NAMES):
        advance(done, len(unlike))
        some = unlike[done : done + BATCH_NAMES]
        near = _find_nearest([rows[i][1] for i in some], [names[i].core for i in some])
        for at, candidates in zip(some, near, strict=True):
            found[at] = _offer(rows[at], candidates, names[at])
    said = [
        _say_note(answer, one.note) if isinstance(one, Meaning) else answer
        for answer, one in zip(found, meant, strict=True)
        if answer is not None
    ]
    return [_doubt(answer, text) for answer, (text, _, _) in zip(said, rows, strict=True)]


def _doubt(answer: Answer, text: str) -> Answer:
    """Ask about an area that a question mark stands behind: "Camden?", "Camden (?)"."""
    if answer.area < 0 or not text.rstrip(" )").endswith("?"):
        return answer
    reason = f"“{text[:60]}” has a question mark behind it"
    return Answer(-1, "ambiguous", reason, (Candidate(answer.area, MAX_SCORE),))


def _say_note(answer: Answer, note: str) -> Answer:
    """Say what is to be said of a code that stands beside a name."""
    return answer._replace(reason=f"{answer.reason}; {note}") if note else answer


def _answer_one(text: str, kind: str, within: str, meant: Meaning) -> Answer | None:
    """Answer one text that is no shape; None if nothing has just that code or name."""
    if within and spelling.key(text) in ALL and not meant.named:
        larger = beside.find_larger(within.strip().casefold())
        return _read_as(larger[0], text, "corrected") if len(larger) == 1 else None
    if kind == "postcode" and meant.inside:
        return _answer_told(meant.inside, text, kind, within)
    if told := _answer_half_postcode(text, kind):
        return _answer_told(told, text, kind, within)
    named = (
        meant.named
        if meant.named and kind not in areas.list_fallback_layers()
        else (meant.named + meant.others)
    )
    if meant.councils and not kind and all(areas.kind_of(area) == "ward" for area in named):
        parted = _list_parted(named, text, kind) if meant.formerly else []
        if answer := _answer_short_name(text, within, meant.councils, [*named, *parted]):
            return _say_formerly(answer, text, meant.formerly)
    elif answer := _settle(
        [*named, *_list_parted(named, text, kind)], text, kind, within, "matched"
    ):
        return answer
    for reading in meant.readings:
        if answer := _settle(reading, text, kind, within, "corrected"):
            return answer
    named_else = kind and (meant.named or meant.readings)
    return meanings.answer_former(text) if named_else else meant.gone


def _list_parted(named: Sequence[int], text: str, kind: str) -> list[int]:
    """List the wards that are parts of a town of a ward's name: Ely East, where any kind may be."""
    parted = gazetteer.list_parted(spelling.key(text)) if named and not kind else []
    return [areas.number_of_row(row) for row in parted]


def _answer_told(told: Answer, text: str, kind: str, within: str) -> Answer:
    """Answer a code or postcode; the larger area that stands beside it may contradict it.

    Where its column may hold areas of any size, it is said that the smaller one counts.
    """
    if not within:
        return told
    larger = beside.find_larger(within.strip().casefold())
    if told.area < 0 or larger == (told.area,):
        return told
    name, of_any_size = f"“{within.strip()[:60]}”", kind in ("", "postcode")
    if not larger:
        said = f"we do not know {name}, which is next to it, and did not use it"
    elif beside.keep_inside([told.area], within):
        said = (
            f"{areas.code_of(told.area)} is in {name}, which is next to it; we used the smaller one"
        )
    elif areas.kind_of(told.area) in POSTAL and beside.meet_any([told.area], within):
        said = f"{areas.code_of(told.area)} is partly outside {name}; we used all of it"
    elif of_any_size or not beside.meet_any([told.area], within):
        reason = f"“{text[:60]}” is not in {name}, which is next to it"
        return Answer(
            -1, "ambiguous", reason, tuple(Candidate(a, MAX_SCORE) for a in (told.area, *larger))
        )
    if not of_any_size:
        return told
    return Answer(told.area, "corrected", f"{told.reason}; {said}" if told.reason else said)


def _answer_half_postcode(text: str, kind: str) -> Answer | None:
    """Answer a postcode sector, district or area: "NW5 2", "nw5", "NW" where postcodes stand."""
    if kind != "postcode" and len(text.strip()) > 2 and not _DIGIT.search(text):
        return None
    plain = re.sub(r"[\s\-]+", " ", text.strip().upper())
    is_district, sector = OUTWARD_CODE.fullmatch(plain), SECTOR.fullmatch(plain)
    if is_district and (area := areas.number("postal_district", plain)) >= 0:
        return Answer(area, "matched")
    if sector:
        area = areas.number("postal_sector", f"{sector[1]} {sector[2]}")
        if area >= 0:
            return _ask_about_range(area, text) or Answer(area, "matched")
    if kind == "postcode" or (text.strip() == plain and len(plain) <= 2):
        area = areas.number("postal_area", plain)
        if area >= 0:
            return Answer(area, "matched")
    if is_district and (area := areas.number("lettered_district", plain)) >= 0:
        return _read_as(area, text, "corrected")
    if (is_district or sector) and (elsewhere := postcodes.explain_elsewhere(plain)):
        return Answer(-1, "unmatched", elsewhere.rstrip("."))
    if is_district or sector:
        return Answer(-1, "unmatched", f"no current postcode begins with {plain}")
    if kind == "postcode":
        return Answer(
            -1, "unmatched", f"“{text[:60]}” is not a current postcode or the first part of one"
        )
    return None


def _ask_about_range(sector: int, text: str) -> Answer | None:
    """Ask about "NW1-6", which may be a sector, or the districts from NW1 to NW6."""
    parts = re.fullmatch(r"([A-Z]{1,2})(\d{1,2})\s*[-–]\s*(\d)", text.strip(), re.I)
    if parts is None or int(parts[2]) >= int(parts[3]):
        return None
    last = f"{parts[1]}{parts[3]}".upper()
    reason = (
        f"“{text[:60]}” could be the sector {areas.code_of(sector)}, or all districts up to {last}"
    )
    return Answer(-1, "ambiguous", reason, (Candidate(sector, MAX_SCORE),))


def _answer_short_name(
    text: str, within: str, short: Sequence[int], wards: Sequence[int]
) -> Answer | None:
    """Ask whether a bare name means a council that may be called so, or a ward of that name.

    None if no ward has the name: then names that are alike are offered too.
    """
    told = list(dict.fromkeys([*short, *wards]))
    if within and (inside := beside.keep_inside(told, within)):
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


def _say_formerly(answer: Answer, text: str, formerly: str) -> Answer:
    """Say of a question that a former council had the name, and what became of it."""
    if not formerly or answer.outcome != "ambiguous":
        return answer
    return answer._replace(reason=f"“{text[:60]}” could be a former council, or a ward; {formerly}")


def _say_short(text: str, councils: int, wards: int) -> str:
    many = "a council" if councils == 1 else f"{councils} councils"
    also = "; a ward has that name" if wards == 1 else f"; {wards} wards have that name"
    return f"“{text[:60]}” could be short for {many}{also if wards else ''}"


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
    if within and not beside.meet_any(told, within):
        return _ask_about_contradiction(told, text, within)
    if within and len(told) > 1 and (inside := beside.keep_inside(told, within)):
        told = inside
    larger = [a for a in told if areas.kind_of(a) != "ward"] if len(told) > 1 else []
    if larger and not kind:
        told = _drop_same_ground(larger)
    if len(told) == 1:
        return _read_as(told[0], text, outcome)
    parted = gazetteer.list_parted(spelling.key(text)) if not kind else ()
    of = " or are parts of such a town" if parted and outcome == "matched" else ""
    reason = f"there are {len(told)} areas called “{text[:60]}”{of}"
    candidates = tuple(Candidate(area, MAX_SCORE) for area in told)
    return Answer(-1, "ambiguous", reason, candidates, len(told))


def _drop_same_ground(found: list[int]) -> list[int]:
    """Leave out areas that are the same ground as one before: Wales is a nation and a region."""
    ground_of = {beside.ground(area): area for area in reversed(found)}
    return [area for area in found if area in ground_of.values()]


def _ask_about_contradiction(told: list[int], text: str, within: str) -> Answer:
    """Ask about a name that no area has in the larger area that stands beside it."""
    reason = f"there is no “{text[:60]}” in “{within.strip()[:60]}”, which is next to it"
    candidates = tuple(Candidate(area, MAX_SCORE) for area in told)
    return Answer(-1, "ambiguous", reason, candidates, len(told))


def _find_nearest(kinds: Sequence[str], keys: Sequence[str]) -> list[list[Candidate]]:
    """Find the areas whose names are most like some keys, by the kinds they should be of."""
    found: list[list[Candidate]] = [[] for _ in keys]
    for kind in dict.fromkeys(kinds):
        at = [i for i, one in enumerate(kinds) if one == kind]
        near = likeness.find_nearest([keys[i] for i in at], kind, most=MAX_ALIKE)
        for i, candidates in zip(at, near, strict=True):
            found[i] = candidates
    return found


def _offer(row: Row, near: list[Candidate], meant: Meaning) -> Answer:
    """Offer the councils that may be called so for short, and the areas of nearest names."""
    text, kind, within = row
    short = [Candidate(a, MAX_SCORE) for a in meant.councils if kind in ("", areas.kind_of(a))]
    if meant.inside and meant.inside.outcome == "ambiguous":
        return meant.inside
    if meant.inside and meant.inside.area >= 0:
        held = Candidate(meant.inside.area, MAX_SCORE)
        reason = f"we cannot find “{text[:60]}”; it has a postcode in it"
        return Answer(-1, "ambiguous", reason, (held, *near))
    if whole := _find_whole(text):
        reason = f"“{text[:60]}” is only a part of {areas.label(whole)}; do you want all of it?"
        rest = tuple(one for one in near if one.area != whole)
        return Answer(-1, "ambiguous", reason, (Candidate(whole, MAX_SCORE), *rest)[:MAX_SHOWN])
    if pair := lists.find_town_and_county(text) if not kind else None:
        reason = f"“{text[:60]}” could be one place or two; for both, put a semicolon between them"
        both = tuple(Candidate(areas.number(*one), MAX_SCORE) for one in pair)
        return Answer(-1, "ambiguous", reason, both)
    if named := _drop_same_ground([*meant.named]) if kind else []:
        reason = f"“{text[:60]}” is a different kind of area from its column"
        called = (*(Candidate(area, MAX_SCORE) for area in named), *near)
        return Answer(-1, "ambiguous", reason, called[:MAX_OFFERED])
    if not near and not short:
        return Answer(-1, "unmatched", f"we cannot find “{text[:60]}” or anything like it")
    if within and (inside := beside.keep_inside([c.area for c in near], within)):
        near = [c for c in near if c.area in inside]
    if short:
        others = [c for c in near if c.area not in meant.councils]
        offered = (*short, *others)[: max(MAX_SHOWN, len(short))]
        return Answer(-1, "ambiguous", _say_short(text, len(short), 0), offered, len(short))
    reason = f"we do not recognise “{text[:60]}”; did you mean one of these?"
    return Answer(-1, "ambiguous", reason, tuple(near))


def _find_whole(text: str) -> int:
    """Find the one council or county of which a text names a part; 0 for none."""
    name, is_part = text.strip(), False
    for pattern in (_LESS, _PART):
        if said := pattern.match(name):
            name, is_part = said["name"].strip(" ,("), True
    if not is_part:
        return 0
    found = [areas.number(*pair) for pair in gazetteer.find_named(name)]
    return found[0] if len(found) == 1 else 0
