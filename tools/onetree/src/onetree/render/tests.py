"""`onetree tests` for people."""

from collections.abc import Iterator

from onetree.commands.tests import Report
from onetree.render.lines import Line, line, plural, printable

_SAID = {"passed": ("The selected tests pass.", "green"), "failed": ("Tests fail.", "red")}


def text(report: Report) -> Iterator[Line]:
    """Which change, how many tests, and each selected one with the chain that leads to what changed."""
    scope = report.scope
    yield line(f"Change: {report.label}.", "dim")
    if scope.mode == "none":
        yield line("No test depends on what changed.", "green")
    elif scope.mode == "all":
        yield line(f"All {plural(scope.total, 'test file')}:", "yellow")
    else:
        yield line(f"{scope_size(report)}:", "bold")
    for notice in scope.notices:
        yield line(f"  {printable(notice)}", "yellow")
    if scope.mode == "some":
        for each in report.selected:
            yield (("  " + printable(each.path), "bold"),)
            for reason in each.reasons:
                yield line(f"    {printable(reason)}", "dim")


def outcome(report: Report) -> Iterator[Line]:
    """What came of running them, after pytest's own output."""
    for notice in report.notices:
        yield line(notice, "yellow")
    if report.outcome == "nothing" and not report.notices:
        yield line("Nothing was run.", "green")
    elif report.outcome in _SAID:
        yield line(*_SAID[report.outcome])


def scope_size(report: Report) -> str:
    """``3 of 40 test files``."""
    return f"{len(report.selected):,} of {plural(report.scope.total, 'test file')}"
