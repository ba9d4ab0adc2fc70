"""All that checks know of one Python file's content, whatever its path: what the cache keeps by blob id."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from onetree.policy.imports.scan import Scan, parse, scan_tree

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Item(NamedTuple):
    """A file, class, function or Protocol and its size.

    `size` is the number of parameters of a function (without ``self`` and ``cls``) and of methods of a Protocol, and
    0 for others; `lines` count from the line with ``def`` or ``class`` to the end, blank ones and comments included:
    a test's table of cases stands in a decorator, and is data.
    """

    kind: str
    name: str
    line: int
    lines: int
    size: int = 0


class Facts(NamedTuple):
    """The imports of a file, or why it does not parse, and the sizes of what stands in it."""

    scan: Scan
    items: tuple[Item, ...] = ()


def read(source: bytes) -> Facts:
    """Read a file. Never raises."""
    whole = Item("file", "", 1, source.count(b"\n") + (not source.endswith(b"\n") and bool(source)))
    try:
        tree = parse(source)
    except SyntaxError as error:
        return Facts(Scan(error=error.msg or "it does not parse", error_line=error.lineno or 1), (whole,))
    return Facts(scan_tree(tree), (whole, *_items(tree, "")))


def _items(scope: ast.AST, prefix: str) -> Iterator[Item]:
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.ClassDef):
            name = prefix + node.name
            yield Item("class", name, node.lineno, _lines(node))
            if any(_is_protocol(base) for base in node.bases):
                methods = sum(isinstance(each, _Function) for each in node.body)
                yield Item("protocol", name, node.lineno, _lines(node), methods)
            yield from _items(node, name + ".")
        elif isinstance(node, _Function):
            yield Item("function", prefix + node.name, node.lineno, _lines(node), _parameters(node, bool(prefix)))
            yield from _items(node, prefix + node.name + ".")
        elif isinstance(node, ast.stmt | ast.excepthandler | ast.match_case):
            yield from _items(node, prefix)


def _lines(node: ast.ClassDef | _Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _parameters(node: _Function, nested: bool) -> int:
    named = [*node.args.posonlyargs, *node.args.args]
    if nested and named and named[0].arg in ("self", "cls", "mcs"):
        named = named[1:]
    return len(named) + len(node.args.kwonlyargs) + bool(node.args.vararg) + bool(node.args.kwarg)


def _is_protocol(base: ast.expr) -> bool:
    if isinstance(base, ast.Subscript):
        base = base.value
    return (
        base.id if isinstance(base, ast.Name) else base.attr if isinstance(base, ast.Attribute) else ""
    ) == "Protocol"
