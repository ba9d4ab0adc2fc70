"""What changed paths reach over links, and by which chain."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping

from onetree.policy.reading.path_globs import one
from onetree.policy.scoping.links import Link, Span
from onetree.policy.scoping.paths import is_for_tests


class Links:
    """Links, ready to be asked who depends on a path. `island_of` gives the island folder that a path is in, or ""."""

    def __init__(self, island_of: Callable[[str], str]) -> None:
        self._island_of = island_of
        self._files: dict[str, list[Link]] = {}
        self._itself: dict[str, list[Link]] = {}
        self._below: dict[str, list[Link]] = {}
        self._globs: dict[str, list[Link]] = {}

    def add(self, links: Iterable[Link]) -> None:
        """Add links; the first that leads from a path to a dependent is the one that a chain shows."""
        at = {Span.FILE: self._files, Span.ITSELF: self._itself, Span.BELOW: self._below, Span.GLOB: self._globs}
        for link in links:
            at[link.span].setdefault(link.on, []).append(link)

    @property
    def named(self) -> Mapping[str, list[Link]]:
        """The links to single files, by path."""
        return self._files

    def account_for(self, path: str) -> bool:
        """Whether somebody is known to depend on this very file, or loads what is in its folder."""
        if path in self._files:
            return True
        return any(link.loads for folder in _folders(path) for link in self._below.get(folder, ()))

    def reached(self, changed: Iterable[str]) -> Mapping[str, Link | None]:
        """Everything that depends on the changed paths, nearest first, with the link that led there."""
        globs = [(one(glob), links) for glob, links in self._globs.items()]
        found: dict[str, Link | None] = dict.fromkeys(sorted(changed))
        waiting = deque(found)
        direct = len(waiting)
        followed = set(found)
        while waiting:
            path = waiting.popleft()
            island = self._island_of(path)
            links = list(self._files.get(path, ()))
            if direct:
                direct -= 1
                links += self._itself.get(path, ())
            for folder in _folders(path):
                links += self._below.get(folder, ())
            for matches, wide in globs:
                if matches(path):
                    links += wide
            for link in links:
                if link.dependent in (found if link.runs_only else followed):
                    continue
                if not link.anywhere and (is_for_tests(path) or (island and self._island_of(link.dependent) != island)):
                    continue
                # The chain is to name the path that was reached, not the folder or glob that it matched.
                found[link.dependent] = link._replace(on=path)
                if not link.runs_only:
                    followed.add(link.dependent)
                    waiting.append(link.dependent)
        return found


def chain(reached: Mapping[str, Link | None], path: str, line_of: Callable[[Link], int]) -> str:
    """How the changed file got to `path`: ``tests/test_a.py:3 imports a.py:7 names b.py``."""
    said = path
    link = reached[path]
    while link is not None:
        line = line_of(link)
        said += (f":{line}" if line else "") + f" {link.how} {link.on}"
        link = reached[link.on]
    return said


def _folders(path: str) -> list[str]:
    """The path itself and every folder above it; a name that is no path has none."""
    folders = ["", path]
    end = path.find("/")
    while end > 0:
        folders.append(path[:end])
        end = path.find("/", end + 1)
    return folders
