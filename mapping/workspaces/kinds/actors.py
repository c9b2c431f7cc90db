"""Actors: who works where; footprints as codes of wards and names of postcodes."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mapping import actors
from mapping.actors import TEXTS, Links, Register
from mapping.atoms import postcodes
from mapping.memory import once
from mapping.workspaces import names, texts
from mapping.workspaces.kinds import uploads
from mapping.workspaces.kinds.files import MAX_EXAMPLES, Files, refuse
from mapping.workspaces.kinds.kind import Cell, Kind, Opened, list_lost
from mapping.workspaces.names import POSTCODE_BYTES, WARD_BYTES

__all__ = ["KIND", "POSTCODE", "KeptActors", "write_rows"]

WARDS = re.compile(r"([A-Z][0-9]{8}(; [A-Z][0-9]{8})*)?")
POSTCODE = r"[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}"
POSTCODES = re.compile(rf"({POSTCODE}(; {POSTCODE})*)?")


class KeptActors(NamedTuple):
    """Actors of a workspace, in the order they were saved, and the upload each came with."""

    register: Register
    upload_of: pd.Series


def write_rows(register: Register, upload: str, taken: Iterable[str] = ()) -> pd.DataFrame:
    """Write down the actors of a register: the columns of the kind.

    Ids that are ``taken`` or repeat get a number of their own, and are cut at 100 letters.
    """
    atoms = postcodes.table()
    written: dict[str, Any] = {name: texts.list_texts(register.actors[name]) for name in TEXTS}
    written["id"] = texts.number_repeats(written["id"], taken)
    written["wards"] = _group_by_actor(register.whole, _list_wards(), len(register))
    written["postcodes"] = _group_by_actor(register.loose, atoms.name, len(register))
    written |= {"upload": upload, "number": range(len(register))}
    return pd.DataFrame({name: written[name] for name in KIND.columns})


@once
def _list_wards() -> np.ndarray:
    """Return the codes of all wards as bytes of one width."""
    return postcodes.table().ward_codes.astype(f"S{WARD_BYTES}")


def _group_by_actor(links: Links, known: np.ndarray, many: int) -> list[bytes]:
    """Return each actor's names as bytes of one width, without anything between."""
    edges = np.searchsorted(links.actor, np.arange(many + 1)) * known.itemsize
    whole = known[links.area].tobytes()
    return [names.compress_names(whole[first:last]) for first, last in pairwise(edges.tolist())]


def _open(rows: pd.DataFrame) -> Opened[KeptActors]:
    """Look up the footprints of all actors at once."""
    whole, no_ward = _look_up(rows, "wards", WARD_BYTES, _list_wards())
    loose, no_postcode = _look_up(rows, "postcodes", POSTCODE_BYTES, postcodes.table().name)
    lost = pd.concat([no_ward, no_postcode], ignore_index=True)
    return Opened(KeptActors(actors.register(rows, whole, loose), rows["upload"]), lost)


def _look_up(
    rows: pd.DataFrame, column: str, width: int, known: np.ndarray
) -> tuple[Links, pd.DataFrame]:
    parts = [names.decompress_names(part) for part in rows[column]]
    size = np.fromiter(map(len, parts), dtype="int64", count=len(parts)) // width
    owner = np.repeat(np.arange(len(parts)), size)
    asked = np.frombuffer(b"".join(parts), dtype=f"S{width}")
    found = names.position_of(asked, known)
    missing = found < 0
    who = rows.iloc[owner[missing]]
    kind = column.removesuffix("s")
    lost = list_lost("actor", who["id"].to_numpy(), who["actor"].to_numpy(), kind, asked[missing])
    return Links(owner[~missing], found[~missing]), lost


def _write(rows: pd.DataFrame) -> dict[str, bytes]:
    table = rows[["upload", *TEXTS]].copy()
    table["wards"] = [_join_names(part, WARD_BYTES) for part in rows["wards"]]
    table["postcodes"] = [_join_names(part, POSTCODE_BYTES) for part in rows["postcodes"]]
    return {KIND.table_file: texts.write_csv(table)}


def _join_names(kept: bytes, width: int) -> str:
    found = np.frombuffer(names.decompress_names(kept), dtype=f"S{width}")
    return b"; ".join(found.tolist()).decode("ascii")


def _read(files: Files) -> pd.DataFrame:
    rows = files.read_table(KIND.table_file, tuple(KIND.list_columns(Cell.NUMBER)))
    rows["number"] = rows.groupby("upload").cumcount()
    rows["wards"] = _split_names(rows["wards"], WARDS, WARD_BYTES, "codes of wards like E05000001")
    rows["postcodes"] = _split_names(
        rows["postcodes"], POSTCODES, POSTCODE_BYTES, "postcodes like N1 9GU"
    )
    rows["id"] = texts.number_repeats(rows["id"])
    return rows


def _split_names(cells: pd.Series, form: re.Pattern[str], width: int, what: str) -> list[bytes]:
    wrong = [number for number, cell in enumerate(cells) if not form.fullmatch(cell)]
    if wrong:
        rows = ", ".join(str(number + 2) for number in wrong[:MAX_EXAMPLES])
        refuse(f"{what}, joined with “; ”", f"{len(wrong):,} other cells (actors.csv, row {rows})")
    return [
        names.compress_names(
            b"".join(n.ljust(width, b"\0") for n in cell.encode().split(b"; ") if n)
        )
        for cell in cells
    ]


KIND = Kind(
    name="actors",
    columns={
        "upload": Cell.ID,
        "number": Cell.NUMBER,
        **dict.fromkeys(TEXTS, Cell.TEXT),
        "wards": Cell.BYTES,
        "postcodes": Cell.BYTES,
    },
    key=("upload", "number"),
    order=("upload", "number"),
    about="""\
actors.csv       one row per organisation: what is known about it; its areas as the codes of the
                 wards that lie wholly in it and the names of its other postcodes, joined
                 with "; ". Do not edit in a spreadsheet: long cells may be cut off.
""",
    nouns=("organisation", "organisations"),
    parent=("upload", uploads.KIND),
    unique=("id",),
    open=_open,
    write=_write,
    read=_read,
)
