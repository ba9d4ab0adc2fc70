"""Contracts that only import-linter itself can evaluate: custom types, and those whose rules are not rewritten here.

They are given a grimp graph made of the edges that onetree has read exactly, so they need no importable package, and
work on any revision.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from onetree.policy.contracts.model import Contract, Contracts
from onetree.policy.contracts.reading import Option, RawContract
from onetree.policy.values import Finding, InputError


def findings(
    contracts: Contracts, imports: Mapping[str, Mapping[str, int]], modules: frozenset[str]
) -> Iterator[Finding]:
    """What import-linter finds about the contracts that are not native. Raises InputError where it is not installed."""
    try:
        import importlinter  # noqa: F401 - asked for before its parts, for a clear message
    except ImportError:
        first = next(contract for contract in contracts.contracts if not contract.native)
        message = (
            f"the contract {first.id!r} of type {first.type} is evaluated by import-linter, which is not installed."
        )
        raise InputError(message, file=contracts.path, line=first.line, hint="pip install import-linter") from None
    from importlinter import configuration

    configuration.configure()
    graph = _graph(imports, modules)
    for contract in contracts.contracts:
        if not contract.native:
            yield from _check(contract, contracts, graph)


def _graph(imports: Mapping[str, Mapping[str, int]], modules: frozenset[str]) -> Any:
    import grimp

    graph = grimp.ImportGraph()
    for name in sorted(modules):
        graph.add_module(name)
    for importer, found in imports.items():
        for imported, line in found.items():
            if imported not in modules:
                graph.add_module(imported, is_squashed=True)
            graph.add_import(importer=importer, imported=imported, line_number=line, line_contents="")
    return graph


def _check(contract: Contract, contracts: Contracts, graph: Any) -> Iterator[Finding]:
    from copy import deepcopy

    from importlinter.application.output import console
    from importlinter.domain.contract import InvalidContractOptions

    raw = _raw(contract, contracts)
    options = {"id": contract.id} | {key: _plain(option) for key, option in raw.options.items()}
    session = {key: _plain(option) for key, option in contracts.raw.session.items()} if contracts.raw else {}
    session["root_packages"] = list(contracts.roots)
    try:
        own = _type(contract, contracts)(name=contract.name, session_options=session, contract_options=options)
        check = own.check(deepcopy(graph), verbose=False)
    except InvalidContractOptions as error:
        key, said = next(iter(error.errors.items()))
        line = raw.options[key].line if key in raw.options else contract.line
        raise InputError(f"'{key}': {said}", file=contracts.path, line=line) from None
    except Exception as error:
        # A contract type is somebody's own code, and says by whatever exception that its options do not fit the tree.
        raise InputError(f"the contract {contract.id!r}: {error}", file=contracts.path, line=contract.line) from error
    if not check.kept:
        with console.capture() as captured:
            own.render_broken_contract(check)
        said = " ".join(captured.get().split())
        message = f"'{contract.name}' is broken: {said}"
        yield Finding(f"imports/{contract.type}", contracts.path, contract.line, message, contract.guidance)


def _raw(contract: Contract, contracts: Contracts) -> RawContract:
    if contracts.raw is None:
        raise InputError(f"the contract {contract.id!r} has no source.", file=contracts.path, line=contract.line)
    return next(each for each in contracts.raw.contracts if (each.id, each.line) == (contract.id, contract.line))


def _type(contract: Contract, contracts: Contracts) -> Any:
    import importlib

    own = dict(each.split(": ", 1) for each in contracts.types if ": " in each)
    own.setdefault("acyclic_siblings", "importlinter.contracts.acyclic_siblings.AcyclicSiblingsContract")
    module, _, name = own[contract.type].rpartition(".")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        message = f"the type {contract.type!r} cannot be imported: {error}."
        raise InputError(message, file=contracts.path, line=contract.line) from None


def _plain(option: Option) -> str | list[str]:
    return list(option.values) if option.many else option.values[0]
