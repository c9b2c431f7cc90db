"""Lists: a cell that lists the codes of several areas is a row for each of them."""

import numpy as np
import pandas as pd

from mapping.geography import coded_areas

BETWEEN = r"\s*[,;|/\n\r\t]+\s*"
"""What stands between codes in one cell."""
LIKE_CODE = r"[A-Za-z]+\d[A-Za-z0-9 ]{0,8}"
"""How codes and postcodes look; a name with a comma in it does not: "Bristol, City of"."""


def split_lists(cells: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Split cells in which several codes of areas or postcodes stand.

    Returns the number of the row and the text of each part; a cell that lists none is one part.
    """
    numbered = cells.reset_index(drop=True)
    able = numbered[numbered.str.contains(r"[,;|/\n\r\t]")]
    if able.empty:
        return np.arange(len(cells)), cells.to_numpy(object)
    parts = able.str.strip().str.split(BETWEEN, regex=True).explode().astype("str")
    parts = parts[parts != ""]
    by_row = pd.DataFrame(
        {
            "code": parts.str.fullmatch(LIKE_CODE),
            "known": coded_areas.identify(parts).kind >= 0,
        }
    ).groupby(level=0)
    is_list = by_row["code"].all() & by_row["known"].any() & (by_row.size() > 1)
    rows = is_list.index[is_list]
    whole = pd.concat([numbered.drop(rows), parts[parts.index.isin(rows)]])
    whole = whole.sort_index(kind="stable")
    return whole.index.to_numpy(), whole.to_numpy(object)
