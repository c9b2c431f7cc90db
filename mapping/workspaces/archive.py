"""A whole workspace as one zip: CSV that a person can read, and that is read back exactly.

Files from elsewhere are opened narrowly: only names that ``write`` itself uses, of limited
size, are unpacked, in memory; nothing in them is trusted to be well formed.
"""

import io
import json
import re
import zipfile
import zlib
from datetime import datetime
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from mapping import workspaces
from mapping.actors import TEXTS
from mapping.errors import MappingError
from mapping.workspaces import (
    POSTCODE_BYTES,
    TABLE_COLUMNS,
    WARD_BYTES,
    WorkspaceRecord,
    texts,
)

FORMAT, VERSION = "common-ground-workspace", 1
MAX_MB, MAX_UNPACKED_MB, MAX_FILES = 100, 300, 2_000
"""Limits of a file that is imported; MB are 10⁶ bytes."""
MAX_RATIO, SMALL_MB = 100, 10
"""An archive that unpacks to more than this many MB may not be squeezed harder than so."""
MAX_ROWS = 1_000_000
MEMBER = re.compile(
    r"README\.txt|workspace\.json|(uploads|actors|weights|marks)\.csv|"
    r"(outcomes|weights|residuals)/[1-9][0-9]{0,3}\.csv"
)
WARDS = re.compile(r"([A-Z][0-9]{8}(; [A-Z][0-9]{8})*)?")
POSTCODE = r"[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}"
POSTCODES = re.compile(rf"({POSTCODE}(; {POSTCODE})*)?")
WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[0-9.:+Z]{0,20}")
ACTORS = ("upload", *TEXTS, "wards", "postcodes")
MAX_EXAMPLES = 5
README = """A workspace of Common Ground, whole. Common Ground reads it back with Import.

workspace.json   its name and place, and the version of this format
actors.csv       one row an actor: what is known about it; its footprint as the codes of the
                 wards that lie wholly in it and the names of its other postcodes, joined
                 with "; ". Some cells are longer than spreadsheets keep: save no changes there.
uploads.csv      the files that actors came from; row 1 belongs to outcomes/1.csv and so on
outcomes/        what became of each row of those files
weights.csv      own weights; row 1 belongs to weights/1.csv (postcode, number) and
                 residuals/1.csv (what of the file counts for nothing)
marks.csv        themes and scales for which the register was said to be complete

Texts that a spreadsheet would take for a formula, or that begin with an apostrophe, have one
apostrophe before them.
"""


def write(kept: WorkspaceRecord) -> bytes:
    """Write a workspace as a zip; the same workspace always gives the same bytes."""
    facts = {name: kept.facts[name] for name in ("name", "place", "created", "updated")}
    head = {"format": FORMAT, "version": VERSION, **facts}
    table = texts.write_csv
    files = {
        "README.txt": README.encode(),
        "workspace.json": json.dumps(head, indent=2, ensure_ascii=False).encode(),
        "actors.csv": table(_decode_actors(kept.actors)),
        "uploads.csv": table(kept.uploads.drop(columns="outcomes")),
        "weights.csv": table(kept.weights[["id", "name", "counts", "saved"]]),
        "marks.csv": table(kept.marks),
    }
    for number, outcomes in enumerate(kept.uploads["outcomes"], start=1):
        files[f"outcomes/{number}.csv"] = zlib.decompress(outcomes)
    for number, row in enumerate(kept.weights.itertuples(), start=1):
        files[f"weights/{number}.csv"] = table(_numbers(row))
        files[f"residuals/{number}.csv"] = zlib.decompress(row.residual)
    return _zip_files(files)


def _decode_actors(kept: pd.DataFrame) -> pd.DataFrame:
    told = kept[["upload", *TEXTS]].copy()
    told["wards"] = [_join_names(part, WARD_BYTES) for part in kept["wards"]]
    told["postcodes"] = [_join_names(part, POSTCODE_BYTES) for part in kept["postcodes"]]
    return told


def _join_names(kept: bytes, width: int) -> str:
    names = np.frombuffer(workspaces.decompress_names(kept), dtype=f"S{width}")
    return b"; ".join(names.tolist()).decode("ascii")


def _numbers(row: Any) -> pd.DataFrame:
    names = np.frombuffer(zlib.decompress(row.postcodes), dtype=f"S{POSTCODE_BYTES}")
    numbers = np.frombuffer(zlib.decompress(row.numbers), dtype="<f8")
    return pd.DataFrame(
        {"postcode": names.astype(str), "number": list(map(repr, numbers.tolist()))}
    )


def _zip_files(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = 0o644 << 16
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def read(content: bytes, name: str = "workspace.zip") -> WorkspaceRecord:
    """Read a zip of ``write``; ``name`` is the file's.

    Raises MappingError if it is too large, no zip, damaged, holds anything else than such a
    zip does, is of another version, or does not fit together.
    """
    files = _unpack(content, name)
    missing = {"workspace.json", *(f"{table}.csv" for table in TABLE_COLUMNS)} - files.keys()
    if missing:
        _refuse("an exported workspace", f"a zip without {', '.join(sorted(missing))}")
    uploads = _table(files, "uploads", ("id", "file_name", "fingerprint", "saved"))
    uploads["outcomes"] = [_pass_on(files, "outcomes", i + 1) for i in range(len(uploads))]
    kept = WorkspaceRecord(
        facts=_head(files["workspace.json"]),
        uploads=uploads,
        actors=_actors(_table(files, "actors", ACTORS)),
        weights=_weights(files),
        marks=_table(files, "marks", TABLE_COLUMNS["marks"]),
    )
    _check(kept)
    return kept


def _unpack(content: bytes, name: str) -> dict[str, bytes]:
    if not name.lower().endswith(".zip"):
        _refuse("a file whose name ends in .zip", f"“{name[-40:]}”")
    if len(content) > MAX_MB * 1e6:
        _refuse(f"a zip of up to {MAX_MB} MB", f"{len(content) / 1e6:,.0f} MB")
    if (listed := content.count(b"PK\x01\x02")) > 2 * MAX_FILES:  # before the list is read
        _refuse(f"up to {MAX_FILES:,} files in the zip", f"about {listed:,}")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_members(members, len(content))
            return {member.filename: archive.read(member) for member in members}
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        UnicodeDecodeError,
    ):
        _refuse("a zip as Common Ground exports it", "a file that is damaged or no zip")


def _check_members(members: list[zipfile.ZipInfo], packed: int) -> None:
    """Look at the list of contents alone: nothing has been unpacked yet."""
    if len(members) > MAX_FILES:
        _refuse(f"up to {MAX_FILES:,} files in the zip", f"{len(members):,}")
    names = [member.filename for member in members]
    strange = [name for name in names if not MEMBER.fullmatch(name)]
    if strange:
        examples = ", ".join(ascii(name[:40]) for name in strange[:MAX_EXAMPLES])
        _refuse("only files that an export holds", f"{len(strange):,} others ({examples})")
    if len(set(names)) < len(names):
        _refuse("each file once in the zip", f"{len(names) - len(set(names)):,} repeated")
    plain = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if any(member.flag_bits & 1 or member.compress_type not in plain for member in members):
        _refuse("an ordinary zip without a password", "files encrypted or packed otherwise")
    total = sum(member.file_size for member in members)
    squeezed = total > SMALL_MB * 1e6 and total > MAX_RATIO * packed
    if total > MAX_UNPACKED_MB * 1e6 or squeezed:
        _refuse(
            f"a zip that unpacks to {MAX_UNPACKED_MB} MB and {MAX_RATIO} × its size at most",
            f"one of {packed / 1e6:,.1f} MB that unpacks to {total / 1e6:,.0f} MB",
        )


def _head(content: bytes) -> dict[str, Any]:
    try:
        head = json.loads(content)
    except (ValueError, RecursionError):
        _refuse("workspace.json to be written as JSON", "something else")
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        _refuse(f"a workspace of the format {FORMAT}", "another in workspace.json")
    if head.get("version") != VERSION or isinstance(head["version"], bool):
        _refuse(
            f"version {VERSION} of the format",
            f"version {ascii(head.get('version'))[:40]}",
            "Import it with the Common Ground that exported it, or a newer one.",
        )
    told = {name: head.get(name) for name in ("name", "place")}
    if not all(isinstance(text, str) for text in told.values()):
        _refuse("a name and a place as texts in workspace.json", "something else")
    texts.check_text(str(told["name"]), "name of a workspace")
    texts.check_place(str(told["place"]))
    return told


def _table(files: dict[str, bytes], name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    found = texts.read_csv(files[f"{name}.csv"], f"{name}.csv", columns)
    if len(found) > MAX_ROWS:
        _refuse(f"up to {MAX_ROWS:,} rows in {name}.csv", f"{len(found):,}")
    return found


def _pass_on(files: dict[str, bytes], folder: str, number: int) -> bytes:
    """Return a table as it is kept: compressed, once it has been read without a fault."""
    name = f"{folder}/{number}.csv"
    if name not in files:
        _refuse(f"{name} in the zip", "none")
    return zlib.compress(texts.write_csv(texts.read_csv(files[name], name)))


def _actors(told: pd.DataFrame) -> pd.DataFrame:
    told = told.assign(number=told.groupby("upload").cumcount())
    told["wards"] = _names(told["wards"], WARDS, WARD_BYTES, "codes of wards like E05000001")
    told["postcodes"] = _names(
        told["postcodes"], POSTCODES, POSTCODE_BYTES, "postcodes like N1 9GU"
    )
    told["id"] = texts.number_repeats(told["id"])
    return told[list(TABLE_COLUMNS["actors"])]


def _names(cells: pd.Series, form: re.Pattern[str], width: int, what: str) -> list[bytes]:
    wrong = [number for number, cell in enumerate(cells) if not form.fullmatch(cell)]
    if wrong:
        rows = ", ".join(str(number + 2) for number in wrong[:MAX_EXAMPLES])
        _refuse(f"{what}, joined with “; ”", f"{len(wrong):,} other cells (actors.csv, row {rows})")
    return [
        workspaces.compress_names(
            b"".join(n.ljust(width, b"\0") for n in cell.encode().split(b"; ") if n)
        )
        for cell in cells
    ]


def _weights(files: dict[str, bytes]) -> pd.DataFrame:
    told = _table(files, "weights", ("id", "name", "counts", "saved"))
    rows = []
    for number, row in enumerate(told.to_dict("records"), start=1):
        residual = _pass_on(files, "residuals", number)
        rows.append({**row, **_read_numbers(files, f"weights/{number}"), "residual": residual})
    return pd.DataFrame(rows, columns=list(TABLE_COLUMNS["weights"]))


def _read_numbers(files: dict[str, bytes], name: str) -> dict[str, bytes]:
    if f"{name}.csv" not in files:
        _refuse(f"{name}.csv in the zip", "none")
    told = _table(files, name, ("postcode", "number"))
    if not told["postcode"].map(lambda text: bool(re.fullmatch(POSTCODE, text))).all():
        _refuse(f"postcodes like N1 9GU in {name}.csv", "others")
    if told["postcode"].duplicated().any():
        _refuse(f"each postcode once in {name}.csv", "some that repeat")
    try:
        numbers = told["number"].to_numpy(dtype=object).astype("<f8")
    except ValueError:
        _refuse(f"numbers in {name}.csv", "texts")
    if not (np.isfinite(numbers) & (numbers >= 0)).all():
        _refuse(f"finite numbers of at least 0 in {name}.csv", "others")
    names = told["postcode"].to_numpy(dtype=object).astype(f"S{POSTCODE_BYTES}")
    return {
        "postcodes": zlib.compress(names.tobytes()),
        "numbers": zlib.compress(numbers.tobytes()),
    }


def _check(kept: WorkspaceRecord) -> None:
    """Refuse ids that repeat or are none, actors of no upload, and dates that are none."""
    for table, frame in (("uploads", kept.uploads), ("weights", kept.weights)):
        for given in frame["id"]:
            texts.check_id(given)
        if frame["id"].duplicated().any():
            _refuse(f"each id once in {table}.csv", "some that repeat")
    if not kept.actors["upload"].isin(kept.uploads["id"]).all():
        _refuse("actors.csv to name uploads of uploads.csv", "others")
    for row in kept.weights.itertuples():
        texts.check_text(row.name, "name of weights")
        texts.check_text(row.counts, "word for what weights count")
    for theme, scale in zip(kept.marks["theme"], kept.marks["scale"], strict=True):
        if texts.check_mark(theme, scale) != (theme, scale):
            _refuse("themes in small letters in marks.csv", f"“{theme[:40]}”")
    if kept.marks.duplicated(["theme", "scale"]).any():
        _refuse("each theme and scale once in marks.csv", "some that repeat")
    dates = [*kept.uploads["saved"], *kept.weights["saved"], *kept.marks["marked"]]
    if not all(map(_is_moment, dates)):
        _refuse("dates like 2026-11-22T09:30:00+00:00", "others")


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return WHEN.fullmatch(text) is not None


def _refuse(expected: str, found: str, do: str = "Export the workspace again.") -> NoReturn:
    raise MappingError(f"Expected {expected}; found {found}. {do}")
