"""OWNERS files: the grammar, and nothing else; `onetree.policy.ownership.resolution` says who owns what.

The dialect is that of the find-owners backend of Gerrit's code-owners plugin, so that a Gerrit server reads the same
files. One rule a line, in any order::

    lv1@example.org                     an owner of everything below this folder
    *                                   anyone
    set noparent                        the folders above have no say
    file:/nova/virt/LIBVIRT_OWNERS      the unrestricted grants of another file
    include ../OWNERS                   its per-file rules and `set noparent` as well
    per-file *.md,docs/**=doc@example.org      for these paths only; or `*`, `set noparent`, `file:PATH` behind the `=`
    # a comment; `#{NAME}` behind a grant is an annotation

In this dialect ``per-file *.md`` reaches every subfolder; in that of depot_tools it stays in its folder.

Stricter than Gerrit, because its leniency opens a hole: a glob that does not compile or never can match, a space in a
list of globs, an import that leaves the tree, names another project or another kind of file; an e-mail with characters
outside ASCII (a look-alike or a zero-width character would pass for somebody else); a byte order mark, control
characters and line separators that an editor does not show; a line or a file that nobody can review (`LINE_MAX`,
`FILE_MAX`). Lines end with LF or CRLF and are counted by LF.
"""

import re
from typing import NamedTuple

from onetree.policy.reading import globs as path_globs

NAME = "OWNERS"
LINE_MAX = 10_000  # characters
FILE_MAX = 1_000_000  # bytes

_IMPORTABLE = re.compile(r"OWNERS|[A-Za-z0-9_-]+_OWNERS|OWNERS_[A-Za-z0-9_-]+")
_EMAIL = re.compile(r"[^\s<>@#,:*]+@[^\s<>@#,:*]+", re.ASCII)
_COMMA = re.compile(r"\s*,\s*", re.ASCII)
_NOPARENT = re.compile(r"set\s+noparent", re.ASCII)
_PER_FILE = re.compile(r"per-file\s+([^=]*)=(.*)", re.ASCII)
_FILE = re.compile(r"file:\s*(\S+)", re.ASCII)
_INCLUDE = re.compile(r"include\s+(\S+)", re.ASCII)
_ANNOTATION = re.compile(r"#\{([A-Za-z_]+)\}")
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_BLANK = " \t"

_RULES = "Write an e-mail, `*`, `set noparent`, `file:PATH`, `include PATH` or `per-file GLOB=...`."


class Grant(NamedTuple):
    """One owner; `who` is an e-mail as written, or ``*``."""

    who: str
    line: int
    annotations: tuple[str, ...] = ()


class Import(NamedTuple):
    """One import; `kind` is ``file`` or ``include``, `path` is as written, `target` is that path from the root."""

    kind: str
    path: str
    line: int
    target: str


class PerFile(NamedTuple):
    """What one per-file line says of the paths that match one of `globs`."""

    globs: tuple[str, ...]
    line: int
    noparent: bool = False
    grants: tuple[Grant, ...] = ()
    imports: tuple[Import, ...] = ()


class OwnersFile(NamedTuple):
    """A file that parses. `noparent` is the line of its first ``set noparent``, 0 where there is none."""

    path: str
    noparent: int
    grants: tuple[Grant, ...]
    imports: tuple[Import, ...]
    per_file: tuple[PerFile, ...]


class OwnersError(NamedTuple):
    """Why a file, or an import, is invalid. `line` counts from 1 and is 0 where the whole file is meant.

    `rule` is the lint rule that it breaks: ``owners/parse``, ``owners/import``, or ``owners/place`` where no file is.
    """

    path: str
    line: int
    message: str
    hint: str = ""
    rule: str = "owners/parse"


class _LineError(Exception):
    def __init__(self, message: str, hint: str = "", rule: str = "owners/parse") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.rule = rule


def importable(path: str) -> bool:
    """Whether a file of this name can be imported: OWNERS, <prefix>_OWNERS or OWNERS_<suffix>."""
    return _IMPORTABLE.fullmatch(path.rpartition("/")[2]) is not None


def parse(text: bytes, path: str) -> OwnersFile | tuple[OwnersError, ...]:
    """Say what a file means, whatever its bytes, or every reason why it is invalid; `path` is its place in the tree."""
    if len(text) > FILE_MAX:
        return (OwnersError(path, 0, f"the file has {len(text)} bytes, more than {FILE_MAX}", "Split it in several."),)
    parser = _Parser(path)
    for number, line in enumerate(text.split(b"\n"), 1):
        parser.feed(line, number)
    return tuple(parser.errors) if parser.errors else parser.result()


def _resolve(importer: str, path: str) -> str | None:
    """The path in the tree that an import of the file `importer` means; None where it leaves the tree."""
    parts = [] if path.startswith("/") else importer.split("/")[:-1]
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


class _Parser:
    def __init__(self, path: str) -> None:
        self.errors: list[OwnersError] = []
        self._path = path
        self._noparent = 0
        self._grants: list[Grant] = []
        self._imports: list[Import] = []
        self._per_file: list[PerFile] = []

    def result(self) -> OwnersFile:
        return OwnersFile(self._path, self._noparent, tuple(self._grants), tuple(self._imports), tuple(self._per_file))

    def feed(self, line: bytes, number: int) -> None:
        try:
            self._rule(_decode(line), number)
        except _LineError as error:
            self.errors.append(OwnersError(self._path, number, error.message, error.hint, error.rule))

    def _rule(self, line: str, number: int) -> None:
        body, hash_sign, comment = line.partition("#")
        body = body.strip(_BLANK)
        if not body:
            return
        if _NOPARENT.fullmatch(body):
            self._noparent = self._noparent or number
        elif match := _PER_FILE.fullmatch(body):
            self._per_file.append(self._restricted(match[1], match[2], number, hash_sign + comment))
        elif match := _FILE.fullmatch(body):
            self._imports.append(self._import("file", match[1], number))
        elif match := _INCLUDE.fullmatch(body):
            self._imports.append(self._import("include", match[1], number))
        else:
            self._grants.append(_grant(body, number, hash_sign + comment))

    def _restricted(self, globs: str, rule: str, number: int, comment: str) -> PerFile:
        names = _globs(globs.strip(_BLANK))
        rule = rule.strip(_BLANK)
        if _NOPARENT.fullmatch(rule):
            return PerFile(names, number, noparent=True)
        if match := _FILE.fullmatch(rule):
            return PerFile(names, number, imports=(self._import("file", match[1], number),))
        if _INCLUDE.fullmatch(rule):
            raise _LineError("`include` cannot stand in a per-file rule", "Write `file:PATH`.")
        if not rule:
            raise _LineError("the per-file rule grants nothing", "Write an owner, `*`, `set noparent` or `file:PATH`.")
        return PerFile(names, number, grants=tuple(_grant(who, number, comment) for who in _COMMA.split(rule)))

    def _import(self, kind: str, path: str, number: int) -> Import:
        target = _resolve(self._path, path)
        if ":" in path:
            message, hint = f"`{path}` names another project or branch", "Import a file of this tree: /folder/OWNERS."
        elif not importable(path):
            message, hint = (
                f"`{path}` is not an importable file",
                "Import an OWNERS, <prefix>_OWNERS or OWNERS_<suffix>.",
            )
        elif target is None:
            message, hint = f"`{path}` leaves the tree", "Write it from the root: /folder/OWNERS."
        else:
            return Import(kind, path, number, target)
        raise _LineError(message, hint, "owners/import")


def _decode(line: bytes) -> str:
    try:
        text = line.removesuffix(b"\r").decode()
    except UnicodeDecodeError as error:
        byte = line[error.start]
        raise _LineError(
            f"byte 0x{byte:02x}, at column {error.start + 1}, is not UTF-8", "Save the file as UTF-8."
        ) from None
    if len(text) > LINE_MAX:
        raise _LineError(f"the line has {len(text)} characters, more than {LINE_MAX}", "Split it.")
    if hidden := _HIDDEN.search(text):
        raise _LineError(f"column {hidden.start() + 1} holds {_name(hidden[0])}, which nobody sees", "Remove it.")
    return text


def _globs(text: str) -> tuple[str, ...]:
    if any(blank in text for blank in _BLANK):
        raise _LineError(
            "a space in the list of globs would be part of a file's name",
            "Separate globs by a comma alone.",
        )
    if ",," in text or text.startswith(",") or text.endswith(",") or not text:
        raise _LineError("a glob of the list is empty", "Write `per-file GLOB,GLOB=...`.")
    names = tuple(path_globs.split(text))
    for name in names:
        try:
            path_globs.check(name)
        except path_globs.GlobError as error:
            raise _LineError(f"the glob `{name}` is invalid: {error}") from None
    return names


def _grant(who: str, number: int, comment: str) -> Grant:
    if who != "*" and not _EMAIL.fullmatch(who):
        raise _LineError(f"`{_shortened(who)}` is neither an e-mail nor a rule", _hint(who))
    if not who.isascii():
        odd = next(char for char in who if not char.isascii())
        message = f"`{_shortened(who)}` holds {_name(odd)} and could pass for another e-mail"
        raise _LineError(message, "Write it in ASCII.")
    return Grant(who, number, tuple(_ANNOTATION.findall(comment)))


def _hint(line: str) -> str:
    squeezed = re.sub("[^a-z]", "", line.lower())
    if squeezed in ("setnoparent", "noparent"):
        return "Write `set noparent`."
    if squeezed.startswith("perfile"):
        return "Write `per-file GLOB,GLOB=` and an owner."
    return _RULES


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _name(char: str) -> str:
    import unicodedata

    return f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()
