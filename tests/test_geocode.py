"""Misspelt names, parts of names and former names: in the search box and in uploads alike."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from benchmarks import geocode as slips_
from mapping import places
from mapping.footprints import resolving
from mapping.geocode import (
    areas,
    gazetteer,
    index,
    likeness,
    nearest_score,
    resolve,
    search,
    spelling,
)
from mapping.geography import layers

SEED = 1
FIVE = {
    "hamersmith": {"Hammersmith and Fulham"},
    "newcaslte": {"Newcastle upon Tyne", "Newcastle-under-Lyme"},
    "Kensingtn": {"Kensington and Chelsea"},
    "Brighten": {"Brighton and Hove"},
    "Bournmouth": {"Bournemouth, Christchurch and Poole"},
}


@pytest.fixture(scope="module")
def slips():
    return slips_.make_slips(SEED)


def upload(text, *, kind="", within="", **options):
    frame = pd.DataFrame({"text": [text], "kind": kind, "within": within})
    return resolving.resolve(frame, shapes=[], **options)[0]


def rows_of(answer) -> list[tuple[str, str]]:
    return [(areas.kind_of(c.area), areas.code_of(c.area)) for c in answer.candidates]


@pytest.mark.parametrize(("typed", "names"), FIVE.items())
def test_a_misspelt_council_comes_first_in_the_search_box_and_in_uploads(typed, names):
    found = places.search(typed)[: len(names)]
    assert {place.name for place in found} == names
    assert {place.kind for place in found} == {"borough"}
    offered = upload(typed)
    assert offered.outcome == "ambiguous"
    first = {areas.index().names[c.area] for c in offered.candidates[: len(names)]}
    assert first == names


def test_seeded_slips_find_their_council_first_among_all_names(slips):
    assert len(slips) > 1_800
    assert slips_.share_first(slips) >= 97.5


@pytest.mark.parametrize("slip", slips_.SLIPS)
def test_every_kind_of_slip_in_whole_names_and_in_parts_finds_its_council(slip):
    rng = np.random.default_rng(SEED)
    parts = [(key, one.parts) for key, one in index.entries().items() if one.parts]
    assert len(parts) > 90
    wrong = [slips_.Slip(slips_.misspell(k, slip, rng), frozenset(m)) for k, m in parts]
    assert slips_.share_first(wrong) >= 93
    names = [(spelling.key(r[2]), at) for at, r in enumerate(gazetteer.rows()) if r[0] == "borough"]
    wrong = [slips_.Slip(slips_.misspell(k, slip, rng), frozenset([m])) for k, m in names]
    assert slips_.share_first(wrong) >= 96


def test_slips_find_their_council_first_in_the_search_box_as_well(slips):
    some = [slips[at] for at in np.random.default_rng(SEED).permutation(len(slips))[:300]]
    first = [search(slip.text)[:1] for slip in some]
    right = [bool(f) and f[0] in slip.meant for f, slip in zip(first, some, strict=True)]
    assert np.mean(right) >= 0.93


def test_a_slip_is_never_matched_and_what_is_taken_is_nearer_than_all_others(slips):
    known = index.entries()
    some = [slip for slip in slips if slip.text not in known]
    assert len(some) > 1_700
    answers = resolve([slip.text for slip in some])
    assert not [a for a in answers if a.outcome == "matched"]
    taken = wrong = 0
    for slip, answer in zip(some, answers, strict=True):
        score = nearest_score(answer)
        if score >= likeness.MIN_SURE_SCORE:
            best, *others = answer.candidates
            assert all(other.score < best.score for other in others)
            taken += 1
            wrong += best.area not in {areas.number_of_row(row) for row in slip.meant}
    assert taken > 1_000
    assert wrong / taken <= 0.02


def test_names_that_are_as_alike_are_asked_about_whatever_is_let():
    assert len({c.score for c in upload("Barten").candidates}) == 1
    assert upload("Barten", accept=likeness.MIN_SCORE).outcome == "ambiguous"
    alone = upload("Haltn", accept=likeness.MIN_SCORE)
    assert areas.label(alone.area) == "Halton (council area)"


@pytest.mark.parametrize("typed", [*FIVE, "Alerdale"])
def test_a_misspelt_part_or_former_name_is_asked_about_and_never_taken(typed):
    found = upload(typed, accept=likeness.MIN_SCORE)
    assert found.outcome == "ambiguous"
    assert str(found.candidates[0]).endswith("% match")
    assert "as “" in str(found.candidates[0])


def test_a_misspelt_former_council_is_offered_by_its_own_name():
    assert str(upload("Alerdale").candidates[0]) == (
        "Cumberland (council area), as “Allerdale” 88% match"
    )


def test_a_part_of_a_name_in_a_column_of_councils_offers_the_council():
    found = upload("Kensington", kind="borough")
    assert found.outcome == "ambiguous"
    assert [areas.label(c.area) for c in found.candidates][:1] == (
        ["Kensington and Chelsea (council area)"]
    )
    slip = upload("Kensingtn", kind="borough")
    assert {areas.kind_of(c.area) for c in slip.candidates} == {"borough"}
    assert areas.label(slip.candidates[0].area) == "Kensington and Chelsea (council area)"


@pytest.mark.parametrize(
    ("typed", "near", "label"),
    [
        ("Abbey", "Merton", "Abbey (ward of Merton)"),
        ("Abbey", "Reading", "Abbey (ward of Reading)"),
        ("newcastle", "Newcastle-under-Lyme", "Newcastle-under-Lyme (council area)"),
        ("newcastle", "Newcastle upon Tyne", "Newcastle upon Tyne (council area)"),
        ("newcaslte", "Tyne and Wear", "Newcastle upon Tyne (council area)"),
        ("newcaslte", "Staffordshire", "Newcastle-under-Lyme (council area)"),
        ("Barten", "North Lincolnshire", "Barton (ward of North Lincolnshire)"),
        ("Newpot", "Uttlesford", "Newport (ward of Uttlesford)"),
        ("High", "NW5", "Highgate (ward of Camden)"),
    ],
)
def test_what_lies_in_the_place_under_study_comes_first_in_a_search(typed, near, label):
    assert places.search(typed, near=places.get(near))[0].label == label


@pytest.mark.parametrize(
    ("typed", "near", "label"),
    [
        ("Camden", "Oldham", "Camden (council area)"),
        ("Kent", "Camden", "Kent (county)"),
        ("Cardif", "England", "Cardiff (council area)"),
        ("hamersmith", "Scotland", "Hammersmith and Fulham (council area)"),
    ],
)
def test_a_name_elsewhere_is_not_hidden_by_what_is_less_like_it_here(typed, near, label):
    assert places.search(typed, near=places.get(near))[0].label == label


def test_what_contains_the_place_under_study_comes_first_too():
    ward = places.get("Abbey, Merton")
    assert ward.kind == "ward"
    found = places.search("mer", near=ward)
    assert found[0].label == "Merton (council area)"
    assert "Merton" not in [place.name for place in places.search("mer", limit=1)]


@pytest.mark.parametrize("near", ["Camden", "NW5", "Great Britain", "Scotland"])
@pytest.mark.parametrize("typed", ["high", "Abbey", "oldam", "newcastle", "E09000007", "N1 9"])
def test_the_place_under_study_changes_the_order_and_loses_nothing(typed, near):
    everything = places.search(typed, limit=10_000)
    assert set(places.search(typed, limit=10_000, near=places.get(near))) == set(everything)


def test_the_place_under_study_comes_first_among_names_alike_in_an_upload():
    tyne = upload("newcaslte", place=places.get("Tyne and Wear"))
    lyme = upload("newcaslte", place=places.get("Staffordshire"))
    assert tyne.outcome == lyme.outcome == "ambiguous"
    names = [areas.index().names[one.candidates[0].area] for one in (tyne, lyme)]
    assert names == ["Newcastle upon Tyne", "Newcastle-under-Lyme"]
    assert set(tyne.candidates) == set(lyme.candidates) == set(upload("newcaslte").candidates)


@pytest.mark.parametrize(
    ("typed", "unlike"),
    [
        ("South Devon", {"North Devon"}),
        ("West Tyneside", {"North Tyneside", "South Tyneside"}),
        ("North Lindsey", {"East Lindsey", "West Lindsey"}),
        ("South West Lincolnshire", {"North East Lincolnshire"}),
        ("Lower Hutton", {"Upper Hutton"}),
    ],
)
def test_names_that_differ_in_a_word_for_a_side_are_not_alike(typed, unlike):
    names = areas.index().names
    (near,) = likeness.find_nearest([spelling.key(typed)], most=20)
    assert not {str(names[one.area]) for one in near} & unlike
    assert not {place.name for place in places.search(typed)} & unlike


def test_a_misspelt_word_for_a_side_still_finds_its_name():
    assert [place.name for place in places.search("Noth Tyneside")][:1] == ["North Tyneside"]
    assert [place.name for place in places.search("North Tynesde")][:1] == ["North Tyneside"]


@given(st.text("abcde ", min_size=1, max_size=12), st.text("abcde ", min_size=1, max_size=12))
def test_what_is_let_pass_before_it_is_compared_leaves_out_nothing_alike(a, b):
    assert fuzz.ratio(a, b) >= 100 * OSA.normalized_similarity(a, b) - 1e-9


def test_the_likeness_is_the_share_of_letters_without_a_slip():
    for typed, score in {
        "wandsworht": 90,
        "wandswrth": 90,
        "wwandsworth": 90,
        "wandswurth": 90,
    }.items():
        near = likeness.find_nearest([typed], most=1)[0][0]
        assert areas.label(near.area) == "Wandsworth (council area)"
        assert near.score == score


def test_an_exact_name_code_or_postcode_needs_no_likeness(monkeypatch):
    monkeypatch.setattr(likeness, "_fill_pool", lambda kind: pytest.fail("compared"))
    known = ["Camden", "LB Camden", "E09000007", "N1 9GU", "Allerdale", "Kingston", "NW5"]
    assert [a.outcome for a in resolve(known)] == [
        "matched",
        "corrected",
        "matched",
        "matched",
        "corrected",
        "ambiguous",
        "matched",
    ]
    for typed in set(known) - {"Allerdale"}:  # no place of today has that name
        assert places.search_former(typed)[0]


def test_the_index_has_every_name_and_says_what_each_may_mean():
    assert index.find("hammersmith").parts
    assert index.find("allerdale").former
    assert index.find("greater manchester police").units
    assert index.find("zzyzx") == index.NOTHING
    for key in gazetteer.map_keys():
        assert index.find(key).rows


def test_every_small_census_area_is_found_by_its_name():
    small = index.map_small_areas()
    layer = layers.get("lsoa")
    for unit in range(0, len(layer.codes), 331):
        area = areas.number("lsoa", layer.codes[unit])
        assert area in index.find(spelling.key(layer.names[unit])).units
    assert index.find("kincardine west").units
    assert "kincardine west" not in small
    assert not {"lsoa"} & {areas.kind_of(c.area) for c in upload("Kincardin West").candidates}
    typed = "City of London 001a"
    assert areas.kind_of(upload(typed).area) == "lsoa"
    slip = upload("Camdn 001A", kind="lsoa")
    assert areas.label(slip.candidates[0].area).startswith("Camden 001A")


def test_one_likeness_is_in_the_project():
    root = Path(__file__).resolve().parents[1]
    files = [*(root / "mapping").rglob("*.py"), *(root / "pages").rglob("*.py")]
    assert not [path for path in files if "import difflib" in path.read_text()]
    users = [path.stem for path in files if "rapidfuzz" in path.read_text()]
    assert users == ["likeness"]


WORDS = st.lists(st.text("abc ", max_size=24), max_size=12)


@given(keys=WORDS, names=WORDS)
def test_every_name_that_is_alike_is_found_and_how_alike_it_is(keys, names):
    pool = likeness._sort_by_length(names, [[] for _ in names])
    found = set(zip(*(part.tolist() for part in likeness._score(keys, pool)), strict=True))
    alike = {
        (row, at, int(100 * score + 1e-9))
        for row, key in enumerate(keys)
        for at, name in enumerate(names)
        if (score := OSA.normalized_similarity(key, name)) >= likeness.MIN_SCORE / 100
    }
    assert found == alike


def test_misspelt_names_of_all_lengths_together_find_what_each_finds_alone():
    keys = ["", "ely", "camdn", "hamersmith", "newcaslte", "bournmouth christchurch and pole"]
    assert likeness.find_nearest(keys) == [likeness.find_nearest([key])[0] for key in keys]


@pytest.mark.parametrize(
    ("text", "kind", "within"),
    [
        ("Kentish Town South", "ward", "Manchester"),
        ("Hulme", "ward", "Stockport"),
        ("Camden", "borough", "Scotland"),
        ("Camden", "", "Oldham"),
    ],
)
def test_a_name_is_not_taken_against_the_larger_area_beside_it(text, kind, within):
    [found] = resolve([text], kind=kind, within=within)
    assert (found.outcome, found.area) == ("ambiguous", -1)
    assert f"there is no “{text}” in “{within}”, which is next to it" in found.reason
    assert len(found.candidates) >= 1


@pytest.mark.parametrize("within", ["Camden", "Greater London", "Nowhereshire", ""])
def test_a_name_is_taken_beside_a_larger_area_that_holds_it_or_that_nobody_knows(within):
    [found] = resolve(["Kentish Town South"], kind="ward", within=within)
    assert found.outcome == "matched"


@pytest.mark.parametrize("text", ["All", "all wards", "Borough-wide", "Whole council"])
def test_all_beside_a_larger_area_is_that_area(text):
    [answer] = resolve([text], kind="ward", within="Camden")
    assert (answer.outcome, areas.label(answer.area)) == ("corrected", "Camden (council area)")
    [alone] = resolve([text], kind="ward")
    assert alone.area < 0


@pytest.mark.parametrize(
    "text",
    [
        "Most of Oldham",
        "parts of Oldham",
        "North Oldham",
        "All of Oldham except Royton North",
        "Oldham (not Saddleworth)",
        "Oldham excluding OL9",
    ],
)
def test_a_part_of_an_area_is_never_taken_for_it_and_the_whole_is_offered(text):
    [answer] = resolve([text])
    assert answer.outcome == "ambiguous"
    assert "only a part of Oldham" in answer.reason
    assert areas.label(answer.candidates[0].area) == "Oldham (council area)"
    assert nearest_score(answer) == 0


def test_a_name_of_another_kind_than_the_column_is_offered_and_not_taken():
    [answer] = resolve(["Greater Manchester"], kind="region")
    assert answer.outcome == "ambiguous"
    assert "a different kind of area" in answer.reason
    assert areas.label(answer.candidates[0].area).startswith("Greater Manchester (")
