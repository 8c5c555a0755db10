"""The rules of the house, held by reading the source."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted([*ROOT.glob("latitude/**/*.py"), *ROOT.glob("tests/**/*.py")])

MOST_LINES_IN_FILE = 400
MOST_LINES_IN_CLASS = 250
MOST_LINES_IN_FUNCTION = 60

TOP_LEVEL = {
    ".ci",
    ".gitattributes",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "artifacts",
    "constraints.txt",
    "docs",
    "latitude",
    "prompts",
    "pyproject.toml",
    "sessions",
    "tests",
}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def lines(node: ast.AST) -> int:
    assert isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
    return (node.end_lineno or node.lineno) - node.lineno + 1


def too_long(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    if (count := text.count("\n")) > MOST_LINES_IN_FILE:
        yield f"{path.relative_to(ROOT)}: {count} lines"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ClassDef) and lines(node) > MOST_LINES_IN_CLASS:
            yield f"{path.relative_to(ROOT)}: class {node.name}, {lines(node)} lines"
        function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        if function and lines(node) > MOST_LINES_IN_FUNCTION:
            yield f"{path.relative_to(ROOT)}: {node.name}(), {lines(node)} lines"


def test_nothing_is_longer_than_the_house_allows() -> None:
    assert [fault for path in SOURCES for fault in too_long(path)] == []


def test_only_the_one_boundary_catches_everything() -> None:
    """The engine turns a fault of ours into a ``harness-failed`` line; nobody else may hide one."""
    broad = [
        f"{path.relative_to(ROOT)}"
        for path in ROOT.glob("latitude/**/*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and catches_everything(node)
    ]
    assert broad == ["latitude/session/engine.py"]


def catches_everything(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    names = [node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)]
    return bool({"Exception", "BaseException"} & set(names))


DOORS = {
    "anthropic": {"latitude/providers/anthropic.py"},
    "openai": {"latitude/providers/openai.py"},
    "genai_prices": {"latitude/providers/prices.py"},
    "git": "latitude/artifacts/",
    "gitdb": "latitude/artifacts/",
    "textual": "latitude/tui/",
    "textual_serve": {"latitude/cli/serve/server.py"},
    "rich": "latitude/tui/",
    "markdown_it": ("latitude/tui/", "latitude/publish/site/prose.py"),
    "playwright": {"latitude/workspace/browser/visit.py"},
    "pyseccomp": {"latitude/workspace/sandbox/syscalls.py"},
    "sqlmodel": "latitude/index/",
    "sqlalchemy": "latitude/index/",
    "plotext": "latitude/compare/terminal/",
    "yaml": ("latitude/prompts/", "latitude/config.py", "latitude/providers/rehearsal"),
}


def imported(node: ast.AST) -> set[str]:
    match node:
        case ast.Import(names=names):
            return {name.name.split(".")[0] for name in names}
        case ast.ImportFrom(module=str() as module, level=0):
            return {module.split(".")[0]}
    return set()


def test_each_library_has_one_door() -> None:
    strangers = []
    for path in ROOT.glob("latitude/**/*.py"):
        place = str(path.relative_to(ROOT))
        for node in ast.walk(tree(path)):
            for library in imported(node) & DOORS.keys():
                door = DOORS[library]
                inside = place in door if isinstance(door, set) else place.startswith(door)
                if not inside:
                    strangers.append(f"{place} imports {library}")
    assert strangers == []


def test_rooms_import_only_what_lies_to_their_right() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_each_promise_has_tests_of_its_own() -> None:
    from latitude.prompts.promises import PROMISES

    tests = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/test_*.py"))
    untested = [name for name in PROMISES if f'promise("{name}")' not in tests]
    assert untested == []


def test_the_top_level_stays_small() -> None:
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    if not names:
        pytest.fail("git lists no files here")
    assert {name.split("/")[0] for name in names} <= TOP_LEVEL


def test_every_lint_exception_has_a_reason() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in ROOT.glob("latitude/**/*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"# (noqa|type: ignore)(?!.*[\[:] ?[A-Za-z])", line)
    ]
    assert bare == []
