"""Ratings and schemes that are kept: checked, in one transaction, in archives for years."""

import io
import json
import sqlite3
import zipfile
from pathlib import Path

import pytest

from mapping.errors import MappingError
from mapping.stewardship import shipped_schemes, spread
from mapping.workspaces import kinds
from mapping.workspaces.kinds import ratings, schemes
from mapping.workspaces.store import Store

CAMDEN = "borough.E09000007"
OLD = Path(__file__).parent / "fixtures" / "workspace-2026-11.zip"


@pytest.fixture
def kept(tmp_path):
    opened = Store(str(tmp_path / "kept.sqlite"))
    yield opened
    opened.close()


def rate(who: str = "Ada", level: int = 4, note: str = "") -> object:
    return ratings.write_rows(
        "conditions", "borough", who, "person", {"trust": level, "power": 1}, {"trust": note}
    )


def repack(content: bytes, change) -> bytes:
    """Write an archive anew with its head and files changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    head = json.loads(files["workspace.json"])
    change(head, files)
    files["workspace.json"] = json.dumps(head).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return out.getvalue()


def test_ratings_are_kept_at_once_and_the_same_save_only_once(kept):
    workspace = kept.create("A", CAMDEN)
    rows = rate(note="=1+1\nsaid aloud")
    for _ in range(2):
        kept.put(workspace, ratings.KIND, rows, save_id="once")
    found = kept.open_kind(workspace, ratings.KIND).value
    assert found["condition"].tolist() == found.sort_values(["rated", "id"])["condition"].tolist()
    assert set(found["note"]) == {"=1+1\nsaid aloud", ""}
    assert len(found) == 2
    assert kept.versions(workspace).kinds["ratings"] == 2
    assert kept.list()["ratings"].tolist() == [2]


def test_a_fault_in_one_rating_keeps_none_of_them(kept):
    workspace = kept.create("A", CAMDEN)
    rows = rate()
    rows.loc[1, "level"] = 8
    with pytest.raises(MappingError, match="levels of 1 to 7"):
        kept.put(workspace, ratings.KIND, rows)
    assert kept.open_kind(workspace, ratings.KIND).value.empty


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("who", " ", "name of whoever rated"),
        ("who", "x" * 121, "up to 120 letters"),
        ("scale", "national", "hyperlocal, borough, regional"),
        ("kind", "crowd", "person or group"),
        ("note", "x" * 501, "notes of up to 500 letters"),
        ("condition", "", "condition"),
        ("level", 0, "levels of 1"),
    ],
)
def test_ratings_that_make_no_sense_are_refused_in_a_sentence(kept, column, value, said):
    rows = rate()
    rows.loc[0, column] = value
    with pytest.raises(MappingError, match=said):
        kept.put(kept.create("A", CAMDEN), ratings.KIND, rows)


def test_history_and_schemes_come_back_out_of_an_archive(kept):
    workspace = kept.create("A", CAMDEN)
    kept.put(workspace, ratings.KIND, rate(level=1), save_id="1")
    kept.put(workspace, ratings.KIND, rate(level=5), save_id="2")
    kept.put(workspace, schemes.KIND, schemes.write_row("Ours", "Open | no | yes\nKind | no | yes"))
    again = kept.import_whole(kept.export_whole(workspace))
    assert again.left_out == ""
    before, after = (kept.open_kind(one, ratings.KIND).value for one in (workspace, again.id))
    assert before.equals(after)
    cell = spread(after, shipped_schemes()["conditions"]).set_index(["condition", "scale"])
    assert cell.loc[("trust", "borough"), ["number", "most"]].tolist() == [1, 5]
    (scheme,) = kept.open_kind(again.id, schemes.KIND).value
    assert [one.levels for one in scheme.conditions] == [("no", "yes"), ("no", "yes")]


def test_an_older_archive_opens_without_ratings_and_a_newer_kind_is_left_out_and_told(kept):
    old = kept.import_whole(OLD.read_bytes())
    assert kept.open_kind(old.id, ratings.KIND).value.empty
    workspace = kept.create("A", CAMDEN)
    kept.put(workspace, ratings.KIND, rate())

    def newer(head, files):
        head["kinds"]["ratings"] = ratings.KIND.version + 1

    later = kept.import_whole(repack(kept.export_whole(workspace), newer))
    assert "ratings" in later.left_out
    assert kept.open_kind(later.id, ratings.KIND).value.empty


def test_a_scheme_that_is_none_is_not_kept(kept):
    with pytest.raises(MappingError, match="same number of levels"):
        kept.put(kept.create("A", CAMDEN), schemes.KIND, schemes.write_row("Ours", "A|1|2\nB|1"))


def test_ratings_go_with_their_workspace(kept, tmp_path):
    workspace = kept.create("A", CAMDEN)
    kept.put(workspace, ratings.KIND, rate())
    kept.delete(workspace)
    with sqlite3.connect(tmp_path / "kept.sqlite") as db:
        assert db.execute("SELECT count(*) FROM ratings").fetchone() == (0,)


def test_ratings_are_a_kind_like_others():
    assert kinds.BY_NAME["ratings"] is ratings.KIND
