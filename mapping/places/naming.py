"""Naming: the one place that a name means, or all that it may mean."""

from mapping.errors import AmbiguousPlaceError, MappingError
from mapping.geocode import gazetteer
from mapping.places.finding import keep_differing, search
from mapping.places.kinds import KIND_NAMES
from mapping.places.place import MAX_EXAMPLES, Place, at


def get(name: str, kind: str | None = None) -> Place:
    """Return the place with a name (or GSS code), of any kind or of one kind.

    "LB Camden", "Camden Council", "Camden, London" and every ``label`` will do as well (see
    ``spelling.readings``); "UK" means Great Britain, which is without Northern Ireland.
    Raises MappingError with the nearest names if there is none, and AmbiguousPlaceError
    with the ``candidates`` if the name means several different sets of postcodes: "North
    East" is a region and a strategic authority, many wards share a name, and "Ely" is a ward of
    Cardiff and a city in three wards of another council. Wards come second: "Wales" is the nation,
    and the ward of Rotherham only with kind="ward".

    >>> from mapping import places
    >>> places.get("Wales").label, places.get("Wales", kind="ward").label
    ('Wales (nation)', 'Wales (ward of Rotherham)')
    >>> places.get("LB Camden").code
    'E09000007'
    """
    if kind is not None and kind not in KIND_NAMES:
        raise MappingError(
            f"Expected one of the kinds {', '.join(KIND_NAMES)}; found “{kind[:40]}”. Leave kind "
            "out "
            "to search them all."
        )
    found = gazetteer.find_named(name, kind) or [
        gazetteer.rows()[row][:2] for row in gazetteer.find_coded(name, kind)
    ]
    if not found:
        raise MappingError(_say_no_such(name, kind))
    candidates = [at(*one) for one in found]
    if len(keep_differing(candidates)) > 1:
        shown = "; ".join(
            f"{p.label}, kind={p.kind!r} code={p.code!r}" for p in candidates[:MAX_EXAMPLES]
        )
        more = (
            f" and {len(candidates) - MAX_EXAMPLES} more" if len(candidates) > MAX_EXAMPLES else ""
        )
        raise AmbiguousPlaceError(
            f"Expected one place named “{name}”; {len(candidates)} differ: {shown}{more}. "
            "Give its kind, or use places.at(kind, code).",
            candidates,
        )
    return candidates[0]


def _say_no_such(name: str, kind: str | None) -> str:
    near = [p.label for p in search(name, limit=MAX_EXAMPLES) if kind in (None, p.kind)]
    hint = f"Names near it: {', '.join(near)}." if near else "Try a council's name or a postcode."
    what = KIND_NAMES[kind] if kind else "place"
    return f"Expected the name of a {what} in Great Britain; “{name[:60]}” is none. {hint}"
