"""Lists: several names of areas in one text, of which the longest known ones win.

"Camden, Hammersmith and Fulham and Brent" holds three names, though "and" and commas join four.
"""

import re
from collections.abc import Sequence

from mapping.geocode import former_units, gazetteer, index, spelling, spoken
from mapping.geocode.spelling import Reading

JOINT = r",|\band\b|&|/|\+| - "
"""What joins several areas in one text, if it is no part of a name."""
MAX_WORDS = 5
"""A part of a list with more words than this is no name."""
MAX_JOINED = 6
"""So many pieces may be parts of one name: "Bristol, North Somerset and South …"."""
MAX_PIECES = 500
"""So many pieces of a list are held together to see whether they are one name."""
_COUNCILS = ("county", "borough")
_HOLDING = frozenset(["county", "region", "nation"])
"""Kinds of places that stand behind the name of a town."""
_COUNTIES_TOO = frozenset(
    ("cornwall", "county durham", "dorset", "durham", "isle of wight", "northumberland", "rutland")
) | {"somerset", "east riding of yorkshire", "east riding", "north yorkshire"}
"""Councils that share a county's name, besides those of one word that ends with "shire"."""


def cut(text: str) -> list[str]:
    """Cut "Camden, Islington and Hackney" into its names; nothing for a text that is one name.

    Half of the names have to be known, and the others to have no more words than a name. What
    holds all others and stands last behind a comma says where they lie: "Camden, Brent, London"
    gives "Camden, London" and "Brent, London".
    """
    if len(codes := text.upper().split()) > 1 and all(map(index.GSS.fullmatch, codes)):
        return codes
    parts = re.split(f"({JOINT})", text, flags=re.I)
    pieces, joints = [part.strip(" .") for part in parts[::2]], parts[1::2]
    if len(pieces) < 2 or is_one(text, pieces):
        return []
    known = gazetteer.map_keys()
    is_plain = not {",", " - "} & set(joints) and all(
        spelling.key(piece) in known for piece in pieces
    )
    if not is_plain and gazetteer.find_named(text):
        return []
    names = _find_longest(pieces, joints)
    if len(names) == 2 and joints[-1] == "," and _is_town_in(*names):
        return []
    sure = [is_known(name) for name in names]
    short = all(ok or len(name.split()) <= MAX_WORDS for ok, name in zip(sure, names, strict=True))
    if len(names) < 2 or not short or not sum(sure) or 2 * sum(sure) < len(names):
        return []
    if len(names) > 2 and joints[-1] == "," and _holds(names[-1], names[:-1]):
        return [f"{name}, {names[-1]}" for name in names[:-1]]
    return names


def is_known(name: str) -> bool:
    """Tell whether a text is the name or code of an area, maybe with words around it."""
    key = spelling.key(name)
    entry = index.find(key)
    return bool(
        entry.rows
        or entry.units
        or entry.former
        or index.GSS.fullmatch(name.upper())
        or gazetteer.find_named(name)
        or index.find_called([Reading(key)])
    )


def is_one(text: str, pieces: Sequence[str]) -> bool:
    """Tell whether a text that joins some pieces is the name of one area.

    A place's name is. One that only a body has is not where each piece is a larger place of its
    own: "Devon and Cornwall" are both, but "Cardiff and Vale" is a health board.
    """
    key = spelling.key(text)
    entry = index.find(key)
    if entry.rows or entry.former:
        return True
    if _is_joined_council(pieces) or (pieces[-1].endswith(" of") and gazetteer.find_named(text)):
        return True
    words = [Reading(key)]
    if spoken.find(words) or former_units.find(key):
        return True
    if not (entry.units or index.find_called(words)):
        return False
    return not all(map(_is_larger_place, pieces))


def join_council(text: str) -> tuple[int, ...]:
    """Return the rows of the council whose name is a text with "and" for its commas.

    "Barking, Dagenham" means Barking and Dagenham.
    """
    rows = index.find(spelling.key(text.replace(",", " and "))).rows if "," in text else ()
    return tuple(row for row in rows if gazetteer.rows()[row][0] in _COUNCILS)


def _is_joined_council(pieces: Sequence[str]) -> bool:
    return bool(join_council(", ".join(pieces))) and not all(map(_is_larger_place, pieces))


def _is_larger_place(piece: str) -> bool:
    return any(kind != "ward" for kind, _ in gazetteer.find_named(piece))


def _is_town_in(name: str, larger: str) -> bool:
    """Tell whether a name may be a town in the larger place behind it, which has no area here.

    "Abingdon, Oxfordshire" is where a ward of that name is not, and "Newport, Isle of Wight" is
    not the council in Wales.
    """
    is_spoken, named = spoken.is_name(spelling.key(larger)), gazetteer.find_named(larger)
    kinds = {kind for kind, _ in named}
    if not (is_spoken or kinds - {"ward"}):
        return False
    own = {kind for kind, _ in gazetteer.find_named(name)}
    if own == {"ward"} or gazetteer.find_parts_in(name, larger):
        return True
    if not own:
        holds = is_spoken or bool(kinds & _HOLDING)
        return holds if not is_known(name) else any(_is_county(*one) for one in named)
    return find_town_and_county(f"{name}, {larger}") is not None


def find_town_and_county(text: str) -> tuple[tuple[str, str], tuple[str, str]] | None:
    """Find the council and the county that "Plymouth, Devon" names; None for any other text.

    It may be a list of both, or the address of a town in the county, also of the council's name.
    """
    pieces = text.split(",")
    told = [gazetteer.find_named(piece.strip(" .")) for piece in pieces]
    if len(pieces) != 2 or not all(told) or re.search(JOINT, pieces[0], re.I):
        return None
    (town, *_), (county, *_) = told
    is_pair = town[0] == "borough" and not _is_county(*town) and _is_county(*county)
    return (town, county) if is_pair else None


def _is_county(kind: str, code: str) -> bool:
    """Tell whether an area is a county, or a council that shares the name of one."""
    names = [spelling.key(gazetteer.rows()[row][2]) for row in gazetteer.find_coded(code, kind)]
    return kind == "county" or any(
        name in _COUNTIES_TOO or (name.endswith("shire") and " " not in name) for name in names
    )


def _find_longest(pieces: Sequence[str], joints: Sequence[str]) -> list[str]:
    """Join the pieces that are one name together, the longest first; leave out empty ones."""
    found, at = [], 0
    longest = MAX_JOINED if len(pieces) <= MAX_PIECES else 1
    while at < len(pieces):
        stop = at + 1
        for end in range(min(at + longest, len(pieces)), at + 1, -1):
            if end - at == len(pieces):  # the whole text is no one name
                continue
            if all(pieces[at:end]) and is_one(_join(pieces, joints, at, end), pieces[at:end]):
                stop = end
                break
        if pieces[at]:
            found.append(_join(pieces, joints, at, stop))
        at = stop
    return found


def _join(pieces: Sequence[str], joints: Sequence[str], at: int, stop: int) -> str:
    text = pieces[at]
    for joint, piece in zip(joints[at : stop - 1], pieces[at + 1 : stop], strict=True):
        text += f", {piece}" if joint == "," else f" {joint.strip()} {piece}"
    return text


def _holds(larger: str, names: Sequence[str]) -> bool:
    return all(gazetteer.find_named(f"{name}, {larger}") for name in names)
