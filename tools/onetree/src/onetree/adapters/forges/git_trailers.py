"""Votes from the trailers of commit messages, as projects do that review by mail. Off unless it is asked for by name.

A trailer is text that whoever writes the commit can put there: this forge proves nobody's identity, and every answer
that rests on it says so. ``Reviewed-by``, ``Acked-by`` and ``Approved-by`` approve, ``Nacked-by`` rejects; the address
counts and the name does not. In a change of more than one commit every commit but merges must bear the trailer.
"""

import re
from collections.abc import Iterator, Sequence

from onetree.adapters.git import Commit
from onetree.policy.approvals.votes import Vote, Votes

NAME = "git-trailers"
_TRAILER = re.compile(r"^(reviewed|acked|approved|nacked)-by:[^<\n]*<([^<>\s]+)>[ \t]*$", re.IGNORECASE | re.MULTILINE)
_NOTICE = f"votes come from commit trailers ({NAME}), which anybody can write: they are text and prove no identity"


def read(head: str, commits: Sequence[Commit]) -> Votes:
    """The votes in the messages of a change's commits, newest first; `head` is the commit that is judged."""
    own = [commit for commit in commits if len(commit.parents) < 2] or list(commits)
    found = [dict.fromkeys(_trailers(commit.message)) for commit in own]
    approving = [who for who, kind in (found[0] if found else ()) if kind != "nacked"]
    everywhere = [who for who in dict.fromkeys(approving) if all(_approves(who, each) for each in found)]
    against = dict.fromkeys(who for each in found for who, kind in each if kind == "nacked")
    votes = [Vote(who, "approve", head, 1) for who in everywhere] + [Vote(who, "reject", head, 2) for who in against]
    newest = commits[0] if commits else Commit(head, "", (), "", "", "")
    return Votes(newest.author, newest.committer, head, votes=tuple(votes), source=NAME, notices=(_NOTICE,))


def _trailers(message: str) -> Iterator[tuple[str, str]]:
    """Address and kind of each trailer in the last paragraph, where git looks for them."""
    for kind, who in _TRAILER.findall(message.rstrip().rpartition("\n\n")[2]):
        yield who, kind.lower()


def _approves(who: str, trailers: dict[tuple[str, str], None]) -> bool:
    return any(each == who and kind != "nacked" for each, kind in trailers)
