"""Opening: a server loads what pages need while the browser of its first visitor still starts."""

import gc
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pages.shared import upkeep

MAX_WAIT_S = 20
"""So long the rest waits for a first page, so as not to slow it down."""
NAMES_PAUSE_S = 0.5
"""So long the names to be found wait: a reader may look for a place at once."""
PAUSE_S = 3
"""So long the rest waits while the browser fetches the first map: both want the processor."""
_begun, _loaded, _shown = threading.Event(), threading.Event(), threading.Event()


@asynccontextmanager
async def load_beside(server: Any) -> AsyncIterator[None]:
    """Load in a thread of its own what pages need, as soon as a ``server`` starts.

    What people keep is looked after as long as it runs.
    """
    _begun.set()
    threading.Thread(target=_load, name="opening", daemon=True).start()
    with upkeep.serving():
        yield


def await_loaded() -> None:
    """Return when the server has loaded what every page needs; at once where no server runs.

    Else two threads would import the same packages from two ends, and might get half of one.
    """
    if _begun.is_set():
        _loaded.wait()


def note_shown() -> None:
    """Note that a page is shown, so that what later clicks need may be loaded."""
    _shown.set()


def was_shown() -> bool:
    """Tell whether a page was shown in full since the server started."""
    return _shown.is_set()


def _load() -> None:
    gc.disable()  # what is loaded stays: to look through it again and again finds nothing
    try:
        _load_first()
        _loaded.set()
        _load_beside()
    finally:
        gc.enable()
        _loaded.set()
    _shown.wait(MAX_WAIT_S)
    time.sleep(NAMES_PAUSE_S)
    _load_names()
    time.sleep(PAUSE_S)
    _load_rest()


def _load_first() -> None:
    """Load what the first map needs; a fault of the data is told by the page, which reads it too.

    Modules with parts of their own in the browser are left out: streamlit takes these up only
    while it runs a page.
    """
    from mapping import memory

    memory.give_back()
    from mapping.drawing import webmap
    from mapping.errors import MappingError
    from pages.shared import areas, cache, frame, layout, lineup, state  # noqa: F401

    webmap.load_plugins()
    try:
        cache.open_data()
    except MappingError:
        return


def _load_beside() -> None:
    from mapping.errors import MappingError
    from pages.shared import cache

    try:
        cache.read_beside()
    except MappingError:
        return


def _load_names() -> None:
    """Load the names of places and organisations, for the box in which they are found."""
    from mapping.errors import MappingError
    from pages.shared import finder

    try:
        finder.load_names()
    except MappingError:
        return


def _load_rest() -> None:
    """Load what a click, a chart, a close look at lines or an upload needs."""
    import scipy.spatial  # noqa: F401

    from mapping import memory, own_weights  # noqa: F401
    from mapping.errors import MappingError
    from pages.shared import cache

    try:
        cache.sort_data()
    except MappingError:
        return
    memory.settle()
    memory.trim()
