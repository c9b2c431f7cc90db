"""The tables of data/: whole, or said at the start to be missing or cut off."""

from pathlib import Path

import pytest

from mapping.atoms import DATA, tables
from mapping.errors import MappingError

EACH = pytest.mark.parametrize("name", tables.TABLES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with all tables that ship: each is the one that ships until a test changes it."""
    (tmp_path / "examples").mkdir()
    for name in tables.TABLES:
        (tmp_path / name).symlink_to(DATA / name)
    return tmp_path


def put(path: Path, content: bytes) -> None:
    """Put other content in the place of a table, not into the one that ships."""
    path.unlink()
    path.write_bytes(content)


def test_every_table_that_ships_is_looked_at_when_the_app_starts() -> None:
    there = {path.relative_to(DATA).as_posix() for path in DATA.rglob("*.csv")}
    assert there == set(tables.TABLES)
    tables.check(DATA)


@EACH
def test_a_table_that_is_not_there_is_named_with_what_to_do(name: str, folder: Path) -> None:
    (folder / name).unlink()
    with pytest.raises(MappingError, match=f"{Path(name).name} is not there. Restore") as told:
        tables.check(folder)
    assert str(folder) not in str(told.value)


@EACH
@pytest.mark.parametrize("part", [0, 1, 0.5, 0.9])
def test_a_table_that_is_cut_off_is_named_with_what_to_do(
    name: str, part: float, folder: Path
) -> None:
    content = (DATA / name).read_bytes()
    put(folder / name, content[: int(part * len(content)) or part].rstrip())
    for look in (tables.check, lambda _: tables.read(folder / name)):
        with pytest.raises(MappingError, match=f"{Path(name).name} is cut off. Restore"):
            look(folder)


def test_what_is_no_table_is_said_not_to_be_read(folder: Path) -> None:
    for content in (b'a,b\n"1\n', b"a\n1,2\n1,2,3\n", b"\xff\xfe\n"):
        put(folder / "layers.csv", content)
        with pytest.raises(MappingError, match=r"layers.csv cannot be read") as told:
            tables.read(folder / "layers.csv")
        assert str(folder) not in str(told.value)
