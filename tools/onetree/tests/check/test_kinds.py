"""`onetree check --rule KIND` finds of that kind what the whole check finds."""

import pytest
from onetree.arguments import RULES

from tools.onetree.tests.repos import Repo

# Something of every kind is wrong here.
TREE = {
    "OWNERS": "ann@example.org\nann@example.org\n",
    "onetree.toml": (
        'plugins = ["app/plug/*"]\nbudgets = { file_lines = 3 }\n'
        '[[debt]]\ncontract = "none"\nimporter = "app.a"\nimported = "app.b"\n'
        'owner = "ann@example.org"\nreason = "old"\nsince = "2026-01-01"\n'
    ),
    "subsystem.toml": 'name = "root"\nsummary = "All"\nstate = "supported"\n',
    ".importlinter": (
        "[importlinter]\nroot_package = app\n[importlinter:contract:x]\nname = X\ntype = independence\n"
        "modules =\n    app.a\n    app.b\n"
    ),
    "app/__init__.py": "",
    "app/a.py": "from app import b\n",
    "app/b.py": "X = 1\n\n\n\n\n",
    "app/core.py": 'def f(kind):\n    return kind == "disk"\n',
    "app/plug/__init__.py": "",
    "app/plug/disk/__init__.py": "",
    "app/plug/disk/driver.py": "Y = 1\n",
    "lost/c.py": "Z = 1\n",
}


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    made = Repo(tmp_path_factory.mktemp("kinds") / "repo")
    made.commit(TREE)
    return made


@pytest.mark.parametrize("kind", RULES)
def test_a_kind_is_what_the_whole_check_has_of_it(kind: str, repo: Repo) -> None:
    whole = repo.onetree("check", "--format", "json").json["findings"]
    expected = [each for each in whole if each["rule"].startswith(f"{kind}/")]
    assert expected, kind
    assert repo.onetree("check", "--rule", kind, "--format", "json").json["findings"] == expected


def test_kinds_can_be_asked_for_together(repo: Repo) -> None:
    ran = repo.onetree("check", "--rule", "graph", "--rule", "owners", "--format", "json")
    assert {each["rule"].partition("/")[0] for each in ran.json["findings"]} == {"graph", "owners"}


def test_an_unknown_kind_is_refused(repo: Repo) -> None:
    assert repo.onetree("check", "--rule", "walls").code == 2
