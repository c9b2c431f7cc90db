"""Archives that lie: a zip whose list of contents says less than it unpacks to."""

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Iterator

from benchmarks.bars import Row
from mapping import zips
from mapping.errors import MappingError

UNPACKED_BYTES, LIMIT_BYTES = 60_000_000, 2_000_000
"""What the archive really unpacks to, and the lowered limit that its list keeps to."""
LIMITS = zips.Limits(
    what="an archive",
    advice="Save it again.",
    max_files=5,
    max_unpacked_bytes=LIMIT_BYTES,
    max_file_bytes=LIMIT_BYTES,
)


def rows() -> Iterator[Row]:
    """Open such an archive, and measure the memory that it takes before it is refused."""
    content = make_lying_zip(UNPACKED_BYTES, LIMIT_BYTES - 1)
    peak, is_refused = measure(content)
    what = f"an archive of {UNPACKED_BYTES / 1e6:.0f} MB whose list says {LIMIT_BYTES / 1e6:.0f} MB"
    over = max(0.0, (peak - LIMIT_BYTES) / 1e6)
    yield Row(f"{what}: memory over the limit", over, "MB", 10, "less")
    yield Row("  read as if it were whole", float(not is_refused), "", 0, "less")


def measure(content: bytes) -> tuple[int, bool]:
    """Return the most memory that reading a zip's file takes, in bytes, and if it was refused."""
    tracemalloc.start()
    try:
        with zips.open_zip(content, LIMITS) as found:
            found.read("a.csv")
    except MappingError:
        is_refused = True
    else:
        is_refused = False
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak, is_refused


def make_lying_zip(unpacked_bytes: int, listed_bytes: int) -> bytes:
    """Make a zip with one file, whose list and head say that it has fewer bytes than it has."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.csv", bytes(unpacked_bytes))
    true, listed = (struct.pack("<I", size) for size in (unpacked_bytes, listed_bytes))
    return file.getvalue().replace(true, listed)
