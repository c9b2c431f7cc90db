"""Wording: every lens fits into every sentence, somebody's own too."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from mapping import overlap, places, wording
from mapping.geography import layers, lenses
from mapping.overlap import Fragmentation, Sharing
from mapping.takeaway import export
from mapping.wording import findings, gap_findings, numbers

OWN = {
    "households": "own.test-households",
    "residents": "own.test-residents",
    "need": "own.test-need",
    "children under 16": "own.test-children",
    "population": "own.test-population",
}
"""What lenses count, several things and one, and the keys under which they are lent here."""
FORBIDDEN = re.compile(r"\b(residents?|live|lives|people|everyone|everybody|estimated)\b", re.I)


@pytest.fixture(scope="module", autouse=True)
def lent():
    values = np.array(lenses.get("postcodes").values)
    for counts, by in OWN.items():
        lenses.lend(by, lambda: values, counts, note="Two rows count nowhere.")


@pytest.fixture(scope="module")
def camden():
    return places.get("Camden")


@pytest.mark.parametrize(
    ("counts", "value", "text"),
    [
        ("households", 1_204, "1,204 households"),
        ("households", 1, "1 household"),
        ("households", 1_203.7, "1,204 households"),
        ("households", 0.2, "under 1 household"),
        ("households", 0, "0 households"),
        ("residents", 8_800_300, "8,800,300 residents"),
        ("residents", 1, "1 resident"),
        ("need", 1_204, "need of 1,204"),
        ("need", 12.5, "need of 12.5"),
        ("need", 3, "need of 3"),
        ("need", 0.01, "need of under 0.1"),
        ("children under 16", 1, "1 child under 16"),
        ("children under 16", 7, "7 children under 16"),
        ("population", 5, "population of 5"),
    ],
)
def test_amounts_are_written_with_what_they_are_of(counts: str, value: float, text: str) -> None:
    assert findings.people(value, OWN[counts]) == text


@pytest.mark.parametrize(
    ("counts", "is_one"),
    [
        ("households", False),
        ("need", True),
        ("population", True),
        ("homes built", False),
        ("unmet need", True),
        ("total registered patients", False),
        ("claims refused in 2023", False),
        ("people aged 65 and over", False),
        ("families with children", False),
        ("children", False),
        ("deprivation score", True),
        ("unpaid carers", False),
        ("bus", True),
        ("illness", True),
        ("homes with 2 cars", False),
        ("jobs (2023)", False),
        ("0 to 15", True),
    ],
)
def test_things_and_stuff_are_told_apart(counts: str, is_one: bool) -> None:
    assert numbers._fit_own(counts).is_one == is_one


@pytest.mark.parametrize("by", ["residents", "postcodes", "land", *OWN.values()])
def test_every_lens_has_all_its_words(by: str) -> None:
    said = wording.words(by)
    for word in (
        said.noun,
        said.those,
        said.heading,
        said.all,
        said.live,
        said.lives,
        said.are,
        said.have,
        said.all_have,
        said.all_are,
        said.they_are,
    ):
        assert word.strip()
    assert findings.amount(12.3, by)
    assert export.note("A table.", by).startswith("A table. Counted: ")


def sentences(place, by: str) -> list[str]:
    """Write every finding that depends on the lens."""
    ward, icb, post = (layers.get(key) for key in ("ward", "icb", "postal_district"))
    alone, mixed = Fragmentation(1, 1.0, 0.98), Fragmentation(5, 3.2, 0.7)
    cross = overlap.cross_table(place, ward, post, by=by)
    torn = overlap.straddling(cross, overlap.large_units(cross))
    two_way = overlap.two_way_shares(place, [icb, post], by=by)
    half = cross.assign(a_code=cross["a_code"].where(cross.index % 2 == 0, ""))
    cell = pd.Series(
        {
            "theme": "health",
            "scale": "",
            "state": "partly",
            "none": 3.0,
            "one": 5.0,
            "several": 2.0,
            "share_none": 0.3,
            "share_one": 0.5,
            "actors": 4,
        }
    )
    wards = pd.DataFrame({"name": ["A", "B"], "people": [3.0, 1.0], "share": [1.0, 0.4]})
    crowd = pd.DataFrame({"name": ["A"], "part": ["thin"]})
    orphans = pd.DataFrame({"layer": ["ward"], "title": ["Wards"], "people": [3.0], "share": [0.2]})
    return [
        findings.place_finding(place, [icb], alone, Sharing(), by),
        findings.place_finding(place, [icb], mixed, Sharing(), by),
        findings.sets_finding(place, alone, 0, Sharing(), by),
        findings.sets_finding(place, mixed, 1, None, by),
        findings.reach_finding(place, two_way, by),
        findings.worst_finding(ward, post, 0.3, by),
        findings.straddle_finding(place, ward, post, torn, by),
        findings.residual_finding(ward, post, half, by),
        gap_findings.gap_finding(place, cell, by=by),
        gap_findings.gap_finding(place, cell.copy().replace(3.0, 0.0), by=by),
        gap_findings.gap_finding(
            place, pd.Series({**cell, "none": 0.0, "one": 0.0, "several": 0.0}), by=by
        ),
        gap_findings.ranking_finding(wards, by=by),
        gap_findings.orphan_finding(place, orphans, by=by),
        gap_findings.orphan_finding(place, orphans.assign(people=0.0), by=by),
        gap_findings.crowding_finding(
            place, SimpleNamespace(least=1.0, median=2.0, most=3.0), crowd, by=by
        ),
        gap_findings.crowding_finding(
            place, SimpleNamespace(least=2.0, median=2.0, most=2.0), crowd, by=by
        ),
        gap_findings.crowding_finding(place, SimpleNamespace(median=float("nan")), crowd, by=by),
        gap_findings.say_nobody_here(by),
        findings.name_counted(by),
        findings.heading(by),
        findings.people(3.5, by),
    ]


@pytest.mark.parametrize("counts", ["households", "need", "children under 16", "population"])
def test_no_sentence_about_own_numbers_speaks_of_residents(camden, counts: str) -> None:
    said = sentences(camden, OWN[counts])
    assert [sentence for sentence in said if FORBIDDEN.search(sentence)] == []
    assert sum(counts in sentence.lower() for sentence in said) > 12


def test_own_residents_are_called_so_and_never_estimated(camden) -> None:
    said = sentences(camden, OWN["residents"])
    assert not [sentence for sentence in said if "estimated" in sentence]
    assert any("of residents are" in sentence for sentence in said)


@pytest.mark.parametrize("counts", ["need", "population"])
def test_what_is_one_is_spoken_of_in_the_singular(camden, counts: str) -> None:
    for sentence in sentences(camden, OWN[counts]):
        assert not re.search(rf"{counts} (are|have|lie|live)\b", sentence), sentence


def test_several_things_are_spoken_of_in_the_plural(camden) -> None:
    for sentence in sentences(camden, OWN["households"]):
        assert not re.search(r"households (is|has|lies|lives)\b", sentence), sentence


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (
            "households",
            "The worst fit is between wards and postcode districts: 30% of households are outside "
            "the postcode district that covers most of the ward.",
        ),
        (
            "need",
            "The worst fit is between wards and postcode districts: 30% of need is outside the "
            "postcode district that covers most of the ward.",
        ),
    ],
)
def test_the_worst_pair_is_told_in_the_lenss_own_words(counts: str, sentence: str) -> None:
    ward, post = layers.get("ward"), layers.get("postal_district")
    assert findings.worst_finding(ward, post, 0.3, OWN[counts]) == sentence


def test_a_file_says_what_was_counted_and_what_it_left_over() -> None:
    said = export.note("A table.", OWN["households"], limits="Small ones are hidden.")
    assert said.startswith("A table. Counted: households. Two rows count nowhere. Small ones are")
