"""Serving: how the app's server is put together, before its first visitor comes."""

from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit import net_util

from pages.shared import admission, opening, people, router

READY = "/ready"
"""Answers 200 once a page was shown in full, and 503 until then."""


def prepare() -> dict[str, Any]:
    """Prepare the process, and return what ``st.App`` takes beside its script."""
    router.claim_pages()
    stay_in()
    base = st.get_option("server.baseUrlPath").strip("/")
    return {
        "lifespan": opening.load_beside,
        "routes": [Route(f"/{base}{READY}" if base else READY, _say_ready)],
        "middleware": [Middleware(admission.Admission), *people.list_middleware()],
    }


def stay_in() -> None:
    """Keep streamlit from asking a host outside for this machine's address.

    It would ask whenever a page of another site connects, for up to two seconds in which
    everybody waits. The address is taken to be none.
    """
    net_util._external_ip = ""


async def _say_ready(_: Request) -> PlainTextResponse:
    if opening.was_shown():
        return PlainTextResponse("ready")
    return PlainTextResponse("no page was shown yet", status_code=503)
