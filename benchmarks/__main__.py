"""Run the benchmarks: ``python -m benchmarks [--only data overlap footprints …]``."""

import argparse
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benchmarks import (
    app,
    archives,
    bars,
    bodies,
    clicks,
    crowd,
    data,
    directory,
    footprints,
    forbidden,
    gaps,
    geocode,
    heavy,
    hostile,
    layers,
    overlap,
    own_maps,
    processes,
    redraw,
    sent,
    soak,
    speed,
    stewardship,
    store,
    suite,
    workbooks,
)

PARTS: dict[str, Callable[[], Iterator[bars.Row]]] = {
    "data": data.rows,
    "bodies": bodies.rows,
    "overlap": overlap.rows,
    "geocode": geocode.rows,
    "layers": layers.rows,
    "own_maps": own_maps.rows,
    "directory": directory.rows,
    "footprints": footprints.rows,
    "sent": sent.rows,
    "workbooks": workbooks.rows,
    "gaps": gaps.rows,
    "redraw": redraw.rows,
    "stewardship": stewardship.rows,
    "speed": speed.rows,
    "store": store.rows,
    "hostile": hostile.rows,
    "forbidden": forbidden.rows,
    "archives": archives.rows,
    "app": app.rows,
    "clicks": clicks.rows,
    "crowd": crowd.rows,
    "processes": processes.rows,
    "heavy": heavy.rows,
    "soak": soak.rows,
    "suite": suite.rows,
}
UNASKED = [part for part in PARTS if part not in ("soak", "suite")]
"""What runs if nothing is asked for: the soak takes twenty minutes, the tests ten."""
RESULTS = Path(__file__).with_name("results.json")


def main(arguments: list[str] | None = None) -> None:
    """Run the parts asked for, print a row a figure, and write ``results.json``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only",
        nargs="+",
        choices=PARTS,
        default=UNASKED,
        metavar="PART",
        help=f"which parts to run: {', '.join(PARTS)}",
    )
    parser.add_argument("--out", type=Path, default=RESULTS, help="where to write the results")
    parser.add_argument(
        "--minutes", type=float, default=soak.MINUTES, help="how long the soak lasts"
    )
    given = parser.parse_args(arguments)
    rows = []
    for part in given.only:
        run = partial(soak.rows, given.minutes) if part == "soak" else PARTS[part]
        for row in run():
            print(row.line(), flush=True)
            rows.append(row)
    bars.write(rows, given.out)
    short = [row for row in rows if row.is_met is False]
    met = sum(1 for row in rows if row.is_met)
    print(f"{met} bars met, {len(short)} short; written to {given.out}")


if __name__ == "__main__":
    main()
