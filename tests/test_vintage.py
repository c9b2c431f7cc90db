"""The files of data/ are read together or not at all."""

import shutil
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mapping.atoms import postcodes, vintage
from mapping.errors import MappingError
from mapping.geography import layers
from mapping.takeaway import export

MAY, AUGUST = vintage.Vintage("1" * 16, "2025-05"), vintage.Vintage("2" * 16, "2025-08")


def folder_of(path: Path, mark: vintage.Vintage) -> Path:
    path.mkdir()
    for name in vintage.FILES:
        pq.write_table(mark.marked(pa.table({"code": ["a"]})), path / name)
    return path


@pytest.fixture
def may(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "may", MAY)


@pytest.fixture
def august(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "august", AUGUST)


def test_a_mark_is_read_as_it_was_written_and_leaves_other_metadata(may: Path) -> None:
    assert vintage.read_vintage(may) == MAY
    frame = pa.Table.from_pandas(pd.DataFrame({"a": [1]}))
    kept = MAY.marked(frame).schema.metadata
    assert kept[b"pandas"] == frame.schema.metadata[b"pandas"]


@pytest.mark.parametrize(
    ("as_at", "month"), [("2025-05", "May 2025"), ("2026-11", "November 2026")]
)
def test_a_month_is_told_in_words(as_at: str, month: str) -> None:
    assert vintage.Vintage("", as_at).month == month


@pytest.mark.parametrize("name", vintage.FILES)
def test_one_restored_file_of_another_build_is_told_with_what_to_do(
    name: str, may: Path, august: Path
) -> None:
    shutil.copy(august / name, may / name)
    with pytest.raises(MappingError, match="from one build; found those of 2") as told:
        vintage.read_vintage(may)
    assert f"{name}: 2025-08, 2222222222222222" in str(told.value)
    assert str(told.value).endswith(vintage.WHAT_TO_DO)


def test_two_builds_of_the_same_month_are_told_apart(may: Path, tmp_path: Path) -> None:
    other = folder_of(tmp_path / "other", vintage.Vintage("3" * 16, "2025-05"))
    shutil.copy(other / "borders.parquet", may)
    with pytest.raises(MappingError, match="found those of 2"):
        vintage.read_vintage(may)


@pytest.mark.parametrize("name", vintage.FILES)
def test_a_missing_file_is_named(name: str, may: Path) -> None:
    (may / name).unlink()
    with pytest.raises(MappingError, match=rf"data/; {name} is not there\. Restore"):
        vintage.read_vintage(may)


def test_a_file_without_a_mark_or_cut_short_is_named(may: Path) -> None:
    pq.write_table(pa.table({"code": ["a"]}), may / "land.parquet")
    with pytest.raises(MappingError, match=r"land\.parquet does not\. Restore"):
        vintage.read_vintage(may)
    whole = (may / "wards.parquet").read_bytes()
    (may / "wards.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MappingError, match=r"wards\.parquet cannot be read"):
        vintage.read_vintage(may)


def test_the_national_table_is_not_read_from_files_of_two_builds(
    may: Path, august: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(august / "borders.parquet", may)
    monkeypatch.setattr(postcodes, "DATA", may)
    with pytest.raises(MappingError, match="from one build"):
        postcodes.table.__wrapped__()


def test_newer_data_tell_their_own_month_and_year(
    august: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "database right 2025" in export.attribution()[0]
    newer = folder_of(august.parent / "newer", vintage.Vintage("4" * 16, "2026-02"))
    monkeypatch.setattr(postcodes, "DATA", newer)
    assert postcodes.name_month() == "February 2026"
    told = export.attribution()
    assert sum(line.endswith("right 2026") for line in told) == len(told) - 1
    assert not any("2025" in line for line in told)


def test_layers_without_a_date_of_their_own_are_as_old_as_the_postcodes() -> None:
    written = pd.read_csv(postcodes.DATA / "layers.csv", dtype=str, keep_default_na=False)
    undated = written.loc[written["as_at"] == "", "key"]
    assert set(undated) >= {"ward", "borough", "postal_district"}
    assert (layers.catalogue().loc[undated, "as_at"] == "2025-05").all()
    assert written.loc[written["key"].isin(undated), "source"].str.contains("Code-Point").all()


def test_only_layers_from_open_data_claim_its_licence() -> None:
    facts = layers.catalogue()
    publishers = facts["source"].str.match("Ordnance Survey|ONS")
    assert publishers.any()
    assert facts.loc[publishers, "licence"].str.startswith("OGL v3").all()
    compiled = facts.loc[~publishers, "licence"]
    assert compiled.str.startswith("Facts compiled by this project").all()
