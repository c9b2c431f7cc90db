"""The method page's parts: what is counted, from which sources, with which limits."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import streamlit as st

from mapping.actors import defaults
from mapping.atoms import postcodes
from mapping.geography import counted, directory, layers, lenses
from mapping.wording import findings
from pages.shared import glossary, layout, registers, tables
from pages.shared.choices import Choice
from pages.shared.layout import Number

HOW_CHECKED = (
    "For each council district: its estimated residents before scaling, against those that the "
    "census counted (England and Wales 2021, Scotland 2022). After scaling they are the same."
)
SMALL_AREAS = (
    "Within a district the estimate is less good: against the 2021 census, small census areas of "
    "England and Wales are 13.8 % off in the median, and one in ten more than 33.6 %. That was "
    "measured once, while this was designed, before districts were scaled; the counts by small "
    "area are no part of the data."
)
IN_SHORT = """
**The postcode is the atom.** Great Britain's postcodes each have a position and lie in one ward.
A map of partners (a *layer*) gives every postcode one area, or none; a place is a set of
postcodes. Everything here is a count over them: no shapes are cut, so everybody is counted once.

- **Residents (estimated).** Each small census area of 2011 has its nation's mean number of
  residents, shared equally among its residential postcodes (ordinary addresses, fewer than ten
  postcodes at one point). Every council district is then scaled to its census count. So
  districts are right, and what is smaller is estimated: it is rounded, and wards of one district
  may show the same figure where they have as many small census areas.
- **Your own numbers.** A file with a number for each postcode, small census area, ward or larger
  area can be counted by instead: a postcode's number is its own, a small census area's is shared
  equally among its residential postcodes, a larger area's in proportion to the residents estimated
  there. What the file adds up to stays the same; what counts nowhere is told beside it.
- **Two thresholds.** An area straddles a line if more than 1 % of its people live across it; areas
  and sets with fewer than 100 residents are listed, not headlined.
- **Integrated care boards** answer for the patients registered with their practices, who may live
  elsewhere; here they are shown by where people live. Since April 2026 there are 36. A few small
  areas are not certain: four in Buckinghamshire, four in Vale of White Horse, six in Runnymede.
- **Bodies without lines.** Practices and primary care networks answer for the patients on their
  lists, not for residents, and people of one small area are with several. From a table of areas,
  bodies and people each area's residents are divided by the shares of its patients, and tables and
  sentences say that they are *counted by shares*. A map shows each area as all of the body with
  most of its people.
- **Sixty-two English unitary councils** and the Isles of Scilly lie in no county council's area,
  and much of England in no strategic authority's: that is how it is, not a gap in the data.
"""
RESPONSIBLE = """
Every area that somebody works to has its **actor**: the organisation, team or people who answer for
it, with the themes that they answer for. Themes follow the law: where there are two tiers of
council, the **county** has social care, education, public health, libraries and highways, and the
**district** housing, planning, waste collection and leisure; everywhere else one council has both.
Public health is led by the NHS health boards in Wales and Scotland. Metropolitan counties, Greater
London as a county, regions, census areas and postal areas have no actor. Beside these there are
the organisations of the case studies, counted under the themes that their own words belong to. The
CSV below the rules has the law or list that each follows.
"""
LIMITS = """
- **Great Britain, not Northern Ireland**: the open postcode file has no postcodes of Northern
  Ireland.
- **Residents are estimates.** Growth since 2011, halls of residence and care homes are not known,
  and everybody in a small census area is spread equally over its postcodes.
- **Lines are derived** from postcodes: each runs midway between the last postcode on either side.
  They are no official boundaries, and least exact where few people live. The coast is drawn
  coarsely.
- **Areas smaller than wards** are drawn for places up to the size of a region.
- **Bodies' areas** are as at the dates in the table of maps and may have changed; where a
  body's end is known, that table says so.
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
        return f"Every number here is a count over {len(postcodes.table()):,} postcodes. {said}"
    return (
        f"Every number here is a count over {len(postcodes.table()):,} postcodes; residents are "
        f"estimated within each of {len(checked)} council districts, and add up to its census."
    )


def _mean_error(checked: pd.DataFrame) -> float:
    return float(checked["error"].abs().mean())


def numbers(checked: pd.DataFrame) -> list[Number]:
    """Gather three numbers about the data."""
    total = lenses.get().values.sum()
    in_use = f"In use in {postcodes.name_month()}, with a position."
    return [
        Number("Postcodes of Great Britain", f"{len(postcodes.table()):,}", in_use),
        Number(
            f"Its {findings.name_counted()}",
            findings.write_estimate(total),
            "Scaled to the census.",
        ),
        Number("Mean error before scaling", findings.share(_mean_error(checked)), HOW_CHECKED),
    ]


def words() -> None:
    """Say how everything is counted, in short, and what each word means."""
    st.header("How it is counted", anchor=False)
    st.markdown(IN_SHORT)
    st.header("The words, one by one", anchor=False)
    glossary.list_words()


def own_maps_table(choice: Choice) -> None:
    """List the maps of the open workspace, if it has any."""
    kept = [one.layer for one in registers.own_maps(choice.kept)]
    if not kept:
        return
    columns = {"title": "Map", "scale": "Scale", "sector": "Who runs it", "as_at": "As at"}
    columns |= {"source": "Source"}
    facts = pd.DataFrame([{name: getattr(one, name) for name in columns} for one in kept])
    facts["areas"] = [len(one.codes) for one in kept]
    st.header("The maps of this workspace", anchor=False)
    tables.show(
        facts,
        {**columns, "areas": "Areas"},
        {"areas": tables.write_whole},
        "Maps that somebody brought into this workspace.",
        key="own-maps",
    )


def layers_table() -> None:
    """List every layer: what it is, who runs it, how old it is."""
    st.header("The maps of partners", anchor=False)
    today = datetime.now(UTC).date()
    facts = layers.catalogue().reset_index(drop=True)
    old = [layers.get(key).is_out_of_date(today) for key in facts["key"]]
    facts["state"] = [
        f"past its date, {t}" if o else "" for o, t in zip(old, facts["valid_to"], strict=True)
    ]
    facts["as_at"] = facts["as_at"].map(directory.name_month)
    facts["as_at"] = facts["as_at"].str.cat(facts["state"], sep=" ").str.strip()
    headings = {
        "title": "Layer",
        "scale": "Scale",
        "description": "What it is and who runs it",
        "as_at": "As at",
        "source": "Source",
        "licence": "Licence",
    }
    tables.show(facts, headings, {}, "Layers that ship with Common Ground.", key="layers")
    if missing := layers.list_unknown_districts():
        layout.note(
            "In no region, police force or other body yet, because data/local_authorities.csv "
            f"does not list them: {findings.join_names(missing, 20)}."
        )


def list_responsible() -> None:
    """Say who is responsible for what, and what each theme means, from the rules that ship."""
    st.header("Who is responsible for what", anchor=False)
    st.markdown(RESPONSIBLE)
    rules = defaults.rules()
    alike = rules.groupby(["layer", "themes", "why"], sort=False)["actor_type"]
    shown = alike.agg(lambda kinds: ", ".join(dict.fromkeys(kinds))).reset_index()
    shown["title"] = [layers.get(key).title for key in shown["layer"]]
    tables.show(
        shown,
        {"title": "Layer", "actor_type": "Its actors", "themes": "Themes", "why": "What they do"},
        {},
        "The rules by which an area's actor has its themes.",
        key="actor_rules",
        taken=rules,
    )
    tables.show(
        defaults.vocabulary(),
        {
            "theme": "Theme",
            "meaning": "What it means",
            "includes": "Words that count under it",
            "why": "Why it is a theme",
        },
        {},
        "The themes of actors that ship.",
        key="themes",
    )


def census_table(choice: Choice, checked: pd.DataFrame) -> None:
    """Show how good the estimate is: by nation, and each district's beside the census."""
    st.header("The estimate against the census", anchor=False)
    st.markdown(
        "Estimates are scaled so that each council district has as many residents as its census "
        "counted. Before and after that they are off by this much."
    )
    tables.show(
        compare_nations(checked),
        {
            "nation": "Nation",
            "districts": "Council districts",
            "mean": "Mean error before scaling",
            "furthest": "Furthest off",
            "most": "By",
            "after": "Error after scaling",
        },
        {
            "districts": tables.write_whole,
            "mean": tables.percent,
            "most": _write_error,
            "after": tables.percent,
        },
        "How far council districts are off, by nation.",
        key="errors",
    )
    st.markdown(SMALL_AREAS)
    tables.show(
        checked,
        {
            "name": "Council district",
            "nation": "Nation",
            "estimate": "Estimated before scaling",
            "census": "Census",
            "year": "Year",
            "error": "Error before scaling",
        },
        {"estimate": tables.write_whole, "census": tables.write_whole, "error": _write_error},
        "Council districts: estimated residents before scaling, and the census.",
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
    """Write an error with its sign: "+23.5 %", "−8.3 %"."""
    return f"{value:+.1%}".replace("%", " %").replace("-", "−")


def limits() -> None:
    """Say what is not known."""
    st.header("Limits", anchor=False)
    st.markdown(LIMITS)
