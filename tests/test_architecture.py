"""What the code promises about itself: sizes, no hidden imports, and that importing does nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from tests.makers import ROOT

PACKAGES = ("bot", "handlers", "timelines", "statements", "sandbox", "bench", "chaos")
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
BROAD = {
    "bot/auditor.py": 1,
    "bot/clock.py": 1,
    "bot/watch.py": 1,
    "bot/delivery.py": 3,
    "bot/emergency.py": 1,
    "bot/feishu/door.py": 1,
    "bot/store/store.py": 3,
    "bot/slack/inbound.py": 1,
}
"""Where everything is caught, and how often: loops, the watch, the writer thread, the door behind which people wait."""


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def name(path: Path) -> str:
    """A file's name within the repository."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_is_read_in_one_go(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_function_is_longer_than_a_page(path: Path):
    assert [function.name for function in functions(path) if length(function) > 50] == []


def test_most_functions_are_short():
    lengths = sorted(length(function) for path in FILES for function in functions(path))
    assert median(lengths) <= 8
    assert lengths[int(len(lengths) * 0.95)] <= 35


@pytest.mark.parametrize("path", FILES, ids=name)
def test_imports_stand_at_the_top(path: Path):
    hidden = [
        node.lineno
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_everything_is_caught_only_in_the_loops(path: Path):
    handlers = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
    ]
    broad = [
        node
        for node in handlers
        if node.type is None
        or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"))
    ]
    assert len(broad) == BROAD.get(name(path), 0)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_what_is_public_says_why_it_exists(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
    ]
    silent = [node.name for node in public if not ast.get_docstring(node)]
    assert silent == []
    if tree.body:
        assert ast.get_docstring(tree), "a module begins with why it exists"


def test_importing_the_bot_does_nothing():
    """No thread, no file, no output: everything is built in `bot.app` when it is asked for."""
    code = "import threading, bot.app; print(threading.active_count())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


def test_the_start_path_is_light():
    """What only the demo, the migrations or the tests need is not imported by a bot at work."""
    heavy = ("sandbox", "alembic", "pytest", "docx", "lxml")
    code = f"import sys, bot.cli.serve; print(*(m for m in {heavy} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
