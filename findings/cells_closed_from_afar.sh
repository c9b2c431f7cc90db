#!/usr/bin/env bash
# scipy.spatial.Voronoi: helper points that close the outer cells cost inner cells their neighbours.
#
# The cells of postcodes on the rim are open. The usual remedy is four more points far outside, and
# the farther the better, so that they touch nothing real.
# Expected: however far away the four are, the cells in the middle stay as they are.
# Seen: 20,000 positions in whole metres, 20 km across. With helpers 200 km away the middle is the
# same to the last pair of neighbours as with helpers 100 km away. Helpers 10,000 km away cost three
# of 15,052 pairs their common border, of millimetres; helpers 100,000 km away cost 85 pairs theirs,
# of up to 28 m where homes stand a metre apart. Qhull takes for one the corners that lie closer
# than its rounding, which grows with the square of the extent of all points, helpers among them;
# nothing warns. Who counts neighbours or draws a border between two such cells finds none.
# Versions: scipy 1.17.1, numpy 2.4.6. Date: 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q scipy==1.17.1 numpy==2.4.6
"$work/venv/bin/python" - <<'PY'
import numpy as np
from scipy.spatial import Voronoi

SIDE_M, COUNT = 20_000, 20_000
SOUTH_WEST = np.array([530_000, 180_000])
random = np.random.default_rng(3)
homes = np.unique(random.integers(0, SIDE_M, (COUNT, 2)), axis=0) + SOUTH_WEST
homes = homes.astype(float)


def list_borders(away_km, within_m):
    """Return the borders that near to the middle of the square: metres by pair of homes."""
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    helpers = homes.mean(axis=0).round() + away_km * 1_000 * corners
    cells = Voronoi(np.vstack([homes, helpers]))
    ends = np.asarray(cells.ridge_vertices)
    real = (ends >= 0).all(axis=1) & (cells.ridge_points < len(homes)).all(axis=1)
    pairs, lines = np.sort(cells.ridge_points[real], axis=1), cells.vertices[ends[real]]
    near = (np.abs(lines - SOUTH_WEST - SIDE_M / 2) < within_m).all(axis=(1, 2))
    length = np.hypot(*(lines[:, 1] - lines[:, 0]).T)
    return dict(zip(map(tuple, pairs[near].tolist()), length[near].tolist(), strict=True))


true = list_borders(100, SIDE_M / 4)
print(f"{len(true):,} pairs of neighbours in the middle")
lost = {}
for away_km in (200, 1_000, 10_000, 100_000):
    found = list_borders(away_km, SIDE_M)
    lost[away_km] = [length for pair, length in true.items() if pair not in found]
    longest = max(lost[away_km], default=0.0)
    print(f"helpers {away_km:>7,} km away: {len(lost[away_km])} lost, of up to {longest:.3f} m")
assert not lost[200], lost
assert 0 < len(lost[10_000]) < len(lost[100_000]), lost
assert len(lost[100_000]) > 50 and max(lost[100_000]) > 0.5, lost
print("As described.")
PY
