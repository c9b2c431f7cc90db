"""Hostile files: reading them, keeping what they say, and taking it away again, all faults counted.

Each file goes through ``footprints.read``; what is read goes on into the outcome file, the table
of actors, a map, a bundle and a whole workspace. What is counted here rests on nothing of the
code that is measured: formulas are told by another rule, rows by the numbers written in them.
"""

import csv
import io
import re
import sys
import tempfile
import threading
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd
from streamlit_folium import generate_leaflet_string

from benchmarks import corpus, exhausting, fuzz, hostile_books
from benchmarks.bars import Row
from benchmarks.timing import count_seconds
from mapping import books, footprints
from mapping.drawing import webmap
from mapping.errors import MappingError
from mapping.footprints import OUTCOMES, Upload, outcomes
from mapping.intake import Sheet
from mapping.takeaway import Request, bundle, export
from mapping.workspaces import ReceivedFile
from mapping.workspaces.store import Store

SEED, BROKEN, BROKEN_BOOKS = 2025, 100, 20
PLACE = "borough.E09000007"
BOUNDS = (-0.51, 51.28, 0.34, 51.70)
REACHING = (
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "subprocess.Popen",
    "pty.spawn",
    "socket.connect",
    "socket.getaddrinfo",
    "urllib.Request",
    "pickle.find_class",
)
"""What Python says of itself when a program is started, the network asked, or a pickle opened."""
SECRET = "/etc/passwd"
"""A file of the server that some of the corpus names; nothing may open it."""
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n")
NUMBER = re.compile(r"[-+]?(\d+(,\d{3})*(\.\d*)?|\.\d+)(e[-+]?\d+)?%?", re.I)
MOST_S = 10
"""No file may take more processor time than this, that of its reader counted."""
SHOWN = 300
"""So many texts of a file are put on a map."""


@dataclass
class Tally:
    """What hostile files did: each list names the file and what happened."""

    files: int = 0
    read: int = 0
    input_rows: int = 0
    cells: int = 0
    longest_s: float = 0.0
    longest: str = ""
    crashes: list[str] = field(default_factory=list)
    unaccounted: list[str] = field(default_factory=list)
    run: list[str] = field(default_factory=list)
    live: list[str] = field(default_factory=list)


def rows() -> Iterator[Row]:
    """Count what the whole corpus did."""
    with tempfile.TemporaryDirectory() as folder:
        trap = Path(folder) / "trap"
        kinds = (*corpus.hostile_files(), *exhausting.files(), *hostile_books.files())
        some = ((file.name, file.content) for file in kinds)
        broken = chain(fuzz.broken_csvs(SEED, BROKEN), hostile_books.broken(SEED, BROKEN_BOOKS))
        injected = chain(corpus.injections(str(trap)), hostile_books.injected(str(trap)))
        found = tallied(chain(some, broken, injected), trap)
    yield Row("hostile corpus: files", found.files, "")
    yield Row("hostile corpus: files read, the others refused in a sentence", found.read, "")
    yield Row("hostile corpus: rows of the files read", found.input_rows, "")
    yield Row("hostile corpus: cells in all exports", found.cells, "")
    yield Row(
        "hostile corpus: processor time of the slowest file, with everything made of it",
        found.longest_s,
        "s",
        MOST_S,
        "less",
        found.longest,
    )
    for what, faults in (
        ("crashes", found.crashes),
        ("rows unaccounted for", found.unaccounted),
        ("code run", found.run),
        ("live formulas in any export", found.live),
    ):
        yield Row(f"hostile corpus: {what}", len(faults), "", 0, "less", "; ".join(faults[:5]))


def tallied(files: Iterable[tuple[str, bytes]], trap: Path) -> Tally:
    """Put files, by name and content, through all that the app does with one.

    Code in a file that runs would make the file ``trap``.
    """
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(str(Path(folder) / "hostile.sqlite"))
        for name, content in files:
            tally.files += 1
            with watched(trap) as run:
                run += _one(name, content, store, tally)
            tally.run += [f"{name}: {what}" for what in run]
        store.close()
    return tally


def _one(name: str, content: bytes, store: Store, tally: Tally) -> list[str]:
    """Put one file through everything, and return what of it ran on a map or in an export."""
    begun = count_seconds()
    try:
        upload = footprints.read(content, name=name)
        tally.read += 1
        tally.input_rows += upload.sheet.last_row
        exports = dict(_exports(upload, store))
        scripts = _map(upload)
    except MappingError:
        return []
    except Exception as fault:  # noqa: BLE001 - a crash of any kind is what is counted
        tally.crashes.append(f"{name}: {type(fault).__name__} {fault}"[:200])
        return []
    finally:
        if (took_s := count_seconds() - begun) > tally.longest_s:
            tally.longest_s, tally.longest = took_s, name[:80]
    lost = [*unaccounted(upload.sheet, upload.rows), *unnamed(content, upload.sheet, exports)]
    tally.unaccounted += [f"{name}: {what}" for what in lost]
    for export_, file in exports.items():
        found, cells = live(file)
        tally.cells += cells
        tally.live += [f"{name}, {export_}: {cell[:60]!r}" for cell in found]
    return ran(scripts, _texts(upload), exports)


def _exports(upload: Upload, store: Store) -> Iterator[tuple[str, bytes]]:
    """Yield every CSV that the app makes of an upload, by name."""
    said = f"Actors of {upload.name}: {' '.join(upload.notes)}"
    whole = outcomes.whole_file(upload.sheet, upload.rows)
    yield "outcomes", export.csv(whole)
    yield "actors", export.csv(upload.actors, said)
    words = bundle.MethodNote(
        "Who works here", upload.name, said, own=upload.name, made="2025-06-01"
    )
    asked = Request("who_works_here", {"place": upload.name}, "x", "2025-05", said, upload.name)
    packed = bundle.write(
        words,
        tables=[bundle.TableFile("actors", said, upload.actors, said)],
        shapes=[],
        png=None,
        asked=asked,
    )
    yield from _csvs("bundle", packed)
    made = store.create("Hostile", PLACE)
    store.save_actors(made, upload, ReceivedFile(upload.name, "x", upload.rows))
    kept = store.export_whole(made)
    yield "reopened", export.csv(store.open(made).register.actors, said)
    store.delete(made)
    yield from _csvs("workspace", kept)


def _csvs(what: str, packed: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                yield f"{what}/{name}", archive.read(name)


def _texts(upload: Upload) -> list[str]:
    """Return distinct texts that came out of a file, those with signs of code first."""
    frame = upload.sheet.frame
    texts = pd.unique(pd.concat([frame[name].head(5_000) for name in frame.columns]))
    some = [*map(str, frame.columns), *upload.actors["actor"].head(SHOWN), *map(str, texts)]
    some = [text for text in some if text.strip()]  # a blank line of attribution is refused
    return sorted(dict.fromkeys(some), key=lambda text: not set(text) & set("{$<`%"))[:SHOWN]


def _map(upload: Upload) -> str:
    """Put texts on a map in every place that takes any, and render it as the app does."""
    texts = _texts(upload)
    published = webmap.PublishedShapes("geo/x.json", tuple(map(str, range(len(texts)))))
    labels = dict(zip(published.codes, texts, strict=True))
    title = f"{upload.name} {' '.join(texts)}"[:5_000]
    drawn = webmap.base_map(BOUNDS, title=title, attribution=["x", *texts[:9]])
    layers = webmap.group(
        webmap.areas(published, labels=labels),
        webmap.highlight(published, texts[:9]),
        *(webmap.spot(51.5, 0.0, text) for text in texts[:9]),
    )
    scripts = [
        generate_leaflet_string(drawn, nested=False),
        drawn.get_root().render(),
        generate_leaflet_string(layers, nested=True),
    ]
    return " ".join(scripts) + webmap.legend([("plain", text) for text in texts[:9]])


# ---- oracles ---------------------------------------------------------------------------------


def unaccounted(sheet: Sheet, rows: pd.DataFrame) -> list[str]:
    """Return what is wrong with the accounts of a file's rows, a text for each row."""
    kept, skipped = sheet.row_numbers.tolist(), sheet.skipped_rows["row_number"].tolist()
    every = set(range(1, sheet.last_row + 1))
    wrong = [f"row {n} has no outcome" for n in sorted(every - {*kept, *skipped})]
    wrong += [f"row {n} has two" for n in sorted(set(kept) & set(skipped))]
    wrong += [f"row {n} is none of the file's" for n in sorted({*kept, *skipped} - every)]
    told = rows["row_number"].tolist()
    if told != kept:
        wrong.append(f"{len(kept)} rows in the table, {len(told)} outcomes, or in another order")
    bad = rows[
        ~rows["outcome"].isin(OUTCOMES) | ((rows["outcome"] != "matched") & (rows["reason"] == ""))
    ]
    return wrong + [f"row {n} says nothing of its outcome" for n in bad["row_number"]]


def unnamed(content: bytes, sheet: Sheet, exports: dict[str, bytes]) -> list[str]:
    """Return the numbers that rows of a made file carry ("id00017") and the outcome file lacks."""
    if sheet.kind != "csv" or sheet.encoding not in ("utf-8", "cp1252"):
        return []
    said = {row.decode() for row in re.findall(rb"id\d{5}", content.replace(b"\x00", b""))}
    told = exports["outcomes"].decode("utf-8-sig") + " ".join(sheet.frame.columns)
    return [f"{row} is not in the outcome file" for row in sorted(said) if row not in told]


def live(content: bytes) -> tuple[list[str], int]:
    """Return the cells of a CSV that a spreadsheet would run, and how many cells it has.

    The slow way: each cell in plain letters (full-width ones are the same) and without blanks
    before it must not begin like a formula, unless it is a number; in each line as well, were a
    lone carriage return to end it.
    """
    found, count = [], 0
    text = content.decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline="")):
        count += len(row)
        found += [cell for cell in row if is_live(cell)]
    outside = re.sub(r'"(?:[^"]|"")*"', '""', text)
    found += [
        cell
        for line in outside.replace("\r\n", "\n").split("\r")[1:]
        for cell in line.split("\n")[0].split(",")
        if is_live(cell)
    ]
    return found, count


def is_live(cell: str) -> bool:
    """Tell whether a spreadsheet would take a cell for a formula."""
    return _is_live(cell[:SHOWN])


@lru_cache(maxsize=200_000)
def _is_live(cell: str) -> bool:
    """Tell the same of the beginning of a cell; many files say the same ones again and again."""
    if cell.startswith(LIVE[4:]):
        return True
    shown = "".join(c for c in cell if unicodedata.category(c) not in ("Cc", "Cf")).lstrip()
    plain = unicodedata.normalize("NFKC", shown).lstrip()
    return plain.startswith(LIVE[:4]) and not NUMBER.fullmatch(plain.strip())


def ran(scripts: str, texts: list[str], exports: dict[str, bytes]) -> list[str]:
    """Return what of a file's texts ran, or stands where a browser would run it.

    Templates that were run leave the product of two numbers that only they hold; texts with
    signs of code must not stand in the scripts of a map as they were typed.
    """
    product = str(corpus.FACTORS[0] * corpus.FACTORS[1])
    found = [
        f"{what} holds {product}" for what, file in exports.items() if product.encode() in file
    ]
    found += [f"a map holds {product}"] * (product in scripts)
    code = [text for text in texts if re.search(r"\$\{|\{\{|\{%|<\w", text)]
    return found + [f"a map says {text[:60]!r} as typed" for text in code if text in scripts]


# ---- what runs -------------------------------------------------------------------------------

_watchers: dict[int, list[str]] = {}
_is_hooked: list[bool] = []


def _heard(event: str, given: tuple[Any, ...]) -> None:
    if event == "subprocess.Popen" and tuple(given[1])[: len(books.COMMAND)] == books.COMMAND:
        return  # our own reader of workbooks
    if _watchers and (event in REACHING or (event == "open" and SECRET in str(given[0]))):
        heard = _watchers.get(threading.get_ident())
        if heard is not None:
            heard.append(f"{event} {given!r}"[:200])


@contextmanager
def watched(trap: Path) -> Iterator[list[str]]:
    """Gather what runs in this thread that should not: programs, the network, code, a trap.

    Code of a file that runs would make the file ``trap``.
    """
    if not _is_hooked:
        sys.addaudithook(_heard)
        _is_hooked.append(True)
    found: list[str] = []
    _watchers[threading.get_ident()] = found
    try:
        yield found
    finally:
        del _watchers[threading.get_ident()]
        if trap.exists():
            found.append("the trap was sprung")
            trap.unlink()
