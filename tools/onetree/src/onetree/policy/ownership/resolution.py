"""Who owns a path, and by which line.

From the path's folder upwards, each OWNERS file adds its owners and those of its per-file rules that match, up to the
first ``set noparent``; a per-file ``set noparent`` leaves, of its own file, only the per-file owners, and ends the walk
as well. Imports are resolved as Gerrit's `PathCodeOwners` does: globs of an included file are relative to the folder
that includes it, and of a file brought in by ``file:`` only the unrestricted grants count, through any further import.

It fails closed. An OWNERS file that is invalid, or imports one that is, makes its whole subtree ``invalid``: neither
the folders above nor a folder below with ``set noparent`` takes over. A symlink, a submodule or a folder in place of
an OWNERS file is invalid, and is never followed.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from onetree.policy.ownership.files import OwnersFiles, Right, Rules, Via
from onetree.policy.ownership.grammar import NAME, OwnersError
from onetree.policy.reading.globs import Matcher, matcher
from onetree.policy.tree import Tree
from onetree.policy.values import Reason

__all__ = ["Owner", "Ownership", "PathOwners", "Via"]


class Owner(NamedTuple):
    """One owner of a path; `who` is an e-mail or ``*``.

    `via` are the lines that grant, nearest first. `distance` is the number of folders from the path's up to that of the
    nearest OWNERS file that grants, or that imports the file that does: 0 for the same folder. `annotations` are those
    of any of the lines, sorted.
    """

    who: str
    via: tuple[Via, ...]
    distance: int
    annotations: tuple[str, ...] = ()


class PathOwners(NamedTuple):
    """The owners of one path, sorted by `who`.

    `status` is ``owned``, ``unowned`` or ``invalid``; `errors` say why it is invalid and are empty otherwise. `stop` is
    the ``set noparent`` line that ended the walk upwards, if one did. `warnings` tell of circles of imports.
    """

    path: str
    status: str
    owners: tuple[Owner, ...] = ()
    stop: Via | None = None
    errors: tuple[OwnersError, ...] = ()
    warnings: tuple[Reason, ...] = ()


class _Level:
    """One OWNERS file on the way upwards."""

    def __init__(self, folder: str, rules: Rules) -> None:
        self.folder = folder
        self.depth = _depth(folder)
        self.rules = rules

    @cached_property
    def _matchers(self) -> tuple[tuple[int, Matcher], ...]:
        return tuple((i, matcher(glob)) for i, rule in enumerate(self.rules.restricted) for glob in rule.globs)

    def matching(self, path: str) -> tuple[int, ...]:
        """Which of the per-file rules match a path from the root."""
        relative = path[len(self.folder) + 1 :] if self.folder else path
        return tuple(dict.fromkeys(number for number, matches in self._matchers if matches(relative)))

    def granted(self, matching: tuple[int, ...]) -> tuple[list[Right], Via | None]:
        """The rights that this file gives where these per-file rules match, and the line that ends the walk here."""
        rules = [self.rules.restricted[number] for number in matching]
        restricted = [right for rule in rules for right in rule.rights]
        closing = next((rule.via for rule in rules if rule.noparent), None)
        return (restricted, closing) if closing else ([*self.rules.rights, *restricted], self.rules.noparent)


class _Scope:
    """What holds for all paths directly in one folder."""

    def __init__(self, folder: str, levels: tuple[_Level, ...]) -> None:
        self.depth = _depth(folder)
        self.levels = levels  # nearest first, up to the root, whatever `set noparent` says
        self.restricted = tuple(level for level in levels if level.rules.restricted)
        self.answers: dict[tuple[tuple[int, ...], ...], PathOwners] = {}

    def answer(self, matching: tuple[tuple[int, ...], ...]) -> PathOwners:
        """Who owns the paths that match these per-file rules of the levels that have any; for no path yet."""
        errors = dict.fromkeys(error for level in self.levels for error in level.rules.errors)
        if errors:
            return PathOwners("", "invalid", errors=tuple(errors))
        found: dict[str, Owner] = {}
        warnings: dict[Reason, None] = {}
        stop: Via | None = None
        matches = dict(zip(self.restricted, matching, strict=True))
        for level in self.levels:
            rights, stop = level.granted(matches.get(level, ()))
            _add(found, rights, self.depth - level.depth)
            warnings.update(dict.fromkeys(level.rules.warnings))
            if stop:
                break
        owners = tuple(owner for _, owner in sorted(found.items()))
        return PathOwners("", "owned" if owners else "unowned", owners, stop, (), tuple(warnings))


class Ownership:
    """Answers for one tree. It reads only the OWNERS files above the paths it is asked for, each once."""

    def __init__(self, tree: Tree) -> None:
        self.files = OwnersFiles(tree)
        self._scopes: dict[str, _Scope] = {}

    def of(self, path: str) -> PathOwners:
        """Who owns a path, which need not exist in the tree."""
        scope = self._scope(path.rpartition("/")[0])
        matching = tuple(level.matching(path) for level in scope.restricted)
        answer = scope.answers.get(matching)
        if answer is None:
            answer = scope.answers[matching] = scope.answer(matching)
        return answer._replace(path=path)

    def explain(self, path: str, who: str) -> tuple[Reason, ...]:
        """Why `who` is an owner of a path, or why not, and whom to ask instead."""
        answer = self.of(path)
        if answer.errors:
            return tuple(
                Reason(f"nobody owns {path} while this is invalid: {error.message}", error.path, error.line)
                for error in answer.errors
            )
        because = [
            reason
            for owner in answer.owners
            if owner.who in (who, "*")
            for via in owner.via
            for reason in _because(owner.who, who, via)
        ]
        return tuple(because) or tuple(self._why_not(path, who, answer))

    def granted_by(self, owners_path: str) -> PathOwners:
        """The owners that one file grants, with its imports, without per-file rules; a leading ``/`` is ignored."""
        path = owners_path.removeprefix("/")
        rules = self.files.rules(path)
        found: dict[str, Owner] = {}
        _add(found, rules.rights, 0)
        owners = tuple(owner for _, owner in sorted(found.items()))
        status = "invalid" if rules.errors else "owned" if owners else "unowned"
        return PathOwners(path, status, owners, None, rules.errors, rules.warnings)

    def importers(self, owners_path: str) -> tuple[str, ...]:
        """The folders whose OWNERS file imports this file, directly or through others; "" is the root."""
        found = []
        for name in self.files.names():
            folder, _, base = name.rpartition("/")
            if base == NAME and name != owners_path and owners_path in self.files.reaches(name):
                found.append(folder)
        return tuple(sorted(found))

    def _scope(self, folder: str) -> _Scope:
        missing = []
        current = folder
        while current not in self._scopes:
            missing.append(current)
            if not current:
                break
            current = current.rpartition("/")[0]
        for name in reversed(missing):
            above = self._scopes[name.rpartition("/")[0]].levels if name else ()
            path = f"{name}/{NAME}" if name else NAME
            own = (_Level(name, self.files.rules(path)),) if self.files.exists(path) else ()
            self._scopes[name] = _Scope(name, own + above)
        return self._scopes[folder]

    def _why_not(self, path: str, who: str, answer: PathOwners) -> Iterator[Reason]:
        """Where a right of `who` ends, or that there is none, for a path whose owners do not include them."""
        stopped = found = False
        for level in self._scope(path.rpartition("/")[0]).levels:
            matching = level.matching(path)
            rights, stop = level.granted(matching)
            for number, rule in enumerate(level.rules.restricted):
                if number not in matching and (via := _line_of(who, rule.rights)):
                    found = True
                    yield Reason(f"{who} owns only {', '.join(rule.globs)} by this line", via.file, via.line)
            if (via := _line_of(who, rights)) or (via := _line_of(who, level.rules.rights)):
                found = True
                what = "no nearer file ended the walk" if stopped else "no per-file rule kept the folder's owners out"
                yield Reason(f"{who} would be an owner by this line if {what}", via.file, via.line)
            stopped = stopped or stop is not None
        if not found:
            yield Reason(f"no OWNERS file of this path's folder or above names {who}")
            yield from _in_another_case(who, answer)
        if answer.stop:
            yield Reason("`set noparent` ends the walk upwards here", answer.stop.file, answer.stop.line)
        names = ", ".join(owner.who for owner in answer.owners)
        yield Reason(f"its owners are {names}" if names else "it has no owner at all")


def _depth(folder: str) -> int:
    return folder.count("/") + 1 if folder else 0


def _add(found: dict[str, Owner], rights: Iterable[Right], distance: int) -> None:
    for right in rights:
        owner = found.get(right.who) or Owner(right.who, (), distance)
        annotations = tuple(sorted({*owner.annotations, *right.annotations}))
        via = owner.via if right.via in owner.via else (*owner.via, right.via)
        found[right.who] = owner._replace(via=via, annotations=annotations)


def _because(granted: str, who: str, via: Via) -> Iterator[Reason]:
    if granted == who:
        yield Reason(f"{who} is an owner by this line", via.file, via.line)
    else:
        yield Reason(f"anyone is an owner by this line, {who} as well", via.file, via.line)
    for step in reversed(via.through):
        yield Reason("which is imported here", step.file, step.line)


def _in_another_case(who: str, answer: PathOwners) -> Iterator[Reason]:
    for owner in answer.owners:
        if owner.who.lower() == who.lower():
            text = f"{owner.who} is written in another case, and e-mails count as they are written"
            yield Reason(text, owner.via[0].file, owner.via[0].line)


def _line_of(who: str, rights: Iterable[Right]) -> Via | None:
    return next((right.via for right in rights if right.who == who), None)
