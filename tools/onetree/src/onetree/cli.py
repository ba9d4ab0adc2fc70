"""The command line: arguments in, a report printed, an exit code out.

Exit codes: 0 clean or approved, 1 findings or not approved, 2 bad input or configuration, 3 a bug of ours. Each
command is imported when it is asked for, so that none pays for another's start.
"""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from onetree.arguments import parser
from onetree.policy.values import Finding, InputError
from onetree.render.lines import Line

if TYPE_CHECKING:
    from onetree.commands.context import Which

_BUGS = "onetree-maintainers-1@example.org"


class Report(Protocol):
    """What every command returns."""

    @property
    def exit_code(self) -> int:
        """0 or 1."""
        ...

    def json(self) -> dict[str, Any]:
        """The answer as onetree's JSON."""
        ...


Answer = tuple[Report, Callable[[], Iterable[Line]]]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Never raises: bad input is a sentence and 2, a bug of ours is a report and 3."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(words)
    except InputError as error:
        print(f"onetree: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("onetree: interrupted; nothing was left half done.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        _give_up_output()  # its reader went away, which is no error of ours
        return 0
    except Exception:
        _report_bug(words)
        return 3


def _run(words: list[str]) -> int:
    args = parser(words).parse_args(words)
    if args.format in ("github", "sarif") and args.command not in _WITH_FINDINGS:
        raise InputError(f"{args.command} has no findings to give as {args.format}.", hint="Use --format text or json.")
    if args.command == "completion":
        return _completion(args.shell)
    report, text = _COMMANDS[args.command](args)
    try:
        _print(args, report, text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _give_up_output()
        raise InputError(f"The answer cannot be written: {error.strerror}.", hint="Send it elsewhere.") from None
    return report.exit_code


def _print(args: Namespace, report: Report, text: Callable[[], Iterable[Line]]) -> None:
    if args.format == "text":
        from onetree.render import terminal

        terminal.write(text())
        return
    from onetree.render import machine

    if args.format == "json":
        print(machine.as_json(report.json()))
        return
    findings: Iterable[Finding] = getattr(report, "findings", ())
    if args.format == "sarif":
        print(machine.sarif(findings))
        return
    for annotation in machine.github(findings):
        print(annotation)


def _owners(args: Namespace) -> Answer:
    from onetree.commands import owners
    from onetree.commands.context import open_context
    from onetree.render.owners import text

    report = owners.run(open_context(args.repo, args.overlay), args.paths, args.at, args.why)
    return report, lambda: text(report)


def _changed(args: Namespace) -> Answer:
    from onetree.commands import changed
    from onetree.commands.context import open_context
    from onetree.render.changed import text

    report = changed.run(open_context(args.repo, args.overlay), _which(args))
    return report, lambda: text(report)


def _check(args: Namespace) -> Answer:
    from onetree.commands import check
    from onetree.commands.context import open_context
    from onetree.render.check import text

    context = open_context(args.repo, args.overlay)
    report = check.run(context, _which(args), asked=args.repo, cached=not args.no_cache, kinds=args.rule)
    return report, lambda: text(report)


def _tests(args: Namespace) -> Answer:
    from onetree.commands import tests
    from onetree.commands.context import open_context
    from onetree.render.tests import outcome, text

    context, which = open_context(args.repo, args.overlay), _which(args)
    report = tests.run(context, which)
    if not args.run:
        return report, lambda: text(report)
    if args.format == "text":
        _print(args, report, lambda: text(report))  # what runs stands above pytest's own output
    ran = tests.execute(context, which, report, args.pytest_args, to_stderr=args.format != "text")
    return ran, lambda: outcome(ran)


def _approvals(args: Namespace) -> Answer:
    from onetree.commands import approvals
    from onetree.commands.context import open_context
    from onetree.render.approvals import text

    report = approvals.run(open_context(args.repo, args.overlay), _which(args), args.votes)
    return report, lambda: text(report)


def _gate(args: Namespace) -> Answer:
    from onetree.commands import gate
    from onetree.commands.context import open_context
    from onetree.render.gate import text

    def say(words: str) -> None:
        print(words, file=sys.stderr, flush=True)

    asked = gate.Asked(args.votes, tuple(args.results), args.pytest_args, args.wait_ok, args.format != "text", say)
    report = gate.run(open_context(args.repo, args.overlay), _which(args), asked)
    return report, lambda: text(report)


def _new(args: Namespace) -> Answer:
    from onetree.commands import new
    from onetree.commands.context import open_context
    from onetree.render.new import text

    context = open_context(args.repo, args.overlay)
    report = new.run(context, args.kind, args.name, tuple(args.owner), args.summary)
    return report, lambda: text(report)


_COMMANDS: dict[str, Callable[[Namespace], Answer]] = {
    "owners": _owners,
    "changed": _changed,
    "check": _check,
    "tests": _tests,
    "approvals": _approvals,
    "gate": _gate,
    "new": _new,
}
_WITH_FINDINGS = frozenset({"check", "gate"})


def _which(args: Namespace) -> "Which":
    from onetree.commands.context import Which

    return Which(args.target, args.head, args.staged, args.worktree)


def _give_up_output() -> None:
    """Send what is left to be written nowhere, or Python would complain once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _completion(shell: str) -> int:
    import shtab

    print(shtab.complete(parser(), shell))
    return 0


def _report_bug(words: list[str]) -> None:
    import platform
    import shlex
    import traceback

    from onetree import __version__

    traceback.print_exc()
    print(
        f"onetree: this is a bug of ours. Please send the lines above and these to {_BUGS}:\n"
        f"  onetree {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"  command: onetree {shlex.join(words)}",
        file=sys.stderr,
    )
