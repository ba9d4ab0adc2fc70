"""Which Python files name a file of the tree in a string."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from onetree.policy.scoping.links import Link
from onetree.policy.scoping.side import Side

_COMPUTED: Final = re.compile(r".*[}*]/")  # the part of f"{root}/data/x.json" that only a run knows
_EVERYWHERE: Final = frozenset({"doc", "docs", "test", "tests", "src", "unit"})


class Names:
    """The quoted words of a side's files, by their last component; those that the side `but` has too are left to it."""

    def __init__(self, side: Side, but: Side | None = None) -> None:
        self._side = side
        others = but.facts if but is not None else {}
        self._facts = {path: facts for path, facts in side.facts.items() if others.get(path) is not facts}

    @cached_property
    def _index(self) -> dict[str, set[tuple[str, str]]]:
        index: dict[str, set[tuple[str, str]]] = {}
        for path, facts in self._facts.items():
            for word in facts.words:
                plain = _plain(word)
                index.setdefault(plain.rpartition("/")[2], set()).add((path, word))
        return index

    @cached_property
    def _count(self) -> dict[str, int]:
        """How many files of the tree have a name."""
        count: dict[str, int] = {}
        for path in self._side.tree.entries():
            name = path.rpartition("/")[2]
            count[name] = count.get(name, 0) + 1
        return count

    def of(self, path: str) -> Iterator[Link]:
        """A link from each file that names `path`, or a folder that it is in."""
        *folders, name = path.split("/")
        for key in {name, name.rpartition(".")[0] or name, *folders}:
            for file, word in sorted(self._index.get(key, ())):
                if file != path and self._means(file, word, path) and self._side.speaks_of(file, path):
                    yield Link(file, path, how="names", word=word)

    def _means(self, file: str, word: str, path: str) -> bool:
        plain = _plain(word)
        island = self._side.island_of(path)
        if island and self._side.island_of(file) != island:
            # A name that every plug-in's files have names none of them; a path that leads into it does.
            plain = (
                plain if island.rpartition("/")[2] in plain.split("/")[:-1] or f"/{path}".endswith(f"/{plain}") else ""
            )
            return "/" in plain and (f"/{path}".endswith("/" + plain) or f"/{plain}/" in f"/{path}")
        if "/" in plain:
            return f"/{path}".endswith("/" + plain) or f"/{plain}/" in f"/{path}"
        *folders, name = path.split("/")
        beside = path.startswith(file.rpartition("/")[0] + "/") or "/" not in file
        if plain == name:
            return beside or (not path.endswith(".py") and self._count.get(name, 0) <= 1)
        if path.endswith(".py"):
            return False
        if plain in folders:
            return beside or plain not in _EVERYWHERE
        return beside or "/" not in path


def _plain(word: str) -> str:
    """A path without its ends that say nothing, and without what only a run knows."""
    plain = word.rstrip("/").removeprefix("./")
    return _COMPUTED.sub("", plain) if "}" in plain or "*" in plain else plain
