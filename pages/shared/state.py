"""What the reader has chosen: kept in the session, written into the link.

The only file beside ``visit`` that touches ``st.session_state``. A link holds the page, every
choice of ``choices`` that differs from the usual one, and what the page shows where the reader
chose nothing. It does not hold how a map was moved or zoomed, what was searched or sorted in a
table, or what was opened or closed.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NoReturn

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mapping.drawing import webmap
from mapping.wording import findings
from pages.shared import choices, held, lost, own_lenses, router
from pages.shared.choices import Choice

Session = Mapping[Any, Any]
"""The session, or what ``_look`` found in it."""


def read(page: str) -> Choice:
    """Return the current choices: those of a link just opened, or the session's.

    What another page made where the reader chose nothing is forgotten, and so is what this page
    made in its last run, unless a link holds it: the page makes it again.
    """
    address, is_ahead = _read_address(), _get_marks().pop("is_ahead", False)
    linked = st.session_state.get("_linked", [])
    is_new = bool(address) and not is_ahead and (page, address) not in linked
    if is_new:
        _open(address)
    elif page != st.session_state.get("_page"):
        _get_made().clear()
    st.session_state["_page"] = page
    st.session_state["_shows"] = {}
    problems = [lost.say_no_page(name)] if (name := st.session_state.pop("_lost", "")) else []
    if page == held.PAGE:
        problems += _take_up_drafts(address.get(held.LINKED, "") if is_new else "")
    choice = _check(problems)
    if not choice.away:
        _write_address(page, address)
    return choice


def _check(problems: list[str]) -> Choice:
    """Check all choices; what was corrected is kept so, unless it may be right again soon."""
    chosen, made = _get_chosen(), _get_made()
    check = choices.make_check({**chosen, **made}, problems)
    choice = choices.read(check, made)
    for name, text in check.texts.items() if not choice.away else ():
        (made if name in made else chosen)[name] = text
    return choice


def _take_up_drafts(link: str) -> list[str]:
    """Take up what a link keeps on the server, and say that it is here again; or why it is not."""
    names, problems = held.take_up(link)
    if names:
        named = findings.join_names([f"“{name}”" for name in names])
        is_are = "is" if len(names) == 1 else "are"
        announce(
            f"{named} {is_are} here again, with the answers given so far. If you have just pressed "
            "something, press it once more."
        )
    return problems


def lead_home(name: str) -> NoReturn:
    """Go from an address that is no page to the first page, which says so."""
    st.session_state["_lost"] = name
    st.switch_page(router.HOME, query_params=_read_address())


def lens() -> str:
    """Return what the reader counts by."""
    return _get_chosen()["by"]


def hand_over(choice: Choice) -> None:
    """Leave the choices for the page that app.py is about to run, and for its parts."""
    st.session_state["_handed_over"] = (choice, opened_params())


def current() -> Choice:
    """Return the choices that app.py left for this run of the page, or a click changed since."""
    return st.session_state["_handed_over"][0]


def follow(names: Collection[str]) -> bool:
    """Take over what was chosen since ``hand_over``, if it is in ``names``; tell whether it was.

    For a part of a page that runs again by itself. Where anything else was chosen, or somebody
    has changed the workspace since, the whole page runs again instead.
    """
    if not _get_marks().pop("is_ahead", False):
        return False
    before, link = st.session_state["_handed_over"]
    is_same = choices.leave_out(opened_params(), names) == choices.leave_out(link, names)
    if not is_same or not lost.is_at_hand(_get_chosen()["workspace"]):
        run_page()
    choice = _check([])
    if choice.kept != before.kept or choice.away:
        run_page()
    shows = st.session_state.setdefault("_shows", {})
    for name in names:
        shows.pop(name, None)  # the part says anew what it shows
    hand_over(choice)
    return True


def run_page() -> NoReturn:
    """Run the whole page again, with what was just chosen."""
    stay()
    st.rerun()


def write_followed() -> None:
    """Write the view into the address after a click: a step to go back to, as all choices are."""
    view = note_view(st.session_state["_page"])
    if view != _read_address():
        st.query_params.from_dict(view)


def hold(**shown: str) -> None:
    """Hold in the link what the page shows for choices, by their name there.

    Where the reader chose the same it is the reader's; where not, the page made the choice, and
    whoever opens the link sees it until the reader changes what it follows from.
    """
    chosen, shows = _get_chosen(), st.session_state.setdefault("_shows", {})
    shows.update({name: text for name, text in shown.items() if text != chosen[name]})


def _write_address(page: str, address: dict[str, str]) -> None:
    """Write the choices into the address; what the page makes comes later, from the browser."""
    link = {**opened_params(), **_link_drafts(page)}
    linked = st.session_state.get("_linked", [])
    if (page, link) not in linked or (page, address) not in linked:
        if address != link:
            st.query_params.from_dict(link)
        st.session_state["_linked"] = [(page, link)]


def note_view(page: str) -> dict[str, str]:
    """Return the choices of what a page has shown, which are no new link when they come back."""
    drafts = _link_drafts(page)
    view = {**read_view(), **drafts}
    st.session_state["_linked"] = [(page, {**opened_params(), **drafts}), (page, view)]
    return view


def _link_drafts(page: str) -> dict[str, str]:
    """Return what the address of a page has of drafts: no page but Upload shows their ids."""
    return held.write_link() if page == held.PAGE else {}


def read_view() -> dict[str, str]:
    """Return the link's choices: the reader's, and those that the page made in this run."""
    return choices.join_link(_get_chosen(), st.session_state.get("_shows", {}))


def opened_params() -> dict[str, str]:
    """Return the choices of a link or view that was just opened, those of its page too."""
    return choices.join_link(_get_chosen(), _get_made())


def link_params() -> dict[str, str]:
    """Return the choices that a link to another page should carry: the reader's."""
    return choices.join_link(_get_chosen(), {})


def choose(**changes: Any) -> None:
    """Change choices by their name in a link (for callbacks), and forget what they outdate."""
    session = _look()
    chosen, made = _get_chosen(session), _get_made(session)
    texts = {name: str(value) for name, value in changes.items()}
    if texts.get("workspace", chosen["workspace"]) != chosen["workspace"]:
        texts.setdefault("by", own_lenses.drop_own(chosen["by"]))
    shown = {**chosen, **made}
    for name in [name for name, text in texts.items() if text != shown[name]]:
        taken_back, made_again = choices.find_outdated(name)
        chosen.update({one: choices.USUAL[one] for one in taken_back})
        for one in (*taken_back, *made_again):
            made.pop(one, None)
    chosen.update(texts)
    for name in texts:
        made.pop(name, None)
    _get_marks(session)["is_ahead"] = True


def stay() -> None:
    """Keep to the session's choices in the next run (for callbacks, of what no part draws alone).

    A browser may ask for it before it has the address of the click before: that is no new link.
    """
    _get_marks(_look())["is_ahead"] = True


def take_over(link: Mapping[str, str]) -> None:
    """Make the choices of a view the reader's (for callbacks); those that it lacks are usual."""
    _open(link)
    stay()


def _open(link: Mapping[str, str]) -> None:
    chosen, made = choices.split_link(link)
    st.session_state["_choice"], st.session_state["_made"] = chosen, made


def _read_address() -> dict[str, str]:
    """Return the choices in the address; an address may be behind what was just chosen."""
    known = {*choices.BY_NAME, choices.SHOWN, held.LINKED}
    return {name: st.query_params[name] for name in st.query_params if name in known}


def _get_chosen(session: Session = st.session_state) -> dict[str, str]:
    """Return the text of every choice, as the reader made it."""
    return session.get("_choice") or st.session_state.setdefault("_choice", dict(choices.USUAL))


def _get_made(session: Session = st.session_state) -> dict[str, str]:
    """Return the texts that a link holds of choices that its page made."""
    return _find("_made", session)


def _get_marks(session: Session = st.session_state) -> dict[str, bool]:
    """Return what is marked: whether what was chosen is ahead of the address."""
    return _find("_marks", session)


def _find(key: str, session: Session) -> dict[str, Any]:
    found = session.get(key)
    return st.session_state.setdefault(key, {}) if found is None else found


def _look() -> dict[str, Any]:
    """Look into the session without a pause, so that a callback is done as a whole.

    At any other look streamlit leaves a callback once a later request has come, and does not call
    it again: a click would be lost to the key that is pressed right after it. This one copies the
    session, so a callback looks once, and what is no callback looks into the session itself.
    """
    return st.session_state.to_dict()


def chooser(key: str, as_text: Callable[[Any], str] = str) -> dict[str, Any]:
    """Return the ``key`` and ``on_change`` that tie a widget to one choice."""
    widget = f"_widget_{key}"

    def changed() -> None:
        choose(**{key: as_text(_look()[widget])})

    return {"key": widget, "on_change": changed}


def asker(key: str, take: Callable[[Any], None]) -> dict[str, Any]:
    """Return the ``key`` and ``on_change`` that hand what a widget was set to to a function.

    A file whose box was made a new one by that (see ``renumber``) was read, and is let go of.
    """
    widget = f"_widget_{key}"

    def changed() -> None:
        given, before = _look()[widget], _look().get("_numbered", 0)
        take(given)
        if isinstance(given, UploadedFile) and _look().get("_numbered", 0) != before:
            _let_go(given)

    return {"key": widget, "on_change": changed}


def _let_go(file: UploadedFile) -> None:
    """Let the server forget a file that was sent, which it would hold as long as the session."""
    run = get_script_run_ctx()
    if run is not None and isinstance(run.uploaded_file_mgr, MemoryUploadedFileManager):
        run.uploaded_file_mgr.remove_file(run.session_id, file.file_id)


def read_widget(key: str) -> Any:
    """Return what a widget with a key of its own was set to (for callbacks); None if nothing."""
    return st.session_state.get(key)


def preset(key: str, value: Any) -> None:
    """Set what the widget tied to a choice shows, before it is drawn."""
    st.session_state[f"_widget_{key}"] = value


def number_key(key: str) -> str:
    """Return the key of a widget that is a new, empty one after each ``renumber``."""
    return f"{key}_{st.session_state.get('_numbered', 0)}"


def renumber() -> None:
    """Make the widgets with numbered keys new ones (for callbacks)."""
    st.session_state["_numbered"] = st.session_state.get("_numbered", 0) + 1


def popover(key: str, *, is_apart: bool = False) -> dict[str, Any]:
    """Return the ``key`` and ``on_change`` of a popover that ``close`` can close.

    One that ``is_apart`` stands in a part of the page that runs again by itself.
    """
    return {"key": key, "on_change": "rerun" if is_apart else stay}


def close(key: str) -> None:
    """Close the popover of that key (for callbacks)."""
    st.session_state[key] = False


def map_widget(
    key: str,
    on_click: Callable[[float, float], None] | None,
    on_pick: Callable[[Mapping[str, Any]], None] | None = None,
) -> dict[str, Any]:
    """Return the ``key`` and ``on_change`` that hand a click on a map to a function.

    ``on_click`` is given lat and lon, ``on_pick`` all that the browser said, which is not checked.
    """
    widget = f"_map_{key}"

    def changed() -> None:
        said = _look().get(widget)
        if on_pick is not None:
            on_pick(said if isinstance(said, Mapping) else {})
            return
        spot = webmap.read_click(said)
        if spot is not None and on_click is not None:
            on_click(*spot)

    return {"key": widget, "on_change": changed}


def put_step(step: int) -> None:
    """Leave for the page which way the keys lead: -1 to the pair or theme before, 1 to the next."""
    st.session_state["_step"] = step


def take_step(known: Sequence[Any], now: Any) -> Any | None:
    """Return which of a page's views the keys lead to from the one shown, once; None for none."""
    step = st.session_state.pop("_step", 0)
    if not step or not known:
        return None
    at = known.index(now) if now in known else (-1 if step > 0 else 0)
    return known[(at + step) % len(known)]


def announce(sentence: str) -> None:
    """Leave a sentence for the next run of the page: what was done, or why it could not be."""
    st.session_state["_announced"] = sentence


def take_announcement() -> str:
    """Return the sentence that was left for this run, once; "" without one."""
    return st.session_state.pop("_announced", "")
