"""The least mismatch that any plan of Cornwall can have: prices that prove it, checked anew.

Of groups of wards and whole postal districts, each district in the group that holds most of it,
those keep people who live in a ward and a district of the same group. Give each ward and district a
price. Then no plan keeps more people than all prices together and, for each group, the most that
any set of wards of the right size with any districts keeps beyond its own prices. One integer
program finds that most; sets need not even be connected. Any prices give a bound; those below, in
people, are the best that column generation came to (Barnhart et al. 1998, "Branch-and-price",
doi:10.1287/opre.46.3.316): its duals, in a minute and a half of one core.

The other way a mismatch counts, people outside the main district of their group, is bounded by the
largest districts: as many as there are groups.
"""

from collections.abc import Iterator

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from benchmarks.bars import Row
from mapping import places, redraw
from mapping.geography import layers

GROUPS, TOLERANCE = 12, 0.15
WARD_PRICES = """
E05013273:6831 E05013274:5322 E05013275:3445 E05013276:3149 E05013277:3513 E05013278:3774
E05013279:4718 E05013280:4325 E05013281:5890 E05013282:3269 E05013284:5531 E05013286:7396
E05013288:4431 E05013289:4747 E05013290:4695 E05013291:2011 E05013292:6370 E05013293:4953
E05013295:5459 E05013297:6869 E05013298:6286 E05013301:2706 E05013302:5780 E05013303:6761
E05013305:5704 E05013306:3347 E05013307:2842 E05013308:4433 E05013309:3074 E05013311:6433
E05013312:3170 E05013313:4188 E05013314:6749 E05013315:5469 E05013317:1331 E05013319:3906
E05013320:7021 E05013321:6345 E05013323:4252 E05013324:5749 E05013325:4198 E05013327:3229
E05013329:3988 E05013330:3385 E05013331:4425 E05013336:6967 E05013337:6225 E05013338:3231
E05013341:4945 E05013346:6017 E05013347:3845 E05013348:8496 E05013349:3374 E05013350:6683
E05013351:5986 E05013353:7497 E05013354:2961 E05013355:4019 E05013356:2958 E05013357:4912
E05013358:5446 E05013836:3026 E05013837:4800 E05013838:3991 E05013839:6104 E05013840:5627
E05013841:6471 E05013842:4929 E05013843:2189 E05013844:6946 E05013845:5076 E05013846:4260
E05013847:4292 E05013848:6519 E05013849:5634 E05013850:3660 E05013851:2338 E05013852:4707
E05013853:3057 E05013854:3360 E05013855:3633 E05013856:3601 E05013857:4899 E05013858:7553
E05013859:4466 E05013860:4909 E05013861:2596
"""
DISTRICT_PRICES = """
EX22:8 EX23:3280 PL10:1441 PL11:1779 PL12:5228 PL13:3874 PL14:2642 PL15:4206 PL17:4871 PL18:2743
PL22:2072 PL23:697 PL24:2451 PL25:13119 PL26:7447 PL27:2786 PL28:5792 PL29:834 PL30:2932 PL31:1810
PL32:132 PL33:103 PL34:2138 PL35:0 TR1:10187 TR10:1862 TR11:2402 TR12:3946 TR13:3716 TR14:7870
TR15:7521 TR16:7500 TR17:0 TR18:1376 TR19:222 TR2:2029 TR20:3355 TR26:764 TR27:1755 TR3:3797
TR4:3283 TR5:433 TR6:211 TR7:3855 TR8:3257 TR9:2057
"""


def rows() -> Iterator[Row]:
    """Tell the least mismatch with postal districts of 12 groups of Cornwall's wards, ±15%."""
    graph = redraw.find_graph(places.get("Cornwall"), layers.get("ward"))
    tally = redraw.count_tally(graph, layers.get("postal_district"))
    present, unit = np.unique(tally.unit, return_inverse=True)
    table = np.zeros((len(graph), len(present)))
    np.add.at(table, (tally.block, unit), tally.people)
    of_wards = _read_prices(WARD_PRICES, graph.codes)
    of_districts = _read_prices(DISTRICT_PRICES, tally.layer.codes[present])
    mean = graph.people.sum() / GROUPS
    limits = mean * (1 - TOLERANCE), mean * (1 + TOLERANCE)
    most = find_most_beyond(table, graph.people, of_wards, of_districts, limits)
    kept = of_wards.sum() + of_districts.sum() + GROUPS * most
    largest = np.sort(table.sum(axis=0))[-GROUPS:].sum()
    least = 1 - max(kept, largest) / table.sum()
    yield Row("  the least mismatch that any balanced plan can have", float(least), "")


def _read_prices(text: str, codes: np.ndarray) -> np.ndarray:
    """Return the price of each code; 0 for one that has none, which is as true."""
    prices = dict(one.split(":") for one in text.split())
    return np.array([float(prices.get(code, 0)) for code in codes])


def find_most_beyond(
    table: np.ndarray,
    people: np.ndarray,
    of_wards: np.ndarray,
    of_districts: np.ndarray,
    limits: tuple[float, float],
) -> float:
    """Return the most that a group can keep beyond the prices of its wards and districts.

    ``table`` (wards, districts) has the people in both; ``people`` (wards,), of which a group has
    as many as ``limits`` say. A ward is in the group or not; given the wards, so is each district
    at the best, and each pair of the two.
    """
    wards, districts = table.shape
    ward, district = np.nonzero(table > 0)
    pair, size = np.arange(len(ward)), wards + districts + len(ward)
    one, at = np.ones(len(ward)), wards + districts + pair
    ends = [
        sparse.coo_array((np.r_[one, -one], (np.r_[pair, pair], np.r_[at, end])), (len(ward), size))
        for end in (ward, wards + district)
    ]
    found = milp(
        np.r_[of_wards, of_districts, -table[ward, district]],
        integrality=np.r_[np.ones(wards), np.zeros(size - wards)],
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(sparse.vstack(ends).tocsc(), -np.inf, 0),
            LinearConstraint(np.r_[people, np.zeros(size - wards)][None], *limits),
        ],
    )
    return -float(found.mip_dual_bound)
