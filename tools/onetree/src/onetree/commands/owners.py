"""`onetree owners`: who owns these paths, by which file and line."""

import os
import posixpath
from typing import Any, NamedTuple

from onetree.adapters.git import decode
from onetree.commands.context import Context
from onetree.policy.ownership.resolution import Ownership, PathOwners
from onetree.policy.subsystems.registry import Subsystems
from onetree.policy.tree import Tree
from onetree.policy.values import InputError, Reason

# A folder is asked about as some file in it, of a name that no rule for certain names means.
_ANY_FILE = "*"


class OwnedPath(NamedTuple):
    """One path's answer; `why` holds the reasons for the person that was asked about."""

    subsystem: str
    owners: PathOwners
    why: tuple[Reason, ...]


class Report(NamedTuple):
    """What `onetree owners` answers; `at` names the tree whose OWNERS files were read."""

    at: str
    who: str
    paths: tuple[OwnedPath, ...]

    @property
    def exit_code(self) -> int:
        """1 where a path has no owner, or an OWNERS file that decides about it does not parse."""
        return int(any(path.owners.status != "owned" for path in self.paths))

    def json(self) -> dict[str, Any]:
        """The command line's JSON."""
        return {"at": self.at, "paths": [_path(each, self.who) for each in self.paths]}


def run(context: Context, paths: list[str], at: str, who: str) -> Report:
    """Answer for `paths`, given as on the command line: relative to the current folder, or absolute.

    Raises InputError for a path outside the repository and for an unknown revision.
    """
    tree = _tree(context, at)
    ownership, subsystems = Ownership(tree), Subsystems(tree, context.settings(tree))
    answers = []
    for given in paths:
        path = relative(context, given)
        folder = path == "" or _is_folder(tree, path)
        asked = posixpath.join(path, _ANY_FILE) if folder else path
        why = ownership.explain(asked, who) if who else ()
        owners = ownership.of(asked)._replace(path=posixpath.join(path, "") if folder else path)
        answers.append(OwnedPath(subsystems.of(asked).name, owners, why))
    return Report(tree.name, who, tuple(answers))


def relative(context: Context, given: str) -> str:
    """A path of the command line, relative to the repository's root. Raises InputError where it lies outside."""
    # The folder is resolved but not the last name: a symlink is owned as the file that it is.
    folder, name = os.path.split(os.path.abspath(given))
    full = os.path.join(os.path.realpath(folder), name)
    path = os.path.relpath(full, os.path.realpath(context.repo.root)) if not context.repo.bare else given
    if path == os.pardir or path.startswith(os.pardir + os.sep) or os.path.isabs(path):
        raise InputError(f"{given} is outside of the repository {context.repo.root}.", hint="Name a path inside it.")
    return "" if path == os.curdir else decode(os.fsencode(path)).replace(os.sep, "/")


def _is_folder(tree: Tree, path: str) -> bool:
    entries = tree.entries()
    return path not in entries and any(each.startswith(path + "/") for each in entries)


def _tree(context: Context, at: str) -> Tree:
    repo = context.repo
    if at or repo.bare:
        commit = repo.resolve(at or "HEAD")
        return context.lay(repo.tree(commit, f"{at or 'HEAD'} ({commit[:10]})"))
    return context.lay(repo.worktree())


def _path(each: OwnedPath, who: str) -> dict[str, Any]:
    owners = each.owners
    answer: dict[str, Any] = {
        "path": owners.path,
        "subsystem": each.subsystem,
        "owners": [
            {"who": owner.who, "via": [{"file": via.file, "line": via.line} for via in owner.via]}
            for owner in owners.owners
        ],
        "status": owners.status,
        "reasons": [str(warning) for warning in owners.warnings]
        + [f"{error.path}:{error.line}: {error.message}" for error in owners.errors],
    }
    return answer | ({"why": {"who": who, "reasons": [str(reason) for reason in each.why]}} if who else {})
