"""Pastes and cells with several answers: nothing good is lost beside something bad."""

import pytest

from mapping import footprints

PASTED = "Pasted list.txt"


def read(text: str, name: str = PASTED) -> dict[str, str]:
    """Return the outcome of each value of a text."""
    upload = footprints.read(text.encode(), name=name)
    return dict(zip(upload.sheet.frame["value"], upload.rows["outcome"], strict=True))


def outcomes(text: str) -> list[str]:
    return footprints.read(text.encode(), name="a.csv").rows["outcome"].tolist()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("NW5 2AA, N7 OAA", {"NW5 2AA": "matched", "N7 OAA": "corrected"}),
        ("NW5 2AA, N7 OZZ", {"NW5 2AA": "matched", "N7 OZZ": "unmatched"}),
        ("N7 OAA", {"N7 OAA": "corrected"}),
        (
            "NW5 2AA, N7 0ZZ; E8 1EA",
            {"NW5 2AA": "matched", "N7 0ZZ": "unmatched", "E8 1EA": "matched"},
        ),
        (
            "NW5 2AA\nN7 0ZZ\nCamden",
            {"NW5 2AA": "matched", "N7 0ZZ": "unmatched", "Camden": "matched"},
        ),
        (
            "Camden, Islington, N7 OZZ",
            {"Camden": "matched", "Islington": "matched", "N7 OZZ": "unmatched"},
        ),
    ],
)
def test_a_bad_postcode_of_a_list_loses_none_of_its_neighbours(text, values):
    assert read(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "We work in Camden and Islington, our office is at NW5 2XX",
        "Hi,\nWe work in Camden and Islington from N7 0ZZ.\nBest, Al",
        "Our office (N7 0ZZ) serves Camden and Islington",
        "Dear Sam,\n\nWe cover N1 9GU, N7 0ZZ and all of Camden and Islington.\n\nThanks\nJo",
        "We are at 12 High St, Brent, N1 9GU and N7 0ZZ, and serve Camden and Islington.",
    ],
)
def test_a_bad_postcode_loses_none_of_the_boroughs_of_a_sentence_or_an_email(text):
    found = read(text)
    assert {name for name, how in found.items() if how == "matched"} - {"N1 9GU"} == {
        "Camden",
        "Islington",
    }
    assert all(found.get(bad, "unmatched") == "unmatched" for bad in ("NW5 2XX", "N7 0ZZ"))


def test_the_town_of_an_address_is_no_borough_that_is_covered():
    assert read("We meet at 12 High St, Camden, N1 9GU every day.") == {"N1 9GU": "matched"}
    assert read("Our address is London N1 9GU.") == {"Our address N1 9GU": "ambiguous"}


def test_options_in_quotation_marks_are_an_area_each():
    rows = [
        '"""Bristol, City of"",""Bath and North East Somerset"",Swindon"',
        '"Camden,""Kensington and Chelsea"",Islington"',
        '"""Camden, Islington"", ""Barking, Dagenham"""',
        '"""Brent"""',
    ]
    text = "Organisation,Area\n" + "".join(
        f"{who},{row}\n" for who, row in zip("ABCD", rows, strict=True)
    )
    assert outcomes(text) == ["corrected", "matched", "corrected", "matched"]
    upload = footprints.read(text.encode(), name="a.csv")
    districts = upload.actors.set_index("actor")["people"]
    assert (districts > 100_000).all()


def test_a_short_row_in_well_formed_quotation_marks_stays_whole():
    text = 'Organisation,Area,Notes\nA,Camden,x\n"B, the group",Islington\n'
    upload = footprints.read(text.encode(), name="a.csv")
    assert upload.rows["outcome"].tolist() == ["matched", "matched"]
    assert upload.sheet.frame["Organisation"].tolist() == ["A", "B, the group"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("We work in Gospel Oak, Camden.", ["Gospel Oak"]),
        ("Gospel Oak and Haverstock wards in Camden are ours.", ["Gospel Oak", "Haverstock"]),
        ("We cover Highgate, Camden and York.", ["Highgate", "York"]),
        ("We cover Brent, Greater London.", ["Brent"]),
    ],
)
def test_the_council_behind_wards_says_where_they_lie_and_is_not_covered(text, values):
    upload = footprints.read(text.encode(), name=PASTED)
    assert [name.split(" (")[0] for name in upload.rows["matched_to"]] == values
    assert set(upload.rows["outcome"]) <= {"matched", "corrected"}


@pytest.mark.parametrize(
    "text",
    [
        "We work in Illogan, Cornwall.",
        "We work in Somers Town, Camden.",
        "We work in Kentish Town (Camden).",
        "We cover Plymouth, Devon.",
        "We cover Brent (north).",
        "We cover Islington (south of the river).",
    ],
)
def test_a_part_or_a_place_that_is_not_held_is_asked_about_and_no_larger_area_taken(text):
    assert not {"matched", "corrected"} & set(outcomes(text))


def test_persons_and_clubs_called_like_a_place_are_none():
    said = "Cllr Kent and Mr Lincoln lead in Leeds. Reading group meets at the Rugby club."
    assert list(read(said)) == ["Leeds"]


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("We cover Islington. Our office is in Camden (NW1 8NH).", ["Islington"]),
        ("We serve Camden. Write to us at N7 6AA.", ["Camden"]),
        ("We do not cover NW5 or N7. We cover Brent.", ["Brent"]),
        ("Our hub serves everybody within 3 miles of NW5 2AA.", []),
        ("Not NW5 2AA any more; NW5 2AB now", ["NW5 2AB"]),
        ("- NW5 2AA (left in 2023)\n- NW5 2AB\n- N7 6AA?", ["NW5 2AB"]),
        ("NW5 except NW5 1", []),
        ("NW5 2AA to NW5 2AH", []),
        ("N6, N7 and N19 (part)", ["N6", "N7"]),
        ("NW5 2AA (office), N7 6AA (shop)", ["NW5 2AA", "N7 6AA"]),
    ],
)
def test_a_postcode_of_a_text_that_its_words_rule_out_is_asked_about(text, sure):
    rows = footprints.read(text.encode(), name=PASTED).rows
    good = rows[rows["outcome"].isin(["matched", "corrected"])]["matched_to"]
    assert sorted(name.split(" (")[0] for name in good) == sorted(sure)


def test_a_range_of_districts_in_a_text_holds_those_between():
    for text in ("NW1-NW3, N7", "NW1 to NW3\nN7", "Postcodes: NW1 - NW3 and N7"):
        rows = footprints.read(text.encode(), name=PASTED).rows
        assert "NW2 (postcode district)" in "; ".join(rows["matched_to"])
    asked = footprints.read(b"NW1-6, N7", name=PASTED).rows
    assert asked["outcome"].tolist() == ["ambiguous", "matched"]


@pytest.mark.parametrize(
    "text",
    [
        "We do not cover Leeds, Bradford, York.",
        "Members come from Leeds, York and Hull.",
        "Unlike Leeds, York and Hull, we have no office.",
    ],
)
def test_names_that_a_sentence_denies_are_not_taken_from_it_as_from_a_list(text):
    assert not {"matched", "corrected"} & set(outcomes(text))


@pytest.mark.parametrize("no", ["York ✗", "York: no", "York - no", "~~York~~", "☐ York"])
def test_a_line_that_says_no_is_left_out_and_told(no):
    upload = footprints.read(f"Leeds\n{no}\nCamden\n".encode(), name=PASTED)
    assert [name.split(" (")[0] for name in upload.rows["matched_to"]] == ["Leeds", "Camden"]
    assert any("York" in note for note in upload.notes)


def test_the_office_of_a_place_is_not_that_place():
    upload = footprints.read(b"The Leeds office covers York and Hull.", name=PASTED)
    assert [name.split(" (")[0] for name in upload.rows["matched_to"]] == [
        "York",
        "Kingston upon Hull",
    ]
