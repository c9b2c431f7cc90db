"""Pictures drawn on the server: the same signs, nothing cut off, quickly."""

import io

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor

from mapping import boundaries, places
from mapping.atoms import postcodes
from mapping.drawing import picture, signs
from mapping.drawing.picture import lettering, pen
from mapping.errors import MappingError
from mapping.geography import layers
from mapping.takeaway import export

CREDIT = ["Contains OS data © Crown copyright and database right 2025", "A second line"]
SMALL = (800, 600)


def town(count: int = 4) -> gpd.GeoDataFrame:
    squares = [shapely.box(n * 100, 0, n * 100 + 100, 100) for n in range(count)]
    codes = [f"T{n}" for n in range(count)]
    return gpd.GeoDataFrame({"code": codes}, geometry=squares, crs=27700)


def pixels(data: bytes) -> np.ndarray:
    """Return the colours of a PNG, shape (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def near(image: np.ndarray, colour: str, tolerance: int = 12) -> np.ndarray:
    return (np.abs(image - ImageColor.getrgb(colour)) <= tolerance).all(axis=2)


def drawn(*drawn_layers: picture.PictureLayer, **rest) -> np.ndarray:
    told = {"attribution": CREDIT, "size_px": SMALL} | rest
    return pixels(picture.png("A finding.", drawn_layers, **told))


def test_a_picture_has_the_size_that_was_asked_for() -> None:
    data = picture.png("A finding.", [picture.Areas(town())], attribution=CREDIT)
    assert Image.open(io.BytesIO(data)).size == (1600, 1200)
    assert drawn(picture.Areas(town())).shape == (600, 800, 3)


def test_every_sign_of_coverage_is_drawn_in_its_tint_and_its_mark() -> None:
    kinds = {f"T{n}": name for n, name in enumerate(signs.COVERAGE)}
    image = drawn(picture.Areas(town(5), kinds), size_px=(1600, 1200))
    rows = near(image, signs.RUST).sum(axis=1) > 100
    image = image[rows]  # the band of the areas alone
    for name in signs.COVERAGE:
        sign = signs.AREAS[name]
        tint = ImageColor.getrgb(sign.fill)
        shown = [
            round(sign.opacity * a + (1 - sign.opacity) * b)
            for a, b in zip(tint, ImageColor.getrgb(signs.GROUND), strict=True)
        ]
        assert (np.abs(image - shown) <= 6).all(axis=2).sum() > 2_000, name
        if name != "nobody lives here":
            assert near(image, sign.mark, 40).sum() > 100, name


def test_a_legend_shows_the_very_signs_of_the_map() -> None:
    items = [(name, words) for name, words in signs.COVERAGE.items()]
    plain = drawn(picture.Areas(town()))
    told = drawn(picture.Areas(town()), legend=items)
    assert near(plain, signs.RUST).sum() == 0
    assert near(told, signs.RUST).sum() > 100


def test_solid_broken_and_dotted_lines_differ_without_colour() -> None:
    paths = [shapely.LineString([(0, y), (1_000, y)]) for y in (0, 200, 400)]
    frame = gpd.GeoDataFrame({"part": ["both", "a_only", "b_only"]}, geometry=paths, crs=27700)
    image = drawn(picture.Lines(frame))
    shares = []
    for part in ("both", "a_only", "b_only"):
        found = near(image, signs.LINES[part].colour, 60)
        row = found[np.argmax(found.sum(axis=1))]
        across = np.flatnonzero(row)
        shares.append(row[across[0] : across[-1]].mean())
    assert shares[0] == 1
    assert 0.5 < shares[1] < 0.8
    assert 0.3 < shares[2] < 0.65


def test_a_hole_stays_open() -> None:
    ring = shapely.Polygon(
        shapely.box(0, 0, 90, 90).exterior, [shapely.box(30, 30, 60, 60).exterior]
    )
    frame = gpd.GeoDataFrame({"code": ["a"]}, geometry=[ring], crs=27700)
    image = drawn(picture.Areas(frame, default=signs.AreaSign("#c2553a", opacity=1.0)))
    rows, columns = np.nonzero(near(image, signs.RUST))
    middle = image[(rows.min() + rows.max()) // 2, (columns.min() + columns.max()) // 2]
    assert near(middle[None, None], signs.GROUND)[0, 0]


def test_north_is_up_and_east_is_right() -> None:
    corners = picture.Areas(town(), default="plain")
    image = drawn(corners, picture.Dots([395.0], [95.0], signs.RUST, 8, 1.0))
    rows, columns = np.nonzero(near(image, signs.RUST, 30))
    edges = np.nonzero(near(image, signs.SLATE, 80)[100:450])
    assert columns.mean() > np.quantile(edges[1], 0.95)
    assert rows.mean() - 100 < edges[0].mean()


def test_degrees_are_drawn_like_metres() -> None:
    metres = picture.Areas(town(), default="one")
    degrees = picture.Areas(town().to_crs(4326), default="one")
    assert np.abs(drawn(metres) - drawn(degrees)).mean() < 1


WORDS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=400)


@settings(max_examples=12, deadline=None)
@given(title=WORDS, note=WORDS, words=WORDS)
def test_no_text_leaves_the_picture(title: str, note: str, words: str) -> None:
    data = picture.png(
        f"A {title}",
        [picture.Areas(town())],
        attribution=CREDIT,
        note=note,
        legend=[("one", words), ("both", words)],
        size_px=SMALL,
    )
    assert_nothing_in_the_margin(data)


@pytest.mark.parametrize("letters", ["W" * 3_000, "long words " * 300, "a\n" * 200])
def test_endless_titles_and_notes_are_shortened_and_the_map_keeps_its_room(letters: str) -> None:
    data = picture.png(
        letters,
        [picture.Areas(town(), default="known gap")],
        attribution=export.attribution(),
        note=letters,
        legend=[("one", letters)],
    )
    assert_nothing_in_the_margin(data)
    assert near(pixels(data), signs.RUST).sum() > 20_000


def assert_nothing_in_the_margin(data: bytes) -> None:
    image = pixels(data)
    inner = picture.MARGIN_PX - 8
    outside = np.ones(image.shape[:2], dtype=bool)
    outside[inner:-inner, inner:-inner] = False
    assert near(image, signs.GROUND, 2)[outside].all()


def test_the_attribution_stands_there_in_full() -> None:
    foot = picture._foot(export.attribution(), "note " * 2_000, 1_520, 1_200)
    assert " ".join(foot.lines).endswith(" · ".join(export.attribution()))
    assert foot.lines[0].startswith("note")


@given(text=st.text(max_size=200), width=st.integers(30, 600))
def test_wrapped_lines_fit_and_lose_no_letter(text: str, width: int) -> None:
    type_ = lettering.font(20)
    lines = lettering.wrap(text, type_, width)
    assert all(type_.getlength(line) <= width or len(line) == 1 for line in lines)
    kept = "".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    assert "".join("".join(lines).split()) == kept


@given(width=st.integers(120, 900))
def test_a_number_is_not_torn_from_its_per_cent_sign_or_its_metres(width: int) -> None:
    said = "Two sets meet in Camden, and 51% of people have one; a line runs 123 m away."
    lines = lettering.wrap(said, lettering.font(20), width)
    assert " ".join(lines) == said
    assert not any(line.startswith(("%", "m ")) for line in lines)


def test_welsh_and_other_names_have_all_their_letters() -> None:
    type_ = lettering.font(20)
    blank = bytes(type_.getmask("\U0010ffff"))
    assert all(bytes(type_.getmask(letter)) != blank for letter in "ôŵŷâîéÖ©–’…·→£²")


def test_without_the_apps_own_type_a_plainer_one_is_taken(monkeypatch) -> None:
    monkeypatch.setattr(lettering, "_file", lambda: None)
    lettering.font.cache_clear()
    assert lettering.font(20).getlength("Wards") > 20
    lettering.font.cache_clear()


def test_what_cannot_be_drawn_is_refused_in_words() -> None:
    with pytest.raises(MappingError, match="needs the attribution"):
        picture.png("x", [picture.Areas(town())], attribution=[])
    with pytest.raises(MappingError, match="something to show"):
        picture.png("x", [picture.Areas(town(0))], attribution=CREDIT)
    with pytest.raises(MappingError, match="have a CRS"):
        picture.png(
            "x", [picture.Areas(town().set_crs(None, allow_override=True))], attribution=CREDIT
        )
    with pytest.raises(MappingError, match="at least 600 by 450"):
        picture.png("x", [picture.Areas(town())], attribution=CREDIT, size_px=(300, 300))
    with pytest.raises(MappingError, match="no room beside its text"):
        picture.png(
            "x",
            [picture.Areas(town())],
            attribution=CREDIT,
            size_px=SMALL,
            legend=[("one", "many words")] * 90,
        )
    with pytest.raises(MappingError, match="'wavy' was given"):
        picture.png("x", [picture.Areas(town())], attribution=CREDIT, legend=[("wavy", "x")])


def test_the_frames_given_are_left_as_they_were() -> None:
    frame = town()
    before = frame.copy()
    drawn(picture.Areas(frame), picture.Lines(frame, "borough"))
    assert frame.equals(before)


def test_londons_wards_with_signs_lines_and_postcodes_fit_into_two_megabytes() -> None:
    london, atoms = places.get("Greater London"), postcodes.table()
    wards = boundaries.polygons(london, layers.get("ward"), tolerance_m=30)
    boroughs = boundaries.polygons(london, layers.get("borough"), tolerance_m=30)
    kinds = dict(zip(wards.code, list(signs.COVERAGE) * 141, strict=False))
    dots = picture.Dots(atoms.easting[london.positions], atoms.northing[london.positions])
    data = picture.png(
        "137 of 704 wards in Greater London have nobody.",
        [picture.Areas(wards, kinds), dots, picture.Lines(boroughs, "borough")],
        legend=list(signs.COVERAGE.items()),
        attribution=export.attribution(),
    )
    assert len(data) < 2_000_000
    assert_nothing_in_the_margin(data)


def _along(path: np.ndarray, distances: np.ndarray) -> np.ndarray:
    gone = np.r_[0.0, np.cumsum(np.hypot(*np.diff(path, axis=0).T))]
    return np.column_stack([np.interp(distances, gone, path[:, axis]) for axis in (0, 1)])


def _dashes_one_by_one(path: np.ndarray, dash: float, gap: float) -> list[np.ndarray]:
    """Cut one path as a person would: dash after dash, with the bends that lie in each."""
    gone = np.r_[0.0, np.cumsum(np.hypot(*np.diff(path, axis=0).T))]
    cut = []
    for begin in np.arange(0.0, gone[-1] - pen.NEARLY_PX, dash + gap):
        end = min(begin + dash, gone[-1])
        bends = gone[(gone > begin) & (gone < end)]
        cut.append(_along(path, np.r_[begin, bends, end]))
    return cut


CORNERS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=2, max_size=12)


@example([[(0, 14), (7, 0)], [(0, 0), (0, 28)]], (8.0, 6.0))  # the second ends where one began
@settings(max_examples=200)
@given(st.lists(CORNERS, max_size=6), st.sampled_from([(8.0, 6.0), (3.0, 9.0), (5.0, 5.0)]))
def test_all_paths_cut_at_once_have_the_dashes_of_each_cut_by_itself(
    corners: list[list[tuple[int, int]]], dash_px: tuple[float, float]
) -> None:
    paths = [np.array(path, dtype=float) for path in corners]
    sign = signs.LineSign(signs.INK, 2.0, dash_px=dash_px)
    found = pen._dashes(paths, sign)
    dash, gap = (length * pen.SHEET_SCALE for length in dash_px)
    wanted = [one for path in paths for one in _dashes_one_by_one(path, dash, gap)]
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert shapely.LineString(one).hausdorff_distance(shapely.LineString(other)) < 1e-6
        assert one[[0, -1]] == pytest.approx(other[[0, -1]], abs=1e-6)


def test_dashes_and_dots_by_turns_cover_what_their_pattern_says() -> None:
    sign = signs.LineSign(signs.INK, 2.0, dash_px=(12.0, 5.0, 3.0, 5.0))
    across = np.array([[0.0, 0.0], [30.0, 0.0], [118.0, 0.0]])
    spans = [tuple(dash[[0, -1], 0]) for dash in pen._dashes([across], sign)]
    assert sorted(spans) == [(0, 24), (34, 40), (50, 74), (84, 90), (100, 118)]


def test_a_double_line_is_two_lines_with_the_ground_between() -> None:
    sheet = Image.new("RGB", (100, 100), signs.GROUND)
    frame = pen.Frame(0.0, 0.0, 0.0, 0.0, 1.0)
    double = signs.LineSign(signs.INK, 10.0, core_px=6.0)
    pen.rule(sheet, np.array([shapely.LineString([(0, -50), (100, -50)])]), double, frame)
    ink = [sheet.getpixel((50, y)) == (27, 39, 51) for y in range(100)]
    assert sum(ink) == pytest.approx(8, abs=2)
    assert not any(ink[46:54])


@given(CORNERS, CORNERS)
def test_points_along_one_path_are_never_on_another(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    paths = [np.array(path, dtype=float) for path in (one, other)]
    thread = pen.Thread.of(paths)
    owner, at = thread.marks(7.0, at_end=True)
    points = thread.points(owner, at)
    for number, path in enumerate(paths):
        assert points[owner == number] == pytest.approx(_along(path, at[owner == number]), abs=1e-6)
    assert set(owner) == {0, 1}


@pytest.mark.parametrize("sign", [*signs.LINES.values(), *signs.OVER], ids=str)
@pytest.mark.parametrize("shape", [shapely.MultiLineString(), shapely.Polygon(), None])
def test_what_has_no_line_draws_nothing_in_any_sign(sign, shape) -> None:
    paper = Image.new("RGB", (40, 40), signs.GROUND)
    frame = pen.Frame(0.0, 0.0, 0.0, 0.0, 1.0)
    pen.rule(paper, np.array([shape], dtype=object), sign, frame)
    assert paper.getcolors() == [(1_600, ImageColor.getrgb(signs.GROUND))]
