"""A report as one page of HTML: no script, nothing fetched, its maps inside it."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from mapping.drawing import signs
from mapping.takeaway.report.content import Heading, Listing, Map, Report, Row, Table, Text

STYLE = f"""
:root {{ color-scheme: light; }}
body {{ background: {signs.GROUND}; color: {signs.INK}; margin: 0 auto; max-width: 60rem;
  font: 1.06rem/1.5 Georgia, "Libertinus Serif", serif; overflow-wrap: break-word;
  padding: 2rem 1.2rem 4rem; }}
h1 {{ font-size: 2.1rem; line-height: 1.15; margin: 0 0 .4rem; }}
h2 {{ border-top: 3px solid {signs.TEAL}; font-size: 1.4rem; margin: 2.6rem 0 .6rem;
  padding-top: .7rem; }}
.under, .small, figcaption, caption {{ color: {signs.SLATE}; }}
.lead {{ font-size: 1.3rem; line-height: 1.4; }}
.small, figcaption {{ font-size: .92rem; }}
figure {{ margin: 1rem 0; }}
figure > svg {{ display: block; height: auto; max-width: 100%; width: 100%; }}
ul.legend {{ display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; list-style: none; padding: 0; }}
ul.legend li {{ align-items: center; display: flex; gap: .5rem; }}
ul.legend svg {{ flex: none; }}
.row {{ display: flex; flex-wrap: wrap; gap: 0 2rem; }}
.row > * {{ flex: 1 1 15rem; min-width: 0; }}
.table {{ overflow-x: auto; }}
table {{ border-collapse: collapse; margin: 1rem 0; width: 100%; }}
caption {{ font-weight: 700; padding-bottom: .3rem; text-align: left; }}
th, td {{ border-bottom: 1px solid #d9d2c5; padding: .3rem .8rem .3rem 0; text-align: left;
  vertical-align: top; }}
thead th {{ border-bottom: 2px solid {signs.INK}; }}
.number {{ font-variant-numeric: tabular-nums; text-align: right; white-space: nowrap; }}
thead .number {{ min-width: 6rem; white-space: normal; }}
@media print {{ body {{ background: none; max-width: none; padding: 0; }}
  figure, tr {{ break-inside: avoid; }} }}
"""


def write(report: Report) -> bytes:
    """Write a report as HTML: the same report always gives the same bytes."""
    body = "\n".join(_write_part(part) for part in report.parts)
    author = f'<meta name="author" content="{escape(report.author)}">' if report.author else ""
    return (
        f'<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n{author}\n'
        f"<title>{escape(report.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{escape(report.title)}</h1>\n<p class="under">{escape(report.under)}</p>\n'
        f"{body}\n</main>\n</body>\n</html>\n"
    ).encode()


def _write_part(part: Any) -> str:
    return WRITERS[type(part)](part)


def _write_heading(part: Heading) -> str:
    return f"<h2>{escape(part.words)}</h2>"


def _write_text(part: Text) -> str:
    kind = "lead" if part.is_lead else "small" if part.is_small else ""
    marked = f' class="{kind}"' if kind else ""
    return f"<p{marked}>{escape(part.words)}</p>"


def _write_listing(part: Listing) -> str:
    return f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in part.items)}</ul>"


def _write_map(part: Map) -> str:
    svg = part.svg.replace("<svg ", f'<svg role="img" aria-label="{escape(part.alt)}" ', 1)
    items = "".join(f"<li>{_hide(sample)}{escape(words)}</li>" for sample, words in part.legend)
    legend = f'<ul class="legend">{items}</ul>' if items else ""
    return f"<figure>{svg}<figcaption>{escape(part.caption)}{legend}</figcaption></figure>"


def _hide(svg: str) -> str:
    """Hide a picture from whoever cannot see it: the words beside it say what it is."""
    return svg.replace("<svg ", '<svg aria-hidden="true" ', 1)


def _write_table(part: Table) -> str:
    marks = [' class="number"' if at in part.numbers else "" for at in range(len(part.headings))]
    head = "".join(
        f'<th scope="col"{mark}>{escape(words)}</th>'
        for mark, words in zip(marks, part.headings, strict=True)
    )
    rows = "".join(f"<tr>{_write_cells(row, marks)}</tr>" for row in part.rows)
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="{escape(part.caption)}"><table>'
        f"<caption>{escape(part.caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _write_cells(row: Sequence[str], marks: Sequence[str]) -> str:
    first, *rest = (escape(cell) for cell in row)
    told = [f'<th scope="row">{first}</th>']
    told += [f"<td{mark}>{cell}</td>" for mark, cell in zip(marks[1:], rest, strict=True)]
    return "".join(told)


def _write_row(part: Row) -> str:
    return f'<div class="row">{"".join(map(_write_part, part.parts))}</div>'


WRITERS: dict[type, Callable[[Any], str]] = {
    Heading: _write_heading,
    Text: _write_text,
    Listing: _write_listing,
    Map: _write_map,
    Table: _write_table,
    Row: _write_row,
}
