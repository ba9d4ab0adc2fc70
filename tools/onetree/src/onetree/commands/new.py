"""`onetree new`: a folder that passes every check, from a template of the tree's or onetree's own."""

import os
import shutil
import tempfile
from typing import Any, NamedTuple

from onetree.adapters.git import decode
from onetree.commands.context import Context
from onetree.policy import templates
from onetree.policy.values import InputError

_BUILT_IN = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "templates")


class Report(NamedTuple):
    """The folder that was made, its files relative to the root, and the commands to run next."""

    kind: str
    folder: str
    files: tuple[str, ...]
    next: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """Always 0: what cannot be made is bad input."""
        return 0

    def json(self) -> dict[str, Any]:
        """The command line's JSON."""
        return {"kind": self.kind, "folder": self.folder, "files": list(self.files), "next": list(self.next)}


def run(context: Context, kind: str, name: str, owners: tuple[str, ...], summary: str) -> Report:
    """Make the folder, whole or not at all. Raises InputError where it exists already or the input is no good."""
    repo = context.repo
    if repo.bare:
        raise InputError("A bare repository has no working tree to make a folder in.", hint="Run this in a clone.")
    source = _source(context, kind)
    files = _read(source)
    shown = os.path.relpath(source, repo.root) if source.startswith(repo.root + os.sep) else source
    if templates.DESCRIPTION not in files:
        raise InputError(f"the template has no {templates.DESCRIPTION}.", file=shown, hint="Add one with: into = ...")
    template = templates.parse(files[templates.DESCRIPTION], f"{shown}/{templates.DESCRIPTION}")
    values = templates.values_for(template, name, owners, summary)
    folder = values["folder"]
    rendered = templates.render(files, values, shown)
    _place(repo.root, folder, rendered)
    steps = tuple(templates.fill(step, values, template.file) for step in template.next)
    return Report(kind, folder, tuple(sorted(f"{folder}/{path}" for path in rendered)), steps)


def _source(context: Context, kind: str) -> str:
    tree = context.lay(context.repo.worktree())
    named = context.settings(tree).templates
    if kind in named:
        folder = os.path.join(context.repo.root, named[kind])
        if not os.path.isdir(folder):
            raise InputError(f"The template folder {named[kind]} of kind {kind!r} does not exist.", hint="Make it.")
        return folder
    if os.path.isdir(os.path.join(_BUILT_IN, kind)) and os.sep not in kind:
        return os.path.join(_BUILT_IN, kind)
    known = ", ".join(sorted({*named, *os.listdir(_BUILT_IN)}))
    raise InputError(f"There is no template of kind {kind!r}.", hint=f"Kinds are: {known}.")


def _read(folder: str) -> dict[str, bytes]:
    files = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if each != "__pycache__"]
        for name in names:
            full = os.path.join(place, name)
            with open(full, "rb") as file:
                files[decode(os.fsencode(os.path.relpath(full, folder)))] = file.read()
    return files


def _place(root: str, folder: str, files: dict[str, bytes]) -> None:
    """Write beside the goal and rename, so that an interruption leaves nothing half made."""
    goal = os.path.join(root, folder)
    existing = [path for path in files if os.path.lexists(os.path.join(goal, path))]
    if existing:
        raise InputError(f"{folder}/{existing[0]} exists already.", hint="Choose another name, or edit what is there.")
    parent = os.path.dirname(goal)
    if not os.path.realpath(parent).startswith(os.path.realpath(root)):
        raise InputError(f"{folder} is outside of the repository.", hint="Choose another name.")
    os.makedirs(parent, exist_ok=True)
    scratch = tempfile.mkdtemp(prefix=".onetree-new-", dir=parent)
    try:
        for path, data in files.items():
            full = os.path.join(scratch, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "wb") as file:
                file.write(data)
        if os.path.isdir(goal):  # an existing folder becomes a subsystem: add what it lacks
            for path in files:
                os.makedirs(os.path.dirname(os.path.join(goal, path)), exist_ok=True)
                os.rename(os.path.join(scratch, path), os.path.join(goal, path))
        else:
            os.chmod(scratch, 0o755)  # noqa: S103 - mkdtemp makes it private, and a source folder is not
            os.rename(scratch, goal)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
