"""Links that Python itself makes: imports, names in strings, packages, conftest files, plug-ins, entry points."""

import posixpath
from collections.abc import Container, Iterator
from typing import Final

from onetree.policy.scoping.links import Link, Span
from onetree.policy.scoping.paths import is_for_tests
from onetree.policy.scoping.projects import PYTEST, SCRIPTS
from onetree.policy.scoping.side import Side

# A comment on an import of a pytest plug-in: it runs only when somebody asks the plug-in for it.
ON_REQUEST: Final = b"# onetree: on request"
_NO_HELPERS: Final = frozenset({"__init__.py", "conftest.py"})
_EVERY_RUN: Final = "every run of pytest"


def imports(side: Side) -> Iterator[Link]:
    """A module depends on what it imports, wherever in it the statement stands."""
    yield from _edges(side, "import", "imports")


def strings(side: Side) -> Iterator[Link]:
    """A module depends on what a dotted name in one of its strings leads to: mock targets, lazy imports, plug-ins."""
    for link in _edges(side, "string", "names"):
        if side.speaks_of(link.dependent, link.on):
            yield link


def parents(side: Side) -> Iterator[Link]:
    """A module depends on the `__init__` of each package that it is in, which Python runs before it."""
    yield from _edges(side, "parent", "is in the package of")


def conftest(side: Side) -> Iterator[Link]:
    """A test depends on the conftest.py of its folder and of every folder above."""
    present = {path.rpartition("/")[0] for path in side.graph.paths if path.rpartition("/")[2] == "conftest.py"}
    for test in side.tests:
        folder = test
        while folder:
            folder = folder.rpartition("/")[0]
            if folder in present:
                yield Link(test, posixpath.join(folder, "conftest.py"), 0, "has the fixtures of")


def fixtures(side: Side) -> Iterator[Link]:
    """Tests depend on pytest's plug-ins: those of `pytest_plugins` and ``-p``, and the registered ones of the tree."""
    top = {name for name in side.graph.modules if "." not in name}
    for path, facts in side.facts.items():
        if is_for_tests(path):
            for name in facts.words & top:
                yield Link(path, side.graph.modules[name], how="names", word=name)
    named = [(plugin, "pytest's configuration") for plugin in side.pytest.plugins]
    for project in side.projects:
        named += [(entry.module, f"{entry.file}:{entry.line}") for entry in project.entries if entry.group == PYTEST]
    loaded = [(path, said) for name, said in named if (path := side.module_path(name))]
    for path, said in loaded:
        yield Link(_EVERY_RUN, path, 0, f"loads, by {said},", Span.ITSELF)
        lines = side.tree.read(path).splitlines()
        for edge in side.graph.imported_by(side.graph.paths[path]):
            if edge.kind == "parent" or ON_REQUEST not in lines[edge.line - 1]:
                yield Link(_EVERY_RUN, side.graph.modules[edge.imported], 0, f"loads {path}, which needs")
    if loaded:
        for test in side.tests:
            yield Link(test, _EVERY_RUN, 0, "is part of")


def entry_points(side: Side) -> Iterator[Link]:
    """A module that loads entry points depends on every module that the tree registers for that group."""
    entries = [entry for project in side.projects for entry in project.entries]
    for path, facts in side.facts.items():
        for load in facts.loads:
            if load.kind == "group":
                for entry in entries:
                    module = side.module_path(entry.module) if load.name in ("", entry.group) else ""
                    if module:
                        yield Link(path, module, load.line, "loads the entry point", anywhere=is_for_tests(path))


def commands(side: Side) -> Iterator[Link]:
    """A file that starts a module (``-m name``) or a console script of the tree depends on what then runs."""
    scripts: dict[str, str] = {}
    for project in side.projects:
        for entry in project.entries:
            module = side.module_path(entry.module) if entry.group == SCRIPTS else ""
            if module:
                scripts[entry.name] = module
    for path, facts in side.facts.items():
        for name, line in facts.runs:
            if name in side.graph.modules:
                main = f"{name}.__main__"
                yield Link(path, side.graph.modules[main if main in side.graph.modules else name], line, "starts")
        for script in facts.words & scripts.keys():
            yield Link(path, scripts[script], how="starts", word=script)


def loads(side: Side) -> Iterator[Link]:
    """A module that imports by a name of which only the beginning is known depends on all that it may mean."""
    for path, facts in side.facts.items():
        anywhere = is_for_tests(path)
        for load in facts.loads:
            if load.kind == "module":
                module = side.module_path(load.name)
                if module:
                    yield Link(path, module, load.line, "loads")
            elif load.kind in ("below", "anything"):
                named = load.kind == "below"
                for folder in _packages(side, path, load.name if named else ""):
                    how = "loads by a computed name" if named else "may load"
                    yield Link(path, folder, load.line, how, Span.BELOW, anywhere, loads=named)


def unparsed(side: Side) -> Iterator[Link]:
    """A file that does not parse may import anything."""
    for error in side.graph.errors:
        yield Link(error.path, "", error.line, "does not parse, and may need anything:", Span.BELOW)


def helpers(side: Side, linked: Container[str]) -> Iterator[Link]:
    """A helper among the tests that nothing imports or names is found in a way of pytest's or a runner's.

    With pytest's older import modes a test imports a file beside it by its bare name. So the tests of the helper's
    folder, and below, depend on it.
    """
    for path in side.graph.paths:
        name = path.rpartition("/")[2]
        if is_for_tests(path) and path not in side.tests and path not in linked and name not in _NO_HELPERS:
            for test in side.tests_below(path.rpartition("/")[0]):
                yield Link(test, path, 0, "may use the helper")


def _edges(side: Side, kind: str, how: str) -> Iterator[Link]:
    modules = side.graph.modules
    for edge in side.graph.edges():
        if edge.kind == kind:
            yield Link(modules[edge.importer], modules[edge.imported], edge.line, how)


def _packages(side: Side, path: str, name: str) -> Iterator[str]:
    """The folders or files of the modules below a package; without a name, of all that the distribution may load."""
    if name == ".":
        yield path.rpartition("/")[0]
    elif name:
        module = side.module_path(name)
        if module:
            yield module.removesuffix("/__init__.py")
    else:
        for top, file in side.graph.modules.items():
            if "." not in top and side.loads_from(path, file):
                yield file.removesuffix("/__init__.py")
