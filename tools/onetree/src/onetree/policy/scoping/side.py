"""One of the two trees that a change lies between, with what the rules ask of it."""

from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatch
from functools import cached_property

from onetree.policy.imports.graph import Graph
from onetree.policy.reading.path_globs import matcher
from onetree.policy.scoping.facts import Facts
from onetree.policy.scoping.projects import Project, Pytest, projects_of, pytest_of
from onetree.policy.settings import Settings
from onetree.policy.subsystems.registry import Subsystem, Subsystems
from onetree.policy.tree import Tree
from onetree.policy.tree_checks.boundaries import islands


class Side:
    """A tree, its graph, and the facts of its Python files by path.

    The graph's edges and the facts may be those of some files alone, where the side `beside` has the others.
    """

    def __init__(
        self, tree: Tree, graph: Graph, facts: Mapping[str, Facts], settings: Settings, beside: "Side | None" = None
    ) -> None:
        self._beside = beside
        self.tree = tree
        self.graph = graph
        self.facts = facts
        self.settings = settings

    @cached_property
    def subsystems(self) -> Subsystems:
        """Who owns which folder."""
        return Subsystems(self.tree, self.settings)

    @cached_property
    def projects(self) -> tuple[Project, ...]:
        """The distributions, deepest folder first; the root is always one."""
        return projects_of(self.tree)

    @cached_property
    def pytest(self) -> Pytest:
        """The root's pytest configuration."""
        return pytest_of(self.tree)

    @cached_property
    def tests(self) -> frozenset[str]:
        """The test files: called as pytest's configuration says, in the folders that it names."""
        return frozenset(path for path in self.graph.paths if self._is_test(path))

    def tests_below(self, folder: str) -> Iterator[str]:
        """The test files in a folder and below it; "" is the root."""
        prefix = folder + "/" if folder else ""
        return (path for path in self.tests if path.startswith(prefix))

    def tests_of(self, subsystem: Subsystem) -> Iterator[str]:
        """A subsystem's tests: those that its manifest names, else those below its folder and its paths."""
        manifest = subsystem.manifest
        if manifest is not None and manifest.tests:
            return filter(matcher(manifest.tests), self.tests)
        claimed = matcher(manifest.paths if manifest is not None else ())
        prefix = subsystem.folder + "/" if subsystem.folder else ""
        return (path for path in self.tests if path.startswith(prefix) or claimed(path))

    def _is_test(self, path: str) -> bool:
        if not any(fnmatch(path.rpartition("/")[2], pattern) for pattern in self.pytest.files):
            return False
        folders = self.pytest.folders
        return not folders or any(path == folder or path.startswith(folder + "/") for folder in folders)

    @cached_property
    def islands(self) -> Mapping[str, str]:
        """The folders that code outside of them finds by name only, and that name: the setting `plugins`."""
        return islands(self.settings.plugins, self.tree.entries()).folders

    def island_of(self, path: str) -> str:
        """The island folder that a path is in, or ""."""
        if not self.islands:
            return ""
        end = path.find("/")
        while end > 0:
            if path[:end] in self.islands:
                return path[:end]
            end = path.find("/", end + 1)
        return ""

    def project_of(self, path: str) -> Project:
        """The distribution that a path is in."""
        return next(p for p in self.projects if not p.folder or path.startswith(p.folder + "/"))

    def speaks_of(self, path: str, other: str) -> bool:
        """Whether names in the file `path` may mean files of `other`'s distribution.

        A distribution that neither imports another nor needs it has names of its own: `libvirt` in the tests of a
        tool is not the driver that happens to stand in the same repository. The root's speaks of all.
        """
        mine, theirs = self.project_of(path), self.project_of(other)
        return mine is theirs or not mine.folder or (mine.folder, theirs.folder) in self._spoken

    def loads_from(self, path: str, other: str) -> bool:
        """Whether the file `path` may load `other` by a name of which nothing is known: its distribution needs it."""
        mine, theirs = self.project_of(path), self.project_of(other)
        return mine is theirs or (mine.folder, theirs.folder) in self._spoken

    @cached_property
    def _spoken(self) -> Collection[tuple[str, str]]:
        pairs = {(a.folder, b.folder) for a in self.projects for b in self.projects if b.name and b.name in a.needs}
        pairs |= set(self._beside._spoken) if self._beside is not None else set()
        if len(self.projects) > 1:
            folder = {path: self.project_of(path).folder for path in self.graph.paths}
            modules = self.graph.modules
            for edge in self.graph.edges():
                if edge.kind == "import":
                    pairs.add((folder[modules[edge.importer]], folder[modules[edge.imported]]))
        return pairs

    def module_path(self, dotted: str) -> str:
        """The file of the module that a dotted name leads to (its longest beginning that is one), or ""."""
        while dotted:
            if dotted in self.graph.modules:
                return self.graph.modules[dotted]
            dotted = dotted.rpartition(".")[0]
        return ""


def line_of(tree: Tree, path: str, word: str) -> int:
    """The first line of a file that holds the word in quotes, else the first that holds it."""
    text, plain = tree.read(path), word.encode("utf-8", "surrogateescape")
    found = [at for at in (text.find(quote + plain) for quote in (b'"', b"'")) if at >= 0] or [text.find(plain)]
    return text.count(b"\n", 0, min(found)) + 1
