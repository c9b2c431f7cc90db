"""Workspaces: what people keep about a place, and how it is written down for years.

Positions in the national table change with every new file of postcodes. So a footprint is kept
as the codes of its wards and the names of its other postcodes, weights by the names of theirs;
they are looked up when a workspace is opened, and what is no longer in use is told.
"""

import hashlib
import secrets
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from mapping import actors
from mapping.actors import TEXTS, Links, Register
from mapping.atoms import postcodes
from mapping.geography import lenses as weights
from mapping.workspaces import texts

__all__ = [
    "MAX_PLAIN_BYTES",
    "RESIDUAL",
    "TABLE_COLUMNS",
    "OwnLens",
    "ReceivedFile",
    "Workspace",
    "WorkspaceRecord",
    "archive",
    "compress_names",
    "decompress_names",
    "make_id",
    "open_workspace",
    "position_of",
    "store",
    "texts",
    "write_actors",
    "write_lens",
]

WARD_BYTES, POSTCODE_BYTES = 9, 8
MAX_PLAIN_BYTES = 200
"""Longer lists of wards or postcodes are compressed."""
RESIDUAL = ("of", "id", "name", "kind", "code")


def make_id() -> str:
    """Make an id that nobody guesses: 22 letters, digits, hyphens and underscores."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True, eq=False)
class ReceivedFile:
    """A file that actors came from, and what became of each of its rows.

    ``rows`` has one row a row of the file and a column ``outcome``; it is kept as text. Files
    with the same ``id`` replace each other in a workspace. ``seen`` is when the file that this
    one replaces was ``saved``, as its reader saw it ("" for none there): another one that somebody
    has put there since is not replaced. None replaces whatever is there.
    """

    file_name: str
    fingerprint: str
    rows: pd.DataFrame
    id: str = field(default_factory=make_id)
    seen: str | None = None


@dataclass(frozen=True, eq=False)
class OwnLens:
    """Somebody's own weights: a number for each of some postcodes.

    Attributes
    ----------
    name, counts : what it is called and what it counts: "Census 2021", "households"
    positions, numbers : positions in the national table, and the number of each, at least 0
    residual : what of the file counts for nothing; any columns, kept as text
    by : its key as a lens, made of all that is written down: other numbers or words, another key
    """

    name: str
    counts: str
    positions: np.ndarray
    numbers: np.ndarray
    residual: pd.DataFrame = field(default_factory=pd.DataFrame)
    id: str = field(default_factory=make_id)
    by: str = ""

    def __post_init__(self) -> None:
        if not self.by:
            names = postcodes.table().name[self.positions].tobytes()
            parts = names, _numbers(self.numbers), texts.write_csv(self.residual)
            object.__setattr__(self, "by", _key(self.name, self.counts, *parts))

    @property
    def values(self) -> np.ndarray:
        """Return the number of every postcode, 0 without one: (1.74 million,) float64."""
        found = np.zeros(len(postcodes.table()))
        found[self.positions] = self.numbers
        return found


@dataclass(frozen=True, eq=False)
class WorkspaceRecord:
    """A workspace as it is written down: texts, codes and names; nothing is looked up yet.

    Attributes
    ----------
    facts : id, name, place, created, updated (ISO, UTC), version
    uploads : id, file_name, fingerprint, saved, outcomes (compressed CSV)
    actors : upload, number, the texts of ``actors.TEXTS``, wards, postcodes (bytes)
    weights : id, name, counts, saved, postcodes, numbers, residual (bytes)
    marks : theme, scale, marked
    """

    facts: dict[str, Any]
    uploads: pd.DataFrame
    actors: pd.DataFrame
    weights: pd.DataFrame
    marks: pd.DataFrame


TABLE_COLUMNS = {
    "uploads": ("id", "file_name", "fingerprint", "saved", "outcomes"),
    "actors": ("upload", "number", *TEXTS, "wards", "postcodes"),
    "weights": ("id", "name", "counts", "saved", "postcodes", "numbers", "residual"),
    "marks": ("theme", "scale", "marked"),
}
"""The columns of the frames of ``WorkspaceRecord``."""


@dataclass(frozen=True, eq=False)
class Workspace:
    """A workspace as it was when it was opened.

    Attributes
    ----------
    id : the key to it: whoever has it may change it
    name, place : as typed; "kind.code"
    created, updated : ISO, UTC
    version : grows with every change
    register : its actors, in the order they were saved
    upload_of : id of the upload that each actor came with
    uploads : id, file_name, fingerprint, saved, actors, rows (numbers)
    weights : its own lenses
    marks : pairs of theme and scale for which the register is said to be complete
    residual : wards and postcodes that are no longer in use, a row each time they are named:
        of ("actor" or "weights"), id, name, kind ("ward" or "postcode"), code
    """

    id: str
    name: str
    place: str
    created: str
    updated: str
    version: int
    register: Register
    upload_of: pd.Series
    uploads: pd.DataFrame
    weights: tuple[OwnLens, ...]
    marks: frozenset[tuple[str, str]]
    residual: pd.DataFrame


def open_workspace(kept: WorkspaceRecord) -> Workspace:
    """Look up what was written down in today's postcodes and wards."""
    register, lost = _register_of(kept.actors)
    lenses = [_lens_of(row) for row in kept.weights.itertuples(index=False)]
    sizes = kept.actors["upload"].value_counts()
    uploads = kept.uploads.drop(columns="outcomes")
    return Workspace(
        **kept.facts,
        register=register,
        upload_of=kept.actors["upload"],
        uploads=uploads.assign(actors=uploads["id"].map(sizes).fillna(0).astype("int64")),
        weights=tuple(lens for lens, _ in lenses),
        marks=frozenset(zip(kept.marks["theme"], kept.marks["scale"], strict=True)),
        residual=pd.concat([lost, *(missing for _, missing in lenses)], ignore_index=True),
    )


def write_actors(register: Register, upload: str, taken: Iterable[str] = ()) -> pd.DataFrame:
    """Write down the actors of a register: the columns of ``Kept.actors``.

    Ids that are ``taken`` or repeat get a number of their own, and are cut at 100 letters.
    """
    atoms = postcodes.table()
    told = {name: texts.replace_nul(register.actors[name]) for name in TEXTS}
    frame = pd.DataFrame({"upload": upload, "number": range(len(register)), **told})
    frame["id"] = texts.number_repeats(frame["id"], taken)
    wards = atoms.ward_codes.astype(f"S{WARD_BYTES}")
    frame["wards"] = _group_by_actor(register.whole, wards, len(register))
    frame["postcodes"] = _group_by_actor(register.loose, atoms.name, len(register))
    return frame[list(TABLE_COLUMNS["actors"])]


def write_lens(lens: OwnLens, saved: str) -> dict[str, Any]:
    """Write down somebody's own weights: a row of ``Kept.weights``.

    Raises MappingError unless all numbers are finite and at least 0.
    """
    weights.get(lens.values)
    names = postcodes.table().name[lens.positions]
    return {
        "id": texts.check_id(lens.id),
        "name": texts.check_text(lens.name, "name of weights"),
        "counts": texts.check_text(lens.counts, "word for what weights count"),
        "saved": saved,
        "postcodes": zlib.compress(names.tobytes()),
        "numbers": zlib.compress(_numbers(lens.numbers)),
        "residual": zlib.compress(texts.write_csv(lens.residual)),
    }


def _numbers(numbers: np.ndarray) -> bytes:
    return numbers.astype("<f8").tobytes()


def _key(name: str, counts: str, names: bytes, numbers: bytes, residual: bytes) -> str:
    """Return the key of a lens: as long as it is kept, whatever postcodes are still in use."""
    found = hashlib.sha256("\x1f".join((name, counts)).encode("utf-8", "replace"))
    for part in (names, numbers, residual):
        found.update(hashlib.sha256(part).digest())
    return f"{weights.OWN}{found.hexdigest()[:20]}"


def _group_by_actor(links: Links, names: np.ndarray, actors_: int) -> list[bytes]:
    """Return each actor's names as bytes of one width, without anything between."""
    edges = np.searchsorted(links.actor, np.arange(actors_ + 1)) * names.itemsize
    all_names = names[links.area].tobytes()
    return [compress_names(all_names[first:last]) for first, last in pairwise(edges.tolist())]


def compress_names(names: bytes) -> bytes:
    """Compress a long list of names of one width; see ``decompress_names``."""
    return zlib.compress(names, 1) if len(names) > MAX_PLAIN_BYTES else names


def decompress_names(kept: bytes) -> bytes:
    """Undo ``compress_names``: zlib begins with a small x, names begin with a capital letter."""
    return zlib.decompress(kept) if kept[:1] == b"x" else kept


def _register_of(kept: pd.DataFrame) -> tuple[Register, pd.DataFrame]:
    """Look up the footprints of all actors at once; returns what is not in use as well."""
    atoms = postcodes.table()
    wards = atoms.ward_codes.astype(f"S{WARD_BYTES}")
    whole, no_ward = _look_up(kept, "wards", WARD_BYTES, wards)
    loose, no_postcode = _look_up(kept, "postcodes", POSTCODE_BYTES, atoms.name)
    lost = pd.concat([no_ward, no_postcode], ignore_index=True)
    return actors.register(kept, whole, loose), lost


def _look_up(
    kept: pd.DataFrame, column: str, width: int, known: np.ndarray
) -> tuple[Links, pd.DataFrame]:
    parts = [decompress_names(part) for part in kept[column]]
    size = np.fromiter(map(len, parts), dtype="int64", count=len(parts)) // width
    owner = np.repeat(np.arange(len(parts)), size)
    asked = np.frombuffer(b"".join(parts), dtype=f"S{width}")
    found = position_of(asked, known)
    missing = found < 0
    who = kept.iloc[owner[missing]]
    kind = column.removesuffix("s")
    lost = _list_lost("actor", who["id"].to_numpy(), who["actor"].to_numpy(), kind, asked[missing])
    return Links(owner[~missing], found[~missing]), lost


def _lens_of(row: Any) -> tuple[OwnLens, pd.DataFrame]:
    parts = [zlib.decompress(part) for part in (row.postcodes, row.numbers, row.residual)]
    names = np.frombuffer(parts[0], dtype=f"S{POSTCODE_BYTES}")
    numbers = np.frombuffer(parts[1], dtype="<f8")
    found = position_of(names, postcodes.table().name)
    known = found >= 0
    residual = texts.read_csv(parts[2], "what weights left over")
    by = _key(row.name, row.counts, *parts)
    lens = OwnLens(row.name, row.counts, found[known], numbers[known], residual, row.id, by)
    return lens, _list_lost("weights", row.id, row.name, "postcode", names[~known])


def _list_lost(of: str, ids: Any, names: Any, kind: str, codes: np.ndarray) -> pd.DataFrame:
    told = {"of": of, "id": ids, "name": names, "kind": kind, "code": codes.astype(str)}
    return pd.DataFrame(told, index=range(len(codes)), columns=list(RESIDUAL), dtype="str")


def position_of(asked: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return where names (bytes of one width) stand among sorted ones, -1 for unknown: int64."""
    if known.itemsize == asked.itemsize == POSTCODE_BYTES:  # numbers compare faster than texts
        known, asked = (names.view(">u8").astype("u8") for names in (known, asked))
    position = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return np.where(known[position] == asked, position, -1)
