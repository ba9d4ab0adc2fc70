"""Which subsystems a change touches, and which depend on what it touches.

A path counts for the subsystem that names it most specifically (`onetree.policy.subsystems.registry`), in the target
and, where it still exists, in the result: a change of a manifest can add a subsystem to its own report but take none
away.

A subsystem depends on the change where one of its modules imports a changed module, directly or through others. A
changed file that is no module stands for the modules in its folder, or in the nearest folder upwards that has any,
within its subsystem.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from onetree.policy.imports.graph import Edge, Graph
from onetree.policy.subsystems.manifest import FILE_NAME
from onetree.policy.subsystems.registry import OWNERS, Subsystem, Subsystems
from onetree.policy.tree import PathChange
from onetree.policy.values import Reason

_POLICY_FILES = (OWNERS, FILE_NAME)


class Affected(NamedTuple):
    """One subsystem that a change affects.

    `touched`: paths of the change count for it. Else it depends on them: a module of it imports a changed one.
    `reasons` name each path, or the shortest chain of imports, edge by edge from its own module on.
    """

    name: str
    touched: bool
    reasons: tuple[Reason, ...]


class Paths(NamedTuple):
    """Whose the changed paths are: reasons by the name of the subsystem that they count for.

    `enclosing` names the subsystems with a manifest in whose folders paths stand that only others' claims name;
    `unowned` are paths that no OWNERS file covers and nobody claims.
    """

    touched: Mapping[str, tuple[Reason, ...]]
    enclosing: tuple[str, ...]
    unowned: tuple[str, ...]


def whose(changes: Sequence[PathChange], target: Subsystems, result: Subsystems) -> Paths:
    """Put each changed path down to its subsystems. Raises InputError where a manifest is broken."""
    touched: dict[str, dict[Reason, None]] = {}
    enclosing: set[str] = set()
    unowned: list[str] = []
    for change in changes:
        found = False
        for subsystems in (target, result) if change.new else (target,):
            stands_in = subsystems.of(change.path)
            if stands_in.manifest:
                enclosing.add(stands_in.name)
            for subsystem in subsystems.touched(change.path):
                if subsystem.owners_file:
                    found = True
                    reason = _reason(change, subsystem, subsystems)
                    touched.setdefault(subsystem.name, {})[reason] = None
        if not found:
            unowned.append(change.path)
    names = {name: tuple(reasons) for name, reasons in touched.items()}
    return Paths(names, tuple(sorted(enclosing - names.keys())), tuple(unowned))


def _reason(change: PathChange, subsystem: Subsystem, subsystems: Subsystems) -> Reason:
    text = f"{change.path} {_what(change)}"
    glob, line = subsystems.claim_of(change.path, subsystem)
    if subsystem == subsystems.of(change.path) or not subsystem.manifest or not glob:
        return Reason(text)
    return Reason(f"{text}, claimed by {glob}", subsystem.manifest.path, line)


def _what(change: PathChange) -> str:
    if change.old is None:
        return "is added"
    if change.new is None:
        return "is deleted"
    if change.old.oid == change.new.oid:
        return f"changes its mode from {change.old.mode} to {change.new.mode}"
    return "is modified"


def affected(
    paths: Paths, changes: Iterable[PathChange], graphs: Iterable[tuple[Graph, Subsystems]]
) -> tuple[Affected, ...]:
    """The subsystems that are touched, then those that depend on them, each sorted by name.

    `graphs` are those of the target and of the result, each with its tree's subsystems: a deleted module's importers
    are in the target's alone.
    """
    changed = [change.path for change in changes]
    chains: dict[str, tuple[Reason, ...]] = {}
    for graph, subsystems in graphs:
        for name, chain in _dependants(graph, subsystems, changed):
            if name not in paths.touched and (name not in chains or len(chain) < len(chains[name])):
                chains[name] = chain
    touched = [Affected(name, True, reasons) for name, reasons in sorted(paths.touched.items())]
    return (*touched, *(Affected(name, False, chain) for name, chain in sorted(chains.items())))


def _dependants(
    graph: Graph, subsystems: Subsystems, changed: Iterable[str]
) -> Iterator[tuple[str, tuple[Reason, ...]]]:
    """The subsystems of all modules that reach a changed one, each with a shortest chain of imports as reasons."""
    reached: dict[str, Edge | None] = dict.fromkeys(_seeds(graph, subsystems, changed))
    seen: set[str] = set()
    wave = list(reached)
    while wave:
        following: list[str] = []
        for edge in (edge for module in wave for edge in graph.importers_of(module)):
            if edge.importer in reached:
                continue
            reached[edge.importer] = edge
            following.append(edge.importer)
            for subsystem in subsystems.touched(graph.modules[edge.importer]):
                if subsystem.owners_file and subsystem.name not in seen:
                    seen.add(subsystem.name)
                    yield subsystem.name, tuple(_chain(graph, reached, edge))
        wave = following


def _chain(graph: Graph, reached: Mapping[str, Edge | None], last: Edge) -> Iterator[Reason]:
    edge: Edge | None = last
    while edge is not None:
        verb = {"string": "names", "parent": "is inside"}.get(edge.kind, "imports")
        yield Reason(f"{edge.importer} {verb} {edge.imported}", graph.modules[edge.importer], edge.line)
        edge = reached[edge.imported]


def _seeds(graph: Graph, subsystems: Subsystems, changed: Iterable[str]) -> Iterator[str]:
    folders: dict[str, list[str]] | None = None
    for path in changed:
        if path in graph.paths:
            yield graph.paths[path]
        elif not path.endswith(".py") and path.rpartition("/")[2] not in _POLICY_FILES:
            if folders is None:
                folders = _by_folder(graph)
            yield from _beside(path, subsystems.of(path).folder, folders)


def _beside(path: str, top: str, folders: Mapping[str, list[str]]) -> list[str]:
    folder = path.rpartition("/")[0]
    while folder not in folders and folder != top and folder:
        folder = folder.rpartition("/")[0]
    return folders.get(folder, [])


def _by_folder(graph: Graph) -> dict[str, list[str]]:
    folders: dict[str, list[str]] = {}
    for path, module in graph.paths.items():
        folders.setdefault(path.rpartition("/")[0], []).append(module)
    return folders
