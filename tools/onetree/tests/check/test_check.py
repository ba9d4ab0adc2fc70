"""`onetree check` finds each thing that may be wrong with a tree, says it whole, and nothing else."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tools.onetree.tests.check.trees import FILES, SETTINGS, lines, repo_with, told
from tools.onetree.tests.repos import Content, Repo

LAYERS = "'app's layers' (.importlinter:4)"
DEBT = """
[[debt]]
contract = "boundaries/string"
importer = "app.core"
imported = "app.virt.disk"
owner = "ann@example.org"
reason = "until the store is split"
since = 2026-01-01
"""


def _cases() -> dict[str, tuple[dict[str, Content], list[str]]]:
    raw = tomllib.loads((Path(__file__).parent / "data/trees.toml").read_text())
    return {name: (_files(case), case["found"]) for name, case in raw.items()}


def _files(case: dict[str, Any]) -> dict[str, Content]:
    written = {path: text.encode(case.get("encoding", "utf-8")) for path, text in case.get("files", {}).items()}
    return {**written, **dict.fromkeys(case.get("deleted", ()))}


CASES = _cases()


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_with_a_tree(name: str, tmp_path: Path) -> None:
    """The whole tree's findings are those of the table."""
    files, expected = CASES[name]
    found = told(repo_with(tmp_path / "repo", files))
    assert [line[: len(want)] for line, want in zip(found, expected, strict=False)] == expected
    assert len(found) == len(expected), found


@pytest.mark.parametrize("name", CASES)
def test_a_change_adds_what_its_result_has(name: str, tmp_path: Path) -> None:
    """The same tree as a change over one without faults: staged, in the working tree, and between two revisions."""
    files, _ = CASES[name]
    whole = told(repo_with(tmp_path / "whole", files))
    repo = repo_with(tmp_path / "repo")
    head = repo.commit(files, branch="topic", parents=[repo.git("rev-parse", "main")])
    assert without_debt(told(repo, "--target", "main", "--head", head)) == whole
    repo.git("read-tree", "-m", "-u", "topic")
    assert without_debt(told(repo, "--staged")) == whole
    repo.git("read-tree", "main")
    assert without_debt(told(repo, "--worktree")) == whole


def without_debt(found: list[str]) -> list[str]:
    return [line for line in found if not line.startswith("debt/grown")]


def test_a_change_adds_nothing_that_was_there(tmp_path: Path) -> None:
    """What only moves to other lines is not new; what is new is told, and alone."""
    repo = repo_with(tmp_path / "repo", {"app/api.py": "import app.cmd\n", "app/core.py": "x = 'app.virt.disk'\n"})
    assert len(told(repo)) == 2
    moved = {"app/api.py": "\n\nimport app.core\nimport app.cmd\n", "app/core.py": "\nx = 'app.virt.disk'\n"}
    head = repo.commit(moved, branch="topic", parents=[repo.git("rev-parse", "main")])
    new = [f"imports/layers app/api.py:3: app.api imports app.core. app.api may not import app.core: {LAYERS}."]
    assert told(repo, "--target", "main", "--head", head) == new


def test_an_edit_is_judged_by_its_own_files(tmp_path: Path) -> None:
    """Where nothing differs that contracts could see, old faults of the edited file are not new, and new ones are."""
    long = "def f(a, b, c, d):\n" + "    x = 1\n" * 9
    repo = repo_with(tmp_path / "repo", {"app/core.py": long + "y = 'disk' == f\n"})
    assert len(told(repo)) == 3
    repo.write("app/core.py", "\n" + long.replace("x = 1", "x = 2") + "y = 'disk' == f\nz = 'tape' in f\n")
    repo.git("add", ".")
    report = repo.onetree("check", "--staged", "--format", "json").json
    assert lines(report) == [
        "boundaries/name app/core.py:13: code outside of app/virt/tape branches on the name 'tape'."
    ]
    notice = "No import, module or policy differs, so that contracts hold as they did before."
    assert report["notices"] == [notice]


def test_no_import_of_a_file_that_does_not_parse_is_dropped(tmp_path: Path) -> None:
    """However odd the file, what it may import counts."""
    source = b"# coding: latin-1\nimport app.cmd\nx = '\xe9\nif TYPE_CHECKING: import app.core\n"
    found = told(repo_with(tmp_path / "repo", {"app/api.py": source}))
    start = "app.api imports"
    assert [line.partition(" app.api may")[0] for line in found] == [
        f"imports/layers app/api.py:2: {start} app.cmd.",
        "imports/parse app/api.py:3: this file does not parse: unterminated string literal (detected at line 3).",
        f"imports/layers app/api.py:4: {start} app.core.",
    ]


def test_debt_may_only_shrink(tmp_path: Path) -> None:
    """An entry that a change adds is a finding, addressed to those who may override."""
    repo = repo_with(tmp_path / "repo", {"onetree.toml": 'override = ["boss@example.org"]\n' + SETTINGS})
    more = 'override = ["boss@example.org"]\n' + SETTINGS + DEBT
    head = repo.commit(
        {"onetree.toml": more, "app/core.py": "x = 'app.virt.disk'\n"},
        branch="topic",
        parents=[repo.git("rev-parse", "main")],
    )
    report = repo.onetree("check", "--target", "main", "--head", head, "--format", "json").json
    assert lines(report) == [
        "debt/grown onetree.toml:17: the change adds debt: app.core -> app.virt.disk against 'boundaries/string'."
    ]
    assert report["findings"][0]["owners"] == ["boss@example.org"]


def test_owners_of_both_sides_are_to_be_asked(tmp_path: Path) -> None:
    """A finding names the owners of the importer and of the imported side, and how to mend it."""
    repo = repo_with(tmp_path / "repo", {"app/virt/disk/driver.py": "import app.virt.tape.driver\n"})
    found = repo.onetree("check", "--format", "json").json["findings"][0]
    core = ["core1@example.org", "core2@example.org"]
    assert found["owners"] == [*core, "dan@example.org", "dora@example.org", "tim@example.org", "tom@example.org"]
    assert found["hint"] == "Move what both need to a package that both may import."


def test_text_for_people(tmp_path: Path) -> None:
    """The whole output of a tree with a fault, and of one without."""
    repo = repo_with(tmp_path / "repo", {"app/virt/disk/driver.py": "import app.virt.tape.driver\n"})
    assert repo.onetree("check").out == (
        "Checked the whole tree: the working tree.\n"
        "app/virt/disk/driver.py:1: app.virt.disk.driver imports app.virt.tape.driver. app.virt.disk may not import "
        "app.virt.tape: 'No driver imports another driver' (.importlinter:12). [imports/independence]\n"
        "    Move what both need to a package that both may import.\n"
        "    ask core1@example.org, core2@example.org, dan@example.org, dora@example.org, tim@example.org, "
        "tom@example.org\n\n"
        "1 finding (12 Python files, 1 of 2 contracts kept)\n"
    )
    repo.commit({"app/virt/disk/driver.py": ""})
    clean = repo.onetree("check")
    assert (clean.code, clean.out.splitlines()[-1]) == (
        0,
        "Nothing is wrong (12 Python files, 2 of 2 contracts kept)",
    )


def test_every_file_is_counted(tmp_path: Path) -> None:
    """Files, modules and edges are told, and every tracked Python file is among them."""
    report = repo_with(tmp_path / "repo").onetree("check", "--format", "json").json
    files = sum(path.endswith(".py") for path in FILES)
    assert report["checked"] == {"files": files, "modules": files, "edges": 4}


def test_a_bare_repository_is_checked_at_its_head(tmp_path: Path) -> None:
    """No working tree is needed."""
    repo = Repo(tmp_path / "bare.git", bare=True)
    repo.commit({**FILES, "app/api.py": "import app.cmd\n"})
    assert told(repo) == [
        f"imports/layers app/api.py:1: app.api imports app.cmd. app.api may not import app.cmd: {LAYERS}."
    ]
