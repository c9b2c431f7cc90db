"""Actors: footprints kept as wards and postcodes count as the plain sets of postcodes do."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping import actors, places
from mapping.actors import Links
from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.geography import layers, lenses

ATOMS = postcodes.table()
LENS = lenses.get().values
CAMDEN = places.get("Camden")
BY_WARD = np.argsort(ATOMS.ward, kind="stable")
SIZE = np.bincount(ATOMS.ward)
SMALL = np.argsort(SIZE, kind="stable")[:12]
"""The smallest wards of Great Britain, so that drawn footprints complete some of them."""
FEW = np.flatnonzero(np.isin(ATOMS.ward, SMALL))

footprints = st.lists(
    st.tuples(
        st.sets(st.sampled_from(SMALL.tolist()), max_size=4),
        st.sets(st.sampled_from(FEW.tolist()), max_size=12),
    ),
    min_size=1,
    max_size=5,
)


def links(pairs: list[tuple[int, int]]) -> Links:
    return Links(*np.array(pairs, dtype="int64").reshape(-1, 2).T)


def made(drawn: list, **columns: list[str]) -> actors.Register:
    frame = pd.DataFrame({"actor": [f"Actor {i}" for i in range(len(drawn))], **columns})
    whole = links([(i, w) for i, (wards, _) in enumerate(drawn) for w in wards])
    loose = links([(i, p) for i, (_, some) in enumerate(drawn) for p in some])
    return actors.register(frame, whole, loose)


def meant(drawn: tuple[set[int], set[int]]) -> list[int]:
    """Return the postcodes of a footprint the plain way."""
    wards, some = drawn
    return sorted(some | set(np.flatnonzero(np.isin(ATOMS.ward, list(wards))).tolist()))


def same(one: actors.Register, other: actors.Register) -> bool:
    pairs = zip((*one.whole, *one.loose), (*other.whole, *other.loose), strict=True)
    return one.actors.equals(other.actors) and all(np.array_equal(a, b) for a, b in pairs)


def councils() -> actors.Register:
    borough = layers.get("borough")
    frame = pd.DataFrame({"id": borough.codes, "actor": borough.names, "themes": "Housing;  WASTE"})
    return actors.register_units(borough, frame, range(len(borough.codes)))


def test_a_register_has_its_columns_as_text_and_counts_people():
    register = made([({int(SMALL[0])}, set())], contact=["a@b.org"])
    assert tuple(register.actors.columns) == actors.COLUMNS
    assert all(register.actors[name].dtype == "str" for name in actors.TEXTS)
    assert register.actors.loc[0, "contact"] == "a@b.org"
    assert register.actors.loc[0, "note"] == ""
    assert register.actors["people"].tolist() == register.people().tolist()


@given(footprints)
@settings(max_examples=15)
def test_a_footprint_is_the_postcodes_that_were_given(drawn):
    register = made(drawn)
    for number, one in enumerate(drawn):
        found = register.footprint(f"Actor {number}")
        assert found.dtype == "int32"
        assert found.tolist() == meant(one)


@given(footprints)
@settings(max_examples=15)
def test_people_are_those_of_the_postcodes(drawn):
    register = made(drawn)
    for by in ("residents", "postcodes"):
        plain = [lenses.get(by).values[meant(one)].sum() for one in drawn]
        assert register.people(by) == pytest.approx(plain)
    own = np.zeros(len(ATOMS))
    own[FEW] = 3
    assert register.people(by=own) == pytest.approx([3 * len(meant(one)) for one in drawn])


@given(footprints, st.randoms())
@settings(max_examples=15)
def test_order_and_repeats_change_nothing(drawn, random):
    register = made(drawn)
    whole = [(i, w) for i, (wards, _) in enumerate(drawn) for w in wards] * 2
    loose = [(i, p) for i, (_, some) in enumerate(drawn) for p in some] * 2
    random.shuffle(whole)
    random.shuffle(loose)
    frame = pd.DataFrame({"actor": [f"Actor {i}" for i in range(len(drawn))]})
    again = actors.register(frame, links(whole), links(loose))
    assert same(register, again)
    assert register.fingerprint == again.fingerprint


@given(footprints)
@settings(max_examples=15)
def test_a_complete_ward_is_kept_as_one_number_however_it_was_given(drawn):
    register = made(drawn)
    spelled = made([(set(), set(meant(one))) for one in drawn])
    assert same(register, spelled)
    pairs = set(zip(*(part.tolist() for part in register.whole), strict=True))
    wards = zip(
        register.loose.actor.tolist(), ATOMS.ward[register.loose.area].tolist(), strict=True
    )
    assert not pairs & set(wards)
    for part in (register.whole, register.loose):
        key = part.actor.astype("int64") * len(ATOMS) + part.area
        assert (np.diff(key) > 0).all()


@given(footprints, footprints, footprints)
@settings(max_examples=15)
def test_adding_registers_is_associative_and_keeps_every_footprint(a, b, c):
    one, two, three = made(a), made(b), made(c)
    assert same((one + two) + three, one + (two + three))
    both = one + two
    assert len(both) == len(one) + len(two)
    assert both.people() == pytest.approx(np.concatenate([one.people(), two.people()]))
    assert both.actors["id"].is_unique
    numbers = range(len(both))
    assert [both.postcodes_of(n).tolist() for n in numbers] == [meant(x) for x in [*a, *b]]


@given(footprints, st.data())
@settings(max_examples=15)
def test_taking_actors_keeps_their_footprints(drawn, data):
    register = made(drawn)
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=len(drawn), max_size=len(drawn))))
    taken = register.take(mask)
    assert same(taken, register.take(np.flatnonzero(mask)))
    kept = [one for one, keep in zip(drawn, mask, strict=True) if keep]
    assert [taken.postcodes_of(n).tolist() for n in range(len(taken))] == [meant(x) for x in kept]
    assert taken.actors["actor"].tolist() == register.actors["actor"][mask].tolist()
    assert len(register) == len(drawn)


@given(footprints)
@settings(max_examples=15)
def test_who_covers_a_postcode_are_those_whose_footprint_holds_it(drawn):
    register = made(drawn)
    for position in FEW[:: max(1, len(FEW) // 7)]:
        held = [int(position) in meant(one) for one in drawn]
        assert register.find_covering(int(position)).tolist() == held


@given(footprints)
@settings(max_examples=15)
def test_other_actors_or_footprints_have_another_fingerprint(drawn):
    register = made(drawn)
    assert register.fingerprint == made(drawn).fingerprint
    assert register.fingerprint != made(drawn, note=["x"] * len(drawn)).fingerprint
    wards, some = drawn[0]
    other = [(wards, some ^ {int(BY_WARD[-1])}), *drawn[1:]]
    assert register.fingerprint != made(other).fingerprint


def test_an_empty_footprint_is_an_actor_that_covers_nobody():
    register = made([(set(), set()), ({int(SMALL[0])}, set())])
    assert register.footprint("Actor 0").tolist() == []
    assert register.people()[0] == 0
    assert len(register + register) == 4
    assert actors.register(pd.DataFrame({"actor": []}), links([]), links([])).people().size == 0


def test_actors_are_found_by_id_by_name_and_by_a_name_written_otherwise():
    register = councils()
    number = register.number_of("E09000007")
    assert number == register.number_of("Camden") == register.number_of("  CAMDEN")
    assert register.footprint("camden").tolist() == CAMDEN.positions.tolist()


def test_an_unknown_name_and_one_that_several_have_are_told():
    register = councils()
    with pytest.raises(MappingError, match="none of 350 is called “Camdenshire”"):
        register.footprint("Camdenshire")
    with pytest.raises(MappingError, match=r"2 are called “Camden”.*E09000007, E09000007-2"):
        (register + register).footprint("Camden")


def test_blank_and_repeated_ids_are_told_apart():
    drawn = [(set(), set())] * 4
    assert made(drawn, id=["a", "", "a", ""]).actors["id"].tolist() == (
        ["a", "actor", "a-2", "actor-2"]
    )


def test_a_number_that_an_id_has_of_its_own_is_not_given_twice():
    one, two = made([(set(), set())], id=["a"]), made([(set(), set())] * 2, id=["a", "a-2"])
    assert (one + two).actors["id"].tolist() == ["a", "a-2", "a-3"]
    assert ((two + one) + one).actors["id"].tolist() == ["a", "a-2", "a-3", "a-4"]


def test_themes_are_read_one_way_and_each_once():
    assert actors.split(" Mental  health;housing; ;MENTAL HEALTH") == ["mental health", "housing"]
    register = made([(set(), set())] * 2, themes=["B; a ;b", "c"])
    assert register.actors["themes"].tolist() == ["b; a", "c"]
    assert register.themes == ("a", "b", "c")


def test_councils_share_all_of_britain_among_them():
    register = councils()
    assert len(register.loose.area) == 0
    assert register.people().sum() == pytest.approx(LENS.sum())
    assert register.themes == ("housing", "waste")


def test_reach_tells_how_much_of_a_place_and_of_a_footprint():
    found = actors.reach(councils(), CAMDEN)
    assert list(found.columns) == [
        "number",
        "people",
        "share_of_place",
        "share_of_footprint",
        "postcodes",
    ]
    row = found.iloc[0]
    assert len(found) == 1
    assert row[["share_of_place", "share_of_footprint"]].tolist() == pytest.approx([1, 1])
    assert row["people"] == pytest.approx(210_100)
    assert row["postcodes"] == len(CAMDEN)


def test_reach_of_postal_districts_adds_up_to_the_place():
    district = layers.get("postal_district")
    frame = pd.DataFrame({"actor": district.names})
    register = actors.register_units(district, frame, range(len(frame)))
    assert len(register.loose.area) > 0
    found = actors.reach(register, CAMDEN)
    plain = np.bincount(
        district.unit[CAMDEN.positions], weights=LENS[CAMDEN.positions], minlength=len(frame)
    )
    assert found["people"].to_numpy() == pytest.approx(plain[found["number"]])
    assert found["postcodes"].sum() == len(CAMDEN)
    whole = np.bincount(district.unit, weights=LENS)[found["number"]]
    assert found["share_of_footprint"].to_numpy() == pytest.approx(found["people"] / whole)
    by_postcodes = actors.reach(register, CAMDEN, by="postcodes")
    assert by_postcodes["share_of_place"].sum() == pytest.approx(1)


@pytest.mark.parametrize("key", ["icb", "postal_sector"])
def test_several_actors_may_work_in_one_unit(key):
    layer = layers.get(key)
    register = actors.register_units(layer, pd.DataFrame({"actor": ["a", "b", "c"]}), [1, 0, 1])
    assert register.footprint("a").tolist() == np.flatnonzero(layer.unit == 1).tolist()
    assert register.footprint("c").tolist() == register.footprint("a").tolist()
    assert register.footprint("b").tolist() == np.flatnonzero(layer.unit == 0).tolist()


def test_each_actor_needs_one_unit_of_the_layer():
    trust = layers.get("mental_health_trust")
    with pytest.raises(ValueError, match="one unit for each of 2 actors; found 1 units"):
        actors.register_units(trust, pd.DataFrame({"actor": ["a", "b"]}), [0])
    with pytest.raises(ValueError, match=r"found 2 others \(-1, 8\)"):
        actors.register_units(trust, pd.DataFrame({"actor": ["a", "b"]}), [-1, 8])


def test_what_goes_in_is_not_changed():
    frame = pd.DataFrame({"actor": ["a"], "themes": ["B;A"]})
    before = frame.copy()
    whole, loose = links([(0, 5), (0, 5)]), links([(0, 9), (0, 3)])
    actors.register(frame, whole, loose)
    pd.testing.assert_frame_equal(frame, before)
    assert (whole.area.tolist(), loose.area.tolist()) == ([5, 5], [9, 3])


def test_a_million_loose_pairs_are_sorted_within_a_second_or_two():
    draw = np.random.default_rng(0)
    pairs = Links(draw.integers(0, 300, 1_300_000), draw.integers(0, len(ATOMS), 1_300_000))
    plain = np.bincount(pairs.actor[:1_000], minlength=300)
    register = actors.register(pd.DataFrame({"actor": map(str, range(300))}), links([]), pairs)
    assert (np.bincount(register.loose.actor, minlength=300) >= plain).all()
    assert len(register.loose.area) <= 1_300_000
