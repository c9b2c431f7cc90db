"""The store while it cannot be read or written: what pages say, and that they come back."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import faults
import pytest
from shown import PAGES, Shown, opened
from test_store import CAMDEN, file, register_of

from mapping.workspaces.store import Store, database
from pages.shared import registers

SAID = "This page cannot be shown just now, because the workspace in its link cannot be opened."


@pytest.fixture
def kept(own_database: None) -> Store:
    """A store of its own, with a workspace in it."""
    return registers.store()


@pytest.fixture
def workspace(kept: Store) -> str:
    made = kept.create("Ours", CAMDEN)
    kept.save_actors(made, register_of("Only in ours"), file())
    return made


@contextmanager
def no_file() -> Iterator[None]:
    """Move the database away, with its log."""
    path = Path(os.environ[database.VARIABLE])
    elsewhere = path.parent / "elsewhere"
    elsewhere.mkdir()
    for one in path.parent.glob("*.sqlite*"):
        one.rename(elsewhere / one.name)
    yield
    for one in elsewhere.iterdir():
        one.rename(path.parent / one.name)
    elsewhere.rmdir()


@contextmanager
def no_database() -> Iterator[None]:
    """Put a letter in the place of the database."""
    path = Path(os.environ[database.VARIABLE])
    with no_file():
        path.write_bytes(b"Dear all, this is no database. " * 200)
        yield
        for one in path.parent.glob("*.sqlite*"):
            one.unlink()


@contextmanager
def not_open() -> Iterator[None]:
    """Let the store be reached for the first time while its folder is not there."""
    registers.store.clear()
    before = os.environ[database.VARIABLE]
    os.environ[database.VARIABLE] = f"{before}-none/a.sqlite"
    yield
    os.environ[database.VARIABLE] = before


AWAY = {"moved": no_file, "no database": no_database, "not open": not_open}


def shown_away(shown: Shown) -> str:
    (said,) = shown.notes
    assert shown.finding == SAID
    assert faults.is_plain(said)
    assert "Only in ours" not in "".join(shown.html)
    assert shown.tables() == {}
    assert not shown.numbers
    return said


@pytest.mark.parametrize("why", AWAY)
@pytest.mark.parametrize("page", PAGES)
def test_no_page_answers_without_its_workspace_and_each_comes_back_as_it_was(
    page: str, why: str, workspace: str
) -> None:
    link = {"workspace": workspace, "place": "ward.E05013663", "by": "land"}
    with AWAY[why]():
        shown = opened(page, **link)
        shown_away(shown)
        assert {name: shown.app.query_params[name] for name in link} == link
    shown.app.button(key="_try_again").click()
    shown.run()
    assert SAID not in "".join(shown.html)
    assert {name: shown.link()[name] for name in link} == link


def test_a_reader_goes_on_without_the_workspace_if_they_say_so(workspace: str) -> None:
    with no_file():
        shown = opened("gaps", workspace=workspace, place=CAMDEN)
        shown.app.button(key="_go_on").click()
        assert shown.run().finding
        assert "workspace" not in shown.chosen()


def test_a_page_whose_workspace_goes_away_while_it_is_drawn_says_so(
    workspace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = registers.identify

    def identify_and_go(asked: str) -> registers.WorkspaceKey:
        found = real(asked)._replace(version=99)  # nothing of it is at hand yet
        monkeypatch.setattr(registers, "_read_facts", gone)
        return found

    def gone(_: object) -> None:
        with no_file():
            registers.store().list()

    monkeypatch.setattr(registers, "identify", identify_and_go)
    shown = opened("place", workspace=workspace, place=CAMDEN)
    assert any("moved or deleted" in note for note in shown.notes)


@pytest.mark.parametrize("why", AWAY)
def test_what_cannot_be_saved_is_said_and_saved_once_the_store_is_back(
    why: str, kept: Store
) -> None:
    shown = opened("gaps", place=CAMDEN)
    with AWAY[why]():
        shown.app.button(key="_start_workspace").click()
        shown.run()
        (said,) = [note for note in shown.notes if "Nothing was saved" in note]
        assert faults.is_plain(said)
    shown.app.button(key="_start_workspace").click()
    shown.run()
    assert registers.store().list()["name"].to_list() == ["Partners in Camden"]


def test_a_database_that_somebody_else_writes_to_is_said_to_be_in_use(
    workspace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "MAX_WAIT_S", 0.2)
    registers.store.clear()
    shown = opened("upload", workspace=workspace)
    box = f"_widget_rename_{workspace}"
    other = sqlite3.connect(os.environ[database.VARIABLE], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    shown.app.text_input(key=box).set_value("Theirs")
    (said,) = [note for note in shown.run().notes if "Nothing was saved" in note]
    assert "others still held it" in said
    assert faults.is_plain(said)
    other.execute("ROLLBACK")
    shown.app.text_input(key=box).set_value("Theirs")
    assert "Renamed “Ours” to “Theirs”." in shown.run().notes


def test_two_tabs_that_rename_a_workspace_at_once_do_not_undo_each_other(workspace: str) -> None:
    one, two = (opened("upload", workspace=workspace) for _ in range(2))
    box = f"_widget_rename_{workspace}"
    one.app.text_input(key=box).set_value("By one")
    two.app.text_input(key=box).set_value("By two")
    assert "Renamed “Ours” to “By one”." in one.run().notes
    (said,) = [note for note in two.run().notes if "Someone else has changed" in note]
    assert "the name of this workspace" in said
    assert two.app.text_input(key=box).value == "By one"
    two.app.text_input(key=box).set_value("By two")
    assert "Renamed “By one” to “By two”." in two.run().notes


@pytest.mark.parametrize("page", PAGES)
def test_a_workspace_that_was_deleted_in_another_tab_is_said_to_be_gone(
    page: str, kept: Store, workspace: str
) -> None:
    shown = opened(page, workspace=workspace, place=CAMDEN)
    kept.delete(workspace)
    (said,) = [note for note in shown.run().notes if "cannot be opened" in note]
    assert "It may have been deleted" in said
    assert "workspace" not in shown.chosen()
    assert "cannot be opened" not in "".join(shown.run().notes)


def test_what_is_changed_in_a_workspace_that_is_gone_is_said_not_to_be(
    kept: Store, workspace: str
) -> None:
    shown = opened("upload", workspace=workspace)
    kept.delete(workspace)
    shown.app.text_input(key=f"_widget_rename_{workspace}").set_value("Theirs")
    said = "".join(shown.run().notes)
    assert "It may have been deleted" in said
    assert "Renamed" not in said
