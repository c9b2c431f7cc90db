"""What a layer of one's own is told: columns, facts and names, or a sentence on what is wrong."""

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.errors import MappingError
from mapping.geocode import areas, resolve
from mapping.geography import Layer, catalogue, layers

FRAME = pd.DataFrame(
    {"area": ["NW5 2AA", "N1 9GU"], "team": ["North", "South"], "name": ["The north", "The south"]}
)
FACTS = [name for name in catalogue.LAYER_TEXTS if name not in ("key", "title", "scale")]


def bring(frame: pd.DataFrame = FRAME, **facts) -> Layer:
    facts = {"areas": "area", "units": "team", "title": "Team", "scale": "hyperlocal"} | facts
    return layers.from_lookup(frame, **facts)


def draw(names: list[str], **facts) -> Layer:
    """Draw a square for each name, side by side over London."""
    shapes = [shapely.box(x, 178e3, x + 2e3, 182e3) for x in 522e3 + 2e3 * np.arange(len(names))]
    gdf = gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=27700)
    return layers.from_polygons(gdf, names="name", title="Patch", scale="hyperlocal", **facts)


@pytest.mark.parametrize("column", ["area", "team", "name"])
def test_a_column_that_is_there_twice_is_named(column):
    twice = pd.concat([FRAME, FRAME[[column]]], axis=1)
    with pytest.raises(MappingError, match=rf"once; found {column} several times"):
        bring(twice, names="name")


def test_a_column_that_is_there_twice_and_is_not_asked_for_does_no_harm():
    more = pd.DataFrame([[1, 2], [3, 4]], columns=["x", "x"])
    assert bring(pd.concat([FRAME, more], axis=1)) is bring()


@pytest.mark.parametrize("name", FACTS)
@pytest.mark.parametrize("wrong", [2026, 0.5, float("nan"), ["2026"], date(2026, 4, 1), True])
def test_a_fact_that_is_no_text_is_named(name, wrong):
    for make in (bring, lambda **facts: draw(["A"], **facts)):
        with pytest.raises(MappingError, match=rf"Expected a text for {name}; found "):
            make(**{name: wrong})


@pytest.mark.parametrize("name", FACTS)
@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_a_fact_that_is_nothing_is_as_if_left_out(name, nothing):
    assert bring(**{name: nothing}) is bring()


@pytest.mark.parametrize("title", [None, "", "  ", 5])
def test_a_layer_needs_a_title_that_is_a_text(title):
    with pytest.raises(MappingError, match="Expected a title"):
        bring(title=title)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.text(st.sampled_from("aZé9ЖщΩ中東あ한עش"), min_size=1, max_size=4).map(str.strip),
        min_size=1,
        max_size=4,
        unique_by=lambda name: name.casefold().replace("é", "e"),
    )
)
def test_polygons_may_have_names_in_any_letters(names):
    own = draw(names)
    assert sorted(own.names) == sorted(names)
    assert len(set(own.codes)) == len(names)
    assert all(own.codes)


def test_names_in_latin_letters_are_written_as_codes_as_before():
    own = draw(["Old Town", "Ynys Môn", "东 side", "!"])
    codes = dict(zip(own.names, own.codes, strict=True))
    assert codes == {"Old Town": "old-town", "Ynys Môn": "ynys-mon", "东 side": "东 side", "!": "!"}


@pytest.mark.parametrize("kind", ["nonsense", "Borough", "wards", None, 5])
def test_a_kind_of_area_that_is_none_is_named_with_those_there_are(kind):
    with pytest.raises(MappingError, match=rf"postcode, ward, .*found '?{kind}'?\. "):
        resolve(["Camden"], kind=kind)


def test_every_kind_of_area_there_is_may_be_asked_for():
    for kind in ("", "postcode", *areas.index().kinds):
        assert len(resolve(["Camden"], kind=kind)) == 1
