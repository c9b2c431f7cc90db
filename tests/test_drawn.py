"""Files of boundaries as organisations' areas: each feature is a row, with its attributes."""

import boundary_files as files
import pytest

from mapping import footprints
from mapping.errors import MappingError

CAMDEN = "E09000007"


def read(content: bytes, name: str = "patches", **more) -> footprints.Upload:
    return footprints.read(content, name=name, **more)


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".kml", ".parquet", ".fgb"])
def test_each_feature_is_an_organisations_area_with_its_attributes(tmp_path, suffix):
    frame = files.squares(names="Organisation").assign(theme="Food")
    upload = read(files.write(frame, tmp_path, suffix), f"patches{suffix}")
    assert upload.counts["matched"] == len(upload) == 4
    assert set(upload.actors["actor"]) == {f"Patch {n}" for n in "ABCD"}
    assert set(upload.actors["themes"]) == {"food"}
    assert upload.rows["matched_to"].str.startswith("a shape in ").all()
    assert (upload.rows["people"] > 0).all()


def test_a_zipped_shapefile_is_read_as_well(tmp_path):
    parts = files.write_shapefile(files.squares(), tmp_path)
    packed = files.pack({f"patches.{suffix}": content for suffix, content in parts.items()})
    assert read(packed, "patches.zip").counts["matched"] == 4


def test_codes_among_the_attributes_do_not_count_unless_chosen(tmp_path):
    frame = files.squares(names="Organisation").assign(LAD24CD="E08000004")
    content = files.write(frame, tmp_path, ".gpkg")
    assert "Oldham" not in " ".join(read(content).rows["matched_to"])
    chosen = read(content, roles={"LAD24CD": "borough", "geometry": "ignore"})
    assert set(chosen.rows["matched_to"]) == {"Oldham (council area, E08000004)"}


def test_a_feature_without_an_area_is_accounted_for():
    content = (
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"A"},'
        b'"geometry":{"type":"Polygon","coordinates":[[[-0.15,51.54],[-0.13,51.54],[-0.13,51.56],'
        b'[-0.15,51.54]]]}},{"type":"Feature","properties":{"name":"B"},"geometry":null}]}'
    )
    upload = read(content, "some.geojson")
    assert upload.rows["outcome"].tolist() == ["matched", "unmatched"]
    assert upload.rows["row_number"].tolist() == [1, 2]
    whole = footprints.outcomes.whole_file(upload.sheet, upload.rows)
    assert whole["name"].tolist() == ["A", "B"]


def test_one_layer_of_several_is_read_and_another_may_be_chosen(tmp_path):
    path = tmp_path / "two.gpkg"
    files.squares(2, names="team").to_file(path, layer="North")
    files.squares(3, names="team").to_file(path, layer="South")
    content = path.read_bytes()
    first = read(content)
    assert first.sheet.sheets == ("North", "South")
    assert (first.sheet.sheet, len(first.rows)) == ("North", 2)
    assert len(read(content, sheet="South").rows) == 3


def test_what_holds_no_boundaries_keeps_its_own_sentence():
    with pytest.raises(MappingError, match="We cannot read a PDF"):
        read(b"%PDF-1.7")
    with pytest.raises(MappingError, match="a web page"):
        read(b"<html><body>no</body></html>")
