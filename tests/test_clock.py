"""A clock that is turned back: what was kept later counts as later, and old files still go."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from test_store import CAMDEN, file, register_of

from mapping import derived
from mapping.atoms import postcodes
from mapping.boundaries import coverage
from mapping.places import at
from mapping.workspaces import kinds
from mapping.workspaces.store import Store, clock

NOW = datetime.now(UTC)
YEARS = (NOW.replace(year=1970), NOW - timedelta(days=400), NOW + timedelta(days=9_000))


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "a.sqlite"))


def turn(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let the clock show another moment from now on."""
    monkeypatch.setattr(clock, "now", lambda: moment.isoformat(timespec="microseconds"))


@pytest.mark.parametrize("then", YEARS)
def test_of_two_ratings_the_later_counts_whatever_the_clock_says(
    then: datetime, kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = kept.create("A", CAMDEN)
    for level in (1, 3):
        rows = kinds.ratings.write_rows("town", "borough", "Ann", "person", {"trust": level}, {})
        kept.put(workspace, kinds.ratings.KIND, rows)
        turn(monkeypatch, then)
    found = kept.open_kind(workspace, kinds.ratings.KIND).value
    assert found["level"].to_list() == [1, 3]
    assert found["rated"].is_monotonic_increasing


@pytest.mark.parametrize("then", YEARS)
def test_versions_uploads_and_names_go_on_whatever_the_clock_says(
    then: datetime, kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = kept.create("A", CAMDEN)
    kept.save_actors(workspace, register_of("One"), file())
    before = kept.facts(workspace)
    turn(monkeypatch, then)
    kept.save_actors(workspace, register_of("Two"), file())
    kept.rename(workspace, "B")
    after = kept.facts(workspace)
    assert after["version"] == before["version"] + 2
    assert after["updated"] > before["updated"]
    assert kept.open(workspace).uploads["saved"].is_monotonic_increasing
    assert len(kept.create("Another", CAMDEN)) == len(workspace)


def test_a_moment_is_now_unless_something_was_later(monkeypatch: pytest.MonkeyPatch) -> None:
    turn(monkeypatch, datetime(2026, 5, 1, tzinfo=UTC))
    assert clock.now_after("2026-04-30T00:00:00.000000+00:00") == clock.now()
    last = "2026-05-01T00:00:00.000000+00:00"
    assert clock.now_after(last) == "2026-05-01T00:00:00.000001+00:00"


def test_old_files_go_although_they_are_of_a_time_to_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(b"x" * 10)
    earlier = time.time() - 400 * 86_400
    monkeypatch.setattr(derived.time, "time", lambda: earlier)
    assert len(derived.prune(tmp_path, "*", keep_bytes=10)) == 1


def test_shapes_are_kept_by_a_clock_that_stands_before_1980(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMON_GROUND_CACHE", str(tmp_path))
    monkeypatch.setattr(time, "time", lambda: 0.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(0))
    coverage.load_fine(at("ward", postcodes.find("IV30 1BA")["ward_code"]))
    assert list(tmp_path.rglob("fine-*"))


def test_a_workspace_is_taken_away_by_a_clock_that_stands_before_1980(
    kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = kept.create("A", CAMDEN)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(0))
    assert kept.import_whole(kept.export_whole(workspace)).id != workspace
