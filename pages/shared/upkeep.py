"""What a server does by itself: it gives memory back, and forgets and closes what people keep.

The C library holds what a full room let go of until it is asked: 20 to 50 MB after forty people.
"""

import logging
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mapping.errors import MappingError, StoreError

if TYPE_CHECKING:
    from mapping.workspaces.store import Store

DAY_S = 24 * 60 * 60
TRIM_S = 20
START_S = 30
"""So long after a server's start the drafts of before wait: its first page comes before them."""
_stores: "weakref.WeakSet[Store]" = weakref.WeakSet()


@contextmanager
def serving() -> Iterator[None]:
    """Look after memory and what is kept while a server runs, and close it when the server ends."""
    ended = threading.Event()
    for repeat in (_repeat, _trim):
        threading.Thread(target=repeat, args=(ended,), name="upkeep", daemon=True).start()
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


def forget_drafts() -> None:
    """Delete the drafts whose time is up; where their folder is not to be had, say so."""
    from mapping import drafts

    try:
        drafts.Drafts(drafts.find_folder()).prune()
    except MappingError as fault:
        logging.getLogger(__name__).warning("%s", fault)


def _repeat(ended: threading.Event) -> None:
    wait_s = min(START_S, DAY_S)
    while not ended.wait(wait_s):
        wait_s = DAY_S
        forget_drafts()
        for store in list(_stores):
            forget(store)


def _trim(ended: threading.Event) -> None:
    from mapping import memory

    while not ended.wait(TRIM_S):
        memory.trim()
