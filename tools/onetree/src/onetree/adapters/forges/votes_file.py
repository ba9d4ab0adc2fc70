"""Votes from a file that a forge's tooling wrote: authenticated accounts, bound to commits."""

import sys

from onetree.policy.approvals.votes import Votes, parse
from onetree.policy.values import InputError


def read(path: str) -> Votes:
    """The votes in a file, or on standard input where `path` is ``-``. Raises InputError, also where none is there."""
    if path == "-":
        return parse(sys.stdin.buffer.read(), "standard input")
    try:
        with open(path, "rb") as file:
            return parse(file.read(), path)
    except OSError as error:
        hint = "Give --votes the file that your forge's tooling wrote, or leave it out."
        raise InputError(f"cannot read the votes: {error.strerror}.", file=path, hint=hint) from None
