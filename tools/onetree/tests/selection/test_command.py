"""`onetree tests` on real repositories: whole outputs, exit codes, and what is wrong with its input."""

import os
from pathlib import Path

import pytest

from tools.onetree.tests.repos import Ran, Repo

TREE = {
    "OWNERS": "*\n",
    "pkg/__init__.py": "",
    "pkg/a.py": "A = 1\n",
    "pkg/b.py": "from pkg import a\n",
    "tests/test_a.py": "from pkg.a import A\n\n\ndef test_a() -> None:\n    assert A == 1\n",
    "tests/test_b.py": "import pkg.b\n\n\ndef test_b() -> None:\n    assert pkg.b.a.A\n",
    "tests/test_none.py": "def test_none() -> None:\n    pass\n",
    "README.md": "# A tree\n",
}
A = {"path": "tests/test_a.py", "reasons": ["tests/test_a.py:1 imports pkg/a.py"]}
B = {"path": "tests/test_b.py", "reasons": ["tests/test_b.py:1 imports pkg/b.py:1 imports pkg/a.py"]}

# The pytest that is started needs no plug-ins, and each takes its time to load.
PLAIN_PYTEST = {"PYTEST_ADDOPTS": "-q -p no:cacheprovider", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit(TREE)
    return made


def run(repo: Repo, *args: str) -> Ran:
    """`onetree tests` as a process, with the repository's own packages."""
    path = os.pathsep.join([str(repo.path), os.environ.get("PYTHONPATH", "")])
    return repo.onetree_process("tests", *args, env={"PYTHONPATH": path, **PLAIN_PYTEST})


def test_json_has_each_test_with_its_chain(repo: Repo) -> None:
    repo.write("pkg/a.py", "A = 2\n")
    ran = repo.onetree("tests", "--format", "json")
    assert ran.code == 0
    assert ran.json == {
        "change": "the working tree's changes, over HEAD",
        "mode": "some",
        "selected": [A, B],
        "total": 3,
        "notices": [],
    }


def test_text_is_for_people(repo: Repo) -> None:
    repo.write("pkg/a.py", "A = 2\n")
    assert repo.onetree("tests").out == (
        "Change: the working tree's changes, over HEAD.\n"
        "2 of 3 test files:\n"
        "  tests/test_a.py\n"
        "    tests/test_a.py:1 imports pkg/a.py\n"
        "  tests/test_b.py\n"
        "    tests/test_b.py:1 imports pkg/b.py:1 imports pkg/a.py\n"
    )


def test_documentation_selects_nothing(repo: Repo) -> None:
    repo.write("README.md", "# The tree\n")
    assert repo.onetree("tests").out == (
        "Change: the working tree's changes, over HEAD.\nNo test depends on what changed.\n"
    )


def test_what_is_not_understood_means_all_with_a_notice(repo: Repo) -> None:
    repo.write("var/table.bin", b"\0\1")
    assert repo.onetree("tests").out == (
        "Change: the working tree's changes, over HEAD.\n"
        "All 3 test files:\n"
        "  var/table.bin changed, and no subsystem, import or test says what depends on it.\n"
    )


@pytest.mark.parametrize("which", ["range", "staged", "worktree"])
def test_every_way_to_name_a_change(repo: Repo, which: str) -> None:
    args = {"range": ["--target", "main", "--head", "topic"], "staged": ["--staged"], "worktree": ["--worktree"]}
    if which == "range":
        repo.commit({"pkg/a.py": "A = 2\n"}, branch="topic", parents=[repo.git("rev-parse", "main")])
    else:
        repo.write("pkg/a.py", "A = 2\n")
    if which == "staged":
        repo.git("add", "pkg/a.py")
    assert repo.onetree("tests", "--format", "json", *args[which]).json["selected"] == [A, B]


def test_a_deleted_module_selects_what_imported_it(repo: Repo) -> None:
    (repo.path / "pkg/a.py").unlink()
    assert repo.onetree("tests", "--format", "json").json["selected"] == [A, B]


def test_a_deleted_test_is_not_selected(repo: Repo) -> None:
    (repo.path / "tests/test_none.py").unlink()
    assert repo.onetree("tests", "--format", "json").json["mode"] == "none"


def test_run_passes_arguments_on_and_says_how_it_went(repo: Repo) -> None:
    repo.write("pkg/a.py", "A = 1  # still\n")
    ran = run(repo, "--run", "--", "-v", "-k", "test_a")
    assert ran.code == 0
    assert ran.out.startswith("Change: the working tree's changes, over HEAD.\n2 of 3 test files:\n")
    assert "1 passed, 1 deselected" in ran.out
    assert ran.out.endswith("The selected tests pass.\n")


def test_run_fails_with_the_tests(repo: Repo) -> None:
    repo.write("pkg/a.py", "A = 2\n")
    ran = run(repo, "--run")
    assert (ran.code, ran.out.splitlines()[-1]) == (1, "Tests fail.")
    assert "1 failed, 1 passed" in ran.out


def test_run_keeps_standard_output_for_json(repo: Repo) -> None:
    repo.write("pkg/a.py", "A = 2\n")
    ran = run(repo, "--run", "--format", "json")
    assert (ran.code, ran.json["outcome"]) == (1, "failed")
    assert "1 failed, 1 passed" in ran.err


def test_run_with_nothing_to_run_is_no_failure(repo: Repo) -> None:
    repo.write("README.md", "# The tree\n")
    ran = run(repo, "--run")
    assert (ran.code, ran.out.splitlines()[1:]) == (0, ["No test depends on what changed.", "Nothing was run."])


def test_run_where_pytest_collects_nothing_is_no_failure(repo: Repo) -> None:
    repo.write("tests/test_none.py", "X = 1\n")
    ran = run(repo, "--run")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "pytest collected no test from the selected files.")


def test_run_refuses_arguments_that_pytest_refuses(repo: Repo) -> None:
    repo.write("pkg/a.py", "A = 2\n")
    ran = run(repo, "--run", "--", "--no-such-option")
    said = "onetree: pytest does not accept these arguments; what it said stands above. See: pytest --help\n"
    assert ran.code == 2
    assert ran.err.endswith(said)


def test_run_needs_the_change_in_the_working_tree(repo: Repo) -> None:
    repo.commit({"pkg/a.py": "A = 2\n"}, branch="topic", parents=[repo.git("rev-parse", "main")])
    ran = repo.onetree("tests", "--target", "main", "--head", "topic", "--run")
    said = "onetree: Tests run in the working tree, and topic is not checked out. "
    assert (ran.code, ran.err) == (2, said + "Check it out first: git switch --detach topic\n")


def test_an_unknown_revision(repo: Repo) -> None:
    ran = repo.onetree("tests", "--target", "nowhere")
    said = "onetree: nowhere is not a commit in this repository. See what there is with: git log --oneline --all\n"
    assert (ran.code, ran.out, ran.err) == (2, "", said)


def test_a_file_that_does_not_parse_means_all(repo: Repo) -> None:
    repo.write("pkg/a.py", "A = 1\nif A\n")
    answer = repo.onetree("tests", "--format", "json").json
    assert (answer["mode"], answer["notices"]) == ("all", ["pkg/a.py:2 changed and does not parse: expected ':'."])


def test_a_manifest_that_cannot_be_read_means_all(repo: Repo) -> None:
    repo.commit({"pkg/OWNERS": "*\n", "pkg/subsystem.toml": 'name = "pkg"\nsummary = "s"\nstatus = "supported"\n'})
    repo.write("pkg/subsystem.toml", 'name = "pkg"\nsumary = "s"\n')
    answer = repo.onetree("tests", "--format", "json").json
    assert answer["mode"] == "all"
    assert answer["notices"][0].startswith("pkg/subsystem.toml:")


def test_broken_settings(repo: Repo) -> None:
    repo.write("onetree.toml", "plugins = 1\n")
    ran = repo.onetree("tests")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("onetree: onetree.toml:1: ")


@pytest.mark.parametrize("name", ["a b.csv", "new\nline.csv", 'quo"te.csv', "\udcff.csv", "ünï.csv"])
def test_odd_paths(repo: Repo, name: str) -> None:
    repo.commit({"pkg/OWNERS": "*\n", f"pkg/{name}": "1", "pkg/tests/test_pkg.py": "def test() -> None: ...\n"})
    repo.commit({f"pkg/{name}": "2"}, branch="topic", parents=[repo.git("rev-parse", "main")])
    answer = repo.onetree("tests", "--target", "main", "--head", "topic", "--format", "json").json
    own = next(each for each in answer["selected"] if each["path"] == "pkg/tests/test_pkg.py")
    assert own["reasons"][0].endswith(f" pkg/{name}")


def test_ten_thousand_changed_files(repo: Repo) -> None:
    many = {f"pkg/sub{number % 100}/data{number}.csv": "1" for number in range(9_900)}
    modules = {f"pkg/sub{number}/__init__.py": "" for number in range(100)}
    tests = {f"tests/test_{number}.py": f"import pkg.sub{number}\n" for number in range(100)}
    repo.commit({"pkg/OWNERS": "*\n", **modules, **tests})
    repo.commit({**many, "pkg/a.py": "A = 2\n"}, branch="topic", parents=[repo.git("rev-parse", "main")])
    answer = repo.onetree("tests", "--target", "main", "--head", "topic", "--format", "json").json
    assert (answer["mode"], len(answer["selected"]), answer["total"]) == ("some", 102, 103)


def test_a_warm_and_a_damaged_cache_give_the_same_answer(repo: Repo) -> None:
    repo.write("pkg/a.py", "A = 2\n")
    cold = repo.onetree("tests", "--format", "json").out
    kept = repo.path / ".git/onetree/scoping"
    whole = kept.read_bytes()
    assert repo.onetree("tests", "--format", "json").out == cold
    for damaged in (b"", whole[:-20], whole.replace(b"pkg", b"pgk"), b"onetree 0 scoping\n" + whole):
        kept.write_bytes(damaged)
        assert repo.onetree("tests", "--format", "json").out == cold
    assert kept.read_bytes() == whole


def test_a_cache_that_cannot_be_written(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONETREE_CACHE_DIR", str(repo.write("pkg/a.py", "A = 2\n") / "below-a-file"))
    answer = repo.onetree("tests", "--format", "json").json
    kept = os.path.join(os.environ["ONETREE_CACHE_DIR"], "scoping")
    said = f"the cache {kept} cannot be written (Not a directory); this run did without it."
    assert (answer["selected"], answer["notices"]) == ([A, B], [said])
