"""`onetree new` for people."""

from collections.abc import Iterator

from onetree.commands.new import Report
from onetree.render.lines import Line, line


def text(report: Report) -> Iterator[Line]:
    """What was made, and what to do next."""
    yield (("Made ", ""), (report.folder, "bold"), (f", a new {report.kind}:", ""))
    for path in report.files:
        yield line(f"  {path}")
    if report.next:
        yield line("Next:")
    for step in report.next:
        yield line(f"  {step}", "cyan")
