"""Every file that a page offers: whole, safe in a spreadsheet, and saying what it is."""

import io
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import geopandas as gpd
import pandas as pd
import pytest
import streamlit as st
from shown import PLACES, WITH_FINDING, Shown, opened

from mapping import overlap, places
from mapping.geography import layers
from mapping.takeaway import export

Made = Callable[[], bytes]


def offered(page: str, **choices: str) -> dict[str, Made]:
    """Open a page and return how each of its files is made, by file name."""
    return looked_at(page, **choices)[1]


def looked_at(page: str, **choices: str) -> tuple[Shown, dict[str, Made]]:
    """Open a page; return what it shows as well."""
    found: dict[str, Made] = {}

    def button(label: str, data: Made, file_name: str, *_: object, **__: object) -> None:
        found[file_name] = data

    with patch.object(st, "download_button", button):
        shown = opened(page, **choices)
    return shown, found


def one(found: dict[str, Made], beginning: str, suffix: str = ".csv") -> bytes:
    (name,) = [n for n in found if n.startswith(beginning) and n.endswith(suffix)]
    return found[name]()


def table(data: bytes) -> pd.DataFrame:
    """Read a CSV file as a program does that changes nothing."""
    return pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)


def shapes(data: bytes, folder: Path) -> gpd.GeoDataFrame:
    path = folder / "taken.gpkg"
    path.write_bytes(data)
    return gpd.read_file(path)


@pytest.mark.parametrize("name", ["Greater London", "Moray", "Great Britain", "NW5"])
@pytest.mark.parametrize("page", WITH_FINDING)
def test_every_csv_is_safe_in_a_spreadsheet_and_says_what_it_is(page: str, name: str) -> None:
    at = {"at": "NW5 2AA"} if page == "who_works_here" else {}
    files = offered(page, place=PLACES[name], **at)
    assert files
    for file_name, made in files.items():
        if not file_name.endswith(".csv"):
            continue
        data = made()
        assert data.startswith(b"\xef\xbb\xbf")
        frame = table(data)
        assert len(frame)
        (note,) = frame.iloc[:, -1].unique()
        assert "Counted: estimated residents." in note
        assert export.DERIVED in note
        assert all(line in note for line in export.attribution())
        assert page == "data_and_method" or places.at(*PLACES[name].split(".", 1)).name in note
        for column in frame.columns[:-1]:
            starts = frame[column].str.startswith(export.FORMULA)
            assert pd.to_numeric(frame.loc[starts, column]).notna().all()  # negative numbers


def test_the_list_of_layers_keeps_where_each_is_from() -> None:
    frame = table(one(offered("data_and_method"), "the-boundary-maps-built-into"))
    assert frame["source"].tolist() == layers.catalogue()["source"].tolist()


def test_a_files_note_follows_the_lens_and_names_the_layers_and_their_dates() -> None:
    files = offered("mismatches", a="icb", b="police_bcu", by="land")
    for beginning in (
        "14-overlaps-between-integrated-care-boards-and-police-commands",
        "integrated-care-boards-in",
        "postcodes-in",
    ):
        (note,) = table(one(files, beginning))["source"].unique()
        assert "Counted: square kilometres of land." in note
        assert f"Police command (BCU): {layers.get('police_bcu').source}, 2019" in note
    before = offered("mismatches", a="icb@2022", b="police_bcu")
    assert (
        "valid to 2026-03-31" in table(one(before, "integrated-care-boards-2022-in"))["source"][0]
    )


def test_the_cross_table_is_taken_away_with_what_is_hidden_on_the_page() -> None:
    files = offered("mismatches", place=PLACES["Oldham"], least="10")
    cross = overlap.cross_table(
        places.get("Oldham"), layers.get("ward"), layers.get("postal_district")
    )
    frame = table(one(files, f"{len(cross)}-overlaps-between-wards-and-postcode-districts"))
    assert len(frame) == len(cross)
    rounded = 5 * len(cross)  # each is an estimate, written to the nearest 10
    assert frame["people"].astype(float).sum() == pytest.approx(cross["people"].sum(), abs=rounded)


def test_shapes_of_the_cross_table_are_one_piece_a_row(tmp_path: Path) -> None:
    files = offered("mismatches", place=PLACES["Oldham"])
    name = "46-overlaps-between-wards-and-postcode-districts"
    frame = table(one(files, name))
    pieces = shapes(one(files, name, ".gpkg"), tmp_path)
    assert list(pieces.columns) == [*frame.columns, "geometry"]
    codes = ["a_code", "a_name", "b_code", "b_name"]
    assert pieces[codes].to_numpy().tolist() == frame[codes].to_numpy().tolist()
    (told,), (also,) = set(frame["source"]), set(pieces["source"])
    assert also.startswith(f"{told} {pieces.geometry.isna().sum()} of {len(pieces)} rows ha")
    assert pieces["people"].to_numpy() == pytest.approx(frame["people"].astype(float))


def test_shapes_of_partner_sets_name_the_partners(tmp_path: Path) -> None:
    files = offered("partner_sets")
    frame = table(one(files, "partner-sets"))
    sets = shapes(one(files, "partner-sets", ".gpkg"), tmp_path)
    assert list(sets.columns) == [*frame.columns, "geometry"]
    assert {"icb", "icb_code", "police_bcu", "boroughs", "headline"} <= set(sets.columns)
    assert sets["people"].sum() == pytest.approx(8_800_300)


@pytest.mark.parametrize(
    ("page", "choices"),
    [("mismatches", {"a": "lsoa", "b": "ward"}), ("partner_sets", {"layers": "lsoa,ward"})],
)
def test_shapes_too_large_to_draw_are_not_offered_and_the_page_says_why(
    page: str, choices: dict[str, str]
) -> None:
    shown, files = looked_at(page, place=PLACES["Great Britain"], **choices)
    assert files
    assert not [name for name in files if name.endswith(".gpkg")]
    assert "no map areas to download: Great Britain is too large" in shown.captions
    assert "Choose a region, a county or a council." in shown.captions


def test_the_postcodes_near_a_line_are_taken_away_with_the_distance_and_the_source() -> None:
    frame = table(one(offered("mismatches", a="ward", b="icb", distance="200"), "postcodes-in"))
    near = overlap.edge_dwellers(places.get("Greater London"), layers.get("icb"), distance_m=200)
    assert len(frame) == len(near.positions)
    assert frame["people"].astype(float).sum() == pytest.approx(near.people, rel=1e-4)
    assert frame["postcode"].str.fullmatch(r"[A-Z0-9]{2,4} [0-9][A-Z]{2}").all()
    assert "another integrated care board is within 200 metres" in frame["source"].iloc[0]


def test_a_list_of_postcodes_too_long_is_not_offered_and_the_page_says_why() -> None:
    britain = {"place": PLACES["Great Britain"], "a": "borough", "b": "ward", "distance": "1000"}
    shown, files = looked_at("mismatches", **britain)
    assert not [name for name in files if name.startswith("postcodes")]
    assert "too many to download" in shown.captions


def test_nobody_near_a_line_is_no_file() -> None:
    files = offered("mismatches", place=PLACES["Camden"], a="ward", b="borough", distance="100")
    alone = offered("mismatches", place=PLACES["Moray"], a="ward", b="health_board", distance="100")
    assert [name for name in files if name.startswith("postcodes")]
    assert not [name for name in alone if name.startswith("postcodes")]


def test_people_in_no_unit_are_in_the_file_under_none() -> None:
    files = offered("mismatches", place=PLACES["Great Britain"], a="borough", b="county")
    frame = table(one(files, "350-overlaps-between-council-areas-and-counties"))
    nowhere = frame[frame["b_name"] == "none"]
    assert (nowhere["b_code"] == "").all()
    assert nowhere["people"].astype(float).sum() > 20_000_000
    assert (nowhere["share_of_b_in_place"] == "").all()
