"""`onetree check` for people."""

from collections.abc import Iterator

from onetree.commands.check import Report
from onetree.policy.values import Finding
from onetree.render.lines import Line, line, plural, printable


def text(report: Report) -> Iterator[Line]:
    """What was checked, each finding, and the count."""
    yield line(f"Checked {report.label}.", "dim")
    for found in report.findings:
        yield from finding(found)
    yield line()
    for notice in report.notices:
        yield line(f"note: {notice}", "yellow")
    seen = plural(report.files, "Python file")
    kept = sum(kept for _, _, kept in report.contracts)
    seen += f", {kept} of {plural(len(report.contracts), 'contract')} kept" if report.contracts else ""
    if report.findings:
        yield (plural(len(report.findings), "finding"), "bold red"), (f" ({seen})", "dim")
    else:
        yield ("Nothing is wrong", "bold green"), (f" ({seen})", "dim")


def finding(found: Finding) -> Iterator[Line]:
    """One finding: where, what and by which rule; then how to mend it, and whom to ask."""
    place = printable(found.path) + (f":{found.line}" if found.line else "")
    yield (f"{place}: ", "bold"), (f"{printable(found.message)} ", ""), (f"[{found.rule}]", "cyan")
    if found.hint:
        yield line(f"    {found.hint}")
    if found.owners:
        yield line(f"    ask {', '.join(found.owners)}", "dim")
