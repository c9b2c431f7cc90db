"""Files that can be made again: whole, checked, and cleared away when nobody uses them."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping import derived

DAY_S = 24 * 3600.0


def old(path: Path, days: float, size: int = 10) -> Path:
    """Make a file that was last used so many days ago."""
    path.write_bytes(b"x" * size)
    then = time.time() - days * DAY_S
    os.utime(path, (then, then))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all examples of a property."""
    return tmp_path_factory.mktemp("sealed")


@pytest.fixture(scope="module", autouse=True)
def dated_by_modification() -> Iterator[None]:
    """Let a test say how old a file is: nobody can set when its facts were last changed."""
    real = Path.lstat

    def dated(path: Path) -> os.stat_result:
        facts = real(path)
        return os.stat_result((*facts[:9], facts.st_mtime))

    with patch.object(Path, "lstat", dated):
        yield


def test_a_file_is_written_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.txt"
    derived.write(path, b"one")
    derived.write(path, b"two", modified_s=1_000_000_000)
    assert path.read_bytes() == b"two"
    assert path.stat().st_mtime == 1_000_000_000
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(path.parent.iterdir()) == [path]


@given(st.binary(max_size=200))
def test_what_was_sealed_is_read_as_it_was(folder: Path, content: bytes) -> None:
    path = folder / "sealed"
    derived.keep_sealed(path, content)
    assert derived.read_sealed(path) == content


@given(st.data())
def test_any_damage_to_a_sealed_file_is_noticed(folder: Path, data: st.DataObject) -> None:
    path = folder / "damaged"
    derived.keep_sealed(path, b"the shapes of Camden")
    whole = path.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    change = data.draw(st.sampled_from(["cut", "flip", "add"]))
    flipped = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    path.write_bytes({"cut": whole[:at], "flip": flipped, "add": whole + b"\0"}[change])
    assert derived.read_sealed(path) is None


def test_a_file_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    assert derived.read_sealed(tmp_path / "none") is None
    assert derived.prune(tmp_path / "none", "*") == []


def test_nothing_is_deleted_while_all_is_small(tmp_path: Path) -> None:
    old(tmp_path / "a", days=400)
    assert derived.prune(tmp_path, "*", keep_bytes=10) == []


def test_nothing_used_within_an_hour_is_deleted_however_large(tmp_path: Path) -> None:
    for number in range(3):
        old(tmp_path / f"{number}", days=0.9 / 24)
    assert derived.prune(tmp_path, "*", keep_bytes=0) == []


def test_a_folder_is_held_to_its_size_within_the_week_and_the_day(tmp_path: Path) -> None:
    used = [old(tmp_path / f"{number}", days=number / 24) for number in range(2, 8)]
    assert derived.prune(tmp_path, "*", keep_bytes=25) == used[:1:-1]
    assert sorted(tmp_path.iterdir()) == used[:2]


def test_those_longest_unused_go_first_until_the_rest_is_small_enough(tmp_path: Path) -> None:
    files = [old(tmp_path / name, days) for name, days in (("c", 8), ("a", 30), ("b", 20))]
    fresh = old(tmp_path / "fresh", days=0.01)
    assert derived.prune(tmp_path, "*", keep_bytes=25) == [files[1], files[2]]
    assert sorted(tmp_path.iterdir()) == [files[0], fresh]


def test_a_sealed_file_that_was_read_counts_as_used(tmp_path: Path) -> None:
    for name in ("a", "b"):
        derived.keep_sealed(tmp_path / name, b"content")
        os.utime(tmp_path / name, (1_000_000_000, 1_000_000_000))
    derived.read_sealed(tmp_path / "a")
    assert derived.prune(tmp_path, "*", keep_bytes=0) == [tmp_path / "b"]


def test_reading_does_not_bring_back_a_file_that_another_server_cleared_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sealed"
    derived.keep_sealed(path, b"content")
    real = Path.read_bytes

    def read_and_cleared_away(self: Path) -> bytes:
        content = real(self)
        self.unlink()
        return content

    monkeypatch.setattr(Path, "read_bytes", read_and_cleared_away)
    assert derived.read_sealed(path) == b"content"
    assert list(tmp_path.iterdir()) == []


def test_a_sealed_file_that_only_others_may_change_can_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    derived.keep_sealed(tmp_path / "sealed", b"content")

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "utime", refuse)
    assert derived.read_sealed(tmp_path / "sealed") == b"content"


def test_only_files_of_the_pattern_are_looked_at_and_no_folders(tmp_path: Path) -> None:
    other, ours = old(tmp_path / "thesis.doc", 400), old(tmp_path / "fine-1", 400)
    (tmp_path / "fine-folder").mkdir()
    assert derived.prune(tmp_path, "fine-*", keep_bytes=0) == [ours]
    assert other.is_file()


def test_what_an_interrupted_write_left_goes_after_an_hour(tmp_path: Path) -> None:
    left = old(tmp_path / f"areas.geojson123{derived.UNFINISHED}", days=0.1)
    writing = old(tmp_path / f"areas.geojson456{derived.UNFINISHED}", days=0.01)
    assert derived.prune(tmp_path, "*") == [left]
    assert writing.is_file()


def test_a_file_that_cannot_be_deleted_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = old(tmp_path / "a", days=30)

    def refuse(_: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "unlink", refuse)
    assert derived.prune(tmp_path, "*", keep_bytes=0) == []
    assert file.is_file()
