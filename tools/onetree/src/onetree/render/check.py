"""`onetree check` for people."""

from collections.abc import Iterator
from itertools import groupby

from onetree.commands.check import Report
from onetree.policy.values import Finding
from onetree.render.lines import Line, line, plural, printable


def text(report: Report) -> Iterator[Line]:
    """What was checked, each file's findings, and the count."""
    yield line(f"Checked {report.label}.", "dim")
    for path, findings in groupby(report.findings, key=lambda found: found.path):
        yield line()
        yield line(printable(path), "bold")
        for found in findings:
            yield from _finding(found)
    yield line()
    for notice in report.notices:
        yield line(f"note: {notice}", "yellow")
    seen = f"{plural(report.files, 'Python file')}, {plural(report.edges, 'import')}"
    kept = sum(kept for _, _, kept in report.contracts)
    seen += f", {kept} of {plural(len(report.contracts), 'contract')} kept" if report.contracts else ""
    if report.findings:
        yield (plural(len(report.findings), "finding"), "bold red"), (f" ({seen})", "dim")
    else:
        yield ("Nothing is wrong", "bold green"), (f" ({seen})", "dim")


def _finding(found: Finding) -> Iterator[Line]:
    where = f"  {found.line}: " if found.line else "  "
    yield (where, "dim"), (f"{found.message} ", ""), (f"[{found.rule}]", "cyan")
    if found.hint:
        yield line(f"    {found.hint}")
    if found.owners:
        yield line(f"    ask {', '.join(found.owners)}", "dim")
