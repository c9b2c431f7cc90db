"""A provider of sign-in on this machine, to try the app with; it lets everybody in at once."""

import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "common-ground", "not-a-secret"
KEY = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})
NAMES = ("authorize", "token", "jwks", "userinfo", "logout")


@dataclass
class Provider:
    """What the provider says of whoever comes: ``claims`` on top of the usual ones.

    A claim that is None is left out; the token ends after ``lasts_s``.
    """

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    lasts_s: int = 300
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def make_token(self, asked: dict[str, str]) -> str:
        """Return the token of whoever asked."""
        now = int(time.time())
        usual = {
            "iss": self.url,
            "sub": "u1",
            "aud": CLIENT,
            "iat": now,
            "exp": now + self.lasts_s,
            "nonce": asked.get("nonce"),
            "email": "ann@example.org",
            "name": "Ann",
        }
        claims = {name: v for name, v in {**usual, **self.claims}.items() if v is not None}
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, KEY, algorithms=["RS256"])


@contextmanager
def providing() -> Iterator[Provider]:
    """Run the provider on a free port of this machine."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            given = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/authorize":
                code = secrets.token_urlsafe(8)
                provider.asked[code] = given
                back = urlencode({"code": code, "state": given["state"]})
                self._answer({}, 302, f"{given['redirect_uri']}?{back}")
            elif parts.path == "/logout":
                self._answer({}, 302, given.get("post_logout_redirect_uri", provider.url))
            elif parts.path == "/jwks":
                self._answer({"keys": [KEY.as_dict(private=False)]})
            else:
                ends = {f"{name}_endpoint": f"{provider.url}/{name}" for name in NAMES}
                self._answer(
                    {
                        **ends,
                        "authorization_endpoint": f"{provider.url}/authorize",
                        "end_session_endpoint": f"{provider.url}/logout",
                        "jwks_uri": f"{provider.url}/jwks",
                        "issuer": provider.url,
                        "response_types_supported": ["code"],
                        "subject_types_supported": ["public"],
                        "id_token_signing_alg_values_supported": ["RS256"],
                    }
                )

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            form = {n: v[0] for n, v in parse_qs(self.rfile.read(size).decode()).items()}
            token = provider.make_token(provider.asked.pop(form["code"]))
            self._answer({"access_token": "a", "token_type": "Bearer", "id_token": token})

        def _answer(self, body: dict[str, Any], status: int = 200, to: str = "") -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            if to:
                self.send_header("Location", to)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield provider
        server.shutdown()
