"""The change that `onetree approvals` judges: what git, and what the forge, has to say of it."""

from collections.abc import Mapping

from onetree.adapters import series
from onetree.commands.context import Context, Selection
from onetree.policy.approvals.ballots import Ballot
from onetree.policy.approvals.rules import Rules
from onetree.policy.approvals.verdict import Change, NewEdge
from onetree.policy.approvals.votes import Votes
from onetree.policy.settings import Settings
from onetree.policy.values import Reason

_SHORT = 10
_SHOWN = 3


def gather(context: Context, selection: Selection, rules: Rules, votes: Votes | None, ballot: Ballot) -> Change:
    """Everything about a change that the verdict needs, read from git objects; only a working tree is read as such."""
    repo, settings = context.repo, rules.settings
    target, head = selection.target_commit, selection.head_commit
    remarks, passing = _history(context, selection, settings)
    named = {approval.commit for approval in ballot.approvals} - {head}
    reverted = ""
    if settings.exempt_pure_reverts and selection.kind == "range":
        reverted = series.pure_revert(repo, target, selection.commits, selection.changes)
    return Change(
        head=head,
        changes=selection.changes,
        passing=passing,
        remarks=remarks,
        refused={path: _conflict(selection) for path in selection.conflicts},
        contradictions=_contradictions(selection, votes),
        collisions=_collisions(selection, rules),
        edges=_edges(context, selection, rules),
        earlier={commit: series.earlier(repo, target, commit) for commit in sorted(named)},
        pure_revert=f"a pure revert of {reverted[:_SHORT]}: the tree is the one before it (exempt_pure_reverts)"
        if reverted
        else "",
    )


def _history(
    context: Context, selection: Selection, settings: Settings
) -> tuple[Mapping[str, tuple[Reason, ...]], Mapping[str, Reason]]:
    """What merges add of their own, by path, and the paths that commits touch and the change as a whole does not."""
    target, head, commits = selection.target_commit, selection.head_commit, selection.commits
    if selection.kind != "range" or all(commit.parents == (target,) for commit in commits):
        return {}, {}
    changed = {change.path for change in selection.changes}
    remarks: dict[str, tuple[Reason, ...]] = {}
    passing: dict[str, list[str]] = {}
    for step in series.merge_steps(context.repo, target, head, commits):
        text = f"merge {step.commit[:_SHORT]} has content here that merging its parents does not give"
        text += f" (git show --remerge-diff {step.commit[:_SHORT]})"
        for change in step.changes:
            remarks[change.path] = (*remarks.get(change.path, ()), Reason(text))
            passing.setdefault(change.path, []).append(step.commit[:_SHORT])
    if not settings.history_counts_each_commit:
        return remarks, {}
    for step in series.own_steps(context.repo, target, head):
        for change in step.changes:
            passing.setdefault(change.path, []).append(step.commit[:_SHORT])
    return remarks, {
        path: Reason(
            f"touched by {', '.join(ids[:_SHOWN])}{', ...' if len(ids) > _SHOWN else ''} and the same in the end; "
            "each commit counts where history is kept (history_counts_each_commit)"
        )
        for path, ids in passing.items()
        if path not in changed
    }


def _conflict(selection: Selection) -> Reason:
    return Reason(f"does not merge into {selection.target.name}: rebase the change onto it and resolve the conflict")


def _contradictions(selection: Selection, votes: Votes | None) -> tuple[Reason, ...]:
    """Where what the forge reports is not about what git has."""
    if votes is None:
        return ()
    found = []
    if votes.head != selection.head_commit:
        text = f"the votes are for {votes.head[:_SHORT]} and the judged commit is {selection.head_commit[:_SHORT]}"
        found.append(Reason(f"{text}: fetch both again", votes.source))
    if votes.files is not None:
        missing = sorted({change.path for change in selection.changes} - set(votes.files))
        if missing:
            text = f"the forge's list of files lacks {len(missing)} that git has, such as {missing[0]}"
            found.append(Reason(f"{text}: it is truncated, or of another change", votes.source))
    return tuple(found)


def _collisions(selection: Selection, rules: Rules) -> Mapping[str, Reason]:
    from onetree.policy.approvals.collisions import find

    return find(selection.target, selection.changes, lambda path: rules.of(path).owners)


def _edges(context: Context, selection: Selection, rules: Rules) -> tuple[NewEdge, ...]:
    if not any(change.path.endswith(".py") for change in selection.changes):
        return ()
    from onetree.policy.approvals.new_edges import find

    changes = {change.new.oid: change.path for change in selection.changes if change.new}

    def read(oid: str) -> bytes:
        if selection.kind == "worktree" and oid in changes:  # what only stands on disk is no object yet
            return selection.result.read(changes[oid])
        return context.repo.blob(oid)

    return find(selection.target, selection.changes, read, rules.settings.roots, rules.folder_of)
