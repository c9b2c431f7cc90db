"""What a page keeps of a workspace is opened anew when its own kind has changed, not before."""

import io
import json
import re
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from shown import opened as opened_page

from mapping.errors import MappingError
from mapping.workspaces import Kind, kinds
from mapping.workspaces.store import Store
from pages.shared import registers

ARCHIVE = Path(__file__).resolve().parents[1] / "fixtures" / "workspace-2026-11.zip"
README = Path(__file__).resolve().parents[2] / "README.md"
CAMDEN = ("borough", "E09000007")


pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def opened(monkeypatch) -> list[str]:
    """Note which kinds are opened."""
    found: list[str] = []
    real = Store.open_kind

    def noting(store: Store, workspace: str, kind: Kind) -> object:
        found.append(kind.name)
        return real(store, workspace, kind)

    monkeypatch.setattr(Store, "open_kind", noting)
    return found


def test_a_mark_that_is_saved_opens_no_actors_and_no_lenses_again(opened):
    store = registers.store()
    workspace = store.import_whole(ARCHIVE.read_bytes()).id
    before = registers.identify(workspace)
    seen = registers.workspace(before)
    register, shares = registers.register(before), registers.list_convening(CAMDEN, before, "land")
    assert sorted(opened) == sorted(kinds.BY_NAME)
    opened.clear()
    store.mark(workspace, "debt", "borough")
    now = registers.identify(workspace)
    assert now.version == before.version + 1
    found = registers.workspace(now)
    assert opened == ["marks"]
    assert found.register is seen.register
    assert registers.register(now) is register
    assert registers.list_convening(CAMDEN, now, "land").equals(shares)
    assert registers.own_lenses(now) == registers.own_lenses(before)
    home = tuple(found.place.split(".", 1))
    assert registers.marks(now, home) == registers.marks(before, home) | {("debt", "borough")}
    assert (found.version, seen.version) == (now.version, before.version)
    assert opened == ["marks"]


def test_counts_that_need_marks_are_made_anew_with_a_mark():
    store = registers.store()
    workspace = store.import_whole(ARCHIVE.read_bytes()).id
    before = registers.grid(CAMDEN, registers.identify(workspace), "postcodes")
    store.mark(workspace, "zoology", "borough")
    now = registers.grid(CAMDEN, registers.identify(workspace), "postcodes")
    assert set(now["theme"]) - set(before["theme"]) == {"zoology"}


def test_a_workspace_that_is_renamed_opens_nothing_again_but_its_name(opened):
    store = registers.store()
    workspace = store.import_whole(ARCHIVE.read_bytes()).id
    registers.workspace(registers.identify(workspace))
    opened.clear()
    store.rename(workspace, "Another")
    assert registers.workspace(registers.identify(workspace)).name == "Another"
    assert opened == []


def test_actors_that_are_removed_are_gone_from_every_count():
    store = registers.store()
    workspace = store.import_whole(ARCHIVE.read_bytes()).id
    key = registers.identify(workspace)
    before = registers.list_convening(CAMDEN, key, "postcodes")
    store.remove_actor(workspace, "heath")
    now = registers.list_convening(CAMDEN, registers.identify(workspace), "postcodes")
    assert set(before["actor"]) - set(now["actor"]) == {"Heath Hub"}


def test_without_a_workspace_there_is_nothing_of_a_kind():
    assert registers.marks(registers.NO_WORKSPACE, CAMDEN) == frozenset()
    with pytest.raises(MappingError, match="No workspace is open"):
        registers.read_kind(registers.NO_WORKSPACE, kinds.marks.KIND)


def test_what_the_readme_lets_a_page_write_keeps_rows_and_reads_them():
    workspace = registers.store().create("A", "borough.E09000007")
    (lines,) = re.findall(r"^```py\n(.*?)^```$", README.read_text(encoding="utf-8"), re.M | re.S)
    frame = pd.DataFrame({"theme": ["debt"], "scale": ["borough"]})
    for _ in range(2):
        choice = SimpleNamespace(kept=registers.identify(workspace))
        exec(compile(lines, "README.md", "exec"), {"choice": choice, "frame": frame, "once": "s"})
    found = registers.identify(workspace)
    assert found.version == 2
    assert registers.read_kind(found, kinds.marks.KIND) == {("debt", "borough")}


def test_the_page_says_what_of_a_later_builds_workspace_was_left_out():
    with zipfile.ZipFile(ARCHIVE) as whole:
        contents = {name: whole.read(name) for name in whole.namelist()}
    head = json.loads(contents["workspace.json"])
    head["kinds"] = {**dict.fromkeys(kinds.ORIGINAL, 1), "sketches": 1}
    contents |= {"workspace.json": json.dumps(head).encode(), "sketches.csv": b"x"}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in contents.items():
            packed.writestr(name, content)
    shown = opened_page("upload")
    zips = next(b for b in shown.app.file_uploader if b.label.startswith("Restore a workspace"))
    zips.set_value(("later.zip", file.getvalue(), "application/zip"))
    shown.run()
    assert "sketches (version 1)" in shown.notes[0]
    assert "Restored as a new workspace" in shown.notes[0]
    assert len(registers.store().open(shown.link()["workspace"]).register) == 5
