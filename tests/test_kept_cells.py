"""What may be put into a workspace comes back out of its database and its archive as it was."""

import re
from datetime import UTC

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kept_rows import WHEN, example

from mapping.errors import MappingError
from mapping.workspaces import KINDS, Kind
from mapping.workspaces.kinds import Cell
from mapping.workspaces.kinds.files import Files
from mapping.workspaces.kinds.kind import MAX_NUMBER
from mapping.workspaces.store import Store

NOTES: Kind = Kind(
    name="notes",
    columns={"id": Cell.ID, "text": Cell.TEXT, "count": Cell.NUMBER, "made": Cell.MOMENT},
    key=("id",),
    order=("id",),
    about="notes.csv        a kind of a test\n",
)
LONE: Kind = Kind("lone", {"text": Cell.TEXT}, ("text",), ("text",), "lone.csv   one column\n")
ANYTHING = st.one_of(
    st.text(st.characters()),
    st.text(alphabet="=+-@'\"\r\n\t,;\0\ufeff �a1"),
    st.integers(),
    st.integers(-2 * MAX_NUMBER, 2 * MAX_NUMBER),
    st.floats(),
    st.sampled_from(
        [None, True, pd.NA, b"x", "\ud800", "a\udfffb", 2**63, -(2**70), np.int64(3), WHEN, "", []]
    ),
    st.datetimes().map(lambda when: when.replace(tzinfo=UTC).isoformat()),
)


def as_column(cells: list) -> pd.Series:
    return pd.Series(cells, dtype=object)


def keep(kind: Kind, frame: pd.DataFrame) -> tuple[pd.DataFrame | None, str]:
    """Return rows as they would be kept, or None and why not."""
    try:
        return kind.complete_rows(frame, WHEN), ""
    except MappingError as fault:
        return None, str(fault)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(ANYTHING, ANYTHING, ANYTHING), min_size=1, max_size=3))
def test_what_is_let_in_comes_back_out_of_an_archive_and_else_a_sentence_says_which_cell(rows):
    text, count, made = (as_column([row[i] for row in rows]) for i in range(3))
    ids = [f"n{i}" for i in range(len(rows))]
    frame = pd.DataFrame({"id": ids, "text": text, "count": count, "made": made})
    for name in ("text", "count", "made"):
        plain = {"text": "a", "count": 1, "made": WHEN}
        whole = frame.assign(**{n: given for n, given in plain.items() if n != name})
        kept, why = keep(NOTES, whole)
        if kept is None:
            assert re.search(rf"under “{name}” of notes; found .* in row [1-3]\. ", why)
            continue
        again = NOTES.read_files(Files(NOTES.write_files(kept)))
        assert again.to_numpy().tolist() == kept.to_numpy().tolist()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="a \"'=\r\n,\0\ufeff"), min_size=1, max_size=4, unique=True))
def test_a_kind_of_one_column_of_text_comes_back_out_of_an_archive(cells):
    kept, why = keep(LONE, pd.DataFrame({"text": cells}))
    if kept is None:
        assert "some repeated" in why  # two that differed by what cannot be kept
        return
    again = LONE.read_files(Files(LONE.write_files(kept)))
    assert again["text"].tolist() == kept["text"].tolist()


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = Store(str(tmp_path_factory.mktemp("kept") / "kept.sqlite"))
    yield opened
    opened.close()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_no_kind_can_keep_is_refused_with_its_column_and_row(store, kind):
    workspace, rows = store.create("A", "borough.E09000007"), kind.make_rows(example(kind))
    for name, cell in kind.columns.items():
        first = 0 if cell is Cell.NUMBER else rows[name].iloc[0]
        for wrong in ("a\ud800", 2**63, -(10**9), True, float("nan"), float("inf"), None, pd.NaT):
            cells = as_column([first, wrong])
            with pytest.raises(MappingError, match=rf"under “{name}” of .* in row 2\. "):
                store.put(workspace, kind, rows.assign(**{name: cells}))
        twice = pd.concat([rows, rows[[name]]], axis=1)
        with pytest.raises(MappingError, match=rf"columns .* of {kind.name}; found .*{name}.*once"):
            store.put(workspace, kind, twice)
    for thing in (None, [], {}, rows[next(iter(kind.columns))], rows.to_numpy(), "text", 5):
        with pytest.raises(MappingError, match=rf"a table \(pandas.DataFrame\) of {kind.name}"):
            store.put(workspace, kind, thing)
    assert store.version(workspace) == 1
