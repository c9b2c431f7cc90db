"""More ground: which packs of the user's own files are in use, of when, and how to have them."""

import pandas as pd
import streamlit as st

from mapping import packs
from mapping.geography import directory, layers
from mapping.packs import Pack
from mapping.wording import findings, terms
from pages.shared import layout, tables

WHAT = """
The Office for National Statistics publishes, each quarter, a **postcode directory**: every postcode
of the United Kingdom, in use or ended, with its code in some forty official geographies. It is too
large to include here. Where it is added, each of these geographies is one more boundary map,
exactly as the statistics office has it; old postcodes are recognised in uploads; and figures by
small census area of 2021, such as deprivation since 2025, can be used as need on the Gaps page.
"""
STEPS = """
1. Download the **ONS Postcode Directory** (ONSPD) from the Open Geography portal of the Office for
   National Statistics: a zip of about 250 MB. There is nothing to unpack.
2. Where Common Ground is installed run `python -m mapping.build --directory ONSPD.zip`, with the
   zip's own name; it takes about half a minute. With `--residents FILE` as well, a table of the
   census by postcode, output area or small area, residents are counted instead of estimated.
3. Start the app again.
"""
MAX_OFFERED = 20


def show() -> None:
    """Say which packs are in use and which are left out, and how to have them."""
    st.header("More ground: the postcode directory", anchor=False)
    st.markdown(WHAT)
    found = packs.find()
    for sentence in found.left_out:
        layout.note(sentence)
    if not any(one.kind == packs.DIRECTORY for one in found.packs):
        st.markdown("It is not installed here. To add it, in three steps:")
    for one in found.packs:
        st.markdown(layout.escape_markdown(describe(one)))
        for sentence in tell_rest(one):
            st.markdown(layout.escape_markdown(sentence))
    if any(one.kind == packs.DIRECTORY for one in found.packs):
        _list_layers()
        st.markdown("To have a newer one:")
    st.markdown(STEPS)


def describe(one: Pack) -> str:
    """Say what a pack is, of when, and how many maps it has."""
    if one.kind == packs.RESIDENTS_KIND:
        counts = one.counts
        missing = counts["people in the file"] - counts["people placed"]
        rest = f"; {missing:,} of them are in areas without a current postcode" if missing else ""
        return (
            f"In use: residents counted by {one.words['source']}, added on {one.made_on}: "
            f"{counts['people in the file']:,} people{rest}."
        )
    maps = sum(column.reading == "layer" for column in one.columns)
    return (
        f"In use: the {one.title}, {directory.name_month(one.as_at)} (from {one.made_from}, added "
        f"on {one.made_on}): {maps} boundary maps."
    )


def tell_rest(one: Pack) -> list[str]:
    """Say in sentences what of a directory is in no map, and which columns could be had."""
    counts = one.counts
    said = []
    if missing := counts.get("of ours that it does not have", 0):
        many = findings.write_count(missing, "postcode", "postcodes")
        said.append(
            f"Of ours, {many} {'is' if missing == 1 else 'are'} not in it, so in none of its areas."
        )
    rest = (
        "ended in Great Britain",
        "in use that are newer than ours",
        "in Northern Ireland",
        "of the Isle of Man and the Channel Islands",
    )
    told = [f"{counts[what]:,} {what}" for what in rest if counts.get(what)]
    if told:
        said.append(
            f"Of its postcodes, {findings.join_names(told)} are in none of our maps; uploads "
            "recognise them."
        )
    offered = [part for part in one.offered if part.filled]
    if offered:
        names = [
            part.column if part.title == part.column else f"{part.column} ({part.title})"
            for part in offered
        ]
        said.append(
            f"It has further columns that are not maps yet: "
            f"{findings.join_names(names, MAX_OFFERED)}. To have one, add for example "
            f"--column {offered[-1].column} to the command below."
        )
    return said


def _list_layers() -> None:
    """List the official geographies at hand, at all their editions."""
    listed = [
        layers.get(key, edition=edition)
        for key in directory.keys()  # noqa: SIM118 (a function, not a dictionary)
        for edition in directory.editions(key)
    ]
    frame = pd.DataFrame(
        {
            "title": [layer.title for layer in listed],
            "scale": [terms.LEVEL_CHOICES[layer.scale] for layer in listed],
            "units": [layer.count for layer in listed],
            "description": [layer.description for layer in listed],
            "source": [layer.source for layer in listed],
        }
    )
    headings = {
        "title": "Boundary map",
        "scale": "Level",
        "units": "Areas",
        "description": "What it is",
        "source": "Source",
    }
    formats = {"units": tables.write_whole}
    tables.show(
        frame, headings, formats, "Boundary maps of the postcode directory.", key="directory"
    )
