"""What the tests of pages share: one look at the installed packages for all their apps."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import local_script_runner
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from pages.shared import registers


@pytest.fixture(scope="session", autouse=True)
def components_scanned_once() -> Iterator[None]:
    """Let all apps share one list of installed components.

    Every ``AppTest`` reads the metadata of every installed package, which takes longer than most
    pages do, and packages do not change while tests run.
    """
    with pytest.MonkeyPatch.context() as patched:
        name = "scan_component_manifests"
        patched.setattr(manifest_scanner, name, cache(getattr(manifest_scanner, name)))
        yield


@pytest.fixture(scope="session", autouse=True)
def runs_awaited() -> Iterator[None]:
    """Wait for the end of a page's run, and do not ask for it a thousand times a second.

    Asking takes the processor from the run itself.
    """

    def await_end(runner: LocalScriptRunner, timeout: float) -> None:
        runner._script_thread.join(timeout)
        if not runner.script_stopped():
            runner.request_stop()
            raise TimeoutError(f"The page took longer than {timeout:g} s.")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(local_script_runner, "require_widgets_deltas", await_end)
        yield


@pytest.fixture
def own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give a test a store of its own."""
    monkeypatch.setenv("COMMON_GROUND_DATABASE", str(tmp_path / "kept.sqlite"))
    registers.store.clear()
    yield
    registers.store.clear()
