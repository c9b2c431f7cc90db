"""Gaps: zones by who covers them, coverage by theme and scale, and what is told of each ward."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from town import atoms_at, layer, standing, town

from mapping import actors, footprints, gaps, memory, places
from mapping.actors import Links, Register
from mapping.atoms import index, postcodes
from mapping.errors import MappingError
from mapping.gaps import NO_SCALE, NO_THEME, actor_zones
from mapping.gaps import cells as gap_cells
from mapping.geography import SCALES, layers, lenses
from mapping.places import Place

THEMES = ("a", "b", "c")
KNOWN = [("a", "hyperlocal"), ("b", ""), ("", "national")]
NO_LINKS = Links(np.empty(0, dtype="int32"), np.empty(0, dtype="int32"))


class Actor(NamedTuple):
    """What the slow answers are worked out from."""

    themes: frozenset[str]
    scale: str
    footprint: frozenset[int]

    def does(self, theme: str, scale: str) -> bool:
        on = theme in (self.themes or {NO_THEME}) or theme == ""
        return on and scale in ("", self.scale or NO_SCALE)


@dataclass(frozen=True)
class Case:
    """A town with wards, the actors in it, and where its people live."""

    place: Place
    actors: list[Actor]
    ward: list[int]
    people: list[float]

    @property
    def inside(self) -> list[int]:
        return self.place.positions.tolist()

    def number(self, postcode: int, theme: str, scale: str) -> int:
        return sum(postcode in a.footprint and a.does(theme, scale) for a in self.actors)

    def residents(self, where: list[int]) -> float:
        return sum(self.people[i] for i in where)

    def parts(self, where: list[int], theme: str, scale: str) -> tuple[float, float, float]:
        """Add up the people with none, one and several actors, one postcode at a time."""
        found = [0.0, 0.0, 0.0]
        for i in where:
            found[min(self.number(i, theme, scale), 2)] += self.people[i]
        return found[0], found[1], found[2]

    def wards(self) -> dict[str, list[int]]:
        found = defaultdict(list)
        for i in self.inside:
            found[f"W{self.ward[i]}"].append(i)
        return dict(sorted(found.items()))


@st.composite
def drawn(draw, *, most_actors: int = 6) -> tuple:
    size = draw(st.integers(1, 20))
    cells = st.lists(st.integers(0, size - 1), max_size=size).map(frozenset)
    one = st.builds(
        Actor,
        st.lists(st.sampled_from(THEMES), max_size=2).map(frozenset),
        st.sampled_from(["", *SCALES]),
        cells,
    )
    numbers = st.integers(0, 9).map(float)
    return (
        draw(st.lists(one, max_size=most_actors)),
        draw(st.lists(st.integers(0, 3), min_size=size, max_size=size)),
        draw(st.lists(numbers, min_size=size, max_size=size)),
        draw(st.lists(st.booleans(), min_size=size, max_size=size)),
    )


@contextmanager
def built(
    some: list[Actor], ward: list[int], people: list[float], inside: list[bool]
) -> Iterator[tuple[Case, Register]]:
    """Let a town stand, with a register of its actors."""
    size = len(ward)
    atoms = replace(
        atoms_at(np.arange(size), np.zeros(size)),
        ward=np.array(ward, dtype="int16"),
        ward_codes=np.array([f"W{i}" for i in range(4)]),
    )
    facts = pd.DataFrame({"code": atoms.ward_codes, "name": [f"Ward {i}" for i in range(4)]})
    one = [layer(np.array(["A"] * size))]
    with (
        standing(atoms, one, np.array(people), np.array(inside, dtype=bool)) as small,
        patch.object(layers, "wards", lambda: facts),
    ):
        yield Case(small.place, some, ward, people), registered(some)


def registered(some: list[Actor]) -> Register:
    frame = pd.DataFrame(
        {
            "actor": [f"actor {i}" for i in range(len(some))],
            "themes": ["; ".join(sorted(a.themes)) for a in some],
            "scale": [a.scale for a in some],
        }
    )
    pairs = [(i, p) for i, a in enumerate(some) for p in sorted(a.footprint)]
    number, position = np.array(pairs, dtype="int64").reshape(-1, 2).T
    return actors.register(frame, NO_LINKS, Links(number, position))


def circles(place: Place, many: int, seed: int = 1) -> Register:
    """Make actors that work within one kilometre of postcodes of a place."""
    atoms, draw = postcodes.table(), np.random.default_rng(seed)
    spots = draw.choice(place.positions, many, replace=False)
    found = [index.find_within(atoms.easting[p], atoms.northing[p], 1_000) for p in spots]
    themes = draw.choice(["mental health", "housing", "mental health; housing"], many)
    frame = pd.DataFrame(
        {"actor": [f"circle {i}" for i in range(many)], "themes": themes, "scale": "hyperlocal"}
    )
    number = np.repeat(np.arange(many), [len(some) for some in found])
    return actors.register(frame, NO_LINKS, Links(number, np.concatenate(found)))


def councils() -> Register:
    borough = layers.get("borough")
    frame = pd.DataFrame(
        {"actor": borough.names, "themes": "housing; libraries", "scale": "borough"}
    )
    return actors.register_units(borough, frame, range(len(borough.codes)))


# --- zones ----------------------------------------------------------------------------------


@given(drawn())
def test_a_zone_is_all_postcodes_of_a_ward_that_have_the_same_actors(case):
    with built(*case) as (told, register):
        found = actor_zones.zones(told.place, register)
    sets = [
        (told.ward[p], frozenset(i for i, a in enumerate(told.actors) if p in a.footprint))
        for p in told.inside
    ]
    assert len(found) == len(set(sets))
    assert len(set(zip(sets, found.zone.tolist(), strict=True))) == len(set(sets))
    assert found.postcodes.sum() == len(told.inside)
    assert (np.diff(found.ward) >= 0).all()


def test_sums_that_agree_by_chance_are_seen_and_drawn_again():
    some = [Actor(frozenset("a"), "borough", frozenset({i})) for i in range(4)]
    real, seeds = np.random.default_rng, []

    class Unlucky:
        def integers(self, low, high, size, dtype):
            return np.ones(size, dtype=dtype)

    def draws(seed):
        seeds.append(seed)
        return Unlucky() if seed < 2 else real(seed)

    with (
        built(some, [0] * 6, [1.0] * 6, [True] * 6) as (told, register),
        patch.object(actor_zones.np.random, "default_rng", draws),
    ):
        assert len(actor_zones.zones(told.place, register)) == 5
    assert seeds == [0, 1, 2]


def test_a_register_that_repeats_a_postcode_is_refused_in_a_sentence(camden):
    one = circles(camden, 1)
    twice = Links(*(np.repeat(part, 2) for part in one.loose))
    with pytest.raises(MappingError, match="each postcode of an actor once"):
        gaps.grid(camden, Register(one.actors, one.whole, twice))


def test_wards_without_circles_are_a_zone_each(london):
    found = actor_zones.zones(london, councils())
    assert len(found) == len(london.wards) == len(np.unique(found.zone))
    assert (found.wards[found.zone] == postcodes.table().ward[london.positions]).all()


def test_zones_of_a_place_that_cuts_through_wards_are_clipped_to_it():
    postal = places.get("NW5")
    found = actor_zones.zones(postal, councils())
    assert found.postcodes.sum() == len(postal)
    assert set(found.wards) == set(postcodes.table().ward[postal.positions])


# --- against the slow answers ---------------------------------------------------------------


@given(drawn())
def test_coverage_is_what_counting_postcode_by_postcode_finds(case):
    with built(*case) as (told, register):
        frame = gaps.coverage(told.place, register)
        zone = actor_zones.zones(told.place, register).zone
    members = defaultdict(list)
    for position, number in zip(told.inside, zone.tolist(), strict=True):
        members[number].append(position)
    assert list(frame.columns) == ["zone", "ward_code", "theme", "scale", "actors", "people"]
    assert len(frame) == len(members) * frame["theme"].nunique() * frame["scale"].nunique()
    for row in frame.itertuples():
        assert row.ward_code == f"W{told.ward[members[row.zone][0]]}"
        assert row.people == told.residents(members[row.zone])
        for position in members[row.zone]:
            assert row.actors == told.number(position, row.theme, row.scale)


@given(drawn(), st.sampled_from([(), KNOWN]))
def test_the_grid_is_what_counting_postcode_by_postcode_finds(case, complete):
    with built(*case) as (told, register):
        frame = gaps.grid(told.place, register, complete=complete)
    meets = [a for a in told.actors if a.footprint & set(told.inside)]
    for row in frame.itertuples():
        assert (row.none, row.one, row.several) == told.parts(told.inside, row.theme, row.scale)
        assert row.actors == sum(a.does(row.theme, row.scale) for a in meets)
        assert row.state == expected_state(row, complete)
    shown = set(zip(frame["theme"], frame["scale"], strict=True))
    for actor in meets:
        assert {(t, actor.scale or NO_SCALE) for t in actor.themes or {NO_THEME}} <= shown


def expected_state(row, complete) -> str:
    if row.theme == NO_THEME or row.scale == NO_SCALE:
        return "untold"
    if row.actors:
        return "partly" if row.none else "covered"
    marked = {(row.theme, row.scale), (row.theme, ""), ("", row.scale), ("", "")} & set(complete)
    return "known gap" if marked else "not recorded"


@given(drawn(), st.sampled_from(["", *THEMES, "nobody's"]), st.sampled_from(["", *SCALES]))
def test_wards_are_told_as_counting_postcode_by_postcode_finds(case, theme, scale):
    with built(*case) as (told, register):
        left = gaps.uncovered(told.place, register, theme=theme, scale=scale)
        signs = gaps.status(told.place, register, theme=theme, scale=scale)
        crowds = gaps.crowding(told.place, register, theme=theme, scale=scale)
    wards = told.wards()
    assert signs["code"].tolist() == list(wards)
    for frame in (left, crowds):
        assert sorted(frame["code"]) == list(wards)
    for row in left.itertuples():
        none = told.parts(wards[row.code], theme, scale)[0]
        all_ = told.residents(wards[row.code])
        assert (row.people, row.people_in_ward) == (none, all_)
        assert row.share == pytest.approx(none / all_ if all_ else 0)
        assert row.rank == 1 + (left["people"] > row.people).sum()
        assert row.name == f"Ward {row.code[1]}"
    for row in signs.itertuples():
        parts = told.parts(wards[row.code], theme, scale)
        assert (row.none, row.one, row.several) == parts
        names = ("not recorded", "one", "several")
        sign = names[parts.index(max(parts))] if sum(parts) else "nobody lives here"
        assert row.sign == sign
        assert row.share == pytest.approx(max(parts) / sum(parts) if sum(parts) else 0)
    for row in crowds.itertuples():
        check_crowding(row, told, wards[row.code], theme, scale)


def check_crowding(row, told: Case, ward: list[int], theme: str, scale: str) -> None:
    lived = [p for p in ward if told.people[p]]
    numbers = [told.number(p, theme, scale) for p in lived or ward]
    assert (row.least, row.most) == (min(numbers), max(numbers))
    met = [a for a in told.actors if a.does(theme, scale) and a.footprint & set(ward)]
    assert row.different == len(met)
    if lived:
        held = sum(told.people[p] * told.number(p, theme, scale) for p in lived)
        assert row.actors == pytest.approx(held / told.residents(lived))
    else:
        assert np.isnan(row.actors)


# --- invariants -----------------------------------------------------------------------------


@given(drawn())
def test_people_are_conserved_for_every_theme_and_scale(case):
    with built(*case) as (told, register):
        frame = gaps.coverage(told.place, register)
        grid = gaps.grid(told.place, register)
    total = told.residents(told.inside)
    sums = frame.groupby(["theme", "scale"])["people"].sum()
    assert (sums == total).all()
    assert ((grid["none"] + grid["one"] + grid["several"]) == total).all()


@given(drawn(), drawn(most_actors=1))
def test_another_actor_never_leaves_more_people_uncovered(case, other):
    size = len(case[1])
    more = [a._replace(footprint=frozenset(p % size for p in a.footprint)) for a in other[0]]
    with built(*case) as (told, register):
        both = register + registered(more)
        for theme, scale in [("", ""), ("a", ""), ("", "borough"), ("b", "regional")]:
            before = gaps.uncovered(told.place, register, theme=theme, scale=scale)
            after = gaps.uncovered(told.place, both, theme=theme, scale=scale)
            change = after.set_index("code")["people"] - before.set_index("code")["people"]
            assert (change <= 0).all()


@given(drawn(), st.randoms(use_true_random=False))
def test_the_order_of_actors_does_not_matter(case, order):
    shuffled = list(case[0])
    order.shuffle(shuffled)
    with built(*case) as (told, register):
        one = gaps.coverage(told.place, register)
        other = gaps.coverage(told.place, registered(shuffled))
    pd.testing.assert_frame_equal(one, other)


@given(drawn())
def test_any_scale_leaves_no_more_people_uncovered_than_each(case):
    with built(*case) as (told, register):
        cells = gaps.grid(told.place, register, themes=["", *THEMES], scales=["", *SCALES])
    none = cells.pivot_table(index="theme", columns="scale", values="none")
    assert (none.min(axis=1) == none[""]).all()
    assert (none.min(axis=0) == none.loc[""]).all()


def test_counting_a_few_themes_at_a_time_finds_the_same(camden, monkeypatch):
    register = circles(camden, 12) + councils()
    whole = gaps.grid(camden, register), gaps.coverage(camden, register)
    monkeypatch.setattr(actor_zones, "MAX_NUMBERS", 1)
    pd.testing.assert_frame_equal(gaps.grid(camden, register), whole[0])
    pd.testing.assert_frame_equal(gaps.coverage(camden, register), whole[1])


def test_without_actors_nobody_is_on_record_and_nothing_is_a_gap(camden):
    nobody = actors.register(pd.DataFrame({"actor": []}), NO_LINKS, NO_LINKS)
    left = gaps.uncovered(camden, nobody, theme="housing", scale="borough")
    assert (left["share"] == 1).all()
    assert set(gaps.status(camden, nobody)["sign"]) == {"not recorded"}
    assert gaps.grid(camden, nobody).empty
    assert gaps.coverage(camden, nobody).empty
    known = gaps.grid(camden, nobody, complete=[("Housing ", "borough")])
    assert known.set_index("scale").loc["borough", "state"] == "known gap"
    assert gaps.spread(camden, nobody) == (0, 0, 0, 0, 0, 0)


# --- known places ---------------------------------------------------------------------------


def test_circles_in_camden_leave_uncovered_who_lives_outside_them(camden):
    register = circles(camden, 5) + councils()
    left = gaps.uncovered(camden, register, theme="mental health", scale="hyperlocal")
    reached: set[int] = set()
    for i in range(5):
        if "mental health" in register.actors["themes"][i]:
            reached |= set(register.postcodes_of(i).tolist())
    alone = np.array([p for p in camden.positions.tolist() if p not in reached])
    ward = postcodes.table().ward_codes[postcodes.table().ward[alone]]
    expected = pd.Series(lenses.get().values[alone]).groupby(ward).sum()
    found = left[left["people"] > 0].set_index("code")["people"].sort_index()
    pd.testing.assert_series_equal(found, expected, check_names=False, check_index_type=False)
    assert left["people"].is_monotonic_decreasing
    assert left["people_in_ward"].sum() == pytest.approx(210_100, rel=0.001)
    assert left["code"].str.startswith("E05").all()


def test_a_council_covers_its_own_borough_and_no_other(camden):
    borough = layers.get("borough")
    unit = borough.number_of("E09000007")
    frame = pd.DataFrame({"actor": ["Camden Council"], "themes": ["Housing"], "scale": ["borough"]})
    register = actors.register_units(borough, frame, [unit])
    assert gaps.uncovered(camden, register, theme="HOUSING ", scale="borough")["people"].sum() == 0
    islington = gaps.uncovered(places.get("Islington"), register, theme="housing")
    assert (islington["share"] == 1).all()
    london = gaps.grid(places.get("Greater London"), register).set_index("scale")
    assert london.loc["borough", "state"] == "partly"
    assert london.loc["borough", "one"] == pytest.approx(210_100, rel=0.001)
    assert london.loc["regional", "state"] == "not recorded"


def test_an_upload_is_counted_together_with_the_actors_that_ship(camden, london):
    content = b"actor,themes,scale,area\nOur Door,Mental health,hyperlocal,Belsize\n"
    both = footprints.shipped() + footprints.read(content, name="messy.csv")
    asked = {"theme": "mental health", "scale": "hyperlocal"}
    before = gaps.uncovered(camden, footprints.shipped(), **asked).set_index("name")["people"]
    after = gaps.uncovered(camden, both, **asked).set_index("name")["people"]
    assert before["Belsize"] > after["Belsize"] == 0
    assert after.drop("Belsize").equals(before[after.index].drop("Belsize"))
    frame = gaps.coverage(london, both)
    sums = frame.groupby(["theme", "scale"])["people"].sum()
    assert sums.to_numpy() == pytest.approx(np.full(len(sums), 8_800_300), rel=1e-4)


def test_the_whole_of_britain_does_not_explode(britain):
    register = councils()
    frame = gaps.coverage(britain, register)
    assert len(frame) == 7_934 * 2 * 4
    assert frame.memory_usage(deep=True).sum() < 4e6
    assert (gaps.grid(britain, register).query("scale == 'borough'")["state"] == "covered").all()


def test_more_rows_than_fit_are_refused_and_the_grid_is_named(camden, monkeypatch):
    monkeypatch.setattr(gap_cells, "MAX_COVERAGE_ROWS", 10)
    with pytest.raises(MappingError, match=r"Expected at most 10 rows.*gaps\.grid"):
        gaps.coverage(camden, councils())


def test_a_ward_is_told_by_its_larger_part_and_a_tie_by_fewer_actors():
    covers = [frozenset({0, 1, 2}), frozenset({0, 1, 4}), frozenset({6})]
    some = [Actor(frozenset("a"), "borough", cover) for cover in covers]
    ward = [0, 0, 0, 1, 1, 2, 2, 3]
    people = [1.0, 2.0, 1.0, 1.0, 1.0, 3.0, 2.0, 0.0]
    with built(some, ward, people, [True] * 8) as (told, register):
        frame = gaps.status(told.place, register, theme="a", scale="borough")
        known = gaps.status(
            told.place, register, theme="a", scale="borough", complete=[("a", "borough")]
        )
    assert frame["sign"].tolist() == [
        "several",
        "not recorded",
        "not recorded",
        "nobody lives here",
    ]
    assert frame["share"].tolist() == pytest.approx([0.75, 0.5, 0.6, 0])
    assert known["sign"].tolist() == ["several", "known gap", "known gap", "nobody lives here"]


# --- what is asked --------------------------------------------------------------------------


def test_a_scale_outside_the_four_is_refused(camden):
    for ask in (gaps.uncovered, gaps.status, gaps.crowding, gaps.spread):
        with pytest.raises(MappingError, match="Expected one of the scales hyperlocal"):
            ask(camden, councils(), scale="galactic")
    with pytest.raises(MappingError, match="galactic"):
        gaps.grid(camden, councils(), complete=[("housing", "galactic")])


def test_two_themes_at_once_are_refused_rather_than_covered_by_nobody(camden):
    with pytest.raises(MappingError, match="Expected one theme; found 2"):
        gaps.uncovered(camden, councils(), theme="housing; libraries")


def test_one_theme_may_be_given_as_a_text_and_repeats_count_once(camden):
    one = gaps.coverage(camden, councils(), themes="housing", scales=["borough", "borough"])
    assert set(one["theme"]) == {"housing"}
    assert len(one) == len(camden.wards)


@pytest.mark.parametrize(
    ("complete", "theme", "scale", "expected"),
    [
        ([("a", "borough")], "a", "borough", True),
        ([("A ", "borough")], "a", "borough", True),
        ([("a", "borough")], "a", "regional", False),
        ([("a", "borough")], "b", "borough", False),
        ([("a", "borough")], "a", "", False),
        ([("a", scale) for scale in SCALES], "a", "", True),
        ([("a", "")], "a", "regional", True),
        ([("a", "")], "", "regional", False),
        ([("", "regional")], "whatever", "regional", True),
        ([("", "regional")], "", "regional", True),
        ([("", "")], "", "", True),
        ([("", "")], NO_THEME, "borough", False),
        ([("", "")], "a", NO_SCALE, False),
        ([], "", "", False),
    ],
)
def test_a_register_is_complete_only_for_what_it_is_marked_for(complete, theme, scale, expected):
    assert gaps.is_complete(theme, scale, complete) is expected


def test_actors_without_theme_or_scale_are_told_apart_and_listed():
    some = [
        Actor(frozenset("a"), "", frozenset({0})),
        Actor(frozenset(), "borough", frozenset({0, 1})),
        Actor(frozenset(), "", frozenset({1})),
        Actor(frozenset(), "", frozenset({2})),
        Actor(frozenset("b"), "borough", frozenset({1})),
    ]
    with built(some, [0, 0, 0], [5.0, 7.0, 9.0], [True, True, False]) as (told, register):
        cells = gaps.grid(told.place, register).set_index(["theme", "scale"])
        listed = gaps.list_untold(told.place, register)
    assert cells.loc[("a", NO_SCALE), ["actors", "one", "state"]].tolist() == [1, 5, "untold"]
    assert cells.loc[(NO_THEME, "borough"), ["actors", "one"]].tolist() == [1, 12]
    assert cells.loc[(NO_THEME, NO_SCALE), ["actors", "one"]].tolist() == [1, 7]
    assert listed["number"].tolist() == [0, 1, 2]
    assert listed["missing"].tolist() == ["scale", "theme", "theme and scale"]


def test_missing_scales_have_nobody_or_hardly_anybody():
    some = [
        Actor(frozenset("a"), "borough", frozenset(range(100))),
        Actor(frozenset("a"), "regional", frozenset({0})),
        Actor(frozenset("a"), "hyperlocal", frozenset({0, 1})),
        Actor(frozenset("a"), "", frozenset({7})),
    ]
    people = [0.5, *[1.0] * 99]
    with built(some, [0] * 100, people, [True] * 100) as (told, register):
        row = gaps.missing_scales(told.place, register, complete=[("a", "national")]).iloc[0]
        other = gaps.missing_scales(told.place, register, "z").iloc[0]
    assert row.tolist() == [
        "a",
        "hyperlocal; borough",
        "regional; national",
        "regional",
        "national",
        1,
    ]
    assert other[["present", "missing"]].tolist() == ["", "; ".join(SCALES)]


# --- need -----------------------------------------------------------------------------------


def test_need_by_ward_ranks_by_people_times_need(camden):
    left = gaps.uncovered(camden, councils(), theme="mental health")
    need = pd.Series({code: i + 1.0 for i, code in enumerate(left["code"][::-1])})
    found = gaps.uncovered(camden, councils(), theme="mental health", need=need)
    assert found["score"].tolist() == sorted(found["people"] * found["need"], reverse=True)
    assert found["rank"].tolist() == list(range(1, len(found) + 1))
    assert found.set_index("code")["need"].equals(need.reindex(found["code"]))


def test_wards_without_a_need_are_last_and_told(camden):
    codes = gaps.uncovered(camden, councils(), theme="x")["code"].tolist()
    need = pd.Series({codes[3]: 2.0, codes[4]: np.nan, "E05999999": 1.0})
    found = gaps.uncovered(camden, councils(), theme="x", need=need)
    assert found["code"][0] == codes[3]
    assert found["need"].isna().sum() == len(codes) - 1
    assert set(found["rank"]) == {1, 2}
    unknown, without = gaps.need_residual(camden, need)
    assert unknown == ["E05999999"]
    assert sorted(without) == sorted(set(codes) - {codes[3]})


def test_wards_without_a_number_have_no_need_and_come_last(camden):
    atoms = postcodes.table()
    found = gaps.uncovered(camden, councils(), theme="x", need=np.ones(len(atoms)))
    last = found["code"][0]
    told = np.flatnonzero(atoms.ward_codes[atoms.ward] != last)
    ranked = gaps.drop_missing_need(found, told)
    assert ranked["code"].tolist() == [*found["code"][1:], last]
    assert ranked["score"].tolist()[:-1] == found["score"].tolist()[1:]
    assert ranked[["need", "score"]].iloc[-1].isna().all()
    assert ranked["rank"].tolist() == list(range(1, len(found) + 1))


def test_need_by_postcode_is_the_mean_over_those_left_out():
    some = [Actor(frozenset("a"), "borough", frozenset({0, 3, 4}))]
    with built(some, [0, 0, 0, 1, 1], [1.0, 2.0, 6.0, 1.0, 3.0], [True] * 5) as (told, register):
        found = gaps.uncovered(told.place, register, theme="a", need=[9.0, 4.0, 0.0, 2.0, 6.0])
    assert found["need"].tolist() == [8 / 8, (2 + 18) / 4]
    assert found["score"].tolist() == [8, 0]


@pytest.mark.parametrize(
    ("need", "message"),
    [
        (pd.Series({"W0": "much"}), "Expected a number for each ward; found texts"),
        (pd.Series({"W0": -1.0}), "Expected finite needs of at least 0; found 1"),
        (pd.Series([1.0, 2.0], index=["W0", "W0"]), "Expected each ward once; 1 repeat"),
        ([1.0], "Expected one number a postcode"),
    ],
)
def test_needs_that_cannot_be_are_refused(camden, need, message):
    with pytest.raises(MappingError, match=message):
        gaps.uncovered(camden, councils(), need=need)


# --- orphans, spread, lenses ----------------------------------------------------------------


def test_orphans_are_the_people_in_no_unit_of_a_layer_and_told_by_ward():
    with town("AA..", "XXXX", people=[1, 2, 3, 4]) as small:
        found = gaps.orphans(small.place, small.layers)
        where = gaps.orphan_wards(small.place, small.layers[0])
    assert found[["layer", "people", "share", "postcodes", "wards"]].to_numpy().tolist() == [
        ["layer_0", 7, 0.7, 2, 1],
        ["layer_1", 0, 0, 0, 0],
    ]
    assert where[
        ["code", "people", "share", "people_in_ward", "postcodes"]
    ].to_numpy().tolist() == [["E05000001", 7, 0.7, 10, 2]]


def test_outside_london_nobody_is_in_a_london_police_command(britain, london):
    command = layers.get("police_bcu")
    found = gaps.orphans(britain, [command]).iloc[0]
    inside = lenses.get().values[london.positions].sum()
    assert found["people"] == pytest.approx(lenses.get().values.sum() - inside)
    where = gaps.orphan_wards(britain, command)
    assert where["people"].sum() == pytest.approx(found["people"])
    assert len(where) == found["wards"] == 7_934 - len(london.wards)


def test_spread_is_over_people_not_over_areas():
    some = [Actor(frozenset(), "", frozenset(range(i, 10))) for i in (1, 5, 9)]
    people = [0.0, *[1.0] * 8, 11.0]
    with built(some, [0] * 10, people, [True] * 10) as (told, register):
        found = gaps.spread(told.place, register)
        nobody = gaps.spread(told.place, register, by=np.zeros(10))
    assert found == (1, 1, 3, 3, 3, pytest.approx((4 * 1 + 4 * 2 + 11 * 3) / 19))
    assert np.isnan(nobody).all()


def test_wards_are_thin_or_crowded_against_the_rest_of_the_place(camden):
    found = gaps.crowding(camden, circles(camden, 20))
    assert found["actors"].is_monotonic_increasing
    share = found.groupby("part")["people"].sum() / found["people"].sum()
    assert (share[["thin", "crowded"]] >= 0.1).all()
    assert (share[["thin", "crowded"]] < 0.1 + found["people"].max() / found["people"].sum()).all()
    assert found["part"].tolist() == sorted(found["part"], key=("thin", "usual", "crowded").index)


def test_where_all_have_the_same_number_no_ward_is_thin_or_crowded(camden):
    assert set(gaps.crowding(camden, councils())["part"]) == {"usual"}
    boards = gaps.crowding(camden, footprints.shipped(), theme="mental health")
    assert set(boards["actors"]) == {3}
    assert set(boards["part"]) == {"usual"}


def test_parts_that_are_equal_but_for_the_rounding_of_sums_count_as_equal():
    some = [Actor(frozenset("a"), "borough", frozenset({0, 1, 2}))]
    people = [0.1, 0.2, 0.3, 0.3, 0.3]
    assert sum(people[:3]) != sum(people[3:])
    with built(some, [0] * 5, people, [True] * 5) as (told, register):
        assert gaps.status(told.place, register)["sign"].tolist() == ["not recorded"]


def test_an_actor_counts_under_its_words_and_under_the_theme_that_they_are_part_of(camden):
    borough = layers.get("borough")
    frame = pd.DataFrame({"actor": ["Friends"], "themes": ["befriending"], "scale": ["borough"]})
    register = actors.register_units(borough, frame, [borough.number_of("E09000007")])
    for theme in ("befriending", "community support"):
        assert gaps.uncovered(camden, register, theme=theme)["people"].sum() == 0
        cell = gaps.grid(camden, register).set_index(["theme", "scale"]).loc[(theme, "borough")]
        assert (cell["actors"], cell["state"]) == (1, "covered")
    assert gaps.uncovered(camden, register, theme="housing")["share"].min() == 1
    both = gaps.coverage(camden, register)
    assert list(both["theme"].cat.categories) == ["befriending", "community support"]
    assert set(both.loc[both["scale"] == "borough", "actors"]) == {1}


@pytest.mark.parametrize("by", ["residents", "postcodes", "land"])
def test_every_lens_and_own_weights_are_conserved(camden, by):
    register = circles(camden, 8)
    total = lenses.get(by).values[camden.positions].sum()
    for given_ in ({"by": by}, {"by": lenses.get(by).values.tolist()}):
        cells = gaps.grid(camden, register, **given_)
        assert cells[["none", "one", "several"]].sum(axis=1).to_numpy() == pytest.approx(
            np.full(len(cells), total)
        )
        wards = gaps.status(camden, register, **given_)
        assert wards["people"].sum() == pytest.approx(total)


def test_zones_are_kept_between_calls_and_counted_with_their_register(camden):
    register = circles(camden, 4)
    memory.ARRAYS.clear()
    first = actor_zones.zones(camden, register)
    assert actor_zones.zones(camden, register) is first
    assert memory.count_bytes(first) >= first.zone.nbytes
    assert memory.ARRAYS.bytes >= register.nbytes
