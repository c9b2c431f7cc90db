"""Every kind of kept things has a table, files, checks and counts, and lasts for years."""

import io
import json
import re
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from kept_rows import EXAMPLES, TABLE, WHEN, example
from sqlalchemy import select

from benchmarks import postgres
from mapping.access import Action
from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.workspaces import KINDS, Workspace, archive, kinds
from mapping.workspaces.store import COUNTED, FIRST_VERSION, Store, schema

FIXTURES = Path(__file__).parent / "fixtures"
"""Written by the build of November 2026, before kinds had versions."""
ARCHIVE = FIXTURES / "workspace-2026-11.zip"
NAME = "Camden’s partners"
CAMDEN = "borough.E09000007"


def list_files(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def pack(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return file.getvalue()


def later(versions: dict[str, object] | None = None, without: str = "", **files: bytes) -> bytes:
    """Return an archive as a later build may write it; ``__`` is a slash, ``_csv`` an ending."""
    contents = list_files(ARCHIVE.read_bytes())
    head = json.loads(contents["workspace.json"])
    head["kinds"] = {**dict.fromkeys(kinds.ORIGINAL, 1), **(versions or {})}
    head["kinds"].pop(without, None)
    contents["workspace.json"] = json.dumps(head).encode()
    names = {name.replace("__", "/").replace("_csv", ".csv"): name for name in files}
    return pack({**contents, **{name: files[given] for name, given in names.items()}})


@pytest.fixture
def kept(tmp_path) -> Iterator[Store]:
    opened = Store(str(tmp_path / "kept.sqlite"))
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def old_databases(request, tmp_path_factory) -> Iterator[Callable[[], str]]:
    """Give at each call a database as the build of November 2026 left it."""
    folder = tmp_path_factory.mktemp("old")
    if request.param == "sqlite":

        def copy() -> str:
            return str(shutil.copy(FIXTURES / "workspaces-2026-11.sqlite", folder / "old.sqlite"))

        yield copy
        return
    programs = postgres.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (on Debian the package postgresql)")
    with postgres.running(programs, is_lasting=False) as url:

        def restore() -> str:
            made = postgres.database(url, "old")
            with psycopg.connect(made, autocommit=True) as db:
                db.execute((FIXTURES / "workspaces-2026-11.sql").read_bytes())
            return made

        yield restore


def check_as_it_was(found: Workspace) -> None:
    """Compare a workspace with what the build of November 2026 kept."""
    names = ["Heath Hub", "Åsa’s café", "=SUM(A1)", "Nowhere Yet", "Heath Hub again"]
    assert found.register.actors["actor"].to_list() == names
    assert found.register.actors["id"].to_list() == [
        "heath",
        "kitchen",
        "formula",
        "nowhere",
        "heath-2",
    ]
    assert found.register.actors["note"].to_list() == ["'quoted", "two\nlines", "+1+1", "", ""]
    codes = postcodes.table().ward_codes[found.register.whole.area]
    assert codes.tolist() == ["E05013653", "E05013654", "E05013653", "E05013654"]
    assert found.register.whole.actor.tolist() == [0, 0, 1, 4]
    assert len(found.register.loose.area) > 50
    assert found.uploads["file_name"].to_list() == ["partners.csv", "second.csv"]
    assert found.uploads["actors"].to_list() == [4, 1]
    (lens,) = found.weights
    assert (lens.name, lens.counts, lens.id) == ("Census 2021", "households", "own1")
    assert lens.numbers.tolist() == [0.0, 1 / 3, 1e-300, 12_345_678.9, 7.0]
    assert lens.residual["reason"].to_list() == ["not in use", "'none"]
    assert found.marks == {("mental health", "hyperlocal"), ("food", "borough")}
    assert (found.name, found.place) == (NAME, CAMDEN)


def test_a_database_of_november_2026_goes_on_working(old_databases):
    kept = Store(old_databases())
    listed = kept.list().set_index("name")
    assert listed.loc[NAME, ["uploads", "actors", "weights"]].to_list() == [2, 5, 1]
    workspace = listed.loc[NAME, "id"]
    check_as_it_was(kept.open(workspace))
    assert kept.outcomes(workspace, "up1")["reason"].to_list()[-1] == "=1+1"
    assert kept.versions(workspace) == (6, dict.fromkeys(kinds.BY_NAME, FIRST_VERSION))
    assert kept.mark(workspace, "Mental  Health", "hyperlocal", save_id="m1") == 5  # answered then
    assert kept.version(workspace) == 6
    assert kept.mark(workspace, "debt", "borough") == 7
    assert kept.versions(workspace).kinds["marks"] == 7
    kept.remove_upload(workspace, "up2")
    again = kept.import_whole(kept.export_whole(workspace)).id
    assert len(kept.open(again).register) == 4
    with kept._database.reading() as db:
        assert db.execute(select(schema.schema_version.c.version)).scalar() == schema.VERSION
    kept.close()
    Store(str(kept._database.url.render_as_string(hide_password=False))).delete(workspace)


def test_tables_that_were_there_in_november_2026_have_not_changed(kept, tmp_path):
    asked = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
    with sqlite3.connect(FIXTURES / "workspaces-2026-11.sqlite") as db:
        before = dict(db.execute(asked).fetchall())
    with sqlite3.connect(tmp_path / "kept.sqlite") as db:
        now = dict(db.execute(asked).fetchall())
    assert {name: now.get(name) for name in before} == before
    assert before.keys() & kinds.BY_NAME.keys() == set(kinds.ORIGINAL), "a new kind is not original"


def test_a_workspace_exported_in_november_2026_is_opened(kept):
    found = kept.import_whole(ARCHIVE.read_bytes())
    assert found.left_out == ""
    check_as_it_was(kept.open(found.id))
    exported = list_files(kept.export_whole(found.id))
    for name, content in list_files(ARCHIVE.read_bytes()).items():
        if name.endswith(".csv"):
            assert exported[name] == content, name


def test_an_archive_of_a_later_build_is_opened_without_the_kinds_that_are_not_known_here(kept):
    content = later(
        {"sketches": 3, "drawn_layers": 1},
        sketches_csv=b"\xff",
        sketches__1=b"",
        drawn_layers__1=b"x",
    )
    with pytest.raises(MappingError, match="only files that an export holds"):
        archive.read(content)  # names without an ending are nobody's
    contents = {**list_files(later({"sketches": 3, "drawn_layers": 1}, sketches_csv=b"\xff"))}
    found = kept.import_whole(pack({**contents, "drawn_layers/1.geojson": b"{"}))
    assert "a newer Common Ground" in found.left_out
    assert "drawn_layers (version 1), sketches (version 3)." in found.left_out
    check_as_it_was(kept.open(found.id))


def test_a_known_kind_in_a_later_version_is_left_out_with_what_goes_with_it(kept):
    found = kept.import_whole(later({"uploads": 2}))
    assert "actors (version 1), uploads (version 2)" in found.left_out
    opened = kept.open(found.id)
    assert (len(opened.register), len(opened.uploads)) == (0, 0)
    assert len(opened.weights) == 1
    assert len(opened.marks) == 2


def test_a_kind_that_an_archive_does_not_have_is_empty():
    contents = list_files(later(without="marks"))
    with pytest.raises(MappingError, match=r"only files that an export holds; .*marks\.csv"):
        archive.read(pack(contents))
    del contents["marks.csv"]
    record = archive.read(pack(contents))
    assert (len(record.rows["marks"]), dict(record.unread)) == (0, {})
    assert list(record.rows["marks"].columns) == list(kinds.marks.KIND.columns)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (later({"sketches": 1}, run_csv=b"x"), "only files that an export"),
        (later({"sketches": 1}, sketches__x__1_csv=b"x"), "only files that an export"),
        (later({"sketches": 0}), "kinds by name with a version"),
        (later({"sketches": True}), "kinds by name with a version"),
        (later({"sketches": "1"}), "kinds by name with a version"),
        (later({"../sketches": 1}), "kinds by name with a version"),
        (later({f"kind_{chr(97 + i // 26)}{chr(97 + i % 26)}": 1 for i in range(99)}), "kinds by"),
        (later({"sketches": 1}, sketches_csv=b"0" * 50_000_000), "unpacks to 50 MB"),
    ],
)
def test_what_is_dangerous_stays_refused_in_archives_of_later_builds(content, why):
    with pytest.raises(MappingError, match=why):
        archive.read(content)


def test_files_of_kinds_that_are_not_known_here_are_never_unpacked():
    content = bytearray(later({"sketches": 1}, sketches_csv=b"word " * 100))
    at = content.index(b"sketches.csv") + len("sketches.csv")
    content[at : at + 9] = b"\xff" * 9
    with zipfile.ZipFile(io.BytesIO(content)) as packed, pytest.raises(zlib.error):
        packed.read("sketches.csv")
    assert dict(archive.read(bytes(content)).unread) == {"sketches": 1}


def test_the_list_of_an_archive_is_not_believed(monkeypatch):
    content = ARCHIVE.read_bytes()
    at = content.rindex(b"PK\x01\x02")
    assert content[at + 46 :].startswith(b"residuals/1.csv")
    with pytest.raises(MappingError, match=r"“residuals/1\.csv” in it to be longer than the 3 "):
        archive.read(content[: at + 24] + b"\3\0\0\0" + content[at + 28 :])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_is_declared_whole(kind):
    rows = kind.make_rows(example(kind))
    for columns in filter(None, (kind.key, kind.unique)):
        assert not rows.duplicated(list(columns)).any(), (
            f"two rows of {kind.name} in EXAMPLES have the same {', '.join(columns)}, so the key "
            f"or the unique columns of {kind.name} do not tell its rows apart: name others"
        )
    assert set(kind.key) | set(kind.order) | set(kind.unique) <= kind.columns.keys()
    assert kind.version >= 1
    assert archive.NAME.fullmatch(kind.name)
    assert kind.about.startswith(kind.table_file)
    assert kind.about.endswith("\n")
    assert all(f"{folder}/" in kind.about for folder in kind.folders)
    assert max(map(len, kind.about.splitlines())) < 100
    assert kind.name in kinds.ORIGINAL or set(kind.folders) <= {kind.name}


def test_every_file_that_declares_a_kind_stands_in_the_list_of_kinds():
    folder = Path(kinds.__file__).parent
    declaring = {p.stem for p in folder.glob("*.py") if re.search(r"(?m)^KIND\b", p.read_text())}
    assert declaring == set(kinds.BY_NAME), "give every kind its place in KINDS, and its own file"
    taken = [name for kind in KINDS for name in {kind.name, *kind.folders}]
    assert len(taken) == len(set(taken))
    before: set[str] = set()
    for kind in KINDS:
        assert kind.parent is None or kind.parent[1].name in before, "a parent comes first"
        before.add(kind.name)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_rows_of_every_kind_come_back_out_of_an_archive(kind):
    rows = kind.make_rows(example(kind))
    found = kind.read_files(kinds.files.Files(kind.write_files(rows)))
    again = kind.write_files(found)
    assert again == kind.write_files(rows)
    assert next(iter(again)) == kind.table_file
    plain = [name for name, cell in kind.columns.items() if cell is not kinds.Cell.BYTES]
    assert found[plain].to_numpy().tolist() == rows[plain].to_numpy().tolist()
    for name in set(again) - {kind.table_file}:
        assert name.split("/")[0] in kind.folders
    opened = kind.open(found)
    assert list(opened.residual.columns) == list(kinds.RESIDUAL)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_rows_of_every_kind_are_checked_when_they_come_out_of_an_archive(kind):
    files = kind.write_files(kind.make_rows(example(kind)))
    for name in files:
        with pytest.raises(MappingError, match="Expected"):
            kind.read_files(kinds.files.Files({n: c for n, c in files.items() if n != name}))
    moments = [name for name, cell in kind.columns.items() if cell is kinds.Cell.MOMENT]
    ids = [name for name, cell in kind.columns.items() if cell is kinds.Cell.ID]
    for name, wrong in [*((m, "yesterday") for m in moments), *((i, "../1") for i in ids)]:
        rows = kind.make_rows(example(kind)).assign(**{name: wrong})
        with pytest.raises(MappingError, match=r"dates like|an id of"):
            kind.read_files(kinds.files.Files(kind.write_files(rows)))


def test_rows_of_every_kind_are_put_listed_opened_exported_and_deleted(kept):
    workspace = kept.create("All", CAMDEN)
    for number, kind in enumerate(KINDS, start=2):
        assert kept.put(workspace, kind, kind.make_rows(example(kind))) == number
        assert kept.versions(workspace).kinds[kind.name] == number
    (listed,) = kept.list().to_dict("records")
    assert {k.name: listed[k.name] for k in COUNTED} == {k.name: len(example(k)) for k in COUNTED}
    record = kept._read_record(workspace, Action.EXPORT)
    for kind in KINDS:
        assert list(record.rows[kind.name].itertuples(index=False)) == example(kind)
    copied = kept.import_whole(kept.export_whole(workspace)).id
    assert len(list_files(kept.export_whole(copied))) == len(
        list_files(kept.export_whole(workspace))
    )
    for made in (workspace, copied):
        kept.delete(made)
    with kept._database.reading() as db:
        assert [db.execute(select(table)).all() for table in schema.TABLES.values()] == [
            [] for _ in schema.TABLES
        ]


def test_rows_that_are_put_replace_those_of_the_same_key_and_get_the_moment(kept):
    workspace = kept.create("A", CAMDEN)
    kind = kinds.uploads.KIND
    row = kind.make_rows([("up1", "a\0.csv", "f", WHEN, TABLE)]).drop(columns="saved")
    first = kept.put(workspace, kind, row, save_id="s")
    assert kept.put(workspace, kind, row, save_id="s") == first == kept.version(workspace)
    kept.put(workspace, kind, row.assign(file_name="b.csv"), save_id="s")
    (found,) = kept.open_kind(workspace, kind).value.to_dict("records")
    assert found["file_name"] == "b.csv"
    assert found["saved"] > WHEN
    with pytest.raises(MappingError, match="Expected an id"):
        kept.put(workspace, kind, row.assign(id="../x"))
    actors = kinds.actors.KIND
    assert kept.put(workspace, actors, actors.make_rows(EXAMPLES["actors"])) == 4
    assert kept.remove(workspace, kind, "up1") == 5
    assert kept.versions(workspace).kinds["actors"] == 5  # they went with their file
    assert len(kept.open(workspace).register) == 0
    with pytest.raises(MappingError, match="We cannot find a kept file"):
        kept.remove(workspace, kind, "up1")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_rows_that_are_put_have_the_columns_of_their_kind_and_cells_of_their_sort(kept, kind):
    workspace, rows = kept.create("A", CAMDEN), kind.make_rows(example(kind))
    refused = [(rows.assign(colour="red"), rf"the columns .* of {kind.name}; found .*, colour\.")]
    for name, cell in kind.columns.items():
        if cell is not kinds.Cell.MOMENT:
            refused.append((rows.drop(columns=name), rf"the columns .* of {kind.name}; found"))
        for given in (None, 0.5):
            refused.append((rows.assign(**{name: given}), f"each row under “{name}” .* {given}"))
    refused.append((kind.make_rows(example(kind) * 2), "Expected each .* once in .*; found some"))
    for wrong, why in refused:
        with pytest.raises(MappingError, match=why):
            kept.put(workspace, kind, wrong)
    assert kept.version(workspace) == FIRST_VERSION


def test_rows_that_are_put_are_checked_by_their_kind_and_fit_what_is_kept(kept):
    workspace = kept.create("A", CAMDEN)
    with pytest.raises(MappingError, match="themes in small letters in marks; found “Health”"):
        kept.put(
            workspace, kinds.marks.KIND, kinds.marks.KIND.make_rows([("Health", "borough", WHEN)])
        )
    actors = kinds.actors.KIND
    with pytest.raises(
        MappingError, match="Expected actors of uploads that are there, each id once"
    ):
        kept.put(workspace, actors, actors.make_rows(example(actors)))
    assert kept.version(workspace) == FIRST_VERSION


def test_a_kind_changes_its_version_only_when_it_was_changed(kept):
    workspace = kept.import_whole(ARCHIVE.read_bytes()).id
    lens = replace(kept.open(workspace).weights[0], id="other", by="")
    changes: list[tuple[Callable[[], int], set[str]]] = [
        (lambda: kept.mark(workspace, "debt", "borough"), {"marks"}),
        (lambda: kept.unmark(workspace, "debt", "borough"), {"marks"}),
        (lambda: kept.save_weights(workspace, lens), {"weights"}),
        (lambda: kept.remove_weights(workspace, "other"), {"weights"}),
        (lambda: kept.remove_actor(workspace, "heath"), {"actors"}),
        (lambda: kept.remove_upload(workspace, "up1"), {"actors", "uploads"}),
        (lambda: kept.rename(workspace, "Other"), set()),
        (lambda: kept.set_place(workspace, "nation.Wales"), set()),
    ]
    for change, touched in changes:
        before = kept.versions(workspace).kinds
        version = change()
        now = kept.versions(workspace)
        assert now.workspace == version
        assert {name for name in now.kinds if now.kinds[name] != before[name]} == touched
        assert {now.kinds[name] for name in touched} <= {version}


def test_one_kind_is_opened_as_the_whole_workspace_opens_it(kept):
    workspace = kept.import_whole(ARCHIVE.read_bytes()).id
    whole = kept.open(workspace)
    alone = {kind.name: kept.open_kind(workspace, kind).value for kind in KINDS}
    assert alone["actors"].register.actors.equals(whole.register.actors)
    assert alone["actors"].upload_of.equals(whole.upload_of)
    assert alone["uploads"].equals(whole.get(kinds.uploads.KIND))
    assert alone["marks"] == whole.marks
    assert [lens.by for lens in alone["weights"]] == [lens.by for lens in whole.weights]
    with pytest.raises(MappingError, match="We cannot find a workspace"):
        kept.open_kind("guess", kinds.marks.KIND)
    for refused in (kept.versions, kept.facts):
        with pytest.raises(MappingError, match="We cannot find a workspace"):
            refused("guess")
