"""Naming: which column of a file of boundaries most likely names its areas."""

import pandas as pd

WORDS = ("name", "nm", "title", "label", "team", "patch")


def guess_name(frame: pd.DataFrame) -> str:
    """Return the column of texts that most likely names the rows of a table; "" if it has none.

    It is one whose heading says so and that differs from row to row, or else differs most.
    """
    if not len(frame.columns):
        return ""

    def rank(name: str) -> tuple:
        texts = frame[name][frame[name] != ""]
        has_words = bool(texts.str.contains(r"[^\W\d_]{2}").mean() > 0.5) if len(texts) else False
        said = any(word in name.lower() for word in WORDS)
        return (not len(texts), not has_words, not said, -texts.nunique())

    return str(min(frame.columns, key=rank))
