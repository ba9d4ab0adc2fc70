"""Reading real repositories: revisions, trees, diffs, merges, and what goes wrong with them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from onetree.adapters.git import Merge, Repository
from onetree.policy.tree import Entry, PathChange
from onetree.policy.values import InputError

from tools.onetree.tests.repos import Repo

ODD = ["a b", "new\nline", 'quo"te', "tab\t", "\udcff\udcfe", "ünï/çödé", "-dash", ":(glob)*"]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit({"a": "1", "b/c": "2"})
    return made


def opened(repo: Repo) -> Repository:
    return Repository.discover(str(repo.path))


def test_reads_every_odd_path_of_a_tree(repo: Repo) -> None:
    repo.commit(dict.fromkeys(ODD, "x"), branch="odd", parents=[])
    tree = opened(repo).tree("odd")
    assert sorted(tree.entries()) == sorted(ODD)
    assert {tree.read(path) for path in ODD} == {b"x"}


def test_odd_paths_of_a_working_tree_are_seen_as_those_of_a_commit(repo: Repo) -> None:
    for path in ODD:
        repo.write(path, "x")
    found = opened(repo)
    assert sorted(change.path for change in found.worktree_changes()) == sorted(ODD)
    assert {found.worktree().read(path) for path in ODD} == {b"x"}
    repo.git("add", "-A")
    assert sorted(change.path for change in opened(repo).staged_changes()) == sorted(ODD)
    assert sorted(opened(repo).index().entries()) == sorted([*ODD, "a", "b/c"])


def test_a_rename_is_a_deletion_and_an_addition(repo: Repo) -> None:
    old = repo.git("rev-parse", "main")
    new = repo.commit({"a": None, "z": "1"})
    one = Entry("100644", "56a6051ca2b02b04ef92d5150c9ef600403cb1de")
    assert opened(repo).diff(old, new) == (PathChange("a", one, None), PathChange("z", None, one))


def test_modes_links_and_submodules_are_changes(repo: Repo) -> None:
    old = repo.git("rev-parse", "main")
    new = repo.commit({"a": ("100755", "1"), "link": ("120000", "b/c"), "sub": ("160000", old)})
    changes = {change.path: change for change in opened(repo).diff(old, new)}
    assert {path: change.new.mode for path, change in changes.items() if change.new} == {
        "a": "100755",
        "link": "120000",
        "sub": "160000",
    }


def test_the_working_tree_is_read_from_disk_and_a_link_by_its_destination(repo: Repo) -> None:
    repo.write("a", "changed")
    (repo.path / "link").symlink_to("a")
    (repo.path / "b" / "c").unlink()
    tree = opened(repo).worktree()
    assert {path: tree.read(path) for path in tree.entries()} == {"a": b"changed", "link": b"a"}
    assert tree.entries()["link"].mode == "120000"


def test_a_worktree_entry_has_the_blob_id_that_git_would_give(repo: Repo) -> None:
    repo.write("a", "changed")
    assert opened(repo).worktree().entries()["a"].oid == repo.git("hash-object", "a")


def test_merging_gives_the_tree_without_touching_anything(repo: Repo) -> None:
    base = repo.git("rev-parse", "main")
    topic = repo.commit({"t": "3"}, branch="topic", parents=[base])
    tip = repo.commit({"m": "4"})
    merge = opened(repo).merge_result(tip, topic)
    assert sorted(opened(repo).tree(merge.tree).entries()) == ["a", "b/c", "m", "t"]
    assert repo.git("status", "--porcelain") == ""


def test_a_conflict_names_the_paths(repo: Repo) -> None:
    base = repo.git("rev-parse", "main")
    topic = repo.commit({"a": "topic"}, branch="topic", parents=[base])
    tip = repo.commit({"a": "main"})
    assert opened(repo).merge_result(tip, topic).conflicts == ("a",)


def test_what_is_ahead_or_behind_needs_no_merge(repo: Repo) -> None:
    base = repo.git("rev-parse", "main")
    tip = repo.commit({"a": "5"})
    assert opened(repo).merge_result(base, tip) == Merge(tip, ())
    assert opened(repo).merge_result(tip, base) == Merge(tip, ())


def test_a_bare_repository_is_read_as_any_other(repo: Repo, tmp_path: Path) -> None:
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    bare = Repository.discover(str(tmp_path / "bare"))
    assert bare.bare
    assert bare.tree("main").read("b/c") == b"2"
    assert bare.worktree_changes() == ()


def test_a_sha256_repository_is_read_as_any_other(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.git("init", "-q", "-b", "main", "--object-format=sha256", str(tmp_path / "long"))
    long = Repo(tmp_path / "long")
    tip = long.commit({"a": "1"})
    found = opened(long)
    assert len(tip) == 64
    assert [change.path for change in found.diff(found.empty_tree(), "HEAD")] == ["a"]


def test_a_commit_tells_its_people_as_text(repo: Repo) -> None:
    tip = repo.commit({"a": "6"}, author="ann@example.org", message="Do it\n\nWell.")
    commit = opened(repo).commit(tip)
    assert (commit.author, commit.committer, commit.message) == ("ann@example.org", "ann@example.org", "Do it\n\nWell.")
    assert [each.id for each in opened(repo).commits("HEAD~1", "HEAD")] == [tip]


def _no_repository(tmp_path: Path, repo: Repo) -> None:
    (tmp_path / "plain").mkdir()
    Repository.discover(str(tmp_path / "plain"))


def _no_folder(tmp_path: Path, repo: Repo) -> None:
    Repository.discover(str(tmp_path / "none"))


def _unknown_revision(tmp_path: Path, repo: Repo) -> None:
    opened(repo).resolve("nope")


def _option_as_revision(tmp_path: Path, repo: Repo) -> None:
    opened(repo).resolve("--output=x")


def _shallow(tmp_path: Path, repo: Repo) -> None:
    repo.commit({"a": "7"})
    repo.git("clone", "-q", "--depth=1", f"file://{repo.path}", str(tmp_path / "shallow"))
    Repository.discover(str(tmp_path / "shallow")).resolve("HEAD~1")


def _partial(tmp_path: Path, repo: Repo) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    url = f"file://{repo.path}"
    repo.git("clone", "-q", "--no-checkout", "--filter=blob:none", url, str(tmp_path / "partial"))
    Repository.discover(str(tmp_path / "partial")).tree("HEAD").read("a")


def _unrelated(tmp_path: Path, repo: Repo) -> None:
    repo.commit({"z": "1"}, branch="alone", parents=[])
    opened(repo).merge_result("main", "alone")


def _unmerged(tmp_path: Path, repo: Repo) -> None:
    base = repo.git("rev-parse", "main")
    repo.commit({"a": "topic"}, branch="topic", parents=[base])
    repo.commit({"a": "main"})
    with pytest.raises(AssertionError):
        repo.git("merge", "-q", "topic")
    opened(repo).index()


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (
            _no_repository,
            "{tmp}/plain is not inside a git repository. "
            "Run onetree inside a repository, name one with --repo, or make one with: git init",
        ),
        (_no_folder, "{tmp}/none is not a folder. Give --repo the folder of a git repository."),
        (
            _unknown_revision,
            "nope is not a commit in this repository. See what there is with: git log --oneline --all",
        ),
        (
            _option_as_revision,
            "--output=x is not a commit in this repository. See what there is with: git log --oneline --all",
        ),
        (
            _shallow,
            "HEAD~1 is not a commit in this repository. "
            "This clone is shallow. Get its history with: git fetch --unshallow",
        ),
        (
            _partial,
            "The object 56a6051ca2b02b04ef92d5150c9ef600403cb1de is missing from this clone. "
            "This clone is partial. Get its objects with: git fetch --refetch --no-filter",
        ),
        (_unrelated, "main and alone have no common ancestor. Rebase one onto the other."),
        (_unmerged, "The index holds the unmerged path 'a'. Resolve the conflict, git add it, and run again."),
    ],
)
def test_what_cannot_be_read_says_how_to_get_it(
    act: Callable[[Path, Repo], None], message: str, repo: Repo, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        act(tmp_path, repo)
    assert str(caught.value) == message.replace("{tmp}", str(tmp_path))
