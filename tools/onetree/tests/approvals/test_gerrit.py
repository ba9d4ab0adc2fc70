"""Verdicts of Gerrit's code-owners plugin, as data: the same here, or stricter for a reason that is given."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from onetree.policy.approvals.accounts import Accounts
from onetree.policy.approvals.ballots import count
from onetree.policy.approvals.rules import Rules
from onetree.policy.approvals.verdict import Change, Judge
from onetree.policy.approvals.votes import Vote, Votes
from onetree.policy.settings import Settings
from onetree.policy.tree import REGULAR, Entry, MemoryTree, PathChange

ROWS = tomllib.loads((Path(__file__).parent / "data" / "gerrit.toml").read_text())["row"]
HEAD, EARLIER = "2" * 40, "1" * 40
STRICTER = ("approved", "pending", "insufficient", "invalid")


def email(name: str) -> str:
    return name if name == "*" else f"{name}@example.com"


def change_of(text: str, content: str) -> PathChange:
    """``A foo/x`` and its like; the patch set that a path came with, behind an @, is of no interest here."""
    kind, path = text.partition("@")[0].split()
    old = None if kind == "A" else Entry(REGULAR, "0" * 40)
    return PathChange(path, old, None if kind == "D" else Entry(REGULAR, content))


def votes_of(row: dict[str, Any]) -> tuple[Vote, ...]:
    found = []
    for seq, each in enumerate(row.get("approve", [])):
        name, _, patch_set = each.removeprefix("-").partition("@")
        kind = "withdraw" if each.startswith("-") else "approve"
        found.append(Vote(email(name), kind, EARLIER if patch_set else HEAD, seq))
    return tuple(found)


@pytest.mark.parametrize("row", ROWS, ids=[row["test"] for row in ROWS])
def test_verdict(row: dict[str, Any]) -> None:
    """Every path of the row."""
    files = {
        f"{folder}/OWNERS" if folder else "OWNERS": "".join(f"{email(name)}\n" for name in names)
        for folder, names in row["owners"].items()
    }
    rules = Rules(MemoryTree(files), Settings(override=tuple(map(email, row.get("override", [])))), Accounts())
    author = email(row.get("author", "admin"))
    uploader = email(row["uploader"]) if "uploader" in row else author
    votes = Votes(author, uploader, HEAD, tuple(map(email, row.get("reviewers", []))), votes_of(row))
    earlier = [change_of(each, "a" * 40) for each in row["change"] if "@" not in each]
    change = Change(
        HEAD,
        tuple(change_of(each, "b" * 40) for each in row["change"]),
        earlier={EARLIER: {each.path: each for each in earlier}},
    )
    verdict = Judge(rules).judge(change, count(votes, (), rules.accounts))
    assert {each.path: each.status for each in verdict.paths} == row.get("ours", row["expect"])
    assert ("ours" in row) == ("because" in row)


def test_we_are_never_the_more_lenient() -> None:
    """Where a verdict differs from Gerrit's, ours is the stricter."""
    for row in ROWS:
        for path, ours in row.get("ours", row["expect"]).items():
            assert STRICTER.index(ours) >= STRICTER.index(row["expect"][path]), row["test"]


def test_there_are_enough_rows() -> None:
    assert len(ROWS) >= 40
