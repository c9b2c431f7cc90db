"""The app while a file that ships is missing or cut off: it says so, and starts once it is back."""

from pathlib import Path

import pytest
from shown import ROOT
from streamlit.testing.v1 import AppTest

from mapping.atoms import DATA, FILES, postcodes, tables, vintage
from pages.shared import cache


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of all data that ship, which the app reads in the place of its own."""
    (tmp_path / "examples").mkdir()
    for name in (*tables.TABLES, *FILES):
        (tmp_path / name).symlink_to(DATA / name)
    monkeypatch.setattr(postcodes, "DATA", tmp_path)
    monkeypatch.setattr(postcodes, "table", postcodes.table.__wrapped__)
    return tmp_path


@pytest.mark.parametrize("is_cut", [False, True])
@pytest.mark.parametrize("name", [*FILES, "layers.csv", "themes.csv", "examples/template.csv"])
def test_a_file_that_is_missing_or_cut_off_is_said_until_it_is_back(
    name: str, is_cut: bool, folder: Path
) -> None:
    cache.open_data.clear()
    vintage.read_vintage.cache_clear()
    (folder / name).unlink()
    if is_cut:
        (folder / name).write_bytes((DATA / name).read_bytes()[:-20])
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90).run()
    assert not app.exception
    (said,) = app.error
    assert Path(name).name.replace("_", r"\_") in said.value
    assert "Restore all of data/" in said.value
    assert str(folder) not in said.value
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(DATA / name)
    app.run()
    assert not app.exception
    assert not app.error
