"""Boundaries that import statements do not show.

Islands are the folders that the settings' `plugins` name: each is used only through its contract and found by name at
run time. Four ways around that are found here: a Python file that no chain of packages reaches (import-linter reads
no such file), a name in the package that islands share, a string that leads into an island or past a contract, and
code outside of an island that asks for it by name. Tests may do the last two: they set up what they test.
"""

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from onetree.policy.imports.graph import Modules, named_in_string
from onetree.policy.imports.scan import parse, strings
from onetree.policy.reading.path_globs import matcher
from onetree.policy.tree import Entry
from onetree.policy.values import Finding

_TEST: Final = re.compile(r"(?:^|/)(?:tests?/|conftest\.py$|test_[^/]*\.py$|[^/]*_test\.py$)")
_LOADERS: Final = frozenset({"import_module", "__import__", "import_string", "import_object", "import_class"})

_QUOTED: Final = re.compile(r"[\"']([\w.:]+)[\"']")
_ASKS: Final = re.compile(r"[=!]=|\b(?:in|is|case|and|or|not|if|else)\b")
_BARE: Final = re.compile(r"[\s,()\[\]{}:|\\]*")


class Islands(NamedTuple):
    """The islands of a tree: folder -> name. `parents` are the folders that hold them."""

    folders: Mapping[str, str]
    parents: tuple[str, ...]

    def of(self, path: str) -> str:
        """The folder of the island that a path is in, "" outside of all."""
        folder = path.rpartition("/")[0]
        while folder and folder not in self.folders:
            folder = folder.rpartition("/")[0]
        return folder

    def needles(self) -> tuple[str, ...]:
        """Fixed strings of which one stands on every line that can matter: a quoted name, or a dotted path."""
        names = sorted(set(self.folders.values()))
        dotted = sorted({parent.replace("/", ".") + "." for parent in self.parents})
        return tuple(quote + name for name in [*names, *dotted] for quote in ("'", '"'))


def islands(globs: Iterable[str], entries: Collection[str]) -> Islands:
    """The folders that match, if they hold Python files; a name that begins with ``_`` or is ``tests`` is none."""
    matches = matcher(globs)
    candidates = {folder for path in entries if path.endswith(".py") for folder in _above(path)}
    found = {
        folder: name
        for folder in sorted(filter(matches, candidates))
        if not (name := folder.rpartition("/")[2]).startswith("_") and name != "tests"
    }
    return Islands(found, tuple(sorted({folder.rpartition("/")[0] for folder in found})))


def _above(path: str) -> Iterator[str]:
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def is_test(path: str) -> bool:
    """Whether a file is a test or a test's helper, by the names that pytest goes by."""
    return _TEST.search(path) is not None


def unreachable(paths: Iterable[str], entries: Mapping[str, Entry]) -> Iterator[Finding]:
    """One finding for each Python file that is in no package and is no stand-alone script."""
    for path in paths:
        folder, _, name = path.rpartition("/")
        if name.count(".") > 1 or any("." in part for part in folder.split("/")):
            message, hint = "a dot in its name or folder keeps this module from being imported.", "Rename it."
        elif path[:-3] + "/__init__.py" in entries:
            message, hint = f"the package {path[:-3]}/ hides this module.", "Rename one of the two."
        else:
            bare = next((f for f in [folder, *_above(folder)] if f and f + "/__init__.py" not in entries), folder)
            message = (
                f"no package reaches this file, since {bare} has no __init__.py: import contracts do not hold for it."
            )
            hint = f"Add {bare}/__init__.py, or name the file in 'scripts' of the settings if it stands alone."
        yield Finding("graph/unreachable", path, 0, message, hint)


def shared_parent(path: str, source: bytes, names: Collection[str]) -> Iterator[Finding]:
    """What a package that holds islands defines: one island could put there what another takes."""
    try:
        tree = parse(source)
    except SyntaxError:
        return  # told as imports/parse
    for statement in tree.body:
        if not _is_inert(statement):
            message = f"this package holds the islands {', '.join(sorted(names))}, and so may hold no names of its own."
            yield Finding(
                "boundaries/shared-parent", path, statement.lineno, message, "Move it to a package of its own."
            )
            return


def _is_inert(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.ImportFrom):
        return statement.module == "__future__"
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    # A namespace that other distributions add to says so by its path.
    return isinstance(statement, ast.Pass) or any(isinstance(t, ast.Name) and t.id == "__path__" for t in targets)


class Crossing(NamedTuple):
    """A file reaches for a module by a string; `loaded` where the string is given to a function that imports."""

    path: str
    line: int
    importer: str
    imported: str
    loaded: bool


Excusable = tuple[tuple[str, str, str], Finding]  # what debt may name: the rule, the importer, the imported


def crossings(path: str, tree: ast.AST, modules: Modules) -> Iterator[Crossing]:
    """The strings of a file that lead to modules of the tree."""
    importer = modules.by_path[path]
    loaded = {value for value, _ in _loaded(tree)}
    for value, line in strings(tree):
        imported = named_in_string(value, modules.by_name)
        if imported and imported != importer:
            yield Crossing(path, line, importer, imported, value in loaded)


def _loaded(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node.func) in _LOADERS:
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value, node.lineno


def _called(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def into_islands(found: Iterable[Crossing], modules: Modules, islands: Islands) -> Iterator[Excusable]:
    """The strings that lead from outside of an island into it."""
    for crossing in found:
        island = islands.of(modules.by_name[crossing.imported])
        if island and islands.of(crossing.path) != island:
            name = islands.folders[island]
            message = f"a string leads {crossing.importer} to {crossing.imported}, inside of {name}."
            hint = f"Let the configuration name {name}, and find it through its manifest or entry point."
            finding = Finding("boundaries/string", crossing.path, crossing.line, message, hint)
            yield (finding.rule, crossing.importer, crossing.imported), finding


def branches(path: str, tree: ast.AST, modules: Modules, islands: Islands) -> Iterator[Excusable]:
    """Where code outside of an island asks for the island by its name."""
    here = islands.of(path)
    names = {name: folder for folder, name in islands.folders.items() if folder != here}
    seen: set[tuple[str, int]] = set()
    for node in ast.walk(tree):
        for constant in _asked(node):
            value = constant.value
            if isinstance(value, str) and value in names and (value, constant.lineno) not in seen:
                seen.add((value, constant.lineno))
                message = f"code outside of {names[value]} branches on the name {value!r}."
                hint = f"Ask for the ability that {value} has, not for its name: a capability or a facet."
                finding = Finding("boundaries/name", path, constant.lineno, message, hint)
                yield (finding.rule, modules.by_path[path], names[value].replace("/", ".")), finding


def _asked(node: ast.AST) -> Iterator[ast.Constant]:
    """The constants that a comparison, a case, a dispatch table or a lookup tests for."""
    places: list[ast.expr | None] = []
    if isinstance(node, ast.Compare):
        places = [node.left, *node.comparators]
    elif isinstance(node, ast.MatchValue):
        places = [node.value]
    elif isinstance(node, ast.MatchMapping | ast.Dict):
        places = [*node.keys]
    elif isinstance(node, ast.Subscript):
        places = [node.slice]
    for place in places:
        for each in place.elts if isinstance(place, ast.Tuple | ast.List | ast.Set) else [place]:
            if isinstance(each, ast.Constant):
                yield each


def may_branch(text: str, islands: Islands, path: str) -> bool:
    """Whether a line may ask for another island's name: cheap, and true too often rather than too seldom."""
    here = islands.of(path)
    names = {name for folder, name in islands.folders.items() if folder != here}
    words = [word for word in _QUOTED.finditer(text) if word[1] in names]
    if not words or _BARE.fullmatch(_QUOTED.sub("", text.partition("#")[0])) or _ASKS.search(text):
        return bool(words)
    return any(text[word.end() :].lstrip()[:1] in (":", "]", "|") or text[: word.start()][-1:] == "[" for word in words)


def may_load(text: str, modules: Modules, islands: Islands, path: str) -> bool:
    """Whether a string on a line leads into another island than the file's own."""
    here = islands.of(path)
    found = (named_in_string(word, modules.by_name) for word in _QUOTED.findall(text))
    return any(name and islands.of(modules.by_name[name]) not in ("", here) for name in found)


def named_modules(text: str, modules: Modules) -> set[str]:
    """The modules of the tree that strings in a text lead to."""
    return {named_in_string(word, modules.by_name) for word in _QUOTED.findall(text)} - {""}
