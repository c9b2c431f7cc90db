"""Workspaces: what people keep about a place, and how it is written down for years.

Everything that is kept is of a kind, declared once in ``kinds``. Footprints, weights and maps are
kept by the codes of wards and small areas and the names of postcodes; what of these is no longer
in use when a workspace is opened is listed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import pandas as pd

from mapping.actors import Register
from mapping.workspaces import history, names, texts
from mapping.workspaces.kinds import (
    KINDS,
    RESIDUAL,
    KeptScenario,
    Kind,
    Opened,
    OwnLens,
    OwnMap,
    ReceivedFile,
    actors,
    claims,
    maps,
    marks,
    scenarios,
    uploads,
    weights,
)
from mapping.workspaces.names import position_of
from mapping.workspaces.texts import make_id

__all__ = [
    "KINDS",
    "RESIDUAL",
    "KeptScenario",
    "Kind",
    "Opened",
    "OwnLens",
    "OwnMap",
    "ReceivedFile",
    "Workspace",
    "WorkspaceRecord",
    "archive",
    "history",
    "kinds",
    "make_id",
    "names",
    "open_workspace",
    "position_of",
    "store",
    "texts",
]

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class WorkspaceRecord:
    """A workspace as it is written down: texts, codes and names; nothing is looked up yet.

    Attributes
    ----------
    facts : id, name, place, created, updated (ISO, UTC), version
    rows : of every kind, and of its history, by its name: a frame of its columns
    unread : kinds, by name, and their versions, that an archive of a newer build also holds
    history_days : for how long what happened in it is kept; one of ``history.KEPT_DAYS``
    """

    facts: dict[str, Any]
    rows: Mapping[str, pd.DataFrame]
    unread: Mapping[str, int]
    history_days: int = history.USUAL_DAYS

    @classmethod
    def begin(cls, name: str, place: str) -> "WorkspaceRecord":
        """Write down an empty workspace."""
        rows = {kind.name: kind.make_rows() for kind in history.FILED}
        return cls({"name": name, "place": place}, rows, {})


@dataclass(frozen=True, eq=False)
class Workspace:
    """A workspace as it was when it was opened.

    Attributes
    ----------
    id : the key to it: whoever has it may change it
    name, place : as typed; "kind.code"
    created, updated : ISO, UTC
    version : grows with every change
    kept : what it has of every kind, by the kind's name
    """

    id: str
    name: str
    place: str
    created: str
    updated: str
    version: int
    kept: Mapping[str, Opened[Any]]

    def get(self, kind: Kind[T]) -> T:
        """Return what the workspace has of a kind."""
        return self.kept[kind.name].value

    @property
    def register(self) -> Register:
        """Return its actors, in the order they were saved."""
        return self.get(actors.KIND).register

    @property
    def upload_of(self) -> pd.Series:
        """Return the id of the upload that each actor came with."""
        return self.get(actors.KIND).upload_of

    @cached_property
    def uploads(self) -> pd.DataFrame:
        """Return its files: id, file_name, fingerprint, saved, actors (number of them)."""
        found, sizes = self.get(uploads.KIND), self.upload_of.value_counts()
        return found.assign(actors=found["id"].map(sizes).fillna(0).astype("int64"))

    @property
    def weights(self) -> tuple[OwnLens, ...]:
        """Return its own lenses."""
        return self.get(weights.KIND)

    @property
    def maps(self) -> tuple[OwnMap, ...]:
        """Return its own maps, their layers registered."""
        return self.get(maps.KIND)

    @property
    def scenarios(self) -> tuple[KeptScenario, ...]:
        """Return its redrawn maps, their layers registered."""
        return self.get(scenarios.KIND)

    @property
    def marks(self) -> marks.Marks:
        """Return the themes and scales for which its register is complete in its own place."""
        return self.get(marks.KIND)

    @property
    def claims(self) -> claims.Claims:
        """Return the themes, scales and places for which its register is said to be complete."""
        own = {(theme, scale, self.place) for theme, scale in self.marks}
        return self.get(claims.KIND) | own

    @property
    def residual(self) -> pd.DataFrame:
        """Return the wards and postcodes that are no longer in use: columns of ``RESIDUAL``."""
        return pd.concat([one.residual for one in self.kept.values()], ignore_index=True)


def open_workspace(record: WorkspaceRecord) -> Workspace:
    """Look up what was written down in today's postcodes and wards."""
    kept = {kind.name: kind.open(record.rows[kind.name]) for kind in KINDS}
    return Workspace(**record.facts, kept=kept)
