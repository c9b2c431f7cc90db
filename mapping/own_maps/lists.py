"""Lists: a cell that lists the codes of several areas is a row for each of them."""

import numpy as np
import pandas as pd

from mapping.geography import coded_areas

BETWEEN = r"\s*[,;|/\n\r\t]+\s*"
"""What stands between codes in one cell."""
LIKE_CODE = r"(?=.*\d)[A-Za-z0-9 ]{2,9}"
"""How codes and postcodes look; a name with a comma in it does not: "Bristol, City of"."""


def split_lists(cells: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Split cells in which several codes of areas or postcodes stand.

    Returns the number of the row and the text of each part; a cell that lists none is one part.
    """
    text = cells.str.strip()
    able = np.flatnonzero(text.str.contains(r"[,;|/\n\r\t]"))
    lists = {}
    for row, parts in zip(
        able.tolist(), text.iloc[able].str.split(BETWEEN, regex=True), strict=True
    ):
        some = pd.Series([part for part in parts if part], dtype="str")
        looks = len(some) > 1 and some.str.fullmatch(LIKE_CODE).all()
        if looks and (coded_areas.identify(some).kind >= 0).any():
            lists[row] = some.tolist()
    size = np.ones(len(cells), dtype="int64")
    for row, parts in lists.items():
        size[row] = len(parts)
    rows = np.repeat(np.arange(len(cells)), size)
    texts = cells.to_numpy(object)[rows]
    begins = np.cumsum(size) - size
    for row, parts in lists.items():
        texts[begins[row] : begins[row] + len(parts)] = parts
    return rows, texts
