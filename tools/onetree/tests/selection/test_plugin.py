"""`pytest --onetree`: what runs, what is said about the rest, and what the plug-in costs otherwise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.onetree.tests.repos import ENVIRONMENT, Ran, Repo
from tools.onetree.tests.selection.test_command import TREE


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    # A file that is left out is not even imported.
    made.commit({**TREE, "tests/test_none.py": "raise RuntimeError('imported')\n"})
    return made


def pytest_in(repo: Repo, *args: str) -> Ran:
    """Run pytest in the repository, with onetree's plug-in and none of those that are installed beside it."""
    plugins = ["-p", "onetree.pytest_plugin", "-p", "no:cacheprovider"]
    environment = {
        **os.environ,
        **ENVIRONMENT,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": os.pathsep.join([str(repo.path), *sys.path]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("PYTEST_XDIST_WORKER", None)
    command = [sys.executable, "-m", "pytest", *plugins, *args]
    done = subprocess.run(command, cwd=repo.path, env=environment, capture_output=True, text=True, check=False)
    return Ran(done.returncode, done.stdout, done.stderr)


def test_leaves_out_what_the_change_does_not_affect_and_says_so(repo: Repo) -> None:
    repo.write("pkg/a.py", "A = 1  # still\n")
    ran = pytest_in(repo, "--onetree", "-v")
    assert ran.code == 0
    assert "onetree: 2 of 3 test files are affected by the working tree's changes, over HEAD" in ran.out
    assert "tests/test_b.py\n    tests/test_b.py:1 imports pkg/b.py:1 imports pkg/a.py\n" in ran.out
    assert "1 of 3 test files left out: no change leads to them." in ran.out
    assert "2 passed" in ran.out


def test_judges_against_the_target_that_is_named(repo: Repo) -> None:
    repo.git("branch", "base")
    repo.commit({"pkg/a.py": "A = 1  # still\n"})
    ran = pytest_in(repo, "--onetree", "--onetree-target", "base")
    assert ran.code == 0
    assert "2 passed" in ran.out


@pytest.mark.parametrize("more", [["-p", "xdist", "-n", "2"], ["-p", "no:terminalreporter"], ["-p", "no:logging"]])
def test_works_with_other_plugins_and_without(repo: Repo, more: list[str]) -> None:
    repo.write("pkg/a.py", "A = 1  # still\n")
    ran = pytest_in(repo, "--onetree", f"--junitxml={repo.path.parent / 'report.xml'}", *more)
    assert ran.code == 0
    assert 'tests="2"' in (repo.path.parent / "report.xml").read_text()


def test_a_file_that_the_command_line_names_is_collected_and_deselected(repo: Repo) -> None:
    repo.write("tests/test_none.py", TREE["tests/test_none.py"])
    repo.commit({"tests/test_none.py": TREE["tests/test_none.py"]})
    repo.write("pkg/a.py", "A = 1  # still\n")
    ran = pytest_in(repo, "--onetree", "tests/test_none.py", "tests/test_a.py::test_a")
    assert ran.code == 0
    assert "1 passed, 1 deselected" in ran.out


def test_nothing_to_run_is_no_failure(repo: Repo) -> None:
    repo.write("README.md", "# The tree\n")
    ran = pytest_in(repo, "--onetree")
    assert ran.code == 0
    assert "onetree: 0 of 3 test files are affected" in ran.out


def test_all_are_run_with_the_reason_where_the_change_is_not_understood(repo: Repo) -> None:
    repo.write("var/table.bin", b"\0")
    ran = pytest_in(repo, "--onetree")
    assert ran.code == 2  # the file that raises was imported
    assert "onetree: var/table.bin changed, and no subsystem, import or test says what depends on it." in ran.out


def test_an_unknown_target_is_a_usage_error(repo: Repo) -> None:
    ran = pytest_in(repo, "--onetree-target", "nowhere")
    said = "onetree: nowhere is not a commit in this repository. See what there is with: git log --oneline --all"
    assert (ran.code, ran.err.strip()) == (4, f"ERROR: {said}")


def test_the_marker_is_known(repo: Repo) -> None:
    assert "@pytest.mark.reads(*globs): the files of the tree that these tests read" in pytest_in(repo, "--markers").out


def test_costs_nothing_when_not_asked_for(repo: Repo) -> None:
    """Without --onetree nothing of onetree is imported but the plug-in, and every test runs."""
    repo.write("tests/test_none.py", TREE["tests/test_none.py"])
    names = "sorted(name for name in __import__('sys').modules if name.startswith('onetree'))"
    repo.write(
        "tests/test_a.py", f"def test_a() -> None:\n    assert {names} == ['onetree', 'onetree.pytest_plugin']\n"
    )
    ran = pytest_in(repo)
    assert ran.code == 0
    assert "3 passed" in ran.out
    assert "onetree" not in ran.out
