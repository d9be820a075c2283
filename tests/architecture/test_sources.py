"""Rules for the sources that no linter knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_PYTHON = sorted(
    path.relative_to(_ROOT)
    for folder in ("musiclib", "migrations", "tests")
    for path in (_ROOT / folder).rglob("*.py")
)
_MAX_LINES_OF_A_FILE = 500
_MAX_LINES_OF_A_FUNCTION = 60
_HEX_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b")
_SOMEBODYS_FOLDER = re.compile(r"/(?:home|Users)/\w+/|[A-Z]:\\+Users\\+\w|/work/\w")


def _text(path: Path) -> str:
    return (_ROOT / path).read_text("utf-8")


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _strings(tree: ast.AST) -> Iterator[str]:
    return (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


@pytest.mark.parametrize("path", _PYTHON, ids=str)
def test_files_and_functions_are_short(path: Path) -> None:
    text = _text(path)
    assert text.count("\n") <= _MAX_LINES_OF_A_FILE
    for function in _functions(ast.parse(text)):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        assert length <= _MAX_LINES_OF_A_FUNCTION, f"{function.name} has {length} lines"


def test_colours_come_from_the_theme() -> None:
    found = {
        str(path): colours
        for path in _PYTHON
        if path.parts[:2] == ("musiclib", "gui") and path.name not in {"theme.py", "tokens.py"}
        if (
            colours := [
                each for text in _strings(ast.parse(_text(path))) for each in _HEX_COLOUR.findall(text)
            ]
        )
    }
    assert found == {}


def test_packages_import_nothing() -> None:
    assert [str(path) for path in _PYTHON if path.name == "__init__.py" and _text(path).strip()] == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    others = [_ROOT / "README.md", _ROOT / "pyproject.toml", *(_ROOT / "docs").rglob("*.md")]
    texts = {path: _text(path) for path in _PYTHON if path.parts[0] != "tests"}
    texts |= {path.relative_to(_ROOT): path.read_text("utf-8") for path in others}
    assert [str(path) for path, text in texts.items() if _SOMEBODYS_FOLDER.search(text)] == []
