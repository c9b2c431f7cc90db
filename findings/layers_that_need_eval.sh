#!/usr/bin/env bash
# streamlit-folium: under a policy without 'unsafe-eval' a map is drawn, but without its layers.
#
# Expected: a frame whose policy allows inline scripts ('unsafe-inline', which folium's own script
# needs) shows the whole map, or none at all; what goes in as feature_group_to_add is folium's
# script like the rest.
# Seen: the map's script is put in as an inline script, that of feature_group_to_add is given to
# eval. Under a policy with 'unsafe-inline' alone the ground is drawn and moves, clicks come back,
# and the layers are missing; nothing is said in the page or on the server, only in the console.
# Where the frame's own script puts a function in the place of window.eval that runs the code as an
# inline script, all is drawn, without 'unsafe-eval'.
# Needs Chromium (CHROMIUM names another). Versions: streamlit 1.67.0, streamlit-folium 0.27.4.
# Date: 2026-11-30.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q streamlit==1.67.0 streamlit-folium==0.27.4 folium==0.20.0 \
  XStatic-Leaflet==1.9.3.0 playwright==1.65.2
mkdir -p "$work/static" "$work/.streamlit"
leaflet=$("$work/venv/bin/python" -c 'import xstatic.pkg.leaflet as one; print(one.BASE_DIR)')
cp "$leaflet/leaflet.js" "$work/static/leaflet.js"
cat >"$work/static/instead.js" <<'JS'
window.eval = (code) => {
  const script = document.createElement("script");
  script.text = `(function () {${code}\n})();`;
  document.head.append(script);
};
JS
cat >"$work/.streamlit/config.toml" <<'TOML'
[server]
enableStaticServing = true
[browser]
gatherUsageStats = false
TOML
cat >"$work/app.py" <<'PY'
import folium
import streamlit as st
from starlette.middleware import Middleware

POLICY = b"script-src 'self' 'unsafe-inline'"


class Policy:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        async def sending(message):
            if message["type"] == "http.response.start" and "/component/" in scope["path"]:
                message["headers"] = [*message["headers"], (b"content-security-policy", POLICY)]
            await send(message)

        await self.app(scope, receive, sending)


if __name__ != "__main__":
    app = st.App(__file__, middleware=[Middleware(Policy)])
else:
    from streamlit_folium import st_folium  # before a page runs its files are not taken up

    made = folium.Map([51.5, -0.1], tiles=None)
    made.default_css = []
    made.default_js = [("leaflet", "/app/static/leaflet.js")]
    if "instead" in st.query_params:
        made.default_js.append(("instead", "/app/static/instead.js"))
    group = folium.FeatureGroup()
    folium.Rectangle([[51.4, -0.2], [51.6, 0.0]]).add_to(group)
    st_folium(made, feature_group_to_add=group, key="map", returned_objects=[])
PY
cat >"$work/look.py" <<'PY'
import os
import shutil
import sys

from playwright.sync_api import sync_playwright

path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def look(browser, link):
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{sys.argv[1]}/{link}")
    frame = page.frame_locator("iframe").first
    frame.locator(".leaflet-map-pane").wait_for(state="attached", timeout=30_000)
    page.wait_for_timeout(3_000)
    return frame.locator(".leaflet-map-pane").count(), frame.locator("path.leaflet-interactive").count()


with sync_playwright() as started:
    browser = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
    plain, instead = look(browser, ""), look(browser, "?instead=1")
    browser.close()
print("'unsafe-inline' alone:           maps, shapes of its layer:", plain)
print("and another function for eval:   maps, shapes of its layer:", instead)
assert plain == (1, 0), "changed: the layers no longer go through eval"
assert instead == (1, 1), "changed: the layers are evaluated in another way"
print("as the header says")
PY
port=$("$work/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
(cd "$work" && exec venv/bin/streamlit run app.py --server.headless=true \
  --server.address=127.0.0.1 --server.port="$port" >/dev/null 2>&1) &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 100); do
  (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
  sleep 0.2
done
"$work/venv/bin/python" "$work/look.py" "$port"
