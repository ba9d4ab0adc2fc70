"""Commits of upstream's history, judged through the command line, with the overlay of OWNERS and manifests.

The repository is built from facts alone (see extract.py): the changed paths of each commit, in each of its parents and
in itself.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tools.onetree.tests.repos import Ran, Repo

HERE = Path(__file__).parent
OVERLAY = HERE.parents[1] / "overlays" / "upstream-nova"
CASES: list[dict[str, Any]] = tomllib.loads((HERE / "cases.toml").read_text())["case"]
EXTRACT: dict[str, dict[str, list[str | None]]] = json.loads((HERE / "extract.json").read_text())
DRIVERS = {"baremetal", "docker", "hyperv", "ironic", "libvirt", "powervm", "vmwareapi", "xenapi", "zvm"}

each_case = pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])


def stream() -> Iterator[str]:
    """A git fast-import stream: branch ``cSHA-N`` is a commit's parent number N, and branch ``cSHA`` the commit."""
    for upstream, paths in EXTRACT.items():
        parents = len(next(iter(paths.values()))) - 1
        branches = [f"c{upstream}-{number}" for number in range(parents)]
        for number, branch in enumerate([*branches, f"c{upstream}"]):
            above = branches if number == parents else []
            yield f"commit refs/heads/{branch}\n"
            # A name outside of ASCII, as one of these authors has.
            yield f"author Zo\u00eb \u00dcmit <author-{number}@example.org> 1400000000 +0000\n"
            yield "committer Committer <committer@example.org> 1400000000 +0000\ndata 6\ncommit\n"
            yield from (f"{'merge' if i else 'from'} refs/heads/{parent}\n" for i, parent in enumerate(above))
            yield "deleteall\n"
            yield from files({path: entries[number] for path, entries in paths.items()})
            yield "\n"


def files(entries: Mapping[str, str | None]) -> Iterator[str]:
    """The files of one commit; each entry is ``MODE CONTENT``, or None where the file does not exist."""
    for path, entry in entries.items():
        if entry is not None:
            mode, content = entry.split(" ")
            yield f"M {mode} inline {path}\ndata {len(content)}\n{content}\n"


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    repo = Repo(tmp_path_factory.mktemp("upstream") / "repo", bare=True)
    repo.git("fast-import", "--quiet", stdin="".join(stream()).encode())
    return repo


def judge(repo: Repo, command: str, case: Mapping[str, Any], *args: str) -> Ran:
    """Run a command on the change from a commit's first parent to the commit."""
    commit = f"c{case['upstream']}"
    change = ["--target", f"{commit}-0", "--head", commit]
    return repo.onetree("--overlay", str(OVERLAY), "--format", "json", command, *change, *args)


@each_case
def test_changed_names_what_a_commit_touches(upstream: Repo, case: dict[str, Any]) -> None:
    ran = judge(upstream, "changed", case)
    assert (ran.code, ran.err) == (0, "")
    assert [each["name"] for each in ran.json["subsystems"] if each["touched"]] == case["touched"]
    assert ran.json["changed_paths"] == len(EXTRACT[case["upstream"]])
    assert ran.json["unowned"] == []


@each_case
def test_every_path_is_its_subsystems_to_approve(upstream: Repo, case: dict[str, Any]) -> None:
    """Without a vote every path is open; a driver's own people alone may approve its files, wherever they stand."""
    ran = judge(upstream, "approvals", case)
    assert (ran.code, ran.err) == (1, "")
    assert ran.json["verdict"] == "insufficient"
    teams = {
        path["path"]: {owner.partition("-maintainers")[0] for owner in path["owners"]} for path in ran.json["paths"]
    }
    assert teams.keys() == EXTRACT[case["upstream"]].keys()
    drivers = {next(iter(found)) for found in teams.values() if found & DRIVERS}
    assert all(len(found) == 1 for found in teams.values() if found & DRIVERS)
    assert drivers == DRIVERS & set(case["touched"])
    assert set().union(*teams.values()) - {"core"} >= set(case["touched"]) - {"core"}
    assert all("core" in found for found in teams.values() if not found & DRIVERS)


@each_case
def test_one_vote_of_each_subsystem_approves(upstream: Repo, case: dict[str, Any], tmp_path: Path) -> None:
    ran = judge(upstream, "approvals", case, "--votes", votes(upstream, case, set(case["touched"]), tmp_path))
    assert (ran.json["verdict"], ran.code, ran.err) == ("approved", 0, "")


@each_case
def test_without_a_drivers_vote_exactly_its_files_stay_open(
    upstream: Repo, case: dict[str, Any], tmp_path: Path
) -> None:
    for driver in DRIVERS & set(case["touched"]):
        others = set(case["touched"]) - {driver}
        ran = judge(upstream, "approvals", case, "--votes", votes(upstream, case, others, tmp_path))
        still_open = [path for path in ran.json["paths"] if path["status"] != "approved"]
        assert still_open
        owners = [f"{driver}-maintainers-1@example.org", f"{driver}-maintainers-2@example.org"]
        assert all(path["owners"] == owners for path in still_open)
        assert all(path["owners"] != owners for path in ran.json["paths"] if path["status"] == "approved")


def votes(repo: Repo, case: Mapping[str, Any], teams: set[str], folder: Path) -> str:
    """A votes file in which the first person of each team approves."""
    commit = repo.git("rev-parse", f"c{case['upstream']}")
    cast = [
        {"account": f"{team}-maintainers-1@example.org", "vote": "approve", "commit": commit, "seq": number}
        for number, team in enumerate(sorted(teams), 1)
    ]
    author = "author@example.org"
    file = folder / "votes.json"
    file.write_text(json.dumps({"author": author, "uploader": author, "head": commit, "reviewers": [], "votes": cast}))
    return str(file)
