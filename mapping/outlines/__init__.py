"""Outlines: the bytes of a file of boundaries become layers of areas, or a sentence says why not.

What is read stands in ``formats``, told by content alone. Files are read from memory by readers
of their own: no library of formats is asked, which would follow a description of other data, and
no path or address in a file is opened.
"""

from mapping.errors import MappingError
from mapping.outlines import formats, kml, naming
from mapping.outlines.formats import is_boundaries, name_formats
from mapping.outlines.found import MAX_COLUMNS, MAX_CORNERS, MAX_ROWS, Outlines
from mapping.outlines.grid import SYSTEMS, Placed, place_on_grid

__all__ = [
    "MAX_COLUMNS",
    "MAX_CORNERS",
    "MAX_FILE_BYTES",
    "MAX_ROWS",
    "SYSTEMS",
    "Outlines",
    "Placed",
    "are_alike",
    "is_boundaries",
    "join",
    "name_formats",
    "naming",
    "place_on_grid",
    "read",
]

MAX_FILE_BYTES = 50_000_000
"""Most bytes of a file of boundaries."""
are_alike, join = kml.are_alike, kml.join


def read(content: bytes, *, name: str) -> list[Outlines]:
    """Read every layer of a file of boundaries; ``name`` is the file's, for a layer without one.

    Which of them is meant is for somebody to choose. Raises MappingError if the file is larger
    than ``MAX_FILE_BYTES``, is none, is damaged, or passes a limit.

    >>> square = "[[[-0.1,51.5],[0.1,51.5],[0.1,51.6],[-0.1,51.5]]]"
    >>> feature = '{"type":"Polygon","coordinates":' + square + "}"
    >>> [layer] = read(feature.encode(), name="patch.geojson")
    >>> layer.name, layer.crs, layer.is_area.tolist()
    ('patch', 'EPSG:4326', [True])
    """
    if len(content) > MAX_FILE_BYTES:
        raise MappingError(
            f"Expected a file of at most {MAX_FILE_BYTES // 10**6} MB; found "
            f"{len(content) / 10**6:,.1f} MB. Simplify its shapes, or save part of it."
        )
    if not content.strip():
        raise MappingError("Expected a file of boundaries; found an empty one. Save it again.")
    stem = name.rpartition(".")[0] or name
    return formats.recognise(content).read(content, stem)
