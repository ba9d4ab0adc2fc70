"""The Python files of one tree as contracts see them: quickly as a superset, exactly where a verdict hangs on it."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from onetree.adapters import gitgrep
from onetree.adapters.git import decode, encode
from onetree.adapters.importgraph import python_files
from onetree.policy.contracts.model import Contracts
from onetree.policy.contracts.options import contracts_of
from onetree.policy.contracts.reading import read_ini, read_toml
from onetree.policy.contracts.view import Imports
from onetree.policy.imports.graph import Modules
from onetree.policy.imports.statements import statements
from onetree.policy.imports.superset import Scope, scope, superset
from onetree.policy.reading.path_globs import matcher
from onetree.policy.settings import Settings
from onetree.policy.tree import Tree
from onetree.policy.values import InputError

_FALLBACKS: Final = ("setup.cfg", "pyproject.toml")
_RECORD: Final = re.compile(rb"([^\0]*)\0(\d+)\0([^\n]*)\n")


class Hit(NamedTuple):
    """One line that a search found."""

    path: str
    line: int
    text: str


class Lines:
    """The lines of a tree that may import: what `git grep` found in some tree, and files that differ from it.

    `place` is where more can be searched for: a folder and git's name for a tree, "" for the working tree.
    """

    def __init__(self, found: bytes, instead: Mapping[str, bytes | None], place: tuple[str, str] | None) -> None:
        self.found = found
        self.instead = instead
        self._place = place

    def but(self, instead: Mapping[str, bytes | None]) -> "Lines":
        """The same lines, but for some files; None for a file that is not there."""
        return Lines(self.found, {**self.instead, **instead}, self._place)

    def all(self) -> bytes:
        """All of them, as `git grep -n -z` prints them."""
        if not self.instead:
            return self.found
        gone = frozenset(encode(path) for path in self.instead)
        kept = b"".join(match[0] for match in _RECORD.finditer(self.found) if match[1] not in gone)
        return kept + b"".join(_records(path, data, gitgrep.IMPORTS) for path, data in self.instead.items() if data)

    def search(self, needles: Iterable[str]) -> Callable[[], Iterator[Hit]]:
        """Begin to search the same tree, tests left out, for fixed strings; the answer is taken by calling it."""
        wanted = tuple(needles)
        search = gitgrep.elsewhere(*self._place, wanted) if self._place else None

        def hits() -> Iterator[Hit]:
            found = search() if search else b""
            own = b"".join(_records(path, data, wanted) for path, data in self.instead.items() if data)
            for raw, number, text in _RECORD.findall(found or b""):
                if (path := decode(raw)) not in self.instead:
                    yield Hit(path, int(number), text.decode("utf-8", "replace"))
            for raw, number, text in _RECORD.findall(own):
                yield Hit(decode(raw), int(number), text.decode("utf-8", "replace"))

        return hits

    def holding(self, word: bytes) -> Iterator[Hit]:
        """The lines of `all` that hold a word."""
        text = self.all()
        at = text.find(word)
        while at >= 0:
            end = text.find(b"\n", at)
            record = _RECORD.match(text, text.rfind(b"\n", 0, at) + 1)
            if record is not None and record.end() == end + 1:
                yield Hit(decode(record[1]), int(record[2]), record[3].decode("utf-8", "replace"))
            at = text.find(word, end)


class Codebase:
    """One tree: its modules, its contracts, and who imports whom.

    Raises InputError where the contracts file is broken, or names a root package that is not there.
    """

    def __init__(self, tree: Tree, settings: Settings) -> None:
        self.tree = tree
        self.settings = settings
        self.files = python_files(tree)
        self.modules = Modules(self.files, settings.roots)
        self.contracts = read_contracts(tree, settings)
        self.scope: Scope = scope(self.modules, self.contracts.roots, external=self.contracts.external)
        raw = self.contracts.raw
        for root in self.contracts.roots:
            if raw and root not in self.scope.names:
                option = raw.session.get("root_packages") or raw.session["root_package"]
                at = dict(zip(option.values, option.lines, strict=False)).get(root, option.line)
                hint = f"It is looked for in {', '.join(settings.roots)}, which is 'roots' of the settings."
                raise InputError(f"there is no package {root!r}.", file=raw.path, line=at, hint=hint)

    def over(self, tree: Tree) -> "Codebase":
        """The same modules and contracts, over a tree that has other contents for some files."""
        other = Codebase.__new__(Codebase)
        other.__dict__.update(self.__dict__, tree=tree)
        return other

    def imports(self, lines: Lines) -> Imports:
        """Each importer's possible imports, from the lines of this tree: a superset."""
        return superset(lines.all(), self.scope, self.tree.read)

    def settle(self, importer: str, lines: Collection[int]) -> Mapping[str, int]:
        """An importer's exact imports: at least those on some lines, or all of them where none is given."""
        path = self.modules.by_name[importer]
        source = self.tree.read(path)
        found = statements(source, lines)
        if found.error:
            # Nobody knows what the file imports, so all that it may import counts.
            return superset(_records(path, source, gitgrep.IMPORTS), self.scope, self.tree.read).get(importer, {})
        return self.scope.exact(path, found.statements, typing=self.contracts.typing)

    def exact(self) -> dict[str, Mapping[str, int]]:
        """Every importer's exact imports."""
        return {name: self.settle(name, ()) for name in self.scope.names}

    def unreachable(self) -> list[str]:
        """The Python files that no package reaches, and that are no stand-alone scripts."""
        is_script = matcher(self.settings.scripts)
        return sorted(path for path in self.modules.outside if not is_script(path))


def read_contracts(tree: Tree, settings: Settings) -> Contracts:
    """The contracts of a tree; without any where it has none. Raises InputError."""
    entries = tree.entries()
    for path in dict.fromkeys([settings.contracts, *_FALLBACKS]):
        if path in entries:
            text = tree.read(path)
            raw = read_toml(text, path) if path.endswith(".toml") else read_ini(text, path)
            if raw is not None:
                return contracts_of(raw)
            if path == settings.contracts and path not in _FALLBACKS:
                raise InputError("expected a section [importlinter].", file=path, line=1)
    return Contracts()


def of_worktree(asked: str, root: str, tree: Tree, files: Iterable[str]) -> Lines:
    """The lines of the working tree. `asked` is how the command line named its folder."""
    return _lines(gitgrep.worktree(root, asked), (root, ""), tree, files)


def of_objects(git_dir: str, rev: str, tree: Tree, files: Iterable[str]) -> Lines:
    """The lines of a commit's or tree's files; `tree` has the same content."""
    return _lines(gitgrep.objects(git_dir, rev), (git_dir, rev), tree, files)


def _lines(found: bytes | None, place: tuple[str, str], tree: Tree, files: Iterable[str]) -> Lines:
    if found is None:
        # Without git's help every file is read, which is the same but slower.
        return Lines(b"", {path: tree.read(path) for path in files}, None)
    return Lines(found, {}, place)


def _records(path: str, data: bytes, needles: Iterable[str]) -> bytes:
    name, wanted = encode(path), [needle.encode() for needle in needles]
    return b"".join(
        b"%s\0%d\0%s\n" % (name, number, line)
        for number, line in enumerate(data.split(b"\n"), 1)
        if any(needle in line for needle in wanted)
    )
