"""What a page shows, read from the app without a browser."""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import pandas as pd
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from mapping.geography import Layer
from mapping.workspaces import kinds, texts
from pages.shared import choices, layout, registers, router

ROOT = Path(__file__).resolve().parents[2]
PAGES = tuple(page.name for page in router.PAGES)
WITH_MAP = tuple(page.name for page in router.PAGES if page.has_map)
WITH_AREAS = tuple(name for name in WITH_MAP if name != "data_and_method")
"""The pages whose map has areas of the place on it; that of the last has its postcodes alone."""
WITH_FINDING = tuple(name for name in PAGES if name != "upload")
"""The pages that have something to say before a file is put in."""
PLACES = {
    "Greater London": "county.greater-london",
    "Camden": "borough.E09000007",
    "Oldham": "borough.E08000004",
    "Moray": "borough.S12000020",
    "Great Britain": "britain.gb",
    "NW5": "postal_district.NW5",
    "Camden and Islington": "union.borough.E09000007+borough.E09000019",
    "2 wards": "wards.E05013663,E05013664",
}
"""The places that every page is tried on: the name in its sentences → how links write it."""


@dataclass
class Shown:
    """What a reader sees after a link was opened or a control was used."""

    app: AppTest

    def run(self) -> "Shown":
        """Let the app take up what was changed; nothing may go wrong.

        No box may offer two options alike: it sends back what it says of one, so that of two the
        last would count as chosen.
        """
        self.app.run()
        faults = [fault.message for fault in self.app.exception]
        assert faults == [], faults
        for box in (*self.app.selectbox, *self.app.multiselect, *self.app.radio):
            alike = [one for one, many in Counter(box.options).items() if many > 1]
            assert not alike, f"{box.label}: {alike[:3]}"
        return self

    def turn_to(self, page: str) -> "Shown":
        """Go to another page as a click on its name in the navigation does: to a bare address."""
        self.app.query_params.clear()
        self.app.switch_page(f"pages/{page}/page.py")
        return self.run()

    def choose(self, name: str, value: Any) -> "Shown":
        """Set the control that is tied to a choice, as its reader would."""
        found = [w for w in self._controls() if w.key == f"_widget_{name}"]
        assert len(found) == 1, f"{len(found)} controls for {name}"
        found[0].set_value(value)
        return self.run()

    def control(self, name: str) -> Any:
        """Return what the control tied to a choice shows."""
        return next(w.value for w in self._controls() if w.key == f"_widget_{name}")

    def _controls(self) -> list[Any]:
        app = self.app
        kinds = (app.selectbox, app.multiselect, app.text_input, app.toggle, app.button_group)
        return [widget for kind in kinds for widget in kind]

    def find(self, text: str) -> "Shown":
        """Type into the place picker."""
        boxes = [box for box in self.app.text_input if str(box.key).startswith("_place_")]
        boxes[0].set_value(text)
        return self.run()

    def link(self) -> dict[str, str]:
        """Return the choices in the address: the reader's, and those that the page made."""
        sent = [json.loads(one.proto.json) for one in self.app.get("bidi_component")]
        links = [one["link"] for one in sent if "link" in one]
        if not links:  # a part of the page ran alone: the address is what the server wrote
            return {name: str(text) for name, text in self.app.query_params.items()}
        (link,) = links
        found = dict(parse_qsl(link, keep_blank_values=True))
        assert found["place"] == self.app.query_params["place"], "the browser adds to the address"
        return found

    def made(self) -> dict[str, str]:
        """Return the choices in the address that the page made."""
        return choices.split_link(self.link())[1]

    def chosen(self) -> dict[str, str]:
        """Return the choices in the address that the reader made."""
        left_out = {choices.SHOWN, *self.made()}
        return {name: text for name, text in self.link().items() if name not in left_out}

    @property
    def html(self) -> list[str]:
        """Return every piece of HTML on the page, in order."""
        return [str(piece.proto.body) for piece in self.app.get("html")]

    @property
    def finding(self) -> str:
        """Return the sentence that the page opens with; it must be the only h1."""
        found = [
            _plain(text)
            for piece in self.html
            for text in re.findall(r'<h1 class="cg-finding">(.*?)</h1>', piece)
        ]
        assert len(found) == 1, found
        return found[0]

    @property
    def explanation(self) -> str:
        """Return the line under the finding."""
        found = re.findall(r'<p class="cg-explain">(.*?)</p>', "".join(self.html))
        return _plain(found[0]) if found else ""

    @property
    def numbers(self) -> dict[str, str]:
        """Return the cards: label → value."""
        return {_unescaped(metric.label): _unescaped(metric.value) for metric in self.app.metric}

    @property
    def notes(self) -> list[str]:
        """Return the sentences in boxes: information and warnings."""
        boxes = re.findall(
            r'<div class="cg-note" role="alert"><p>(.*?)</p></div>', "".join(self.html), flags=re.S
        )
        return [_plain(text) for text in boxes]

    @property
    def captions(self) -> str:
        """Return all small print as one text."""
        return "\n".join(str(caption.value) for caption in self.app.caption)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the HTML tables by caption, as a program that reads HTML sees them."""
        found = {}
        for piece in self.html:
            for text in re.findall(r"<table.*?</table>", piece, flags=re.S):
                table = ElementTree.fromstring(text)
                found["".join(table.find("caption").itertext())] = _cells(table)
        return found

    def table(self, beginning: str) -> pd.DataFrame:
        """Return the one table whose caption begins so."""
        found = [t for caption, t in self.tables().items() if caption.startswith(beginning)]
        assert len(found) == 1, list(self.tables())
        return found[0]

    def maps(self) -> list[dict[str, Any]]:
        """Return what each map sends to the browser."""
        return [json.loads(one.proto.json_args) for one in self.app.get("component_instance")]

    def map(self) -> dict[str, Any]:
        """Return what the page's one map sends to the browser."""
        found = self.maps()
        assert len(found) == 1
        return found[0]


def _plain(html: str) -> str:
    """Return a text as a reader sees it: no-break spaces are spaces."""
    return unescape(html).replace("\xa0", " ")


def _cells(table: ElementTree.Element) -> pd.DataFrame:
    head, *rows = (
        [_text(cell) for cell in row]
        for row in table.iter("tr")
        if row.find("th[@scope='rowgroup']") is None
    )
    return pd.DataFrame(rows, columns=head, dtype=str)


def _text(cell: ElementTree.Element) -> str:
    return "".join(cell.itertext())


def payloads(sent: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the configurations that a map's script carries, the base first."""
    scripts = "".join(str(value) for key, value in sent.items() if isinstance(value, str))
    found = re.findall(r'commonGround\.\w+\(\w+, "([A-Za-z0-9+/=]*)"\)', scripts)
    return [json.loads(base64.b64decode(text)) for text in found]


def opened(page: str = "place", app: Path = ROOT / "app.py", **choices: str) -> Shown:
    """Open a page from a link, as ``opened("mismatches", a="ward")``."""
    test = AppTest.from_file(str(app), default_timeout=90)
    for key, value in choices.items():
        test.query_params[key] = value
    if page != router.PAGES[0].name:
        test._page_hash = calc_hash(page)  # as a link does: switch_page wants a run before it
    return Shown(test).run()


@lru_cache(maxsize=64)
def seen(page: str = "place", **choices: str) -> Shown:
    """Open a page from a link, once for all tests that only look at it."""
    return opened(page, **choices)


def keep_map(layer: Layer, workspace: str) -> Layer:
    """Keep a layer in a workspace, as Upload does; returns it as the workspace has it."""
    row = kinds.maps.write_row(layer, id=texts.make_id())
    registers.store().put(workspace, kinds.maps.KIND, row, save_id=texts.make_id())
    kept = registers.own_maps(registers.identify(workspace))
    return next(one.layer for one in kept if one.id == row["id"].iloc[0])


@contextmanager
def unmapped() -> Iterator[None]:
    """Let pages leave out their maps: where a place is drawn for no other test, that takes long."""
    with patch.object(layout, "attempt"):
        yield


def _unescaped(text: str) -> str:
    """Undo the escaping of what streamlit would read as Markdown."""
    return re.sub(r"\\([^\w\s])", r"\1", str(text))
