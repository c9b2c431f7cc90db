"""Own maps: layers that somebody brought, by the areas of each of their units.

A map is kept by the codes of wards where each is all in one unit, else by those of small areas,
else by the names of postcodes. So it lasts from one file of postcodes to the next. Where bodies
share areas out, the shares of each area are kept beside the unit that has most of it.
"""

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from mapping.atoms import table
from mapping.geography import SCALES, Layer, layers, registry, shares
from mapping.wording import write_count
from mapping.workspaces import names, texts
from mapping.workspaces.kinds import map_shares
from mapping.workspaces.kinds.files import CORRECT, Files, refuse
from mapping.workspaces.kinds.kind import Cell, Kind, Opened, list_lost
from mapping.workspaces.names import POSTCODE_BYTES, WARD_BYTES

__all__ = ["KIND", "OwnMap", "find_key", "write_row"]

FACTS = ("title", "plural", "scale", "sector", "source", "as_at")
"""What is kept of a layer's texts."""
WIDTHS = {"ward": WARD_BYTES, "lsoa": WARD_BYTES, "postcode": POSTCODE_BYTES}
"""What a map may be made of, and the bytes of the name of each."""
Grain = Literal["ward", "block", "postcode"]
KEY_LETTERS = 16
UNIT_COLUMNS = ("code", "name", "areas")


@dataclass(frozen=True)
class OwnMap:
    """A map that a workspace keeps: its id there, and the layer that it is, registered."""

    id: str
    layer: Layer


def write_row(layer: Layer, *, id: str) -> pd.DataFrame:  # noqa: A002 - that of the row
    """Write down a layer: one row with the columns of the kind but ``saved``.

    Raises MappingError for texts that cannot be kept.
    """
    made_of, areas, numbers = _choose_areas(layer)
    profile = numbers
    if layer.shares is not None:
        made_of, areas, profile = _choose_areas(layer.shares.profiles)
        numbers = layer.shares.main[profile]
    held = numbers >= 0
    units = pd.DataFrame({"code": layer.codes.astype(str), "name": layer.names.astype(str)})
    row = {
        "id": texts.check_id(id),
        "title": texts.check_text(layer.title, "title of a map"),
        **{name: texts.clean_text(getattr(layer, name)) for name in FACTS[1:]},
        "made_of": made_of,
        "units": zlib.compress(texts.write_csv(units)),
        "areas": zlib.compress(areas[held].tobytes()),
        "numbers": zlib.compress(numbers[held].astype("<i4").tobytes()),
        "residual": zlib.compress(texts.write_csv(layer.residual)),
        "shares": zlib.compress(map_shares.pack(layer, areas[held], profile[held])),
    }
    return pd.DataFrame([row])


def find_key(row: Any) -> str:
    """Return the key of the layer that a row is: it stands for all that is written down.

    It is the same as long as the map is kept, whatever areas are still in use.
    """
    content = hashlib.sha256("\x1f".join(str(getattr(row, name)) for name in FACTS).encode())
    for part in (row.units, row.areas, row.numbers, row.residual, row.shares):
        content.update(hashlib.sha256(zlib.decompress(part)).digest())
    return registry.OWN + content.hexdigest()[:KEY_LETTERS]


def _choose_areas(layer: Layer) -> tuple[str, np.ndarray, np.ndarray]:
    """Return the largest areas that a layer is made of, their names in order, and their units."""
    atoms, lsoa = table(), layers.get("lsoa")
    if layer.of_ward is not None:
        return "ward", _ward_names(), layer.of_ward
    if layer.grain == "block":
        of_block, small = layer.numbers, lsoa.numbers
        numbers = np.full(len(lsoa.codes), -1, dtype="int64")
        numbers[small[small >= 0]] = of_block[small >= 0]
        if (np.append(numbers, -1)[small] == of_block).all():
            return "lsoa", _small_area_names(), numbers
    return "postcode", atoms.name, layer.unit


def _ward_names() -> np.ndarray:
    return table().ward_codes.astype(f"S{WARD_BYTES}")


def _small_area_names() -> np.ndarray:
    return layers.get("lsoa").codes.astype(f"S{WARD_BYTES}")


def _open(rows: pd.DataFrame) -> Opened[tuple[OwnMap, ...]]:
    found = [_open_row(row) for row in rows.itertuples(index=False)]
    lost = pd.concat([list_lost(), *(missing for _, missing in found)], ignore_index=True)
    return Opened(tuple(one for one, _ in found), lost)


def _open_row(row: Any) -> tuple[OwnMap, pd.DataFrame]:
    units = _read_units(row)
    shared = map_shares.unpack(zlib.decompress(row.shares), len(units))
    if len(shared):
        return _open_shares(row, units, shared)
    named = np.frombuffer(zlib.decompress(row.areas), dtype=f"S{WIDTHS[row.made_of]}")
    numbers = np.frombuffer(zlib.decompress(row.numbers), dtype="<i4")
    position = _LOOK_UP[row.made_of](named)
    known = position >= 0
    own, grain = _spread(row.made_of, position[known], numbers[known])
    layer = Layer(
        **_read_facts(row),
        codes=units["code"].to_numpy(str),
        names=units["name"].to_numpy(object),
        grain=grain,
        load=lambda: own,
        residual=texts.read_csv(zlib.decompress(row.residual), "what a map leaves over"),
    )
    lost = list_lost("map", row.id, row.title, row.made_of, named[~known])
    return OwnMap(row.id, registry.register(layer)), lost


def _open_shares(row: Any, units: pd.DataFrame, shared: np.ndarray) -> tuple[OwnMap, pd.DataFrame]:
    """Open a map whose units share areas out, of the table of their shares."""
    named, size = map_shares.find_areas(shared)
    named = named.astype(f"S{WIDTHS[row.made_of]}")
    found = _LOOK_UP[row.made_of](named)
    position = np.repeat(found, size)
    known = position >= 0
    split, present = shares.share_out(
        position[known],
        shared["unit"][known],
        shared["share"][known].astype(float),
        len(units),
        lambda areas, numbers: _spread(row.made_of, areas, numbers),
    )
    own = split.main[split.profiles.numbers]
    layer = shares.LayerByShares(
        **_read_facts(row),
        codes=units["code"].to_numpy(str)[present],
        names=units["name"].to_numpy(object)[present],
        grain=split.profiles.grain,
        load=lambda: own,
        residual=texts.read_csv(zlib.decompress(row.residual), "what a map leaves over"),
        split=split,
    )
    lost = list_lost("map", row.id, row.title, row.made_of, named[found < 0])
    return OwnMap(row.id, registry.register(layer)), lost


def _read_facts(row: Any) -> dict[str, str]:
    """Return the texts of a layer that is kept, with its key."""
    told = {name: str(getattr(row, name)) for name in FACTS}
    blank = dict.fromkeys(("valid_from", "valid_to", "licence", "description"), "")
    return told | blank | {"key": find_key(row)}


def _spread(made_of: str, position: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, Grain]:
    """Return the unit of each ward, block or postcode, -1 for none, and which of these it is."""
    size = {
        "ward": len(table().ward_codes),
        "lsoa": len(layers.get("lsoa").codes) + 1,
        "postcode": len(table()),
    }
    own = np.full(size[made_of], -1, dtype="int32")
    own[position] = numbers
    if made_of == "lsoa":
        return own[layers.get("lsoa").numbers], "block"
    return own, "ward" if made_of == "ward" else "postcode"


_LOOK_UP: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "ward": lambda named: names.position_of(named, _ward_names()),
    "lsoa": lambda named: names.position_of(named, _small_area_names()),
    "postcode": lambda named: names.position_of(named, table().name),
}


def _write(rows: pd.DataFrame) -> dict[str, bytes]:
    files = {KIND.table_file: texts.write_csv(rows[KIND.list_columns(Cell.BYTES)])}
    for number, row in enumerate(rows.itertuples()):
        files[f"maps/{3 * number + 1}.csv"] = texts.write_csv(_list_units(row))
        files[f"maps/{3 * number + 2}.csv"] = zlib.decompress(row.residual)
        units = _read_units(row)
        table = map_shares.write_table(zlib.decompress(row.shares), units["code"])
        files[f"maps/{3 * number + 3}.csv"] = texts.write_csv(table)
    return files


def _read_units(row: Any) -> pd.DataFrame:
    return texts.read_csv(zlib.decompress(row.units), "the units of a map", ("code", "name"))


def _list_units(row: Any) -> pd.DataFrame:
    """List the units of a map with their areas: codes, or postcodes without their blank."""
    units = _read_units(row)
    named = np.frombuffer(zlib.decompress(row.areas), dtype=f"S{WIDTHS[row.made_of]}")
    numbers = np.frombuffer(zlib.decompress(row.numbers), dtype="<i4")
    tight = np.char.replace(named.astype(str), " ", "").astype(object)
    areas = pd.Series(tight).groupby(numbers).agg(" ".join).reindex(range(len(units)))
    return units.assign(areas=areas.fillna("").to_numpy())


def _read(files: Files) -> pd.DataFrame:
    facts = files.read_table(KIND.table_file, tuple(KIND.list_columns(Cell.BYTES)))
    rows = []
    for number, row in enumerate(facts.to_dict("records")):
        if row["made_of"] not in WIDTHS:
            refuse(f"maps made of {', '.join(WIDTHS)}", f"“{row['made_of'][:40]}”")
        units = files.read_table(f"maps/{3 * number + 1}.csv", UNIT_COLUMNS)
        table = files.read_table(f"maps/{3 * number + 3}.csv", map_shares.COLUMNS)
        more = {
            "residual": files.compress_table(f"maps/{3 * number + 2}.csv"),
            "shares": zlib.compress(map_shares.read_table(table, units["code"])),
        }
        rows.append({**row, **_read_areas(units, row["made_of"]), **more})
    return pd.DataFrame(rows, columns=list(KIND.columns))


def _read_areas(units: pd.DataFrame, made_of: str) -> dict[str, bytes]:
    """Return the units, areas and numbers of a map as they are kept, of what ``_write`` wrote."""
    some = units["areas"].str.split()
    named = some.explode().dropna()
    if made_of == "postcode":
        named = named.str[:-3] + " " + named.str[-3:]
    width = WIDTHS[made_of]
    if not named.str.fullmatch(rf"[A-Z0-9 ]{{5,{width}}}").all():
        refuse(f"codes or postcodes in the maps made of {made_of}", "others", CORRECT)
    if named.duplicated().any():
        refuse("each area in one unit of a map", "some in several", CORRECT)
    areas = named.to_numpy(object).astype(f"S{width}")
    order = np.argsort(areas, kind="stable")
    numbers = named.index.to_numpy()
    return {
        "units": zlib.compress(texts.write_csv(units[["code", "name"]])),
        "areas": zlib.compress(areas[order].tobytes()),
        "numbers": zlib.compress(numbers[order].astype("<i4").tobytes()),
    }


def _note(rows: pd.DataFrame) -> str:
    units = sum(len(_read_units(row)) for row in rows.itertuples())
    many = write_count(len(rows), "map", "maps")
    return f"{many} of {write_count(units, 'area', 'areas')}"


def _check(rows: pd.DataFrame) -> None:
    for row in rows.itertuples():
        texts.check_text(row.title, "title of a map")
        if row.scale not in SCALES:
            refuse(f"one of the scales {', '.join(SCALES)} for a map", f"“{row.scale[:40]}”")
        if row.made_of not in WIDTHS:
            refuse(f"maps made of {', '.join(WIDTHS)}", f"“{row.made_of[:40]}”", CORRECT)
        units = _read_units(row)
        map_shares.unpack(zlib.decompress(row.shares), len(units))


KIND: Kind[tuple[OwnMap, ...]] = Kind(
    name="maps",
    columns={
        "id": Cell.ID,
        **dict.fromkeys(FACTS, Cell.TEXT),
        "made_of": Cell.TEXT,
        "saved": Cell.MOMENT,
        "units": Cell.BYTES,
        "areas": Cell.BYTES,
        "numbers": Cell.BYTES,
        "residual": Cell.BYTES,
        "shares": Cell.BYTES,
    },
    key=("id",),
    order=("saved", "id"),
    about="""\
maps.csv         own maps; row 1 belongs to maps/1.csv (each area of the map and what it is made
                 of: wards, small areas or postcodes), maps/2.csv (what of its file counts for
                 nothing) and maps/3.csv (where bodies share areas out: their shares of each; else
                 no row), row 2 to maps/4.csv, maps/5.csv and maps/6.csv, and so on
""",
    nouns=("map", "maps"),
    noted=_note,
    folders=("maps",),
    open=_open,
    write=_write,
    read=_read,
    check=_check,
)
"""Opened: the maps, their layers registered."""
