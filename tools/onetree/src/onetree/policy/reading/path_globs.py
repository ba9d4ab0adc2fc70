"""Globs over paths from the root, as settings and manifests write them: ``docs/libvirt/**``, ``nova/virt/*``.

The dialect is that of OWNERS files (`onetree.policy.reading.globs`) but for two things: they are anchored at the root
and do not reach subfolders of themselves, and ``**/`` as a whole segment also stands for no folder, so that ``**/*.md``
means ``a.md`` too.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from onetree.policy.reading import globs

_SPECIAL: Final = re.compile(r"[*?\[{]")
_WILD: Final = re.compile(r"\*+|\?|\[[^]]*\]|\{[^}]*\}")
_ANY_FOLDERS: Final = re.compile(r"(?:^|(?<=/))\*\*/")

Matcher = Callable[[str], object]


def problem(glob: str) -> str:
    """Why this is no glob over paths from the root, or "" where it is one."""
    if "\\" in glob or "\0" in glob:
        return "it holds a backslash or a zero byte"
    if glob.endswith("/"):
        return "it ends with a slash; what is below a folder is written folder/**"
    if any("**" in segment and segment != "**" for segment in glob.split("/")):
        return "`**` must be a whole segment"
    try:
        globs.check(_java(glob))
    except globs.GlobError as error:
        return str(error)
    return ""


def literal_prefix(glob: str) -> str:
    """What every path that matches begins with."""
    match = _SPECIAL.search(glob)
    return glob[: match.start()] if match else glob


def literal_length(glob: str) -> int:
    """How many characters of the glob stand for themselves, those within brackets and braces not counted."""
    return len(_WILD.sub("", glob))


def is_folder(glob: str) -> bool:
    """Whether the glob means everything below one folder: ``a/b/**``."""
    return glob.endswith("/**") and not _SPECIAL.search(glob[:-3])


@lru_cache(maxsize=4096)
def one(glob: str) -> Matcher:
    """A function that tells whether a path matches a glob that has no `problem`; prefix tests where that is all."""
    if is_folder(glob):
        prefix = glob[:-2]
        return lambda path: path.startswith(prefix)
    if not _SPECIAL.search(glob):
        return lambda path: path == glob
    return globs.anchored(_java(glob))


def matcher(wanted: Iterable[str]) -> Callable[[str], bool]:
    """A function that tells whether a path matches any of the globs, none of which has a `problem`."""
    matchers = tuple(one(glob) for glob in wanted)
    return lambda path: any(matches(path) for matches in matchers)


def _java(glob: str) -> str:
    return _ANY_FOLDERS.sub("{**/,}", glob)
