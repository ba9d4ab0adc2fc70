"""What is wrong with a tree's OWNERS files, and whom to ask about it.

| rule | finds |
|---|---|
| ``owners/parse`` | a line, or a file, that is invalid |
| ``owners/import`` | an import that cannot be resolved, leaves the tree, or is invalid |
| ``owners/place`` | a symlink, a submodule or a folder in place of an OWNERS file |
| ``owners/name`` | a file whose name reads like OWNERS, and that has no effect |
| ``owners/few`` | a supported subsystem whose own OWNERS file grants fewer than two owners |
| ``owners/unowned`` | paths without an owner |
| ``owners/duplicate`` | an owner who stands twice in one file, for the same paths |
| ``owners/glob`` | a glob of a per-file rule that matches no path |

`notes` tells what may be meant: files that nobody imports, and circles of imports.
"""

from collections.abc import Callable, Iterable, Iterator

from onetree.policy.ownership.grammar import NAME, Grant, OwnersError, OwnersFile, importable
from onetree.policy.ownership.resolution import Ownership, PathOwners, Via
from onetree.policy.reading.globs import matcher
from onetree.policy.tree import Tree
from onetree.policy.values import Finding, Reason

OWNERS_MIN = 2
_PATHS_SHOWN = 3

# Letters of other scripts that look like those of OWNERS.
_LOOK_ALIKES = str.maketrans(
    "\u039f\u03bf\u041e\u043e\u0555\u0585\u051c\u051d\u039d\u0395\u0415\u0435\u0405\u0455\u054f", "oooooowwneeesss"
)


def findings(tree: Tree, status: Callable[[str], str]) -> tuple[Finding, ...]:
    """Everything that is wrong, by path and line. `status` gives a folder's status, such as ``supported``, or ""."""
    lint = _Lint(tree)
    found = {*lint.errors(), *lint.names(), *lint.few(status), *lint.unowned(), *lint.duplicates(), *lint.idle_globs()}
    return tuple(sorted(found, key=lambda finding: (finding.path, finding.line, finding.rule, finding.message)))


def notes(tree: Tree) -> tuple[Reason, ...]:
    """What may be meant but is worth a look."""
    return tuple(sorted({*_Lint(tree).notes()}, key=lambda note: (note.file, note.line)))


class _Lint:
    def __init__(self, tree: Tree) -> None:
        self._ownership = Ownership(tree)
        self._files = self._ownership.files
        self._paths = tuple(tree.entries())
        self._policies = sorted(path for path in self._files.names() if path.rpartition("/")[2] == NAME)
        parsed = {path: self._files.read(path) for path in self._files.names() if importable(path)}
        self._valid = {path: file for path, file in parsed.items() if isinstance(file, OwnersFile)}
        self._invalid = {path: errors for path, errors in parsed.items() if not isinstance(errors, OwnersFile)}

    def errors(self) -> Iterator[Finding]:
        for path in self._policies:
            yield from map(self._finding, self._files.rules(path).errors)
        for errors in self._invalid.values():
            # A symlink or a folder of another importable name does harm only where it is imported.
            yield from (self._finding(error) for error in errors if error.line)

    def names(self) -> Iterator[Finding]:
        for path in self._paths:
            name = path.rpartition("/")[2]
            if name != NAME and _folded(name) == NAME.lower():
                message = f"the name {name!a} reads like {NAME}, and the file has no effect"
                hint = f"Rename it to {NAME}, or remove it."
                yield Finding("owners/name", path, 0, message, hint, self._people(path))

    def few(self, status: Callable[[str], str]) -> Iterator[Finding]:
        for path in self._policies:
            granted = self._ownership.granted_by(path)
            names = [owner.who for owner in granted.owners]
            if granted.errors or len(names) >= OWNERS_MIN or "*" in names:
                continue
            if status(path.rpartition("/")[0]) == "supported":
                message = f"a supported subsystem needs {OWNERS_MIN} owners, and this file grants {len(names)}"
                hint = "Add an owner, or give the subsystem another status."
                yield Finding("owners/few", path, 0, message, hint, self._people(path))

    def unowned(self) -> Iterator[Finding]:
        groups: dict[Via | None, list[str]] = {}
        for path in self._paths:
            answer = self._ownership.of(path)
            if answer.status == "unowned":
                groups.setdefault(answer.stop, []).append(path)
        for stop, paths in groups.items():
            shown = ", ".join(ascii(path)[1:-1] for path in sorted(paths)[:_PATHS_SHOWN])
            count = f"{len(paths)} paths have" if len(paths) > 1 else "1 path has"
            message = f"{count} no owner: {shown}{', ...' if len(paths) > _PATHS_SHOWN else ''}"
            if stop:
                hint = "Add an owner here, or take out `set noparent`."
                yield Finding("owners/unowned", stop.file, stop.line, message, hint, self._people(stop.file))
            else:
                yield Finding("owners/unowned", NAME, 0, message, "Add an OWNERS file with an owner at the root.")

    def duplicates(self) -> Iterator[Finding]:
        for path, file in self._valid.items():
            yield from self._twice(path, file.grants)
            groups: dict[tuple[str, ...], list[Grant]] = {}
            for rule in file.per_file:
                groups.setdefault(rule.globs, []).extend(rule.grants)
            for grants in groups.values():
                yield from self._twice(path, grants)

    def idle_globs(self) -> Iterator[Finding]:
        """A rule of an imported file is in use where it matches below any of the folders that import it."""
        used: dict[tuple[str, int, str], bool] = {}
        for path in self._policies:
            restricted = self._files.rules(path).restricted
            folder = path.removesuffix(NAME)
            below = [other[len(folder) :] for other in self._paths if restricted and other.startswith(folder)]
            for rule in restricted:
                for glob in rule.globs:
                    key = (rule.via.file, rule.via.line, glob)
                    used[key] = used.get(key, False) or any(map(matcher(glob), below))
        for (path, line, glob), matched in used.items():
            if not matched:
                message = f"the glob `{glob}` matches no path"
                yield Finding("owners/glob", path, line, message, "Correct it, or remove it.", self._people(path))

    def notes(self) -> Iterator[Reason]:
        imported: set[str] = set()
        for path in self._policies:
            imported |= self._files.reaches(path)
            yield from self._files.rules(path).warnings
        for path in self._valid:
            if path.rpartition("/")[2] != NAME and path not in imported:
                yield Reason("no OWNERS file imports this file, so it has no effect", path)

    def _twice(self, path: str, grants: Iterable[Grant]) -> Iterator[Finding]:
        first: dict[str, Grant] = {}
        for grant in grants:
            before = first.setdefault(grant.who.lower(), grant)
            if before is not grant:
                same = "already" if before.who == grant.who else f"as {before.who}"
                message = f"{grant.who} stands {same} on line {before.line}"
                yield Finding("owners/duplicate", path, grant.line, message, "Remove one of them.", self._people(path))

    def _finding(self, error: OwnersError) -> Finding:
        return Finding(error.rule, error.path, error.line, error.message, error.hint, self._people(error.path))

    def _people(self, path: str) -> tuple[str, ...]:
        """Whom to ask about a file: its owners or, where it has none, those of the nearest folder above that has."""
        answer: PathOwners = self._ownership.of(path)
        folder = path.rpartition("/")[0]
        while not answer.owners and folder:
            folder = folder.rpartition("/")[0]
            answer = self._ownership.of(f"{folder}/{NAME}" if folder else NAME)
        return tuple(owner.who for owner in answer.owners)


def _folded(name: str) -> str:
    """The name as a reader, or a file system that folds case, takes it."""
    if name.isascii():
        return name.strip().lower()
    import unicodedata

    visible = "".join(char for char in unicodedata.normalize("NFKC", name) if unicodedata.category(char) != "Cf")
    return visible.translate(_LOOK_ALIKES).strip().casefold()
