"""The rules of the house: who may import whom, and that every function says what it does."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ENGINE = sorted((ROOT / "mapping").rglob("*.py"))
PACKAGES = sorted(path.parent.name for path in (ROOT / "mapping").glob("*/__init__.py"))
PAGES = sorted((ROOT / "pages").rglob("*.py"))
MAPS = {"webmap", "assets", "overlays"}
"""The modules that draw maps: the only ones that may know folium and its relatives."""
BELOW = (
    "errors",
    "derived",
    "vintage",
    "memory",
    "postcodes",
    "layers",
    "weights",
    "gazetteer",
    "places",
    "counts",
    "actors",
    "succession",
    "stewardship",
    "shipped",
    "relations",
    "partners",
    "proximity",
    "overlap",
    "tessellation",
    "coverage",
    "boundaries",
    "export",
    "wording",
    "findings",
    "intake",
    "footprints",
    "gaps",
    "workspaces",
    "own_weights",
    "store",
)
"""Each module or package of the engine may import only those that stand before it."""
LONGEST = 350


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def imported(path: Path, *, running: bool = True) -> set[str]:
    """Return the dotted names that a file imports; ``running`` leaves out type checking."""
    found = set()
    for node in _nodes(ast.parse(path.read_text()), running):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _nodes(tree: ast.AST, running: bool):
    for node in ast.iter_child_nodes(tree):
        if running and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _nodes(node, running)


def module(path: Path) -> str:
    """Return the dotted name of a file of the engine, without "mapping.": "gaps.need", "gaps"."""
    parts = path.relative_to(ROOT / "mapping").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and parts[:-1] else parts)


def within_mapping(path: Path) -> set[str]:
    """Return the modules of the engine that a file imports, or imports names from."""
    known, found = {module(one) for one in ENGINE}, set()
    for node in _nodes(ast.parse(path.read_text()), running=True):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "mapping":
            inside = node.module.removeprefix("mapping").removeprefix(".")
            named = {f"{inside}.{alias.name}".removeprefix(".") for alias in node.names}
            found |= {name if name in known else inside for name in named}
        elif isinstance(node, ast.Import):
            assert not any(alias.name.startswith("mapping.") for alias in node.names)
    return found


def top_levels(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path, running=False)}


def test_there_is_an_engine_and_there_are_pages():
    assert len(ENGINE) > 15
    assert {"postcodes.py", "overlap.py", "webmap.py"} <= {p.name for p in ENGINE}
    assert PAGES


@pytest.mark.parametrize("path", ENGINE, ids=names(ENGINE))
def test_the_engine_knows_nothing_of_streamlit_or_of_pages(path):
    assert not top_levels(path) & {"streamlit", "streamlit_folium", "pages", "app"}


@pytest.mark.parametrize(
    "path", [*ENGINE, *PAGES, ROOT / "app.py"], ids=names([*ENGINE, *PAGES, ROOT / "app.py"])
)
def test_only_the_modules_that_draw_maps_know_folium(path):
    if path.parent.name != "mapping" or path.stem not in MAPS:
        assert not top_levels(path) & {"folium", "branca"}


@pytest.mark.parametrize(
    "path", [*ENGINE, *PAGES, ROOT / "app.py"], ids=names([*ENGINE, *PAGES, ROOT / "app.py"])
)
def test_nothing_that_runs_needs_the_build(path):
    if path.stem != "build":
        assert not {"mapping.build", "mapping.inputs"} & imported(path, running=False)


@pytest.mark.parametrize("name", BELOW)
def test_a_module_imports_only_those_before_it(name):
    before = set(BELOW[: BELOW.index(name) + 1])
    files = [path for path in ENGINE if module(path).split(".")[0] == name]
    assert files
    assert {one.split(".")[0] for path in files for one in within_mapping(path)} <= before


@pytest.mark.parametrize("name", PACKAGES)
def test_the_parts_of_a_package_that_it_imports_do_not_import_it(name):
    parts = within_mapping(ROOT / "mapping" / name / "__init__.py")
    inside = [path for path in ENGINE if module(path) in parts and path.parent.name == name]
    assert inside
    assert not [path.name for path in inside if name in within_mapping(path)]


def test_no_imports_run_in_a_circle():
    graph = {module(path): within_mapping(path) - {module(path)} for path in ENGINE}
    while leaves := {name for name, needs in graph.items() if not needs & graph.keys()}:
        graph = {name: needs for name, needs in graph.items() if name not in leaves}
    assert graph == {}


def test_the_engine_loads_without_streamlit_and_folium():
    code = (
        "import sys; sys.modules['streamlit'] = sys.modules['folium'] = None; "
        "from mapping import boundaries, layers, overlap, places, postcodes, weights"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.parametrize("path", ENGINE, ids=names(ENGINE))
def test_every_public_function_says_what_it_does_and_what_it_takes(path):
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), "the module has no docstring"
    public = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    inner = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for child in ast.walk(node)
        if child is not node
    }
    for node in (n for n in public if id(n) not in inner):
        text = ast.get_docstring(node)
        assert text, f"{node.name} has no docstring"
        assert text.split("\n")[0].rstrip().endswith((".", ":", "…")), node.name
        if isinstance(node, ast.FunctionDef):
            given = [
                a for a in node.args.args + node.args.kwonlyargs if a.arg not in ("self", "cls")
            ]
            assert node.returns is not None, f"{node.name} does not say what it returns"
            assert all(a.annotation for a in given), f"{node.name} has untyped arguments"


@pytest.mark.parametrize("path", [*ENGINE, *PAGES], ids=names([*ENGINE, *PAGES]))
def test_no_module_or_function_is_too_long(path):
    assert len(path.read_text().splitlines()) <= LONGEST
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            told = len((ast.get_docstring(node) or "").splitlines())
            length = (node.end_lineno or 0) - node.lineno + 1 - told
            assert length <= 60, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", ENGINE, ids=names(ENGINE))
def test_no_fault_is_swallowed(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ExceptHandler):
            assert node.type is not None, "a bare except"
            assert ast.unparse(node.type) not in ("Exception", "BaseException")


def test_no_module_is_called_utils():
    bad = {"utils", "helpers", "common", "misc", "util"}
    assert not bad & {p.stem for p in [*ENGINE, *PAGES]}


def test_ruff_bans_folium_outside_the_modules_that_draw_maps(tmp_path):
    ruff = shutil.which("ruff") or str(Path(sys.executable).with_name("ruff"))
    if not Path(ruff).exists():
        pytest.skip("ruff is not installed")
    wrong = tmp_path / "wrong.py"
    wrong.write_text('"""A page that draws its own map."""\n\nimport folium\n\nprint(folium)\n')
    shown = subprocess.run(
        [ruff, "check", "--config", str(ROOT / "pyproject.toml"), str(wrong)],
        capture_output=True,
        text=True,
    )
    assert "TID251" in shown.stdout
    assert shown.returncode == 1
