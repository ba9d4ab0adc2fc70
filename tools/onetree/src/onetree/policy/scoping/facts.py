"""What one Python file says about what it reads, loads and starts, beside its import statements.

Words are taken from the bytes, so that a file costs little and one that does not parse still has them; the rest needs
the syntax tree, and only files that hold one of a few telling names are parsed for it.
"""

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from onetree.policy.imports.scan import parse
from onetree.policy.scoping.loads import Load, loads_in
from onetree.policy.scoping.places import Place, places_in

# What stands between two neighbouring quotes of a line and holds no white space. A match may begin at the quote that
# ends a string; that adds words which no string holds, never loses one.
_WORD: Final = re.compile(rb"['\"]([^\s'\"\\]{1,200})(?=['\"])")
_DOTTED: Final = re.compile(rb"['\"]([A-Za-z_]\w*\.[\w.]*(?::[\w.]+)?)(?=['\"])")
# Neighbouring strings are one: 'package.module.' 'attribute', on two lines of a call.
_JOINED: Final = re.compile(rb"['\"][\w.:]+['\"](?:\s+['\"][\w.:]+['\"])+")
_QUOTES: Final = re.compile(rb"['\"\s]+")
_STATEMENT: Final = re.compile(rb"\bfrom[ ]+([\w.]+)[ ]+import[ ]+\(?([\w, ]+)|\bimport[ ]+([\w.]+\.[\w.]+)")
_RUN: Final = re.compile(rb"-m(?:[\"']\s*,\s*[\"']|[ =])([A-Za-z_][\w.]*)")
_TELLS_LOADS: Final = (
    *(b"import_module", b"__import__", b"import_string", b"import_object", b"import_class", b"import_any"),
    *(b"try_import", b"import_versioned_module", b"importorskip", b"resolve_name", b"iter_modules", b"walk_packages"),
    *(b"run_module", b"run_path", b"spec_from_file_location", b"SourceFileLoader", b"entry_points"),
    *(b"DriverManager", b"ExtensionManager", b"HookManager"),
)
# A name at the end of a string is a mock's target, and one with empty brackets is a remark.
_LOADS: Final = re.compile(rb"\b(?:" + b"|".join(_TELLS_LOADS) + rb")(?![\w]*(?:['\"]|\(\)))|entry_points\(\)")
_TELLS_PLACES: Final = (
    *(b"__file__", b"__path__", b"rootpath", b"rootdir", b"getcwd", b".cwd()", b"resources.files", b"import files"),
)


class Facts(NamedTuple):
    """What scoping knows of one Python file.

    `words` are quoted words, `dotted` the dotted names among them with their first lines, `runs` the modules named
    after ``-m`` with their lines, `places` what it reads relative to itself, `loads` the modules that it imports by a
    name computed at run time, and `reads` the globs of the files of this tree that it declares to read with
    ``pytest.mark.reads("glob", ...)``: None where it declares nothing. A declaration stands in the place of `places`.
    """

    words: frozenset[str] = frozenset()
    dotted: tuple[tuple[str, int], ...] = ()
    runs: tuple[tuple[str, int], ...] = ()
    places: tuple[Place, ...] = ()
    loads: tuple[Load, ...] = ()
    reads: tuple[tuple[str, int], ...] | None = None


def facts_of(text: bytes, path: str) -> Facts:
    """The facts of the file at `path`. Never raises: what does not parse has words and runs only."""
    words = frozenset(word.decode("utf-8", "surrogateescape") for word in _WORD.findall(text))
    dotted = tuple(_dotted(text))
    runs = tuple(
        (match[1].decode().rstrip("."), text.count(b"\n", 0, match.start()) + 1) for match in _RUN.finditer(text)
    )
    declares = b"mark.reads" in text
    has_places = not declares and any(name in text for name in _TELLS_PLACES)
    has_loads = any(name in text for name in _TELLS_LOADS) and bool(_LOADS.search(text))
    if not (declares or has_places or has_loads):
        return Facts(words, dotted, runs)
    try:
        nodes = list(ast.walk(parse(text)))
    except SyntaxError:
        return Facts(words, dotted, runs)
    return Facts(
        words,
        dotted,
        runs,
        places_in(nodes, path) if has_places else (),
        loads_in(nodes) if has_loads else (),
        _declared(nodes) if declares else None,
    )


def syntax_error(text: bytes) -> tuple[str, int]:
    """What is wrong with a file's syntax, and on which line; ("", 0) where nothing is."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a string with an odd escape is the author's business
            compile(text, "<changed>", "exec", dont_inherit=True)  # twice as fast as making a syntax tree
    except SyntaxError as error:
        return error.msg or "the file does not parse", error.lineno or 1
    except (ValueError, LookupError, RecursionError, MemoryError) as error:
        return str(error) or "the file cannot be read", 1
    return "", 0


def _dotted(text: bytes) -> Iterator[tuple[str, int]]:
    """Dotted names in strings, each with the first line it stands on; the parts of a split string stand for a whole."""
    seen: set[bytes] = set()
    line, counted = 1, 0
    for match in _DOTTED.finditer(text):
        if match[1] not in seen:
            seen.add(match[1])
            line += text.count(b"\n", counted, match.start())
            counted = match.start()
            yield match[1].decode("utf-8", "replace"), line
    for match in _JOINED.finditer(text):
        whole = _QUOTES.sub(b"", match[0])
        if b"." in whole and whole not in seen:
            seen.add(whole)
            yield whole.decode("utf-8", "replace"), text.count(b"\n", 0, match.start()) + 1


def written(text: bytes) -> Iterator[tuple[str, int]]:
    """The modules that import statements name wherever they stand: tests write programs in strings, and run them."""
    for match in _STATEMENT.finditer(text):
        line = text.count(b"\n", 0, match.start()) + 1
        module = (match[1] or match[3]).decode("utf-8", "replace")
        yield module, line
        for name in (match[2] or b"").decode("utf-8", "replace").split(","):
            if name.strip():
                yield f"{module}.{name.strip()}", line


def _declared(nodes: Sequence[ast.AST]) -> tuple[tuple[str, int], ...] | None:
    """The globs of every `mark.reads(...)` of the file; one that is no literal reads the whole tree."""
    found: list[tuple[str, int]] = []
    declares = False
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "reads":
            if not (isinstance(node.func.value, ast.Attribute) and node.func.value.attr == "mark"):
                continue
            declares = True
            for argument in node.args:
                literal = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                found.append((str(argument.value) if literal else "**", node.lineno))  # type: ignore[attr-defined]
    return tuple(found) if declares else None
