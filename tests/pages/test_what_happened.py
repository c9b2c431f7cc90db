"""What happened in a workspace is shown where it is managed, and kept as long as somebody says."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from shown import PLACES, Shown, opened
from sqlalchemy import update

from mapping.workspaces import history
from mapping.workspaces.store import schema
from pages.shared import registers
from pages.upload import what_happened

pytestmark = pytest.mark.usefixtures("own_database")
CAPTION = "What happened in this workspace"


def unfolded(workspace: str) -> Shown:
    """Show Upload with the workspace open, and what happened in it."""
    shown = opened("upload", workspace=workspace)
    shown.app.session_state["what-happened"] = True
    return shown.run()


@pytest.fixture
def workspace() -> str:
    return registers.store().create("Ours", PLACES["Camden"])


def test_what_happened_is_folded_until_somebody_asks(workspace):
    shown = opened("upload", workspace=workspace)
    assert "What happened here" in [box.label for box in shown.app.expander]
    assert not any(CAPTION in piece for piece in shown.html)


def test_the_latest_comes_first_and_what_the_reader_did_is_told_as_theirs(workspace):
    registers.store().mark(workspace, "food", "borough")
    shown = unfolded(workspace)
    (name,) = (w for w in shown.app.text_input if w.label == "Name")
    name.set_value("Theirs")
    table = shown.run().table(CAPTION)
    assert table["What happened"].tolist() == [
        "Renamed the workspace",
        "Added one mark that the list is complete",
        "Made the workspace",
    ]
    session, *others = table["Session"]
    assert re.fullmatch(r"[0-9a-f]{8} \(yours\)", session)
    assert others == ["not known", "not known"]
    assert re.fullmatch(r"\d+ [A-Z][a-z]+ \d{4}, \d\d:\d\d:\d\d", table["When (UTC)"][0])
    frame = shown.app.session_state["_shown"].tables["history"].frame
    assert frame["what"].tolist()[0] == "renamed the workspace"
    assert session.startswith(frame["session"].tolist()[0])


def test_two_tabs_are_two_sessions(workspace):
    for name in ("One", "Two"):
        shown = unfolded(workspace)
        (box,) = (w for w in shown.app.text_input if w.label == "Name")
        box.set_value(name)
        table = shown.run().table(CAPTION)
    assert len(set(table["Session"])) == 3
    assert sum("(yours)" in one for one in table["Session"]) == 1


def test_for_how_long_it_is_kept_is_chosen_and_holds_at_once(workspace):
    then = (datetime.now(UTC) - timedelta(days=31)).isoformat(timespec="microseconds")
    with registers.store()._database.writing("test") as db:
        db.execute(update(schema.history).values(moment=then))
    shown = unfolded(workspace)
    (box,) = (one for one in shown.app.selectbox if one.label == "Keep each row")
    assert box.value == history.USUAL_DAYS
    box.set_value(30)
    shown.run()
    assert "What happens in this workspace is kept: 30 days." in shown.notes
    assert shown.table(CAPTION)["What happened"].tolist() == ["Chose to keep this list for 30 days"]
    assert registers.store().history(workspace).days == 30


def test_what_a_zip_told_is_told_so(workspace):
    restored = registers.store().import_whole(registers.store().export_whole(workspace)).id
    sessions = unfolded(restored).table(CAPTION)["Session"].tolist()
    assert sessions == ["not known", "not known, told by the zip"]


def test_every_time_that_may_be_chosen_has_its_words():
    assert tuple(what_happened.KEEPING) == history.KEPT_DAYS
