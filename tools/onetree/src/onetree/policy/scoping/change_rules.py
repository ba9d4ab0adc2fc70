"""What a changed path means by its kind: settings, dependencies, data, and what is not understood."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from onetree.policy.reading.path_globs import matcher
from onetree.policy.scoping.closure import Links
from onetree.policy.scoping.links import Everything, Link
from onetree.policy.scoping.naming import Names
from onetree.policy.scoping.paths import is_document, is_for_tests
from onetree.policy.scoping.side import Side
from onetree.policy.tree import GITLINK, SYMLINK, PathChange

_SETTINGS: Final = frozenset(
    {"pyproject.toml", "setup.cfg", "setup.py", "pytest.ini", ".pytest.ini", "tox.ini", "onetree.toml"}
    | {".importlinter", ".coveragerc", "sitecustomize.py", "usercustomize.py", ".stestr.conf"}
)
_DEPENDENCIES: Final = re.compile(
    r"(?:[\w.-]*(?:requirements|constraints)[\w.-]*\.(?:txt|in)|bindep\.txt|environment\.ya?ml"
    r"|(?:poetry|uv|pdm|Pipfile)\.lock|pylock[\w.]*\.toml|Pipfile)"
)
Meaning = Iterator[Link | Everything]


class Changed:
    """The two sides of a change, and what is known of who depends on what (`links`, of all rules)."""

    def __init__(self, sides: tuple[Side, Side], links: Links) -> None:
        self.sides = sides
        self._links = links
        self._run_all = matcher(glob for side in sides for glob in side.settings.run_all)
        self._scripts = matcher(glob for side in sides for glob in side.settings.scripts)
        target, result = sides
        self._names = [Names(result), Names(target, but=result)]

    def names_of(self, path: str) -> Iterator[Link]:
        """Who names the path, in either side."""
        for names in self._names:
            yield from names.of(path)

    def kind(self, change: PathChange) -> str:
        """What a changed path is: link, settings, dependencies, document, test, module, or data."""
        path = change.path
        name = path.rpartition("/")[2]
        if any(entry and entry.mode in (SYMLINK, GITLINK) for entry in (change.old, change.new)):
            return "link"
        if self._run_all(path):
            return "settings"
        if name in _SETTINGS and not any(side.island_of(path) for side in self.sides):
            return "settings"
        return "dependencies" if _DEPENDENCIES.fullmatch(name) else self._kind_of_content(path)

    def _kind_of_content(self, path: str) -> str:
        if is_document(path):
            return "document"
        if not path.endswith(".py"):
            return "data"
        if any(path in side.tests for side in self.sides):
            return "test"
        known = self._links.account_for(path) or path.rpartition("/")[2] == "conftest.py"
        script = self._scripts(path) and not is_for_tests(path)
        inside = any(side.island_of(path) for side in self.sides)
        return "module" if known or script or inside else "data"


def settings(_: Changed, paths: Collection[str]) -> Meaning:
    """Settings of the tree, of a distribution or of the test run mean every test."""
    for path in paths:
        yield Everything(f"{path} changed, which may change how every test runs.")


def dependencies(changed: Changed, paths: Collection[str]) -> Meaning:
    """A subsystem's own list of dependencies means its tests and what depends on its modules; any other, every test."""
    for path in paths:
        for side in changed.sides:
            subsystem = side.subsystems.of(path)
            if not subsystem.folder:
                yield Everything(f"{path} changed, which lists what the whole tree needs.")
                break
            for module in side.graph.paths:
                if module.startswith(subsystem.folder + "/") and not is_for_tests(module):
                    yield Link(module, path, 0, "needs what is listed in")
            for test in side.tests_of(subsystem):
                yield Link(
                    test, path, 0, f"is a test of {subsystem.name}, which needs what is listed in", runs_only=True
                )


def data(changed: Changed, paths: Collection[str]) -> Meaning:
    """A file that is no module means its subsystem's tests and the modules beside it.

    In no subsystem but the root's it means every test, unless it lies among tests and something names it.
    """
    for path in paths:
        understood = False
        for side in changed.sides:
            subsystem = side.subsystems.of(path)
            if subsystem.folder:
                understood = True
                for test in side.tests_of(subsystem):
                    yield Link(test, path, 0, f"is a test of {subsystem.name}, which has", runs_only=True)
            elif is_for_tests(path) and any(changed.names_of(path)):
                understood = True
            understood = understood or bool(side.subsystems.claimed_by(path))
            yield from _beside(side, path)
        if not understood:
            yield Everything(f"{path} changed, and no subsystem, import or test says what depends on it.")


def claims(changed: Changed, paths: Collection[str]) -> Meaning:
    """A path that a manifest claims in `paths` means that subsystem's tests."""
    for path in paths:
        for side in changed.sides:
            for subsystem in side.subsystems.claimed_by(path):
                line = side.subsystems.claim_of(path, subsystem)[1]
                where = subsystem.manifest.path if subsystem.manifest else subsystem.folder
                for test in side.tests_of(subsystem):
                    yield Link(
                        test, path, 0, f"is a test of {subsystem.name}, which claims ({where}:{line})", runs_only=True
                    )


def names(changed: Changed, paths: Collection[str]) -> Meaning:
    """A file that names another by its path, its file name, or a folder that holds it, may read it."""
    for path in paths:
        yield from changed.names_of(path)


def unknown(_: Changed, paths: Collection[str]) -> Meaning:
    """Symlinks and submodules, and changed files that do not parse, mean every test."""
    for path in paths:
        yield Everything(f"{path} changed, a symlink or a submodule, which may stand for any file.")


def unparsed(changed: Changed, paths: Collection[str]) -> Meaning:
    """A changed Python file that does not parse means every test."""
    new = set(paths)
    result = changed.sides[1]
    for error in result.graph.errors:
        if error.path in new:
            yield Everything(f"{error.path}:{error.line} changed and does not parse: {error.message}.")


def _beside(side: Side, path: str) -> Iterator[Link]:
    """The modules of the nearest folder upwards that has any, within the subsystem."""
    if side.island_of(path):
        return
    top = side.subsystems.of(path).folder
    folder = path.rpartition("/")[0]
    while folder.startswith(top) and folder:
        modules = [file for file in side.graph.paths if file.rpartition("/")[0] == folder and file != path]
        for module in modules:
            yield Link(module, path, 0, "stands beside")
        if modules:
            return
        folder = folder.rpartition("/")[0]
