"""The import statements of one file, read exactly without a syntax tree where that is safe: a tenth of the time.

Strings and comments are blanked by one regular expression; ``import`` is a keyword, so what is left of it stands in
statements. Whatever is out of the ordinary (a quote that remains, a coding cookie, TYPE_CHECKING, nested quotes in an
f-string, names outside ASCII) is in doubt, and then the syntax tree is read.
"""

import re
import sys
from collections.abc import Collection
from typing import Final

from onetree.policy.imports.scan import Scan, Statement, scan

# A string in three quotes may run to the end of what is read, which is a file's beginning.
LEXEME: Final = re.compile(
    r'#[^\n]*|"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\\?\Z)|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*+(?:\'\'\'|\\?\Z)'
    r'|"(?:[^"\\\n]|\\.)*+"|\'(?:[^\'\\\n]|\\.)*+\'',
    re.DOTALL,
)
# From Python 3.12 on, an f-string may hold strings in its own quotes.
_NESTING: Final = sys.version_info >= (3, 12)
_QUOTED: Final = re.compile(r"\{[^{}]*[\"']")
_IMPORT: Final = re.compile(r"\bimport\b")
_BEFORE: Final = re.compile(r"(?:^|[;:])\s*(?:(from)\b([\s.\w]*))?$", re.MULTILINE)
_NAME: Final = r"[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*"
_ITEM: Final = re.compile(rf"\s*({_NAME})(?:\s+as\s+[^\W\d]\w*)?\s*")
_DOTTED: Final = re.compile(rf"((?:\s*\.)*)\s*({_NAME})?\s*")
_BLANKS: Final = re.compile(r"\s+")
_COOKIE: Final = re.compile(rb"^[ \t\f]*#.*?coding[:=]", re.MULTILINE)
_TROUBLE: Final = re.compile("[\x00\x1f\"'`\\\\]|TYPE_CHECKING")
_JOINED: Final = "\x1f"  # stands for the end of a line that a backslash continues; blank to a regular expression


def statements(source: bytes, lines: Collection[int] = ()) -> Scan:
    """The import statements of a file, or at least those that have their word ``import`` on one of `lines`.

    A file that does not parse is told by `Scan.error`, or read all the same.
    """
    last = source.rfind(b"import", 0, _line_end(source, max(lines)) if lines else len(source))
    if last < 0:
        return Scan()
    # Behind the end of its last import statement a file need not be read.
    found = None if _is_odd(source) else _quick(source[: _end(source, last)], frozenset(lines))
    return scan(source)._replace(strings=()) if found is None else Scan(tuple(found))


def _is_odd(source: bytes) -> bool:
    """Whether the file may be in another encoding than UTF-8, by the comment that says so in its first two lines."""
    second = source.find(b"\n", source.find(b"\n") + 1)
    return b"coding" in source[:second] and _COOKIE.search(source[: second + 1]) is not None


def _skipped(source: bytes, line: int) -> tuple[int, int]:
    """How much of a file need not be read, and its lines, since no string reaches from there to `line` or beyond."""
    start = _line_end(source, line - 1) + 1 if line > 1 else 0
    before = source[:start]
    if any(mark in before for mark in (b'"""', b"'''", b"\\", b"\r", b"TYPE_CHECKING")):
        return 0, 0
    return start, line - 1


def _line_end(source: bytes, line: int) -> int:
    end = -1
    for _ in range(line):
        end = source.find(b"\n", end + 1)
        if end < 0:
            return len(source)
    return end


def _end(source: bytes, last: int) -> int:
    """The end of the line on which a statement that has its ``import`` at `last` ends."""
    end = source.find(b"\n", last)
    if end > 0 and b"(" in source[last:end]:
        close = source.find(b")", last)
        # A bracket in a comment may close too early; then the list of names is not closed, which is in doubt.
        end = max(end, source.find(b"\n", close)) if close > 0 else len(source)
    while end > 0 and source[last:end].rstrip(b"\r").endswith(b"\\"):
        end = source.find(b"\n", end + 1)
    return len(source) if end < 0 else end + 1


def _quick(source: bytes, lines: frozenset[int]) -> list[Statement] | None:
    """The statements of a file's beginning, or None where in doubt."""
    skipped, line = _skipped(source, min(lines)) if lines else (0, 0)
    try:
        text = source[skipped:].decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _JOINED in text or (_NESTING and _doubtful_f_string(text)):
        return None
    code = LEXEME.sub(_blank, text).replace("\\\n", " " + _JOINED)
    if _TROUBLE.search(code.replace(_JOINED, "") if _JOINED in code else code):
        return None
    found: list[Statement] = []
    line, counted, joined = line + 1, 0, _JOINED in code
    for match in _IMPORT.finditer(code):
        at = match.start()
        line += code.count("\n", counted, at) + (code.count(_JOINED, counted, at) if joined else 0)
        counted = at
        if lines and line not in lines:
            continue
        read = _read(code, at, match.end())
        if read is None:
            return None
        start, each = read
        first = line - (code.count(_JOINED, start, at) if joined else 0)
        found += [statement._replace(line=first) for statement in each]
    return found


def _blank(match: re.Match[str]) -> str:
    lexeme = match[0]
    if lexeme[0] == "#":
        return ""
    return "$" + "\n" * lexeme.count("\n") if "\n" in lexeme else "$"


def _doubtful_f_string(text: str) -> bool:
    """Whether an f-string holds a quote inside of a bracket, or a bracket that is not closed."""
    for match in LEXEME.finditer(text):
        body, start = match[0], match.start()
        if body[0] != "#" and "f" in text[max(0, start - 2) : start].lower() and _QUOTED.search(body):
            return True
    return False


def _read(code: str, start: int, end: int) -> tuple[int, list[Statement]] | None:
    """Where the statement with its ``import`` from `start` to `end` begins, and what it imports; None in doubt."""
    line_start = code.rfind("\n", 0, start) + 1
    before = _BEFORE.search(code, line_start, start)
    if before is None:
        return None
    names = _names(code, end)
    if names is None:
        return None
    if before[1] is None:
        return start, [Statement(0, name, (), 0) for name in names]
    module = _DOTTED.fullmatch(before[2])
    if module is None or any("." in name for name in names) or not (module[1] or module[2]):
        return None
    dotted = _BLANKS.sub("", module[2] or "")
    if not dotted.isascii():
        return None
    return before.start(1), [Statement(module[1].count("."), dotted, tuple(names), 0)]


def _names(code: str, start: int) -> list[str] | None:
    """The names behind ``import``, in brackets or to the end of the statement; None in doubt."""
    stop = min(end for end in (code.find("\n", start), code.find(";", start), len(code)) if end >= 0)
    inside = code[start:stop].strip()
    if inside.startswith("("):
        opened = code.index("(", start)
        close = code.find(")", opened)
        inside = code[opened + 1 : close].strip().removesuffix(",") if close > 0 else ""
    if inside == "*":
        return ["*"]
    items = [_ITEM.fullmatch(part) for part in inside.split(",")]
    names = [_BLANKS.sub("", item[1]) for item in items if item and item[1].isascii()]
    return names if len(names) == len(items) else None
