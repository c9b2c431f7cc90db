"""Names as people type them: without accents, in another language, with "Council" or "LB"."""

import random

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mapping import places
from mapping.atoms import postcodes
from mapping.errors import AmbiguousPlaceError, MappingError
from mapping.geocode import gazetteer, spelling
from mapping.geography import layers

ROWS = gazetteer.rows()
CAMDEN, YORK, OLDHAM = ("borough", "E09000007"), ("borough", "E06000014"), ("borough", "E08000004")
SURREY, DURHAM = ("county", "E10000030"), ("borough", "E06000047")
LONDON_CITY, BORDERS = ("borough", "E09000001"), ("borough", "S12000026")
KENSINGTON, KINGSTON = ("borough", "E09000020"), ("borough", "E09000021")
HULL, BRISTOL = ("borough", "E06000010"), ("borough", "E06000023")
ST_HELENS, LYNN = ("borough", "E08000013"), ("borough", "E07000146")
BRITAIN = ("britain", "gb")
MEANT = {
    CAMDEN: [
        "Camden Council",
        "London Borough of Camden",
        "LB Camden",
        "LBC Camden",
        "LB of Camden",
        "Camden LBC",
        "Camden London Borough Council",
        "The London Borough of Camden",
        "Camden, London Borough of",
        "Camden, London",
        "Camden (London)",
        "CAMDEN , LONDON",
        "Camden - London",
        "Camden – Greater London",
        "Camden\nLondon",
        "Camden, London, UK",
        "Camden (council area)",
        "  camden.",
        "Camden,",
        "“Camden”",
        "Cam\u00adden",
        "Camden\u00a0Council",
        "Camden  Borough  Council",
        "e09000007",
        "E09000007.",
    ],
    KENSINGTON: [
        "Royal Borough of Kensington & Chelsea",
        "RB Kensington and Chelsea",
        "RBKC",
        "Kensington & Chelsea, London",
        "Royal Borough Kensington and Chelsea Council",
    ],
    KINGSTON: ["RB Kingston", "LB Kingston", "Kingston, London", "Kingston-upon-Thames Council"],
    LONDON_CITY: [
        "City of London",
        "London, City of",
        "City of London Corporation",
        "the City of London",
        "Corporation of London",
        "City of London, London",
    ],
    YORK: ["City of York Council", "York Council", "City of York", "YORK CITY COUNCIL"],
    ("borough", "E09000033"): ["City of Westminster", "Westminster City Council"],
    OLDHAM: [
        "Oldham MBC",
        "Metropolitan Borough of Oldham",
        "Oldham Metropolitan Borough Council",
        "Oldham, Greater Manchester",
        "Oldham (Greater Manchester CA)",
        "Oldham, North West",
    ],
    SURREY: [
        "Surrey County Council",
        "Surrey CC",
        "County of Surrey",
        "Surrey, County of",
        "Surrey (county)",
        "Surrey Council",
        "Surrey, England",
    ],
    DURHAM: [
        "Durham",
        "County Durham",
        "Co. Durham",
        "Durham County Council",
        "Durham, County",
        "Durham CC",
        "County of Durham",
        "Durham Council",
    ],
    ST_HELENS: [
        "St. Helens",
        "St Helens",
        "Saint Helens",
        "Saint Helens, Merseyside",
        "St. Helens MBC",
        "ST.HELENS",
    ],
    HULL: ["Hull", "Kingston upon Hull, City of", "Hull City Council", "Kingston-upon-Hull"],
    BRISTOL: ["Bristol, City of", "City and County of Bristol", "Bristol City Council"],
    ("borough", "E06000019"): ["Herefordshire, County of", "Herefordshire County Council"],
    LYNN: [
        "King’s Lynn & West Norfolk",
        "Kings Lynn and West Norfolk BC",
        "King‘s Lynn and West Norfolk",
        "King´s  Lynn-and-West-Norfolk",
    ],
    BRITAIN: [
        "UK",
        "the UK",
        "United Kingdom",
        "Britain",
        "GB",
        "Great Britain",
        "Great Britain (England, Scotland and Wales)",
    ],
    BORDERS: ["the Borders", "Borders", "Scottish Borders Council", "Na Crìochan"],
    ("combined_authority", "west-midlands"): [
        "West Midlands Combined Authority",
        "WMCA",
        "West Midlands (strategic authority)",
    ],
    ("combined_authority", "greater-manchester"): ["Greater Manchester CA", "GMCA"],
    ("combined_authority", "north-east"): ["North East Combined Authority", "North East CA"],
    ("region", "E12000001"): ["North East region", "North East England", "north-east (region)"],
    ("county", "E10000017"): ["Lancashire County Council", "Lancs CC", "Lancashire (county)"],
    ("county", "E10000015"): ["Herts County Council", "Herts CC", "Hertfordshire CC"],
    ("borough", "E06000065"): ["N Yorks Council", "North Yorkshire County Council", "N. Yorks"],
    ("borough", "E08000021"): ["Newcastle, Tyne and Wear", "Newcastle-upon-Tyne City Council"],
    ("borough", "E07000195"): ["Newcastle, Staffordshire", "Newcastle-under-Lyme Borough Council"],
    ("borough", "W06000001"): [
        "Cyngor Sir Ynys Môn",
        "Isle of Anglesey County Council",
        "Anglesey",
        "Ynys Mon, Cymru",
    ],
    ("borough", "W06000011"): ["City and County of Swansea", "Abertawe - Swansea"],
    ("borough", "W06000006"): ["Cyngor Bwrdeistref Sirol Wrecsam", "Wrexham County Borough"],
    ("borough", "S12000013"): ["Comhairle nan Eilean Siar", "Western Isles Council"],
    ("borough", "S12000017"): ["The Highland Council", "the Highlands", "A’ Ghàidhealtachd"],
    ("borough", "S12000049"): ["Glasgow", "City of Glasgow", "Glasgow City Council"],
    ("borough", "S12000036"): ["City of Edinburgh Council", "Edinburgh", "Dùn Eideann"],
    ("borough", "E06000058"): ["Bournemouth Christchurch & Poole Council", "BCP Council"],
    ("ward", "E05013661"): [
        "Highgate Ward, Camden",
        "Highgate ward, London Borough of Camden",
        "Highgate (ward of Camden)",
        "Highgate, Camden, London",
    ],
    ("ward", "E05009699"): ["Gedling, Gedling", "Gedling (ward of Gedling)", "Gedling (ward)"],
    ("postal_district", "NW5"): ["nw5", "NW5.", "NW5 (postcode district)", "nw5 postcode district"],
}
"""What names as they stand in real files mean: kind and code, and the ways to type it."""

OTHER_NAMES = pd.read_csv(postcodes.DATA / "other_names.csv", dtype=str, keep_default_na=False)


@pytest.mark.parametrize("row", list(OTHER_NAMES.itertuples()), ids=lambda row: row.other_name)
def test_every_other_name_finds_its_place_first_with_and_without_accents(row):
    expected = places.at(row.kind, row.code)
    for typed in (row.other_name, spelling.fold(row.other_name), row.other_name.upper()):
        assert places.get(typed) == expected
        assert places.search(typed)[0] == expected


@pytest.mark.parametrize(
    ("typed", "meant"), [(typed, meant) for meant, some in MEANT.items() for typed in some]
)
def test_a_name_as_people_type_it_finds_what_it_means_first(typed, meant):
    assert places.get(typed) == places.at(*meant)
    assert places.search(typed)[0] == places.at(*meant)


@pytest.mark.parametrize(
    "typed",
    [
        "LBC",
        "LB Oldham",
        "City of Durham",
        "Durham City Council",
        "County of Aberdeen",
        "Lincoln County Council",
        "Oldham, Lancashire",
        "Camden, Islington",
        "Highgate, Barnet",
        "King’s Lynn",
        "London Council",
        "Newcastle",
        "Surrey Combined Authority",
        "Council",
        "Camden County Council",
        "London Borough of",
        "Leeds ward of",
        "Stoke, London",
    ],
)
def test_a_name_that_nothing_has_is_never_guessed(typed):
    with pytest.raises(MappingError) as fault:
        places.get(typed)
    assert not isinstance(fault.value, AmbiguousPlaceError)


@pytest.mark.parametrize(
    ("typed", "candidates"),
    [
        ("Kingston", {HULL, KINGSTON}),
        ("Newcastle City Council", {("borough", "E08000021")}),
        ("Highgate ward", {("ward", "E05013661")}),
        ("the North East", {("region", "E12000001")}),
        ("Lancs", {("county", "E10000017")}),
        ("Richmond", {("borough", "E09000027")}),
    ],
)
def test_a_name_that_may_mean_different_places_is_answered_with_all_of_them(typed, candidates):
    with pytest.raises(AmbiguousPlaceError) as fault:
        places.get(typed)
    found = {(place.kind, place.code) for place in fault.value.candidates}
    assert candidates < found


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Camdn Council", CAMDEN),
        ("LB Camdn", CAMDEN),
        ("Oldham, Lancashire", OLDHAM),
        ("LB Oldham", OLDHAM),
        ("King’s Lynn", LYNN),
        ("Richmond", ("borough", "E09000027")),
        ("highgate, barnet", ("ward", "E05013592")),
        ("E09000007", CAMDEN),
        ("Metropolitan Borough of Oldam", OLDHAM),
        ("Oldam, Greater Manchester", OLDHAM),
    ],
)
def test_a_search_suggests_what_may_be_meant_by_a_name_that_nothing_has(typed, first):
    assert (places.search(typed)[0].kind, places.search(typed)[0].code) == first


def test_a_name_in_northern_ireland_is_told_with_council_behind_it_as_well():
    names = [
        "Belfast City Council",
        "Derry",
        "Northern Ireland, UK",
        "County Antrim",
        "Mid Ulster District Council",
        "Newry, Mourne & Down",
    ]
    for typed in names:
        is_named = "northern ireland" in typed.lower()
        said = "covers England, Scotland and Wales" if is_named else "is in Northern Ireland"
        with pytest.raises(MappingError, match=said):
            places.search(typed)


def test_the_united_kingdom_says_that_northern_ireland_is_not_in_it():
    assert places.search("United Kingdom")[0].label == "Great Britain (England, Scotland and Wales)"


@pytest.mark.parametrize("kind", gazetteer.KINDS)
def test_every_own_name_and_label_finds_its_place(kind):
    some = [row for row in ROWS if row[0] == kind]
    if kind in ("ward", "postal_district"):
        some = random.Random(2).sample(some, 500)
    for _, code, name in some:
        place = places.at(kind, code)
        assert (kind, code) in gazetteer.find_named(name, kind)
        for typed in (name.upper(), name.replace("-", " "), f" {name}. ", f"The {name}"):
            assert (kind, code) in gazetteer.find_named(typed, kind)
        assert place in _meant_by(place.label)
        assert any(found.name == name for found in places.search(name, limit=40))


def _meant_by(typed: str) -> list[places.Place]:
    try:
        return [places.get(typed)]
    except AmbiguousPlaceError as fault:
        return fault.candidates


def test_every_council_is_found_by_what_it_calls_itself():
    county = {code for kind, code, _ in ROWS if kind == "county"}
    for kind, code, name in ROWS:
        place = (kind, code)
        if kind in ("borough", "county"):
            assert gazetteer.find_named(f"{name} Council") == [place]
        if kind == "borough" and place != LONDON_CITY:
            assert gazetteer.find_named(f"{name} Borough Council") == [place]
        if kind == "county" and code in county:
            assert gazetteer.find_named(f"{name} County Council") == [place]
        if code.startswith("E09") and code != LONDON_CITY[1]:
            assert gazetteer.find_named(f"London Borough of {name}") == [place]
            assert gazetteer.find_named(f"{name}, Greater London") == [place]
        if kind == "combined_authority":
            assert gazetteer.find_named(f"{name} Combined Authority") == [place]


def test_a_ward_with_its_district_names_wards_of_that_name_in_that_district():
    facts = layers.wards().set_index("code")
    names = facts.groupby(["lad_code", facts["name"].map(spelling.key)]).size()
    for code, ward in facts.sample(500, random_state=3).iterrows():
        for typed in (
            f"{ward['name']} ward, {ward['lad_name']}",
            f"{ward['name']} (ward of {ward['lad_name']})",
        ):
            found = gazetteer.find_named(typed)
            assert ("ward", code) in found
            assert {facts.loc[one, "lad_code"] for _, one in found} == {ward["lad_code"]}
            assert len(found) == names[ward["lad_code"], spelling.key(ward["name"])]


@given(st.text(max_size=40) | st.sampled_from([n for some in MEANT.values() for n in some]))
@example("Camden, London Borough of")
@example("𝜜")
@example(" - , ( Ward of ward of , of")
def test_the_first_reading_is_the_key_and_every_reading_is_written_as_one(text):
    found = list(spelling.readings(text))
    assert found[0] == spelling.Reading(spelling.key(text))
    for reading in found:
        assert spelling.key(reading.key) == reading.key
        assert all(spelling.key(one) == one != "" for one in reading.within)
        assert reading.kinds <= set(gazetteer.KINDS)


def test_long_texts_and_long_lists_are_not_read_for_more_than_their_words():
    for text in ("a, " * 10_000, "council " * 10_000, "the " * 10_000, "x" * 20_000):
        assert len(list(spelling.readings(text))) < 50


@pytest.mark.parametrize("typed", ["Ynys Môn", "Ynys Mon", "ynys mo", "Anglesey", "anglese"])
def test_anglesey_is_found_before_the_wards_that_share_its_name(typed):
    assert places.search(typed)[0] == places.at("borough", "W06000001")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Wight", "Isle of Wight"),
        ("wigh", "Isle of Wight"),
        ("Scilly", "Isles of Scilly"),
        ("scil", "Isles of Scilly"),
        ("isle of wi", "Isle of Wight"),
        ("edinb", "City of Edinburgh"),
    ],
)
def test_what_stands_after_isle_of_begins_the_name(typed, name):
    assert places.search(typed)[0].name == name


def test_no_other_name_is_that_of_another_council_or_larger_place():
    rows = gazetteer.list_places()
    large = rows[~rows["kind"].isin(["ward", "postal_district"])]
    keys = {spelling.key(n): (k, c) for k, c, n in large.itertuples(index=False)}
    for kind, code, other in OTHER_NAMES[["kind", "code", "other_name"]].itertuples(index=False):
        assert keys.get(spelling.key(other), (kind, code)) == (kind, code)


def test_every_other_name_belongs_to_a_place_and_stands_once():
    rows = gazetteer.list_places()
    known = set(rows[["kind", "code"]].itertuples(index=False, name=None))
    assert set(OTHER_NAMES[["kind", "code"]].itertuples(index=False, name=None)) <= known
    assert not OTHER_NAMES["other_name"].duplicated().any()


LATIN = st.text(st.characters(max_codepoint=0x24F), max_size=30)


@given(LATIN | st.sampled_from(gazetteer.list_places()["name"].tolist()))
@example("Saint-Ives & Saint Blaise")
def test_a_key_is_its_own_key_and_has_no_accents_or_capitals(text):
    key = spelling.key(text)
    assert spelling.key(key) == key
    assert spelling.fold(key) == key


def test_newer_codes_of_districts_find_the_district():
    aliases = pd.read_csv(postcodes.DATA / "code_aliases.csv", dtype=str)
    assert len(aliases)
    for newer, known in aliases[["code", "alias_of"]].itertuples(index=False):
        assert places.at("borough", newer) == places.get(newer) == places.at("borough", known)
        assert places.get(newer, "borough").code == known
        linked = places.at("union", f"borough.{newer}+borough.E09000007")
        assert linked == places.union([places.at("borough", known), places.get("Camden")])


def test_a_code_without_an_alias_stays_as_it_is():
    assert gazetteer.translate_code("E09000007") == "E09000007"
    assert gazetteer.translate_code("E08000038") == "E08000016"
