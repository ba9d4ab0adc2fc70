"""Globs as Gerrit's find-owners backend reads them: Java NIO globs that reach every subfolder.

A glob ``G`` is matched as ``{**/,}G`` against a path relative to the OWNERS file's folder, so ``*.md`` matches
``a.md`` and ``x/y/a.md``. The rules are those of ``java.nio.file.FileSystem.getPathMatcher``:

- ``*`` matches within one path component, ``?`` one character of it, ``**`` anything, slashes included; so ``a/**/b``
  does not match ``a/b``, and ``a**b`` matches ``a/x/b`` (here Python's glob libraries differ from Java);
- ``[abc]``, ``[a-c]``, ``[!a]`` match one character and never a slash; a backslash in brackets is itself;
- ``{a,b}`` matches either; groups do not nest; ``\\`` outside brackets takes the special meaning from what follows.

Gerrit lets a glob that does not compile match nothing. Here it is an error, and so is one that never could match.
Matching is bounded whatever the glob and the path: see `_regex`.
"""

import re
from collections.abc import Callable, Iterator
from itertools import product

ALTERNATIVES_MAX = 256
LENGTH_MAX = 512

_INVOLVED = re.compile(r"[\\\[\]{}]")
_WILDCARDS = re.compile(r"[*?]+")

Matcher = Callable[[str], object]


class GlobError(ValueError):
    """The glob is no glob, or could not match any path; the message says why."""


def split(text: str) -> list[str]:
    """Split a comma-separated list of globs; commas within ``{}`` and ``[]`` belong to the glob."""
    globs = [""]
    braces = brackets = 0
    for char in text:
        if char == "," and not braces and not brackets:
            globs.append("")
            continue
        globs[-1] += char
        braces = max(0, braces + (char == "{") - (char == "}"))
        brackets = max(0, brackets + (char == "[") - (char == "]"))
    return globs


def check(glob: str) -> None:
    """Raise GlobError for a glob that does not compile, is too big, or cannot match any path."""
    plain = len(glob) <= LENGTH_MAX and not _INVOLVED.search(glob)
    if not (_named(glob) if plain else any(_possible(symbols) for symbols in _expand(glob))):
        raise GlobError("it can match nothing: paths have no empty, `.` or `..` component")


def matcher(glob: str) -> Matcher:
    """Return a function that tells whether a path, relative to the folder, matches. Raises GlobError."""
    check(glob)
    if _INVOLVED.search(glob):
        return _compiled(glob)
    literals = _WILDCARDS.split(glob)
    if len(literals) == 1:
        return lambda path: path == glob or path.endswith(f"/{glob}")
    # Compiling takes longer than anything else here, and few globs get as far as that.
    literal = max(literals, key=len)
    regex: list[Matcher] = []

    def matches(path: str) -> object:
        if literal not in path:
            return None
        if not regex:
            regex.append(_compiled(glob))
        return regex[0](path)

    return matches


def _compiled(glob: str) -> Matcher:
    alternatives = list(_expand(glob))
    alternatives += [["**", "/", *symbols] for symbols in alternatives]
    return re.compile("|".join(map(_regex, alternatives)), re.DOTALL).fullmatch


def anchored(glob: str) -> Matcher:
    """Return a function that tells whether a path matches as a whole, without the subfolders. Raises GlobError."""
    check(glob)
    return re.compile("|".join(map(_regex, _expand(glob))), re.DOTALL).fullmatch


def _named(glob: str) -> bool:
    """Whether each component of a glob without groups, brackets and backslashes could name something."""
    return not any(component in ("", ".", "..") for component in glob.split("/"))


def _possible(symbols: list[str]) -> bool:
    components = "".join(symbols).split("/")
    return not any(component in ("", r"\.", r"\.\.") for component in components)


def _expand(glob: str) -> Iterator[list[str]]:
    """Every combination of the glob's alternatives, as symbols: ``*``, ``**``, ``?``, ``/``, or a character's regex."""
    if len(glob) > LENGTH_MAX:
        raise GlobError(f"it is longer than {LENGTH_MAX} characters")
    parts: list[list[list[str]]] = [[[]]]
    in_group = False
    count = 1
    for symbol in _symbols(glob):
        if symbol == "{":
            if in_group:
                raise GlobError("groups do not nest: a second `{` before `}`")
            in_group = True
            parts.append([[]])
        elif symbol == "," and in_group:
            parts[-1].append([])
        elif symbol == "}" and in_group:
            in_group = False
            count *= len(parts[-1])
            parts.append([[]])
        else:
            parts[-1][-1].append(re.escape(symbol) if symbol in ("{", "}", ",") else symbol)
    if in_group:
        raise GlobError("`{` has no `}`")
    if count > ALTERNATIVES_MAX:
        raise GlobError(f"its groups make {count} alternatives, more than {ALTERNATIVES_MAX}")
    for choice in product(*parts):
        yield [symbol for part in choice for symbol in part]


def _symbols(glob: str) -> Iterator[str]:
    position = 0
    while position < len(glob):
        char = glob[position]
        position += 1
        if char == "\\":
            if position == len(glob):
                raise GlobError("nothing follows the last backslash")
            yield "/" if glob[position] == "/" else re.escape(glob[position]).replace(",", r"\,")
            position += 1
        elif char == "*":
            double = glob.startswith("*", position)
            position += double
            yield "**" if double else "*"
        elif char == "[":
            end, regex = _bracket(glob, position)
            position = end
            yield regex
        elif char in "?/{},":
            yield char
        else:
            yield re.escape(char)


def _bracket(glob: str, start: int) -> tuple[int, str]:
    """The position after a bracket expression, and its regex; it starts behind the ``[``."""
    negated = glob.startswith("!", start)
    start += negated
    end = glob.find("]", start)
    if end < 0:
        raise GlobError("`[` has no `]`")
    body = glob[start:end]
    if not body:
        raise GlobError("nothing stands between `[` and `]`")
    if "/" in body:
        raise GlobError("a slash cannot stand in brackets")
    return end + 1, f"(?!/)[{'^' if negated else ''}{_ranges(body)}]"


def _ranges(body: str) -> str:
    """The characters and ranges of a bracket expression; a ``-`` is itself where it stands first or last."""
    regex = ""
    position = 0
    while position < len(body):
        low = body[position]
        position += 1
        if low == "-" and 1 < position < len(body):
            raise GlobError("a `-` in brackets has no start of a range before it")
        regex += re.escape(low)
        if body.startswith("-", position) and position + 1 < len(body):
            high = body[position + 1]
            if low > high:
                raise GlobError(f"the range `{low}-{high}` is the wrong way round")
            regex += "-" + re.escape(high)
            position += 2
    return regex


def _regex(symbols: list[str]) -> str:
    """A regex that never backtracks over more than one wildcard.

    What stands between two ``**`` may be taken where it first fits, and so may, within that, what stands between two
    ``*``: an earlier end leaves the rest at least as much to match. So each is an atomic group, and only the last one,
    which must end where the path ends, is tried at every place.
    """
    stretches: list[list[str]] = [[""]]
    for symbol in symbols:
        if symbol == "**":
            stretches.append([""])
        elif symbol == "*":
            stretches[-1].append("")
        else:
            stretches[-1][-1] += "[^/]" if symbol == "?" else symbol
    last = len(stretches) - 1
    return "".join(
        ("(?:" if number == last else "(?>") + (".*?" if number else "") + _stretch(runs, final=number == last) + ")"
        for number, runs in enumerate(stretches)
    )


def _stretch(runs: list[str], *, final: bool) -> str:
    """The regex of runs of single characters with ``*`` between them."""
    if len(runs) == 1:
        return runs[0] + (r"\Z" if final else "")
    middle = runs[1:-1] if final else runs[1:]
    return runs[0] + "".join(f"(?>[^/]*?{run})" for run in middle) + (rf"[^/]*{runs[-1]}\Z" if final else "")
