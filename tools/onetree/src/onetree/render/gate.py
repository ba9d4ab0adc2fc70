"""`onetree gate` for people."""

from collections.abc import Iterator

from onetree.commands.gate import Report
from onetree.render import changed
from onetree.render.lines import Line, line, printable, status

_SAID = {
    "pass": "this change can be merged.",
    "wait": "nothing is wrong; others have yet to act.",
    "fail": "this change cannot be merged as it is.",
}
_SHOWN = 12


def text(report: Report) -> Iterator[Line]:
    """What is touched, then each part with its reasons, then the verdict."""
    yield from changed.text(report.changed)
    for name, part in report.parts.items():
        yield ((f"{name.capitalize()}: ", "bold"), status(part.verdict))
        for reason in part.reasons[:_SHOWN]:
            yield line(f"  {printable(str(reason))}")
        if len(part.reasons) > _SHOWN:
            yield line(f"  and {len(part.reasons) - _SHOWN:,} more", "dim")
        if name == "check":
            for finding in report.findings[:_SHOWN]:
                yield line(f"    {finding.path}:{finding.line}: {finding.hint}", "dim")
    verdict = report.whole.verdict
    yield (("Verdict: ", "bold"), status(verdict), (f", {_SAID[verdict]}", ""))
