"""`onetree owners` for people."""

from collections.abc import Iterator

from onetree.commands.owners import OwnedPath, Report
from onetree.render.lines import Line, Segment, columns, line, printable, status


def text(report: Report) -> Iterator[Line]:
    """Each path with its subsystem, then its owners with the lines that make them owners."""
    yield line(f"Owners as of {report.at}.", "dim")
    for path in report.paths:
        yield from _path(path, report.who)


def _path(each: OwnedPath, who: str) -> Iterator[Line]:
    owners = each.owners
    head: list[Segment] = [(printable(owners.path) or "the root", "bold"), (f"  {each.subsystem}", "cyan")]
    yield tuple(head if owners.status == "owned" else [*head, ("  ", ""), status(owners.status)])
    for error in owners.errors:
        yield line(f"  {error.path}:{error.line}: {error.message} {error.hint}".rstrip(), "red")
    nearest_first = sorted(owners.owners, key=lambda owner: (owner.distance, owner.who))
    rows = [
        ((owner.who.replace("*", "* (any account)"), ""), (", ".join(f"{v.file}:{v.line}" for v in owner.via), "dim"))
        for owner in nearest_first
    ]
    yield from columns(rows)
    if owners.stop:
        yield line(f"  no owners from above: set noparent ({owners.stop.file}:{owners.stop.line})", "dim")
    for warning in owners.warnings:
        yield line(f"  warning: {warning}", "yellow")
    if who:
        yield line(f"  Why {who}:")
        for reason in each.why:
            yield line(f"    {reason}")
