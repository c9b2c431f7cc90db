"""A disk that is full, or may not be written to: what goes on without it, and what is said."""

from pathlib import Path

import faults
import geopandas as gpd
import pytest
import shapely
from test_books import open_, write_xlsx

from mapping import derived, places
from mapping.atoms import postcodes
from mapping.boundaries import coverage
from mapping.drawing import assets
from mapping.errors import DiskError
from mapping.geography import layers
from mapping.takeaway import export

WHY = pytest.mark.parametrize("why", faults.DISK)


@pytest.fixture
def ward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> places.Place:
    """A place whose cells nobody has derived, with a folder of its own for them."""
    monkeypatch.setenv("COMMON_GROUND_CACHE", str(tmp_path / "cache"))
    derived.UNWRITTEN.clear()
    return places.at("ward", postcodes.find("IV30 1BA")["ward_code"])


def town() -> gpd.GeoDataFrame:
    box = shapely.box(530_000, 180_000, 531_000, 181_000)
    return gpd.GeoDataFrame({"code": ["a"], "name": ["Ay"]}, geometry=[box], crs="EPSG:27700")


@WHY
def test_shapes_that_cannot_be_kept_on_disk_are_derived_once_and_kept_in_memory(
    why: str, ward: places.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    with faults.disk(why) as begun:
        first = coverage.load_fine(ward)
        assert [path for path in begun if path.exists()] == []
        monkeypatch.setattr(coverage, "_derive", lambda *_: pytest.fail("derived twice"))
        again = coverage.load_fine(ward)
    assert shapely.equals_exact(first.shapes, again.shapes).all()
    assert coverage.is_ready(ward, (layers.get("lsoa"),))


@WHY
def test_shapes_are_kept_on_disk_again_once_it_takes_files(why: str, tmp_path: Path) -> None:
    with faults.disk(why):
        derived.keep_sealed(tmp_path / "fine-1", b"one")
        assert derived.read_sealed(tmp_path / "fine-1") == b"one"
    derived.keep_sealed(tmp_path / "fine-1", b"two")
    assert [path.name for path in tmp_path.iterdir()] == ["fine-1"]
    assert derived.read_sealed(tmp_path / "fine-1") == b"two"


@WHY
def test_a_file_of_the_map_that_cannot_be_written_is_told_and_nothing_is_left(
    why: str, tmp_path: Path
) -> None:
    with faults.disk(why), pytest.raises(DiskError, match="could not write a file of the") as told:
        assets.publish(town(), "town", tmp_path)
    assert faults.is_plain(str(told.value))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert assets.is_there(assets.publish(town(), "town", tmp_path).path, tmp_path)


@WHY
def test_the_map_program_that_cannot_be_laid_out_is_told_and_laid_out_later(
    why: str, tmp_path: Path
) -> None:
    with faults.disk(why), pytest.raises(DiskError, match="the map program") as told:
        assets.install_assets(tmp_path)
    assert faults.is_plain(str(told.value))
    assert (assets.install_assets(tmp_path) / "leaflet.js").is_file()


@pytest.mark.parametrize("gone", ["leaflet.js", "leaflet-style.js", "images/layers.png"])
def test_a_file_of_the_map_program_that_is_gone_is_laid_out_again(
    gone: str, tmp_path: Path
) -> None:
    file = assets.install_assets(tmp_path) / gone
    content = file.read_bytes()
    file.unlink()
    assets.install_assets(tmp_path)
    assert file.read_bytes() == content


@WHY
def test_a_workbook_is_refused_in_a_sentence_without_a_temporary_folder(why: str) -> None:
    content = write_xlsx([["Organisation", "Ward"], ["One", "Haverstock"]])
    with faults.no_temporary_folder(why), pytest.raises(DiskError) as told:
        open_(content)
    assert faults.is_plain(str(told.value))
    assert open_(content)


@WHY
def test_map_areas_are_refused_in_a_sentence_without_a_temporary_folder(why: str) -> None:
    with faults.no_temporary_folder(why), pytest.raises(DiskError) as told:
        export.geopackage(town(), "town")
    assert faults.is_plain(str(told.value))
    assert export.geopackage(town(), "town")


def test_a_library_that_cannot_write_into_the_folder_is_told_in_the_same_words() -> None:
    def write() -> None:
        with derived.make_folder(RuntimeError):
            raise RuntimeError("failed to commit transaction")

    with pytest.raises(DiskError, match="a temporary file"):
        write()


def test_a_whole_file_of_shapes_in_another_form_is_derived_again(ward: places.Place) -> None:
    first = coverage.load_fine(ward)
    (file,) = coverage.cache_folder().iterdir()
    derived.keep_sealed(file, b"what another version wrote")
    assert shapely.equals_exact(first.shapes, coverage.load_fine(ward).shapes).all()
    assert derived.read_sealed(file) != b"what another version wrote"
