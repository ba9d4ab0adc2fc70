"""Which drivers there are, and loading the one that the configuration names.

Listing reads manifests and entry points and imports no driver: one with a syntax error, a missing dependency or an
import that never returns stands in the list as any other. Only `load` imports, and only the one that was asked for.
"""

import difflib
import importlib
import importlib.util
import os
from collections.abc import Iterable
from importlib import metadata

import msgspec

from nova.driverapi.driver import DriverFactory
from nova.driverapi.manifest import DriverTable, Manifest, ManifestError, parse

ENTRY_POINT_GROUP = "nova.drivers"
MANIFEST = "subsystem.toml"
_TREE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "virt")
_TREE_PACKAGE = f"{__name__.partition('.')[0]}.virt"


class DriverNotFound(Exception):
    """No driver of this name; the message lists those that there are."""


class DriverLoadFailed(Exception):
    """The driver is there and cannot be imported, or its entry is not what the manifest says."""


class Available(msgspec.Struct, frozen=True, kw_only=True):
    """A driver that could be loaded. `entry` is absolute, `origin` the manifest's path or the distribution's name."""

    name: str
    entry: str
    origin: str
    manifest: Manifest


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A driver that cannot be listed properly, and why. It stops no other."""

    name: str
    origin: str
    message: str


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """All drivers that were found, by name, and what was wrong with others."""

    drivers: dict[str, Available]
    problems: tuple[Problem, ...] = ()

    def find(self, name: str) -> Available:
        """The driver of this name. Raises DriverNotFound."""
        if name in self.drivers:
            return self.drivers[name]
        reasons = [f"{problem.origin}: {problem.message}" for problem in self.problems if problem.name == name]
        if reasons:
            raise DriverNotFound(f"The driver {name!r} cannot be used: {'; '.join(reasons)}")
        close = difflib.get_close_matches(name, self.drivers, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        listed = ", ".join(sorted(self.drivers)) or "none"
        raise DriverNotFound(f"There is no driver named {name!r}.{hint} Drivers found: {listed}.")

    def in_memory(self) -> tuple[Available, ...]:
        """The drivers that need no backend, by name."""
        found = (driver for driver in self.drivers.values() if driver.manifest.driver.in_memory)
        return tuple(sorted(found, key=lambda driver: driver.name))


def discover(folder: str = _TREE, package: str = _TREE_PACKAGE, *, installed: bool = True) -> Catalogue:
    """The drivers in `folder` (whose package is `package`), and those that distributions registered.

    A driver in the folder goes before one of the same name outside of it; the latter is reported as a problem.
    """
    catalogue = Catalogue(drivers={})
    problems: list[Problem] = []
    found = list(_in_folder(folder, package))
    if installed:
        found.extend(_installed())
    for each in found:
        if isinstance(each, Problem):
            problems.append(each)
        elif each.name in catalogue.drivers:
            first = catalogue.drivers[each.name].origin
            problems.append(Problem(name=each.name, origin=each.origin, message=f"{first} has this name already"))
        else:
            catalogue.drivers[each.name] = each
    return msgspec.structs.replace(catalogue, problems=tuple(problems))


def load(available: Available) -> DriverFactory:
    """Import the driver, and return what makes it. Raises DriverLoadFailed with the cause."""
    module_name, _, attribute = available.entry.partition(":")
    where = f"The driver {available.name!r} ({available.origin})"
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        message = f"{where} needs the module {error.name!r}, which is not installed: see its requirements.txt."
        raise DriverLoadFailed(message) from error
    except (Exception, SystemExit) as error:
        message = f"{where} cannot be imported: {type(error).__name__}: {error}"
        raise DriverLoadFailed(message) from error
    factory: DriverFactory | None = getattr(module, attribute, None)
    if not callable(factory):
        message = f"{where} names {available.entry}, and {module_name} has no such class. Mend `entry` in its manifest."
        raise DriverLoadFailed(message)
    return factory


def _in_folder(folder: str, package: str) -> Iterable[Available | Problem]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path = os.path.join(entry.path, MANIFEST)
        if not entry.is_dir() or not os.path.exists(path):
            continue
        manifest = _read(entry.name, path)
        if isinstance(manifest, Problem):
            yield manifest
        elif manifest.name != entry.name:
            yield Problem(
                name=entry.name, origin=path, message=f"name is {manifest.name!r}, and not that of the folder"
            )
        else:
            absolute = f"{package}.{entry.name}.{manifest.driver.entry}"
            yield Available(name=entry.name, entry=absolute, origin=path, manifest=manifest)


def _installed() -> Iterable[Available | Problem]:
    for point in metadata.entry_points(group=ENTRY_POINT_GROUP):
        origin = point.dist.name if point.dist is not None else point.value
        path = _manifest_beside(point.module)
        manifest = _read(point.name, path) if path else _from_distribution(point)
        if isinstance(manifest, Problem):
            yield manifest
        else:
            yield Available(name=point.name, entry=point.value, origin=origin, manifest=manifest)


def _manifest_beside(module: str) -> str:
    """The manifest in the folder of an installed module, or "". Finding a top-level package runs none of its code."""
    top, *rest = module.split(".")[:-1] or [module]
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return ""
    for location in (spec.submodule_search_locations or ()) if spec else ():
        path = os.path.join(location, *rest, MANIFEST)
        if os.path.exists(path):
            return path
    return ""


def _from_distribution(point: metadata.EntryPoint) -> Manifest:
    """What is known of a driver that ships no manifest: it counts as experimental."""
    summary = point.dist.metadata["Summary"] if point.dist is not None else ""
    return Manifest(
        name=point.name, summary=summary, status="experimental", driver=DriverTable(entry=f"driver:{point.attr}")
    )


def _read(name: str, path: str) -> Manifest | Problem:
    try:
        with open(path, "rb") as file:
            return parse(file.read(), path)
    except OSError as error:
        return Problem(name=name, origin=path, message=f"cannot be read: {error.strerror}")
    except ManifestError as error:
        return Problem(name=name, origin=path, message=error.problem)
