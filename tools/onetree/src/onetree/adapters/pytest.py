"""pytest as a process: the selected test files are run, and its exit code is told apart."""

import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from onetree.policy.values import InputError

PASSED: Final = 0
FAILED: Final = 1
NOTHING_COLLECTED: Final = 5
_INTERRUPTED: Final = 2
_USAGE: Final = 4
_STDERR: Final = 2


def run(root: str, paths: Sequence[str], arguments: Sequence[str], *, stdout_is_taken: bool = False) -> int:
    """Run pytest on test files below `root`, and return PASSED, FAILED or NOTHING_COLLECTED.

    No paths means all that pytest's own configuration finds. Its output goes straight to the terminal, to standard
    error where standard output is taken. Raises InputError where pytest is not installed or refuses its arguments, and
    KeyboardInterrupt where it was interrupted.
    """
    if importlib.util.find_spec("pytest") is None:
        raise InputError("pytest is not installed beside onetree.", hint=f"Run: {sys.executable} -m pip install pytest")
    # A path that begins with "-" would be an option.
    command = [sys.executable, "-m", "pytest", *arguments, *(f"./{path}" for path in paths)]
    sys.stdout.flush()  # what was said before stands before pytest's output
    done = subprocess.run(command, cwd=root, check=False, stdout=_STDERR if stdout_is_taken else None)
    if done.returncode == _INTERRUPTED:
        raise KeyboardInterrupt
    if done.returncode == _USAGE:
        raise InputError(
            "pytest does not accept these arguments; what it said stands above.", hint="See: pytest --help"
        )
    return done.returncode if done.returncode in (PASSED, NOTHING_COLLECTED) else FAILED
