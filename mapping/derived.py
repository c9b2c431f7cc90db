"""Files that can be made again: written whole or not at all, checked, and cleared away.

Where the disk takes none, because it is full or not ours to write to, what was made is kept in
memory, or a sentence says what cannot be done.
"""

import contextlib
import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from mapping.errors import DiskError
from mapping.memory import Cache

KEEP_S = 3600.0
"""A file that was written or used within an hour is kept, whatever its size."""
KEEP_BYTES = 200_000_000
"""Older files are kept while all of a folder's files together are no larger than this."""
UNFINISHED = ".unfinished"
"""How a file's name ends while it is being written."""
_UNFINISHED_S = 3600.0
_DIGEST_BYTES = 32
UNWRITTEN = Cache(64)
"""What could not be written, by the path of its file."""


def write(path: Path, content: bytes, *, modified_s: float | None = None) -> None:
    """Write a file whole or not at all: whoever reads it meets the old content or the new.

    Everybody may read it, as far as its folder allows. ``modified_s`` (seconds since 1970)
    is the date it says it was modified on, if not now. Raises OSError where the disk takes none,
    and leaves nothing of the file there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = tempfile.NamedTemporaryFile(  # noqa: SIM115
        dir=path.parent, prefix=path.name, suffix=UNFINISHED, delete=False
    )
    unfinished = Path(file.name)
    try:
        with file:
            file.write(content)
        unfinished.chmod(0o644)
        if modified_s is not None:
            os.utime(unfinished, (modified_s, modified_s))
        unfinished.replace(path)
    finally:
        _delete(unfinished)  # it is gone where it has its place


def keep_sealed(path: Path, content: bytes) -> None:
    """Write a file as ``write`` does, with a checksum before its content.

    Where the disk takes none it is kept in memory, for as long as there is room.
    """
    try:
        write(path, hashlib.sha256(content).digest() + content)
    except OSError:
        UNWRITTEN.put(path, content)


def is_kept(path: Path) -> bool:
    """Tell whether ``keep_sealed`` has kept something for a path, on the disk or in memory."""
    return path.is_file() or UNWRITTEN.find(path) is not None


def read_sealed(path: Path) -> bytes | None:
    """Return the content that ``keep_sealed`` kept; None if it is not there or damaged.

    A file that is read counts as used: see ``prune``.
    """
    try:
        whole = path.read_bytes()
    except OSError:  # not there, or not ours to read
        whole = b""
    with contextlib.suppress(OSError):  # another server cleared it away, or it is not ours
        os.utime(path)
    digest, content = whole[:_DIGEST_BYTES], whole[_DIGEST_BYTES:]
    if hashlib.sha256(content).digest() == digest:
        return content
    return UNWRITTEN.find(path)


@contextlib.contextmanager
def make_folder(*faults: type[Exception]) -> Iterator[Path]:
    """Make a folder for a while, in the system's own for such files; it goes with all in it.

    Raises DiskError where there is no room for one, or for what is written into it: a library
    may have ``faults`` of its own for that.
    """
    of_the_disk: tuple[type[Exception], ...] = (OSError, *faults)
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    except of_the_disk as fault:
        raise explain_unwritten("a temporary file") from fault


def explain_unwritten(what: str) -> DiskError:
    """Return what to raise where the disk takes no file: ``what`` could not be written, in words.

    The fault of the disk, which names paths, is for whoever runs the app: raise it ``from`` that.
    """
    return DiskError(
        f"The server could not write {what}: its disk is full or may not be written to. Nothing "
        "that is kept was changed. Ask whoever runs this app to make room, then try again."
    )


def prune(
    folder: Path, pattern: str, *, keep_s: float = KEEP_S, keep_bytes: float = KEEP_BYTES
) -> list[Path]:
    """Delete those files of a folder that nobody used for long, and return them.

    Only files whose names match ``pattern`` (as in ``Path.glob``) are looked at. Those longest
    unused go first, until the rest is no larger than ``keep_bytes``; files used within
    ``keep_s`` seconds stay. What an interrupted ``write`` left is deleted after an hour. A
    file that cannot be deleted stays, and a folder that does not exist is empty.
    """
    files = sorted(_list_files(folder, pattern))
    total = sum(size for _, size, _ in files)
    now, gone = time.time(), []
    for used, size, path in files:
        unused_s = abs(now - used)  # of the future, where the clock was turned back
        too_much = total > keep_bytes and unused_s > keep_s
        left_over = path.name.endswith(UNFINISHED) and unused_s > _UNFINISHED_S
        if (too_much or left_over) and _delete(path):
            total -= size
            gone.append(path)
    return gone


def _list_files(folder: Path, pattern: str) -> list[tuple[float, int, Path]]:
    """List files: when each was last written or touched, its size, its path."""
    found = []
    for path in folder.glob(pattern):
        try:
            facts = path.lstat()
        except OSError:  # another server cleared it away
            continue
        if stat.S_ISREG(facts.st_mode):  # published files carry an old date: look at both
            found.append((max(facts.st_mtime, facts.st_ctime), facts.st_size, path))
    return found


def _delete(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:  # another server was quicker, or it is not ours to delete
        return False
    return True
