"""Where the values of a JSON text stand, so that an error can name line and column; `json` itself does not say.

`json` is imported where it is used: whoever judges without votes need not pay for it.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

from onetree.policy.values import InputError

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[][{},:]|[^\s"\][{},:]+', re.DOTALL)

Key = tuple[str | int, ...]


class Document(NamedTuple):
    """A JSON text that parses, its value, and the name of its file."""

    value: Any
    text: str
    path: str

    def fail(self, key: Key, message: str, hint: str = "") -> NoReturn:
        """Raise InputError about the value that `key` leads to: keys of objects and indices of arrays."""
        try:
            offset = places(self.text).get(key, 0)
        except RecursionError:  # deep nesting somewhere; the message is worth more than the place
            offset = 0
        where = f"column {offset - self.text.rfind(chr(10), 0, offset)}: "
        line = self.text.count("\n", 0, offset) + 1
        raise InputError(where + message, file=self.path, line=line, hint=hint)


def load(text: bytes, path: str, what: str) -> Document:
    """Read a JSON file. Raises InputError with line and column; a key that stands twice in an object is an error."""
    import json

    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise InputError(f"{what} is not UTF-8.", file=path, line=line, hint="Save it as UTF-8.") from None
    repeated: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in items:
            if key in found:
                repeated.append(key)
            found[key] = value
        return found

    try:
        value = json.loads(decoded, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        message = f"column {error.colno}: {what} is not JSON: {error.msg}."
        raise InputError(message, file=path, line=error.lineno, hint="Mend the syntax.") from None
    except (RecursionError, ValueError):
        message = f"{what} cannot be read: it nests too deeply, or a number in it is too long."
        raise InputError(message, file=path, line=1, hint="Simplify it.") from None
    if repeated:
        line = next((i for i, each in enumerate(decoded.split("\n"), 1) if json.dumps(repeated[0]) in each), 1)
        raise InputError(f"the key {repeated[0]!r} stands twice in one object.", file=path, line=line, hint="Keep one.")
    return Document(value, decoded, path)


def places(text: str) -> dict[Key, int]:
    """Offset of every value of a valid JSON text, by the keys and indices that lead to it."""
    found: dict[Key, int] = {}
    tokens = ((match[0], match.start()) for match in _TOKEN.finditer(text))
    for token, offset in tokens:
        _value(token, offset, (), tokens, found)
    return found


def _value(first: str, offset: int, key: Key, tokens: Iterator[tuple[str, int]], found: dict[Key, int]) -> None:
    found[key] = offset
    if first == "[":
        index = 0
        for inner, at in tokens:
            if inner == "]":
                return
            if inner != ",":
                _value(inner, at, (*key, index), tokens, found)
                index += 1
    elif first == "{":
        name = ""
        for inner, _ in tokens:
            if inner == "}":
                return
            if inner == ":":
                _value(*next(tokens), (*key, name), tokens, found)
            elif inner != ",":
                name = _unquoted(inner)


def _unquoted(token: str) -> str:
    import json

    return str(json.loads(token))
