"""Files to download: offered to this browser alone, made in the name of whoever asked."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import streamlit as st

from pages.shared import browsers, people


def offer(
    label: str, made: bytes | Callable[[], bytes], name: str, kind: str, **given: Any
) -> None:
    """Offer a file to download; one that is ``made`` by a function is made once it is asked for.

    ``name`` and ``kind`` are the file's, the rest is as for ``st.download_button``. While access
    is switched on no other browser may fetch it, though it knows the address, and whoever asked
    must still be allowed to.
    """
    content = made if not people.is_on() else _bind(made)
    st.download_button(label, content, name, kind, on_click="ignore", **given)


def _bind(made: bytes | Callable[[], bytes]) -> bytes | Callable[[], bytes]:
    """Bind a file to the session's browser and person."""
    browser, known = people.find_browser(), people.find_known()
    if isinstance(made, bytes):
        browsers.note_file(made, browser)
        return made

    @wraps(made)
    def make() -> bytes:
        with people.acting(known):
            content = made()
        browsers.note_file(content, browser)
        return content

    return make
