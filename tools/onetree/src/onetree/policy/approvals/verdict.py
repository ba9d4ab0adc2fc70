"""The approval verdict: may this change be merged, path by path, and by whose word.

Everything here is judged by the rules at the target's tip (`onetree.policy.approvals.rules`) and by the votes that
count (`onetree.policy.approvals.ballots`). It fails closed: what cannot be judged is ``invalid``. An approval on the
judged commit stands for every path. One on an earlier commit stands for a path only where the path's entry before and
after is what it was then, byte for byte, and only while `pure_rebase_keeps_votes` says so.

An override is the approval of the judged commit by an account that the setting `override` names and that did not make
the change. It lifts what nobody else could: an ``invalid`` policy, and a path that no one is left to approve. It
replaces no owner who could be asked, and it does not mend a conflict or input that contradicts git.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from onetree.policy.approvals.ballots import Approval, Ballot
from onetree.policy.approvals.outcomes import Evaluator, Outcome, Standing, worst
from onetree.policy.approvals.rules import Rule, Rules
from onetree.policy.tree import GITLINK, SYMLINK, Entry, PathChange
from onetree.policy.values import Reason

_SHORT = 10


class NewEdge(NamedTuple):
    """An import that the change adds between two subsystems: modules, their files, and the line that imports."""

    importer: str
    imported: str
    importer_path: str
    imported_path: str
    line: int


class Change(NamedTuple):
    """What is judged: `changes` lead from the target's tip to the would-be merge result, renames not detected.

    `passing` are paths that commits of the change touch and `changes` do not, with what to say of each. `remarks` are
    more reasons by path. `refused` makes single paths invalid, and `contradictions` the whole change; an override
    lifts neither. `collisions` make paths invalid until an override. `earlier` are the changes of earlier versions by
    commit, None where a version cannot be read. `pure_revert` says, if not empty, that the change is proven to be one.
    """

    head: str
    changes: tuple[PathChange, ...]
    passing: Mapping[str, Reason] = MappingProxyType({})
    remarks: Mapping[str, tuple[Reason, ...]] = MappingProxyType({})
    refused: Mapping[str, Reason] = MappingProxyType({})
    contradictions: tuple[Reason, ...] = ()
    collisions: Mapping[str, Reason] = MappingProxyType({})
    edges: tuple[NewEdge, ...] = ()
    earlier: Mapping[str, Mapping[str, PathChange] | None] = MappingProxyType({})
    pure_revert: str = ""


class PathVerdict(NamedTuple):
    """One path, its status and every reason for it; `overridden_by` is empty where nobody had to."""

    path: str
    status: str
    rule: Rule
    outcome: Outcome
    reasons: tuple[Reason, ...]
    overridden_by: tuple[str, ...] = ()


class EdgeVerdict(NamedTuple):
    """One new import between subsystems and whether an owner of the imported side agrees."""

    edge: NewEdge
    status: str
    rule: Rule
    outcome: Outcome
    reasons: tuple[Reason, ...]
    overridden_by: tuple[str, ...] = ()


class Verdict(NamedTuple):
    """The whole: as good as its worst path or edge."""

    status: str
    paths: tuple[PathVerdict, ...]
    edges: tuple[EdgeVerdict, ...]
    notices: tuple[str, ...]


class Judge:
    """Judges changes by the rules of one tree; what it learns of paths it keeps."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._evaluator = Evaluator(rules, Ballot(rules.accounts, {}), "")

    def judge(self, change: Change, ballot: Ballot) -> Verdict:
        """The verdict on a change by these votes."""
        hearing = _Hearing(self.rules, change, ballot, self._evaluator.of_another(ballot, change.head))
        paths = tuple(hearing.paths())
        edges = tuple(hearing.edge(edge) for edge in change.edges)
        parts: tuple[PathVerdict | EdgeVerdict, ...] = (*paths, *edges)
        status = worst(each.status for each in parts)
        if change.contradictions:
            status = "invalid"
        return Verdict(status, paths, edges, tuple(hearing.notices(paths, edges)))


class _Hearing:
    """One change and its votes before the rules."""

    def __init__(self, rules: Rules, change: Change, ballot: Ballot, evaluator: Evaluator) -> None:
        self._rules = rules
        self._change = change
        self._ballot = ballot
        self._evaluator = evaluator
        self._changes: Mapping[str, PathChange] | None = None
        on_head = tuple(each for each in ballot.approvals if each.commit == change.head)
        self._older = tuple(each for each in ballot.approvals if each.commit != change.head)
        if change.contradictions:
            on_head = self._older = ()
        self._on_head = Standing(on_head)
        override = frozenset(map(rules.accounts.key, rules.settings.override))
        self._overriding = tuple(
            sorted({each.name for each in on_head if each.account in override and not ballot.role(each.account)})
        )

    def paths(self) -> Iterator[PathVerdict]:
        change = self._change
        for each in change.changes:
            yield self._path(each.path, self._standing(each.path), _remarks(each))
        for path in sorted(change.passing):
            yield self._path(path, self._standing(path), (change.passing[path],))
        known = {each.path for each in change.changes} | change.passing.keys() if change.refused else ()
        for path in sorted(change.refused.keys() - known):
            yield self._path(path, self._on_head, ())

    def edge(self, edge: NewEdge) -> EdgeVerdict:
        """Judge one new import; an earlier approval counts as it does for the importing file."""
        rule = self._rules.owner_of(edge.imported_path)
        outcome = self._evaluator.outcome(rule, self._standing(edge.importer_path))
        where = Reason(f"{edge.importer} imports {edge.imported}, which it did not", edge.importer_path, edge.line)
        if self._change.pure_revert:
            return EdgeVerdict(edge, "approved", rule, outcome, (where, Reason(self._change.pure_revert)))
        status, by, reasons = self._settle(outcome, (where,))
        return EdgeVerdict(edge, status, rule, outcome, reasons, by)

    def notices(self, paths: Iterable[PathVerdict], edges: Iterable[EdgeVerdict]) -> Iterator[str]:
        """What concerns the change as a whole."""
        yield from map(str, self._change.contradictions)
        yield from self._ballot.notices
        if self._change.pure_revert:
            yield self._change.pure_revert
        for commit, changes in sorted(self._change.earlier.items()):
            if changes is None:
                yield f"commit {commit[:_SHORT]}, which votes name, is not to be had here: its votes do not count"
        parts: tuple[PathVerdict | EdgeVerdict, ...] = (*paths, *edges)
        overridden = [each for each in parts if each.overridden_by]
        if overridden:
            names = ", ".join(overridden[0].overridden_by)
            what = ", ".join(sorted({each.outcome.status for each in overridden}))
            yield f"OVERRIDE by {names}: {len(overridden)} of the parts of this change would be {what} without it"

    def _path(self, path: str, standing: Standing, remarks: tuple[Reason, ...]) -> PathVerdict:
        change = self._change
        rule = self._rules.of(path)
        outcome = self._evaluator.outcome(rule, standing)
        remarks = (*remarks, *change.remarks.get(path, ()))
        if change.contradictions or path in change.refused:
            first = change.contradictions or (change.refused[path],)
            return PathVerdict(path, "invalid", rule, outcome, (*first, *remarks))
        if change.pure_revert:
            return PathVerdict(path, "approved", rule, outcome, (Reason(change.pure_revert), *remarks))
        if path in change.collisions:
            remarks = (change.collisions[path], *remarks)
            outcome = outcome._replace(status="invalid")
        status, by, reasons = self._settle(outcome, remarks)
        return PathVerdict(path, status, rule, outcome, reasons, by)

    def _settle(self, outcome: Outcome, remarks: tuple[Reason, ...]) -> tuple[str, tuple[str, ...], tuple[Reason, ...]]:
        """Status, overriding accounts and reasons of an outcome, once overrides are heard."""
        reasons = (*remarks, *outcome.reasons) if remarks else outcome.reasons
        if self._overriding and (outcome.status == "invalid" or outcome.dead_end):
            names = ", ".join(self._overriding)
            text = f"overridden by {names}, whom the setting 'override' names; it would be {outcome.status}"
            return "approved", self._overriding, (Reason(text, self._rules.settings.file), *reasons)
        return outcome.status, (), reasons

    def _standing(self, path: str) -> Standing:
        """The approvals that concern a path."""
        if not self._older:
            return self._on_head
        counted: list[Approval] = list(self._on_head.counted)
        lapsed: list[Approval] = []
        accounts = {each.account for each in counted}
        for approval in reversed(self._older):  # the latest of an account first
            if approval.account in accounts or (earlier := self._change.earlier.get(approval.commit)) is None:
                continue
            if path in earlier and self._same(path, earlier[path]):
                counted.append(approval)
                accounts.add(approval.account)
            else:
                lapsed.append(approval)
        lapsed = [each for each in lapsed if each.account not in accounts]
        return Standing(tuple(sorted(counted)), tuple(sorted(set(lapsed))))

    def _same(self, path: str, earlier: PathChange) -> bool:
        if self._changes is None:
            self._changes = {each.path: each for each in self._change.changes}
        return self._rules.settings.pure_rebase_keeps_votes and self._changes.get(path) == earlier


def _remarks(change: PathChange) -> tuple[Reason, ...]:
    """What a reader must know of a change that its content does not show."""
    return tuple(map(Reason, _texts(change.old, change.new))) if change.new is None or _odd(change) else ()


def _odd(change: PathChange) -> bool:
    old, new = change.old, change.new
    return bool(new and (new.mode in (GITLINK, SYMLINK) or (old and old.mode != new.mode)))


def _texts(old: Entry | None, new: Entry | None) -> Iterator[str]:
    if GITLINK in (old and old.mode, new and new.mode):
        yield "submodule: content not reviewed"
    if new is None:
        yield "the change deletes this path"
        return
    if new.mode == SYMLINK:
        yield "a symlink: what it leads to is not reviewed"
    if old and old.mode != new.mode:
        only = "only its mode" if old.oid == new.oid else "its mode"
        yield f"the change alters {only}: {old.mode} to {new.mode}"
