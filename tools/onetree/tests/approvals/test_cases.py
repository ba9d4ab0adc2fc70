"""The case table: changes of one commit, judged through the command line from a bare repository."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tools.onetree.tests.approvals.fixture import Tree, person, statuses
from tools.onetree.tests.repos import Content

CASES = tomllib.loads((Path(__file__).parent / "data" / "cases.toml").read_text())["case"]
WORST = ("approved", "pending", "insufficient", "invalid")


def files_of(table: dict[str, Any]) -> dict[str, Content]:
    """The files of a case: text, False for a deletion, a table for a mode."""
    found: dict[str, Content] = {}
    for path, content in table.items():
        found[path] = (content["mode"], content["text"]) if isinstance(content, dict) else content or None
        if content == "":
            found[path] = ""
    return found


@pytest.mark.parametrize("case", CASES, ids=[case["row"] for case in CASES])
def test_verdict(case: dict[str, Any], tmp_path: Path) -> None:
    """Every path, every edge, the verdict and the exit code are as the table says."""
    tree = Tree(tmp_path)
    if "setup" in case:
        tree.setup(files_of(case["setup"]))
    more = {key: case[key] for key in ("author", "message") if key in case}
    head = tree.change(files_of(case["change"]), **more)
    if "then" in case:
        tree.setup(files_of(case["then"]))
    reported = {key: case[key] for key in ("accounts", "files", "head") if key in case}
    ran = tree.judge(head, case["votes"], reviewers=[person(name) for name in case.get("reviewers", [])], **reported)
    assert statuses(ran) == case["expect"]
    answer = ran.json
    edges = {f"{edge['importer']} -> {edge['imported']}": edge["status"] for edge in answer["edges"]}
    assert edges == case.get("edges", {})
    worst = max([*case["expect"].values(), *edges.values()], key=WORST.index)
    assert answer["verdict"] == case.get("verdict", worst) == worst
    assert ran.code == int(worst != "approved")
    for part in case.get("say", []):
        texts = [answer["notices"], *(each["reasons"] for each in (*answer["paths"], *answer["edges"]))]
        assert part in ran.out or any(part in text for group in texts for text in group), (part, texts)
