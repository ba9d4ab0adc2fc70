"""What a path needs: its requirements, each of one or more clauses, from OWNERS and manifests at the target's tip.

A path's first requirement is its subsystem's: `count` owners of the path and the and-clauses of `[approvals]`. An
OWNERS file that others import has one more for each importing folder. Each requirement has a status of its own, and
the path has the worst. Work is done once for each path, and paths of the same rules share one `Rule`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from onetree.policy.approvals.accounts import Accounts, loose
from onetree.policy.ownership.grammar import OwnersError
from onetree.policy.ownership.resolution import Owner, Ownership, PathOwners
from onetree.policy.settings import Settings
from onetree.policy.subsystems.registry import UNOWNED, Subsystem, Subsystems
from onetree.policy.tree import Tree
from onetree.policy.values import InputError, Reason

ANYONE = "*"


class Clause(NamedTuple):
    """`least` distinct people of `owners`; `where` says so: text, file and line."""

    least: int
    owners: tuple[Owner, ...]
    where: Reason

    @property
    def anyone(self) -> bool:
        """Whether any account will do."""
        return any(owner.who == ANYONE for owner in self.owners)


class Requirement(NamedTuple):
    """Clauses that must all be met, by people of whom each fills one slot."""

    clauses: tuple[Clause, ...]


class Rule(NamedTuple):
    """Everything that decides about a path but the votes. `errors` are not empty where it is invalid.

    `folder` is the subsystem's; `owners` are the path's, as OWNERS writes them; `people` are the accounts that clauses
    name, and `loose_names` the names that one of them could have made the change by (loose name -> accounts).
    """

    number: int
    subsystem: str
    folder: str
    owners: tuple[str, ...]
    requirements: tuple[Requirement, ...]
    errors: tuple[Reason, ...]
    warnings: tuple[Reason, ...]
    people: frozenset[str]
    loose_names: Mapping[str, frozenset[str]]
    anyone: bool


class Rules:
    """The rules of one tree for one set of accounts."""

    def __init__(self, tree: Tree, settings: Settings, accounts: Accounts) -> None:
        self.ownership = Ownership(tree)
        self.settings = settings
        self.accounts = accounts
        self._subsystems = Subsystems(tree, settings)
        self._by_path: dict[str, Rule] = {}
        self._distinct: dict[object, Rule] = {}
        self._kept: list[PathOwners] = []  # keeps the ids in the keys of _distinct from being used again
        self._broken: dict[str, Reason] = {}  # folder -> why its manifest cannot be read

    def of(self, path: str) -> Rule:
        """The rule of a path, which need not exist in the tree."""
        rule = self._by_path.get(path)
        if rule is None:
            rule = self._by_path[path] = self._find(path)
        return rule

    def folder_of(self, path: str) -> str | None:
        """The folder of the subsystem that a path stands in; None where it stands in none."""
        subsystem = self._subsystem(path)
        if isinstance(subsystem, Reason):
            return path.rpartition("/")[0]
        return subsystem.folder if subsystem.owners_file else None

    def owner_of(self, path: str) -> Rule:
        """The rule that one owner of the path must agree, whatever its subsystem asks for: for import edges."""
        answer = self.ownership.of(path)
        return self._rule(("edge", id(answer.owners), answer.errors, answer.stop), answer, _plain(answer))

    def _find(self, path: str) -> Rule:
        answer = self.ownership.of(path)
        importers: tuple[str, ...] = ()
        if self.settings.imported_owners_need_importers and "OWNERS" in path.rpartition("/")[2]:
            importers = self.ownership.importers(path)
        subsystem = self._subsystem(path)
        if isinstance(subsystem, Reason):
            return self._rule((id(answer.owners), answer.stop, subsystem), answer, _plain(answer), errors=(subsystem,))
        key = (id(answer.owners), answer.errors, answer.stop, subsystem.folder, importers)
        rule = self._distinct.get(key)
        if rule is not None:
            return rule
        requirement, errors = self._own(answer, subsystem)
        imported = [self._importing(folder) for folder in importers]
        return self._rule(
            key,
            answer,
            requirement,
            *(each for each, _ in imported),
            subsystem=subsystem,
            errors=(*errors, *(error for _, found in imported for error in found)),
        )

    def above(self, folder: str) -> Iterator[tuple[Owner, ...]]:
        """The owners of the folders above one, nearest first: whom to turn to where a folder's owners cannot act."""
        while folder:
            folder = folder.rpartition("/")[0]
            yield self.ownership.of(f"{folder}/OWNERS" if folder else "OWNERS").owners

    def _subsystem(self, path: str) -> Subsystem | Reason:
        folder = path.rpartition("/")[0]
        if folder not in self._broken:
            try:
                return self._subsystems.of(path)
            except InputError as error:
                text = f"the subsystem's manifest is invalid: {error.message}"
                self._broken[folder] = Reason(text, error.file, error.line)
        return self._broken[folder]

    def _own(self, answer: PathOwners, subsystem: Subsystem) -> tuple[Requirement, tuple[Reason, ...]]:
        """The requirement of the path's subsystem, and what is invalid about its and-clauses."""
        manifest = subsystem.manifest
        if manifest is None:
            return _plain(answer), ()
        lines = manifest.lines
        text = f"{manifest.count} of the path's owners"
        where = (
            Reason(text, manifest.path, lines["approvals.count"]) if "approvals.count" in lines else _granted(answer)
        )
        clauses = [Clause(manifest.count, answer.owners, where._replace(text=text))]
        errors: list[Reason] = []
        for i, clause in enumerate(manifest.also):
            line = lines.get(f"approvals.also.{i}.from", 0)
            granted = self.ownership.granted_by(clause.source)
            if granted.errors:
                errors.append(Reason(f"the owners of {clause.source} are not known", manifest.path, line))
                errors += map(_error, granted.errors)
            text = f"{clause.count} of the owners that {clause.source} grants"
            clauses.append(Clause(clause.count, granted.owners, Reason(text, manifest.path, line)))
        return Requirement(tuple(clauses)), tuple(errors)

    def _importing(self, folder: str) -> tuple[Requirement, tuple[Reason, ...]]:
        answer = self.ownership.of(f"{folder}/OWNERS" if folder else "OWNERS")
        text = f"1 of the owners of {folder or 'the root'}, whose OWNERS file imports this one"
        clause = Clause(1, answer.owners, _granted(answer)._replace(text=text))
        return Requirement((clause,)), tuple(map(_error, answer.errors))

    def _rule(
        self,
        key: object,
        answer: PathOwners,
        *requirements: Requirement,
        subsystem: Subsystem = UNOWNED,
        errors: Iterable[Reason] = (),
    ) -> Rule:
        rule = self._distinct.get(key)
        if rule is None:
            self._kept.append(answer)
            clauses = [clause for requirement in requirements for clause in requirement.clauses]
            names = {owner.who for clause in clauses for owner in clause.owners} - {ANYONE}
            people = frozenset(self.accounts.key(name) for name in names)
            loose_names: dict[str, frozenset[str]] = {}
            for person in people:
                for name in self.accounts.names(person):
                    loose_names[loose(name)] = loose_names.get(loose(name), frozenset()) | {person}
            rule = self._distinct[key] = Rule(
                number=len(self._distinct),
                subsystem=subsystem.name,
                folder=subsystem.folder,
                owners=tuple(owner.who for owner in answer.owners),
                requirements=requirements,
                errors=(*map(_error, answer.errors), *errors),
                warnings=answer.warnings,
                people=people,
                loose_names=loose_names,
                anyone=any(clause.anyone for clause in clauses),
            )
        return rule


def _plain(answer: PathOwners) -> Requirement:
    return Requirement((Clause(1, answer.owners, _granted(answer)),))


def _granted(answer: PathOwners) -> Reason:
    """The line that decides who owns a path: the nearest that grants, or the one that ended the walk."""
    text = "1 of the path's owners"
    if answer.owners:
        via = min(answer.owners, key=lambda owner: owner.distance).via[0]
        return Reason(text, via.file, via.line)
    return Reason(text, answer.stop.file, answer.stop.line) if answer.stop else Reason(text)


def _error(error: OwnersError) -> Reason:
    hint = f" {error.hint}" if error.hint else ""
    return Reason(f"an OWNERS file is invalid: {error.message}.{hint}".replace("..", "."), error.path, error.line)
