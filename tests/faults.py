"""Faults that tests inject: a disk that takes no file, a temporary folder that is not to be had."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from mapping import derived

DISK = {"full": errno.ENOSPC, "not ours": errno.EACCES, "read-only": errno.EROFS}
"""Why a disk takes no file: what a person would call it → what the system says."""
OURS = ("/", "\\", "sqlite", "Errno", "Error", "Traceback", "root", "localhost")
"""What no sentence to a visitor has in it: paths, names of machines and of programs."""


@contextmanager
def disk(why: str) -> Iterator[list[Path]]:
    """Let the disk take no file that can be made again; gives the files that were begun."""
    real, begun = tempfile.NamedTemporaryFile, []

    def begin(*args: Any, **kwargs: Any) -> Any:
        if why != "full":
            raise OSError(DISK[why], os.strerror(DISK[why]), str(kwargs.get("dir")))
        file = real(*args, **kwargs)
        begun.append(Path(file.name))
        write = file.write

        def write_half(content: bytes) -> None:
            write(content[: len(content) // 2])
            file.flush()
            raise OSError(errno.ENOSPC, "No space left on device", file.name)

        file.write = write_half
        return file

    with patch.object(derived.tempfile, "NamedTemporaryFile", begin):
        yield begun


@contextmanager
def no_temporary_folder(why: str) -> Iterator[None]:
    """Let the system have no folder for files for a while."""

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(DISK[why], os.strerror(DISK[why]), "/tmp/somewhere")

    with patch.object(derived.tempfile, "TemporaryDirectory", refuse):
        yield


def is_plain(said: str) -> bool:
    """Tell whether a sentence is one for a visitor."""
    return said.endswith((".", "?")) and not any(ours in said for ours in OURS)
