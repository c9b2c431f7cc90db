"""The rules of the house: who may import whom, and that every function says what it does."""

import ast
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from pages.shared import router

ROOT = Path(__file__).resolve().parents[1]
ENGINE = sorted((ROOT / "mapping").rglob("*.py"))
PAGES = sorted((ROOT / "pages").rglob("*.py"))
BENCHMARKS = sorted((ROOT / "benchmarks").rglob("*.py"))
ALL = [*ENGINE, *PAGES, *BENCHMARKS, ROOT / "app.py"]
MAPS = {"webmap", "assets", "overlays"}
"""The modules of ``mapping/drawing`` that may know folium and its relatives."""
ORDER = (
    "errors",
    "memory",
    "derived",
    "zips",
    "atoms",
    "packs",
    "geography",
    "geocode",
    "places",
    "overlap",
    "actors",
    "gaps",
    "boundaries",
    "drawing",
    "wording",
    "takeaway",
    "intake",
    "footprints",
    "workspaces",
    "own_weights",
    "build",
)
"""The rooms of the engine: each may import only those that stand before it."""
ALIASES = {"layers", "lenses", "postcodes"}
"""What ``mapping`` itself offers to a notebook from within its rooms."""
MAX_LINES = 500
MAX_FUNCTION_LINES = 60


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def module(path: Path) -> str:
    """Return the dotted name of a file: "mapping.gaps.need", "mapping.gaps", "app"."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module(path): path for path in ALL}
PACKAGES = {module(path): path for path in ENGINE if path.name == "__init__.py"}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def imports(path: Path, *, running: bool = True) -> set[str]:
    """Return the dotted names that a file imports; ``running`` leaves out type checking."""
    found = set()
    for node in _nodes(parsed(path), running):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _nodes(tree: ast.AST, running: bool):
    for node in ast.iter_child_nodes(tree):
        if running and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _nodes(node, running)


def imported_modules(path: Path) -> set[str]:
    """Return the project's modules that a file imports, or imports names from."""
    found = set()
    for name in imports(path):
        while name and name not in MODULES:
            name = name.rpartition(".")[0]
        found.add(name)
    return found - {"", module(path)}


@cache
def offered(package: str) -> set[str]:
    """Return the names in a package's ``__all__``."""
    for node in ast.parse(PACKAGES[package].read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def room(name: str) -> str:
    """Return the package that a module of the engine lies in, or the module itself."""
    return ".".join(name.split(".")[:2])


def packages_of(name: str) -> list[str]:
    """List the packages that a dotted name leads through, the outermost first."""
    parts = name.split(".")
    return [p for end in range(2, len(parts) + 1) if (p := ".".join(parts[:end])) in PACKAGES]


def top_levels(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imports(path, running=False)}


def test_there_is_an_engine_and_there_are_pages():
    assert len(ENGINE) > 15
    assert {"postcodes.py", "cross_tables.py", "webmap.py"} <= {p.name for p in ENGINE}
    assert PAGES


def test_every_room_of_the_engine_has_its_place_in_the_order():
    there = {room(name).removeprefix("mapping.") for name in MODULES if name.startswith("mapping.")}
    assert there == set(ORDER), "give the new room its place in ORDER, above what it imports"
    assert len(ORDER) == len(set(ORDER))


def test_every_module_of_the_engine_lies_in_a_room_that_says_what_it_offers():
    folders = {path.parent for path in ENGINE} - {ROOT / "mapping"}
    assert folders == {PACKAGES[name].parent for name in PACKAGES if name != "mapping"}
    assert [name for name in PACKAGES if name != "mapping.build" and not offered(name)] == []


@pytest.mark.parametrize("path", ENGINE, ids=names(ENGINE))
def test_a_module_imports_only_rooms_before_its_own(path):
    mine = room(module(path)).removeprefix("mapping.")
    if mine == "mapping":
        return
    rooms = {room(name).removeprefix("mapping.") for name in imported_modules(path)}
    assert rooms <= set(ORDER[: ORDER.index(mine) + 1])


@pytest.mark.parametrize("path", ALL, ids=names(ALL))
def test_a_package_is_used_through_what_it_offers(path):
    """``from mapping.gaps import provision``, not ``from mapping.gaps.provision import …``."""
    inside = set(packages_of(module(path)))
    past = []
    for name in imports(path, running=False):
        if not name.startswith("mapping."):
            continue
        for package in packages_of(name):
            rest = name.removeprefix(f"{package}.").split(".")
            is_end = package == packages_of(name)[-1]
            if package in inside or name == package:
                continue
            if rest[0] not in offered(package) or (is_end and len(rest) > 1):
                past.append(name)
        if name.split(".")[1] in ALIASES and path in ENGINE:
            past.append(name)
    assert past == []


def test_no_imports_run_in_a_circle():
    graph = {name: imported_modules(path) for name, path in MODULES.items()}
    # a package offers its parts; what a part takes from a package's other parts counts by itself
    graph = {name: needs - set(packages_of(name)) for name, needs in graph.items()}
    while leaves := {name for name, needs in graph.items() if not needs & graph.keys()}:
        graph = {name: needs for name, needs in graph.items() if name not in leaves}
    assert graph == {}


@pytest.mark.parametrize("path", ENGINE, ids=names(ENGINE))
def test_the_engine_knows_nothing_of_streamlit_or_of_pages(path):
    assert not top_levels(path) & {"streamlit", "streamlit_folium", "pages", "app"}


@pytest.mark.parametrize("path", ALL, ids=names(ALL))
def test_only_the_modules_that_draw_maps_know_folium(path):
    if path.parent.name != "drawing" or path.stem not in MAPS:
        assert not top_levels(path) & {"folium", "branca"} or path in BENCHMARKS


@pytest.mark.parametrize("path", ALL, ids=names(ALL))
def test_nothing_that_runs_needs_the_build(path):
    if path.parent.name != "build":
        assert not [name for name in imports(path, running=False) if "mapping.build" in name]


def test_the_engine_loads_without_streamlit_and_folium():
    code = (
        "import sys; sys.modules['streamlit'] = sys.modules['folium'] = None; "
        "from mapping import boundaries, layers, lenses, overlap, places, postcodes"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.parametrize("path", ENGINE, ids=names(ENGINE))
def test_every_public_function_says_what_it_does_and_what_it_takes(path):
    tree = parsed(path)
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
    """Of a function counts its body: neither its docstring nor the list of what it takes."""
    assert len(path.read_text().splitlines()) <= MAX_LINES
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            assert length <= MAX_FUNCTION_LINES, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", ENGINE, ids=names(ENGINE))
def test_no_fault_is_swallowed(path):
    for node in ast.walk(parsed(path)):
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


def test_every_page_has_its_folder_and_every_folder_its_page():
    folders = {path.name for path in (ROOT / "pages").iterdir() if path.is_dir()}
    named = {page.name for page in router.PAGES}
    assert folders - {"shared", "__pycache__"} == named
    assert [page.file for page in router.PAGES if not (ROOT / page.file).is_file()] == []


@pytest.mark.parametrize("path", PAGES, ids=names(PAGES))
def test_a_page_takes_nothing_from_another_page(path):
    mine = {"shared", path.parent.name}
    assert {name.split(".")[1] for name in imports(path) if name.startswith("pages.")} <= mine
