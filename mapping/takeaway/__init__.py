"""Take-away: tables, shapes and pictures in files that open elsewhere, and the view again."""

from mapping.takeaway.bundle import (
    Shapes,
    Table,
    Words,
)
from mapping.takeaway.export import (
    is_formula,
)
from mapping.takeaway.request import (
    Request,
)

__all__ = [
    "Request",
    "Shapes",
    "Table",
    "Words",
    "bundle",
    "export",
    "is_formula",
    "request",
]
