"""Banners: rows that only name an area, for the rows below them, as printed lists have them."""

from dataclasses import replace

import numpy as np
import pandas as pd

from mapping.geocode import areas, beside
from mapping.intake import Sheet
from mapping.wording import join_names

HEADING = "Area in the row above"
"""The column that the areas of banners become."""
MIN_BANNERS = 2
MAX_LOOKED_AT = 200
"""So many other rows are looked at: where their first cells name councils too, none is a banner."""
LARGER = ("borough", "county", "region", "nation")


def lift_banners(table: Sheet) -> Sheet:
    """Make a column of the areas that whole rows name for those below, with a note; or nothing.

    A row is a banner where its first cell is filled and no other. All such rows of a table name
    a council, county, region or nation, no other row's first cell does, and rows follow each;
    there are two or more, or one and a title that names such an area, for the rows above it.
    """
    frame = table.frame
    if frame.shape[1] < 2:
        return table
    is_banner = _find_lone_cells(frame)
    at = np.flatnonzero(is_banner)
    texts = frame.iloc[at, 0].str.strip().tolist()
    title = _find_title(table)
    if len(at) + bool(title) < MIN_BANNERS or not len(at) or len(at) > len(frame) // 2:
        return table
    if at[-1] == len(frame) - 1 or (np.diff(at) == 1).any():
        return table
    others = frame.iloc[~is_banner, 0].head(MAX_LOOKED_AT).tolist()
    if any(map(_is_larger, others)) or not all(map(_is_larger, dict.fromkeys(texts))):
        return table
    number = np.cumsum(is_banner)
    named = np.array([title, *texts], dtype=object)[number]
    name = _name_column(frame)
    lifted = frame.assign(**{name: pd.array(named, dtype=frame.dtypes.iloc[0])})
    numbers = table.row_numbers[at]
    skipped = pd.DataFrame({"row_number": numbers, "why": "banner", "text": texts})
    return replace(
        table,
        frame=lifted[~is_banner].reset_index(drop=True),
        row_numbers=table.row_numbers[~is_banner],
        notes=(*table.notes, _tell_banners(numbers)),
        skipped_rows=pd.concat([table.skipped_rows, skipped], ignore_index=True),
    )


def _find_lone_cells(frame: pd.DataFrame) -> np.ndarray:
    """Tell which rows have their first cell filled and no other."""
    alone = (frame.iloc[:, 0].str.strip() != "").to_numpy()
    for name in frame.columns[1:]:
        if not alone.any():
            break
        alone = alone & (frame[name] == "").to_numpy()
    return alone


def _find_title(table: Sheet) -> str:
    """Return the title above the table if it is the name of a larger area, "" otherwise."""
    skipped = table.skipped_rows
    if not len(skipped):
        return ""
    titles = skipped.loc[skipped["why"] == "title", "text"].tolist()
    return titles[-1].strip() if titles and _is_larger(titles[-1]) else ""


def _is_larger(text: str) -> bool:
    found = beside.find_larger(text.strip().casefold())
    return bool(found) and all(areas.kind_of(area) in LARGER for area in found)


def _name_column(frame: pd.DataFrame) -> str:
    name = HEADING
    while name in frame:
        name += " (2)"
    return name


def _tell_banners(numbers: np.ndarray) -> str:
    shown = join_names([f"{number:,}" for number in numbers.tolist()])
    if len(numbers) == 1:
        return f"Row {shown} is the heading of an area: it says where the rows below it lie."
    return f"Rows {shown} are headings of areas: each says where the rows below it lie."
