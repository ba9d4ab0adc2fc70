"""The two trees of a change with all that is known of their files: what `changed` and `tests` reason about."""

from collections.abc import Collection
from typing import NamedTuple

from onetree.adapters import importgraph
from onetree.adapters.cache import folder_of
from onetree.adapters.scope_cache import ScopeCache
from onetree.commands.context import Context, Selection
from onetree.policy.imports.scan import Scan
from onetree.policy.imports.statements import statements
from onetree.policy.scoping.facts import Facts, facts_of, syntax_error, written
from onetree.policy.scoping.paths import is_for_tests
from onetree.policy.scoping.side import Side
from onetree.policy.settings import Settings
from onetree.policy.tree import PathChange, Tree


class Sides(NamedTuple):
    """The trees that a change leads from and to; `problems` are for people: a cache that could not be written."""

    target: Side
    result: Side
    problems: tuple[str, ...] = ()


def sides(context: Context, selection: Selection) -> Sides:
    """Read both trees of a change, through the cache. Raises InputError for broken settings."""
    cache = ScopeCache(folder_of(context.repo.git_dir))
    target, result = ((tree, context.settings(tree)) for tree in (selection.target, selection.result))
    both = of_trees(target, result, selection.changes, cache)
    cache.save()
    return Sides(*both, (cache.problem,) if cache.problem else ())


def of_trees(
    target: tuple[Tree, Settings],
    result: tuple[Tree, Settings],
    changes: Collection[PathChange],
    cache: ScopeCache | None = None,
) -> tuple[Side, Side]:
    """The sides of the changes that lead from one tree to another.

    Where no module comes or goes, the target's unchanged files say and mean what the result's do: the target's side
    has those alone that changed.
    """
    files = _Files(cache)
    changed = frozenset(change.path for change in changes)
    new = files.side(*result, checked=changed)
    modules = [set(importgraph.python_files(tree)) for tree, _ in (target, result)]
    only = changed & modules[0] if modules[0] == modules[1] and target[1] == result[1] else None
    return files.side(*target, only=only, beside=new), new


class _Files:
    """The Python files of both sides: each is read once, for the graph and for its facts."""

    def __init__(self, cache: ScopeCache | None) -> None:
        self._cache = cache
        self._scans: dict[str, Scan] = {}
        self._facts: dict[tuple[str, str], Facts] = {}

    def side(
        self,
        tree: Tree,
        settings: Settings,
        *,
        only: Collection[str] | None = None,
        checked: Collection[str] = (),
        beside: Side | None = None,
    ) -> Side:
        """One side, with the graph and facts of all files or of some; the syntax of those in `checked` is checked."""
        entries = tree.entries()
        facts = {}
        for path in importgraph.python_files(tree) if only is None else only:
            facts[path] = self._read(tree, path, entries[path].oid, path in checked)
        graph = importgraph.build(tree, settings, self, strings=True, only=only)
        return Side(tree, graph, facts, settings, beside)

    def get(self, oid: str) -> Scan | None:
        """What the file with this content imports: this is the graph's cache."""
        return self._scans.get(oid)

    def put(self, oid: str, found: Scan) -> None:
        """Keep what was read."""
        self._scans[oid] = found

    def _read(self, tree: Tree, path: str, oid: str, is_checked: bool) -> Facts:
        if (path, oid) not in self._facts:
            kept = self._cache.get(oid, path) if self._cache and oid and not is_checked else None
            found, facts = kept or self._anew(tree.read(path), path, is_checked)
            if self._cache and oid and not kept and not is_checked:
                self._cache.put(oid, path, found, facts)
            self.put(oid, found)
            self._facts[path, oid] = facts
        return self._facts[path, oid]

    @staticmethod
    def _anew(text: bytes, path: str, is_checked: bool) -> tuple[Scan, Facts]:
        facts, found = facts_of(text, path), statements(text)
        error, line = syntax_error(text) if is_checked else ("", 0)
        return found._replace(strings=_names(path, text, facts, found), error=error, error_line=line), facts


def _names(path: str, text: bytes, facts: Facts, found: Scan) -> tuple[tuple[str, int], ...]:
    """The dotted names in a file's strings; for a test those of the programs in them too."""
    if not is_for_tests(path):
        return facts.dotted
    lines = {statement.line for statement in found.statements}
    return (*facts.dotted, *((name, line) for name, line in written(text) if line not in lines))
