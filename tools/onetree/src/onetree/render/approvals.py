"""`onetree approvals` for people."""

from collections.abc import Iterator

from onetree.commands.approvals import DIALECT, Report, policy_in_force
from onetree.policy.approvals.verdict import EdgeVerdict, PathVerdict
from onetree.policy.values import Reason
from onetree.render.lines import Line, line, plural, printable, status

SHOWN = 8
"""How many paths of one kind are printed; the JSON has them all."""
_HEADLINES = {
    "approved": "every path has its approval.",
    "pending": "owners are asked and have yet to approve.",
    "insufficient": "owners must still be asked.",
    "invalid": "this cannot be judged, so it cannot be merged.",
}


def text(report: Report) -> Iterator[Line]:
    """The verdict, then paths of one kind together with the reasons they share, then whom to ask, and the policy."""
    yield line(f"{report.label}: {plural(len(report.verdict.paths), 'path')}.", "dim")
    verdict = report.verdict.status
    yield (status(verdict), (f": {_HEADLINES[verdict]}", ""))
    for subsystem, group in _groups(report.verdict.paths):
        yield from _group(subsystem, group)
    if report.verdict.edges:
        yield line("New imports between subsystems:", "bold")
    for edge in report.verdict.edges:
        yield from _edge(edge)
    if report.suggested.people:
        names = ", ".join("any account" if who == "*" else who for who in report.suggested.people)
        rest = "" if report.suggested.complete else ", and others: these alone are not enough"
        yield (("Ask: ", "bold"), (names, "cyan"), (rest, ""))
    for notice in report.notices:
        yield (("Note: ", "yellow"), (printable(notice), ""))
    yield line(f"Votes: {printable(report.counted) if report.counted else 'none given (--votes FILE)'}.", "dim")
    values = policy_in_force(report.settings)
    settings = ", ".join(f"{key}={_value(value)}" for key, value in values.items())
    yield line(
        f"Policy at the target, {report.settings.file or 'defaults'}: {settings}; OWNERS as {DIALECT} has it.", "dim"
    )


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return (",".join(map(str, value)) if isinstance(value, list) else str(value)) or "none"


def _groups(paths: tuple[PathVerdict, ...]) -> Iterator[tuple[str, list[PathVerdict]]]:
    """Paths with the same status for the same reasons, the worst first."""
    groups: dict[tuple[str, str, tuple[Reason, ...]], list[PathVerdict]] = {}
    for each in paths:
        groups.setdefault((each.status, each.rule.subsystem, each.reasons), []).append(each)
    order = ("invalid", "insufficient", "pending", "approved")
    for key, group in sorted(groups.items(), key=lambda item: (order.index(item[0][0]), item[0][1], item[1][0].path)):
        yield key[1], group


def _group(subsystem: str, group: list[PathVerdict]) -> Iterator[Line]:
    yield ()
    style = "cyan" if subsystem else "dim"
    count = f"  {plural(len(group), 'path')}  "
    yield ((printable(subsystem) or "no subsystem", style), (count, ""), status(group[0].status))
    for each in group[:SHOWN]:
        yield line(f"    {printable(each.path)}", "bold")
    if len(group) > SHOWN:
        yield line(f"    and {len(group) - SHOWN:,} more", "dim")
    for reason in group[0].reasons:
        yield _reason(reason)


def _edge(each: EdgeVerdict) -> Iterator[Line]:
    edge = each.edge
    yield ((f"  {edge.importer} -> {edge.imported}  ", ""), status(each.status))
    for reason in each.reasons:
        yield _reason(reason)


def _reason(reason: Reason) -> Line:
    where = f"  {reason.file}:{reason.line}" if reason.line else f"  {reason.file}" if reason.file else ""
    return ((f"  - {printable(reason.text)}", ""), (printable(where), "dim"))
