"""Whether a file may import more after an edit than before, told from the edited lines alone.

Reading the statements of two versions of a 30,000-line file takes longer than all else that a verdict needs, and most
edits alter no import. Between the first edited line and the last, only lines with ``import``, with three quotes, or
with a backslash at the end can begin an import statement or change whether a line is code or part of a string. Where
these lines are the same in both versions, and no edited line stands in an unfinished import statement, the statements
are what they were. Anything else is in doubt, and the answer is yes.
"""

import re

_OPENED = re.compile(rb"\bimport[ \t\f]*(?:\\\r?\n[ \t\f]*)*\(")
_CLOSE = re.compile(rb"#[^\n]*|\)")
_COOKIE = re.compile(rb"coding[:=][ \t]*(?!utf-?8\b)")
_WEIGHTY = (b"import", b'"""', b"'''")
_FEW = 1 << 16
_CONTINUED = (b"\\\n", b"\\\r")


def may_import_more(before: bytes, after: bytes) -> bool:
    """Whether `after` may hold an import statement that `before` has not. Never wrong with no, sometimes with yes."""
    if _COOKIE.search(after[:200]) or _COOKIE.search(before[:200]):
        return True
    start, end_before, end_after = _edited(before, after)
    edited = after[start:end_after]
    if len(edited) > _FEW:
        return True  # looking closer would take as long as reading both versions
    if after[:start].rstrip(b"\r\n").endswith(b"\\") or _weighty(before[start:end_before]) != _weighty(edited):
        return True
    if b"import" in edited and (_OPENED.search(edited) or any(each in edited for each in _CONTINUED)):
        return True  # the lines that continue the statement may differ
    return any(_open_at(after, match.end(), start) for match in _OPENED.finditer(after, 0, start))


def _weighty(lines: bytes) -> list[bytes]:
    """The lines that decide what is code and what is an import."""
    if not any(each in lines for each in (*_WEIGHTY, *_CONTINUED)):
        return []
    return [
        line
        for line in lines.split(b"\n")
        if b"import" in line or b'"""' in line or b"'''" in line or line.rstrip(b"\r").endswith(b"\\")
    ]


def _open_at(source: bytes, opened: int, offset: int) -> bool:
    """Whether a bracket that opens at `opened` may still be open at `offset`."""
    return not any(match[0] == b")" for match in _CLOSE.finditer(source, opened, offset))


def _edited(before: bytes, after: bytes) -> tuple[int, int, int]:
    """Where the edited lines begin in both, and where they end in each."""
    same = _common(before, after)
    start = after.rfind(b"\n", 0, same) + 1
    tail = _common(before[start:][::-1], after[start:][::-1])
    line = after.find(b"\n", len(after) - tail)
    kept = len(after) - line - 1 if line >= 0 else 0
    return start, len(before) - kept, len(after) - kept


def _common(a: bytes, b: bytes) -> int:
    """The length of the longest common beginning."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
