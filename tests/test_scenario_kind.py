"""Scenarios that are kept: opened again as a layer and to be changed, for years."""

import threading
import zlib
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from mapping import layers, redraw
from mapping.errors import MappingError
from mapping.workspaces import kinds
from mapping.workspaces.kinds import scenarios
from mapping.workspaces.store import Store

CAMDEN = "borough.E09000007"
WHEN = "2026-11-22T09:30:00.000000+00:00"


@pytest.fixture
def kept(tmp_path):
    opened = Store(str(tmp_path / "kept.sqlite"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def drawn(camden) -> redraw.Scenario:
    begun = redraw.begin(camden, "ward")
    codes = begun.graph.codes.tolist()
    return begun.move(codes[:8], 1).move(codes[8:15], 2)


def write(drawn: redraw.Scenario, **facts):
    told = {"id": "d1", "title": "East and west", "scale": "hyperlocal", **facts}
    return scenarios.write_row(drawn, **told)


def test_a_scenario_is_kept_and_opened_as_it_was(drawn, kept, camden):
    workspace = kept.create("A", CAMDEN)
    row = write(drawn, author="Ada", note="For the\nmeeting", names={1: "East"})
    kept.put(workspace, scenarios.KIND, row)
    (found,) = kept.open(workspace).get(scenarios.KIND)
    assert (found.title, found.author, found.note) == ("East and west", "Ada", "For the\nmeeting")
    assert found.open().text == drawn.text
    assert found.layer.names.tolist() == ["East", "Group 2"]
    assert found.layer.as_at == found.saved[:10]
    assert layers.get(found.layer.key) is found.layer
    same = drawn.layer("East and west", "hyperlocal")
    assert (found.layer.unit == same.unit).all()
    assert found.layer.residual["area"].tolist() == drawn.ungrouped["code"].sort_values().tolist()
    assert kept.list()["scenarios"].tolist() == [1]


def test_it_comes_out_of_an_archive_as_it_was(drawn, kept):
    workspace = kept.create("A", CAMDEN)
    kept.put(workspace, scenarios.KIND, write(drawn, names={2: "=West"}))
    (found,) = kept.open(workspace).get(scenarios.KIND)
    other = kept.import_whole(kept.export_whole(workspace)).id
    (again,) = kept.open(other).get(scenarios.KIND)
    assert again.layer is found.layer
    assert again.open().text == drawn.text
    assert again.names == {2: "=West"}


def test_what_is_changed_later_takes_its_place(drawn, kept):
    workspace = kept.create("A", CAMDEN)
    kept.put(workspace, scenarios.KIND, write(drawn))
    (found,) = kept.open(workspace).get(scenarios.KIND)
    changed = found.open().merge(2, into=1)
    kept.remove(workspace, scenarios.KIND, "d1")
    kept.put(workspace, scenarios.KIND, write(changed))
    (found,) = kept.open(workspace).get(scenarios.KIND)
    assert found.layer.count == 1


def test_of_several_that_replace_what_they_saw_one_is_kept(drawn, kept):
    workspace = kept.create("A", CAMDEN)
    kept.put(workspace, scenarios.KIND, write(drawn))
    (found,) = kept.open(workspace).get(scenarios.KIND)
    start = threading.Barrier(6)

    def replace(title: str) -> str:
        start.wait()
        row = write(drawn, title=title)
        try:
            kept.put(workspace, scenarios.KIND, row, seen={"d1": found.saved}, save_id=title)
        except MappingError as fault:
            return str(fault)
        return title

    titles = [f"Draft {n}" for n in range(6)]
    with ThreadPoolExecutor(len(titles)) as threads:
        told = list(threads.map(replace, titles))
    (first,) = {*told} & {*titles}
    assert all("Someone else has changed the redrawn map" in one for one in {*told} - {first})
    (now,) = kept.open(workspace).get(scenarios.KIND)
    assert now.title == first
    kept.remove(workspace, scenarios.KIND, "d1")
    with pytest.raises(MappingError, match="Someone else has changed"):
        kept.put(workspace, scenarios.KIND, write(drawn), seen={"d1": now.saved})
    assert kept.open(workspace).get(scenarios.KIND) == ()


def test_its_key_is_the_same_whatever_blocks_are_still_in_use(drawn):
    row = write(drawn).assign(saved=WHEN)
    (found,) = scenarios.KIND.open(row).value
    assert found.layer.key == scenarios.find_key(next(row.itertuples()))
    gone = zlib.decompress(row["groups"].iloc[0]).replace(b"E05013652", b"E05000001")
    opened = scenarios.KIND.open(row.assign(groups=[zlib.compress(gone)]))
    assert opened.residual["code"].tolist() == ["E05000001"]
    assert opened.residual["of"].tolist() == ["redrawn map"]
    assert opened.value[0].open().group_of.tolist()[1:] == drawn.group_of.tolist()[1:]
    assert opened.value[0].open().group_of[0] == 0


@pytest.mark.parametrize("gone", [{"place": "borough.E09999999"}, {"blocks": "own.nobody"}])
def test_one_whose_ground_is_gone_is_kept_without_a_layer(gone, drawn):
    opened = scenarios.KIND.open(write(drawn).assign(saved=WHEN, **gone))
    assert opened.value[0].layer is None
    assert len(opened.residual) == 20
    with pytest.raises(MappingError):
        opened.value[0].open()


def test_blocks_may_be_units_of_a_map_of_ones_own_whatever_they_are_called(camden):
    codes = redraw.find_graph(camden, layers.get("ward")).codes
    teams = [f"Équipe {number % 4}" for number in range(len(codes))]
    frame = pd.DataFrame({"area": codes, "team": teams})
    own = layers.from_lookup(frame, areas="area", units="team", title="Équipe", scale="hyperlocal")
    begun = redraw.begin(camden, own)
    two = begun.move(begun.graph.codes[:2].tolist(), 1).move(begun.graph.codes[2:].tolist(), 2)
    assert redraw.read_scenario(camden, two.text).text == two.text
    row = write(two).assign(saved=WHEN)
    (found,) = scenarios.KIND.open(row).value
    assert found.open().text == two.text
    lost = scenarios.KIND.open(row.assign(blocks="ward")).residual
    assert lost["code"].tolist() == sorted(set(teams))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "Please type"),
        ({"scale": "huge"}, "one of the scales"),
        ({"note": "x" * 1_001}, "notes of up to"),
        ({"names": {1: "a\nb"}}, "name of a group"),
        ({"names": {1: "x" * 121}}, "name of a group"),
        ({"id": "a b"}, "an id"),
    ],
)
def test_texts_that_cannot_be_kept_are_refused(wrong, said, drawn):
    with pytest.raises(MappingError, match=said):
        write(drawn, **wrong)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"1"', b'"one"', "groups from 0 to 999"),
        (b'"1"', b'"1000"', "groups from 0 to 999"),
        (b"E05013653", b"E05013652", "once"),
        (b'"code"', b'"area"', "columns"),
    ],
)
def test_an_archive_that_was_changed_is_refused(old, new, said, drawn):
    files = scenarios.KIND.write_files(write(drawn).assign(saved=WHEN))
    broken = {**files, "scenarios/1.csv": files["scenarios/1.csv"].replace(old, new)}
    with pytest.raises(MappingError, match=said):
        scenarios.KIND.read_files(kinds.files.Files(broken))
