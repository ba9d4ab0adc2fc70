"""Writes extract.json: the facts of the commits of cases.toml, from a skeleton of upstream's history.

    python tools/onetree/tests/upstream/extract.py PATH-OF-THE-REPOSITORY

There each commit's message is ``upstream SHA`` and each content a number that tells it from others. Of each commit the
extract holds the paths that differ from its first parent, and what each of its parents, and then the commit itself, has
there: ``MODE CONTENT``, or null.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
Entries = list[str | None]


def main(repository: str) -> None:
    """Read the commits and write the extract."""
    wanted = [case["upstream"] for case in tomllib.loads((HERE / "cases.toml").read_text())["case"]]
    found = {upstream: _facts(repository, _commit(repository, upstream)) for upstream in wanted}
    lines = (
        f"{json.dumps(upstream)}: {{\n"
        + ",\n".join(f"{json.dumps(p)}: {json.dumps(e)}" for p, e in paths.items())
        + "}"
        for upstream, paths in found.items()
    )
    (HERE / "extract.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


def _commit(repository: str, upstream: str) -> str:
    return _git(repository, "log", "--all", "--format=%H", f"--grep=^upstream {upstream}$").strip()


def _facts(repository: str, commit: str) -> dict[str, Entries]:
    parents = _git(repository, "show", "-s", "--format=%P", commit).split()
    changed = _git(repository, "diff", "--no-renames", "--name-only", "-z", parents[0], commit).split("\0")[:-1]
    trees = [_entries(repository, revision) for revision in (*parents, commit)]
    return {path: [_content(repository, tree.get(path)) for tree in trees] for path in changed}


def _entries(repository: str, commit: str) -> dict[str, tuple[str, str]]:
    listing = _git(repository, "ls-tree", "-r", "-z", "--format=%(objectmode) %(objectname) %(path)", commit)
    records = (record.split(" ", 2) for record in listing.split("\0")[:-1])
    return {path: (mode, oid) for mode, oid, path in records}


def _content(repository: str, entry: tuple[str, str] | None) -> str | None:
    return f"{entry[0]} {_git(repository, 'cat-file', 'blob', entry[1]).strip()}" if entry else None


def _git(repository: str, *args: str) -> str:
    return subprocess.run(["git", "-C", repository, *args], capture_output=True, check=True, text=True).stdout


if __name__ == "__main__":
    main(sys.argv[1])
