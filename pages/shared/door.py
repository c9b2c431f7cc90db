"""The door: who is not known is asked to sign in; who is known sees as whom, and may sign out.

While access is not switched on everybody goes through, and nothing of this is shown.
"""

import logging
from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import urlsplit

import streamlit as st
from streamlit.errors import Error as StreamlitError
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mapping import access
from mapping.access import Way
from mapping.errors import MappingError
from mapping.wording import findings
from pages.shared import browsers, layout, people, router, visit

LOG = logging.getLogger(__name__)
NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
"""What the part [auth] of secrets.toml has to hold."""
TITLE = "Sign in to open Common Ground."
NOT_SET_UP = (
    "Signing in is not set up completely, so nobody is let in. Ask whoever runs this app: the "
    "console says what is missing, and docs/access.md how it is done."
)
NOT_DONE = (
    "You came back from signing in, but are not signed in: you stopped it, or what your "
    "organisation’s sign-in page sent could not be used. Try once more. If this happens again, "
    "tell whoever runs this app: the sign-in page must send your e-mail address, a time of ending "
    "and the number that it was asked with, and the clocks of both machines must agree."
)
NO_ADDRESS = (
    "Your organisation’s sign-in page did not tell your e-mail address, or has not checked it, so "
    "we cannot tell what you may open. Ask whoever runs it to send your e-mail address."
)
ENDED = "Your sign-in has ended, as your organisation’s sign-in page limits it. Sign in again."
SIGNED_OUT = "You signed out. To go on, sign in again."
ELSEWHERE = (
    "Signing in does not work at the address that you opened, because it leads back to another. "
    "Open that one:"
)
BY_PROXY = (
    "You are not signed in. Open this app by the address that your organisation gave you: its own "
    "sign-in page stands before it."
)
HALL = "Enter the passphrase that you were told in the room. It holds for twelve hours."
OPEN = (
    "There are no accounts: whoever can reach this address may use every page, and open, change "
    "and delete every workspace in the list, and any other whose link they have."
)
CLOSED = (
    "Only those who are let in can use this app. A workspace is open to those whom its stewards "
    "have added, and to everyone who is let in if they say so: readers see it without contacts, "
    "editors change it, stewards choose who may and can delete it."
)
BY_LINK = "Anyone with the link in the address bar can open and change it."
BY_ROLE = (
    "Only those with a role in it can open it, unless a steward lets everyone read it, under “Who "
    "may open this workspace” on the Upload page."
)
BY_HALL = "Everyone with the passphrase can open and change it."
READS = "You may read this workspace. To change it, ask one of its stewards to make you an editor."
IN_A_HALL = (
    "Everyone with the passphrase is the same person to this app: all of them may open and change "
    "the workspaces that any of them has made."
)


def say_who_sees() -> str:
    """Say plainly who can see and change what in this app."""
    if not people.is_on():
        return OPEN
    hall = people.read_setting().way is Way.PASSPHRASE
    return f"{CLOSED} {IN_A_HALL}" if hall else CLOSED


def say_who_opens() -> str:
    """Say who can open a workspace that was just made or saved in."""
    if not people.is_on():
        return BY_LINK
    return BY_HALL if people.find().id == access.HALL.id else BY_ROLE


def admit(page: str) -> bool:
    """Tell whether the session's person may go in; who may not is asked who she is.

    ``page`` is a page's name. Who comes back from signing in is led to where she was.
    """
    try:
        setting = people.read_setting()
    except MappingError as fault:
        LOG.error("%s", fault)
        _stop(NOT_SET_UP)
    if not setting.is_on:
        return True
    browser, person = people.find_browser(), people.find()
    ctx = get_script_run_ctx()
    if ctx is not None:
        browsers.note_session(ctx.session_id, browser)
    if visit.belongs_to_another(person.id):
        visit.leave()
        st.rerun()
    if person.is_known:
        visit.belong_to(person.id)
        _lead_back(browser)
        return True
    st.set_page_config(page_title="Sign in – Common Ground")
    ways = {Way.SIGN_IN: _ask_provider, Way.HEADER: _tell_proxy, Way.PASSPHRASE: _ask_passphrase}
    layout.style("page.css")
    ways[setting.way](page)
    return False


def show() -> None:
    """Say in the bar as whom somebody is signed in, and let her sign out."""
    if not people.is_on():
        return
    person, way = people.find(), people.read_setting().way
    called = layout.escape_markdown(person.name[:40])
    label = findings.capitalise(called) if way is Way.PASSPHRASE else f"Signed in: {called}"
    with st.popover(label, icon=":material/person:", type="tertiary", key="cg-person"):
        if way is Way.SIGN_IN:
            st.caption(f"As {layout.escape_markdown(person.id)}, until your sign-in ends.")
            st.button(
                "Sign out", key="_sign_out", icon=":material/logout:", on_click=people.sign_out
            )
        elif way is Way.PASSPHRASE:
            st.caption(IN_A_HALL)
            st.button("Leave", key="_leave", icon=":material/logout:", on_click=_leave)
        else:
            st.caption(
                f"As {layout.escape_markdown(person.id)}. Sign out at your organisation’s own "
                "sign-in page."
            )


def _leave() -> None:
    browsers.let_out(people.find_browser())


def _lead_back(browser: str) -> None:
    """Lead whoever has just signed in to the page and link that she came from."""
    trial = browsers.read_trial(browser)
    browsers.forget_trial(browser)
    if trial is not None and not st.query_params.to_dict() and trial.page in router.BY_NAME:
        st.switch_page(router.BY_NAME[trial.page].file, query_params=trial.link)


def _ask_provider(page: str) -> None:
    """Ask to sign in at the organisation's provider; say in words why that did not work."""
    told = _read_settings()
    missing = [name for name in NEEDED if not told.get(name)]
    if missing:
        LOG.error("secrets.toml lacks, in its part [auth]: %s.", ", ".join(missing))
        _stop(NOT_SET_UP)
    layout.finding(TITLE)
    browser, claims = people.find_browser(), st.user.to_dict()
    if browsers.has_ended(claims):
        layout.note(SIGNED_OUT)
    elif claims.get("is_logged_in"):
        has_end = isinstance(claims.get("exp"), int | float)
        layout.note(ENDED if has_end and people.names_somebody(claims) else NO_ADDRESS)
    elif browsers.read_trial(browser) is not None:
        layout.note(NOT_DONE)
    home = urlsplit(str(told["redirect_uri"]).replace("{port}", str(st.get_option("server.port"))))
    origin = f"{home.scheme}://{home.netloc}"
    if st.context.headers.get("Origin", origin) != origin:
        layout.note(ELSEWHERE)
        st.link_button("Open the address that signing in leads to", f"{origin}/{page}")
        return
    if st.button("Sign in", type="primary", key="_sign_in", icon=":material/login:"):
        browsers.note_trial(browser, *_find_way_back(page, browsers.read_trial(browser)))
        try:
            st.login()
        except StreamlitError as fault:
            LOG.error("%s", fault)
            layout.note(NOT_SET_UP)
    st.caption("Your organisation’s own sign-in page opens, and leads back here.")


def _read_settings() -> Mapping[str, str]:
    """Return the part [auth] of secrets.toml; nothing where there is none."""
    return st.secrets.get("auth", {}) if st.secrets.load_if_toml_exists() else {}


def _find_way_back(page: str, earlier: browsers.Trial | None) -> tuple[str, dict[str, str]]:
    """Return the page and link to come back to: those of an earlier try that led to none."""
    link = {name: str(value) for name, value in st.query_params.to_dict().items()}
    return (earlier.page, earlier.link) if earlier and not link else (page, link)


def _tell_proxy(page: str) -> None:
    layout.finding("You are not signed in.")
    layout.note(BY_PROXY)


def _ask_passphrase(page: str) -> None:
    layout.finding("Enter the passphrase to open Common Ground.")
    st.caption(HALL)
    if told := visit.take_word():
        layout.note(told)
    with st.form("passphrase", border=False, clear_on_submit=True):
        st.text_input("Passphrase", type="password", max_chars=200, key="_passphrase", width=360)
        st.form_submit_button("Enter", type="primary", icon=":material/login:", on_click=_try)


def _try() -> None:
    typed = visit.read_typed("_passphrase")
    if typed.strip():
        visit.put_word(people.try_passphrase(typed))


def _stop(told: str) -> NoReturn:
    layout.style("page.css")
    layout.finding("Common Ground is closed just now.")
    layout.note(told)
    st.stop()
