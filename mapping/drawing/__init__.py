"""Drawing: signs, dots, charts and maps that need no internet."""

from mapping.drawing.assets import PublishedLabels, PublishedPicture, PublishedShapes
from mapping.drawing.overlays import Bounds, Overlay
from mapping.drawing.signs import AREAS, RUST, TEAL, AreaSign, LineSign

__all__ = [
    "AREAS",
    "RUST",
    "TEAL",
    "AreaSign",
    "Bounds",
    "LineSign",
    "Overlay",
    "PublishedLabels",
    "PublishedPicture",
    "PublishedShapes",
    "assets",
    "bars",
    "charts",
    "count_scale",
    "dots",
    "focus_chart",
    "groups",
    "joined",
    "names",
    "overlays",
    "picture",
    "rings",
    "signs",
    "spectrum",
    "steps",
    "svg",
    "webmap",
    "whole_place_chart",
]
