"""Paths that some file systems cannot tell apart: by letter case, Unicode normalisation, or invisible characters.

On such a system one of the two is written over the other, so an owner of one could change the other without a word of
its owners. (git refuses `.Git` and its like for the same reason, CVE-2014-9390.) A path that the change adds must not
collide with any other of the result; one that was there already, only not with one that has other owners.
"""

from collections.abc import Callable, Iterator, Mapping

from onetree.policy.tree import Entry, PathChange, Tree
from onetree.policy.values import Reason


def fold(path: str) -> str:
    """What a path has in common with all that may be taken for it; only a tool for comparing."""
    if path.isascii():
        return path.lower()
    import unicodedata

    shown = "".join(char for char in path if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", shown).casefold())


def find(target: Tree, changes: tuple[PathChange, ...], owners: Callable[[str], object]) -> dict[str, Reason]:
    """The changed paths that collide, and with what; `owners` gives what decides about a path."""
    touched = [change for change in changes if change.new is not None]
    if not touched:
        return {}
    wanted: dict[str, set[str]] = {}
    for change in touched:
        for prefix in _prefixes(change.path):
            wanted.setdefault(fold(prefix), set())
    _collect(target.entries(), changes, wanted)
    found: dict[str, Reason] = {}
    for change in touched:
        for prefix in reversed([*_prefixes(change.path)]):
            others = wanted[fold(prefix)] - {prefix}
            if others and (change.old is None or any(owners(other) != owners(prefix) for other in others)):
                text = f"{prefix} cannot be told from {min(others)} by letter case or Unicode normalisation"
                found.setdefault(change.path, Reason(f"{text} on some file systems; rename it"))
    return found


def _prefixes(path: str) -> Iterator[str]:
    yield path
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _collect(entries: Mapping[str, Entry], changes: tuple[PathChange, ...], wanted: dict[str, set[str]]) -> None:
    """Note every path and folder of the result whose folded form is wanted."""
    changed = {change.path for change in changes}
    added = (change.path for change in changes if change.new is not None)
    folders: set[str] = set()
    for paths in ((path for path in entries if path not in changed), added):
        for path in paths:
            folded = fold(path)
            if folded in wanted:
                wanted[folded].add(path)
            folder = path.rpartition("/")[0]
            while folder and folder not in folders:
                folders.add(folder)
                folder = folder.rpartition("/")[0]
    for folder in folders:
        folded = fold(folder)
        if folded in wanted:
            wanted[folded].add(folder)
