"""Contracts with their options read and checked, and what may be found wrong with a graph."""

from typing import NamedTuple

from onetree.policy.contracts.reading import Option, RawContracts


class Ignore(NamedTuple):
    """One entry of ``ignore_imports``: two module expressions and the line it stands on."""

    importer: str
    imported: str
    line: int

    def __str__(self) -> str:
        return f"{self.importer} -> {self.imported}"


class Layer(NamedTuple):
    """One layer: its modules (below the container, where there is one), and those of them that need not exist."""

    tails: tuple[str, ...]
    optional: frozenset[str]
    independent: bool
    line: int


class Contract(NamedTuple):
    """A contract of one of import-linter's types; only the options of its type are used.

    `native` is false where import-linter itself has to evaluate it.
    """

    id: str
    name: str
    type: str
    line: int
    native: bool
    ignores: tuple[Ignore, ...] = ()
    alerting: str = "error"
    guidance: str = ""
    layers: tuple[Layer, ...] = ()
    containers: tuple[tuple[str, int], ...] = ()
    exhaustive: bool = False
    exhaustive_ignores: frozenset[str] = frozenset()
    sources: tuple[tuple[str, int], ...] = ()  # forbidden: source_modules; independence: modules; protected: allowed
    targets: tuple[tuple[str, int], ...] = ()  # forbidden: forbidden_modules; protected: protected_modules
    indirect: bool = True
    as_packages: bool = True


class Contracts(NamedTuple):
    """All contracts of a tree and what they share. `path` is "" where the tree has none."""

    path: str = ""
    roots: tuple[str, ...] = ()
    external: bool = False
    typing: bool = True  # whether imports below `if TYPE_CHECKING` count
    types: tuple[str, ...] = ()  # custom contract types, as "name: package.module.Class"
    contracts: tuple[Contract, ...] = ()
    raw: RawContracts | None = None


class Violation(NamedTuple):
    """What breaks a contract: `importer` may not import `imported`, both as the contract names them.

    `chain` are the modules from the one to the other, two for a direct import; it is empty for a module that an
    exhaustive contract does not list (then `importer` is the container and `imported` the module).
    """

    contract: str
    importer: str
    imported: str
    chain: tuple[str, ...]


class Result(NamedTuple):
    """One contract's verdict, and the ignores that match nothing. It is kept where there are no violations."""

    contract: Contract
    violations: tuple[Violation, ...]
    unmatched: tuple[Ignore, ...] = ()

    @property
    def kept(self) -> bool:
        """As import-linter says it."""
        return not self.violations


def first_line(option: Option | None, default: int) -> int:
    """Where an option stands."""
    return option.line if option else default
