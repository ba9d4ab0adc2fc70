import tomllib
from pathlib import Path
from typing import Any

import pytest
from onetree.policy.ownership import lint as owners_lint
from onetree.policy.tree import MemoryTree

DATA = Path(__file__).parent / "data" / "owners"
ROWS: list[dict[str, Any]] = tomllib.loads((DATA / "lint.toml").read_text())["row"]
ROOT = {"OWNERS": "r1@example.org\nr2@example.org\n", "README": ""}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row["files"]) or "sound")
def test_findings(row: dict[str, Any]) -> None:
    """Each finding says what, where, the next step and whom to ask."""
    tree = MemoryTree({**ROOT, **row["files"]}, modes=row.get("modes"))
    found = owners_lint.findings(tree, lambda folder: "supported" if folder == "s" else "")
    assert [
        f"{each.rule} {each.path}:{each.line} {each.message} | {each.hint} | {', '.join(each.owners)}" for each in found
    ] == row["expected"]


def test_a_tree_without_owners_says_what_to_add() -> None:
    found = owners_lint.findings(MemoryTree({"a": "", "b": ""}), lambda _: "")
    assert [(each.rule, each.path, each.message) for each in found] == [
        ("owners/unowned", "OWNERS", "2 paths have no owner: a, b")
    ]


def test_notes_tell_of_unimported_files_and_circles() -> None:
    files = {**ROOT, "X_OWNERS": "*\n", "a/OWNERS": "file:OWNERS_y\n", "a/OWNERS_y": "file:OWNERS\n"}
    assert [str(note) for note in owners_lint.notes(MemoryTree(files))] == [
        "no OWNERS file imports this file, so it has no effect (X_OWNERS)",
        "imports run in a circle, each file counts once: a/OWNERS -> a/OWNERS_y -> a/OWNERS (a/OWNERS:1)",
    ]
