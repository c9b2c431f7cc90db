"""The set-up: exact pins, settings that keep the promises, contrast of the theme, clean text."""

import ast
import importlib.metadata
import importlib.util
import re
import subprocess
import sys
import tomllib
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
PIN = re.compile(r"([A-Za-z0-9._-]+)==([0-9][A-Za-z0-9.]*)( *; *(python_version|sys_platform) .*)?")
FILES = ("requirements.txt", "requirements-dev.txt", "constraints.txt")
READ_BY_OTHERS = {"branca", "XStatic-Leaflet", "psycopg", "psycopg-binary", "Authlib", "httpx"}
"""Direct dependencies that are not imported by their own name everywhere."""


def _lines(name: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def _pins(name: str) -> dict[str, str]:
    found = (PIN.fullmatch(line) for line in _lines(name))
    return {_plain(pin[1]): pin[2] for pin in found if pin}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", FILES)
def test_every_version_is_exact_and_from_no_particular_place(name):
    allowed = {"-c constraints.txt", "-r requirements.txt"}
    loose = [line for line in _lines(name) if line not in allowed and not PIN.fullmatch(line)]
    assert loose == []
    assert len(_pins(name)) > 10


def test_constraints_hold_every_direct_pin_and_all_they_bring_along():
    held = _pins("constraints.txt")
    direct = {**_pins("requirements.txt"), **_pins("requirements-dev.txt")}
    assert {n: v for n, v in direct.items() if held.get(n) != v} == {}
    brought = {
        _plain(re.split(r"[ ;<>=!~\[(]", requirement)[0])
        for name in direct
        for requirement in _requires(name)
        if ";" not in requirement
    }
    assert brought - set(held) == set()


def _requires(name: str) -> list[str]:
    try:
        return importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:  # maup, on a later Python
        return []


def test_requirements_name_what_the_app_imports():
    owners = importlib.metadata.packages_distributions()
    imported = {
        _plain(owner)
        for folder in ("mapping", "pages")
        for file in (ROOT / folder).rglob("*.py")
        for module in _imports(file)
        if file.parent.name != "build"
        for owner in owners.get(module, [])
    }
    direct = set(_pins("requirements.txt"))
    assert imported - direct == set()
    assert direct - imported - {_plain(name) for name in READ_BY_OTHERS} == set()


def _imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_streamlit_reads_the_settings_that_keep_the_promises():
    wanted = {
        "server.enableStaticServing": True,
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": False,
        "browser.serverAddress": "localhost",
        "client.toolbarMode": "minimal",
        "client.showErrorLinks": False,
        "runner.postScriptGC": False,
    }
    asked = "; ".join(f"print(repr(config.get_option({key!r})))" for key in wanted)
    code = f"from streamlit import config; config.get_config_options(); {asked}"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert [ast.literal_eval(line) for line in done.stdout.split()] == list(wanted.values())
    assert "not a valid config option" not in done.stderr


def test_no_font_or_theme_is_fetched():
    assert "http" not in (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_marks_of_the_theme_have_enough_contrast(theme):
    colours = CONFIG["theme"][theme]
    grounds = {
        part[key]
        for part in (colours, colours["sidebar"])
        for key in ("backgroundColor", "secondaryBackgroundColor")
    }
    texts = [colours[key] for key in ("textColor", "linkColor", "grayColor", "codeTextColor")]
    assert [pair for pair in product(texts, grounds) if contrast(*pair) < 4.5] == []
    marks = [colours[key] for key in ("borderColor", "primaryColor")]
    assert [pair for pair in product(marks, grounds) if contrast(*pair) < 3] == []
    assert contrast("#ffffff", colours["primaryColor"]) >= 4.5


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it, 1 to 21."""
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_licence_is_mit():
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("MIT License\n")
    assert "Common Ground contributors" in licence


def test_no_path_of_one_machine_stands_in_the_tree():
    listed = [
        file
        for pattern in ("*.py", "*.md", "*.txt", "*.toml", "*.js", "*.css", ".ci/run")
        for file in ROOT.rglob(pattern)
        if not {".venv", ".cache", "vendor", "geo"} & set(file.relative_to(ROOT).parts)
    ]
    private = re.compile(r"[\s\"'(=]/(home|root|work|Users|opt)/\w")
    assert listed
    assert [str(f) for f in listed if private.search(f.read_text(encoding="utf-8"))] == []


def _audit():
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_audit_that_could_look_nothing_up_does_not_say_that_all_is_well():
    skipped = [{"name": "six", "skip_reason": "Dependency not found"}]
    good = [{"name": "numpy", "version": "2.4.6", "vulns": []}]
    fault = {"id": "PYSEC-1", "fix_versions": ["2.0"], "aliases": [], "description": ""}
    bad = [{"name": "a", "version": "1.0", "vulns": [fault, {**fault, "fix_versions": []}]}]
    describe = _audit().describe
    assert describe({"dependencies": skipped}).startswith("Nothing was audited of 1 versions")
    assert describe({"dependencies": good + skipped}) == (
        "1 of 2 pinned versions were audited; 0 of them have known vulnerabilities."
    )
    assert describe({"dependencies": good + bad}).splitlines() == [
        "2 of 2 pinned versions were audited; 1 of them have known vulnerabilities.",
        "  a 1.0: PYSEC-1 (mended in 2.0), PYSEC-1 (mended in no version yet)",
    ]


def test_an_audit_without_its_program_says_so_and_fails_nothing(tmp_path):
    command = [sys.executable, ROOT / ".ci" / "audit.py", tmp_path / "none", "constraints.txt"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0
    assert done.stdout.startswith("Nothing was audited: ")
