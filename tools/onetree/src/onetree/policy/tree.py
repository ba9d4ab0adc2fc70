"""A revision's files, as the rules see them: a port that git objects, index, working tree and overlays fill."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

SYMLINK = "120000"
GITLINK = "160000"
EXECUTABLE = "100755"
REGULAR = "100644"


class Entry(NamedTuple):
    """One path in a tree: its git mode, as six octal digits, and its object id ("" where none has been computed)."""

    mode: str
    oid: str


class Tree(Protocol):
    """The files of one revision. Paths are relative to the root, with ``/``, decoded as `os.fsdecode` does."""

    @property
    def name(self) -> str:
        """What people call it: a revision with its short id, ``the index``, ``the working tree``."""
        ...

    def entries(self) -> Mapping[str, Entry]:
        """Every file, symlink and gitlink of the tree, by path."""
        ...

    def read(self, path: str) -> bytes:
        """The content of a file, or the destination of a symlink. Raises KeyError where there is no such file."""
        ...


class PathChange(NamedTuple):
    """One path whose entry differs between two trees; `old` or `new` is None where it does not exist there."""

    path: str
    old: Entry | None
    new: Entry | None


class HidingTree:
    """`base` without the files that `hidden` names, as if they were not there."""

    def __init__(self, base: Tree, hidden: Callable[[str], bool]) -> None:
        self.name = base.name
        self._base = base
        self._hidden = hidden
        self._entries: Mapping[str, Entry] | None = None

    def entries(self) -> Mapping[str, Entry]:
        if self._entries is None:
            entries = self._base.entries()
            hidden = {path for path in entries if self._hidden(path)}
            self._entries = {path: entries[path] for path in entries if path not in hidden} if hidden else entries
        return self._entries

    def read(self, path: str) -> bytes:
        if self._hidden(path):
            raise KeyError(path)
        return self._base.read(path)


class MemoryTree:
    """A tree held in memory: the fake that policy's tests use, and the base of overlays. Contents are by path."""

    def __init__(
        self, files: Mapping[str, str | bytes], *, modes: Mapping[str, str] | None = None, name: str = "memory"
    ) -> None:
        self.name = name
        self._files = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        modes = modes or {}
        # The oid only has to tell contents apart, so a hash of the bytes serves.
        self._entries = {
            path: Entry(modes.get(path, REGULAR), f"{hash(data) & (2**64 - 1):040x}")
            for path, data in self._files.items()
        }

    def entries(self) -> Mapping[str, Entry]:
        return self._entries

    def read(self, path: str) -> bytes:
        return self._files[path]
