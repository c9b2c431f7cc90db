"""Numbers and sentences: said in plain words, and never more than is known."""

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mapping import overlap, places
from mapping.geography import layers
from mapping.overlap import Fragmentation, Sharing, Straddling
from mapping.places import Place
from mapping.wording import findings, spot_findings
from pages.shared import tables

shares = st.floats(0, 1)
amounts = st.floats(0, 1e8)


def as_number(text: str) -> float:
    """Read a rounded estimate back; "under 100" as half of it."""
    if text == "under 100":
        return 50
    if text.endswith(" million"):
        return float(text.removesuffix(" million")) * 1e6
    return float(text.replace(",", ""))


# --- numbers --------------------------------------------------------------------------------


@given(shares)
def test_a_share_is_never_rounded_to_nothing_or_all(value: float) -> None:
    assume(1e-8 < value < 1 - 1e-8)
    assert findings.share(value) not in ("0%", "-0%", "100%")
    assert tables.percent(value) not in ("0%", "0.0%", "-0.0%", "100%", "100.0%")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0%"),
        (1, "100%"),
        (0.5, "50%"),
        (0.32, "32%"),
        (0.005, "less than 1%"),
        (0.0051, "1%"),
        (1e-6, "less than 1%"),
        (0.995, "more than 99%"),
        (0.994, "99%"),
        (-1e-17, "0%"),
        (1 - 1e-16, "100%"),
    ],
)
def test_a_share_is_written_as_a_percentage(value: float, text: str) -> None:
    assert findings.share(value) == text


@given(shares, shares)
def test_a_larger_share_is_never_written_as_less(one: float, other: float) -> None:
    def rank(value: float) -> float:
        text = findings.share(value)
        ends = {"less than 1%": 0.5, "more than 99%": 99.5}
        return ends.get(text) or float(text.removesuffix("%"))

    low, high = sorted((one, other))
    assert rank(low) <= rank(high)


@given(amounts, amounts)
def test_rounding_keeps_the_order_of_estimates(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert as_number(findings.write_estimate(low)) <= as_number(findings.write_estimate(high))


@given(amounts)
def test_rounding_moves_an_estimate_by_ten_a_hundred_or_half_a_per_cent(value: float) -> None:
    least = 50 if value < 100 else 5 if value < 1_000 else 50
    assert as_number(findings.write_estimate(value)) == pytest.approx(
        value, rel=0.0051, abs=least + 1e-6
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.4, "under 100"),
        (99.9, "under 100"),
        (100, "100"),
        (874, "870"),
        (1_234, "1,200"),
        (210_149, "210,100"),
        (8_800_300, "8.80 million"),
    ],
)
def test_estimates_are_no_more_exact_than_they_are_known(value: float, text: str) -> None:
    assert findings.write_estimate(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "no wards"),
        (1, "one ward"),
        (10, "ten wards"),
        (11, "11 wards"),
        (704, "704 wards"),
        (7_934, "7,934 wards"),
    ],
)
def test_things_are_counted_in_words_up_to_ten(value: int, text: str) -> None:
    assert findings.write_count(value, "ward", "wards") == text


def test_residents_are_always_called_estimated() -> None:
    assert findings.people(1_234) == "about 1,200 residents"
    assert findings.say_share(0.324) == "an estimated 32% of residents"
    assert findings.say_share(0.001) == "less than 1% of residents"
    assert findings.say_share(1.0, "land") == "all the land"
    assert findings.people(1, "postcodes") == "one postcode"
    assert findings.people(12.34, "land") == "12.3 km² of land"
    assert "estimated" in findings.heading("residents")
    assert "estimated" in findings.name_counted("residents")


@given(st.lists(st.text("abc", min_size=1), max_size=9), st.integers(1, 9))
def test_a_list_of_names_says_how_many_more_there_are(names: list[str], most: int) -> None:
    text = findings.join_names(names, most)
    if len(names) > most:
        assert text.endswith(f"and {findings.number(len(names) - most)} more")
    elif len(names) > 1:
        assert text == ", ".join(names[:-1]) + f" and {names[-1]}"
    else:
        assert text == "".join(names)


@given(st.floats(allow_nan=True, allow_infinity=False))
def test_a_missing_number_is_a_dash_in_a_table(value: float) -> None:
    for written in (tables.write_whole, tables.percent, tables.ratio):
        assert (written(value) == "–") == pd.isna(value)


# --- sentences ------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 2, 28])
def test_a_place_s_sentence_names_it_and_counts_its_partner_sets(count: int) -> None:
    camden = places.get("Camden")
    chosen = layers.partners(camden)
    said = findings.place_finding(camden, chosen, Fragmentation(count, 1.0), Sharing())
    assert "Camden" in said
    assert said.endswith(".")
    assert ("combinations of" in said) == (count > 1)
    assert ("No other council area" in said) == (count == 1)
    assert ("too few to say" in said) == (count == 0)


def test_districts_that_share_all_partners_are_named_with_the_right_verb() -> None:
    oldham = places.get("Oldham")
    chosen = layers.partners(oldham)
    one = Fragmentation(1, 1.0)
    said = [
        findings.place_finding(oldham, chosen, one, Sharing(names, more))
        for names, more in [
            (("Bury",), 0),
            (("Bury",), 1),
            (("Bolton", "Bury", "Wigan", "Salford"), 2),
            (("Bolton", "Bury"), 2),
        ]
    ]
    ends = [
        ". Bury has the same seven.",
        ". Bury has the same seven; it has other partners as well.",
        ". Four other council areas, including Bolton, Bury and Wigan, have the same seven; two of "
        "them have other partners as well.",
        ". Bolton and Bury have the same seven; all of them have other partners as well.",
    ]
    assert [text[-len(end) :] for text, end in zip(said, ends, strict=True)] == ends


def test_districts_that_share_partners_have_their_article() -> None:
    one, cardiff = Fragmentation(1, 1.0), places.get("Cardiff")
    said = findings.sets_finding(cardiff, one, 0, Sharing(("Vale of Glamorgan",)))
    assert said.endswith(". The Vale of Glamorgan has it too.")


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("Camden", "sub-regional partnership. No other council area has the same five."),
        ("Surrey", "; which of 11 district councils they have depends on where they live."),
        ("Greater Manchester", "; which of ten councils they have depends on where they live."),
    ],
)
def test_the_council_that_people_have_is_told_where_it_differs(name, ending) -> None:
    place = places.get(name)
    chosen = [layer for layer in layers.partners(place) if layer.key != "borough"]
    said = findings.place_finding(place, chosen, Fragmentation(1, 1.0), Sharing())
    assert said.endswith(ending)


def test_the_dates_of_maps_are_told_the_newest_first() -> None:
    chosen = [layers.get(key) for key in ("police_force", "icb", "fire_service")]
    assert findings.say_dates(chosen) == (
        "Boundary maps used here: integrated care boards, April 2026; police forces and fire "
        "services, May 2025."
    )
    assert findings.say_dates([]) == ""
    editions = [layers.get("borough@2027"), layers.get("borough"), layers.get("icb@2022")]
    assert findings.say_dates(editions) == (
        "Boundary maps used here: council areas, from April 2027 on, as known in 2026; council "
        "areas, May 2025; integrated care boards, July 2022."
    )


def test_a_place_without_partners_says_that_nothing_is_known() -> None:
    said = findings.place_finding(places.get("Moray"), [], Fragmentation(0, 0.0), Sharing())
    assert said == "We have no record of who serves Moray."


@pytest.mark.parametrize("by", ["residents", "postcodes", "land"])
def test_the_worst_pair_is_named_with_its_share(by: str) -> None:
    a, b = layers.get("icb"), layers.get("subregional_partnership")
    said = findings.worst_finding(a, b, 0.32, by)
    assert "32%" in said
    assert a.plural.lower() in said.lower()
    assert b.plural in said
    assert findings.say_share(0.32, by) in said
    assert "all fit together" in findings.worst_finding(a, b, 0.0, by)


@pytest.mark.parametrize(
    ("torn", "beginning"),
    [
        (Straddling(123, 281, 0.078, 0), "123 of 281 postcode districts in"),
        (Straddling(1, 281, 0.01, 0), "1 of 281 postcode districts in"),
        (Straddling(1, 1, 0.5, 0), "The only postcode district in"),
        (Straddling(0, 1, 0.0, 0), "All of"),
        (
            Straddling(0, 0, 0.0, 0),
            "Nowhere in Greater London is covered by both a postcode",
        ),
        (Straddling(0, 9, 0.0, 0), "Every postcode district in"),
    ],
)
def test_straddling_is_said_for_one_for_many_and_for_none(torn: Straddling, beginning: str) -> None:
    a, b = layers.get("postal_district"), layers.get("borough")
    said = findings.straddle_finding(places.get("Greater London"), a, b, torn, "residents")
    assert said.startswith(beginning)
    assert ("crosses" in said) == (torn.units == 1)
    assert said.endswith(".")


def test_what_is_said_of_straddling_is_what_was_counted() -> None:
    london = places.get("Greater London")
    a, b = layers.get("postal_district"), layers.get("borough")
    torn = overlap.straddling(overlap.cross_table(london, a, b))
    said = findings.straddle_finding(london, a, b, torn, "residents")
    assert said.startswith("123 of 281 postcode districts in Greater London cross a council area")
    assert "an estimated 8% of residents live outside the council area that covers most" in said


def units_at(*rows: tuple[str, str, str, bool, float]) -> pd.DataFrame:
    columns = ["layer", "title", "code", "name", "here", "distance_m"]
    return pd.DataFrame([(r[0], r[0].title(), *r[1:]) for r in rows], columns=columns)


def test_a_spot_says_how_many_cover_it_and_the_nearest_line() -> None:
    found = units_at(
        ("ward", "1", "Here", True, 0),
        ("icb", "", "none", True, 0),
        ("ward", "2", "Far", False, 140),
        ("ward", "3", "Near", False, 40),
    )
    said = spot_findings.spot_finding("N1 9GU", found, 1)
    assert said.startswith("One organisation on record covers N1 9GU. It is close to a boundary: ")
    assert "Near (ward) starts 40 m away" in said
    assert "Far" not in said
    quiet = spot_findings.spot_finding("N1 9GU", found[found["here"]], 7, 2)
    assert quiet.startswith("Seven organisations and two ward-level teams on record cover N1 9GU. ")
    assert quiet.endswith("None of their boundaries is within 150 m.")


@pytest.mark.parametrize(("sets", "shared"), [(1, 0), (2, 0), (28, 1), (28, 5)])
def test_sets_are_counted_with_those_that_districts_share(sets: int, shared: int) -> None:
    counted = Fragmentation(sets, 1.1, 1.0 if sets == 1 else 0.2)
    said = findings.sets_finding(places.get("Camden"), counted, shared)
    assert "Camden" in said
    assert "1 sets" not in said
    if sets == 1:
        assert said == "Everyone in Camden has the same partner set."
        one = Fragmentation(1, 1.0)
        alone = findings.sets_finding(places.get("Camden"), one, 0, Sharing())
        assert alone == f"{said} No other council area has it."
        two = findings.sets_finding(places.get("Camden"), one, 0, Sharing(("Barnet", "Brent"), 0))
        assert two == f"{said} Barnet and Brent have it too."
    else:
        assert findings.number(sets) in said.lower()
        assert ("in two or more council areas" in said) == (shared > 0)


def test_units_that_no_line_tears_are_said_to_be_left_out() -> None:
    a, b = layers.get("fire_service"), layers.get("police_force")
    place = places.get("Great Britain")
    cross = overlap.cross_table(place, a, b)
    torn = overlap.straddling(cross, overlap.large_units(cross))
    said = findings.made_of_finding(a, b, torn)
    assert said.endswith("splits it." if torn.made_of == 1 else "splits them.")
    assert "made up of whole police forces" in said
    assert findings.made_of_finding(a, b, torn._replace(made_of=0)) == ""


def test_everyone_is_said_only_of_everyone() -> None:
    camden, chosen = places.get("Camden"), layers.partners(places.get("Camden"))
    most = Fragmentation(1, 1.1, 0.98)
    for said in (
        findings.place_finding(camden, chosen, most, Sharing()),
        findings.sets_finding(camden, most, 0),
    ):
        assert said.startswith("Nearly everyone in Camden (98%)")
    nobody = findings.sets_finding(camden, Fragmentation(0, 1.0, 1.0), 0)
    assert nobody.startswith("Fewer than 100 people live in Camden")


LIVING = re.compile(r"\b(live|lives|residents?|everyone|people|their|theirs)\b", re.I)
"""Words that are true of people alone."""
THREE = (("county", "greater-london"), ("borough", "E06000023"), ("ward", "E05013664"))


def pairs_of(place: places.Place) -> list[tuple[layers.Layer, layers.Layer]]:
    keys = ("ward", "postal_district", "borough", "police_force")
    return [(layers.get(a), layers.get(b)) for a in keys for b in keys if a != b]


@pytest.mark.parametrize("by", ["postcodes", "land"])
@pytest.mark.parametrize(("kind", "code"), THREE)
def test_no_sentence_about_postcodes_or_land_speaks_of_people(
    kind: str, code: str, by: str
) -> None:
    place = places.at(kind, code)
    chosen = layers.partners(place)
    sets = overlap.fragmentation(overlap.partner_sets(place, chosen, by=by))
    said = [
        findings.place_finding(place, chosen, sets, Sharing(), by),
        findings.place_finding(place, chosen, sets._replace(sets=1, largest=0.98), Sharing(), by),
        findings.sets_finding(place, sets, 2, Sharing(), by),
        findings.sets_finding(place, sets._replace(sets=2, largest=0.98), 0, None, by),
        findings.reach_finding(place, overlap.two_way_shares(place, chosen, by=by), by),
    ]
    for a, b in pairs_of(place):
        cross = overlap.cross_table(place, a, b, by=by)
        torn = overlap.straddling(cross)
        said += [
            findings.straddle_finding(place, a, b, torn, by),
            findings.made_of_finding(a, b, torn),
            findings.residual_finding(a, b, cross, by),
            findings.worst_finding(a, b, 0.32, by),
        ]
    for sentence in said:
        assert not LIVING.search(sentence), sentence
        assert "land lie " not in sentence
        assert "postcodes lies" not in sentence
        assert not sentence or (sentence[0].isupper() or sentence[0].isdigit())
        assert not sentence or sentence.endswith(".")


def test_partner_sets_are_had_by_whatever_is_counted() -> None:
    bristol = places.get("Bristol")
    chosen = [layer for layer in layers.partners(bristol) if layer.key != "borough"]
    for by, whole, most in (
        ("residents", "Everyone in Bristol has", "Nearly everyone in Bristol (98%) has"),
        (
            "postcodes",
            "All postcodes in Bristol have",
            "Nearly all postcodes in Bristol (98%) have",
        ),
        ("land", "All land in Bristol has", "Nearly all land in Bristol (98%) has"),
    ):
        one, nearly = Fragmentation(1, 1.0), Fragmentation(1, 1.1, 0.98)
        said = findings.place_finding(bristol, chosen, one, Sharing(), by)
        assert said.startswith(f"{whole} the same strategic authority, police force, fire service")
        assert findings.place_finding(bristol, chosen, nearly, Sharing(), by).startswith(most)
        has = "has the same partner" if by != "postcodes" else "have the same partner"
        assert has in findings.sets_finding(bristol, one, 0, None, by)


def test_a_share_that_is_not_of_residents_says_of_what_it_is() -> None:
    bristol = places.get("Bristol")
    police = [layers.get("police_force")]
    for by, beginning in (
        ("residents", "Bristol has an estimated 27% of the residents in the area of Avon and"),
        ("land", "Bristol has 2% of the land in the area of Avon and"),
        ("postcodes", "Bristol has 23% of the postcodes in the area of Avon and"),
    ):
        shares = overlap.two_way_shares(bristol, police, by=by)
        assert findings.reach_finding(bristol, shares, by).startswith(beginning)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            "E05013664",
            "Kentish Town South is one ward, so no partner boundary runs through it. Choose Camden "
            "to see where boundaries differ.",
        ),
        ("E05009291", "runs through it. Choose the City of London to see where"),
    ],
)
def test_a_single_ward_says_to_choose_its_council(code: str, sentence: str) -> None:
    ward = places.at("ward", code)
    for a, b in (("ward", "postal_district"), ("icb", "borough"), ("postal_district", "ward")):
        torn = overlap.straddling(overlap.cross_table(ward, layers.get(a), layers.get(b)))
        said = findings.straddle_finding(ward, layers.get(a), layers.get(b), torn, "residents")
        assert sentence in said.replace(" (only postcode district boundaries do)", "")


def test_areas_that_are_in_no_unit_of_the_other_map_are_said_to_be(camden) -> None:
    wards = layers.get("ward")
    own = wards.codes[np.unique(wards.at(camden.positions))]
    frame = pd.DataFrame({"area": own[1:], "team": [f"T{i % 4}" for i in range(len(own) - 1)]})
    facts = {"areas": "area", "units": "team", "title": "Team", "scale": "hyperlocal"}
    team = layers.from_lookup(frame, **facts)
    torn = overlap.straddling(overlap.cross_table(camden, wards, team))
    assert (torn.of, torn.in_none) == (len(own) - 1, 1)
    said = findings.straddle_finding(camden, wards, team, torn, "residents")
    assert said == (
        "No ward in Camden crosses a team boundary; one ward is outside any team, wholly or in "
        "part."
    )
    post = layers.get("postal_district")
    torn = overlap.straddling(overlap.cross_table(camden, post, team))
    said = findings.straddle_finding(camden, post, team, torn, "residents")
    assert said.endswith("; one postcode district is outside any team, wholly or in part.")


def test_what_tears_the_small_areas_of_a_single_ward_is_still_said() -> None:
    ward = places.at("ward", "E05013664")
    said = findings.straddle_finding(
        ward, layers.get("lsoa"), layers.get("postal_district"), Straddling(3, 6, 0.1, 0), "land"
    )
    assert said.startswith("3 of 6 small census areas in Kentish Town South cross a postcode")


def test_a_place_that_is_one_area_itself_is_not_said_to_be_made_of_what_its_edge_cuts() -> None:
    nw5, a, b = places.get("NW5"), layers.get("postal_district"), layers.get("ward")
    torn = overlap.straddling(overlap.cross_table(nw5, a, b))
    said = findings.straddle_finding(nw5, a, b, torn, "residents")
    assert said == "All of NW5 is in one postcode district, which covers several whole wards."


def test_amounts_too_small_for_a_decimal_and_few_residents_are_said_so() -> None:
    assert findings.people(0.0018, "land") == "under 0.1 km² of land"
    assert findings.people(0.0, "land") == "0.0 km² of land"
    assert findings.people(1.2) == "under 100 residents"


def test_a_set_that_most_have_is_said_to_be_theirs() -> None:
    said = findings.sets_finding(places.get("Camden"), Fragmentation(2, 1.1, 0.99), 0)
    assert said == (
        "Camden has two different partner sets; an estimated 99% of residents have the same one."
    )


def test_lines_are_described_whoever_draws_them() -> None:
    a, b, nan = layers.get("icb"), layers.get("borough"), float("nan")
    assert findings.line_finding(a, b, nan, nan).startswith(
        "No integrated care board boundary and no "
    )
    assert findings.line_finding(a, b, 0.5, nan).startswith("Only integrated care board boundaries")
    assert findings.line_finding(a, b, nan, 0.5).startswith("Only council area boundaries")
    both = findings.line_finding(a, b, 1.0, 0.25)
    assert both == (
        "Of the length of integrated care board boundaries, 100% is also a council area boundary; "
        "of council area boundaries, 25% is also an integrated care board boundary."
    )


def test_a_layer_past_its_date_is_said_to_be() -> None:
    before = layers.get("icb", edition=2022)
    assert "31 March 2026" in findings.say_past_date([before], date(2026, 4, 1))
    assert findings.say_past_date([before], date(2026, 3, 31)) == ""
    assert findings.say_past_date([layers.get("icb")], date(2026, 11, 29)) == ""


def test_a_partner_is_told_by_the_name_of_its_body() -> None:
    burnley, moray = places.get("Burnley"), places.get("Moray")
    chosen = [layers.get(key) for key in ("county", "combined_authority", "police_force")]
    said = findings.reach_finding(burnley, overlap.two_way_shares(burnley, chosen))
    assert "residents in the area of Lancashire County Council, " in said
    assert "in that of the Lancashire Combined County Authority " in said
    assert said.endswith("in that of Lancashire Constabulary.")
    boards = overlap.two_way_shares(moray, [layers.get("health_board")])
    assert findings.reach_finding(moray, boards).endswith("in the area of NHS Grampian.")
    gla = layers.get("combined_authority")
    code = gla.codes[gla.names == "Greater London Authority"][0]
    named = findings.name_body("combined_authority", code, "Greater London Authority")
    assert named == "the Greater London Authority"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Isle of Wight", "the Isle of Wight"),
        ("West of England", "the West of England"),
        ("Scottish Borders", "the Scottish Borders"),
        ("South West", "the South West"),
        ("City of London", "the City of London"),
        ("Camden", "Camden"),
        ("Northumberland", "Northumberland"),
        ("South Westminster", "South Westminster"),
    ],
)
def test_names_have_their_article_within_a_sentence(name: str, said: str) -> None:
    assert findings.name_place(Place("borough", "", name)) == said


def test_a_single_ward_that_only_the_post_divides_is_told_so() -> None:
    ward, a, b = places.at("ward", "E05013654"), layers.get("ward"), layers.get("postal_district")
    torn = overlap.straddling(overlap.cross_table(ward, a, b))
    said = findings.straddle_finding(ward, a, b, torn, "residents")
    assert "runs through it (only postcode district boundaries do). Choose" in said


# --- what is said first of partners ---------------------------------------------------------


def say_first(place: Place) -> str:
    """Say of a place's partners what Mismatches says first where nothing was chosen."""
    chosen = layers.partners(place)
    scores = overlap.matrix(place, chosen)
    scores = scores[scores["coverage"] > 0].sort_values("mismatch", ascending=False)
    if scores["mismatch"].iloc[0] > 0:
        pair = [layers.get(key) for key in scores[["a", "b"]].iloc[0]]
        torn = overlap.straddling(overlap.cross_table(place, *pair))
        return findings.straddle_finding(place, *pair, torn, "residents")
    dividing = [one for one in chosen if len(layers.find_present(place, one)) > 1]
    if not dividing:
        return findings.agreement_finding(place, chosen)
    cross = overlap.cross_table(place, layers.get("borough"), dividing[0])
    return findings.divided_finding(place, chosen, dividing[0], cross, "residents")


def test_of_every_district_the_first_sentence_is_about_bodies() -> None:
    posts = [layers.get(key).noun for key in ("postal_district", "postal_sector", "ward", "lsoa")]
    said = {}
    for code in layers.get("borough").codes:
        place = places.at("borough", str(code))
        said[code] = say_first(place)
        assert findings.name_place(place).lower() in said[code].lower()
    assert len(said) == 350
    assert not [text for text in said.values() if re.search("|".join(posts), text)]
    meet = {code for code, text in said.items() if " is split between " in text}
    assert meet >= {"E06000060", "E06000063", "E06000064", "E06000065", "E07000180"}
    assert said["E08000004"] == (
        "The council and all six of its partners on record cover the whole of Oldham: none of "
        "their boundaries runs through it."
    )
