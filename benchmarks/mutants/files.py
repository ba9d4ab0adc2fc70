"""Faults in files: data that changes, conftest files that come, dependencies that go, files that are deleted."""

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata

from benchmarks.mutants.mutant import Mutant, Tree, is_for_tests

_NAME = re.compile(r"[A-Za-z][\w.-]*")
_RUNNERS = frozenset({"pytest", "_pytest", "xdist", "pluggy", "execnet", "iniconfig", "packaging", "pygments"})
_FAILING = (
    b'\n\nimport pytest\n\n\n@pytest.fixture(autouse=True)\ndef mutant() -> None:\n    raise RuntimeError("mutant")\n'
)


def data_files(tree: Tree) -> Iterator[Mutant]:
    """A file that is no Python: the second half of it lost, a number or a word changed."""
    for path in tree.paths:
        name = path.rpartition("/")[2]
        if path.endswith(".py") or name in ("LICENSE", ".gitignore") or re.match(r"pyproject|tox|requirements", name):
            continue
        text = tree.read(path)
        lines = text.splitlines(keepends=True)
        if len(lines) > 1:
            yield Mutant("data file", path, "half of it", {path: b"".join(lines[: len(lines) // 2])})
        changed = re.sub(rb"\w{4,}", lambda match: match[0] + b"X", text, count=1)
        if changed != text:
            yield Mutant("data file", path, "another word", {path: changed})


def conftests(tree: Tree) -> Iterator[Mutant]:
    """A conftest.py, there before or not, that makes each test below it fail."""
    folders = {path.rpartition("/")[0] for path in tree.paths if path.rpartition("/")[2].startswith("test_")}
    tested = [folder for folder in folders if folder.startswith(("nova/", "tests/", "tools/onetree/tests"))]
    above = {folder.rpartition("/")[0] for folder in tested if folder.count("/") > 1}
    for folder in sorted({*tested, *above}):
        path = f"{folder}/conftest.py"
        text = tree.read(path) if path in tree.paths else b'"""A mutant."""'
        yield Mutant("conftest", path, "fails each test", {path: text + _FAILING})


def dependency_files(tree: Tree) -> Iterator[Mutant]:
    """A requirement that is taken out: what it provides cannot be imported in an environment made from the file."""
    provided: dict[str, set[str]] = {}
    for module, distributions in metadata.packages_distributions().items():
        for distribution in distributions:
            provided.setdefault(distribution.lower().replace("_", "-"), set()).add(module)
    for path in tree.paths:
        name = path.rpartition("/")[2]
        if "templates" in path or not (
            name == "pyproject.toml" or re.fullmatch(r"[\w-]*requirements[\w-]*\.txt", name)
        ):
            continue
        text = tree.read(path).decode()
        for requirement in _requirements(text, name):
            match = _NAME.match(requirement)
            modules = provided.get(match[0].lower().replace("_", "-"), set()) if match else set()
            if match and modules and not modules & _RUNNERS:
                without = text.replace(requirement, requirement.replace(match[0], f"mutant-{match[0]}", 1), 1)
                yield Mutant("dependency file", path, f"without {match[0]}", {path: without.encode()}, tuple(modules))


def _requirements(text: str, name: str) -> list[str]:
    if name != "pyproject.toml":
        return [line for line in text.splitlines() if line and not line.startswith("#")]
    document = tomllib.loads(text)
    groups = document.get("dependency-groups", {}).values()
    return [*document.get("project", {}).get("dependencies", ()), *(each for group in groups for each in group)]


def deleted_files(tree: Tree) -> Iterator[Mutant]:
    """A file that is not there any more: a module, a helper of tests, data."""
    for path in tree.paths:
        name = path.rpartition("/")[2]
        kept = name in ("LICENSE", ".gitignore", "pyproject.toml") or name.startswith("test_")
        if (
            not kept
            and path.startswith(("nova/", "tests/", "tools/onetree/"))
            and (tree.read(path) or is_for_tests(path))
        ):
            yield Mutant("deleted file", path, "deleted", {path: None})
