"""The search for what crosses a boundary without an import statement, in the few files that a line gives away."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from onetree.adapters.codebase import Codebase, Hit, Lines
from onetree.policy import boundaries
from onetree.policy.boundaries import Crossing, Excusable
from onetree.policy.contracts.evaluate import Evaluation
from onetree.policy.imports import parse
from onetree.policy.values import Finding

_LOADS: Final = re.compile(rb"import_module|__import__|import_string|import_object|import_class|load_object")


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
        loads: list[Crossing] = []
        for path, tree in self._candidates():
            found = list(boundaries.crossings(path, tree, code.modules))
            loads += [crossing for crossing in found if crossing.loaded]
            yield from boundaries.into_islands(found, code.modules, islands)
            yield from boundaries.branches(path, tree, code.modules, islands)
        yield from self._past_contracts(loads, evaluation)

    def _candidates(self) -> Iterator[tuple[str, ast.Module]]:
        hits = {hit.path for hit in (self._hits() if self._hits else ()) if self._matters(hit)}
        roots = tuple(f"{quote}{root}." for root in self._code.contracts.roots for quote in "'\"")
        for hit in self._lines.holding(_LOADS):
            if hit.text.rstrip().endswith("(") or any(root in hit.text for root in roots):
                hits.add(hit.path)
        for path in sorted(hits):
            if path in self._code.modules.by_path and not boundaries.is_test(path):
                try:
                    yield path, parse(self._code.tree.read(path))
                except SyntaxError:
                    continue  # told as imports/parse

    def _matters(self, hit: Hit) -> bool:
        return boundaries.may_cross(hit.text, self._islands, hit.path)

    def _past_contracts(self, loads: Iterable[Crossing], evaluation: Evaluation) -> Iterator[Excusable]:
        """Modules loaded by a string that could not be imported: the contracts hold for them as for imports."""
        code, names = self._code, self._code.scope.names
        extra: dict[str, dict[str, Crossing]] = {}
        for each in loads:
            island = self._islands.of(code.modules.by_name[each.imported])
            own = evaluation.imports.get(each.importer, {})
            if {each.importer, each.imported} <= names and each.imported not in own and not island:
                extra.setdefault(each.importer, {})[each.imported] = each
        if not extra:
            return
        lines = {importer: {name: each.line for name, each in found.items()} for importer, found in extra.items()}

        def settle(importer: str, upto: int) -> Mapping[str, int]:
            return {**code.settle(importer, upto), **lines.get(importer, {})}

        imports = dict(evaluation.imports)
        imports |= {importer: {**imports.get(importer, {}), **found} for importer, found in lines.items()}
        for result in Evaluation(code.contracts, names, imports, settle).results():
            for violation in result.violations:
                for importer, imported in zip(violation.chain, violation.chain[1:], strict=False):
                    crossing = extra.get(importer, {}).get(imported)
                    if crossing is not None:
                        message = (
                            f"a string loads {imported}, by which {violation.importer} reaches {violation.imported}: "
                            f"'{result.contract.name}' ({code.contracts.path}:{result.contract.line}) forbids it."
                        )
                        hint = "A module that may not be imported may not be loaded by its name either."
                        finding = Finding("boundaries/string", crossing.path, crossing.line, message, hint)
                        yield (finding.rule, importer, imported), finding
