"""Keeping: drafts in a folder, within limits, whole or not at all, until their time is up.

Each draft is a folder called after a hash of its id, so that neither a list of files nor a fault
gives the id away: in it a file of what is said, and one for each of its files, by their content.
"""

import hashlib
import json
import logging
import os
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from mapping import derived
from mapping.errors import MappingError

VERSION = 1
"""Of what is said of a draft. A later one is not understood, and left alone."""
KEEP_S = 24 * 60 * 60
"""So long a draft is kept after it was last changed."""
MAX_VISIT_BYTES = 200_000_000
"""What the drafts of one visit take together."""
MAX_ALL_BYTES = 2_000_000_000
"""What all drafts take together."""
MAX_DRAFTS = 2_000
MIN_FREE_BYTES = 500_000_000
"""So much of the disk is left to what people keep for good."""
SAID = "draft.json"
GOING = ".going"
"""How a draft's folder ends that is being deleted."""
ID = re.compile(r"[A-Za-z0-9_-]{22}")
GONE = (
    "The file of this link is no longer kept on this server: a day has passed since it was last "
    "changed, or somebody with the link has saved or deleted it. Upload it again to go on."
)
LATER = (
    "The file of this link is kept by a newer Common Ground than the one that answers now. Reload "
    "the page in a few minutes, or upload the file again."
)
LOG = logging.getLogger(__name__)


class GoneError(MappingError):
    """A draft that is no longer kept."""


class Receipt(NamedTuple):
    """What a draft is known by: its id, which change was the last, and until when it is kept."""

    id: str
    revision: str
    until: datetime


@dataclass(frozen=True)
class KeptDraft:
    """A draft as whoever changed it last has left it.

    Attributes
    ----------
    kind : what it is a draft of, in a word
    said : what is said of it, as JSON has it
    files : the bytes of each of its files, by name
    receipt : its id, revision and end
    """

    kind: str
    said: Mapping[str, Any]
    files: Mapping[str, bytes]
    receipt: Receipt


class Drafts:
    """The drafts of one folder; may be used by several threads and processes at once.

    Methods raise GoneError for an id that no draft has any more, MappingError in a sentence for
    what passes a limit or is of a later version, DiskError where the disk takes or gives nothing.

    >>> import tempfile
    >>> from mapping.drafts import Drafts
    >>> drafts = Drafts(Path(tempfile.mkdtemp()))
    >>> receipt = drafts.keep("map", {"name": "teams.csv"}, {"content": b"area,team"})
    >>> drafts.read(receipt.id).files["content"]
    b'area,team'
    >>> drafts.forget(receipt.id)
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(
        self,
        kind: str,
        said: Mapping[str, Any],
        files: Mapping[str, bytes],
        *,
        others: Iterable[str] = (),
    ) -> Receipt:
        """Keep a new draft; ``others`` are the ids of those that the same visit has made."""
        self._check_room(sum(map(len, files.values())), others)
        id_ = secrets.token_urlsafe(16)
        place = self._find(id_)
        with _explained():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.mkdir(mode=0o700)
        try:
            return self._write(id_, kind, said, files)
        except MappingError:
            shutil.rmtree(place, ignore_errors=True)
            raise

    def change(self, id_: str, said: Mapping[str, Any], files: Mapping[str, bytes]) -> Receipt:
        """Say something else of a draft, and keep these files of it; its time begins anew."""
        with _LOCK:
            before = self._read_said(id_)
            return self._write(id_, before["kind"], said, files)

    def look(self, id_: str) -> Receipt:
        """Return which change of a draft was the last, and until when it is kept."""
        return _receive(id_, self._read_said(id_))

    def read(self, id_: str) -> KeptDraft:
        """Return a draft, whole."""
        with _LOCK:
            try:
                found, files = self._read_whole(id_)
            except GoneError:  # another process may just have put other files in their place
                found, files = self._read_whole(id_)
        return KeptDraft(found["kind"], found["said"], files, _receive(id_, found))

    def forget(self, id_: str) -> None:
        """Delete a draft, whether it is there or not; nothing of it stays."""
        if ID.fullmatch(id_):
            _delete(self._find(id_))

    def prune(self) -> int:
        """Delete the drafts whose time is up, and what was begun and never kept; count them."""
        gone = [place for place in self._list() if _is_over(place)]
        return sum(map(_delete, gone))

    def _find(self, id_: str) -> Path:
        return self.folder / hashlib.sha256(id_.encode()).hexdigest()

    def _list(self) -> list[Path]:
        with suppress(OSError):  # there is none yet, or it is not ours to read
            return [path for path in self.folder.iterdir() if path.is_dir()]
        return []

    def _check_room(self, new_bytes: int, others: Iterable[str]) -> None:
        """Raise MappingError where there is no room for a new draft."""
        mine = sum(_weigh(self._find(one)) for one in others)
        if mine + new_bytes > MAX_VISIT_BYTES:
            raise MappingError(
                f"You have files of {mine / 1e6:,.0f} MB on this server that are not saved; with "
                f"this one they would pass the {MAX_VISIT_BYTES / 1e6:,.0f} MB that it keeps for "
                "one visit. Save or forget some of them."
            )
        with _explained():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            free = shutil.disk_usage(self.folder).free
        if not self._has_room(new_bytes):
            self.prune()
        if not self._has_room(new_bytes) or free - new_bytes < MIN_FREE_BYTES:
            raise MappingError(
                "The server has no room now for another file that is not saved. There will be "
                "when others have saved or forgotten theirs, or a day has passed."
            )

    def _has_room(self, new_bytes: int) -> bool:
        there = self._list()
        total = sum(map(_weigh, there))
        return len(there) < MAX_DRAFTS and total + new_bytes <= MAX_ALL_BYTES

    def _write(
        self,
        id_: str,
        kind: str,
        said: Mapping[str, Any],
        files: Mapping[str, bytes],
    ) -> Receipt:
        """Write the files, then what is said, which names them; at last let go of others."""
        place, until, revision = self._find(id_), time.time() + KEEP_S, secrets.token_hex(8)
        named = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        whole = {"version": VERSION, "kind": kind, "revision": revision, "until": until}
        text = json.dumps({**whole, "files": named, "said": said})
        with _explained():
            for name, content in files.items():
                if not (place / named[name]).is_file():
                    _put(place / named[name], content)
            _put(place / SAID, text.encode())
            for path in place.iterdir():
                if path.name not in {SAID, *named.values()}:
                    path.unlink(missing_ok=True)
        return Receipt(id_, revision, datetime.fromtimestamp(until, UTC))

    def _read_whole(self, id_: str) -> tuple[dict[str, Any], dict[str, bytes]]:
        found, place = self._read_said(id_), self._find(id_)
        with _explained():
            return found, {name: _read_file(place, sha) for name, sha in found["files"].items()}

    def _read_said(self, id_: str) -> dict[str, Any]:
        """Return what is written of a draft whose time is not up."""
        if not ID.fullmatch(id_):
            raise GoneError(GONE)
        with _explained():
            found = _read_json(self._find(id_) / SAID)
        if found.get("version", 0) > VERSION:
            raise MappingError(LATER)
        if _is_past(found["until"]):
            raise GoneError(GONE)
        return found


_LOCK = threading.RLock()
"""Changes of one draft from two tabs come one after the other."""


def _receive(id_: str, found: Mapping[str, Any]) -> Receipt:
    return Receipt(id_, found["revision"], datetime.fromtimestamp(found["until"], UTC))


def _read_json(path: Path) -> dict[str, Any]:
    """Return what is written of a draft; GoneError for what nobody could have written whole."""
    try:
        found = json.loads(path.read_bytes())
        known = {"version": int, "kind": str, "revision": str, "files": dict, "said": dict}
        is_whole = all(isinstance(found[name], known[name]) for name in known if name in found)
        if found["version"] <= VERSION and not (is_whole and known.keys() <= found.keys()):
            raise TypeError
        float(found["until"])
    except (ValueError, KeyError, TypeError):
        LOG.warning("A draft is damaged: %s", path.parent.name)
        raise GoneError(GONE) from None
    return dict(found)


def _read_file(place: Path, sha: str) -> bytes:
    """Return a file of a draft; GoneError where it is not what was written."""
    content = (place / Path(sha).name).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha:
        LOG.warning("A draft is damaged: %s", place.name)
        raise GoneError(GONE)
    return content


def _is_past(until: float) -> bool:
    """Tell whether a time is up; one too far off was set by a clock that was wrong."""
    return not 0 <= until - time.time() <= 2 * KEEP_S


def _is_over(place: Path) -> bool:
    """Tell whether a draft is to be deleted: its time is up, or nobody finished with it."""
    if place.suffix == GOING:
        return True
    try:
        return _is_past(float(_read_json(place / SAID)["until"]))
    except (GoneError, OSError):
        with suppress(OSError):
            return abs(time.time() - place.stat().st_mtime) > KEEP_S
    return False


def _weigh(place: Path) -> int:
    """Return the bytes of a draft's files; none where there is none any more."""
    with suppress(OSError):
        return sum(path.stat().st_size for path in place.iterdir())
    return 0


def _delete(place: Path) -> bool:
    """Delete a draft: from one moment to the next nobody finds it."""
    away = place.with_suffix(GOING)
    with suppress(OSError):
        place.rename(away)
        shutil.rmtree(away, ignore_errors=True)
        return True
    return False


def _put(path: Path, content: bytes) -> None:
    """Write a file for its owner's eyes, whole or not at all, into a folder that is there."""
    file = tempfile.NamedTemporaryFile(  # noqa: SIM115
        dir=path.parent, prefix="new", suffix=derived.UNFINISHED, delete=False
    )
    try:
        with file:
            file.write(content)
        os.replace(file.name, path)
    finally:
        Path(file.name).unlink(missing_ok=True)


@contextmanager
def _explained() -> Iterator[None]:
    """Turn faults of the disk into sentences: what is not there is gone, all else is the disk's."""
    try:
        yield
    except FileNotFoundError:
        raise GoneError(GONE) from None
    except OSError as fault:
        raise derived.explain_unwritten("a file that is not saved yet") from fault
