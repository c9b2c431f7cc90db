"""Drawing: signs, dots, charts and maps that need no internet."""

from mapping.drawing.assets import (
    Published,
    PublishedPicture,
)
from mapping.drawing.overlays import (
    Bounds,
    Layer,
)
from mapping.drawing.signs import (
    AREAS,
    RUST,
    TEAL,
    AreaSign,
    LineSign,
)

__all__ = [
    "AREAS",
    "RUST",
    "TEAL",
    "AreaSign",
    "Bounds",
    "Layer",
    "LineSign",
    "Published",
    "PublishedPicture",
    "assets",
    "charts",
    "dots",
    "overlays",
    "picture",
    "signs",
    "steps",
    "webmap",
]
