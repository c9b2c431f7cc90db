"""A streamlit server of one's own: its start, its address and its memory."""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mapping.errors import MappingError

ROOT = Path(__file__).resolve().parents[1]
START_S = 60


@dataclass(frozen=True)
class Server:
    """A running server: its process, address, and when it was started (``perf_counter``)."""

    process: subprocess.Popen[bytes]
    url: str
    started: float

    def memory_mb(self) -> float:
        """Return the resident memory of the server and of all its children, in MB (10⁶)."""
        return sum(_resident_bytes(pid) for pid in family(self.process.pid)) / 1e6


@contextmanager
def serving(
    script: Path,
    *,
    cwd: Path = ROOT,
    base: str = "",
    port: int = 0,
    log: IO[bytes] | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Serve a streamlit script on a port of this machine, a free one for 0; end it afterwards.

    The server takes the settings of ``cwd``'s ``.streamlit/config.toml``, finds modules from the
    project's root, and is not awaited: see ``await_ready``. ``base`` is the path that it serves
    below; what it says goes to ``log``. Unless COMMON_GROUND_DATABASE says otherwise, what is
    saved there ends with it. ``env`` is added to the environment.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(script),
        "--server.headless=true",
        "--server.address=127.0.0.1",
        f"--server.port={port}",
        f"--server.baseUrlPath={base}",
    ]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        kept = {"COMMON_GROUND_DATABASE": str(Path(folder) / "workspaces.sqlite")}
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**kept, **os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
            stdout=log or subprocess.DEVNULL,
            stderr=subprocess.STDOUT if log else None,
        )
        try:
            yield Server(process, f"http://127.0.0.1:{port}/{base}".rstrip("/"), started)
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def await_ready(server: Server) -> None:
    """Return as soon as the server answers. Raises MappingError if it does not, in 60 s."""
    while time.perf_counter() < server.started + START_S and server.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    raise MappingError(
        f"Expected a server at {server.url} within {START_S} s; it did not answer "
        f"(exit code {server.process.poll()}). Run its script by hand to see why."
    )


@contextmanager
def checked_out(commit: str) -> Iterator[Path | None]:
    """Give a folder with the files of a commit while it is needed; None if it is not known."""
    with tempfile.TemporaryDirectory() as folder:
        worktree = ["git", "-C", str(ROOT), "worktree"]
        made = subprocess.run([*worktree, "add", "--detach", folder, commit], capture_output=True)
        if made.returncode:
            print(f"commit {commit} is not at hand: its rows are left out", file=sys.stderr)
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run([*worktree, "remove", "--force", folder], capture_output=True)


def prepare_empty_app(folder: Path) -> Path:
    """Lay out the empty app in a folder of its own, with Leaflet in ``static/``.

    It gets the settings that make maps work without the internet, and no theme. Returns
    its script.
    """
    spec = importlib.util.find_spec("xstatic.pkg.leaflet")
    assert spec is not None
    assert spec.origin is not None
    leaflet = Path(spec.origin).parent / "data"
    for name in ("static", ".streamlit"):
        (folder / name).mkdir()
    for name in ("leaflet.js", "leaflet.css"):
        shutil.copyfile(leaflet / name, folder / "static" / name)
    (folder / ".streamlit" / "config.toml").write_text(
        "[server]\nenableStaticServing = true\n[browser]\ngatherUsageStats = false\n"
        'serverAddress = "localhost"\n'
    )
    return Path(shutil.copyfile(Path(__file__).with_name("empty_app.py"), folder / "app.py"))


def family(pid: int) -> list[int]:
    """Return a process and all that descend from it, by their numbers (Linux)."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):  # ended since it was listed
            continue
        children.setdefault(int(after_name[1]), []).append(int(status.parent.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def processor_s(server: Server) -> float:
    """Return the processor time that a server and all its children took so far (Linux)."""
    ticks = 0
    for pid in family(server.process.pid):
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(after_name[11]) + int(after_name[12])  # as user, as system
    return ticks / os.sysconf("SC_CLK_TCK")


def _resident_bytes(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
