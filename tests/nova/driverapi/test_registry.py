"""Finding drivers without importing them, and loading one by name."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nova.driverapi import registry
from nova.driverapi.registry import DriverLoadFailed, DriverNotFound, Problem

# Drivers are listed by their manifests, and none is imported.
pytestmark = pytest.mark.reads("nova/virt/*/subsystem.toml")

MANIFEST = 'name = "{name}"\nsummary = "s"\nstatus = "experimental"\n[driver]\nentry = "driver:{entry}"\n'
SOURCES = {
    "good": "class Driver:\n    def __init__(self, context):\n        self.context = context\n",
    "syntax": "class Driver(:\n",
    "dependency": "import no_such_library\n",
    "raises": "raise RuntimeError('out of order')\n",
    "exits": "raise SystemExit(3)\n",
    "hangs": "import time\ntime.sleep(3600)\n",
    "nameless": "class Another: pass\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of drivers, all but one of them broken."""
    package = tmp_path / f"drivers_{tmp_path.name}".replace("-", "_")
    for name, source in SOURCES.items():
        driver = package / name
        driver.mkdir(parents=True)
        (driver / "__init__.py").touch()
        (driver / "driver.py").write_text(source)
        (driver / "subsystem.toml").write_text(MANIFEST.format(name=name, entry="Driver"))
    (package / "__init__.py").touch()
    (package / "manifest").mkdir()
    (package / "manifest" / "subsystem.toml").write_text("name = ")
    (package / "misnamed").mkdir()
    (package / "misnamed" / "subsystem.toml").write_text(MANIFEST.format(name="other", entry="Driver"))
    (package / "unreadable" / "subsystem.toml").mkdir(parents=True)
    (package / "__pycache__").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    return package


def _discover(folder: Path) -> registry.Catalogue:
    return registry.discover(str(folder), folder.name, installed=False)


def test_listing_imports_nothing(folder: Path) -> None:
    """Broken drivers are listed as the others; broken manifests are problems with their place."""
    catalogue = _discover(folder)
    assert set(catalogue.drivers) == set(SOURCES)
    assert catalogue.drivers["good"].entry == f"{folder.name}.good.driver:Driver"
    assert catalogue.problems == (
        Problem(
            name="manifest",
            origin=str(folder / "manifest" / "subsystem.toml"),
            message="Invalid value (at end of document)",
        ),
        Problem(
            name="misnamed",
            origin=str(folder / "misnamed" / "subsystem.toml"),
            message="name is 'other', and not that of the folder",
        ),
        Problem(
            name="unreadable",
            origin=str(folder / "unreadable" / "subsystem.toml"),
            message="cannot be read: Is a directory",
        ),
    )
    assert not [name for name in sys.modules if name.startswith(f"{folder.name}.")]


def test_loading_the_good_one(folder: Path) -> None:
    """The others stay where they are."""
    factory = registry.load(_discover(folder).find("good"))
    assert factory.__name__ == "Driver"
    loaded = [name for name in sys.modules if name.startswith(f"{folder.name}.")]
    assert sorted(loaded) == [f"{folder.name}.good", f"{folder.name}.good.driver"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("syntax", "cannot be imported: SyntaxError: invalid syntax (driver.py, line 1)"),
        ("dependency", "needs the module 'no_such_library', which is not installed: see its requirements.txt."),
        ("exits", "cannot be imported: SystemExit: 3"),
        ("raises", "cannot be imported: RuntimeError: out of order"),
        (
            "nameless",
            "names {package}.nameless.driver:Driver, and {package}.nameless.driver has no such class."
            " Mend `entry` in its manifest.",
        ),
    ],
)
def test_loading_a_broken_one(folder: Path, name: str, reason: str) -> None:
    """The message says which driver, where its manifest is, and why."""
    with pytest.raises(DriverLoadFailed) as caught:
        registry.load(_discover(folder).find(name))
    origin = folder / name / "subsystem.toml"
    assert str(caught.value) == f"The driver {name!r} ({origin}) {reason.format(package=folder.name)}"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "goood",
            "There is no driver named 'goood'. Did you mean 'good'? Drivers found:"
            " dependency, exits, good, hangs, nameless, raises, syntax.",
        ),
        (
            "misnamed",
            "The driver 'misnamed' cannot be used: {folder}/misnamed/subsystem.toml:"
            " name is 'other', and not that of the folder",
        ),
    ],
)
def test_looking_for_one_that_is_not_there(folder: Path, name: str, message: str) -> None:
    """The message says which there are, or why this one is not."""
    with pytest.raises(DriverNotFound) as caught:
        _discover(folder).find(name)
    assert str(caught.value) == message.format(folder=folder)


def test_installed_drivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A distribution registers a driver by entry point; its manifest lies beside the code, or it is experimental."""
    with_manifest, without = tmp_path / "acme_hypervisor", tmp_path / "bare_hypervisor"
    for package in (with_manifest, without):
        package.mkdir()
        (package / "__init__.py").write_text("raise RuntimeError('listing must not import')\n")
    (with_manifest / "subsystem.toml").write_text(MANIFEST.format(name="acme", entry="Driver"))
    info = tmp_path / "acme_nova-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-nova\nVersion: 1.0\nSummary: Two drivers\n")
    (info / "entry_points.txt").write_text(
        "[nova.drivers]\nacme = acme_hypervisor.driver:Driver\nbare = bare_hypervisor.driver:Bare\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    empty = tmp_path / "empty"
    empty.mkdir()
    drivers = registry.discover(str(empty), "empty").drivers
    found = {name: driver for name, driver in drivers.items() if driver.origin == "acme-nova"}
    assert {name: (each.entry, each.manifest.status, each.manifest.summary) for name, each in found.items()} == {
        "acme": ("acme_hypervisor.driver:Driver", "experimental", "s"),
        "bare": ("bare_hypervisor.driver:Bare", "experimental", "Two drivers"),
    }
    assert "acme_hypervisor" not in sys.modules


def test_a_folder_goes_before_a_distribution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two drivers of one name the tree's is taken, and the other reported."""
    info = tmp_path / "acme_nova-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-nova\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[nova.drivers]\nacme = elsewhere.driver:Driver\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "tree" / "acme").mkdir(parents=True)
    manifest = tmp_path / "tree" / "acme" / "subsystem.toml"
    manifest.write_text(MANIFEST.format(name="acme", entry="Driver"))
    catalogue = registry.discover(str(tmp_path / "tree"), "tree")
    assert catalogue.drivers["acme"].entry == "tree.acme.driver:Driver"
    assert catalogue.problems == (
        Problem(name="acme", origin="acme-nova", message=f"{manifest} has this name already"),
    )


def test_this_tree_lists_its_drivers_without_importing_them() -> None:
    """In a process of its own: no module below nova.virt is loaded, and all manifests are right."""
    script = (
        "import sys; from nova.driverapi import registry; found = registry.discover(installed=False);"
        "print(sorted(m for m in sys.modules if m.startswith('nova.virt')), found.problems)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    assert done.stdout == "[] ()\n"
