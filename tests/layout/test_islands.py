"""A driver comes and goes without a change elsewhere: the scaffold test and the deletion test of the architecture."""

import json
import shutil
import sys

import pytest

from tests.layout.trees import ROOT, Copy

DRIVERS = sorted(manifest.parent.name for manifest in ROOT.glob("nova/virt/*/subsystem.toml"))
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=line")


def _findings(copy: Copy) -> list[object]:
    """What a whole check says; in a tree that is in order, nothing."""
    findings: list[object] = json.loads(copy.onetree("check", "--format", "json").out)["findings"]
    return findings


def _write_driver(copy: Copy) -> str:
    made = copy.onetree("new", "driver", "acme_metal", "--summary", "Acme's hypervisor")
    assert made.code == 0, made.out
    copy.run("git", "add", "-A")
    return "nova/virt/acme_metal"


def test_new_driver_passes_every_check(copy: Copy) -> None:
    """Boundaries, OWNERS, manifest and layout; and nothing outside of its folder has changed."""
    before = _findings(copy)
    folder = _write_driver(copy)
    assert _findings(copy) == before
    changed = copy.run("git", "diff", "--cached", "--name-only").out.split()
    assert changed
    assert all(path.startswith(f"{folder}/") for path in changed)


@pytest.mark.parametrize("tool", ["ruff check", "ruff format --check", "mypy"])
def test_new_driver_is_in_good_style(copy: Copy, tool: str) -> None:
    """Where the tools are installed: they have test environments of their own."""
    name, *arguments = tool.split()
    pytest.importorskip(name, exc_type=ImportError)
    folder = _write_driver(copy)
    ran = copy.run(sys.executable, "-m", name, *arguments, folder)
    assert ran.code == 0, ran.out


def test_new_driver_is_red_where_it_must_be_written(copy: Copy) -> None:
    """Every failure says which method of the driver, or which hook of its backend, is missing."""
    folder = _write_driver(copy)
    ran = copy.run(*PYTEST, "--tb=short", folder)
    assert ran.code == 1, ran.out
    reasons = {line.removeprefix("E ").strip() for line in ran.out.splitlines() if line.startswith("E ")}
    unexpected = {
        reason for reason in reasons if "is not written yet" not in reason and "write it, or give" not in reason
    }
    assert unexpected == set()
    for method in ("driver.inventory", "lifecycle.destroy", "driver.inspect", "driver.identity", "driver.recover"):
        assert any(f"acme_metal: {method}(" in reason for reason in reasons), method
    assert "NotImplementedError" not in ran.out
    assert "passed" in ran.out.splitlines()[-1]


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_driver_can_be_deleted(copy: Copy, driver: str) -> None:
    """Without it the contracts hold, the layout is right, and the core's tests pass or say what they lack."""
    before = _findings(copy)
    shutil.rmtree(copy.path / "nova" / "virt" / driver)
    copy.commit(f"Remove the driver {driver}")
    assert _findings(copy) == before
    ran = copy.run(*PYTEST, "tests/nova")
    assert ran.code == 0, ran.out


def test_new_subsystem_passes_every_check(copy: Copy) -> None:
    """A folder with owners of its own, in a package that is there."""
    before = _findings(copy)
    made = copy.onetree("new", "subsystem", "nova/compute/quotas", "--summary", "How much a project may have")
    assert made.code == 0, made.out
    copy.run("git", "add", "-A")
    assert _findings(copy) == before
