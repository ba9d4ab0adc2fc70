"""All edges that a tree may have, from the lines that `git grep` found: see `onetree.policy.imports.candidates`."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from onetree.policy.contracts.view import Imports
from onetree.policy.imports import candidates
from onetree.policy.imports.candidates import Candidate
from onetree.policy.imports.graph import INIT, Modules, absolute_names
from onetree.policy.imports.scan import Statement

# path NUL line NUL text: what `git grep -n -z` prints. A path may hold a line's end, a text may hold a NUL. The
# commonest statements are read by this very expression, others are left as a text.
_RECORD: Final = re.compile(
    r"([^\0]*)\0(\d+)\0"
    r"(?:[ \t]*(?:from[ \t]+([a-z_A-Z][\w.]*)[ \t]+import[ \t]+(\w+)|import[ \t]+([a-z_A-Z][\w.]*))"
    r"(?:[ \t]+as[ \t]+\w+)?[ \t]*\r?|([^\n]*))\n",
    re.ASCII,
)

_FILE: Final = re.compile(r"([^\0]*)\0\d+\0[^\n]*\n(?:\1\0\d+\0[^\n]*\n)*")

Read = Callable[[str], bytes]


class Scope(NamedTuple):
    """The modules that contracts speak of: those that packages reach in the root packages, and what else counts.

    `by_path` names their files. `external` says that packages from elsewhere count too.
    """

    names: frozenset[str]
    by_path: Mapping[str, str]
    roots: tuple[str, ...]
    external: bool

    def resolve(self, statement: Statement, importer: str, *, is_package: bool) -> Iterable[str]:
        """The modules in scope that a statement imports, as grimp 3.19 resolves them."""
        for name in absolute_names(statement, importer, is_package):
            if name in self.names:
                yield name
            elif (parent := name.rpartition(".")[0]) in self.names:
                yield parent
            elif self.external and (distilled := self._distil(name)):
                yield distilled

    def exact(self, path: str, statements: Iterable[Statement], *, typing: bool) -> dict[str, int]:
        """One file's imports with their first lines; without those of type checking if `typing` is false."""
        importer, found = self.by_path[path], dict[str, int]()
        for statement in statements:
            if typing or not statement.typing:
                for name in self.resolve(statement, importer, is_package=is_init(path)):
                    found[name] = min(statement.line, found.get(name, statement.line))
        return found

    def _distil(self, name: str) -> str:
        """The external package that a name belongs to, "" for a namespace that root packages stand in."""
        if any(root.startswith(name + ".") for root in self.roots):
            return ""
        top = name.partition(".")[0]
        depths = [_shared(name, root) for root in self.roots if root.startswith(top + ".")]
        return ".".join(name.split(".")[: max(depths) + 1]) if depths else top


def scope(modules: Modules, roots: tuple[str, ...], *, external: bool) -> Scope:
    """The modules of the root packages. A file that no chain of packages reaches is in none, as in grimp's graph."""
    by_path = {
        path: name
        for path, name in modules.by_path.items()
        if path not in modules.outside and any(name == root or name.startswith(root + ".") for root in roots)
    }
    return Scope(frozenset(by_path.values()), by_path, roots, external)


def superset(lines: bytes, scope: Scope, read: Read) -> Imports:
    """Each importer's possible imports, with the lines, from what `git grep` printed.

    `read` gives a file's content, for the few whose statements go on behind a line that matters.
    """
    text = lines.decode("utf-8", "surrogateescape")
    blocks: dict[str, tuple[int, int]] = {}  # the records of one file stand together
    for match in _FILE.finditer(text):
        importer = scope.by_path.get(match[1])
        if importer:
            blocks[importer] = match.span()
    builder = _Builder(scope, read)
    return Imports({}, blocks, lambda importer: builder.build(importer, text[slice(*blocks[importer])]))


class _Builder:
    def __init__(self, scope: Scope, read: Read) -> None:
        self._scope = scope
        self._read = read
        self._known: dict[str, tuple[str, ...] | None] = {}  # a line -> what it imports, None if that depends
        self._parents = {name.rpartition(".")[0] for name in scope.names}

    def build(self, importer: str, lines: str) -> dict[str, int]:
        names, external = self._scope.names, self._scope.external
        found: dict[str, int] = {}
        for path, number, module, name, whole, text in _RECORD.findall(lines):
            if text:
                for target in self._others(text, path, importer, int(number)):
                    found.setdefault(target, int(number))
                continue
            target = f"{module}.{name}" if module else whole
            if target not in names:
                parent = target.rpartition(".")[0]
                if parent not in names and external:
                    parent = next(iter(self._scope.resolve(_plain(target), "", is_package=False)), "")
                target = parent if external or parent in names else ""
            if target and target not in found:
                found[target] = int(number)
        return found

    def _others(self, text: str, path: str, importer: str, line: int) -> Iterable[str]:
        if text not in self._known:
            self._known[text] = self._absolute(text)
        names = self._known[text]
        return self._dependent(text, path, importer, line) if names is None else names

    def _absolute(self, raw: str) -> tuple[str, ...] | None:
        text = _normal(raw)
        if candidates.splits_from(text):
            return None
        found: dict[str, None] = {}
        for candidate in candidates.on_line(text):
            if candidate.level or candidate.open:
                return None
            found.update(dict.fromkeys(self._scope.resolve(candidate.at(0), "", is_package=False)))
        return tuple(found)

    def _dependent(self, raw: str, path: str, importer: str, line: int) -> Iterable[str]:
        text = _normal(raw)
        found: list[str] = []
        if candidates.splits_from(text):
            from onetree.policy.imports.statements import statements

            found += self._scope.exact(path, statements(self._read(path)).statements, typing=True)
        for candidate in candidates.on_line(text):
            each = self._opened(candidate, path, importer, line) if candidate.open else [candidate.at(line)]
            for statement in each:
                found += self._scope.resolve(statement, importer, is_package=is_init(path))
        return found

    def _opened(self, candidate: Candidate, path: str, importer: str, line: int) -> Iterable[Statement]:
        """An open statement with the names on the lines after it, where they can make a difference."""
        if candidate.module or candidate.level:
            bare = candidate.at(line)._replace(names=())
            base = next(iter(absolute_names(bare, importer, is_init(path))), "")
            if base not in self._parents:
                # Whatever the names are, they are no modules: the statement imports its base.
                return [candidate.at(line)._replace(names=("?",))]
        names = candidates.rest_of(_normal(self._read(path).decode("utf-8", "surrogateescape")), line)
        if not candidate.module and not candidate.level:
            return [Statement(0, name, (), line) for name in names]
        return [candidate.at(line)._replace(names=names)]


def is_init(path: str) -> bool:
    """Whether a file is its folder's ``__init__``."""
    return path == INIT or path.endswith("/" + INIT)


def _plain(name: str) -> Statement:
    return Statement(0, name, (), 0)


def _normal(text: str) -> str:
    """The text as Python reads names: in the normal form NFKC, and in Latin-1 where it is not UTF-8."""
    if text.isascii():
        return text
    if any("\udc80" <= char <= "\udcff" for char in text):
        text = text.encode("utf-8", "surrogateescape").decode("latin-1")
    return unicodedata.normalize("NFKC", text)


def _shared(name: str, root: str) -> int:
    """How many leading parts two dotted names share."""
    count = 0
    for a, b in zip(name.split("."), root.split("."), strict=False):
        if a != b:
            break
        count += 1
    return count
