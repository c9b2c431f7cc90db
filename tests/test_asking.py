"""Asking: a column is asked about once, with the default that does least harm."""

import pytest

from mapping import footprints, own_weights, places
from mapping.footprints import Upload

OFFICES = "Organisation,Postcode\nA,NW5 2AA\nB,N7 6AA\nC,NW1 8NH\n"
INITIALS = "Organisation,Area\nA,Camden\nB,MK\nC,Islington\nD,Brent\n"
RADII = "Organisation,Postcode,Radius\nA,NW5 2AA,2\nB,N7 6AA,5\n"


def read(text: str, **more) -> Upload:
    return footprints.read(text.encode(), name="x.csv", **more)


@pytest.mark.parametrize(
    ("text", "heading", "default"),
    [
        (OFFICES, "Postcode", "postcode"),
        (INITIALS, "Area", "named"),
        (INITIALS.replace("Area", "Council"), "Council", "borough"),
        ('Organisation,Area\nA,"Camden; MK"\nB,Islington and Brent\n', "Area", "named"),
        ("Organisation,Area\nA,Camden and MK\nB,Islington\n", "Area", "named"),
        (RADII, "Radius", "radius_km"),
        ("Organisation,Address,Town\nA,1 High St,Bristol\n", "Town", "address"),
        ("Ward,Lead\nGospel Oak,Kent\nHaverstock,Lincoln\n", "Lead", "ignore"),
    ],
)
def test_a_column_is_asked_about_once_and_has_the_default_until_then(text, heading, default):
    upload = read(text)
    [asked] = upload.column_questions.to_dict("records")
    assert (asked["heading"], asked["default"]) == (heading, default)
    assert upload.columns[heading].role == default
    assert default in asked["options"]
    assert any(asked["question"] in note for note in upload.notes)


@pytest.mark.parametrize("text", [OFFICES, INITIALS, RADII])
def test_each_answer_is_a_role_and_an_answered_question_is_asked_no_more(text):
    [asked] = read(text).column_questions.to_dict("records")
    for role in asked["options"]:
        upload = read(text, roles={asked["heading"]: role})
        assert not len(upload.column_questions)
        assert upload.columns[asked["heading"]].role == role


@pytest.mark.parametrize(
    "text",
    [
        "Organisation,Postcode\nA,NW5 2AA\nA,N7 6AA\nA,NW1 8NH\n",
        "Organisation,Postcode\nA,NW5\nB,N7\n",
        "Postcode\nNW5 2AA\nN7 6AA\n",
        "Organisation,Area\nA,NW5 2AA\nB,NW\nC,N7\n",
        'Organisation,Area\nA,"MK1, MK2; MK"\nB,Camden; Brent\n',
        "Organisation,Postcode,Radius\nA,NW5 2AA,800\nB,N7 6AA,500\n",
        "Organisation,Postcode,Radius (m)\nA,NW5 2AA,2\nB,N7 6AA,5\n",
        "Organisation,Postcode,Radius\nA,NW5 2AA,2 km\nB,N7 6AA,5 km\n",
        "Organisation,Main borough,Also works in\nA,Camden,Brent\nB,Barnet,Ealing\n",
    ],
)
def test_nothing_is_asked_where_there_is_no_doubt(text):
    assert not len(read(text).column_questions)


@pytest.mark.parametrize(
    ("role", "named"),
    [
        ("postcode_ward", "Kentish Town South (ward of Camden, E05013664)"),
        ("postcode_borough", "Camden (council area, E09000007)"),
    ],
)
def test_an_offices_postcode_may_stand_for_what_it_lies_in(role, named):
    upload = read(OFFICES, roles={"Postcode": role})
    assert upload.rows["matched_to"][0] == named
    assert upload.counts["corrected"] == 3
    assert "stands for its" in upload.rows["reason"][0]


def test_a_part_of_a_postcode_has_no_ward():
    upload = read("Organisation,Postcode\nA,NW5\n", roles={"Postcode": "postcode_ward"})
    assert "“NW5” is not a full postcode, so we do not know its ward" in upload.rows["reason"][0]


def test_letters_among_names_are_a_postal_area_only_if_somebody_says_so():
    assert read(INITIALS).counts["unmatched"] == 1
    upload = read(INITIALS, roles={"Area": "area"})
    assert upload.rows["matched_to"][1] == "MK (postcode area)"


def test_nothing_is_drawn_around_points_until_the_unit_of_their_radius_is_chosen():
    upload = read(RADII)
    assert upload.counts["ambiguous"] == 2
    assert "has no unit: choose it for “Radius”" in upload.rows["reason"][0]
    assert (upload.rows["people"] == 0).all()
    chosen, nearer = (read(RADII, roles={"Radius": role}) for role in ("radius_miles", "radius_km"))
    assert chosen.counts["matched"] == nearer.counts["matched"] == 2
    assert (chosen.rows["people"] > nearer.rows["people"]).all()


def test_letters_are_no_question_beside_postcodes_that_begin_with_them():
    text = "Organisation,Area\nA,NW\nB,NW5\nC,Camden\nD,Islington\n"
    upload = read(text)
    assert upload.column_questions.empty
    assert upload.rows["kind"][0] == "postcode area"


def test_names_far_from_the_place_are_told_of():
    text = "Organisation,Area\nA,Camden\nB,Islington\nC,Newport\nD,Brent\n"
    near = places.at("borough", "E09000007")
    [said] = [note for note in read(text, place=near).notes if "far from" in note]
    assert said.startswith("“Newport” (Newport (council area), about ")
    assert not any("far from" in note for note in read(text).notes)


def test_scores_are_asked_about_and_no_number_beside_others():
    alone = own_weights.read(b"LSOA code,IMD Score\nE01000001,6.2\nE01000002,3\n", name="x.csv")
    [asked] = alone.column_questions.to_dict("records")
    assert (asked["heading"], asked["default"]) == ("IMD Score", "number")
    assert any("do not add up" in note for note in alone.notes)
    beside = b"LSOA code,IMD Score,Homes\nE01000001,6.2,5\nE01000002,3,4\n"
    found = own_weights.read(beside, name="x.csv")
    assert found.columns["Homes"].role == "number"
    assert found.column_questions["default"].tolist() == ["ignore"]
    left_out = own_weights.read(beside, name="x.csv", roles={"IMD Score": "ignore"})
    assert not len(left_out.column_questions)
