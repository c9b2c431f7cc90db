"""Pages while the disk takes no file: they go on, without the map where there can be none."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import faults
import pytest
import streamlit as st
from shown import WITH_AREAS, Shown, opened

from mapping import derived
from mapping.boundaries import coverage
from mapping.drawing import assets
from mapping.drawing.picture import still
from pages.shared import answers

WARD = "ward.E05013663"
WHY = pytest.mark.parametrize("why", faults.DISK)


def forget() -> None:
    """Forget what was derived and published."""
    st.cache_resource.clear()
    answers.clear()
    coverage.COVERAGES.clear()
    derived.UNWRITTEN.clear()
    still._read.cache_clear()


@pytest.fixture(autouse=True)
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nothing be derived or published yet."""
    monkeypatch.setenv("COMMON_GROUND_CACHE", str(tmp_path / "cache"))
    forget()
    yield
    forget()


@contextmanager
def disk(why: str) -> Iterator[None]:
    """Let the disk take no file, and let none of the map's be there already."""
    with faults.disk(why), patch.object(assets, "_note_use", return_value=False):
        yield


def is_whole(shown: Shown) -> bool:
    return bool(shown.finding) and bool(shown.tables() or shown.numbers)


@WHY
@pytest.mark.parametrize("page", WITH_AREAS)
def test_a_page_goes_on_without_its_map_and_has_it_again_later(page: str, why: str) -> None:
    with disk(why):
        shown = opened(page, place=WARD)
        assert is_whole(shown)
        assert shown.maps() == []
        said = [note for note in shown.notes if "could not write a file of the map" in note]
        assert len(said) == 1
        assert faults.is_plain(said[0])
    assert len(shown.run().maps()) == 1


@WHY
def test_a_map_is_drawn_while_only_the_folder_of_shapes_takes_none(
    why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = derived.write

    def refuse_shapes(path: Path, content: bytes, **told: float) -> None:
        if path.name.startswith("fine-"):
            raise OSError(faults.DISK[why], "no", str(path))
        real(path, content, **told)

    monkeypatch.setattr(derived, "write", refuse_shapes)
    shown = opened("place", place=WARD, base="lsoa")
    assert shown.notes == []
    assert len(shown.maps()) == 1


def test_a_map_program_that_is_gone_is_said_where_the_map_was_and_comes_back() -> None:
    said = "Maps need the Python package XStatic-Leaflet"
    with (
        patch.object(assets, "_LEAFLET_FILES", ("gone.js",)),
        patch.object(assets, "_leaflet_source", return_value=Path("nowhere")),
    ):
        shown = opened("place", place=WARD)
        assert is_whole(shown)
        assert shown.maps() == []
        assert len([note for note in shown.notes if note.startswith(said)]) == 1
    assert len(shown.run().maps()) == 1


def open_take_away(shown: Shown) -> list[str]:
    """Open the box of what is taken away; return what is said there instead of the button."""
    shown.app.session_state["cg-take-place"] = True
    return [note for note in shown.run().notes if "map" in note or "temporary" in note]


@WHY
def test_a_zip_that_cannot_be_made_is_said_and_made_later(why: str) -> None:
    shown = opened("place", place=WARD)
    with faults.no_temporary_folder(why):
        (said,) = open_take_away(shown)
        assert faults.is_plain(said)
        assert "a temporary file" in said
    assert open_take_away(shown) == []


def test_a_zip_of_a_map_whose_files_are_gone_is_said_to_need_the_page_again() -> None:
    shown = opened("place", place=WARD)
    real = Path.read_bytes

    def read_others(path: Path) -> bytes:
        if path.parent.name == "geo":
            raise FileNotFoundError(path)
        return real(path)

    with patch.object(Path, "read_bytes", read_others):
        (said,) = open_take_away(shown)
    assert said.startswith("A file of this map is no longer on the server.")
    assert open_take_away(shown) == []
