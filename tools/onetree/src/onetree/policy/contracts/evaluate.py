"""Evaluating contracts on a graph of which the edges may be too many, until what is found is exact.

Let S be a superset of the edges E. A contract forbids chains of edges; a chain in E is a chain in S, so a contract
that S keeps is kept by E. Where S breaks it, the importers on the chains found are read exactly, their edges in S
replaced by those in E, and the contract is evaluated again if that took any away. S shrinks in each round, so this
ends; what is then found runs over exact edges alone. An entry of ``ignore_imports`` counts as matched only by an
edge that was read exactly.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import pairwise

from onetree.policy.contracts import expressions
from onetree.policy.contracts.model import Contract, Contracts, Ignore, Result, Violation
from onetree.policy.contracts.rules import Place, violations
from onetree.policy.contracts.view import Imports, View

# An importer's exact imports with their lines: those that stand on some lines, or all of them where none is given.
Settle = Callable[[str, Collection[int]], Mapping[str, int]]


class Evaluation:
    """All contracts of a tree over one graph, whose importers are read exactly where it matters.

    `imports` is owned by the evaluation from here on. `settle` is None where it is exact already.
    """

    def __init__(
        self,
        contracts: Contracts,
        modules: frozenset[str],
        imports: Imports,
        settle: Settle | None,
    ) -> None:
        self.contracts = contracts
        self.imports = imports
        self.found: list[Result] = []
        self._modules = modules
        self._settle = settle
        self._sure: dict[str, set[str]] = {}
        self._place = Place(contracts.path, contracts.roots, external=contracts.external)
        squashed = (
            frozenset(name for found in imports.values() for name in found if name not in modules)
            if contracts.external
            else frozenset()
        )
        self._view = View(modules | squashed, imports, squashed)

    def results(self) -> Iterator[Result]:
        """Each native contract's verdict, in the order of the file. Raises InputError."""
        for contract in self.contracts.contracts:
            if contract.native:
                result = self._result(contract)
                self.found.append(result)
                yield result

    def with_more(self, more: Mapping[str, Mapping[str, int]]) -> "Evaluation":
        """The same contracts over a graph with more edges, which are taken to be exact."""
        settle = self._settle
        imports = self.imports.but({name: {**self.imports.get(name, {}), **found} for name, found in more.items()})

        def both(importer: str, lines: Collection[int]) -> Mapping[str, int]:
            return {**(settle(importer, lines) if settle else self.imports[importer]), **more.get(importer, {})}

        other = Evaluation(self.contracts, self._modules, imports, both)
        other._sure = {name: set(found) for name, found in self._sure.items()}
        return other

    def _result(self, contract: Contract) -> Result:
        while True:
            ignored, unmatched = self._ignored(contract.ignores)
            view = self._view.without(ignored) if ignored else self._view
            found = violations(contract, view, self._place)
            if not self._confirm(found):
                return Result(contract, tuple(found), unmatched)

    def _confirm(self, found: list[Violation]) -> bool:
        """Read exactly whatever is on a chain; whether that took an edge away."""
        needed: dict[str, set[str]] = {}
        for violation in found:
            for importer, imported in pairwise(violation.chain):
                needed.setdefault(importer, set()).add(imported)
        return sum(self._read(importer, imported) for importer, imported in needed.items()) > 0

    def _read(self, importer: str, imported: set[str]) -> bool:
        if self._settle is None:
            return False
        sure = self._sure.setdefault(importer, set())
        before = self.imports[importer]
        imported = imported & before.keys()  # what was asked for may have turned out false meanwhile
        if imported <= sure:
            return False
        # A line is real or not by what stands before it, so most of the file need not be read.
        exact = self._settle(importer, {before[name] for name in imported})
        if imported <= exact.keys():
            self.imports.put(importer, {**before, **{name: exact[name] for name in imported}})
            sure |= imported
            return False
        exact = self._settle(importer, ())
        self.imports.put(importer, exact)
        sure |= exact.keys()
        return before.keys() != exact.keys()

    def _ignored(self, ignores: tuple[Ignore, ...]) -> tuple[list[tuple[str, str]], tuple[Ignore, ...]]:
        edges: list[tuple[str, str]] = []
        unmatched: list[Ignore] = []
        for ignore in ignores:
            found = list(self._matching(ignore))
            for importer, imported in found:
                self._read(importer, {imported})
            found = [(importer, imported) for importer, imported in found if imported in self.imports[importer]]
            edges += found
            if not found:
                unmatched.append(ignore)
        return edges, tuple(unmatched)

    def _matching(self, ignore: Ignore) -> Iterator[tuple[str, str]]:
        if not expressions.is_wild(ignore.importer) and not expressions.is_wild(ignore.imported):
            if ignore.imported in self.imports.get(ignore.importer, ()):
                yield ignore.importer, ignore.imported
            return
        importer, imported = expressions.pattern(ignore.importer), expressions.pattern(ignore.imported)
        for name, found in self.imports.items():
            if importer.fullmatch(name):
                for each in found:
                    if imported.fullmatch(each):
                        yield name, each
