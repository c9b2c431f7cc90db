"""Headers: what a browser is told that the app's pages, and the frames in them, may not do.

The app sends them with every answer; ``deploy/haproxy.cfg`` has the same lines, for answers that
are the proxy's own.
"""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

import streamlit

FRAME_PATH = "/component/"
"""What the path of a component's frame has in it; a map is in such a frame."""
STREET_MAP = "https://tile.openstreetmap.org"
"""The one address outside that a map may show pictures of, where its reader asks for them."""
OPENED = ("text/html", "image/svg+xml", "application/xml", "application/xhtml+xml", "text/xml")
"""How the content type begins of what may hold scripts."""
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_NOTHING_ELSE = {
    "style-src": "'self' 'unsafe-inline'",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}


@cache
def hash_scripts() -> tuple[str, ...]:
    """Return the hash of each script within streamlit's page, as a policy names it.

    They are those of the streamlit that is installed.
    """
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    found = _INLINE.findall(page.read_text(encoding="utf-8"))
    return tuple(f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in found)


@cache
def write_page_policy() -> str:
    """Return the policy of the app's page: what is its own, in nobody else's frame."""
    return _join(
        {
            "script-src": " ".join(("'self' blob:", *hash_scripts())),
            "img-src": "'self' data: blob:",
            "frame-src": "'self'",
            "worker-src": "'self' blob:",
            "media-src": "'self' blob:",
            "manifest-src": "'self'",
            **_NOTHING_ELSE,
            "frame-ancestors": "'none'",
        }
    )


@cache
def write_frame_policy() -> str:
    """Return the policy of a component's frame, in whose page folium writes its script."""
    return _join(
        {
            "script-src": "'self' 'unsafe-inline'",
            "img-src": f"'self' data: blob: {STREET_MAP}",
            **_NOTHING_ELSE,
            "frame-ancestors": "'self'",
        }
    )


def list_headers(path: str, kind: str) -> dict[str, str]:
    """Return the headers of an answer to a path, by their names; ``kind`` is its content type.

    Only what a browser may open by itself has the longer ones. A frame may tell the street map,
    if that is asked for, which site it is on, as that asks of whoever shows it; the page tells
    nobody anything.
    """
    always = {"X-Content-Type-Options": "nosniff"}
    if not kind.startswith(OPENED):
        return always
    is_frame = FRAME_PATH in path
    return always | {
        "Content-Security-Policy": write_frame_policy() if is_frame else write_page_policy(),
        "X-Frame-Options": "SAMEORIGIN" if is_frame else "DENY",
        "Referrer-Policy": "strict-origin-when-cross-origin" if is_frame else "same-origin",
    }


def _join(directives: dict[str, str]) -> str:
    whole = {"default-src": "'none'", **directives}
    return "; ".join(f"{name} {allowed}" for name, allowed in whole.items())
