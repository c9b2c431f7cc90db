"""Tables as real HTML, and their downloads: the twin of every map and chart."""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from mapping import wording
from mapping.geocode import fold
from mapping.geography import Layer, counted
from mapping.takeaway import export
from mapping.wording import by_shares, findings
from pages.shared import answers, files, layout, parts, state, visit

MAX_PLAIN_ROWS, PAGE_ROWS = 60, 30
"""A table with more rows can be searched and sorted, and is shown a page at a time."""
TALL_ROWS, NARROW_COLUMNS = 15, 7
"""A table taller than this, and no wider, keeps its head in sight on a wide screen."""
FEW_COLUMNS = 4
"""A table with more is wider than a phone: its columns keep a width there in which words fit."""
ALL = 1 - 1e-9
"""A share from which nothing is missing."""

Format = Callable[[float], str]
T = TypeVar("T")


def write_whole(value: float) -> str:
    """Write a count for a table: whole numbers, thousands separated; "–" where missing."""
    return "–" if pd.isna(value) else f"{value:,.0f}"


def amounts(by: str) -> Format:
    """Return how to write what a lens counts: an estimate rounded, and need with a decimal."""
    if counted.is_estimate(by):
        return _write_estimate
    return _write_small if wording.words(by).is_one else write_whole


def _write_estimate(value: float) -> str:
    return "–" if pd.isna(value) else wording.write_estimate(value)


def _write_small(value: float) -> str:
    return "–" if pd.isna(value) else wording.write_sum(value)


def percent(value: float) -> str:
    """Write a share for a table: one decimal; "–" where missing."""
    if pd.isna(value):
        return "–"
    exact = round(value, 9) + 0.0
    if 0 < exact <= 0.0005:
        return "less than 0.1%"
    if exact in (0, 1):
        return f"{exact:.0%}"
    return "more than 99.9%" if exact >= 0.9995 else f"{100 * exact:.1f}%"


def ratio(value: float) -> str:
    """Write a score between 0 and 1 for a table: three decimals."""
    return "–" if pd.isna(value) else f"{value:.3f}"


def html(
    frame: pd.DataFrame,
    headings: Mapping[str, str],
    formats: Mapping[str, Format],
    caption: str,
    *,
    group: str = "",
    stacked: bool = False,
    ticks: str = "",
) -> str:
    """Write chosen columns (in the order of ``headings``) as an HTML table; every text is escaped.

    Columns with a format are numbers, set to the right by the table's classes n1, n2, …;
    the first column heads its row. Rows in a row with the same ``group`` (a column) stand
    together under it. A ``stacked`` table has long texts: on a phone each row stands there cell
    under cell, with its headings, and nothing scrolls sideways; with ``ticks`` (a column of ids)
    each row has a box to tick, of the class cg-tick and the value of its id.
    """
    if stacked:
        return _stack(frame, headings, formats, caption, ticks)
    numeric = "".join(f" n{i}" for i, name in enumerate(headings, 1) if name in formats)
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in headings.values())
    columns = [_cells(frame[name], formats.get(name)) for name in headings]
    rows = list(map(_row, zip(*columns, strict=True)))
    body = f"<tbody>{''.join(rows)}</tbody>"
    if group:
        body = _group_rows(rows, frame[group].tolist(), len(headings))
    tall = " cg-tall" if len(frame) > TALL_ROWS and len(headings) <= NARROW_COLUMNS else ""
    tall += " cg-many" if len(headings) > FEW_COLUMNS else ""
    return (
        f'<div class="cg-scroll{tall}"><table class="cg-table{numeric}"><caption><span>'
        f"{escape(caption)}</span></caption><thead><tr>{head}</tr></thead>{body}</table></div>"
    )


def _stack(
    frame: pd.DataFrame,
    headings: Mapping[str, str],
    formats: Mapping[str, Format],
    caption: str,
    ticks: str = "",
) -> str:
    """Write a table whose cells may stand under each other: their headings stand in them too."""
    numeric = "".join(f" n{i}" for i, name in enumerate(headings, 1) if name in formats)
    titles = list(map(escape, headings.values()))
    head = "".join(f'<th scope="col" role="columnheader">{title}</th>' for title in titles)
    columns = [_cells(frame[name], formats.get(name)) for name in headings]
    if ticks:
        pairs = zip(frame[ticks], columns[0], strict=True)
        columns[0] = [_tick(one, told) for one, told in pairs]
    rows = []
    for first, *rest in zip(*columns, strict=True):
        cells = "".join(
            f'<td role="cell" data-heading="{title}">{cell}</td>'
            for title, cell in zip(titles[1:], rest, strict=True)
        )
        head_ = f'<th scope="row" role="rowheader" data-heading="{titles[0]}">{first}</th>'
        rows.append(f'<tr role="row">{head_}{cells}</tr>')
    return (
        f'<div class="cg-scroll cg-stack"><table role="table" class="cg-table{numeric}">'
        f'<caption><span>{escape(caption)}</span></caption><thead role="rowgroup"><tr role="row">'
        f'{head}</tr></thead><tbody role="rowgroup">{"".join(rows)}</tbody></table></div>'
    )


def _tick(one: str, told: str) -> str:
    box = f'<input type="checkbox" class="cg-tick" value="{escape(one)}"/>'
    return f"<label>{box}<span>{told}</span></label>"


def _cells(column: pd.Series, form: Format | None) -> list[str]:
    return [escape(form(value) if form else str(value)) for value in column]


def _row(cells: Sequence[str]) -> str:
    rest = "".join(f"<td>{cell}</td>" for cell in cells[1:])
    return f'<tr><th scope="row">{cells[0]}</th>{rest}</tr>'


def _group_rows(rows: list[str], groups: list[str], width: int) -> str:
    bodies = []
    for title, members in groupby(zip(groups, rows, strict=True), key=lambda pair: pair[0]):
        head = f'<tr><th scope="rowgroup" colspan="{width}">{escape(title)}</th></tr>'
        bodies.append(f"<tbody>{head}{''.join(row for _, row in members)}</tbody>")
    return "".join(bodies)


def leave_out_whole(
    frame: pd.DataFrame, headings: Mapping[str, str], whole: Mapping[str, str], place: str
) -> tuple[dict[str, str], str]:
    """Leave out the columns that say 100% in every row, and say so in a sentence instead.

    ``write_whole`` names those that may go, with what their rows are called: "wards".
    """
    same = [c for c in whole if (v := frame[c].dropna()).size and (v >= ALL).all()]
    kept = {name: title for name, title in headings.items() if name not in same}
    nouns = findings.join_names([whole[column] for column in same])
    return kept, f" All of these {nouns} are entirely within {place}." if same else ""


def show(
    frame: pd.DataFrame,
    headings: Mapping[str, str],
    formats: Mapping[str, Format],
    caption: str,
    *,
    key: str,
    how: Callable[[], None] | None = None,
    whole: Mapping[str, str] | None = None,
    place: str = "",
    shapes: Callable[[], gpd.GeoDataFrame] | None = None,
    group: str = "",
    taken: pd.DataFrame | None = None,
    used: Sequence[Layer] = (),
    limits: str = "",
    stacked: bool = False,
    once: bool = False,
    ids: Hashable = None,
) -> None:
    """Show a table with its downloads: CSV, and GeoPackage if there are ``shapes``.

    ``how`` draws beside it how it is counted; ``write_whole`` and ``place`` as in
    ``leave_out_whole``, ``group`` and ``stacked`` as in ``html``. The CSV has all rows (those of
    ``taken`` where the table shows some only) and columns, and says what it is: ``used`` and
    ``limits`` as in ``export.note``, ``once`` as in ``export.csv``. Of a table that follows from
    ``ids`` what is seen at first is written once for everybody.
    """
    whole, titles = whole or {}, tuple(headings.values())
    kept, said = _remember(
        ids,
        ("whole", key, place, titles, *whole.values()),
        lambda: leave_out_whole(frame, headings, whole, place),
    )
    said = "".join([said, *(f" {told}" for told in [by_shares.say_counted(used)] if told)])
    if len(frame) > MAX_PLAIN_ROWS:
        key_ = f"{key}_{export.file_stem(caption)}"
        _show_long(frame, kept, formats, f"{caption}{said}", key_, how, stacked, ids)
    else:
        if how is not None:
            how()
        written = _remember(
            ids,
            ("all", key, titles, caption, said),
            lambda: html(frame, kept, formats, f"{caption}{said}", group=group, stacked=stacked),
        )
        st.html(written)
    downloads(
        frame if taken is None else taken,
        caption,
        key=key,
        shapes=shapes,
        used=used,
        limits=limits,
        headings=headings,
        once=once,
        ids=ids,
    )


def _remember(ids: Hashable, of: tuple[Hashable, ...], make: Callable[[], T]) -> T:
    """Return what a table that follows from ``ids`` has of something: made once, and shared."""
    return make() if ids is None else answers.remember(("table", ids, *of), make)


@parts.part
def _show_long(
    frame: pd.DataFrame,
    headings: Mapping[str, str],
    formats: Mapping[str, Format],
    caption: str,
    key: str,
    how: Callable[[], None] | None,
    stacked: bool,
    ids: Hashable,
) -> None:
    """Show a table page by page, searched and sorted; only what is shown travels."""
    page = f"table_{key}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text, by = _boxes(headings, key, page)
        if how is not None:
            how()
    texts = [c for c in frame if c.endswith("code") or (c in headings and c not in formats)]
    found = sort_rows(keep_matching(frame, texts, text), by, formats)
    place_of_pages = st.container()  # also where there is one: what follows keeps its place
    if found.empty:
        layout.note(f"No match for “{text.strip()}”. Try part of a name.")
        return
    with place_of_pages:
        at = PAGE_ROWS * (_page(-(-len(found) // PAGE_ROWS), page) - 1)
    ends = min(at + PAGE_ROWS, len(found))
    told = f"Showing {at + 1:,} to {ends:,} of {len(found):,}."
    if text.strip():
        rows = findings.write_count(len(found), "row matches", "rows match")
        told = f"{findings.capitalise(rows)} “{text.strip()}”. {told}"
    is_first = not at and not text.strip() and by is None
    written = _remember(
        ids if is_first else None,
        ("first", key, tuple(headings.values()), caption),
        lambda: html(found.iloc[at:ends], headings, formats, f"{caption} {told}", stacked=stacked),
    )
    st.html(written)


def _boxes(headings: Mapping[str, str], key: str, page: str) -> tuple[str, str | None]:
    again: dict[str, Any] = {"on_change": state.preset, "args": (page, 1)}
    text = st.text_input(
        "Find in this table", type="search", key=f"_find_{key}", live=True, width=240, **again
    )
    by = st.selectbox(
        "Sort by",
        list(headings),
        index=None,
        placeholder="Original order",
        width=240,
        format_func=lambda name: headings[name],
        key=f"_sort_{key}",
        **again,
    )
    return (text or "")[:60], by


def _page(pages: int, key: str) -> int:
    return int(st.pagination(pages, key=state.chooser(key)["key"])) if pages > 1 else 1


def keep_matching(frame: pd.DataFrame, columns: Sequence[str], text: str) -> pd.DataFrame:
    """Keep the rows that have every word of a text in some of their columns.

    Case and accents are ignored; all rows if the text is blank.
    """
    words = fold(text).split()
    if not words or not columns:
        return frame
    shown = zip(*(frame[column].astype(str) for column in columns), strict=True)
    texts = [fold(" ".join(row)) for row in shown]
    has_all = [all(word in row for word in words) for row in texts]
    return frame[np.array(has_all, dtype=bool)]  # an empty list would ask for no column


def sort_rows(frame: pd.DataFrame, by: str | None, formats: Mapping[str, Format]) -> pd.DataFrame:
    """Sort rows by a column: numbers from the largest, texts from A, with N2 before N10."""
    if by is None:
        return frame
    if by in formats:
        return frame.sort_values(by, ascending=False, kind="stable")
    return frame.sort_values(by, key=lambda texts: texts.map(_make_sort_key), kind="stable")


def _make_sort_key(text: object) -> str:
    return re.sub("[0-9]+", lambda digits: digits[0].zfill(9), fold(str(text)))


def downloads(
    frame: pd.DataFrame,
    caption: str,
    *,
    key: str,
    shapes: Callable[[], gpd.GeoDataFrame] | None = None,
    used: Sequence[Layer] = (),
    limits: str = "",
    headings: Mapping[str, str] | None = None,
    once: bool = False,
    ids: Hashable = None,
) -> None:
    """Offer a table as CSV, its shapes as GeoPackage, and both for the bundle of the page."""
    by = state.lens()
    rounded = None if shapes is None else lambda: export.round_estimates(shapes(), by)
    shown = visit.ShownTable(frame, caption, headings or {}, rounded, used, limits, by)
    visit.get_shown().note_table(key, shown)
    name = export.file_stem(caption)
    source = export.note(caption, by, used, limits=limits)
    with st.container(horizontal=True):
        csv_button(
            "Download table (CSV)",
            lambda: export.csv(shown.round(), source, once=once),
            name,
            key=key,
        )
        if rounded is not None:
            files.offer(
                "Download map areas (GeoPackage)",
                lambda: export.geopackage(rounded(), key, source),
                f"{name}.gpkg",
                "application/geopackage+sqlite3",
                key=f"{key}-gpkg",
                icon=":material/download:",
            )


def take(
    frame: pd.DataFrame,
    caption: str,
    *,
    key: str,
    used: Sequence[Layer] = (),
    headings: Mapping[str, str] | None = None,
    limits: str = "",
) -> None:
    """Note what the page shows in other words than a table's, for its bundle."""
    shown = visit.ShownTable(frame, caption, headings or {}, None, used, limits)
    visit.get_shown().note_table(key, shown)


def csv_button(label: str, made: Callable[[], bytes], name: str, *, key: str) -> None:
    """Offer a CSV file that is made when it is asked for."""
    files.offer(
        label,
        made,
        f"{name}.csv",
        "text/csv",
        key=f"{key}-csv",
        icon=":material/download:",
    )
