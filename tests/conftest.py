"""What the tests share: real places, and a folder for derived shapes that ends with the run."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

from mapping import places
from mapping.geography import Layer, layers
from mapping.places import Place

settings.register_profile(
    "suite",
    max_examples=15,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", settings.get_profile("suite"), max_examples=200)
settings.load_profile("suite")


TOGETHER = ("tests/browser", "tests/pages")
"""Folders whose files one worker runs: they share its server, its browser, what pages keep."""
LONG = ("test_forbidden.py", "test_hostile.py", "test_store.py", "test_intake.py", "test_apart.py")
"""Files that take long and stand far back in the alphabet: begun early, no worker ends alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes longest be what workers begin with."""
    items.sort(key=_count_before)


def _count_before(item: pytest.Item) -> int:
    folder = _name_folder(item.nodeid)
    if folder in TOGETHER:
        return TOGETHER.index(folder)
    return len(TOGETHER) + (item.path.name not in LONG)


def _name_folder(nodeid: str) -> str:
    return nodeid.partition("::")[0].rpartition("/")[0]


class _ByFileOrFolder(LoadFileScheduling):
    """Workers take one file after the other, and the folders of ``TOGETHER`` whole."""

    def _split_scope(self, nodeid: str) -> str:
        folder = _name_folder(nodeid)
        return folder if folder in TOGETHER else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """Give out tests as ``--dist loadfile`` does, but whole folders where that saves much."""
    return _ByFileOrFolder(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Let workers share what preparing the assertions of all files costs: some ten seconds each.

    What one has prepared it keeps beside the file, for the others and for the next run. So every
    second worker begins with the last file, and finds prepared what the others began with.
    """
    number = os.environ.get("PYTEST_XDIST_WORKER", "")
    keeps, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    gc.disable()  # next to nothing of what is imported is garbage
    try:
        is_whole = [Path(asked).name for asked in session.config.args] == ["tests"]
        if is_whole and number.endswith(("1", "3", "5", "7", "9")):
            _import_from_the_last()
        yield
    finally:
        gc.enable()
        sys.dont_write_bytecode = keeps


def _import_from_the_last() -> None:
    for path in sorted(Path(__file__).parent.rglob("test_*.py"), reverse=True):
        if str(path.parent) not in sys.path:
            sys.path.insert(0, str(path.parent))
        with suppress(Exception):  # what is wrong with it is told where it is collected
            import_module(path.stem)


def pytest_collection_finish() -> None:
    """Let no collection of garbage look again through what was imported, which stays.

    Further ones are rare: at Python's own pace they take a twelfth of the time of a page's run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


OURS = str(Path(__file__).resolve().parents[1] / "workspaces")
"""Where the project keeps what its users save: no test has business there."""


def _refuse_ours(event: str, args: tuple) -> None:
    """Refuse to open, or to make, the project's own database."""
    if event in ("sqlite3.connect", "os.mkdir") and OURS in str(args[0]):
        raise AssertionError(f"A test reached for {OURS}; give it a database of its own.")


sys.addaudithook(_refuse_ours)
LONDON_PARTNERS = (
    "icb",
    "police_bcu",
    "mental_health_trust",
    "assembly_constituency",
    "subregional_partnership",
)


@pytest.fixture(scope="session", autouse=True)
def derived_shapes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep derived shapes out of the project's own cache, in one folder for all workers."""
    before = os.environ.get("COMMON_GROUND_CACHE")
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    os.environ["COMMON_GROUND_CACHE"] = str(shared / "derived")
    yield
    if before is None:
        del os.environ["COMMON_GROUND_CACHE"]
    else:
        os.environ["COMMON_GROUND_CACHE"] = before


@pytest.fixture(scope="session", autouse=True)
def kept_apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests save out of the project's own database; servers they start as well."""
    with pytest.MonkeyPatch.context() as patched:
        database = tmp_path_factory.mktemp("kept") / "workspaces.sqlite"
        patched.setenv("COMMON_GROUND_DATABASE", str(database))
        yield


@pytest.fixture(scope="session", autouse=True)
def no_packs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let no pack of the project's own folder change what tests find."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("COMMON_GROUND_PACKS", str(tmp_path_factory.mktemp("no_packs")))
        yield


@pytest.fixture(scope="session")
def london() -> Place:
    return places.get("Greater London")


@pytest.fixture(scope="session")
def camden() -> Place:
    return places.get("Camden")


@pytest.fixture(scope="session")
def oldham() -> Place:
    return places.get("Oldham")


@pytest.fixture(scope="session")
def moray() -> Place:
    return places.get("Moray")


@pytest.fixture(scope="session")
def britain() -> Place:
    return places.get("Great Britain")


@pytest.fixture(scope="session")
def partners() -> list[Layer]:
    """The five layers that London's partners work to."""
    return [layers.get(key) for key in LONDON_PARTNERS]
