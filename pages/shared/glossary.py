"""The words that pages count with, as a resident would be told: for method and popovers."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

import streamlit as st

from mapping.geography import Layer, directory
from pages.shared import layout, own_lenses
from pages.shared.choices import Choice

WORDS = {
    "Two-way share": "How much of the place lies in an area, and how much of that area lies in "
    "the place. The first is a share of everybody in the place, the second of everybody in the "
    "area, wherever it lies: “we are 18 % of their patch”.",
    "Organisations": "The areas that somebody works to: wards with their councillors, councils, "
    "police, fire, health and the like. Areas drawn to sort letters or to publish figures (postal "
    "and census areas, regions), and counties without a council, have nobody and are not counted.",
    "Themes": "What an organisation's work is about, as far as it is recorded: of public bodies, "
    "what the law makes them responsible for (see Data and method); of your own, what your file "
    "says; a word that is part of a theme (“fostering”) counts under it as well. Nothing recorded "
    "does not mean nothing done.",
    "Scale of an organisation": "How close to people's lives it works: a neighbourhood "
    "(hyperlocal), a borough or council district, a region, or the nation. It is what the register "
    "says of it, not the size of its area.",
    "Nobody on record": "No organisation with the theme and the scale is recorded where these "
    "people live. That is no gap by itself, as somebody may work there unrecorded; it is a known "
    "gap where a workspace marks its list as complete for that theme and scale.",
    "Thin and crowded": "The wards whose people have, on average, fewest organisations, in which "
    "a tenth of all people live, are thin; those with most, in which another tenth live, are "
    "crowded.",
    "Near a spot": "A spot stands for its nearest postcode: “here” are the areas that this "
    "postcode lies in. Another area is listed if a residential postcode of it lies within 150 "
    "metres of the spot, with the distance to it.",
    "Near a line": "People whose postcode lies within the chosen distance, 300 metres at first, "
    "of a residential postcode in another area of the same map, inside or outside the place. Some "
    "only look across a river.",
    "Overlap": "The people who live in both areas, inside the place. “Of the …” says how much "
    "that is of all the people of either area in the place.",
    "Small overlaps": "An overlap is hidden if it is less than the chosen share, 1 % at first, of "
    "both its areas. A small area wholly inside a large one is never hidden.",
    "In the place": "How much of the whole area lies in the place at all. An area cut by the edge "
    "of the place has less than 100 %.",
    "Flow": "Each ribbon is the people who live in one area of the left and one of the right; it "
    "is as wide as they are many. Either side names its 14 largest areas and gathers the smaller "
    "ones as “others”, drawn pale with a broken edge. Nobody is left out, and no overlap is "
    "hidden here.",
    "Main counterpart": "The area of the other map in which most people of an area live.",
    "Straddling": "An area straddles a line if more than 1 % of its people in the place live "
    "outside its main counterpart. An area made of whole areas of the other map does not: no "
    "line tears it.",
    "Fewer than 100 residents": "Areas and sets with fewer than 100 residents in the place are "
    "listed in tables, but no headline counts them: most are offices, or clippings at the "
    "place's edge.",
    "Aligned share": "Of all people with an area on both maps, how many live in the main "
    "counterpart of their area. 100 %: every area of the first map lies in one of the second. It "
    "depends on which map comes first.",
    "Mismatch": "100 % less the larger of a pair's two aligned shares: the kinder direction. "
    "Where the areas of one map always lie inside those of the other, it is 0.",
    "Matrix and headline": "The matrix counts everybody outside the main counterpart, in both "
    "directions. The headline leaves out areas made of whole areas of the other map, and so can "
    "name a smaller share than the matrix leaves over.",
    "V-measure": "How well each of two maps tells where people are on the other, from 0 (not at "
    "all) to 1 (exactly). It is the harmonic mean of homogeneity and completeness. Source: "
    "Nowosad and Stepinski 2018, doi:10.1080/13658816.2018.1511794.",
    "Homogeneity": "1 if every area of the second map lies in one area of the first; 0 if knowing "
    "the second says nothing about the first.",
    "Completeness": "The same the other way round: 1 if every area of the first map lies in one "
    "area of the second.",
    "Coverage": "The share of the place's people who have an area on both maps. The scores are "
    "about them and do not see the others.",
    "Jaccard": "The people who live in both areas, divided by those who live in either. 1: the two "
    "areas are the same; 0: they have nobody in common.",
    "Relation": "Whole areas are compared, wherever they lie. Same: Jaccard of at least 0.99. "
    "Inside: at least 99 % of the area lies in one area of the other map. Made of: at least 99 % "
    "of it is areas of the other map that each lie inside it. Split: anything else. None: no area "
    "of the other map meets it.",
    "Parts": "How many areas of the other map hold people of this area, however few.",
    "Counted by shares": "A practice or a network of practices has no line: people of one small "
    "area are with several. The people of an area are divided among them by their shares of "
    "it, so that everybody is counted once. Maps, lines, sets and “near a line” show each area as "
    "all of the one with most of its people, the first by code where several have as many. What is "
    "shared out are residents; the shares are of people on the bodies' lists.",
    "Line agreement": "The share of the length of one map's lines that the other draws too, "
    "inside the place, on land and without the place's own outline.",
    "Partner set": "The people who deal with exactly the same partners: whose postcodes lie in "
    "the same area on each of the chosen maps. Also called a line-up.",
    "As mixed as sets of equal size": "Twenty-eight sets of which one holds nearly everybody are "
    "hardly mixed. This is how many sets of equal size would be as mixed as these: the exponential "
    "of the entropy of people over all sets, exp(H).",
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
