"""`onetree changed` for people."""

from collections.abc import Iterator, Sequence

from onetree.commands.changed import Report
from onetree.policy.subsystems.affected import Affected
from onetree.policy.values import Reason
from onetree.render.lines import Line, line, plural, printable

SHOWN = 5
"""How many reasons of one subsystem are printed; the JSON has them all."""


def text(report: Report) -> Iterator[Line]:
    """What is touched, then what depends on it, each with its first reasons."""
    yield line(f"{report.label}: {plural(report.changed_paths, 'changed path')}.", "dim")
    touched = [each for each in report.subsystems if each.touched]
    depending = [each for each in report.subsystems if not each.touched]
    yield from _section("Touches", touched)
    yield from _section("Depend on what it touches", depending)
    if report.enclosing:
        yield line(f"Files that others claim stand in folders of: {', '.join(map(printable, report.enclosing))}")
    if report.unowned:
        yield line(f"{plural(len(report.unowned), 'path')} of no subsystem:", "red")
        yield from _shortened([Reason(path) for path in report.unowned])


def _section(title: str, subsystems: Sequence[Affected]) -> Iterator[Line]:
    if not subsystems:
        return
    yield line(f"{title}:", "bold")
    for each in subsystems:
        yield line(f"  {printable(each.name)}", "cyan")
        yield from _shortened(each.reasons)


def _shortened(reasons: Sequence[Reason]) -> Iterator[Line]:
    for reason in reasons[:SHOWN]:
        yield line(f"    {printable(str(reason))}")
    if len(reasons) > SHOWN:
        yield line(f"    and {len(reasons) - SHOWN:,} more", "dim")
