"""As places: the footprint of an organisation is a place, which every page can look at."""

import hashlib
import threading
from collections import OrderedDict

from mapping import places
from mapping.actors import case_studies, defaults
from mapping.actors.registers import Register
from mapping.errors import MappingError
from mapping.memory import once
from mapping.places import Place, Provided

KIND = "actor"
"""The kind of place that an organisation that ships is; its id is the code."""
OWN_KIND = "own_actor"
"""That of an organisation somebody brought; its code is a hash of its footprint, and its id."""
MAX_LENT = 512
"""So many organisations of one's own are known at a time; the longest unasked ones go first."""
HASH_LETTERS = 10

_LENT: OrderedDict[str, Provided] = OrderedDict()
_LOCK = threading.Lock()


def shipped_place(actor: str) -> Place:
    """Return the footprint of an organisation that ships as a place, by its id.

    Raises MappingError if there is none of the id, or if its area is not known.

    >>> shipped_place("case.plymouth-octopus-project").label
    'Plymouth Octopus Project (charity)'
    """
    return places.at(KIND, places.write_code(actor))


def own_place(register: Register, number: int) -> Place:
    """Return the footprint of somebody's own organisation as a place, and let ``places.at`` know.

    ``number`` is its row in a register of one's own. The code stands for the postcodes, so it is
    another once they are. Raises MappingError if it has no postcodes.
    """
    row = register.actors.iloc[number]
    own = register.take([number])
    _check_ground(row["actor"], len(own.whole.actor) + len(own.loose.actor))
    digest = hashlib.sha1(own.fingerprint.encode(), usedforsecurity=False)
    code = f"{digest.hexdigest()[:HASH_LETTERS]}.{places.write_code(row['id'])}"
    with _LOCK:
        _LENT[code] = Provided(
            row["actor"], _name_kind(row["actor_type"]), lambda: own.postcodes_of(0)
        )
        _LENT.move_to_end(code)
        while len(_LENT) > MAX_LENT:
            _LENT.popitem(last=False)
    return places.at(OWN_KIND, code)


def read_id(place: Place) -> str:
    """Return the id of the organisation that a place is the footprint of; "" for other places."""
    return read_id_of(place.kind, place.code)


def read_id_of(kind: str, code: str) -> str:
    """Return the id of the organisation that a link's kind and code name; "" for other places."""
    if kind not in (KIND, OWN_KIND):
        return ""
    return places.read_code(code if kind == KIND else code.partition(".")[2])


def number_of_id(actor: str) -> int:
    """Return the row of an organisation that ships, by its id; -1 if there is none."""
    return _number_ids().get(actor, -1)


@once
def _number_ids() -> dict[str, int]:
    return {str(one): row for row, one in enumerate(defaults.shipped().actors["id"])}


def _find_shipped(code: str) -> Provided:
    register, number = defaults.shipped(), number_of_id(places.read_code(code))
    if number < 0:
        raise MappingError(
            f"Expected the id of an organisation on record; found “{code[:60]}”. Find it by its "
            "name instead."
        )
    texts = register.actors
    name, kind = (str(texts[column].array[number]) for column in ("actor", "actor_type"))
    if register.has_area(number):
        return Provided(name, _name_kind(kind), lambda: register.postcodes_of(number))
    _check_ground(name, len(case_studies.find_area(name)))
    return Provided(name, _name_kind(kind), lambda: case_studies.find_area(name))


def _find_own(code: str) -> Provided:
    with _LOCK:
        known = _LENT.get(code)
    if known is None:
        raise MappingError(
            f"Expected an organisation of a workspace that is open; found “{code[:60]}”. Open the "
            "workspace that it is saved in."
        )
    return known


def _name_kind(actor_type: str) -> str:
    """Return what a reader calls the type of an organisation, without what stands in brackets."""
    return actor_type.partition(" (")[0] or "organisation"


def _check_ground(name: str, size: int) -> None:
    if not size:
        raise MappingError(
            f"We do not know where {name} works, so its area cannot be shown. Choose another place."
        )


places.provide(KIND, _find_shipped)
places.provide(OWN_KIND, _find_own)
