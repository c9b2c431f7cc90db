"""Shapes whose text contradicts their numbers are asked about once, and every row is told."""

import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mapping import footprints
from mapping.errors import MappingError
from mapping.footprints import contrary

RING = "((-0.15 51.53, -0.12 51.53, -0.12 51.55, -0.15 51.55, -0.15 51.53))"
GRID = "((528000 184000, 530000 184000, 530000 186000, 528000 186000, 528000 184000))"
DEGREES, METRES = f"POLYGON {RING}", f"POLYGON {GRID}"
CODED = shapely.set_srid(shapely.from_wkt(DEGREES), 27700)
NAMED_JSON = (
    '{"type": "Polygon", "coordinates": [[[-0.15, 51.53], [-0.12, 51.53], [-0.12, 51.55], '
    '[-0.15, 51.53]]], "crs": {"type": "name", "properties": {"name": "EPSG:27700"}}}'
)
WRONG = [
    f"SRID=27700;{DEGREES}",
    f"SRID=4326;{METRES}",
    NAMED_JSON,
    shapely.to_wkb(CODED, hex=True, include_srid=True),
]
RIGHT = [f"SRID=4326;{DEGREES}", f"SRID=27700;{METRES}", DEGREES, f"SRID=3857;{METRES}", "Camden"]


def read(cells: list[str], **options) -> footprints.Upload:
    names = [f"Org {n}" for n in range(len(cells))]
    table = pd.DataFrame({"Organisation": names, "Area": cells})
    return footprints.read(table.to_csv(index=False).encode(), name="a.csv", **options)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_shape_that_contradicts_itself_is_asked_about_and_counts_only_if_that_is_chosen(wrong):
    found = read([wrong, DEGREES])
    (asked,) = found.column_questions.itertuples()
    assert (asked.heading, asked.default) == ("Area", "area")
    assert "but their numbers are not" in asked.question
    assert found.rows["outcome"].tolist() == ["unmatched", "matched"]
    chosen = read([wrong, DEGREES], roles={"Area": contrary.ROLE})
    assert chosen.rows["outcome"].tolist() == ["corrected", "matched"]
    assert "as you chose" in chosen.rows["reason"].iloc[0]
    assert not len(chosen.column_questions)
    plain = read([DEGREES if "27700" in wrong or wrong == WRONG[3] else METRES])
    if wrong != NAMED_JSON:  # which draws a triangle
        assert chosen.footprint("Org 0").tolist() == plain.footprint("Org 0").tolist()


def test_it_is_one_question_however_many_rows_and_systems_there_are():
    found = read(WRONG[:2] * 20)
    (question,) = found.column_questions["question"]
    assert "EPSG:27700 or EPSG:4326" in question
    assert any("Until you choose: nothing, for these shapes." in note for note in found.notes)


def test_who_keeps_to_the_default_is_asked_no_more():
    assert not len(read(WRONG[:1], roles={"Area": "area"}).column_questions)


@pytest.mark.parametrize("right", RIGHT)
def test_nothing_is_asked_about_what_contradicts_nothing_and_the_choice_changes_nothing(right):
    found = read([right, "Camden"])
    assert not found.column_questions["question"].str.contains("numbers").any()
    chosen = read([right, "Camden"], roles={"Area": contrary.ROLE})
    assert chosen.rows["outcome"].tolist() == found.rows["outcome"].tolist()
    assert chosen.rows["matched_to"].tolist() == found.rows["matched_to"].tolist()


@given(st.one_of(st.text(), st.sampled_from(["SRID=27700;", "SRID=4326;POLYGON((", '{"crs"'])))
def test_any_text_is_looked_at_without_a_fault_and_stays_as_it_is(text):
    try:
        assert contrary.find_named([text, text[:-1], text + "))"]) == []
        assert contrary.free(pd.Series([text], dtype=object)).tolist() == [text]
    except MappingError:
        pytest.fail("a fault")
