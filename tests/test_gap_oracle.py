"""Gaps of real places, counted again by a program that knows only postcodes and pandas.

Nothing here is merged into wards or zones: people, organisations and themes stand in long tables
with a row a postcode. Circles are measured, areas looked up in the files that ship.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
import pytest

from mapping import actors, footprints, gaps, places
from mapping.actors import Register, extent
from mapping.atoms import DATA
from mapping.gaps import NO_SCALE, NO_THEME
from mapping.geography import SCALES, layers, lenses
from mapping.places import Place

LENSES = ("residents", "postcodes", "land", "own")
SMALL = ("Camden", "Oldham", "Moray", "Vale of White Horse", "NW5", "union", "ward")
QUESTIONS = (
    ("", ""),
    ("mental health", ""),
    ("mental health", "hyperlocal"),
    ("", "borough"),
    ("food", "hyperlocal"),
    ("disadvantage", ""),
    (NO_THEME, ""),
    ("housing", NO_SCALE),
    ("nobody's", "national"),
)
KNOWN = [("mental health", "hyperlocal"), ("food", ""), ("", "national")]
MIDDLES = {
    "NW5": "E09000007",
    "union": "E09000007",
    "ward": "E09000007",
    "Camden": "E09000007",
    "Oldham": "E08000004",
    "Moray": "S12000020",
    "Vale of White Horse": "E07000180",  # a care board's line runs through its wards
    "Greater London": "E09000007",
}
"""The district in which the circles of an upload lie."""


@cache
def atoms() -> pd.DataFrame:
    """Read the postcodes as they ship, each with its ward, its district and lenses."""
    frame = pd.read_parquet(DATA / "postcodes.parquet", columns=["easting", "northing", "ward"])
    facts = layers.wards().set_index("code")["lad_code"]
    frame["ward"] = frame["ward"].astype(str)
    frame["district"] = frame["ward"].map(facts)
    for by in ("residents", "postcodes", "land"):
        frame[by] = lenses.get(by).values
    frame["own"] = np.random.default_rng(4).integers(0, 9, len(frame)).astype(float)
    return frame


@cache
def place(name: str) -> Place:
    if name == "union":
        return places.union([places.get("Camden"), places.get("NW10")])
    if name == "ward":
        return places.at("ward", "E05013658")
    return places.get(name)


def sheet(district: str) -> pd.DataFrame:
    """Write an upload: circles that overlap, a district, and what was not told of some."""
    homes = atoms()[(atoms()["district"] == district) & (atoms()["residents"] > 0)]
    spots = homes.sample(14, random_state=7)
    themes = ["mental health", "food", "food; mental health", "", "housing; food; isolation"]
    scales = ["hyperlocal", "hyperlocal", "", "borough", "regional"]
    circles = pd.DataFrame(
        {
            "organisation": [f"circle {i}" for i in range(len(spots))],
            "themes": [themes[i % 5] for i in range(len(spots))],
            "scale": [scales[i % 4] for i in range(len(spots))],
            "area": "",
            "easting": spots["easting"].to_numpy(),
            "northing": spots["northing"].to_numpy(),
            "radius_m": [300 + 200 * (i % 7) for i in range(len(spots))],
        }
    )
    whole = pd.DataFrame(
        {
            "organisation": ["all of it", "nothing told"],
            "themes": ["food; housing", ""],
            "scale": ["national", ""],
            "area": district,
        }
    )
    return pd.concat([circles, whole], ignore_index=True).fillna({"area": ""})


@dataclass(frozen=True)
class Slow:
    """A place, who works at each of its postcodes, and what each of them does."""

    place: Place
    register: Register
    people: pd.DataFrame
    held: pd.DataFrame
    does: pd.DataFrame
    counted: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)

    def number(self, theme: str, scale: str) -> np.ndarray:
        """Count the actors of each postcode: pairs that answer, by postcode."""
        if (theme, scale) not in self.counted:
            self.counted[theme, scale] = self._count(theme, scale)
        return self.counted[theme, scale]

    def _count(self, theme: str, scale: str) -> np.ndarray:
        chosen = self.does
        if theme:
            chosen = chosen[chosen["theme"] == theme]
        if scale:
            chosen = chosen[chosen["scale"] == scale]
        pairs = self.held[self.held["actor"].isin(chosen["actor"])].drop_duplicates()
        counted = pairs.groupby("position").size()
        return counted.reindex(self.people.index, fill_value=0).to_numpy()

    def parts(self, theme: str, scale: str, by: str) -> pd.DataFrame:
        """Add up the people of each ward with none, one and several."""
        number, people = self.number(theme, scale), self.people[by]
        kinds = {"none": number == 0, "one": number == 1, "several": number > 1}
        sums = pd.DataFrame({word: people.where(are, 0.0) for word, are in kinds.items()})
        return sums.groupby(self.people["ward"].astype("category"), observed=True).sum()

    def meets(self, theme: str, scale: str) -> int:
        chosen = self.does
        if theme:
            chosen = chosen[chosen["theme"] == theme]
        if scale:
            chosen = chosen[chosen["scale"] == scale]
        return self.held.loc[self.held["actor"].isin(chosen["actor"]), "actor"].nunique()


@cache
def uploaded(district: str) -> Register:
    """Read the upload; a scale that was not told stays so, though reading would guess it."""
    rows = sheet(district)
    read = footprints.read(rows.to_csv(index=False).encode(), name="partners.csv")
    assert read.actors["actor"].tolist() == rows["organisation"].tolist()
    return actors.register(read.actors.assign(scale=rows["scale"]), read.whole, read.loose)


def measured(rows: pd.DataFrame, inside: np.ndarray) -> Iterator[np.ndarray]:
    """Return the positions that each row of an upload names, of those inside."""
    here = atoms().loc[inside]
    for row in rows.itertuples():
        if row.area:
            yield inside[(here["district"] == row.area).to_numpy()]
            continue
        squared = (here["easting"] - row.easting) ** 2 + (here["northing"] - row.northing) ** 2
        yield inside[(squared <= row.radius_m**2).to_numpy()]


@cache
def slow(name: str) -> Slow:
    """Set up a place with the actors that ship and an upload."""
    where, rows = place(name), sheet(MIDDLES[name])
    register = footprints.shipped() + uploaded(MIDDLES[name])
    people = atoms().loc[where.positions]
    own = register.actors.iloc[-len(rows) :]
    assert own["actor"].tolist() == rows["organisation"].tolist()
    pairs = [shipped_pairs(people)]
    for actor, found in zip(own.index, measured(rows, where.positions), strict=True):
        pairs.append(pd.DataFrame({"position": found, "actor": actor}))
    told = register.actors.assign(theme=register.actors["themes"].map(counted_under))
    does = told.explode("theme")[["theme", "scale"]].rename_axis("actor").reset_index()
    does = does.replace({"theme": {"": NO_THEME}, "scale": {"": NO_SCALE}})
    return Slow(where, register, people, pd.concat(pairs, ignore_index=True), does)


def counted_under(themes: str) -> list[str]:
    """Split themes; the words of the upload count under a theme of the list as well."""
    part_of = {"food": "disadvantage", "isolation": "community support"}
    words = themes.split("; ")
    return sorted({*words, *(part_of[word] for word in words if word in part_of)})


def shipped_pairs(people: pd.DataFrame) -> pd.DataFrame:
    """Pair postcodes with the actors that ship, by wards and postcodes as the register has them."""
    register = footprints.shipped()
    codes = layers.wards()["code"].to_numpy()
    links = pd.DataFrame({"ward": codes[register.whole.area], "actor": register.whole.actor})
    own = people.rename_axis("position").reset_index()[["position", "ward"]]
    loose = pd.DataFrame({"position": register.loose.area, "actor": register.loose.actor})
    pairs = [own.merge(links, on="ward"), loose[loose["position"].isin(own["position"])]]
    return pd.concat(pairs, ignore_index=True)[["position", "actor"]]


def given_by(told: Slow, by: str) -> dict:
    """Return how the engine is told what to count."""
    return {"by": atoms()["own"].to_numpy()} if by == "own" else {"by": by}


@pytest.mark.parametrize("by", LENSES)
@pytest.mark.parametrize("name", SMALL)
def test_nobody_is_lost_or_counted_twice_for_any_theme_and_scale(name: str, by: str) -> None:
    told = slow(name)
    themes = ["", *told.register.themes, NO_THEME]
    frame = gaps.grid(
        told.place,
        told.register,
        themes=themes,
        scales=["", *SCALES, NO_SCALE],
        **given_by(told, by),
    )
    total = told.people[by].sum()
    parts = frame[["none", "one", "several"]].to_numpy()
    assert parts.sum(axis=1) == pytest.approx(np.full(len(frame), total))
    zones = gaps.coverage(told.place, told.register, **given_by(told, by))
    sums = zones.groupby(["theme", "scale"], observed=True)["people"].sum()
    assert sums.to_numpy() == pytest.approx(np.full(len(sums), total))
    wards = gaps.status(told.place, told.register, **given_by(told, by))
    assert wards["people"].sum() == pytest.approx(total)


@pytest.mark.parametrize("name", SMALL)
def test_the_grid_is_what_postcode_by_postcode_is_counted(name: str) -> None:
    told = slow(name)
    themes = [
        "",
        "mental health",
        "housing",
        "food",
        "isolation",
        "community support",
        "disadvantage",
        "local democracy",
        NO_THEME,
    ]
    frame = gaps.grid(
        told.place, told.register, themes=themes, scales=["", *SCALES, NO_SCALE], complete=KNOWN
    )
    for row in frame.itertuples():
        sums = told.parts(row.theme, row.scale, "residents").sum()
        assert (row.none, row.one, row.several) == pytest.approx(tuple(sums), abs=1e-6)
        assert row.actors == told.meets(row.theme, row.scale)
        shares = sums / sums.sum() if sums.sum() else sums * 0
        assert (row.share_none, row.share_one, row.share_several) == pytest.approx(tuple(shares))


@pytest.mark.parametrize(("name", "by"), [*product(SMALL, LENSES), ("Greater London", "residents")])
def test_wards_are_ranked_as_postcode_by_postcode_is_counted(name: str, by: str) -> None:
    told = slow(name)
    few = QUESTIONS if by == "residents" and name in SMALL else QUESTIONS[2:5]
    for theme, scale in few:
        asked = {"theme": theme, "scale": scale, **given_by(told, by)}
        parts = told.parts(theme, scale, by)
        left = gaps.uncovered(told.place, told.register, **asked).set_index("code")
        assert left["people"].sort_index().to_numpy() == pytest.approx(parts["none"].to_numpy())
        assert left["people_in_ward"].sort_index().to_numpy() == pytest.approx(
            parts.sum(axis=1).to_numpy()
        )
        assert left["people"].is_monotonic_decreasing
        signs = gaps.status(told.place, told.register, complete=KNOWN, **asked).set_index("code")
        assert signs.index.tolist() == parts.index.tolist()
        assert signs[["none", "one", "several"]].to_numpy() == pytest.approx(parts.to_numpy())
        nobody = "known gap" if gaps.is_complete(theme, scale, KNOWN) else "not recorded"
        words = parts.set_axis([nobody, "one", "several"], axis=1).idxmax(axis=1)
        words[parts.sum(axis=1) == 0] = "nobody lives here"
        rising = np.sort(parts.to_numpy(), axis=1)
        clear = rising[:, -1] - rising[:, -2] > 1e-6
        assert (signs["sign"][clear] == words[clear]).all()


def test_great_britain_is_counted_as_postcode_by_postcode() -> None:
    rows, where = sheet("E09000007"), place("Great Britain")
    register = footprints.shipped() + uploaded("E09000007")
    for theme, scale in (("mental health", ""), ("food", "hyperlocal")):
        number = np.zeros(len(atoms()), dtype=int)
        for actor in np.flatnonzero(mask(register, theme, scale)[: -len(rows)]):
            number[register.postcodes_of(int(actor))] += 1
        for does, found in zip(
            mask(register, theme, scale)[-len(rows) :], measured(rows, where.positions), strict=True
        ):
            number[found] += does
        cell = gaps.grid(where, register, themes=[theme], scales=[scale]).iloc[0]
        people = atoms()["residents"]
        expected = [people[number == 0].sum(), people[number == 1].sum(), people[number > 1].sum()]
        assert cell[["none", "one", "several"]].tolist() == pytest.approx(expected)
        left = gaps.uncovered(where, register, theme=theme, scale=scale).set_index("code")
        lost = people.where(number == 0, 0.0).groupby(atoms()["ward"]).sum()
        assert left["people"].sort_index().to_numpy() == pytest.approx(lost.sort_index().to_numpy())


def mask(register: Register, theme: str, scale: str) -> np.ndarray:
    on = register.actors["themes"].str.split("; ").map(lambda own: theme in own)
    return (on & ((register.actors["scale"] == scale) | (scale == ""))).to_numpy()


@pytest.mark.parametrize("name", SMALL)
def test_need_ranks_by_people_left_times_their_need(name: str) -> None:
    told = slow(name)
    codes = sorted(told.people["ward"].unique())
    few = codes[1:] or codes
    given_ = pd.Series([1.0 + i % 5 for i in range(len(few))], index=few)
    none = told.parts("food", "", "residents")["none"]
    found = gaps.uncovered(told.place, told.register, theme="food", need=given_)
    score = (none * given_.reindex(none.index)).sort_values(ascending=False, na_position="last")
    assert found["score"].to_numpy() == pytest.approx(score.to_numpy(), nan_ok=True)
    assert (
        found["rank"].tolist()
        == score.rank(method="min", ascending=False, na_option="bottom").astype(int).tolist()
    )
    felt = atoms()["own"].to_numpy()
    found = gaps.uncovered(told.place, told.register, theme="food", need=felt).set_index("code")
    left = told.people["residents"].where(told.number("food", "") == 0, 0.0)
    by_ward = (left * told.people["own"]).groupby(told.people["ward"]).sum().sort_index()
    assert found["score"].fillna(0).sort_index().to_numpy() == pytest.approx(by_ward.to_numpy())


@pytest.mark.parametrize("name", [*SMALL, "Greater London"])
def test_scales_that_are_missing_reach_fewer_than_one_in_a_hundred(name: str) -> None:
    told = slow(name)
    for theme in ("mental health", "food", "housing"):
        row = gaps.missing_scales(told.place, told.register, theme).iloc[0]
        for scale in SCALES:
            sums = told.parts(theme, scale, "residents").sum()
            covered = (sums["one"] + sums["several"]) / sums.sum() if sums.sum() else 0.0
            is_there = told.meets(theme, scale) > 0
            assert (scale in row["present"].split("; ")) == (is_there and covered >= 0.01)
            assert (scale in row["missing"].split("; ")) == (not is_there or covered < 0.01)
            assert (scale in row["hardly"].split("; ")) == (is_there and covered < 0.01)
        assert row["untold"] == told.meets(theme, NO_SCALE)


@pytest.mark.parametrize("by", LENSES)
@pytest.mark.parametrize("name", SMALL)
def test_thin_and_crowded_wards_are_told_by_the_mean_of_their_people(name: str, by: str) -> None:
    told = slow(name)
    for theme, scale in (("food", ""), ("", "")):
        asked = {"theme": theme, "scale": scale, **given_by(told, by)}
        found = gaps.crowding(told.place, told.register, **asked).set_index("code").sort_index()
        here = told.people.assign(number=told.number(theme, scale), people=told.people[by])
        here["held"] = here["number"] * here["people"]
        sums = here.groupby("ward")[["held", "people"]].sum()
        mean = (sums["held"] / sums["people"]).where(sums["people"] > 0)
        assert found["actors"].to_numpy() == pytest.approx(mean.to_numpy(), nan_ok=True)
        lived = here[here["people"] > 0].groupby("ward")["number"].agg(["min", "max"])
        some = found.loc[lived.index]
        assert (some["least"] == lived["min"]).all()
        assert (some["most"] == lived["max"]).all()
        over = here.loc[here.index.repeat(here["people"].clip(upper=1) > 0)]
        quantiles = gaps.spread(told.place, told.register, **asked)
        if not len(over):
            assert np.isnan(quantiles.mean)
            continue
        assert quantiles.mean == pytest.approx(here["held"].sum() / here["people"].sum())
        upto = over.sort_values("number").set_index("number")["people"].cumsum()
        half = float(upto.index[(upto >= upto.iloc[-1] / 2 * (1 - 1e-12)).to_numpy()][0])
        assert quantiles.median == half


@pytest.mark.parametrize("by", LENSES)
@pytest.mark.parametrize("name", [*SMALL, "Greater London"])
def test_orphans_are_the_postcodes_of_districts_without_the_fact(name: str, by: str) -> None:
    """Counties and strategic authorities, straight from the table of councils."""
    told = slow(name)
    facts = pd.read_csv(DATA / "local_authorities.csv", dtype=str, keep_default_na=False)
    facts = facts.set_index("lad_code")
    for key in ("county", "combined_authority", "health_board", "police_force"):
        without = told.people["district"].map(facts[key]) == ""
        found = gaps.orphans(told.place, [layers.get(key)], **given_by(told, by)).iloc[0]
        assert found["postcodes"] == without.sum()
        assert found["people"] == pytest.approx(told.people.loc[without, by].sum())
        where = gaps.orphan_wards(told.place, layers.get(key), **given_by(told, by))
        lost = told.people[without].groupby("ward")[by].sum()
        assert where.set_index("code")["people"].sort_index().to_numpy() == pytest.approx(
            lost.sort_index().to_numpy()
        )


@pytest.mark.parametrize("by", LENSES)
@pytest.mark.parametrize("name", SMALL)
def test_shares_of_place_and_footprint_are_those_of_postcodes(name: str, by: str) -> None:
    told = slow(name)
    found = actors.reach(told.register, told.place, **given_by(told, by)).set_index("number")
    pairs = told.held.join(told.people[by], on="position")
    here = pairs.groupby("actor")[by].sum()
    assert found.index.tolist() == here.index.tolist()
    assert found["people"].to_numpy() == pytest.approx(here.to_numpy())
    assert (found["postcodes"] == pairs.groupby("actor").size()).all()
    total = told.people[by].sum()
    share = here / total if total else here * 0
    assert found["share_of_place"].to_numpy() == pytest.approx(share.to_numpy())
    drawn = extent.find_spread(uploaded(MIDDLES[name]), told.place)
    own = told.held[told.held["actor"] >= len(footprints.shipped())]["position"].unique()
    assert (drawn.find_covered(told.place) == told.people.index.isin(own)).all()


def test_districts_add_up_their_postcodes() -> None:
    told = slow("union")
    for by in LENSES:
        wards = gaps.status(told.place, told.register, theme="food", **given_by(told, by))
        found = gaps.sum_by_district(wards).set_index("code")
        number = told.number("food", "")
        none = told.people[by].where(number == 0, 0.0).groupby(told.people["district"]).sum()
        assert found["none"].to_numpy() == pytest.approx(none.sort_index().to_numpy())
        assert found["people"].sum() == pytest.approx(told.people[by].sum())


def test_what_was_not_told_is_listed_and_fills_no_theme() -> None:
    told = slow("Camden")
    listed = gaps.list_untold(told.place, told.register).set_index("actor")["missing"]
    rows = sheet("E09000007").set_index("organisation")
    for name, row in rows.iterrows():
        missing = [
            word for word, value in (("theme", row["themes"]), ("scale", row["scale"])) if not value
        ]
        assert listed.get(name, "") == " and ".join(missing)
