"""Modules that a file loads by name at run time, as far as its source tells which."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

_IMPORTS: Final = frozenset(
    {"import_module", "__import__", "importorskip", "import_string", "run_module", "resolve_name"}
    | {"import_class", "import_object", "import_object_ns", "import_any", "try_import", "import_versioned_module"}
)
_LISTINGS: Final = frozenset({"iter_modules", "walk_packages"})
_GROUPS: Final = frozenset({"entry_points", "iter_entry_points"})
_MANAGERS: Final = frozenset(
    {"DriverManager", "ExtensionManager", "NamedExtensionManager", "EnabledExtensionManager", "HookManager"}
    | {"DispatchExtensionManager", "NameDispatchExtensionManager"}
)
_FILES: Final = frozenset({"spec_from_file_location", "run_path", "SourceFileLoader"})


class Load(NamedTuple):
    """One statement that loads by name.

    `kind` is module (`name` is the whole dotted name), below (anything below the package `name`; "." is the file's
    own package), group (the entry points of group `name`, of any group where it is "") or anything (no part of the
    name is known).
    """

    kind: str
    name: str
    line: int


def loads_in(nodes: Sequence[ast.AST]) -> tuple[Load, ...]:
    """Every load by name among the nodes of a file, in the order of its lines."""
    known = _constants(nodes)
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    found = {load for call in calls for load in _loads(call, known)}
    found |= set(_handed_on(nodes, {id(call.func) for call in calls}))
    return tuple(sorted(found, key=lambda load: load.line))


def _handed_on(nodes: Sequence[ast.AST], called: set[int]) -> Iterator[Load]:
    """A function that loads, given to somebody or under another name: then nothing is known of what it loads."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            if any(alias.name in _IMPORTS and alias.asname not in (None, alias.name) for alias in node.names):
                yield Load("anything", "", node.lineno)
        elif isinstance(node, ast.Name | ast.Attribute) and id(node) not in called:
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in _IMPORTS and isinstance(node.ctx, ast.Load):
                yield Load("anything", "", node.lineno)


def _loads(call: ast.Call, known: Mapping[str, str]) -> Iterator[Load]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in _IMPORTS:
        yield _named(_argument(call, "name", "module_name", "import_str"), call.lineno, known)
    elif name in _LISTINGS:
        yield _listed(call)
    elif name in _GROUPS or name in _MANAGERS:
        group = _argument(call, "group", "namespace")
        text, whole = _text(group, known) if group is not None else ("", False)
        yield Load("group", text if whole else "", call.lineno)
    elif name in _FILES:
        yield Load("anything", "", call.lineno)


def _argument(call: ast.Call, *names: str) -> ast.expr | None:
    named = [keyword.value for keyword in call.keywords if keyword.arg in names]
    return named[0] if named else call.args[0] if call.args else None


def _named(argument: ast.expr | None, line: int, known: Mapping[str, str]) -> Load:
    text, whole = _text(argument, known) if argument is not None else ("", False)
    if text.startswith("."):
        return Load("below", ".", line)
    if whole:
        return Load("module", text, line)
    package = text.rpartition(".")[0]
    return Load("below", package, line) if package else Load("anything", "", line)


def _text(node: ast.expr, known: Mapping[str, str]) -> tuple[str, bool]:
    """What a string expression begins with, and whether that is all of it."""
    text, whole = "", False
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text, whole = node.value, True
    elif isinstance(node, ast.Name) and node.id in known:
        text, whole = known[node.id], True
    elif isinstance(node, ast.JoinedStr):
        text, whole = _concatenated(
            [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values], known
        )
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        text, whole = _concatenated([node.left, node.right], known)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        text = _text(node.left, known)[0].partition("%")[0]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        text = _text(node.func.value, known)[0].partition("{")[0]
    return text, whole


def _concatenated(parts: list[ast.expr], known: Mapping[str, str]) -> tuple[str, bool]:
    text = ""
    for part in parts:
        piece, whole = _text(part, known)
        text += piece
        if not whole:
            return text, False
    return text, True


def _listed(call: ast.Call) -> Load:
    """`iter_modules(package.__path__)` and the like: below that package; without a package that is named, anything."""
    for node in ast.walk(call):
        if isinstance(node, ast.Name) and node.id in ("__path__", "__file__", "__name__", "__package__"):
            return Load("below", ".", call.lineno)
        if isinstance(node, ast.Attribute) and node.attr in ("__path__", "__file__"):
            dotted = ast.unparse(node.value)
            if dotted.replace(".", "").isidentifier():
                return Load("below", dotted, call.lineno)
    return Load("anything", "", call.lineno)


def _constants(nodes: Sequence[ast.AST]) -> Mapping[str, str]:
    """The names of the file that are only ever bound to one string constant."""
    values: dict[str, set[str | None]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            text = node.value.value if isinstance(node.value, ast.Constant) else None
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        values.setdefault(name.id, set()).add(text if isinstance(text, str) else None)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            values.setdefault(node.id, set())
        elif isinstance(node, ast.arg):
            values.setdefault(node.arg, set()).add(None)
        elif isinstance(node, ast.For | ast.comprehension):
            for name in ast.walk(node.target):
                if isinstance(name, ast.Name):
                    values.setdefault(name.id, set()).add(None)
    return {name: text for name, found in values.items() if len(found) == 1 for text in found if text is not None}
