"""Whose a row is: the column that names organisations, and never a person's name or e-mail."""

import pandas as pd
import pytest

from mapping import footprints
from mapping.footprints import columns, looks, people

PEOPLE = ["Priya Shah", "John Smith", "Dr A. Jones", "Okafor, Grace", "Amy O'Neill"]
BODIES = ["Mary's Kitchen", "Grace Church", "James Street Surgery", "Amy & Co", "Shelter"]


def find_actor(cells: dict[str, list[str]]) -> str:
    guesses = columns.guess_roles(pd.DataFrame(cells))
    return next(iter(columns.find_columns(guesses, "actor")), "")


@pytest.mark.parametrize(
    ("cells", "heading"),
    [
        (
            {
                "Timestamp": ["2024/05/01 10:00", "2024/05/02 11:00"],
                "What is your organisation called?": ["Illustrative Play", "Illustrative Food"],
                "Which areas do you cover?": ["Camden", "Brent"],
            },
            "What is your organisation called?",
        ),
        (
            {
                "Name": ["", ""],
                "Name of your group": ["Illustrative Play", "Illustrative Food"],
                "Area": ["Camden", "Brent"],
            },
            "Name of your group",
        ),
        (
            {
                "Practice code": ["F83901", "E87901"],
                "Practice": ["Illustrative One", "Illustrative Two"],
                "Area": ["Camden", "Brent"],
            },
            "Practice",
        ),
        (
            {
                "Ref": ["M1", "M2"],
                "Member": ["Illustrative Club", "Illustrative Band"],
                "Postcode": ["NW5 2AA", "N7 6AA"],
            },
            "Member",
        ),
        (
            {
                "Provider": ["RJ1", "RQ3"],
                "Name": ["Illustrative Trust", "Illustrative Hospital"],
                "Area": ["Camden", "Brent"],
            },
            "Name",
        ),
        (
            {
                "First name": ["Amy", "Bob"],
                "Surname": ["Jones", "Smith"],
                "Employer": ["Illustrative Play", "Illustrative Food"],
                "Ward": ["Gospel Oak", "Kentish Town South"],
            },
            "Employer",
        ),
    ],
)
def test_the_column_that_speaks_of_an_organisation_and_holds_names_is_it(cells, heading):
    assert find_actor(cells) == heading


@pytest.mark.parametrize("heading", ["Organisation", "Name", "Provider", "Xyz"])
@pytest.mark.parametrize("cells", [PEOPLE, ["a@b.org", "c@d.org", "e@f.org"]])
def test_a_column_of_persons_or_emails_is_never_the_organisation(heading, cells):
    area = ["Camden"] * len(cells)
    assert find_actor({heading: cells, "Area": area}) == ""
    table = pd.DataFrame({heading: cells, "Area": area}).to_csv(index=False)
    upload = footprints.read(table.encode(), name="team.csv")
    assert upload.actors["actor"].tolist() == ["team"]
    if heading != "Xyz" and cells is PEOPLE:
        assert any("people's names" in note for note in upload.notes)


def test_charities_called_after_persons_are_organisations_among_others():
    for names in (["Marie Curie"], ["Sue Ryder", "Illustrative Play", "Marie Curie"]):
        assert (
            find_actor({"Organisation": names, "Area": ["Camden"] * len(names)}) == "Organisation"
        )


def test_persons_names_are_told_from_those_of_bodies():
    assert all(map(people.is_person, PEOPLE))
    assert not any(map(people.is_person, BODIES))


def test_where_no_column_names_them_organisations_are_called_by_their_number():
    table = "Charity number,Area\n900001,Camden\n900002,Brent\n"
    upload = footprints.read(table.encode(), name="x.csv")
    assert upload.actors["actor"].tolist() == ["900001", "900002"]
    assert "No column names organisations: they are called by “Charity number”." in upload.notes


def test_a_name_far_down_a_long_table_is_looked_at_as_well():
    names = ["", *[f"Illustrative {n}" for n in range(999)]]
    some = looks.sample_cells(pd.Series(names, dtype="str"))
    assert len(some) == looks.SAMPLE_CELLS
    assert (some[0], some[-1]) == ("Illustrative 0", "Illustrative 998")


@pytest.mark.parametrize(
    "text",
    ["2024-05-01", "01/05/2024 10:00:00", "F83901", "SC012345", "yes", "a@b.org", "1 High St"],
)
def test_dates_codes_and_addresses_are_no_names(text):
    assert not looks.is_name(text)


@pytest.mark.parametrize("text", ["NHS", "42nd Street", "Mind", "Age UK", "Illustrative (Camden)"])
def test_names_are_names(text):
    assert looks.is_name(text)


@pytest.mark.parametrize(
    "heading",
    [
        "Charity number",
        "Company No.",
        "Registered charity number",
        "URN",
        "Practice code",
        "Org ID",
    ],
)
def test_numbers_of_bodies_win_over_looks(heading):
    table = pd.DataFrame(
        {
            heading: ["SC012345", "SC012346"],
            "Name": ["A Trust", "B Trust"],
            "Area": ["Fife", "Angus"],
        }
    )
    guesses = columns.guess_roles(table)
    assert guesses[heading].role == "identifier"
    assert guesses["Name"].role == "actor"


@pytest.mark.parametrize(
    "heading", ["Ward code", "LSOA code (2021)", "GSS code", "Postcode", "Grid reference"]
)
def test_codes_of_areas_are_no_numbers_of_bodies(heading):
    assert columns.guess_roles(pd.DataFrame({heading: ["1"]}))[heading].role != "identifier"


def test_guesses_say_how_sure_they_are():
    frame = pd.DataFrame(
        {"Organisation": ["Mind", "Shelter"], "Xyz": ["NW5 2AA", "N7 6AA"], "Qwe": ["a b", "c d"]}
    )
    found = columns.choose_roles(frame, {"Qwe": "note"})
    assert found["Organisation"].score > found["Xyz"].score > 0
    assert found["Qwe"].score == 100
    assert all(0 <= guess.score <= 100 for guess in found.values())


@pytest.mark.parametrize(
    ("heading", "some"),
    [
        ("Surname", ("Kent", "Lincoln")),
        ("Beat sergeant", ("PS Kent", "PS Bolton")),
        ("Safeguarding lead", ("Lincoln", "Kent")),
        ("Chairperson", ("Barnet", "Rugby")),
        ("Housing officer", ("Chelsea Day", "Lincoln May")),
    ],
)
def test_a_person_called_like_a_place_is_neither_organisation_nor_area(heading, some):
    text = f"{heading},Ward\n{some[0]},Gospel Oak\n{some[1]},Haverstock\n"
    upload = footprints.read(text.encode(), name="rota.csv")
    assert upload.columns[heading].role == "ignore"
    assert set(upload.rows["actor"]) == {"rota"}
    assert all("; " not in text for text in upload.rows["matched_to"])
