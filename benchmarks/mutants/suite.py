"""A copy of this tree in which a mutant stands, and the whole test suite run on it."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.mutants.mutant import Mutant, Tree

_GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "ann@example.org",
}
# An environment that lacks a distribution, without making one: Python reads sitecustomize at every start.
_LACKING = """\
import os, sys
class Lacking:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in os.environ.get("MUTANT_LACKS", "").split():
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None
sys.meta_path.insert(0, Lacking())
"""
_ABORTED = frozenset({2, 3, 4})
_NO_LIMIT = 1_000_000  # failures, for pytest's --maxfail


class Outcome(NamedTuple):
    """The test files that failed; `timed_out` says that the suite was stopped, and nothing is known then."""

    failing: frozenset[str]
    timed_out: bool = False


class Copy:
    """A repository below `folder` that holds the files of `root` as they stand on disk, all committed."""

    def __init__(self, root: Path, folder: Path, workers: int) -> None:
        self.root = folder / "tree"
        self._tools = folder / "tools"
        self._workers = workers
        listed = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        names = sorted(name for name in listed.split("\0") if name and (root / name).is_file())
        digest = hashlib.sha256()
        for name in names:
            goal = self.root / name
            goal.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, goal, follow_symlinks=False)
            digest.update(name.encode() + b"\0" + goal.read_bytes() + b"\0")
        self.fingerprint = digest.hexdigest()
        self.tree = Tree(self.root, tuple(names))
        self._tools.mkdir(parents=True)
        (self._tools / "sitecustomize.py").write_text(_LACKING)
        shutil.copy2(Path(__file__).with_name("failures.py"), self._tools / "mutant_failures.py")
        _git(self.root, "init", "-q", "-b", "main")
        self._commit()

    def _commit(self) -> None:
        _git(self.root, "add", "-A", "-f")
        _git(self.root, "commit", "-q", "--allow-empty", "-m", "The tree")

    def put(self, mutant: Mutant) -> None:
        """Write the mutant's files."""
        for path, text in mutant.edits.items():
            goal = self.root / path
            if text is None:
                goal.unlink()
            else:
                goal.parent.mkdir(parents=True, exist_ok=True)
                goal.write_bytes(text)

    def restore(self) -> None:
        """Take away whatever the mutant and the tests left."""
        _git(self.root, "reset", "-q", "--hard", "HEAD")
        _git(self.root, "clean", "-q", "-f", "-d", "-x")

    def run(
        self, files: Collection[str], lacks: Sequence[str] = (), *, timeout: float, until_one_fails: bool = False
    ) -> Outcome:
        """Run test files, and say which fail; or, in the order given, until one does.

        Where pytest gives up before it runs anything, which a broken conftest.py makes it do, each folder of tests
        runs on its own, so that those that work are told from those that do not.
        """
        there = [path for path in files if (self.root / path).exists()]
        most = 1 if until_one_fails else _NO_LIMIT
        try:
            code, failing = self._pytest(there, lacks, timeout, most) if there else (0, frozenset())
            if code not in _ABORTED or failing:
                return Outcome(failing)
            for folder in sorted({path.rpartition("/")[0] for path in there}):
                beside = [path for path in there if path.rpartition("/")[0] == folder]
                code, failed = self._pytest(beside, lacks, timeout, most)
                failing |= frozenset(beside) if code in _ABORTED and not failed else failed
        except subprocess.TimeoutExpired:
            return Outcome(frozenset(), timed_out=True)
        return Outcome(failing)

    def run_files(self, files: Collection[str], lacks: Sequence[str], timeout: float) -> frozenset[str]:
        """Which of a few test files fail when they run on their own."""
        there = sorted(path for path in files if (self.root / path).exists())
        try:
            code, failing = self._pytest(there, lacks, timeout, _NO_LIMIT) if there else (0, frozenset())
        except subprocess.TimeoutExpired:
            return frozenset()
        return frozenset(there) if code in _ABORTED and not failing else failing & frozenset(there)

    def _pytest(
        self, files: Sequence[str], lacks: Sequence[str], timeout: float, most: int
    ) -> tuple[int, frozenset[str]]:
        written = self._tools / "failures"
        written.write_text("")
        places = [self._tools, self.root, self.root / "tools/onetree/src"]
        environment = {
            **os.environ,
            **_GIT,
            "PYTHONPATH": os.pathsep.join(map(str, places)),
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(self._tools / "bytecode"),
            "MUTANT_FAILURES": str(written),
            "MUTANT_LACKS": " ".join(lacks),
        }
        options = [
            "-q",
            "-p",
            "mutant_failures",
            "-p",
            "no:cacheprovider",
            "-n",
            str(self._workers),
            f"--maxfail={most}",
            "--hypothesis-seed=1",
        ]
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *options, "--continue-on-collection-errors", *files],
            cwd=self.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            code = process.wait(timeout)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)  # the workers too
            process.wait()
            raise
        return code, frozenset(written.read_text(errors="surrogateescape").split("\n")) - {""}


def _git(folder: Path, *args: str) -> str:
    done = subprocess.run(
        ["git", *args], cwd=folder, env={**os.environ, **_GIT}, stdout=subprocess.PIPE, check=True, text=True
    )
    return done.stdout
