"""Run the benchmarks: ``python -m benchmarks [--only data overlap footprints …]``."""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import (
    app,
    bars,
    bodies,
    clicks,
    crowd,
    data,
    directory,
    footprints,
    gaps,
    geocode,
    hostile,
    layers,
    overlap,
    own_maps,
    redraw,
    sent,
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
    "app": app.rows,
    "clicks": clicks.rows,
    "crowd": crowd.rows,
    "suite": suite.rows,
}
UNASKED = [part for part in PARTS if part != "suite"]
"""What runs if nothing is asked for: the tests take ten minutes."""
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
    given = parser.parse_args(arguments)
    rows = []
    for part in given.only:
        for row in PARTS[part]():
            print(row.line(), flush=True)
            rows.append(row)
    bars.write(rows, given.out)
    short = [row for row in rows if row.is_met is False]
    met = sum(1 for row in rows if row.is_met)
    print(f"{met} bars met, {len(short)} short; written to {given.out}")


if __name__ == "__main__":
    main()
