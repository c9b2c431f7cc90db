"""Held: what a reader has put in and not saved yet, in the session, on the server, in the link.

The session has it whole; the server keeps it under an id, for a reload and for whoever has the
link; the address of Upload has the ids. Where the server cannot keep it the session holds it alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from mapping.errors import MappingError
from pages.shared import visit
from pages.shared.drafts import Draft, ReadOptions
from pages.shared.own_maps import MapFile
from pages.shared.own_numbers import Numbers

if TYPE_CHECKING:
    from mapping.drafts import Drafts, Receipt

LINKED = "draft"
"""What a link calls the ids of drafts."""
PAGE = "upload"
"""The page whose address has them: no other address shows whoever gets it what is not saved."""
BETWEEN = "."
ORGANISATIONS, MAP, NUMBERS = "organisations", "map", "numbers"
"""The kinds of what may be put in, as ``choices.BROUGHT`` has them."""
Value = Draft | MapFile | Numbers


class Held(NamedTuple):
    """Something that a reader has put in: under which id the server keeps it, or why it does not.

    With both, the server has it as it was before the last change.
    """

    value: Value
    receipt: "Receipt | None" = None
    why_not: str = ""


@dataclass(frozen=True)
class _Kind:
    """What a kind of upload is called, and what makes it of what was said and its files."""

    name: str
    of: type[Value]
    make: Callable[[dict[str, Any]], Value]


def _make_draft(said: dict[str, Any]) -> Draft:
    return Draft(**{**said, "reading": ReadOptions(**said["reading"])})


def _make_map_file(said: dict[str, Any]) -> MapFile:
    from mapping.own_maps import Facts

    return MapFile(**{**said, "facts": Facts(**said["facts"]) if said["facts"] else None})


KINDS = {
    one.name: one
    for one in (
        _Kind(ORGANISATIONS, Draft, _make_draft),
        _Kind(MAP, MapFile, _make_map_file),
        _Kind(NUMBERS, Numbers, lambda said: Numbers(**said)),
    )
}


def find(kind: str) -> Held | None:
    """Return what the reader has put in of a kind; None if nothing."""
    return visit.get_held().get(kind)


def draft() -> Draft | None:
    """Return the file of organisations that the reader has put in."""
    return _get(ORGANISATIONS, Draft)


def map_file() -> MapFile | None:
    """Return the file of a map that the reader has put in."""
    return _get(MAP, MapFile)


def numbers() -> Numbers | None:
    """Return the file of numbers that the reader has put in."""
    return _get(NUMBERS, Numbers)


def _get(kind: str, of: type) -> Any:
    found = find(kind)
    return found.value if found is not None and isinstance(found.value, of) else None


def change(kind: str, how: Callable[[Any], Value]) -> None:
    """Change what is held as whoever has its link has left it (for callbacks)."""
    _refresh(kind)
    found = find(kind)
    if found is not None:
        put(kind, how(found.value))


def put(kind: str, value: Value) -> None:
    """Hold something, in the place of what was held of its kind (for callbacks)."""
    before = find(kind)
    if before is not None and before.value.fingerprint != value.fingerprint:
        if before.receipt is not None and before.receipt.id in visit.list_made():
            _open_folder().forget(before.receipt.id)
        before = None
    visit.get_held()[kind] = Held(value, before.receipt if before else None)
    _keep(kind)


def settle(kind: str, how: Callable[[Any], Value]) -> None:
    """Mark what is held as saved (for callbacks): the session shows it on, the link has it no more.

    Where ``how`` leaves it as it is, somebody has changed it meanwhile, and it is held on.
    """
    _refresh(kind)
    found = find(kind)
    if found is None or (value := how(found.value)) is found.value:
        return
    forget(kind)
    visit.get_held()[kind] = Held(value, None)


def forget(kind: str) -> None:
    """Forget what is held of a kind, here and on the server (for callbacks)."""
    found = visit.get_held().pop(kind, None)
    if found is not None and found.receipt is not None:
        _open_folder().forget(found.receipt.id)


def _keep(kind: str) -> None:
    """Have the server keep what is held of a kind; where it cannot, note why."""
    from mapping.drafts import GoneError

    value, receipt, _ = visit.get_held()[kind]
    said, files = _write(value)
    try:
        if receipt is not None:
            receipt = _open_folder().change(receipt.id, said, files)
        else:
            receipt = _open_folder().keep(kind, said, files, others=visit.list_made())
            visit.list_made().append(receipt.id)
    except GoneError as fault:
        visit.get_held().pop(kind)
        visit.note_loss(str(fault))
    except MappingError as fault:
        visit.get_held()[kind] = Held(value, receipt, str(fault))
    else:
        visit.get_held()[kind] = Held(value, receipt)


def take_up(link: str) -> tuple[list[str], list[str]]:
    """Take up the drafts of a link, and what others have changed of those that are held.

    Returns the names of files that were taken up, and sentences about those that could not be.
    """
    names, problems = [], []
    for id_ in dict.fromkeys(filter(None, link.split(BETWEEN)[: len(KINDS)])):
        if id_ in _list_ids().values():
            continue
        try:
            names.append(_read(id_))
        except MappingError as fault:
            problems.append(str(fault))
    for kind in list(visit.get_held()):
        _refresh(kind)
    return names, [*dict.fromkeys([*problems, *visit.take_losses()])]


def write_link() -> dict[str, str]:
    """Return what the address has of what is held; {} if the server keeps none of it."""
    ids = _list_ids()
    return {LINKED: BETWEEN.join(ids.values())} if ids else {}


def _list_ids() -> dict[str, str]:
    return {
        kind: held.receipt.id
        for kind in KINDS
        if (held := find(kind)) is not None and held.receipt is not None
    }


def _refresh(kind: str) -> None:
    """Take over what somebody else with the link has changed, or that it is gone."""
    found = find(kind)
    if found is None or found.receipt is None:
        return
    from mapping.drafts import GoneError

    try:
        receipt = _open_folder().look(found.receipt.id)
        if receipt.revision != found.receipt.revision:
            _read(receipt.id)
    except GoneError as fault:
        visit.get_held().pop(kind)
        visit.note_loss(str(fault))
    except MappingError as fault:  # the disk, or another version: this session goes on with its own
        visit.get_held()[kind] = found._replace(why_not=str(fault))


def _read(id_: str) -> str:
    """Hold what the server keeps under an id, and return the name of its file."""
    from mapping.drafts import GONE, GoneError

    found = _open_folder().read(id_)
    try:
        value = KINDS[found.kind].make({**_tuple(found.said), **found.files})
    except (KeyError, TypeError):  # of a build that said other things of it
        raise GoneError(GONE) from None
    visit.get_held()[found.kind] = Held(value, found.receipt)
    return value.file_name if isinstance(value, Draft) else value.name


def _write(value: Value) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what is said of something, as JSON has it, and the bytes of its files."""
    parts = asdict(value)
    files = {name: part for name, part in parts.items() if isinstance(part, bytes)}
    return {name: part for name, part in parts.items() if name not in files}, files


def _tuple(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was said with tuples, as it was before JSON made lists of them."""

    def turn(part: Any) -> Any:
        if isinstance(part, list):
            return tuple(map(turn, part))
        return {name: turn(one) for name, one in part.items()} if isinstance(part, dict) else part

    return {name: turn(part) for name, part in said.items()}


def _open_folder() -> "Drafts":
    from mapping import drafts

    return drafts.Drafts(drafts.find_folder())
