"""A stream out of a compound file, the container of old Office files: a small file system."""

import struct

_END = 0xFFFFFFFA
"""From here on a number names no sector."""
_ENTRY_BYTES, _HEADER_FAT = 128, 109


def read_stream(content: bytes, *names: str) -> bytes:
    """Return the bytes of the first stream of these names; none if there is no such stream.

    A chain that leads nowhere ends there. Raises struct.error for a file that is too short.
    """
    file = _Compound(content)
    for name in names:
        for entry in file.entries:
            if entry[:64].decode("utf-16-le", "replace").partition("\0")[0] == name:
                start, size = struct.unpack_from("<II", entry, 116)
                return file.read(start, size)
    return b""


class _Compound:
    """Sectors by number, and which follows which."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        shift, mini_shift = struct.unpack_from("<HH", content, 0x1E)
        self._size, self._mini_size = 1 << min(shift, 16), 1 << min(mini_shift, 16)
        directory, _, self._cutoff, mini, _, more, _ = struct.unpack_from("<IIIIIII", content, 0x30)
        tables = list(struct.unpack_from(f"<{_HEADER_FAT}I", content, 0x4C))
        while more < _END and len(tables) * self._size <= len(content):
            part = self._unpack(self._sector(more))
            tables, more = [*tables, *part[:-1]], part[-1] if part else _END
        self._next = [
            n for table in tables if table < _END for n in self._unpack(self._sector(table))
        ]
        whole = self._join(directory)
        self.entries = [whole[at : at + _ENTRY_BYTES] for at in range(0, len(whole), _ENTRY_BYTES)]
        self._mini_next = self._unpack(self._join(mini))
        start = struct.unpack_from("<I", self.entries[0], 116)[0] if self.entries else _END
        self._mini = self._join(start)

    def read(self, start: int, size: int) -> bytes:
        """Return a stream by its first sector and its length."""
        if size >= self._cutoff:
            return self._join(start)[:size]
        pieces = self._chain(start, self._mini_next)
        step = self._mini_size
        return b"".join(self._mini[n * step : (n + 1) * step] for n in pieces)[:size]

    def _sector(self, number: int) -> bytes:
        return self._content[(number + 1) * self._size : (number + 2) * self._size]

    def _join(self, start: int) -> bytes:
        return b"".join(map(self._sector, self._chain(start, self._next)))

    @staticmethod
    def _chain(start: int, following: list[int]) -> list[int]:
        found: list[int] = []
        while start < len(following) and len(found) < len(following):
            found.append(start)
            start = following[start]
        return found

    @staticmethod
    def _unpack(part: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(part) // 4}I", part[: len(part) // 4 * 4]))
