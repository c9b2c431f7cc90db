"""A page is added by a folder with its page.py and a record, with a map or without one."""

import io
import json
import zipfile
from pathlib import Path
from unittest.mock import patch

import pytest
import streamlit as st
from shown import PLACES, ROOT, Shown, opened

from mapping.takeaway import export
from pages.shared import router

TOY = router.Page("toy", "Toy", ":material/toys:", has_map=False)
CODE = """
from pages.shared import layout, state
from pages.shared.layout import Number

choice = state.current()
layout.view(
    choice,
    f"A toy in {choice.place.name}.",
    [Number("Postcodes", f"{len(choice.place):,}", "Every postcode of the place counts as one.")],
    None,
    how="Nothing is counted but postcodes.",
)
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the app together in a folder of its own, with one page more."""
    (tmp_path / "app.py").symlink_to(ROOT / "app.py")
    for page in router.PAGES:
        (tmp_path / "pages" / page.name).parent.mkdir(exist_ok=True)
        (tmp_path / "pages" / page.name).symlink_to(ROOT / "pages" / page.name)
    (tmp_path / "pages" / "toy").mkdir()
    (tmp_path / "pages" / "toy" / "page.py").write_text(CODE, encoding="utf-8")
    monkeypatch.setattr(router, "PAGES", (*router.PAGES, TOY))
    monkeypatch.setattr(router, "BY_NAME", {**router.BY_NAME, "toy": TOY})
    return tmp_path / "app.py"


def test_a_page_without_a_map_opens_with_its_sentence_and_numbers(app: Path) -> None:
    shown = opened("toy", app=app, place=PLACES["Moray"])
    assert shown.finding == "A toy in Moray."
    assert list(shown.numbers) == ["Postcodes"]
    assert shown.maps() == []
    assert shown.link() == {"place": PLACES["Moray"]}


def test_a_page_without_a_map_keeps_the_attribution_on_a_projector(app: Path) -> None:
    shown = opened("toy", app=app, place=PLACES["Moray"], projector="1")
    (footer,) = [piece for piece in shown.html if "<footer" in piece]
    assert all(line in footer for line in export.attribution())
    with_map = opened("place", app=app, place=PLACES["Moray"], projector="1")
    assert not [piece for piece in with_map.html if "<footer" in piece]


def test_a_page_that_is_added_is_a_stop_of_the_projector(app: Path) -> None:
    assert router.turn("Data and method", 1) is TOY
    assert router.turn("Toy", 1) is router.PAGES[0]
    assert router.find_lost("http://hall.local:8501/toy") == ""


def test_a_page_without_a_map_is_taken_away_without_a_picture_and_says_so(app: Path) -> None:
    files = _take_away(opened("toy", app=app, place=PLACES["Moray"]))
    assert "map.png" not in files
    assert "There is no picture: this page has no map." in files["method.md"].decode()
    assert json.loads(files["request.json"])["page"] == "toy"


def _take_away(shown: Shown) -> dict[str, bytes]:
    found: list[bytes] = []
    with patch.object(st, "download_button", lambda _, data, *__, **___: found.append(data)):
        shown.app.session_state["cg-take-toy"] = True
        shown.run()
    with zipfile.ZipFile(io.BytesIO(found[0])) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
