"""`onetree tests`: which tests the change affects, why each, and running them."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from onetree.adapters import importgraph
from onetree.adapters.cache import folder_of
from onetree.adapters.scope_cache import ScopeCache
from onetree.commands.context import Context, Selection, Which, select
from onetree.policy.imports import Scan
from onetree.policy.scoping import Scope, Selected, scope
from onetree.policy.scoping.facts import Facts, facts_of, syntax_error, written
from onetree.policy.scoping.paths import is_for_tests
from onetree.policy.scoping.side import Side
from onetree.policy.settings import Settings
from onetree.policy.statements import statements
from onetree.policy.tree import PathChange, Tree
from onetree.policy.values import InputError


class Report(NamedTuple):
    """What `onetree tests` answers. `label` says which change was judged.

    `outcome` is "" where the tests were not run, else passed, failed, or nothing (none was there to run).
    """

    label: str
    scope: Scope
    outcome: str = ""
    notices: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """1 where tests were run and failed."""
        return int(self.outcome == "failed")

    @property
    def selected(self) -> tuple[Selected, ...]:
        """The test files, by path."""
        return self.scope.selected

    def json(self) -> dict[str, Any]:
        """The command line's JSON; `outcome` is there where the tests were run."""
        answer: dict[str, Any] = {
            "change": self.label,
            "mode": self.scope.mode,
            "selected": [{"path": each.path, "reasons": list(each.reasons)} for each in self.selected],
            "total": self.scope.total,
            "notices": [*self.scope.notices, *self.notices],
        }
        return answer | ({"outcome": self.outcome} if self.outcome else {})


def run(context: Context, which: Which) -> Report:
    """Select the tests of the change that is meant. Raises InputError for unknown revisions and broken settings."""
    selection = select(context, which)
    return Report(selection.label, scope_of(context, selection))


def execute(context: Context, which: Which, report: Report, arguments: Sequence[str], *, to_stderr: bool) -> Report:
    """Run the report's tests with pytest in the working tree, and return the report with the outcome.

    Raises InputError where the working tree does not hold the change, and where pytest cannot run.
    """
    from onetree.adapters import pytest

    if context.repo.bare:
        raise InputError("A bare repository has no working tree to run tests in.", hint="Run them in a clone.")
    if which.head and context.repo.resolve(which.head) != context.repo.resolve("HEAD"):
        hint = f"Check it out first: git switch --detach {which.head}"
        raise InputError(f"Tests run in the working tree, and {which.head} is not checked out.", hint=hint)
    if report.scope.mode == "none":
        return report._replace(outcome="nothing")
    paths = [] if report.scope.mode == "all" else [each.path for each in report.selected]
    code = pytest.run(context.repo.root, paths, arguments, stdout_is_taken=to_stderr)
    if code == pytest.NOTHING_COLLECTED:
        return report._replace(outcome="nothing", notices=("pytest collected no test from the selected files.",))
    return report._replace(outcome="passed" if code == pytest.PASSED else "failed")


def scope_of(context: Context, selection: Selection) -> Scope:
    """The tests that a change affects. Raises InputError for broken settings."""
    cache = ScopeCache(folder_of(context.repo.git_dir))
    found = scope(*sides_of(context, selection, cache), selection.changes)
    cache.save()
    return found._replace(notices=(*found.notices, cache.problem)) if cache.problem else found


def sides_of(context: Context, selection: Selection, cache: ScopeCache | None = None) -> tuple[Side, Side]:
    """The two trees of a change with all that is known of their files. Raises InputError for broken settings."""
    target, result = selection.target, selection.result
    return sides((target, context.settings(target)), (result, context.settings(result)), selection.changes, cache)


def sides(
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
