"""The values that every command speaks in.

They are NamedTuples: immutable, typed, and cheap to import, which a hook that runs at every commit needs.
"""

from typing import NamedTuple


class Reason(NamedTuple):
    """Why something was decided, and the line that says so where there is one."""

    text: str
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        if not self.file:
            return self.text
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{self.text} ({where})"


class Finding(NamedTuple):
    """One thing that is wrong in a tree.

    `rule` is a stable id such as ``imports/layers``; `path` is relative to the repository's root; `line` counts from
    1 and is 0 where the whole file is meant; `hint` is the next step to take; `owners` are the people to ask.
    """

    rule: str
    path: str
    line: int
    message: str
    hint: str = ""
    owners: tuple[str, ...] = ()


class InputError(Exception):
    """Bad input or configuration: what, where, why, and what to do next. The process exits with 2."""

    def __init__(self, message: str, *, file: str = "", line: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line
        self.hint = hint

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: " if self.file and self.line else f"{self.file}: " if self.file else ""
        return f"{where}{self.message}" + (f" {self.hint}" if self.hint else "")
