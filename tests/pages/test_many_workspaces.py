"""More workspaces than fit a list: searched and turned page by page, none left out."""

import os
import shutil
from pathlib import Path

import pytest
from kept_rows import example
from shown import Shown, opened

from mapping.workspaces import kinds
from mapping.workspaces.store import Store
from pages.shared import registers
from pages.upload import workspace_box

CAMDEN, OLDHAM = "borough.E09000007", "borough.E08000004"
MANY = 230


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with many workspaces, the first two of which are older than all others."""
    path = tmp_path_factory.mktemp("many") / "kept.sqlite"
    store = Store(str(path))
    store.create("The oldest of all", OLDHAM)
    store.create("Partners in Camden", CAMDEN)
    for number in range(MANY - 2):
        store.create(f"Newer {number}", CAMDEN)
    store.close()
    assert [one.name for one in path.parent.iterdir()] == [path.name], "all is in the one file"
    return path


@pytest.fixture
def kept(own_database: None, many: Path) -> Store:
    """A store of a test's own with many workspaces in it."""
    shutil.copy(many, os.environ["COMMON_GROUND_DATABASE"])
    return registers.store()


def box(shown: Shown):
    (found,) = [one for one in shown.app.selectbox if one.label.startswith("Open a")]
    return found


def find(shown: Shown, text: str) -> Shown:
    shown.app.text_input(key="_find_workspace").set_value(text)
    return shown.run()


def test_the_list_to_open_one_has_a_page_at_a_time_and_says_of_how_many(kept: Store) -> None:
    shown = opened("upload")
    assert box(shown).options == [f"Newer {n}" for n in range(MANY - 3, MANY - 33, -1)]
    assert f"Workspaces 1 to 30 of {MANY}, the last changed first." in shown.captions
    pages, _ = shown.app.get("pagination")  # the table of all workspaces has its own
    assert pages.proto.num_pages == -(-MANY // workspace_box.PAGE)


def test_a_workspace_older_than_two_hundred_others_is_found_by_name_or_place_and_opened(
    kept: Store,
) -> None:
    shown = opened("upload")
    for text in ("oldest", "OLDHAM"):
        assert box(find(shown, text)).options == ["The oldest of all"]
        assert "Workspaces 1 to 1 of 1" in shown.captions
    box(shown).set_value(box(shown).options[0])
    shown.run()
    oldest = kept.list()["id"].iloc[-1]
    assert shown.chosen()["workspace"] == oldest
    assert kept.facts(oldest)["name"] == "The oldest of all"


def test_a_search_that_finds_none_says_so(kept: Store) -> None:
    shown = find(opened("upload"), "nothing is called so")
    assert "No workspace matches. Try part of its name." in shown.captions
    assert box(shown).options == []
    assert len(box(find(shown, "")).options) == workspace_box.PAGE


def test_the_open_workspace_is_offered_to_save_in_however_old_it_is(kept: Store) -> None:
    oldest = kept.list()["id"].iloc[-1]
    offered = workspace_box.names(registers.identify(oldest))
    assert offered[oldest] == "The oldest of all"
    assert len(offered) == workspace_box.MAX_OFFERED + 1


def test_workspaces_of_one_name_are_told_apart_by_when_they_were_changed(
    own_database: None,
) -> None:
    for name in ("Same", "Same", "Other"):
        registers.store().create(name, CAMDEN)
    offered = box(opened("upload")).options
    assert offered[0] == "Other"
    assert all(said.startswith("Same, changed ") for said in offered[1:])


def test_the_list_has_a_column_for_what_some_workspace_has_and_no_other(
    own_database: None,
) -> None:
    store = registers.store()
    made = store.create("Partners in Camden", CAMDEN)
    facts = ["Workspace", "Place", "Last changed"]
    assert list(opened("upload").table("Workspaces on this server").columns) == facts
    store.put(made, kinds.schemes.KIND, kinds.schemes.KIND.make_rows(example(kinds.schemes.KIND)))
    listed = opened("upload").table("Workspaces on this server")
    assert list(listed.columns) == [*facts, "Schemes of one's own"]
