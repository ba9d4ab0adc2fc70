"""Debt: imports that break a contract and are known to. Each is an exact edge with an owner, a reason and a date.

A contract's ``ignore_imports`` says that an edge does not count; an entry of ``debt`` in the settings says who pays it
off. Each needs the other. What no contract can ignore (a driver's name in a string) has an entry in the settings
alone, whose `contract` is the rule, such as ``boundaries/string``. Debt may only shrink.
"""

from collections.abc import Collection, Iterable, Iterator

from onetree.policy.contracts import expressions
from onetree.policy.contracts.model import Contracts, Ignore, Result
from onetree.policy.settings import Debt, Settings
from onetree.policy.values import Finding

Edge = tuple[str, str, str]  # contract (or rule), importer, imported

_BOUNDARIES = "boundaries/"


def edge(entry: Debt) -> Edge:
    """What identifies an entry."""
    return entry.contract, entry.importer, entry.imported


def findings(settings: Settings, contracts: Contracts, results: Iterable[Result]) -> Iterator[Finding]:
    """Where contracts and settings disagree about debt, and entries that nothing uses any more."""
    recorded = {edge(entry): entry for entry in settings.debt}
    ids = {contract.id for contract in contracts.contracts}
    for contract in contracts.contracts:
        for ignore in contract.ignores:
            yield from _ignore(contract.id, ignore, contracts.path, recorded, settings.file)
    ignored = {(c.id, i.importer, i.imported) for c in contracts.contracts for i in c.ignores}
    for entry in settings.debt:
        if entry.contract.startswith(_BOUNDARIES):
            continue
        if entry.contract not in ids:
            message = f"there is no contract {entry.contract!r} in {contracts.path or 'this tree'}."
            yield Finding("debt/unused", settings.file, entry.line, message, "Remove the entry.", (entry.owner,))
        elif edge(entry) not in ignored:
            message = (
                f"{entry.importer} -> {entry.imported} is not in ignore_imports of the contract {entry.contract!r}."
            )
            hint = "Remove the entry, or add the import there if it still exists."
            yield Finding("debt/unused", settings.file, entry.line, message, hint, (entry.owner,))
    for result in results:
        if result.contract.alerting == "error":
            for ignore in result.unmatched:
                message = f"no import matches {ignore}, which the contract {result.contract.id!r} ignores."
                hint = f"Remove the line, and its entry in [[debt]] of {settings.file or 'the settings'}."
                yield Finding("debt/unused", contracts.path, ignore.line, message, hint)


def _ignore(
    contract: str, ignore: Ignore, path: str, recorded: Collection[Edge], settings_file: str
) -> Iterator[Finding]:
    if expressions.is_wild(ignore.importer) or expressions.is_wild(ignore.imported):
        message = f"{ignore} in the contract {contract!r} holds a wildcard, so it may hide more than it names."
        yield Finding("debt/wildcard", path, ignore.line, message, "Write each import that is meant.")
    elif (contract, ignore.importer, ignore.imported) not in recorded:
        message = f"{ignore} is ignored by the contract {contract!r} and has no owner, reason and date."
        hint = f"Add an entry to [[tool.onetree.debt]] of {settings_file or 'pyproject.toml'}."
        yield Finding("debt/unrecorded", path, ignore.line, message, hint)


def grown(before: Settings, after: Settings) -> Iterator[Finding]:
    """The entries that a change adds: debt may only shrink."""
    known = {edge(entry) for entry in before.debt}
    for entry in after.debt:
        if edge(entry) not in known:
            message = f"the change adds debt: {entry.importer} -> {entry.imported} against {entry.contract!r}."
            hint = "Mend the import instead. Debt may only shrink; to add some is for an override owner."
            yield Finding("debt/grown", after.file, entry.line, message, hint, after.override)


def unused_boundaries(settings: Settings, used: Collection[Edge]) -> Iterator[Finding]:
    """Entries against a rule of the boundaries that excused nothing."""
    for entry in settings.debt:
        if entry.contract.startswith(_BOUNDARIES) and edge(entry) not in used:
            message = f"{entry.importer} -> {entry.imported} no longer breaks {entry.contract}."
            yield Finding("debt/unused", settings.file, entry.line, message, "Remove the entry.", (entry.owner,))
