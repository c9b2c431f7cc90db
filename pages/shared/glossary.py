"""The words that pages count with, as a resident would be told: for method and popovers."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from mapping.geography import Layer, directory
from mapping.wording import capitalise
from pages.shared import layout, own_lenses
from pages.shared.choices import Choice

WORDS = {
    "Two-way share": "How much of the place an area covers, and how much of that area is in the "
    "place. The first is a share of everybody in the place, the second of everybody in the area, "
    "including any part outside: “we are 18% of their patch”.",
    "Organisations": "Bodies and teams with a defined area: councils, police, fire, health and the "
    "like; ward councillors and ward police teams are counted separately. Areas drawn to sort "
    "letters or to publish figures (postcode and census areas, regions), and counties without a "
    "council, have no organisation behind them and are not counted.",
    "Themes": "What an organisation's work is about, as far as we know: for public bodies, what "
    "the law makes them responsible for (see Data and method); for your own, what your file says. "
    "A word that is part of a theme (“fostering”) counts under it as well. If nothing is recorded, "
    "it may still be happening.",
    "Level of an organisation": "How close to people's lives it works: in a neighbourhood "
    "(hyperlocal), council-wide (borough), across several councils (regional), or for a nation "
    "(national). A county council's work is council-wide, like that of the district councils "
    "beneath it. Where your file does not say, we derive the level from how many people live in "
    "the area: fewer than half of a council area's is neighbourhood; as many as a council area "
    "has is council-wide, even where that is two small ones; as many as a county has is several "
    "councils.",
    "Nobody on record": "We have no record of an organisation with the theme and level where "
    "people live. That need not be a gap, as somebody may work there without our knowing; it is a "
    "known gap only where a workspace's list is marked as complete for that theme and level.",
    "Fewest and most organisations": "“Few”: the wards whose people have, on average, the fewest "
    "organisations, up to a tenth of the population. “Many”: the wards with the most, up to "
    "another tenth. All others are “typical”.",
    "Near a point": "We use the nearest postcode: the areas that “cover it” are those this "
    "postcode is in. Another area is listed if it has homes within 150 metres of the point, with "
    "the distance to it.",
    "Near a boundary": "People whose postcode is within the chosen distance, 300 metres at first, "
    "of a residential postcode in another area of the same kind, inside or outside the place. Some "
    "of them are across a river from the boundary.",
    "Overlap": "The people who live in both areas, inside the place. “% of the …” says how much "
    "that is of all the people of either area in the place.",
    "Small overlaps": "An overlap is hidden if it is less than the chosen share, 1% at first, of "
    "both its areas. A small area entirely within a large one is never hidden.",
    "Inside the place": "How much of the whole area is in the place at all. An area cut by the "
    "boundary of the place has less than 100%.",
    "Flow": "Each ribbon shows the people who live in both areas: the wider it is, the more "
    "people. Each side names its 14 largest areas and puts the smaller ones together as “others”, "
    "drawn pale with a broken edge. Nobody is left out, and no overlap is hidden here.",
    "Best match": "The area of the other map that has most of an area's people.",
    "Crossing a boundary": "An area crosses a boundary if more than 1% of its people in the place "
    "live outside its best match. An area made up of whole areas of the other map does not: no "
    "boundary splits it.",
    "Fewer than 100 residents": "Areas and sets with fewer than 100 residents in the place are "
    "listed in tables, but no headline counts them: most are office blocks, or slivers at the "
    "edge of the place.",
    "Share that fits": "Of all people with an area on both maps, how many live in the best match "
    "of their area. 100%: every area of the first map is inside one of the second. It depends on "
    "which map comes first.",
    "Mismatch": "The share of people outside the best match, taking the better of the two "
    "directions. Where the areas of one map are always inside those of the other, it is 0.",
    "Table and headline": "The table of pairs counts everybody outside the best match, in both "
    "directions. The headline leaves out areas made up of whole areas of the other map, so its "
    "figure can be smaller than the one in the table.",
    "V-measure": "For analysts. How well each of two maps tells where people are on the other, "
    "from 0 (not at all) to 1 (exactly). It is the harmonic mean of homogeneity and completeness. "
    "Source: Nowosad and Stepinski 2018, doi:10.1080/13658816.2018.1511794.",
    "Homogeneity": "For analysts. 1 if every area of the second map is inside one area of the "
    "first; 0 if knowing the second says nothing about the first.",
    "Completeness": "For analysts. The same the other way round: 1 if every area of the first map "
    "is inside one area of the second.",
    "Share on both maps": "The share of the place's people who have an area on both maps. The "
    "scores are about them and do not see the others.",
    "Jaccard": "For analysts. The people who live in both areas, divided by those who live in "
    "either. 1: the two areas are the same; 0: they have nobody in common.",
    "Fit": "Whole areas are compared, including any part outside the place. Identical: at least "
    "99% of those who live in either area live in both. Inside one: at least 99% of the area is in "
    "one area of the other map. Made up of whole areas: at least 99% of it is areas of the other "
    "map that are each inside it. Split: anything else. No match: no area of the other map meets "
    "it.",
    "Split into": "How many areas of the other map have people of this area, however few.",
    "Counted by shares": "A GP practice, or a network of practices, has no boundary: people of one "
    "small area are with several. We divide the people of an area among them by their shares of "
    "it, so that everybody is counted once. Maps, boundaries, partner sets and “near a boundary” "
    "show each area as all of the one with most of its people, the first by code where several "
    "have as many. What we share out is residents; the shares are of people on the bodies' lists.",
    "Shared boundaries": "The share of the length of one map's boundaries that the other has too, "
    "inside the place, on land and without the place's own boundary.",
    "Partner set": "The combination of partners that a household has. People with the same partner "
    "set live in the same area on each of the chosen maps.",
    "Effective number of sets": "If nearly everyone is in one of 28 sets, the place is "
    "hardly divided. This is how many sets of equal size would be as mixed as these. For analysts: "
    "the exponential of the entropy of people over all sets, exp(H).",
    "People moved": "If one map followed the lines of another, each area of the other would go "
    "whole to the area of the first that holds most of its people; of two that hold as many, to "
    "the first by its code. Everybody else in it would move. Where the areas of one lie inside "
    "those of the other, the lines are drawn already and nobody moves.",
    "Common line": "Each chosen partner is redrawn along one map, and the people who would move "
    "are added up over the partners: somebody who would change twice counts twice. Very small "
    "areas move few people because they are hardly a choice, so look at how many there are.",
    "Pulled away": "Somebody is pulled away from a map's lines if most of their group is in "
    "another of its areas, or most of their area in another group, whichever is fewer. Groups made "
    "of whole areas, or that lie inside one, pull nobody away. It is the mismatch of the groups "
    "and the map, in people.",
    "Suggested neighbourhoods": "Several searches start from neighbourhoods grown at random and "
    "move areas between neighbours, keeping each in one piece and within the size, so that fewer "
    "people are pulled away. They are good, not proven best; the same question has the same "
    "answer. Simulated annealing, Kirkpatrick and others 1983, doi:10.1126/science.220.4598.671.",
}
"""Each word and what it means, in the order of the method page."""


def offer_how(choice: Choice, *words: str, of: Sequence[Layer] = (), note: str = "") -> None:
    """Let the reader ask how something is counted: words, the lens, and the maps' sources."""
    if any(layer.shares is not None for layer in of):
        words = (*words, "Counted by shares")
    said = "".join(f"<dt>{escape(word)}</dt><dd>{escape(WORDS[word])}</dd>" for word in words)
    sources = "".join(
        f"<dt>{escape(layer.title)}</dt><dd>{escape(_say_source(layer))}</dd>" for layer in of
    )
    counted = escape(own_lenses.heading(choice.by))
    lens = f"<dt>{counted}</dt><dd>{escape(layout.explain_lens(choice))}</dd>"
    with st.popover("How is this counted?", type="tertiary", icon=":material/help:"):
        if note:
            st.html(f"<p>{escape(note)}</p>")
        st.html(f'<dl class="cg-words">{said}{lens}{sources}</dl>')


def _say_source(layer: Layer) -> str:
    """Say where a map is from, and of when it is, as far as that is known."""
    if layer.called:  # somebody's draft, which says of when it is
        return f"{capitalise(layer.source)}. {layer.description}".strip()
    return (
        f"As at {directory.name_month(layer.as_at)}: {layer.source}."
        if layer.as_at
        else f"{layer.source}."
    )


def list_words() -> None:
    """Explain every word under its own heading, to which a link can point: #aligned-share."""
    told = (f"### {word}\n{layout.escape_markdown(meaning)}\n" for word, meaning in WORDS.items())
    st.html(Path(__file__).parent / "glossary.css")
    with st.container(key="cg-glossary"):
        st.markdown("\n".join(told))
