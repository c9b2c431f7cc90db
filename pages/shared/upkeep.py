"""What a server does for what people keep: it forgets in time, and closes it when it ends."""

import logging
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mapping.errors import StoreError

if TYPE_CHECKING:
    from mapping.workspaces.store import Store

DAY_S = 24 * 60 * 60
_stores: "weakref.WeakSet[Store]" = weakref.WeakSet()


@contextmanager
def serving() -> Iterator[None]:
    """Look after what is kept every day while a server runs, and close it when the server ends."""
    ended = threading.Event()
    threading.Thread(target=_repeat, args=(ended,), name="upkeep", daemon=True).start()
    try:
        yield
    finally:
        ended.set()
        for store in list(_stores):
            store.close()


def look_after(store: "Store") -> None:
    """Forget what happened too long ago: now, and every day while a server runs."""
    _stores.add(store)
    forget(store)


def forget(store: "Store") -> None:
    """Forget what happened too long ago; where that cannot be now, the console says why."""
    try:
        store.forget()
    except StoreError as fault:
        logging.getLogger(__name__).warning("%s", fault)


def _repeat(ended: threading.Event) -> None:
    while not ended.wait(DAY_S):
        for store in list(_stores):
            forget(store)
