"""Who is covered by nobody, one or several: on the map, ward by ward, and as a list."""

from dataclasses import replace
from html import escape
from typing import NamedTuple

import geopandas as gpd
import pandas as pd
import streamlit as st

from mapping import gaps
from mapping.actors import case_studies, defaults
from mapping.atoms import index, postcodes
from mapping.drawing import AREAS, TEAL, AreaSign, webmap
from mapping.drawing import Overlay as Drawn
from mapping.gaps import Question, provision
from mapping.geography import Layer, directory, layers
from mapping.wording import findings, gap_findings, terms
from pages.gaps import questions
from pages.shared import (
    answers,
    cache,
    controls,
    fetched,
    glossary,
    layout,
    maps,
    own_lenses,
    registers,
    state,
    tables,
    visit,
)
from pages.shared.choices import Choice
from pages.shared.controls import Spot

MAX_WARDS = controls.MAX_BASE_UNITS
"""A map with more wards shows council areas instead: wards would be specks."""
MAX_NAMED = 8
CAVEAT = "“Not on record” does not mean “not there”."
SIGNS = {
    gaps.SEVERAL: replace(AREAS[gaps.SEVERAL], line=TEAL, width_px=0.8),
    gaps.ONE: replace(AREAS[gaps.ONE], fill="#cbe6df", line=TEAL, width_px=0.8),
    gaps.KNOWN_GAP: replace(AREAS[gaps.KNOWN_GAP], width_px=0.8),
    gaps.NOT_RECORDED: replace(AREAS[gaps.NOT_RECORDED], width_px=0.4),
    gaps.NOBODY: AREAS[gaps.NOBODY],
}
"""The signs of coverage with lighter lines: small wards are many, and their fills have to speak."""
SHORT_WORDS = {
    gaps.SEVERAL: "several organisations",
    gaps.ONE: "one organisation",
    gaps.KNOWN_GAP: "known gap",
    gaps.NOT_RECORDED: "nobody on record",
    gaps.NOBODY: "nobody lives here",
}
"""What a ward's label on the map says."""


def status(choice: Choice, question: Question) -> pd.DataFrame:
    """Return how each ward of the place is covered, with its sign."""
    return registers.status(cache.key_of(choice.place), choice.kept, *question, choice.by)


def base_of(wards: pd.DataFrame) -> Layer:
    """Return the layer that is drawn: wards, or council areas where they are too many."""
    return layers.get("ward" if len(wards) <= MAX_WARDS else "borough")


def draw(choice: Choice, question: Question, spot: Spot | None) -> None:
    """Draw the wards with their signs; a click chooses one."""
    base = base_of(status(choice, question))
    drawn, legend = _signs(choice, base, _sign_areas(choice, base, question), spot)
    here = findings.name_place(choice.place)
    title = f"How many organisations cover each {base.noun} in {here}"
    maps.show(choice, "gaps", title, drawn, legend, choose_ward)
    working = gap_findings.work(*question, verb="work")  # in files alone: the frame stays
    title = f"How many organisations {working} in each {base.noun} of {here}"
    visit.get_shown().map_title = title
    if not choice.projector:
        st.caption(f"Each {base.noun} is shaded by what is true for most of it. {_hint(base)}")


def _hint(base: Layer) -> str:
    return "" if base.key == "ward" else "All wards are in the list below."


class _Signed(NamedTuple):
    """Areas by their codes: the sign of each, and what is said of it; shared, not to be changed."""

    signs: dict[str, AreaSign]
    labels: dict[str, str]
    present: frozenset[str]


def _sign_areas(choice: Choice, base: Layer, question: Question) -> _Signed:
    """Give each ward or council area its sign."""
    key = cache.key_of(choice.place)
    known = gaps.is_complete(*question, registers.marks(choice.kept, key))

    def make() -> _Signed:
        found = status(choice, question)
        if base.key != "ward":
            found = gaps.sum_by_district(found, known=known)
        signs = {row.code: SIGNS[row.sign] for row in found.itertuples()}
        labels = {row.code: _label(row, choice.by) for row in found.itertuples()}
        return _Signed(signs, labels, frozenset(found["sign"]))

    return answers.remember(
        ("signs", key, choice.kept, *question, choice.by, base.key, known), make
    )


def _signs(
    choice: Choice, base: Layer, found: _Signed, spot: Spot | None
) -> tuple[list[Drawn], list[tuple]]:
    key, over = cache.key_of(choice.place), _lines_over(choice, base)
    cells = cache.list_cells(choice.place, base.key, *over)
    with maps.preparing(choice, base.key, *over):
        areas = fetched.areas(key, base.key, cells)
        rest = {k: fetched.areas(key, k, cells) for k in over}
    thick = choice.projector
    drawn = [webmap.areas(areas, found.signs, labels=found.labels, projector=thick)]
    drawn += [webmap.borders(rest[k], sign) for k, (sign, _) in over.items()]  # the fill speaks
    drawn += maps.write_names(choice, areas, rest)
    if spot is not None and cache.is_inside(key, spot.position):
        drawn.append(webmap.highlight(areas, [_code(base, spot)], projector=thick))
    legend: list[tuple] = [
        (
            sign,
            findings.capitalise(
                gap_findings.say_nobody_here(choice.by) if sign == gaps.NOBODY else words
            ),
        )
        for sign, words in gap_findings.SIGN_WORDS.items()
        if sign in found.present
    ]
    return drawn, [*legend, *over.values()]


def _lines_over(choice: Choice, base: Layer) -> dict[str, tuple[str, str]]:
    """Return the districts, or the place's edge, to find one's way by; nothing over districts."""
    over = maps.choose_lines(choice, base) if base.key == "ward" else {}
    return {key: sign for key, sign in over.items() if key == "borough"}


def _word_signs(by: str) -> dict[str, str]:
    return {**SHORT_WORDS, gaps.NOBODY: gap_findings.say_nobody_here(by)}


def _code(base: Layer, spot: Spot) -> str:
    return base.code_of(int(base.at(spot.position)))


def _label(row, by: str) -> str:
    """Say what holds for a ward; for how many of its people, unless it is all."""
    said, is_all = _word_signs(by)[row.sign], not row.share < 1 - 1e-9
    return said if is_all else f"{said}, {findings.share(row.share)}"


def choose_ward(lat: float, lon: float) -> None:
    """Look at the ward of the postcode nearest to a click."""
    position = index.nearest_or_none(lat, lon)
    if position is not None:
        state.choose(at="", ward=postcodes.describe(position).ward_code)


def ward(choice: Choice, question: Question, spot: Spot | None) -> None:
    """Say beside the map who works in the chosen ward on the theme, by name."""
    if spot is None:
        st.caption("Click a ward or type a postcode below to see the organisations by name.")
        return
    if note := controls.spot_note(choice, spot):
        st.caption(note)
    found = provision.select_actors(
        registers.list_in_ward(spot.ward, choice.kept, choice.by), Question(question.theme, "")
    )
    asked = provision.select_actors(found, question)
    if choice.projector:  # its sentence says the rest
        if len(asked):
            st.html(_names(asked))
        return
    _take(question, spot, found)
    told = [
        f"<h2 class='cg-here'>{escape(_name_ward(spot))} ward</h2>",
        f"<p class='cg-here'>{escape(_say_who(choice, question, len(asked)))}</p>{_names(asked)}",
    ]
    others = found.drop(asked.index)
    if len(others):
        heading = "<p class='cg-here'>Working on this at other levels:</p>"
        told.append(f"{heading}{_names(others, with_scale=True)}")
    st.html("".join(told))  # in one: they change together


def _take(question: Question, spot: Spot, found: pd.DataFrame) -> None:
    """Let the bundle have who is named beside the map."""
    frame = pd.DataFrame(
        {
            "actor": found["actor"],
            "actor_type": found["actor_type"],
            "level": found["scale"].map(terms.LEVELS).fillna(terms.LEVEL_UNKNOWN),
            "themes": found["themes"],
            "share_of_ward": found["share"],
        }
    )
    work = questions.words(Question(question.theme, ""))
    caption = f"Who works {work} in {_name_ward(spot)} ward, at every level."
    tables.take(frame, caption, key="ward", used=[layers.get("ward")], limits=CAVEAT)


def _name_ward(spot: Spot) -> str:
    return layers.get("ward").name_of(layers.get("ward").number_of(spot.ward))


def say_ward(choice: Choice, question: Question, spot: Spot) -> str:
    """Say how many work in the chosen ward, to head their names on a projector."""
    found = registers.list_in_ward(spot.ward, choice.kept, choice.by)
    asked = provision.select_actors(found, question)
    said = _say_who(choice, question, len(asked))
    return f"{_name_ward(spot)} ward: {said[:1].lower()}{said[1:]}"


def _say_who(choice: Choice, question: Question, count: int) -> str:
    """Say how many work in a ward; that nobody does only where the register is complete."""
    if not count:
        known = gaps.is_complete(
            *question, registers.marks(choice.kept, cache.key_of(choice.place))
        )
        nobody = "Nobody" if known else "Nobody on record"
        return f"{nobody} {gap_findings.work(*question)} here."
    many = findings.capitalise(findings.write_count(count, "organisation", "organisations"))
    return f"{many} {gap_findings.work(*question, verb='works' if count == 1 else 'work')} here:"


def _names(found: pd.DataFrame, *, with_scale: bool = False) -> str:
    """List actors as HTML: name, scale if asked for, and how much of the ward unless it is all."""
    items = [_item(row, with_scale) for row in found.head(MAX_NAMED).itertuples()]
    if len(found) > MAX_NAMED:
        items.append(f"<li>and {len(found) - MAX_NAMED:,} more</li>")
    return f'<ul class="cg-here">{"".join(items)}</ul>' if items else ""


def _item(row, with_scale: bool) -> str:
    about = [terms.LEVELS.get(row.scale, row.scale)] if with_scale else []
    if words := defaults.own_words().get(row.id):
        about.append(f"in its own words: {words.replace('; ', ', ')}")
    if row.share < 1 - 1e-9:
        about.append(f"covers {findings.share(row.share)} of the ward")
    told = f" <small>{escape(', '.join(about))}</small>" if about else ""
    return f"<li>{escape(row.actor)}{told}</li>"


def explain_count(by: str, cell: pd.Series, part: str) -> str:
    """Tell what a number of a row of the grid counts, and its share."""
    verb = "work" if part == "several" else "works"
    doing = gap_findings.work(cell["theme"], cell["scale"], verb)
    many = {
        "none": "no organisation on record",
        "one": "one organisation on record",
        "several": "two or more organisations on record",
    }[part]
    those = findings.capitalise(findings.say_share(cell[f"share_{part}"], by))
    return f"{those}, where {many} {doing}."


def show_ranking(choice: Choice, question: Question) -> None:
    """List the wards by people without anybody, with what each ward's sign says."""
    key, place = cache.key_of(choice.place), choice.place
    st.header("Ward by ward", anchor=False)
    need = _need_box(choice)
    ids = ("gaps", key, choice.kept, *question, choice.by, need)
    frame, told = answers.remember(ids, lambda: _rank(choice, question, need))
    if need:
        _say_without_need(frame)
    if told:
        st.markdown(layout.escape_markdown(told))
    several = cache.unit_count(key, "borough") > 1
    what, weighed = findings.heading(choice.by), {}
    if need:
        weighed = {"need": own_lenses.head_need(need), "score": "Weighted by need"}
    headings = {
        "name": "Ward",
        **({"district": "Council area"} if several else {}),
        "means": "Most of the ward has",
        "people": f"{what} with nobody on record",
        "share": "% of the ward",
        "one": "with one",
        "several": "with two or more",
        **weighed,
    }
    drawn = cache.is_drawable(place, "ward")
    amount = tables.amounts(choice.by)
    tables.show(
        frame,
        headings,
        {
            "people": amount,
            "share": tables.percent,
            "one": amount,
            "several": amount,
            "need": _decimal,
            "score": tables.write_whole,
        },
        f"Wards in {findings.name_place(place)}: who works {questions.words(question)}.",
        key="uncovered",
        how=lambda: glossary.offer_how(
            choice, "Nobody on record", "Themes", of=[layers.get("ward")]
        ),
        shapes=(lambda: _shapes(choice, frame)) if drawn else None,
        used=[layers.get("ward")],
        limits=f"{CAVEAT} Only the part of each ward in the place is counted.",
        ids=ids,
    )


def _rank(choice: Choice, question: Question, need: str) -> tuple[pd.DataFrame, str]:
    """Rank the wards, with what each sign says and the council areas; and say what is found."""
    key = cache.key_of(choice.place)
    frame = registers.rank_uncovered(key, choice.kept, *question, choice.by, need)
    if need:
        frame = gaps.drop_missing_need(frame, own_lenses.find_need(choice.kept, need).positions)
    told = gap_findings.ranking_finding(frame, by=choice.by)
    words = {sign: findings.capitalise(said) for sign, said in _word_signs(choice.by).items()}
    frame["means"] = [words[sign] for sign in frame["sign"].tolist()]
    frame["district"] = cache.name_districts(frame["code"].tolist())
    return frame, told


def _need_box(choice: Choice) -> str:
    """Let the reader weigh the wards by a need, of the workspace or a directory; "" for none."""
    known = own_lenses.need_keys(choice.kept)
    if not known:
        return ""
    state.preset("need", choice.need)
    st.selectbox(
        "Weight by need",
        ["", *known],
        format_func=layout.name_each(
            ["", *known],
            lambda by: own_lenses.label_need(choice.kept, by) if by else "Do not weight",
        ),
        width=420,
        **state.chooser("need"),
    )
    if choice.need:
        st.caption(
            layout.escape_markdown(
                "Wards are ordered by the number with nobody on record, multiplied by the "
                f"need figure {_say_scale(choice)}. "
                f"{own_lenses.say_beside(cache.key_of(choice.place), choice.kept, choice.need)}"
            )
        )
    return choice.need


def _say_scale(choice: Choice) -> str:
    if directory.is_key(choice.need):
        return "(from 100 for its nation's most deprived areas down to 0, by their ranks)"
    return "in your file"


def _say_without_need(frame: pd.DataFrame) -> None:
    """Say how many wards have no number, in a list that has them last."""
    if without := int(frame["need"].isna().sum()):
        wards = findings.capitalise(findings.write_count(without, "ward", "wards"))
        verb = "has no figure and is" if without == 1 else "have no figure and are"
        st.caption(f"{wards} {verb} listed last.")


def _decimal(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:,.1f}"


def caveat(choice: Choice, sentence: str) -> str:
    """Say in short what is on record, and, unless the sentence does, that the rest is no gap."""
    studies = f"{len(case_studies.case_studies())} case studies"
    only = f"Our record so far holds only public bodies and {studies}."
    said = "" if gap_findings.NOT_TOLD in sentence else CAVEAT
    if choice.kept == registers.NO_WORKSPACE:
        return f"{only} {said}".strip()
    own = len(registers.workspace(choice.kept).register)
    if not own:
        return f"{only} Your workspace is empty. {said}".strip()
    many = findings.write_count(own, "organisation", "organisations")
    told = f"Our record holds public bodies, {studies} and {many} from your workspace."
    return f"{told} {said}".strip()


def _shapes(choice: Choice, frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the wards' shapes with the list's columns, to download."""
    key = cache.key_of(choice.place)
    shapes = cache.shapes(key, "ward", cache.list_cells(choice.place, "ward"))
    return shapes[["code", "geometry"]].merge(frame, on="code", validate="1:1")
