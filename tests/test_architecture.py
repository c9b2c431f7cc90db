"""The rules of the house: who may import whom, and that every function says what it does."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Callable
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
    "apart",
    "zips",
    "books",
    "atoms",
    "packs",
    "geography",
    "geocode",
    "places",
    "overlap",
    "actors",
    "gaps",
    "stewardship",
    "boundaries",
    "redraw",
    "drawing",
    "wording",
    "takeaway",
    "intake",
    "outlines",
    "footprints",
    "access",
    "workspaces",
    "drafts",
    "own_weights",
    "own_maps",
    "build",
)
"""The rooms of the engine: each may import only those that stand before it."""
ALIASES = {"layers", "lenses", "postcodes"}
"""What ``mapping`` itself offers to a notebook from within its rooms."""
MAX_LINES = 500
MAX_FUNCTION_LINES = 60


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
    """Yield the statements of a file and of all that they hold; none is within an expression."""
    waiting = [tree]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if running and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                continue
            if not isinstance(node, ast.expr):
                yield node
                waiting.append(node)


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


def find_faults(paths: list[Path], check: Callable[[Path], object]) -> dict[str, object]:
    """Return what a check finds wrong with modules, by their names; nothing where all is well."""
    return {module(path): found for path in paths if (found := check(path))}


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


def find_later_rooms(path: Path) -> set[str]:
    mine = room(module(path)).removeprefix("mapping.")
    if mine == "mapping":
        return set()
    rooms = {room(name).removeprefix("mapping.") for name in imported_modules(path)}
    return rooms - set(ORDER[: ORDER.index(mine) + 1])


def test_a_module_imports_only_rooms_before_its_own():
    assert find_faults(ENGINE, find_later_rooms) == {}


def find_imports_past_packages(path: Path) -> list[str]:
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
    return past


def test_a_package_is_used_through_what_it_offers():
    """``from mapping.gaps import provision``, not ``from mapping.gaps.provision import …``."""
    assert find_faults(ALL, find_imports_past_packages) == {}


def test_no_imports_run_in_a_circle():
    graph = {name: imported_modules(path) for name, path in MODULES.items()}
    # a package offers its parts; what a part takes from a package's other parts counts by itself
    graph = {name: needs - set(packages_of(name)) for name, needs in graph.items()}
    while leaves := {name for name, needs in graph.items() if not needs & graph.keys()}:
        graph = {name: needs for name, needs in graph.items() if name not in leaves}
    assert graph == {}


def test_the_engine_knows_nothing_of_streamlit_or_of_pages():
    shown = {"streamlit", "streamlit_folium", "pages", "app"}
    assert find_faults(ENGINE, lambda path: top_levels(path) & shown) == {}


def test_only_the_modules_that_draw_maps_know_folium():
    others = [p for p in ALL if p.parent.name != "drawing" or p.stem not in MAPS]
    others = [p for p in others if p not in BENCHMARKS]
    assert find_faults(others, lambda path: top_levels(path) & {"folium", "branca"}) == {}


def test_nothing_that_runs_needs_the_build():
    others = [path for path in ALL if path.parent.name != "build"]
    needed = find_faults(others, lambda path: "mapping.build" in str(imports(path, running=False)))
    assert needed == {}


def test_the_engine_loads_without_streamlit_and_folium():
    code = (
        "import sys; sys.modules['streamlit'] = sys.modules['folium'] = None; "
        "from mapping import boundaries, layers, lenses, overlap, places, postcodes"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def find_unexplained(path: Path) -> list[str]:
    tree = parsed(path)
    inner = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for child in ast.walk(node)
        if child is not node
    }
    public = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and id(node) not in inner
    ]
    faults = [] if ast.get_docstring(tree) else ["the module has no docstring"]
    for node in public:
        text = ast.get_docstring(node) or ""
        if not text.split("\n")[0].rstrip().endswith((".", ":", "…")):
            faults.append(f"{node.name} has no sentence for a docstring")
        if isinstance(node, ast.FunctionDef):
            taken = [*node.args.args, *node.args.kwonlyargs]
            if node.returns is None:
                faults.append(f"{node.name} does not say what it returns")
            if any(a.annotation is None for a in taken if a.arg not in ("self", "cls")):
                faults.append(f"{node.name} has untyped arguments")
    return faults


def test_every_public_function_says_what_it_does_and_what_it_takes():
    assert find_faults(ENGINE, find_unexplained) == {}


def find_too_long(path: Path) -> list[str]:
    lines = len(path.read_text().splitlines())
    faults = [f"{lines} lines"] if lines > MAX_LINES else []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = (node.end_lineno or 0) - body[0].lineno + 1 if body else 0
            faults += [f"{node.name} has {length} lines"] if length > MAX_FUNCTION_LINES else []
    return faults


def test_no_module_or_function_is_too_long():
    """Of a function counts its body: neither its docstring nor the list of what it takes."""
    assert find_faults([*ENGINE, *PAGES], find_too_long) == {}


def find_swallowed(path: Path) -> list[int]:
    wide = ("Exception", "BaseException")
    return [
        node.lineno
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in wide)
    ]


def test_no_fault_is_swallowed():
    assert find_faults(ENGINE, find_swallowed) == {}


def test_a_check_finds_what_is_wrong(tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def do(it):\n    try:\n        it()\n    except Exception:\n        pass\n")
    assert find_swallowed(wrong) == [4]
    assert len(find_unexplained(wrong)) == 4
    assert find_too_long(wrong) == []


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


def find_other_pages(path: Path) -> set[str]:
    own = {"shared", path.parent.name}
    return {name.split(".")[1] for name in imports(path) if name.startswith("pages.")} - own


def test_a_page_takes_nothing_from_another_page():
    assert find_faults(PAGES, find_other_pages) == {}
