"""Sentences: what a reader meets on every page in six places, to be read through.

``python -m tests.sentences`` prints them from the project's folder: under each page and place its
texts in the order of the page, each once; ``--page gaps`` and ``--place Moray`` narrow it.
"""

import argparse
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from pages.shared import router

ROOT = Path(__file__).resolve().parents[1]
PLACES = {
    "Greater London": "county.greater-london",
    "Camden": "borough.E09000007",
    "Plymouth": "borough.E06000026",
    "Oldham": "borough.E08000004",
    "Moray": "borough.S12000020",
    "Surrey": "county.E10000030",
}
SHOWN = ("body", "label", "help", "placeholder", "options")
"""The fields of streamlit's messages that hold what a reader sees."""
MAX_OPTIONS = 6
"""So many options of a box are listed; a place may have hundreds of wards."""
PATIENCE_S = 300


def main() -> None:
    """Print the sentences of the pages and places that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", choices=list(router.BY_NAME), action="append")
    parser.add_argument("--place", choices=list(PLACES), action="append")
    asked = parser.parse_args()
    for page in asked.page or router.BY_NAME:
        for place in asked.place or PLACES:
            print(f"\n## {router.BY_NAME[page].title}: {place}", flush=True)
            for text in dict.fromkeys(list_texts(page, PLACES[place])):
                print(text, flush=True)


def list_texts(page: str, place: str) -> Iterator[str]:
    """List the texts of a page for a place ("kind.code"), in its order."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    app.query_params["place"] = place
    app.run()
    if page != router.PAGES[0].name:
        app.switch_page(router.BY_NAME[page].file)
        app.run()
    for fault in app.exception:
        yield f"FAULT: {fault.message}"
    yield from _walk(app.main)


def _walk(node: Any) -> Iterator[str]:
    """List the texts of an element, and of all in it."""
    proto = getattr(node, "proto", None)
    if proto is not None:
        yield from _read(proto)
    for child in getattr(node, "children", {}).values():
        yield from _walk(child)


def _read(message: Any) -> Iterator[str]:
    """List the texts of a message of streamlit's, and of those in it."""
    for field, value in message.ListFields():
        several = [value] if isinstance(value, str) or hasattr(value, "ListFields") else value
        if field.name in SHOWN and field.cpp_type == field.CPPTYPE_STRING:
            for text in list(several)[:MAX_OPTIONS]:
                yield from plain(text)
        elif field.cpp_type == field.CPPTYPE_MESSAGE and hasattr(several, "__iter__"):
            for part in several:
                if hasattr(part, "ListFields"):
                    yield from _read(part)


def plain(text: str) -> list[str]:
    """Write HTML or Markdown as lines of text, without styles and the rows of tables."""
    text = re.sub(r"<style.*?</style>|<tbody.*?</tbody>|<svg.*?</svg>", "", text, flags=re.S)
    text = re.sub(r"</(p|li|h\d|caption|th|dt|dd|div|td)>|<br ?/?>", "\n", text)
    shown = re.sub(r"\\([\\`*_{}\[\]:$~<>|])", r"\1", re.sub(r"<[^>]+>", "", text))
    lines = unescape(shown).split("\n")
    return [line.strip() for line in lines if re.search(r"[A-Za-z]{2}", line)]


if __name__ == "__main__":
    main()
