"""Take-away: tables, shapes and pictures in files that open elsewhere, and the view again."""

from mapping.takeaway.bundle import MethodNote, Shapes, TableFile
from mapping.takeaway.export import is_formula
from mapping.takeaway.request import Request

__all__ = [
    "MethodNote",
    "Request",
    "Shapes",
    "TableFile",
    "bundle",
    "export",
    "is_formula",
    "layer_files",
    "report",
    "request",
]
