"""What a server that stays needs is sound: the proxy, the unit, the image, the probe, the words."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from benchmarks import proxy
from deploy import probe
from pages.shared import admission, headers, serving

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
CONFIG = (DEPLOY / "haproxy.cfg").read_text(encoding="utf-8")
UNIT = (DEPLOY / "common-ground@.service").read_text(encoding="utf-8")
IMAGE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
WORDS = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")


def need(program: str, package: str) -> str:
    """Return a program's path; where it is not installed, skip, or fail in CI."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if not found:
        told = f"{program} is not installed (on Debian the package {package})"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(told)
    return str(found)


def header(name: str) -> list[str]:
    found = re.findall(rf'^ +http-after-response set-header {name} ("[^"]*"|\S+)', CONFIG, re.M)
    return [text.strip('"') for text in found]


def test_the_proxy_sends_the_very_headers_of_the_app():
    page = headers.list_headers("/", "text/html")
    frame = headers.list_headers("/component/streamlit_folium.st_folium/index.html", "text/html")
    assert header("Content-Security-Policy") == [
        page["Content-Security-Policy"],
        frame["Content-Security-Policy"],
    ]
    for name in ("X-Frame-Options", "Referrer-Policy"):
        assert header(name) == [page[name], frame[name]]
    assert header("X-Content-Type-Options") == ["nosniff"]
    assert "unsafe-eval" not in CONFIG


def test_the_policy_knows_the_script_of_the_installed_streamlit():
    assert len(headers.hash_scripts()) == 1
    assert headers.hash_scripts()[0] in CONFIG, "put this hash into deploy/haproxy.cfg"


def test_the_proxy_asks_and_closes_what_the_app_has():
    assert f"uri {serving.READY}\n" in CONFIG
    for path in ("/_stcore/metrics", "/_stcore/agent/"):
        assert path in admission.CLOSED
        assert path in CONFIG
    assert "timeout tunnel" in CONFIG
    assert f"\n  cookie {proxy.COOKIE} insert indirect nocache httponly" in CONFIG


@pytest.mark.parametrize("config", [CONFIG, proxy.write_config(8640, ["http://127.0.0.1:8641"])])
def test_haproxy_takes_the_configuration_without_a_warning(config, tmp_path):
    program = need("haproxy", "haproxy")
    file = tmp_path / "haproxy.cfg"
    file.write_text(config, encoding="utf-8")
    done = subprocess.run([program, "-c", "-f", str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


def test_systemd_takes_the_unit(tmp_path):
    program = shutil.which("systemd-analyze")
    if not program:
        pytest.skip("systemd is not installed here")
    unit = tmp_path / "common-ground@8501.service"
    unit.write_text(UNIT.replace("/srv/common-ground/.venv/bin/", "/bin/true --"), "utf-8")
    verify = [program, "verify", "--man=no", str(unit)]
    done = subprocess.run(verify, capture_output=True, text=True)
    told = [line for line in done.stderr.splitlines() if "common-ground" in line]
    assert told == []


def test_the_unit_runs_the_readmes_command_as_an_account_of_its_own():
    assert "streamlit run app.py " in UNIT
    assert "--server.address=127.0.0.1" in UNIT
    assert "ExecStartPost" in UNIT
    assert "-m deploy.probe http://127.0.0.1:%i" in UNIT
    for line in ("User=common-ground", "NoNewPrivileges=true", "ProtectSystem=strict"):
        assert f"\n{line}\n" in UNIT


def test_the_image_is_slim_not_root_and_tells_whether_it_is_well():
    asked = re.findall(r"^([A-Z]+) (.*)$", IMAGE, re.M)
    (base,) = [value for name, value in asked if name == "FROM"]
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    least = tuple(map(int, re.findall(r"\d+", needed["project"]["requires-python"])))
    assert base.endswith("-slim")
    assert tuple(map(int, re.findall(r"\d+", base))) >= least
    (account,) = [value for name, value in asked if name == "USER"]
    assert account.isdecimal()
    assert int(account) > 0
    names = [name for name, _ in asked]
    assert names.index("USER") < names.index("CMD")
    assert names.count("HEALTHCHECK") == 1
    assert '"deploy.probe"' in IMAGE
    (copied, _), *_ = [
        value.rsplit(" ", 1) for name, value in asked if name == "COPY" and "." in value
    ]
    assert [name for name in copied.split() if not (ROOT / name).exists()] == []


def test_an_image_holds_nobodys_workspaces_and_all_that_the_app_needs():
    left_out = {
        line.strip("/")
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    assert left_out >= {"workspaces", "*.sqlite*", "*.backup", ".git", ".env"}
    needed = {"app.py", "pages", "mapping", "data", "static", "deploy", ".streamlit"}
    assert left_out & needed == set()
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    ours = {line.strip("/") for line in ignored if "results" not in line and "data/" not in line}
    assert {name for name in ours if name not in left_out and f"**/{name}" not in left_out} == set()


def test_every_file_and_limit_that_the_words_name_is_there():
    named = re.findall(r"`((?:deploy|tests|benchmarks)/[\w@./]+)`", WORDS)
    assert [name for name in named if not (ROOT / name).exists()] == []
    for file in DEPLOY.iterdir():
        if file.suffix in (".cfg", ".service") or file.name == "Dockerfile":
            assert file.name in WORDS
    limits = (
        f"{admission.MAX_SESSIONS} sessions",
        f"{admission.MAX_LATE} more",
        f"{admission.MAX_SESSION_FILES} files and {admission.MAX_SESSION_BYTES // 10**6} MB",
        f"{admission.MAX_BYTES // 10**6} MB of all",
    )
    assert [limit for limit in limits if limit not in WORDS] == []


class _Starting(BaseHTTPRequestHandler):
    """Answers like a process on which no page was shown, and which shows none."""

    def do_GET(self) -> None:
        self.send_response(503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_the_probe_says_what_a_process_lacks():
    with HTTPServer(("127.0.0.1", 0), _Starting) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        assert probe.ask(url) == 503
        assert "Expected a page at" in probe.probe(url, patience_s=2)
        server.shutdown()
    assert probe.ask(url) == 0
    assert "there was none" in probe.probe(url, patience_s=0)


def test_the_probe_ends_with_one_where_there_is_nothing():
    command = [sys.executable, "-m", "deploy.probe", "http://127.0.0.1:9", "--patience", "0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Expected an answer at" in done.stderr
