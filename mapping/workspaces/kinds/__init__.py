"""The kinds of things that a workspace keeps, one file each.

A new kind is its own file here, with one declaration ``KIND``, and a place in ``KINDS``; the
database, archives, versions, counts and deletion follow from it. Their tests follow from two of
its rows in ``tests/kept_rows.py``.
"""

from typing import Any

from mapping.workspaces.kinds import (
    actors,
    claims,
    files,
    maps,
    marks,
    ratings,
    scenarios,
    schemes,
    storyline,
    uploads,
    weights,
)
from mapping.workspaces.kinds.kind import RESIDUAL, Cell, Kind, Opened
from mapping.workspaces.kinds.maps import OwnMap
from mapping.workspaces.kinds.scenarios import KeptScenario
from mapping.workspaces.kinds.storyline import Step
from mapping.workspaces.kinds.uploads import ReceivedFile
from mapping.workspaces.kinds.weights import OwnLens

__all__ = [
    "BY_NAME",
    "KINDS",
    "ORIGINAL",
    "RESIDUAL",
    "Cell",
    "KeptScenario",
    "Kind",
    "Opened",
    "OwnLens",
    "OwnMap",
    "ReceivedFile",
    "Step",
    "actors",
    "claims",
    "files",
    "maps",
    "marks",
    "ratings",
    "scenarios",
    "schemes",
    "storyline",
    "uploads",
    "weights",
]

KINDS: tuple[Kind[Any], ...] = (
    uploads.KIND,
    actors.KIND,
    weights.KIND,
    marks.KIND,
    maps.KIND,
    schemes.KIND,
    ratings.KIND,
    claims.KIND,
    storyline.KIND,
    scenarios.KIND,
)
"""All kinds, a parent before what goes with it."""
ORIGINAL = ("uploads", "actors", "weights", "marks")
"""The kinds of November 2026: archives that list none and databases of version 1 have just these.

It stays as it is: a kind that is not among them is new, and the database's version counts it.
"""
BY_NAME = {kind.name: kind for kind in KINDS}
