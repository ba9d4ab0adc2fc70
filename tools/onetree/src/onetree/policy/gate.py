"""The verdict on a whole change, from its four parts: check, tests, CI results and approvals.

A part passes, fails, or is waited for. What only other people or other machines can do is waited for; what the author
must mend fails. The change is as good as its worst part.
"""

from collections.abc import Mapping
from typing import NamedTuple

from onetree.policy.results import Job
from onetree.policy.values import Reason

VERDICTS = ("pass", "wait", "fail")

_BY_APPROVALS = {"approved": "pass", "pending": "wait", "insufficient": "wait", "invalid": "fail"}


class Part(NamedTuple):
    """One part's verdict (pass, wait or fail) and the reasons for it."""

    verdict: str
    reasons: tuple[Reason, ...]


def worst(verdicts: tuple[str, ...]) -> str:
    """The worst of several verdicts; nothing to judge passes."""
    return max(verdicts, key=VERDICTS.index, default="pass")


def verdict(parts: Mapping[str, Part]) -> Part:
    """The whole: the worst verdict, with the reasons of the parts that are not content."""
    reasons = tuple(
        Reason(f"{name}: {reason.text}", reason.file, reason.line)
        for name, part in parts.items()
        if part.verdict != "pass"
        for reason in part.reasons
    )
    return Part(worst(tuple(part.verdict for part in parts.values())), reasons)


def of_ci(jobs: tuple[Job, ...]) -> Part:
    """CI: the worst of the gating jobs."""
    if not jobs:
        return Part("pass", (Reason("no job gates the subsystems that this change affects"),))
    return Part(worst(tuple(job.status for job in jobs)), tuple(job.reason for job in jobs))


def of_approvals(status: str, waiting: int, suggested: tuple[str, ...]) -> Part:
    """Approvals: `waiting` counts the paths and edges that lack one, `suggested` names who could complete them."""
    if status == "approved":
        return Part("pass", (Reason("every path has its approval"),))
    text = f"{waiting} of the changed paths and new imports {'has' if waiting == 1 else 'have'} no approval yet"
    if status == "invalid":
        text = f"{waiting} of the changed paths and new imports cannot be judged; see onetree approvals"
    elif suggested:
        text += f"; ask {', '.join(suggested)}"
    return Part(_BY_APPROVALS[status], (Reason(text),))
