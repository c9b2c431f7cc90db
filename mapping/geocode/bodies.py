"""Bodies: forces, boards and services by their official names, and by shorter ones.

"NHS Fife", "Avon & Somerset Constabulary" and "West Mercia" have what is left without "NHS" and
"Constabulary" in common with a body's name.
"""

from collections.abc import Iterator
from typing import NamedTuple

from mapping.atoms import DATA, tables
from mapping.geocode import areas, spelling
from mapping.geography import layers
from mapping.memory import once

_NHS = frozenset(["health_board", "icb"])
_ENDINGS = {
    "police_force": "police|police force|police service|constabulary",
    "fire_service": "fire and rescue service|fire and rescue|fire and rescue authority|"
    "fire brigade|fire service|fire authority|frs|fire",
    "ambulance_service": "ambulance service|ambulance|ambulance service nhs trust|"
    "ambulance service nhs foundation trust|ambulance service university nhs foundation trust",
    "health_board": "health board|university health board|teaching health board|"
    "local health board|nhs board|uhb|lhb",
    "icb": "icb|integrated care board|integrated care system|ics",
}
"""What bodies of each kind have at the end of their names."""
_WRITTEN = {
    "police_force": "Police",
    "fire_service": "Fire and Rescue Service",
    "ambulance_service": "Ambulance Service",
    "health_board": "",
    "icb": "ICB",
}
"""What is written to a bare name in a column of bodies of one kind."""
KINDS = tuple(_WRITTEN)
"""Kinds of bodies, by the keys of their layers; boards are called by their bare names."""
_BY_LAST_WORD: dict[str, list[tuple[str, str]]] = {}
for _kind, _ends in _ENDINGS.items():
    for _end in _ends.split("|"):
        _BY_LAST_WORD.setdefault(_end.split()[-1], []).append((f" {_end}", _kind))
for _some in _BY_LAST_WORD.values():
    _some.sort(key=lambda pair: -len(pair[0]))
_ANY = frozenset(_ENDINGS)
_CALLED_BARELY = frozenset(_ENDINGS) - {"ambulance_service"}
"""Bodies that may be meant by a name with nothing that says what it is of."""


class Core(NamedTuple):
    """What is left of a body's name, and the kinds of body that the rest of it tells."""

    name: str
    kinds: frozenset[str]

    @property
    def is_told(self) -> bool:
        """Tell whether anything says of what kind the body is."""
        return self.kinds != _ANY


def take_core(key: str) -> Core:
    """Take what says its kind off the key of a name; all of it is left where nothing does.

    >>> from mapping.geocode import bodies
    >>> bodies.take_core("avon and somerset constabulary")
    Core(name='avon and somerset', kinds=frozenset({'police_force'}))
    """
    name, kinds = key.removeprefix("the "), _ANY
    if name.startswith("nhs "):
        name, kinds = name.removeprefix("nhs "), _NHS
    for end, kind in _BY_LAST_WORD.get(name.rpartition(" ")[2], ()):
        if name.endswith(end) and kind in kinds:
            return Core(name.removesuffix(end), frozenset([kind]))
    return Core(name, kinds)


def find(key: str) -> tuple[int, ...]:
    """Find the bodies that a name with their kind in it means, by its key."""
    if key.rpartition(" ")[2] not in _BY_LAST_WORD and "nhs " not in key:  # most names
        return ()
    core = take_core(key)
    return _number(_keep(core.name, core.kinds)) if core.is_told else ()


def write_in_full(name: str, kind: str) -> str:
    """Write what a body of one of ``KINDS`` is to its name, where nothing in it says so.

    >>> from mapping.geocode import bodies
    >>> bodies.write_in_full("Kent", "police_force"), bodies.write_in_full("NHS Fife", "icb")
    ('Kent Police', 'NHS Fife')
    """
    key = spelling.key(name)
    is_told = not key or take_core(key).is_told
    return name if is_told else f"{name} {_WRITTEN[kind]}".rstrip()


def find_called_barely(key: str) -> tuple[int, ...]:
    """Find the bodies that may go by a name in which nothing says of what kind they are."""
    return _number(_keep(key, _CALLED_BARELY))


def list_units(key: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """List the layers and codes of the bodies that ``find`` finds, and ``find_called_barely``.

    Without a number for each, for which all areas there are have to be gone through.
    """
    core = take_core(key)
    bare = key.removeprefix("the ")
    return _keep(core.name, core.kinds) if core.is_told else [], _keep(bare, _CALLED_BARELY)


def _keep(name: str, kinds: frozenset[str]) -> list[tuple[str, str]]:
    return [pair for pair in _map_cores().get(name, ()) if pair[0] in kinds]


def _number(pairs: list[tuple[str, str]]) -> tuple[int, ...]:
    return tuple(areas.number(kind, code) for kind, code in pairs)


@once
def _map_cores() -> dict[str, list[tuple[str, str]]]:
    """Map what is left of the names of bodies to their layers and codes."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, code, name in _list_names():
        core = take_core(spelling.key(name)).name
        pair = (kind, code)
        for one in {core, core.removeprefix("royal "), core.removesuffix(" county")}:
            if pair not in found.setdefault(one, []):
                found[one].append(pair)
    return found


def _list_names() -> Iterator[tuple[str, str, str]]:
    """List the kind, code and name of every body, and its other names."""
    others = tables.read(DATA / "body_names.csv")
    for kind in _ENDINGS:
        layer = layers.get(kind)
        for code, name in zip(layer.codes.tolist(), layer.names.tolist(), strict=True):
            yield kind, str(code), str(name)
        also = others[others["kind"] == kind]
        yield from also[["kind", "code", "other_name"]].itertuples(index=False, name=None)
