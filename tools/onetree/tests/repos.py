"""Real git repositories for tests, made quickly, and onetree's command line run on them."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from onetree.cli import main

ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "mallory@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "mallory@example.org",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
}

# A file's content; or None where it is deleted; or its git mode and content (for a gitlink: the commit's id).
Content = str | bytes | None | tuple[str, str | bytes]


class Ran(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, as JSON."""
        return json.loads(self.out)


class Repo:
    """A repository at `path` whose commits are made by `git fast-import`: any path, mode, parent and author."""

    def __init__(self, path: Path, *, bare: bool = False) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", *(["--bare"] if bare else []))
        self.bare = bare

    def git(self, *args: str, stdin: bytes = b"") -> str:
        """Run git here and return what it printed."""
        done = subprocess.run(
            ["git", "-C", str(self.path), *args],
            input=stdin,
            capture_output=True,
            env={**os.environ, **ENVIRONMENT},
            check=False,
        )
        assert done.returncode == 0, (args, done.stderr)
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def commit(
        self,
        files: Mapping[str, Content],
        *,
        branch: str = "main",
        parents: Sequence[str] | None = None,
        author: str = "mallory@example.org",
        message: str = "A change",
    ) -> str:
        """Commit `files` over the branch's tip, or over `parents`; the work tree follows where it is checked out."""
        ref = f"refs/heads/{branch}"
        tip = self._tip(ref) if parents is None else ""
        above = [tip] if tip else list(parents or [])
        lines = [b"commit %s" % ref.encode(), b"author A <%s> 1767225600 +0000" % author.encode()]
        lines += [b"committer A <%s> 1767225600 +0000" % author.encode(), _data(message.encode())]
        lines += [b"%s %s" % (b"merge" if i else b"from", parent.encode()) for i, parent in enumerate(above)]
        lines += [_change(path, content) for path, content in files.items()]
        reset = b"" if above else b"reset %s\n" % ref.encode()
        self.git("fast-import", "--quiet", "--force", stdin=reset + b"\n".join(lines) + b"\n")
        if not self.bare and self.git("symbolic-ref", "HEAD") == ref:
            self.git("reset", "-q", "--hard")
        return self.git("rev-parse", ref)

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file of the working tree."""
        full = self.path / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(content.encode() if isinstance(content, str) else content)
        return full

    def onetree(self, *args: str) -> Ran:
        """Run onetree on this repository through its command line, in this process."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main(["--repo", str(self.path), *args])
            except SystemExit as exit_:  # argparse's own way out
                code = int(exit_.code or 0)
        return Ran(code, out.getvalue(), err.getvalue())

    def onetree_process(self, *args: str, env: Mapping[str, str] | None = None) -> Ran:
        """Run onetree as a process of its own, in the repository's folder."""
        done = subprocess.run(
            [sys.executable, "-m", "onetree", *args],
            cwd=self.path,
            capture_output=True,
            env={**os.environ, **ENVIRONMENT, **(env or {})},
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def _tip(self, ref: str) -> str:
        return self.git("for-each-ref", "--format=%(objectname)", ref)


def _data(content: bytes) -> bytes:
    return b"data %d\n%s" % (len(content), content)


def _change(path: str, content: Content) -> bytes:
    quoted = b'"' + b"".join(b"\\%03o" % byte for byte in path.encode("utf-8", "surrogateescape")) + b'"'
    if content is None:
        return b"D " + quoted
    mode, data = content if isinstance(content, tuple) else ("100644", content)
    raw = data.encode() if isinstance(data, str) else data
    if mode == "160000":
        return b"M 160000 %s %s" % (raw, quoted)
    return b"M %s inline %s\n%s" % (mode.encode(), quoted, _data(raw))
