"""A seeded fuzzer: an officer's table, broken in one to four ways.

Everything is made from a seed, so that a file that failed once can be made again.
"""

import random
from collections.abc import Callable, Iterator

from benchmarks.corpus import FORMULAS, STRANGE, TEMPLATES, rows, written


def broken_csvs(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Yield the names and bytes of so many mutated CSVs, each with one to four faults."""
    for number in range(count):
        some = random.Random(f"{seed}-{number}")
        text = written(
            rows(some.randrange(10**6), some.randrange(1, 60)),
            delimiter=some.choice(",;\t|"),
            end=some.choice(("\n", "\r\n", "\r")),
        )
        content = text.encode(some.choice(("utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16")))
        done = []
        for fault in some.choices(FAULTS, k=some.randrange(1, 5)):
            content = fault(content, some)
            done.append(fault.__name__.strip("_"))
        yield f"{number:03d} {' + '.join(done)}", content


def _flipped(content: bytes, some: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(some.randrange(1, 12)):
        changed[some.randrange(len(changed))] ^= 1 << some.randrange(8)
    return bytes(changed)


def _quotes_dropped(content: bytes, some: random.Random) -> bytes:
    at = [i for i, byte in enumerate(content) if byte == 0x22]
    gone = set(some.sample(at, min(len(at), 3)))
    return bytes(byte for i, byte in enumerate(content) if i not in gone)


def _quotes_added(content: bytes, some: random.Random) -> bytes:
    return _put(content, some, b'"', times=some.randrange(1, 5))


def _zeros_added(content: bytes, some: random.Random) -> bytes:
    return _put(content, some, b"\x00" * some.randrange(1, 5), times=3)


def _encodings_mixed(content: bytes, some: random.Random) -> bytes:
    return _put(
        content, some, some.choice((b"\xe9", b"\xc3\xa9", b"\x93x\x94", b"\xff\xfe")), times=3
    )


def _cut(content: bytes, some: random.Random) -> bytes:
    return content[: some.randrange(1, len(content) + 1)]


def _rows_cut(content: bytes, some: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    at = some.randrange(len(lines))
    lines[at] = lines[at][: some.randrange(len(lines[at]) + 1)]
    return b"".join(lines)


def _lines_added(content: bytes, some: random.Random) -> bytes:
    return _put(content, some, some.choice((b"\n\n", b"\r", b"\r\n\r\n", b"\n,,,,\n")), times=2)


def _cells_added(content: bytes, some: random.Random) -> bytes:
    return _put(content, some, some.choice((b",,,", b";;", b"\t", b"|" * 9)), times=3)


def _huge_cell(content: bytes, some: random.Random) -> bytes:
    return _put(content, some, b"x" * some.choice((5_000, 90_000, 300_000)))


def _texts_added(content: bytes, some: random.Random) -> bytes:
    for text in some.sample((*FORMULAS, *TEMPLATES, *STRANGE), 4):
        content = _put(content, some, text.encode())
    return content


def _titles_added(content: bytes, some: random.Random) -> bytes:
    return b"Partners of the borough\n\n" + content


def _put(content: bytes, some: random.Random, what: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        at = some.randrange(len(content) + 1)
        content = content[:at] + what + content[at:]
    return content


FAULTS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flipped,
    _quotes_dropped,
    _quotes_added,
    _zeros_added,
    _encodings_mixed,
    _cut,
    _rows_cut,
    _lines_added,
    _cells_added,
    _huge_cell,
    _texts_added,
    _titles_added,
)
