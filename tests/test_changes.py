"""Before and after: what changed between two editions, for whom, and in which words."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping import overlap, places
from mapping.errors import MappingError
from mapping.geography import layers, lenses
from mapping.wording import changes as wording

AUTUMN_2026 = date(2026, 10, 1)


@pytest.fixture(scope="module")
def boards() -> tuple[layers.Layer, layers.Layer]:
    return layers.get("icb", edition="2022"), layers.get("icb")


@pytest.fixture(scope="module")
def councils() -> tuple[layers.Layer, layers.Layer]:
    return layers.get("borough"), layers.get("borough", edition="2027")


@pytest.fixture(scope="module")
def surrey() -> places.Place:
    return places.get("Surrey")


def test_everybody_is_counted_once_before_and_after(boards, britain):
    found = overlap.list_changes(britain, *boards)
    people = lenses.get().values
    in_either = (boards[0].unit >= 0) | (boards[1].unit >= 0)
    assert found["people"].sum() == pytest.approx(people[in_either].sum())
    shares = found.groupby("before_name")["share_of_before"].sum()
    assert shares.to_numpy() == pytest.approx(1)


def test_six_fewer_boards_and_what_became_of_each_that_is_gone(boards, britain):
    found = overlap.list_changes(britain, *boards)
    whole = found[found["change"] == "merged"].set_index("before_name")["after_name"]
    assert whole["Surrey Heartlands ICB"] == "Surrey and Sussex ICB"
    assert whole["North Central London ICB"] == "West and North London ICB"
    frimley = found[found["before_name"] == "Frimley ICB"]
    assert set(frimley["change"]) == {"divided"}
    assert frimley["after_name"].tolist() == [
        "Thames Valley ICB",
        "Hampshire and Isle of Wight ICB",
        "Surrey and Sussex ICB",
    ]
    gone = set(boards[0].names) - set(boards[1].names)
    assert set(found.loc[found["change"] != "same", "before_name"]) >= gone


def test_a_change_is_told_over_the_whole_unit_wherever_the_place_is(boards, surrey):
    found = overlap.list_changes(surrey, *boards).set_index("before_name")
    assert found.loc["Frimley ICB", ["share_of_before", "change"]].tolist() == [1.0, "divided"]


def test_eleven_councils_of_surrey_become_two_and_its_county_council_ends(councils, surrey):
    found = overlap.list_changes(surrey, *councils)
    assert found.groupby("after_name").size().to_dict() == {"East Surrey": 5, "West Surrey": 6}
    assert set(found["change"]) == {"merged"}
    county = overlap.list_changes(surrey, layers.get("county"), layers.get("county@2027"))
    assert county[["before_name", "after_code", "change"]].values.tolist() == [
        ["Surrey", "", "ended"]
    ]


def test_new_authorities_have_begun(britain):
    editions = layers.get("combined_authority@2025"), layers.get("combined_authority")
    found = overlap.list_changes(britain, *editions)
    assert found.loc[found["change"] == "begun", "after_name"].tolist() == [
        "Hampshire and the Solent",
        "Sussex and Brighton",
        "Cheshire and Warrington",
        "Cumbria",
    ]


def test_places_that_see_no_difference_are_told_apart(boards, councils, oldham, surrey):
    assert not overlap.has_changed(oldham, *boards)
    assert overlap.has_changed(surrey, *boards)
    assert not overlap.has_changed(oldham, *councils)


@given(st.lists(st.integers(0, 1_742_405), min_size=1, max_size=40, unique=True))
def test_a_footprint_has_the_changes_of_its_postcodes(positions):
    before, after = layers.get("icb@2022"), layers.get("icb")
    at = np.sort(np.array(positions))
    found = overlap.list_changes_at(at, before, after)
    people = lenses.get().values[at]
    wanted: dict[tuple[str, str], float] = {}
    for position, count in zip(at, people, strict=True):
        pair = tuple(x.code_of(int(x.at(position))) for x in (before, after))
        if any(pair) and count:
            wanted[pair] = wanted.get(pair, 0.0) + count
    told = {(row.before_code, row.after_code): row.people for row in found.itertuples()}
    assert told == pytest.approx(wanted)


def test_districts_are_told_how_many_of_their_people_changed(boards, surrey):
    found = overlap.count_changed(surrey, *boards, layers.get("borough"))
    assert found["share"].tolist() == pytest.approx([1.0] * 11)
    assert found["people"].sum() == pytest.approx(1_203_000)
    bucks = places.get("Buckinghamshire", kind="borough")
    one = overlap.count_changed(
        bucks, layers.get("icb@2022"), layers.get("icb"), layers.get("lsoa")
    )
    assert one["changed"].sum() == pytest.approx(553_100)


def test_what_was_apart_is_listed_together(boards, surrey):
    found = overlap.list_joined(overlap.list_changes(surrey, *boards))
    assert found["after_name"].tolist() == ["Surrey and Sussex ICB"]
    assert found["before"].tolist() == ["Surrey Heartlands ICB; Frimley ICB"]
    assert wording.joined_finding(found, boards[1], AUTUMN_2026) == (
        "Now together: Surrey Heartlands ICB and Frimley ICB in Surrey and Sussex ICB."
    )


def test_what_lies_ahead_is_not_together_now(councils, surrey):
    joined = overlap.list_joined(overlap.list_changes(surrey, *councils))
    told = wording.joined_finding(joined, councils[1], AUTUMN_2026)
    assert told.startswith("Together then: ")


def say(place: places.Place, before: layers.Layer, after: layers.Layer) -> str:
    found = overlap.list_changes(place, before, after)
    return wording.change_finding(place, before, after, found, "residents", AUTUMN_2026)


def test_what_is_over_what_lies_ahead_and_what_never_changed_are_told_apart(
    boards, councils, camden, oldham, surrey
):
    assert say(camden, *boards) == (
        "Everyone in Camden has a different integrated care board from the one in July 2022: North "
        "Central London ICB became part of West and North London ICB."
    )
    assert say(oldham, *boards) == (
        "Everyone in Oldham has the same integrated care board as in July 2022."
    )
    assert say(surrey, *councils) == (
        "From April 2027 everyone in Surrey has a different council area from today's: 11 "
        "council areas become two."
    )


def test_of_a_body_that_was_divided_only_the_part_here_is_told_of(boards, surrey):
    assert say(surrey, *boards).endswith(
        ": Surrey Heartlands ICB and part of Frimley ICB became part of Surrey and Sussex ICB."
    )


def test_people_whose_body_is_new_or_ends_are_told_so(surrey):
    editions = layers.get("combined_authority@2025"), layers.get("combined_authority")
    told = say(places.get("South East"), *editions)
    assert told == (
        "An estimated 40% of residents in the South East have a strategic authority and had none "
        "in 2025: Hampshire and the Solent, and Sussex and Brighton are new."
    )
    assert say(surrey, layers.get("county"), layers.get("county@2027")) == (
        "From April 2027 everyone in Surrey has no county any more: Surrey ends."
    )


def test_a_place_that_a_map_does_not_reach_is_told_so(boards):
    assert say(places.get("Moray"), *boards) == (
        "Moray is not in an integrated care board, so there is nothing to compare."
    )


@pytest.mark.parametrize(
    ("stayed", "known", "said"),
    [
        (0.23, 1.0, "23% of the length of boundaries before stays; none of that after is new."),
        (0.5, 0.8, "50% of the length of boundaries before stays; 20% of that after is new."),
        (0.0, float("nan"), "No boundary inside Surrey is left."),
        (float("nan"), 0.0, "All boundaries inside Surrey are new."),
        (
            float("nan"),
            float("nan"),
            "None of their boundaries runs through Surrey, before or after.",
        ),
    ],
)
def test_lines_that_stay_and_lines_that_are_new_are_told(surrey, stayed, known, said):
    assert wording.lines_finding(surrey, stayed, known) == said


def test_a_part_of_a_place_is_told_as_a_share(boards, london):
    told = say(london, *boards)
    assert told.startswith("An estimated 40% of residents in Greater London have a different")


def test_a_footprint_is_told_whom_to_talk_to_now(councils, surrey):
    found = overlap.list_changes_at(surrey.positions, *councils)
    told = wording.footprint_finding("Surrey Friends", *councils, found, AUTUMN_2026)
    assert told.startswith("Surrey Friends deals with 11 council areas (")
    assert told.endswith("then with two council areas (East Surrey and West Surrey).")
    none = overlap.list_changes_at(np.array([0]), layers.get("icb@2022"), layers.get("icb"))
    assert none.empty  # Aberdeen has no care board
    assert "works in no integrated care board" in wording.footprint_finding(
        "Nobody", layers.get("icb@2022"), layers.get("icb"), none, AUTUMN_2026
    )


class TestJoined:
    def test_some_units_become_one_and_the_others_stay(self, surrey):
        borough = layers.get("borough")
        joined = layers.join_units(borough, {"East together": ["E07000207", "E07000208"]})
        assert len(joined.codes) == len(borough.codes) - 1
        found = overlap.list_changes(surrey, borough, joined)
        moved = found[found["change"] != "same"]
        assert moved["after_name"].unique().tolist() == ["East together"]
        assert set(moved["before_name"]) == {"Elmbridge", "Epsom and Ewell"}
        everybody = lenses.get().by_ward.sum()
        assert np.bincount(joined.of_ward, lenses.get().by_ward).sum() == pytest.approx(everybody)

    def test_the_same_groups_are_the_same_layer(self):
        groups = {"One": ["E07000207", "E07000208"], "Two": ["E07000209", "E07000212"]}
        first = layers.join_units(layers.get("borough"), groups)
        again = layers.join_units(layers.get("borough"), dict(reversed(groups.items())))
        assert first is again
        assert layers.get(first.key) is first

    @pytest.mark.parametrize(
        ("groups", "said"),
        [
            ({"One": ["E07000207"]}, "at least two council areas"),
            ({"One": ["E07000207", "E07000207"]}, "at least two council areas"),
            ({"": ["E07000207", "E07000208"]}, "Expected a name"),
            ({"One": ["E07000207", "E99999999"]}, "found “E99999999”"),
            (
                {"A": ["E07000207", "E07000208"], "B": ["E07000207", "E07000209"]},
                "found Elmbridge in two",
            ),
        ],
    )
    def test_what_is_no_group_is_refused_in_a_sentence(self, groups, said):
        with pytest.raises(MappingError, match=said):
            layers.join_units(layers.get("borough"), groups)

    def test_a_comparison_with_it_says_if(self, surrey):
        borough = layers.get("borough")
        joined = layers.join_units(borough, {"East together": ["E07000207", "E07000208"]})
        assert say(surrey, borough, joined) == (
            "If these were merged, an estimated 18% of residents in Surrey would have a "
            "different council area: Elmbridge, and Epsom and Ewell would become one."
        )
        assert wording.name_comparison(borough, joined).endswith("as if merged")


def test_an_edition_that_lists_only_what_differs_has_the_rest_of_its_base():
    now, then = layers.get("borough"), layers.get("borough@2027")
    same = now.names[now.of_ward] == then.names[then.of_ward]
    in_surrey = layers.wards()["county"].eq("Surrey").to_numpy()
    assert same[~in_surrey].all()
    assert not same[in_surrey].any()
    assert {"East Surrey", "West Surrey"} <= set(then.names)
    assert len(then.codes) == len(now.codes) - 9
