"""Several processes behind one address, as ``docs/deploy.md`` says, on this machine only."""

import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urlsplit

from benchmarks.server import ROOT, Server, serving
from deploy.probe import probe
from mapping.errors import MappingError

CONFIG = ROOT / "deploy" / "haproxy.cfg"
COOKIE = "SERVER"
"""Says which process a visitor stays with: its port."""
START_S = 20


class Behind(NamedTuple):
    """Processes behind one address, and that address."""

    url: str
    processes: Sequence[Server]


def executable() -> str:
    """Return the path of HAProxy; "" where it is not installed."""
    return shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin") or ""


def write_config(port: int, urls: Sequence[str]) -> str:
    """Return the configuration that ships, for one port of this machine and some processes."""
    servers = [
        f"  server {at} 127.0.0.1:{at} cookie {at}\n" for at in (urlsplit(url).port for url in urls)
    ]
    text = CONFIG.read_text(encoding="utf-8")
    text, bound = re.subn(r"^  bind :80$", f"  bind 127.0.0.1:{port}", text, flags=re.MULTILINE)
    text, held = re.subn(r"(^  server .*\n)+", "".join(servers), text, flags=re.MULTILINE)
    assert (bound, held) == (1, 1), "the configuration has another form than is known here"
    return text


@contextmanager
def behind_proxy(count: int, folder: Path, database: str) -> Iterator[Behind]:
    """Serve the app by some processes, which share a folder for derived shapes and a database.

    They are ready when it begins. Raises MappingError if one is not, or if HAProxy is missing.
    """
    with ExitStack() as stack:
        env = {"COMMON_GROUND_CACHE": str(folder), "COMMON_GROUND_DATABASE": database}
        servers = [stack.enter_context(serving(ROOT / "app.py", env=env)) for _ in range(count)]
        for server in servers:
            if fault := probe(server.url):
                raise MappingError(fault)
        yield Behind(stack.enter_context(_proxying([one.url for one in servers])), servers)


@contextmanager
def _proxying(urls: Sequence[str]) -> Iterator[str]:
    """Run HAProxy before some processes, and give its address when it lets visitors through."""
    if not executable():
        raise MappingError("Expected HAProxy; found none. Install it (Debian: haproxy).")
    with TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        config = Path(folder) / "haproxy.cfg"
        config.write_text(write_config(port, urls), encoding="utf-8")
        command = [executable(), "-db", "-f", str(config)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _await_through(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=10)


def _await_through(url: str) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise MappingError(f"Expected HAProxy to let visitors through within {START_S} s; it did not.")
