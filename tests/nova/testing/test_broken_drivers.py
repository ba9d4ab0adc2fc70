"""The suite can fail: it catches each of many drivers that break one rule, and nothing else about them."""

import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nova.testing import conformance
from nova.testing.images import MemoryImages
from tests.nova.doubles import in_memory_driver, new_host
from tests.nova.testing.broken import BROKEN

pytestmark = pytest.mark.reads("nova/testing/**", "tests/nova/testing/{broken,tampering}*.py")

ROOT = Path(__file__).parents[3]
MODULE = '''"""One driver under test."""
import pytest
from {where} import {names}
from tests.nova.testing.broken import BROKEN
from tests.nova.testing.tampering import TamperedBackend

@pytest.fixture
def backend():
    tampers, skips = {what}
    return TamperedBackend(tampers, skips)
'''
Outcomes = dict[str, dict[str, set[str]]]


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """Module -> outcome -> tests, of one run over all drivers; one more driver has nothing wrong with it."""
    in_memory_driver(new_host(), MemoryImages())  # skips all of this in a tree without such a driver
    folder = tmp_path_factory.mktemp("drivers")
    where = conformance.__name__
    for number, broken in enumerate(BROKEN):
        classes = sorted({test.partition(".")[0] for test in broken.caught_by})
        what = f"BROKEN[{number}].tampers, BROKEN[{number}].skips"
        text = MODULE.format(where=where, names=", ".join(["bench", *classes]), what=what)
        (folder / f"test_{number:02}.py").write_text(text)
    skips = '{"TestNames": "names are numbers here", "outage": "cannot be stopped"}'
    (folder / "test_good.py").write_text(MODULE.format(where=where, names="*", what="{}, {}"))
    (folder / "test_skips.py").write_text(MODULE.format(where=where, names="*", what=f"{{}}, {skips}"))
    report = folder / "report.xml"
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--import-mode=importlib",
         "-c", "/dev/null", "--rootdir", str(folder), f"--junitxml={report}", str(folder)],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": ""}, check=False, capture_output=True,
    )  # fmt: skip
    found: Outcomes = defaultdict(lambda: defaultdict(set))
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314  our own file
        module, _, group = case.attrib["classname"].rpartition(".")
        test = f"{group}.{case.attrib['name'].partition('[')[0]}"
        verdict = next((child.tag for child in case if child.tag in {"failure", "error", "skipped"}), "passed")
        found[module.rpartition(".")[2]][verdict].add(test)
    return found


@pytest.mark.parametrize("number", range(len(BROKEN)), ids=[broken.name for broken in BROKEN])
def test_caught(outcomes: Outcomes, number: int) -> None:
    """Exactly the tests that are about the broken rule fail."""
    seen = outcomes[f"test_{number:02}"]
    assert seen["failure"] == BROKEN[number].caught_by
    assert seen["error"] == set()


def test_the_good_one_passes(outcomes: Outcomes) -> None:
    """The same driver with nothing wrong passes all of the suite, and skips nothing."""
    seen = outcomes["test_good"]
    assert {verdict for verdict, tests in seen.items() if tests} == {"passed"}
    classes = {test.partition(".")[0] for test in seen["passed"]}
    assert classes == {name for name in conformance.__all__ if name.startswith("Test")}


def test_every_class_can_fail() -> None:
    """For each class of the suite there is a driver that it catches."""
    caught = {test.partition(".")[0] for broken in BROKEN for test in broken.caught_by}
    assert caught == {name for name in conformance.__all__ if name.startswith("Test")}


def test_skips_are_counted(outcomes: Outcomes) -> None:
    """A class and a hook that are left out with a reason are skipped; nothing fails for it."""
    seen = outcomes["test_skips"]
    assert seen["failure"] | seen["error"] == set()
    assert {test for test in seen["skipped"] if test.startswith("TestNames.")} == {
        "TestNames.test_any_name",
        "TestNames.test_metadata_in_any_script",
        "TestNames.test_names_that_differ_in_case",
        "TestNames.test_two_guests_of_one_name",
    }
