"""The choices of a reader: one record each, from which session, link and take-away follow.

``Choice`` is the one list. A new choice is a new field of it, made by ``_choice``, and a control
on its page; ``state``, ``take_away`` and ``reopening`` go by the records and name none.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from mapping.atoms import postcodes
from mapping.errors import MappingError, StoreError
from mapping.geography import layers
from mapping.places import Place
from mapping.wording import findings, spot_findings, terms
from pages.shared import lost, own_lenses, registers
from pages.shared.registers import NO_WORKSPACE, WorkspaceKey

T = TypeVar("T")
USUAL_PLACE = "county.greater-london"
DISTANCES_M = (100, 200, 300, 500, 1000)
MAX_OVER = 5
"""So many maps are drawn over each other at once: there is a sign for each."""
MIN_SHARES = (0, 1, 5, 10)
"""Smallest share, in per cent, of a unit that a listed overlap has."""
SCALES = ("", *layers.SCALES)
JOINED = "joined"
"""What a link calls the comparison with a map of which the reader has made some units one."""
BROUGHT = {"organisations": "organisations", "map": "a map of areas", "numbers": "your own figures"}
"""What may be brought to Upload."""
SHOWN = "shown"
"""What a link calls its list of choices that the page made, where the reader had made none."""


@dataclass(eq=False)
class Check:
    """The texts of a link, corrected one choice after the other, and what is said about them.

    ``unknown`` has what is left out by the choice's name, ``problems`` are sentences about the
    rest. ``kept`` is the workspace once it has been read, ``away`` why it cannot be now.
    """

    texts: dict[str, str]
    problems: list[str] = field(default_factory=list)
    unknown: dict[str, str] = field(default_factory=dict)
    kept: WorkspaceKey = NO_WORKSPACE
    away: str = ""

    def leave_out(self, name: str) -> None:
        """Take the usual text of a choice for one that is not known, and note it."""
        self.unknown[name] = self.texts[name]
        self.texts[name] = BY_NAME[name].usual


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


def _read_place(check: Check, name: str) -> Place:
    text, found, said = lost.open_place(check.texts[name], check.texts["workspace"], USUAL_PLACE)
    check.texts[name] = text
    check.problems += [said] if said else []
    return found


def _read_workspace(check: Check, name: str) -> WorkspaceKey:
    """Return the workspace of a link, or none and why."""
    try:
        found = registers.identify(check.texts[name])
        registers.own_maps(found)  # so that other choices may name them
        check.kept = found
    except StoreError as fault:
        check.away = str(fault)
    except MappingError as fault:
        check.problems.append(f"The workspace in this link cannot be opened: {fault}")
        check.texts[name] = ""
    return check.kept


def _read_lens(check: Check, name: str) -> str:
    check.texts[name] = own_lenses.check_at_hand(check.kept, check.texts[name], check.problems)
    return _keep_known(check, name, own_lenses.keys(check.kept))


def _read_need(check: Check, name: str) -> str:
    return _keep_known(check, name, ["", *own_lenses.need_keys(check.kept)])


def _read_layers(check: Check, name: str) -> tuple[str, ...]:
    """Keep the known layers of a link, each once; a link of commas alone names none."""
    asked = check.texts[name]
    named = _leave_out_absent(check, dict.fromkeys(key for key in asked.split(",") if key))
    unknown = ", ".join(key for key in named if not layers.is_known(key))
    if unknown or (asked and not asked.strip(",")):
        check.unknown[name] = unknown or asked
    kept = tuple(dict.fromkeys(layers.get(key).key for key in named if layers.is_known(key)))
    check.texts[name] = ",".join(kept)
    return kept


def _read_over(check: Check, name: str) -> tuple[str, ...]:
    """Keep the known layers of a link, as many as can be drawn over each other."""
    asked = _read_layers(check, name)
    if len(asked) > MAX_OVER:
        check.problems.append(
            f"This link asks for {len(asked)} boundary maps; we draw the first {MAX_OVER}, as more "
            "could not be told apart."
        )
    kept = asked[:MAX_OVER]
    check.texts[name] = ",".join(kept)
    return kept


def _read_layer(check: Check, name: str) -> str:
    key = check.texts[name]
    if not _leave_out_absent(check, [key]):
        check.texts[name] = ""
    elif key and not layers.is_known(key):
        check.leave_out(name)
    elif key:
        check.texts[name] = layers.get(key).key  # an edition's date may be that of the newest
    return check.texts[name]


def _leave_out_absent(check: Check, keys: Iterable[str]) -> list[str]:
    """Leave out layers of somebody's own, or of a directory, that are not at hand; say so once."""
    asked, has = list(keys), registers.has_layer
    absent = [key for key in asked if _may_be_elsewhere(key) and not has(check.kept, key)]
    for key in absent:
        said = lost.OFFICIAL_LAYER if layers.is_official(key) else lost.OWN_LAYER
        if said not in check.problems:
            check.problems.append(said)
    return [key for key in asked if key not in absent]


def _may_be_elsewhere(key: str) -> bool:
    """Tell whether another server, or this one at another time, may have a layer."""
    return key.startswith(layers.OWN) or layers.is_official(key)


def _read_change(check: Check, name: str) -> str:
    """Keep the key of an edition that is not the one in use, or what stands for joined units."""
    key = check.texts[name]
    is_edition = layers.AT in key and layers.is_known(key) and layers.get(key).key == key
    if key not in ("", JOINED) and not is_edition:
        check.leave_out(name)
    return check.texts[name]


def _read_groups(check: Check, name: str) -> tuple[tuple[str, ...], ...]:
    """Return groups of districts by their codes: "E07000207 E07000208,E07000209 E07000212"."""
    groups = [group.upper().split() for group in check.texts[name].split(",")]
    known = set(layers.get("borough").codes)
    named = [code for group in groups for code in group]
    unknown = [code for code in named if code not in known or named.count(code) > 1]
    if unknown:
        check.unknown[name] = ", ".join(dict.fromkeys(unknown))
    kept = [tuple(dict.fromkeys(c for c in group if c not in unknown)) for group in groups]
    kept = [group for group in kept if len(group) > 1]
    check.texts[name] = ",".join(map(" ".join, kept))
    return tuple(kept)


def _read_theme(check: Check, name: str) -> str:
    check.texts[name] = " ".join(check.texts[name].split()).casefold()[:80]
    return check.texts[name]


def _read_switch(check: Check, name: str) -> bool:
    return _keep_known(check, name, ["", "0", "1"]) == "1"


def _read_story(check: Check, name: str) -> str:
    check.texts[name], said = lost.find_step(check.kept, check.texts[name])
    check.problems += [said] if said else []
    return check.texts[name]


def _reader_of_known(known: Collection[str]) -> Callable[[Check, str], str]:
    return lambda check, name: _keep_known(check, name, known)


def _reader_of_number(known: Sequence[int]) -> Callable[[Check, str], int]:
    return lambda check, name: int(_keep_known(check, name, map(str, known)))


def _reader_of_text(max_letters: int) -> Callable[[Check, str], str]:
    """Read what may be anything: its page says what it does not understand."""
    return lambda check, name: check.texts[name].strip()[:max_letters]


def _keep_known(check: Check, name: str, known: Iterable[str]) -> str:
    if check.texts[name] not in list(known):
        check.leave_out(name)
    return check.texts[name]


def _say_layers(text: str) -> str:
    return findings.join_names([layers.get(key).title for key in text.split(",")], 99)


@dataclass(frozen=True)
class Choice:
    """One reader's choices, checked: in the order in which a link is checked and told of.

    ``chosen`` names those that the reader made, for a page that made the others may say so;
    ``problems`` says what of a link was left out, ``away`` why its workspace cannot be read now.
    """

    place: Place = _choice(_read_place, "place", usual=USUAL_PLACE)
    kept: WorkspaceKey = _choice(_read_workspace, "workspace", words="workspace", is_taken=False)
    by: str = _choice(
        _read_lens, "by", usual=own_lenses.USUAL_LENS, words="what is counted", say=None
    )
    at: str = _choice(
        _reader_of_text(60),
        "at",
        words="point",
        say=postcodes.write_typed,
        outdated_by=("place", "ward"),
        pages=("place", "who_works_here", "gaps"),
        is_spot=True,
    )
    ward: str = _choice(
        _reader_of_text(12),
        "ward",
        words="ward",
        outdated_by=("place", "at"),
        pages=("place", "who_works_here", "gaps"),
        is_spot=True,
        say=spot_findings.name_ward,
    )
    set_: str = _choice(
        _reader_of_text(6),
        "set",
        words="partner set chosen",
        outdated_by=("place", "layers", "by"),
        pages=("partner_sets",),
        is_spot=True,
    )
    layers: tuple[str, ...] = _choice(
        _read_layers,
        "layers",
        words="boundary maps to compare",
        outdated_by=("place",),
        follows=("place",),
        pages=("mismatches", "partner_sets", "redraw"),
        say=_say_layers,
    )
    a: str = _choice(
        _read_layer,
        "a",
        words="the areas of",
        follows=("place", "by", "layers", "b"),
        pages=("mismatches", "redraw"),
        say=_say_layers,
    )
    b: str = _choice(
        _read_layer,
        "b",
        words="compared with the boundaries of",
        follows=("place", "by", "layers", "a"),
        pages=("mismatches", "redraw"),
        say=_say_layers,
    )
    change: str = _choice(
        _read_change,
        "change",
        words="before and after",
        pages=("mismatches",),
        say=lambda key: "council areas merged" if key == JOINED else layers.get(key).title,
    )
    groups: tuple[tuple[str, ...], ...] = _choice(
        _read_groups, "groups", words="council areas merged", pages=("mismatches",)
    )
    whom: str = _choice(
        _reader_of_text(120),
        "whom",
        words="which organisation",
        outdated_by=("workspace",),
        pages=("mismatches",),
    )
    base: str = _choice(
        _read_layer,
        "base",
        words="smallest areas on the map",
        outdated_by=("place",),
        follows=("place",),
        pages=("place", "who_works_here"),
        say=_say_layers,
    )
    over: tuple[str, ...] = _choice(
        _read_over,
        "over",
        words="which boundaries are drawn",
        outdated_by=("place",),
        pages=("place", "who_works_here"),
        say=_say_layers,
    )
    distance_m: int = _choice(
        _reader_of_number(DISTANCES_M),
        "distance",
        usual="300",
        words="how near a boundary",
        pages=("mismatches",),
        say=lambda text: f"{text} metres",
    )
    least: int = _choice(
        _reader_of_number(MIN_SHARES),
        "least",
        usual="1",
        words="smallest overlap",
        pages=("mismatches",),
        say=lambda text: f"{text}% of both areas; the table here has all",
    )
    theme: str = _choice(
        _read_theme,
        "theme",
        words="theme",
        follows=("place", "by", "workspace", "scale"),
        pages=("gaps",),
    )
    scale: str = _choice(
        _reader_of_known(SCALES),
        "scale",
        words="level",
        follows=("place", "by", "workspace", "theme"),
        pages=("gaps",),
    )
    need: str = _choice(
        _read_need, "need", words="need", outdated_by=("workspace",), pages=("gaps",)
    )
    door: str = _choice(
        _reader_of_known(terms.DOORS),
        "door",
        usual="follow",
        words="part of Redraw",
        pages=("redraw",),
        say=lambda key: terms.DOORS[key],
    )
    blocks: str = _choice(
        _read_layer,
        "blocks",
        words="areas that are put into groups",
        outdated_by=("place",),
        follows=("place",),
        pages=("redraw",),
        say=_say_layers,
    )
    ask: str = _choice(
        _reader_of_text(4_000),
        "ask",
        words="what is asked of suggestions",
        outdated_by=("place", "blocks"),
        pages=("redraw",),
        say=None,
    )
    before: str = _choice(
        _reader_of_text(80),
        "before",
        words="lines of before",
        outdated_by=("place", "workspace"),
        pages=("redraw",),
        say=None,
    )
    parent: str = _choice(
        _read_layer,
        "parent",
        words="larger areas that are moved whole",
        outdated_by=("place", "blocks"),
        pages=("redraw",),
        say=_say_layers,
    )
    drawn: str = _choice(
        _reader_of_text(60_000),
        "drawn",
        words="groups drawn by hand",
        outdated_by=("place", "blocks"),
        pages=("redraw",),
        is_spot=True,
        say=None,
    )
    into: str = _choice(
        _reader_of_text(3),
        "into",
        usual="1",
        words="group that is drawn",
        outdated_by=("place", "blocks"),
        pages=("redraw",),
        is_spot=True,
        say=None,
    )
    called: str = _choice(
        _reader_of_text(4_000),
        "called",
        words="names of groups",
        outdated_by=("place", "blocks"),
        pages=("redraw",),
        is_spot=True,
        say=None,
    )
    locked: str = _choice(
        _reader_of_text(20_000),
        "locked",
        words="areas that stay where they are",
        outdated_by=("place", "blocks"),
        pages=("redraw",),
        is_spot=True,
        say=None,
    )
    part: str = _choice(
        _reader_of_known(terms.PARTS),
        "part",
        usual="conditions",
        words="part of Stewardship",
        pages=("stewardship",),
        say=lambda key: terms.PARTS[key],
    )
    case: str = _choice(
        _reader_of_text(80),
        "case",
        words="case study",
        outdated_by=("place",),
        pages=("stewardship",),
    )
    scheme: str = _choice(
        _reader_of_text(64),
        "scheme",
        usual="conditions",
        words="conditions rated",
        outdated_by=("workspace",),
        pages=("stewardship",),
        say=None,
    )
    cell: str = _choice(
        _reader_of_text(100),
        "cell",
        words="condition and level looked at",
        outdated_by=("workspace", "scheme"),
        pages=("stewardship",),
        say=lambda text: text.replace(".", ", "),
    )
    outcomes: str = _choice(
        _reader_of_text(250),
        "outcomes",
        words="names of the outcomes",
        outdated_by=("place",),
        pages=("stewardship",),
    )
    bring: str = _choice(
        _reader_of_known(BROUGHT),
        "bring",
        usual="organisations",
        words="what is uploaded",
        pages=("upload",),
        is_taken=False,
    )
    story: str = _choice(
        _read_story, "story", words="step of the storyline", outdated_by=("workspace",), say=None
    )
    projector: bool = _choice(_read_switch, "projector", words="presentation mode", is_taken=False)
    keys: bool = _choice(
        _read_switch, "keys", usual="1", words="keyboard shortcuts", is_taken=False
    )
    names: bool = _choice(_read_switch, "names", usual="1", words="names on the map", say=None)
    tiles: bool = _choice(_read_switch, "tiles", words="street map")
    chosen: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()
    away: str = ""

    @property
    def own_layers(self) -> tuple[str, ...]:
        """Return the keys of layers that pages do not offer to everybody, each once.

        They are the maps of the open workspace, and those chosen that somebody brought or that
        are older editions.
        """
        kept = [one.layer.key for one in registers.own_maps(self.kept)]
        named = (*kept, *self.layers, self.a, self.b, self.base, *self.over)
        shipped = layers.keys()
        return tuple(key for key in dict.fromkeys(named) if key and key not in shipped)


_RECORD_OF = {f.name: f.metadata["record"] for f in fields(Choice) if "record" in f.metadata}
RECORDS: tuple[Record, ...] = tuple(_RECORD_OF.values())
BY_NAME = {record.name: record for record in RECORDS}
USUAL = {record.name: record.usual for record in RECORDS}
"""Every choice by the name it has in a link, and its usual text."""


def read(check: Check, made: Collection[str]) -> Choice:
    """Return the choices of a link, checked; ``made`` names those that the page made."""
    values = {name: record.read(check, record.name) for name, record in _RECORD_OF.items()}
    if check.unknown:
        words = {record.name: record.words for record in RECORDS}
        check.problems.append(lost.say_left_out(words, check.unknown))
    chosen = {name for name, text in check.texts.items() if text != USUAL[name]} - set(made)
    return Choice(**values, chosen=frozenset(chosen), problems=(*check.problems,), away=check.away)


def leave_out_spot(link: Mapping[str, str]) -> dict[str, str]:
    """Return a link without what a click on a map changes."""
    return {n: text for n, text in link.items() if n not in BY_NAME or not BY_NAME[n].is_spot}


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
