"""What is taken away: every row, harmless in a spreadsheet, shapes in metres."""

import io
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mapping import boundaries, footprints, overlap, places
from mapping.geography import LENSES, layers
from mapping.takeaway import export

texts = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12),
    min_size=1,
    max_size=6,
)
FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "+44 20 7946 0000",
    "-",
    "--1",
    "- 1",
    "-1,000",
    "-1;2",
    "+1e",
    "-.",
    "-1\n",
    "\t-1",
    "-inf",
    "-٣",
    "=1",
    '=HYPERLINK("http://x","y")',
]
NUMBERS = ["-0.12", "+1", "-1", "-.5", "-5.", "-1e-7", "+1.5E+3", "-0", "-12345678901234567890"]


def read(data: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)


def square(side_m: float = 100.0, crs: int | None = 27700, **columns: list) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=[shapely.box(0, 0, side_m, side_m)], crs=crs)


def is_number(text: str) -> bool:
    """Tell whether a text is a number as computers write them, by other means than the export."""
    try:
        float(text)
    except ValueError:
        return False
    return set(text) <= set("0123456789+-.eE")


@given(texts)
def test_no_cell_begins_like_a_formula_and_nothing_else_changes(values: list[str]) -> None:
    frame = pd.DataFrame({"name": values})
    for before, after in zip(values, export.neutralise(frame)["name"], strict=True):
        assert not after.startswith(export.FORMULA) or is_number(after)
        assert after in (before, f"'{before}")
        assert (after == before) == (not export.is_formula(before))


@pytest.mark.parametrize("text", [" =1+1", "\u00a0@x", "\u200b-x", "\x00+x", " \t＝1", "\ufeff=x"])
def test_blanks_before_a_formula_do_not_hide_it(text: str) -> None:
    assert export.neutralise(pd.DataFrame({"name": [text]}))["name"].tolist() == [f"'{text}"]


@pytest.mark.parametrize("text", ["", " ", "a=b", " a-b", "N1 9GU", "1-2", "'=1"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert export.neutralise(pd.DataFrame({"name": [text]}))["name"].tolist() == [text]


def test_a_lone_carriage_return_begins_no_row_of_its_own() -> None:
    frame = pd.DataFrame({"na\rme": ["a\r=1+1", "b"]})
    assert export.csv(frame).endswith(b'"na\rme"\r\n"a\r=1+1"\r\nb\r\n')


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_neutralised_in_text_in_mixed_and_in_categorical_columns(text: str) -> None:
    mixed = pd.DataFrame({"mixed": pd.Series([1, text, None], dtype=object)})
    assert export.neutralise(mixed)["mixed"].tolist()[:2] == [1, f"'{text}"]
    sorted_ = pd.DataFrame({"kind": pd.Categorical([text])})
    assert export.neutralise(sorted_)["kind"].tolist() == [f"'{text}"]


@pytest.mark.parametrize("text", NUMBERS)
def test_a_text_that_is_a_plain_number_is_no_formula(text: str) -> None:
    assert export.neutralise(pd.DataFrame({text: [text]})).to_dict("list") == {text: [text]}


@given(st.text("0123456789+-.eE \t", max_size=8))
def test_what_begins_like_a_formula_is_left_alone_only_if_it_is_a_number(text: str) -> None:
    begins = text.lstrip(" \t").startswith(("+", "-")) or text.startswith("\t")
    assert export.is_formula(text) == (begins and not is_number(text))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_written_as_a_text_reads_back_as_it_was(value: float) -> None:
    frame = pd.DataFrame({"lon": [repr(value), f"{value:.3f}", f"{value:+e}"]})
    assert read(export.csv(frame)).to_dict("list") == frame.to_dict("list")


def test_a_list_of_points_that_was_exported_is_read_again_as_it_was() -> None:
    frame = pd.DataFrame(
        {
            "actor": ["A", "B"],
            "latitude": ["51.5489", "51.5"],
            "longitude": ["-0.1360", "-.2"],
            "radius_m": ["800", "+900"],
        }
    )
    upload = footprints.read(export.csv(frame), name="points.csv")
    assert upload.sheet.frame.to_dict("list") == frame.to_dict("list")
    assert upload.counts["matched"] == 2


@given(st.lists(st.floats(-1e6, 1e6), min_size=1))
def test_numbers_stay_numbers_below_nought_too(values: list[float]) -> None:
    back = pd.read_csv(io.BytesIO(export.csv(pd.DataFrame({"people": values}))))
    assert pd.api.types.is_numeric_dtype(back["people"])
    assert back["people"].tolist() == pytest.approx(values, abs=0.0051)


def test_the_table_given_is_left_as_it_was() -> None:
    frame = pd.DataFrame({"name": ["=x"], "people": [1.23456]})
    before = frame.copy()
    export.csv(frame, "source")
    pd.testing.assert_frame_equal(frame, before)


def test_a_csv_has_every_row_and_codes_as_they_are() -> None:
    frame = pd.DataFrame({"code": ["01", "3E05", "NA"], "name": ["Ynys Môn", 'a "b", c', ""]})
    data = export.csv(frame)
    assert data.startswith(b"\xef\xbb\xbf")
    assert read(data).to_dict("list") == frame.to_dict("list")


def test_a_csv_carries_its_source_and_no_geometry() -> None:
    back = read(export.csv(square(name=["a"]), "Contains OS data"))
    assert list(back.columns) == ["name", "source"]
    assert back["source"].tolist() == ["Contains OS data"]


def test_a_tables_own_column_of_sources_is_not_overwritten(tmp_path: Path) -> None:
    frame = square(source=["Ordnance Survey"])
    back = read(export.csv(frame, "Contains OS data"))
    assert back.to_dict("list") == {"source": ["Ordnance Survey"], "about": ["Contains OS data"]}
    path = tmp_path / "x.gpkg"
    path.write_bytes(export.geopackage(frame, "x", "Contains OS data"))
    assert gpd.read_file(path)[["source", "about"]].to_numpy().tolist() == [
        ["Ordnance Survey", "Contains OS data"]
    ]


def test_shares_keep_six_decimals_and_people_two() -> None:
    frame = pd.DataFrame({"share": [0.12345678], "people": [1234.5678]})
    assert read(export.csv(frame)).iloc[0].tolist() == ["0.123457", "1234.57"]


def test_a_geopackage_reads_back_in_metres_of_the_national_grid(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    path.write_bytes(export.geopackage(square(code=["E01"], people=[1.5]), "Wards of X"))
    back = gpd.read_file(path)
    assert back.crs.to_epsg() == 27700
    assert back[["code", "people"]].to_numpy().tolist() == [["E01", 1.5]]
    assert back.area.tolist() == [10_000]
    assert gpd.list_layers(path)["name"].tolist() == ["wards-of-x"]


def test_degrees_are_turned_into_metres(tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    degrees = square(code=["a"]).to_crs(4326)
    path.write_bytes(export.geopackage(degrees, "x"))
    back = gpd.read_file(path)
    assert back.crs.to_epsg() == 27700
    assert back.area[0] == pytest.approx(10_000, rel=0.01)


def test_real_boundaries_read_back_valid_and_complete(tmp_path: Path) -> None:
    oldham = places.get("Oldham")
    shapes = boundaries.polygons(oldham, layers.get("ward"))
    path = tmp_path / "oldham.gpkg"
    path.write_bytes(export.geopackage(shapes, "ward", "Contains OS data"))
    back = gpd.read_file(path)
    assert back["code"].tolist() == shapes["code"].tolist()
    assert back.geometry.is_valid.all()
    assert set(back["source"]) == {"Contains OS data"}


def test_headings_are_harmless_too() -> None:
    frame = pd.DataFrame({"=1+1": [1], "ok": [2]})
    assert list(read(export.csv(frame)).columns) == ["'=1+1", "ok"]


@pytest.mark.parametrize("text", ["\n=1", "＝1+1", "＋1", "－1", "＠SUM(A1)"])
def test_wide_letters_and_new_lines_do_not_hide_a_formula(text: str) -> None:
    assert export.neutralise(pd.DataFrame({"name": [text]}))["name"].tolist() == [f"'{text}"]


def test_degrees_keep_six_decimals_and_metres_none_that_matter() -> None:
    frame = pd.DataFrame({"lat": [51.5349091], "lon": [-2.1216931], "easting": [530_374]})
    assert read(export.csv(frame)).iloc[0].tolist() == ["51.534909", "-2.121693", "530374"]


def test_small_areas_of_land_are_not_rounded_away() -> None:
    frame = pd.DataFrame({"people": [1572.123456, 0.0004321, 0.0]})
    assert read(export.csv(frame))["people"].tolist() == ["1572.123456", "0.000432", "0.0"]


def test_a_note_tells_lens_limits_layers_dates_and_whose_data_it_is() -> None:
    used = [layers.get("icb", edition=2022), layers.get("ward")]
    told = export.note("Wards of X.", "land", used, limits="Within 300 metres.")
    assert told.startswith(
        "Wards of X. Counted: square kilometres of land. Within 300 metres. "
        "Integrated care board (2022): "
    )
    assert "valid to 2026-03-31; Ward: Ordnance Survey Code-Point Open, 2025-05. " in told
    assert export.DERIVED in told
    for line in export.attribution():
        assert f"{line}." in told


def test_a_note_without_layers_or_limits_has_no_gaps() -> None:
    told = export.note("Scores.", "residents")
    assert told.startswith(
        "Scores. Counted: estimated residents. Estimates are rounded to 10, so rows need not add "
        f"up to their total. {export.DERIVED} Contains"
    )
    assert "  " not in told
    assert ".." not in told


@pytest.mark.parametrize("by", LENSES)
def test_people_in_a_geopackage_of_pieces_add_up_to_the_table(by: str, tmp_path: Path) -> None:
    oldham, ward, sector = places.get("Oldham"), layers.get("ward"), layers.get("postal_sector")
    cross = overlap.cross_table(oldham, ward, sector, by=by)
    pieces = boundaries.pair_polygons(oldham, ward, sector, cross, tolerance_m=20)
    path = tmp_path / "pieces.gpkg"
    path.write_bytes(export.geopackage(pieces, "cross", "source"))
    back = gpd.read_file(path)
    assert list(back.columns) == [*cross.columns, "source", "geometry"]
    assert len(back) == len(cross)
    assert back["people"].sum() == pytest.approx(cross["people"].sum(), rel=1e-5)
    assert back[["a_code", "b_code"]].to_numpy().tolist() == (
        cross[["a_code", "b_code"]].to_numpy().tolist()
    )


@given(st.lists(st.text(max_size=60), max_size=3))
def test_a_file_name_is_made_of_small_letters_digits_and_hyphens(words: list[str]) -> None:
    stem = export.file_stem(*words)
    assert 0 < len(stem) <= 80
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_a_path_in_a_name_stays_a_name() -> None:
    assert export.file_stem("../../etc/passwd") == "etc-passwd"
    assert export.file_stem("…") == "table"


def test_rows_without_a_shape_are_kept_counted_and_named_in_a_geopackage(tmp_path: Path) -> None:
    names = [f"District {n}" for n in range(8)]
    shapes = [shapely.box(0, 0, 9, 9), shapely.Polygon(), *[None] * 6]
    frame = gpd.GeoDataFrame({"code": list("abcdefgh"), "name": names}, geometry=shapes, crs=27700)
    path = tmp_path / "x.gpkg"
    path.write_bytes(export.geopackage(frame, "x", "Source."))
    back = gpd.read_file(path)
    assert back["name"].tolist() == names
    (told,) = set(back["source"])
    listed = "; ".join(names[1:6])
    assert told.startswith(f"Source. 7 of 8 rows have no map area ({listed} and others), ")


def test_a_pair_without_a_shape_is_named_by_both_of_its_units() -> None:
    frame = square(a_code=["1"], a_name=["Soho"], b_name=["W1"]).set_geometry([None], crs=27700)
    assert export.say_shapeless(frame).startswith("1 of 1 rows has no map area (Soho with W1), ")


def test_where_every_row_has_a_shape_nothing_is_said_of_it(tmp_path: Path) -> None:
    assert export.say_shapeless(square(name=["a"])) == ""
    path = tmp_path / "x.gpkg"
    path.write_bytes(export.geopackage(square(name=["a"]), "x"))
    assert list(gpd.read_file(path).columns) == ["name", "geometry"]


def test_the_source_may_stand_once():
    rows = read(export.csv(pd.DataFrame({"a": [1, 2, 3]}), "Counted: residents.", once=True))
    assert rows["source"].tolist() == ["Counted: residents.", "", ""]
