"""What the tests share: real places, and a folder for derived shapes that ends with the run."""

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from mapping import places
from mapping.geography import Layer, layers
from mapping.places import Place

settings.register_profile(
    "suite",
    max_examples=25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """Let no collection of garbage look again through what was imported, which stays."""
    gc.collect()
    gc.freeze()


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
