"""The command line's grammar. Nothing of a command is imported here, so that --help answers at once."""

import argparse
from collections.abc import Callable, Sequence
from typing import Any

from onetree import __version__

FORMATS = ("text", "json", "github", "sarif")
RULES = ("boundaries", "debt", "graph", "imports", "layout", "owners", "subsystems")

_TOP = """\
examples:
  onetree check                          boundaries, OWNERS and layout of the whole tree
  onetree check --staged                 what the staged change adds, for a hook
  onetree owners nova/virt/libvirt/host.py
  onetree approvals --target main --head topic --votes votes.json
  onetree gate                           everything about the current change, tests run

exit codes: 0 clean or approved, 1 findings or not approved, 2 bad input or configuration, 3 a bug of ours"""

_EXAMPLES = {
    "owners": """\
examples:
  onetree owners src/parser.py
  onetree owners --at v1.2 docs/ setup.py
  onetree owners --why ann@example.org src/parser.py""",
    "changed": """\
examples:
  onetree changed                        the current change
  onetree changed --target main --head topic --format json""",
    "check": """\
examples:
  onetree check                          the whole tree
  onetree check --staged                 what is staged, as a pre-commit hook runs it
  onetree check --target main --format sarif > onetree.sarif""",
    "tests": """\
examples:
  onetree tests                          which tests, and why each
  onetree tests --run -- -x -q           run them with pytest
  onetree tests --target main --format json""",
    "approvals": """\
examples:
  onetree approvals                      who must approve the current change
  onetree approvals --target main --head topic --votes votes.json""",
    "gate": """\
examples:
  onetree gate                           judge the current change; its tests are run
  onetree gate --wait-ok                 the same, content when only other people are waited for
  onetree gate --target main --head topic --votes votes.json --results ci.jsonl""",
    "new": """\
examples:
  onetree new subsystem src/billing --owner ann@example.org --owner bob@example.org
  onetree new driver hyperv --summary "Guests on Hyper-V\"""",
}


def parser(words: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """The parser of the whole command line; `command` names what was asked for.

    With the `words` of a command line, only the commands among them get their options: making all takes 4 ms.
    """
    top = argparse.ArgumentParser(
        prog="onetree",
        description="One tree, many owners: who owns a path, which boundaries hold, which tests and approvals "
        "a change needs.",
        epilog=_TOP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"onetree {__version__}")
    _common(top, suppress=False)
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (summary, add) in _COMMANDS.items():
        if words is None or name in words:
            command = commands.add_parser(
                name,
                help=summary,
                description=summary[0].upper() + summary[1:] + ".",
                epilog=_EXAMPLES.get(name),
                formatter_class=argparse.RawDescriptionHelpFormatter,
            )
            _common(command, suppress=True)
            add(command)
        else:
            commands.add_parser(name, help=summary, add_help=False)
    return top


def _common(command: argparse.ArgumentParser, *, suppress: bool) -> None:
    """Options that may stand before or after the command's name; the later one wins."""
    options: list[tuple[str, str, str, dict[str, Any]]] = [
        ("--repo", ".", "the repository (default: the one around this folder)", {"metavar": "DIR"}),
        ("--format", "text", "how to answer (default: text)", {"choices": FORMATS}),
        ("--overlay", "", "take OWNERS, manifests and settings from DIR, as if in the tree", {"metavar": "DIR"}),
    ]
    for name, default, text, more in options:
        command.add_argument(name, help=text, default=argparse.SUPPRESS if suppress else default, **more)


def _change(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group(
        "which change",
        "With nothing given: the working tree's changes if there are any, else what HEAD has over the target branch, "
        "else HEAD over its parent.",
    )
    group.add_argument("--target", metavar="REV", default="", help="what the change is to be merged into")
    group.add_argument("--head", metavar="REV", default="", help="the change (default with --target: HEAD)")
    group.add_argument("--staged", action="store_true", help="what is staged")
    group.add_argument("--worktree", action="store_true", help="what the working tree changes")


def _owners(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", metavar="PATH", nargs="+", help="a file or folder, existing or not")
    command.add_argument("--at", metavar="REV", default="", help="read OWNERS at REV (default: the working tree)")
    command.add_argument("--why", metavar="WHO", default="", help="why WHO is an owner of each path, or why not")


def _check(command: argparse.ArgumentParser) -> None:
    _change(command)
    command.add_argument("--no-cache", action="store_true", help="neither read nor write the scan's cache")
    command.add_argument(
        "--rule", choices=RULES, action="append", default=[], help="only findings of this kind; repeatable"
    )


def _tests(command: argparse.ArgumentParser) -> None:
    _change(command)
    command.add_argument("--run", action="store_true", help="run them with pytest")
    command.add_argument("pytest_args", metavar="PYTEST-ARGS", nargs="*", help="after --: passed on to pytest")


def _approvals(command: argparse.ArgumentParser) -> None:
    _change(command)
    command.add_argument("--votes", metavar="FILE", default="", help="who voted, as JSON (see the README)")


def _gate(command: argparse.ArgumentParser) -> None:
    _approvals(command)
    command.add_argument(
        "--results", metavar="FILE", action="append", default=[], help="CI results: JUnit XML or JSON lines; repeatable"
    )
    command.add_argument("--wait-ok", action="store_true", help="exit with 0 when only people or CI are waited for")
    command.add_argument("pytest_args", metavar="PYTEST-ARGS", nargs="*", help="after --: passed on to pytest")


def _new(command: argparse.ArgumentParser) -> None:
    command.add_argument("kind", metavar="KIND", help="subsystem, or a kind that the tree's settings name")
    command.add_argument("name", metavar="NAME", help="its name; for a subsystem the folder's path")
    command.add_argument("--owner", metavar="E-MAIL", action="append", default=[], help="an owner; give two or more")
    command.add_argument("--summary", default="", help="one line on what it is for")


def _completion(command: argparse.ArgumentParser) -> None:
    command.add_argument("shell", choices=("bash", "zsh", "tcsh"), help="the shell that will read it")


_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "owners": ("who owns these paths, by which file and line", _owners),
    "changed": ("the subsystems that the change touches, and those that depend on them", _change),
    "check": ("boundaries, OWNERS and manifests, layout; of the tree, or what a change adds", _check),
    "tests": ("the tests that the change affects", _tests),
    "approvals": ("who must still approve", _approvals),
    "gate": ("the verdict: check, tests, CI results and approvals together", _gate),
    "new": ("a folder that passes every check, from a template", _new),
    "completion": ("print a completion script for a shell", _completion),
}
