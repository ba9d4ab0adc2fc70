"""The common change that a hook sees: files are edited, and no module, import, dotted string or policy is another.

Then contracts, ownership and layout find in the result what they found in the target, and only the edited files need
be looked at. Whoever is in doubt gets None, and compares the whole trees.
"""

from collections.abc import Iterable, Iterator, Mapping

from onetree.adapters.cache import FactsCache
from onetree.adapters.codebase import Codebase, Hit
from onetree.adapters.git import Repository
from onetree.commands.checking import Checker, Keyed
from onetree.commands.context import Selection
from onetree.policy.imports import facts
from onetree.policy.imports.facts import Facts
from onetree.policy.imports.logical import statements_on
from onetree.policy.tree import EXECUTABLE, REGULAR, Entry, PathChange, Tree
from onetree.policy.tree_checks import boundaries
from onetree.policy.tree_checks.boundaries import Islands

_POLICY = frozenset({".importlinter", "setup.cfg", "pyproject.toml", "onetree.toml", "subsystem.toml"})


class Before:
    """The target of a change as the result with the changed files put back: nothing else of it is read."""

    def __init__(self, repo: Repository, selection: Selection) -> None:
        self.name = "the target"
        self._repo = repo
        self._result = selection.result
        self._old = {change.path: change.old for change in selection.changes if change.old}

    def entries(self) -> Mapping[str, Entry]:
        return {**self._result.entries(), **self._old}

    def read(self, path: str) -> bytes:
        return self._repo.blob(self._old[path].oid) if path in self._old else self._result.read(path)


def added(repo: Repository, selection: Selection, code: Codebase, cache: FactsCache | None) -> list[Keyed] | None:
    """What a change that `is_edit` adds; None where contracts could see it."""
    islands = boundaries.islands(code.settings.plugins, code.files)
    parents = {f"{parent}/__init__.py" for parent in islands.parents}
    if any(change.path in parents for change in selection.changes):
        return None
    before = Before(repo, selection)
    for path in (change.path for change in selection.changes if change.path in code.modules.by_path):
        if _named(code, path, _facts(code.tree, path, cache)) != _named(code, path, _facts(before, path, cache)):
            return None
    checker = Checker(code, cache)
    old = {key for key, _ in _findings(Checker(code.over(before), cache), before, selection, islands)}
    return [(key, found) for key, found in _findings(checker, code.tree, selection, islands) if key not in old]


def is_edit(changes: Iterable[PathChange]) -> bool:
    """Whether a change is of files' contents alone, and of none that is policy."""
    return all(map(_is_edit, changes))


def _is_edit(change: PathChange) -> bool:
    if change.old is None or change.new is None or not {change.old.mode, change.new.mode} <= {REGULAR, EXECUTABLE}:
        return False
    name = change.path.rpartition("/")[2]
    return name not in _POLICY and "OWNERS" not in name.upper()


def _facts(tree: Tree, path: str, cache: FactsCache | None) -> Facts:
    oid = tree.entries()[path].oid
    found = cache.get(oid) if cache else None
    if found is None:
        found = facts.read(tree.read(path))
        if cache:
            cache.put(oid, found)
    return found


def _named(code: Codebase, path: str, found: Facts) -> object:
    """All that contracts could see of a file: its imports, and the dotted names in its strings."""
    if found.scan.error:
        return object()  # what it imports is not known, so it is never the same
    imports = (code.scope.exact(path, found.scan.statements, typing=True) if path in code.scope.by_path else {}).keys()
    return frozenset(imports), frozenset(value for value, _ in found.scan.strings)


def _findings(checker: Checker, tree: Tree, selection: Selection, islands: Islands) -> Iterator[Keyed]:
    changed = {change.path for change in selection.changes}
    yield from checker.of_files(changed, _branches(tree, changed, islands, checker))


def _branches(tree: Tree, changed: set[str], islands: Islands, checker: Checker) -> Iterator[boundaries.Excusable]:
    modules = checker.code.modules
    for path in sorted(changed & modules.by_path.keys()):
        if islands.folders and not boundaries.is_test(path):
            source = tree.read(path)
            text = source.decode("utf-8", "replace").split("\n")
            hits = [Hit(path, number, line) for number, line in enumerate(text, 1)]
            lines = {hit.line for hit in hits if boundaries.may_branch(hit.text, islands, path)}
            for statement in statements_on(source, lines) if lines else ():
                yield from boundaries.branches(path, statement, modules, islands)
