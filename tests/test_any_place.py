"""Any unit of any layer, and the area of any organisation, is a place."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping import actors, overlap, places
from mapping.actors import as_places, case_studies
from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.geography import layers
from mapping.wording import findings, place_names

HERE = "commonground-test"


@pytest.mark.parametrize("key", layers.keys())
def test_a_unit_of_every_layer_is_a_place_that_its_kind_and_code_lead_back_to(key):
    layer = layers.get(key)
    for unit in (0, len(layer.codes) // 2, len(layer.codes) - 1):
        place = places.of_unit(layer, unit)
        assert places.at(place.kind, place.code) == place
        assert np.array_equal(place.positions, np.flatnonzero(layer.unit == unit))
        assert place.name == layer.name_of(unit)
        assert place.label.startswith(f"{place.name} (")
        assert layer.noun in place.label or place.kind in places.KIND_NAMES
        assert " " not in place.code
        assert "+" not in place.code


def test_an_earlier_edition_of_a_layer_has_places_too():
    layer = layers.get("icb@2022")
    place = places.of_unit(layer, 0)
    assert place.kind == "icb@2022"
    assert len(places.at(place.kind, place.code)) > 0


def test_areas_smaller_than_wards_are_counted_block_by_block():
    sector = places.at("postal_sector", "NW5~202")
    assert sector.wards is None
    assert sector.blocks is not None
    assert sector.lies_in(places.get("NW5"))
    cut = overlap.cross_table(sector, layers.get("ward"), layers.get("icb"))
    assert cut["people"].sum() == pytest.approx(overlap.people_in(sector).sum())


def test_a_place_that_is_made_of_whole_wards_knows_it_whatever_its_layer_is_made_of():
    devon = places.at("icb", "E54000037")
    assert layers.get("icb").of_ward is None
    assert devon.wards is not None
    inside = np.isin(postcodes.table().ward, devon.wards)
    assert np.array_equal(devon.positions, np.flatnonzero(inside))


def _own_layer() -> layers.Layer:
    table = pd.DataFrame(
        {
            "area": ["E09000007", "E09000019", "E09000033"],
            "unit": ["Team A + B", "Team ~ C/D", "Team ~ C/D"],
        }
    )
    return layers.from_lookup(table, areas="area", units="unit", title="Our team", scale="borough")


def test_an_area_of_somebodys_own_map_is_a_place_whatever_it_is_called():
    layer = _own_layer()
    found = [places.of_unit(layer, unit) for unit in range(len(layer.codes))]
    assert {place.kind for place in found} == {"own"}
    for unit, place in enumerate(found):
        assert not set(" +,/%") & set(place.code)
        assert places.at(place.kind, place.code) == place
        assert np.array_equal(place.positions, np.flatnonzero(layer.unit == unit))
    both = places.union(found)
    assert places.at(both.kind, both.code) == both


@given(st.text(max_size=40))
def test_a_code_of_any_letters_comes_back_as_it_was(code):
    written = places.write_code(code)
    assert places.read_code(written) == code
    assert not set(" +,/%?&#") & set(written)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("icb", "E54000099"),
        ("lsoa", ""),
        ("own", "nobody.1"),
        ("own", ""),
        ("actor", "case.nobody"),
        ("actor", "{{7*7}}"),
        ("own_actor", "0.nobody"),
        ("icb@1999", "E54000037"),
        ("onspd_pcon", "E14000001"),
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(kind, code):
    with pytest.raises(MappingError) as fault:
        places.at(kind, code)
    assert len(str(fault.value)) < 400


def test_the_area_of_an_organisation_is_its_footprint():
    register = actors.shipped()
    for name in ("Help on Your Doorstep", "NHS Devon ICB", "Metropolitan Police", "Camden Council"):
        number = register.number_of(name)
        place = actors.shipped_place(register.actors["id"][number])
        assert np.array_equal(place.positions, register.postcodes_of(number))
        assert place.name == name
        assert as_places.read_id(place) == register.actors["id"][number]
        assert places.at(place.kind, place.code) == place
        assert place.wards is not None


def test_all_organisations_of_case_studies_have_an_area_to_look_at():
    register = actors.shipped()
    studies = case_studies.case_studies()
    assert len(studies) == 19
    for study in studies.itertuples():
        place = actors.shipped_place(register.actors["id"][register.number_of(study.actor)])
        assert len(place) > 0
    lankelly = studies[studies["actor"] == "Lankelly Chase Foundation"].iloc[0]
    assert lankelly["shown"] == "England"
    assert "do not name" in lankelly["area_note"]
    closed = actors.shipped_place("case.neighbourhood-midwives")
    assert closed.lies_in(places.get("Waltham Forest"))


def _own_register(wards: list[int], loose: list[int]) -> actors.Register:
    frame = pd.DataFrame({"id": [HERE], "actor": ["Harbour Kitchen"], "actor_type": ["charity"]})
    return actors.register(
        frame,
        actors.Links(np.zeros(len(wards), dtype=int), np.array(wards, dtype=int)),
        actors.Links(np.zeros(len(loose), dtype=int), np.array(loose, dtype=int)),
    )


def test_the_area_of_an_organisation_somebody_brought_is_a_place_until_it_changes():
    first = actors.own_place(_own_register([5, 9], [1_000_000]), 0)
    assert first.label == "Harbour Kitchen (charity)"
    assert first.wards is None
    assert places.at(first.kind, first.code) == first
    assert 1_000_000 in first.positions
    assert as_places.read_id(first) == HERE
    again = actors.own_place(_own_register([5, 9], [1_000_000]), 0)
    other = actors.own_place(_own_register([5], []), 0)
    assert again == first
    assert other != first
    assert other.wards is not None
    with pytest.raises(MappingError, match="We do not know where Harbour Kitchen works"):
        actors.own_place(_own_register([], []), 0)


@pytest.mark.parametrize(
    ("kind", "code", "said"),
    [
        ("actor", "case.likewise", "the area of Likewise"),
        ("police_force", "metropolitan-police", "the area of the Metropolitan Police"),
        ("health_board", "fife", "the area of NHS Fife"),
        ("assembly_constituency", "barnet-and-camden", "the constituency of Barnet and Camden"),
        ("lsoa", "E01000001", "City of London 001A"),
        ("postal_sector", "NW5~202", "NW5 2"),
    ],
)
def test_a_sentence_names_the_area_of_an_organisation_as_that(kind, code, said):
    assert findings.name_place(places.at(kind, code)) == said


def test_several_places_are_named_with_their_articles_and_organisations_last():
    devon, city = places.at("actor", "icb.E54000037"), places.at("borough", "E09000001")
    both = places.union([devon, city])
    assert findings.name_place(both) == "the City of London and the area of NHS Devon ICB"
    more = [places.at("borough", code) for code in ("E09000007", "E09000019")]
    said = findings.name_place(places.union([both, *more]))
    assert said == "the City of London, Camden and two more places"
    assert findings.name_place(places.union(more, name="Our patch")) == "Our patch"


def test_what_several_places_have_is_said_of_many():
    both = places.union([places.at("borough", code) for code in ("S12000023", "S12000027")])
    said = findings.sets_finding(both, overlap.Fragmentation(2, 2.0, 0.4), 0)
    assert said == "The Orkney Islands and the Shetland Islands have two different partner sets."


def test_a_number_after_a_place_that_ends_in_one_is_set_apart():
    assert place_names.begin_in(places.at("postal_sector", "NW5~202")) == "In NW5 2,"
    assert place_names.begin_in(places.at("borough", "E09000007")) == "In Camden"


def test_what_covers_several_places_runs_through_none_of_them():
    kinds = [layers.get("region"), layers.get("nhs_region")]
    both = places.union([places.at("borough", code) for code in ("E09000007", "E09000019")])
    assert findings.agreement_finding(both, kinds) == (
        "Both kinds of partner on record cover the whole of Camden and Islington: none of "
        "their boundaries runs through them."
    )


def test_one_partner_and_two_are_not_told_as_many():
    camden = places.at("borough", "E09000007")
    kinds = [layers.get(key) for key in ("borough", "region", "nhs_region")]
    one, two = (findings.agreement_finding(camden, kinds[:many]) for many in (2, 3))
    assert one.startswith("The council and its one partner on record cover the whole of Camden")
    assert two.startswith("The council and both of its partners on record cover the whole")
