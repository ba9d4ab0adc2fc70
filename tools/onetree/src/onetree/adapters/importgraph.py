"""The import graph of a tree: every tracked Python file, read exactly, through the cache where it knows the file."""

from collections.abc import Collection, Iterator
from typing import Protocol

from onetree.policy.imports.graph import Edge, Graph, Modules, ParseError, named_in_string, targets
from onetree.policy.imports.scan import Scan, scan
from onetree.policy.reading.path_globs import matcher
from onetree.policy.settings import Settings
from onetree.policy.tree import GITLINK, SYMLINK, Tree


class Cache(Protocol):
    """Scans by git blob id."""

    def get(self, oid: str) -> Scan | None: ...

    def put(self, oid: str, found: Scan) -> None: ...


def python_files(tree: Tree) -> list[str]:
    """The paths of a tree's Python files; a symlink or a submodule that is named like one is none."""
    return [p for p, entry in tree.entries().items() if p.endswith(".py") and entry.mode not in (SYMLINK, GITLINK)]


def build(
    tree: Tree,
    settings: Settings,
    cache: Cache | None = None,
    *,
    strings: bool = False,
    only: Collection[str] | None = None,
) -> Graph:
    """Read a tree's graph.

    With `strings` it has the edges of dotted names in strings and of parents' ``__init__`` too. With `only` it holds
    the edges of those files alone (all modules are in it nevertheless), which is quick where few files matter.
    """
    files = python_files(tree)
    modules = Modules(files, settings.roots)
    is_script = matcher(settings.scripts)
    wanted = sorted(files) if only is None else sorted(set(only) & set(files))
    edges: list[Edge] = []
    errors: list[ParseError] = []
    for path in wanted:
        found = scanned(tree, path, cache)
        if found.error:
            errors.append(ParseError(path, found.error_line, found.error))
        edges += _edges(modules, path, found, strings)
    unreachable = [path for path in modules.outside if not is_script(path)]
    return Graph(modules, edges, unreachable=unreachable, errors=errors)


def scanned(tree: Tree, path: str, cache: Cache | None) -> Scan:
    """What one file says, from the cache where it knows the content."""
    oid = tree.entries()[path].oid
    found = cache.get(oid) if cache and oid else None
    if found is None:
        found = scan(tree.read(path))
        if cache and oid:
            cache.put(oid, found)
    return found


def _edges(modules: Modules, path: str, found: Scan, strings: bool) -> Iterator[Edge]:
    importer, known = modules.by_path[path], modules.by_name
    is_package = path.endswith("__init__.py")
    for statement in found.statements:
        for imported in targets(statement, importer, is_package, known):
            if imported != importer:
                yield Edge(importer, imported, statement.line)
    if not strings:
        return
    for value, line in found.strings:
        imported = named_in_string(value, known)
        if imported and imported != importer:
            yield Edge(importer, imported, line, "string")
    for parent in modules.ancestors(importer):
        yield Edge(importer, parent, 1, "parent")
