"""git commands that run while Python still imports what will read their answers.

This module imports next to nothing, so that the command line can call `start` before anything else. Output goes to
memory (or to a file without a name), so that no command waits for a reader.
"""

import os
import sys
from collections.abc import Mapping, Sequence

# Replacement objects and grafts would show another history than the one a server judges; GIT_ALLOW_PROTOCOL keeps a
# partial clone from fetching what it lacks behind our back, which git before 2.45 has no other switch for.
ENVIRONMENT: Mapping[str, str] = {
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_ALLOW_PROTOCOL": "none",
    "LC_ALL": "C",
    "GIT_LITERAL_PATHSPECS": "1",
}
DISCOVER = ("rev-parse", "--is-bare-repository", "--is-shallow-repository", "--absolute-git-dir", "--show-cdup")
STAGED = ("ls-files", "-s", "-z")
STATUS = ("status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=none")

_running: dict[tuple[str, tuple[str, ...]], "Process"] = {}


class Process:
    """One running git command. Raises OSError where git is not to be had."""

    def __init__(self, folder: str, args: Sequence[str], environment: Mapping[str, str] = ENVIRONMENT) -> None:
        self._output = _unnamed_file()
        self._pid = os.posix_spawnp(
            "git",
            ["git", "-C", folder, "-c", "core.quotePath=false", *args],
            {**os.environ, **environment},
            file_actions=[
                (os.POSIX_SPAWN_DUP2, self._output, 1),
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            ],
        )

    def output(self, accepted: Sequence[int] = (0,)) -> bytes | None:
        """What it printed, once it has ended; None where its exit code is another than those accepted."""
        _, status = os.waitpid(self._pid, 0)
        size = os.fstat(self._output).st_size
        found = os.pread(self._output, size, 0) if size else b""
        os.close(self._output)
        return found if os.waitstatus_to_exitcode(status) in accepted else None


def start(folder: str, *commands: Sequence[str]) -> None:
    """Begin to run git commands in a folder."""
    for args in commands:
        try:
            _running[os.path.abspath(folder), tuple(args)] = Process(folder, args)
        except OSError:
            return  # no git: whoever needs it says so


def take(folder: str, args: Sequence[str]) -> bytes | None:
    """The answer of a command that was started; None where it was not, or failed, and is to be run as usual."""
    process = _running.pop((os.path.abspath(folder), tuple(args)), None) if _running else None
    return process.output() if process else None


def _unnamed_file() -> int:
    if sys.platform == "linux":
        return os.memfd_create("git")
    import tempfile

    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
