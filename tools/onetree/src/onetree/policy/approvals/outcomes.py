"""Whether a rule is met by the approvals that stand for a path, who fills which slot, and what is missing."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from onetree.policy.approvals.ballots import Approval, Ballot
from onetree.policy.approvals.rules import ANYONE, Clause, Requirement, Rule, Rules
from onetree.policy.approvals.slots import fill
from onetree.policy.ownership.resolution import Owner
from onetree.policy.values import Reason

STATUSES = ("approved", "pending", "insufficient", "invalid")
"""Best first; a whole is as good as its worst part."""


class Standing(NamedTuple):
    """The approvals that concern one path: those that stand for it, and those of another content of it."""

    counted: tuple[Approval, ...] = ()
    lapsed: tuple[Approval, ...] = ()


class Slot(NamedTuple):
    """One clause, who meets it, and how many more it needs of whom (`ANYONE` for any account)."""

    clause: Clause
    by: tuple[str, ...]
    missing: int
    candidates: tuple[str, ...]


class Outcome(NamedTuple):
    """The status of a rule and why. `dead_end` says that no one is left who could approve."""

    status: str
    approved_by: tuple[str, ...]
    slots: tuple[tuple[Slot, ...], ...]
    reasons: tuple[Reason, ...]
    dead_end: bool = False


def worst(statuses: Iterator[str]) -> str:
    """The status of a whole, given those of its parts."""
    return STATUSES[max(map(STATUSES.index, statuses), default=0)]


class Evaluator:
    """Evaluates rules for one ballot; the same question is answered once."""

    def __init__(self, rules: Rules, ballot: Ballot, head: str) -> None:
        self._rules = rules
        self._ballot = ballot
        self._head = head
        self._known: dict[tuple[int, Standing, frozenset[str]], Outcome] = {}

    def of_another(self, ballot: Ballot, head: str) -> "Evaluator":
        """An evaluator for another ballot; what is known of rules without any vote is shared."""
        other = Evaluator(self._rules, ballot, head)
        if not (ballot.reviewers or ballot.approvals or self._ballot.reviewers or self._ballot.approvals):
            other._known = self._known
        return other

    def outcome(self, rule: Rule, standing: Standing) -> Outcome:
        """The outcome of a rule, with the approvals that concern the path."""
        makers = self._ballot.makers
        barred = frozenset(key for name in makers if name in rule.loose_names for key in rule.loose_names[name])
        question = (rule.number, standing, barred)
        answer = self._known.get(question)
        if answer is None:
            answer = self._known[question] = self._evaluate(rule, standing, barred)
        return answer

    def _evaluate(self, rule: Rule, standing: Standing, barred: frozenset[str]) -> Outcome:
        parts = [_Part(self, requirement, standing, barred) for requirement in rule.requirements]
        people = tuple(dict.fromkeys(name for part in parts for name in part.approved_by))
        slots = tuple(part.slots for part in parts)
        votes = tuple(self._votes(rule, standing, barred))
        if rule.errors:
            return Outcome("invalid", people, slots, (*rule.errors, self._way_out(), *rule.warnings, *votes))
        reasons = [reason for part in parts for reason in part.reasons()]
        dead_end = any(part.dead_end for part in parts)
        if dead_end:
            reasons.append(self._escalation(rule, barred))
        status = worst(part.status for part in parts)
        return Outcome(status, people, slots, (*reasons, *rule.warnings, *votes), dead_end)

    def _votes(self, rule: Rule, standing: Standing, barred: frozenset[str]) -> Iterator[Reason]:
        """What else is to be said of the approvals: those that are kept, have lapsed, or do not count here."""
        settings = self._rules.settings
        for approval in standing.counted:
            key, name = approval.account, approval.name
            role = self._ballot.role(key)
            if role and not (rule.anyone and key not in barred and not settings.star_excludes_author):
                yield Reason(f"{name} approves, but made the change ({role}) and cannot approve it")
            elif not role and key not in rule.people and not rule.anyone:
                yield Reason(f"{name} approves, but is no owner that this path needs")
            elif approval.commit != self._head:
                text = f"{name} approved {approval.commit[:10]}, where the content was the same before and after"
                yield Reason(f"{text}: it stands (pure_rebase_keeps_votes)", settings.file)
        for approval in standing.lapsed:
            if approval.account in rule.people or rule.anyone:
                yield Reason(
                    f"{approval.name} approved {approval.commit[:10]}, and not what this path holds now: approve again"
                )

    def _way_out(self) -> Reason:
        override = self._rules.settings.override
        who = f"an override by {' or '.join(override)}" if override else "an override, but the settings name nobody"
        return Reason(f"the way out is {who}", self._rules.settings.file)

    def _escalation(self, rule: Rule, barred: frozenset[str]) -> Reason:
        accounts, override = self._rules.accounts, self._rules.settings.override
        for owners in self._rules.above(rule.folder):
            others = barred | rule.people
            able = [each for each in owners if each.who == ANYONE or self._may_help(accounts.key(each.who), others)]
            if able:
                near = min(owner.distance for owner in able)
                above = f"escalate to {' or '.join(owner.who for owner in able if owner.distance == near)}"
                break
        else:
            above = "there is nobody to escalate to"
        way = f"override by {' or '.join(override)}" if override else "override (the settings name nobody)"
        return Reason(f"nobody else can approve; {above} or {way}", self._rules.settings.file)

    def _may_help(self, key: str, others: frozenset[str]) -> bool:
        return key not in others and self._rules.accounts.active(key) and not self._ballot.role(key)

    def open_to(self, clause: Clause, barred: frozenset[str]) -> Mapping[str, Owner]:
        """The accounts that a clause names and that may approve; one that is not in the forge's list may sign up."""
        accounts = self._rules.accounts
        keys = {accounts.key(owner.who): owner for owner in clause.owners if owner.who != ANYONE}
        return {key: owner for key, owner in keys.items() if key not in barred and accounts.active(key)}

    def stands_for(self, clause: Clause, named: Mapping[str, Owner], approval: Approval) -> bool:
        """Whether an approval can fill a slot of the clause."""
        if approval.account in named:
            return True
        may = not self._rules.settings.star_excludes_author or not self._ballot.role(approval.account)
        return clause.anyone and may

    @property
    def reviewers(self) -> Mapping[str, str]:
        """Who is asked: account key -> name."""
        return {key: name for key, name in self._ballot.reviewers.items() if not self._ballot.role(key)}

    @property
    def once(self) -> bool:
        """Whether one person fills one slot."""
        return self._rules.settings.one_person_one_slot


class _Part:
    """One requirement of a rule."""

    def __init__(
        self, evaluator: Evaluator, requirement: Requirement, standing: Standing, barred: frozenset[str]
    ) -> None:
        self._evaluator = evaluator
        self._clauses = requirement.clauses
        self._named = [evaluator.open_to(clause, barred) for clause in requirement.clauses]
        self._approvals = {approval.account: approval for approval in standing.counted}
        counts = [clause.least for clause in requirement.clauses]
        able = {key: self._able(approval) for key, approval in self._approvals.items()}
        able = {key: clauses for key, clauses in able.items() if clauses}
        filled = fill(counts, able, once=evaluator.once)
        used = {key for keys in filled for key in keys} if evaluator.once else set()
        self._filled = filled
        self.slots = tuple(self._slot(i, keys, used) for i, keys in enumerate(filled))
        self.approved_by = tuple(sorted({self._name(i, key) for key in able for i in able[key]}))
        complete = not any(slot.missing for slot in self.slots)
        self.dead_end = not complete and not self._reachable(counts, able)
        self._asked = [] if complete else sorted(self._reviewers())
        started = bool(able or self._asked)
        self.status = "approved" if complete else "pending" if started and not self.dead_end else "insufficient"

    def reasons(self) -> Iterator[Reason]:
        """Who meets which clause, and what is missing, each with its line."""
        for i, slot in enumerate(self.slots):
            for key in self._filled[i]:
                named = self._named[i].get(key)
                via = named.via[0] if named else next(o.via[0] for o in self._clauses[i].owners if o.who == ANYONE)
                what = "an owner by this line" if named else "as any account may by this line"
                yield Reason(f"approved by {self._name(i, key)}, {what}", via.file, via.line)
            if slot.by and (len(self.slots) > 1 or slot.clause.least > 1):
                yield slot.clause.where._replace(text=f"{slot.clause.where.text}: {', '.join(slot.by)}")
            if slot.missing:
                names = ", ".join(slot.candidates) if slot.candidates else "nobody"
                text = f"still needs {slot.missing} of {names if names != ANYONE else 'any account'}"
                yield slot.clause.where._replace(text=f"{text} ({slot.clause.where.text})")
        for name in self._asked:
            yield Reason(f"{name} is asked to review and may approve")

    def _able(self, approval: Approval) -> frozenset[int]:
        return frozenset(
            i for i, clause in enumerate(self._clauses) if self._evaluator.stands_for(clause, self._named[i], approval)
        )

    def _name(self, i: int, key: str) -> str:
        """What to call an approver: as OWNERS does, or as the vote where OWNERS says anyone."""
        return self._named[i][key].who if key in self._named[i] else self._approvals[key].name

    def _slot(self, i: int, keys: tuple[str, ...], used: set[str]) -> Slot:
        clause = self._clauses[i]
        missing = clause.least - len(keys)
        left = [owner.who for key, owner in self._named[i].items() if key not in used and key not in keys]
        candidates = tuple(sorted([*left, ANYONE] if clause.anyone else left)) if missing else ()
        return Slot(clause, tuple(sorted(self._name(i, key) for key in keys)), missing, candidates)

    def _reachable(self, counts: list[int], able: Mapping[str, frozenset[int]]) -> bool:
        """Whether all slots could be filled if everybody approved who may."""
        everybody: dict[str, set[int]] = {key: set(clauses) for key, clauses in able.items()}
        for i, named in enumerate(self._named):
            for key in named:
                everybody.setdefault(key, set()).add(i)
        strangers = [i for i, clause in enumerate(self._clauses) if clause.anyone for _ in range(clause.least)]
        for number, i in enumerate(strangers):
            everybody[f"{ANYONE}{number}"] = {i}  # no name may hold an asterisk
        filled = fill(counts, everybody, once=self._evaluator.once)
        return all(len(keys) == count for keys, count in zip(filled, counts, strict=True))

    def _reviewers(self) -> Iterator[str]:
        anyone = any(clause.anyone for clause in self._clauses)
        for key, name in self._evaluator.reviewers.items():
            if key not in self._approvals and (anyone or any(key in named for named in self._named)):
                yield name
