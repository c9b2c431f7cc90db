#!/usr/bin/env bash
# streamlit: a change whose callback is still at work when the next request comes is lost.
#
# Expected: what a widget's on_change does is done as a whole: it is called once for each change,
# before the page's own code, and a second change while it works is answered after it, as in any
# other toolkit.
# Seen: the second request is served at once, in a thread of its own, by a page that knows nothing
# yet of the first change. The first callback works on beside it, until its next look into
# st.session_state: there it ends, without a word, and it is not called again, since to the runs
# that follow its widget's value is no news. What stood before that look is done, what stood after
# it never is. On a map that hands back clicks this is a click, then a key or a box within the
# time that the callback takes: the spot is half chosen, or not at all.
# st.session_state.to_dict() is a look that does not end it.
# Versions: streamlit 1.67.0. Date: 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q streamlit==1.67.0
cat >"$work/app.py" <<'PY'
import time

import streamlit as st

WRITTEN = st.cache_resource(lambda: [])()


def choose(look: str) -> None:
    WRITTEN.append("began")
    time.sleep(0.5)  # counts, reads a table …
    spot = st.session_state.to_dict()["spot"] if look == "whole" else st.session_state["spot"]
    WRITTEN.append(spot)


look = st.query_params["look"]
st.text_input("Spot", key="spot", on_change=choose, args=(look,))
st.text_input("Name", key="name")
st.text("; ".join(WRITTEN))
PY
cat >"$work/client.py" <<'PY'
import asyncio
import sys

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


def request(look, held):
    message = BackMsg()
    message.rerun_script.query_string = f"look={look}"
    for name, text in held.items():
        message.rerun_script.widget_states.widgets.add(id=name, string_value=text)
    return message.SerializeToString()


async def act(port, look, pause):
    """Type a spot, then a name after ``pause`` seconds; return what the callback has written."""
    ids, text = {}, ""
    async with websockets.connect(f"ws://127.0.0.1:{port}/_stcore/stream") as socket:

        async def await_quiet():
            nonlocal text
            while True:
                try:
                    data = await asyncio.wait_for(socket.recv(), 2)
                except TimeoutError:
                    return
                received = ForwardMsg()
                received.ParseFromString(data)
                element = received.delta.new_element
                if element.WhichOneof("type") == "text_input":
                    ids[element.text_input.label] = element.text_input.id
                elif element.WhichOneof("type") == "text":
                    text = element.text.body

        await socket.send(request(look, {}))
        await await_quiet()
        before = [part for part in text.split("; ") if part]
        spot, name = ids["Spot"], ids["Name"]
        await socket.send(request(look, {spot: "NW5 2AA", name: ""}))
        await asyncio.sleep(pause)
        held = {spot: "NW5 2AA", name: "a library"}
        await socket.send(request(look, held))
        await await_quiet()
        await socket.send(request(look, held))  # all is over: what is written by now?
        await await_quiet()
        return text.split("; ")[len(before) :]


port = int(sys.argv[1])
alone = asyncio.run(act(port, "plain", 1.5))
hurried = asyncio.run(act(port, "plain", 0.2))
whole = asyncio.run(act(port, "whole", 0.2))
print("the second request comes after the callback:      ", alone)
print("while it works, with a plain look:                ", hurried)
print("while it works, with a look that does not pause:  ", whole)
assert alone == ["began", "NW5 2AA"], "changed: a callback that has time"
assert hurried == ["began"], "changed: a callback is no longer left in the middle"
assert whole == ["began", "NW5 2AA"], "changed: to_dict pauses as well"
print("as the header says")
PY
port=$("$work/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$work/venv/bin/streamlit" run "$work/app.py" --server.headless=true --server.address=127.0.0.1 \
  --server.port="$port" --browser.gatherUsageStats=false >/dev/null 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 100); do
  (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
  sleep 0.2
done
"$work/venv/bin/python" "$work/client.py" "$port"
