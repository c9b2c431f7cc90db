"""Who is at this session: what Streamlit knows of a connection becomes a person.

The store asks ``find`` at every action, so that a role that was taken away, or a sign-in that has
ended, counts from then on.
"""

import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mapping import access
from mapping.access import ANYBODY, NOBODY, Person, Setting, Way
from mapping.errors import MappingError
from pages.shared import browsers

LOG = logging.getLogger(__name__)
UNREAD = (
    "Expected secrets.toml to be read, which may say that access is switched on; found one that is "
    "no TOML, or may not be read. Correct it, and start the app again."
)
FOR_EVER = float("inf")
tries = access.Tries()
"""Wrong passphrases of the last minutes."""


class Known(NamedTuple):
    """A person, and until when (seconds since 1970) she is known to be."""

    person: Person
    until: float = FOR_EVER

    def now(self) -> Person:
        """Return the person, or nobody once that has passed."""
        return self.person if time.time() < self.until else NOBODY


_acting: ContextVar[Known | None] = ContextVar("_acting", default=None)
"""In whose name something is done that was begun in a session, and goes on outside it."""


@cache
def read_setting() -> Setting:
    """Return how people are known on this server; raises MappingError if that is not set right.

    The environment says it, or ``.streamlit/secrets.toml``.
    """
    is_read = st.secrets.load_if_toml_exists()  # a text in it is of the environment afterwards
    if not is_read and any(Path(file).is_file() for file in st.get_option("secrets.files")):
        raise MappingError(UNREAD)
    return access.setting.read(os.environ.get(access.setting.VARIABLE, ""))


def list_middleware() -> list[Middleware]:
    """Return what stands before the app; before one that is not set right, what lets nobody by."""
    try:
        return browsers.list_middleware(read_setting())
    except MappingError:
        return browsers.list_middleware(Setting(Way.SIGN_IN))


def is_on() -> bool:
    """Tell whether access is switched on, or meant to be."""
    try:
        return read_setting().is_on
    except MappingError:
        return True


def find() -> Person:
    """Return who asks: anybody while access is not switched on, nobody if nobody is known."""
    return find_known().now()


def find_known() -> Known:
    """Return who asks, and until when she is known to be."""
    held = _acting.get()
    if held is not None:
        return held
    try:
        setting = read_setting()
    except MappingError:
        return Known(NOBODY)
    if not setting.is_on:
        return Known(ANYBODY)
    if get_script_run_ctx(suppress_warning=True) is None:
        return Known(NOBODY)
    if setting.way is Way.SIGN_IN:
        claims = st.user.to_dict()
        return Known(NOBODY) if browsers.has_ended(claims) else read_claims(claims)
    if setting.way is Way.HEADER:
        return read_header(st.context.headers.get(browsers.PASSED_ON, ""))
    found = browsers.find_let_in(find_browser())
    return Known(*found) if found else Known(NOBODY)


@contextmanager
def acting(known: Known) -> Iterator[None]:
    """Act in the name of somebody who asked for something that is done only now."""
    token = _acting.set(known)
    try:
        yield
    finally:
        _acting.reset(token)


def find_browser() -> str:
    """Return the key of the browser that the session is in; "" if it has none."""
    if not is_on():
        return ""
    found = st.context.cookies.to_dict().get(browsers.COOKIE, "")
    return found if browsers.KEY.fullmatch(found) else ""


def read_claims(claims: Mapping[str, Any]) -> Known:
    """Return who a provider says that somebody is: nobody without what it takes (docs/access.md).

    The cookie holds for thirty days; who was signed in is known until her token ends.
    """
    until = claims.get("exp")
    if not claims.get("is_logged_in") or isinstance(until, bool):
        return Known(NOBODY)
    if not isinstance(until, int | float) or claims.get("email_verified") is False:
        return Known(NOBODY)
    return _name(str(claims.get("email") or ""), str(claims.get("name") or ""), float(until))


def sign_out() -> None:
    """End the sign-in of the session's person, in all windows of her browser (for callbacks).

    The page to sign in is shown before the browser has let go of its cookie, and a window that is
    closed in between keeps it: so it counts no more from now on.
    """
    browsers.end_sign_in(st.user.to_dict())
    st.logout()


def read_header(told: str) -> Known:
    """Return who a proxy says that somebody is; nobody where it says nothing."""
    return _name(told, told, FOR_EVER)


def names_somebody(claims: Mapping[str, Any]) -> bool:
    """Tell whether claims hold an e-mail address that names somebody, ended or not."""
    return read_claims({**claims, "exp": FOR_EVER}).person.is_known


def _name(address: str, name: str, until: float) -> Known:
    try:
        found = access.read_id(address)
    except MappingError:
        return Known(NOBODY)
    if found in (access.HALL.id, access.HOST.id):  # nobody is called so
        return Known(NOBODY)
    called = " ".join(name.split())[: access.MAX_ID_LETTERS]
    return Known(Person(found, called or found), until)


def try_passphrase(text: str) -> str:
    """Let the session's browser in if a passphrase is right; else say why not (for callbacks)."""
    browser = find_browser()
    if not browser:
        return NO_COOKIE
    address = st.context.ip_address or "this machine"
    if not tries.take(address):
        return tries.explain(address)
    hashes = read_setting().hashes
    right = [access.passphrase.check(text, kept) for kept in hashes]  # always all of them
    if not any(right):
        LOG.warning("A wrong passphrase was tried.")
        return WRONG
    tries.give_back(address)
    hall = access.HALL if len(hashes) == 1 else access.HOSTED
    browsers.let_in(browser, access.HOST if right[-1] and len(hashes) > 1 else hall)
    return ""


WRONG = "That is not the passphrase. Ask whoever runs the meeting, and try again."
NO_COOKIE = (
    "Your browser keeps no cookie of this address, and without one it cannot be let in. Allow "
    "cookies for it, open the page anew and try again."
)
