"""`onetree check`: boundaries, OWNERS and manifests, and layout: of the whole tree, or what a change adds.

A change adds what is found in its result and not in its target. Findings are told apart by what they say, not by
their lines or figures, so what only moved is not new.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from onetree.adapters import codebase
from onetree.adapters.cache import FactsCache, folder_of
from onetree.adapters.codebase import Codebase, Lines
from onetree.adapters.git import decode
from onetree.commands import small_change
from onetree.commands.checking import Checker
from onetree.commands.context import Context, Selection, Which, select
from onetree.policy.contracts.findings import Key
from onetree.policy.settings import Settings
from onetree.policy.tree import Tree
from onetree.policy.tree_checks import debt
from onetree.policy.values import Finding, InputError


class Report(NamedTuple):
    """What is wrong. `edges` counts the imports between modules of the root packages, which takes a while; where
    nothing hung on one it was not read exactly, so a word ``import`` in a string may be counted.
    """

    label: str
    findings: tuple[Finding, ...]
    files: int
    modules: int
    edges: Callable[[], int]
    contracts: tuple[tuple[str, str, bool], ...]  # id, name, kept
    notices: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """1 where there is a finding."""
        return int(bool(self.findings))

    def only(self, kinds: Collection[str]) -> "Report":
        """The report with the findings of these kinds alone; a kind is what stands before a rule's slash."""
        return self._replace(findings=tuple(each for each in self.findings if each.rule.partition("/")[0] in kinds))

    def json(self) -> dict[str, Any]:
        """The command line's JSON."""
        return {
            "label": self.label,
            "findings": [found._asdict() for found in self.findings],
            "checked": {"files": self.files, "modules": self.modules, "edges": self.edges()},
            "contracts": [{"id": id_, "name": name, "kept": kept} for id_, name, kept in self.contracts],
            "notices": list(self.notices),
        }


def run(context: Context, which: Which, *, asked: str = "", cached: bool = True, kinds: Collection[str] = ()) -> Report:
    """Check the whole tree if `which` names no change, else what the change adds; all kinds of findings, or `kinds`.

    `asked` is the folder that the command line named, with which `gitgrep.start` may have been called. Raises
    InputError for broken settings and contracts.
    """
    cache = FactsCache(folder_of(context.repo.git_dir)) if cached else None
    if which == Which():
        report = _whole(context, asked, cache, kinds)
    else:
        report = _change(context, select(context, which), asked, cache)
    return _finished(report.only(kinds) if kinds else report, context, cache)


def of(context: Context, selection: Selection) -> Report:
    """Check what a change adds that has been selected. Raises InputError for broken settings and contracts."""
    cache = FactsCache(folder_of(context.repo.git_dir))
    return _finished(_change(context, selection, "", cache), context, cache)


def _finished(report: Report, context: Context, cache: FactsCache | None) -> Report:
    if context.overlay:
        # An overlay is for more revisions than one, so that some of its globs match nothing in any of them.
        report = report._replace(findings=tuple(found for found in report.findings if found.rule != "owners/glob"))
    if cache is None:
        return report
    cache.save()
    return report._replace(notices=(*report.notices, cache.problem)) if cache.problem else report


def _whole(context: Context, asked: str, cache: FactsCache | None, kinds: Collection[str]) -> Report:
    repo = context.repo
    if repo.bare:
        commit = repo.resolve("HEAD")
        tree = context.lay(repo.tree(commit, "HEAD"))
    else:
        tree = context.lay(repo.worktree())
    code = Codebase(tree, context.settings(tree))
    if repo.bare:
        lines = codebase.of_objects(repo.git_dir, commit, tree, code.files)
    else:
        lines = codebase.of_worktree(asked or repo.root, repo.root, tree, code.files)
    checker = Checker(code, cache, kinds=kinds)
    checker.read(lines)
    found = checker.findings(lines, None)
    return _report(f"the whole tree: {tree.name}", code, checker, [finding for _, finding in found])


def _change(context: Context, selection: Selection, asked: str, cache: FactsCache | None) -> Report:
    changed = {change.path for change in selection.changes}
    code = Codebase(selection.result, context.settings(selection.result))
    edits = small_change.is_edit(selection.changes)
    checker = Checker(code, cache, edits=edits)
    small = small_change.added(context.repo, selection, code, cache) if edits else None
    if small is not None:
        checker.notices.append("No import, module or policy differs, so that contracts hold as they did before.")
        return _report(selection.label, code, checker, [finding for _, finding in small])
    lines = _lines(context, selection, asked, code)
    checker.read(lines)
    grown: list[Finding] = []
    known: set[Key] = set()
    if edits:
        before = code.over(small_change.Before(context.repo, selection))
        other = Checker(before, cache, edits=True, like=checker)
        there = lines.but(_contents(before.tree, changed, code.files))
        other.read(there)
        known = {key for key, _ in other.findings(there, changed)}
    found = checker.findings(lines, changed, known)
    if not edits:
        settings = context.settings(selection.target)
        known = _known(selection.target, settings, lines, changed, cache) if found else set()
        grown = list(debt.grown(settings, code.settings))
    return _report(selection.label, code, checker, [*(finding for key, finding in found if key not in known), *grown])


def _known(
    tree: Tree, settings: Settings, lines: Lines, changed: Collection[str], cache: FactsCache | None
) -> set[Key]:
    """What is found in the target already. A target that cannot be checked excuses nothing."""
    try:
        code = Codebase(tree, settings)
        checker, there = Checker(code, cache), lines.but(_contents(tree, changed, code.files))
        checker.read(there)
        found = checker.findings(there, set(changed))
    except InputError:
        return set()
    return {key for key, _ in found}


def _lines(context: Context, selection: Selection, asked: str, code: Codebase) -> Lines:
    """The lines of the result. A working tree is searched far quicker than objects are, so what is staged is read as
    the working tree with the files that differ from the index put right.
    """
    repo, result = context.repo, selection.result
    if selection.kind == "worktree":
        return codebase.of_worktree(asked or repo.root, repo.root, result, code.files)
    if selection.kind == "staged":
        lines = codebase.of_worktree(asked or repo.root, repo.root, result, code.files)
        return lines.but(_contents(result, _unstaged(context), code.files))
    base = selection.head_commit or selection.target_commit
    lines = codebase.of_objects(repo.git_dir, base, result, code.files)
    # The result is the target with the change merged, and so differs from the head where the target went on.
    head, merged = context.lay(repo.tree(base)).entries(), result.entries()
    differing = [path for path in head.keys() | merged.keys() if head.get(path) != merged.get(path)]
    return lines.but(_contents(result, differing, code.files))


def _unstaged(context: Context) -> list[str]:
    """The paths whose content in the working tree is not what is staged, or may not be."""
    found = context.repo.raw(["diff-files", "-z", "--name-only", "--ignore-submodules=all"])
    return [decode(path) for path in found.split(b"\0")[:-1]]


def _contents(tree: Tree, paths: Iterable[str], files: Collection[str]) -> Mapping[str, bytes | None]:
    known = frozenset(files)
    return {path: tree.read(path) if path in known else None for path in paths if path.endswith(".py")}


def _report(label: str, code: Codebase, checker: Checker, findings: list[Finding]) -> Report:
    return Report(
        label,
        tuple(sorted(findings, key=lambda found: (found.path, found.line, found.rule, found.message))),
        len(code.files),
        len(code.modules.by_name),
        checker.edges,
        tuple(checker.verdicts),
        tuple(checker.notices),
    )
