"""Signs that can be told apart, and their legend."""

import base64
import itertools
import re
import xml.etree.ElementTree as ElementTree
from html import unescape

import pytest

from mapping.drawing import signs
from mapping.errors import MappingError

SIGNS = [*signs.AREAS.values(), *signs.pick_signs(64)]


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


ALL_LINES = [*signs.LINES.values(), *signs.SCALE_LINES.values(), *signs.OVER]


@pytest.mark.parametrize("sign", ALL_LINES)
def test_lines_stand_out_from_the_ground_and_from_what_they_lie_on(sign: signs.LineSign) -> None:
    grounds = [signs.WHITE] if sign.casing_px else [signs.AREAS["torn"].fill]
    assert min(contrast(sign.colour, ground) for ground in [signs.GROUND, *grounds]) >= 3


def apparent(sign: signs.LineSign | signs.AreaSign, colour: str) -> str:
    """Mix a line's colour with the ground where it is narrower than a pixel, as screens do."""
    cover = min(1.0, sign.width_px)
    parts = [(int(colour[i : i + 2], 16), int(signs.GROUND[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(cover * a + (1 - cover) * b):02x}" for a, b in parts)


@pytest.mark.parametrize("sign", ALL_LINES)
def test_no_line_is_so_thin_that_it_pales_into_the_ground(sign: signs.LineSign) -> None:
    assert contrast(apparent(sign, sign.colour), signs.GROUND) >= 3


def test_the_edges_of_unfilled_areas_are_the_line_that_the_legend_shows() -> None:
    plain, shown = signs.AREAS["plain"], signs.SCALE_LINES["hyperlocal"]
    assert (plain.line, plain.width_px) == (shown.colour, shown.width_px)
    # London's wards are drawn at nine tenths of that: see thinOut in static/areas.js.
    drawn = signs.AreaSign(plain.fill, line=plain.line, width_px=0.9)
    assert contrast(apparent(drawn, drawn.line), signs.GROUND) >= 3


def test_samples_lie_on_the_ground_of_the_map_whatever_the_page_is_like() -> None:
    for sign in (*signs.LINES.values(), *signs.AREAS.values()):
        root = ElementTree.fromstring(signs.sample(sign))
        first = root[0]
        assert (first.get("fill"), first.get("width"), first.get("height")) == (
            signs.GROUND,
            "52",
            "20",
        )


def test_thinner_lines_still_differ_without_colour() -> None:
    thin = signs.line_signs(0.5)
    assert len({(thin[part].width_px, thin[part].dash_px) for part in signs.LINES}) == 4
    assert thin["outline"] == signs.LINES["outline"]
    assert thin["a_only"].width_px == signs.LINES["a_only"].width_px / 2


@pytest.mark.parametrize("sign", SIGNS)
def test_patterns_and_edges_stand_out_from_their_fill(sign: signs.AreaSign) -> None:
    assert contrast(sign.mark, sign.fill) >= 3
    assert contrast(sign.line, sign.fill) >= 3


def test_64_kinds_of_area_differ_and_neighbours_differ_in_pattern_and_tint() -> None:
    kinds = signs.pick_signs(64)
    assert len(set(kinds)) == 64
    for one, other in itertools.pairwise(kinds):
        assert one.pattern != other.pattern
        assert one.fill != other.fill


def test_the_signs_of_coverage_differ_by_pattern_and_by_lightness() -> None:
    kinds = [signs.AREAS[name] for name in signs.COVERAGE]
    assert len(kinds) == len({sign.pattern for sign in kinds}) == 5
    for one, other in itertools.combinations(kinds, 2):
        assert one.fill != other.fill
    gap, unrecorded = signs.AREAS["known gap"], signs.AREAS["not recorded"]
    assert contrast(gap.fill, unrecorded.fill) >= 3
    rest = [sign for sign in kinds if sign is not gap]
    assert all(contrast(gap.fill, sign.fill) >= 2 for sign in rest), "a gap stands out in grey too"


@pytest.mark.parametrize("scale", [1.0, 1.8])
def test_five_maps_over_each_other_differ_without_colour_and_stay_seen_together(
    scale: float,
) -> None:
    drawn = [sign.scaled(scale) for sign in signs.OVER]
    looks = {(len(sign.dash_px), sign.round_ends, sign.core_px > 0) for sign in drawn}
    assert len(looks) == len(drawn) == 5
    solid, *_, double = drawn
    assert not any(sign.casing_px for sign in drawn), "a casing would hide what lies below"
    assert double.core_px > solid.width_px, "it lies around all others"
    assert double.width_px - double.core_px >= 2 * scale, "two lines of a pixel and more"
    thin = [sign for sign in drawn if sign.dash_px and not sign.round_ends]
    assert all(2 * sign.width_px < solid.width_px for sign in thin), "the solid one shows beside"


def test_a_double_line_has_its_core_in_the_legend_as_well() -> None:
    sample = signs.sample(signs.OVER[-1])
    assert f'stroke="{signs.WHITE}" stroke-width="6.6"' in sample


def test_a_coarser_pattern_still_joins_at_the_edges_of_its_tile() -> None:
    for pattern in signs.PATTERNS.values():
        coarse = pattern.scaled(1.55)
        factor = coarse.size_px / pattern.size_px
        assert coarse.size_px == round(pattern.size_px * 1.55)
        for fine, drawn in zip(pattern.strokes, coarse.strokes, strict=True):
            assert drawn == pytest.approx([part * factor for part in fine])


def test_the_lines_of_an_agreement_differ_without_colour() -> None:
    looks = {
        (line.width_px, line.dash_px, line.round_ends)
        for line in (signs.LINES[part] for part in ("both", "a_only", "b_only", "outline"))
    }
    assert len(looks) == 4


@pytest.mark.parametrize("colour", ["red", "#FFF", "#12345", "#12345g", "url(x)", "#1234567"])
def test_anything_but_a_six_digit_colour_is_refused(colour: str) -> None:
    with pytest.raises(MappingError, match="#rrggbb"):
        signs.AreaSign(colour)
    with pytest.raises(MappingError, match="#rrggbb"):
        signs.LineSign(colour, 1.0)


def test_an_unknown_pattern_is_refused() -> None:
    with pytest.raises(MappingError, match="'tartan' was given"):
        signs.AreaSign(signs.GROUND, "tartan")


def test_a_legend_shows_each_sign_with_its_words() -> None:
    html = signs.legend([("both", "Both"), ("torn", "Split"), ("borough", "Boroughs")])
    assert re.findall(r"<span>(.*?)</span>", html) == ["Both", "Split", "Boroughs"]
    for picture in re.findall(r"base64,([A-Za-z0-9+/=]+)", html):
        root = ElementTree.fromstring(base64.b64decode(picture))
        assert root.tag.endswith("svg")


@pytest.mark.parametrize("words", ["<img onerror=x>", "{{ 7*7 }}", "${7*7}", "a\\b `c` \"d\" 'e'"])
def test_the_words_of_a_legend_are_shown_as_typed(words: str) -> None:
    html = signs.legend([("torn", words)])
    assert words not in html
    assert unescape(re.search(r"<span>(.*?)</span>", html).group(1)) == words


def test_an_unknown_sign_in_a_legend_is_refused() -> None:
    with pytest.raises(MappingError, match="'zigzag' was given"):
        signs.legend([("zigzag", "Zigzag")])


def test_a_legend_can_be_enlarged_for_the_projector() -> None:
    html = signs.legend([signs.LegendItem(signs.LINES["both"], "Both", scale=2.0)])
    assert 'width="104" height="40"' in html


@pytest.mark.parametrize("sign", signs.OVER)
def test_names_in_the_colour_of_a_map_s_lines_can_be_read(sign: signs.LineSign) -> None:
    assert contrast(sign.colour, signs.GROUND) >= 4.5
