"""Zips are read with limits, whatever their list of contents says."""

import io
import struct
import zipfile
from dataclasses import replace

import pytest

from mapping import intake, zips
from mapping.errors import MappingError
from mapping.takeaway import request
from mapping.zips import Limits

LIMITS = Limits("a parcel", "Pack it again.", max_files=3, max_unpacked_bytes=1_000)
TEXT = b"word " * 100
NAME = "one.txt"


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def understate(content: bytes, listed_bytes: int) -> bytes:
    """Say in the list, and before each file, that files are shorter than they are."""
    changed = bytearray(content)
    for sign, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        begins = -1
        while (begins := content.find(sign, begins + 1)) >= 0:
            changed[begins + at : begins + at + 4] = struct.pack("<I", listed_bytes)
    return bytes(changed)


def read_all(content: bytes, limits: Limits, piece_bytes: int = -1) -> dict[str, bytes]:
    with zips.open_zip(content, limits) as archive:
        found = {}
        for name in archive.namelist():
            with archive.open(name) as file:
                found[name] = b"".join(iter(lambda file=file: file.read(piece_bytes), b""))
        return found


def refuse(content: bytes, limits: Limits = LIMITS, piece_bytes: int = -1) -> str:
    with pytest.raises(MappingError) as refused:
        read_all(content, limits, piece_bytes)
    assert str(refused.value).startswith("Expected ")
    return str(refused.value)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
@pytest.mark.parametrize("size", [0, 1, 500, 200_000])
def test_what_was_packed_is_read_whole_and_piece_by_piece(method, size):
    content = bytes(range(250)) * (size // 250) + b"x" * (size % 250)
    limits = replace(LIMITS, max_unpacked_bytes=200_000)
    for piece_bytes in (-1, 7_000):
        assert read_all(packed({NAME: content}, method), limits, piece_bytes) == {NAME: content}
    with zips.open_zip(packed({}), limits) as archive, pytest.raises(KeyError):
        archive.read("another")


@pytest.mark.parametrize("listed_bytes", [0, 1, 499])
def test_a_file_that_is_longer_than_the_list_says_is_refused_while_it_is_read(listed_bytes):
    content = understate(packed({NAME: TEXT}), listed_bytes)
    for piece_bytes in (-1, 100):
        said = refuse(content, LIMITS, piece_bytes)
        assert f"“one.txt” in it to be longer than the {listed_bytes} bytes listed" in said
    with zips.open_zip(content, LIMITS) as archive:  # nothing is wrong with the list
        assert archive.namelist() == [NAME]


def test_the_list_is_believed_by_nobody_who_reads_zips_of_users():
    view = packed({"request.json": b"{}" + b" " * 500})
    with pytest.raises(MappingError, match="longer than the 2 bytes listed"):
        request.read(understate(view, 2), pages=["place"])
    book = packed({"xl/workbook.xml": b"<workbook/>" + b" " * 500})
    with pytest.raises(MappingError, match="longer than the 11 bytes listed"):
        intake.read_sheet(understate(book, 11), name="x.xlsx")


def test_a_zip_of_too_many_or_too_long_files_is_refused_before_anything_is_unpacked(monkeypatch):
    monkeypatch.setattr(zips.CheckedZip, "open", None)
    many = packed({f"{n}.txt": b"" for n in range(4)})
    assert "at most 3 files in a parcel; found 4. Pack it again." in refuse(many)
    assert "found about 7" in refuse(packed({f"{n}.txt": b"" for n in range(7)}))
    assert "unpacks to 0 MB" in refuse(packed({NAME: b"x" * 1_001}))
    squeezed = replace(LIMITS, max_unpacked_bytes=10**6, small_bytes=1_000, max_ratio=2)
    assert "2 times its packed size" in refuse(packed({NAME: b"x" * 2_000}), squeezed)
    assert "up to 0 MB" in refuse(packed({NAME: TEXT}), replace(LIMITS, max_bytes=10))


def test_a_long_file_is_refused_only_where_it_is_read():
    limits = replace(LIMITS, max_file_bytes=10)
    with zips.open_zip(packed({NAME: TEXT, "two.txt": b"short"}), limits) as archive:
        assert archive.read("two.txt") == b"short"
        with pytest.raises(
            MappingError, match=r"whose one\.txt has at most 10 bytes; found one of 500"
        ):
            archive.read(NAME)


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/etc/x", "..", "a/..", "\\x", "..\\x", "C:\\x", "c:x"]
)
def test_names_that_point_outside_are_refused(name):
    assert "none of which points outside" in refuse(packed({name: b"x"}))


@pytest.mark.parametrize("name", ["a..b", "..a/b", "a/b:c", "a b/ü.txt", ".x"])
def test_names_that_look_strange_and_stay_within_are_read(name):
    with zips.open_zip(packed({name: b"x"}), LIMITS) as archive:
        assert archive.read(name) == b"x"


def test_repeats_passwords_rare_packings_and_damage_are_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(NAME, b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(NAME, b"2")
    assert "each file once in a parcel; found 1 repeated" in refuse(file.getvalue())
    with zips.open_zip(file.getvalue(), replace(LIMITS, may_repeat=True)) as archive:
        assert archive.read(NAME) == b"2"
    locked = bytearray(packed({NAME: TEXT}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert "a parcel without a password" in refuse(bytes(locked))
    assert "packed in another way" in refuse(packed({NAME: TEXT}, zipfile.ZIP_LZMA))
    whole = packed({NAME: TEXT}, zipfile.ZIP_STORED)
    assert "damaged or no zip" in refuse(whole.replace(b"word", b"sword"[:4], 1))
    for broken in (b"", b"PK", whole[:-10], b"x" * 200):
        assert "damaged or no zip" in refuse(broken)
