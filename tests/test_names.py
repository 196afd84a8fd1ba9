"""Names in the source: a class has one to itself, and a variable's says what it holds."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import sagemock

SOURCE = Path(sagemock.__file__).parent
SAY_NOTHING = frozenset({"found", "given", "made", "told", "some", "least", "most"})


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text())


def assigned(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The variables, attributes and parameters that a module names, and the lines where."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, node.lineno
            case ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                yield name, node.lineno
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name, node.lineno


def vague(tree: ast.AST) -> list[tuple[str, int]]:
    return [(name, line) for name, line in assigned(tree) if name.strip("_").lower() in SAY_NOTHING]


def test_a_class_has_a_name_to_itself() -> None:
    names = Counter(
        node.name for _, tree in modules() for node in tree.body if isinstance(node, ast.ClassDef)
    )
    assert len(names) > 100
    assert [name for name, count in names.items() if count > 1] == []


def test_a_name_says_what_it_holds() -> None:
    assert [(module, *each) for module, tree in modules() for each in vague(tree)] == []


def test_vague_names_are_recognised() -> None:
    code = """
def search(given, *some, **_made):
    found: list = []
    FOUND = self.told = 1
    for least, (most, name) in found: ...
    match = [made for made in found if (told := made.given)]
    try: ...
    except ValueError as found: ...
    match name:
        case [found, *some]: ...
"""
    lines = [line for _, line in vague(ast.parse(code))]
    assert sorted(lines) == [2, 2, 2, 3, 4, 4, 5, 5, 6, 6, 8, 10, 10]
