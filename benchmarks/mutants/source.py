"""Faults in Python source: made by cutting out one expression or statement and putting another in its place."""

import ast
from collections.abc import Iterable, Iterator

from benchmarks.mutants.mutant import Mutant, Tree, is_for_tests

_RAISE = 'raise RuntimeError("mutant")'
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Source:
    """A file's text with its syntax tree."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self._starts = [0]
        for line in text.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def at(self, line: int, column: int) -> int:
        """The offset of a place; columns count bytes, as those of ast do."""
        return self._starts[line - 1] + column

    def but(self, node: ast.expr | ast.stmt, instead: str) -> bytes:
        """The text with `instead` in the place of `node`."""
        start = self.at(node.lineno, node.col_offset)
        end = self.at(node.end_lineno or node.lineno, node.end_col_offset or 0)
        return self.text[:start] + instead.encode() + self.text[end:]


def function_bodies(tree: Tree) -> Iterator[Mutant]:
    """One statement of a function: a condition turned round, a result lost, an operation that fails."""
    for path, source in _sources(tree, tree.sources()):
        for function in _functions(source.tree):
            for node in function.body:
                for found in ast.walk(node):
                    if isinstance(found, ast.If):
                        turned = f"not ({ast.unparse(found.test)})"
                        yield _one("function body", path, function, found.lineno, source.but(found.test, turned))
                    elif isinstance(found, ast.Return) and found.value is not None:
                        yield _one("function body", path, function, found.lineno, source.but(found.value, "None"))
            first = function.body[-1]
            yield _one("function body", path, function, first.lineno, source.but(first, _RAISE))


def constants(tree: Tree) -> Iterator[Mutant]:
    """Another value for a constant of a module."""
    for path, source in _sources(tree, tree.sources()):
        for node in source.tree.body:
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                for value, instead in _other_values(node.value):
                    yield Mutant(
                        "constant", path, f"line {value.lineno}: {instead}", {path: source.but(value, instead)}
                    )
                    break


def defaults(tree: Tree) -> Iterator[Mutant]:
    """Another default value of a parameter."""
    for path, source in _sources(tree, tree.sources()):
        for function in _functions(source.tree):
            given = [*function.args.defaults, *(value for value in function.args.kw_defaults if value is not None)]
            for default in given:
                for value, instead in _other_values(default):
                    text = source.but(value, instead)
                    yield Mutant(
                        "default value", path, f"{function.name}, line {value.lineno}: {instead}", {path: text}
                    )


def decorators(tree: Tree) -> Iterator[Mutant]:
    """A function or class without one of its decorators."""
    for path, source in _sources(tree, tree.sources()):
        for node in ast.walk(source.tree):
            for decorator in node.decorator_list if isinstance(node, (*_FUNCTIONS, ast.ClassDef)) else ():
                start = source.at(decorator.lineno, decorator.col_offset - 1)
                end = source.at(decorator.end_lineno or 0, decorator.end_col_offset or 0)
                text = source.text[:start] + b"# mutant" + source.text[end:]
                yield Mutant(
                    "decorator", path, f"line {decorator.lineno}: without {ast.unparse(decorator)}", {path: text}
                )


def class_attributes(tree: Tree) -> Iterator[Mutant]:
    """Another value, or another name, of what a class body binds."""
    for path, source in _sources(tree, tree.sources()):
        for owner in ast.walk(source.tree):
            for node in owner.body if isinstance(owner, ast.ClassDef) else ():
                if isinstance(node, ast.AnnAssign) and node.value is None:
                    text = source.but(node.target, ast.unparse(node.target) + "_mutant")
                    yield Mutant("class attribute", path, f"line {node.lineno}: another name", {path: text})
                elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                    for value, instead in _other_values(node.value):
                        text = source.but(value, instead)
                        yield Mutant("class attribute", path, f"line {value.lineno}: {instead}", {path: text})
                        break


def inits(tree: Tree) -> Iterator[Mutant]:
    """A package's `__init__` that fails, and one that lacks a name that it imports."""
    for path, source in _sources(tree, (path for path in tree.sources() if path.endswith("/__init__.py"))):
        yield Mutant("__init__", path, "fails", {path: source.text + f"\n{_RAISE}\n".encode()})
        for node in source.tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield Mutant("__init__", path, f"line {node.lineno}: no import", {path: source.but(node, "pass")})


def plug_ins(tree: Tree) -> Iterator[Mutant]:
    """A driver, which nothing imports: its functions fail, and its manifest names something else."""
    drivers = [path for path in tree.sources() if path.startswith("nova/virt/") and path.count("/") > 2]
    for path, source in _sources(tree, drivers):
        for function in _functions(source.tree):
            text = source.but(function.body[-1], _RAISE)
            yield _one("plug-in by name", path, function, function.body[-1].lineno, text)
    for path in tree.paths:
        if path.startswith("nova/virt/") and path.endswith("/subsystem.toml"):
            for key in (b"entry", b"name"):
                text = tree.read(path).replace(key + b' = "', key + b' = "mutant')
                yield Mutant("plug-in by name", path, f"another {key.decode()}", {path: text})


def fixtures(tree: Tree) -> Iterator[Mutant]:
    """A fixture that fails, and a helper of tests or a plug-in of pytest that does."""
    for path, source in _sources(tree, (path for path in tree.paths if path.endswith(".py"))):
        for function in _functions(source.tree):
            fixed = any("fixture" in ast.unparse(decorator) for decorator in function.decorator_list)
            name = path.rpartition("/")[2]
            helps = (is_for_tests(path) and not name.startswith("test_")) or name == "pytest_plugin.py"
            if path.startswith(("nova/", "tests/", "tools/onetree/")) and (fixed or helps):
                text = source.but(function.body[-1], _RAISE)
                yield _one("fixture", path, function, function.body[-1].lineno, text)


def _sources(tree: Tree, paths: Iterable[str]) -> Iterator[tuple[str, Source]]:
    for path in paths:
        try:
            yield path, Source(tree.read(path))
        except SyntaxError:
            continue  # a template, or a test's data


def _functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions with a body to break: not those of a Protocol, nor a docstring alone."""
    for node in ast.walk(module):
        if isinstance(node, _FUNCTIONS) and not isinstance(node.body[-1], ast.Expr | ast.Pass):
            yield node


def _one(kind: str, path: str, function: ast.FunctionDef | ast.AsyncFunctionDef, line: int, text: bytes) -> Mutant:
    return Mutant(kind, path, f"{function.name}, line {line}", {path: text})


def _other_values(value: ast.expr) -> Iterator[tuple[ast.Constant, str]]:
    """Each literal of an expression with another one; parts of f-strings and docstrings are left alone."""
    inside = {id(part) for joined in ast.walk(value) if isinstance(joined, ast.JoinedStr) for part in ast.walk(joined)}
    for node in ast.walk(value):
        if isinstance(node, ast.Constant) and id(node) not in inside:
            if isinstance(node.value, bool):
                yield node, str(not node.value)
            elif isinstance(node.value, int | float):
                yield node, repr(node.value + 1)
            elif isinstance(node.value, str):
                yield node, repr(node.value + "_mutant")
