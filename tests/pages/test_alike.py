"""What is called the same can be told apart in every box, and what was chosen is what is meant."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shown import PAGES, PLACES, Shown, keep_map, opened

from mapping import access
from mapping.access import Person
from mapping.geography import layers
from mapping.workspaces import OwnLens
from pages.shared import layout, people, registers

pytestmark = pytest.mark.usefixtures("own_database")
CAMDEN = PLACES["Camden"]
TEAMS = pd.DataFrame({"area": ["E05013653", "E05013654"], "team": ["North", "South"]})
FILE = b"Organisation,Where\nVexmoor Friends,Camden\n"


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "a (1)"]), st.sampled_from("xy"))))
def test_no_two_are_called_alike_and_whoever_is_alone_keeps_her_name(
    found: list[tuple[str, str]],
) -> None:
    called = {number: name for number, (name, _) in enumerate(found)}
    more = {number: told for number, (_, told) in enumerate(found)}
    for told in (layout.tell_apart(called, more), layout.tell_apart(called)):
        assert told.keys() == called.keys()
        assert len({*told.values()}) == len(told)
        assert all(told[key].startswith(name) for key, name in called.items())
        names = list(called.values())
        assert all(told[key] == name for key, name in called.items() if names.count(name) == 1)


@pytest.mark.parametrize("page", PAGES)
def test_maps_and_figures_of_one_name_are_told_apart_on_every_page(page: str) -> None:
    """``Shown.run`` looks at every box."""
    store = registers.store()
    workspace = store.create("Ours", CAMDEN)
    for number in range(2):
        teams = TEAMS.assign(team=[f"North {number}", "South"])
        given_ = {"areas": "area", "units": "team", "scale": "hyperlocal"}
        keep_map(layers.from_lookup(teams, title="Our teams", **given_), workspace)
        lens = OwnLens(
            "Ours", "homes", np.array([1]), np.array([2.0 + number]), id=f"w{number}", by=""
        )
        store.save_weights(workspace, lens)
    shown = opened(page, place=CAMDEN, workspace=workspace)
    counted = next(box for box in shown.app.selectbox if box.label == "Count in")
    assert counted.options[-2:] == ["homes (Ours) (1)", "homes (Ours) (2)"]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_file_is_saved_in_the_workspace_that_was_chosen_of_three_of_one_name(number: int) -> None:
    store = registers.store()
    for _ in range(3):
        store.create("Partners in Camden", CAMDEN)
    listed = store.list()["id"].tolist()
    shown = opened("upload", place=CAMDEN)
    box = next(one for one in shown.app.file_uploader if one.label == "Upload a file")
    box.set_value(("a.csv", FILE, "text/csv"))
    shown.run()
    into = next(one for one in shown.app.selectbox if one.label == "Save to")
    into.set_value(listed[number])  # sent as what the box says of it
    press(shown, "Save")
    assert shown.link()["workspace"] == listed[number]
    held = {one: len(store.open(one).register) for one in listed}
    assert held == {one: int(one == listed[number]) for one in listed}


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_deleted_workspace_that_was_chosen_comes_back(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting = access.setting.read("header X-User from 10.0.0.5")
    monkeypatch.setattr(people, "read_setting", lambda: setting)
    monkeypatch.setattr(people, "find_browser", lambda: "b" * 43)
    known = people.Known(Person("ann@example.org", "ann"))
    monkeypatch.setattr(people, "find_known", lambda: known)
    store = registers.store()
    for _ in range(3):
        store.delete(store.create("Partners in Camden", CAMDEN))
    gone = store.list_deleted()["id"].tolist()
    shown = opened("upload", place=CAMDEN)
    which = next(one for one in shown.app.selectbox if one.label == "Which?")
    which.set_value(gone[number])
    shown.run()
    press(shown, "Bring back")
    assert store.list()["id"].tolist() == [gone[number]]


def press(shown: Shown, label: str) -> Shown:
    (found,) = (one for one in shown.app.button if one.label == label)
    found.click()
    return shown.run()
