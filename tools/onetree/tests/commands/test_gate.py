"""`onetree gate` on real repositories whose tests are really run."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from tools.onetree.tests.repos import Repo

TREE = {
    "OWNERS": "root1@example.org\nroot2@example.org\n",
    "shop/__init__.py": "",
    "shop/billing/__init__.py": "",
    "shop/billing/OWNERS": "set noparent\nann@example.org\nbob@example.org\n",
    "shop/billing/subsystem.toml": (
        'name = "billing"\nsummary = "Invoices"\nstatus = "supported"\n'
        '[checks]\ngating = [{ job = "billing-ci", account = "ci@example.org" }]\n'
    ),
    "shop/billing/tax.py": "RATE = 20\n",
    "shop/billing/test_tax.py": "from shop.billing.tax import RATE\n\n\ndef test_rate():\n    assert RATE < 30\n",
    "shop/shipping/__init__.py": "",
    "shop/shipping/OWNERS": "carol@example.org\ndan@example.org\n",
    "shop/shipping/post.py": "DAYS = 2\n",
    "shop/shipping/test_post.py": "from shop.shipping.post import DAYS\n\n\ndef test_days():\n    assert DAYS < 9\n",
    ".importlinter": (
        "[importlinter]\nroot_package = shop\n[importlinter:contract:islands]\nname = Islands\n"
        "type = independence\nmodules =\n    shop.billing\n    shop.shipping\n"
    ),
    "pytest.ini": "[pytest]\naddopts = -p no:cacheprovider\n",
    ".gitignore": "__pycache__/\n",
}


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # the pytest that the gate starts needs none
    made = Repo(tmp_path / "repo")
    made.commit(TREE)
    return made


def topic(repo: Repo, files: dict[str, str]) -> str:
    """A commit over main, checked out."""
    head = repo.commit(files, branch="topic", parents=[repo.git("rev-parse", "main")])
    repo.git("switch", "-q", "--detach", head)
    return head


def votes(tmp: Path, head: str, *who: str) -> str:
    file = tmp / "votes.json"
    cast = [{"account": each, "vote": "approve", "commit": head, "seq": i} for i, each in enumerate(who)]
    people = {"author": "mallory@example.org", "uploader": "mallory@example.org", "reviewers": list(who)}
    file.write_text(json.dumps({**people, "head": head, "votes": cast}))
    return str(file)


def results(tmp: Path, head: str, outcome: str) -> str:
    file = tmp / "ci.jsonl"
    line = {"job": "billing-ci", "commit": head, "result": outcome, "url": "u", "account": "ci@example.org"}
    file.write_text(json.dumps(line) + "\n")
    return str(file)


class Case(NamedTuple):
    """A change, who approves it, what its CI said; and the exit code and the four verdicts that are right."""

    files: dict[str, str]
    voters: tuple[str, ...]
    ci: str
    code: int
    parts: str


GOOD = {"shop/billing/tax.py": "RATE = 19\n"}
OWNER = ("ann@example.org",)
CASES = {
    "good": Case(GOOD, OWNER, "success", 0, "pass pass pass pass"),
    "ci failed": Case(GOOD, OWNER, "failure", 1, "pass pass fail pass"),
    "ci missing": Case(GOOD, OWNER, "missing", 1, "pass pass wait pass"),
    "not an owner": Case(GOOD, ("carol@example.org",), "success", 1, "pass pass pass wait"),
    "test fails": Case({"shop/billing/tax.py": "RATE = 99\n"}, OWNER, "success", 1, "pass fail pass pass"),
    "boundary": Case(
        {"shop/billing/tax.py": "from shop.shipping import post\n\nRATE = post.DAYS\n"},
        (*OWNER, "carol@example.org"),
        "success",
        1,
        "fail pass pass pass",
    ),
    "another's ci": Case(
        {"shop/shipping/post.py": "DAYS = 3\n"}, ("carol@example.org",), "failure", 0, "pass pass pass pass"
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_part_can_hold_a_change_back(repo: Repo, tmp_path: Path, case: Case) -> None:
    head = topic(repo, case.files)
    args = ("--votes", votes(tmp_path, head, *case.voters), "--results", results(tmp_path, head, case.ci))
    ran = repo.onetree("gate", "--target", "main", "--head", head, "--format", "json", *args)
    assert ran.code == case.code, ran.err
    answer = ran.json
    assert " ".join(part["verdict"] for part in answer["parts"].values()) == case.parts
    assert list(answer["parts"]) == ["check", "tests", "ci", "approvals"]
    worst = next(each for each in ("fail", "wait", "pass") if each in case.parts)
    assert answer["verdict"] == worst
    assert bool(answer["reasons"]) == (worst != "pass")


def test_only_the_changed_sides_tests_run(repo: Repo) -> None:
    head = topic(repo, {"shop/shipping/post.py": "DAYS = 3\n"})
    ran = repo.onetree("gate", "--target", "main", "--head", head, "--format", "json", "--wait-ok")
    selected = ran.json["parts"]["tests"]["report"]["selected"]
    assert [each["path"] for each in selected] == ["shop/shipping/test_post.py"]
    assert ran.code == 0
    assert ran.json["verdict"] == "wait"


def test_the_text_says_who_must_act(repo: Repo) -> None:
    head = topic(repo, {"README.md": "Shop\n"})
    ran = repo.onetree("gate", "--target", "main", "--head", head)
    main = repo.git("rev-parse", "main")
    assert ran == (
        1,
        f"{head} ({head[:10]}) over main ({main[:10]}): 1 changed path.\n"
        "Touches:\n"
        "  root\n"
        "    README.md is added\n"
        "Check: pass\n"
        "  the change adds no finding\n"
        "Tests: pass\n"
        "  no test depends on what changed\n"
        "Ci: pass\n"
        "  no job gates the subsystems that this change affects\n"
        "Approvals: wait\n"
        "  1 of the changed paths and new imports has no approval yet; ask root1@example.org\n"
        "Verdict: wait, nothing is wrong; others have yet to act.\n",
        "",
    )


def test_tests_of_what_is_not_checked_out_are_waited_for(repo: Repo) -> None:
    head = topic(repo, {"shop/shipping/post.py": "DAYS = 3\n"})
    repo.git("switch", "-q", "main")
    ran = repo.onetree("gate", "--target", "main", "--head", head, "--format", "json")
    assert ran.json["parts"]["tests"]["verdict"] == "wait"
    assert ran.json["parts"]["tests"]["reasons"] == [
        f"tests were not run: {head[:10]} is not checked out; run git switch --detach first"
    ]


def test_other_changes_in_the_working_tree_prove_nothing(repo: Repo) -> None:
    head = topic(repo, {"shop/shipping/post.py": "DAYS = 3\n"})
    repo.write("shop/shipping/post.py", "DAYS = 4\n")
    ran = repo.onetree("gate", "--target", "main", "--head", head, "--format", "json")
    assert ran.json["parts"]["tests"]["reasons"] == [
        "tests were not run: the working tree has other changes; commit or stash them"
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.jsonl", None, "cannot be read: No such file or directory. Name a results file."),
        (
            "bad.jsonl",
            "{",
            "1: not JSON: Expecting property name enclosed in double quotes. "
            'Write one object a line: {"job": ..., "commit": ..., "result": "success"}',
        ),
    ],
)
def test_a_bad_results_file_is_named(repo: Repo, tmp_path: Path, name: str, content: str | None, message: str) -> None:
    head = topic(repo, {"README.md": "Shop\n"})
    if content is not None:
        (tmp_path / name).write_text(content)
    ran = repo.onetree("gate", "--target", "main", "--head", head, "--results", str(tmp_path / name))
    place = f"{tmp_path / name}:" + ("" if content else " ")
    assert ran == (2, "", f"onetree: {place}{message}\n")
