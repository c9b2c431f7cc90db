"""Pictures of postcodes: place, size, and that nothing is lost in silence."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from pyproj import Transformer

from mapping.drawing import dots
from mapping.errors import MappingError

LONDON_ZOOM = 11.0


def streets(count: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Return positions along random streets over a place of London's extent (metres)."""
    dice = np.random.default_rng(seed)
    homes = dice.normal((530_000, 180_000), (12_000, 9_000), (count // 20, 2))
    ways = dice.uniform(0, 2 * np.pi, count // 20)
    along = np.arange(20) * 55.0
    easting = homes[:, :1] + along * np.cos(ways)[:, None]
    northing = homes[:, 1:] + along * np.sin(ways)[:, None]
    inside = (abs(easting - 532_000) < 28_000) & (abs(northing - 178_000) < 22_000)
    return easting[inside].round(), northing[inside].round()


def alpha(picture: dots.DotPicture) -> np.ndarray:
    """Return the strength of every pixel."""
    return np.asarray(Image.open(io.BytesIO(picture.png)).convert("RGBA"))[:, :, 3]


def mercator_px(lon: np.ndarray, lat: np.ndarray, zoom: float) -> tuple[np.ndarray, np.ndarray]:
    scale = 256 * 2**zoom
    x = (lon + 180) / 360 * scale
    y = (1 - np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) / np.pi) / 2 * scale
    return x, y


@given(
    easting=st.integers(100_000, 650_000),
    northing=st.integers(10_000, 1_200_000),
    zoom=st.floats(5, 16),
)
def test_a_single_postcode_lies_within_one_pixel_of_its_position(
    easting: int, northing: int, zoom: float
) -> None:
    picture = dots.png([easting], [northing], zoom=zoom)
    rows, columns = np.nonzero(alpha(picture))
    assert len(rows) == 1
    to_degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    x, y = mercator_px(*map(np.asarray, to_degrees.transform(easting, northing)), zoom)
    west, _, _, north = map(np.asarray, picture.bounds)
    left, top = mercator_px(west, north, zoom)
    assert x - (left + columns[0] + 0.5) == pytest.approx(0, abs=0.6)
    assert y - (top + rows[0] + 0.5) == pytest.approx(0, abs=0.6)


def test_the_edges_are_those_of_the_pixels() -> None:
    picture = dots.png(*streets(2_000), zoom=LONDON_ZOOM)
    west, south, east, north = map(np.asarray, picture.bounds)
    left, bottom = mercator_px(west, south, LONDON_ZOOM)
    right, top = mercator_px(east, north, LONDON_ZOOM)
    height, width = alpha(picture).shape
    assert right - left == pytest.approx(width)
    assert bottom - top == pytest.approx(height)


def test_both_pictures_of_a_place_like_london_are_small() -> None:
    easting, northing = streets(180_000)
    whole, near = dots.pictures(dots.lay_out(easting, northing))
    assert len(whole.png) <= dots.MAX_BYTES
    assert len(near.png) <= dots.MAX_BYTES
    assert near.zoom == whole.zoom + 1


def test_a_picture_that_is_not_thinned_shows_every_postcode() -> None:
    picture = dots.png(*streets(20_000), zoom=LONDON_ZOOM)
    assert picture.drawn == picture.total


def test_a_picture_that_would_be_too_long_says_how_many_it_leaves_out() -> None:
    easting, northing = streets(60_000)
    full = dots.png(easting, northing, zoom=12, max_bytes=10_000_000)
    thin = dots.png(easting, northing, zoom=12, max_bytes=30_000)
    assert full.drawn == full.total == len(easting)
    assert len(thin.png) <= 30_000 < len(full.png)
    assert 0 < thin.drawn < thin.total == len(easting)
    assert thin.bounds == full.bounds
    assert not (alpha(thin) > 0)[alpha(full) == 0].any()


def test_the_same_postcodes_in_any_order_give_the_same_picture() -> None:
    easting, northing = streets(30_000)
    shuffled = np.random.default_rng(1).permutation(len(easting))
    one = dots.png(easting, northing, zoom=12, max_bytes=20_000)
    other = dots.png(easting[shuffled], northing[shuffled], zoom=12, max_bytes=20_000)
    assert one == other


def test_more_postcodes_in_a_pixel_make_it_stronger() -> None:
    easting = [530_000, 540_000, 540_001, 550_000] + [550_001] * 9
    picture = dots.png(easting, [180_000] * 13, zoom=9)
    strengths = alpha(picture)
    found = strengths[strengths > 0]
    assert len(found) == 3
    assert found[0] == dots.DENSITY_ALPHAS[0]
    assert found[0] <= found[1] < found[2] == dots.DENSITY_ALPHAS[2]


@pytest.mark.parametrize(("dot_px", "pixels"), [(1, 1), (2, 4), (3, 5), (4, 12), (5, 21)])
def test_dots_can_be_larger_and_of_another_colour(dot_px: int, pixels: int) -> None:
    picture = dots.png(
        [530_000], [180_000], zoom=10, colour="#c2553a", alphas=(255,), dot_px=dot_px
    )
    image = np.asarray(Image.open(io.BytesIO(picture.png)).convert("RGBA"))
    drawn = image[image[:, :, 3] > 0]
    assert len(drawn) == pixels
    assert {tuple(pixel) for pixel in drawn.tolist()} == {(0xC2, 0x55, 0x3A, 255)}


def test_the_start_zoom_fits_the_place_into_the_map() -> None:
    london = (-0.51, 51.28, 0.34, 51.70)
    zoom = dots.start_zoom(london, width_px=1000, height_px=560)
    x, y = mercator_px(np.array(london[0::2]), np.array(london[1::2]), zoom)
    assert np.ptp(x) <= 1000
    assert np.ptp(y) <= 560
    assert np.ptp(x) * 2**0.25 > 1000 or np.ptp(y) * 2**0.25 > 560


def test_one_postcode_alone_still_makes_a_place() -> None:
    whole, near = dots.pictures(dots.lay_out([530_000], [180_000]))
    assert (alpha(whole) > 0).sum() == (alpha(near) > 0).sum() == 4


def test_few_postcodes_are_drawn_larger_than_many() -> None:
    rng = np.random.default_rng(7)
    spread = rng.integers(0, 50_000, (2, dots.FEW_POSTCODES)) + 500_000
    few, many = (dots.pictures(dots.lay_out(*s))[0] for s in (spread[:, :-1], spread))
    assert (alpha(few) > 0).sum() > 2 * (alpha(many) > 0).sum()


@pytest.mark.parametrize(
    ("easting", "northing"),
    [([], []), ([530_000.0], []), ([float("nan")], [180_000.0]), ([[1.0]], [[1.0]])],
)
def test_positions_that_are_missing_are_refused(easting: list, northing: list) -> None:
    with pytest.raises(MappingError, match="Leave out postcodes without a position"):
        dots.png(easting, northing, zoom=10)


def test_a_picture_too_large_to_show_is_refused() -> None:
    with pytest.raises(MappingError, match="Choose a lower zoom"):
        dots.png([400_000, 600_000], [100_000, 300_000], zoom=15)


@pytest.mark.parametrize("settings", [{"dot_px": 6}, {"alphas": ()}, {"alphas": (1, 2, 3, 4)}])
def test_other_sizes_and_strengths_are_refused(settings: dict) -> None:
    with pytest.raises(MappingError, match="1 to 5 pixels wide"):
        dots.png([530_000], [180_000], zoom=10, **settings)


@given(
    levels=arrays(
        np.uint8,
        st.tuples(st.integers(1, 9), st.integers(1, 19)),
        elements=st.integers(0, 3),
    ),
    count=st.integers(1, 3),
)
def test_an_image_comes_back_pixel_by_pixel(levels: np.ndarray, count: int) -> None:
    drawn, alphas = np.minimum(levels, count), (90, 150, 210)[:count]
    image = Image.open(io.BytesIO(dots._encode(drawn, "#0b7a75", alphas)))
    found = np.asarray(image.convert("RGBA"))
    assert (found[:, :, 3] == np.array([0, *alphas])[drawn]).all()
    assert (found[:, :, :3][drawn > 0] == (0x0B, 0x7A, 0x75)).all()


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_a_picture_of_one_strength_is_drawn_where_any_dot_lies(size: int) -> None:
    easting, northing = streets(4_000)
    one, two = (
        dots.png(easting, northing, zoom=9, alphas=alphas, dot_px=size)
        for alphas in [(200,), (200, 201)]
    )
    assert ((alpha(one) > 0) == (alpha(two) > 0)).all()
    assert one.bounds == two.bounds


def strong_pixels(picture: dots.DotPicture) -> set[tuple[int, int]]:
    """Return the drawn pixels, counted from the north-west corner of the world at its zoom."""
    west, _, _, north = map(np.asarray, picture.bounds)
    left, top = (round(float(side)) for side in mercator_px(west, north, picture.zoom))
    rows, columns = np.nonzero(alpha(picture))
    return set(zip((columns + left).tolist(), (rows + top).tolist(), strict=True))


@pytest.mark.parametrize(("count", "share"), [(600, 0.05), (60_000, 0.05), (60_000, 0.4)])
def test_marked_postcodes_lie_on_the_very_pixels_of_the_same_postcodes_in_grey(
    count: int, share: float
) -> None:
    easting, northing = streets(count)
    which = np.random.default_rng(5).random(len(easting)) < share
    which[np.argmax(easting)] = False  # the marked ones span less than the place
    over = dots.draw_some(dots.lay_out(easting, northing), which)
    near = dots.pictures(dots.lay_out(easting, northing))[1]
    assert over.zoom == near.zoom
    assert over.drawn == over.total == which.sum()
    grey = dots.png(
        easting[which],
        northing[which],
        zoom=near.zoom,
        alphas=(255,),
        dot_px=2 if count < dots.FEW_POSTCODES else 1,
    )
    assert strong_pixels(grey) < strong_pixels(over)


@pytest.mark.parametrize("count", [600, 60_000])
def test_a_marked_dot_and_its_grey_dot_have_the_same_middle(count: int) -> None:
    easting, northing = streets(count)
    which = np.arange(len(easting)) == 7
    over = dots.draw_some(dots.lay_out(easting, northing), which)
    size = 2 if count < dots.FEW_POSTCODES else 1
    grey = dots.png(easting[which], northing[which], zoom=over.zoom, dot_px=size)
    middles = [np.mean(list(strong_pixels(picture)), axis=0).tolist() for picture in (over, grey)]
    assert middles[0] == middles[1]


def test_many_marked_postcodes_are_drawn_smaller_and_paler() -> None:
    easting, northing = streets(60_000)
    few = dots.draw_some(dots.lay_out(easting, northing), np.arange(len(easting)) % 10 == 0)
    many = dots.draw_some(dots.lay_out(easting, northing), np.arange(len(easting)) % 2 == 0)
    assert alpha(few).max() > alpha(many).max()
    assert (alpha(few) > 0).sum() / few.drawn > 2 * (alpha(many) > 0).sum() / many.drawn


@pytest.mark.parametrize("which", [[False, False], [True]])
def test_marking_nothing_or_other_postcodes_is_refused(which: list[bool]) -> None:
    with pytest.raises(MappingError, match="at least one yes"):
        dots.draw_some(dots.lay_out([530_000, 531_000], [180_000, 181_000]), which)
