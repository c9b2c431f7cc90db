"""Tables as real HTML, and their downloads: the twin of every map and chart."""

from collections.abc import Callable, Mapping
from html import escape

import geopandas as gpd
import pandas as pd
import streamlit as st

from mapping import export, weights
from pages.shared import state

MOST_ROWS = 60
"""Rows shown at first; the download has all of them."""

Format = Callable[[float], str]


def whole(value: float) -> str:
    """Write a count for a table: whole numbers, thousands separated; "–" where missing."""
    return "–" if pd.isna(value) else f"{value:,.0f}"


def percent(value: float) -> str:
    """Write a share for a table: one decimal; "–" where missing."""
    if pd.isna(value):
        return "–"
    exact = round(value, 9) + 0.0
    if 0 < exact <= 0.0005:
        return "under 0.1 %"
    return "over 99.9 %" if 0.9995 <= exact < 1 else f"{100 * exact:.1f} %"


def ratio(value: float) -> str:
    """Write a score between 0 and 1 for a table: three decimals."""
    return "–" if pd.isna(value) else f"{value:.3f}"


def html(
    frame: pd.DataFrame,
    headings: Mapping[str, str],
    formats: Mapping[str, Format],
    caption: str,
) -> str:
    """Write chosen columns (in the order of ``headings``) as an HTML table; every text is escaped.

    Columns with a format are numbers, set to the right; the first column heads its row.
    """
    head = "".join(
        f'<th scope="col"{_side(name in formats)}>{escape(title)}</th>'
        for name, title in headings.items()
    )
    columns = [_cells(frame[name], formats.get(name)) for name in headings]
    numeric = [name in formats for name in headings]
    body = "".join(_row(cells, numeric) for cells in zip(*columns, strict=True))
    return (
        f'<div class="cg-scroll"><table class="cg-table"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _side(is_number: bool) -> str:
    return ' class="n"' if is_number else ""


def _cells(column: pd.Series, form: Format | None) -> list[str]:
    return [escape(form(value) if form else str(value)) for value in column]


def _row(cells: tuple[str, ...], numeric: list[bool]) -> str:
    first = f'<th scope="row"{_side(numeric[0])}>{cells[0]}</th>'
    rest = "".join(f"<td{_side(n)}>{c}</td>" for c, n in zip(cells[1:], numeric[1:], strict=True))
    return f"<tr>{first}{rest}</tr>"


def show(
    frame: pd.DataFrame,
    headings: Mapping[str, str],
    formats: Mapping[str, Format],
    caption: str,
    *,
    key: str,
    shapes: Callable[[], gpd.GeoDataFrame] | None = None,
    most: int = MOST_ROWS,
) -> None:
    """Show a table with its downloads: CSV, and GeoPackage if there are ``shapes``."""
    left_out = len(frame) - most
    told = caption if left_out <= 0 else f"{caption} The first {most} of {len(frame):,} rows."
    st.html(html(frame.head(most), headings, formats, told))
    if left_out > 0:
        label = f"Show the other {left_out:,} rows"
        others = st.expander(label, key=f"{key}-more", on_change="rerun")
        if others.open:  # they travel only when they are asked for
            rest = frame.iloc[most : most + 2000]
            told = f"{caption} The rows after the first {most}."
            others.html(html(rest, headings, formats, told))
    downloads(frame, caption, key=key, shapes=shapes)


def downloads(
    frame: pd.DataFrame,
    caption: str,
    *,
    key: str,
    shapes: Callable[[], gpd.GeoDataFrame] | None = None,
) -> None:
    """Offer a table as CSV, and its shapes as GeoPackage."""
    name = export.file_stem(caption)
    counts = weights.LENSES[state.lens()]
    source = f"{caption} People: {counts}, derived areas. {'. '.join(export.ATTRIBUTION)}."
    with st.container(horizontal=True):
        st.download_button(
            "Table as CSV", lambda: export.csv(frame, source), f"{name}.csv", "text/csv",
            key=f"{key}-csv", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
        if shapes is not None:
            st.download_button(
                "Shapes as GeoPackage", lambda: export.geopackage(shapes(), key, source),
                f"{name}.gpkg", "application/geopackage+sqlite3", key=f"{key}-gpkg",
                on_click="ignore", icon=":material/download:",
            )  # fmt: skip
