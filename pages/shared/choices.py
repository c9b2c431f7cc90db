"""The choices of a reader: one record each, from which session, link and take-away follow.

``Choice`` is the one list. A new choice is a new field of it, made by ``_choice``, and a control
on its page; ``state``, ``take_away`` and ``reopening`` go by the records and name none.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from mapping.atoms import postcodes
from mapping.geography import layers
from mapping.places import Place
from mapping.wording import spot_findings, terms
from pages.shared import lost, own_lenses, readers, registers
from pages.shared.readers import Check
from pages.shared.registers import WorkspaceKey

T = TypeVar("T")
DISTANCES_M = (100, 200, 300, 500, 1000)
MIN_SHARES = (0, 1, 5, 10)
"""Smallest share, in per cent, of a unit that a listed overlap has."""
SCALES = ("", *layers.SCALES)
BROUGHT = {"organisations": "organisations", "map": "a map of areas", "numbers": "your own figures"}
"""What may be brought to Upload."""
SHOWN = "shown"
"""What a link calls its list of choices that the page made, where the reader had made none."""


@dataclass(frozen=True)
class Record:
    """What there is to know of one choice.

    Attributes
    ----------
    name : what a link calls it
    usual : its text where nobody chose
    words : what a reader calls it; "" for the place, which every page names
    read : checks its text within a link, corrects it there and returns its value
    outdated_by : choices whose change takes it back to its usual text
    follows : choices from which a page makes it where the reader has not; () if none does
    pages : the pages that have it; () for all
    is_spot : tells whether a click on a map changes it: only a part of the page runs again then
    is_taken : tells whether a request holds it
    say : writes its text in words; None where the method note says it elsewhere
    """

    name: str
    usual: str
    words: str
    read: Callable[[Check, str], Any]
    outdated_by: tuple[str, ...]
    follows: tuple[str, ...]
    pages: tuple[str, ...]
    is_spot: bool
    is_taken: bool
    say: Callable[[str], str] | None


def _choice(
    read: Callable[[Check, str], T],
    name: str,
    *,
    usual: str = "",
    words: str = "",
    outdated_by: tuple[str, ...] = (),
    follows: tuple[str, ...] = (),
    pages: tuple[str, ...] = (),
    is_spot: bool = False,
    is_taken: bool = True,
    say: Callable[[str], str] | None = str,
) -> T:
    """Make a field of ``Choice``: its type is that of the value that ``read`` returns."""
    record = Record(name, usual, words, read, outdated_by, follows, pages, is_spot, is_taken, say)
    return field(metadata={"record": record})


@dataclass(frozen=True)
class Choice:
    """One reader's choices, checked: in the order in which a link is checked and told of.

    ``chosen`` names those that the reader made, for a page that made the others may say so;
    ``problems`` says what of a link was left out, ``away`` why its workspace cannot be read now.
    """

    place: Place = _choice(readers.read_place, "place", usual=readers.USUAL_PLACE)
    kept: WorkspaceKey = _choice(
        readers.read_workspace, "workspace", words="workspace", is_taken=False
    )
    by: str = _choice(
        readers.read_lens, "by", usual=own_lenses.USUAL_LENS, words="what is counted", say=None
    )
    at: str = _choice(
        readers.reader_of_text(60),
        "at",
        words="point",
        say=postcodes.write_typed,
        outdated_by=("place", "ward"),
        pages=("place", "who_works_here", "gaps"),
        is_spot=True,
    )
    ward: str = _choice(
        readers.reader_of_text(12),
        "ward",
        words="ward",
        outdated_by=("place", "at"),
        pages=("place", "who_works_here", "gaps"),
        is_spot=True,
        say=spot_findings.name_ward,
    )
    set_: str = _choice(
        readers.reader_of_text(6),
        "set",
        words="partner set chosen",
        outdated_by=("place", "layers", "by"),
        pages=("partner_sets",),
        is_spot=True,
    )
    layers: tuple[str, ...] = _choice(
        readers.read_layers,
        "layers",
        words="boundary maps to compare",
        outdated_by=("place",),
        follows=("place",),
        pages=("mismatches", "partner_sets", "redraw"),
        say=readers.say_layers,
    )
    a: str = _choice(
        readers.read_layer,
        "a",
        words="the areas of",
        follows=("place", "by", "layers", "b"),
        pages=("mismatches", "redraw"),
        say=readers.say_layers,
    )
    b: str = _choice(
        readers.read_layer,
        "b",
        words="compared with the boundaries of",
        follows=("place", "by", "layers", "a"),
        pages=("mismatches", "redraw"),
        say=readers.say_layers,
    )
    change: str = _choice(
        readers.read_change,
        "change",
        words="before and after",
        pages=("mismatches",),
        say=lambda key: "council areas merged" if key == readers.JOINED else layers.get(key).title,
    )
    groups: tuple[tuple[str, ...], ...] = _choice(
        readers.read_groups, "groups", words="council areas merged", pages=("mismatches",)
    )
    whom: str = _choice(
        readers.reader_of_text(120),
        "whom",
        words="which organisation",
        outdated_by=("workspace",),
        pages=("mismatches",),
    )
    base: str = _choice(
        readers.read_layer,
        "base",
        words="smallest areas on the map",
        outdated_by=("place",),
        follows=("place",),
        pages=("place", "who_works_here"),
        say=readers.say_layers,
    )
    over: tuple[str, ...] = _choice(
        readers.read_over,
        "over",
        words="which boundaries are drawn",
        outdated_by=("place",),
        pages=("place", "who_works_here"),
        say=readers.say_layers,
    )
    distance_m: int = _choice(
        readers.reader_of_number(DISTANCES_M),
        "distance",
        usual="300",
        words="how near a boundary",
        pages=("mismatches",),
        say=lambda text: f"{text} metres",
    )
    least: int = _choice(
        readers.reader_of_number(MIN_SHARES),
        "least",
        usual="1",
        words="smallest overlap",
        pages=("mismatches",),
        say=lambda text: f"{text}% of both areas; the table here has all",
    )
    theme: str = _choice(
        readers.read_theme,
        "theme",
        words="theme",
        follows=("place", "by", "workspace", "scale"),
        pages=("gaps",),
    )
    scale: str = _choice(
        readers.reader_of_known(SCALES),
        "scale",
        words="level",
        follows=("place", "by", "workspace", "theme"),
        pages=("gaps",),
    )
    need: str = _choice(
        readers.read_need, "need", words="need", outdated_by=("workspace",), pages=("gaps",)
    )
    door: str = _choice(
        readers.reader_of_known(terms.DOORS),
        "door",
        usual="follow",
        words="part of Redraw",
        pages=("redraw",),
        say=lambda key: terms.DOORS[key],
    )
    blocks: str = _choice(
        readers.read_layer,
        "blocks",
        words="areas that are put into groups",
        outdated_by=("place",),
        follows=("place",),
        pages=("redraw",),
        say=readers.say_layers,
    )
    ask: str = _choice(
        readers.reader_of_text(4_000),
        "ask",
        words="what is asked of suggestions",
        outdated_by=("place", "blocks"),
        pages=("redraw",),
        say=None,
    )
    before: str = _choice(
        readers.reader_of_text(80),
        "before",
        words="lines of before",
        outdated_by=("place", "workspace"),
        pages=("redraw",),
        say=None,
    )
    parent: str = _choice(
        readers.read_layer,
        "parent",
        words="larger areas that are moved whole",
        outdated_by=("place", "blocks"),
        pages=("redraw",),
        say=readers.say_layers,
    )
    drawn: str = _choice(
        readers.reader_of_text(60_000),
        "drawn",
        words="groups drawn by hand",
        outdated_by=("place", "blocks"),
        pages=("redraw",),
        is_spot=True,
        say=None,
    )
    into: str = _choice(
        readers.reader_of_text(3),
        "into",
        usual="1",
        words="group that is drawn",
        outdated_by=("place", "blocks"),
        pages=("redraw",),
        is_spot=True,
        say=None,
    )
    called: str = _choice(
        readers.reader_of_text(4_000),
        "called",
        words="names of groups",
        outdated_by=("place", "blocks"),
        pages=("redraw",),
        is_spot=True,
        say=None,
    )
    locked: str = _choice(
        readers.reader_of_text(20_000),
        "locked",
        words="areas that stay where they are",
        outdated_by=("place", "blocks"),
        pages=("redraw",),
        is_spot=True,
        say=None,
    )
    part: str = _choice(
        readers.reader_of_known(terms.PARTS),
        "part",
        usual="conditions",
        words="part of Stewardship",
        pages=("stewardship",),
        say=lambda key: terms.PARTS[key],
    )
    case: str = _choice(
        readers.reader_of_text(80),
        "case",
        words="case study",
        outdated_by=("place",),
        pages=("stewardship",),
    )
    scheme: str = _choice(
        readers.reader_of_text(64),
        "scheme",
        usual="conditions",
        words="conditions rated",
        outdated_by=("workspace",),
        pages=("stewardship",),
        say=None,
    )
    cell: str = _choice(
        readers.reader_of_text(100),
        "cell",
        words="condition and level looked at",
        outdated_by=("workspace", "scheme"),
        pages=("stewardship",),
        say=lambda text: text.replace(".", ", "),
    )
    outcomes: str = _choice(
        readers.reader_of_text(250),
        "outcomes",
        words="names of the outcomes",
        outdated_by=("place",),
        pages=("stewardship",),
    )
    bring: str = _choice(
        readers.reader_of_known(BROUGHT),
        "bring",
        usual="organisations",
        words="what is uploaded",
        pages=("upload",),
        is_taken=False,
    )
    story: str = _choice(
        readers.read_story,
        "story",
        words="step of the storyline",
        outdated_by=("workspace",),
        say=None,
    )
    projector: bool = _choice(
        readers.read_switch, "projector", words="presentation mode", is_taken=False
    )
    keys: bool = _choice(
        readers.read_switch, "keys", usual="1", words="keyboard shortcuts", is_taken=False
    )
    names: bool = _choice(
        readers.read_switch, "names", usual="1", words="names on the map", say=None
    )
    tiles: bool = _choice(readers.read_switch, "tiles", words="street map")
    chosen: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()
    away: str = ""

    @property
    def own_layers(self) -> tuple[str, ...]:
        """Return the keys of layers that pages do not offer to everybody, each once.

        They are the maps of the open workspace, redrawn ones too, and those chosen that somebody
        brought or that are older editions.
        """
        kept = [one.key for one in registers.own_layers(self.kept)]
        named = (*kept, *self.layers, self.a, self.b, self.base, *self.over)
        shipped = layers.keys()
        return tuple(key for key in dict.fromkeys(named) if key and key not in shipped)


_RECORD_OF = {f.name: f.metadata["record"] for f in fields(Choice) if "record" in f.metadata}
RECORDS: tuple[Record, ...] = tuple(_RECORD_OF.values())
BY_NAME = {record.name: record for record in RECORDS}
USUAL = {record.name: record.usual for record in RECORDS}
"""Every choice by the name it has in a link, and its usual text."""
OF_SPOT = frozenset(record.name for record in RECORDS if record.is_spot)
"""The choices that a click on a map changes."""


def make_check(texts: Mapping[str, str], problems: Sequence[str] = ()) -> Check:
    """Make the texts of a link ready to be read; ``problems`` are told before those of the link."""
    return Check(dict(texts), list(problems), usual=USUAL)


def read(check: Check, made: Collection[str]) -> Choice:
    """Return the choices of a link, checked; ``made`` names those that the page made."""
    values = {name: record.read(check, record.name) for name, record in _RECORD_OF.items()}
    if check.unknown:
        words = {record.name: record.words for record in RECORDS}
        check.problems.append(lost.say_left_out(words, check.unknown))
    chosen = {name for name, text in check.texts.items() if text != USUAL[name]} - set(made)
    return Choice(**values, chosen=frozenset(chosen), problems=(*check.problems,), away=check.away)


def leave_out(link: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """Return a link without some choices, and without the list of those that a page made."""
    return {n: text for n, text in link.items() if n != SHOWN and n not in names}


def find_outdated(name: str) -> tuple[list[str], list[str]]:
    """Return what a change of one choice takes back: of all choices, and of those a page made."""
    taken_back = [record.name for record in RECORDS if name in record.outdated_by]
    return taken_back, [record.name for record in RECORDS if name in record.follows]


def split_link(link: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the texts of all choices that a link has of the reader, and those of the page."""
    listed = link.get(SHOWN, "").split(".")
    made = {n: link[n] for n in listed if n in link and n in BY_NAME and BY_NAME[n].follows}
    rest = {name: text for name, text in link.items() if name in BY_NAME and name not in made}
    return {**USUAL, **rest}, made


def join_link(chosen: Mapping[str, str], made: Mapping[str, str]) -> dict[str, str]:
    """Return the link with the choices of the reader and those of the page, usual ones left out.

    The place stands in every link.
    """
    texts = {**chosen, **made}
    link = {n: text for n, text in texts.items() if text != USUAL[n] or n == "place"}
    return {**link, SHOWN: ".".join(made)} if made else link
