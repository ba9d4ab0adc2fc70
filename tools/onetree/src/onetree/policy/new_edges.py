"""Imports that a change adds between subsystems: they need an owner of the imported side.

Chromium asks the same of its DEPS files. Only the changed Python files are read, before and after; their statements
are resolved against the modules of both trees, as the import graph does. An edge is new where the same module did not
import the same module before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from onetree.policy.approvals import NewEdge
from onetree.policy.graph import INIT, Modules, targets
from onetree.policy.imports import Statement
from onetree.policy.statements import statements
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
    subsystem: Callable[[str], str],
) -> tuple[NewEdge, ...]:
    """The new edges of a change, sorted. `read` gives a blob by its id; `subsystem` names the one of a path."""
    python = [change for change in changes if change.path.endswith(".py")]
    added = {change.path for change in python if _file(change.new) and not _file(change.old)}
    sources = [_source(change, read) for change in python if _file(change.new) and not _only_mode(change)]
    # Without a new statement or a new module that an old one could mean, there is no new edge.
    suspects = [source for source in sources if source.after and (added or source.after.keys() - source.before)]
    if not suspects:
        return ()
    old_paths = {path for path, entry in target.entries().items() if path.endswith(".py") and _file(entry)}
    gone = {change.path for change in python if not _file(change.new)}
    old, new = Modules(old_paths, roots), Modules((old_paths - gone) | added, roots)
    found: dict[tuple[str, str], NewEdge] = {}
    for source in suspects:
        known = _edges(source.path, dict.fromkeys(source.before, 0), old)
        for (importer, imported), line in _edges(source.path, source.after, new).items():
            path = new.by_name[imported]
            if (importer, imported) not in known and subsystem(source.path) != subsystem(path):
                found[importer, imported] = NewEdge(importer, imported, source.path, path, line)
    return tuple(sorted(found.values()))


def _source(change: PathChange, read: Callable[[str], bytes]) -> _Source:
    before = statements(read(change.old.oid)).statements if change.old and _file(change.old) else ()
    after: dict[Statement, int] = {}
    for each in statements(read(change.new.oid)).statements if change.new else ():
        after.setdefault(each._replace(line=0), each.line)
    return _Source(change.path, frozenset(each._replace(line=0) for each in before), after)


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


def _only_mode(change: PathChange) -> bool:
    return bool(change.old and change.new and change.old.oid == change.new.oid and _file(change.old))
