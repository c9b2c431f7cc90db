"""Found: what a file of boundaries holds, layer by layer, and how much of it may be read."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import pandas as pd
import shapely

from mapping.errors import MappingError

MAX_ROWS, MAX_COLUMNS, MAX_LAYERS = 200_000, 200, 200
"""Most areas of a layer, most columns beside their shapes, and most layers in a file."""
MAX_CORNERS = 5_000_000
"""Most corners of all shapes of a layer."""
MAX_CELL_LETTERS = 10_000
"""So much of a cell is kept."""
MAX_EXAMPLES = 5
SAVE = "Open it in a map program, save the layer again as a GeoPackage, and upload that."


@dataclass(frozen=True, eq=False)
class Outlines:
    """One layer of a file of boundaries: what it says, a row an area.

    Attributes
    ----------
    name : what the file calls the layer; "" if nothing
    columns : texts, one column per column of the file; index 0, 1, 2, …
    shapes : (rows,) shapely geometries as the file has them, flat; None for a row without one
    crs : its coordinate system, "EPSG:27700"; "" where the file does not say, or not clearly
    notes : sentences on what was found and done
    is_folder : whether it is one folder of a file that may have several of one kind, as in KML
    """

    name: str
    columns: pd.DataFrame
    shapes: np.ndarray
    crs: str
    notes: tuple[str, ...] = ()
    is_folder: bool = False

    @property
    def is_area(self) -> np.ndarray:
        """Tell which rows have ground: polygons that are not empty, (rows,) bool."""
        return np.isin(shapely.get_type_id(self.shapes), (3, 6)) & ~shapely.is_empty(self.shapes)

    @property
    def corners(self) -> int:
        """Return how many corners its shapes have together."""
        return int(shapely.get_num_coordinates(self.shapes).sum())

    @property
    def nbytes(self) -> int:
        """Return about how many bytes keeping it keeps from being freed."""
        texts = int(self.columns.memory_usage(deep=True).sum())
        return texts + 16 * self.corners + 200 * len(self.shapes)


def make_outlines(
    name: str,
    columns: Mapping[str, Sequence[Any]],
    shapes: np.ndarray,
    crs: str,
    notes: Iterable[str] = (),
) -> Outlines:
    """Make a layer of columns of any values, written as texts, and its shapes, made flat.

    Raises MappingError for more rows, columns or corners than may be read, and for corners that
    are no numbers.
    """
    check_rows(len(shapes), name)
    check_columns(len(columns), name)
    flat = shapely.force_2d(np.asarray(shapes, dtype=object))
    check_corners(int(shapely.get_num_coordinates(flat).sum()), name)
    check_numbers(shapely.get_coordinates(flat))
    texts = {
        str(key): pd.array(list(map(write_cell, cells)), dtype="str")
        for key, cells in columns.items()
    }
    frame = pd.DataFrame(texts, index=range(len(shapes)))
    return Outlines(" ".join(name.split())[:80], frame, flat, crs, tuple(notes))


def write_cell(value: Any) -> str:
    """Write a value of a file as text: whole numbers without ".0", nothing as ""."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, bytes):
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)[:MAX_CELL_LETTERS]
    return str(value)[:MAX_CELL_LETTERS].replace("\x00", "").strip()


def check_rows(rows: int, name: str) -> None:
    """Raise MappingError for a layer with more areas than may be read."""
    if rows > MAX_ROWS:
        refuse(
            f"at most {MAX_ROWS:,} areas in a layer",
            f"{rows:,} in {_quote(name)}",
            "Leave out those that are not needed.",
        )


def check_columns(columns: int, name: str) -> None:
    """Raise MappingError for a layer with more columns than may be read."""
    if columns > MAX_COLUMNS:
        refuse(
            f"at most {MAX_COLUMNS} columns beside the shapes",
            f"{columns:,} in {_quote(name)}",
            "Leave out those that are not needed: a name or a code is enough.",
        )


def check_corners(corners: int, name: str) -> None:
    """Raise MappingError for a layer whose shapes have more corners than may be read."""
    if corners > MAX_CORNERS:
        refuse(
            f"shapes of at most {MAX_CORNERS:,} corners together",
            f"{corners:,} in {_quote(name)}",
            "Simplify them, all at once so that no gaps open between them.",
        )


def check_numbers(xy: np.ndarray) -> None:
    """Raise MappingError for corners, (corners, 2), that are no numbers or without end."""
    if not np.isfinite(xy).all():
        refuse("corners that are numbers", "some that are none", SAVE)


def check_layers(layers: int) -> None:
    """Raise MappingError for a file with more layers than may be read."""
    if layers > MAX_LAYERS:
        refuse(f"at most {MAX_LAYERS} layers in a file", f"{layers:,}", "Save the one you need.")


def refuse(expected: str, found: str, do: str) -> NoReturn:
    """Raise MappingError for a file that holds something else than was expected."""
    raise MappingError(f"Expected {expected}; found {found}. {do}")


def _quote(name: str) -> str:
    return f"“{name[:40]}”" if name else "the layer"
