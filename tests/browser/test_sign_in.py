"""Signing in at a provider: there and back, in vain in words, until the token ends, and out."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from playwright.sync_api import Page, expect
from provider import CLIENT, SECRET, Provider, providing

from benchmarks.server import ROOT, await_ready, serving
from mapping.access import setting
from pages.shared import door

pytestmark = pytest.mark.browser

SECRETS = """
COMMON_GROUND_ACCESS = "sign-in"
[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "a-long-text-for-tests-and-nothing-else"
client_id = "{client}"
client_secret = "{secret}"
server_metadata_url = "{url}/.well-known/openid-configuration"
"""
PLYMOUTH = "place=borough.E06000026"
LONG_S = 60_000


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providing() as found:
        yield found


@pytest.fixture(scope="module")
def address(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the app with access switched on, by its file of secrets alone."""
    folder: Path = tmp_path_factory.mktemp("sign_in")
    told = SECRETS.format(client=CLIENT, secret=SECRET, url=provider.url)
    (folder / "secrets.toml").write_text(told)
    given = {
        "STREAMLIT_SECRETS_FILES": str(folder / "secrets.toml"),
        "COMMON_GROUND_DATABASE": str(folder / "kept.sqlite"),
    }
    with patch.dict(os.environ, given):
        os.environ.pop(setting.VARIABLE, None)
        with serving(ROOT / "app.py") as server:
            await_ready(server)
            yield server.url


@pytest.fixture(autouse=True)
def as_usual(provider: Provider) -> None:
    provider.claims, provider.lasts_s = {}, 300


def sign_in(page: Page) -> None:
    page.get_by_role("button", name="Sign in", exact=True).click()


def door_of(page: Page, url: str) -> None:
    page.goto(url)
    heading = page.get_by_role("heading", name=door.TITLE)
    expect(heading).to_be_visible(timeout=LONG_S)


def says(page: Page, told: str) -> None:
    expect(page.get_by_role("alert").filter(has_text=told)).to_be_visible(timeout=LONG_S)


def test_who_signs_in_comes_back_to_the_page_and_link_she_opened_and_can_leave(
    page: Page, address: str
) -> None:
    door_of(page, f"{address}/gaps?{PLYMOUTH}")
    assert page.get_by_role("link", name="Upload").count() == 0
    sign_in(page)
    expect(page.locator("h1.cg-finding")).to_contain_text("Plymouth", timeout=LONG_S)
    assert "/gaps?" in page.url
    page.get_by_role("button", name="Signed in: Ann").click()
    expect(page.get_by_text("until your sign-in ends")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name=door.TITLE)).to_be_visible(timeout=LONG_S)
    page.reload()
    expect(page.get_by_role("heading", name=door.TITLE)).to_be_visible(timeout=LONG_S)


def test_who_signs_out_is_out_in_all_windows_also_if_her_browser_keeps_its_cookie(
    page: Page, address: str
) -> None:
    door_of(page, f"{address}/gaps?{PLYMOUTH}")
    sign_in(page)
    expect(page.locator("h1.cg-finding")).to_contain_text("Plymouth", timeout=LONG_S)
    other = page.context.new_page()
    other.route("**/auth/logout*", lambda route: None)  # it waits there until she closes it
    other.goto(f"{address}/data_and_method?{PLYMOUTH}")
    other.get_by_role("button", name="Signed in: Ann").click(timeout=LONG_S)
    with other.expect_request("**/auth/logout*", timeout=LONG_S):
        other.get_by_role("button", name="Sign out").click(no_wait_after=True)
    other.close()
    assert "_streamlit_user" in {cookie["name"] for cookie in page.context.cookies()}
    page.get_by_role("link", name="Mismatches").first.click()
    says(page, door.SIGNED_OUT)
    page.reload()
    says(page, door.SIGNED_OUT)
    sign_in(page)
    expect(page.get_by_role("button", name="Signed in: Ann")).to_be_visible(timeout=LONG_S)


@pytest.mark.parametrize("claims", [{"nonce": "another"}, {"aud": "another"}, {"sub": None}])
def test_a_sign_in_that_comes_to_nothing_is_told_in_words(
    page: Page, address: str, provider: Provider, claims: dict
) -> None:
    provider.claims = claims
    door_of(page, f"{address}/gaps?{PLYMOUTH}")
    assert page.get_by_role("alert").count() == 0
    sign_in(page)
    says(page, "You came back from signing in, but are not signed in")
    provider.claims = {}
    sign_in(page)
    expect(page.locator("h1.cg-finding")).to_contain_text("Plymouth", timeout=LONG_S)


@pytest.mark.parametrize("claims", [{"email": None}, {"email_verified": False}])
def test_who_has_no_address_that_counts_is_told_so(
    page: Page, address: str, provider: Provider, claims: dict
) -> None:
    provider.claims = claims
    door_of(page, address)
    sign_in(page)
    says(page, door.NO_ADDRESS)


def test_a_token_that_has_ended_ends_the_sign_in_though_the_cookie_is_there(
    page: Page, address: str, provider: Provider
) -> None:
    provider.lasts_s = -30  # the library lets clocks differ by two minutes
    door_of(page, address)
    sign_in(page)
    says(page, door.ENDED)
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert "_streamlit_user" in names


def test_at_another_address_than_the_one_led_back_to_that_one_is_offered(
    page: Page, address: str
) -> None:
    door_of(page, f"{address.replace('127.0.0.1', 'localhost')}/gaps")
    says(page, door.ELSEWHERE)
    link = page.get_by_role("link", name="Open the address that signing in leads to")
    assert link.get_attribute("href") == f"{address}/gaps"
    assert page.get_by_role("button", name="Sign in", exact=True).count() == 0
