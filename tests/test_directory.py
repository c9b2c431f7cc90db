"""The postcode directory, in the form before 2025 and in that since, becomes layers."""

import json
import os
import re
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import made_directory
from mapping import overlap, packs
from mapping.atoms import postcodes
from mapping.build import __main__ as build_command
from mapping.build import directory, pack_files, stems
from mapping.errors import MappingError
from mapping.geocode import not_in_use
from mapping.geography import directory as layers_directory
from mapping.geography import layers
from mapping.packs import Pack

OTHERS = 1_500
"""Postcodes that are not ours: ended, newer, of Northern Ireland."""


@pytest.fixture(scope="module")
def sources(tmp_path_factory, camden) -> dict[str, Path]:
    """Camden's postcodes as a directory of each form, and once in parts."""
    folder = tmp_path_factory.mktemp("directories")
    found = {}
    for form in ("old", "new"):
        found[form] = folder / f"ONSPD_NOV_2025_UK_{form}.zip"
        made_directory.write(found[form], form, camden.positions, others=OTHERS)
    found["parts"] = folder / "parts.zip"
    made_directory.write(found["parts"], "new", camden.positions, others=OTHERS, parts=True)
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory, sources) -> dict[str, Pack]:
    folders = {form: tmp_path_factory.mktemp(f"packs_{form}") for form in sources}
    return {form: directory.build(path, folders[form]) for form, path in sources.items()}


@pytest.fixture
def at_hand(monkeypatch, built) -> Path:
    """Let the app find the pack of the form since 2025."""
    folder = built["new"].folder.parent
    monkeypatch.setenv("COMMON_GROUND_PACKS", str(folder))
    return folder


def test_the_table_of_stems_has_each_key_once_and_says_how_each_is_read():
    known = stems.read_stems()
    assert known["key"].is_unique
    assert (known["reading"] == stems.LAYER).sum() >= 25
    assert set(known["reading"]) == {stems.LAYER, stems.NUMBER, stems.OFFERED}
    assert set(known["scale"]) <= set(packs.SCALES) == set(layers.SCALES)
    assert not (known[["title", "plural", "sector", "description"]] == "").any().any()
    names = [name for text in known["columns"] for name in text.split()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("column", "key", "edition", "reading"),
    [
        ("oslaua", "onspd_lad", "", "layer"),
        ("lad25cd", "onspd_lad", "2025", "layer"),
        ("lsoa21", "onspd_lsoa21", "2021", "layer"),
        ("lsoa21cd", "onspd_lsoa21", "2021", "layer"),
        ("bua24", "onspd_bua", "2024", "layer"),
        ("imd20ind", "onspd_imd", "2020", "number"),
        ("oa01cd", "onspd_oa01", "2001", "offered"),
        ("lep21cd1", "onspd_lep", "2021", "layer"),
        ("nobody26cd", "onspd_nobody", "2026", "offered"),
    ],
)
def test_a_column_is_known_in_either_form(column, key, edition, reading):
    (found,) = stems.match([column])
    assert (found.key, found.edition, found.reading) == (key, edition, reading)


@pytest.mark.parametrize("form", ["old", "new", "parts"])
def test_a_pack_counts_every_row_and_offers_what_it_does_not_take(built, form, camden):
    found = built[form]
    counts = found.counts
    assert counts["of ours"] == len(camden.positions)
    assert counts["of ours"] + counts["of ours that it does not have"] == len(postcodes.table())
    rest = ("in Northern Ireland", "ended in Great Britain", "in use that are newer than ours")
    assert counts["of ours"] + sum(counts[what] for what in rest) == counts["rows"]
    assert all(counts[what] > 0 for what in rest)
    assert len(found.columns) >= 25
    assert found.as_at == "2025-11"
    assert not {c.column for c in found.columns} & {one.column for one in found.offered}
    if form != "old":
        assert "new25cd" in {one.column for one in found.offered}


def test_both_forms_give_the_same_numbers(built):
    both = [
        {c.key: packs.read_numbers(built[form], c) for c in built[form].columns if c.units}
        for form in ("old", "parts")
    ]
    for key in both[0].keys() & both[1].keys():
        assert (both[0][key] == both[1][key]).all(), key
    assert {"onspd_lad", "onspd_wd", "onspd_lsoa21"} <= both[0].keys() & both[1].keys()


def test_what_it_says_of_our_own_areas_is_what_we_say(at_hand, camden):
    for official, ours in (("lad25", "borough"), ("wd25", "ward"), ("lsoa11", "lsoa")):
        one, other = layers.get(official), layers.get(ours)
        codes = [layer.codes[layer.at(camden.positions)] for layer in (one, other)]
        assert (codes[0] == codes[1]).all()
        names = [layer.names[layer.at(camden.positions)] for layer in (one, other)]
        assert (names[0] == names[1]).all()
    assert layers.get("onspd_lad").grain == layers.get("onspd_wd").grain == "ward"
    assert layers.get("onspd_lsoa11").grain == "block"
    assert layers.get("onspd_lsoa21").grain == "postcode"


def test_a_geography_is_a_layer_among_the_others(at_hand, camden):
    found = layers.get("onspd_lad")
    assert found is layers.get("lad25") is layers.get("onspd_lad@2025")
    assert found is layers.get("onspd_lad", edition="2025")
    assert layers.editions("onspd_lad") == layers.editions("lad25") == ["2025"]
    assert found.title == "Official council area (2025)"
    assert layers.get("onspd_lsoa21").title == "Small census area of 2021"
    assert "November 2025 (lad25cd)" in found.source
    assert "onspd_lad" in [*layers.keys()]
    scales = [layers.SCALES.index(layers.get(key).scale) for key in [*layers.keys()]]
    assert scales == sorted(scales)
    crossed = overlap.cross_table(camden, layers.get("ward"), layers.get("onspd_wd"))
    assert (crossed["a_code"] == crossed["b_code"]).all()
    assert layers.get("onspd_ruc11").name_of(0) == "Urban major"
    with pytest.raises(MappingError, match="There are: 2025"):
        layers.get("onspd_lad", edition="2019")


def test_without_a_pack_nothing_official_is_there_and_what_to_do_is_said():
    assert not [key for key in [*layers.keys()] if key.startswith("onspd_")]
    assert not layers.is_known("lad25")
    assert not layers.is_known("onspd_lad")
    with pytest.raises(MappingError, match="three steps"):
        layers.get("onspd_lad")


def test_codes_that_mean_none_are_none(at_hand, camden):
    park = layers.get("onspd_npark")
    wards = postcodes.table().ward[camden.positions]
    assert ((park.at(camden.positions) >= 0) == (wards % 50 == 0)).all()
    assert not [code for code in park.codes if code.endswith("99999999")]


def test_presence_is_known_without_reading_the_numbers(at_hand, camden, oldham, monkeypatch):
    (one,) = packs.find().packs
    keys = [c.key for c in one.columns if c.reading == "layer"]
    exact = {key: np.unique(layers.get(key).at(camden.positions)) for key in keys}
    monkeypatch.setattr(packs, "read_numbers", None)
    monkeypatch.setattr(packs, "read_units", None)
    assert [layer.key for layer in layers.list_present(camden, keys)] == keys
    assert layers.list_present(oldham, keys) == []
    for key, units in exact.items():
        most = layers.count_at_most(camden, layers.get(key))
        assert (units >= 0).sum() <= most <= layers.get(key).count


def test_an_asked_for_column_becomes_a_layer(tmp_path, sources, monkeypatch, capsys):
    monkeypatch.setenv("COMMON_GROUND_PACKS", str(tmp_path))
    asked = ["--directory", str(sources["new"]), "--column", "new25cd=Patch of trust"]
    build_command.main(asked)
    said = capsys.readouterr().out
    assert "further columns, each to be had by --column" in said
    assert "new25cd" not in said
    found = layers.get("onspd_new")
    assert (found.title, found.plural, found.scale) == (
        "Patch of trust (2025)",
        "areas of Patch of trust (2025)",
        "regional",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--directory", "nowhere.zip"], "there is no file"),
        (["--column", "new25cd"], "give --directory as well"),
        ([], "required: --codepoint, --lookup, --land"),
    ],
)
def test_the_command_says_what_is_wrong(arguments, said, capsys):
    with pytest.raises(SystemExit):
        build_command.main(arguments)
    assert said in capsys.readouterr().err


def test_a_column_that_is_not_there_is_refused(sources, tmp_path):
    with pytest.raises(MappingError, match=r"has no nothing25cd\. There are: .*lad25cd"):
        directory.build(sources["new"], tmp_path, wanted={"nothing25cd": ""})
    assert list(tmp_path.iterdir()) == []


def test_other_files_are_refused_and_leave_the_pack_that_was_there(at_hand, tmp_path, sources):
    before = {p.name: p.read_bytes() for p in at_hand.rglob("*") if p.is_file()}
    torn = tmp_path / sources["new"].name
    with zipfile.ZipFile(sources["new"]) as whole, zipfile.ZipFile(torn, "w") as part:
        name = "Data/ONSPD_NOV_2025_UK.csv"
        part.writestr(name, whole.read(name)[:-40_000] + b'"')
    with pytest.raises(MappingError, match="breaks off"):
        directory.build(torn, at_hand)
    plain = tmp_path / "plain.csv"
    plain.write_text("pcds,lad25cd\nN1 9GU,E09000019\n")
    with pytest.raises(MappingError, match="columns of a postcode directory"):
        directory.build(plain, at_hand)
    empty = tmp_path / "empty.zip"
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with pytest.raises(MappingError, match="Data/"):
        directory.build(empty, at_hand)
    assert {p.name: p.read_bytes() for p in at_hand.rglob("*") if p.is_file()} == before


def test_northern_irelands_positions_are_those_of_its_own_grid(at_hand):
    (one,) = packs.find().packs
    rows = pq.read_table(one.folder / packs.OTHERS)
    irish = rows.filter(pa.compute.equal(rows["place"], "Belfast"))
    assert len(irish)
    east, north = irish["easting"][0].as_py(), irish["northing"][0].as_py()
    lon, lat = postcodes.TO_DEGREES.transform(east, north)
    assert abs(lat - 54.5973) < 1e-3
    assert abs(lon + 5.9301) < 1e-3


def test_postcodes_of_the_islands_are_neither_ours_nor_newer(tmp_path, sources, monkeypatch):
    with zipfile.ZipFile(sources["new"]) as whole:
        rows = pd.read_csv(whole.open("Data/ONSPD_NOV_2025_UK.csv"), dtype=str).fillna("")
    told = {"IM1 1AA": ("M83000003", ""), "JE2 3QA": ("L93000001", "200101")}
    for name, (country, ended) in told.items():
        rows.loc[len(rows)] = dict.fromkeys(rows.columns, "") | {
            "pcds": name,
            "doterm": ended,
            "lad25cd": f"{country[0]}99999999",
            "ctry25cd": country,
        }
    rows.to_csv(tmp_path / "ONSPD_NOV_2025_UK.csv", index=False)
    found = directory.build(tmp_path / "ONSPD_NOV_2025_UK.csv", tmp_path / "packs")
    usual = directory.build(sources["new"], tmp_path / "usual").counts
    assert found.counts["of the Isle of Man and the Channel Islands"] == 2
    assert (
        found.counts["in use that are newer than ours"]
        == (usual["in use that are newer than ours"])
    )
    monkeypatch.setenv("COMMON_GROUND_PACKS", str(tmp_path / "packs"))
    said = [answer.reason for answer in not_in_use.answer(["IM11AA", "JE23QA"])]
    assert said == [
        "IM1 1AA belongs to the Isle of Man: only Great Britain is covered",
        "JE2 3QA ended in 2001; it belongs to the Channel Islands: only Great Britain is covered",
    ]


def test_months_and_metres_are_read_however_they_are_written():
    texts = pa.array(["201906", "2019-06", " 533828.0 ", "", "x", "0533828"])
    assert directory._read_whole(texts).tolist() == [201906, 201906, 533828, 0, 0, 533828]


def _spoil_json(folder: Path, **changes: object) -> None:
    path = folder / packs.PACK
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def _spoil_rows(folder: Path) -> None:
    path = folder / packs.FILE_OF["postcode"]
    pq.write_table(pq.read_table(path).slice(1), path)
    told = json.loads((folder / packs.PACK).read_text())["files"]
    _spoil_json(folder, files=told | {path.name: packs.sum_up(path)})


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda f: _spoil_json(f, fits="another"), "made for others"),
        (lambda f: _spoil_json(f, format=99), "another version"),
        (lambda f: _spoil_json(f, kind="virus"), "virus"),
        (lambda f: _spoil_json(f, columns=[{"key": 1}]), "lacks a fact"),
        (lambda f: _spoil_json(f, title="x" * 2_000_000), "more than 1,000,000"),
        (lambda f: (f / packs.PACK).write_text("[" * 100_000), "cannot be read"),
        (lambda f: (f / packs.UNITS).unlink(), "other files"),
        (lambda f: (f / "more.py").write_text("print()"), r"other files: more\.py"),
        (lambda f: (f / packs.UNITS).write_bytes(b"short"), "another file than"),
        (_spoil_rows, "other columns or rows"),
    ],
)
def test_a_pack_that_does_not_fit_is_left_out_with_a_sentence(
    at_hand, tmp_path, monkeypatch, spoil, said
):
    folder = tmp_path / "packs" / "one"
    shutil.copytree(next(at_hand.iterdir()), folder)
    spoil(folder)
    monkeypatch.setenv("COMMON_GROUND_PACKS", str(folder.parent))
    found = packs.find()
    assert found.packs == ()
    (sentence,) = found.left_out
    assert sentence.startswith("The pack “one” is left out.")
    assert re.search(said, sentence)
    assert not layers.is_known("onspd_lad")


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("kind", ["others", "presence", "units", "by_ward"])
def test_a_pack_of_which_one_bit_changed_is_left_out(at_hand, tmp_path, kind, place):
    folder = tmp_path / "one"
    shutil.copytree(next(at_hand.iterdir()), folder)
    whole = bytearray((folder / f"{kind}.parquet").read_bytes())
    whole[int(place * len(whole))] ^= 1
    (folder / f"{kind}.parquet").write_bytes(whole)
    found = packs.look(tmp_path)
    assert found.packs == ()
    assert f"{kind}.parquet to be another file than the pack was made with" in found.left_out[0]


def test_a_build_that_was_killed_leaves_no_pack_in_use_and_the_next_one_clears_it(
    at_hand, tmp_path
):
    left = tmp_path / f"{packs.UNFINISHED}abc"
    shutil.copytree(next(at_hand.iterdir()), left / "pack")
    shutil.copy(left / "pack" / packs.PACK, left / packs.PACK)
    found = packs.look(tmp_path)
    assert found.packs == ()
    assert f"“{left.name}” is of a pack that is being built" in found.left_out[0]
    with pack_files.writing(tmp_path, "new") as unfinished:
        (unfinished / "file").touch()
    assert left.exists()  # it may still be written to
    os.utime(left, (0, 0))
    with pack_files.writing(tmp_path, "new"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_a_folder_that_may_not_be_read_is_told_and_the_others_count(at_hand, tmp_path, monkeypatch):
    for name in ("closed", "open"):
        shutil.copytree(next(at_hand.iterdir()), tmp_path / name)
    is_file = Path.is_file

    def refuse(path: Path) -> bool:
        if "closed" in path.parts:
            raise PermissionError(13, "Permission denied")
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", refuse)
    found = packs.look(tmp_path)
    assert [one.folder.name for one in found.packs] == ["open"]
    assert found.left_out == ("“closed” cannot be read (Permission denied): left out.",)


def test_the_newest_of_several_packs_counts(at_hand, tmp_path, monkeypatch, sources):
    for month in ("2025-02", "2025-11"):
        copied = tmp_path / f"{month}.zip"
        shutil.copy(sources["old"], copied)
        directory.build(copied, tmp_path / "packs", as_at=month)
    monkeypatch.setenv("COMMON_GROUND_PACKS", str(tmp_path / "packs"))
    assert layers.editions("onspd_lad") == ["2025-11", "2025-02"]
    older = layers.get("onspd_lad", edition="2025-02")
    assert older.key == "onspd_lad@2025-02"
    assert older is layers.get(older.key)
    assert "November 2025" in layers.get("onspd_lsoa21").source


def test_a_table_of_small_areas_of_2021_becomes_a_layer(at_hand, camden):
    small = layers.get("lsoa21")
    frame = pd.DataFrame({"area": small.codes, "team": np.arange(small.count) % 3})
    made = layers.from_lookup(frame, areas="area", units="team", title="Team", scale="borough")
    expected = small.at(camden.positions) % 3
    assert (made.codes[made.at(camden.positions)].astype(int) == expected).all()
    assert made.residual.empty
    old = frame[np.isin(small.codes, layers.get("lsoa").codes)]
    made = layers.from_lookup(old, areas="area", units="team", title="Team", scale="borough")
    assert made.grain != "postcode"  # nothing says that its areas are those of 2021


def test_a_rank_is_a_need_of_100_for_the_first_of_its_nation(at_hand, camden):
    assert list(layers_directory.needs()) == ["onspd_imd"]
    found = layers_directory.read_need("onspd_imd")
    rank = postcodes.table().lsoa[camden.positions].astype(float) + 1  # as the maker ranks them
    expected = 100 * (rank.max() - rank + 1) / rank.max()
    assert found[camden.positions] == pytest.approx(expected)
    assert np.isnan(np.delete(found, camden.positions)).all()
    assert "onspd_imd" not in [*layers.keys()]
