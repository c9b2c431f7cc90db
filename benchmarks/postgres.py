"""A PostgreSQL of one's own: in a new folder, on a free port of this machine only."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

FOLDERS = Path("/usr/lib/postgresql")
"""Where Debian puts the programs of each version."""
OWNER = "postgres"
START_S = 30
HASTY = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
"""What lets a server answer before anything is on its disk."""


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest; None if it is not installed."""
    found = sorted(FOLDERS.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


class Cluster:
    """A server with a folder and a port of its own, that can be stopped and started again."""

    def __init__(
        self,
        programs_: Path,
        folder: Path,
        port: int,
        as_owner: dict[str, Any],
        is_lasting: bool = True,
    ) -> None:
        self.url = f"postgresql://{OWNER}@127.0.0.1:{port}"
        self._command: list[str | Path] = [
            programs_ / "postgres",
            "-D",
            folder,
            "-p",
            str(port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            *(() if is_lasting else HASTY),
        ]
        self._as_owner = {**as_owner, "cwd": folder}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._process = subprocess.Popen(self._command, stderr=subprocess.DEVNULL, **self._as_owner)
        _await(self.url)

    def stop(self) -> None:
        """Stop the server at once, as when its machine fails; what was committed stays."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=START_S)
            self._process = None


@contextlib.contextmanager
def cluster(folder_of_programs: Path, *, is_lasting: bool = True) -> Iterator[Cluster]:
    """Make a server that is not started yet; ends with the block.

    Unless it is ``is_lasting``, it does not wait for its disk: what it keeps would not outlive a
    fault of the whole machine.

    It refuses to be run by root, so it is then run by the account that its package makes.
    """
    as_owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        as_owner = {"user": OWNER, "group": OWNER, "extra_groups": []}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, socket.socket() as probe:
        folder = Path(name) / "cluster"
        folder.mkdir()
        if as_owner:
            Path(name).chmod(0o711)
            shutil.chown(folder, OWNER, OWNER)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        options = ["-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
        initdb: list[str | Path] = [folder_of_programs / "initdb", "-D", folder, *options]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_owner)
        found = Cluster(folder_of_programs, folder, port, as_owner, is_lasting)
        try:
            yield found
        finally:
            found.stop()


@contextlib.contextmanager
def running(folder_of_programs: Path, *, is_lasting: bool = True) -> Iterator[str]:
    """Run a server and give its address, without a database's name; ends with the block.

    ``is_lasting`` is that of ``cluster``.
    """
    with cluster(folder_of_programs, is_lasting=is_lasting) as found:
        found.start()
        yield found.url


def _await(url: str) -> None:
    until = time.monotonic() + START_S
    while True:
        try:
            psycopg.connect(f"{url}/postgres", connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def database(url: str, name: str) -> str:
    """Make an empty database and return its address."""
    with psycopg.connect(f"{url}/postgres", autocommit=True) as db:
        db.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    return f"{url}/{name}"
