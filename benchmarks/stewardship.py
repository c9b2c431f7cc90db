"""Stewardship: the grid of 24 cells that 200 people rated, drawn again after one more rating."""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.bars import Row
from mapping import stewardship
from mapping.drawing import spectrum
from mapping.workspaces import kinds
from mapping.workspaces.store import Store

PEOPLE, ROUNDS = 200, 9
BAR_S = 0.2
CAMDEN = "borough.E09000007"
SCALES = {"hyperlocal": "Neighbourhood", "borough": "Borough", "regional": "Regional"}
APP = Path(__file__).parents[1] / "app.py"
NOTE = "processor time of the page's whole run in Camden, its ratings read anew, no browser"


def rows() -> Iterator[Row]:
    """Measure a redraw of the page after a rating, and the parts that ratings have in it."""
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "kept.sqlite")
        store = Store(url)
        workspace = store.create("Made up", CAMDEN)
        store.put(workspace, kinds.ratings.KIND, make_ratings())
        title = f"{PEOPLE} people × 24 cells"
        yield Row(
            f"{title}: the page drawn again", _redraw(url, workspace), "s", BAR_S, "less", NOTE
        )
        yield Row(
            "  ratings read, their spread counted, the grid drawn", _count(store, workspace), "s"
        )
        store.close()


def make_ratings(seed: int = 1) -> pd.DataFrame:
    """Make up what people said of each condition at each scale, alike in every run."""
    draw = np.random.default_rng(seed)
    scheme = stewardship.shipped_schemes()[stewardship.USUAL_SCHEME]
    parts = [
        kinds.ratings.write_rows(
            scheme.key,
            scale,
            f"Person {who}",
            stewardship.PERSON,
            {one.key: int(draw.integers(1, 6)) for one in scheme.conditions},
            {one.key: "We met in the library" for one in scheme.conditions},
        )
        for who in range(PEOPLE)
        for scale in stewardship.RATED_SCALES
    ]
    return pd.concat(parts, ignore_index=True)


def _redraw(url: str, workspace: str) -> float:
    """Return the median processor time of the page's run after somebody rated once more."""
    before = os.environ.get("COMMON_GROUND_DATABASE")
    os.environ["COMMON_GROUND_DATABASE"] = url
    try:
        from streamlit.testing.v1 import AppTest
        from streamlit.util import calc_hash

        from pages.shared import registers

        registers.store.clear()
        app = AppTest.from_file(str(APP), default_timeout=120)
        app.query_params["place"], app.query_params["workspace"] = CAMDEN, workspace
        app._page_hash = calc_hash("stewardship")  # as a link does
        app.run()
        taken = []
        for round_ in range(ROUNDS):
            one = kinds.ratings.write_rows(
                "conditions", "borough", "Ada", "person", {"trust": 1 + round_ % 5}, {}
            )
            registers.store().put(workspace, kinds.ratings.KIND, one)
            begun = time.process_time()
            app.run()
            taken.append(time.process_time() - begun)
            assert not app.exception
        return statistics.median(taken)
    finally:
        os.environ.pop("COMMON_GROUND_DATABASE")
        if before is not None:
            os.environ["COMMON_GROUND_DATABASE"] = before


def _count(store: Store, workspace: str) -> float:
    scheme = stewardship.shipped_schemes()[stewardship.USUAL_SCHEME]

    def once() -> float:
        begun = time.process_time()
        ratings = store.open_kind(workspace, kinds.ratings.KIND).value
        spread = stewardship.spread(ratings, scheme)
        for is_narrow in (False, True):
            spectrum.draw(spread, scheme, SCALES, is_narrow=is_narrow)
        return time.process_time() - begun

    once()
    return statistics.median(once() for _ in range(ROUNDS))
