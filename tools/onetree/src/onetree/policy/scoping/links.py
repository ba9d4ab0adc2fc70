"""What depends on what, in the terms of scoping: links from a dependent to a file, a folder or a glob of files."""

from enum import Enum
from typing import NamedTuple


class Span(Enum):
    """What the far end of a link names."""

    FILE = "file"  # this very path
    BELOW = "below"  # every path below this folder; "" is the whole tree
    ITSELF = "itself"  # this very path where it has changed itself, not where something that it depends on has
    GLOB = "glob"  # every path that matches, see onetree.policy.reading.path_globs


class Link(NamedTuple):
    """`dependent` may behave in another way when what `on` names changes.

    Both are paths from the root; a dependent may also be a name that is no path, such as a group of tests, which then
    has dependents of its own. `line` is where `dependent` says so, 0 where no line does, and `how` says in a word or
    two what it does there. `anywhere` is False where the link reaches neither tests nor another island, a folder that
    is found by its name only (the setting `plugins`): what the service loads without naming it is none of these.
    `word` is what to look for in the dependent for its line, which only the chains that are shown need.
    `loads` says that the dependent loads what `on` names, and so accounts for a module that nobody imports.
    `runs_only` says that the dependent is a test that is to run, but does not behave in another way: what depends on
    the test is not affected.
    """

    dependent: str
    on: str
    line: int = 0
    how: str = ""
    span: Span = Span.FILE
    anywhere: bool = True
    loads: bool = False
    word: str = ""
    runs_only: bool = False


class Everything(NamedTuple):
    """A change that means every test; `why` is a sentence for people."""

    why: str
