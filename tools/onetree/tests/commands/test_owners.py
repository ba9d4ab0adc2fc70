"""`onetree owners`, through the command line on real repositories."""

from pathlib import Path

import pytest

from tools.onetree.tests.repos import Repo

FILES = {
    "OWNERS": "root1@example.org\n",
    "src/OWNERS": "# the team\nann@example.org\nper-file *.md=doc@example.org\n",
    "src/vendor/OWNERS": "set noparent\neve@example.org\n",
    "src/broken/OWNERS": "not an address\n",
    "src/broken/x.py": "",
    "src/a.py": "",
}


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit(FILES)
    monkeypatch.chdir(made.path)
    return made


def test_text_names_each_owner_with_the_line_nearest_first(repo: Repo) -> None:
    assert repo.onetree("owners", "src/a.py", "src/vendor/x.c", "src/new/readme.md") == (
        0,
        "Owners as of the working tree.\n"
        "src/a.py  src\n"
        "  ann@example.org    src/OWNERS:2\n"
        "  root1@example.org  OWNERS:1\n"
        "src/vendor/x.c  src/vendor\n"
        "  eve@example.org  src/vendor/OWNERS:2\n"
        "  no owners from above: set noparent (src/vendor/OWNERS:1)\n"
        "src/new/readme.md  src\n"
        "  ann@example.org    src/OWNERS:2\n"
        "  doc@example.org    src/OWNERS:3\n"
        "  root1@example.org  OWNERS:1\n",
        "",
    )


def test_json_has_the_documented_keys(repo: Repo) -> None:
    head = repo.git("rev-parse", "HEAD")
    assert repo.onetree("owners", "--format", "json", "--at", "HEAD", "src/a.py").json == {
        "at": f"HEAD ({head[:10]})",
        "paths": [
            {
                "path": "src/a.py",
                "subsystem": "src",
                "owners": [
                    {"who": "ann@example.org", "via": [{"file": "src/OWNERS", "line": 2}]},
                    {"who": "root1@example.org", "via": [{"file": "OWNERS", "line": 1}]},
                ],
                "status": "owned",
                "reasons": [],
            }
        ],
    }


def test_a_folder_is_asked_about_as_any_file_in_it(repo: Repo) -> None:
    assert repo.onetree("owners", "--format", "json", "src", ".").json["paths"] == [
        {
            "path": "src/",
            "subsystem": "src",
            "owners": [
                {"who": "ann@example.org", "via": [{"file": "src/OWNERS", "line": 2}]},
                {"who": "root1@example.org", "via": [{"file": "OWNERS", "line": 1}]},
            ],
            "status": "owned",
            "reasons": [],
        },
        {
            "path": "",
            "subsystem": "root",
            "owners": [{"who": "root1@example.org", "via": [{"file": "OWNERS", "line": 1}]}],
            "status": "owned",
            "reasons": [],
        },
    ]


def test_a_broken_file_leaves_its_folder_without_owners(repo: Repo) -> None:
    ran = repo.onetree("owners", "src/broken/x.py")
    assert ran.code == 1
    assert ran.out.startswith("Owners as of the working tree.\nsrc/broken/x.py  src/broken  invalid\n")
    assert "src/broken/OWNERS:1: " in ran.out


def test_why_and_why_not(repo: Repo) -> None:
    why = repo.onetree("owners", "--format", "json", "--why", "ann@example.org", "src/a.py").json["paths"][0]["why"]
    assert (why["who"], "src/OWNERS:2" in why["reasons"][0]) == ("ann@example.org", True)
    why_not = repo.onetree("owners", "--format", "json", "--why", "root1@example.org", "src/vendor/x").json
    assert any("src/vendor/OWNERS:1" in reason for reason in why_not["paths"][0]["why"]["reasons"])


def test_uncommitted_owners_are_read_and_an_older_revision_is_not_changed_by_them(repo: Repo) -> None:
    repo.write("src/OWNERS", "bob@example.org\n")
    now = repo.onetree("owners", "--format", "json", "src/a.py").json["paths"][0]["owners"]
    then = repo.onetree("owners", "--format", "json", "--at", "main", "src/a.py").json["paths"][0]["owners"]
    assert ([each["who"] for each in now], [each["who"] for each in then]) == (
        ["bob@example.org", "root1@example.org"],
        ["ann@example.org", "root1@example.org"],
    )


def test_odd_paths_are_answered_and_printed_on_one_line(repo: Repo) -> None:
    ran = repo.onetree("owners", "src/a\nb.py", "src/\udcff")
    assert [line for line in ran.out.splitlines() if not line.startswith(" ")] == [
        "Owners as of the working tree.",
        "src/a\\nb.py  src",
        "src/\\udcff  src",
    ]
    assert [each["path"] for each in repo.onetree("owners", "--format", "json", "src/\udcff").json["paths"]] == [
        "src/\udcff"
    ]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("owners", "../x"), "../x is outside of the repository {root}. Name a path inside it."),
        (
            ("owners", "--at", "nope", "a"),
            "nope is not a commit in this repository. See what there is with: git log --oneline --all",
        ),
        (
            ("owners", "--format", "sarif", "a"),
            "owners has no findings to give as sarif. Use --format text or json.",
        ),
        (
            ("owners", "--overlay", "nowhere", "a"),
            "nowhere is not a folder. --overlay takes a folder of OWNERS and subsystem.toml files.",
        ),
    ],
)
def test_bad_input_is_a_sentence_and_2(repo: Repo, args: tuple[str, ...], message: str) -> None:
    assert repo.onetree(*args) == (2, "", f"onetree: {message.replace('{root}', str(repo.path))}\n")
