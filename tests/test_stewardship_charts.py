"""Charts of stewardship: whole SVG, nothing in them but what was counted, texts escaped."""

import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from mapping import actors, places, stewardship
from mapping.drawing import bars, focus_chart, signs, spectrum, svg, whole_place_chart
from mapping.wording import terms

SCALES = {scale: terms.LEVELS[scale] for scale in stewardship.RATED_SCALES}
SVG = "{http://www.w3.org/2000/svg}"
both = pytest.mark.parametrize("is_narrow", [False, True])


def read(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)


def words(picture: str) -> list[str]:
    return ["".join(text.itertext()) for text in read(picture).iter(f"{SVG}text")]


def rate(*levels: int) -> pd.DataFrame:
    rows = [
        ("conditions", "trust", "borough", f"P{at}", "person", level, "", "2026-11-01")
        for at, level in enumerate(levels)
    ]
    return pd.DataFrame(rows, columns=list(stewardship.RATING_COLUMNS))


def find_organisations(name: str) -> pd.DataFrame:
    return stewardship.list_organisations(actors.shipped(), places.get(name))[0]


@both
def test_the_spectrum_has_every_condition_and_says_where_nobody_rated(is_narrow):
    scheme = stewardship.shipped_schemes()["conditions"]
    spread = stewardship.spread(rate(1, 5, 1, 5), scheme)
    picture = spectrum.draw(spread, scheme, SCALES, is_narrow=is_narrow)
    said = words(picture)
    assert said.count("nobody yet") == 23
    assert "4" in said
    assert picture.count("url(#hatch)") == 1
    assert "Sharing power" in said


def test_a_cell_where_views_are_close_is_not_hatched():
    scheme = stewardship.shipped_schemes()["conditions"]
    spread = stewardship.spread(rate(3, 3, 4), scheme)
    assert "url(#hatch)" not in spectrum.draw(spread, scheme, SCALES)


@both
def test_titles_that_somebody_typed_are_texts_and_no_code(is_narrow):
    scheme = stewardship.write_scheme("own", "Ours", '<script>alert("x")</script> & more')
    spread = stewardship.spread(rate(), scheme)
    picture = spectrum.draw(spread, scheme, SCALES, is_narrow=is_narrow)
    assert not list(read(picture).iter(f"{SVG}script"))
    assert "<script" not in picture
    assert '" onload="' not in svg.image(picture, 'x" onload="y')


@both
def test_every_organisation_is_a_point_with_its_number(is_narrow):
    placed = stewardship.place_focus(find_organisations("Camden"))
    placed = placed.assign(label=range(1, len(placed) + 1))
    said = words(focus_chart.draw(placed, "Residents (estimated)", is_narrow=is_narrow))
    assert {str(number) for number in range(1, 13)} <= set(said)


def test_points_of_one_spot_stand_apart():
    placed = stewardship.place_focus(find_organisations("Greater London"))
    placed = placed.assign(label=range(1, len(placed) + 1))
    picture = read(focus_chart.draw(placed, "Residents (estimated)"))
    circles = [(float(c.get("cx")), float(c.get("cy"))) for c in picture.iter(f"{SVG}circle")]
    assert len(set(circles)) == len(circles) > 30


def test_one_organisation_alone_and_many_alike_are_drawn():
    frame = pd.DataFrame({"actor": "A", "sector": "", "reach": [100.0] * 9, "breadth": [1] * 9})
    for size in (1, 9):
        placed = stewardship.place_focus(frame.iloc[:size]).assign(label=1)
        assert read(focus_chart.draw(placed, "Postcodes")) is not None


@both
def test_the_whole_place_has_a_number_in_each_of_its_fifteen_parts(is_narrow):
    whole = stewardship.place_on_template(find_organisations("Camden"))
    said = words(whole_place_chart.draw(whole, is_narrow=is_narrow))
    parts = stewardship.list_parts(whole)
    numbers = parts.loc[parts["part"] == "outcomes", "number"].astype(str).tolist()
    assert sorted(text for text in said if text.isdigit()) == sorted(numbers)
    assert "Stewards: 1" in said
    assert "Social justice 1" in whole_place_chart.tell(whole)


def test_each_number_stands_within_just_the_ellipses_of_its_outcomes():
    for some, (x, y) in whole_place_chart.SPOTS.items():
        inside = []
        for at, (middle_x, middle_y, turn) in enumerate(whole_place_chart.ELLIPSES):
            angle = np.deg2rad(turn)
            a = (x - middle_x) * np.cos(angle) + (y - middle_y) * np.sin(angle)
            b = -(x - middle_x) * np.sin(angle) + (y - middle_y) * np.cos(angle)
            if (a / 0.36) ** 2 + (b / 0.225) ** 2 < 1:
                inside.append(at)
        assert tuple(inside) == some


def test_colours_that_carry_meaning_stand_out_and_shapes_differ_as_well():
    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return float(np.dot([0.2126, 0.7152, 0.0722], linear))

    ground = luminance(signs.GROUND)
    for colour in (*focus_chart.COLOURS, *(line for line, _ in whole_place_chart.LINES)):
        assert (ground + 0.05) / (luminance(colour) + 0.05) >= 4.0, colour
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5, "white numbers stand on it"
    assert len(set(focus_chart.MARKS)) == len(focus_chart.COLOURS)
    assert len({dashes for _, dashes in whole_place_chart.LINES}) == 4


def test_an_image_has_words_for_whoever_cannot_see_it():
    image = svg.image(svg.document(10, 10, [], px=12), "Said <aloud>")
    assert re.search(r'alt="Said &lt;aloud&gt;"', image)


def test_letters_on_a_projector_are_read_from_the_back_row():
    scheme = stewardship.shipped_schemes()["conditions"]
    placed = stewardship.place_focus(find_organisations("Camden")).assign(label=1)
    whole = stewardship.place_on_template(find_organisations("Camden"))
    rows = [bars.Bar("Several councils", 0.4, "40% without")]
    pictures = [
        spectrum.draw(stewardship.spread(rate(1, 5), scheme), scheme, SCALES, is_projected=True),
        focus_chart.draw(placed, "Residents (estimated)", is_projected=True),
        whole_place_chart.draw(whole, is_projected=True),
        bars.draw(rows, shows_rest=True, is_projected=True),
    ]
    room_px = 918, 560  # beside the sentence, on a screen of 1280 by 720
    for picture in map(read, pictures):
        sides = float(picture.get("width")), float(picture.get("height"))
        scale = min(room / side for room, side in zip(room_px, sides, strict=True))
        usual = picture.get("font-size")
        letters = [float(one.get("font-size", usual)) for one in picture.iter(f"{SVG}text")]
        assert min(letters) * scale >= 20
