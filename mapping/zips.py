"""Zips from elsewhere, opened narrowly: their limits hold before and while they are unpacked.

Whoever packed a zip wrote the list of contents at its end, too. So the list is checked first, and
then not believed: a file that unpacks to more than its list says is refused while it is read,
piece by piece, and nothing is ever unpacked to disk.
"""

import copy
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, Literal, NoReturn, cast

from mapping.errors import MappingError

PIECE_BYTES = 1 << 16
"""So much of a file is unpacked at a time."""
MAX_EXAMPLES = 5
WITHIN = re.compile(r"(?!(.*[/\\])?\.\.([/\\]|$))(?![/\\])[^/\\:]+([/\\].*)?", re.S)
"""Names of files that stay where they are unpacked: no "..", no root, no drive."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENTRY = b"PK\x01\x02"
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What damaged zips end in."""


@dataclass(frozen=True)
class Limits:
    """What a zip may hold, and the words to refuse another with.

    Attributes
    ----------
    what, advice : "a workbook"; a sentence on what to do instead
    max_files : most files in it
    max_bytes, max_unpacked_bytes, max_file_bytes : most bytes of the zip, of all its files
        unpacked, and of any file that is read; None for no limit of its own
    max_ratio, small_bytes : how many times its size it may unpack to, once it unpacks to more
        than so many bytes
    names, named : what the names of its files must match, and that in words
    may_repeat : two files may have one name (some programs write such workbooks)
    """

    what: str
    advice: str
    max_files: int
    max_bytes: int | None = None
    max_unpacked_bytes: int | None = None
    max_file_bytes: int | None = None
    max_ratio: int = 100
    small_bytes: int = 10_000_000
    names: re.Pattern[str] = WITHIN
    named: str = "files of its own, none of which points outside"
    may_repeat: bool = False

    def refuse(self, found: str, expected: str = "") -> NoReturn:
        """Raise MappingError for what was found instead of what may be there."""
        raise MappingError(f"Expected {expected or self.what}; found {found}. {self.advice}")


def open_zip(content: bytes, limits: Limits) -> "CheckedZip":
    """Open a zip once its list of contents has been checked; nothing is unpacked yet.

    Raises MappingError if it is no zip, damaged, or passes a limit.
    """
    if limits.max_bytes is not None and len(content) > limits.max_bytes:
        size, most = len(content) / 1e6, limits.max_bytes / 1e6
        limits.refuse(f"one of {size:,.1f} MB", f"{limits.what} of up to {most:,.0f} MB")
    if (listed := content.count(_ENTRY)) > 2 * limits.max_files:  # before the list is read
        _refuse_many(limits, f"about {listed:,}")
    try:
        found = CheckedZip(content, limits)
    except _DAMAGE:
        limits.refuse("a file that is damaged or no zip")
    _check_list(found.infolist(), len(content), limits)
    return found


class CheckedZip(zipfile.ZipFile):
    """A zip of ``open_zip``: every file in it is read with a limit, by whatever reads it."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        super().__init__(io.BytesIO(content))
        self.limits = limits

    def open(
        self,
        name: str | zipfile.ZipInfo,
        mode: Literal["r", "w"] = "r",
        pwd: bytes | None = None,
        *,
        force_zip64: bool = False,
    ) -> IO[bytes]:
        """Open a file in the zip to be read.

        Raises KeyError if there is none of that name; MappingError, here or while it is read,
        if it is damaged, or longer than its limit or the list says.
        """
        member = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        most = self.limits.max_file_bytes
        if most is not None and member.file_size > most:
            self.limits.refuse(
                f"one of {member.file_size:,} bytes",
                f"{self.limits.what} whose {member.filename[:60]} has at most {most:,} bytes",
            )
        wary = copy.copy(member)
        wary.file_size = member.file_size + 2 * PIECE_BYTES  # to see what the list leaves out
        try:
            return cast("IO[bytes]", _Member(super().open(wary), member, self.limits))
        except _DAMAGE:
            self.limits.refuse("a file that is damaged or no zip")


class _Member(io.BufferedIOBase):
    """A file in a zip, unpacked piece by piece up to the length that its list says."""

    def __init__(self, file: IO[bytes], member: zipfile.ZipInfo, limits: Limits) -> None:
        self._file, self._member, self._limits = file, member, limits
        self._left = member.file_size

    def readable(self) -> bool:
        """Say that it can be read: yes."""
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes, all that are left without a ``size``."""
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read(PIECE_BYTES), b""))
        try:
            piece = self._file.read(min(size, PIECE_BYTES))
        except _DAMAGE:
            self._limits.refuse("a file that is damaged or no zip")
        self._left -= len(piece)
        if self._left < 0:
            named, listed = self._member.filename[:60], self._member.file_size
            self._limits.refuse(
                f"“{named}” in it to be longer than the {listed:,} bytes listed",
                f"{self._limits.what} whose files are as long as its list says",
            )
        return piece

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        super().close()


def _check_list(members: list[zipfile.ZipInfo], packed_bytes: int, limits: Limits) -> None:
    """Raise MappingError if a list of contents passes a limit."""
    if len(members) > limits.max_files:
        _refuse_many(limits, f"{len(members):,}")
    names = [member.filename for member in members]
    strange = [name for name in names if not limits.names.fullmatch(name)]
    if strange:
        refuse_names(strange, limits)
    for member in members:
        _check_packing(member, limits)
    if len(set(names)) < len(names) and not limits.may_repeat:
        repeated = len(names) - len(set(names))
        limits.refuse(f"{repeated:,} repeated", f"each file once in {limits.what}")
    unpacked = sum(member.file_size for member in members)
    if limits.max_unpacked_bytes is not None:
        most = max(limits.small_bytes, limits.max_ratio * packed_bytes)
        if unpacked > min(limits.max_unpacked_bytes, most):
            limits.refuse(
                f"one of {packed_bytes / 1e6:,.1f} MB that unpacks to {unpacked / 1e6:,.0f} MB",
                f"{limits.what} of at most {limits.max_unpacked_bytes / 1e6:,.0f} MB unpacked, "
                f"and {limits.max_ratio} times its packed size",
            )


def refuse_names(strange: list[str], limits: Limits) -> NoReturn:
    """Raise MappingError for files whose names a zip may not hold."""
    examples = ", ".join(ascii(name[:40]) for name in strange[:MAX_EXAMPLES])
    limits.refuse(f"{len(strange):,} others ({examples})", f"{limits.what} with {limits.named}")


def _check_packing(member: zipfile.ZipInfo, limits: Limits) -> None:
    """Raise MappingError for a file that is encrypted or packed in a rare way."""
    named = member.filename[:60]
    if member.flag_bits & 1:
        limits.refuse(f"“{named}” in it protected by one", f"{limits.what} without a password")
    if member.compress_type not in _METHODS:
        limits.refuse(f"“{named}” in it packed in another way", f"{limits.what} packed plainly")


def _refuse_many(limits: Limits, found: str) -> NoReturn:
    limits.refuse(found, f"at most {limits.max_files:,} files in {limits.what}")
