"""A report on paper: a tagged PDF, by typst, which reads nothing but what it is handed.

The markup is ``paper.typ`` and never changes; what a report says travels beside it as JSON: no text
of anybody's is ever read as markup. Its folder is empty, and it asks for no package.
"""

import json
import re
import tempfile
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from mapping.takeaway.report.content import Heading, Listing, Map, Report, Row, Table, Text

ACCESSIBLE = "ua-1"
"""PDF/UA-1: every part is tagged, maps have words, the language and the title are set."""
LONG_WORD = re.compile(r"\S{30}(?=\S)")
BREAK = "\u200b"
"""Where a line may end, unseen."""
KINDS = {
    Heading: "heading",
    Text: "text",
    Listing: "listing",
    Table: "table",
    Map: "map",
    Row: "row",
}


def write(report: Report) -> bytes:
    """Write a report as PDF; the same report always gives the same bytes.

    It keeps to PDF/UA-1, unless it has letters that the type does not: these show as a box then,
    and can still be copied and read aloud.
    """
    import typst  # loaded when somebody asks for a report

    told = {"title": report.title, "under": report.under, "foot": report.foot}
    told["author"] = report.author
    told = {name: _allow_breaks(words) for name, words in told.items()}
    told["parts"] = [_describe(part) for part in report.parts]  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as empty:
        given = {"root": empty, "sys_inputs": {"report": json.dumps(told)}}
        try:
            return _compile(pdf_standards=[ACCESSIBLE], **given)
        except typst.TypstError as fault:
            if "could not be displayed" not in str(fault):
                raise
            return _compile(**given)


def _compile(**given: Any) -> bytes:
    import typst

    found = typst.compile(_read_markup(), ignore_system_fonts=True, format="pdf", **given)
    assert isinstance(found, bytes)
    return found


@cache
def _read_markup() -> bytes:
    return Path(__file__).with_name("paper.typ").read_bytes()


def _allow_breaks(words: str) -> str:
    """Let a line end within a word that is longer than any has to be."""
    return LONG_WORD.sub(lambda found: f"{found[0]}{BREAK}", words)


def _describe(part: Any) -> dict[str, Any]:
    """Return a part as what JSON can hold, with its kind."""
    if isinstance(part, Row):
        return {"kind": "row", "parts": [_describe(one) for one in part.parts]}
    told = asdict(part)
    if isinstance(part, Table):
        told["numbers"] = sorted(part.numbers)
    if isinstance(part, Text | Heading):
        told["words"] = _allow_breaks(part.words)
    if isinstance(part, Table):
        told["rows"] = [[_allow_breaks(cell) for cell in row] for row in part.rows]
    return {"kind": KINDS[type(part)], **told}
