"""Folders and files that a file computes from its own place (`__file__`) or from the place it is run in."""

import ast
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

_SAME: Final = frozenset({"resolve", "absolute", "expanduser", "abspath", "realpath", "normpath", "fspath", "str"})
_PATHS: Final = frozenset({"Path", "PurePath", "PosixPath", "PurePosixPath", "join", "joinpath", *_SAME})
_HARMLESS: Final = frozenset({"name", "stem", "suffix", "basename"})
_RUN_IN: Final = frozenset({"rootpath", "rootdir", "getcwd", "getcwdb"})


class Place(NamedTuple):
    """A path that a file reads at or below.

    `module` is the dotted name whose `__file__` it starts from, "" for the file itself; `path` is from the root for
    the file itself, else relative to that module's file (".." is its folder); "" is the whole tree. `line` is where.
    """

    module: str
    path: str
    line: int


class _At(NamedTuple):
    """An expression's value: a place, as far as it is known."""

    module: str
    path: str


_ANYWHERE: Final = _At("*", "")


def places_in(nodes: Sequence[ast.AST], path: str) -> tuple[Place, ...]:
    """The places of a file at `path`, given all its nodes, the module first.

    What is computed in a way that is not understood is the whole tree.
    """
    return tuple(sorted(set(_Reader(nodes, path).places()), key=lambda place: (place.line, place.path)))


class _Reader:
    def __init__(self, nodes: Sequence[ast.AST], path: str) -> None:
        self._module = nodes[0]
        self._path = path
        name = path.rpartition("/")[2]
        self._is_test = name.startswith("test_") or name.endswith("_test.py")
        self._used = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        self._climbing = _climbing(nodes)
        self._bound: dict[str, list[tuple[int, _At | None]]] = {}
        self._assigned = sorted(_assignments(nodes), key=lambda each: each[1].lineno)
        for name, node in self._assigned:
            self._bound.setdefault(name, []).append((node.lineno, self._value(node)))

    def places(self) -> Iterator[Place]:
        kept = {id(node) for name, node in self._assigned if self._only_through(name)}
        yield from self._visit(self._module, kept)

    def _only_through(self, name: str) -> bool:
        """Whether a name's value is only to be had through its uses in this file, and is sure there."""
        once = len(self._bound[name]) == 1 and self._bound[name][0][1] is not None
        return once and name in self._used and (self._is_test or name.startswith("_"))

    def _named(self, node: ast.Name) -> _At | None:
        """What a name was bound to last above its use: functions that use the same name do not disturb each other."""
        values = self._bound.get(node.id, [])
        if node.id in self._climbing and any(value is not None for _, value in values):
            return _ANYWHERE
        above = [value for line, value in values if line < node.lineno]
        return above[-1] if above else values[0][1] if values else None

    def _visit(self, node: ast.AST, kept: set[int]) -> Iterator[Place]:
        """Every outermost expression that has a place."""
        if id(node) in kept:
            return
        if isinstance(node, ast.expr):
            if self._is_anywhere(node):
                yield Place("", "", node.lineno)
                return
            if _harmless(node):
                return
            at = self._base(node) if isinstance(node, ast.Attribute) else self._value(node)
            if at is not None:
                yield Place("", "", node.lineno) if at == _ANYWHERE else Place(at.module, at.path, node.lineno)
                return
        for child in ast.iter_child_nodes(node):
            yield from self._visit(child, kept)

    def _is_anywhere(self, node: ast.expr) -> bool:
        """Whether an expression means a place that cannot be told: the current folder, any parent, a bare file."""
        if isinstance(node, ast.Name):
            return node.id == "__file__"
        if isinstance(node, ast.Attribute):
            return node.attr in _RUN_IN or (node.attr == "parents" and self._base(node.value) is not None)
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "cwd"

    def _value(self, node: ast.expr) -> _At | None:
        if isinstance(node, ast.Name):
            return self._named(node) if isinstance(node.ctx, ast.Load) else None
        if isinstance(node, ast.Attribute):
            return self._attribute(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            return self._joined(self._base(node.left), [node.right])
        if isinstance(node, ast.Subscript):
            return self._ancestor(node)
        return self._call(node) if isinstance(node, ast.Call) else None

    def _base(self, node: ast.expr) -> _At | None:
        """The value of a part of a larger expression, in which the bare `__file__` has its meaning."""
        if isinstance(node, ast.Name) and node.id == "__file__":
            return _At("", self._path)
        if isinstance(node, ast.Attribute) and node.attr == "__file__":
            return _module(node.value, ".")
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "__path__":
            return _module(node.value.value, "..")
        return self._value(node)

    def _attribute(self, node: ast.Attribute) -> _At | None:
        base = self._base(node.value)
        return _up(base, 1) if base is not None and node.attr == "parent" else None

    def _ancestor(self, node: ast.Subscript) -> _At | None:
        if not (isinstance(node.value, ast.Attribute) and node.value.attr == "parents"):
            return None
        base, index = self._base(node.value.value), node.slice
        if base is None or not (isinstance(index, ast.Constant) and isinstance(index.value, int) and index.value >= 0):
            return None
        return _up(base, index.value + 1)

    def _call(self, node: ast.Call) -> _At | None:
        method = isinstance(node.func, ast.Attribute)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if isinstance(node.func, ast.Attribute) and name in (_SAME | {"joinpath"}):
            base = self._base(node.func.value)
            if base is not None:
                return self._joined(base, node.args)
        if not node.args or (method and name in ("joinpath", "resolve", "absolute")):
            return None
        if name == "files":
            return self._resources(node.args[0])
        if name == "dirname":
            base = self._base(node.args[0])
            return _up(base, 1) if base is not None else None
        return self._joined(self._base(node.args[0]), node.args[1:]) if name in _PATHS else None

    def _resources(self, package: ast.expr) -> _At | None:
        """`importlib.resources.files(package)`: the package's folder."""
        if isinstance(package, ast.Name) and package.id in ("__package__", "__name__"):
            return _up(_At("", self._path), 1)
        if isinstance(package, ast.Constant) and isinstance(package.value, str):
            return _At(package.value, "..") if package.value.replace(".", "").isidentifier() else None
        return _module(package, "..")

    def _joined(self, base: _At | None, parts: list[ast.expr]) -> _At | None:
        """`base` with the parts joined, up to the first that is no literal."""
        for part in parts:
            if base is None or not (isinstance(part, ast.Constant) and isinstance(part.value, str)):
                return base
            base = _joined(base, part.value)
        return base


def _module(node: ast.expr, path: str) -> _At | None:
    dotted = ast.unparse(node)
    return _At(dotted, path) if dotted.replace(".", "").isidentifier() else None


def _joined(base: _At, part: str) -> _At:
    if part.startswith("/") or base == _ANYWHERE:
        return base
    path = posixpath.normpath(posixpath.join(base.path, part)) if base.path or part else ""
    return _At(base.module, _inside(path, base.module))


def _up(base: _At, levels: int) -> _At:
    if base == _ANYWHERE:
        return base
    path = base.path
    for _ in range(levels):
        path = posixpath.normpath(path + "/..") if base.module else path.rpartition("/")[0]
    return _At(base.module, _inside(path, base.module))


def _inside(path: str, module: str) -> str:
    """A path that does not leave the tree; outside of it nothing is tracked, so the whole tree stands for it."""
    if module:
        return path
    return "" if path in (".", "..") or path.startswith("../") else path


def _assignments(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """Each name that a plain assignment binds, and the value."""
    for node in nodes:
        if isinstance(node, ast.Assign):
            yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and isinstance(node.target, ast.Name) and node.value:
            yield node.target.id, node.value


def _climbing(nodes: Sequence[ast.AST]) -> frozenset[str]:
    """The names that a loop computes from themselves: ``while not found: folder = folder.parent``."""
    loops = (node for node in nodes if isinstance(node, ast.For | ast.While))
    return frozenset(
        name
        for loop in loops
        for name, value in _assignments(ast.walk(loop))
        if any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(value))
    )


def _harmless(node: ast.expr) -> bool:
    """Whether only a name is taken from the path: `Path(__file__).name`, `os.path.basename(__file__)`."""
    if isinstance(node, ast.Attribute):
        return node.attr in _HARMLESS
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _HARMLESS
