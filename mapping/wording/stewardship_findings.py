"""Stewardship in words: how people see organisations work as one, and who looks after that."""

import math
from collections.abc import Sequence

import pandas as pd

from mapping.places import Place
from mapping.stewardship import (
    APART,
    COMMISSIONED,
    COMMUNITY,
    DIFFERENT,
    MIN_TELLING,
    MIN_TESTED,
    RATED_SCALES,
    STATUTORY,
    Bridges,
    FocusTest,
    Scheme,
    WholePlace,
    describe_disagreement,
)
from mapping.wording.findings import name_place
from mapping.wording.numbers import (
    capitalise,
    join_names,
    number,
    people,
    say_share,
    share,
    words,
    write_count,
)
from mapping.wording.terms import AT_LEVEL, join_levels

MAX_NAMED = 2
"""More stewards stand in the table alone: a sentence has to be read from afar."""


def rating_finding(
    place: Place, spread: pd.DataFrame, scheme: Scheme, raters: tuple[int, int], holders: Sequence
) -> str:
    """Say what people and groups think of a place as one system: the sentence of the page.

    Ratings are a workspace's, whatever place is shown, and the sentence says so. ``raters`` are
    the numbers of people and of groups, ``holders`` names those on record as stewards: of these
    it speaks until somebody has rated.
    """
    here = name_place(place)
    if not sum(raters):
        return _say_nobody_rated(here, holders)
    who = _say_raters(*raters)
    begin = f"In this workspace {who} said how well organisations work as one"
    told = spread[spread["number"] >= MIN_TELLING].sort_values(
        "disagreement", ascending=False, kind="stable"
    )
    if told.empty:
        return f"{begin}; nothing is rated by two yet, so nobody can differ."
    first = told.iloc[0]
    if first["disagreement"] < DIFFERENT:
        return f"{begin}; on everything that two or more rated they see it much alike."
    cell = f"{_name_condition(scheme, first['condition'])} {AT_LEVEL[first['scale']]}"
    how = "are furthest apart" if first["disagreement"] >= APART else "differ most"
    return f"{begin}; they {how} on {cell}."


def _say_nobody_rated(here: str, holders: Sequence[str]) -> str:
    many = write_count(len(holders), "organisation", "organisations")
    who = many if holders else "nobody"
    verb = "look" if len(holders) > 1 else "looks"
    return (
        f"Nobody has said yet how well organisations in {here} work as one; {who} on record {verb} "
        "after that."
    )


def _say_holders(here: str, holders: Sequence[str]) -> str:
    if not holders:
        return f"Nobody on record looks after how organisations in {here} work together"
    many = write_count(len(holders), "organisation", "organisations")
    verb = "looks" if len(holders) == 1 else "look"
    named = f" ({join_names(holders)})" if len(holders) <= MAX_NAMED else ""
    return f"In {here} {many} on record {verb} after how all work together{named}"


def _say_raters(people: int, groups: int) -> str:
    said = [write_count(people, "person", "people")] if people else []
    said += [write_count(groups, "group", "groups")] if groups else []
    return join_names(said)


def _name_condition(scheme: Scheme, key: str) -> str:
    title = scheme.get(key).title
    return f"“{title[:1].lower() + title[1:]}”"


def describe_cell(cell: pd.Series, scheme: Scheme) -> str:
    """Say how the ratings of a cell lie: a row of ``stewardship.spread``."""
    if not cell["number"]:
        return "Nobody has rated this yet."
    who = _say_raters(int(cell["people"]), int(cell["groups"]))
    words = scheme.name_level
    if cell["number"] < MIN_TELLING:
        return f"{capitalise(who)} rated it: {words(cell['least'])}."
    ends = (
        f"from {words(cell['least'])} to {words(cell['most'])}"
        if cell["least"] < cell["most"]
        else f"all {words(cell['least'])}"
    )
    half = f"half of them between {describe_half(cell, scheme)}"
    half = f", {half}" if cell["least"] < cell["most"] else ""
    return (
        f"{capitalise(who)} rated it, {ends}{half}: {describe_disagreement(cell['disagreement'])}."
    )


def describe_half(cell: pd.Series, scheme: Scheme) -> str:
    """Name the levels between which the middle half of ratings lies, as whole levels."""
    low, high = int(cell["lower"]), int(-(-cell["upper"] // 1))
    return f"{scheme.levels[low - 1]} and {scheme.levels[high - 1]}"


def steward_finding(place: Place, stewards: pd.DataFrame, without: pd.DataFrame, by: str) -> str:
    """Say who looks after a place as a whole, and how many have nobody who does.

    ``stewards`` is of ``stewardship.list_stewards``, ``without`` of ``count_without``.
    """
    here = name_place(place)
    begin = _say_holders(here, stewards["actor"].tolist())
    none = without.set_index("scale").loc[""]
    if stewards.empty:
        return f"{begin}."
    if none["people"] > 0:
        return f"{begin}; {_say_part(none['people'], none['share'], by)} where none does."
    bare = without[without["scale"].isin(RATED_SCALES) & (without["people"] > 0)]
    if bare.empty:
        return f"{begin}, at every level."
    at = join_levels(bare["scale"].tolist(), "or")
    if bare["share"].min() > 1 - 1e-9:
        return f"{begin}; none {at}."
    return f"{begin}; for some {words(by).noun} there is none {at}."


def _say_part(value: float, part: float, by: str) -> str:
    said, text = words(by), people(value, by)
    single = said.is_one or text.startswith(("1 ", "one ", "under 1 "))
    return f"{text}, {share(part)} of all, {said.lives if single else said.live}"


def focus_finding(place: Place, tested: FocusTest) -> str:
    """Say whether those close to home take on more themes, as far as a place's tell."""
    here = name_place(place)
    asked = "organisations close to home take on more themes than those far and wide"
    if not tested.number:
        return f"No organisation with a theme is on record in {here}."
    if tested.number < MIN_TESTED:
        many = write_count(
            tested.number, "organisation on record is", "organisations on record are"
        )
        return f"In {here} the {many} too few to tell whether {asked}."
    if math.isnan(tested.correlation):
        return f"In {here} all organisations reach as far or have as many themes: nothing differs."
    if not tested.is_told:
        return f"In {here} nothing shows that {asked}; it may be either way."
    if tested.low > 0:
        return f"In {here} it is the wide-reaching organisations that take on most themes."
    return f"In {here} {asked}."


def describe_correlation(tested: FocusTest) -> str:
    """Say a rank correlation with its interval and number, for analysts; "" without one."""
    if math.isnan(tested.correlation):
        return ""
    return (
        f"For analysts: rank correlation of reach and themes {_sign(tested.correlation)}, 95% "
        f"interval {_sign(tested.low)} to {_sign(tested.high)}, "
        f"{write_count(tested.number, 'organisation', 'organisations')}."
    )


def _sign(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def bridge_finding(place: Place, found: Bridges) -> str:
    """Say who connects a place's combinations of organisations: Freeman's betweenness in words."""
    here = name_place(place)
    table = found.table
    if found.line_ups < 2:
        return (
            f"Everyone in {here} has the same organisations, leaving out those of single wards, "
            "so there is nothing to connect here. Look at a larger place."
        )
    top = table[table["betweenness"] > table["betweenness"].max() - 1e-12]
    if not table["betweenness"].max() > 0:
        return f"No organisation in {here} lies between others."
    many = write_count(found.line_ups, "combination", "combinations")
    names = join_names(top["actor"].tolist(), 4)
    verb = "does" if len(top) == 1 else "do"
    about = "about " if found.is_sampled else ""
    return (
        f"{names} {verb} most to connect the {many} of organisations in {here}: of all shortest "
        f"ways between two others, {about}{share(float(top['betweenness'].iloc[0]))} lead through "
        f"{'it' if len(top) == 1 else 'each of them'}."
    )


def whole_finding(place: Place, whole: WholePlace) -> str:
    """Say which outcomes have many, which nobody, and who works across most of them."""
    here, count = name_place(place), whole.actors
    if count.empty:
        return f"No organisation is on record in {here}."
    size = {aim.title: int(count[aim.key].sum()) for aim in (*whole.outcomes, *whole.enablers)}
    empty = [title for title, number in size.items() if not number]
    across = count[count["across"] > 1]
    many = write_count(len(count), "organisation", "organisations")
    said = (
        f"Of the {many} on record in {here} {_say_few(len(across))} on more than one of the four "
        "outcomes of the whole place"
    )
    if empty:
        named = join_names([f"“{title}”" for title in empty], 3)
        return f"{said}, and nobody on {named}."
    fewest = min(size, key=lambda title: size[title])
    verb = "works" if size[fewest] == 1 else "work"
    return f"{said}; fewest, {number(size[fewest])}, {verb} on “{fewest}”."


def _count_are(value: int) -> str:
    return f"{number(int(value)) if value else 'none'} {'are' if value > 1 else 'is'}"


def _say_few(value: int) -> str:
    if not value:
        return "none works"
    return "one works" if value == 1 else f"{number(value)} work"


def power_finding(
    place: Place, powers: pd.Series, without: pd.Series, by: str = "residents"
) -> str:
    """Say who has power in a place, and for whom no community-led organisation is near.

    ``powers`` has how many organisations there are of each of ``stewardship.POWERS``, ``without``
    is the cell that ``stewardship.count_without_community`` returns.
    """
    here = name_place(place)
    words_of = {
        STATUTORY: "made by law",
        COMMISSIONED: "paid to deliver",
        COMMUNITY: "led by the community",
    }
    told = [f"{_count_are(powers.get(power, 0))} {word}" for power, word in words_of.items()]
    said = f"Of the organisations on record in {here} {join_names(told)}"
    nearby = "led by the community works at neighbourhood level"
    if not powers.get(COMMUNITY, 0):
        return f"{said}."
    if without["share_none"] > 1 - 1e-9:
        return f"{said}; none {nearby}."
    if not without["none"]:
        return f"{said}; everybody has one that works at neighbourhood level."
    part = _say_part(without["none"], without["share_none"], by)
    return f"{said}; {part} where none {nearby}."


def start_finding(
    place: Place,
    without_steward: float,
    without_community: float,
    raters: int,
    by: str = "residents",
) -> str:
    """Say what is not on record yet of what stewardship begins with.

    ``without_steward`` and ``without_community`` are the shares of people who have no steward and
    no community-led organisation nearby, ``raters`` how many said how it is going.
    """
    here = name_place(place)
    missing = []
    if without_steward > 0:
        missing.append("who looks after the whole" + _say_where(without_steward, by))
    if without_community > 0:
        missing.append(
            "which groups in the neighbourhoods are led by residents"
            + _say_where(without_community, by)
        )
    if not raters:
        missing.append("how people think it is going")
    if not missing:
        return f"In {here} all that is needed to start is on record: look at it together."
    return f"In {here} we have not been told yet {join_names(missing)}: these steps begin there."


def _say_where(part: float, by: str) -> str:
    """Say that something is missing for some alone; "" for all."""
    return "" if part > 1 - 1e-9 else f" for {say_share(part, by)}"
