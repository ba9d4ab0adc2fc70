"""Each contract of this tree, broken on purpose in a copy, is caught by import-linter and by onetree alike."""

import configparser
import json

import pytest

from tests.layout.trees import ROOT, Copy

# contract -> the files that break it, and the finding's path and line
BROKEN: dict[str, tuple[dict[str, str], str, int]] = {
    "nova-layers": ({"nova/domain/bad.py": "\nimport nova.driverapi.errors\n"}, "nova/domain/bad.py", 2),
    "drivers-are-islands": (
        {"nova/virt/other/__init__.py": "", "nova/virt/other/bad.py": "from nova.virt.fake import driver\n"},
        "nova/virt/other/bad.py",
        1,
    ),
    "drivers-by-name": ({"nova/compute/bad.py": "import nova.virt.fake.driver\n"}, "nova/compute/bad.py", 1),
    "conformance-suite": ({"nova/compute/bad.py": "import nova.testing\n"}, "nova/compute/bad.py", 1),
    "pure-core": ({"nova/domain/bad.py": "def f():\n    import sqlalchemy\n"}, "nova/domain/bad.py", 2),
    "two-products": ({"nova/domain/bad.py": "from onetree.policy import values\n"}, "nova/domain/bad.py", 1),
    "onetree-layers": (
        {"tools/onetree/src/onetree/policy/bad.py": "from onetree import cli\n"},
        "tools/onetree/src/onetree/policy/bad.py",
        1,
    ),
    "onetree-pure": (
        {"tools/onetree/src/onetree/policy/bad.py": "import subprocess\n"},
        "tools/onetree/src/onetree/policy/bad.py",
        1,
    ),
}


def _names() -> dict[str, str]:
    """Contract ids and their names, as .importlinter has them."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    return {
        section.removeprefix("importlinter:contract:"): parser[section]["name"]
        for section in parser.sections()
        if section.startswith("importlinter:contract:")
    }


def test_every_contract_has_a_row() -> None:
    assert sorted(BROKEN) == sorted(_names())


def test_the_tree_as_it_stands_keeps_them_all(copy: Copy) -> None:
    assert copy.lint_imports().code == 0
    ran = copy.onetree("check")
    assert ran.code == 0, ran.out


@pytest.mark.parametrize("contract", sorted(BROKEN))
def test_a_broken_contract_is_caught(contract: str, copy: Copy) -> None:
    files, path, line = BROKEN[contract]
    for name, text in files.items():
        copy.write(name, text)
    linted = copy.lint_imports()
    assert (linted.code, f"{_names()[contract]} BROKEN" in linted.out) == (1, True), linted.out
    copy.run("git", "add", "-A")
    ran = copy.onetree("check", "--format", "json")
    assert ran.code == 1, ran.out
    found = [each for each in json.loads(ran.out)["findings"] if _names()[contract] in each["message"]]
    assert (path, line) in [(each["path"], each["line"]) for each in found], ran.out


def test_a_driver_builds_on_the_contract_alone(copy: Copy) -> None:
    copy.write("nova/virt/fake/bad.py", "from nova import compute\n")
    assert "nova.virt is not allowed to import nova.compute" in copy.lint_imports().out
    copy.run("git", "add", "-A")
    found = json.loads(copy.onetree("check", "--format", "json").out)["findings"]
    assert [(each["path"], each["line"]) for each in found if each["rule"] == "imports/layers"] == [
        ("nova/virt/fake/bad.py", 1)
    ]


def test_a_new_package_must_say_its_place(copy: Copy) -> None:
    copy.write("nova/stray/__init__.py", "")
    copy.write("nova/stray/thing.py", "X = 1\n")
    assert "nova.stray" in copy.lint_imports().out
    copy.run("git", "add", "-A")
    ran = copy.onetree("check", "--format", "json")
    assert ran.code == 1
    assert "nova.stray" in ran.out
