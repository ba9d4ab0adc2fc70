"""Which repository, and which change: what every command that judges a change begins with."""

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from onetree.adapters.git import Commit, Repository
from onetree.adapters.overlay import OverlayTree, read_overlay
from onetree.policy import settings as settings_of
from onetree.policy.ownership.grammar import importable
from onetree.policy.reading.path_globs import matcher
from onetree.policy.settings import Settings
from onetree.policy.subsystems import manifest
from onetree.policy.tree import Entry, HidingTree, PathChange, Tree
from onetree.policy.values import InputError

_SHORT = 10


class Context(NamedTuple):
    """The repository that is judged, and the policy files laid over its trees, if any."""

    repo: Repository
    overlay: tuple[dict[str, bytes], frozenset[str]] | None = None

    def lay(self, tree: Tree) -> Tree:
        """`tree` with the overlay over it, and without the policy files that its settings say are data.

        Its settings are read at the first question; the answer is an InputError where they are broken.
        """
        return _LaidTree(OverlayTree(tree, *self.overlay) if self.overlay else tree)

    def settings(self, tree: Tree) -> Settings:
        """The settings of the whole tree, as `tree` (the target, for a verdict) has them."""
        return settings_of.of(tree)


class _LaidTree:
    """A tree that lists its files, which for a whole revision takes a while, only once somebody asks."""

    def __init__(self, tree: Tree) -> None:
        self.name = tree.name
        self._whole = tree

    def entries(self) -> Mapping[str, Entry]:
        return self._shown.entries()

    def read(self, path: str) -> bytes:
        return self._shown.read(path)

    @cached_property
    def _shown(self) -> Tree:
        data = settings_of.of(self._whole).data
        if not data:
            return self._whole
        below = matcher(data)
        return HidingTree(self._whole, lambda path: _is_policy(path) and below(path))


class Selection(NamedTuple):
    """A change: two trees, and what differs between them.

    `kind` is range, commit, staged or worktree; `target` holds the policy and `result` is the target with the change
    merged. `target_commit` and `head_commit` are ids, "" before the first commit; `commits` are those of a range,
    newest first; `conflicts` are the paths that keep the two sides from merging.
    """

    kind: str
    label: str
    target: Tree
    result: Tree
    changes: tuple[PathChange, ...]
    target_commit: str
    head_commit: str
    commits: tuple[Commit, ...] = ()
    conflicts: tuple[str, ...] = ()


class Which(NamedTuple):
    """What the command line says about the change."""

    target: str = ""
    head: str = ""
    staged: bool = False
    worktree: bool = False


def open_context(repo: str, overlay: str) -> Context:
    """The context of the command line's --repo and --overlay. Raises InputError where either is not to be read."""
    return Context(Repository.discover(repo), read_overlay(overlay) if overlay else None)


def select(context: Context, which: Which) -> Selection:
    """The change that is meant. Raises InputError for unknown revisions and for choices that exclude each other."""
    if which.staged + which.worktree + bool(which.target or which.head) > 1:
        raise InputError("--staged, --worktree and --target/--head exclude each other.", hint="Give one of them.")
    if which.staged:
        return _staged(context)
    if which.worktree:
        return _worktree(context)
    if which.target or which.head:
        return _range(context, which.target or _default_target(context), which.head or "HEAD")
    if not context.repo.bare and context.repo.worktree_changes():
        return _worktree(context)
    return _newest(context)


def _newest(context: Context) -> Selection:
    """What HEAD has over the target branch; where it has nothing over it, HEAD over its parent."""
    repo = context.repo
    head = repo.resolve("HEAD")
    target = repo.find(_default_target(context))
    if target and target != head and repo.merge_base(target, head) != head:
        return _range(context, _default_target(context), "HEAD")
    commit = repo.commit(head)
    if commit.parents and repo.find(commit.parents[0]) is None:
        raise InputError(
            f"The parent of {head[:_SHORT]} is not in this shallow clone.",
            hint="Get its history with: git fetch --unshallow",
        )
    parent = commit.parents[0] if commit.parents else ""
    base = parent or repo.empty_tree()
    label = f"commit {head[:_SHORT]} over its {'first ' if len(commit.parents) > 1 else ''}parent"
    if not parent:
        label = f"commit {head[:_SHORT]}, the first one, over an empty tree"
    return Selection(
        "commit",
        label,
        context.lay(repo.tree(base, f"{parent[:_SHORT]}" or "the empty tree")),
        context.lay(repo.tree(head, head[:_SHORT])),
        repo.diff(base, head),
        parent,
        head,
        (commit,),
    )


def _range(context: Context, target: str, head: str) -> Selection:
    repo = context.repo
    old, new = repo.resolve(target), repo.resolve(head)
    merge = repo.merge_result(old, new)
    label = f"{head} ({new[:_SHORT]}) over {target} ({old[:_SHORT]})"
    return Selection(
        "range",
        label,
        context.lay(repo.tree(old, target)),
        context.lay(repo.tree(merge.tree, f"{head} merged into {target}")),
        repo.diff(old, merge.tree),
        old,
        new,
        repo.commits(old, new),
        merge.conflicts,
    )


def _staged(context: Context) -> Selection:
    repo = context.repo
    head = repo.find("HEAD") or ""
    base = context.lay(repo.tree(head or repo.empty_tree(), head[:_SHORT] or "the empty tree"))
    changes = repo.staged_changes()
    return Selection("staged", "what is staged, over HEAD", base, context.lay(repo.index()), changes, head, head)


def _worktree(context: Context) -> Selection:
    repo = context.repo
    if repo.bare:
        raise InputError("A bare repository has no working tree.", hint="Name the change with --target and --head.")
    head = repo.find("HEAD") or ""
    base = context.lay(repo.tree(head or repo.empty_tree(), head[:_SHORT] or "the empty tree"))
    label = "the working tree's changes, over HEAD"
    return Selection("worktree", label, base, context.lay(repo.worktree()), repo.worktree_changes(), head, head)


def _default_target(context: Context) -> str:
    """The configured target branch, or the remote's where there is no local one of that name."""
    repo = context.repo
    head = repo.find("HEAD")
    name = context.settings(context.lay(repo.tree(head))).target if head else "main"
    return name if repo.find(name) else f"origin/{name}" if repo.find(f"origin/{name}") else name


def _is_policy(path: str) -> bool:
    return path.endswith(manifest.FILE_NAME) or ("OWNERS" in path and importable(path))
