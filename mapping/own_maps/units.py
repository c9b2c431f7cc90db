"""Units: what the cells of a column say that areas belong to, one for all its spellings."""

import unicodedata
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.geography import lookups

NONE_WORDS = frozenset(
    {"n/a", "#n/a", "#ref!", "#value!", "#name?", "-", "–", "—", "?", "none", "null", "nil", "nan"}
    | {"tbc", "tbd", "tba", "unknown", "not known", "not yet known", "not applicable"}
    | {"unassigned", "not assigned", "unallocated", "not allocated"}
)
"""What people write in a cell that is to stay empty, in small letters."""
TOTAL_WORDS = frozenset({"total", "totals", "grand total", "subtotal", "sub-total", "sum", "all"})
"""What stands beside a sum of all the bodies of an area, in small letters."""
MAX_EXAMPLES = 3


class Units(NamedTuple):
    """The unit of each row, as most rows spell it; "" for none. All have (rows,).

    Attributes
    ----------
    texts : units
    respelt : whether a row spells its unit in another way
    refused : why a row that says something names no unit; "" for the others
    """

    texts: np.ndarray
    respelt: np.ndarray
    refused: np.ndarray


def settle_units(cells: pd.Series, *, totals: bool = False) -> Units:
    """Find the units that a column of texts names, which may differ in capitals and blanks.

    "N/A" and the like name none; with ``totals``, neither do sums of all bodies.
    """
    of_text, distinct, spelt = _spell(cells)
    words = NONE_WORDS | TOTAL_WORDS if totals else NONE_WORDS
    told = [f"“{one[:20]}” names no unit" if fold(one) in words else "" for one in distinct]
    refused = np.array(told, dtype=object)
    none = refused != ""
    respelt = (spelt != np.array(distinct, dtype=object)) & ~none
    return Units(np.where(none, "", spelt)[of_text], respelt[of_text], refused[of_text])


def settle_spelling(cells: pd.Series) -> np.ndarray:
    """Write texts that differ in capitals and blanks alone as most rows write them: (rows,).

    Blanks are single in what is returned.
    """
    of_text, _, spelt = _spell(cells)
    return spelt[of_text]


def _spell(cells: pd.Series) -> tuple[np.ndarray, list[str], np.ndarray]:
    """Return which text each cell is, the texts, and how each of these is to be written."""
    of_text, texts = pd.factorize(lookups.write_texts(cells))
    distinct, rows = texts.tolist(), np.bincount(of_text, minlength=len(texts)).tolist()
    folded = [fold(one) for one in distinct]
    usual: dict[str, tuple[int, str]] = {}
    for key, text, count in zip(folded, distinct, rows, strict=True):
        usual[key] = min(usual.get(key, (0, "")), (-count, text))  # of as many the first by letter
    spelt = [" ".join(usual[key][1].split()) for key in folded]
    return of_text, distinct, np.array(spelt, dtype=object)


def fold(text: str) -> str:
    """Write a text so that those which differ in capitals, blanks and widths alone are alike.

    >>> fold("North  Team") == fold("north team ")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def note_names(unit: np.ndarray, names: pd.Series) -> tuple[str, ...]:
    """Say in a sentence which units, by their codes, have names that differ; () if none have."""
    told = pd.DataFrame({"unit": unit, "name": lookups.write_texts(names).to_numpy(object)})
    told = told[(told["unit"] != "") & (told["name"] != "")].drop_duplicates()
    told = told[~told.assign(name=told["name"].map(fold)).duplicated().to_numpy()]
    torn = told[told["unit"].duplicated(keep=False)].groupby("unit")["name"].agg(sorted)
    if not len(torn):
        return ()
    some = [
        f"{code} ({', '.join(few[:MAX_EXAMPLES])})"
        for code, few in zip(torn.index[:MAX_EXAMPLES], torn, strict=False)
    ]
    many = "1 unit has" if len(torn) == 1 else f"{len(torn):,} units have"
    return (f"{many} several names, of which the first is shown: {'; '.join(some)}.",)


def note_repeated(area: np.ndarray, unit: np.ndarray) -> tuple[str, ...]:
    """Say how many rows name an area and a body that a row before has; () if none do."""
    pairs = pd.DataFrame({"area": area, "unit": unit})
    again = int((pairs.duplicated() & (pairs != "").all(axis=1)).sum())
    if not again:
        return ()
    rows = "1 row names" if again == 1 else f"{again:,} rows name"
    return (
        f"{rows} an area and a body that a row before names: their people were added up. Leave "
        "sums of others out.",
    )
