"""The four parts of a gate, and what they come to."""

import pytest
from onetree.policy.gate import Part, of_approvals, of_ci, verdict, worst
from onetree.policy.results import Job
from onetree.policy.values import Reason


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ((), "pass"),
        (("pass", "pass"), "pass"),
        (("pass", "wait"), "wait"),
        (("wait", "fail", "pass"), "fail"),
    ],
)
def test_the_worst_part_decides(verdicts: tuple[str, ...], expected: str) -> None:
    assert worst(verdicts) == expected


def test_the_whole_gives_the_reasons_of_what_is_not_content() -> None:
    parts = {
        "check": Part("pass", (Reason("fine"),)),
        "tests": Part("fail", (Reason("broken", "t.py", 3),)),
        "ci": Part("wait", (Reason("no result"),)),
    }
    assert verdict(parts) == Part("fail", (Reason("tests: broken", "t.py", 3), Reason("ci: no result")))


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [((), "pass"), (("pass",), "pass"), (("pass", "wait"), "wait"), (("wait", "fail"), "fail")],
)
def test_ci_is_its_worst_job(statuses: tuple[str, ...], expected: str) -> None:
    assert of_ci(tuple(Job("j", "s", status, Reason(status)) for status in statuses)).verdict == expected


@pytest.mark.parametrize(
    ("status", "waiting", "suggested", "expected"),
    [
        ("approved", 0, (), Part("pass", (Reason("every path has its approval"),))),
        ("pending", 1, (), Part("wait", (Reason("1 of the changed paths and new imports has no approval yet"),))),
        (
            "insufficient",
            2,
            ("a@x.org", "b@x.org"),
            Part(
                "wait", (Reason("2 of the changed paths and new imports have no approval yet; ask a@x.org, b@x.org"),)
            ),
        ),
        (
            "invalid",
            1,
            ("a@x.org",),
            Part("fail", (Reason("1 of the changed paths and new imports cannot be judged; see onetree approvals"),)),
        ),
    ],
)
def test_approvals_are_waited_for_unless_they_cannot_be_judged(
    status: str, waiting: int, suggested: tuple[str, ...], expected: Part
) -> None:
    assert of_approvals(status, waiting, suggested) == expected
