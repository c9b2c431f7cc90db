"""Building data/ from a small slice that looks like next quarter's files."""

import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from mapping.atoms import postcodes, vintage
from mapping.boundaries import coast
from mapping.build import __main__
from mapping.build import inputs as sources
from mapping.errors import MappingError
from mapping.geography import lenses

EAST, NORTH = 400_000, 300_000
WARDS = {
    "E05099001": ("Old Ward (DET)", "E08000016"),
    "E05099002": ("Ynys Môn ED", "E08000038"),  # the newer code of the same district
    "E05099003": ("New Ward", "E06009999"),  # a district that no facts know yet
}
HEADER = [
    "pcd7",
    "pcd8",
    "pcds",
    "dointr",
    "doterm",
    "usertype",
    "oa11cd",
    "lsoa11cd",
    "msoa11cd",
    "ladcd",
    "lsoa11nm",
    "msoa11nm",
    "ladnm",
    "ladnmw",
]


def points() -> pd.DataFrame:
    """Ninety homes on a grid of three wards, twelve boxes at one point, and some oddities."""
    rows = []
    for i in range(90):
        ward = list(WARDS)[i % 9 // 3]
        east, north = EAST + (i % 9) * 200, NORTH + (i // 9) * 200
        rows.append((f"ZA{1 + i // 10} {i % 10}AB", 10, east, north, WARDS[ward][1], ward))
    for i in range(12):
        name = f"ZB1 1A{'ABDEFGHJLNPQ'[i]}"
        rows.append((name, 10, EAST + 50, NORTH + 50, "E08000016", "E05099001"))
    rows += [
        ("ZC1 1AA", 90, 0, 0, "E08000016", "E05099001"),
        ("ZC1 1AB", 60, EAST, NORTH, "E08000016", "E05099001"),
        ("ZC1 1AD", 10, EAST, NORTH, "", ""),
        ("ZA9 9ZZ", 50, EAST + 4_000, NORTH, "E06009999", "E05099003"),  # in the sea
    ]
    table = pd.DataFrame(rows, columns=["postcode", "quality", "east", "north", "lad", "ward"])
    table["country"], table["county"] = (
        "E92000001",
        np.where(table["ward"] == "E05099003", "E10009999", ""),
    )
    return table


def codepoint_zip(
    path: Path,
    *,
    columns: int = 10,
    codelist: bool = True,
    csv: bool = True,
    repeated: int = 0,
    about: str = "DATASET VERSION NUMBER: 2026.3.0\nCOPYRIGHT DATE: 20260721",
) -> Path:
    table = points()
    table = pd.concat([table, table.head(repeated), table.head(repeated)])
    table["region"] = table["area"] = "E19000001"
    order = [
        "postcode",
        "quality",
        "east",
        "north",
        "country",
        "region",
        "area",
        "county",
        "lad",
        "ward",
    ]
    parts = {
        "Data/CSV/za.csv": table[table["postcode"].str.startswith("ZA")],
        "Data/CSV/ZB.CSV": table[~table["postcode"].str.startswith("ZA")],
    }
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Doc/licence.txt", "Open Government Licence")
        if about:
            archive.writestr("Doc/metadata.txt", about)
        for name, part in parts.items() if csv else ():
            padded = part.assign(postcode=part["postcode"].str.replace(" ", "  "))
            text = padded[order[:columns]].to_csv(header=False, index=False)
            archive.writestr(name, text)
        if codelist:
            archive.writestr("Doc/Codelist.xlsx", _codelist())
    return path


def _codelist() -> bytes:
    file = io.BytesIO()
    with pd.ExcelWriter(file) as book:
        wards = pd.DataFrame([(name, code) for code, (name, _) in WARDS.items()])
        others = pd.DataFrame([("Newshire District", "E06009999"), ("Barnsley", "E08000038")])
        kinds = pd.DataFrame([("DIS", "District ward"), ("LBO", "London borough")])
        for name, sheet in (("AREA_CODES", kinds), ("DIW", wards), ("UTA", others)):
            sheet.to_excel(book, sheet_name=name, header=False, index=False)
    return file.getvalue()


def lookup_table() -> pd.DataFrame:
    table = points()
    table = table[~table["postcode"].isin(["ZA1 0AB", "ZA9 9ZZ"])]  # too new for the lookup
    found = pd.DataFrame("", index=table.index, columns=HEADER)
    found["pcds"] = table["postcode"]
    found["pcd7"] = table["postcode"].str.replace(" ", "")
    found["usertype"] = np.where(table["postcode"] == "ZA1 1AB", "1", "0")
    found["lsoa11cd"] = "E0109900" + (1 + pd.factorize(table["ward"])[0]).astype(str).astype(object)
    found["lsoa11nm"] = "Ynys Môn 001A"
    found.loc[found["pcds"] == "ZA1 2AB", ["lsoa11cd", "lsoa11nm"]] = ""
    found["dointr"] = np.where(table["postcode"].str.startswith("ZA2"), "202605", "198001")
    gone = table["lad"].map({"E06009999": ("E07009999", "Oldshire")})  # merged since
    found["ladcd"] = [
        old[0] if isinstance(old, tuple) else code
        for old, code in zip(gone, table["lad"], strict=True)
    ]
    found["ladnm"] = [old[1] if isinstance(old, tuple) else "Barnsley" for old in gone]
    return found


def lookup_file(path: Path) -> Path:
    text = lookup_table().to_csv(index=False).encode("latin-1")
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("PCD_OA_LSOA.csv", text)
    else:
        path.write_bytes(text)
    return path


def land_file(path: Path) -> Path:
    main = shapely.box(EAST - 500, NORTH - 500, EAST + 2_400, NORTH + 2_400)
    empty = shapely.box(EAST + 9_000, NORTH + 9_000, EAST + 9_900, NORTH + 9_900)
    shapes = gpd.GeoSeries([main, empty], crs=27700).to_crs(4326)
    gpd.GeoDataFrame({"featurecla": ["Land"] * 2}, geometry=shapes).to_file(path)
    return path


@pytest.fixture(scope="module")
def inputs(tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("inputs")
    return {
        "--codepoint": codepoint_zip(folder / "codepo_gb.zip"),
        "--lookup": lookup_file(folder / "lookup.csv"),
        "--land": land_file(folder / "ne_10m_land.shp"),
    }


def run(inputs: dict[str, Path], out: Path, **changed: Path) -> None:
    chosen = inputs | {f"--{name}": path for name, path in changed.items()}
    arguments = [str(x) for pair in chosen.items() for x in pair]
    __main__.main([*arguments, "--out", str(out)])


@pytest.fixture(scope="module")
def built(inputs, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("built") / "data"
    run(inputs, out)
    return out


@pytest.fixture
def atoms(built, monkeypatch) -> postcodes.Postcodes:
    monkeypatch.setattr(postcodes, "DATA", built)
    return postcodes.table.__wrapped__()


def test_the_built_files_are_the_ones_that_the_engine_reads(built):
    assert sorted(p.name for p in built.iterdir()) == (
        [
            "borders.parquet",
            "former_districts.csv",
            "land.parquet",
            "lsoas.parquet",
            "postcodes.parquet",
            "wards.parquet",
        ]
    )


def test_postcodes_without_a_position_or_district_are_left_out(atoms):
    names = atoms.name.astype(str)
    assert len(names) == 103
    assert not any(name.startswith("ZC") for name in names)
    assert (names[:-1] < names[1:]).all()
    assert pd.Series(names).str.fullmatch(r"Z[AB][0-9]+ [0-9][A-Z]{2}").all()


def test_positions_wards_and_areas_come_out_as_they_went_in(atoms):
    given = points().set_index("postcode")
    for i, name in enumerate(atoms.name.astype(str)):
        row = given.loc[name]
        assert (atoms.easting[i], atoms.northing[i]) == (row["east"], row["north"])
        assert atoms.ward_codes[atoms.ward[i]] == row["ward"]
    known = lookup_table().set_index("pcds")["lsoa11cd"]
    for i, name in enumerate(atoms.name.astype(str)):
        if known.get(name, ""):
            assert atoms.lsoa_codes[atoms.lsoa[i]] == known[name]


def test_a_postcode_unknown_to_the_lookup_takes_its_nearest_neighbours_area(atoms):
    number = {name: i for i, name in enumerate(atoms.name.astype(str))}
    lsoa = {name: str(atoms.lsoa_codes[atoms.lsoa[i]]) for name, i in number.items()}
    for name in ("ZA1 0AB", "ZA1 2AB"):
        assert lsoa[name] == "E01099001"
        assert atoms.small_user[number[name]]
    assert lsoa["ZA9 9ZZ"] == "E01099003"
    assert "" not in atoms.lsoa_codes


def test_large_users_and_boxes_are_no_homes(atoms):
    small = dict(zip(atoms.name.astype(str), atoms.small_user, strict=True))
    homes = dict(zip(atoms.name.astype(str), atoms.residential, strict=True))
    assert not small["ZA1 1AB"]
    assert not homes["ZA1 1AB"]
    assert small["ZB1 1AA"]
    assert not any(home for name, home in homes.items() if name.startswith("ZB"))
    assert sum(homes.values()) == 90


def test_cells_add_up_to_the_land(atoms, built):
    land = gpd.read_parquet(built / "land.parquet")
    assert land.crs.to_epsg() == 27700
    assert atoms.cell_km2.sum() * 1e6 == pytest.approx(land.area.sum(), rel=1e-3)
    boxes = np.char.startswith(atoms.name, b"ZB")
    assert np.ptp(atoms.cell_km2[boxes]) == 0


def test_land_is_where_postcodes_are_with_a_shore_round_those_at_sea(built):
    land = gpd.read_parquet(built / "land.parquet")
    assert len(land) == 2
    assert land.contains(shapely.Point(EAST + 4_000, NORTH)).sum() == 1
    assert not land.intersects(shapely.Point(EAST + 9_500, NORTH + 9_500)).any()
    assert land.area.min() == pytest.approx(np.pi * coast.SHORE_M**2, rel=0.05)


def test_wards_carry_names_districts_and_a_valid_coverage(built):
    wards = gpd.read_parquet(built / "wards.parquet")
    assert list(wards.columns) == [
        "code",
        "name",
        "lad_code",
        "lad_name",
        "county_code",
        "geometry",
    ]
    rows = wards.drop(columns="geometry").to_numpy().tolist()
    assert rows == [
        ["E05099001", "Old", "E08000016", "E08000016", ""],
        ["E05099002", "Ynys Môn", "E08000016", "Barnsley", ""],
        ["E05099003", "New", "E06009999", "Newshire District", "E10009999"],
    ]
    assert wards.crs.to_epsg() == 27700
    assert wards.is_valid.all()
    assert shapely.coverage_is_valid(wards.geometry.to_numpy())
    assert wards.area.sum() == pytest.approx(
        gpd.read_parquet(built / "land.parquet").area.sum(), rel=0.01
    )


def test_borders_join_the_wards_that_touch(built):
    borders = pd.read_parquet(built / "borders.parquet")
    assert borders[["a", "b"]].to_numpy().tolist() == [[0, 1], [1, 2]]
    assert borders["length_m"].to_numpy() == pytest.approx([2_900, 2_900], rel=0.01)
    assert [str(t) for t in borders.dtypes] == ["int16", "int16", "float32"]


def test_districts_that_are_gone_lead_to_those_that_took_over(built):
    former = pd.read_csv(built / "former_districts.csv", dtype=str)
    assert former.to_numpy().tolist() == [
        ["E07009999", "Oldshire", "E06009999", "Newshire District", "1.0", "0.0", "30", "2026-05"]
    ]


def test_areas_keep_their_accents(built):
    areas = pd.read_parquet(built / "lsoas.parquet")
    assert areas["code"].tolist() == ["E01099001", "E01099002", "E01099003"]
    assert set(areas["name"]) == {"Ynys Môn 001A"}


def test_the_new_data_can_be_counted_with(atoms):
    residents = lenses.estimate_residents(atoms)
    assert residents.sum() == pytest.approx(3 * lenses.RESIDENTS_PER_AREA["E"])
    assert (residents[~atoms.residential] == 0).all()


def test_the_counts_and_a_progress_bar_are_shown(inputs, tmp_path, capsys):
    run(inputs, tmp_path, lookup=lookup_file(tmp_path / "lookup.zip"))
    shown = capsys.readouterr()
    assert shown.out.split("\n")[:5] == [
        " August 2026  Code-Point Open",
        "         103  postcodes",
        "           3  postcodes the lookup does not know",
        "           3  wards",
        "           0  wards without a cell of their own",
    ]
    assert "reading Code-Point Open" in shown.err
    assert "100%" in shown.err
    assert "9/9" in shown.err


def test_a_district_without_facts_is_named_with_what_to_add(inputs, tmp_path, capsys):
    run(inputs, tmp_path)
    said = capsys.readouterr().out.strip().split("\n")[-1]
    assert said.startswith("Expected every district in data/local_authorities.csv; 1 are not in it")
    assert "Newshire District (E06009999)" in said
    assert "Everything is built, but they are in no region, police force" in said
    assert "data/code_aliases.csv" in said


def test_nothing_is_said_where_every_district_has_facts():
    wards = pd.read_parquet(postcodes.DATA / "wards.parquet", columns=["lad_code", "lad_name"])
    assert __main__.say_unknown_districts(wards) == ""


COUNT_WITH_NEW_DATA = """
import json, sys
from pathlib import Path
from mapping import atoms
from mapping.atoms import postcodes
atoms.DATA = postcodes.DATA = Path(sys.argv[1])  # before any other room takes it up
from mapping import layers, overlap, places
new, england = places.get("Newshire District"), places.get("England")
chosen = [layers.get(k) for k in ("region", "police_force", "borough", "postal_district")]
sets = overlap.partner_sets(england, chosen[:2])
json.dump({
    "named": layers.list_unknown_districts(),
    "units": overlap.two_way_shares(new, chosen[:3])["name"].tolist(),
    "regions": overlap.cross_table(england, chosen[2], chosen[0])["b_name"].tolist(),
    "sets": sets["region"].tolist(),
    "all": len(england) == len(postcodes.table()),
    "partners": [p.key for p in layers.partners(new)],
}, sys.stdout)
"""


def test_a_district_without_facts_counts_in_its_nation_and_in_no_region(built, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(built, data)
    for path in postcodes.DATA.glob("*.csv"):
        shutil.copy(path, data)
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", COUNT_WITH_NEW_DATA, str(data)],
        cwd=postcodes.DATA.parent,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found["named"] == ["Newshire District (E06009999)"]
    assert found["units"] == ["none", "none", "Newshire District"]
    assert found["all"]
    assert sorted(found["regions"]) == ["Yorkshire and The Humber", "none"]
    assert sorted(found["sets"]) == ["Yorkshire and The Humber", "none"]
    assert "police_force" not in found["partners"]


def test_a_zipped_lookup_reads_as_the_plain_one(inputs, tmp_path):
    plain = sources.read_lookup(inputs["--lookup"])
    pd.testing.assert_frame_equal(plain, sources.read_lookup(lookup_file(tmp_path / "a.zip")))
    assert list(plain.columns) == [
        "small_user",
        "lsoa_code",
        "lsoa_name",
        "lad_code",
        "lad_name",
        "introduced",
    ]
    assert plain.index.name == "postcode"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"columns": 9}, "Expected 10 columns in Data/CSV/za.csv; found 9"),
        ({"csv": False}, "Expected Data/CSV/*.csv inside codepo_gb.zip; found none among 3 files"),
        ({"codelist": False}, "Codelist.xlsx inside codepo_gb.zip; found none among 4 files"),
        ({"about": ""}, "in Doc/metadata.txt of codepo_gb.zip; found none. Say when the file came"),
        (
            {"repeated": 7},
            "Expected each postcode once in codepo_gb.zip; 7 are repeated (ZA1 0AB, "
            "ZA1 1AB, ZA1 2AB, ZA1 3AB, ZA1 4AB). Keep one row each",
        ),
    ],
)
def test_another_layout_of_code_point_is_refused_in_a_sentence(
    changes, sentence, inputs, tmp_path, capsys
):
    with pytest.raises(SystemExit) as end:
        run(
            inputs, tmp_path / "out", codepoint=codepoint_zip(tmp_path / "codepo_gb.zip", **changes)
        )
    assert end.value.code == 1
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_zip_is_refused_in_a_sentence(inputs, tmp_path, capsys):
    with pytest.raises(SystemExit):
        run(inputs, tmp_path / "out", codepoint=inputs["--lookup"])
    assert "Expected the zip file of Code-Point Open; lookup.csv is none" in capsys.readouterr().err


def test_a_lookup_with_other_columns_is_refused_in_a_sentence(tmp_path):
    path = tmp_path / "new.csv"
    lookup_table().rename(columns={"lsoa11cd": "lsoa21cd", "usertype": "x"}).to_csv(path)
    with pytest.raises(MappingError, match=r"in new.csv; usertype, lsoa11cd missing"):
        sources.read_lookup(path)


def test_a_lookup_in_which_postcodes_repeat_is_refused_with_examples(inputs, tmp_path, capsys):
    table = lookup_table()
    path = tmp_path / "twice.csv"
    pd.concat([table, table.head(6), table.head(3)]).to_csv(path, encoding="latin-1")
    with pytest.raises(SystemExit) as end:
        run(inputs, tmp_path / "out", lookup=path)
    assert end.value.code == 1
    said = capsys.readouterr().err
    assert "Expected each postcode once in twice.csv; 6 are repeated (ZA1 1AB, ZA1 2AB, " in said
    assert said.count("ZA1 ") == 5
    assert not (tmp_path / "out").exists()


def test_a_lookup_of_another_country_is_refused_in_a_sentence(inputs):
    table = sources.read_codepoint(inputs["--codepoint"])
    lookup = sources.read_lookup(inputs["--lookup"])
    with pytest.raises(MappingError, match="most of 103 postcodes; it knows none"):
        __main__.atoms(table, lookup.set_axis("BT" + lookup.index))


def test_a_missing_file_is_named(inputs, tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        run(inputs, tmp_path, land=tmp_path / "gone.shp")
    assert end.value.code == 2
    assert "gone.shp" in capsys.readouterr().err


def test_a_ward_torn_between_districts_is_refused_with_its_code():
    table = pd.DataFrame(
        {
            "ward_code": ["E05000001"] * 2,
            "lad_code": ["E06000001", "E06000002"],
            "county_code": ["", ""],
        }
    )
    with pytest.raises(MappingError, match="1 lie in several: E05000001"):
        __main__.ward_table(table, {}, {})


def test_a_window_of_sea_gets_land_round_its_postcodes(tmp_path):
    path = tmp_path / "elsewhere.shp"
    gpd.GeoDataFrame(geometry=[shapely.box(10, 10, 11, 11)], crs=4326).to_file(path)
    land = coast.read_land(path, np.array([EAST, EAST + 300]), np.array([NORTH, NORTH]))
    assert land.geom_type == "MultiPolygon"
    assert land.is_valid
    assert land.contains(shapely.Point(EAST + 150, NORTH + 200))


def test_areas_survive_sixteen_bits_within_a_thousandth():
    areas = np.array([0.01, 1, 37.5, 1e4, 3.3e6, 9.9e9])
    packed = __main__.encode_areas(areas)
    assert packed.dtype == np.uint16
    unpacked = postcodes.AREA_BASE_M2 * np.exp(postcodes.AREA_STEP * packed)
    assert unpacked == pytest.approx(areas, rel=1e-3)
    assert __main__.encode_areas(np.array([0.0, 1e99])).tolist() == [0, 65_535]


def test_help_says_what_is_needed():
    shown = subprocess.run(
        [sys.executable, "-m", "mapping.build", "--help"],
        cwd=postcodes.DATA.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    for option in ("--codepoint", "--lookup", "--land", "--out"):
        assert option in shown.stdout


# --- all files together, and what they say of themselves ----------------------------------------


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_inputs_give_the_same_files_to_the_byte(inputs, built, tmp_path):
    run(inputs, tmp_path / "again")
    assert contents(tmp_path / "again") == contents(built)


def test_every_built_file_carries_one_build_and_the_month(inputs, built, tmp_path):
    mark = vintage.read_vintage(built)
    assert (mark.as_at, mark.month) == ("2026-08", "August 2026")
    changed = tmp_path / "land"
    shutil.copytree(inputs["--land"].parent, changed)
    (changed / "ne_10m_land.shp").open("ab").write(b"\0")
    for name, path in (
        ("--lookup", lookup_file(tmp_path / "lookup.zip")),
        ("--land", changed / "ne_10m_land.shp"),
    ):
        given = inputs | {name: path}
        files = __main__.Inputs(given["--codepoint"], given["--lookup"], given["--land"], "2026-08")
        assert files.vintage({}).build != mark.build
    files = __main__.Inputs(*inputs.values(), "2026-08")
    assert files.vintage({"a": "b"}).build != files.vintage({"a": "c"}).build


def test_the_month_can_be_given_and_must_be_one(inputs, tmp_path, capsys):
    silent = codepoint_zip(tmp_path / "codepo_gb.zip", about="")
    __main__.main(
        [
            *map(str, sum((inputs | {"--codepoint": silent}).items(), ())),
            "--out",
            str(tmp_path / "out"),
            "--as-at",
            "2027-02",
        ]
    )
    assert vintage.read_vintage(tmp_path / "out").month == "February 2027"
    with pytest.raises(SystemExit):
        __main__.main([*map(str, sum(inputs.items(), ())), "--as-at", "2027-13"])
    assert "--as-at is a month like 2025-05, not 2027-13" in capsys.readouterr().err


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError, MappingError])
def test_a_build_that_ends_while_it_writes_leaves_the_old_files_as_they_were(
    fault, inputs, built, tmp_path, monkeypatch
):
    out = tmp_path / "data"
    shutil.copytree(built, out)
    (out / "layers.csv").write_text("kept by hand")
    before = contents(out)

    def stop(*_):
        raise fault("stopped")

    monkeypatch.setattr(__main__, "lsoa_names", stop)
    with pytest.raises((fault, SystemExit)):
        run(inputs, out)
    assert contents(out) == before


def test_a_build_takes_the_place_of_an_older_one_and_leaves_nothing_beside_it(
    inputs, built, tmp_path
):
    out = tmp_path / "data"
    out.mkdir()
    for name in vintage.FILES:
        (out / name).write_bytes(b"older")
    (out / "layers.csv").write_text("kept by hand")
    run(inputs, out)
    assert contents(out) == {**contents(built), "layers.csv": b"kept by hand"}


# --- what ships -----------------------------------------------------------------------------


def test_what_ships_is_at_most_sixteen_megabytes():
    size = sum(p.stat().st_size for p in postcodes.DATA.rglob("*") if p.is_file())
    assert size <= 16 * 1024**2


def test_what_ships_is_of_one_build_and_says_of_which_month():
    assert vintage.read_vintage(postcodes.DATA).as_at == "2025-05"
    assert postcodes.name_month() == "May 2025"


def test_what_ships_has_the_layout_that_the_build_writes(built):
    for name in ("postcodes", "wards", "lsoas", "borders", "land"):
        ours = pq.read_schema(built / f"{name}.parquet")
        shipped = pq.read_schema(postcodes.DATA / f"{name}.parquet")
        assert ours.names == shipped.names
        assert ours.types == shipped.types


def test_wards_that_ship_have_all_a_cell_and_valid_shapes():
    wards = gpd.read_parquet(postcodes.DATA / "wards.parquet")
    assert len(wards) == 7_934
    assert wards.geometry.notna().all()
    assert wards.is_valid.all()
    assert wards["code"].is_unique
    facts = pd.read_csv(postcodes.DATA / "local_authorities.csv", dtype=str)
    assert set(wards["lad_code"]) == set(facts["lad_code"])
