"""Drafts: kept whole for a day, within limits, for whoever has the id, and gone when forgotten."""

import json
import os
import stat
import time
from pathlib import Path
from types import SimpleNamespace

import faults
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping import drafts
from mapping.drafts import Drafts, GoneError, keeping
from mapping.errors import DiskError, MappingError

CONTENT = {"content": b"organisation,ward\nHeath Hub,Haverstock\n"}
UNKNOWN = "A" * 22


@pytest.fixture
def kept(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "drafts")


def list_files(kept: Drafts) -> list[Path]:
    return [path for path in kept.folder.rglob("*") if path.is_file()]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=5), part),
    max_leaves=6,
)


@given(
    said=st.dictionaries(st.text(max_size=8), JSON, max_size=4),
    files=st.dictionaries(st.text(max_size=8), st.binary(max_size=40), max_size=3),
)
def test_what_is_kept_is_read_back_as_it_was_by_another_process(tmp_path_factory, said, files):
    folder = tmp_path_factory.mktemp("drafts")
    receipt = Drafts(folder).keep("map", said, files)
    found = Drafts(folder).read(receipt.id)
    assert (found.kind, found.said, found.files) == ("map", said, files)
    assert found.receipt == receipt
    assert Drafts(folder).look(receipt.id) == receipt


def test_a_change_is_another_revision_and_lets_go_of_files_that_it_lacks(kept):
    first = kept.keep("map", {"inside": False}, {**CONTENT, "groups": b"a,b"})
    second = kept.change(first.id, {"inside": True}, CONTENT)
    assert second.revision != first.revision
    assert second.until >= first.until
    assert kept.read(first.id).said == {"inside": True}
    assert len(list_files(kept)) == 2


def test_the_id_cannot_be_guessed_and_stands_in_no_name_of_a_file(kept):
    ids = {kept.keep("map", {}, {}).id for _ in range(20)}
    assert len(ids) == 20
    assert min(map(len, ids)) == 22
    names = " ".join(str(path) for path in kept.folder.rglob("*"))
    assert not any(one in names or one in text for one in ids for text in read_all(kept))


def read_all(kept: Drafts) -> list[str]:
    return [path.read_text("latin-1") for path in list_files(kept)]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_only_the_owner_may_look(kept):
    kept.keep("map", {}, CONTENT)
    for path in [kept.folder, *kept.folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name


@pytest.mark.parametrize("id_", ["", "x", UNKNOWN, "../../etc/passwd", "a/b", "\0" * 22, "é" * 22])
def test_what_is_not_kept_is_said_to_be_gone(kept, id_):
    for ask in (kept.look, kept.read, lambda one: kept.change(one, {}, {})):
        with pytest.raises(GoneError, match="no longer kept on this server") as told:
            ask(id_)
        assert faults.is_plain(str(told.value))
    kept.forget(id_)


def test_what_is_forgotten_is_gone_and_nothing_of_it_stays(kept):
    receipt = kept.keep("map", {}, CONTENT)
    other = kept.keep("map", {}, CONTENT)
    kept.forget(receipt.id)
    kept.forget(receipt.id)
    with pytest.raises(GoneError):
        kept.change(receipt.id, {}, CONTENT)
    kept.forget(other.id)
    assert list(kept.folder.iterdir()) == []


def let_pass(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let the clock stand so many seconds later."""
    real = time.time
    now = SimpleNamespace(time=lambda: real() + seconds)
    monkeypatch.setattr(keeping, "time", now)


def test_a_draft_is_gone_a_day_after_its_last_change_and_then_deleted(kept, monkeypatch):
    one, other = (kept.keep("map", {}, CONTENT) for _ in range(2))
    let_pass(monkeypatch, drafts.KEEP_S - 60)
    kept.change(one.id, {}, CONTENT)
    assert kept.prune() == 0
    monkeypatch.undo()
    let_pass(monkeypatch, drafts.KEEP_S + 60)
    with pytest.raises(GoneError):
        kept.read(other.id)
    assert kept.read(one.id).files == CONTENT
    assert kept.prune() == 1
    assert len(list(kept.folder.iterdir())) == 1


def test_one_whose_end_a_wrong_clock_has_set_far_off_is_no_exception(kept, monkeypatch):
    let_pass(monkeypatch, 400 * drafts.KEEP_S)
    receipt = kept.keep("map", {}, CONTENT)
    monkeypatch.undo()
    with pytest.raises(GoneError):
        kept.read(receipt.id)
    assert kept.prune() == 1


def test_what_was_begun_and_never_kept_or_half_deleted_is_cleared_away(kept):
    kept.keep("map", {}, CONTENT)
    begun, going = kept.folder / ("b" * 64), kept.folder / ("c" * 64 + ".going")
    for folder in (begun, going):
        folder.mkdir()
        (folder / "part").write_bytes(b"x")
    assert kept.prune() == 1
    assert not going.exists()
    os.utime(begun, (1, 1))
    assert kept.prune() == 1
    assert not begun.exists()


def said_of(kept: Drafts) -> Path:
    (path,) = kept.folder.rglob("draft.json")
    return path


def test_a_draft_of_a_later_version_is_left_alone_and_told(kept):
    receipt = kept.keep("map", {}, CONTENT)
    whole = json.loads(said_of(kept).read_text())
    said_of(kept).write_text(json.dumps({"version": 2, "until": whole["until"], "more": []}))
    for ask in (kept.look, kept.read, lambda one: kept.change(one, {}, {})):
        with pytest.raises(MappingError, match="newer Common Ground") as told:
            ask(receipt.id)
        assert not isinstance(told.value, GoneError)
    assert kept.prune() == 0
    assert json.loads(said_of(kept).read_text())["version"] == 2


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"{}", b'{"version": 1, "until": "soon"}'])
def test_a_damaged_draft_is_gone_and_no_id_is_logged(kept, damage, caplog):
    receipt = kept.keep("map", {}, CONTENT)
    said_of(kept).write_bytes(damage)
    with pytest.raises(GoneError):
        kept.read(receipt.id)
    assert "damaged" in caplog.text
    assert receipt.id not in caplog.text


def test_a_file_that_is_not_as_it_was_written_is_not_given_out(kept):
    receipt = kept.keep("map", {}, CONTENT)
    (file,) = [path for path in list_files(kept) if path.name != "draft.json"]
    file.write_bytes(b"something else")
    with pytest.raises(GoneError):
        kept.read(receipt.id)


def test_a_visit_and_all_together_have_a_limit_that_is_said(kept, monkeypatch):
    monkeypatch.setattr(keeping, "MAX_VISIT_BYTES", 2_000_000)
    monkeypatch.setattr(keeping, "MAX_ALL_BYTES", 3_000_000)
    large = {"content": b"x" * 1_500_000}
    first = kept.keep("map", {}, large)
    with pytest.raises(MappingError, match=r"files of 2 MB .* the 2 MB that it keeps") as told:
        kept.keep("map", {}, large, others=[first.id])
    assert faults.is_plain(str(told.value))
    with pytest.raises(MappingError, match="no room now") as told:
        kept.keep("map", {}, {"content": b"x" * 1_600_000})
    assert faults.is_plain(str(told.value))
    assert len(list_files(kept)) == 2
    kept.forget(first.id)
    assert kept.keep("map", {}, large, others=[first.id])


def test_there_are_only_so_many_and_those_whose_time_is_up_make_room(kept, monkeypatch):
    monkeypatch.setattr(keeping, "MAX_DRAFTS", 3)
    for _ in range(3):
        kept.keep("map", {}, {})
    with pytest.raises(MappingError, match="no room now"):
        kept.keep("map", {}, {})
    let_pass(monkeypatch, drafts.KEEP_S + 60)
    assert kept.keep("map", {}, {})


def test_the_disk_is_not_filled(kept, monkeypatch):
    free = SimpleNamespace(free=drafts.MIN_FREE_BYTES + 10)
    monkeypatch.setattr(keeping.shutil, "disk_usage", lambda _: free)
    assert kept.keep("map", {}, {"content": b"x" * 10})
    with pytest.raises(MappingError, match="no room now"):
        kept.keep("map", {}, {"content": b"x" * 11})


@pytest.mark.parametrize("why", faults.DISK)
def test_a_disk_that_takes_nothing_is_told_and_what_was_kept_stays(kept, why):
    receipt = kept.keep("map", {"inside": False}, CONTENT)
    with faults.disk(why):
        with pytest.raises(DiskError) as told:
            kept.keep("map", {}, {"content": b"another"})
        assert faults.is_plain(str(told.value))
        with pytest.raises(DiskError):
            kept.change(receipt.id, {"inside": True}, CONTENT)
    assert kept.read(receipt.id).said == {"inside": False}
    assert len(list_files(kept)) == 2
    assert kept.change(receipt.id, {"inside": True}, CONTENT)


def test_drafts_lie_beside_the_database_or_where_somebody_says(tmp_path, monkeypatch):
    monkeypatch.setenv("COMMON_GROUND_DATABASE", str(tmp_path / "kept.sqlite"))
    assert drafts.find_folder() == tmp_path / "drafts"
    monkeypatch.setenv("COMMON_GROUND_DATABASE", "postgresql://one@127.0.0.1/two")
    assert drafts.find_folder().parts[-2:] == ("workspaces", "drafts")
    monkeypatch.setenv("COMMON_GROUND_DRAFTS", str(tmp_path / "elsewhere"))
    assert drafts.find_folder() == tmp_path / "elsewhere"
