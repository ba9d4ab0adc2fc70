"""What the commits of a change do one by one, and what earlier versions of it did."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from onetree.adapters.git import Commit, Repository, parse_raw
from onetree.policy.approvals.ballots import Person
from onetree.policy.tree import PathChange
from onetree.policy.values import InputError

_COAUTHOR = re.compile(r"^co-authored-by:[^<\n]*<([^<>\n]+)>", re.IGNORECASE | re.MULTILINE)
_REVERTS = re.compile(r"\bThis reverts commit ([0-9a-f]{40,64})\b")
_LOG = (
    "log",
    "-z",
    "--raw",
    "-r",
    "--no-abbrev",
    "--no-renames",
    "--no-show-signature",
    "--no-notes",
    "--ignore-submodules=none",
    "--format=tformat:%x01%H%x01%ae%x01%ce",
)
_MARK = b"\x01"


class Step(NamedTuple):
    """One commit: its id, the addresses of author and committer, and what it changes."""

    commit: str
    author: str
    committer: str
    changes: tuple[PathChange, ...]


def makers(commits: Iterable[Commit]) -> Iterator[Person]:
    """Who made these commits, by what they say themselves."""
    for commit in commits:
        yield Person(commit.author, "author")
        yield Person(commit.committer, "committer")
        for name in _COAUTHOR.findall(commit.message):
            yield Person(name.strip(), "co-author")


def own_steps(repo: Repository, target: str, head: str) -> Iterator[Step]:
    """What each commit that is no merge changes, of those that `head` has over `target`."""
    return parse_log(repo.raw([*_LOG, "--no-merges", "--root", f"{target}..{head}", "--"]).split(b"\0"))


def merge_steps(repo: Repository, target: str, head: str, commits: Sequence[Commit]) -> Iterator[Step]:
    """What merges among the commits hold that merging their parents does not give: conflicts resolved, or evil.

    A merge of more than two parents cannot be done again; of it, the paths count that differ from every parent.
    """
    merges = [commit for commit in commits if len(commit.parents) > 1]
    if any(len(commit.parents) == 2 for commit in merges):
        args = [*_LOG, "--min-parents=2", "--max-parents=2", "--remerge-diff", f"{target}..{head}", "--"]
        yield from parse_log(repo.raw(args).split(b"\0"))
    for commit in merges:
        if len(commit.parents) > 2:
            yield Step(commit.id, commit.author, commit.committer, tuple(_from_every_parent(repo, commit)))


def history(fields: Iterable[bytes]) -> Iterator[Step]:
    """Every step of a history; `fields` come from `git` with the arguments of `history_arguments`."""
    return parse_log(fields)


def history_arguments(revs: Sequence[str]) -> list[str]:
    """Arguments for git: the commits of `revs`, newest first, merges against their first parent."""
    return [*_LOG, "--root", "--diff-merges=first-parent", *revs, "--"]


def parse_log(fields: Iterable[bytes]) -> Iterator[Step]:
    """Read the NUL-separated fields that `_LOG` prints: a commit's header, then its changes and their paths."""
    header: list[str] = []
    raw: list[bytes] = []
    stream = iter(fields)
    for field in stream:
        if field.startswith(_MARK):
            if header:
                yield _step(header, raw)
            header, raw = field[1:].decode("utf-8", "replace").split("\x01"), []
        elif field.strip(b"\n"):
            raw += (field.lstrip(b"\n"), next(stream))
    if header:
        yield _step(header, raw)


def earlier(repo: Repository, target: str, commit: str) -> Mapping[str, PathChange] | None:
    """What another version of the change altered over where it left the target; None where it is not to be had."""
    try:
        if repo.find(commit) is None or (base := repo.merge_base(target, commit)) is None:
            return None
        return {change.path: change for change in repo.diff(base, commit)}
    except InputError:  # part of it is missing from this clone: what cannot be compared does not count
        return None


def pure_revert(repo: Repository, target: str, commits: Sequence[Commit], changes: tuple[PathChange, ...]) -> str:
    """The commit that a change proves to revert: its result is, byte for byte, the tree before that commit; or ""."""
    if len(commits) != 1:
        return ""
    for reverted in _REVERTS.findall(commits[0].message):
        if repo.find(reverted) is None or repo.merge_base(target, reverted) != reverted:
            continue
        parents = repo.commit(reverted).parents
        if parents and repo.diff(target, parents[0]) == changes:
            return str(reverted)
    return ""


def _step(header: list[str], raw: list[bytes]) -> Step:
    commit, author, committer = (*header, "", "")[:3]
    return Step(commit, author, committer, tuple(parse_raw(b"\0".join([*raw, b""]))))


def _from_every_parent(repo: Repository, commit: Commit) -> Iterator[PathChange]:
    first, *others = ({each.path: each for each in repo.diff(parent, commit.id)} for parent in commit.parents)
    for path, change in first.items():
        if all(path in other for other in others):
            yield change
