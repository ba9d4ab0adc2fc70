"""Copies of this tree as repositories of their own, to break on purpose."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]

_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "ann@example.org",
}


class Ran(NamedTuple):
    """What a command printed, both streams together, and its exit code."""

    code: int
    out: str


class Copy:
    """A copy of this tree, a repository at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def make(cls, path: Path) -> "Copy":
        """Copy the tracked files as they stand on disk, and commit them."""
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
        for name in listed.stdout.decode().split("\0")[:-1]:
            if (ROOT / name).exists():
                goal = path / name
                goal.parent.mkdir(parents=True, exist_ok=True)
                goal.write_bytes((ROOT / name).read_bytes())
                goal.chmod((ROOT / name).stat().st_mode)
        made = cls(path)
        made.run("git", "init", "-q", "-b", "main")
        made.commit("The tree")
        return made

    def write(self, name: str, text: str) -> None:
        """Write one file."""
        goal = self.path / name
        goal.parent.mkdir(parents=True, exist_ok=True)
        goal.write_text(text)

    def commit(self, message: str) -> None:
        """Commit everything."""
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "--allow-empty", "-m", message)

    def run(self, *command: str) -> Ran:
        """Run a command here, with this copy's packages before any installed ones."""
        path = os.pathsep.join([str(self.path), str(self.path / "tools/onetree/src")])
        done = subprocess.run(
            command,
            cwd=self.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **_GIT, "PYTHONPATH": path, "COLUMNS": "200"},
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode("utf-8", "replace"))

    def onetree(self, *args: str) -> Ran:
        """Run this copy's onetree."""
        return self.run(sys.executable, "-m", "onetree", *args)

    def lint_imports(self) -> Ran:
        """Run import-linter itself."""
        return self.run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")
