"""Which maps are drawn: any that reach the place, at most five at once, held by the link."""

import pandas as pd
import pytest
from shown import PLACES, Shown, keep_map, opened, payloads

from mapping import places
from mapping.drawing import signs
from mapping.geography import layers
from mapping.wording.terms import LEVELS
from pages.shared import registers

LONDON = {"place": PLACES["Greater London"]}
FIVE = "icb,borough,police_bcu,mental_health_trust,assembly_constituency"


def lines_of(shown: Shown) -> list[dict]:
    return [config for config in payloads(shown.map())[1:] if config["kind"] == "lines"]


def names_of(shown: Shown) -> list[dict]:
    return next(c["of"] for c in payloads(shown.map())[1:] if c["kind"] == "names")


def open_list(shown: Shown) -> Shown:
    shown.app.session_state["cg-over"] = True
    return shown.run()


@pytest.mark.parametrize("page", ["place", "who_works_here"])
def test_five_maps_of_a_link_are_drawn_in_five_signs(page: str) -> None:
    shown = opened(page, **LONDON, over=FIVE)
    assert shown.notes == []
    drawn = lines_of(shown)
    assert len({config["path"] for config in drawn}) == 5
    dashes = [config["lines"]["*"]["dash"] for config in drawn]
    assert dashes == [list(sign.dash_px) for sign in signs.OVER]
    assert drawn[4]["rank"] == -1, "the double line lies around the others"
    assert shown.chosen() == {**LONDON, "over": FIVE}
    legend = next(piece for piece in shown.html if "<li" in piece and "cg-legend" in piece)
    for key in FIVE.split(","):
        assert layers.get(key).plural.casefold() in legend.casefold()


def test_nothing_chosen_draws_what_the_place_is_best_seen_by() -> None:
    usual = lines_of(opened(**LONDON))
    assert [config["lines"]["*"]["dash"] for config in usual] == [[], []]
    assert all("rank" not in config for config in usual)


def test_the_list_comes_once_it_is_opened_the_largest_scale_first() -> None:
    shown = opened(**LONDON)
    assert not [box for box in shown.app.multiselect if box.key == "_widget_over"]
    (box,) = open_list(shown).app.multiselect
    scales = [option.split(" · ")[1] for option in box.options]
    assert "Strategic authority · several councils · no boundary here" in box.options
    assert "Police command (BCU) · several councils" in box.options
    levels = [LEVELS[scale].lower() for scale in reversed(layers.SCALES)]
    assert sorted(scales, key=levels.index) == scales
    shown.choose("over", ["icb", "borough"])
    assert shown.chosen() == {**LONDON, "over": "icb,borough"}
    assert layers.get("icb").description in shown.captions.replace("\\", "")
    assert opened(**shown.link()).finding == shown.finding


def test_chosen_maps_write_their_names_before_those_of_wards_in_their_lines_colour() -> None:
    named = names_of(opened(**LONDON, over="borough,icb"))
    colours = [signs.OVER[1].colour, signs.OVER[0].colour, signs.INK]  # the largest scale first
    assert [one["colour"] for one in named] == colours
    assert [one["bold"] for one in named] == [True, True, False]


def test_names_that_are_switched_off_are_not_sent() -> None:
    for over in ("", "icb"):
        kinds = [c.get("kind") for c in payloads(opened(**LONDON, over=over, names="").map())]
        assert "names" not in kinds


def test_more_than_five_maps_are_cut_and_it_is_said() -> None:
    shown = opened(**LONDON, over=f"{FIVE},subregional_partnership")
    assert "asks for 6 boundary maps; we draw the first 5" in " ".join(shown.notes)
    assert shown.chosen()["over"] == FIVE


def test_a_map_that_cannot_be_drawn_here_is_said_and_the_rest_is_drawn() -> None:
    britain = opened(place=PLACES["Great Britain"], over="lsoa,region")
    assert "Not drawn in Great Britain: Small census area" in " ".join(britain.notes)
    assert len(lines_of(britain)) == 1
    assert not any("lsoa" in str(key) for key in open_list(britain).control("over"))


def test_a_map_without_a_line_in_the_place_says_so() -> None:
    shown = open_list(opened(place=PLACES["Oldham"], over="icb"))
    assert len(lines_of(shown)) == 1, "the edge of Oldham"
    assert "Boundary of Oldham" in "".join(shown.html)
    assert (
        "no boundary is drawn: integrated care board Greater Manchester ICB."
        in shown.captions.replace("\\", "")
    )
    assert "Oldham is in one integrated care board" in shown.captions


def test_another_place_forgets_which_maps_were_drawn() -> None:
    shown = opened(**LONDON, over="icb")
    shown.find("Oldham")
    [button] = [b for b in shown.app.button if "Oldham" in b.label][:1]
    button.click()
    assert "over" not in shown.run().chosen()


def test_lines_are_thicker_on_a_projector() -> None:
    def widths(projector: str) -> list[float]:
        drawn = lines_of(opened(**LONDON, over=FIVE, projector=projector))
        return [config["lines"]["*"]["width"] for config in drawn]

    assert all(thick > 1.5 * thin for thin, thick in zip(widths(""), widths("1"), strict=True))


def test_a_layer_of_one_s_own_is_drawn_like_those_that_ship() -> None:
    small, camden = layers.get("lsoa"), places.get("Camden")
    codes = small.codes[pd.unique(small.at(camden.positions))]
    frame = pd.DataFrame({"area": codes, "team": [f"Team {i % 4}" for i in range(len(codes))]})
    teams = layers.from_lookup(frame, areas="area", units="team", title="Team", scale="hyperlocal")
    workspace = registers.store().create("Ours", PLACES["Camden"])
    teams = keep_map(teams, workspace)
    shown = opened(place=PLACES["Camden"], over=f"ward,{teams.key}", workspace=workspace)
    assert len(lines_of(shown)) == 2
    assert "Team · neighbourhood" in next(iter(open_list(shown).app.multiselect)).options


def test_what_is_taken_away_shows_the_same_lines() -> None:
    from mapping.drawing.picture import Lines, still

    drawn = opened(**LONDON, over=FIVE).app.session_state["_shown"].drawn
    seen = still.make_still(drawn, [], [], bounds=(-0.51, 51.28, 0.34, 51.7))
    lines = [one.sign for one in seen.layers if isinstance(one, Lines)]
    assert lines == [signs.OVER[4], *signs.OVER[:4]]


def test_the_legend_names_the_area_that_is_outlined_around_a_spot() -> None:
    for over in ({}, {"over": "icb"}):
        shown = opened("who_works_here", place=PLACES["Camden"], at="NW5 2AA", **over)
        assert "Kentish Town South (ward)" in "".join(shown.html)


def test_islands_whose_maps_have_no_border_in_common_are_drawn_with_their_names() -> None:
    islands = "union.borough.S12000023+borough.S12000027"
    shown = opened(place=islands, over="health_board,borough")
    assert len(lines_of(shown)) == 2
