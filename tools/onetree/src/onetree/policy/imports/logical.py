"""Single statements of a file, parsed without the rest of it: a hundredth of the time where one line matters."""

import ast
import re
from collections.abc import Collection, Iterator
from typing import Final

from onetree.policy.imports.scan import parse
from onetree.policy.imports.statements import LEXEME

_SURE: Final = re.compile(r"[ \t]*(?:def|class|return|import|raise|while|try|elif|except|pass|del|assert)\b")
_AFTER: Final = 100  # lines that a statement may go on; a longer one is not understood, and its whole file parsed
_END: Final = re.compile(r"\\\n|[()\[\]{}\n]")
# What stands alone only with something before or behind it: a header, a branch of a statement, a case, a decorator.
_FRAMES: Final = (
    ("", ""),
    ("", " pass"),
    ("if _: pass\n", " pass"),
    ("if _: pass\n", ""),
    ("", "\n case _: pass"),
    ("match _:\n ", " pass"),
    ("match _:\n ", ""),
    ("try: pass\n", " pass"),
    ("try: pass\n", ""),
    ("", "\ndef _(): pass"),
)


def statements_on(source: bytes, lines: Collection[int]) -> Iterator[ast.AST]:
    """The syntax trees of the statements that stand on some lines, of a compound statement its header alone.

    Line numbers are the file's. Where that is not possible the whole file is parsed; nothing comes of one that does
    not parse.
    """
    try:
        text = source.removeprefix(b"\xef\xbb\xbf").decode("utf-8").replace("\r\n", "\n")
        trees = [_tree(chunk, line) for line, chunk in _logical(text, lines)]
    except UnicodeDecodeError:
        trees = [None]
    if None not in trees:
        yield from (tree for tree in trees if tree is not None)
        return
    try:
        yield parse(source)
    except SyntaxError:
        return


def _logical(text: str, lines: Collection[int]) -> Iterator[tuple[int, str]]:
    """The logical lines that reach over one of `lines`, each with its first line's number."""
    starts = [0]
    for _ in range(max(lines, default=0) + _AFTER):
        starts.append(text.find("\n", starts[-1]) + 1)
        if not starts[-1]:
            break
    code = LEXEME.sub(lambda match: " " * len(match[0]), text[: starts[-1] or len(text)])
    done = 0
    for line in sorted(lines):
        if done < line <= len(starts):
            # A line that begins with a keyword that no expression holds is the first one of its statement.
            first = next(n for n in range(line, 0, -1) if n == 1 or _SURE.match(code, starts[n - 1]))
            first, start, end = _reaching(text, code, (first, starts[first - 1]), line)
            done = first + text.count("\n", start, end)
            yield first, text[start:end]


def _reaching(text: str, code: str, begin: tuple[int, int], line: int) -> tuple[int, int, int]:
    """The logical line that reaches `line`: its first line, its beginning and its end, looked for from `begin` on."""
    first, start = begin
    depth = 0
    for match in _END.finditer(code, start):
        depth += (match[0] in "([{") - (match[0] in ")]}")
        if match[0] == "\n" and depth <= 0:
            last = first + text.count("\n", start, match.start())
            if last >= line:
                return first, start, match.start()
            first, start = last + 1, match.end()
    return first, start, len(code)


def _tree(chunk: str, line: int) -> ast.AST | None:
    bare = chunk.strip()
    for before, behind in _FRAMES:
        try:
            tree = parse((before + bare + behind).encode())
        except SyntaxError:
            continue
        return ast.increment_lineno(tree, line - 1 - before.count("\n"))
    return None
