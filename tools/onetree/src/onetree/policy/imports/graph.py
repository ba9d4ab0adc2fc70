"""Modules and the edges between them.

Names are resolved as grimp 3.19 does (import-linter's graph), so that verdicts agree: an imported name is a module, or
an attribute of the module that is its parent, or not of this tree.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from onetree.policy.imports.scan import Statement

INIT = "__init__.py"


class Edge(NamedTuple):
    """`importer` needs `imported`, both module names; `line` is in the importer's file.

    `kind` is "import" for an import statement, "string" for a dotted name in a string, and "parent" for the
    ``__init__`` that Python runs before the module.
    """

    importer: str
    imported: str
    line: int
    kind: str = "import"


class ParseError(NamedTuple):
    """A file whose imports nobody knows, because it does not parse."""

    path: str
    line: int
    message: str


class Modules:
    """The names of a tree's Python files.

    A file below a source root is in a package where each folder down to it has an ``__init__.py``; right in the root
    it is a module of its own. Stand-alone scripts, and files that nothing reaches, get a name made of their path, so
    that they have edges too.
    """

    def __init__(self, paths: Iterable[str], roots: Sequence[str] = (".",)) -> None:
        self.by_name: dict[str, str] = {}
        self.by_path: dict[str, str] = {}
        self.outside: set[str] = set()  # paths that no chain of packages reaches
        prefixes = sorted(("" if root in (".", "") else root.strip("/") + "/" for root in roots), key=len, reverse=True)
        files = sorted(path for path in paths if path.endswith(".py"))
        self._inits = {path[: -len(INIT)] for path in files if path == INIT or path.endswith("/" + INIT)}
        whole: dict[str, bool] = dict.fromkeys(prefixes, True)  # folder (with its slash) -> is it importable
        late: list[tuple[str, str]] = []
        for path in files:
            prefix = next((prefix for prefix in prefixes if path.startswith(prefix)), None)
            name = path[len(prefix or "") : -3].removesuffix("/__init__")
            folder = path[: path.rfind("/") + 1]
            if folder not in whole:
                whole[folder] = prefix is not None and self._whole(folder, whole)
            if whole[folder] and "." not in name and path[:-3] + "/" not in self._inits:
                self._add(path, name.replace("/", "."))
            else:
                late.append((path, name.replace("/", ".")))
        for path, name in late:
            self.outside.add(path)
            self._add(path, name)

    def is_package(self, name: str) -> bool:
        """Whether the module is a folder's ``__init__``."""
        return self.by_name[name].endswith("/" + INIT)

    def ancestors(self, name: str) -> Iterator[str]:
        """The packages that Python runs before the module, nearest first."""
        while "." in name:
            name = name.rpartition(".")[0]
            if name in self.by_name:
                yield name

    def _add(self, path: str, name: str) -> None:
        if name in self.by_name:
            # Two files of one name: the path from the repository's root tells them apart.
            name = path[:-3].replace("/", ".") + ".py"
            self.outside.add(path)
        self.by_name[name] = path
        self.by_path[path] = name

    def _whole(self, folder: str, whole: dict[str, bool]) -> bool:
        if folder not in self._inits:
            return False
        parent = folder[: folder.rfind("/", 0, -1) + 1]
        if parent not in whole:
            whole[parent] = self._whole(parent, whole)
        return whole[parent]


class Graph:
    """Which module needs which: an immutable view that contracts, test selection and approvals share."""

    def __init__(
        self,
        modules: Modules,
        edges: Iterable[Edge],
        *,
        unreachable: Collection[str] = (),
        errors: Iterable[ParseError] = (),
    ) -> None:
        self.names = modules
        self.unreachable = tuple(sorted(unreachable))
        self.errors = tuple(errors)
        self._forward: dict[str, list[Edge]] = {}
        self._backward: dict[str, list[Edge]] | None = None
        for edge in edges:
            self._forward.setdefault(edge.importer, []).append(edge)

    @property
    def modules(self) -> Mapping[str, str]:
        """Module name -> path of its file."""
        return self.names.by_name

    @property
    def paths(self) -> Mapping[str, str]:
        """Path -> module name, for every Python file of the tree."""
        return self.names.by_path

    def edges(self) -> Iterator[Edge]:
        """Every edge; one import may be there more than once, for each line that makes it."""
        for edges in self._forward.values():
            yield from edges

    def imported_by(self, module: str) -> tuple[Edge, ...]:
        """The edges whose importer is `module`."""
        return tuple(self._forward.get(module, ()))

    def importers_of(self, module: str) -> tuple[Edge, ...]:
        """The edges whose imported side is `module`."""
        if self._backward is None:
            self._backward = {}
            for edge in self.edges():
                self._backward.setdefault(edge.imported, []).append(edge)
        return tuple(self._backward.get(module, ()))


def targets(statement: Statement, importer: str, is_package: bool, known: Collection[str]) -> Iterator[str]:
    """The modules among `known` that a statement imports; nothing for a module that is not of this tree."""
    for name in absolute_names(statement, importer, is_package):
        if name in known:
            yield name
        else:
            parent = name.rpartition(".")[0]
            if parent in known:
                yield parent


def absolute_names(statement: Statement, importer: str, is_package: bool) -> Iterator[str]:
    """The absolute dotted names that a statement asks for; nothing where a relative import leaves the top."""
    base = statement.module
    if statement.level:
        parts = importer.split(".")
        keep = len(parts) - statement.level + (1 if is_package else 0)
        if keep < 1:
            return
        base = ".".join([*parts[:keep], base] if base else parts[:keep])
    if not statement.names:
        yield base
    for name in statement.names:
        yield f"{base}.{name}"


def named_in_string(value: str, known: Collection[str]) -> str:
    """The module that a dotted name in a string leads to: its longest beginning that is one; "" where none is."""
    name = value.partition(":")[0].rstrip(".")
    while "." in name and name not in known:
        name = name.rpartition(".")[0]
    return name if "." in name and name in known else ""
