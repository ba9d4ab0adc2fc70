"""`onetree new`: a folder from a template, whole or not at all."""

from pathlib import Path

import pytest

from tools.onetree.tests.repos import Repo

OWNERS = ("--owner", "ann@example.org", "--owner", "bob@example.org")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit({"OWNERS": "root1@example.org\nroot2@example.org\n", "src/billing/invoice.py": "TOTAL = 0\n"})
    return made


def test_an_existing_folder_becomes_a_subsystem(repo: Repo) -> None:
    ran = repo.onetree("new", "subsystem", "src/billing", *OWNERS, "--summary", "Invoices")
    assert ran == (
        0,
        "Made src/billing, a new subsystem:\n"
        "  src/billing/OWNERS\n"
        "  src/billing/subsystem.toml\n"
        "Next:\n"
        "  git add src/billing\n"
        "  onetree check --staged\n"
        "  onetree owners src/billing\n",
        "",
    )
    assert (repo.path / "src/billing/subsystem.toml").read_text() == (
        'name = "billing"\nsummary = "Invoices"\nstatus = "supported"\n'
    )
    assert (repo.path / "src/billing/OWNERS").read_text().splitlines()[2:] == ["ann@example.org", "bob@example.org"]
    assert (repo.path / "src/billing/invoice.py").read_text() == "TOTAL = 0\n"
    owners = repo.onetree("owners", "--format", "json", str(repo.path / "src/billing/invoice.py")).json["paths"][0]
    assert (owners["subsystem"], [each["who"] for each in owners["owners"]]) == (
        "billing",
        ["ann@example.org", "bob@example.org", "root1@example.org", "root2@example.org"],
    )


def test_a_new_folder_is_made(repo: Repo) -> None:
    ran = repo.onetree("new", "subsystem", "lib/tax", *OWNERS, "--format", "json")
    assert ran.json == {
        "kind": "subsystem",
        "folder": "lib/tax",
        "files": ["lib/tax/OWNERS", "lib/tax/subsystem.toml"],
        "next": ["git add lib/tax", "onetree check --staged", "onetree owners lib/tax"],
    }
    assert sorted(path.name for path in (repo.path / "lib").iterdir()) == ["tax"]


def test_one_owner_is_no_supported_subsystem(repo: Repo) -> None:
    repo.onetree("new", "subsystem", "lib", "--owner", "ann@example.org")
    assert 'status = "maintained"' in (repo.path / "lib/subsystem.toml").read_text()


def test_the_trees_own_template_is_taken(repo: Repo) -> None:
    repo.commit(
        {
            "onetree.toml": 'templates = { plugin = "tpl" }\n',
            "tpl/template.toml": 'into = "plugins/{{name}}"\nowners = ["{{name}}-1@example.org"]\n',
            "tpl/{{name}}.py.tmpl": "class {{class_name}}:\n    pass\n",
            "tpl/OWNERS": "{{owners}}\n",
        }
    )
    assert repo.onetree("new", "plugin", "big_thing").code == 0
    assert {path.name: path.read_text() for path in (repo.path / "plugins/big_thing").iterdir()} == {
        "OWNERS": "big_thing-1@example.org\n",
        "big_thing.py": "class BigThing:\n    pass\n",
    }


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("gadget", "x"), "There is no template of kind 'gadget'. Kinds are: subsystem."),
        (("subsystem", "x"), "A new folder needs owners, or nobody could approve its changes. Give --owner, twice."),
        (("subsystem", "x", "--owner", "ann"), "'ann' is no e-mail address. Give --owner an e-mail address."),
        (
            ("subsystem", "../x", *OWNERS),
            "'../x' is no name here: it must match "
            "[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*. Choose another name.",
        ),
        (
            ("subsystem", "x", *OWNERS, "--summary", 'a"b'),
            "The summary holds a quote, a backslash or a control character. Leave it out.",
        ),
    ],
)
def test_bad_input_makes_nothing(repo: Repo, args: tuple[str, ...], message: str) -> None:
    assert repo.onetree("new", *args) == (2, "", f"onetree: {message}\n")
    assert repo.git("status", "--porcelain") == ""


def test_what_is_there_is_never_overwritten(repo: Repo) -> None:
    repo.write("src/billing/OWNERS", "eve@example.org\n")
    assert repo.onetree("new", "subsystem", "src/billing", *OWNERS) == (
        2,
        "",
        "onetree: src/billing/OWNERS exists already. Choose another name, or edit what is there.\n",
    )
    assert (repo.path / "src/billing/OWNERS").read_text() == "eve@example.org\n"
    assert not (repo.path / "src/billing/subsystem.toml").exists()


def test_a_placeholder_without_a_value_is_named_with_its_line(repo: Repo) -> None:
    repo.commit(
        {
            "onetree.toml": 'templates = { plugin = "tpl" }\n',
            "tpl/template.toml": 'into = "plugins/{{name}}"\nowners = ["a@example.org"]\n',
            "tpl/a.py": "\n{{colour}}\n",
        }
    )
    ran = repo.onetree("new", "plugin", "x")
    assert ran == (
        2,
        "",
        "onetree: tpl/a.py:2: {{colour}} has no value; "
        "known are base, class_name, folder, name, owners, status, summary.\n",
    )
    assert not (repo.path / "plugins").exists()
