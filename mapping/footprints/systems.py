"""Systems: the coordinate system that the text of a shape or point says it is in."""

import json
import re

DEGREES, METRES = "EPSG:4326", "EPSG:27700"
"""The systems that are read: degrees of longitude and latitude, metres of the British grid."""
MAX_DEGREES = 360
"""A coordinate larger than this is no number of degrees."""
_SRID = re.compile(r"\s*SRID=0*(\d+);", re.I)
_EPSG = re.compile(
    r"(?:urn:(?:x-)?ogc:def:crs:)?EPSG:(?:[\d.]*:)?(\d+)|https?://\S+/EPSG/[\d.]+/(\d+)", re.I
)
_CRS84 = re.compile(r"(?:urn:(?:x-)?ogc:def:crs:)?OGC:(?:[\d.]*:)?CRS84|\S+/OGC/[\d.]+/CRS84", re.I)


def find_system(text: str) -> str:
    """Return the system that WKT (``SRID=27700;…``) or GeoJSON (its ``crs``) names; "" for none.

    It is ``DEGREES`` or ``METRES`` for these, by whichever of their names; others as written.
    """
    if found := _SRID.match(text):
        return f"EPSG:{found[1]}"
    if '"crs"' not in text:
        return ""
    try:
        said = json.loads(text).get("crs")
    except (ValueError, AttributeError, RecursionError):
        return ""
    if said is None:
        return ""
    inner = said.get("properties") if isinstance(said, dict) else None
    name = str(inner.get("name", said) if isinstance(inner, dict) else said).strip()
    if _CRS84.fullmatch(name):
        return DEGREES
    epsg = _EPSG.fullmatch(name)
    return f"EPSG:{epsg[1] or epsg[2]}" if epsg else name


def explain_system(text: str, largest: float) -> str:
    """Say why coordinates cannot be read in the system that their text names; "" if they can.

    ``largest`` is the size of the largest of them: numbers of degrees are no metres.
    """
    return explain_name(find_system(text), largest)


def explain_name(system: str, largest: float) -> str:
    """Say the same of a system by its name, as ``find_system`` gives it."""
    if system in ("", "EPSG:0"):
        return ""
    if system not in (DEGREES, METRES):
        return (
            f"it says that it is in “{system[:60]}”; only {DEGREES}, degrees of longitude and "
            f"latitude, and {METRES}, metres of the British grid, are read"
        )
    if not is_contrary(system, largest):
        return ""
    unit, other = ("degrees", "metres") if system == DEGREES else ("metres", "degrees")
    return f"it says that it is in {system}, which has {unit}, but its numbers are {other}"


def is_contrary(system: str, largest: float) -> bool:
    """Tell whether coordinates, of which one is the largest, are in the other of both systems."""
    return system in (DEGREES, METRES) and (largest <= MAX_DEGREES) != (system == DEGREES)
