"""Who was written about near a place, and what is known of the organisation whose area it is."""

from html import escape

import streamlit as st

from mapping.actors import as_places, case_studies, described
from mapping.wording import case_findings, findings, terms
from pages.shared import finder, registers, router, state
from pages.shared.choices import Choice
from pages.shared.layout import escape_markdown

MAX_SHOWN = 3


def organisation(choice: Choice) -> None:
    """Say what is on record of the organisation whose area is the place; nothing elsewhere."""
    actor = as_places.read_id(choice.place)
    if not actor:
        return
    row = registers.find_actor(choice.kept, choice.place)
    if row is None:
        return
    level = f"works {terms.AT_LEVEL[row['scale']]}" if row["scale"] in terms.AT_LEVEL else ""
    facts = [row["actor_type"], level, row["themes"], row["contact"]]
    told = findings.capitalise("; ".join(filter(None, facts)))
    st.header(f"About {escape_markdown(choice.place.name)}", anchor=False)
    studies = described.list_described().set_index("id")["area_note"]
    area = f"Area shown: {studies[actor]}" if actor in studies.index else ""
    parts = [told, row["note"], area, f"Source: {row['source']}" if row["source"] else ""]
    said = [part for part in parts if part] or ["Only its name and area are on record."]
    st.html("".join(f"<p>{escape(part)}</p>" for part in said))


def near(choice: Choice) -> None:
    """Tell of the case studies near here, in the open; each opens its area."""
    here, own = described.list_here(choice.place), as_places.read_id(choice.place)
    here = here[here["id"] != own]
    st.header("Case studies near here", anchor=False)
    if here.empty:
        nearest, away_km = described.find_nearest(choice.place, but=own)
        none = "No other is" if own.startswith(case_studies.ID) else "None is"
        st.caption(f"{none} from here. The nearest is {case_findings.say_away(away_km)}.")
        here = nearest.to_frame().T
    for rank, study in enumerate(here.head(MAX_SHOWN).to_dict("records")):
        _tell(study, rank)
    more = f", {len(here) - MAX_SHOWN} more from here" if len(here) > MAX_SHOWN else ""
    st.page_link(
        router.BY_NAME["stewardship"].file,
        label=f"All {len(described.list_described())} case studies{more}",
        icon=":material/arrow_forward:",
        query_params={**state.link_params(), "part": "cases"},
    )


def _tell(study: dict, rank: int) -> None:
    """Say who was written about, and what it shows; and open its area."""
    status = "" if study["status"] == "active" else f"; {study['status']}"
    told = f"{study['place']} ({study['year']}{status}): {study['what_it_shows']}."
    st.html(f"<p><strong>{escape(study['actor'])}</strong>, {escape(told)}</p>")
    st.button(
        f"Open the area of {escape_markdown(study['actor'])}",
        key=f"_near_{rank}",
        icon=":material/place:",
        on_click=finder.go,
        args=(as_places.shipped_place(study["id"]),),
    )
