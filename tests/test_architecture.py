"""The house as the imports show it. Settings and addresses name higher layers in strings; nothing else may."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scheduling.core.kernel.cache import compiled_sources

ROOT = Path(__file__).resolve().parents[1]
MAY_IMPORT = {
    "maps": {"maps"},
    "scheduling": {"maps", "scheduling"},
    "dispatch": {"maps", "scheduling", "dispatch"},
    "mobile_api": {"maps", "scheduling", "dispatch", "mobile_api"},
}
CORE = ROOT / "scheduling" / "core"
CORE_MAY_IMPORT = {
    "__future__",
    "abc",
    "bisect",
    "collections",
    "contextlib",
    "copy",
    "dataclasses",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "heapq",
    "itertools",
    "json",
    "math",
    "operator",
    "random",
    "typing",
    "numba",
    "numpy",
    "ortools",
    "scheduling.core",
}
# What looks at the machine does so in one file for each kind: the clock, the disk, the cores. What it sees there never
# gets into a plan but by when the search ends and how many searches run side by side.
SEES_THE_MACHINE = {
    "stop.py": {"time"},
    "kernel/cache.py": {"fcntl", "hashlib", "os", "pathlib", "re", "shutil", "tempfile"},
    "kernel/engine.py": {"concurrent", "os"},
    "kernel/warm.py": {"threading"},
}
CORES = {"os.sched_getaffinity", "os.cpu_count", "os.process_cpu_count"}
CHECKER_MAY_IMPORT = {"scheduling.core.problem", "scheduling.core.plan"}
SEEDED = {"Random"}


@dataclass(frozen=True)
class Import:
    module: str
    names: tuple[str, ...]
    line: int
    level: int
    inside_function: bool


def python_files(folder: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def read_imports(path: Path) -> Iterator[Import]:
    tree = ast.parse(path.read_text())
    inner = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, (), node.lineno, 0, id(node) in inner)
        elif isinstance(node, ast.ImportFrom):
            names = tuple(alias.name for alias in node.names)
            yield Import(node.module or "", names, node.lineno, node.level, id(node) in inner)


def place(path: Path, found: Import) -> str:
    return f"{path.relative_to(ROOT)}:{found.line} imports {found.module}"


def matches(module: str, allowed: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in allowed)


@pytest.mark.parametrize("app", MAY_IMPORT)
def test_imports_point_down(app: str) -> None:
    upward = [
        place(path, found)
        for path in python_files(app)
        for found in read_imports(path)
        if matches(found.module, set(MAY_IMPORT) | {"tests"}) and not matches(found.module, MAY_IMPORT[app])
    ]
    assert upward == []


@pytest.mark.parametrize("folder", [*MAY_IMPORT, "tests"])
def test_imports_are_absolute_and_at_the_top(folder: str) -> None:
    hidden = [
        place(path, found)
        for path in python_files(folder)
        for found in read_imports(path)
        if found.level or found.inside_function
    ]
    assert hidden == []


def test_the_core_is_pure() -> None:
    """No Django, no network, no clock nor disk but in the one file for it, no randomness without a seed."""
    impure = []
    for path in sorted(CORE.rglob("*.py")):
        allowed = CORE_MAY_IMPORT | SEES_THE_MACHINE.get(str(path.relative_to(CORE)), set())
        for found in read_imports(path):
            unseeded = found.module == "random" and not set(found.names) <= SEEDED
            if unseeded or not matches(found.module, allowed):
                impure.append(place(path, found))
    assert impure == []


def test_the_core_draws_only_from_seeded_generators() -> None:
    """``random.random()``, ``np.random.rand()``: generators that nobody seeded. ``Random()`` wants its seed."""
    loose = []
    for path in sorted(CORE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            legacy = "random." in called and called.split(".")[-1] not in SEEDED | {"default_rng", "Generator", "PCG64"}
            of_module = called.startswith(("random.", "np.random.", "numpy.random."))
            seedless = called.split(".")[-1] in SEEDED | {"default_rng"} and not (node.args or node.keywords)
            if (legacy and of_module) or seedless:
                loose.append(f"{path.relative_to(ROOT)}:{node.lineno} calls {called}")
    assert loose == []


def test_the_engine_asks_the_machine_for_nothing_but_its_cores() -> None:
    tree = ast.parse((CORE / "kernel/engine.py").read_text())
    asked = {
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "os"
    }
    assert asked <= CORES


def test_compiled_code_is_made_of_nothing_but_compiled_sources() -> None:
    """What is kept on disk is thrown away when one of these changes, and no other file is looked at."""
    sources = compiled_sources()
    modules = {f"scheduling.core.kernel.{path.stem}" for path in sources}
    foreign = [
        place(path, found)
        for path in sources
        if path.name != "compiling.py"
        for found in read_imports(path)
        if found.module not in {"typing", "numpy", "numpy.typing", *modules}
    ]
    assert {path.name for path in sources} >= {"compiling.py", "layout.py", "search.py", "timing.py"}
    assert {path.name for path in sources} & {"cache.py", "warm.py", "engine.py"} == set()
    assert foreign == []


def test_the_checker_shares_nothing_with_the_solver() -> None:
    own = [
        place(CORE / "check.py", found)
        for found in read_imports(CORE / "check.py")
        if found.module.startswith("scheduling") and found.module not in CHECKER_MAY_IMPORT
    ]
    assert own == []


def test_the_clock_is_read_in_one_file_of_the_core() -> None:
    readers = [
        str(path.relative_to(CORE))
        for path in sorted(CORE.rglob("*.py"))
        if any(found.module in {"time", "datetime"} for found in read_imports(path))
    ]
    assert readers in ([], ["stop.py"])


def test_the_rules_find_what_they_forbid(tmp_path: Path) -> None:
    """The canary: a guard that finds nothing anywhere guards nothing."""
    guilty = tmp_path / "guilty.py"
    guilty.write_text("from . import x\n\ndef f():\n    import dispatch.models\n")
    found = list(read_imports(guilty))
    assert [(item.module, item.level, item.inside_function) for item in found] == [
        ("", 1, False),
        ("dispatch.models", 0, True),
    ]
    assert not matches(found[1].module, MAY_IMPORT["scheduling"])
