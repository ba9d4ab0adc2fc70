"""`onetree approvals`: who must still approve."""

from typing import TYPE_CHECKING, Any, NamedTuple

from onetree.adapters import series
from onetree.commands.approval_change import gather
from onetree.commands.context import Context, Selection, Which, select
from onetree.policy.approvals import accounts as account_map
from onetree.policy.approvals.accounts import Accounts
from onetree.policy.approvals.ballots import Ballot, Person, count
from onetree.policy.approvals.rules import Rules
from onetree.policy.approvals.verdict import EdgeVerdict, Judge, PathVerdict, Verdict
from onetree.policy.approvals.votes import Votes
from onetree.policy.settings import Settings
from onetree.policy.tree import GITLINK, SYMLINK, Tree
from onetree.policy.values import InputError

if TYPE_CHECKING:
    from onetree.policy.approvals.ownership_diff import OwnershipDiff
    from onetree.policy.approvals.suggest import Suggestion

POLICY = (
    "override",
    "accounts",
    "pure_rebase_keeps_votes",
    "exempt_pure_reverts",
    "history_counts_each_commit",
    "imported_owners_need_importers",
    "star_excludes_author",
    "one_person_one_slot",
)
"""The settings that a verdict depends on; every answer says what they are."""
DIALECT = "find-owners"
_OPEN = ("pending", "insufficient")


class Report(NamedTuple):
    """What `onetree approvals` answers, for the change that `label` names.

    `suggested` completes the approval as far as anybody can; `counted` says where the votes came from, "" for none.
    """

    label: str
    target: str
    head: str
    verdict: Verdict
    shifts: "OwnershipDiff"
    suggested: "Suggestion"
    settings: Settings
    counted: str
    notices: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0 where the change is approved, else 1."""
        return int(self.verdict.status != "approved")

    def json(self) -> dict[str, Any]:
        """The command line's JSON."""
        return {
            "verdict": self.verdict.status,
            "change": self.label,
            "target": self.target,
            "head": self.head,
            "paths": [_path(each) for each in self.verdict.paths],
            "edges": [_edge(each) for each in self.verdict.edges],
            "ownership_changes": [shift._asdict() for shift in self.shifts.shifts],
            "suggested": list(self.suggested.people),
            "notices": list(self.notices),
            "policy": {"dialect": DIALECT, "file": self.settings.file} | policy_in_force(self.settings),
        }


def policy_in_force(settings: Settings) -> dict[str, Any]:
    """The value of each setting that the verdict depends on."""
    values = settings._asdict()
    return {key: list(value) if isinstance(value := values[key], tuple) else value for key in POLICY}


def run(context: Context, which: Which, votes: str = "") -> Report:
    """Answer for the change that is meant; `votes` names a votes file, or a forge that has none.

    Raises InputError for bad revisions, settings, account maps and votes.
    """
    return of(context, select(context, which), votes)


def of(context: Context, selection: Selection, votes: str = "") -> Report:
    """Answer for a change that has been selected."""
    from onetree.policy.approvals.ownership_diff import compare

    target = selection.target
    settings = context.settings(target)
    reported = _reported(selection, votes)
    mapped = account_map.read(_map(target, settings.accounts), settings.accounts, settings.file)
    accounts = Accounts(mapped, reported.accounts if reported else None)
    rules = Rules(target, settings, accounts)
    ballot = count(reported, _people(context, selection), accounts)
    change = gather(context, selection, rules, reported, ballot)
    verdict = Judge(rules).judge(change, ballot)
    shifts = compare(selection.result, selection.changes, rules.ownership)
    notices = (*verdict.notices, *shifts.notices, *_notices(selection, settings))
    return Report(
        selection.label,
        selection.target_commit,
        selection.head_commit if selection.kind in ("range", "commit") else "",
        verdict,
        shifts,
        _suggest(verdict, rules, ballot),
        settings,
        reported.source if reported else "",
        notices,
    )


def _reported(selection: Selection, votes: str) -> Votes | None:
    if not votes:
        return None
    from onetree.adapters.forges import git_trailers, votes_file

    if selection.kind not in ("range", "commit"):
        message = f"votes are for commits, and {selection.label} is none."
        raise InputError(message, hint="Commit the change and name it with --target and --head.")
    if votes == git_trailers.NAME:
        return git_trailers.read(selection.head_commit, selection.commits)
    return votes_file.read(votes)


def _map(target: Tree, path: str) -> bytes | None:
    entry = target.entries().get(path) if path else None
    return None if entry is None or entry.mode in (SYMLINK, GITLINK) else target.read(path)


def _people(context: Context, selection: Selection) -> tuple[Person, ...]:
    if selection.commits:
        return tuple(series.makers(selection.commits))
    email = context.repo.config("user.email") if selection.kind in ("staged", "worktree") else ""
    return (Person(email, "author"),) if email else ()


def _suggest(verdict: Verdict, rules: Rules, ballot: Ballot) -> "Suggestion":
    """Whom to ask, by the names that OWNERS gives them."""
    from onetree.policy.approvals.suggest import gaps, suggest

    parts: tuple[PathVerdict | EdgeVerdict, ...] = (*verdict.paths, *verdict.edges)
    outcomes = list({id(each.outcome): each.outcome for each in parts if each.status in _OPEN}.values())
    key = rules.accounts.key
    names = {key(who): who for each in outcomes for part in each.slots for slot in part for who in slot.candidates}
    found = suggest(gaps(outcomes, key), ballot.load, once=rules.settings.one_person_one_slot)
    return found._replace(people=tuple(names.get(who, who) for who in found.people))


def _notices(selection: Selection, settings: Settings) -> tuple[str, ...]:
    if not selection.changes:
        return ("the change alters nothing",)
    policy = {"subsystem.toml", "onetree.toml"}
    paths = [change.path for change in selection.changes]
    mine = [each for each in paths if "OWNERS" in each or each.rpartition("/")[2] in policy]
    mine += [each for each in paths if each in (settings.accounts, settings.file) and each not in mine]
    if not mine:
        return ()
    more = f" and {len(mine) - 1} more" if len(mine) > 1 else ""
    return (f"the change alters policy ({mine[0]}{more}); this verdict is by the policy of {selection.target.name}",)


def _path(each: PathVerdict) -> dict[str, Any]:
    return {
        "path": each.path,
        "status": each.status,
        "subsystem": each.rule.subsystem,
        "owners": list(each.rule.owners),
        **_outcome(each),
    }


def _edge(each: EdgeVerdict) -> dict[str, Any]:
    edge = each.edge
    return {
        "importer": edge.importer,
        "imported": edge.imported,
        "path": edge.importer_path,
        "line": edge.line,
        "status": each.status,
        "owners": list(each.rule.owners),
        **_outcome(each),
    }


def _outcome(each: PathVerdict | EdgeVerdict) -> dict[str, Any]:
    slots = [slot for part in each.outcome.slots for slot in part]
    return {
        "approved_by": list(each.outcome.approved_by),
        "needs": [
            {"count": slot.missing, "from": list(slot.candidates)}
            for slot in slots
            if slot.missing and each.status != "approved"
        ],
        "clauses": [
            {"clause": str(slot.clause.where), "count": slot.clause.least, "by": list(slot.by)} for slot in slots
        ],
        "overridden_by": list(each.overridden_by),
        "reasons": [str(reason) for reason in each.reasons],
    }
