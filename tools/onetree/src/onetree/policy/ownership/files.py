"""The OWNERS files of a tree, each with its imports resolved."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from onetree.policy.ownership.grammar import NAME, Grant, Import, OwnersError, OwnersFile, parse
from onetree.policy.tree import GITLINK, SYMLINK, Tree
from onetree.policy.values import Reason


class Via(NamedTuple):
    """The line that grants; `through` are the lines that import its file, from the folder's own OWNERS file on."""

    file: str
    line: int
    through: tuple["Via", ...] = ()


class Right(NamedTuple):
    """One owner, by one line."""

    who: str
    via: Via
    annotations: tuple[str, ...] = ()


class Restricted(NamedTuple):
    """What one per-file line says of the paths that match one of `globs`, relative to the importing folder."""

    globs: tuple[str, ...]
    via: Via
    noparent: bool
    rights: tuple[Right, ...]


class Rules(NamedTuple):
    """All that an OWNERS file says with its imports, or, where `errors` is not empty, why it says nothing."""

    noparent: Via | None = None
    rights: tuple[Right, ...] = ()
    restricted: tuple[Restricted, ...] = ()
    errors: tuple[OwnersError, ...] = ()
    warnings: tuple[Reason, ...] = ()


_Parsed = OwnersFile | tuple[OwnersError, ...]


class OwnersFiles:
    """Reads each file once, and only when it is asked for."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._parsed: dict[str, _Parsed] = {}
        self._rules: dict[str, Rules] = {}

    @cached_property
    def _entries(self) -> dict[str, str]:
        """The modes of the paths with OWNERS in them, "" for a folder."""
        modes = {path: entry.mode for path, entry in self._tree.entries().items() if NAME in path}
        for path in list(modes):
            folder = path
            while NAME in (folder := folder.rpartition("/")[0]):
                modes.setdefault(folder, "")
        return modes

    def names(self) -> Iterable[str]:
        """The paths with OWNERS in them: files, symlinks, submodules and folders, and what stands in such folders."""
        return self._entries

    def exists(self, path: str) -> bool:
        """Whether anything, a file or not, stands at this path; its name must have OWNERS in it."""
        return path in self._entries

    def read(self, path: str) -> _Parsed:
        """The parsed file; errors where it does not parse, is no regular file, or does not exist."""
        if path not in self._parsed:
            what = self._obstacle(path)
            self._parsed[path] = (
                (OwnersError(path, 0, *what, "owners/place"),) if what else parse(self._tree.read(path), path)
            )
        return self._parsed[path]

    def rules(self, path: str) -> Rules:
        """What the file says with its imports."""
        if path not in self._rules:
            files, errors = self._closure(path)
            self._rules[path] = Rules(errors=errors) if errors else _merge(path, files)
        return self._rules[path]

    def reaches(self, path: str) -> frozenset[str]:
        """The files that this one imports, directly or through others, whether they exist or not."""
        reached = {path}
        queue = [path]
        for current in queue:
            parsed = self.read(current)
            for item in _all_imports(parsed) if isinstance(parsed, OwnersFile) else ():
                if item.target not in reached:
                    reached.add(item.target)
                    queue.append(item.target)
        return frozenset(reached - {path})

    def _obstacle(self, path: str) -> tuple[str, str] | None:
        mode = self._entries.get(path)
        if mode is None:
            return "there is no such file", "Correct the path, or add the file."
        if mode == SYMLINK:
            return "a symlink stands in place of the file and is not followed", "Use `file:` or `include` instead."
        if mode == GITLINK:
            return "a submodule stands in place of the file", "Move it elsewhere."
        if not mode:
            return "a folder stands in place of the file", "Give the folder another name."
        return None

    def _closure(self, start: str) -> tuple[dict[str, OwnersFile], tuple[OwnersError, ...]]:
        files: dict[str, OwnersFile] = {}
        errors: dict[OwnersError, None] = {}
        parsed = self.read(start)
        if not isinstance(parsed, OwnersFile):
            return files, parsed
        files[start] = parsed
        queue = [parsed]
        for current in queue:
            for item in _all_imports(current):
                imported = self.read(item.target)
                if isinstance(imported, OwnersFile):
                    if item.target not in files:
                        files[item.target] = imported
                        queue.append(imported)
                    continue
                errors[_import_error(current.path, item, imported)] = None
                errors.update(dict.fromkeys(error for error in imported if error.line))
        return files, tuple(errors)


def _import_error(importer: str, item: Import, errors: tuple[OwnersError, ...]) -> OwnersError:
    first = errors[0]
    message, hint = (first.message, first.hint) if not first.line else ("it is invalid", f"Mend {item.target}.")
    return OwnersError(importer, item.line, f"cannot import `{item.path}`: {message}", hint, "owners/import")


def _all_imports(file: OwnersFile) -> Iterator[Import]:
    yield from file.imports
    for rule in file.per_file:
        yield from rule.imports


def _merge(path: str, files: dict[str, OwnersFile]) -> Rules:
    noparent: Via | None = None
    restricted: list[Restricted] = []
    for file, through in _walk(files, path, (), kinds=("include",)):
        if file.noparent and not noparent:
            noparent = Via(file.path, file.noparent, through)
        for rule in file.per_file:
            rights = [_right(grant, file, through) for grant in rule.grants]
            for item in rule.imports:
                rights += _rights(files, item.target, (*through, Via(file.path, item.line)))
            via = Via(file.path, rule.line, through)
            restricted.append(Restricted(rule.globs, via, rule.noparent, tuple(rights)))
    return Rules(noparent, tuple(_rights(files, path, ())), tuple(restricted), (), _cycles(path, files))


def _right(grant: Grant, file: OwnersFile, through: tuple[Via, ...]) -> Right:
    return Right(grant.who, Via(file.path, grant.line, through), grant.annotations)


def _rights(files: dict[str, OwnersFile], start: str, through: tuple[Via, ...]) -> Iterator[Right]:
    """The unrestricted grants of a file and of all that it imports, in whichever way."""
    for file, chain in _walk(files, start, through, kinds=("file", "include")):
        for grant in file.grants:
            yield _right(grant, file, chain)


def _walk(
    files: dict[str, OwnersFile], start: str, through: tuple[Via, ...], *, kinds: tuple[str, ...]
) -> Iterator[tuple[OwnersFile, tuple[Via, ...]]]:
    """A file and what it imports by these kinds, nearest first and each once, with the import lines that lead there."""
    chains = {start: through}
    queue = [files[start]]
    for file in queue:
        chain = chains[file.path]
        yield file, chain
        for item in file.imports:
            if item.kind in kinds and item.target not in chains:
                chains[item.target] = (*chain, Via(file.path, item.line))
                queue.append(files[item.target])


def _cycles(path: str, files: dict[str, OwnersFile]) -> tuple[Reason, ...]:
    """A warning if the imports run in a circle, which does no harm since each file counts once."""
    if not files[path].imports:
        return ()
    from graphlib import CycleError, TopologicalSorter

    try:
        TopologicalSorter({name: [item.target for item in file.imports] for name, file in files.items()}).prepare()
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        line = next(item.line for item in files[circle[0]].imports if item.target == circle[1])
        text = f"imports run in a circle, each file counts once: {' -> '.join(circle)}"
        return (Reason(text, circle[0], line),)
    return ()
