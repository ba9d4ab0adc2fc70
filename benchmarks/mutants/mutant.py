"""One fault: which files it changes, and what the environment then lacks."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple


class Mutant(NamedTuple):
    """`edits` gives each path its new content, None where the file is deleted.

    `lacks` are modules that cannot be imported then, as in an environment that was made from the changed files.
    """

    kind: str
    path: str
    what: str
    edits: Mapping[str, bytes | None]
    lacks: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What tells it from every other mutant of the same tree."""
        return f"{self.kind}: {self.path}: {self.what}"


class Tree(NamedTuple):
    """The tree that is mutated: its root, and the paths of its files."""

    root: Path
    paths: tuple[str, ...]

    def read(self, path: str) -> bytes:
        """A file's content."""
        return (self.root / path).read_bytes()

    def sources(self) -> Iterator[str]:
        """The modules that are shipped: no tests, no helpers of tests, no templates."""
        for path in self.paths:
            if path.endswith(".py") and path.startswith(("nova/", "tools/onetree/src/")) and not is_for_tests(path):
                yield path


Maker = Callable[[Tree], Iterator[Mutant]]


def is_for_tests(path: str) -> bool:
    """Whether a file is a test, a conftest, or a helper among tests."""
    *folders, name = path.split("/")
    return name.startswith("test_") or name == "conftest.py" or "tests" in folders
