"""Every page launches for every kind of place and every lens, and says what it found."""

import re

import pytest
from shown import PAGES, PLACES, WITH_AREAS, opened, seen, unmapped

from mapping import overlap, places
from mapping.geography import layers
from mapping.wording import findings
from pages.shared import layout


@pytest.mark.parametrize("code", PLACES.values(), ids=PLACES)
def test_every_page_opens_for_a_place_with_one_sentence_about_it(code: str) -> None:
    name = places.at(*code.split(".", 1)).name
    shown = opened(place=code)
    for page in PAGES:
        shown.turn_to(page)
        assert shown.notes == []
        if page in WITH_AREAS:
            assert name in shown.finding
            assert len(shown.maps()) == 1
        assert shown.finding.endswith(".")
        assert shown.chosen() == {"place": code}


@pytest.mark.parametrize("by", ["postcodes", "land"])
@pytest.mark.parametrize("name", ["Greater London", "Moray", "NW5"])
def test_every_page_opens_through_every_lens_and_names_what_it_counts(name: str, by: str) -> None:
    shown = opened(place=PLACES[name], by=by)
    for page in WITH_AREAS:
        shown.turn_to(page)
        assert shown.link()["by"] == by
        said = shown.finding.replace("young people", "")  # a theme
        assert not re.search(r"\b(residents|live|people|everyone)\b", said, re.I)
        assert not re.search(r"\b(live|their)\b", shown.explanation)
        assert "residents" not in " ".join(shown.numbers).lower()
    shown.turn_to("mismatches")
    said = f"{shown.finding} {shown.explanation}"  # where the partners agree, one scale down
    assert {"postcodes": "of postcodes", "land": "of the land"}[by] in said
    assert any(findings.heading(by) in table.columns for table in shown.tables().values())


@pytest.mark.parametrize("by", ["residents", "postcodes", "land"])
@pytest.mark.parametrize(("name", "sets"), [("Greater London", "28"), ("NW5", "two")])
def test_line_ups_are_those_of_a_hundred_residents_through_every_lens(
    name: str, sets: str, by: str
) -> None:
    shown = opened(place=PLACES[name], by=by)
    assert f"{sets} combinations of" in shown.finding
    assert f"{sets} different partner sets" in shown.turn_to("partner_sets").finding.lower()


@pytest.mark.parametrize(
    "by",
    [
        "residents",
        "postcodes",
        "land",
    ],
)
def test_units_that_straddle_are_those_of_a_hundred_residents_through_every_lens(by: str) -> None:
    shown = opened("mismatches", place=PLACES["NW5"], by=by, a="postal_sector", b="ward")
    sector, ward = layers.get("postal_sector"), layers.get("ward")
    nw5 = places.get("NW5")
    large = overlap.large_units(overlap.cross_table(nw5, sector, ward))
    torn = overlap.straddling(overlap.cross_table(nw5, sector, ward, by=by), large)
    assert (
        shown.numbers["Postcode sectors that cross a boundary"] == f"{torn.units} of {len(large)}"
    )


@pytest.mark.parametrize("page", PAGES)
def test_residents_never_stand_without_estimated(page: str) -> None:
    shown = seen(page)
    headings = [h for table in shown.tables().values() for h in table.columns]
    texts = [shown.finding, shown.explanation, *shown.numbers, *headings, *map(str, shown.notes)]
    for text in texts:
        for found in re.finditer(r"residents", text.replace("\\", ""), flags=re.I):
            around = text.replace("\\", "")[: found.end() + 30].lower()
            assert "estimate" in around, text


def test_greater_london_opens_with_28_line_ups_and_its_worst_pair() -> None:
    shown = seen()
    assert shown.finding == (
        "Depending on where they live, people in Greater London have one of 28 combinations of "
        "integrated care board, police command, mental health trust, London Assembly constituency "
        "and sub-regional partnership."
    )
    assert shown.explanation.startswith(
        "The worst fit is between sub-regional partnerships and integrated care boards: an "
        "estimated 34% of residents"
    )
    assert list(shown.numbers.values()) == [
        "8.80 million",
        "28",
        "34%",
        "180,754",
        "17",
        "84",
        "1,383",
        "2 of 23",
    ]


def test_mismatches_opens_with_the_pair_that_disagrees_most() -> None:
    shown = seen("mismatches")
    assert "2 of 4 sub-regional partnerships in Greater London cross" in shown.finding
    assert "an estimated 34% of residents live outside" in shown.finding
    assert "outside the integrated care board that covers most of their sub-" in shown.finding
    assert shown.control("a") == "subregional_partnership"
    assert shown.control("b") == "icb"


def test_123_of_281_postal_districts_straddle_a_borough_line() -> None:
    with unmapped():
        shown = opened("mismatches", a="postal_district", b="borough")
    assert shown.finding == (
        "123 of 281 postcode districts in Greater London cross a council area boundary; an "
        "estimated 8% of residents live outside the council area that covers most of their "
        "postcode district."
    )
    assert shown.numbers["Postcode districts that cross a boundary"] == "123 of 281"


def test_partner_sets_of_london_are_28_and_five_are_shared() -> None:
    shown = seen("partner_sets")
    assert shown.finding.startswith("Greater London has 28 different partner sets")
    assert "Five of them are found in two or more council areas" in shown.finding
    table = shown.table("Partner sets in Greater London")
    assert len(table) == 28
    several = table[table["Council areas"].str.contains(";")]
    assert sorted(several["Council areas"].map(lambda t: "; ".join(sorted(t.split("; "))))) == [
        "Brent; Harrow",
        "Havering; Redbridge",
        "Kensington and Chelsea; Westminster",
        "Kingston upon Thames; Richmond upon Thames",
        "Lambeth; Southwark",
    ]


def test_the_matrix_shows_both_directions_and_marks_the_worst_pair() -> None:
    shown = seen("mismatches")
    matrix = shown.table("Of each row's people, the share inside").set_index("")
    assert list(matrix.index) == list(matrix.columns)
    london, keys = places.get("Greater London"), layers.list_partners("London")
    chosen = [layers.get(key) for key in keys]
    for a in chosen:
        for b in chosen:
            if a is not b:
                aligned = overlap.aligned_share(london, a, b)
                assert matrix.loc[a.title, b.title] == findings.share(aligned), (a.key, b.key)
    piece = next(text for text in shown.html if "cg-matrix" in text)
    marked = re.findall(r'class="cg-worst"[^>]*>([^<]+)<', piece)
    there, back = chosen[0].title, chosen[4].title
    assert sorted(marked) == sorted([matrix.loc[there, back], matrix.loc[back, there]])


DEPENDING = "Depending on where they live, people in"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Camden", "Everyone in Camden has the same integrated care board, police command, "),
        ("Oldham", "Everyone in Oldham has the same strategic authority, police force, fire "),
        ("Moray", "Everyone in Moray has the same police force, fire service, ambulance "),
        ("NW5", f"{DEPENDING} NW5 have one of two combinations of "),
        ("Camden and Islington", f"{DEPENDING} Camden and Islington have one of two combinations "),
        ("Great Britain", f"{DEPENDING} Great Britain have one of 98 combinations of "),
    ],
)
def test_the_home_page_says_how_many_line_ups_a_place_has(name: str, sentence: str) -> None:
    assert seen(place=PLACES[name]).finding.startswith(sentence)


@pytest.mark.parametrize("name", ["Oldham", "Great Britain"])
def test_the_cards_hold_what_the_engine_counts(name: str) -> None:
    place = places.at(*PLACES[name].split(".", 1))
    chosen = [layer for layer in layers.partners(place) if layer.key != "borough"]
    sets = overlap.partner_sets(place, chosen)
    scores = overlap.matrix(place, chosen)
    shown = seen(place=PLACES[name])
    values = list(shown.numbers.values())
    assert values[0] == findings.write_estimate(sets["people"].sum())
    assert values[1] == str(overlap.fragmentation(sets).sets)
    worst = scores.loc[scores["coverage"] > 0, "mismatch"].max()
    assert shown.numbers.get("Outside the best match, worst pair") == (
        findings.share(worst) if worst > 0 else None
    )
    maps = layers.list_present(place, layers.keys())
    assert shown.numbers["Postcodes"] == f"{len(place):,}"
    assert shown.numbers["Boundary maps for this place"] == str(len(maps))


@pytest.mark.parametrize("page", WITH_AREAS)
def test_every_map_has_its_table_twin_with_header_cells(page: str) -> None:
    shown = seen(page, place=PLACES["Oldham"])
    assert shown.tables()
    for piece in shown.html:
        for table in re.findall(r"<table.*?</table>", piece, flags=re.S):
            assert '<th scope="col"' in table
            assert '<th scope="row"' in table


@pytest.mark.parametrize("page", WITH_AREAS)
def test_every_page_says_how_it_is_counted(page: str) -> None:
    shown = seen(page)
    assert shown.app.main.get("popover")
    helps = [metric.proto.help for metric in shown.app.metric]
    assert all(len(text) > 40 for text in helps)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_carries_the_attribution_of_its_data(page: str) -> None:
    shown = seen(page)
    footer = next(text for text in shown.html if "<footer" in text)
    for owner in ("OS data", "Royal Mail data", "National Statistics data", "Open Government"):
        assert owner in footer


def test_the_table_of_a_place_lists_every_ward_with_shares() -> None:
    shown = seen(place=PLACES["Oldham"])
    table = shown.table("Wards in Oldham")
    assert len(table) == 20
    assert list(table) == ["Ward", "Code", "Residents (estimated)", "How much of Oldham it has"]
    caption = next(c for c in shown.tables() if c.startswith("Wards in Oldham"))
    assert "All of these wards are entirely within Oldham." in caption
    people = table["Residents (estimated)"].str.replace(",", "").astype(float).sum()
    assert people == pytest.approx(242_100, abs=100)


def test_the_method_page_names_every_layer_with_source_and_licence() -> None:
    table = seen("data_and_method").table("The boundary maps built into")
    keys = layers.keys()
    assert list(table["Boundary map"]) == [layers.get(key).title for key in keys]
    facts = table[["Source", "Licence", "As at", "What it is and who runs it"]]
    assert (facts != "").all(axis=None)


@pytest.mark.parametrize(
    ("said", "kept", "numbers"),
    [
        ("Camden has two partner sets. This is short.", None, 3),
        (f"Everyone in St. Helens has the same {'partner ' * 20}set. Nine others have.", 0, 2),
        (f"Everyone in Oldham has {'the same ' * 8}partners. Nine others {'have ' * 30}.", 0, 3),
        (f"One sentence of {'very ' * 40}many words.", None, 2),
    ],
)
def test_a_projected_page_says_its_first_sentence_where_there_is_room_for_one(said, kept, numbers):
    cards = [layout.Number(str(n), str(n), "") for n in range(3)]
    sentence, shown = layout.shorten(said, cards)
    assert sentence == (said if kept is None else said.split(" Nine")[0])
    assert len(shown) == numbers
