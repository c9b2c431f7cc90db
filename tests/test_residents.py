"""The census's own counts take the place of the estimate where they are put in."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import csv

from benchmarks import made_directory
from mapping import packs
from mapping.atoms import postcodes
from mapping.build import __main__ as build_command
from mapping.build import directory, residents
from mapping.errors import MappingError
from mapping.geography import counted, layers, lenses
from mapping.places import Place
from mapping.wording import findings, people, words


def by_postcode(place: Place, each: int = 7) -> pd.DataFrame:
    """A table as of the census: two rows a postcode, for women and men."""
    names = postcodes.table().name[place.positions].astype(str)
    parts = [("1", "Female", each + 2), ("2", "Male", each)]
    frames = [
        pd.DataFrame(
            {
                "Postcode": names,
                "Sex (2 categories) Code": code,
                "Sex (2 categories)": sex,
                "Count": number,
            }
        )
        for code, sex, number in parts
    ]
    return pd.concat(frames)


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A folder of packs of its own, found by whoever looks."""
    monkeypatch.setenv("COMMON_GROUND_PACKS", str(tmp_path / "packs"))
    return tmp_path / "packs"


@pytest.fixture(scope="module")
def source(tmp_path_factory, camden) -> Path:
    """A postcode directory of Camden, and of postcodes that are not among ours."""
    path = tmp_path_factory.mktemp("directory") / "ONSPD_NOV_2025_UK.zip"
    made_directory.write(path, "new", camden.positions, others=500)
    return path


@pytest.fixture(scope="module")
def listed(source) -> pd.DataFrame:
    with zipfile.ZipFile(source) as archive:
        content = archive.read("Data/ONSPD_NOV_2025_UK.csv")
    return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)


def write(frame: pd.DataFrame, path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    csv.write_csv(pa.Table.from_pandas(frame, preserve_index=False), path)
    return path


def read(pack: packs.Pack) -> np.ndarray:
    return packs.read_residents(pack)


def test_two_rows_a_postcode_are_added_and_other_districts_stay_estimated(
    tmp_path, folder, camden, monkeypatch
):
    found = residents.build(write(by_postcode(camden), tmp_path / "pcd_p001.csv"), folder)
    people_here = read(found)
    assert (people_here[camden.positions] == 16).all()
    rest = np.delete(np.arange(len(people_here)), camden.positions)
    assert np.isnan(people_here[rest]).all()
    assert found.counts["people placed"] == found.counts["people in the file"] == 16 * len(camden)
    before = lenses.get("residents").values
    after = lenses._make.__wrapped__("residents").values
    assert (after[camden.positions] == 16).all()
    assert (after[rest] == before[rest]).all()
    assert counted.say_estimated() == "estimated elsewhere"
    assert words().those == "residents (estimated elsewhere)"
    assert "census of 2021 by postcode (pcd_p001.csv)" in counted.say_source()


def test_the_word_estimated_goes_where_all_of_great_britain_is_counted(tmp_path, folder, britain):
    frame = pd.DataFrame(
        {"Postcode": postcodes.table().name.astype(str), "Persons": np.full(len(britain), 38)}
    )
    found = residents.build(write(frame, tmp_path / "all.csv"), folder)
    assert not np.isnan(read(found)).any()
    assert counted.say_estimated() == ""
    assert counted.name() == lenses.counts("residents") == "residents"
    assert words().those == "residents"
    assert words().heading == "Residents"
    assert people(1_230) == "1,230 residents"
    assert findings.name_counted() == "residents"


def test_without_the_counts_residents_are_estimated():
    assert counted.find() is None
    assert counted.say_source() == ""
    assert lenses.counts("residents") == "estimated residents"
    assert people(1_230) == "about 1,200 residents"


def test_small_areas_share_theirs_among_their_homes(tmp_path, folder, camden):
    layer = layers.get("lsoa")
    unit = layer.at(camden.positions)
    codes = layer.codes[np.unique(unit)]
    frame = pd.DataFrame(
        {
            "date": "2021",
            "geography": "Camden",
            "geography code": codes,
            "Residence type: Total; measures: Value": 1_700,
            "Residence type: Lives in a household; measures: Value": 1_600,
        }
    )
    path = tmp_path / "ts001.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("census2021-ts001-lsoa.csv", frame.to_csv(index=False))
    found = residents.build(path, folder)
    assert found.counts["people placed"] == 1_700 * len(codes)
    values = np.nan_to_num(read(found))
    sums = np.bincount(unit, values[camden.positions], len(layer.codes))
    whole = np.isin(np.arange(len(layer.codes)), np.unique(unit))
    outside = np.unique(np.delete(layer.unit, camden.positions))
    inner = whole & ~np.isin(np.arange(len(layer.codes)), outside)
    assert sums[inner] == pytest.approx(1_700)
    assert "small census area of 2011" in found.words["source"]
    homes = postcodes.table().residential
    assert values[~homes].sum() == 0


def test_output_areas_need_the_directory_and_say_so(tmp_path, folder, source, listed):
    live = listed[(listed["doterm"] == "") & listed["oa21cd"].str.startswith("E00")]
    codes = np.unique(live["oa21cd"])
    path = write(pd.DataFrame({"OA": codes, "Total": 320}), tmp_path / "oa.csv")
    with pytest.raises(MappingError, match="postcode directory in first"):
        residents.build(path, folder)
    directory.build(source, folder)
    found = residents.build(path, folder)
    assert "output area of 2021" in found.words["source"]
    share = found.counts["people placed"] / found.counts["people in the file"]
    assert share > 0.99


def test_people_of_postcodes_that_ended_go_to_the_nearest(
    tmp_path, folder, camden, source, listed, capsys
):
    ended = listed.loc[(listed["doterm"] != "") & ~listed["pcds"].str.startswith("BT"), "pcds"]
    frame = pd.concat(
        [
            by_postcode(camden)[["Postcode", "Count"]],
            pd.DataFrame({"Postcode": ended, "Count": 5}),
            pd.DataFrame({"Postcode": ["ZZ9 9ZZ"], "Count": 3}),
        ]
    )
    path = write(frame, tmp_path / "p.csv")
    build_command.main(["--directory", str(source), "--residents", str(path)])
    said = capsys.readouterr().out
    assert "people of postcodes that ended, placed at the nearest" in said
    counts = counted.find().counts
    near = counts["people of postcodes that ended, placed at the nearest"]
    lost = counts["people of postcodes that are not known"]
    assert near > 0.8 * 5 * len(ended)
    assert counts["people placed"] + lost == counts["people in the file"]
    assert lost >= 3


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        ({"Name": ["Camden"], "Count": ["3"]}, "postcodes, output areas or small census areas"),
        ({"Postcode": ["NW5 2AA"], "Words": ["many"]}, "one column that counts"),
        ({"Postcode": ["NW5 2AA"], "Left": ["3"], "Right": ["4"]}, "Left, Right"),
        ({"Postcode": ["NW5 2AA"], "Count": ["3"]}, "at least one council area"),
    ],
)
def test_other_tables_are_refused_with_what_is_missing(tmp_path, folder, frame, said):
    with pytest.raises(MappingError, match=said):
        residents.build(write(pd.DataFrame(frame), tmp_path / "a.csv"), folder)
    assert not folder.exists() or list(folder.iterdir()) == []


def test_totals_beside_their_kinds_are_not_added_to_them(tmp_path, folder, camden):
    frame = by_postcode(camden)
    both = frame.groupby("Postcode", as_index=False)["Count"].sum()
    total = both.assign(**{"Sex (2 categories) Code": "0", "Sex (2 categories)": "All persons"})
    found = residents.build(write(pd.concat([frame, total]), tmp_path / "p.csv"), folder)
    assert found.counts["people placed"] == 16 * len(camden)


def test_totals_beside_too_many_kinds_to_be_told_are_refused(tmp_path, folder, camden):
    names = postcodes.table().name[camden.positions].astype(str)
    ages = [f"Aged {age}" for age in range(20)]
    frames = [pd.DataFrame({"Postcode": names, "Age": age, "Count": 1}) for age in ages]
    total = pd.DataFrame({"Postcode": names, "Age": "Total", "Count": 20})
    path = write(pd.concat([*frames, total]), tmp_path / "p.csv")
    with pytest.raises(MappingError, match="Leave out totals that stand beside"):
        residents.build(path, folder)
