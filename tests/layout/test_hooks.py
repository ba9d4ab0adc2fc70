"""The hooks of this tree pass on it, catch what they are for, and serve other repositories."""

import sys
from pathlib import Path

from tests.layout.trees import Copy

PRE_COMMIT = (sys.executable, "-m", "pre_commit")


def _outcomes(out: str) -> dict[str, str]:
    """Hook name -> Passed, Failed or Skipped, from pre-commit's dotted lines."""
    lines = [
        line for line in out.splitlines() if ".." in line and line.rstrip().endswith(("Passed", "Failed", "Skipped"))
    ]
    return {line.split("..")[0].rstrip("."): line.rsplit(".", 1)[-1].strip().rsplit(")", 1)[-1] for line in lines}


def test_every_hook_passes_on_the_tree(copy: Copy) -> None:
    ran = copy.run(*PRE_COMMIT, "run", "--all-files")
    assert _outcomes(ran.out) == dict.fromkeys(
        ["ruff check", "ruff format", "import contracts", "onetree check --staged", "OWNERS and manifests"], "Passed"
    ), ran.out


def test_a_commit_that_breaks_a_boundary_is_stopped(copy: Copy) -> None:
    copy.write("nova/domain/bad.py", '"""Bad."""\n\nfrom nova.driverapi import errors\n\nerrors = errors\n')
    copy.run("git", "add", "-A")
    ran = copy.run(*PRE_COMMIT, "run")
    outcomes = _outcomes(ran.out)
    assert (outcomes["import contracts"], outcomes["onetree check --staged"]) == ("Failed", "Failed"), ran.out
    assert "nova/domain/bad.py:3" in ran.out


def test_a_broken_owners_file_is_stopped(copy: Copy) -> None:
    copy.write("nova/OWNERS", "not an address\n")
    copy.run("git", "add", "-A")
    ran = copy.run(*PRE_COMMIT, "run")
    assert _outcomes(ran.out)["OWNERS and manifests"] == "Failed", ran.out
    assert "nova/OWNERS:1" in ran.out


def test_another_repository_uses_the_hooks(copy: Copy, tmp_path: Path) -> None:
    other = Copy(tmp_path / "other")
    other.path.mkdir()
    other.run("git", "init", "-q", "-b", "main")
    other.write("OWNERS", "ann@example.org\nbob@example.org\n")
    other.write("thing.py", "X = 1\n")
    other.commit("A tree")
    revision = copy.run("git", "rev-parse", "HEAD").out.strip()
    other.write(
        ".pre-commit-config.yaml",
        f"repos:\n  - repo: {copy.path}\n    rev: {revision}\n"
        "    hooks: [{id: onetree-check}, {id: onetree-policy}]\n",
    )
    other.run("git", "add", "-A")
    ran = other.run(*PRE_COMMIT, "run", "--all-files")
    assert _outcomes(ran.out) == dict.fromkeys(["onetree check --staged", "OWNERS and manifests"], "Passed"), ran.out
    other.write("OWNERS", "not an address\n")
    other.run("git", "add", "-A")
    ran = other.run(*PRE_COMMIT, "run", "--all-files")
    assert "OWNERS:1" in ran.out
    assert ran.code == 1
