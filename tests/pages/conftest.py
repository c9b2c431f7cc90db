"""What the tests of pages share: one look at the installed packages for all their apps."""

from collections.abc import Iterator
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner


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
