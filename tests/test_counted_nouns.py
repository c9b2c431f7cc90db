"""One thing is never told as several: what pages count is written by ``write_count`` or agrees."""

import re
from pathlib import Path

import pandas as pd
import pytest

from mapping.geography import layer, layers

ROOT = Path(__file__).parents[1]
COUNTED = re.compile(r"\{[^{}]*:,\} (?:[a-z]+ )?[a-z]+s\b")
"""A number and, after it, several things: "{n:,} sets", "{n:,} other names"."""
VERBS = ("has", "is", "was", "of", "in")
ALWAYS_SEVERAL = (
    ("pages/shared/maps.py", "{len(choice.place):,} postcodes"),
    ("pages/data_and_method/method.py", "{len(postcodes.table()):,} postcodes"),
    ("pages/upload/uploading.py", "{table.header_row:,} holds"),
    ("mapping/takeaway/export.py", "{len(frame):,} rows"),
    ("mapping/takeaway/bundle.py", "{len(one.frame):,} map areas"),
    ("mapping/takeaway/request.py", "{len(members):,} files"),
    ("mapping/takeaway/request.py", "{len(content):,} bytes"),
)
"""Where what is counted is always several, or is no count: each with why it is."""


def find_counted(path: Path) -> set[tuple[str, str]]:
    text = path.read_text(encoding="utf-8")
    found = (match[0] for match in COUNTED.finditer(text))
    name = path.relative_to(ROOT).as_posix()
    return {(name, one) for one in found if one.split()[-1] not in VERBS and "MAX_" not in one}


def test_pages_and_what_is_taken_away_say_no_one_things():
    paths = [*ROOT.glob("pages/**/*.py"), *ROOT.glob("mapping/takeaway/*.py")]
    paths += ROOT.glob("mapping/wording/*.py")
    found = set().union(*map(find_counted, paths))
    assert sorted(found - set(ALWAYS_SEVERAL)) == [], "write it by findings.write_count"


@pytest.mark.parametrize("row", list(layers.catalogue().itertuples()), ids=lambda row: row.Index)
def test_the_usual_plural_of_a_title_is_that_of_the_layers_that_ship(row):
    if " or " not in row.title:
        assert layer.pluralise(layer.as_noun(row.title)) == row.plural


@pytest.mark.parametrize(
    ("title", "plural"),
    [
        ("Team", "teams"),
        ("Neighbourhood team", "neighbourhood teams"),
        ("Locality", "localities"),
        ("Survey", "surveys"),
        ("Patch", "patches"),
        ("Bus", "buses"),
        ("Box", "boxes"),
        ("Our teams", "our teams"),
        ("London patch", "London patches"),
        ("NHS team", "NHS teams"),
        ("PCN", "PCNs"),
        ("Y", "ys"),
        ("Zone 4", "zone 4"),
    ],
)
def test_a_layer_of_ones_own_is_named_by_its_title(title, plural):
    frame = pd.DataFrame({"area": ["NW5 2AA"], "team": ["A"]})
    own = layers.from_lookup(frame, areas="area", units="team", title=title, scale="hyperlocal")
    assert own.plural == plural
    assert "units of" not in own.plural
