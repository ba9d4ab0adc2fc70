"""A tree with policy files laid over it: for a repository that has none of its own, such as upstream's."""

import os
from collections.abc import Mapping

from onetree.adapters.git import decode
from onetree.policy.tree import REGULAR, SYMLINK, Entry, Tree
from onetree.policy.values import InputError


class OverlayTree:
    """`base` with every file of the folder `overlay` in place of, or beside, its own files."""

    def __init__(self, base: Tree, files: Mapping[str, bytes], links: frozenset[str] = frozenset()) -> None:
        self.name = base.name
        self._base = base
        self._files = files
        self._links = links
        self._entries: dict[str, Entry] | None = None

    def entries(self) -> Mapping[str, Entry]:
        if self._entries is None:
            self._entries = dict(self._base.entries())
            for path, data in self._files.items():
                mode = SYMLINK if path in self._links else REGULAR
                self._entries[path] = Entry(mode, f"overlay-{hash(data) & (2**64 - 1):x}")
        return self._entries

    def read(self, path: str) -> bytes:
        return self._files[path] if path in self._files else self._base.read(path)


def read_overlay(folder: str) -> tuple[dict[str, bytes], frozenset[str]]:
    """The files below a folder by their paths in the tree, and which of them are symlinks.

    Only what policy is made of counts: files named OWNERS (or importable by one), subsystem.toml, onetree.toml,
    .importlinter and the account map; a README.md at the overlay's top is for people and stays out.
    Raises InputError where the folder does not exist.
    """
    if not os.path.isdir(folder):
        raise InputError(
            f"{folder} is not a folder.", hint="--overlay takes a folder of OWNERS and subsystem.toml files."
        )
    files: dict[str, bytes] = {}
    links: set[str] = set()
    root = os.fsencode(folder)
    for place, _, names in os.walk(root):
        for name in names:
            full = os.path.join(place, name)
            path = decode(os.path.relpath(full, root))
            if path == "README.md":
                continue
            if os.path.islink(full):
                links.add(path)
                files[path] = os.readlink(full)
            else:
                with open(full, "rb") as file:
                    files[path] = file.read()
    return files, frozenset(links)
