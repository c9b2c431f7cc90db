"""People moved: by the stated rule, worked by hand; and which lines would be common ones."""

import numpy as np
import pytest
import town
from hypothesis import given
from hypothesis import strategies as st

from mapping import layers, overlap, redraw
from mapping.errors import MappingError


def test_each_unit_goes_whole_to_the_one_that_holds_most_and_ties_to_the_first():
    """X has A 1 + 2 and B 3: a tie, to A, 3 move; Y has A 4 + 5 and B 6: to A, 6 move."""
    with town.town("AAB\nAAB", "XXX\nYYY", people=[1, 2, 3, 4, 5, 6]) as small:
        a, b = small.layers
        found = redraw.follow(small.place, a, along=b)
        assert found.moves[["code", "to_code", "people", "moved"]].values.tolist() == [
            ["Y", "A", 15.0, 6.0],
            ["X", "A", 6.0, 3.0],
        ]
        assert redraw.people_moved(small.place, a, along=b) == 9


def test_people_in_no_unit_stay():
    with town.town("AA.BA", "XX.XY", people=[1, 2, 4, 8, 16]) as small:
        a, b = small.layers
        assert redraw.people_moved(small.place, a, along=b) == 3


def test_a_layer_along_itself_or_along_one_that_it_nests_in_moves_nobody(london, camden, moray):
    for place in (london, camden, moray):
        for key in ("ward", "borough", "postal_district", "postal_sector"):
            layer = layers.get(key)
            assert redraw.people_moved(place, layer, along=layer) == 0
        ward, borough = layers.get("ward"), layers.get("borough")
        assert redraw.people_moved(place, borough, along=ward) == 0
        assert redraw.people_moved(place, ward, along=borough) == 0
        sector, district = layers.get("postal_sector"), layers.get("postal_district")
        assert redraw.people_moved(place, district, along=sector) == 0
        assert redraw.people_moved(place, sector, along=district) == 0


drawings = st.integers(1, 12).flatmap(
    lambda n: st.tuples(*[st.text("ABC.", min_size=n, max_size=n)] * 2)
)


@given(drawings, st.integers(0, 9))
def test_nobody_is_lost_and_no_unit_moves_more_than_it_has(drawn, seed):
    people = np.random.default_rng(seed).integers(1, 9, len(drawn[0])).astype(float)
    with town.town(*drawn, people=people) as small:
        a, b = small.layers
        found = redraw.follow(small.place, a, along=b)
        assert (found.moved <= found.people).all()
        assert (found.moved >= 0).all()
        both = [x != "." and y != "." for x, y in zip(*drawn, strict=True)]
        assert found.people.sum() == people[both].sum()
        if not found.is_nested:
            share = overlap.aligned_share(small.place, b, a) if any(both) else 1.0
            assert found.people_moved == pytest.approx((1 - share) * people[both].sum())


def test_who_moves_is_who_is_in_another_unit_of_the_redrawn_layer(london):
    layer, along = layers.get("mental_health_trust"), layers.get("icb")
    found = redraw.follow(london, layer, along=along)
    drawn = found.redraw(london)
    before, after = (one.at(london.positions) for one in (layer, drawn))
    names = layer.names.astype(str)[before], drawn.names.astype(str)[after]
    moved = overlap.people_in(london)[names[0] != names[1]].sum()
    assert moved == pytest.approx(found.people_moved)
    assert redraw.people_moved(london, drawn, along=along) == 0
    assert found.redraw(london, title="New").title == "New"


def test_a_layer_that_need_not_be_redrawn_stays_the_same(london):
    borough = layers.get("borough")
    assert redraw.follow(london, borough, along=layers.get("ward")).redraw(london) is borough


def test_common_lines_of_london_begin_with_its_boroughs(london):
    keys = ["icb", "police_bcu", "mental_health_trust"]
    found = redraw.common_lines(london, keys)
    assert found["people"].is_monotonic_increasing
    first = found.iloc[0]
    assert (first["layer"], first["people"], first["units"]) == ("borough", 0, 33)
    assert set(keys) <= set(found["layer"])
    assert {"icb@2022", "borough@2027"} <= set(found["layer"])
    assert found.set_index("layer").loc["icb", "moved_icb"] == 0
    columns = [f"moved_{key}" for key in keys]
    assert (found[columns].sum(axis=1) - found["people"]).abs().max() < 1e-3
    for row in found.itertuples():
        along = layers.get(row.layer)
        assert row.moved_police_bcu == pytest.approx(
            redraw.people_moved(london, layers.get("police_bcu"), along=along), abs=1e-5
        )


def test_a_common_line_is_sought_among_some_layers_alone(london):
    found = redraw.common_lines(london, ["icb"], candidates=["police_bcu", layers.get("borough")])
    assert set(found["layer"]) == {"icb", "police_bcu", "borough"}
    with pytest.raises(MappingError, match="at least one partner"):
        redraw.common_lines(london, [])


def test_bodies_that_share_areas_out_have_no_lines_to_redraw(camden):
    import pandas as pd

    rows = [("E01000842", "A", 3), ("E01000842", "B", 1), ("E01000843", "B", 2)]
    frame = pd.DataFrame(rows, columns=["area", "body", "people"])
    columns = {"areas": "area", "units": "body", "people": "people"}
    shared = layers.from_shares(frame, **columns, title="Practice", scale="hyperlocal")
    found = redraw.follow(camden, layers.get("ward"), along=shared)
    with pytest.raises(MappingError, match="two maps with lines"):
        found.redraw(camden)
