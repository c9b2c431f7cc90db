"""The method page's parts: what is counted, from which sources, with which limits."""

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import streamlit as st

from mapping.actors import defaults
from mapping.atoms import postcodes
from mapping.geography import counted, directory, layers, lenses
from mapping.wording import findings, terms
from pages.shared import door, glossary, layout, registers, tables
from pages.shared.choices import Choice
from pages.shared.layout import Number

HOW_CHECKED = (
    "For each council area: our estimate of residents before adjustment, compared with the census "
    "(England and Wales 2021, Scotland 2022). After adjustment they are the same."
)
SMALL_AREAS = (
    "Within a council area the estimate is less good: compared with the 2021 census, half of the "
    "small census areas of England and Wales are out by more than 13.8%, and one in ten by more "
    "than 33.6%. That was measured once, when this was designed, before council areas were "
    "adjusted; the counts by small area are not part of the data."
)
IN_SHORT = """
**Everything starts from postcodes.** Each of Great Britain's postcodes has a position and is in one
ward. For each partner, every postcode is in one area or none; a place is a set of postcodes. We add
up postcodes, so nobody is counted twice.

- **Residents (estimated).** We give every small census area of 2011 in a nation the same average
  population and share it equally among its residential postcodes (ordinary addresses, fewer than
  ten postcodes at one point). Then we adjust every council area to its census count. So council
  areas match the census, and anything smaller is an estimate: it is rounded, and wards of one
  council area may show the same figure where they have the same number of small census areas.
- **Your own figures.** You can use a file with a figure for each postcode, small census area, ward
  or larger area instead: a postcode's figure is its own, a small census area's is shared equally
  among its residential postcodes, a larger area's in line with the residents estimated there. The
  total of the file stays the same; we say what could not be used.
- **Two thresholds.** An area crosses a boundary if more than 1% of its people are outside the area
  it mainly belongs to. Areas and partner sets with fewer than 100 residents appear in tables but
  not in the main findings.
- **Integrated care boards** are responsible for the patients registered with their GP practices,
  some of whom live elsewhere; here they are shown by where people live. Since April 2026 there are
  36. A few small areas are not certain: four in Buckinghamshire, four in the Vale of White Horse,
  six in Runnymede.
- **Bodies without boundaries.** GP practices and primary care networks are responsible for the
  patients on their lists, not for residents, and people of one small area are with several. From a
  table of areas, bodies and people we divide each area's residents by the shares of its patients,
  and tables and sentences say that they are *counted by shares*. A map shows each area as all of
  the body with most of its people.
- **Sixty-two English unitary councils** and the Isles of Scilly have no county council above them,
  and much of England has no strategic authority: that is how it is, not a gap in the data.
"""
RESPONSIBLE = """
Each area has an **organisation or team** responsible for it, and the themes it is responsible for.
Themes follow the law: where there are two tiers of council, the **county council** has social care,
education, public health, libraries and highways, and the **district council** housing, planning,
waste collection and leisure; elsewhere one council does both. Both tiers work council-wide, and so
does a body whose area is that of one council, such as NHS Fife. NHS health boards lead on public
health in Wales and Scotland. Metropolitan counties, Greater London as a county, regions, census
areas and postcode areas have no organisation behind them. The organisations in the case studies
are listed as well, under the themes that their own words belong to. The CSV gives the legal basis
for each.
"""
LIMITS = """
- **England, Scotland and Wales only**: the open postcode file leaves out Northern Ireland.
- **Resident numbers are estimates.** They miss growth since 2011, student halls and care homes, and
  everybody in a small census area is spread equally over its postcodes.
- **Boundaries are drawn from postcodes**: each runs midway between the last postcode on either
  side. They are not official boundaries, and are least accurate in sparsely populated areas. The
  coast is approximate.
- **Areas smaller than wards** are drawn for places up to the size of a region.
- **Organisations' areas** are as at the dates in the table of boundary maps and may have changed;
  where a body has closed, the table says so.
"""


@st.cache_data(show_spinner=False)
def residents_check() -> pd.DataFrame:
    """Compare estimated residents before scaling with the census, by district.

    Columns: name, nation, estimate, census, year (of the census), error, after (the error that
    is left once districts are scaled).
    """
    atoms = postcodes.table()
    borough = layers.get("borough")
    estimate = np.bincount(borough.unit, weights=lenses.estimate_residents(atoms))
    census = lenses.read_census()
    census = census[census["lad_code"].isin(borough.codes)]
    number = [borough.number_of(code) for code in census["lad_code"]]
    frame = pd.DataFrame(
        {
            "name": census["lad_name"],
            "nation": census["lad_code"].str[0].map(layers.NATION_OF),
            "estimate": estimate[number],
            "census": census["usual_residents"].astype(float),
            "year": census["year"],
        }
    )
    scaled = np.bincount(borough.unit, weights=lenses.get().values)[number]
    return frame.assign(
        error=frame["estimate"] / frame["census"] - 1, after=scaled / frame["census"] - 1
    )


def finding(checked: pd.DataFrame) -> str:
    """Say what everything is counted over and how good the estimate is."""
    if said := counted.say_source():
        return f"All figures are added up from {_say_postcodes()} postcodes. {said}"
    return (
        f"All figures are added up from {_say_postcodes()} postcodes. Resident numbers are "
        f"estimates, which add up to the census in each of {len(checked)} council areas."
    )


def _say_postcodes() -> str:
    return f"{len(postcodes.table()) / 1e6:.2f} million"


def _mean_error(checked: pd.DataFrame) -> float:
    return float(checked["error"].abs().mean())


def numbers(checked: pd.DataFrame) -> list[Number]:
    """Gather three numbers about the data."""
    total = lenses.get().values.sum()
    in_use = f"In use in {postcodes.name_month()}, with a position."
    return [
        Number("Postcodes in Great Britain", f"{len(postcodes.table()):,}", in_use),
        Number(
            findings.heading("residents"),
            findings.write_estimate(total),
            "Adjusted to the census.",
        ),
        Number(
            "Average error before adjustment", findings.share(_mean_error(checked)), HOW_CHECKED
        ),
    ]


def words() -> None:
    """Say how everything is counted, in short, and what each word means."""
    st.header("How we count", anchor=False)
    st.markdown(IN_SHORT)
    st.header("Glossary", anchor=False)
    glossary.list_words()


def own_maps_table(choice: Choice) -> None:
    """List the maps of the open workspace, redrawn ones too, if it has any."""
    kept = registers.own_layers(choice.kept)
    if not kept:
        return
    columns = {"title": "Boundary map", "scale": "Level", "sector": "Who runs it", "as_at": "As at"}
    columns |= {"source": "Source"}
    facts = pd.DataFrame([{name: getattr(one, name) for name in columns} for one in kept])
    facts["scale"] = facts["scale"].map(terms.LEVEL_CHOICES)
    facts["areas"] = [len(one.codes) for one in kept]
    st.header("The maps of this workspace", anchor=False)
    tables.show(
        facts,
        {**columns, "areas": "Areas"},
        {"areas": tables.write_whole},
        "Maps that somebody has uploaded to this workspace or drawn in it.",
        key="own-maps",
    )


def layers_table() -> None:
    """List every layer: what it is, who runs it, how old it is."""
    st.header("Boundary maps we use", anchor=False)
    today = datetime.now(UTC).date()
    facts = layers.catalogue().reset_index(drop=True)
    facts["scale"] = facts["scale"].map(terms.LEVEL_CHOICES)
    old = [layers.get(key).is_out_of_date(today) for key in facts["key"]]
    facts["state"] = [
        f"(out of date since {_write_day(t)})" if o else ""
        for o, t in zip(old, facts["valid_to"], strict=True)
    ]
    facts["as_at"] = facts["as_at"].map(directory.name_month)
    facts["as_at"] = facts["as_at"].str.cat(facts["state"], sep=" ").str.strip()
    headings = {
        "title": "Boundary map",
        "scale": "Level",
        "description": "What it is and who runs it",
        "as_at": "As at",
        "source": "Source",
        "licence": "Licence",
    }
    tables.show(facts, headings, {}, "The boundary maps built into Common Ground.", key="layers")
    if missing := layers.list_unknown_districts():
        layout.note(
            "Not yet in any region, police force or other body in our data: "
            f"{findings.join_names(missing, 20)}."
        )


def _write_day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"


def list_responsible() -> None:
    """Say who is responsible for what, and what each theme means, from the built-in rules."""
    st.header("Who is responsible for what", anchor=False)
    st.markdown(RESPONSIBLE)
    rules = defaults.rules()
    alike = rules.groupby(["layer", "themes", "why"], sort=False)["actor_type"]
    shown = alike.agg(lambda kinds: ", ".join(dict.fromkeys(kinds))).reset_index()
    shown["title"] = [layers.get(key).title for key in shown["layer"]]
    tables.show(
        shown,
        {
            "title": "Boundary map",
            "actor_type": "Organisation or team",
            "themes": "Themes",
            "why": "What they do",
        },
        {},
        "Who is responsible for which themes, by kind of area.",
        key="actor_rules",
        taken=rules,
    )
    tables.show(
        defaults.vocabulary(),
        {
            "theme": "Theme",
            "meaning": "What it means",
            "includes": "Also includes",
            "why": "Why we list it separately",
        },
        {},
        "The themes we use.",
        key="themes",
    )


def census_table(choice: Choice, checked: pd.DataFrame) -> None:
    """Show how good the estimate is: by nation, and each district's beside the census."""
    st.header("The estimate compared with the census", anchor=False)
    st.markdown(
        "We adjust the estimates so that each council area has as many residents as its census "
        "counted. This is how far out they are before and after that."
    )
    tables.show(
        compare_nations(checked),
        {
            "nation": "Nation",
            "districts": "Council areas",
            "mean": "Average error before adjustment",
            "furthest": "Furthest out",
            "most": "By",
            "after": "Error after adjustment",
        },
        {
            "districts": tables.write_whole,
            "mean": tables.percent,
            "most": _write_error,
            "after": tables.percent,
        },
        "How far out council areas are, by nation.",
        key="errors",
    )
    st.markdown(SMALL_AREAS)
    tables.show(
        checked,
        {
            "name": "Council area",
            "nation": "Nation",
            "estimate": "Our estimate before adjustment",
            "census": "Census",
            "year": "Year",
            "error": "Difference from the census",
        },
        {"estimate": tables.write_whole, "census": tables.write_whole, "error": _write_error},
        "Council areas: our estimate before adjustment, and the census.",
        key="census",
        how=lambda: glossary.offer_how(choice, note=HOW_CHECKED),
    )


def compare_nations(checked: pd.DataFrame) -> pd.DataFrame:
    """Compare the districts of each nation with its census, before scaling and after.

    Columns: nation, districts, mean (of the errors' sizes), furthest (a district's name), most
    (its error), after.
    """
    rows = []
    for nation, some in checked.groupby("nation"):
        size = some["error"].abs()
        worst = some.loc[size.idxmax()]
        rows.append(
            (
                nation,
                len(some),
                size.mean(),
                worst["name"],
                worst["error"],
                some["after"].abs().mean(),
            )
        )
    return pd.DataFrame(rows, columns=["nation", "districts", "mean", "furthest", "most", "after"])


def _write_error(value: float) -> str:
    """Write an error with its sign: "+23.5%", "−8.3%"."""
    return f"{value:+.1%}".replace("-", "−")


def limits() -> None:
    """Say what is not known."""
    st.header("Limitations", anchor=False)
    st.markdown(LIMITS)


def who_sees() -> None:
    """Say who can see and change what people keep here."""
    st.header("Who can see what", anchor=False)
    st.write(door.say_who_sees())
