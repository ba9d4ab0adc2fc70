"""The same tree judged by import-linter and by onetree, in a form in which the two can be compared."""

import contextlib
import importlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from importlinter import configuration
from importlinter.application import use_cases
from onetree.adapters.codebase import Codebase, Lines
from onetree.policy.contracts.evaluate import Evaluation
from onetree.policy.contracts.model import Result
from onetree.policy.settings import Settings
from onetree.policy.tree import MemoryTree
from onetree.policy.values import InputError

Pair = tuple[str, str]


class Verdict(NamedTuple):
    """One contract: whether it is kept, who reaches whom, by which direct imports, and modules that it must name."""

    kept: bool
    pairs: frozenset[Pair]
    direct: frozenset[Pair]
    undeclared: frozenset[str]


FAILED = "it cannot be judged"
Verdicts = dict[str, Verdict] | str


def import_linter(folder: Path, files: Mapping[str, str]) -> Verdicts:
    """What import-linter says of the files, once written to a folder; `FAILED` where it gives up."""
    folder.mkdir(exist_ok=True)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return import_linter_in(folder)


def import_linter_in(folder: Path, *more_paths: Path) -> Verdicts:
    """What import-linter says of a folder that holds packages and an `.importlinter`."""
    configuration.configure()
    with contextlib.chdir(folder), _importable(folder, *more_paths):
        try:
            options = use_cases.read_user_options(config_filename=".importlinter")
            use_cases._register_contract_types(options)
            report = use_cases.create_report(options, cache_dir=None)
        except Exception:
            return FAILED
        if report.could_not_run:
            return FAILED
        return {
            contract.contract_options["id"]: _verdict(contract.contract_options["type"], check.kept, check.metadata)
            for contract, check in report.get_contracts_and_checks()
        }


def onetree(files: Mapping[str, str], settings: Settings | None = None) -> Verdicts:
    """What onetree says of the same files, by the superset of their imports."""
    tree = MemoryTree(files)
    try:
        code = Codebase(tree, settings or Settings())
        imports = code.imports(Lines(b"", {path: tree.read(path) for path in code.files}, None))
        results = list(Evaluation(code.contracts, code.scope.names, imports, code.settle).results())
    except InputError:
        return FAILED
    if any(result.unmatched and result.contract.alerting == "error" for result in results):
        return FAILED  # import-linter gives up here; onetree says which line is idle, and goes on
    return {result.contract.id: _own(result) for result in results}


def _own(result: Result) -> Verdict:
    found = [violation for violation in result.violations if violation.chain]
    pairs = frozenset((violation.importer, violation.imported) for violation in found)
    direct = frozenset((each.chain[0], each.chain[1]) for each in found if len(each.chain) == 2)
    undeclared = frozenset(each.imported for each in result.violations if not each.chain)
    return Verdict(result.kept, pairs, direct, undeclared)


def _verdict(kind: str, kept: bool, metadata: dict[str, Any]) -> Verdict:
    pairs: set[Pair] = set()
    direct: set[Pair] = set()
    if kind == "protected":
        for found in metadata["illegal_imports"]:
            for link in found.illegal_links:
                pairs.add((link["importer"], found.top_level_module))
                direct.add((link["importer"], link["imported"]))
        return Verdict(kept, frozenset(pairs), frozenset(direct), frozenset())
    for found in metadata["invalid_dependencies" if kind == "layers" else "invalid_chains"]:
        importer = found.get("importer") or found["downstream_module"]
        pairs.add((importer, found.get("imported") or found["upstream_module"]))
        for route in found.get("routes") or found["chains"]:
            links = route["chain"] if isinstance(route, dict) else route
            if len(links) == 1:
                direct.add((links[0]["importer"], links[0]["imported"]))
    return Verdict(kept, frozenset(pairs), frozenset(direct), frozenset(metadata.get("undeclared_modules", ())))


@contextlib.contextmanager
def _importable(*folders: Path) -> Iterator[None]:
    known = set(sys.modules)
    sys.path[:0] = [str(folder) for folder in folders]
    importlib.invalidate_caches()
    try:
        yield
    finally:
        del sys.path[: len(folders)]
        for name in set(sys.modules) - known:
            if name.partition(".")[0] in ("pkg", "other"):
                del sys.modules[name]
        for folder in folders:
            sys.path_importer_cache.pop(str(folder), None)
