"""What officers, charities and analysts drop and paste: each is read, or told in a sentence.

Every case goes through ``footprints.read``, and every row of it has an outcome.
"""

import io
import zipfile

import numpy as np
import openpyxl
import pytest

from mapping import footprints, places
from mapping.atoms import index, postcodes
from mapping.errors import MappingError
from mapping.footprints import OUTCOMES, Upload

CAMDEN, ISLINGTON, HACKNEY = "E09000007", "E09000019", "E09000012"
BRENT, TOWER_HAMLETS = "E09000005", "E09000030"
PASTED = "Pasted list.txt"


def read(content: str | bytes, name: str = PASTED, **options) -> Upload:
    content = content.encode() if isinstance(content, str) else content
    upload = footprints.read(content, name=name, **options)
    assert upload.rows["outcome"].isin(OUTCOMES).all()
    told = {*upload.rows["row_number"], *upload.sheet.skipped_rows["row_number"]}
    assert told == set(range(1, upload.sheet.last_row + 1))
    reasoned = upload.rows["reason"] != ""
    assert (reasoned == (upload.rows["outcome"] != "matched")).all()
    return upload


def outcomes(upload: Upload) -> list[str]:
    return upload.rows["outcome"].tolist()


def districts(*codes: str) -> np.ndarray:
    return np.unique(np.concatenate([places.at("borough", code).positions for code in codes]))


def covers(upload: Upload, actor: str, *codes: str) -> bool:
    return np.array_equal(upload.footprint(actor), districts(*codes))


def workbook(*tables: list[list], merged: tuple[str, ...] = ()) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for i, table in enumerate(tables, 1):
        sheet = made.create_sheet(f"Sheet{i}")
        for row in table:
            sheet.append(row)
    for area in merged:
        made.worksheets[-1].merge_cells(area)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


# Pasted


@pytest.mark.parametrize(
    "text",
    [
        "Hi Sam,\n\nNW5 2AA, NW5 2AB; nw52ad\n\nBest,\nAlex",
        "NW5 2AA, NW5 2AB; nw52ad\n\nThanks\nAlex Smith\nT: 020 7946 0958",
        "Dear all\n\n> NW5 2AA.\n>> NW5 2AB\n> nw52ad\n\nKind regards,\nPriya\nOutreach | Mind\n"
        "13 Elliott's Place, London N1 8HX\nM: 07700 900123 www.example.org",
        "From: a@b.uk\nSubject: postcodes\n\nHello,\n- NW5 2AA\n- NW5 2AB\n- nw52ad\nBest, A",
        "• NW5 2AA\n• NW5 2AB\n• nw52ad",
        "1.\tNW5 2AA\n2.\tNW5 2AB\n3.\tNW5 2AD",
        "NW5 2AA 020 7946 0958\nNW5 2AB 07700 900123\nNW5 2AD",
        '"NW5 2AA","NW5 2AB","NW5 2AD"',
    ],
)
def test_postcodes_out_of_an_email_are_those_of_the_list_and_no_others(text):
    upload = read(text)
    names = postcodes.table().name[upload.footprint("Pasted list")].tolist()
    assert names == [b"NW5 2AA", b"NW5 2AB", b"NW5 2AD"]
    assert outcomes(upload) == ["matched"] * 3


@pytest.mark.parametrize("name", [PASTED, "areas.txt", "areas.csv"])
@pytest.mark.parametrize(
    "text",
    [
        "We cover Camden, Islington and Hackney.",
        "Areas covered: Camden, Islington & Hackney\n",
        "Our service works across the London Borough of Camden, all of Islington, and Hackney.",
        "Hello,\n\nWe cover Camden, Islington and Hackney.\nDo you know Barnet?\n\nThanks\nPriya",
        "Hi\nWe cover Camden, Islington\nand Hackney, but not Barnet.",
        "Camden Islington Hackney",
        "Camden, Islington and Hackney",
        "Camden.\nIslington.\nHackney.",
        "•\tCamden\n•\tIslington\no\tHackney\n",
        "1. Camden\n2) Islington\n(3) Hackney",
        "a) Camden\nb) Islington\nc) Hackney",
        "Hello all\n\nBelow the boroughs:\n\nCamden\nIslington\nHackney\n\nThanks\nJo",
    ],
)
def test_names_in_sentences_and_lists_are_found(text, name):
    upload = read(text, name)
    assert covers(upload, name.rsplit(".", 1)[0], CAMDEN, ISLINGTON, HACKNEY)
    assert set(outcomes(upload)) <= {"matched", "corrected"}


def test_the_words_around_names_are_told():
    upload = read("We cover Camden and Brent.")
    assert "Read 2 names of areas out of text." in upload.notes
    [unread] = upload.sheet.unread
    assert "row 1 “We cover … and ….”" in unread
    assert unread in upload.notes


def test_what_stands_beside_postcodes_is_told():
    [unread] = read("We are in Camden, at NW5 2AA and N1 9GU").sheet.unread
    assert "row 1 “We are in Camden, at NW5 2AA and N1 9GU”" in unread


def test_a_misspelt_name_in_a_sentence_is_asked_about():
    upload = read("We cover Camden, Suthwark and Hackney.")
    assert outcomes(upload) == ["matched", "ambiguous", "matched"]
    assert upload.questions["text"].tolist() == ["Suthwark"]


@pytest.mark.parametrize(
    "text",
    [
        "Highgate (Camden)\nAbbey (Merton)\n",
        "Highgate, Camden\nAbbey, Merton\n",
        "Highgate - Camden\nAbbey - Merton\n",
        "Camden:\n- Highgate\n\nMerton:\n- Abbey\n",
        "Camden: Highgate\nMerton: Abbey\n",
        "Ward,Borough\nHighgate,Camden\nAbbey,Merton\n",
    ],
)
def test_a_ward_is_the_one_of_the_council_beside_it(text):
    upload = read(text)
    wards = [places.get(name).positions for name in ("Highgate, Camden", "Abbey, Merton")]
    assert np.array_equal(upload.footprint("Pasted list"), np.union1d(*wards))
    assert set(outcomes(upload)) <= {"matched", "corrected"}


def test_lines_that_begin_with_an_organisation_are_a_table_of_them():
    upload = read("Age UK: Camden, Islington\nMind: Hackney\nShelter: Brent and Tower Hamlets\n")
    assert upload.actors["actor"].tolist() == ["Age UK", "Mind", "Shelter"]
    assert covers(upload, "Age UK", CAMDEN, ISLINGTON)
    assert covers(upload, "Shelter", BRENT, TOWER_HAMLETS)


def test_a_table_pasted_without_headings_keeps_its_first_row():
    upload = read("Help\tCamden\nMind\tIslington\n")
    assert covers(upload, "Help", CAMDEN)
    assert covers(upload, "Mind", ISLINGTON)


def test_a_table_without_headings_is_no_letter_for_its_names():
    upload = read("Hi Street Baths,Camden\nBest Start,Islington\nThanks Giving,Hackney\n")
    assert upload.actors["actor"].tolist() == ["Hi Street Baths", "Best Start", "Thanks Giving"]
    assert covers(upload, "Thanks Giving", HACKNEY)


def test_a_table_within_a_letter_is_a_table():
    text = (
        "Hi Sam,\n\nHere it is:\n\nOrganisation\tBorough\nHelp\tCamden\nMind\tBrent\n\nBest,\nAlex"
    )
    upload = read(text)
    assert upload.actors["actor"].tolist() == ["Help", "Mind"]
    assert upload.sheet.skipped_rows["why"].tolist().count("note") == 2


@pytest.mark.parametrize("text", ["☑ Camden\n☐ Barnet\n", "- [x] Camden\n- [ ] Barnet\n"])
def test_a_box_that_is_not_ticked_is_left_out_and_told(text):
    upload = read(text)
    assert covers(upload, "Pasted list", CAMDEN)
    assert any("Barnet" in note for note in upload.notes)


def test_postcodes_joined_by_other_signs_are_whole_postcodes():
    upload = read("NW5-2AA\nNW5_2AB\nnw5.2ad\n")
    assert upload.rows["kind"].tolist() == ["postcode"] * 3


def test_a_question_as_heading_says_that_its_answers_are_areas():
    rows = 'A,We cover Camden and Islington\nB,"Camden, mainly Highgate"\n'
    upload = read(f"Organisation,Where do you work?\n{rows}", "x.csv")
    assert covers(upload, "A", CAMDEN, ISLINGTON)
    assert "“mainly Highgate”" in upload.rows["reason"][1]


def test_a_letter_o_never_turns_a_postcode_into_its_district():
    upload = read("N7 OAA\nN7 0AA\nNW5 2AA.\n")
    assert upload.rows["kind"].tolist()[1:] == ["postcode", "postcode"]
    assert "postcode district" not in upload.rows["kind"].tolist()


# Tables


TABLE = "Organisation,Borough,Clients\nHelp,Camden,10\nMind,Islington,20\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (TABLE + "Total,,30\n", "total"),
        (TABLE + "Grand total:,,30\n", "total"),
        (TABLE + "\nSource: survey of partners in May 2024\n* excludes pilots\n", "note"),
        (TABLE + "\nThese figures were gathered by telephone in May\n", "note"),
        (TABLE.replace("Mind", "Organisation,Borough,Clients\nMind"), "header"),
        (TABLE.replace("Help", "---,---,---\nHelp").replace(",", "|"), "header"),
        ("Partners of the council 2024\n\n" + TABLE, "title"),
    ],
)
def test_totals_notes_and_repeated_headings_are_no_organisations(text, why):
    upload = read(text, "x.csv")
    assert upload.actors["actor"].tolist() == ["Help", "Mind"]
    assert outcomes(upload) == ["matched", "matched"]
    assert why in upload.sheet.skipped_rows["why"].tolist()


def test_rows_that_were_left_out_are_told_by_number():
    notes = read(TABLE + "Total,,30\n\nSource: survey\n", "x.csv").notes
    assert "Row 4 was left out: totals." in notes
    assert "Row 6 was left out: a note below the table." in notes


@pytest.mark.parametrize("row", ["Total Care,Brent,5", "Notes Music School,Brent,5", "Mind,,"])
def test_organisations_with_such_names_stay(row):
    upload = read(f"{TABLE}{row}\n", "x.csv")
    assert len(upload.rows) == 3


def test_an_officers_workbook_with_titles_merged_headings_and_totals_is_read():
    content = workbook(
        [],
        [
            ["Camden VCS partners 2024"],
            [],
            ["Organisation", "Where they work", None, "Contact"],
            [None, "Ward", "Borough", "Email"],
            ["Help", "Highgate", "Camden", "a@b.uk"],
            ["Other", "Kentish Town North", "Camden", "a@b.uk"],
            ["Total", 2],
        ],
        merged=("A1:D1", "A3:A4", "B3:C3"),
    )
    upload = read(content, "partners.xlsx")
    assert upload.sheet.sheet == "Sheet2"
    assert outcomes(upload) == ["matched", "matched"]
    assert upload.actors["actor"].tolist() == ["Help", "Other"]
    assert np.array_equal(upload.footprint("Help"), places.get("Highgate, Camden").positions)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("Organisation\tBorough\r\nCafé\tCamden\r\nMind\tIslington\r\n".encode("utf-16"), "a.txt"),
        (
            b"\xef\xbb\xbfsep=;\r\nOrganisation;Borough\r\nCaf\xc3\xa9;Camden\r\nMind;Islington\r\n",
            "a.csv",
        ),
        ('"Organisation,Borough"\n"Café,Camden"\n"Mind,""Islington"""\n', "a.csv"),
        ("|Organisation | Borough |\n|---|---|\n|Café | Camden|\n| Mind | Islington |\n", PASTED),
        ('"ORGANISATION\nNAME","AREA(S)\nCOVERED"\nCafé,Camden\nMind,Islington\n', "a.csv"),
        (
            "Timestamp,Organisation name,Which boroughs do you work in?,Email Address\r\n"
            "03/05/2024 10:00:12,Café,Camden,a@b.uk\r\n"
            "04/05/2024 11:00:12,Mind,Islington,c@d.uk\r\n",
            "Form responses.csv",
        ),
        ("Organisation,Areas\nCafé,Whole of Camden\nMind,Islington only\n", "a.csv"),
        ('Organisation,Areas\nCafé,"• Camden\n"\nMind,1. Islington\n', "a.csv"),
        ("Organisation,Areas\nCafé,Camden (E09000007)\nMind,E09000019 Islington\n", "a.csv"),
    ],
)
def test_a_table_is_read_however_it_was_saved_and_headed(content, name):
    upload = read(content, name)
    assert covers(upload, "Café", CAMDEN)
    assert covers(upload, "Mind", ISLINGTON)
    assert outcomes(upload) == ["matched", "matched"]


@pytest.mark.parametrize("yes", ["x", "X", "Yes", "y", "TRUE", "1", "✓"])
@pytest.mark.parametrize("no", ["", "No", "0", "-"])
def test_a_tick_under_a_borough_says_that_it_is_covered(yes, no):
    rows = f"Help,{yes},{no},{yes}\nMind,{no},{yes},{no}\nNil,{no},{no},{no}\n"
    upload = read(f"Organisation,Camden,LB Islington,Hackney\n{rows}", "x.csv")
    assert covers(upload, "Help", CAMDEN, HACKNEY)
    assert covers(upload, "Mind", ISLINGTON)
    assert outcomes(upload) == ["matched", "corrected", "unmatched"]


def test_a_mark_that_is_none_and_a_misspelt_heading_are_told():
    upload = read("Organisation,Camden,Islingtn,Hackney\nHelp,1,0,1\nMind,0,1,maybe\n", "x.csv")
    assert outcomes(upload) == ["matched", "unmatched"]
    assert "column “Hackney”: we cannot find “maybe”" in upload.rows["reason"][1]
    assert upload.questions["text"].tolist() == ["Islingtn"]


def test_ticks_under_themes_are_the_themes_of_an_organisation():
    rows = "Help,Camden,x,,x\nMind,Islington,,Yes,\n"
    upload = read(f"Organisation,Borough,Food,Housing,Mental health\n{rows}", "x.csv")
    assert upload.actors["themes"].str.lower().tolist() == ["food; mental health", "housing"]


def test_counts_under_boroughs_are_no_ticks():
    upload = read("Organisation,Camden,Hackney\nHelp,1,12\nMind,7,0\n", "x.csv")
    assert "ticked" not in {guess.role for guess in upload.columns.values()}
    assert len(upload.rows) == 2


@pytest.mark.parametrize(
    "cell",
    [
        "Camden/Islington",
        "Camden / Islington",
        "Camden + Islington",
        "Camden - Islington",
        '"Camden\nIslington"',
        '"• Camden\n• Islington"',
        "Camden & Islington",
        "Camden|Islington",
    ],
)
def test_several_boroughs_in_a_cell_may_be_joined_in_any_way(cell):
    upload = read(f"Organisation,Boroughs\nA,{cell}\nB,Hackney\n", "x.csv")
    assert covers(upload, "A", CAMDEN, ISLINGTON)
    assert outcomes(upload) == ["matched", "matched"]


def test_a_misspelt_borough_in_a_joined_cell_leaves_the_others():
    upload = read('Organisation,Boroughs\nA,"Camden, Suthwark and Hackney"\n', "x.csv")
    assert outcomes(upload) == ["ambiguous"]
    assert covers(upload, "A", CAMDEN, HACKNEY)
    assert upload.questions["text"].tolist() == ["Suthwark"]


@pytest.mark.parametrize("cell", ["N/A", "-", "TBC", "none", "n/a", "?"])
def test_a_cell_that_says_nothing_names_no_area(cell):
    upload = read(f"Organisation,Areas\nA,{cell}\nB,Hackney\n", "x.csv")
    assert upload.rows["reason"][0] == "Row 2: no area given."


@pytest.mark.parametrize(
    ("cell", "same"),
    [
        ("NW1-NW3", "NW1; NW2; NW3"),
        ("NW1 to NW3", "NW1; NW2; NW3"),
        ("NW1/NW3", "NW1; NW3"),
        ("NW1 & NW3", "NW1; NW3"),
        ("(N7 0AA)", "N7 0AA"),
        ("NW5 2AA.", "NW5 2AA"),
        ('"NW5 2AA,"', "NW5 2AA"),
        ("NW5-2", "NW5 2"),
    ],
)
def test_postcodes_may_be_joined_ranged_and_punctuated(cell, same):
    upload = read(f"Organisation,Postcodes\nA,{cell}\nB,{same}\n", "x.csv")
    assert np.array_equal(upload.footprint("A"), upload.footprint("B"))
    assert len(upload.footprint("A"))
    assert outcomes(upload) == ["matched", "matched"]


# Points


def around(lat: float, lon: float, radius_m: float) -> np.ndarray:
    east, north = postcodes.TO_DEGREES.transform(lon, lat, direction="INVERSE")
    return index.find_within(east, north, radius_m)


@pytest.mark.parametrize(
    "text",
    [
        "Organisation;Latitude;Longitude;Radius (km)\nA;51,5489;-0,1360;1,5\n",
        "Org name,Latitude (WGS84),Longitude (WGS84),RADIUS (KM)\nA,51.5489,-0.1360,1.5\n",
        'Organisation,Location,Radius\nA,"51.5489, -0.1360",1.5 km\n',
        "Organisation,Lat/Long,Radius (m)\nA,51.5489 -0.1360,1500\n",
        "Organisation,Lat,Long,Distance\nA,51.5489N,0.1360W,1500 metres\n",
        'Organisation,Coordinates,How far?\nA,"51°32\'56.04""N, 0°08\'09.6""W",1500m\n',
        "Organisation,Where,Radius\nA,POINT(-0.1360 51.5489),1500\n",
    ],
)
def test_a_point_and_a_radius_are_read_however_they_are_written(text):
    upload = read(text, "x.csv")
    assert outcomes(upload) == ["matched"]
    assert np.array_equal(upload.footprint("A"), around(51.5489, -0.136, 1_500))


def test_a_grid_reference_with_a_radius_is_a_circle():
    upload = read("Organisation,Grid reference,Radius (km)\nA,TQ 299 804,1\nB,ZZ 1 2,1\n", "x.csv")
    assert np.array_equal(upload.footprint("A"), index.find_within(529_950, 180_450, 1_000))
    assert outcomes(upload) == ["matched", "unmatched"]
    assert "a distance needs a point" in upload.rows["reason"][1]


def test_a_postcode_with_a_radius_is_a_circle_and_without_one_the_postcode():
    upload = read(
        "Organisation,Postcode,Radius (miles)\nA,NW5 2AA,1.5\nB,N1 9GU,\nC,N7 0AA,1\n", "x.csv"
    )
    found = postcodes.find("NW5 2AA")
    circle = index.find_within(found["easting"], found["northing"], 1.5 * 1_609.344)
    assert np.array_equal(upload.footprint("A"), circle)
    assert postcodes.table().name[upload.footprint("B")].tolist() == [b"N1 9GU"]
    assert outcomes(upload) == ["matched"] * 3


def test_a_radius_that_is_none_is_quoted_with_what_to_write():
    upload = read("Organisation,Lat,Long,Radius\nA,51.5,-0.12,10 minute walk\n", "x.csv")
    [reason] = upload.rows["reason"]
    assert "“10 minute walk” is not a distance; write it as 800 m, 1.5 km or 2 miles" in reason


@pytest.mark.parametrize("cell", ["10,000.00", "2019/2020", "9.30 17.30", "3.5/5"])
def test_a_column_of_prices_years_times_or_scores_loses_no_row(cell):
    upload = read(f'Organisation,Xyz,Where\nA,"{cell}",Camden\nB,"{cell}",Brent\n', "x.csv")
    assert outcomes(upload) == ["matched"] * 2


@pytest.mark.parametrize(
    ("radius", "says"),
    [
        ("-inf", "more than 0"),
        ("-1e400", "more than 0"),
        ("-1e400 km", "more than 0"),
        ("0", "more than 0"),
        ("1e400", "“1e400” is not a distance"),
        ("1/0", "“1/0” is not a distance"),
    ],
)
def test_a_radius_without_end_is_told_as_any_other_wrong_one(radius, says):
    upload = read(f"Organisation,Lat,Long,Radius\nA,51.5,-0.12,{radius}\n", "x.csv")
    assert outcomes(upload) == ["unmatched"]
    assert says in upload.rows["reason"][0]


def test_a_grid_reference_counts_in_rows_without_latitude_and_longitude():
    upload = read(
        "Organisation,Grid ref,Lat,Long,Radius (m)\nA,TQ 299 804,,,1000\n"
        "B,TQ 299 804,51.5489,-0.136,1000\nC,,51.5489,-0.136,1000\n"
        "D,ZZ 1 2,,,1000\nE,,x,-0.136,1000\n",
        "x.csv",
    )
    assert np.array_equal(upload.footprint("A"), index.find_within(529_950, 180_450, 1_000))
    for name in ("B", "C"):
        assert np.array_equal(upload.footprint(name), around(51.5489, -0.136, 1_000))
    assert outcomes(upload) == ["matched"] * 3 + ["unmatched"] * 2
    assert "a distance needs a point" in upload.rows["reason"][3]
    assert "a coordinate is missing" in upload.rows["reason"][4]


@pytest.mark.parametrize("cells", ["500,tbc", "far,0.5", "500,", ",0.5"])
def test_of_two_radii_the_one_that_can_be_read_counts(cells):
    upload = read(f"Organisation,Lat,Long,Radius (m),Radius (km)\nA,51.5,-0.12,{cells}\n", "x.csv")
    assert outcomes(upload) == ["matched"]
    assert np.array_equal(upload.footprint("A"), around(51.5, -0.12, 500))


def test_a_radius_that_cannot_be_read_is_told_even_where_others_are_given_one():
    text = b"Organisation,Lat,Long,Radius (km),Radius (m)\nA,51.5,-0.12,far,\nB,51.5,-0.12,,\n"
    upload = footprints.read(text, name="x.csv", radius_m=800)
    assert outcomes(upload) == ["unmatched", "matched"]
    assert "“far”" in upload.rows["reason"][0]


def test_shapes_in_metres_and_degrees_are_told_by_their_numbers():
    box = "POLYGON((529000 184000,530000 184000,530000 185000,529000 185000,529000 184000))"
    upload = read(f'Organisation,Shape\nA,"SRID=27700;{box}"\nB,"{box}"\n', "x.csv")
    assert np.array_equal(upload.footprint("A"), upload.footprint("B"))
    assert outcomes(upload) == ["matched", "matched"]


# Files that are something else


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
GEOJSON = '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null}]}'


@pytest.mark.parametrize(
    ("content", "name", "found", "do"),
    [
        (b"%PDF-1.7", "x.pdf", "a PDF", "pasted into the box"),
        (zipped("word/document.xml"), "x.docx", "a Word document", "pasted into the box"),
        (
            COMPOUND + "EncryptedPackage".encode("utf-16-le"),
            "x.xlsx",
            "locked",
            "without the password",
        ),
        (COMPOUND + "__substg1.0_".encode("utf-16-le"), "x.msg", "Outlook", "paste it"),
        (GEOJSON.encode(), "x.geojson", "without one: points, lines or nothing", "another layer"),
        (b"<?xml version='1.0'?><kml/>", "x.kml", "KML", "geometry as WKT"),
        (zipped("a/wards.shp", "a/wards.dbf"), "x.zip", "a zip with boundaries", "geometry as WKT"),
        (
            b"\x03\x7c\x05\x01\x02\x00\x00\x00\x41\x00\x10\x00"
            + b"\x00" * 20
            + b"NAME\x00\x00\x00\x00\x00\x00\x00C"
            + b"\x00" * 20
            + b"\r Camden",
            "x.dbf",
            ".dbf",
            "save the table as CSV",
        ),
    ],
)
def test_a_file_that_is_no_table_gets_a_sentence_that_says_what_to_do(content, name, found, do):
    with pytest.raises(MappingError) as fault:
        footprints.read(content, name=name)
    assert found in str(fault.value)
    assert do in str(fault.value)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("NW5 2AA", ""),
        ("N7 OAA", "N7 0AA"),
        ("n7-oaa", "N7 0AA"),
        ("NI 9GU", "N1 9GU"),
        ("IO 9GU", None),
    ],
)
def test_a_letter_typed_for_a_digit_of_a_postcode_is_corrected_and_told(typed, meant):
    [row] = read(f"organisation,postcode\nA,{typed}\n", "a.csv").rows.to_dict("records")
    if meant is None:
        assert row["outcome"] == "unmatched"
    else:
        assert row["outcome"] == ("corrected" if meant else "matched")
        assert meant in row["reason"]
