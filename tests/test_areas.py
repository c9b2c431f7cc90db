"""Areas: everything a footprint may name, and the postcodes of each."""

import numpy as np
import pytest

from mapping import places
from mapping.atoms import postcodes
from mapping.geocode import areas
from mapping.geography import layers


def positions(*numbers: int) -> np.ndarray:
    wards, loose = areas.wards_and_postcodes(np.array(numbers))
    inside = np.isin(postcodes.table().ward, wards.area)
    inside[loose.area] = True
    return np.flatnonzero(inside)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("borough", "E09000007"),
        ("county", "E10000030"),
        ("nation", "Wales"),
        ("britain", "gb"),
        ("postal_district", "NW5"),
        ("region", "E12000007"),
    ],
)
def test_an_area_has_the_postcodes_of_the_place_of_its_code(kind, code):
    assert np.array_equal(
        positions(areas.index().number(kind, code)), places.at(kind, code).positions
    )


@pytest.mark.parametrize("key", ["lsoa", "postal_sector", "ward", "icb", "police_force"])
def test_a_unit_has_the_postcodes_that_its_layer_gives_it(key):
    layer = layers.get(key)
    for number in (0, len(layer.codes) // 2, len(layer.codes) - 1):
        area = areas.index().number(key, layer.codes[number])
        assert np.array_equal(positions(area), np.flatnonzero(layer.unit == number))


def test_a_postal_area_is_all_postcodes_with_its_letters_and_no_others():
    names = postcodes.table().name
    found = positions(areas.index().number("postal_area", "N"))
    begins = np.char.startswith(names, b"N") & ~np.char.startswith(names, b"NE")
    begins &= np.array([name[1:2].isdigit() for name in names])
    assert np.array_equal(found, np.flatnonzero(begins))


def test_postcodes_and_shapes_have_numbers_after_those_of_units():
    one = areas.postcode(5)
    assert areas.kind_of(one) == "postcode"
    assert areas.label(one) == f"{postcodes.table().name[5].decode()} (postcode)"
    shape = areas.first_shape()
    assert areas.kind_of(shape) == "shape"
    _, loose = areas.wards_and_postcodes(np.array([shape, one]), [np.array([7, 9])])
    assert sorted(zip(loose.of.tolist(), loose.area.tolist(), strict=True)) == [
        (0, 7),
        (0, 9),
        (1, 5),
    ]


def test_the_size_of_an_area_is_the_number_of_its_pieces():
    units = [
        areas.index().number(*pair)
        for pair in (("borough", "E09000007"), ("postal_district", "NW5"))
    ]
    some = np.array([*units, areas.postcode(3), areas.first_shape()])
    shapes = [np.arange(4)]
    wards, loose = areas.wards_and_postcodes(some, shapes)
    counted = np.bincount(np.r_[wards.of, loose.of], minlength=len(some))
    assert counted.tolist() == areas.sizes(some, shapes).tolist()


def test_labels_tell_areas_of_one_name_apart():
    index = areas.index()
    assert areas.label(index.number("borough", "E09000007")) == "Camden (council area)"
    abbey = [areas.label(i) for i in np.flatnonzero(index.names == "Abbey")]
    assert len(abbey) > 5
    assert len(set(abbey)) == len(abbey)
    assert all(label.startswith("Abbey (ward of ") for label in abbey)


def test_an_unknown_code_has_no_number():
    assert areas.index().number("borough", "E09999999") == -1
    assert areas.index().number("nonsense", "E09000007") == -1
