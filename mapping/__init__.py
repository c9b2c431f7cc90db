"""The engine of Common Ground: who works where, where boundaries do not match, where gaps are.

For a notebook: ``from mapping import boundaries, footprints, gaps, layers, lenses, overlap, places,
postcodes, redraw``. Each is loaded when it is first asked for.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mapping.atoms import postcodes
    from mapping.geography import layers, lenses

__all__ = ["layers", "lenses", "postcodes"]

_HOMES = {
    "layers": "mapping.geography.layers",
    "lenses": "mapping.geography.lenses",
    "postcodes": "mapping.atoms.postcodes",
}


def __getattr__(name: str) -> ModuleType:
    if name in _HOMES:
        return import_module(_HOMES[name])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
