"""Module expressions: ``a.b``, ``a.*`` (one name), ``a.**`` (one name or more), as grimp 3.19 reads them."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Final

_EXPRESSION: Final = re.compile(r"(?:\w+|\*{1,2})(?:\.(?:\w+|\*{1,2}))*")


def problem(expression: str) -> str:
    """Why this is no module expression, or "" where it is one."""
    if not _EXPRESSION.fullmatch(expression):
        return "a dotted module name was expected, in which * or ** may stand for a whole name"
    parts = expression.split(".")
    if any("*" in a and "*" in b and (a, b) != ("*", "*") for a, b in pairwise(parts)):
        return "** cannot stand beside another wildcard"
    return ""


def is_wild(expression: str) -> bool:
    """Whether it may stand for more than one module."""
    return "*" in expression


def matching(expression: str, modules: Iterable[str]) -> set[str]:
    """The modules that an expression with wildcards stands for."""
    found = pattern(expression).fullmatch
    return {module for module in modules if found(module)}


@lru_cache(maxsize=1024)
def pattern(expression: str) -> re.Pattern[str]:
    """The regular expression of a module expression, to be matched against the whole of a name."""
    words = {"*": r"[^.]+", "**": r"[^.]+(?:\.[^.]+)*"}
    return re.compile(r"\.".join(words.get(part) or re.escape(part) for part in expression.split(".")))
