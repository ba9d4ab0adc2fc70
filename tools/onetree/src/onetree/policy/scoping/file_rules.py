"""Links that files make by their place and name: what is read beside or below, what is declared, what is an island."""

import posixpath
from collections.abc import Iterator, Mapping

from onetree.policy.reading.path_globs import problem
from onetree.policy.scoping.links import Link, Span
from onetree.policy.scoping.paths import is_document, is_for_tests
from onetree.policy.scoping.side import Side
from onetree.policy.tree import SYMLINK

_SETTINGS_OF_TESTS = (".toml", ".ini", ".cfg", ".conf", ".json", ".yaml", ".yml")


def places(side: Side) -> Iterator[Link]:
    """A file that computes a path from its own place reads what is there and below."""
    for path, facts in side.facts.items():
        anywhere = is_for_tests(path)
        for place in facts.places:
            for at in _resolved(side, path, place.module, place.path):
                span = Span.FILE if at in side.tree.entries() else Span.BELOW
                if at != path:
                    yield Link(path, at, place.line, "reads", span, anywhere)


def reads(side: Side) -> Iterator[Link]:
    """A file depends on what it declares to read, with `pytest.mark.reads`."""
    for path, facts in side.facts.items():
        for glob, line in facts.reads or ():
            yield Link(path, "**" if problem(glob) else glob, line, "declares to read", Span.GLOB)


def symlinks(side: Side) -> Iterator[Link]:
    """Every test depends on what a symlink to code stands for: imports are not followed through symlinks."""
    entries = side.tree.entries()
    for path, entry in entries.items():
        if entry.mode == SYMLINK:
            goal = side.tree.read(path).decode("utf-8", "surrogateescape")
            at = posixpath.normpath(posixpath.join(posixpath.dirname(path), goal))
            if not at.startswith(("/", "..")) and (at not in entries or at.endswith(".py")):
                yield Link(f"the symlink {path}", at, 0, "stands for", Span.FILE if at in entries else Span.BELOW)
                for test in side.tests:
                    yield Link(test, f"the symlink {path}", 0, "may use")


def islands(side: Side) -> Iterator[Link]:
    """An island is found by its name only: its own tests and whoever names it depend on it, and nobody else.

    A test that imports a loader itself, names no island and declares no reads may mean any of them.
    """
    if not side.islands:
        return
    names: dict[str, set[str]] = {}
    for folder, name in side.islands.items():
        names.setdefault(name, set()).add(folder)
        manifest = side.subsystems.of(folder + "/x").manifest
        if manifest is not None and posixpath.dirname(manifest.path) == folder:
            names.setdefault(manifest.name, set()).add(folder)
    yield from _parts(side)
    yield from _named(side, names)
    yield from _named_in_data(side, names)


def _parts(side: Side) -> Iterator[Link]:
    for path in side.tree.entries():
        folder = side.island_of(path)
        if folder and path not in side.tests and not is_document(path):
            tests = is_for_tests(path.removeprefix(folder))
            if not tests:
                yield Link(_island(folder), path, 0, "holds")
    for test in side.tests:
        folder = side.island_of(test)
        if folder:
            yield Link(test, _island(folder), 0, "is a test of", runs_only=True)


def _named(side: Side, names: Mapping[str, set[str]]) -> Iterator[Link]:
    loaders = _loaders(side)
    for path, facts in side.facts.items():
        if side.island_of(path):
            continue
        found = {(word, folder) for word in facts.words & names.keys() for folder in names[word]}
        if any(name in text for text in ["\n".join(facts.words)] for name in names):
            found |= {(word, folder) for word in facts.words for folder in side.islands if _is_path_of(word, folder)}
        found = {(word, folder) for word, folder in found if side.speaks_of(path, folder + "/")}
        for word, folder in sorted(found):
            yield Link(path, _island(folder), how="names", word=word)
        if not found and facts.reads is None and is_for_tests(path):
            for edge in side.graph.imported_by(side.graph.paths[path]):
                if edge.imported in loaders:
                    for folder in side.islands:
                        yield Link(path, _island(folder), edge.line, f"imports {edge.imported}, which may load")


def _named_in_data(side: Side, names: Mapping[str, set[str]]) -> Iterator[Link]:
    """Configuration among the tests that names an island, and the files that name the configuration."""
    for path in side.tree.entries():
        if not path.endswith(_SETTINGS_OF_TESTS) or side.island_of(path) or not is_for_tests(path):
            continue
        words = _plain_words(side.tree.read(path))
        for name in sorted(words & names.keys()):
            for folder in sorted(names[name]):
                if side.speaks_of(path, folder + "/"):
                    yield Link(path, _island(folder), how="names", word=name)


def _loaders(side: Side) -> frozenset[str]:
    """The modules outside of the islands and the tests that load by computed names or read folders of islands."""
    found = set()
    for path, facts in side.facts.items():
        if side.island_of(path) or is_for_tests(path):
            continue
        if any(load.kind != "module" for load in facts.loads) or facts.places:
            found.add(side.graph.paths[path])
    return frozenset(found)


def _island(folder: str) -> str:
    """The name of the group of an island's files."""
    return f"the island {folder}"


def _is_path_of(word: str, folder: str) -> bool:
    parts = word.replace("/", ".").split(".")
    wanted = folder.split("/")
    return len(parts) >= len(wanted) and any(
        parts[at : at + len(wanted)] == wanted for at in range(len(parts) - len(wanted) + 1)
    )


def _plain_words(text: bytes) -> frozenset[str]:
    import re

    return frozenset(word.decode() for word in re.findall(rb"[A-Za-z_][\w-]*", text))


def _resolved(side: Side, path: str, module: str, place: str) -> Iterator[str]:
    """The paths that a place means. A module's name that is none of the tree's may be another name of an import."""
    if not module:
        yield place
        return
    if module in side.graph.modules:
        files = [side.graph.modules[module]]
    else:
        last = module.rpartition(".")[2]
        imported = {edge.imported for edge in side.graph.imported_by(side.graph.paths[path]) if edge.kind == "import"}
        same = [name for name in imported if name.rpartition(".")[2] == last]
        files = [side.graph.modules[name] for name in same]
    for file in files:
        at = posixpath.normpath(posixpath.join(file, place))
        yield "" if at.startswith("..") or at == "." else at
