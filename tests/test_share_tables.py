"""Tables of areas, bodies and people are told by headings and cells, and become a map."""

import numpy as np
import pandas as pd
import pytest

from mapping import intake, own_maps
from mapping.geography import layers, shares
from mapping.own_maps import Facts, GroupColumns, Roles

NHS = "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS\n"
NETWORKS = "EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,ICB_CODE,PCN_CODE,PCN_NAME\n"


@pytest.fixture(scope="module")
def small(camden) -> np.ndarray:
    lsoa = layers.get("lsoa")
    return lsoa.codes[np.unique(lsoa.at(camden.positions))][:30].astype(str)


@pytest.fixture(scope="module")
def lists(small) -> pd.DataFrame:
    """Four practices share thirty small areas out; two are called alike."""
    names = ["THE SURGERY", "THE SURGERY", "HAMPSTEAD GROUP PRACTICE", "BRONDESBURY"]
    rows = [
        f"GP_PRAC_PAT_LIST,01JUL2026,F8300{n},{name},{code},ALL,{40 * (n + 1) + i}\n"
        for i, code in enumerate(small)
        for n, name in enumerate(names)
    ]
    return read(
        NHS + "".join(rows) + "GP_PRAC_PAT_LIST,01JUL2026,F83000,THE SURGERY,NO2011,ALL,9\n"
    )


@pytest.fixture(scope="module")
def networks() -> pd.DataFrame:
    told = [("F83000", "U1", "Kentish Town"), ("F83001", "U1", "Kentish Town")]
    told += [("F83002", "U2", "Hampstead"), ("F83003", "U3", "Kilburn")]
    return read(NETWORKS + "".join(f"x,{p},x,QMJ,{code},{name}\n" for p, code, name in told))


def read(text: str) -> pd.DataFrame:
    return intake.read_sheet(text.encode(), name="a.csv").frame


def test_the_nhs_table_is_told_by_its_headings_and_cells(lists, networks):
    found = own_maps.recognise_shares(lists)
    assert found == ("LSOA_CODE", "PRACTICE_CODE", "NUMBER_OF_PATIENTS", "PRACTICE_NAME")
    groups = own_maps.recognise_groups(networks, lists["PRACTICE_CODE"])
    assert groups == GroupColumns("PRACTICE_CODE", "PCN_CODE", "PCN_NAME")
    assert own_maps.recognise_groups(lists.drop(columns="PRACTICE_CODE"), lists["SEX"]) is None


@pytest.mark.parametrize(
    ("heading", "row", "found"),
    [
        ("Ward,School,Pupils", "{w},School {n},{p}", ("Ward", "School", "Pupils", "")),
        ("area,body,people", "{c},B{n},{p}", ("area", "body", "people", "")),
        (
            "LSOA,GP code,GP name,Total",
            "{c},G{n},Dr {n},{p}",
            ("LSOA", "GP code", "Total", "GP name"),
        ),
        ("LSOA,PCN,Patients,Patients %", "{c},U{n},{p},{n}", ("LSOA", "PCN", "Patients", "")),
        ("LSOA,Sex,Population", "{c},S{n},{p}", None),
        ("LSOA,Practice,Rank", "{c},B{n},{p}", None),
        ("LSOA,Practice,Patients", "{c},B{n},many", None),
        ("Town,Practice,Patients", "town {n},B{n},{p}", None),
    ],
)
def test_columns_are_told_or_there_is_no_such_table(heading, row, found, small):
    wards = layers.get("ward").codes[:30]
    rows = "".join(
        row.format(c=code, w=ward, n=n, p=7 * n + i + 1) + "\n"
        for i, (code, ward) in enumerate(zip(small, wards, strict=True))
        for n in range(3)
    )
    assert own_maps.recognise_shares(read(f"{heading}\n{rows}")) == found


def test_a_table_that_names_one_body_an_area_is_a_lookup(small):
    rows = "".join(f"{code},Practice {i % 3},{i + 1}\n" for i, code in enumerate(small))
    frame = read(f"LSOA,Practice,Patients\n{rows}")
    assert own_maps.recognise_shares(frame) is None
    assert own_maps.choose_roles(frame, {}).people == ""


def test_such_a_table_becomes_a_map_by_shares_and_every_row_is_told_of(lists, networks):
    roles = own_maps.choose_roles(lists, {})
    assert roles == Roles(
        "LSOA_CODE", "PRACTICE_CODE", "PRACTICE_NAME", people="NUMBER_OF_PATIENTS"
    )
    sheet = intake.read_sheet(
        (NHS + lists.to_csv(index=False, header=False)).encode(), name="a.csv"
    )
    found = own_maps.read_table(sheet, roles, Facts("Practice"))
    assert found.layer.shares is not None
    assert found.layer.codes.tolist() == ["F83000", "F83001", "F83002", "F83003"]
    assert found.layer.names.tolist()[:2] == ["THE SURGERY", "THE SURGERY"]
    assert found.counts == {"matched": 120, "corrected": 0, "ambiguous": 0, "unmatched": 1}
    groups = own_maps.recognise_groups(networks, lists[roles.unit]).choose(networks)
    by_network = own_maps.read_table(sheet, roles, Facts("Care network"), groups=groups)
    assert by_network.layer.names.tolist() == ["Kentish Town", "Hampstead", "Kilburn"]
    some = own_maps.read_table(sheet, roles, Facts("Care network"), groups=groups.iloc[:3])
    assert some.rows["reason"].str.contains(shares.NO_GROUP).sum() == 30


def test_a_reader_who_chooses_other_columns_gets_them(lists):
    assert own_maps.choose_roles(lists, {"people": ""}).people == ""
    other = own_maps.choose_roles(lists, {"unit": "SEX"})
    assert (other.unit, other.people) == ("SEX", "")
    told = own_maps.choose_roles(lists, {"unit": "PRACTICE_NAME", "people": "NUMBER_OF_PATIENTS"})
    assert (told.unit, told.people) == ("PRACTICE_NAME", "NUMBER_OF_PATIENTS")


def test_numbers_that_are_kept_back_leave_a_table_what_it_is_and_are_told_of(small):
    cells = ["*", "<5", 30, "5", "[c]", -1]
    rows = "".join(
        f"{c},P{n},{cells[(i + n) % 6]}\n" for i, c in enumerate(small) for n in range(3)
    )
    found = become_map(f"LSOA,Practice,Patients\n{rows}")
    assert found.layer.shares is not None
    why = found.rows["reason"]
    assert why.str.contains(shares.KEPT_BACK).sum() == 45
    assert why.str.contains(shares.BELOW_NOBODY).sum() == 15
    assert found.counts["matched"] == 30


@pytest.mark.parametrize("headings", ["F83001,F83002", "Team North,Team South", "Population,GP"])
def test_a_column_of_numbers_for_each_body_is_no_map(headings, small):
    rows = "".join(f"{c},{i % 5},{i % 7}\n" for i, c in enumerate(small))
    found = become_map(f"LSOA,{headings}\n{rows}")
    assert found.layer is None
    assert f"only numbers in {headings.replace(',', ' and ')}" in found.problem


def test_units_may_be_called_by_numbers(small):
    rows = "".join(f"{c},{900 + i},{i % 5}\n" for i, c in enumerate(small))
    assert become_map(f"LSOA,Population,Cluster\n{rows}").layer.names.tolist() == list("01234")


def test_rows_of_one_area_and_body_are_told_to_be_added_up(small):
    rows = "".join(f"{c},P{n},{s},9\n" for c in small for n in range(2) for s in ("M", "F"))
    (note,) = become_map(f"LSOA,Practice,Sex,Patients\n{rows}").notes
    assert note.startswith("60 rows name an area and a body that a row before names")


def become_map(text: str) -> own_maps.OwnMap:
    sheet = intake.read_sheet(text.encode(), name="a.csv")
    return own_maps.read_table(sheet, own_maps.choose_roles(sheet.frame, {}), Facts("Practice"))


def test_a_row_that_sums_all_bodies_of_an_area_is_no_body(small):
    rows = "".join(f"{c},Practice {n},{n + 5}\n" for c in small for n in range(2))
    sums = "".join(f"{c},Total,11\n" for c in small)
    found = become_map(f"LSOA,Practice,Patients\n{rows}{sums}")
    assert found.layer.names.tolist() == ["Practice 0", "Practice 1"]
    assert found.counts["unmatched"] == len(small)
    assert found.rows["reason"].iloc[-1].endswith("“Total” names no unit.")
