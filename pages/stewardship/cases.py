"""The part Case studies: who was described, where, what each shows; on a map of Britain too."""

from dataclasses import replace
from html import escape
from typing import Literal

import pandas as pd
import streamlit as st

from mapping import places
from mapping.actors import as_places, described
from mapping.drawing import webmap
from mapping.wording import case_findings, findings, terms
from pages.shared import fetched, finder, layout, maps, state, tables, visit
from pages.shared.choices import Choice
from pages.shared.layout import Number, escape_markdown
from pages.stewardship import parts

DETAIL_M = 300.0
"""How far lines may be moved that are looked at on a map of all Britain, in metres."""
CLICK_KM = 60.0
"""So near a click a case study is meant."""
HOW = (
    "The organisations that two texts on systems stewardship describe: “Human Learning Systems: "
    "Places as Systems” (chapter 15) and “Systems stewardship in practice”, both of 2021. Facts "
    "are from these, in our own words; some of the organisations may have changed since, and one "
    "has closed. Areas are councils, counties and wards of today: each says which."
)
HOW_HERE = "Those whose area is in this place, or covers part of it."
HOLDS = {
    "yes": "Called a steward in the text",
    "implied": "A steward by what it does",
    "no": "Not a steward",
}
STYLE = (
    "<style>@media (max-width: 760px) { .st-key-cg-cases summary p { display: -webkit-box; "
    "-webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; } }</style>"
)
"""On a phone a row has two lines until it is opened; what it shows stands within as well."""
HEADINGS = {
    "actor": "Organisation",
    "place": "Where",
    "what_it_shows": "What it shows",
    "level": "Level",
    "themes": "Themes",
    "held": "Stewardship",
    "status": "Status",
    "described_in": "Described in",
    "area_note": "Area shown",
}


def show(choice: Choice) -> None:
    """Show the case studies on a map, the chosen one beside it, and all of them below."""
    studies = list_told()
    here = described.list_here(choice.place)
    nearest, away_km = described.find_nearest(choice.place)
    numbers = [
        Number("Case studies in Britain", f"{len(studies)}", HOW),
        Number(f"From {findings.name_place(choice.place)}", f"{len(here)}", HOW_HERE),
    ]
    chosen = _find_chosen(choice, studies)
    if choice.case and chosen is None:
        layout.note(f"We have no case study “{choice.case[:40]}”. Choose one from the list.")
    layout.view(
        choice,
        case_findings.case_finding(choice.place, here, nearest, away_km, len(studies)),
        numbers,
        lambda: _draw(choice, studies, chosen),
        how=HOW,
        explain=_say_how_to(choice),
        under=lambda: parts.box(choice),
        aside=lambda: _show_chosen(choice, studies, chosen),
    )
    if choice.projector:
        return
    st.header("All case studies", anchor=False)
    st.html(STYLE)
    with st.container(key="cg-cases", gap="xsmall"):
        for rank, study in studies.iterrows():
            _list_one(rank, study)
    with st.expander("The same as a table", icon=":material/table:"):
        tables.show(
            studies,
            HEADINGS,
            {},
            "Case studies of systems stewardship in Great Britain.",
            key="case-studies",
            limits=HOW,
            stacked=True,
        )


def _say_how_to(choice: Choice) -> str:
    if choice.projector:
        return ""
    return "Each dot is an organisation that was written about. Click one, or choose it by name."


@st.cache_data(show_spinner=False)
def list_told() -> pd.DataFrame:
    """List the case studies with the words in which a reader is told of them."""
    found = described.list_described()
    return found.assign(
        level=found["scale"].map(terms.LEVELS),
        held=found["steward"].map(HOLDS),
        status=found["status"].replace("active", "active when described"),
        described_in=found["source"] + ", " + found["year"],
    )


def _find_chosen(choice: Choice, studies: pd.DataFrame) -> pd.Series | None:
    found = studies[studies["id"] == choice.case]
    return found.iloc[0] if len(found) else None


def _choose_at(lat: float, lon: float) -> None:
    """Choose the case study nearest to a click, if one is near."""
    state.choose(case=described.find_at(lat, lon, CLICK_KM))


def _draw(choice: Choice, studies: pd.DataFrame, chosen: pd.Series | None) -> None:
    """Draw all areas on a map of Britain, a dot on each; the chosen one with its name."""
    britain = places.at("britain", "gb")
    with st.spinner("Drawing the map…"):
        own, coast = fetched.studies(DETAIL_M)
    dots = studies[studies["areas"] != ""]
    names = dots.groupby("areas")["actor"].agg("; ".join)
    labels = dict(zip(dots["id"], dots["areas"].map(names), strict=True))
    drawn = [
        webmap.areas(own, default="one", labels=labels, projector=choice.projector),
        webmap.borders(coast, "hyperlocal", projector=choice.projector),
        webmap.points(dots["lat"], dots["lon"], projector=True),
    ]
    if chosen is not None and chosen["areas"]:
        drawn.append(webmap.spot(chosen["lat"], chosen["lon"], chosen["actor"]))
    title = "Case studies of stewardship in Great Britain"
    maps.show(replace(choice, place=britain), "cases", title, drawn, (), _choose_at)
    visit.get_shown().map_place = britain


def _show_chosen(choice: Choice, studies: pd.DataFrame, chosen: pd.Series | None) -> None:
    """Let the reader choose a case study, and say what it shows."""
    if not choice.projector:
        names = dict(zip(studies["id"], studies["actor"], strict=True))
        state.preset("case", choice.case if choice.case in names else None)
        st.selectbox(
            "Case study",
            list(names),
            format_func=lambda actor: names[actor],
            placeholder="Choose one",
            **state.chooser("case", lambda actor: actor or ""),
        )
    if chosen is None:
        return
    head = f'<h2 class="cg-here">{escape(chosen["actor"])}</h2>'
    shows = f"{escape(chosen['what_it_shows'])}."
    if choice.projector:
        st.html(f'{head}<p style="font-size: clamp(1.3rem, 2vw, 2.4rem)">{shows}</p>')
        return
    area = "" if chosen["areas"] else f'<p class="cg-here">{escape(chosen["area_note"])}</p>'
    st.html(f'{head}<p class="cg-here">{escape(_say_facts(chosen))}</p><p>{shows}</p>{area}')
    _button(chosen, "_open_chosen", "Open its area", "primary")


def _say_facts(study: pd.Series) -> str:
    """Say where an organisation works, how far, on what, and which text describes it."""
    told = (study["place"], study["level"], study["themes"], study["described_in"])
    return "; ".join(told)


def _list_one(rank: object, study: pd.Series) -> None:
    """Draw one case study: what it shows at once, the rest and its button behind that."""
    who, where = escape_markdown(study["actor"]), escape_markdown(study["place"])
    with st.expander(f"**{who}**, {where}: {escape_markdown(study['what_it_shows'])}"):
        rows = "".join(
            f"<dt>{escape(title)}</dt><dd>{escape(study[name])}</dd>"
            for name, title in HEADINGS.items()
            if name not in ("actor", "place")
        )
        st.html(f'<dl class="cg-words">{rows}</dl>')
        _button(study, f"_open_case_{rank}", f"Open the area of {who}")


def _button(
    study: pd.Series, key: str, label: str, look: Literal["primary", "secondary"] = "secondary"
) -> None:
    """Offer to open the area of a case study as the place, on the page Place."""
    st.button(
        label,
        key=key,
        icon=":material/place:",
        type=look,
        on_click=_open,
        args=(str(study["id"]),),
    )


def _open(actor: str) -> None:
    """Make an organisation's area the place, and lead to the page Place (for a callback)."""
    finder.go(as_places.shipped_place(actor))
    visit.lead("place", ())
