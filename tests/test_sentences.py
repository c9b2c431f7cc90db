"""Sentences and letters: the names of areas in running text, and what stands around a list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.intake import letters, sentences


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("We cover Camden, Islington and Hackney.", ["Camden", "Islington", "Hackney"]),
        (
            "Across the London Borough of Camden and all of Islington (mainly Dalston ward).",
            ["London Borough of Camden", "Islington", "Dalston ward"],
        ),
        ("Camden Islington Hackney", ["Camden", "Islington", "Hackney"]),
        ("WE COVER CAMDEN AND ISLINGTON", ["CAMDEN", "ISLINGTON"]),
        ("we cover camden, islington", ["camden", "islington"]),
        ("Camden's estates", ["Camden"]),
        ("Camden LB Islington", ["Camden LB", "Islington"]),
        ("Camden LB Camden", ["Camden LB", "Camden"]),
        (
            "Bournemouth, Christchurch and Poole; St. Helens and Stoke-on-Trent",
            ["Bournemouth, Christchurch and Poole", "St. Helens", "Stoke-on-Trent"],
        ),
        (
            "Brighton & Hove and Kensington and Chelsea",
            ["Brighton & Hove", "Kensington and Chelsea"],
        ),
    ],
)
def test_names_are_found_whatever_words_stand_around_them(text, names):
    assert sentences.names(text).names == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Camden Carers works in Islington", ["Islington"]),
        ("We work in North London", []),
        ("See us at Central Park, or ask Hope Abbey", []),
        ("Hope you are well", []),
        ("we cover reading and camden", ["camden"]),
        ("Write to info@camden.org.uk or www.barnet.gov.uk", []),
    ],
)
def test_parts_of_other_names_and_plain_words_are_left(text, names):
    assert sentences.names(text).names == names


@pytest.mark.parametrize(
    "text",
    [
        "We cover Camden, but not Barnet or Brent.",
        "Camden except Barnet",
        "Camden (excluding Brent)",
        "Camden. We don't work in Barnet",
    ],
)
def test_what_is_denied_is_not_taken_and_stays_among_the_words(text):
    found = sentences.names(text)
    assert found.names == ["Camden"]
    assert "Barnet" in found.left or "Brent" in found.left


def test_a_misspelt_name_in_a_list_is_taken_so_that_it_can_be_asked_about():
    assert sentences.names("We cover Camden, Suthwark and Hackney.").names == [
        "Camden",
        "Suthwark",
        "Hackney",
    ]
    assert sentences.names("We cover Suthwark, Camden and Lambth").names == [
        "Suthwark",
        "Camden",
        "Lambth",
    ]


def test_the_words_that_are_left_are_told_and_three_dots_stand_for_names():
    found = sentences.names("We cover Camden, Islington and Hackney.")
    assert found.left == "We cover …, … and …."
    assert sentences.has_more_words(found.left)
    assert not sentences.has_more_words(sentences.names("Camden, Islington and Hackney").left)


@given(
    st.lists(
        st.sampled_from(
            [
                "Camden",
                "Hackney",
                "we",
                "cover",
                "and",
                ",",
                ".",
                "not",
                "(",
                "St",
                "Zzyzx",
                "LB",
                "ward",
                "\n",
                "Hope",
                "&",
                "’s",
            ]
        ),
        max_size=14,
    )
)
def test_no_word_is_lost_names_and_rest_make_up_the_text(words):
    text = " ".join(words)
    found = sentences.names(text)
    parts = iter(found.names)
    again = "".join(next(parts) if sign == "…" else sign for sign in found.left)
    assert again.split() == text.split()
    assert next(parts, None) is None


@pytest.mark.parametrize(
    ("text", "is_prose"),
    [
        ("a@" * 50_000, False),
        ("Camden " + " " * 50_000 + "x", False),
        ("A" * 100_000, False),
        ("Camden," * 10_000, True),
        (("x" * 99 + " ") * 1_000, True),
    ],
    ids=["signs", "blanks", "letters", "commas", "words"],
)
def test_a_long_line_is_read_to_its_end(text, is_prose):
    assert all("Camden".startswith(name) for name in sentences.names(text).names)
    assert letters.is_prose(text) == is_prose


@pytest.mark.parametrize(
    "line",
    [
        "• Camden",
        "•\tCamden",
        "o\tCamden",
        "1. Camden",
        "3) Camden",
        "(4) Camden",
        "a) Camden",
        "iv. Camden",
        "> Camden",
        ">> - Camden",
        "– Camden",
        "* Camden",
        "12.\tCamden",
    ],
)
def test_bullets_numbers_and_marks_of_quotation_are_taken_off(line):
    assert letters.strip_bullet(line) == "Camden"


@pytest.mark.parametrize(
    "line",
    [
        "Oxford",
        "o Oxford".removeprefix("o "),
        "St. Helens",
        "A1",
        "N1 9GU",
        "Isle of Wight",
        "vale of glamorgan",
    ],
)
def test_names_keep_their_first_letters(line):
    assert letters.strip_bullet(line) == line


@pytest.mark.parametrize(
    "lines",
    [
        ["Hi Sam,", "", "Camden"],
        ["Camden", "Hackney", "", "Best,", "Alex"],
        ["From: a@b.uk", "Subject: areas", "", "Camden"],
        ["Camden", "Kind regards", "Priya"],
    ],
)
def test_a_letter_is_told_by_its_greeting_closing_or_headers(lines):
    assert letters.is_letter(lines)


@pytest.mark.parametrize(
    "lines",
    [
        ["Camden", "Hackney"],
        ["organisation,area", "Best Start,Camden"],
        ["Hillside", "Dearne North"],
    ],
)
def test_a_plain_list_is_no_letter(lines):
    assert not letters.is_letter(lines)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("We cover all of Barnet except Edgware.", ["Barnet except Edgware"]),
        ("London, excluding Bromley", ["London, excluding Bromley"]),
        ("We do Greater Manchester bar Wigan.", ["Greater Manchester bar Wigan"]),
        ("We cover Camden except Barnet.", ["Camden"]),
        ("We cover Camden. We used to work in Barnet.", ["Camden"]),
        ("We cover Camden. In May we will leave Barnet.", ["Camden"]),
        ("We cover Camden and are moving to Barnet.", ["Camden"]),
        ("Our offices are in Leeds but we only work in Bradford.", ["Bradford"]),
        ("We are based in Camden and work in Islington.", ["Islington"]),
    ],
)
def test_an_area_that_is_lessened_stays_so_and_offices_and_the_past_are_left(text, told):
    assert sentences.names(text).names == told
