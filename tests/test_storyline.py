"""The storyline of a workspace: kept in an order, within limits, and read back as it was."""

import pytest

from mapping.access import Action
from mapping.errors import MappingError
from mapping.workspaces import kinds
from mapping.workspaces.kinds import storyline
from mapping.workspaces.kinds.storyline import Step
from mapping.workspaces.store import Store

CAMDEN = "borough.E09000007"
HOSTILE = ["<img src=x onerror=alert(1)>", "=1+1", "'quoted", "{{7*7}} $x$ **b**", "Åsa’s, “café”"]


@pytest.fixture
def kept(tmp_path):
    opened = Store(str(tmp_path / "kept.sqlite"))
    yield opened
    opened.close()


def make_step(number: int, note: str = "", **link: str) -> Step:
    return Step(f"s{number}", number, "gaps", {"place": CAMDEN, **link}, note)


def put(kept: Store, workspace: str, *steps: Step) -> None:
    kept.put(workspace, storyline.KIND, storyline.write_rows(steps))


def read(kept: Store, workspace: str) -> tuple[Step, ...]:
    return kept.open_kind(workspace, storyline.KIND).value


def test_steps_are_read_in_their_order_and_come_back_out_of_an_archive(kept):
    workspace = kept.create("A", CAMDEN)
    steps = [make_step(n, note, theme=note, at="") for n, note in enumerate(HOSTILE, 1)]
    put(kept, workspace, *reversed(steps))
    assert read(kept, workspace) == tuple(steps)
    again = kept.import_whole(kept.export_whole(workspace)).id
    assert read(kept, again) == tuple(steps)
    assert kept.open(again).residual.empty
    (listed,) = {int(n) for n in kept.list()["storyline"]}
    assert listed == len(steps)


def test_two_who_add_at_once_both_keep_their_step(kept):
    workspace = kept.create("A", CAMDEN)
    put(kept, workspace, make_step(1, "first"))
    put(kept, workspace, Step("other", 1, "place", {"place": CAMDEN}, "second"))
    assert [step.note for step in read(kept, workspace)] == ["first", "second"]


def test_a_workspace_has_so_many_steps_and_no_more_however_they_come(kept):
    workspace = kept.create("A", CAMDEN)
    put(kept, workspace, *(make_step(n) for n in range(1, storyline.MAX_STEPS + 1)))
    put(kept, workspace, make_step(7, "said anew"))
    with pytest.raises(MappingError, match="up to 50 rows of storyline; found 51"):
        put(kept, workspace, make_step(51))
    with pytest.raises(MappingError, match="up to 50 rows of storyline; found 51"):
        put(kept, kept.create("B", CAMDEN), *(make_step(n) for n in range(1, 52)))
    assert len(read(kept, workspace)) == storyline.MAX_STEPS
    files = storyline.KIND.write_files(kept._read_record(workspace, Action.READ).rows["storyline"])
    last = files["storyline.csv"].splitlines()[-1].replace(b"s50", b"s51")
    files["storyline.csv"] += last + b"\n"
    with pytest.raises(MappingError, match="up to 50 rows of storyline; found 51"):
        storyline.KIND.read_files(kinds.files.Files(files))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"page": "../gaps"}, "pages by their names"),
        ({"page": ""}, "pages by their names"),
        ({"position": 0}, "positions from 1"),
        ({"note": "x" * 201}, "notes of one line"),
        ({"note": "two\nlines"}, "notes of one line"),
        ({"note": "\u202eback"}, "notes of one line"),
        ({"link": "place"}, "choices as a link has them"),
        ({"link": "&".join(f"a{n}=1" for n in range(101))}, "choices as a link has them"),
        ({"link": "place=" + "x" * 60_000}, "choices as a link has them"),
    ],
)
def test_what_makes_no_sense_is_refused_when_it_is_kept_and_out_of_an_archive(kept, wrong, why):
    rows = storyline.write_rows([make_step(1)])
    with pytest.raises(MappingError, match=why):
        kept.put(kept.create("A", CAMDEN), storyline.KIND, rows.assign(**wrong))
    whole = rows.assign(changed="2026-11-22T09:30:00+00:00", **wrong)
    files = kinds.files.Files(storyline.KIND.write_files(whole))
    with pytest.raises(MappingError, match=why):
        storyline.KIND.read_files(files)


def test_a_note_is_one_line_of_what_can_be_shown():
    assert storyline.clean_note("  two\n lines\t\u202eand\0 more ") == "two lines and more"
    assert len(storyline.clean_note("word " * 99)) <= storyline.MAX_NOTE_LETTERS
