"""The search for what crosses a boundary without an import statement, in the few files that a line gives away."""

import ast
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from onetree.adapters.codebase import Codebase, Hit, Lines
from onetree.policy.contracts.evaluate import Evaluation
from onetree.policy.contracts.model import Contract, Violation
from onetree.policy.imports.logical import statements_on
from onetree.policy.tree_checks import boundaries
from onetree.policy.tree_checks.boundaries import Crossing, Excusable
from onetree.policy.values import Finding

# What is in every line that calls import_module, __import__, import_string, import_object or import_class.
_LOADS: Final = b"import_"
_AFTER: Final = 5  # lines on which the argument of a call may begin
_LOADER: Final = re.compile(r"\b(?:__import__|import_(?:module|string|object|class))\s*\(")


class Across:
    """The boundaries of one tree's islands. The search for lines begins when this is made."""

    def __init__(self, code: Codebase, lines: Lines) -> None:
        self._code = code
        self._lines = lines
        self._islands = boundaries.islands(code.settings.plugins, code.files)
        needles = self._islands.needles()
        self._hits = lines.search(needles) if needles else None

    def shared_parents(self) -> Iterator[Finding]:
        """What packages define that hold islands."""
        entries = self._code.tree.entries()
        for parent in self._islands.parents:
            path = f"{parent}/__init__.py"
            if path in entries:
                names = [name for folder, name in self._islands.folders.items() if folder.rpartition("/")[0] == parent]
                yield from boundaries.shared_parent(path, self._code.tree.read(path), names)

    def crossings(self, evaluation: Evaluation) -> Iterator[Excusable]:
        """Strings and branches that reach into an island, and strings that load what a contract forbids."""
        code, islands = self._code, self._islands
        loads: dict[str, dict[str, Crossing]] = {}
        for path, tree in self._candidates(evaluation):
            found = list(boundaries.crossings(path, tree, code.modules))
            for crossing in found:
                if crossing.loaded and not islands.of(code.modules.by_name[crossing.imported]):
                    loads.setdefault(crossing.importer, {})[crossing.imported] = crossing
            yield from boundaries.into_islands(found, code.modules, islands)
            yield from boundaries.branches(path, tree, code.modules, islands)
        lines = {importer: {name: each.line for name, each in found.items()} for importer, found in loads.items()}
        for importer, imported, violation, contract in self._past_contracts(lines, evaluation):
            yield self._past_contract(loads[importer][imported], violation, contract)

    def _candidates(self, evaluation: Evaluation) -> Iterator[tuple[str, ast.AST]]:
        """The statements that can matter: those on a line that names an island, or that loads what is forbidden."""
        code, islands = self._code, self._islands
        lines: dict[str, set[int]] = {}
        for hit in self._hits() if self._hits else ():
            names, path = code.modules, hit.path
            if boundaries.may_branch(hit.text, islands, path) or boundaries.may_load(hit.text, names, islands, path):
                lines.setdefault(path, set()).add(hit.line)
        loads: dict[str, dict[str, int]] = {}
        for hit in self._lines.holding(_LOADS):
            if _LOADER.search(hit.text) and hit.path in code.scope.by_path and not boundaries.is_test(hit.path):
                for name in boundaries.named_modules(self._with_argument(hit), code.modules):
                    loads.setdefault(code.modules.by_path[hit.path], {})[name] = hit.line
        for importer, imported, _, _ in self._past_contracts(loads, evaluation):
            lines.setdefault(code.modules.by_name[importer], set()).add(loads[importer][imported])
        for path, numbers in sorted(lines.items()):
            if path in code.modules.by_path and not boundaries.is_test(path):
                for tree in statements_on(code.tree.read(path), numbers):
                    yield path, tree

    def _with_argument(self, hit: Hit) -> str:
        """A line that loads a module, with the lines after it where its first argument stands on one of them."""
        if not hit.text.rstrip().endswith(("(", "\\")) or hit.path not in self._code.modules.by_path:
            return hit.text
        source = self._code.tree.read(hit.path).decode("utf-8", "replace")
        return "\n".join(source.split("\n")[hit.line - 1 : hit.line + _AFTER])

    def _past_contracts(
        self, loads: Mapping[str, Mapping[str, int]], evaluation: Evaluation
    ) -> Iterator[tuple[str, str, Violation, Contract]]:
        """The loads (importer -> imported -> line) by which a contract is broken that imports alone do not break so.

        What may not be imported may not be loaded by its name either. Like imports, loads are looked at as a superset
        first, and then once more as far as the syntax tree confirms them.
        """
        names = self._code.scope.names
        inside = {
            importer: {name: at for name, at in found.items() if name in names} for importer, found in loads.items()
        }
        if not any(inside.values()):
            return
        known = {(v.contract, v.importer, v.imported) for result in evaluation.found for v in result.violations}
        for result in evaluation.with_more(inside).results():
            for violation in result.violations:
                direct = len(violation.chain) == 2
                if direct or (violation.contract, violation.importer, violation.imported) not in known:
                    for importer, imported in pairwise(violation.chain):
                        if imported in inside.get(importer, ()):
                            yield importer, imported, violation, result.contract

    def _past_contract(self, crossing: Crossing, violation: Violation, contract: Contract) -> Excusable:
        message = (
            f"a string loads {crossing.imported}, by which {violation.importer} reaches {violation.imported}: "
            f"'{contract.name}' ({self._code.contracts.path}:{contract.line}) forbids it."
        )
        hint = "A module that may not be imported may not be loaded by its name either."
        finding = Finding("boundaries/string", crossing.path, crossing.line, message, hint)
        return (finding.rule, crossing.importer, crossing.imported), finding
