"""`onetree gate` for people."""

from collections.abc import Iterator

from onetree.commands.gate import Report
from onetree.render import changed, check
from onetree.render.lines import Line, line, printable, status

_SAID = {
    "pass": "this change can be merged.",
    "wait": "nothing is wrong; others have yet to act.",
    "fail": "this change cannot be merged as it is.",
}


def text(report: Report) -> Iterator[Line]:
    """What is touched, then each part with its reasons, then the verdict."""
    yield from changed.text(report.changed)
    for name, part in report.parts.items():
        yield ((f"{name.capitalize()}: ", "bold"), status(part.verdict))
        if name == "check" and report.findings:
            for found in report.findings:
                yield from check.finding(found)
            continue
        for reason in part.reasons:
            yield line(f"  {printable(str(reason))}")
    verdict = report.whole.verdict
    yield (("Verdict: ", "bold"), status(verdict), (f", {_SAID[verdict]}", ""))
