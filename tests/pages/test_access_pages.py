"""Who may: what a reader, a steward, a stranger and nobody see while access is switched on."""

import ast
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shown import PAGES, PLACES, ROOT, Shown, opened

from mapping import access, actors, places, redraw
from mapping.access import Person, Role
from mapping.actors import Links
from mapping.geography import layers
from mapping.workspaces import ReceivedFile, kinds
from mapping.workspaces.store import Store, roles
from pages.shared import convening, door, people, registers, take_away

pytestmark = pytest.mark.usefixtures("own_database")
ANN, READER, SAM = (Person(f"{one}@example.org", one) for one in ("ann", "rae", "sam"))
CAMDEN = PLACES["Camden"]
MAIL, PHONE, NOTED = "ada@vexmoor.example", "0161 496 0000", "bo@vexmoor.example"
As = Callable[[Person], None]


@pytest.fixture
def acting(monkeypatch: pytest.MonkeyPatch) -> As:
    """Switch access on, with somebody at every session: ann, until told."""
    setting = access.setting.read("header X-User from 10.0.0.5")
    monkeypatch.setattr(people, "read_setting", lambda: setting)
    monkeypatch.setattr(people, "find_browser", lambda: "b" * 43)

    def act(person: Person) -> None:
        monkeypatch.setattr(people, "find_known", lambda: people.Known(person))

    act(ANN)
    return act


def register() -> actors.Register:
    told = {
        "id": ["1"],
        "actor": ["Vexmoor Befrienders"],
        "contact": [f"{MAIL}, {PHONE}"],
        "themes": ["food"],
        "note": [f"Ask Bo ({NOTED})"],
    }
    wards = np.flatnonzero(np.asarray(layers.get("ward").codes) == "E05013653").astype("int32")
    none = np.empty(0, "int32")
    links = Links(np.zeros(len(wards), "int32"), wards)
    return actors.register(pd.DataFrame(told), links, Links(none, none))


@pytest.fixture
def workspace(acting: As) -> str:
    store = registers.store()
    made = store.create("Ours", CAMDEN)
    received = ReceivedFile("a.csv", "f", pd.DataFrame({"outcome": ["x"], "contact": [MAIL]}), "u1")
    store.save_actors(made, register(), received)
    store.give_role(made, READER.id, Role.READER)
    return made


def everything(shown: Shown) -> str:
    """Return all that a page shows, and all that can be taken away from it."""
    app = shown.app
    kept = app.session_state["_shown"]
    frames = [table.frame.to_csv() for table in kept.tables.values()]
    choice = app.session_state["_handed_over"][0]
    codes = [str(code.value) for code in app.code]
    lists = registers.list_invited((choice.place.kind, choice.place.code), choice.kept, "residents")
    copied = convening.write_list(lists, "Camden", "residents")
    return "\n".join([*shown.html, shown.captions, *shown.notes, *frames, *codes, copied])


def unzip(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        return b"".join(found.read(name) for name in found.namelist())


@pytest.mark.parametrize("page", PAGES)
def test_every_page_works_for_a_reader_and_shows_no_contact(acting, workspace, page):
    acting(READER)
    shown = opened(page, place=CAMDEN, workspace=workspace)
    assert shown.finding
    assert shown.link()["workspace"] == workspace
    found = everything(shown)
    assert [one for one in (MAIL, PHONE, NOTED) if one in found] == []
    assert "You are a reader of it." in shown.captions


def test_contacts_are_shown_to_those_who_may_edit(workspace):
    shown = opened("who_works_here", place=CAMDEN, workspace=workspace, ward="E05013653")
    found = everything(shown)
    assert MAIL in found
    assert PHONE in found


def test_what_a_reader_takes_away_has_no_contact_and_what_an_editor_does_has(acting, workspace):
    held = {}
    for person in (ANN, READER):
        acting(person)
        shown = opened("who_works_here", place=CAMDEN, workspace=workspace, ward="E05013653")
        state = shown.app.session_state
        monkey = pytest.MonkeyPatch()
        with monkey.context() as patched:
            view = {**take_away.choices.USUAL, "workspace": workspace, "place": CAMDEN}
            patched.setattr(take_away.state, "read_view", lambda view=view: view)
            patched.setattr(take_away.held, "draft", lambda: None)
            choice = state["_handed_over"][0]
            held[person] = unzip(take_away.make_bundle(choice, state["_shown"]))
    assert b"Vexmoor" in held[ANN]
    assert MAIL.encode() in held[ANN]
    assert b"Vexmoor" in held[READER]
    assert [one for one in (MAIL, PHONE, NOTED) if one.encode() in held[READER]] == []


def test_a_reader_is_offered_nothing_that_changes_the_workspace(acting, workspace):
    acting(READER)
    shown = opened("upload", place=CAMDEN, workspace=workspace)
    assert door.READS in shown.captions
    labels = {
        one.label for kind in ("button", "text_input", "toggle") for one in getattr(shown.app, kind)
    }
    assert not labels & {"Name", "Delete", "Remove permanently", "Give this role"}
    boxes = {box.label for box in shown.app.expander}
    assert not boxes & {"What happened here", "Who may open this workspace"}


def test_a_stranger_is_told_that_it_is_not_open_to_her(acting, workspace):
    acting(SAM)
    shown = opened("upload", place=CAMDEN, workspace=workspace)
    (told,) = (note for note in shown.notes if "not open to you" in note)
    assert "signed in as sam" in told
    found = everything(shown)
    assert "Ours" not in found
    assert "workspace" not in shown.link()


@pytest.mark.parametrize("page", ["place", "upload"])
def test_nobody_sees_anything_but_the_door(acting, workspace, page):
    acting(access.NOBODY)
    shown = opened(page, place=CAMDEN, workspace=workspace)
    assert shown.finding == "You are not signed in."
    assert shown.notes == [door.BY_PROXY]
    assert not shown.maps()
    assert "_handed_over" not in shown.app.session_state


def test_somebody_else_at_the_same_session_finds_nothing_of_the_one_before(acting, workspace):
    shown = opened("upload", place=CAMDEN, workspace=workspace)
    shown.app.session_state["_draft"] = None
    shown.app.session_state["left"] = "hers"
    acting(SAM)
    shown.app.query_params.clear()
    shown.run()
    assert "left" not in shown.app.session_state
    assert "Ours" not in everything(shown)


def press(shown: Shown, label: str) -> Shown:
    (found,) = (one for one in shown.app.button if one.label == label)
    found.click()
    return shown.run()


def draw(workspace: str) -> Shown:
    """Open Redraw by hand in a workspace, with one ward of Camden in a group."""
    now = redraw.begin(places.get("Camden"), "ward").move(["E05013652"], 1)
    return opened("redraw", place=CAMDEN, door="hand", workspace=workspace, drawn=now.text)


def keep(shown: Shown, title: str) -> Shown:
    next(box for box in shown.app.text_input if box.label == "Name of the map").set_value(title)
    return press(shown, "Keep this map")


def test_a_reader_looks_at_redrawn_maps_and_keeps_hers_in_a_workspace_of_her_own(acting, workspace):
    keep(draw(workspace), "Ann's")
    acting(READER)
    shown = draw(workspace)
    assert "You may read this workspace, but not keep maps in it." in shown.captions
    labels = [one.label for one in shown.app.button]
    assert {"Open and change", "Compare with this"} <= set(labels)
    assert not {"Remove permanently"} & set(labels)
    assert "Keep it as" not in [box.label for box in shown.app.selectbox]
    keep(shown, "Rae's")
    assert shown.notes[0].startswith("Kept. “Rae's” is in the workspace.")
    own = shown.link()["workspace"]
    assert own != workspace
    kept = {
        key: [
            one.title for one in registers.read_kind(registers.identify(key), kinds.scenarios.KIND)
        ]
        for key in (own, workspace)
    }
    assert kept == {own: ["Rae's"], workspace: ["Ann's"]}
    acting(SAM)
    assert draw(own).link().get("workspace") is None


@pytest.mark.parametrize(
    ("kind", "label", "rows", "button"),
    [
        ("organisations", "Upload a file", "Organisation,Where\nVexmoor Friends,Camden\n", "Save"),
        ("map", "Upload a map of areas", "ward,team\nE05013653,N\nE05013654,S\n", "Save the map"),
        ("numbers", "Upload figures", "ward,homes\nE05013653,1\n", "Save the figures"),
    ],
)
@pytest.mark.parametrize("person", [ANN, SAM], ids=["nothing kept yet", "none open to her"])
def test_whoever_may_change_no_workspace_yet_keeps_a_file_in_a_new_one(
    acting, person, kind, label, rows, button
):
    if person is SAM:
        registers.store().create("Ours", CAMDEN)
        acting(SAM)
    shown = opened("upload", place=CAMDEN, bring=kind)
    box = next(one for one in shown.app.file_uploader if one.label == label)
    box.set_value((f"{kind}.csv", rows.encode(), "text/csv"))
    shown.run()
    assert not shown.app.exception
    (name,) = (one for one in shown.app.text_input if one.label == "Name of the new workspace")
    name.set_value("Ours at last")
    if kind == "numbers":
        (what,) = (one for one in shown.app.text_input if one.label.startswith("What the figures"))
        what.set_value("households")
    press(shown, button)
    assert not shown.app.exception
    opened_now = registers.store().list(opened=shown.link()["workspace"])
    assert opened_now["name"].tolist() == ["Ours at last"]


def test_a_steward_deletes_and_brings_back(workspace):
    shown = opened("upload", place=CAMDEN, workspace=workspace)
    assert any("bring it back for 30 days" in str(text.value) for text in shown.app.markdown)
    press(shown, "Delete")
    assert "workspace" not in shown.link()
    assert registers.store().list().empty
    press(shown, "Bring back")
    assert shown.link()["workspace"] == workspace
    assert len(registers.store().open(workspace).register) == 1


def test_a_steward_says_who_may(acting, workspace):
    shown = opened("upload", place=CAMDEN, workspace=workspace)
    shown.app.session_state["who-may"] = True
    shown.run()
    (who,) = (one for one in shown.app.text_input if one.label.startswith("E-mail address"))
    who.set_value("Sam@example.org")
    press(shown, "Give this role")
    assert "“sam@example.org” is now a reader of “Ours”." in shown.notes
    table = shown.table("Who holds a role")
    assert table["Who"].tolist() == [ANN.id, READER.id, SAM.id]
    acting(SAM)
    assert opened("place", place=CAMDEN, workspace=workspace).link()["workspace"] == workspace


@pytest.mark.parametrize(
    ("person", "said"),
    [
        (ANN, door.BY_ROLE),
        (access.HOST, door.BY_ROLE),
        (access.HALL, "Everyone with the passphrase can open and change it."),
        (access.HOSTED, "Everyone with the passphrase can open and change it."),
    ],
    ids=lambda one: getattr(one, "name", "said"),
)
def test_whoever_has_saved_is_told_who_opens_it(acting, person, said):
    acting(person)
    made = registers.store().create("Ours", CAMDEN)
    assert door.say_who_opens() == said
    acting(access.HALL)
    assert (registers.store().list_roles().get(made) is not None) == (said != door.BY_ROLE)


@pytest.mark.parametrize("is_on", [True, False])
def test_who_can_see_what_is_said_on_upload_and_on_data_and_method(is_on, request):
    if is_on:
        request.getfixturevalue("acting")
    for page in ("upload", "data_and_method"):
        shown = opened(page, place=CAMDEN)
        texts = [shown.captions, *(str(text.value) for text in shown.app.markdown)]
        assert any((door.CLOSED if is_on else door.OPEN) in text for text in texts)


def test_while_access_is_off_a_workspace_can_be_private_to_those_with_its_link():
    made = registers.store().create("Ours", CAMDEN)
    shown = opened("upload", place=CAMDEN, workspace=made)
    shown.app.session_state["who-may"] = True
    shown.run()
    (private,) = (one for one in shown.app.toggle if one.label.startswith("Private"))
    private.set_value(True)
    shown.run()
    assert registers.store().read_shared(made) == roles.PRIVATE
    assert any("It is private now" in note for note in shown.notes)
    assert "Ours" not in everything(opened("upload", place=CAMDEN))
    assert opened("place", place=CAMDEN, workspace=made).link()["workspace"] == made


def test_pages_reach_what_is_kept_by_the_store_alone():
    asked = {"sqlalchemy", "sqlite3", "psycopg"}
    inner = {"database", "rows", "schema", "guarded", "facts", "log", "Database"}
    wrong = []
    for file in (ROOT / "pages").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                wrong += [file.name for one in node.names if one.name.split(".")[0] in asked]
            elif isinstance(node, ast.ImportFrom):
                names = {one.name for one in node.names}
                is_store = str(node.module).startswith("mapping.workspaces.store")
                wrong += [file.name] * (str(node.module).split(".")[0] in asked)
                wrong += [file.name] * bool(is_store and names & inner)
            elif isinstance(node, ast.Attribute) and node.attr == "_database":
                wrong.append(file.name)
    assert wrong == []


def _calls(name: str) -> set[str]:
    """Return the files of pages that use an attribute of streamlit by itself."""
    return {
        file.name
        for file in (ROOT / "pages").rglob("*.py")
        for node in ast.walk(ast.parse(Path(file).read_text()))
        if isinstance(node, ast.Attribute) and node.attr == name
        if isinstance(node.value, ast.Name) and node.value.id == "st"
    }


def test_downloads_and_parts_are_asked_for_by_those_who_check():
    assert _calls("download_button") == {"files.py"}
    assert _calls("fragment") == {"parts.py"}


def test_the_store_of_the_pages_asks_who_it_is_each_time(acting, workspace):
    store = registers.store()
    assert isinstance(store, Store)
    assert store.find_role(workspace) is Role.STEWARD
    acting(SAM)
    assert store.find_role(workspace) is Role.NONE
