"""Banners: a row that only names a council says where the rows below it lie."""

import pytest

from mapping import footprints
from mapping.footprints import Upload, outcomes

LIST = (
    "Organisation,Ward\nCAMDEN,\nOne,Haverstock\nTwo,Highgate\nIslington,\nThree,Highbury\n"
    "Four,Barnsbury\n"
)


def read(text: str, **more) -> Upload:
    return footprints.read(text.encode(), name="x.csv", **more)


def list_matches(upload: Upload) -> list[tuple[str, str]]:
    rows = upload.rows
    return list(zip(rows["actor"], rows["matched_to"].str.split(",").str[0], strict=True))


def test_rows_below_a_banner_lie_in_its_area_and_it_is_nobody() -> None:
    upload = read(LIST)
    assert list_matches(upload) == [
        ("One", "Haverstock (ward of Camden"),
        ("Two", "Highgate (ward of Camden"),
        ("Three", "Highbury (ward of Islington"),
        ("Four", "Barnsbury (ward of Islington"),
    ]
    assert upload.rows["row_number"].tolist() == [3, 4, 6, 7]
    assert any(note.startswith("Rows 2 and 5 are headings of areas") for note in upload.notes)


def test_banners_are_the_footprint_where_no_other_column_says_where() -> None:
    upload = read("Organisation,Theme\nCamden,\nOne,food\nOldham,\nTwo,arts\n")
    assert [name for _, name in list_matches(upload)] == [
        "Camden (council area",
        "Oldham (council area",
    ]


def test_a_title_that_names_an_area_is_that_of_the_rows_above_the_first_banner() -> None:
    upload = read(
        "Camden,,\nOrganisation,Ward,Theme\nOne,Highgate,food\nOldham,,\nTwo,Royton North,b\n"
    )
    assert list_matches(upload)[0] == ("One", "Highgate (ward of Camden")


def test_every_row_is_accounted_for_in_the_file_to_take_away() -> None:
    upload = read(LIST)
    whole = outcomes.whole_file(upload.sheet, upload.rows)
    assert whole.iloc[:, 0].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert whole.apply(lambda row: "Banner: Islington" in row.tolist(), axis=1).sum() == 1


@pytest.mark.parametrize(
    "text",
    [
        "Organisation,Area\nCamden,\nIslington,\nThree,Oldham\n",
        "Council,Email\nCamden,\nOldham,a@b.example\nIslington,\nBrent,c@d.example\n",
        "Organisation,Area\nCamden,\nOne,Oldham\nFood Hub,\nTwo,Brent\n",
        "Organisation,Area\nOne,Oldham\nTwo,Brent\nCamden,\n",
        "Organisation,Area\nCamden,\nOne,Oldham\nTwo,Brent\n",
    ],
)
def test_what_may_be_an_organisation_is_no_banner(text: str) -> None:
    upload = read(text)
    assert len(upload.rows) == text.count("\n") - 1
    assert not any("headings of areas" in note for note in upload.notes)
