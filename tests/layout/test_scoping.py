"""A change that touches one driver runs that driver's tests, the conformance suite on it, and the layout's tests."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.layout.trees import Copy

DRIVER = "nova/virt/zeppelin"


@pytest.fixture(scope="module")
def with_driver(pristine: Copy, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy of the tree with one more driver, made from the template."""
    folder = tmp_path_factory.mktemp("scoping") / "tree"
    shutil.copytree(pristine.path, folder, symlinks=True)
    copy = Copy(folder)
    owners = ["--owner", "ann@example.org", "--owner", "bob@example.org"]
    made = copy.onetree("new", "driver", "zeppelin", *owners, "--summary", "Guests on zeppelins")
    assert made.code == 0, made.out
    copy.commit("A driver")
    return copy


def selected(copy: Copy) -> set[str]:
    """What `onetree tests` selects for what is not committed."""
    ran = copy.run(sys.executable, "-m", "onetree", "tests", "--worktree", "--format", "json")
    assert ran.code == 0, ran.out
    return {each["path"] for each in json.loads(ran.out)["selected"]}


def is_of_the_layout(copy: Copy, path: str) -> bool:
    """Whether a test is about the layout: it is beside this one, or stands on copies of the tree as this one does."""
    return path.startswith("tests/layout/") or "tests.layout" in Path(copy.path, path).read_text()


@pytest.mark.parametrize(
    "name", ["driver.py", "config.py", "tests/backend.py", "requirements.txt", "README.md", "OWNERS", "subsystem.toml"]
)
def test_a_driver_is_an_island_for_tests(with_driver: Copy, name: str) -> None:
    path = with_driver.path / DRIVER / name
    before = path.read_text()
    try:
        path.write_text(before + "# changed\n")
        tests = selected(with_driver)
    finally:
        path.write_text(before)
    own = {test for test in tests if test.startswith(f"{DRIVER}/")}
    others = {test for test in tests - own if not is_of_the_layout(with_driver, test)}
    assert own == {f"{DRIVER}/tests/test_conformance.py"}
    # The one that lists the drivers reads their manifests.
    assert others == ({"tests/nova/driverapi/test_registry.py"} if name == "subsystem.toml" else set())
    assert "tests/layout/test_contracts.py" in tests
