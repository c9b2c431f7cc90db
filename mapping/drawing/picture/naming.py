"""The names of areas in pictures: in the same places and by the same rules as in the browser."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mapping.drawing.names import LEADING, Box, place_names
from mapping.drawing.picture.lettering import BOLD, REGULAR, font
from mapping.drawing.picture.pen import SHEET_SCALE, Frame
from mapping.drawing.signs import GROUND, INK

NAME_PX = 20
HALO_SHARE = 0.2
"""So much of its size has a pale edge around the letters, on each side."""


@dataclass(frozen=True, eq=False)
class Names:
    """Names to write into areas: ``circles`` of ``names.find_rooms``, (n, 3), one for each.

    Those of an earlier layer come first; none lies on another.
    """

    names: Sequence[str]
    circles: NDArray[np.float64]
    is_bold: bool = False
    colour: str = INK


def write_names(paper: Image.Image, layers: Sequence[Names], frame: Frame) -> list[Box]:
    """Write names where there is room for them; returns the boxes they take, in pixels."""
    sheet = ImageDraw.Draw(paper)
    size_px = NAME_PX * SHEET_SCALE
    within = (0.0, 0.0, float(paper.width), float(paper.height))
    taken: list[Box] = []
    for layer in layers:
        type_ = font(size_px, BOLD if layer.is_bold else REGULAR)
        radius = layer.circles[:, 2] * frame.px_a_metre
        circles = np.column_stack([frame.pixels(layer.circles[:, :2]), radius])
        for name in place_names(layer.names, circles, size_px, type_.getlength, taken, within):
            for halo_px in (HALO_SHARE * size_px, 0):  # no line's halo lies on another
                colour = GROUND if halo_px else layer.colour
                for rank, line in enumerate(name.lines):
                    down = (rank - (len(name.lines) - 1) / 2) * LEADING * size_px
                    at = (name.x, name.y + down)
                    sheet.text(at, line, colour, type_, "mm", stroke_width=halo_px)
    return taken
