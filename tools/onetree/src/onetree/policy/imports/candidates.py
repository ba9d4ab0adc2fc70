"""Import statements read from single lines: never too few, sometimes too many.

Every import statement has the word ``import`` on one of its lines, so the lines that hold it, which `git grep` finds
in a fraction of the time that parsing takes, are enough to name each module that a tree may import. Such a line may
also stand in a string, and names behind an open bracket or a backslash are not on it: what is read here is a
*superset* of the imports (of the graph's edges, once it is resolved). A contract that holds for a superset of the
edges holds for the edges; where it does not hold, the few files on the offending chains are read exactly
(`onetree.policy.imports.statements`) and the contract is evaluated again.
"""

import re
from typing import Final, NamedTuple

from onetree.policy.imports.scan import Statement

# A statement begins a line, or follows a colon or a semicolon. A byte order mark may come first. What may stand
# between `from` and `import` is names, dots, blanks and backslashes.
_START: Final = re.compile(r"(?:^\ufeff?|[:;\r])\s*(?:from\b([\s.\w\\]*?)\bimport\b|import\b)([^;#\r]*)")
_WORD: Final = re.compile(r"\bimport\b")
_CONTINUED: Final = re.compile(r"\bfrom\b[\s.\w]*\\\s*$")
_FIRST: Final = re.compile(r"[^\W\d]\w*(?:\s*\.\s*\w+)*|\*")
_BLANK: Final = re.compile(r"[\s\\]+")
_COMMENT: Final = re.compile(r"#[^\n]*")
_CLOSE: Final = re.compile(r"#[^\n]*|\)")


class Candidate(NamedTuple):
    """A statement that may stand on a line; `open` says that more of its names may stand on the lines after it."""

    level: int
    module: str
    names: tuple[str, ...]
    open: bool

    def at(self, line: int) -> Statement:
        """The statement, on that line."""
        return Statement(self.level, self.module, self.names, line)


def on_line(text: str) -> tuple[Candidate, ...]:
    """What a line may import. `text` is one line, with or without its end."""
    found: list[Candidate] = []
    for match in _START.finditer(text):
        module, rest = match.groups()
        names, is_open = _names(rest)
        if module is None:
            found += [Candidate(0, name, (), False) for name in names]
            if is_open:
                found.append(Candidate(0, "", (), True))
            continue
        dotted = _BLANK.sub("", module)
        bare = dotted.lstrip(".")
        found.append(Candidate(len(dotted) - len(bare), bare, names, is_open))
    return tuple(found)


def splits_from(text: str) -> bool:
    """Whether the line may begin an import statement whose word ``import`` stands on a later line."""
    return "\\" in text and _CONTINUED.search(text) is not None


def rest_of(text: str, line: int) -> tuple[str, ...]:
    """The names that an open statement may import, which begins on that line of a file's text."""
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    end = text.find("\n", start)
    end = end if end >= 0 else len(text)
    # Which word `import` of the line is the statement's is not known: one may stand in a comment.
    return tuple(name for word in _WORD.finditer(text, start, end) for name in _listed(text, word.end(), end))


def _listed(text: str, opened: int, end: int) -> tuple[str, ...]:
    """The names behind a word ``import`` that ends at `opened`, on a line that ends at `end`."""
    bracket = text.find("(", opened, end)
    if bracket >= 0:
        close = next((match.start() for match in _CLOSE.finditer(text, bracket) if match[0] == ")"), len(text))
        return _names(_COMMENT.sub("", text[bracket + 1 : close]))[0]
    while end > 0 and text[opened:end].rstrip(" \t\f\r").endswith("\\"):
        end = text.find("\n", end + 1)
    return _names(_BLANK.sub(" ", text[opened : end if end >= 0 else len(text)].partition("#")[0].partition(";")[0]))[0]


def _names(text: str) -> tuple[tuple[str, ...], bool]:
    """The first name of each part between commas, and whether a bracket or a backslash leaves the list open."""
    text = text.strip()
    is_open = text.endswith("\\")
    if text.startswith("("):
        text, closing, _ = text[1:].partition(")")
        is_open = not closing
    names = (_FIRST.match(part.strip()) for part in text.split(","))
    return tuple(_BLANK.sub("", name[0]) for name in names if name), is_open
