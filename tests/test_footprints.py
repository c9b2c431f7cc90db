"""Footprints: from an uploaded table to actors, with an outcome for every row."""

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping import footprints, intake, memory, places
from mapping.atoms import index, postcodes
from mapping.errors import MappingError
from mapping.footprints import OUTCOMES, ground, levels, linking, locations
from mapping.geocode import likeness, meanings
from mapping.geography import layers, lenses


def read(text: str, **options):
    return footprints.read(text.encode(), name=options.pop("name", "partners.csv"), **options)


def outcomes(upload) -> list[str]:
    return upload.rows["outcome"].tolist()


def place(kind: str, code: str) -> np.ndarray:
    return places.at(kind, code).positions


MESSY = """Organisation,Type,Themes,Where,Scale,Email
Help on Your Doorstep,charity,connected support; isolation,Islington,borough,a@b.org
Help on Your Doorstep,,isolation,E09000007,,
Mind,charity,mental health,LB Camden,local,
Mind,charity,mental health,Islingtn,,
Nobody,,,Zzyzx qqq,,
"""


def test_rows_and_actors_come_as_promised():
    upload = read(MESSY)
    assert list(upload.rows.columns) == [
        "row_number",
        "outcome",
        "actor",
        "kind",
        "matched_to",
        "people",
        "reason",
        "candidates",
    ]
    assert upload.rows["row_number"].tolist() == [2, 3, 4, 5, 6]
    assert outcomes(upload) == ["matched", "matched", "corrected", "ambiguous", "unmatched"]
    assert upload.counts == {"matched": 2, "corrected": 1, "ambiguous": 1, "unmatched": 1}
    wanted = ["actor", "actor_type", "sector", "themes", "scale", "steward", "people"]
    assert set(wanted) <= set(upload.actors.columns)
    first = upload.actors.iloc[0]
    assert (first["actor"], first["actor_type"]) == ("Help on Your Doorstep", "charity")
    assert first["themes"] == "connected support; isolation"
    assert first["contact"] == "a@b.org"
    assert upload.actors["scale"].tolist()[:2] == ["borough", "hyperlocal"]


def test_a_footprint_is_the_union_of_an_actors_rows():
    upload = read(MESSY)
    found = upload.footprint("Help on Your Doorstep")
    both = np.union1d(place("borough", "E09000019"), place("borough", "E09000007"))
    assert np.array_equal(found, both)
    assert np.array_equal(upload.footprint("Mind"), place("borough", "E09000007"))
    assert len(upload.footprint("Nobody")) == 0


def test_reasons_name_the_row_and_the_column():
    rows = read(MESSY).rows
    for number, reason in zip(rows["row_number"], rows["reason"], strict=True):
        if reason:
            assert reason.startswith(f"Row {number}: column “Where”: ")
    assert "Islington" in rows["candidates"][3]


def test_a_choice_settles_the_rows_that_ask():
    upload = read(MESSY)
    asked = upload.questions.iloc[0]
    assert (asked["text"], asked["rows"]) == ("Islingtn", 1)
    value = asked["candidates"][0][0]
    again = read(MESSY, choices={asked["question"]: value})
    assert outcomes(again)[3] == "corrected"
    assert len(again.questions) == 0
    assert set(place("borough", "E09000019")) <= set(again.footprint("Mind"))


def test_several_areas_of_several_kinds_stand_in_one_cell():
    upload = read("who,areas\nA,Camden; NW5 2AA ;n19gu;E05013810; N7\n")
    assert outcomes(upload) == ["matched"]
    kinds = upload.rows["kind"][0].split("; ")
    assert sorted(kinds) == ["council area", "postcode", "postcode district", "ward"]


def test_commas_part_areas_but_not_a_place_from_the_larger_one_it_lies_in():
    two = read('who,areas\nA,"Camden, Islington"\nB,"Camden, London"\nC,"Bristol, City of"\n')
    assert np.array_equal(
        two.footprint("A"), np.union1d(place("borough", "E09000007"), place("borough", "E09000019"))
    )
    assert np.array_equal(two.footprint("B"), place("borough", "E09000007"))
    assert np.array_equal(two.footprint("C"), place("borough", "E06000023"))


@pytest.mark.parametrize(
    ("area", "districts"),
    [
        ("Camden and Islington", ["E09000007", "E09000019"]),
        ('"Camden, Islington & Hackney"', ["E09000007", "E09000019", "E09000012"]),
        ("Camden and Islington; Hackney", ["E09000007", "E09000019", "E09000012"]),
        ("Kensington and Chelsea", ["E09000020"]),
        ("Brighton and Hove; Bath and North East Somerset", ["E06000043", "E06000022"]),
    ],
)
def test_and_parts_areas_where_it_is_no_part_of_a_name(area, districts):
    upload = read(f"org,area\nA,{area}\n")
    assert outcomes(upload) == ["matched"]
    wanted = np.unique(np.concatenate([place("borough", code) for code in districts]))
    assert np.array_equal(upload.footprint("A"), wanted)


def test_good_areas_of_a_bad_row_are_taken_and_that_is_said():
    upload = read("who,areas\nA,Camden;Zzyzx qqq\n")
    assert outcomes(upload) == ["unmatched"]
    assert "1 of its 2 areas were matched" in upload.rows["reason"][0]
    assert np.array_equal(upload.footprint("A"), place("borough", "E09000007"))


def test_circles_in_degrees_metres_and_miles_are_the_postcodes_within():
    text = "who,lat,lon,easting,northing,radius,radius miles\nA,51.5,-0.12,,,500,\n"
    found = read(text).footprint("A")
    east, north = postcodes.TO_DEGREES.transform(-0.12, 51.5, direction="INVERSE")
    assert np.array_equal(found, index.find_within(east, north, 500))
    metres = read("who,easting,northing,radius km\nA,530000,180000,1.5\n").footprint("A")
    assert np.array_equal(metres, index.find_within(530_000, 180_000, 1_500))
    miles = read("who,easting,northing,radius\nA,530000,180000,1 mile\n").footprint("A")
    assert np.array_equal(miles, index.find_within(530_000, 180_000, 1_609.344))


@pytest.mark.parametrize(
    ("row", "outcome", "says"),
    [
        ("51.5,-0.12,", "unmatched", "a point needs a distance around it"),
        ("x,-0.12,5", "unmatched", "is missing or is not a number"),
        ("51.5,-0.12,far", "unmatched", "is not a distance"),
        ("51.5,-0.12,-5", "unmatched", "must be more than 0"),
        ("51.5,-0.12,1e9", "unmatched", "at most 100"),
        ("0,0,500", "unmatched", "outside Great Britain"),
        ("-0.12,51.5,500", "corrected", "wrong way round"),
        (",,", "unmatched", "no area given"),
        ("51.5,2.2,10", "unmatched", "no postcode"),
    ],
)
def test_points_that_cannot_be_circles_say_why(row, outcome, says):
    upload = read(f"who,lat,lon,radius\nA,{row}\nB,51.5,-0.12,500\n")
    assert outcomes(upload) == [outcome, "matched"]
    assert says in upload.rows["reason"][0]


def test_points_without_a_radius_may_be_given_one():
    upload = read("who,lat,lon\nA,51.5,-0.12\n", radius_m=800)
    assert outcomes(upload) == ["matched"]
    assert len(upload.footprint("A")) > 10


def test_a_row_without_a_name_is_of_the_one_above_and_says_so():
    upload = read("who,areas\n,Brent\nA,Camden\n,Islington\n")
    assert outcomes(upload) == ["unmatched", "matched", "corrected"]
    assert "no organisation" in upload.rows["reason"][0]
    assert "we used the one in a row above (A)" in upload.rows["reason"][2]
    assert len(upload.footprint("A")) == len(place("borough", "E09000007")) + len(
        place("borough", "E09000019")
    )


def test_a_list_of_nothing_but_areas_is_one_actor_called_after_the_file():
    upload = read("Ward code\nE05013810\nE05014053\n", name="our_wards.csv")
    assert upload.actors["actor"].tolist() == ["our_wards"]
    assert outcomes(upload) == ["matched", "matched"]


def test_a_file_that_does_not_say_where_keeps_every_row_and_tells():
    upload = read("who,theme\nA,health\nB,housing\n")
    assert outcomes(upload) == ["unmatched", "unmatched"]
    assert any("which column says where" in note for note in upload.notes)
    assert upload.actors["actor"].tolist() == ["A", "B"]


@pytest.mark.parametrize(
    ("areas", "scale"),
    [
        ("N1 9GU", "hyperlocal"),
        ("E05013810", "hyperlocal"),
        ("Camden", "borough"),
        ("Camden;Islington", "regional"),
        ("Rushmoor; Hart", "borough"),
        ("Birmingham", "borough"),
        ("City of London", "borough"),
        ("Surrey Heath; GU1 3DD", "borough"),
        ("Cornwall", "borough"),
        ("Surrey", "regional"),
        ("NHS Norfolk and Suffolk ICB", "regional"),
        ("Great Britain", "national"),
        ("England", "national"),
        ("Scotland", "national"),
        ("London", "regional"),
        ("Zzyzx", ""),
    ],
)
def test_a_missing_scale_is_derived_from_how_many_live_in_the_footprint(areas, scale):
    upload = read(f"who,areas\nA,{areas}\n")
    assert upload.actors["scale"].tolist() == [scale]
    assert upload.actors["note"].tolist() == [levels.DERIVED if scale else ""]


def test_a_scale_that_is_told_is_not_called_derived():
    upload = read("who,areas,scale,note\nA,Camden,regional,Old\nB,Camden,,New\n")
    assert upload.actors["scale"].tolist() == ["regional", "borough"]
    assert upload.actors["note"].tolist() == ["Old", f"New {levels.DERIVED}"]


def test_small_and_large_areas_part_halfway_between_a_council_area_and_a_county():
    least, most = 250_000, 500_000
    assert least < levels.find_largest_local() < most


def test_words_for_a_scale_that_nobody_knows_are_told():
    upload = read("who,areas,scale\nA,Camden,humongous\nB,Camden,Borough-wide\n")
    assert upload.actors["scale"].tolist() == ["borough", "borough"]
    assert any("humongous" in note for note in upload.notes)


def test_shipped_and_uploaded_actors_are_one_register():
    both = footprints.shipped() + read(MESSY)
    assert len(both) == len(footprints.shipped()) + 3
    with pytest.raises(MappingError, match=r"case\.help-on-your-doorstep, own\.help-on"):
        both.footprint("Help on Your Doorstep")
    assert np.array_equal(both.footprint("Mind"), place("borough", "E09000007"))


def test_footprints_too_large_together_are_refused_in_a_sentence(monkeypatch):
    monkeypatch.setattr(linking, "MAX_LINKS", 1_000)
    with pytest.raises(MappingError, match="Split it"):
        read("who,areas\nA,England\n")


def test_an_answered_question_counts_the_areas_that_its_row_already_had_once(monkeypatch):
    text = "who,areas\nA,Camden; Islingtn\n"
    choices = {read(text).questions["question"][0]: "borough.E09000019"}
    size = len(read(text, choices=choices).whole.actor)
    assert size == layers.wards()["lad_name"].isin(["Camden", "Islington"]).sum()
    monkeypatch.setattr(linking, "MAX_LINKS", size)
    assert len(read(text, choices=choices).whole.actor) == size
    monkeypatch.setattr(linking, "MAX_LINKS", size - 1)
    with pytest.raises(MappingError, match="Split it"):
        read(text, choices=choices)


def test_what_is_said_of_scales_speaks_of_organisations():
    notes = read("who,areas\nA,Camden\nB,Brent\n").notes
    assert any("derived the level of 2 organisations" in note for note in notes)


def test_commas_part_the_themes_of_each_cell_that_has_no_semicolon():
    rows = 'A,Camden,"Housing, Advice",Food\nB,Brent,"Arts, crafts; Food",\n'
    roles = {"themes": "themes", "topics": "themes"}
    upload = read(f"who,areas,themes,topics\n{rows}", roles=roles)
    assert upload.actors["themes"].tolist() == ["housing; advice; food", "arts, crafts; food"]


def test_commas_part_the_themes_of_a_cell_beside_ticked_ones():
    rows = 'A,Camden,"Housing, Advice",x\nB,Brent,,x\nC,Barnet,Work/Play,\n'
    upload = read(f"who,areas,themes,Food\n{rows}", roles={"Food": "ticked_theme"})
    assert upload.actors["themes"].tolist() == ["housing; advice; food", "food", "work; play"]


def test_the_same_file_in_another_encoding_delimiter_or_order_gives_the_same():
    plain = read(MESSY)
    for content in (
        MESSY.encode("utf-16"),
        ("\ufeff" + MESSY).encode(),
        MESSY.replace(",", "\t").encode("cp1252"),
    ):
        again = footprints.read(content, name="partners.csv")
        assert again.counts == plain.counts
        assert again.fingerprint == plain.fingerprint


AREAS = st.sampled_from(
    [
        "Camden",
        "E09000019",
        "NW5 2AA",
        "LB Brent",
        "Islingtn",
        "Zzyzx",
        "",
        "Abbey",
        "N7; Camden",
        "=1+1",
        "{{7*7}}",
        "POINT(0 51)",
        "E07000026",
    ]
)
ROW = st.tuples(st.sampled_from(["A", "B", "", "C d", "=x"]), AREAS)


@settings(max_examples=40, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=8))
def test_every_row_has_one_outcome_and_people_are_those_of_the_footprint(table):
    frame = pd.DataFrame(table, columns=["organisation", "areas"])
    file = io.StringIO()
    frame.to_csv(file, index=False)
    try:
        upload = read(file.getvalue())
    except MappingError:
        assert not (frame != "").any().any()
        return
    said = (frame != "").any(axis=1)
    assert len(upload.rows) == said.sum()
    assert upload.rows["outcome"].isin(OUTCOMES).all()
    assert sum(upload.counts.values()) == len(upload.rows)
    assert ((upload.rows["reason"] == "") == (upload.rows["outcome"] == "matched")).all()
    counted = lenses.get().values
    for number in range(len(upload)):
        positions = upload.postcodes_of(number)
        assert upload.actors["people"][number] == pytest.approx(counted[positions].sum())


def test_rows_in_another_order_make_the_same_footprints():
    lines = MESSY.strip().split("\n")
    turned = "\n".join([lines[0], *lines[:0:-1]]) + "\n"
    a, b = read(MESSY), read(turned)
    for name in a.actors["actor"]:
        assert np.array_equal(a.footprint(name), b.footprint(name))


def test_no_ward_is_claimed_twice_by_an_actor_that_names_its_district_too():
    ward = layers.wards().query("lad_code == 'E09000007'")["code"].iloc[0]
    upload = read(f"who,areas\nA,Camden;{ward};NW5 2AA\n")
    assert np.array_equal(upload.footprint("A"), place("borough", "E09000007"))


MANY = (
    "\n".join(
        ["org,area,theme,latitude,longitude,radius"]
        + [
            f"Org {n % 7},{area},food,,,"
            for n, area in enumerate(
                [
                    "Camden",
                    "E09000019",
                    "NW5 2AA",
                    "Abbey",
                    "Islingtn",
                    "LB Brent",
                    "Zzyzx qqq",
                    "Kingston",
                    "Abbey; Camden; NW5",
                    "E07000026",
                    "Hackny",
                    "Stoke",
                ]
                * 4
            )
        ]
        + [
            "Org 1,,,51.55,-0.14,800",
            "Org 9,Abbey,,51.5,-0.12,",
            ",Highgate,,,,",
            'Org 3,"POLYGON((-0.2 51.5,-0.1 51.5,-0.1 51.6,-0.2 51.6,-0.2 51.5))",,,,',
        ]
    )
    + "\n"
)


def same(a, b) -> None:
    """Check that two readings of a file came to the same."""
    for one, other in ((a.rows, b.rows), (a.actors, b.actors)):
        pd.testing.assert_frame_equal(one, other)
    order = lambda q: q.sort_values("question", ignore_index=True)  # noqa: E731
    pd.testing.assert_frame_equal(order(a.questions), order(b.questions))
    assert a.fingerprint == b.fingerprint
    assert a.notes == b.notes


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"accept": 85},
        {"place": places.get("Camden")},
        {"place": places.get("Merton")},
        {"roles": {"theme": "ignore"}},
        {"roles": {"area": "ward"}},
        {"roles": {"area": "ignore"}},
        {"radius_m": 500},
        {"header_row": 0},
        {"encoding": "cp1252"},
        {"name": "others.csv"},
        {"accept": 90, "place": places.get("Merton"), "roles": {"area": "borough"}},
    ],
    ids=str,
)
def test_a_file_read_in_another_way_comes_to_what_it_would_afresh(options):
    kept = memory.Cache(50)
    read(MANY, kept=kept)
    same(read(MANY, kept=kept, **options), read(MANY, **options))
    same(read(MANY, kept=kept), read(MANY))


def test_every_choice_comes_to_what_it_would_afresh():
    kept = memory.Cache(50)
    asked = read(MANY, kept=kept).questions
    choices: dict[str, str] = {}
    for question, candidates in zip(asked["question"], asked["candidates"], strict=True):
        choices[question] = candidates[-1][0] if len(choices) % 3 else ""
        same(read(MANY, kept=kept, choices=choices), read(MANY, choices=choices))


def test_an_answer_takes_no_second_reading(monkeypatch):
    kept = memory.Cache(50)
    asked = read(MANY, kept=kept).questions.iloc[0]
    for module, name in (
        (intake, "read_sheet"),
        (locations, "list_texts"),
        (meanings, "find_meanings"),
        (likeness, "find_nearest"),
        (ground, "circles"),
    ):
        monkeypatch.setattr(module, name, lambda *args, **more: pytest.fail("read again"))
    again = read(MANY, kept=kept, choices={asked["question"]: asked["candidates"][0][0]})
    assert again.counts["corrected"] > 0
    read(MANY, kept=kept, roles={"theme": "ignore"})


def test_what_is_kept_of_a_file_counts_and_makes_room():
    kept = memory.Cache(0.05)
    first = read(MANY, kept=kept)
    same(first, read(MANY, kept=kept))
    assert kept.bytes <= 0.05e6


@pytest.mark.parametrize("larger", ["Council", "Borough", "Local authority"])
def test_a_council_beside_smaller_areas_says_where_they_lie_and_is_no_footprint(larger):
    text = f"Organisation,Area,{larger}\nX,Kentish Town South,Camden\nZ,Gospel Oak,Camden\n"
    found = footprints.read(text.encode(), name="teams.csv")
    assert found.counts["matched"] == 2
    assert set(found.rows["kind"]) == {"ward"}
    assert (found.actors["people"] < 20_000).all()


def test_a_council_beside_areas_that_do_not_lie_in_it_counts_as_ground_of_its_own():
    text = "Organisation,Area,Council\nX,Hulme,Camden\nZ,Torquay,Oldham\n"
    found = footprints.read(text.encode(), name="teams.csv")
    assert all("council area" in kind for kind in found.rows["kind"])


def test_postcodes_joined_by_commas_are_cut_in_a_column_of_areas_and_addresses_are_not():
    cells = ["NW5 2AA, NW5 2AB", "NW5 2AA, Islington", "1 X St, London, NW5 2AA"]
    rows = read("\n".join(["org,area", *[f'A,"{cell}"' for cell in cells]])).rows
    assert rows["matched_to"].tolist() == [
        "NW5 2AA (postcode); NW5 2AB (postcode)",
        "NW5 2AA (postcode); Islington (council area, E09000019)",
        "",
    ]
    assert rows["outcome"].tolist() == ["matched", "matched", "ambiguous"]


def test_levels_of_many_are_derived_as_those_of_few(monkeypatch):
    register = footprints.shipped()
    few = levels.derive(register)
    monkeypatch.setattr(levels, "MAX_PAIRS", 0)
    assert (levels.derive(register) == few).all()
    council = register.actors["id"].str.startswith("borough.").to_numpy()
    assert set(few[council]) == {"borough"}
