"""Own maps that are kept: by the largest areas that they are made of, under one key for years."""

import zlib

import boundary_files as files
import numpy as np
import pandas as pd
import pytest

from mapping import overlap, own_maps
from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.geography import Layer, layers, registry
from mapping.own_maps import Facts
from mapping.workspaces import kinds
from mapping.workspaces.kinds import maps
from mapping.workspaces.store import Store

CAMDEN = "borough.E09000007"


def bring(areas: list[str], **facts: str) -> Layer:
    frame = pd.DataFrame({"area": areas, "team": [f"Team {i % 3}" for i in range(len(areas))]})
    facts = {"title": "Team", "scale": "hyperlocal", **facts}
    return layers.from_lookup(frame, areas="area", units="team", **facts)


@pytest.fixture(scope="module")
def wards() -> list[str]:
    facts = layers.wards()
    return facts["code"][facts["lad_code"] == "E09000007"].tolist()


@pytest.fixture(scope="module")
def small(camden) -> list[str]:
    lsoa = layers.get("lsoa")
    return lsoa.codes[np.unique(lsoa.at(camden.positions))].tolist()


@pytest.fixture
def kept(tmp_path):
    opened = Store(str(tmp_path / "kept.sqlite"))
    yield opened
    opened.close()


def drawn() -> Layer:
    gdf = files.squares()
    return layers.from_polygons(gdf, names="patch", title="Patch", scale="borough")


@pytest.mark.parametrize("made_of", ["ward", "lsoa", "postcode"])
def test_a_map_is_kept_and_opened_as_it_was(made_of, wards, small, kept):
    layer = {"ward": lambda: bring(wards), "lsoa": lambda: bring(small), "postcode": drawn}[
        made_of
    ]()
    row = maps.write_row(own_maps.rename(layer, Facts("Local team", sector="NHS")), id="m1")
    assert row["made_of"].tolist() == [made_of]
    workspace = kept.create("A", CAMDEN)
    kept.put(workspace, maps.KIND, row)
    (found,) = kept.open(workspace).maps
    assert (found.id, found.layer.title, found.layer.sector) == ("m1", "Local team", "NHS")
    assert found.layer.codes.tolist() == layer.codes.tolist()
    assert found.layer.names.tolist() == layer.names.tolist()
    assert (found.layer.unit == layer.unit).all()
    assert layers.get(found.layer.key) is found.layer
    assert found.layer.residual.shape == layer.residual.shape
    assert kept.list()["maps"].tolist() == [1]


def share_out(areas: list[str]) -> Layer:
    """Let three bodies share areas out, but for the first, which is all of one."""
    rows = [(areas[0], "A", 3)]
    rows += [
        (area, body, i + n) for i, area in enumerate(areas[1:]) for n, body in enumerate("ABC")
    ]
    frame = pd.DataFrame(rows, columns=["area", "body", "patients"])
    columns = {"areas": "area", "units": "body", "people": "patients"}
    return layers.from_shares(frame, **columns, title="Network", scale="hyperlocal")


@pytest.mark.parametrize("made_of", ["ward", "lsoa", "postcode"])
def test_the_shares_of_a_map_are_kept_and_come_out_of_an_archive(
    made_of, wards, small, camden, kept
):
    names = postcodes.table().name[camden.positions[:40]].astype(str).tolist()
    layer = share_out({"ward": wards, "lsoa": small, "postcode": names}[made_of])
    row = maps.write_row(own_maps.rename(layer, Facts("Local network")), id="m1")
    assert row["made_of"].tolist() == [made_of]
    workspace = kept.create("A", CAMDEN)
    kept.put(workspace, maps.KIND, row)
    (found,) = kept.open(workspace).maps
    (again,) = kept.open(kept.import_whole(kept.export_whole(workspace)).id).maps
    assert again.layer is found.layer
    assert (found.layer.title, found.layer.grain) == ("Local network", layer.grain)
    assert (found.layer.numbers == layer.numbers).all()
    at = camden.positions
    told = [overlap.shares_at(at, one) for one in (found.layer, layer)]
    pd.testing.assert_frame_equal(*told, rtol=1e-6)


def test_shares_of_areas_that_are_gone_are_listed_and_the_others_stay(wards):
    row = maps.write_row(share_out(wards), id="m1")
    content = zlib.decompress(row["shares"].iloc[0]).replace(wards[1].encode(), b"E05000001")
    opened = maps.KIND.open(row.assign(shares=[zlib.compress(content)]))
    assert opened.residual["code"].tolist() == ["E05000001"]
    ward = layers.get("ward")
    unit = opened.value[0].layer.unit
    assert (unit[ward.unit == ward.number_of(wards[1])] == -1).all()
    assert (unit[ward.unit == ward.number_of(wards[2])] >= 0).all()


def test_shares_cut_short_are_refused(wards):
    row = maps.write_row(share_out(wards), id="m1")
    content = zlib.decompress(row["shares"].iloc[0])
    for wrong, said in ((content[:-1], "whole shares"), (content[:-4] + bytes(4), "above 0")):
        with pytest.raises(MappingError, match=said):
            maps.KIND.check(row.assign(shares=[zlib.compress(wrong)]))


def test_shares_that_are_none_are_refused(wards):
    row = maps.write_row(share_out(wards), id="m1").assign(saved="2026-11-22T09:30:00.000000+00:00")
    written = maps.KIND.write_files(row)
    for old, new, said in (
        (b'"A","1.000000000"', b'"A","-1"', "shares above 0"),
        (wards[0].encode(), b"<script>", "codes or postcodes"),
    ):
        broken = {**written, "maps/3.csv": written["maps/3.csv"].replace(old, new)}
        with pytest.raises(MappingError, match=said):
            maps.KIND.check(maps.KIND.read_files(kinds.files.Files(broken)))


@pytest.mark.parametrize("made_of", ["ward", "lsoa", "postcode"])
def test_the_key_of_a_map_is_that_of_what_is_written_down(made_of, wards, small, kept):
    layer = {"ward": lambda: bring(wards), "lsoa": lambda: bring(small), "postcode": drawn}[
        made_of
    ]()
    workspace = kept.create("A", CAMDEN)
    kept.put(workspace, maps.KIND, maps.write_row(layer, id="m1"))
    (found,) = kept.open(workspace).maps
    copy = kept.import_whole(kept.export_whole(workspace)).id
    (again,) = kept.open(copy).maps
    assert again.layer is found.layer
    kept.put(
        workspace,
        maps.KIND,
        maps.write_row(own_maps.rename(layer, Facts("Other", scale=layer.scale)), id="m1"),
    )
    (other,) = kept.open(workspace).maps
    assert other.layer.key != found.layer.key
    assert other.layer.key.startswith(registry.OWN)


def test_areas_that_are_gone_are_listed_and_the_rest_stays(wards, kept):
    row = maps.write_row(bring([*wards]), id="m1")
    facts = row.to_dict("records")[0]
    table = maps._list_units(row.iloc[0])
    table.loc[0, "areas"] = "E05000001X"[:9] + " " + table.loc[0, "areas"]
    changed = {**facts, **maps._read_areas(table, "ward")}
    opened = maps.KIND.open(pd.DataFrame([changed]))
    assert opened.residual.to_dict("records") == [
        {"of": "map", "id": "m1", "name": "Team", "kind": "ward", "code": "E05000001"}
    ]
    assert (opened.value[0].layer.unit >= 0).sum() == (bring([*wards]).unit >= 0).sum()


def test_a_map_of_postcodes_can_be_read_by_a_person(camden):
    names = postcodes.table().name[camden.positions[:3]].astype(str).tolist()
    layer = bring([*names, *postcodes.table().name[camden.positions[500:503]].astype(str)])
    row = maps.write_row(layer, id="m1").assign(saved="2026-11-22T09:30:00.000000+00:00")
    written = maps.KIND.write_files(row)
    shown = written["maps/1.csv"].decode("utf-8-sig")
    assert shown.splitlines()[0] == '"code","name","areas"'
    assert names[0].replace(" ", "") in shown
    found = maps.KIND.read_files(kinds.files.Files(written))
    assert maps.find_key(found.iloc[0]) == maps.find_key(row.iloc[0])


@pytest.mark.parametrize(
    ("column", "wrong", "said"),
    [
        ("scale", "vast", "one of the scales"),
        ("made_of", "land", "maps made of"),
        ("title", " ", "Please type a title for the map"),
    ],
)
def test_rows_that_make_no_sense_are_refused(column, wrong, said, wards, kept):
    workspace = kept.create("A", CAMDEN)
    row = maps.write_row(bring(wards), id="m1").assign(**{column: wrong})
    with pytest.raises(MappingError, match=said):
        kept.put(workspace, maps.KIND, row)


def test_an_archive_whose_map_names_an_area_twice_is_refused(wards):
    row = maps.write_row(bring(wards), id="m1").assign(saved="2026-11-22T09:30:00.000000+00:00")
    written = maps.KIND.write_files(row)
    for old, new, said in (
        (b"E05013652", b"E05013653", "each area in one unit"),
        (b"E05013653", b"<script>x", "codes or postcodes"),
    ):
        broken = {**written, "maps/1.csv": written["maps/1.csv"].replace(old, new)}
        with pytest.raises(MappingError, match=said):
            maps.KIND.read_files(kinds.files.Files(broken))
