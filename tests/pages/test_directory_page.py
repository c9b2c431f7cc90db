"""With a postcode directory, its maps are among the choices, and the method page tells of it."""

import shutil

import pyarrow.parquet as pq
import pytest
import streamlit as st
from shown import PLACES, Shown, opened

from benchmarks import made_directory
from mapping import packs
from mapping.build import directory
from mapping.geocode import areas
from mapping.geography import layers
from pages.shared import answers

CAMDEN = PLACES["Camden"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, camden):
    path = tmp_path_factory.mktemp("ground") / "ONSPD_NOV_2025_UK.zip"
    made_directory.write(path, "new", camden.positions, others=500)
    directory.build(path, path.parent / "packs")
    return path.parent / "packs"


def forget():
    """Forget all that the app has kept."""
    st.cache_data.clear()
    st.cache_resource.clear()
    answers.clear()


@pytest.fixture(scope="module")
def at_hand(folder):
    """Let the app find a pack, from here on, and nothing that it kept of before."""
    areas.index()  # made once in a process: tests that come later have no pack
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("COMMON_GROUND_PACKS", str(folder))
        forget()
        yield folder
    forget()


def text_of(shown: Shown) -> str:
    texts = [*shown.html, *(str(one.value) for one in shown.app.markdown)]
    return " ".join(texts).replace("&#x27;", "'")


def box(shown: Shown, name: str) -> list[str]:
    widgets = [*shown.app.selectbox, *shown.app.multiselect]
    (found,) = (one for one in widgets if one.key == f"_widget_{name}")
    return list(found.options)


def test_the_method_page_says_in_three_steps_how_to_have_one():
    said = text_of(opened("data_and_method"))
    assert "It is not installed here" in said
    assert "python -m mapping.build --directory ONSPD.zip" in said


def test_a_link_to_a_map_that_is_not_at_hand_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("COMMON_GROUND_PACKS", str(tmp_path))
    shown = opened("mismatches", place=CAMDEN, a="onspd_lad")
    assert not layers.is_known("onspd_lad")
    assert any(
        "map of the postcode directory, which is not installed" in note for note in shown.notes
    )


def test_the_method_page_says_what_is_in_use_of_when_and_what_is_left_out(at_hand, tmp_path):
    spoilt = at_hand / "spoilt"
    shutil.copytree(at_hand / "onspd-nov-2025-uk", spoilt)
    (spoilt / "units.parquet").write_bytes(b"")
    copied = tmp_path / "packs"
    shutil.move(spoilt, copied / "spoilt")
    shutil.copytree(at_hand / "onspd-nov-2025-uk", copied / "onspd-nov-2025-uk")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("COMMON_GROUND_PACKS", str(copied))
        forget()
        shown = opened("data_and_method")
    forget()
    said = text_of(shown)
    assert "ONS Postcode Directory, November 2025" in said.replace("\\", "")
    assert "25 boundary maps" in said
    assert "new25cd" in said
    assert any("“spoilt” is left out" in note for note in shown.notes)
    listed = shown.table("Boundary maps of the postcode directory")
    assert "Small census area of 2021" in set(listed["Boundary map"])
    assert "Official council area (2025)" in set(listed["Boundary map"])


def test_maps_of_the_directory_stand_among_the_others_by_scale(at_hand):
    shown = opened("mismatches", place=CAMDEN)
    offered = box(shown, "layers")
    assert offered.index("Official ward (2025)") < offered.index("Council area")
    assert offered.index("Council area") < offered.index("Official council area (2025)")
    assert offered.index("Official council area (2025)") < offered.index("Police force")
    chosen = opened("mismatches", place=CAMDEN, a="lsoa21", b="onspd_wd")
    assert chosen.notes == []
    assert chosen.link()["a"] == "onspd_lsoa21"
    assert "small census areas of 2021" in text_of(chosen).lower()


def test_who_works_here_lists_no_official_geography_by_itself(at_hand):
    shown = opened("who_works_here", place=CAMDEN, at="NW5 2AA")
    assert "Official ward" not in text_of(shown)


@pytest.fixture(scope="module")
def ended(at_hand) -> dict[str, str]:
    """Return postcodes that ended, near one in use and far from any, and one of Belfast."""
    (one,) = packs.find().packs
    rows = pq.read_table(one.folder / packs.OTHERS).to_pandas()
    names = [int(n).to_bytes(8, "big").rstrip(b"\0").decode() for n in rows["name"]]
    british = (rows["ended"] > 0) & (rows["place"] == "")
    which = {
        "near": british & rows["distance_m"].between(1, 500),
        "far": british & (rows["distance_m"] > 500),
        "irish": rows["place"] == "Belfast",
    }
    return {what: names[int(mask.to_numpy().argmax())] for what, mask in which.items()}


@pytest.mark.parametrize("page", ["place", "who_works_here", "gaps"])
def test_a_postcode_that_has_ended_is_said_to_have_and_the_nearest_is_taken(ended, page):
    shown = opened(page, place=CAMDEN, at=ended["near"].lower())
    said = f"{text_of(shown)} {shown.captions}"
    assert f"{ended['near']} ended in 2019; it was in " in said
    assert "m away." in said
    assert not any("postcode" in note for note in shown.notes)


def test_one_for_which_none_can_be_taken_is_said_so(ended):
    (note,) = opened("place", place=CAMDEN, at=ended["far"]).notes
    assert "km away. Type a current one." in note
    (note,) = opened("place", place=CAMDEN, at="BT1 1AA").notes
    assert "Northern Ireland" in note


def test_a_place_is_found_by_a_postcode_that_has_ended(ended):
    shown = opened("place", place=CAMDEN).find(ended["near"])
    assert f"{ended['near']} ended in 2019; it was in " in shown.captions
    assert any(button.label == "Camden (council area)" for button in shown.app.button)


def test_ranks_of_deprivation_weigh_gaps(at_hand):
    shown = opened("gaps", place=CAMDEN, need="onspd_imd")
    assert shown.link()["need"] == "onspd_imd"
    table = shown.table("Wards in Camden: who")
    need = table["Deprivation rank (2020)"].astype(float)
    assert need.between(0, 100).all()
    assert "most deprived" in shown.captions
