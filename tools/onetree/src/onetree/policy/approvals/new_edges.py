"""Imports by which a change makes one subsystem depend on another: they need an owner of the imported side.

Chromium asks the same of its DEPS files, and as there the question is put once: where a subsystem imported another
before the change, more such imports are its own affair. The changed Python files are read, before and after, and their
statements are resolved against the modules of both trees, as the import graph does. Only where a module imports what
it did not, the rest of its subsystem is read as well, to see whether the dependency was there.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from onetree.policy.approvals.import_diff import may_import_more
from onetree.policy.approvals.verdict import NewEdge
from onetree.policy.imports.graph import INIT, Modules, targets
from onetree.policy.imports.scan import Statement
from onetree.policy.imports.statements import statements
from onetree.policy.tree import GITLINK, SYMLINK, Entry, PathChange, Tree


class _Source(NamedTuple):
    """The import statements of one changed file, before and after, without their lines, and the lines after."""

    path: str
    before: frozenset[Statement]
    after: Mapping[Statement, int]


def find(
    target: Tree,
    changes: Iterable[PathChange],
    read: Callable[[str], bytes],
    roots: Sequence[str],
    subsystem: Callable[[str], str | None],
) -> tuple[NewEdge, ...]:
    """The new edges of a change, sorted. `read` gives a blob by its id; `subsystem` names that of a path."""
    python = [change for change in changes if change.path.endswith(".py")]
    added = {change.path for change in python if _file(change.new) and not _file(change.old)}
    names = [_last_name(path).encode("utf-8", "surrogateescape") for path in sorted(added)]
    sources = [_source(change, read, names) for change in python if change.new and _file(change.new)]
    suspects = [source for source in sources if source]
    if not suspects:
        return ()
    old_paths = {path for path, entry in target.entries().items() if path.endswith(".py") and _file(entry)}
    gone = {change.path for change in python if not _file(change.new)}
    new = Modules((old_paths - gone) | added, roots)
    old = Modules(old_paths, roots) if gone or added else new
    found: list[NewEdge] = []
    for source in suspects:
        known = _edges(source.path, dict.fromkeys(source.before, 0), old)
        for (importer, imported), line in _edges(source.path, source.after, new).items():
            path = new.by_name[imported]
            if (importer, imported) not in known and subsystem(path) not in (None, subsystem(source.path)):
                found.append(NewEdge(importer, imported, source.path, path, line))
    before = _Dependencies(target, old, old_paths, subsystem)
    return tuple(sorted(edge for edge in found if not before.has(edge)))


class _Dependencies:
    """Which subsystems imported which before the change; of a subsystem no more is read than answers the question."""

    def __init__(
        self, target: Tree, modules: Modules, paths: Iterable[str], subsystem: Callable[[str], str | None]
    ) -> None:
        self._target = target
        self._modules = modules
        self._paths = paths
        self._subsystem = subsystem
        self._known: dict[str | None, set[str | None]] = {}
        self._unread: dict[str | None, list[str]] = {}

    def has(self, edge: NewEdge) -> bool:
        """Whether the importer's subsystem imported the other one already."""
        importer, imported = self._subsystem(edge.importer_path), self._subsystem(edge.imported_path)
        if importer not in self._known:
            self._known[importer] = set()
            # What stands near the file is likelier to import the same.
            near = edge.importer_path.rpartition("/")[0]
            mine = (path for path in self._paths if self._subsystem(path) == importer)
            order = sorted(mine, key=lambda path: (path == edge.importer_path, path.startswith(near), path))
            self._unread[importer] = order
        known, unread = self._known[importer], self._unread[importer]
        while imported not in known and unread:
            known.update(self._imported_by(unread.pop()))
        return imported in known

    def _imported_by(self, path: str) -> Iterator[str | None]:
        found = dict.fromkeys(statements(self._target.read(path)).statements, 0)
        for _, imported in _edges(path, found, self._modules):
            yield self._subsystem(self._modules.by_name[imported])


def _source(change: PathChange, read: Callable[[str], bytes], names: Sequence[bytes]) -> _Source | None:
    """The statements of a changed file; None where nothing in them can be new.

    An old statement can mean a module of the change's, by its last name, that was not there before: one of `names`.
    """
    new = read(change.new.oid) if change.new else b""
    before: tuple[Statement, ...] = ()
    if change.old and _file(change.old):
        old = read(change.old.oid) if change.new and change.old.oid != change.new.oid else new
        if not may_import_more(old, new) and not any(name in new for name in names):
            return None
        before = statements(old).statements
    after: dict[Statement, int] = {}
    for each in statements(new).statements:
        after.setdefault(each._replace(line=0), each.line)
    return _Source(change.path, frozenset(each._replace(line=0) for each in before), after)


def _last_name(path: str) -> str:
    """The last name of a module: of its file, or of its folder for a package."""
    return path.removesuffix(f"/{INIT}").rpartition("/")[2].removesuffix(".py")


def _edges(path: str, found: Mapping[Statement, int], modules: Modules) -> dict[tuple[str, str], int]:
    importer = modules.by_path.get(path)
    if importer is None:
        return {}
    edges: dict[tuple[str, str], int] = {}
    for statement, line in found.items():
        for imported in targets(statement, importer, path.endswith(INIT), modules.by_name):
            if imported != importer:
                edges.setdefault((importer, imported), line)
    return edges


def _file(entry: Entry | None) -> bool:
    return entry is not None and entry.mode not in (SYMLINK, GITLINK)
