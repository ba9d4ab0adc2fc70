"""Small trees in memory, and the tests that a change of one affects."""

from collections.abc import Collection, Mapping

from onetree.commands.sides import of_trees
from onetree.policy import settings
from onetree.policy.scoping import Scope, scope
from onetree.policy.tree import SYMLINK, MemoryTree, PathChange, Tree


def changes_between(old: Tree, new: Tree) -> tuple[PathChange, ...]:
    """What differs, as git would list it."""
    before, after = old.entries(), new.entries()
    paths = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    return tuple(PathChange(path, before.get(path), after.get(path)) for path in paths)


def scoped(
    files: Mapping[str, str],
    change: Mapping[str, str],
    deleted: Collection[str] = (),
    *,
    symlinks: Collection[str] = (),
    without: Collection[str] = (),
) -> Scope:
    """The scope of changing `files` by `change` and taking away `deleted`."""
    modes = dict.fromkeys(symlinks, SYMLINK)
    old = MemoryTree(files, modes={path: mode for path, mode in modes.items() if path in files})
    kept = {path: text for path, text in files.items() if path not in deleted}
    new = MemoryTree({**kept, **change}, modes=modes)
    changes = changes_between(old, new)
    both = of_trees((old, settings.of(old)), (new, settings.of(new)), changes)
    return scope(*both, changes, without=without)
