"""Candidates of a question: those in the place that is looked at come first, then the nearest."""

import pytest

from mapping import footprints, places
from mapping.footprints import ranking


def rank(text: str, kind: str, code: str) -> list[str]:
    upload = footprints.read(f"org,area\nA,{text}\n".encode(), name="x.csv")
    ranked = ranking.rank_candidates(upload.questions, places.at(kind, code))
    return [label for _, label in ranked["candidates"].iloc[0]]


@pytest.mark.parametrize(
    ("kind", "code", "first"),
    [
        ("borough", "E09000007", "Highgate (ward of Camden)"),
        ("borough", "E09000014", "Highgate (ward of Haringey)"),
        ("postal_district", "NW5", "Highgate (ward of Camden)"),
    ],
)
def test_an_area_in_the_place_comes_first(kind: str, code: str, first: str):
    assert rank("Highgate", kind, code)[0] == first


def test_others_follow_by_how_far_they_lie():
    ranked = rank("Abbey", "borough", "S12000020")
    assert ranked[0] == "Abbey (ward of Dumfries and Galloway)"
    assert ranked.index("Abbey (ward of Lincoln)") < ranked.index("Abbey (ward of Reading)")


def test_an_area_of_the_very_name_stays_before_one_that_is_only_alike():
    ranked = rank("Kingston", "borough", "E07000135")  # Oadby and Wigston
    assert ranked[0].startswith("Kingston upon ")


def test_all_candidates_stay():
    asked = footprints.read(b"org,area\nA,Abbey\n", name="x.csv").questions
    for code in ("E09000024", "E06000026"):
        ranked = ranking.rank_candidates(asked, places.at("borough", code))
        assert sorted(ranked["candidates"].iloc[0]) == sorted(asked["candidates"].iloc[0])


def test_without_questions_there_is_nothing_to_rank():
    asked = footprints.read(b"org,area\nA,Camden\n", name="x.csv").questions
    assert ranking.rank_candidates(asked, places.at("borough", "E09000007")).empty


def test_candidates_that_are_all_postcodes_are_ranked_too():
    """numpy counts in whole numbers where there is nothing to add: the page stopped on that."""
    ranked = rank("N7 6AA was NW5 2AA", "borough", "E09000007")
    assert ranked == ["NW5 2AA (postcode)", "N7 6AA (postcode)"]
