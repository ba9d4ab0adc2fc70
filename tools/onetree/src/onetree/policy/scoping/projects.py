"""Distributions in a tree: what each registers by name, what it needs, and where pytest looks for tests."""

import configparser
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from onetree.policy.tree import GITLINK, SYMLINK, Tree

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PLUGIN: Final = re.compile(r"-p[ =]?([A-Za-z_][\w.]*)")
_FILES: Final = ("pyproject.toml", "setup.cfg")
SCRIPTS: Final = "console_scripts"
PYTEST: Final = "pytest11"


class Entry(NamedTuple):
    """A module that is registered by name: ``group``, ``name`` and the dotted module, with the line that says so."""

    group: str
    name: str
    module: str
    file: str
    line: int


class Project(NamedTuple):
    """One distribution: its folder ("" is the root), its name, what it needs and what it registers."""

    folder: str
    name: str
    needs: frozenset[str]
    entries: tuple[Entry, ...]


class Pytest(NamedTuple):
    """What the root's configuration tells pytest: where tests are, how their files are called, which plug-ins load."""

    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ("test_*.py", "*_test.py")
    plugins: tuple[str, ...] = ()


def projects_of(tree: Tree) -> tuple[Project, ...]:
    """Every distribution of the tree, deepest folder first. A file that cannot be read registers nothing."""
    folders: dict[str, list[str]] = {"": []}
    for path, entry in tree.entries().items():
        folder, _, name = path.rpartition("/")
        if name in _FILES and entry.mode not in (SYMLINK, GITLINK):
            folders.setdefault(folder, []).append(path)
    order = sorted(folders, key=lambda folder: (-len(folder.split("/")), folder))
    return tuple(_project(tree, folder, folders[folder]) for folder in order)


def pytest_of(tree: Tree) -> Pytest:
    """pytest's configuration in the root, from the first file that has any, in pytest's own order."""
    for path, section in (
        ("pytest.ini", "pytest"),
        (".pytest.ini", "pytest"),
        ("pyproject.toml", ""),
        ("tox.ini", "pytest"),
        ("setup.cfg", "tool:pytest"),
    ):
        if path in tree.entries():
            text = tree.read(path).decode("utf-8", "replace")
            table: object = _table(_toml(text), "tool", "pytest", "ini_options")
            if section:
                table = _ini(text).get(section, {})
            if isinstance(table, Mapping) and table:
                plugins = tuple(_PLUGIN.findall(" ".join(_words(table.get("addopts")))))
                files = tuple(_words(table.get("python_files"))) or Pytest().files
                folders = tuple(folder.strip("/") for folder in _words(table.get("testpaths")))
                return Pytest(folders, files, plugins)
    return Pytest()


def _project(tree: Tree, folder: str, paths: list[str]) -> Project:
    name, needs = "", set[str]()
    entries: list[Entry] = []
    for path in paths:
        text = tree.read(path).decode("utf-8", "replace")
        if path.endswith(".toml"):
            project = _table(_toml(text), "project")
            name = str(project.get("name", name))
            needs |= set(_needs(_toml(text)))
            registered = list(_registered_in_toml(project))
        else:
            config = _ini(text)
            name = name or config.get("metadata", {}).get("name", "")
            needs |= set(_names(_words(config.get("options", {}).get("install_requires"))))
            registered = list(_registered_in_ini(config))
        for group, entry, module in registered:
            entries.append(Entry(group, entry, module.partition(":")[0].strip(), path, _line(text, entry, module)))
    return Project(folder, _normal(name), frozenset(needs), tuple(entries))


def _registered_in_toml(project: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    groups = {SCRIPTS: project.get("scripts"), "gui_scripts": project.get("gui-scripts")}
    groups |= dict(_table(project, "entry-points"))
    for group, table in groups.items():
        if isinstance(table, Mapping):
            for name, module in table.items():
                yield group, str(name), str(module)


def _registered_in_ini(config: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str, str]]:
    # setuptools calls the section options.entry_points, pbr entry_points; both hold "name = module:attr" lines.
    for section in ("options.entry_points", "entry_points"):
        for group, lines in config.get(section, {}).items():
            for line in lines.splitlines():
                name, equals, module = line.partition("=")
                if equals:
                    yield group, name.strip(), module.strip()


def _needs(document: Mapping[str, object]) -> Iterator[str]:
    project = _table(document, "project")
    yield from _names(_strings(project.get("dependencies")))
    for table in (_table(project, "optional-dependencies"), _table(document, "dependency-groups")):
        for needs in table.values():
            yield from _names(_strings(needs))


def _names(requirements: list[str]) -> Iterator[str]:
    for requirement in requirements:
        match = _NAME.match(requirement)
        if match:
            yield _normal(match[0])


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _toml(text: str) -> Mapping[str, object]:
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _ini(text: str) -> Mapping[str, Mapping[str, str]]:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    try:
        parser.read_string(text)
    except configparser.Error:
        return {}
    return {section: dict(parser[section]) for section in parser.sections()}


def _table(document: Mapping[str, object], *keys: str) -> Mapping[str, object]:
    for key in keys:
        value = document.get(key)
        if not isinstance(value, Mapping):
            return {}
        document = value
    return document


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _words(value: object) -> list[str]:
    """A list of strings, or a string of words, as a list of words."""
    return (
        [word for item in _strings(value) for word in item.split()]
        if isinstance(value, list)
        else str(value or "").split()
    )


def _line(text: str, name: str, module: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if name in line and module in line:
            return number
    return 0
