"""Whole answers: text and JSON, suggestions, ownership changes, and changes that are large or oddly named."""

import json
from pathlib import Path

import pytest

from tools.onetree.tests.approvals.fixture import Tree, statuses, votes_of
from tools.onetree.tests.repos import Content, Repo

HOST = "nova/virt/libvirt/host.py"
POLICY = (
    "override=boss@example.org, accounts=tooling/accounts.toml, pure_rebase_keeps_votes=true, "
    "exempt_pure_reverts=false, history_counts_each_commit=true, imported_owners_need_importers=true, "
    "star_excludes_author=true, one_person_one_slot=true; OWNERS as find-owners has it."
)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def test_the_whole_text(tree: Tree) -> None:
    """The verdict first, the worst paths first, one paragraph for paths of one kind, then whom to ask."""
    files: dict[str, Content] = {"nova/db/api.py": "API = 2\n", HOST: "HOST = 2\n", "nova/virt/libvirt/x.py": "X = 2\n"}
    head = tree.change(files | {"nova/virt/zvm/x.py": "ZVM = 2\n"})
    ran = tree.judge_by(votes_of(head, ["approve core1", "approve db2"]), head, form="text")
    votes = tree.folder / "votes.json"
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines() == [
        f"{head} ({head[:10]}) over main ({tree.tip[:10]}): 4 paths.",
        "insufficient: owners must still be asked.",
        "",
        "nova/virt/libvirt  2 paths  insufficient",
        "    nova/virt/libvirt/host.py",
        "    nova/virt/libvirt/x.py",
        "  - still needs 1 of lv1@example.org, lv2@example.org, lv3@example.org (1 of the path's owners)"
        "  nova/virt/libvirt/OWNERS:2",
        "  - core1@example.org approves, but is no owner that this path needs",
        "  - db2@example.org approves, but is no owner that this path needs",
        "",
        "db  1 path  pending",
        "    nova/db/api.py",
        "  - approved by db2@example.org, an owner by this line  nova/db/OWNERS:3",
        "  - 2 of the path's owners: db2@example.org  nova/db/subsystem.toml:6",
        "  - still needs 1 of db1@example.org, db3@example.org (2 of the path's owners)  nova/db/subsystem.toml:6",
        "  - approved by core1@example.org, an owner by this line  nova/OWNERS:1",
        "  - 1 of the owners that /nova/OWNERS grants: core1@example.org  nova/db/subsystem.toml:7",
        "",
        "nova/virt  1 path  approved",
        "    nova/virt/zvm/x.py",
        "  - approved by core1@example.org, an owner by this line  nova/virt/OWNERS:1",
        "  - db2@example.org approves, but is no owner that this path needs",
        "Ask: db1@example.org, lv1@example.org",
        f"Votes: {votes}.",
        f"Policy at the target, onetree.toml: {POLICY}",
    ]


def test_the_whole_json(tree: Tree) -> None:
    """Every key that other programs rely on."""
    head = tree.change({HOST: "HOST = 2\n"})
    ran = tree.judge(head, ["approve lv3"])
    assert (ran.code, ran.err) == (0, "")
    policy = ran.json["policy"]
    assert ran.json == {
        "verdict": "approved",
        "change": f"{head} ({head[:10]}) over main ({tree.tip[:10]})",
        "target": tree.tip,
        "head": head,
        "paths": [
            {
                "path": HOST,
                "status": "approved",
                "subsystem": "nova/virt/libvirt",
                "owners": ["lv1@example.org", "lv2@example.org", "lv3@example.org"],
                "approved_by": ["lv3@example.org"],
                "needs": [],
                "clauses": [
                    {
                        "clause": "1 of the path's owners (nova/virt/libvirt/OWNERS:2)",
                        "count": 1,
                        "by": ["lv3@example.org"],
                    }
                ],
                "overridden_by": [],
                "reasons": ["approved by lv3@example.org, an owner by this line (nova/virt/LIBVIRT_OWNERS:1)"],
            }
        ],
        "edges": [],
        "ownership_changes": [],
        "suggested": [],
        "notices": [],
        "policy": policy,
    }
    assert policy["override"] == ["boss@example.org"]


@pytest.mark.parametrize(
    ("paths", "load", "expected"),
    [
        ([HOST], {}, ["lv1"]),
        ([HOST], {"lv1@example.org": 5}, ["lv2"]),
        ([HOST, "nova/virt/libvirt/x.py"], {"lv1@example.org": 5, "lv2@example.org": 5}, ["lv3"]),
        (["nova/virt/zvm/x.py"], {}, ["core1"]),
        (["nova/virt/zvm/x.py"], {"core1@example.org": 99}, ["core1"]),
        (["nova/virt/vmwareapi/images.py"], {}, ["vm1"]),
        (["nova/virt/vmwareapi/images.py", "nova/virt/zvm/x.py"], {}, ["core1"]),
        (["nova/db/api.py"], {}, ["core1", "db1", "db2"]),
        (["nova/db/api.py", "nova/virt/zvm/x.py", HOST], {"db1@example.org": 1}, ["core1", "db2", "db3", "lv1"]),
    ],
)
def test_suggested_reviewers(tree: Tree, paths: list[str], load: dict[str, int], expected: list[str]) -> None:
    """The fewest people, then the nearest folder, then the least load."""
    head = tree.change(dict.fromkeys(paths, "# changed\n"))
    ran = tree.judge(head, load=load)
    assert ran.json["suggested"] == [f"{name}@example.org" for name in expected]


def test_suggestions_count_what_is_approved_already(tree: Tree) -> None:
    head = tree.change({"nova/db/api.py": "API = 2\n"})
    assert tree.judge(head, ["approve db3", "approve core2"]).json["suggested"] == ["db1@example.org"]


def test_ownership_changes(tree: Tree) -> None:
    """Who gains and loses approval over how many files, and what is left with one owner or none."""
    files: dict[str, Content] = {
        "nova/virt/LIBVIRT_OWNERS": "",
        "nova/virt/libvirt/OWNERS": "set noparent\nlv1@example.org\nfile:/nova/virt/LIBVIRT_OWNERS\n",
        "tooling/OWNERS": "set noparent\n",
        "nova/virt/zvm/OWNERS": "zvm1@example.org\n",
    }
    answer = tree.judge(tree.change(files)).json
    assert answer["ownership_changes"] == [
        {"who": "lv2@example.org", "gains": 0, "loses": 4},
        {"who": "lv3@example.org", "gains": 0, "loses": 4},
        {"who": "sec1@example.org", "gains": 0, "loses": 3},
        {"who": "zvm1@example.org", "gains": 3, "loses": 0},
    ]
    assert answer["notices"] == [
        "this change gives zvm1@example.org approval over 3 files",
        "this change takes from lv2@example.org approval over 4 files",
        "this change takes from lv3@example.org approval over 4 files",
        "this change takes from sec1@example.org approval over 3 files",
        "this change leaves 4 files with one owner",
        "this change leaves 3 files without an owner",
        "the change alters policy (nova/virt/LIBVIRT_OWNERS and 3 more); this verdict is by the policy of main",
    ]


def test_ten_thousand_files(tree: Tree) -> None:
    """Many paths of one kind are one paragraph, and all of them are in the JSON."""
    head = tree.change({f"nova/virt/zvm/d{i % 100}/f{i}.py": "" for i in range(10_000)})
    ran = tree.judge(head, ["approve core1"])
    assert set(statuses(ran).values()) == {"approved"}
    assert len(ran.json["paths"]) == 10_000
    text = tree.judge_by(votes_of(head, []), head, form="text").out.splitlines()
    assert text[3] == "nova/virt  10,000 paths  insufficient"
    assert text[12] == "    and 9,992 more"


NOT_UTF8 = b"\xff\xfe.py".decode("utf-8", "surrogateescape")
ODD = ["a b", 'quo"te', "new\nline", "tab\t", "ünïcode", NOT_UTF8, "-x"]


def test_odd_paths(tree: Tree) -> None:
    """Every path comes back byte for byte, in JSON escaped, in text on one line."""
    folder = "nova/virt/libvirt"
    head = tree.change({f"{folder}/{name}": "" for name in ODD})
    ran = tree.judge(head, ["approve lv1"])
    assert sorted(statuses(ran)) == sorted(f"{folder}/{name}" for name in ODD)
    assert f'"{folder}/\\udcff\\udcfe.py"' in ran.out
    text = tree.judge_by(votes_of(head, []), head, form="text").out
    assert f"    {folder}/new\\nline\n" in text
    assert NOT_UTF8 not in text


def test_a_tree_without_owners(tmp_path: Path) -> None:
    """Nobody owns anything: nothing is approved, and the message says what to do."""
    repo = Repo(tmp_path / "repo")
    repo.commit({"a.py": ""})
    repo.commit({"a.py": "A = 1\n"})
    ran = repo.onetree("--format", "json", "approvals")
    assert ran.code == 1
    assert ran.json["paths"][0]["reasons"] == [
        "still needs 1 of nobody (1 of the path's owners)",
        "nobody else can approve; there is nobody to escalate to or override (the settings name nobody)",
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "missing.json",
            None,
            "missing.json: cannot read the votes: No such file or directory. "
            "Give --votes the file that your forge's tooling wrote, or leave it out.",
        ),
        ("votes.json", "{", "votes.json:1: column 2: the votes file is not JSON: "),
    ],
)
def test_bad_votes_files(tree: Tree, name: str, text: str | None, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 2, and the place."""
    monkeypatch.chdir(tree.folder)
    head = tree.change({HOST: "HOST = 2\n"})
    if text is not None:
        Path(name).write_text(text)
    ran = tree.repo.onetree("approvals", "--target", "main", "--head", head, "--votes", name)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"onetree: {said}")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"tooling/accounts.toml": "[[accounts]]\n"},
            "tooling/accounts.toml:1: [accounts.0] has no 'id'. Add: id = \"...\"",
        ),
        (
            {"tooling/accounts.toml": ("120000", "../OWNERS")},
            "onetree.toml: the setting 'accounts' names tooling/accounts.toml, which is no regular file of the target. "
            "Add the file to the target, or correct the setting.",
        ),
        ({"onetree.toml": "overide = []\n"}, "onetree.toml:1: unknown key 'overide'. Did you mean 'override'?"),
    ],
)
def test_bad_policy_at_the_target(tree: Tree, files: dict[str, Content], said: str) -> None:
    """What the target's policy is nobody can tell: exit 2, file and line."""
    head = tree.change({HOST: "HOST = 2\n"})
    tree.setup(files)
    ran = tree.judge(head, ["approve lv1"])
    assert (ran.code, ran.err) == (2, f"onetree: {said}\n")


def test_votes_on_standard_input(tree: Tree) -> None:
    """``--votes -``, as a pipe from a forge's tool has it."""
    import subprocess
    import sys

    head = tree.change({HOST: "HOST = 2\n"})
    args = ["--repo", str(tree.repo.path), "--format", "json", "approvals", "--target", "main", "--head", head]
    done = subprocess.run(
        [sys.executable, "-m", "onetree", *args, "--votes", "-"],
        input=json.dumps(votes_of(head, ["approve lv1"])).encode(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "approved")
