"""`onetree gate`: check, tests, CI results and approvals of one change in one verdict."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from onetree.commands import approvals, changed, check, tests
from onetree.commands.context import Context, Selection, Which, select
from onetree.commands.sides import sides
from onetree.policy import gate, results
from onetree.policy.approvals.verdict import EdgeVerdict, PathVerdict
from onetree.policy.gate import Part
from onetree.policy.results import Gating, Job, Result
from onetree.policy.subsystems.registry import Subsystems
from onetree.policy.values import Finding, InputError, Reason


class Report(NamedTuple):
    """What `onetree gate` answers: the reports of the four commands, and what they come to."""

    label: str
    changed: changed.Report
    check: check.Report
    tests: tests.Report
    jobs: tuple[Job, ...]
    approvals: approvals.Report
    parts: dict[str, Part]
    whole: Part
    wait_ok: bool

    @property
    def exit_code(self) -> int:
        """0 where the verdict is pass, or wait and the caller is content with that."""
        return int(self.whole.verdict == "fail" or (self.whole.verdict == "wait" and not self.wait_ok))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the change breaks."""
        return self.check.findings

    def json(self) -> dict[str, Any]:
        """The command line's JSON. Each part has its verdict, its reasons, and the whole report behind it."""
        details: dict[str, Any] = {
            "check": self.check.json(),
            "tests": self.tests.json(),
            "ci": {"jobs": [job._asdict() | {"reason": str(job.reason)} for job in self.jobs]},
            "approvals": self.approvals.json(),
        }
        return {
            "verdict": self.whole.verdict,
            "change": self.label,
            "subsystems": self.changed.json()["subsystems"],
            "parts": {
                name: {
                    "verdict": part.verdict,
                    "reasons": [str(reason) for reason in part.reasons],
                    "report": details[name],
                }
                for name, part in self.parts.items()
            },
            "reasons": [str(reason) for reason in self.whole.reasons],
        }


class Asked(NamedTuple):
    """The command line's options besides the change: files to read, pytest's arguments, and how to answer.

    `say` is told what is about to take long.
    """

    votes: str = ""
    results: tuple[str, ...] = ()
    pytest_args: Sequence[str] = ()
    wait_ok: bool = False
    to_stderr: bool = False
    say: Callable[[str], None] = print


def run(context: Context, which: Which, asked: Asked) -> Report:
    """Judge the change that is meant; its tests are run in the working tree. Raises InputError for bad input."""
    selection = select(context, which)
    said = tuple(result for file in asked.results for result in _read(file))
    both = sides(context, selection)
    touched = changed.of(context, selection, both)
    checked = check.of(context, selection)
    approved = approvals.of(context, selection, asked.votes)
    jobs = results.judge(_gating(context, selection, touched), said, selection.head_commit)
    tested, of_tests = _tests(context, which, selection, tests.of(selection, both), asked)
    parts = {
        "check": _check(checked),
        "tests": of_tests,
        "ci": gate.of_ci(jobs),
        "approvals": _approvals(approved),
    }
    whole = gate.verdict(parts)
    return Report(selection.label, touched, checked, tested, jobs, approved, parts, whole, asked.wait_ok)


def _check(report: check.Report) -> Part:
    if not report.findings:
        return Part("pass", (Reason("the change adds no finding"),))
    return Part("fail", tuple(Reason(f"{each.rule}: {each.message}", each.path, each.line) for each in report.findings))


def _tests(
    context: Context, which: Which, selection: Selection, report: tests.Report, asked: Asked
) -> tuple[tests.Report, Part]:
    if report.scope.mode == "none":
        return report, Part("pass", (Reason("no test depends on what changed"),))
    held = _not_checked_out(context, selection)
    if held:
        return report, Part("wait", (Reason(held),))
    asked.say(f"{selection.label}: running {len(report.selected)} of {report.scope.total} test files.")
    report = tests.execute(context, which, report, asked.pytest_args, to_stderr=asked.to_stderr)
    if report.outcome == "failed":
        return report, Part("fail", (Reason("tests fail: see pytest's output"),))
    count = f"{len(report.selected)} of {report.scope.total} test files"
    done = f"{count} were to run, and pass" if report.outcome == "passed" else f"{count} were to run, and hold no test"
    return report, Part("pass", (Reason(done),))


def _not_checked_out(context: Context, selection: Selection) -> str:
    """Why running tests in the working tree would prove nothing about this change; "" where it would."""
    if selection.kind in ("staged", "worktree"):
        return ""
    repo = context.repo
    if repo.bare:
        return "tests were not run: a bare repository has no working tree"
    if repo.find("HEAD") != selection.head_commit:
        return f"tests were not run: {selection.head_commit[:10]} is not checked out; run git switch --detach first"
    if any(change.old for change in repo.worktree_changes()):
        return "tests were not run: the working tree has other changes; commit or stash them"
    return ""


def _gating(context: Context, selection: Selection, touched: changed.Report) -> list[Gating]:
    """The jobs that manifests of affected subsystems name, as the target has them."""
    subsystems = Subsystems(selection.target, context.settings(selection.target))
    # A claim takes a path from the folder it stands in, for reports; that folder's CI must not lose its say by it.
    affected = {each.name for each in touched.subsystems} | set(touched.enclosing)
    found = []
    for subsystem in subsystems.all():
        manifest = subsystem.manifest
        if manifest and subsystem.name in affected:
            lines = [manifest.lines.get(f"checks.gating.{i}.job", 0) for i in range(len(manifest.gating))]
            line = manifest.lines.get("checks.gating", 0)
            found += [
                Gating(each, subsystem.name, manifest.path, at or line)
                for each, at in zip(manifest.gating, lines, strict=True)
            ]
    return found


def _approvals(report: approvals.Report) -> Part:
    parts: tuple[PathVerdict | EdgeVerdict, ...] = (*report.verdict.paths, *report.verdict.edges)
    open_ = [each for each in parts if each.status != "approved"]
    return gate.of_approvals(report.verdict.status, len(open_), report.suggested.people)


def _read(file: str) -> tuple[Result, ...]:
    try:
        with open(file, "rb") as opened:
            return results.parse(opened.read(), file)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}.", file=file, hint="Name a results file.") from None
