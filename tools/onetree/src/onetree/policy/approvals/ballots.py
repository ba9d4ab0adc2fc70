"""What the votes on one change come to: who approves it, who cannot, who is asked.

- An account's votes are ordered by `seq`, on whichever commit they were cast. A rejection or a withdrawal ends every
  approval that the account gave before, and withdrawing a rejection revives none; a later approval is a new one.
  Where an account has two votes of one `seq`, the approval counts as the earlier.
- A rejection ends only its own account's approval. It blocks nobody else's, as with Gerrit's code-owners and Prow; it
  is told as a notice.
- The author, uploader, committer and co-authors cannot approve. For that, and for that alone, names are compared
  without letter case and ``+suffix`` as well, and what commits say of their authors is believed.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from onetree.policy.approvals.accounts import Accounts, loose
from onetree.policy.approvals.votes import Vote, Votes


class Person(NamedTuple):
    """Somebody who made the change, and what as: ``author``, ``uploader``, ``committer`` or ``co-author``."""

    name: str
    role: str


class Approval(NamedTuple):
    """One account's approval of one commit; `account` is the key, `name` as the vote writes it."""

    account: str
    name: str
    commit: str


class Ballot(NamedTuple):
    """The votes that count, by account key; `makers` are those who made the change, by loose name, with their role."""

    accounts: Accounts
    makers: Mapping[str, str]
    approvals: tuple[Approval, ...] = ()
    reviewers: Mapping[str, str] = MappingProxyType({})
    load: Mapping[str, int] = MappingProxyType({})
    notices: tuple[str, ...] = ()

    def role(self, key: str) -> str:
        """What an account did for the change that keeps it from approving; "" where it may."""
        return next(
            (self.makers[each] for name in self.accounts.names(key) if (each := loose(name)) in self.makers), ""
        )


def count(votes: Votes | None, people: Iterable[Person], accounts: Accounts) -> Ballot:
    """The ballot of a change that `people` made; without `votes` nobody has voted and nobody is asked."""
    makers: dict[str, str] = {}
    reported = (Person(votes.author, "author"), Person(votes.uploader, "uploader")) if votes else ()
    for person in (*reported, *people):
        for name in accounts.names(accounts.key(person.name)):
            makers.setdefault(loose(name), person.role)
    if votes is None:
        return Ballot(accounts, makers)
    approvals, notices = _standing(votes.votes, accounts)
    reviewers = {accounts.key(name): name for name in votes.reviewers if accounts.active(accounts.key(name))}
    load: dict[str, int] = {}
    for name, number in votes.load.items():
        load[accounts.key(name)] = load.get(accounts.key(name), 0) + number
    return Ballot(accounts, makers, approvals, reviewers, load, (*votes.notices, *notices))


def _standing(votes: Iterable[Vote], accounts: Accounts) -> tuple[tuple[Approval, ...], list[str]]:
    standing: dict[str, dict[Approval, None]] = {}
    last: dict[str, Vote] = {}
    for vote in sorted(votes, key=lambda vote: (vote.seq, vote.vote != "approve", vote)):
        key = accounts.key(vote.account)
        last[key] = vote
        approvals = standing.setdefault(key, {})
        if vote.vote == "approve":
            approvals[Approval(key, vote.account, vote.commit)] = None
        else:
            approvals.clear()
    notices = []
    for key, vote in sorted(last.items()):
        if void := accounts.void(key):
            notices.append(f"{vote.account} {void}: its votes do not count")
        elif vote.vote == "reject":
            notices.append(f"{vote.account} rejects the change; that ends only that account's own approval")
    counted = [a for key in sorted(standing) if not accounts.void(key) for a in standing[key]]
    return tuple(counted), notices
