"""What became of the rows, in a sentence and as a file to take away."""

import re

import pytest

from mapping import footprints
from mapping.footprints import examples, outcomes


def read(text: str, name: str = "x.csv") -> footprints.Upload:
    return footprints.read(text.encode(), name=name)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (
            (38_912, 731, 214, 143),
            "38,912 rows matched, 731 were corrected, 214 need a decision from you and 143 "
            "could not be matched to a place.",
        ),
        ((1, 0, 1, 0), "1 row matched and 1 needs a decision from you."),
        ((0, 0, 0, 2), "None of the 2 rows could be matched to a place."),
        ((12, 0, 0, 0), "All 12 rows matched."),
        ((1, 0, 0, 0), "The one row matched."),
    ],
)
def test_the_sentence_says_what_became_of_all_rows(counts, sentence):
    names = ("matched", "corrected", "ambiguous", "unmatched")
    assert outcomes.sentence(dict(zip(names, counts, strict=True))) == sentence


def test_what_a_row_says_is_all_its_cells_about_where_as_typed():
    upload = read("org,ward,borough,theme\nA, Highgate ,Camden,food\nB,,,\nC,Highgate,,x\n")
    assert outcomes.quote_rows(upload.sheet, upload.columns).tolist() == [
        "Highgate · Camden",
        "",
        "Highgate",
    ]


def test_the_reason_of_a_circle_names_no_column_that_the_file_does_not_have():
    upload = read("org,lat,lon,area\nA,51.5,-0.12,\nB,,,Zzyzx qqq\n")
    assert upload.rows["reason"][0] == "Row 2: a point needs a distance around it."
    assert upload.rows["reason"][1].startswith("Row 3: column “area”: ")


def test_a_long_shape_is_shortened():
    ring = ", ".join(f"{530000 + n} {180000 + n * n}" for n in range(200))
    upload = read(f'org,wkt\nA,"POLYGON(({ring}))"\n')
    [said] = outcomes.quote_rows(upload.sheet, upload.columns)
    assert said == "POLYGON((530000 180000, 530001 180001, 5…"


def test_a_long_list_is_shortened():
    upload = read(f'org,area\nA,"{"; ".join(["Camden"] * 90)}"\n')
    [said] = outcomes.quote_rows(upload.sheet, upload.columns)
    assert len(said) == outcomes.MAX_QUOTE_LETTERS


def test_the_whole_file_has_every_row_of_the_file_once_and_all_its_columns():
    upload = read("Partners of 2025\n\norg,area,Why\nA,Camden,good\n\nB,Zzyzx qqq,bad\n")
    whole = outcomes.whole_file(upload.sheet, upload.rows)
    assert whole["Row"].tolist() == list(range(1, upload.sheet.last_row + 1))
    assert whole["What happened to it"].tolist() == [
        *["not part of the table"] * 3,
        "matched",
        "not part of the table",
        "not matched",
    ]
    assert whole["Why (file)"].tolist()[3] == "good"
    assert whole["Why"][0].startswith("Title: Partners of 2025")
    assert whole["Why"][5].startswith("Column “area”: ")
    assert not whole.isna().any(axis=None)


def test_the_whole_file_says_what_each_row_was_matched_to_and_how_many_people():
    upload = read("org,area\nA,Camden\nB,Zzyzx qqq\nC,NW5 2AA; Islington\n")
    whole = outcomes.whole_file(upload.sheet, upload.rows).set_index("org")
    assert whole["Matched to"].tolist() == [
        "",
        "Camden (council area, E09000007)",
        "",
        "NW5 2AA (postcode); Islington (council area, E09000019)",
    ]
    assert whole["Residents (estimated)"].tolist()[:3] == ["", "210100", ""]


def test_circles_and_shapes_are_named_by_the_district_that_holds_most_of_them():
    ring = "POLYGON((529000 185000, 529400 185000, 529400 185400, 529000 185400, 529000 185000))"
    [shape] = read(f'org,where\nA,"{ring}"\n').rows["matched_to"]
    [circle] = read("org,lat,lon,radius_m\nB,51.5489,-0.1360,3000\n").rows["matched_to"]
    assert shape == "a shape in Camden (council area, E09000007)"
    assert re.fullmatch(r"a circle in Camden \(council area, E09000007\) and \d others", circle)


def test_columns_of_the_whole_file_that_would_be_blank_are_left_out():
    whole = outcomes.whole_file((upload := read("org,area\nA,Camden\n")).sheet, upload.rows)
    assert "Possible matches" not in whole
    assert list(whole)[:3] == ["Row", "What happened to it", "Organisation"]


def test_questions_say_from_which_score_on_they_are_settled_together():
    upload = read("org,area\nA,Islingtn\nB,Abbey\nC,Tower Hamlet\n")
    alike = upload.questions.set_index("text")["alike"].to_dict()
    assert alike == {"Islingtn": 88, "Abbey": 0, "Tower Hamlet": 0}
    settled = footprints.read(
        b"org,area\nA,Islingtn\nB,Abbey\nC,Tower Hamlet\n", name="x.csv", accept=88
    )
    assert settled.questions["text"].tolist() == ["Abbey", "Tower Hamlet"]


@pytest.mark.parametrize("example", examples.EXAMPLES, ids=lambda e: e.file_name)
def test_examples_say_in_every_name_that_they_are_illustrative(example):
    upload = footprints.read(example.content, name=example.file_name)
    assert upload.actors["actor"].str.startswith("Illustrative").all()
    assert upload.counts["matched"] > 0
    assert (upload.actors["people"] > 0).sum() >= 4


def test_each_example_shows_what_its_title_says():
    found = {e.file_name: footprints.read(e.content, name=e.file_name) for e in examples.EXAMPLES}
    kinds = {name: set("; ".join(u.rows["kind"]).split("; ")) - {""} for name, u in found.items()}
    assert {"ward", "council area"} <= kinds["by-codes.csv"]
    assert len(found["by-names-with-mistakes.csv"].questions) > 5
    assert {"postcode", "postcode sector", "postcode district"} <= kinds["by-postcodes.csv"]
    assert kinds["by-radius.csv"] == {"circle"}
    assert found["by-codes.csv"].rows["reason"].str.contains("Cumberland since April 2023").any()


def test_a_row_names_what_it_was_matched_to_and_counts_its_people_once():
    text = (
        'org,area\nA,Camden\nB,NW5 2AA\nC,"Camden; E05013664; NW5 2AA"\nD,Zzyzx qqq\n'
        "E,NW\nF,Camden; Brent; Hackney; Barnet; Ealing\nG,POINT(529000 185000)\n"
    )
    rows = read(text).rows.set_index("actor")
    named = rows["matched_to"]
    assert named["A"] == "Camden (council area, E09000007)"
    assert named["B"] == "NW5 2AA (postcode)"
    assert named["C"].startswith(f"{named['A']}; Kentish Town South (ward of Camden, E05013664); ")
    assert named["D"] == ""
    assert named["E"] == "NW (postcode area)"
    assert named["F"].endswith("; and 2 more")
    assert rows["people"]["A"] == rows["people"]["C"] == 210_100
    assert rows["people"]["B"] < 200
    assert rows["people"]["D"] == 0
    whole = outcomes.whole_file(read(text).sheet, read(text).rows)
    assert whole["Residents (estimated)"].tolist()[:2] == ["", "210100"]


def test_kinds_of_areas_stand_in_words():
    rows = read("org,area\nA,NW\nB,NW5\nC,E12000007\nD,Wales\n").rows
    assert rows["kind"].tolist() == [
        "postcode area",
        "postcode district",
        "region or nation",
        "nation",
    ]
