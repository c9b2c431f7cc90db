"""Likeness: the names that are spelt most like a misspelt one.

Two names are as alike as the share of letters that need no slip to be mended: 1 − slips ÷ letters
of the longer name, where a slip is a letter left out, put in, wrong, or swapped with its neighbour
(RapidFuzz's optimal string alignment, "OSA"). A name with a word for a side ("North", "Upper") is
like none without that word, however few the letters: North Devon is not South Devon misspelt.

It was chosen by measuring (``python -m benchmarks --only geocode``): 378 names of councils and
counties and 99 parts by which councils go, each with two letters swapped, one dropped, one doubled
and one wrong, three times over: 5,724 misspelt names, put to all 10,991. The council meant came
first for 97.9% of them; by ``fuzz.ratio`` for 96.6%, by Jaro-Winkler for 96.2% (as good on
swaps, worst on wrong letters: 93%), by ``WRatio`` for 90.7%, and of a sample by difflib for 92%
and by ``token_set_ratio`` for 84%. Of the rest most are real names too, of wards.

Of names taken out of the list, so that none was right, 9% have just one other that is at least
``MIN_SURE_SCORE`` alike.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

from mapping.geocode import areas, gazetteer, index, succession
from mapping.geocode.answers import MAX_SCORE, Candidate
from mapping.geocode.index import Entry
from mapping.geocode.spelling import Reading
from mapping.memory import once

MIN_SCORE = 70
"""How alike, of 100, a name must be to be offered."""
MIN_SURE_SCORE = 85
"""How alike, of 100, one name must be to be taken with many others, if the reader lets it."""
NEAR_POINTS = 10
"""What is in the place under study counts as so many points, of 100, more alike."""
_SIDES = ("north", "south", "east", "west", "upper", "lower", "inner", "outer", "central", "mid")
"""Words that tell apart places of one name: nobody types one for another."""
MAX_NAMES_ON_ONE_CORE = 20
WORKERS = 2
MAX_ROWS_ALIKE = 20
Letters = TypeVar("Letters", int, np.ndarray)
_SMALL_WORDS = re.compile(r"\b(And|In|Le|Of|On|The|Under|Upon)\b")


class Pool(NamedTuple):
    """The keys that misspelt names of a kind are compared with, and what each means.

    ``meant`` has pairs for every key: an area, and the name that is alike if it is not its own.
    Keys of larger kinds come first. ``shortest_first`` are the numbers of the keys by length,
    ``sorted_keys`` the keys so, and ``letters`` how long each of these is; ``sides`` which words
    for sides are in each key.
    """

    keys: list[str]
    meant: list[list[tuple[int, str]]]
    shortest_first: np.ndarray
    sorted_keys: list[str]
    letters: np.ndarray
    sides: np.ndarray


def find_nearest(keys: Sequence[str], kind: str = "", *, most: int = 5) -> list[list[Candidate]]:
    """Find the areas whose names are most like each key, the most alike first.

    ``keys`` are written as ``spelling.key`` does; ``kind`` is a layer's key, or any. ``most``
    counts names: areas of one name come together. Of names that are as alike, those of larger
    kinds come first.
    """
    meant = _fill_pool(kind).meant
    return [_list_candidates(near, meant) for near in _compare(keys, kind, most)]


def _list_candidates(
    near: list[tuple[int, int]], meant: list[list[tuple[int, str]]]
) -> list[Candidate]:
    """List the areas of some names, each by the name that is most alike."""
    found: dict[int, Candidate] = {}
    for name, score in near:
        for area, like in meant[name]:
            found.setdefault(area, Candidate(area, score, like))
    return list(found.values())


def find_rows(reading: Reading, *, most: int = MAX_ROWS_ALIKE) -> list[tuple[int, int]]:
    """Find the rows of the gazetteer with names like that of a reading, and how alike each is.

    The most alike first. Councils count with the parts of their names.
    """
    names = _fill_pool("").keys
    found: dict[int, int] = {}
    for name, score in _compare([reading.key], "", most)[0]:
        entry = index.find(names[name])
        for row in (*entry.parts, *entry.rows):
            found.setdefault(row, score)
    return [(row, found[row]) for row in gazetteer.keep_fitting(found, reading)]


def find_former(key: str) -> str:
    """Return the code of the former council whose name is nearest of all names; "" if none is."""
    near = _compare([key], "", 1)[0]
    return index.find(_fill_pool("").keys[near[0][0]]).former if near else ""


def _compare(keys: Sequence[str], kind: str, most: int) -> list[list[tuple[int, int]]]:
    """Return for each key the numbers of the names most like it, and how alike these are."""
    row, name, score = _score(keys, _fill_pool(kind))
    order = np.lexsort((name, -score, row))
    row, name, score = row[order], name[order], score[order]
    first = np.searchsorted(row, np.arange(len(keys)))
    keep = np.arange(len(row)) - first[row] < most
    found: list[list[tuple[int, int]]] = [[] for _ in keys]
    for at, which, how in zip(*(a[keep].tolist() for a in (row, name, score)), strict=True):
        found[at].append((which, how))
    return found


def _score(keys: Sequence[str], pool: Pool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return which pairs of keys and names are alike enough, and how alike: three int arrays."""
    workers = 1 if len(keys) <= MAX_NAMES_ON_ONE_CORE else WORKERS
    row, name = _pair_near(keys, pool, workers)
    fits = (_find_sides(keys)[row] & ~pool.sides[name]) == 0
    row, name = row[fits], name[fits]
    score = process.cpdist(
        [keys[at] for at in row.tolist()],
        [pool.keys[at] for at in name.tolist()],
        scorer=OSA.normalized_similarity,
        score_cutoff=MIN_SCORE / MAX_SCORE,
        dtype=np.float64,
        workers=workers,
    )
    alike = np.flatnonzero(score)
    return row[alike], name[alike], (MAX_SCORE * score[alike] + 1e-9).astype("int64")


def _find_sides(keys: Sequence[str]) -> np.ndarray:
    """Tell which words for sides are in each key: (n,) ints, a bit for each word."""
    bits = {word: 1 << at for at, word in enumerate(_SIDES)}
    return np.array(
        [sum({bits.get(word, 0) for word in key.split()}) for key in keys], dtype="int64"
    )


def _pair_near(keys: Sequence[str], pool: Pool, workers: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of keys and names that may be alike: two int arrays.

    Keys of one length at a time, with the names that are no longer and with those that are.
    Letters that one of two has more are slips, and any other slip is two letters left out or put
    in (RapidFuzz's "Indel", which compares many pairs at once): so many may differ.
    """
    lengths = np.array([len(key) for key in keys], dtype="int64")
    found = [(np.empty(0, dtype="int64"), np.empty(0, dtype="int64"))]
    for length in np.unique(lengths).tolist():
        own = np.flatnonzero(lengths == length)
        spelt = [keys[at] for at in own.tolist()]
        longest = length * MAX_SCORE // MIN_SCORE
        edges = np.searchsorted(
            pool.letters, [length * MIN_SCORE / MAX_SCORE, length + 1, longest + 1]
        )
        for begin, end, most in ((*edges[:2], length), (*edges[1:], longest)):
            names, letters = pool.sorted_keys[begin:end], pool.letters[begin:end]
            limit = 2 * _count_slips(most)
            differ = process.cdist(
                spelt,
                names,
                scorer=Indel.distance,
                score_cutoff=limit,
                dtype=np.uint16,
                workers=workers,
            )
            row, name = np.divmod(np.flatnonzero(differ <= limit), max(len(names), 1))
            more = np.abs(letters[name] - length)
            slips = _count_slips(np.maximum(letters[name], length))
            near = differ[row, name] <= 2 * slips - more
            found.append((own[row[near]], pool.shortest_first[begin + name[near]]))
    row, name = (np.concatenate(part) for part in zip(*found, strict=True))
    return row, name


def _count_slips(letters: Letters) -> Letters:
    """Return how many slips a name may have to be alike enough, by the letters of the longer."""
    return letters * (MAX_SCORE - MIN_SCORE) // MAX_SCORE


@once
def _fill_pool(kind: str) -> Pool:
    """List the keys that misspelt names of a kind are compared with, and the areas they mean."""
    found = []
    for key, entry in {**index.entries(), **_list_small(kind)}.items():
        meant = [one for one in _list_meant(key, entry) if _is_wanted(one[0], kind)]
        if meant:
            found.append((_rank(entry, meant), key, meant))
    found.sort(key=lambda one: one[0])
    return _sort_by_length([key for _, key, _ in found], [meant for *_, meant in found])


def _sort_by_length(keys: list[str], meant: list[list[tuple[int, str]]]) -> Pool:
    letters = np.array([len(key) for key in keys], dtype="int64")
    order = np.argsort(letters, kind="stable")
    sorted_keys = [keys[at] for at in order.tolist()]
    return Pool(keys, meant, order, sorted_keys, letters[order], _find_sides(keys))


def _is_wanted(area: int, kind: str) -> bool:
    """Tell whether an area is of a kind, or of any but small census areas: these are many."""
    own = areas.kind_of(area)
    return own == kind if kind and kind != "postcode" else own != index.SMALL_LAYER


def _list_small(kind: str) -> dict[str, Entry]:
    """Return the names of small census areas if only these are asked for: they are many."""
    return index.map_small_areas() if kind == index.SMALL_LAYER else {}


def _list_meant(key: str, entry: Entry) -> list[tuple[int, str]]:
    """Return the areas that a key means, with the name if it is none of their own."""
    like = _SMALL_WORDS.sub(lambda word: word[0].lower(), key.title())
    codes = [one.code for one in succession.find_successors(entry.former)] if entry.former else []
    found = [(areas.number_of_row(row), like) for row in entry.parts]
    found += [(areas.number_of_row(row), "") for row in entry.rows]
    found += [(areas.number("borough", code), like) for code in codes]
    return found + [(area, "") for area in entry.units]


def _rank(entry: Entry, meant: list[tuple[int, str]]) -> int:
    """Return the place of a key among those as alike: larger kinds first, former names late."""
    kinds = gazetteer.KINDS
    if not (entry.rows or entry.parts):
        return len(kinds) + (not entry.former)
    rows = gazetteer.rows()
    return min(kinds.index(rows[row][0]) for row in (*entry.rows, *entry.parts))


def find_in_names(said: str, names: Sequence[str], least: float = MIN_SURE_SCORE) -> list[int]:
    """Return the numbers of the names of which so many words in a row are spelt like what was said.

    The most alike first, up to ``MAX_ROWS_ALIKE``; all are keys, and ``least`` is of 100.

    >>> find_in_names("plymouth octapus", ["plymouth octopus project", "plymouth partners"])
    [0]
    """
    count = len(said.split())
    spans = [
        (" ".join(words[first : first + count]), number)
        for number, words in enumerate(name.split() for name in names)
        for first in range(len(words) - count + 1)
    ]
    found = process.extract(
        said,
        [text for text, _ in spans],
        scorer=OSA.normalized_similarity,
        score_cutoff=least / MAX_SCORE,
        limit=MAX_ROWS_ALIKE,
    )
    return list(dict.fromkeys(spans[at][1] for _, _, at in found))
