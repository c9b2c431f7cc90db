"""Probe: is a process ready for visitors? If no page was shown on it yet, one is opened.

    python -m deploy.probe http://127.0.0.1:8501

A process that has only just started answers, but lacks what streamlit takes up while it first
runs a page: the files of the map's frame. The probe is that first visitor. It ends with 0 if the
process is ready, else with 1 and a sentence; run again, on a process that is ready, it only asks.
"""

import argparse
import sys
import time
import urllib.error
import urllib.request

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import WebSocketException
from websockets.sync.client import connect

PATIENCE_S = 90.0
"""So long a process may take from its start to its first page."""
PAUSE_S = 0.2


def probe(url: str, patience_s: float = PATIENCE_S) -> str:
    """Return "" as soon as the process at an address is ready, or a sentence on what it lacks.

    ``url`` is the process's own, not the proxy's: ``http://127.0.0.1:8501``. Waits until the
    process answers at all, and then for its first page, both within ``patience_s`` seconds.
    """
    until = time.monotonic() + patience_s
    while (status := ask(url)) == 0:
        if time.monotonic() > until:
            return f"Expected an answer at {url} within {patience_s:.0f} s; there was none."
        time.sleep(PAUSE_S)
    if status == 200:
        return ""
    try:
        fault = _open_page(url, until)
    except (TimeoutError, OSError, WebSocketException) as error:
        fault = f"Expected a page at {url} within {patience_s:.0f} s; found {type(error).__name__}."
    if fault or ask(url) == 200:
        return fault
    return f"Expected {url} to be ready after its first page; it is not."


def ask(url: str) -> int:
    """Return the status with which a process says whether it is ready; 0 without an answer."""
    try:
        with urllib.request.urlopen(f"{url}/ready", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return 0


def _open_page(url: str, until: float) -> str:
    """Open the first page as a browser does; a sentence if it shows a fault."""
    opened = BackMsg()
    opened.rerun_script.page_name = ""
    opened.rerun_script.context_info.url = f"{url}/"
    faults, kind = 0, ""
    with connect(f"{url.replace('http', 'ws', 1)}/_stcore/stream", max_size=None) as socket:
        socket.send(opened.SerializeToString())
        while kind != "script_finished":
            said = ForwardMsg()
            said.ParseFromString(socket.recv(max(until - time.monotonic(), 0.0), decode=False))
            kind = str(said.WhichOneof("type"))
            if kind == "delta":
                faults += said.delta.new_element.WhichOneof("type") == "exception"
    return f"The first page of {url} shows a fault; its log says which." if faults else ""


def main(arguments: list[str] | None = None) -> int:
    """Run the probe from the command line; returns what the process ends with."""
    parser = argparse.ArgumentParser(prog="python -m deploy.probe", description=__doc__)
    parser.add_argument("url", help="the address of the process: http://127.0.0.1:8501")
    parser.add_argument("--patience", type=float, default=PATIENCE_S, metavar="SECONDS")
    given = parser.parse_args(arguments)
    if fault := probe(given.url.rstrip("/"), given.patience):
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
