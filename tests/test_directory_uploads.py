"""What a postcode directory tells of uploads: postcodes that ended, small areas of 2021.

The names of areas are indexed once a process, so all is asked in one of its own, with a pack.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import made_directory
from mapping.build import directory

ROOT = Path(__file__).resolve().parents[1]
ASK = r"""
import json
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from mapping import footprints, gaps, own_weights, packs, places
from mapping.atoms import postcodes
from mapping.geocode import areas, resolve
from mapping.geography import layers
from mapping.own_weights import own_lens

(one,) = packs.find().packs
rows = pq.read_table(one.folder / packs.OTHERS).to_pandas()
rows["name"] = [int(n).to_bytes(8, "big").rstrip(b"\0").decode() for n in rows["name"]]
ended = rows[(rows["ended"] > 0) & (rows["place"] == "")]
asked = {
    "near": ended[ended["distance_m"].between(1, 500)].iloc[0],
    "far": ended[ended["distance_m"] > 500].iloc[0],
    "newer": rows[(rows["ended"] == 0) & (rows["place"] == "")].iloc[0],
    "irish": rows[rows["place"] == "Belfast"].iloc[0],
}
told = {}
for what, row in asked.items():
    answer = resolve([row["name"].lower().replace(" ", "")])[0]
    told[what] = {
        "name": row["name"],
        "outcome": answer.outcome,
        "reason": answer.reason,
        "area": areas.code_of(answer.area) if answer.area >= 0 else "",
        "nearest": postcodes.table().name[row["nearest"]].decode() if row["nearest"] >= 0 else "",
        "distance_m": int(row["distance_m"]),
    }
told["unknown"] = {"reason": resolve(["SW1A 0VZ"])[0].reason}
content = "Organisation,Postcode\nHub," + asked["far"]["name"] + "\n"
read = footprints.read(content.encode(), name="a.csv")
(question,) = read.questions.to_dict("records")
choice = {question["question"]: question["candidates"][0][0]}
chosen = footprints.read(content.encode(), name="a.csv", choices=choice)
told["chosen"] = {"outcome": chosen.rows["outcome"][0], "size": len(chosen.footprint("Hub"))}

small, camden = layers.get(layers.SMALL_AREAS), places.get("Camden")
unit = small.at(camden.positions)
numbers = np.arange(small.count) + 1.0
frame = pd.DataFrame({
    "LSOA code (2021)": small.codes, "LSOA name (2021)": small.names,
    "Index of Multiple Deprivation (IMD) Score": numbers,
})
weighed = own_weights.read(frame.to_csv(index=False).encode(), name="IoD2025.csv")
given = own_lens.restore_given(weighed.lens)
old = resolve(["E01000842"])[0]
told["need"] = {
    "counts": weighed.counts,
    "kinds": sorted(set(weighed.rows["kind"])),
    "is_given": bool(np.allclose(given[camden.positions], numbers[unit])),
    "adds_up": float(weighed.lens.numbers.sum() / numbers.sum()),
    "new": int((~np.isin(small.codes, layers.get("lsoa").codes)).sum()),
    "alone": areas.kind_of(old.area),
}
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory, camden) -> dict:
    folder = tmp_path_factory.mktemp("uploads")
    path = folder / "ONSPD_NOV_2025_UK.zip"
    made_directory.write(path, "new", camden.positions, others=1_500)
    directory.build(path, folder / "packs")
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env={**os.environ, "COMMON_GROUND_PACKS": str(folder / "packs")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_postcode_that_ended_nearby_is_corrected_to_the_nearest(told):
    found = told["near"]
    assert found["outcome"] == "corrected"
    assert found["area"] == found["nearest"] != ""
    assert f"{found['name']} ended in 2019; it was in " in found["reason"]
    assert "(ward of Camden)" in found["reason"]
    assert f"we used {found['nearest']}, {found['distance_m']} m away" in found["reason"]


def test_one_that_ended_far_from_any_is_asked_about_and_may_be_chosen(told):
    assert told["far"]["outcome"] == "ambiguous"
    assert "ended in 2019" in told["far"]["reason"]
    assert "km away" in told["far"]["reason"]
    assert told["chosen"] == {"outcome": "corrected", "size": 1}


def test_one_that_is_newer_is_said_to_be(told):
    assert told["newer"]["outcome"] == "corrected"
    assert "is newer than our list; it is in" in told["newer"]["reason"]


def test_one_of_northern_ireland_is_named_with_its_district_and_lies_in_no_map(told):
    assert told["irish"]["outcome"] == "unmatched"
    assert told["irish"]["area"] == ""
    assert "is in Northern Ireland (Belfast)" in told["irish"]["reason"]


def test_one_that_nobody_knows_is_said_to_be_none(told):
    assert "SW1A 0VZ is not a current postcode" in told["unknown"]["reason"]


def test_figures_by_small_area_of_2021_weigh_gaps(told):
    need = told["need"]
    assert need["new"] > 0
    assert need["kinds"] == ["onspd_lsoa21"]
    assert set(need["counts"]) - {"matched"} == {k for k, n in need["counts"].items() if n == 0}
    assert need["is_given"]
    assert need["adds_up"] == pytest.approx(1)


def test_areas_that_2011_and_2021_share_are_those_of_2011_where_nothing_says_otherwise(told):
    assert told["need"]["alone"] == "lsoa"
