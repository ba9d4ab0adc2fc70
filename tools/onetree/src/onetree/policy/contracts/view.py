"""The graph as contracts see it: the modules of the root packages, perhaps external packages, and who imports whom."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

_Found = Mapping[str, int]  # imported -> line of the first import


class Imports(Mapping[str, _Found]):
    """Importer -> imported -> line. What is not known is loaded when somebody asks: many modules nobody reaches."""

    def __init__(
        self, known: dict[str, _Found], others: Collection[str] = (), load: Callable[[str], _Found] | None = None
    ) -> None:
        """`others` are the importers that `load` can tell about, besides those that are known."""
        self._known = known
        self._others = others
        self._load = load

    def __getitem__(self, name: str) -> _Found:
        found = self._known.get(name)
        if found is None:
            if self._load is None or name not in self._others:
                raise KeyError(name)
            found = self._known[name] = self._load(name)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._known or name in self._others

    def __iter__(self) -> Iterator[str]:
        yield from self._known.keys() | set(self._others)

    def __len__(self) -> int:
        return len(self._known.keys() | set(self._others))

    def put(self, name: str, found: _Found) -> None:
        """Set right what a module imports."""
        self._known[name] = found

    def but(self, changed: Mapping[str, _Found]) -> "Imports":
        """The same imports but for some importers; what is put into either does not show in the other."""
        return Imports(dict(changed), self, self.__getitem__)


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
        gone: dict[str, set[str]] = {}
        for importer, imported in edges:
            gone.setdefault(importer, set()).add(imported)
        imports = self.imports.but(
            {name: {k: v for k, v in self.imports[name].items() if k not in without} for name, without in gone.items()}
        )
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
