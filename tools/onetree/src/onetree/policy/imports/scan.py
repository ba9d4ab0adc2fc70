"""What one Python source file imports, and which dotted names stand in its strings: exactly, from its syntax tree.

The cheap reading of single lines, which may name too much but never too little, is `onetree.policy.imports.candidates`.
"""

import ast
import re
import warnings
from collections.abc import Iterator
from typing import Final, NamedTuple

# A dotted name, as entry points, mock targets and import_module calls write it; `package.module:attribute` too.
DOTTED: Final = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+(?:\.|:[^\W\d][\w.]*)?")


class Statement(NamedTuple):
    """One imported module of an import statement.

    ``import a.b, c`` is two of these, without names; ``from ..a import b, c`` is one of level 2 with the names b and
    c. `typing` says that it stands below ``if TYPE_CHECKING:``.
    """

    level: int
    module: str
    names: tuple[str, ...]
    line: int
    typing: bool = False


class Scan(NamedTuple):
    """The import statements of a file, and the dotted names in its strings with their lines.

    Where the file does not parse, `error` says why and `error_line` where; nothing else is known of it then.
    """

    statements: tuple[Statement, ...] = ()
    strings: tuple[tuple[str, int], ...] = ()
    error: str = ""
    error_line: int = 0


def parse(source: bytes) -> ast.Module:
    """The syntax tree of a file, decoded as Python does. Raises SyntaxError with a line, and nothing else."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape in somebody's file is no news here
            return ast.parse(source)
    except SyntaxError:
        raise
    except (ValueError, LookupError) as error:
        raise SyntaxError(str(error) or "the file cannot be decoded", ("", 1, 0, "")) from None
    except (RecursionError, MemoryError):
        raise SyntaxError("the file is nested too deeply to parse", ("", 1, 0, "")) from None


def scan(source: bytes) -> Scan:
    """Read a file. Never raises: a file that does not parse is told by `Scan.error`."""
    try:
        tree = parse(source)
    except SyntaxError as error:
        return Scan(error=error.msg or "the file does not parse", error_line=error.lineno or 1)
    return scan_tree(tree)


def scan_tree(tree: ast.Module) -> Scan:
    """What a syntax tree imports, and its dotted strings."""
    return Scan(tuple(_statements(tree)), tuple(strings(tree)))


def strings(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Each dotted name that is the whole of a string, once, with the first line it stands on.

    A name that ends with a dot is the beginning of one that is put together at run time.
    """
    seen: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in seen:
            seen.add(node.value)
            if DOTTED.fullmatch(node.value):
                yield node.value, node.lineno


def _statements(tree: ast.Module) -> Iterator[Statement]:
    """Every import statement, wherever it stands.

    What counts as type checking only is as in grimp 3.19: the whole of an ``if`` whose test is that name or
    attribute, its ``else`` too, but not an ``elif`` that tests it.
    """
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    elifs: set[ast.AST] = set()
    while waiting:
        node, typing = waiting.pop()
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Statement(0, alias.name, (), node.lineno, typing)
        elif isinstance(node, ast.ImportFrom):
            yield Statement(node.level, node.module or "", tuple(a.name for a in node.names), node.lineno, typing)
        elif isinstance(node, ast.If):
            if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
                elifs.update(each for each in node.orelse if each.col_offset == node.col_offset)
            inside = typing or (node not in elifs and _tests_type_checking(node.test))
            waiting += [(child, inside) for child in reversed([*node.body, *node.orelse])]
        elif not isinstance(node, ast.expr):
            waiting += [(child, typing) for child in reversed(list(ast.iter_child_nodes(node)))]


def _tests_type_checking(test: ast.expr) -> bool:
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )
