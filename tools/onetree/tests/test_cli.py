"""The command line as a whole: help, completion, exit codes, interruption, colours."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from onetree.arguments import parser
from onetree.commands import owners
from onetree.commands.context import Context

from tools.onetree.tests.repos import Repo

COMMANDS = ["owners", "changed", "check", "tests", "approvals", "gate", "new", "completion"]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit({"OWNERS": "root1@example.org\n", "a": ""})
    return made


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_with_examples(command: str, repo: Repo) -> None:
    ran = repo.onetree(command, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"usage: onetree {command}")
    assert command == "completion" or f"  onetree {command} " in ran.out.partition("examples:")[2]


def test_help_imports_no_command() -> None:
    code = "import sys; sys.argv=['onetree','--help']\ntry:\n import onetree.__main__ as m; m.main()\n"
    code += "except SystemExit: pass\nprint(sorted(n for n in sys.modules if 'onetree.' in n or n in ('rich','re')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.splitlines()[-1]
    assert "onetree.commands" not in loaded
    assert "rich" not in loaded


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completion_knows_every_command(shell: str, repo: Repo) -> None:
    ran = repo.onetree("completion", shell)
    assert ran.code == 0
    assert [command for command in COMMANDS if command not in ran.out] == []


def test_options_may_stand_before_or_after_the_command() -> None:
    before = parser().parse_args(["--format", "json", "--repo", "x", "owners", "a"])
    after = parser().parse_args(["owners", "--format", "json", "--repo", "x", "a"])
    assert (before.format, before.repo, after.format, after.repo) == ("json", "x", "json", "x")


def _fail(error: type[BaseException]) -> object:
    def run(context: Context, paths: list[str], at: str, who: str) -> owners.Report:
        raise error("boom")

    return run


def test_a_bug_of_ours_is_3_with_a_report_to_send(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owners, "run", _fail(ZeroDivisionError))
    ran = repo.onetree("owners", "a b")
    assert (ran.code, ran.out) == (3, "")
    assert "ZeroDivisionError: boom" in ran.err
    assert re.search(
        r"onetree: this is a bug of ours\. Please send the lines above and these to \S+@example\.org:\n"
        r"  onetree 0\.1\.0, Python 3\.\d+\.\d+.*\n  command: onetree --repo \S+ owners 'a b'\n$",
        ran.err,
    )


def test_an_interruption_is_told_in_one_line(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owners, "run", _fail(KeyboardInterrupt))
    assert repo.onetree("owners", "a") == (130, "", "onetree: interrupted; nothing was left half done.\n")


def test_a_reader_that_goes_away_is_no_error(repo: Repo) -> None:
    command = f"{sys.executable} -m onetree owners --format json a | head -c 1"
    done = subprocess.run(["bash", "-c", command], cwd=repo.path, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("{", "")


def test_colours_are_for_terminals_only(repo: Repo) -> None:
    plain = repo.onetree_process("owners", "a")
    assert "\x1b[" not in plain.out
    reader, writer = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
    env.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "onetree", "owners", "a"]
    subprocess.run(command, cwd=repo.path, stdout=writer, env=env, check=True)
    os.close(writer)
    shown = os.read(reader, 65536).decode()
    os.close(reader)
    assert "\x1b[" in shown
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown).replace("\r\n", "\n") == plain.out
