"""Own weights: a file of areas and numbers becomes a lens, and nothing of it is lost in silence."""

import io
import re

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping import own_weights, places
from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.footprints import OUTCOMES
from mapping.geocode import areas
from mapping.geography import layers, lenses
from mapping.overlap import counts
from mapping.own_weights import Weighing, allotment, figures, own_lens, remainder

WARDS = ["E05013653", "E05013654", "E05013663", "E05013664", "E05013656", "E05013657"]
"""Bloomsbury, Camden Square, Kentish Town North, and others of Camden."""
KINDS = ["ward", "lsoa", "borough", "postal_sector", "icb", "postcode"]


def read(text: str, name: str = "census.csv", **options) -> Weighing:
    return own_weights.read(text.encode(), name=name, **options)


def total(found: Weighing) -> float:
    return float(found.lens.numbers.sum())


def in_area(found: Weighing, kind: str, code: str) -> float:
    layer = layers.get(kind)
    return float(found.lens.values[layer.unit == layer.number_of(code)].sum())


def outcomes(found: Weighing) -> list[str]:
    return found.rows["outcome"].tolist()


# --- nothing is lost ------------------------------------------------------------------------


@st.composite
def some_areas(draw):
    """Draw areas of one kind, several times each, with numbers from tiny to huge."""
    kind = draw(st.sampled_from(KINDS))
    size = len(postcodes.table()) if kind == "postcode" else len(layers.get(kind).codes)
    first = len(areas.index()) if kind == "postcode" else None
    at = areas.index()
    begins = first if first is not None else int(at.first[at.kinds.index(kind)])
    picked = draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=30))
    number = st.floats(0, 1e9, allow_nan=False) | st.integers(0, 10**6).map(float)
    numbers = draw(st.lists(number, min_size=len(picked), max_size=len(picked)))
    return np.array(picked) + begins, np.array(numbers)


@settings(max_examples=60)
@given(some_areas())
def test_what_is_shared_among_postcodes_adds_up_to_what_was_given(drawn) -> None:
    area, number = drawn
    positions, values = allotment.spread(area, number)
    assert values.sum() == pytest.approx(number.sum(), rel=1e-9, abs=1e-9)
    assert (values >= 0).all()
    assert (np.diff(positions) > 0).all()


@settings(max_examples=30)
@given(some_areas())
def test_every_area_keeps_its_own_number(drawn) -> None:
    area, number = drawn
    positions, values = allotment.spread(area, number)
    lens = np.zeros(len(postcodes.table()))
    lens[positions] = values
    for one in np.unique(area):
        own = lens[_postcodes_of(int(one))].sum()
        assert own == pytest.approx(number[area == one].sum(), rel=1e-9, abs=1e-9)


def _postcodes_of(area: int) -> np.ndarray:
    wards, loose = areas.wards_and_postcodes(np.array([area]))
    inside = np.isin(postcodes.table().ward, wards.area)
    inside[loose.area] = True
    return np.flatnonzero(inside)


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([*WARDS, "Kentish Town North", "E05999999", "Abbey", "", "Camden"]),
            st.sampled_from(["1", "2.5", "1,204", "", "n/a", "-3", "inf", "1e400", "0", "1e3"]),
        ),
        min_size=1,
        max_size=25,
    )
)
def test_every_row_has_one_outcome_and_every_sum_one_place(rows) -> None:
    text = "ward;homes\n" + "".join(f"{area};{number}\n" for area, number in [("x", "1"), *rows])
    found = read(text)
    kept = [row for row in rows if any(row)]
    assert len(found.rows) == len(kept) + 1
    assert set(outcomes(found)) <= set(OUTCOMES)
    left = found.remainder
    assert left.placed.total + sum(p.total for p in left.lost) == pytest.approx(
        np.nansum(found.rows["number"])
    )
    assert left.placed.rows + sum(p.rows for p in left.lost) == len(found.rows)
    assert total(found) == pytest.approx(left.placed.total)
    bad = found.rows["outcome"].isin(["ambiguous", "unmatched"])
    assert left.placed.rows == (~bad).sum()
    assert (found.rows.loc[bad, "reason"] != "").all()
    assert (found.rows.loc[found.rows["outcome"] == "matched", "reason"] == "").all()


def test_every_unit_of_every_layer_has_a_postcode_to_take_its_number() -> None:
    for layer in map(layers.get, layers.keys()):
        assert len(np.unique(layer.unit[layer.unit >= 0])) == len(layer.codes), layer.key


# --- where numbers go -----------------------------------------------------------------------


def test_a_small_census_area_shares_equally_among_its_residential_postcodes() -> None:
    found = read("lsoa,homes\nE01000001,700\n")
    atoms = postcodes.table()
    here = layers.get("lsoa").unit == layers.get("lsoa").number_of("E01000001")
    homes = here & atoms.residential
    assert np.ptp(found.lens.values[homes]) == 0
    assert found.lens.values[homes].sum() == pytest.approx(700)
    assert (found.lens.values[~homes] == 0).all()
    assert set(found.lens.positions) == set(np.flatnonzero(here))


def test_a_ward_shares_in_proportion_to_estimated_residents() -> None:
    found = read(f"ward,homes\n{WARDS[0]},900\n")
    here = layers.get("ward").unit == layers.get("ward").number_of(WARDS[0])
    residents = lenses.get().values[here]
    assert np.allclose(found.lens.values[here], 900 * residents / residents.sum())


def test_a_postcode_keeps_its_number_exactly() -> None:
    found = read("postcode,homes\nN1 9GU,3.1\nnw5 1aa,7\n")
    at = postcodes.find("N1 9GU")["position"]
    assert found.lens.values[at] == 3.1
    assert len(found.lens.positions) == 2


@pytest.mark.parametrize(
    ("text", "kind", "number", "counted"),
    [
        ("Postcode,Total population\nN1 9GU,3\n", "postcode", "Total population", "residents"),
        ("pcd\tUsual_Residents_2021\nN19GU\t3\n", "postcode", "Usual_Residents_2021", "residents"),
        ("LSOA11CD,LSOA11NM,hh\nE01000001,City of London 001A,3\n", "lsoa", "hh", "households"),
        ("DataZone,Households\nS01006506,3\n", "lsoa", "Households", "households"),
        ("code,Homes built\nE05013653,3\nE05013654,4\n", "area", "Homes built", "homes built"),
        ("Ward,Borough,Need\nBloomsbury,Camden,3\n", "ward", "Need", "need"),
        ("place,n\nKentish Town North,3\nBloomsbury,1\n", "area", "n", "n"),
    ],
)
def test_columns_are_recognised(text: str, kind: str, number: str, counted: str) -> None:
    found = read(text)
    roles = {guess.role: name for name, guess in found.columns.items()}
    assert roles["number"] == number
    assert kind in roles
    assert set(outcomes(found)) == {"matched"}
    assert found.lens.counts == counted
    assert found.lens.name == "census"
    assert not found.is_asked


def test_a_workbook_is_read_as_well() -> None:
    book = openpyxl.Workbook()
    for row in (["ward", "homes"], [WARDS[0], 12], [WARDS[1], 2.5]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    found = own_weights.read(file.getvalue(), name="homes.xlsx")
    assert total(found) == pytest.approx(14.5)


def test_of_several_columns_of_numbers_one_is_asked_for_and_may_be_chosen() -> None:
    text = "ward,flats,houses\nE05013653,1,10\nE05013654,2,20\n"
    found = read(text)
    assert found.is_asked
    assert found.numbers == ("flats", "houses")
    chosen = read(text, roles={"houses": "number"})
    assert not chosen.is_asked
    assert total(chosen) == pytest.approx(30)
    assert chosen.lens.counts == "houses"
    assert chosen.columns["flats"].role == "ignore"


def test_a_column_of_areas_may_be_chosen() -> None:
    text = "from,to,homes\nE05013653,E05013654,5\n"
    found = read(text, roles={"to": "ward"})
    assert in_area(found, "ward", "E05013654") == pytest.approx(5)


@pytest.mark.parametrize(
    "roles", [{"no such": "number"}, {"homes": "actor"}, {"homes": "number", "ward": "number"}]
)
def test_roles_that_do_not_fit_are_refused(roles: dict[str, str]) -> None:
    with pytest.raises(MappingError, match="Expected columns of the file"):
        read("ward,homes\nE05013653,1\n", roles=roles)


def test_years_and_row_numbers_are_no_amounts() -> None:
    found = read("OBJECTID,year,ward,homes\n1,2021,E05013653,5\n2,2021,E05013654,6\n")
    assert found.numbers == ("homes",)


# --- corrections ----------------------------------------------------------------------------


def test_superseded_codes_go_to_their_successor_and_are_added() -> None:
    found = read("code,homes\nE07000026,10\nE07000028,5\n")
    assert outcomes(found) == ["corrected", "corrected"]
    assert in_area(found, "borough", "E06000063") == pytest.approx(15)
    assert "Allerdale (E07000026) has been part of Cumberland" in found.rows["reason"].iloc[0]
    assert "row 2 names the same area" in found.rows["reason"].iloc[1]


def test_rows_of_one_area_are_added_and_told() -> None:
    found = read(f"ward,homes\n{WARDS[0]},1\n{WARDS[1]},2\n{WARDS[0]},4\n")
    assert outcomes(found) == ["matched", "matched", "corrected"]
    assert in_area(found, "ward", WARDS[0]) == pytest.approx(5)
    assert "1 area is named in several rows: we added their figures." in found.notes


def test_percentages_are_read_and_the_mean_of_an_areas_rows_counts() -> None:
    found = read(
        f"ward,% in poverty\n{WARDS[0]},10%\n{WARDS[1]},20 %\n{WARDS[0]},16.5%\n"
        f"{WARDS[2]},\n{WARDS[3]},0.3\n{WARDS[4]},5%\n{WARDS[5]},7%\n"
    )
    assert found.numbers == ("% in poverty",)
    assert found.lens.counts == "per cent in poverty"
    assert found.rows["number"].dropna().tolist() == [10, 20, 16.5, 5, 7]
    assert in_area(found, "ward", WARDS[0]) == pytest.approx(13.25)
    assert in_area(found, "ward", WARDS[1]) == pytest.approx(20)
    assert "we used the average of its 2 rows" in found.rows["reason"].iloc[2]
    assert "the others have a % sign but “0.3” does not" in found.rows["reason"].iloc[4]
    assert any("Use them as need" in note for note in found.notes)
    assert "1 area is named in several rows: we used the average." in found.notes


def test_a_lone_per_cent_sign_among_counts_is_no_number() -> None:
    found = read(f"ward,homes\n{WARDS[0]},10\n{WARDS[1]},20%\n{WARDS[2]},3\n")
    assert "“20%” is not a number" in found.rows["reason"].iloc[1]
    assert total(found) == pytest.approx(13)
    assert not any("percentages" in note for note in found.notes)


def test_the_reading_tells_how_far_it_is() -> None:
    told: list[tuple[float, str]] = []
    book = io.BytesIO()
    rows = [(WARDS[i % 5], i) for i in range(20_000)]
    pd.DataFrame(rows, columns=["ward", "homes"]).to_excel(book, index=False)
    own_weights.read(book.getvalue(), name="a.xlsx", advance=lambda *args: told.append(args))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] <= 1
    assert len(shares) > 3


def test_a_total_among_its_wards_is_not_counted_twice() -> None:
    text = "area,homes\nE05013653,10\nE05013654,20\nE09000007,30\nEngland,30\nTotal,30\n"
    found = read(text)
    assert total(found) == pytest.approx(30)
    assert found.remainder.whole.total == pytest.approx(30)
    assert outcomes(found)[2:] == ["unmatched"] * 3
    assert "Camden (council area) was left out" in found.rows["reason"].iloc[2]
    said = found.remainder.sentence("x", "homes")
    assert "One row" not in said
    assert "Three rows are totals of other rows, or areas of which the file has parts" in said


def test_areas_of_several_kinds_count_beside_each_other_where_they_do_not_overlap() -> None:
    found = read("area,homes\nE10000030,10\nE09000007,20\n")  # Surrey and Camden
    assert total(found) == pytest.approx(30)


def test_a_postcode_within_a_ward_of_a_file_of_wards_is_not_counted_twice() -> None:
    found = read("area,homes\nE05013653,10\nE05013654,20\nWC1H 0AA,5\n")
    assert total(found) + sum(p.total for p in found.remainder.lost) == pytest.approx(35)
    assert in_area(found, "ward", "E05013653") == pytest.approx(10)


def test_names_with_several_meanings_are_asked_about_and_settled() -> None:
    text = "ward,homes\nAbbey,10\n"
    asked = read(text)
    assert outcomes(asked) == ["ambiguous"]
    question = asked.questions.iloc[0]
    area, _ = question["candidates"][0]
    found = read(text, choices={question["question"]: area})
    assert in_area(found, *area.split(".")) == pytest.approx(10)
    assert outcomes(found) == ["corrected"]


def test_a_name_may_mean_the_area_in_a_place() -> None:
    westminster = places.get("Westminster")
    found = read("ward,homes\nAbbey Road,10\nSt James's,3\n", place=westminster)
    assert found.lens.values[westminster.positions].sum() == pytest.approx(13)


def test_a_shape_has_no_number_here() -> None:
    found = read('area;homes\n"POLYGON((0 51, 0.1 51, 0.1 51.1, 0 51.1, 0 51))";4\nE05013653;1\n')
    assert outcomes(found) == ["unmatched", "matched"]
    assert "we cannot use shapes here" in found.rows["reason"].iloc[0]


# --- the remainder --------------------------------------------------------------------------

MIXED = (
    "ward,homes\nE05013653,10\nE05999999,7\nAbbey,3\nE05013654,\nE05013663,n/a\n"
    "E05013655,-1\nE05013656,inf\n"
)


def test_what_counts_for_nothing_is_told_with_sums_and_examples() -> None:
    left = read(MIXED).remainder
    assert left.whole == (remainder.WHOLE_FILE, 3, 20.0, ())
    assert left.placed == (remainder.PLACED, 1, 10.0, ("ward",))
    assert [(part.what, part.rows, part.total, part.examples) for part in left.lost] == [
        (remainder.UNKNOWN, 1, 7.0, ("E05999999",)),
        (remainder.SEVERAL_AREAS, 1, 3.0, ("Abbey",)),
        ("no number", 1, 0.0, ("E05013654",)),
        ("something else than a number", 1, 0.0, ("E05013663",)),
        ("a number below 0", 1, 0.0, ("E05013655",)),
        ("an infinite number, or one that is too large", 1, 0.0, ("E05013656",)),
    ]
    wards = postcodes.table().ward_codes[postcodes.table().ward]
    assert left.without == (wards != "E05013653").sum()
    assert left.share_without == left.without / len(wards)


def test_the_remainder_is_said_in_sentences() -> None:
    said = read(MIXED).remainder.sentence("census", "homes")
    assert said.startswith(
        "“census” totals 20 (homes). 10 of it (50%) could not be used. One row names an area we do "
        "not know (E05999999): 7. One row has a name we do not recognise, or that could be several "
        "places (Abbey): 3. One row has no number (E05013654)."
    )
    assert re.search(r"Its areas have [\d,]+ postcodes\.$", said)


def test_percentages_and_scores_are_never_added_up() -> None:
    found = read("ward,need\nE05013653,31%\nE05013654,44%\nE05999999,9%\n")
    assert found.lens.counts == "need per cent"
    said = [own_lens.note(found.lens), own_lens.brief(found.lens), *own_lens.summary(found.lens)]
    assert said[2] == "“census” (need per cent) has 2 of 3 rows with a figure that matched a place."
    assert not any("totals" in text or "of the total" in text for text in said)
    assert "sum" not in own_lens.tabulate(found.lens)


def test_a_file_that_is_placed_whole_says_so() -> None:
    found = read("ward,homes\nE05013653,10\n")
    assert "“census” totals 10 (homes). All of it matched a place." in own_lens.note(found.lens)
    assert own_lens.brief(found.lens) == "Every row of “census” (homes) is used."


def test_the_remainder_is_the_same_after_it_was_kept_as_text() -> None:
    left = read(MIXED).remainder
    kept = left.frame().astype(str)
    assert remainder.read_frame(kept) == left


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(),
        pd.DataFrame({"what": ["x"]}),
        pd.DataFrame([["a", "b", "c", "d", "e"]] * 3, columns=list(remainder.REMAINDER_COLUMNS)),
    ],
)
def test_any_other_table_is_no_remainder(frame: pd.DataFrame) -> None:
    assert remainder.read_frame(frame) is None


def test_a_remainder_with_endless_numbers_is_read_as_none() -> None:
    frame = read(MIXED).remainder.frame().astype(str).assign(rows="inf", sum="nan", share="1e999")
    found = remainder.read_frame(frame)
    assert found is not None
    assert found.without == 0
    assert found.sum_lost == 0


def test_reasons_name_the_row_and_the_column() -> None:
    reasons = read(MIXED).rows["reason"].tolist()
    gone = "E05999999 is the code of a ward, but not a current one"
    assert reasons[1] == f"Row 3: column “ward”: {gone}."
    assert reasons[3] == "Row 5: column “homes”: it is blank."
    assert reasons[4] == "Row 6: column “homes”: “n/a” is not a number."
    assert reasons[5] == "Row 7: column “homes”: “-1” is below 0."


def test_a_file_without_a_column_of_areas_or_of_numbers_says_so() -> None:
    no_area = read("x,y thing\nalpha beta,3\ngamma,4\n")
    assert "No column names areas" in " ".join(no_area.notes) or set(outcomes(no_area)) <= {
        "unmatched",
        "ambiguous",
    }
    no_number = read("ward\nE05013653\n")
    assert "No column has numbers. Choose the one to use." in no_number.notes
    assert outcomes(no_number) == ["unmatched"]
    assert not len(no_number.lens.positions)


def test_newer_small_census_areas_are_explained() -> None:
    found = read("LSOA21CD,homes\nE01033999,3\nE01000001,4\n")
    assert outcomes(found) == ["unmatched", "matched"]
    assert any("small census areas of 2011" in note for note in found.notes)


# --- size -----------------------------------------------------------------------------------


def test_more_rows_of_postcodes_are_read_than_of_anything_else() -> None:
    names = postcodes.table().name[:250_000].astype(str)
    found = read("postcode,homes\n" + "".join(f"{name},2\n" for name in names))
    assert len(found.rows) == 250_000
    assert total(found) == 500_000
    assert found.counts["matched"] == 250_000


def test_a_long_file_of_anything_else_is_refused_with_what_to_do() -> None:
    text = "place,homes\n" + "".join(f"nowhere {i},2\n" for i in range(200_002))
    with pytest.raises(MappingError, match=r"up to 2,000,000 of postcodes.*\(LSOA\)"):
        read(text)


# --- the lens -------------------------------------------------------------------------------


def test_the_same_file_is_the_same_lens_and_a_changed_one_another() -> None:
    text = "ward,homes\nE05013653,10\n"
    first, again, other = read(text).lens, read(text).lens, read(text.replace("10", "11")).lens
    assert first.by == again.by
    assert first.id == again.id
    assert first.by != other.by
    assert own_lens.rename(first, counts="flats").by != first.by
    assert own_lens.rename(first).by == first.by
    assert first.by == f"own.{first.id}"


def test_an_indicator_is_read_as_it_was_given() -> None:
    found = read("ward,need\nE05013653,10\nE05013654,32.5\n")
    need = own_lens.restore_given(found.lens)
    unit, number = layers.get("ward").unit, layers.get("ward").number_of
    assert np.allclose(need[unit == number("E05013653")], 10)
    assert np.allclose(need[unit == number("E05013654")], 32.5)
    assert need[unit == number("E05013655")].sum() == 0
    single = read("postcode,need\nN1 9GU,3\n").lens
    assert np.array_equal(own_lens.restore_given(single), single.values)


def test_the_share_of_postcodes_without_a_number_is_that_of_the_place() -> None:
    camden = places.get("Camden")
    lens = read("borough,homes\nCamden,10\n").lens
    assert own_lens.share_without(lens, camden.positions) == 0
    assert own_lens.share_without(lens, places.get("Islington").positions) == 1
    assert own_lens.share_without(lens, camden.positions[:0]) == 0


def test_a_lens_of_a_file_counts_in_the_engine(camden) -> None:
    lens = read("ward,homes\nE05013653,10\nE05013654,20\n").lens
    lenses.lend(lens.by, lambda: lens.values, lens.counts)
    assert counts.people_in(camden, lens.by).sum() == pytest.approx(30)
    by_ward = counts.count_whole_units(layers.get("ward"), lens.by)
    assert by_ward[layers.get("ward").number_of("E05013654")] == pytest.approx(20)


# --- numbers in cells -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12", 12),
        (" 1,204 ", 1204),
        ("1 204", 1204),
        ("£5", 5),
        ("1e3", 1000),
        (".5", 0.5),
        ("1,234,567.5", 1234567.5),
        ("+3", 3),
        ("0", 0),
        ("-0", 0),
    ],
)
def test_numbers_are_read_as_they_are_written(cell: str, number: float) -> None:
    found = figures.read(pd.Series([cell], dtype="str"))
    assert found.numbers[0] == number
    assert found.problem[0] == ""


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("", "blank"),
        ("  ", "blank"),
        ("n/a", "text"),
        ("12,5", "text"),
        ("12 %%", "text"),
        ("<5", "text"),
        ("1,23", "text"),
        ("0x1A", "text"),
        ("True", "text"),
        ("nan", "text"),
        ("1_000", "text"),
        ("٣", "text"),
        ("-3", "negative"),
        ("−3", "negative"),
        ("-0.5", "negative"),
        ("inf", "infinite"),
        ("-inf", "infinite"),
        ("1e400", "infinite"),
        ("1e16", "infinite"),
        ("∞", "infinite"),
    ],
)
def test_what_is_no_count_is_told_apart(cell: str, problem: str) -> None:
    found = figures.read(pd.Series([cell], dtype="str"))
    assert found.problem[0] == problem
    assert np.isnan(found.numbers[0])
