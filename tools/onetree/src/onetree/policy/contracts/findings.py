"""Broken contracts as findings: the whole chain with files and lines, whom to ask, and how to mend it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import pairwise
from typing import Final

from onetree.policy.contracts.model import Contract, Result, Violation
from onetree.policy.values import Finding

_HINTS: Final[Mapping[str, str]] = {
    "layers": "Move what both need to a layer that both may import, or have the higher layer pass it in.",
    "independence": "Move what both need to a package that both may import.",
    "forbidden": "Let {importer} be given what it needs from {imported}, or move it to where both may import it.",
    "protected": "Reach {imported} through the modules that may import it, or by its name in the configuration.",
}

Line = Callable[[str, str], int]
Owners = Callable[[str], tuple[str, ...]]
Key = tuple[str, ...]


class Teller:
    """Makes findings of violations. `paths` are the modules' files; `line` tells where a module imports another."""

    def __init__(self, contracts_path: str, paths: Mapping[str, str], line: Line, owners: Owners) -> None:
        self._contracts_path = contracts_path
        self._paths = paths
        self._line = line
        self._owners = owners

    def findings(self, result: Result, known: Collection[Key] = ()) -> Iterator[tuple[Key, Finding]]:
        """One finding for each violation that is not known, with what tells it from others wherever its lines are."""
        for violation in result.violations:
            direct = violation.chain if len(violation.chain) == 2 else ()
            key = (result.contract.type, violation.contract, violation.importer, violation.imported, *direct)
            if key not in known:
                yield key, self._finding(result.contract, violation)

    def _finding(self, contract: Contract, violation: Violation) -> Finding:
        rule = f"imports/{contract.type}"
        if not violation.chain:
            message = f"{violation.imported} is no layer of the contract '{contract.name}', which must name them all."
            hint = "Add it to 'layers' where it belongs, or to 'exhaustive_ignores'."
            path = self._paths.get(violation.imported, self._contracts_path)
            return Finding(rule, path, 1, message, hint, self._owners(path))
        chain = violation.chain
        first, last = self._paths[chain[0]], self._paths.get(chain[-1], "")
        line = self._line(chain[0], chain[1])
        how = self.chain(chain) if len(chain) > 2 else f"{chain[0]} imports {chain[1]}"
        message = (
            f"{how}. {violation.importer} may not import {violation.imported}: '{contract.name}' "
            f"({self._contracts_path}:{contract.line})."
        )
        hint = contract.guidance or _HINTS[contract.type].format(
            importer=violation.importer, imported=violation.imported
        )
        asked = dict.fromkeys([*self._owners(first), *(self._owners(last) if last else ())])
        return Finding(rule, first, line, message, hint, tuple(asked))

    def chain(self, chain: tuple[str, ...]) -> str:
        """``a imports b (a.py:1), which imports c (b.py:7)``."""
        steps = [
            f"imports {imported} ({self._paths[importer]}:{self._line(importer, imported)})"
            for importer, imported in pairwise(chain)
        ]
        return f"{chain[0]} " + ", which ".join(steps)
