"""Files that can be made again: written whole or not at all, checked, and cleared away."""

import contextlib
import hashlib
import os
import stat
import tempfile
import time
from pathlib import Path

KEEP_S = 3600.0
"""A file that was written or used within an hour is kept, whatever its size."""
KEEP_BYTES = 200_000_000
"""Older files are kept while all of a folder's files together are no larger than this."""
UNFINISHED = ".unfinished"
"""How a file's name ends while it is being written."""
_UNFINISHED_S = 3600.0
_DIGEST_BYTES = 32


def write(path: Path, content: bytes, *, modified_s: float | None = None) -> None:
    """Write a file whole or not at all: whoever reads it meets the old content or the new.

    Everybody may read it, as far as its folder allows. ``modified_s`` (seconds since 1970)
    is the date it says it was modified on, if not now.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=path.name, suffix=UNFINISHED, delete=False
    ) as file:
        file.write(content)
    os.chmod(file.name, 0o644)
    if modified_s is not None:
        os.utime(file.name, (modified_s, modified_s))
    os.replace(file.name, path)


def write_sealed(path: Path, content: bytes) -> None:
    """Write a file as ``write`` does, with a checksum before its content."""
    write(path, hashlib.sha256(content).digest() + content)


def read_sealed(path: Path) -> bytes | None:
    """Return the content of a file of ``write_sealed``; None if it is not there or damaged.

    A file that is read counts as used: see ``prune``.
    """
    try:
        whole = path.read_bytes()
    except OSError:  # not there, or not ours to read
        return None
    with contextlib.suppress(OSError):  # another server cleared it away, or it is not ours
        os.utime(path)
    digest, content = whole[:_DIGEST_BYTES], whole[_DIGEST_BYTES:]
    return content if hashlib.sha256(content).digest() == digest else None


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
        too_much = total > keep_bytes and now - used > keep_s
        left_over = path.name.endswith(UNFINISHED) and now - used > _UNFINISHED_S
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
