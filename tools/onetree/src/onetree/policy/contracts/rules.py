"""What breaks a contract in a given graph, type by type.

The pairs of importer and imported are those that import-linter 2.16 finds (grimp 3.19's
`find_illegal_dependencies_for_layers` and `find_shortest_chains`). Where it lists several chains for a pair, here
stand every direct import, and one shortest chain where there is no direct one.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import NoReturn

from onetree.policy.contracts import expressions
from onetree.policy.contracts.model import Contract, Layer, Violation
from onetree.policy.contracts.view import View
from onetree.policy.values import InputError


class Place:
    """Where contracts stand: for the errors that only the graph shows."""

    def __init__(self, path: str, roots: tuple[str, ...], *, external: bool) -> None:
        self.path = path
        self.roots = roots
        self.external = external

    def fail(self, line: int, message: str, hint: str = "") -> NoReturn:
        raise InputError(message, file=self.path, line=line, hint=hint)

    def is_internal(self, name: str) -> bool:
        """Whether the module is one of a root package's."""
        return any(name == root or name.startswith(root + ".") for root in self.roots)


def violations(contract: Contract, view: View, place: Place) -> list[Violation]:
    """What breaks the contract. Raises InputError where it names a module that does not exist."""
    return sorted(_RULES[contract.type](contract, view, place))


def expand(names: Iterable[tuple[str, int]], view: View) -> dict[str, int]:
    """The modules that expressions stand for, each with its line; a plain name stands for itself, present or not."""
    found: dict[str, int] = {}
    for name, line in names:
        for module in sorted(expressions.matching(name, view.modules)) if expressions.is_wild(name) else [name]:
            found.setdefault(module, line)
    return found


def _layers(contract: Contract, view: View, place: Place) -> Iterator[Violation]:
    if not contract.containers:
        yield from _one_container(contract, view, place, "", contract.line)
        return
    for container, line in expand(contract.containers, view).items():
        if not place.is_internal(container):
            place.fail(line, f"the container {container!r} is in no root package.")
        if container not in view.modules:
            place.fail(line, f"the container {container!r} does not exist.")
        yield from _one_container(contract, view, place, container + ".", line)
        if contract.exhaustive:
            declared = {tail for layer in contract.layers for tail in layer.tails} | contract.exhaustive_ignores
            for child in sorted(view.children(container)):
                if child.rpartition(".")[2] not in declared:
                    yield Violation(contract.id, container, child, ())


def _one_container(contract: Contract, view: View, place: Place, prefix: str, line: int) -> Iterator[Violation]:
    ranked: list[tuple[Layer, list[str]]] = []
    for layer in contract.layers:
        names = [prefix + tail for tail in layer.tails]
        for name, tail in zip(names, layer.tails, strict=True):
            if name not in view.modules and tail not in layer.optional:
                hint = f"Put the layer in brackets if it need not exist: ({tail})"
                place.fail(layer.line if not prefix else line, f"the layer {name!r} does not exist.", hint)
        ranked.append((layer, [name for name in names if name in view.modules]))
    illegal: dict[str, list[str]] = {}
    for index, (layer, names) in enumerate(ranked):
        higher = [name for _, above in ranked[:index] for name in above]
        for name in names:
            illegal[name] = higher + [other for other in names if layer.independent and other != name]
    yield from _between(contract, view, place, illegal)


def _independence(contract: Contract, view: View, place: Place) -> Iterator[Violation]:
    names = expand(contract.sources, view)
    for name, line in names.items():
        if name not in view.modules:
            place.fail(line, f"the module {name!r} does not exist.")
    yield from _between(contract, view, place, {name: [n for n in names if n != name] for name in names})


def _between(contract: Contract, view: View, place: Place, illegal: dict[str, list[str]]) -> Iterator[Violation]:
    """Imports from each key to what it may not import, not counting chains that go through a third of them."""
    everything = frozenset().union(*[view.package(name) for name in illegal])
    for importer, forbidden in illegal.items():
        if not forbidden:
            continue
        start = view.package(importer)
        blocked = everything - start
        levels = view.levels(start, blocked)
        for imported in forbidden:
            ends = view.package(imported)
            if not start.isdisjoint(ends):
                place.fail(contract.line, f"{importer!r} and {imported!r} share modules, so neither can be kept apart.")
            yield from _found(contract, view, importer, imported, (levels, start, ends, blocked))


_Search = tuple[list[set[str]], Collection[str], frozenset[str], Collection[str]]


def _found(contract: Contract, view: View, importer: str, imported: str, search: _Search) -> Iterator[Violation]:
    levels, start, ends, blocked = search
    reached = next((ends & level for level in levels[1:] if not ends.isdisjoint(level)), None)
    if reached is None:
        return
    if reached & levels[1]:
        for name in start:
            for end in ends.intersection(view.imports.get(name, ())):
                yield Violation(contract.id, importer, imported, (name, end))
    elif contract.indirect:
        yield Violation(contract.id, importer, imported, view.chain(levels, min(reached), blocked))


def _forbidden(contract: Contract, view: View, place: Place) -> Iterator[Violation]:
    sources, targets = expand(contract.sources, view), expand(contract.targets, view)
    for name, line in [*sources.items(), *((n, at) for n, at in targets.items() if place.is_internal(n))]:
        if name not in view.modules:
            place.fail(line, f"the module {name!r} does not exist.")
    for name, line in targets.items():
        if not place.is_internal(name):
            if not place.external:
                hint = "Set include_external_packages = True in [importlinter]."
                place.fail(line, f"{name!r} is in no root package.", hint)
            if "." in name:
                place.fail(
                    line, f"{name!r} is below an external package.", f"Name the package: {name.partition('.')[0]}"
                )
    for source in sources:
        start = view.package(source) if contract.as_packages else frozenset([source])
        levels: list[set[str]] | None = None
        for target in targets:
            if target not in view.modules or _overlap(source, target, as_packages=contract.as_packages):
                continue
            if levels is None:
                levels = view.levels(start, ())
            ends = view.package(target) if contract.as_packages else frozenset([target])
            yield from _found(contract, view, source, target, (levels, start, ends, ()))


def _overlap(a: str, b: str, *, as_packages: bool) -> bool:
    return a == b or (as_packages and (a.startswith(b + ".") or b.startswith(a + ".")))


def _protected(contract: Contract, view: View, place: Place) -> Iterator[Violation]:
    importers, tops = expand(contract.sources, view), expand(contract.targets, view)
    for name, line in [*tops.items(), *(importers.items() if contract.as_packages else ())]:
        if name not in view.modules:
            place.fail(line, f"the module {name!r} does not exist.")
    allowed = set(importers)
    if contract.as_packages:
        allowed = set().union(*[view.package(name) for name in allowed])
    inside = {
        top: view.package(top) if contract.as_packages and top not in view.squashed else frozenset([top])
        for top in tops
    }
    watched = frozenset().union(*inside.values())
    for importer in view.imports:
        if importer not in allowed:
            for imported in watched.intersection(view.imports[importer]):
                for top, modules in inside.items():
                    if imported in modules and importer not in modules:
                        yield Violation(contract.id, importer, top, (importer, imported))


_RULES = {"layers": _layers, "independence": _independence, "forbidden": _forbidden, "protected": _protected}
