"""The README says what is there: commands, tree, pages, packages, attribution."""

import re
import shlex
from pathlib import Path

import geopandas as gpd
import pytest

from mapping.takeaway import export
from pages.shared import router

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def _blocks(language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return [block for kind, block in found if kind == language]


def _tree() -> list[str]:
    """Return the paths of the README's tree, folders without their slash."""
    (block,) = _blocks("")
    paths, folders = [], []
    for line in block.splitlines():
        name = line.split()[0]
        depth = (len(line) - len(line.lstrip())) // 2
        folders = [*folders[:depth], name]
        paths.append("".join(folders).rstrip("/"))
    return paths


def test_exactly_two_commands_stand_under_two_commands():
    section = README.split("## Two commands")[1].split("\n## ")[0]
    assert section.count("```sh") == 2
    install_and_open, install_and_test = _blocks("sh")[:2]
    assert len(install_and_open.splitlines()) == len(install_and_test.splitlines()) == 1
    assert install_and_open.rstrip().endswith("streamlit run app.py")
    assert "-m pytest" in install_and_test


def test_files_named_in_the_commands_exist():
    words = [word for block in _blocks("sh")[:2] for word in shlex.split(block)]
    named = [word for word in words if word.endswith((".txt", ".py"))]
    assert sorted(named) == ["app.py", "requirements-dev.txt", "requirements.txt"]
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_ci_runs_the_readmes_test_command():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "grep --max-count=1 -- '-m pytest' README.md" in script
    first = next(line for line in README.splitlines() if "-m pytest" in line)
    assert first == _blocks("sh")[1].rstrip("\n")


def test_every_path_of_the_tree_exists():
    assert [path for path in _tree() if not (ROOT / path).exists()] == []


def test_every_module_of_the_engine_and_every_page_is_in_the_tree():
    there = {
        str(file.relative_to(ROOT))
        for folder in ("mapping", "pages")
        for file in (ROOT / folder).rglob("*.py")
        if file.name != "__init__.py"
    }
    assert there
    missing = sorted(there - set(_tree()))
    assert missing == [], (
        f"the tree under “How it is built” in README.md needs a line for {missing}"
    )


def test_each_page_of_the_app_is_told_of():
    titles = [page.title for page in router.PAGES]
    assert titles
    assert [title for title in titles if f"| **{title}** |" not in README] == []


def test_each_direct_dependency_has_its_reason():
    needed = PINNED.findall((ROOT / "requirements.txt").read_text())
    development = PINNED.findall((ROOT / "requirements-dev.txt").read_text())
    assert [name for name in needed if f"| {name} |" not in README] == []
    assert [name for name in development if not re.search(rf"\b{name}\b", README)] == []


@pytest.mark.parametrize("file", ["README.md", "data/SOURCES.md"])
def test_the_apps_attribution_stands_in_the_readme_and_beside_the_data(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    assert export.attribution()
    assert [line for line in export.attribution() if f"> {line}\n" not in text] == []


def test_every_data_file_has_its_source():
    sources = (ROOT / "data" / "SOURCES.md").read_text(encoding="utf-8")
    files = [file.name for file in (ROOT / "data").iterdir() if file.name != "SOURCES.md"]
    assert files
    assert [name for name in files if f"| `{name}` |" not in sources] == []


def _run(block: str) -> dict:
    names: dict = {}
    exec(compile(block, "README.md", "exec"), names)
    return names


def test_what_a_notebook_may_write_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = _run(_blocks("python")[0])
    assert names["teams"].residual.empty
    assert (tmp_path / "teams.png").read_bytes().startswith(b"\x89PNG")
    assert gpd.read_file(tmp_path / "teams.gpkg")["name"].tolist() == ["North", "South"]


def test_what_a_notebook_may_redraw_runs():
    names = _run(_blocks("python")[1])
    assert names["plan"].is_balanced
    assert names["draft"].count == 5
    assert (
        names["wards"].text
        == names["redraw"].begin(names["camden"], "ward", like=names["plan"]).text
    )
    assert len(_blocks("python")) == 2
