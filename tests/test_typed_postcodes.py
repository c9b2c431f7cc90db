"""Postcodes as people type them: a letter for a digit, words around them, several, none."""

import pytest

from mapping import footprints, places
from mapping.errors import MappingError
from mapping.geocode import areas, resolve, typed_postcodes


def read(*cells: str, heading: str = "Postcode") -> list[tuple[str, str]]:
    rows = "".join(f'Illustrative {n}\t"{cell}"\n' for n, cell in enumerate(cells))
    upload = footprints.read(f"Organisation\t{heading}\n{rows}".encode(), name="a.tsv")
    return list(zip(upload.rows["outcome"], upload.rows["reason"], strict=True))


def footprint(cell: str, heading: str = "Postcode") -> set[str]:
    text = f'Organisation\t{heading}\nIllustrative\t"{cell}"\n'
    upload = footprints.read(text.encode(), name="a.tsv")
    first = areas.first_shape() - len(areas.index())
    found = upload.footprint("Illustrative").tolist()
    assert all(position < first for position in found)
    return {areas.code_of(int(areas.postcode(position))) for position in found}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("B7O 9LG", "B70 9LG"),
        ("N7 OAA", "N7 0AA"),
        ("NI 9GU", "N1 9GU"),
        ("Nl 9GU", "N1 9GU"),
        ("N1 9GU", "N1 9GU"),
        ("DY4 OQX", "DY4 0QX"),
        ("0L1 1NL", "OL1 1NL"),
    ],
)
def test_a_letter_for_a_digit_is_mended_if_the_postcode_is_then_in_use(typed, meant):
    (found,) = resolve([typed], kind="postcode")
    assert areas.code_of(found.area) == meant
    assert found.outcome == ("matched" if typed == meant else "corrected")
    assert (found.reason == "") == (typed == meant)


def test_words_without_a_digit_are_no_mistyped_postcode():
    for word in ("Bootle", "Looe", "Solihull", "Hollow", "Oil", "Wool"):
        assert typed_postcodes.find(word) == []
        assert typed_postcodes.answer([word]) == [None]
    assert read("NW5-ish")[0][0] == "unmatched"


@pytest.mark.parametrize(
    "cell",
    [
        "N1 9GU (office)",
        "12 High St, N1 9GU",
        "Unit B2, The Old Works, 12 High Street, London, N1 9GU",
        "12 High St\\nLondon\\nN1 9GU",
        "N1 9GU - by appointment",
        "Bread and Butter Street, n1-9gu",
    ],
)
def test_an_address_or_remark_around_a_postcode_is_taken_off_and_said(cell):
    cell = cell.replace("\\n", "\n")
    ((outcome, reason),) = read(cell)
    assert outcome == "corrected"
    assert "was read as N1 9GU" in reason
    assert footprint(cell) == {"N1 9GU"}


@pytest.mark.parametrize(
    "cell",
    [
        "not N1 9GU",
        "formerly N1 9GU",
        "Was N1 9GU",
        "all except N1 9GU",
        "not known (near N1 9GU)",
        "within 2 miles of N1 9GU",
        "N1 9GU and surrounding streets",
        "N1 9GU (until March)",
        "N1 9GU from May 2027",
        "N1 9GU?",
    ],
)
def test_a_postcode_beside_words_that_may_rule_it_out_is_asked_about(cell):
    ((outcome, reason),) = read(cell)
    assert outcome == "ambiguous"
    assert "beside words that may rule it out" in reason
    assert not footprint(cell)


def test_a_range_of_whole_postcodes_is_not_taken_for_its_ends():
    for cell in ("N1 9GU to N1 9GZ", "N1 9GU - N1 9GZ"):
        assert [outcome for outcome, _ in read(cell)] == ["ambiguous"]
        assert not footprint(cell)


def test_several_postcodes_in_one_cell_all_count():
    for cell in ("N1 9GU N7 6AA", "N1 9GU (office), N7 6AA (shop)", "N1 9GU / N7 6AA"):
        assert footprint(cell) == {"N1 9GU", "N7 6AA"}, cell
    assert footprint("12 High St, N1 9GU; 14 Low St, N7 6AA") == {"N1 9GU", "N7 6AA"}


def test_a_bad_postcode_loses_no_good_one_and_is_told():
    for bad in ("N7 OZZ", "N1 9G", "NW5"):
        ((outcome, reason),) = read(f"N1 9GU, {bad}")
        assert "N1 9GU" in footprint(f"N1 9GU, {bad}")
        assert bad == "NW5" or (outcome == "unmatched" and "1 of its 2 areas" in reason)


def test_in_a_column_of_areas_a_postcode_among_words_is_asked_about():
    upload = footprints.read(
        b"Organisation,Area\nA,Camden\nB,Brent\nC,The Hall N1 9GU\n", name="a.csv"
    )
    assert upload.rows["outcome"].tolist() == ["matched", "matched", "ambiguous"]
    assert "it has a postcode in it" in upload.rows["reason"].iloc[2]
    assert upload.rows["candidates"].iloc[2].startswith("N1 9GU (postcode)")


@pytest.mark.parametrize(
    "nothing", ["N/A", "n/a", "n.a.", "-", "none", "TBC", "E99999999", "W99999999", "#N/A", "null"]
)
def test_words_and_codes_that_mean_none_are_no_area(nothing):
    for heading in ("Postcode", "Area"):
        (first, (outcome, reason)) = read("NW5 2AA", nothing, heading=heading)
        assert first == ("matched", "")
        assert outcome == "unmatched"
        assert reason.endswith("no area given.")


@pytest.mark.parametrize(
    ("typed", "first", "last", "not_in"),
    [
        ("SW1", "SW1A", "SW1Y", "SW10"),
        ("EC1", "EC1A", "EC1Y", "EC2A"),
        ("W1", "W1A", "W1W", "W10"),
        ("wc2", "WC2A", "WC2R", "WC1A"),
    ],
)
def test_districts_that_letters_part_are_all_meant_without_one(typed, first, last, not_in):
    ((outcome, reason),) = read(typed)
    assert outcome == "corrected"
    assert f"all from {first} to {last}" in reason
    held = {name.split()[0] for name in footprint(typed)}
    assert {first, last} <= held
    assert all(code[:-1] == typed.upper() for code in held)
    assert not_in not in held
    offered = [place.code for place in places.search(typed) if place.kind == "postal_district"]
    assert offered[0][:-1] == typed.upper()


def test_a_district_without_a_letter_is_itself():
    ((outcome, _),) = read("E1")
    assert outcome == "matched"
    assert {name.split()[0] for name in footprint("E1")} == {"E1"}
    assert {name.split()[0] for name in footprint("EC1, N1")} > {"N1", "EC1A"}


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ("JE3 8FA", "Channel Islands"),
        ("GY1", "Channel Islands"),
        ("IM4 4", "Isle of Man"),
        ("BT7", "Northern Ireland"),
    ],
)
def test_postcodes_of_islands_and_northern_ireland_are_not_covered(typed, where):
    ((outcome, reason),) = read(typed)
    assert outcome == "unmatched"
    assert where in reason
    assert "covers England, Scotland and Wales" in reason
    with pytest.raises(MappingError, match=where):
        places.search(typed)


def test_the_search_box_reads_what_uploads_read():
    for typed in ("B7O 9LG", "B70 9LG (office)"):
        found, note = places.search_former(typed)
        assert found[0].name == "Sandwell"
        assert "B70 9LG" in note
