"""Rows of every kind of kept things, as they are kept."""

import zlib

import numpy as np
import pandas as pd

from mapping.actors import TEXTS
from mapping.workspaces import Kind, texts

WHEN = "2026-11-22T09:30:00.000000+00:00"
TABLE = zlib.compress(texts.write_csv(pd.DataFrame({"outcome": ["=x"]})))
POSTCODE = zlib.compress(b"NW1 0AA\0")
UNITS = zlib.compress(texts.write_csv(pd.DataFrame({"code": ["n"], "name": ["=North"]})))
WARD = zlib.compress(b"E05013653")
FIRST = zlib.compress(np.zeros(1, "<i4").tobytes())
NO_SHARES = zlib.compress(b"")
SHARES = zlib.compress(np.array([(b"E05013653", 0, 10**9)], "S9, <i4, <i4").tobytes())
FACTS = ("Teams", "teams", "hyperlocal", "NHS", "teams.csv", "April 2026")
GROUPS = zlib.compress(texts.write_csv(pd.DataFrame({"code": ["E05013653"], "group": [1]})))
GROUP_NAMES = zlib.compress(texts.write_csv(pd.DataFrame({"group": [1], "name": ["=North"]})))
DRAWN = ("=East", "=Ada", "=1+1\nand more", "borough.E09000007", "ward", "hyperlocal")
NUMBER = zlib.compress(np.array([0.5]).tobytes())
EXAMPLES = {
    "uploads": [("up1", "a.csv", "abc", WHEN, TABLE), ("up2", "a.csv", "abc", WHEN, TABLE)],
    "actors": [
        ("up1", 0, *TEXTS, b"E05013653", b"NW1 0AA\0"),
        ("up1", 1, "id-2", *TEXTS[1:], b"E05013653", b"NW1 0AA\0"),
    ],
    "weights": [
        ("own1", "Census", "homes", WHEN, POSTCODE, NUMBER, TABLE),
        ("own2", "Census", "homes", WHEN, POSTCODE, NUMBER, TABLE),
    ],
    "maps": [
        ("map1", *FACTS, "ward", WHEN, UNITS, WARD, FIRST, TABLE, NO_SHARES),
        ("map2", *FACTS, "ward", WHEN, UNITS, WARD, FIRST, TABLE, SHARES),
    ],
    "ratings": [
        ("r1", "conditions", "trust", "borough", "=Ada", "person", 4, "=1+1\nand more", WHEN),
        ("r2", "conditions", "trust", "borough", "=Ada", "person", 4, "=1+1\nand more", WHEN),
    ],
    "schemes": [
        ("s1", "=Ours", "=Open | no | yes\nKind | no | yes", WHEN),
        ("s2", "=Ours", "=Open | no | yes\nKind | no | yes", WHEN),
    ],
    "claims": [
        ("health", "borough", "borough.E09000007", WHEN),
        ("health", "borough", "borough.E09000008", WHEN),
    ],
    "storyline": [
        ("v1", 1, "gaps", "place=borough.E09000007&theme=%3D1%2B1", "=1+1, ‘said’ aloud", WHEN),
        ("v2", 1, "gaps", "place=borough.E09000007&theme=%3D1%2B1", "=1+1, ‘said’ aloud", WHEN),
    ],
    "scenarios": [
        ("d1", *DRAWN, WHEN, GROUPS, GROUP_NAMES),
        ("d2", *DRAWN, WHEN, GROUPS, GROUP_NAMES),
    ],
    "marks": [("health", "borough", WHEN), ("health", "regional", WHEN)],
}
"""Two rows of every kind, in its order, as alike as two that are both kept may be."""


def example(kind: Kind) -> list[tuple]:
    """Return the rows of a kind; says what to do if there are none."""
    rows = EXAMPLES.get(kind.name, [])
    assert len(rows) > 1, (
        f"give EXAMPLES in tests/kept_rows.py two rows of the kind {kind.name}, as alike as two "
        f"that are both kept may be: {', '.join(kind.columns)}"
    )
    return rows
