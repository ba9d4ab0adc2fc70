"""`onetree tests`: which tests the change affects, why each, and running them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from onetree.commands.context import Context, Selection, Which, select
from onetree.commands.sides import Sides, sides
from onetree.policy.scoping import Scope, Selected, scope
from onetree.policy.values import InputError


class Report(NamedTuple):
    """What `onetree tests` answers. `label` says which change was judged.

    `outcome` is "" where the tests were not run, else passed, failed, or nothing (none was there to run).
    """

    label: str
    scope: Scope
    outcome: str = ""
    notices: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """1 where tests were run and failed."""
        return int(self.outcome == "failed")

    @property
    def selected(self) -> tuple[Selected, ...]:
        """The test files, by path."""
        return self.scope.selected

    def json(self) -> dict[str, Any]:
        """The command line's JSON; `outcome` is there where the tests were run."""
        answer: dict[str, Any] = {
            "change": self.label,
            "mode": self.scope.mode,
            "selected": [{"path": each.path, "reasons": list(each.reasons)} for each in self.selected],
            "total": self.scope.total,
            "notices": [*self.scope.notices, *self.notices],
        }
        return answer | ({"outcome": self.outcome} if self.outcome else {})


def run(context: Context, which: Which) -> Report:
    """Select the tests of the change that is meant. Raises InputError for unknown revisions and broken settings."""
    selection = select(context, which)
    return of(selection, sides(context, selection))


def of(selection: Selection, both: Sides) -> Report:
    """Select the tests of a change that has been selected, with what is known of the files of both its trees."""
    found = scope(both.target, both.result, selection.changes)
    return Report(selection.label, found._replace(notices=(*found.notices, *both.problems)))


def execute(context: Context, which: Which, report: Report, arguments: Sequence[str], *, to_stderr: bool) -> Report:
    """Run the report's tests with pytest in the working tree, and return the report with the outcome.

    Raises InputError where the working tree does not hold the change, and where pytest cannot run.
    """
    from onetree.adapters import pytest

    if context.repo.bare:
        raise InputError("A bare repository has no working tree to run tests in.", hint="Run them in a clone.")
    if which.head and context.repo.resolve(which.head) != context.repo.resolve("HEAD"):
        hint = f"Check it out first: git switch --detach {which.head}"
        raise InputError(f"Tests run in the working tree, and {which.head} is not checked out.", hint=hint)
    if report.scope.mode == "none":
        return report._replace(outcome="nothing")
    paths = [] if report.scope.mode == "all" else [each.path for each in report.selected]
    code = pytest.run(context.repo.root, paths, arguments, stdout_is_taken=to_stderr)
    if code == pytest.NOTHING_COLLECTED:
        return report._replace(outcome="nothing", notices=("pytest collected no test from the selected files.",))
    return report._replace(outcome="passed" if code == pytest.PASSED else "failed")
