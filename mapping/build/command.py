"""The command line of ``python -m mapping.build --directory``: what it takes, and what it says."""

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from mapping import packs
from mapping.build import directory, residents
from mapping.errors import MappingError
from mapping.packs import Pack

BAR = "{l_bar}{bar}| {elapsed}"
MAX_OFFERED = 12
AS_AT = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


class Wanted(NamedTuple):
    """What packs are to be made of: files, further columns with their titles, the month."""

    directory: Path | None
    columns: dict[str, str]
    residents: Path | None
    counted: str
    as_at: str
    folder: Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what makes packs to a command line."""
    group = parser.add_argument_group(
        "packs", "more ground from your own files, found by the app at its next start"
    )
    group.add_argument("--directory", type=Path, help="the ONS Postcode Directory (.zip or .csv)")
    group.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="NAME[=TITLE]",
        help="have a further column of the directory as a layer; may be given several times",
    )
    group.add_argument(
        "--residents",
        type=Path,
        help="residents counted by the census, by postcode, output area or small area (CSV or zip)",
    )
    group.add_argument("--count", metavar="COLUMN", help="which of its columns counts")
    group.add_argument(
        "--packs", type=Path, help="where packs lie (default: $COMMON_GROUND_PACKS, or packs/)"
    )


def read_wanted(parser: argparse.ArgumentParser, given: argparse.Namespace) -> Wanted | None:
    """Return what packs are asked for; None if none are. Ends the program for what is wrong."""
    if given.directory is None and given.column:
        parser.error("--column is one of a postcode directory: give --directory as well")
    if given.residents is None and given.count:
        parser.error("--count is a column of counted residents: give --residents as well")
    files = [path for path in (given.directory, given.residents) if path is not None]
    for path in files:
        if not path.exists():
            parser.error(f"there is no file {path}")
    if files and given.as_at and not AS_AT.fullmatch(given.as_at):
        parser.error(f"--as-at is a month like 2025-11, not {given.as_at}")
    if not files:
        return None
    pairs = [text.lower().partition("=")[0].strip() for text in given.column]
    titles = [text.partition("=")[2].strip() for text in given.column]
    return Wanted(
        given.directory,
        dict(zip(pairs, titles, strict=True)),
        given.residents,
        given.count or "",
        given.as_at or "",
        given.packs or packs.folder(),
    )


def run(parser: argparse.ArgumentParser, wanted: Wanted) -> None:
    """Make the packs, with a progress bar, and say what they hold."""
    month = wanted.as_at
    try:
        if wanted.directory is not None:
            with _progress() as tell:
                found = directory.build(
                    wanted.directory,
                    wanted.folder,
                    wanted=wanted.columns,
                    as_at=month,
                    tell=tell,
                )
            print(describe(found))
        if wanted.residents is not None:
            with _progress() as tell:
                found = residents.build(
                    wanted.residents, wanted.folder, column=wanted.counted, tell=tell
                )
            print(describe(found))
    except MappingError as fault:
        parser.exit(1, f"{fault}\n")
    print(f"Written to {wanted.folder}; start the app again.")


class _progress:
    """A progress bar of 100 parts, told of what is done."""

    def __enter__(self) -> Callable[[str, float], None]:
        self._bar = tqdm(total=100, bar_format=BAR)
        return self._tell

    def __exit__(self, *fault: object) -> None:
        self._bar.close()

    def _tell(self, what: str, share: float) -> None:
        self._bar.set_description(what[:40], refresh=False)
        self._bar.update(max(0, int(share * 100) - self._bar.n))


def describe(found: Pack) -> str:
    """Say what a pack holds: its counts, its layers, and the columns that are offered."""
    lines = [f"{count:>12,}  {what}" for what, count in found.counts.items()]
    if found.columns:
        lines.append(f"{len(found.columns):>12,}  layers and numbers, as at {found.as_at}")
    filled = [one for one in found.offered if one.filled]
    if filled:
        named = ", ".join(f"{one.column} ({one.title})" for one in filled[:MAX_OFFERED])
        lines.append(f"{len(filled):>12,}  further columns, each to be had by --column: {named}")
    return "\n".join(lines)
