"""Access: the setting says how people are known, passphrases and tries hold, forgeries do not."""

import itertools
from typing import Any

import looping
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping import access
from mapping.access import Way, passphrase, tries
from mapping.access import __main__ as command
from mapping.errors import MappingError
from pages.shared import browsers, people

HALL, OTHER = "four walls and a kettle", "the host has another one"
KEPT = passphrase.make_hash(HALL)


def name_case(given: object) -> str:
    """Name a case by its first word: a hash has another salt in each process."""
    return str(given).strip().partition(" ")[0] or "nothing"


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("", Way.OFF),
        (" off ", Way.OFF),
        ("Sign-In", Way.SIGN_IN),
        ("header X-User from 10.0.0.5", Way.HEADER),
        ("header X-User from 10.0.0.5, ::1", Way.HEADER),
        (f"passphrase {KEPT}", Way.PASSPHRASE),
        (f"passphrase {KEPT} {passphrase.make_hash(OTHER)}", Way.PASSPHRASE),
    ],
    ids=name_case,
)
def test_one_setting_says_how_people_are_known(text, way):
    found = access.setting.read(text)
    assert found.way is way
    assert found.is_on == (way is not Way.OFF)


@pytest.mark.parametrize(
    "text",
    [
        "on",
        "yes",
        "sign-in please",
        "header X-User",
        "header X-User from",
        "header X-User from everywhere",
        "header X-User from 10.0.0.0/8",
        "header X User from 10.0.0.5",
        "passphrase",
        f"passphrase {HALL}",
        f"passphrase {KEPT} {KEPT} {KEPT}",
    ],
    ids=name_case,
)
def test_what_is_no_setting_is_refused_in_a_sentence_and_lets_nobody_in(text, monkeypatch):
    with pytest.raises(MappingError, match="COMMON_GROUND_ACCESS") as told:
        access.setting.read(text)
    assert HALL not in str(told.value)
    monkeypatch.setenv(access.setting.VARIABLE, text)
    people.read_setting.cache_clear()
    try:
        assert people.is_on()
        assert people.find() == access.NOBODY
        assert people.list_middleware()
    finally:
        monkeypatch.undo()
        people.read_setting.cache_clear()


def test_secrets_that_cannot_be_read_let_nobody_in(monkeypatch, tmp_path):
    (tmp_path / "secrets.toml").write_text('COMMON_GROUND_ACCESS = "sign-in')
    monkeypatch.setattr(people.st, "get_option", lambda _: [str(tmp_path / "secrets.toml")])
    monkeypatch.setattr(people.st.secrets, "load_if_toml_exists", lambda: False)
    people.read_setting.cache_clear()
    try:
        assert people.find() == access.NOBODY
        with pytest.raises(MappingError, match="no TOML"):
            people.read_setting()
    finally:
        monkeypatch.undo()
        people.read_setting.cache_clear()


def test_while_it_is_off_everybody_is_anybody_and_nothing_stands_before_the_app():
    assert people.find() == access.ANYBODY
    assert people.list_middleware() == []


@given(st.text(max_size=80))
def test_a_text_is_a_setting_or_a_sentence(text):
    try:
        is_off = not access.setting.read(text).is_on
    except MappingError:
        return
    assert is_off == (text.strip().lower() in ("", "off"))


@pytest.mark.parametrize(
    ("typed", "is_right"),
    [
        (HALL, True),
        (f"  {HALL} ", True),
        (HALL.replace(" ", "  "), True),
        (HALL.upper(), False),
        (HALL[:-1], False),
        ("", False),
        ("x" * 10_000, False),
    ],
)
def test_a_passphrase_is_right_or_wrong(typed, is_right):
    assert passphrase.check(typed, KEPT) is is_right


def test_a_passphrase_is_kept_salted_and_never_as_it_is():
    again = passphrase.make_hash(HALL)
    assert again != KEPT
    assert "kettle" not in KEPT
    assert passphrase.is_hash(again)
    with pytest.raises(MappingError, match="12 to 200 letters"):
        passphrase.make_hash("too short")


def test_the_command_prints_a_hash_and_never_the_passphrase(capsys):
    assert command.main(lambda _: HALL) == 0
    printed = capsys.readouterr().out.strip()
    assert passphrase.check(HALL, printed)
    answers = iter([HALL, OTHER])
    assert command.main(lambda _: next(answers)) == 1
    assert HALL not in capsys.readouterr().err


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_wrong_tries_from_one_address_are_limited_and_forgotten_in_time():
    clock = Clock()
    found = tries.Tries(clock)
    assert all(found.take("a") for _ in range(tries.MAX_WRONG_FROM_ONE))
    assert not found.take("a")
    assert found.take("b")
    assert "10 minutes" in found.explain("a")
    clock.now = tries.WITHIN_S
    assert found.wait_s("a") == 0
    assert found.take("a")


def test_wrong_tries_from_everywhere_are_limited_too():
    found = tries.Tries(Clock())
    taken = sum(found.take(f"10.0.{n}.{m}") for n, m in itertools.product(range(4), range(200)))
    assert taken == tries.MAX_WRONG


def test_right_tries_are_not_counted_so_a_whole_hall_comes_in():
    found = tries.Tries(Clock())
    for _ in range(200):
        assert found.take("a")
        found.give_back("a")
    assert found.wait_s("a") == 0


CLAIMS = {"is_logged_in": True, "email": "Ann@Example.org", "name": "Ann", "exp": 4e9}


def test_claims_name_somebody_until_her_token_ends():
    known = people.read_claims(CLAIMS)
    assert known.now() == access.Person("ann@example.org", "Ann")
    assert people.read_claims({**CLAIMS, "exp": 1}).now() == access.NOBODY
    with people.acting(known._replace(until=1)):
        assert people.find() == access.NOBODY


@pytest.mark.parametrize(
    "lacking",
    [
        {"is_logged_in": False},
        {"email": None},
        {"email": "the hall"},
        {"email": "a\nb@example.org"},
        {"email_verified": False},
        {"exp": None},
        {"exp": True},
        {"exp": "4000000000"},
    ],
)
def test_claims_that_lack_what_it_takes_name_nobody(lacking):
    assert people.read_claims({**CLAIMS, **lacking}).now() == access.NOBODY


def test_a_sign_in_that_somebody_ended_is_told_from_the_next():
    claims = {**CLAIMS, "nonce": "a", "tokens": {"id": "long"}}
    browsers.end_sign_in(claims)
    assert browsers.has_ended({**dict(reversed(claims.items())), "tokens": {}})
    assert not browsers.has_ended({**claims, "nonce": "b"})
    nobody = {"is_logged_in": False}
    browsers.end_sign_in(nobody)  # a second click, after the first has ended it
    assert not browsers.has_ended(nobody)


HEADER = access.setting.read("header X-User from 10.0.0.5")
BROWSER, ELSE = "b" * 43, "e" * 43


def asked(
    path: str = "/_stcore/stream",
    kind: str = "websocket",
    client: str = "10.0.0.5",
    method: str = "GET",
    browser: str = "",
    peer: str = "",
    **headers: str,
) -> dict[str, Any]:
    """Return what a server tells the app of a connection."""
    told = [(n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()]
    if browser:
        told.append((b"cookie", f"a=1; {browsers.COOKIE}={browser}".encode()))
    found = {"type": kind, "path": path, "method": method, "client": (client, 1), "headers": told}
    return {**found, browsers.PEER: (peer, 1)} if peer else found


def passed(scope: dict[str, Any], content: bytes = b"", disposition: str = "") -> dict[str, Any]:
    """Let a connection come to the guard; return what the app saw of it, and what was answered."""
    seen: dict[str, Any] = {"status": 0, "body": b"", "headers": [], "scope": None}

    async def app(scope, _, send) -> None:
        seen["scope"] = scope
        told = [(b"content-disposition", disposition.encode())] if disposition else []
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": told})
            await send({"type": "http.response.body", "body": content})

    async def send(message) -> None:
        seen["status"] = message.get("status", seen["status"])
        seen["headers"] += message.get("headers", [])
        seen["body"] += message.get("body", b"")

    async def receive() -> dict[str, Any]:
        return {}

    looping.run(browsers.Guard(app, HEADER)(scope, receive, send))
    return seen


def told(scope: dict[str, Any]) -> str:
    """Return who the proxy says it is, as the app is told; "" if it is not."""
    headers = passed(scope)["scope"]["headers"]
    assert not [v for n, v in headers if n == b"x-user"]
    return "".join(v.decode() for n, v in headers if n == browsers.PASSED_ON.encode())


def test_the_proxys_word_counts_from_its_own_address():
    assert told(asked(x_user="ann@example.org")) == "ann@example.org"
    assert told(asked(client="::ffff:10.0.0.5", x_user="ann@example.org")) == "ann@example.org"


@pytest.mark.parametrize(
    "forged",
    [
        {"client": "10.0.0.6"},
        {"client": "testclient"},
        {"client": "10.0.0.5", "peer": "10.0.0.9"},
        {"client": "10.0.0.5", "x_forwarded_for": "10.0.0.5"},
    ],
)
def test_a_forged_header_from_elsewhere_is_ignored(forged):
    assert told(asked(x_user="ann@example.org", **forged)) == ""


def test_a_header_said_twice_and_one_under_the_guards_own_name_are_ignored():
    scope = asked(x_user="sam@example.org")
    scope["headers"].append((b"x-user", b"ann@example.org"))
    assert told(scope) == ""
    scope = asked(client="10.0.0.9")
    scope["headers"].append((browsers.PASSED_ON.encode(), b"ann@example.org"))
    assert told(scope) == ""


def test_a_session_goes_on_in_its_own_browser_alone():
    browsers.note_session("s1", BROWSER)
    for browser, goes_on in ((BROWSER, True), (ELSE, False), ("", False)):
        scope = asked(browser=browser, sec_websocket_protocol="streamlit, x, s1")
        headers = dict(passed(scope)["scope"]["headers"])
        assert (b"s1" in headers[b"sec-websocket-protocol"]) is goes_on


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_file_is_put_in_and_taken_out_by_the_browser_of_its_session(method):
    browsers.note_session("s2", BROWSER)
    path = "/_stcore/upload_file/s2/f1"
    assert passed(asked(path, "http", method=method, browser=BROWSER))["status"] == 200
    for browser in (ELSE, ""):
        assert passed(asked(path, "http", method=method, browser=browser))["status"] == 404
    assert passed(asked(f"/{path}", "http", method=method, browser=ELSE))["status"] == 404


def test_a_file_is_downloaded_by_the_browser_that_it_was_offered_to():
    browsers.note_file(b"hers", BROWSER)
    for content, browser, status in (
        (b"hers", BROWSER, 200),
        (b"hers", ELSE, 404),
        (b"hers", "", 404),
        (b"not offered", BROWSER, 404),
    ):
        scope = asked("/media/a.zip", "http", browser=browser, range="bytes=0-1")
        answer = passed(scope, content, "attachment; filename=a.zip")
        assert answer["status"] == status
        assert (answer["body"] == content) == (status == 200)
    assert passed(asked("/media/icon.svg", "http"), b"<svg/>")["status"] == 200


def test_a_map_is_fetched_by_the_browsers_that_it_was_drawn_for():
    browsers.note_drawn(["geo/own-1.json"], BROWSER)
    path = "/app/static/geo/own-1.json"
    assert passed(asked(path, "http", browser=BROWSER))["status"] == 200
    assert passed(asked(path, "http", browser=ELSE))["status"] == 404
    assert passed(asked("/app/static/vendor/leaflet.js", "http"))["status"] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/app/static//geo/own-1.json",
        "//app/static/geo/own-1.json",
        "/app/static/geo/x/../own-1.json",
        "/app/static/vendor/../geo/own-1.json",
        "/app/static/./geo/own-1.json",
        "/app/static/vendor\\..\\geo/own-1.json",
    ],
)
def test_no_other_way_of_writing_a_path_leads_to_it(path):
    browsers.note_drawn(["geo/own-1.json"], BROWSER)
    assert passed(asked(path, "http", browser=ELSE))["status"] == 404


def test_a_browser_gets_its_cookie_with_its_first_page():
    (cookie,) = (v for n, v in passed(asked("/gaps", "http"))["headers"] if n == b"set-cookie")
    assert b"HttpOnly" in cookie
    assert b"SameSite=Lax" in cookie
    assert b"Secure" not in cookie
    assert (
        b"Secure"
        in dict(passed({**asked("/", "http"), "scheme": "https"})["headers"])[b"set-cookie"]
    )
    for scope in (asked("/gaps", "http", browser=BROWSER), asked("/_stcore/health", "http")):
        assert passed(scope)["headers"] == []


def test_a_passphrase_lets_one_browser_in_for_its_time(monkeypatch):
    browsers.let_in(BROWSER, access.HALL)
    found = browsers.find_let_in(BROWSER)
    assert found is not None
    assert found[0] == access.HALL
    assert browsers.find_let_in(ELSE) is None
    monkeypatch.setattr(browsers.time, "time", lambda: found[1] + 1)
    assert browsers.find_let_in(BROWSER) is None
    monkeypatch.undo()
    browsers.let_out(BROWSER)
    assert browsers.find_let_in(BROWSER) is None
