"""Cases of more than one commit, branch or patch set: rebases, merges, reverts, retargeting, bad clones."""

from pathlib import Path
from typing import Any

import pytest

from tools.onetree.tests.approvals.fixture import TREE, Tree, statuses, votes_of
from tools.onetree.tests.repos import Content, Repo

HOST = "nova/virt/libvirt/host.py"
OTHER = "nova/virt/libvirt/x.py"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def settings(**values: object) -> dict[str, Content]:
    """A settings file with these values."""
    return {"onetree.toml": "".join(f"{key} = {str(value).lower()}\n" for key, value in values.items())}


def test_row_9_retargeted_to_a_stricter_branch(tree: Tree) -> None:
    """Approved for a branch with lax OWNERS, judged for main: main's OWNERS decide."""
    lax = tree.repo.commit(
        {"nova/virt/libvirt/OWNERS": "mallory2@example.org\n"}, branch="stable/x", parents=[tree.tip]
    )
    head = tree.change({HOST: "HOST = 2\n"})
    assert lax != tree.tip
    assert statuses(tree.judge(head, ["approve mallory2"], target="stable/x")) == {HOST: "approved"}
    assert statuses(tree.judge(head, ["approve mallory2"])) == {HOST: "insufficient"}


def test_row_30_a_new_patch_set_alters_one_of_two_paths(tree: Tree) -> None:
    """The path that is still byte-identical keeps its approval, the other loses it, and both are told."""
    first = tree.change({HOST: "HOST = 2\n", OTHER: "X = 2\n"})
    second = tree.change({HOST: "HOST = 3\n", OTHER: "X = 2\n"})
    ran = tree.judge(second, [f"approve lv1 {first}"])
    assert statuses(ran) == {HOST: "insufficient", OTHER: "approved"}
    host, other = ran.json["paths"]
    assert f"lv1@example.org approved {first[:10]}, and not what this path holds now: approve again" in host["reasons"]
    kept = f"lv1@example.org approved {first[:10]}, where the content was the same before and after: it stands"
    assert f"{kept} (pure_rebase_keeps_votes) (onetree.toml)" in other["reasons"]


def test_row_30_with_an_approval_of_each_patch_set(tree: Tree) -> None:
    """A new approval covers what the old one does not."""
    first = tree.change({HOST: "HOST = 2\n"})
    second = tree.change({HOST: "HOST = 3\n"})
    assert statuses(tree.judge(second, [f"approve lv1 {first}", "approve lv1"])) == {HOST: "approved"}


def test_row_31_a_pure_rebase_keeps_the_approval(tree: Tree) -> None:
    """The target moved elsewhere, the change was rebased and reworded: the same before and after."""
    first = tree.change({HOST: "HOST = 2\n"})
    tree.setup({"setup.py": "VERSION = 2\n"})
    second = tree.change({HOST: "HOST = 2\n"}, message="Other words")
    assert statuses(tree.judge(second, [f"approve lv1 {first}"])) == {HOST: "approved"}


def test_row_31_a_rebase_over_the_same_path_does_not(tree: Tree) -> None:
    """Byte-identical after, and not before: what the approver saw is not what is merged."""
    first = tree.change({HOST: "HOST = 2\n"})
    tree.setup({HOST: "HOST = 7\n"})
    second = tree.change({HOST: "HOST = 2\n"})
    assert statuses(tree.judge(second, [f"approve lv1 {first}"])) == {HOST: "insufficient"}


def test_row_31_the_policy_switched_off(tree: Tree) -> None:
    """With pure_rebase_keeps_votes = false every patch set needs its own approval."""
    tree.setup(settings(pure_rebase_keeps_votes=False))
    first = tree.change({HOST: "HOST = 2\n"})
    second = tree.change({HOST: "HOST = 2\n"}, message="Other words")
    assert statuses(tree.judge(second, [f"approve lv1 {first}"])) == {HOST: "insufficient"}


def test_row_31_the_same_title_is_not_enough(tree: Tree) -> None:
    first = tree.change({HOST: "HOST = 2\n"}, message="Mend")
    second = tree.change({HOST: "HOST = 2 \n"}, message="Mend")
    assert statuses(tree.judge(second, [f"approve lv1 {first}"])) == {HOST: "insufficient"}


def test_an_approval_of_an_unknown_commit_does_not_count(tree: Tree) -> None:
    head = tree.change({HOST: "HOST = 2\n"})
    ran = tree.judge(head, [f"approve lv1 {'12' * 20}"])
    assert statuses(ran) == {HOST: "insufficient"}
    assert ran.json["notices"] == ["commit 1212121212, which votes name, is not to be had here: its votes do not count"]


def test_a_rejection_of_another_patch_set_ends_the_approval(tree: Tree) -> None:
    """Going back to the approved patch set does not revive what a later rejection ended."""
    first = tree.change({HOST: "HOST = 2\n"})
    second = tree.change({HOST: "HOST = 3\n"})
    assert statuses(tree.judge(first, [f"approve lv1 {first}", f"reject lv1 {second}"])) == {HOST: "insufficient"}


def test_row_33_votes_are_ordered_by_seq_alone(tree: Tree) -> None:
    """Times and edited comments are nothing that a vote has; the order in the file means nothing either."""
    head = tree.change({HOST: "HOST = 2\n"})
    file = votes_of(head, ["approve lv1", "withdraw lv1"])
    for vote in file["votes"]:
        vote["time"] = "2026-01-01T00:00:00Z"
    assert statuses(tree.judge_by(file, head)) == {HOST: "insufficient"}
    file["votes"].reverse()
    assert statuses(tree.judge_by(file, head)) == {HOST: "insufficient"}


def test_row_37_an_evil_merge(tree: Tree) -> None:
    """A merge of main into the topic that also edits host.py, which neither parent did."""
    work = tree.change({"nova/virt/zvm/x.py": "ZVM = 2\n"})
    tree.setup({"setup.py": "VERSION = 2\n"})
    head = tree.change(
        {HOST: "HOST = 666\n", "setup.py": "VERSION = 2\n"}, parents=[work, tree.tip], message="Merge main"
    )
    ran = tree.judge(head, ["approve core1"])
    assert statuses(ran) == {HOST: "insufficient", "nova/virt/zvm/x.py": "approved"}
    text = f"merge {head[:10]} has content here that merging its parents does not give"
    assert f"{text} (git show --remerge-diff {head[:10]})" in ran.json["paths"][0]["reasons"]


def test_row_37_hidden_in_the_resolution_of_a_conflict(tree: Tree) -> None:
    """The resolution is neither side's, and the merge says so of itself."""
    work = tree.change({"nova/virt/zvm/x.py": "ZVM = 2\n"})
    tree.setup({"nova/virt/zvm/x.py": "ZVM = 3\n"})
    head = tree.change({HOST: "HOST = 666\n", "nova/virt/zvm/x.py": "ZVM = 4\n"}, parents=[work, tree.tip])
    ran = tree.judge(head, ["approve core1"])
    assert statuses(ran) == {HOST: "insufficient", "nova/virt/zvm/x.py": "approved"}
    assert all(any("has content here" in reason for reason in path["reasons"]) for path in ran.json["paths"])


def test_row_37_an_evil_merge_that_a_later_commit_restores(tree: Tree) -> None:
    """What the history keeps counts, although the change as a whole does not show it."""
    work = tree.change({"nova/virt/zvm/x.py": "ZVM = 2\n"})
    tree.setup({"setup.py": "VERSION = 2\n"})
    merge = tree.change({HOST: "HOST = 666\n", "setup.py": "VERSION = 2\n"}, parents=[work, tree.tip])
    head = tree.change({HOST: TREE[HOST]}, parents=[merge])
    assert statuses(tree.judge(head, ["approve core1"])) == {HOST: "insufficient", "nova/virt/zvm/x.py": "approved"}


def test_an_octopus_merge_with_content_of_its_own(tree: Tree) -> None:
    """Of a merge of three, what differs from every parent counts."""
    one = tree.change({"nova/virt/zvm/x.py": "ZVM = 2\n"})
    two = tree.change({"nova/virt/zvm/y.py": ""})
    three = tree.change({"nova/virt/zvm/z.py": ""})
    files: dict[str, Content] = {"nova/virt/zvm/y.py": "", "nova/virt/zvm/z.py": "", HOST: "HOST = 666\n"}
    head = tree.change(files, parents=[one, two, three])
    ran = tree.judge(head, ["approve core1"])
    assert statuses(ran) == {
        HOST: "insufficient",
        "nova/virt/zvm/x.py": "approved",
        "nova/virt/zvm/y.py": "approved",
        "nova/virt/zvm/z.py": "approved",
    }
    assert any("has content here" in reason for reason in ran.json["paths"][0]["reasons"])


def test_the_order_of_parents_does_not_matter(tree: Tree) -> None:
    """A merge whose first parent is main shows no less than one whose second is."""
    work = tree.change({HOST: "HOST = 2\n"})
    tree.setup({"setup.py": "VERSION = 2\n"})
    files: dict[str, Content] = {HOST: "HOST = 2\n", "setup.py": "VERSION = 2\n"}
    heads = [tree.change(files, parents=parents) for parents in ([work, tree.tip], [tree.tip, work])]
    answers = [statuses(tree.judge(head)) for head in heads]
    assert answers == [{HOST: "insufficient"}, {HOST: "insufficient"}]


def revert(tree: Tree, files: dict[str, Content]) -> str:
    """Land a change of host.py on main, then make a commit that says it reverts it."""
    landed = tree.setup({HOST: "HOST = 2\n"})
    return tree.change(files, message=f'Revert "Set up"\n\nThis reverts commit {landed}.')


@pytest.mark.parametrize(
    ("exempt", "files", "expected"),
    [
        (False, {HOST: TREE[HOST]}, {HOST: "insufficient"}),
        (True, {HOST: TREE[HOST]}, {HOST: "approved"}),
        (True, {HOST: TREE[HOST], OTHER: "X = 9\n"}, {HOST: "insufficient", OTHER: "insufficient"}),
        (True, {HOST: "HOST = 1 \n"}, {HOST: "insufficient"}),
    ],
    ids=["not configured", "pure", "an extra hunk elsewhere", "nearly the same content"],
)
def test_row_39_reverts(tree: Tree, exempt: bool, files: dict[str, Content], expected: dict[str, str]) -> None:
    """Exempt only if configured, and only if the tree is the one before, byte for byte."""
    tree.setup(settings(exempt_pure_reverts=exempt))
    assert statuses(tree.judge(revert(tree, files))) == expected


def test_row_39_a_pure_revert_brings_back_imports(tree: Tree) -> None:
    """What the revert restores was there before, its imports too."""
    tree.setup({HOST: "from nova.virt.vmwareapi import images\n"} | settings(exempt_pure_reverts=True))
    landed = tree.setup({HOST: "HOST = 2\n"})
    message = f"This reverts commit {landed}."
    ran = tree.judge(tree.change({HOST: "from nova.virt.vmwareapi import images\n"}, message=message))
    assert (ran.json["verdict"], [edge["status"] for edge in ran.json["edges"]]) == ("approved", ["approved"])
    assert "exempt_pure_reverts" in ran.json["notices"][0]


@pytest.mark.parametrize("counts", [True, False])
def test_row_39_edited_and_restored(tree: Tree, counts: bool) -> None:
    """Two commits that edit and restore host.py: nothing changes in the end, and each commit counts."""
    tree.setup(settings(history_counts_each_commit=counts))
    edit = tree.change({HOST: "HOST = 666\n", "nova/virt/zvm/x.py": "ZVM = 2\n"})
    head = tree.change({HOST: TREE[HOST]}, parents=[edit])
    expected = {"nova/virt/zvm/x.py": "approved"} | ({HOST: "insufficient"} if counts else {})
    ran = tree.judge(head, ["approve core1"])
    assert statuses(ran) == expected
    assert ran.json["policy"]["history_counts_each_commit"] is counts


def test_a_conflict_is_invalid_and_no_override_mends_it(tree: Tree) -> None:
    """The remedy is named; other paths are judged all the same."""
    head = tree.change({HOST: "HOST = 2\n", "nova/virt/zvm/x.py": "ZVM = 2\n"})
    tree.setup({HOST: "HOST = 3\n"})
    ran = tree.judge(head, ["approve lv1", "approve core1", "approve boss"])
    assert (ran.code, ran.json["verdict"]) == (1, "invalid")
    assert statuses(ran) == {HOST: "invalid", "nova/virt/zvm/x.py": "approved"}
    host = ran.json["paths"][0]
    assert host["reasons"][0] == "does not merge into main: rebase the change onto it and resolve the conflict"


def test_an_empty_change_is_approved_and_says_so(tree: Tree) -> None:
    head = tree.change({HOST: TREE[HOST]})
    ran = tree.judge(head)
    assert (ran.code, statuses(ran), ran.json["notices"]) == (0, {}, ["the change alters nothing"])


def test_git_trailers_count_only_when_asked_for(tree: Tree) -> None:
    """Off by default; asked for by name they count, and the answer says that they prove nothing."""
    head = tree.change({HOST: "HOST = 2\n"}, message="Mend\n\nReviewed-by: Libvirt Two <lv2@example.org>")
    args = ("--format", "json", "approvals", "--target", "main", "--head", head)
    assert statuses(tree.repo.onetree(*args)) == {HOST: "insufficient"}
    ran = tree.repo.onetree(*args, "--votes", "git-trailers")
    assert statuses(ran) == {HOST: "approved"}
    assert "which anybody can write: they are text and prove no identity" in ran.json["notices"][0]


def test_a_shallow_clone_says_what_is_missing(tree: Tree, tmp_path: Path) -> None:
    """Without the common ancestor there is no verdict, and the message says how to get it."""
    tree.change({HOST: "HOST = 2\n"})
    for number in range(3):
        tree.setup({"setup.py": f"VERSION = {number}\n"})
    clone = Repo(tmp_path / "clone")
    clone.git("fetch", "-q", "--depth=1", f"file://{tree.repo.path}", "main:refs/heads/base", "topic:refs/heads/topic")
    ran = clone.onetree("approvals", "--target", "base", "--head", "topic")
    assert ran.code == 2
    assert ran.err.rstrip().endswith("Get its history with: git fetch --unshallow")


def test_a_partial_clone_says_what_is_missing(tree: Tree, tmp_path: Path) -> None:
    """Without the OWNERS files' contents there is no verdict, and nothing is fetched behind anybody's back."""
    tree.change({HOST: "HOST = 2\n"})
    tree.repo.git("config", "uploadpack.allowFilter", "true")
    tree.repo.git("clone", "-q", "--bare", "--filter=blob:none", f"file://{tree.repo.path}", str(tmp_path / "clone"))
    clone = Repo(tmp_path / "clone", bare=True)
    ran = clone.onetree("approvals", "--target", "main", "--head", "topic")
    assert (ran.code, ran.out) == (2, "")
    assert "is missing from this clone" in ran.err
    assert ran.err.rstrip().endswith("Get its objects with: git fetch --refetch --no-filter")


def test_votes_for_what_is_no_commit(tmp_path: Path) -> None:
    """Staged content has no commit that anybody could have approved."""
    repo = Repo(tmp_path / "repo")
    repo.commit({"OWNERS": "ann@example.org\n", "a.py": ""})
    repo.write("a.py", "A = 1\n")
    ran = repo.onetree("approvals", "--worktree", "--votes", "votes.json")
    assert (ran.code, ran.err) == (
        2,
        "onetree: votes are for commits, and the working tree's changes, over HEAD is none. "
        "Commit the change and name it with --target and --head.\n",
    )


def test_new_imports_of_a_working_tree(tmp_path: Path) -> None:
    """What only stands on disk is judged as well."""
    repo = Repo(tmp_path / "repo")
    files: dict[str, Content] = {"a/OWNERS": "ann@example.org\n", "b/OWNERS": "bob@example.org\n"}
    repo.commit(files | {"a/__init__.py": "", "b/__init__.py": "", "OWNERS": "root@example.org\n"})
    repo.write("a/new.py", "import b\n")
    answer: dict[str, Any] = repo.onetree("--format", "json", "approvals").json
    assert [(edge["importer"], edge["imported"], edge["needs"]) for edge in answer["edges"]] == [
        ("a.new", "b", [{"count": 1, "from": ["bob@example.org", "root@example.org"]}])
    ]
