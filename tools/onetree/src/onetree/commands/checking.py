"""The checks of one tree, one after the other."""

import gc
import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from onetree.adapters.cache import FactsCache
from onetree.adapters.codebase import Codebase, Lines
from onetree.commands.across import Across
from onetree.policy.contracts.evaluate import Evaluation
from onetree.policy.contracts.findings import Key, Teller
from onetree.policy.contracts.model import Result
from onetree.policy.contracts.view import Imports
from onetree.policy.reading.path_globs import matcher
from onetree.policy.tree_checks import boundaries, debt, layout
from onetree.policy.tree_checks.boundaries import Excusable
from onetree.policy.values import Finding, InputError

if TYPE_CHECKING:
    from onetree.policy.imports.facts import Facts
    from onetree.policy.ownership.resolution import Ownership

# Beyond so many Python files a whole tree is not parsed only to know that it parses: contracts do not need it.
PARSED_FILES: Final = 1_000

Keyed = tuple[Key, Finding]

_OWNERS: Final = "OWNERS"
_FIGURES: Final = re.compile(r"\d+")


class Checker:
    """Checks one tree. What it counted and noticed can be read after `findings`."""

    def __init__(
        self,
        code: Codebase,
        cache: FactsCache | None,
        *,
        edits: bool = False,
        like: "Checker | None" = None,
        kinds: Collection[str] = (),
    ) -> None:
        """Check `code`, for all kinds of findings or at least for `kinds`.

        With `edits` what hangs on paths and policy alone is left out, since a change of no more than files' contents
        finds it on both of its sides. `like` is the check of the other side, which then has the same imports but for
        the changed files.
        """
        self.code = code
        self._cache = cache
        self._edits = edits
        self._like = like
        self._kinds = frozenset(kinds)
        self._ownership: Ownership | None = None
        self.superset = Imports({})
        self.verdicts: list[tuple[str, str, bool]] = []
        self.notices: list[str] = []

    def edges(self) -> int:
        """How many imports there are between modules that contracts speak of."""
        return sum(map(len, self.superset.values()))

    def read(self, lines: Lines) -> None:
        """Take in who may import whom."""
        code = self.code
        if self._like and code.contracts.contracts:
            changed = [code.modules.by_path[path] for path in lines.instead if path in code.scope.by_path]
            self.superset = self._like.superset.but({name: code.settle(name, ()) for name in changed})
        elif code.contracts.contracts:
            self.superset = code.imports(lines)

    def findings(
        self, lines: Lines, changed: Collection[str] | None, known: Collection[Key] = frozenset()
    ) -> list[Keyed]:
        """Everything that is wrong and not `known`. `changed` are the paths that a change touches, None for all."""
        # A short process that makes many small objects: collecting them is a third of its time.
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            # The search runs while contracts are evaluated.
            across = Across(self.code, lines) if self._wants("boundaries", "debt") else None
            found = list(self._imports(known)) if self._wants("imports", "boundaries", "debt") else []
            others = [*self._boundaries(across)] if across else []
            if self._wants("imports", "layout"):
                others += self._parsed(changed)
            if not self._edits and self._wants("graph", "layout"):
                others += self._placed()
            if not self._edits and self._wants("owners", "subsystems"):
                others += self._lints()
            return [each for each in (*found, *map(_keyed, others)) if each[0] not in known]
        finally:
            if was_enabled:
                gc.enable()

    def _wants(self, *kinds: str) -> bool:
        return not self._kinds or not self._kinds.isdisjoint(kinds)

    def of_files(self, changed: Collection[str], across: Iterable[Excusable]) -> Iterator[Keyed]:
        """What is wrong with some files alone: `across` is what was found in them to cross a boundary."""
        owed = {debt.edge(entry) for entry in self.code.settings.debt}
        for edge, finding in across:
            if edge not in owed:
                yield _keyed(finding._replace(owners=self._owners(finding.path)))
        yield from map(_keyed, self._parsed(changed))

    # -- contracts ---------------------------------------------------------------------------------------------------

    def _imports(self, known: Collection[Key]) -> Iterator[Keyed]:
        code = self.code
        contracts = code.contracts
        if not contracts.contracts:
            self.notices.append(f"There are no import contracts: no {code.settings.contracts} in {code.tree.name}.")
        evaluation = Evaluation(contracts, code.scope.names, self.superset.but({}), code.settle)
        results: list[Result] = []
        teller = Teller(contracts.path, code.modules.by_name, lambda a, b: evaluation.imports[a][b], self._owners)
        for result in evaluation.results():
            results.append(result)
            self.verdicts.append((result.contract.id, result.contract.name, result.kept))
            yield from teller.findings(result, known)
            if result.contract.alerting == "warn":
                self.notices += [
                    f"{contracts.path}:{ignore.line}: no import matches {ignore}." for ignore in result.unmatched
                ]
        self._evaluation = evaluation
        yield from self._delegated()
        yield from map(_keyed, debt.findings(code.settings, contracts, results))

    def _delegated(self) -> Iterator[Keyed]:
        contracts = self.code.contracts
        others = [contract for contract in contracts.contracts if not contract.native]
        if not others:
            return
        from onetree.adapters import linter

        names = ", ".join(contract.id for contract in others)
        self.notices.append(f"import-linter evaluates {names}, which takes longer.")
        found = list(linter.findings(contracts, self.code.exact(), self.code.scope.names))
        broken = {finding.line for finding in found}
        self.verdicts += [(contract.id, contract.name, contract.line not in broken) for contract in others]
        yield from map(_keyed, found)

    def _owners(self, path: str) -> tuple[str, ...]:
        if self._like or not self._is_owned:
            return ()  # what was there before is not told, so that nobody is asked
        if self._ownership is None:
            from onetree.policy.ownership.resolution import Ownership

            self._ownership = Ownership(self.code.tree)
        return tuple(owner.who for owner in self._ownership.of(path).owners)

    # -- boundaries and lints ------------------------------------------------------------------------------------------

    def _boundaries(self, across: Across) -> Iterator[Finding]:
        """What crosses a boundary unseen by contracts, but for what is known as debt."""
        code = self.code
        owed = {debt.edge(entry) for entry in code.settings.debt}
        used: set[debt.Edge] = set()
        yield from across.shared_parents()
        for edge, finding in across.crossings(self._evaluation):
            if edge in owed:
                used.add(edge)
            else:
                yield finding._replace(owners=self._owners(finding.path))
        yield from debt.unused_boundaries(code.settings, used)

    def _lints(self) -> Iterator[Finding]:
        """OWNERS files and manifests."""
        code = self.code
        if not self._is_owned:
            self.notices.append(f"There is no OWNERS file in {code.tree.name}: nobody is asked for approval.")
            return
        from onetree.policy.ownership import lint as owners_lint
        from onetree.policy.subsystems import manifest
        from onetree.policy.subsystems.registry import Subsystems

        subsystems = Subsystems(code.tree, code.settings)
        broken = list(self._broken_manifests())
        yield from broken
        manifests: dict[str, manifest.Manifest] = {}
        if not broken:
            manifests = {each.folder: each.manifest for each in subsystems.all() if each.manifest}
            yield from subsystems.findings()
        yield from owners_lint.findings(
            code.tree, lambda folder: manifests[folder].status if folder in manifests else ""
        )

    @cached_property
    def _is_owned(self) -> bool:
        return any(path == _OWNERS or path.endswith("/" + _OWNERS) for path in self.code.tree.entries())

    def _broken_manifests(self) -> Iterator[Finding]:
        from onetree.policy.subsystems import manifest

        for path in sorted(self.code.tree.entries()):
            if path.rpartition("/")[2] == manifest.FILE_NAME:
                try:
                    manifest.parse(self.code.tree.read(path), path, self.code.settings.manifest_tables)
                except InputError as error:
                    yield Finding("subsystems/invalid", path, error.line, error.message, error.hint, self._owners(path))

    # -- everything else ---------------------------------------------------------------------------------------------

    def _placed(self) -> Iterator[Finding]:
        """Files that no package reaches, and folders that are not complete."""
        code = self.code
        entries = code.tree.entries()
        yield from boundaries.unreachable(code.unreachable(), entries)
        yield from layout.incomplete(code.settings.layout, entries, code.settings.file)

    def _parsed(self, changed: Collection[str] | None) -> Iterator[Finding]:
        """Files that do not parse, and what is over its budget: in changed files, or in all of them."""
        budgets = self.code.settings.budgets
        measured = [] if budgets is None else self.code.files
        if budgets is not None and budgets.exclude:
            excluded = matcher(budgets.exclude)
            measured = [path for path in measured if not excluded(path)]
        wanted = set(self.code.files if len(self.code.files) <= PARSED_FILES else measured)
        if changed is not None:
            wanted = set(self.code.files).intersection(changed)
        elif len(wanted) < len(self.code.files):
            left = len(self.code.files) - len(wanted)
            self.notices.append(f"{left:,} files were not parsed; a change's own files always are.")
        for path in sorted(wanted):
            found = self._facts(path)
            if found.scan.error:
                hint = "Mend it, or keep it under another name than .py if it is not Python 3."
                message = f"this file does not parse: {found.scan.error}."
                yield Finding("imports/parse", path, found.scan.error_line, message, hint, self._owners(path))
            if budgets is not None and path in measured:
                yield from layout.too_big(path, found.items, budgets)

    def _facts(self, path: str) -> "Facts":
        oid = self.code.tree.entries()[path].oid
        found = self._cache.get(oid) if self._cache else None
        if found is None:
            from onetree.policy.imports import facts

            found = facts.read(self.code.tree.read(path))
            if self._cache:
                self._cache.put(oid, found)
        return found


def _keyed(finding: Finding) -> Keyed:
    return (finding.rule, finding.path, _FIGURES.sub("#", finding.message)), finding
