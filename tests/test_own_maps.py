"""Own maps: a table of areas, or areas that are drawn, becomes a layer; every row is told of."""

import boundary_files as files
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from mapping import footprints, intake, outlines, own_maps, places
from mapping.errors import MappingError
from mapping.geography import Layer, layers, lenses, lookups
from mapping.own_maps import Facts, OwnMap, Roles
from mapping.own_maps.tables import REDRAWN

FACTS = Facts("Neighbourhood team", plural="neighbourhood teams")


@pytest.fixture(scope="module")
def small(camden) -> np.ndarray:
    lsoa = layers.get("lsoa")
    return lsoa.codes[np.unique(lsoa.at(camden.positions))].astype(str)


def read(text: str, facts: Facts = FACTS, **options) -> OwnMap:
    sheet = intake.read_sheet(text.encode(), name="teams.csv")
    roles = own_maps.choose_roles(sheet.frame, options.pop("roles", {}))
    return own_maps.read_table(sheet, roles, facts, **options)


def choose(text: str, **told: str) -> Roles:
    return own_maps.choose_roles(intake.read_sheet(text.encode(), name="a.csv").frame, told)


def listed(small: np.ndarray, extra: str = "") -> str:
    rows = "".join(f"{code},Team {i % 4}\n" for i, code in enumerate(small))
    return f"area,team\n{rows}{extra}"


def outcome_of(found: OwnMap, area: str) -> tuple[str, str]:
    row = found.rows[found.rows["area"] == area].iloc[0]
    return row["outcome"], row["reason"]


# --- which column is what ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "row", "chosen"),
    [
        (
            "LSOA11CD,LSOA11NM,LAD code,Team",
            "{c},Camden {i:03}A,E09000007,T{t}",
            Roles("LSOA11CD", "Team"),
        ),
        ("Team,Postcode", "T{t},NW5 {t}AA", Roles("Postcode", "Team")),
        (
            "LSOA,PCN code,PCN name,PCN postcode",
            "{c},U{t}123,PCN {t},NW5 2AA",
            Roles("LSOA", "PCN code", "PCN name"),
        ),
        ("LSOA,PCN name,PCN code", "{c},PCN {t},U{t}123", Roles("LSOA", "PCN code", "PCN name")),
        ("a,b,c", "{c},some words {t},{i}", Roles("a", "b")),
        ("lsoa,ward", "{c},E0501365{t}", Roles("lsoa", "ward")),
    ],
)
def test_columns_are_chosen_by_what_they_hold(heading, row, chosen, small):
    rows = "".join(row.format(c=c, i=i, t=i % 3) + "\n" for i, c in enumerate(small[:60]))
    assert choose(f"{heading}\n{rows}") == chosen


def test_names_of_wards_are_areas_and_their_council_says_where(camden):
    wards = layers.wards()
    names = wards["name"][wards["lad_code"] == "E09000007"]  # L0 is a postcode district as well
    text = "Council,Ward,Locality\n" + "".join(
        f"Camden,{n},L{i % 3}\n" for i, n in enumerate(names)
    )
    assert choose(text) == Roles("Ward", "Locality", "", "Council")
    found = read(text)
    assert found.counts["matched"] + found.counts["corrected"] == len(names)
    assert (found.layer.at(camden.positions) >= 0).all()


def test_a_reader_may_choose_other_columns(small):
    text = "lsoa,ward,team\n" + "".join(f"{c},E05013653,T{i % 3}\n" for i, c in enumerate(small))
    assert choose(text, unit="ward").unit == "ward"
    assert choose(text, area="ward", unit="team")[:2] == ("ward", "team")
    with pytest.raises(MappingError, match="“nonsense”"):
        choose(text, unit="nonsense")
    found = read(text, roles={"unit": ""})
    assert {"area", "unit", "candidates"} <= set(found.rows.columns)
    assert (found.layer, found.problem) == (
        None,
        "Expected a column of areas and one of what each belongs to; found nothing that they "
        "belong to. Choose them from the columns there are.",
    )


# --- what became of each row ------------------------------------------------------------------


def test_every_row_is_accounted_for(small, camden):
    found = read(
        listed(
            small,
            f"{small[0]},Team 3\nE01099999,Team 1\nNowhere at all,Team 1\n,Team 1\nCamden,Rest\n"
            "E06000028,Bournemouth\nNW5 2AA,Alone\nSt James,Team 2\nScotland,North\n"
            f"{small[1]},\nnw5 2ab,Alone\nE00004567,Team 1\n",
        )
    )
    assert len(found.rows) == len(small) + 12
    assert outcome_of(found, small[2]) == ("matched", "")
    assert outcome_of(found, small[0])[1] == ("Row 2: this area is given 2 units: Team 0, Team 3.")
    told = {
        "E01099999": ("unmatched", REDRAWN),
        "Nowhere at all": ("unmatched", "we cannot find “Nowhere at all”"),
        "": ("unmatched", lookups.NO_AREA),
        "Camden": ("corrected", lookups.TAKEN),
        "E06000028": ("corrected", "has been part of Bournemouth, Christchurch and Poole"),
        "NW5 2AA": ("matched", ""),
        "nw5 2ab": ("matched", ""),
        "St James": ("ambiguous", "areas called “St James”"),
        "Scotland": ("unmatched", "give the areas that it is made of"),
    }
    for area, (outcome, why) in told.items():
        assert outcome_of(found, area)[0] == outcome, area
        assert why in outcome_of(found, area)[1], area
    assert found.rows["reason"].iloc[-3].endswith(f"{lookups.NO_UNIT}.")
    assert found.rows["outcome"].iloc[-1] == "unmatched"
    assert set(found.layer.codes) == {*(f"Team {i}" for i in range(4)), "Bournemouth", "Alone"}
    assert sum(found.counts.values()) == len(found.rows)


def test_a_name_of_several_areas_is_asked_about_and_settled(small):
    text = listed(small[:20], "St James,Team 9\n")
    (question,) = read(text).questions.to_dict("records")
    choice = next(code for code, label in question["candidates"] if "Tendring" in label)
    found = read(text, choices={question["question"]: choice})
    assert outcome_of(found, "St James")[0] == "corrected"
    assert "Team 9" in found.layer.codes
    assert "Team 9" in read(text, place=places.get("Tendring")).layer.codes


def test_the_layer_is_that_of_a_lookup(small):
    found = read(listed(small))
    frame = pd.DataFrame({"area": small, "team": [f"Team {i % 4}" for i in range(len(small))]})
    same = layers.from_lookup(frame, areas="area", units="team", **FACTS.texts())
    assert found.layer is same
    renamed = own_maps.rename(found.layer, Facts("Locality", scale="borough", sector="NHS"))
    assert (renamed.title, renamed.scale, renamed.sector) == ("Locality", "borough", "NHS")
    assert renamed.codes.tolist() == same.codes.tolist()
    assert layers.get(renamed.key) is renamed
    with pytest.raises(MappingError, match="Expected a title"):
        own_maps.rename(found.layer, Facts(" "))


def test_a_table_of_which_no_row_counts_says_why():
    found = read("area,team\nX1,A\nX2,B\n", roles={"area": "area", "unit": "team"})
    assert found.layer is None
    assert found.problem.startswith("Expected areas by their codes, and the unit of each; none of")
    assert found.counts["unmatched"] == 2


def test_a_cell_may_list_several_areas(small):
    found = read(
        f'team,lsoas\nNorth,"{small[0]}, {small[1]}"\nSouth,{small[2]};E01099999\n'
        'West,"NW5 2AA | N1"\nEast,"Bristol, City of"\n'
    )
    assert found.rows["row_number"].tolist() == [2, 2, 3, 3, 4, 4, 5]
    assert found.counts["matched"] == 5
    assert outcome_of(found, "E01099999")[1].startswith("Row 3: no small area of 2011")
    assert set(found.layer.names) == {"North", "South", "West", "East"}
    assert found.notes == ("Three cells list several areas, each of which is a row here.",)


def test_an_area_that_stands_for_another_gives_way_to_a_row_of_its_own():
    """As Allerdale is part of Cumberland today; and as an ended postcode is near one in use."""
    found = read("area,team\nE06000063,All\nE07000026,West\nE07000029,All\nE07000027,South\n")
    assert found.layer.names.tolist() == ["All", "South"]
    assert outcome_of(found, "E06000063") == ("matched", "")
    assert outcome_of(found, "E07000026")[0] == "unmatched"
    assert outcome_of(found, "E07000026")[1].endswith("that has a row of its own, which counts.")
    assert outcome_of(found, "E07000029")[0] == "corrected"
    assert outcome_of(found, "E07000027")[0] == "corrected"


def test_units_that_differ_in_capitals_and_blanks_are_one_as_most_rows_spell_it(small):
    spelt = ["North Team", "north  team", "North Team", "NORTH TEAM"]
    found = read("area,team\n" + "".join(f"{c},{spelt[i % 4]}\n" for i, c in enumerate(small)))
    assert found.layer.names.tolist() == ["North Team"]
    assert found.counts["matched"] + found.counts["corrected"] == len(small)
    assert outcome_of(found, small[1]) == ("corrected", "Row 3: read as “North Team”.")
    assert outcome_of(found, small[2]) == ("matched", "")


@pytest.mark.parametrize("word", ["N/A", "#N/A", "-", "TBC", "Not known"])
def test_a_word_that_stands_for_nothing_is_no_unit(word, small):
    found = read(listed(small[1:], f"{small[0]},{word}\n"))
    assert word not in found.layer.names
    assert outcome_of(found, small[0])[0] == "unmatched"
    assert outcome_of(found, small[0])[1].endswith(f"“{word}” names no unit.")


def test_a_unit_with_several_names_is_told_of(small):
    rows = "".join(f"{c},C{i % 2},{'AB'[i % 2]}{i % 4}\n" for i, c in enumerate(small))
    found = read(f"area,code,name\n{rows}", roles={"unit": "code", "name": "name"})
    assert found.notes == (
        "2 units have several names, of which the first is shown: C0 (A0, A2); C1 (B1, B3).",
    )


def test_columns_of_ticks_are_no_units(small):
    rows = "".join(f"{c},{'x,' if i % 2 else ',x'}\n" for i, c in enumerate(small))
    assert choose(f"lsoa,North,South\n{rows}").unit == ""
    assert "only marks in North and South" in read(f"lsoa,North,South\n{rows}").problem


def test_no_row_is_called_matched_where_there_is_no_layer(small):
    found = read("area,team\n" + "".join(f"{c},A\n{c},B\n" for c in small))
    assert found.layer is None
    assert f"({2 * len(small)} × this area is given 2 units)" in found.problem
    assert found.counts["unmatched"] == len(found.rows)
    assert found.rows["reason"].str.contains("given 2 units: A, B").all()


def test_what_is_left_over_names_areas_as_they_are_written(small):
    found = read(listed(small, "E02000166,Team 1\nE00004567,Team 2\nNowhere,Team 3\n"))
    assert found.layer.residual["area"].tolist() == ["E02000166", "E00004567", "Nowhere"]
    assert "a middle-sized census area" in outcome_of(found, "E02000166")[1]
    assert lookups.NO_OUTPUT_AREAS in outcome_of(found, "E00004567")[1]


def test_a_sheet_of_a_workbook_is_read_by_its_name(tmp_path, small):
    path = tmp_path / "teams.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"x": ["about"], "y": ["this"]}).to_excel(book, sheet_name="Read me")
        frame = pd.DataFrame({"lsoa": small, "team": [f"T{i % 2}" for i in range(len(small))]})
        frame.to_excel(book, sheet_name="Teams", index=False)
    sheet = intake.read_sheet(path.read_bytes(), name="teams.xlsx", sheet="Teams")
    assert sheet.sheets == ("Read me", "Teams")
    found = own_maps.read_table(sheet, own_maps.choose_roles(sheet.frame, {}), FACTS)
    assert found.layer.codes.tolist() == ["T0", "T1"]


# --- drawings ---------------------------------------------------------------------------------


def draw(frame: gpd.GeoDataFrame, tmp_path, **options) -> OwnMap:
    (layer,) = outlines.read(files.write(frame, tmp_path, ".gpkg"), name="a.gpkg")
    options.setdefault("name", own_maps.guess_name(layer))
    return own_maps.read_drawing(layer, outlines.place_on_grid(layer), FACTS, **options)


def test_areas_that_are_drawn_become_a_layer(tmp_path):
    found = draw(files.squares(), tmp_path)
    assert found.layer.names.tolist() == ["Patch A", "Patch B", "Patch C", "Patch D"]
    assert found.counts["matched"] == 4
    assert found.rows["area"].tolist() == found.layer.names.tolist()


def test_the_column_of_names_is_guessed(tmp_path):
    frame = files.squares().assign(code=["E1", "E2", "E3", "E4"], kind="A patch of ours")
    (layer,) = outlines.read(files.write(frame, tmp_path, ".gpkg"), name="a.gpkg")
    assert own_maps.guess_name(layer) == "patch"
    found = draw(frame, tmp_path, name="patch", code="code")
    assert found.layer.codes.tolist() == ["E1", "E2", "E3", "E4"]
    assert draw(frame, tmp_path, name="").layer.names.tolist() == [f"Area {i}" for i in range(1, 5)]


def test_rows_without_ground_without_postcodes_and_with_crossed_outlines_are_told_of(tmp_path):
    frame = files.squares()
    bow = shapely.Polygon([(0, 0), (900, 900), (900, 0), (0, 900)])
    shapes = frame.geometry.to_numpy().copy()
    shapes[1] = shapely.transform(bow, lambda xy: xy + np.array([files.WEST + 1000, files.SOUTH]))
    shapes[2] = None
    shapes[3] = shapely.box(100_000, 1_000, 100_010, 1_010)  # at sea
    found = draw(frame.set_geometry(gpd.GeoSeries(shapes, crs=27700)), tmp_path)
    assert found.rows["outcome"].tolist() == ["matched", "corrected", "unmatched", "unmatched"]
    why = found.rows["reason"].tolist()
    assert "crosses itself, so we mended it: nothing that it goes round is left out" in why[1]
    assert "no area: a point" in why[2]
    assert why[3] == "Row 4: no postcode is in it."
    assert len(found.layer.codes) == 2


def test_areas_of_one_name_are_one_unit_and_told_of(tmp_path):
    frame = files.squares(6).assign(patch=["East", "east ", "West", "North", "North", "South"])
    shapes = frame.geometry.to_numpy().copy()
    shapes[4] = shapely.box(100_000, 1_000, 100_010, 1_010)  # at sea
    found = draw(frame.set_geometry(gpd.GeoSeries(shapes, crs=27700)), tmp_path, name="patch")
    assert found.layer.names.tolist() == ["East", "North", "South", "West"]
    assert found.notes == (
        "2 units are made of several areas of one name: “East” of two, “North” of two. Where these "
        "are units of their own, choose a column of codes that tells them apart.",
    )
    assert found.rows["outcome"].tolist() == [*["matched"] * 4, "unmatched", "matched"]
    assert found.rows["reason"].iloc[4] == "Row 5: no postcode is in it."


def test_postcodes_in_several_areas_are_told_of_and_nobody_is_lost(tmp_path):
    frame = files.squares(2)
    shapes = frame.geometry.to_numpy().copy()
    shapes[1] = shapely.box(files.WEST + 995, files.SOUTH, files.WEST + 1995, files.SOUTH + 1000)
    found = draw(frame.set_geometry(gpd.GeoSeries(shapes, crs=27700)), tmp_path)
    assert found.notes == (
        "Two postcodes lie in several areas, which overlap a little along their lines, and so in "
        "none of them: under 100 residents.",
    )
    people = lenses.get().values
    inside, residual = people[found.layer.unit >= 0].sum(), found.layer.residual["people"].sum()
    assert inside + residual == pytest.approx(people.sum())


def test_areas_that_overlap_are_no_layer_but_footprints(tmp_path):
    frame = files.squares()
    shapes = frame.geometry.to_numpy().copy()
    shapes[1] = shapely.box(*shapes[0].bounds).buffer(100)
    frame = frame.set_geometry(gpd.GeoSeries(shapes, crs=27700))
    found = draw(frame, tmp_path)
    assert (found.layer, found.overlaps) == (None, True)
    assert "share no ground" in found.problem
    assert found.counts["unmatched"] == 4
    assert "“Patch A” and “Patch B”" in found.problem
    (layer,) = outlines.read(files.write(frame, tmp_path, ".gpkg"), name="a.gpkg")
    table = own_maps.write_footprints(layer, outlines.place_on_grid(layer), name="patch")
    upload = footprints.read(table, name="patches.csv")
    assert upload.actors["actor"].tolist() == ["Patch A", "Patch B", "Patch C", "Patch D"]
    assert upload.counts["matched"] == 4


def test_a_shape_with_a_million_corners_becomes_a_layer_and_a_footprint(tmp_path):
    turn = np.linspace(0, 2 * np.pi, 1_000_001)
    ring = np.c_[530_000 + 5_000 * np.cos(turn), 180_000 + 5_000 * np.sin(turn)]
    frame = gpd.GeoDataFrame({"patch": ["A"]}, geometry=[shapely.Polygon(ring)], crs=27700)
    assert draw(frame, tmp_path).layer.names.tolist() == ["A"]
    (layer,) = outlines.read(files.write(frame, tmp_path, ".gpkg"), name="a.gpkg")
    table = own_maps.write_footprints(layer, outlines.place_on_grid(layer), name="patch")
    assert footprints.read(table, name="a.csv").counts["matched"] == 1


# --- who is left over -------------------------------------------------------------------------


def said(layer: Layer) -> str:
    return own_maps.say_left_over(layer, own_maps.count_left_over(layer))


def test_who_is_in_no_area_is_said_with_their_wards(small, camden):
    lsoa, ward = layers.get("lsoa"), layers.get("ward")
    gone = camden.positions[ward.at(camden.positions) == ward.number_of("E05013653")]
    left_out = lsoa.codes[np.unique(lsoa.at(gone))].astype(str)
    layer = read(listed(np.setdiff1d(small, left_out))).layer
    left = own_maps.count_left_over(layer)
    assert left.home == ("Camden",)
    assert left.wards[0] == ward.names[ward.number_of("E05013653")]
    assert left.inside + left.nobody == pytest.approx(left.people, rel=0.01)
    assert said(layer).startswith("Four neighbourhood teams hold about ")
    assert "in Camden are in none: in Bloomsbury, " in said(layer)


def test_a_map_without_gaps_says_that_everyone_is_in_an_area(small):
    assert said(read(listed(small)).layer).endswith("; everyone in Camden is in one.")


def test_a_map_that_holds_most_of_no_district_is_at_home_in_wards(tmp_path):
    text = "area,team\nE05013653,A\nE05013654,B\n"
    left = own_maps.count_left_over(read(text).layer)
    assert len(left.home) == 2
    assert left.nobody == 0
    few = read("area,team\nNW5 2AA,A\nNW1 0AA,B\n")
    if few.layer is not None:
        assert said(few.layer).endswith("few in any one ward.")


@pytest.mark.parametrize(
    ("file", "heading", "title", "plural", "as_at"),
    [
        ("neighbourhood_teams-2026.xlsx", "", "Neighbourhood team", "neighbourhood teams", "2026"),
        ("lookup final v2.csv", "Locality name", "Locality", "localities", ""),
        ("x.csv", "PCN_code", "PCN", "PCNs", ""),
        ("Patches.gpkg", "", "Patch", "patches", ""),
        ("boxes.kml", "", "Box", "boxes", ""),
        (".csv", "", "Own map", "own maps", ""),
        ("a" * 200, "", "A" + "a" * 79, "a" * 80 + "s", ""),
    ],
)
def test_what_a_map_is_called_is_guessed(file, heading, title, plural, as_at):
    facts = own_maps.guess_facts(file, heading)
    assert (facts.title, facts.plural, facts.as_at) == (title, plural, as_at)
