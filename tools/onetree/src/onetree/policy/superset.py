"""All edges that a tree may have, from the lines that `git grep` found: see `onetree.policy.candidates`."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from onetree.policy import candidates
from onetree.policy.candidates import Candidate
from onetree.policy.graph import INIT, Modules, absolute_names
from onetree.policy.imports import Statement

# path NUL line NUL text: what `git grep -n -z` prints. A path may hold a line's end, a text may hold a NUL.
_RECORD: Final = re.compile(rb"([^\0]*)\0(\d+)\0([^\n]*)\n")
_SIMPLE: Final = re.compile(rb"\s*(?:from +([A-Za-z_][\w.]*) +import +(\w+)|import +([\w.]+))(?: +as +\w+)?\s*")

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


def superset(lines: bytes, scope: Scope, read: Read) -> dict[str, Mapping[str, int]]:
    """Each importer's possible imports, with the lines, from what `git grep` printed.

    `read` gives a file's content, for the few whose statements go on behind a line that matters.
    """
    return _Builder(scope, read).build(lines)


class _Builder:
    def __init__(self, scope: Scope, read: Read) -> None:
        self._scope = scope
        self._read = read
        self._known: dict[bytes, tuple[str, ...] | None] = {}  # a line -> what it imports, None if that depends
        words = b"|".join(re.escape(root.encode()) for root in scope.roots)
        # Names outside ASCII may be written in more than one way, so that such a root is not looked for.
        by_name = not scope.external and all(root.isascii() for root in scope.roots)
        self._relevant = re.compile(words + rb"|from[\s\\]*\.|[\x80-\xff]").search if by_name else None
        self._parents = {name.rpartition(".")[0] for name in scope.names}

    def build(self, lines: bytes) -> dict[str, Mapping[str, int]]:
        imports: dict[str, dict[str, int]] = {}
        by_path = self._scope.by_path
        known = self._known
        last, importer, path, found = b"", "", "", dict[str, int]()
        for raw, number, text in filter(self._matters, _RECORD.findall(lines)):
            if raw != last:
                last, path = raw, raw.decode("utf-8", "surrogateescape")
                importer = by_path.get(path, "")
                found = imports.setdefault(importer, {}) if importer else {}
            if importer:
                if text not in known:
                    known[text] = self._absolute(text)
                names = known[text]
                needed = self._dependent(text, path, importer, int(number)) if names is None else names
                for name in needed:
                    if name not in found:
                        found[name] = int(number)
        return dict(imports)

    def _matters(self, record: tuple[bytes, bytes, bytes]) -> bool:
        """Whether a line can name a module in scope: by a root package's name, relatively, or on another line."""
        text = record[2]
        return self._relevant is None or b"\\" in text or self._relevant(text) is not None

    def _absolute(self, raw: bytes) -> tuple[str, ...] | None:
        if b"import" not in raw:
            return None if candidates.splits_from(_text(raw)) else ()
        simple = _SIMPLE.fullmatch(raw)
        if simple is not None:
            module, name, whole = simple.groups()
            asked = Statement(0, (module or whole).decode(), (name.decode(),) if name else (), 0)
            return tuple(self._scope.resolve(asked, "", is_package=False))
        found: dict[str, None] = {}
        for candidate in candidates.on_line(_text(raw)):
            if candidate.level or candidate.open:
                return None
            found.update(dict.fromkeys(self._scope.resolve(candidate.at(0), "", is_package=False)))
        return tuple(found)

    def _dependent(self, raw: bytes, path: str, importer: str, line: int) -> Iterable[str]:
        text = _text(raw)
        if b"import" not in raw:
            from onetree.policy.statements import statements

            return self._scope.exact(path, statements(self._read(path)).statements, typing=True)
        found: list[str] = []
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
        names = candidates.rest_of(_text(self._read(path)), line)
        if not candidate.module and not candidate.level:
            return [Statement(0, name, (), line) for name in names]
        return [candidate.at(line)._replace(names=names)]


def is_init(path: str) -> bool:
    """Whether a file is its folder's ``__init__``."""
    return path == INIT or path.endswith("/" + INIT)


def _text(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _shared(name: str, root: str) -> int:
    """How many leading parts two dotted names share."""
    count = 0
    for a, b in zip(name.split("."), root.split("."), strict=False):
        if a != b:
            break
        count += 1
    return count
