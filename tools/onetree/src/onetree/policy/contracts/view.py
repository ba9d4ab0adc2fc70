"""The graph as contracts see it: the modules of the root packages, perhaps external packages, and who imports whom."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping

Imports = Mapping[str, Mapping[str, int]]  # importer -> imported -> line of the first import


class View:
    """An immutable graph of names. External packages are `squashed`: what is below them is not looked at."""

    def __init__(self, modules: Collection[str], imports: Imports, squashed: frozenset[str] = frozenset()) -> None:
        self.modules = modules
        self.imports = imports
        self.squashed = squashed
        self._sorted = sorted(modules)
        self._packages: dict[str, frozenset[str]] = {}

    def without(self, edges: Iterable[tuple[str, str]]) -> "View":
        """The same graph without some of its edges."""
        imports = dict(self.imports)
        for importer, imported in edges:
            imports[importer] = {name: line for name, line in imports[importer].items() if name != imported}
        view = View.__new__(View)
        view.modules, view.imports, view.squashed = self.modules, imports, self.squashed
        view._sorted, view._packages = self._sorted, self._packages
        return view

    def package(self, name: str) -> frozenset[str]:
        """A module and all that is below it."""
        if name not in self._packages:
            # "/" follows "." in ASCII, and sorts behind every name below.
            low, high = bisect_left(self._sorted, name + "."), bisect_left(self._sorted, name + "/")
            self._packages[name] = frozenset([name, *self._sorted[low:high]])
        return self._packages[name]

    def children(self, name: str) -> set[str]:
        """The modules right below a package, those included that only modules below them prove."""
        depth = name.count(".") + 2
        return {".".join(module.split(".")[:depth]) for module in self.package(name) if module != name}

    def levels(self, start: Collection[str], blocked: Collection[str]) -> list[set[str]]:
        """What is imported from `start`, by the number of imports; a chain may end in `blocked` but not go through.

        The first element is `start` itself; a module stands in the first level that reaches it.
        """
        imports = self.imports
        found: list[set[str]] = [set(start)]
        seen = set(start)
        frontier: Collection[str] = start
        while frontier:
            reached: set[str] = set().union(*[imports[name] for name in frontier if name in imports])
            reached -= seen
            if not reached:
                break
            seen |= reached
            found.append(reached)
            frontier = reached.difference(blocked)
        return found

    def chain(self, levels: list[set[str]], end: str, blocked: Collection[str]) -> tuple[str, ...]:
        """One shortest chain to `end`, which stands in one of `levels`; of several the first by name."""
        depth = next(i for i, level in enumerate(levels) if end in level)
        names = [end]
        for level in reversed(levels[:depth]):
            importers = (
                n for n in level if names[-1] in self.imports.get(n, ()) and (level is levels[0] or n not in blocked)
            )
            names.append(min(importers))
        return tuple(reversed(names))
