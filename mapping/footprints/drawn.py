"""Drawn: a file of boundaries becomes a sheet, a row for each feature, its area in a cell."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import shapely

from mapping import outlines
from mapping.atoms import mending
from mapping.errors import MappingError
from mapping.footprints.columns import Columns
from mapping.footprints.roles import GUESSED, SURE, WHERE, Guess, find_columns
from mapping.intake import Sheet
from mapping.outlines import Outlines

KIND = "drawn"
"""What a sheet of features has as its kind."""
SHAPE = "geometry"
MAX_CORNERS = 15_000
"""A shape with more is thinned."""
THINNED_M = (1, 5, 25, 100)
SAID = "Each row is a feature of the file: we use the area that is drawn for it."
AS_MAP = "Read it as a map of areas: there you can say so."


def read_features(every: Sequence[Outlines], *, name: str, layer: str = "") -> Sheet:
    """Make a sheet of a layer of a file of boundaries: its attributes, and each area as WKT.

    ``every`` are the layers of the file called ``name``; ``layer`` is the name of one of them, ""
    for the first with areas, or all folders of one kind. Rows are numbered as the features are in
    the file, from 1. The areas are on the British grid, whole metres. Raises MappingError for a
    layer without areas, or one that does not say where they lie.
    """
    found = [one for one in every if one.is_area.any()] or [*every]
    if outlines.are_alike(found):
        found = [outlines.join(found, name), *found]
    names = _name_layers(found)
    at = names.index(layer) if layer in names else 0
    placed = outlines.place_on_grid(found[at])
    if placed.question:
        raise MappingError(f"{placed.question} {AS_MAP}")
    frame = found[at].columns.reset_index(drop=True)
    cells = pd.array(_write_shapes(found[at], placed.shapes), dtype="str")
    frame = frame.assign(**{_find_free(SHAPE, frame): cells})
    several = len(names) > 1
    return Sheet(
        frame,
        np.arange(1, len(frame) + 1),
        KIND,
        sheets=tuple(names) if several else (),
        sheet=names[at] if several else "",
        notes=(*found[at].notes, *filter(None, [placed.note]), SAID),
        skipped_rows=pd.DataFrame(columns=["row_number", "why", "text"]),
        last_row=len(frame),
    )


def _name_layers(found: Sequence[Outlines]) -> list[str]:
    """Name layers so that no two have one name."""
    names: list[str] = []
    for number, one in enumerate(found, 1):
        named = one.name or f"Layer {number}"
        names.append(named if named not in names else f"{named} ({number})")
    return names


def _find_free(name: str, frame: pd.DataFrame) -> str:
    return name if name not in frame else _find_free(f"{name} (drawn)", frame)


def _write_shapes(chosen: Outlines, areas: np.ndarray) -> list[str]:
    """Write each area as WKT; what has none as the point or line that it is, "" for nothing."""
    rows = zip(chosen.is_area, areas, chosen.shapes, strict=True)
    some = [
        mending.thin(area, MAX_CORNERS, THINNED_M) if is_area else shape
        for is_area, area, shape in rows
    ]
    return ["" if one is None else shapely.to_wkt(one, rounding_precision=0) for one in some]


def keep_shapes(frame: pd.DataFrame, taken: Columns, chosen: Mapping[str, str]) -> Columns:
    """Let nothing but the shape of a feature say where somebody works, unless a reader chose it.

    ``frame`` is that of a sheet of features, ``taken`` what its columns were taken for, ``chosen``
    the reader's own roles. Where no column names organisations, the one that most likely names
    the features does.
    """
    *others, shape = taken.guesses
    found = {
        name: Guess("ignore", "form", SURE)
        if taken.guesses[name].role in WHERE and name not in chosen
        else taken.guesses[name]
        for name in others
    }
    named = outlines.naming.guess_name(frame[others])
    if named and named not in chosen and not find_columns(found, "actor"):
        found[named] = Guess("actor", "content", GUESSED)
    found[shape] = taken.guesses[shape] if shape in chosen else Guess("area", "form", SURE)
    asked = tuple(one for one in taken.asked if one.heading in chosen)
    return taken._replace(guesses=found, notes=(), form=None, asked=asked)
