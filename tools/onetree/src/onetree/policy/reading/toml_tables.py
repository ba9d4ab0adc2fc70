"""Reading TOML tables of known keys, each of its type: shared by settings and manifests.

Whatever is wrong is an InputError with the file and the line. `tomllib` is imported where it is used, for it costs a
start 12 ms.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final, overload

from onetree.policy.reading import path_globs
from onetree.policy.reading.toml_lines import lines
from onetree.policy.values import InputError


def load(text: bytes, path: str, what: str) -> tuple[dict[str, object], str]:
    """The document and its text. Raises InputError, with the line, on bytes that are not UTF-8 or not TOML."""
    import tomllib

    try:
        decoded = text.decode()
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise InputError(f"{what} is not UTF-8.", file=path, line=line, hint="Save it as UTF-8.") from None
    try:
        return tomllib.loads(decoded), decoded
    except tomllib.TOMLDecodeError as error:
        message, line = _position(str(error), decoded)
        raise InputError(f"{what} is not TOML: {message}.", file=path, line=line, hint="Mend the syntax.") from None
    except (RecursionError, ValueError, OverflowError):
        message = f"{what} cannot be read: it nests too deeply, or a number in it is too long."
        raise InputError(message, file=path, line=1, hint="Simplify it.") from None


def _position(error: str, text: str) -> tuple[str, int]:
    match = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", error)
    if not match:
        return error, 1
    line = int(match[1]) if match[1] else len(text.rstrip("\n").split("\n"))
    message = error[: match.start()]
    return message[:1].lower() + message[1:], line


class Table:
    """A table of which every key is asked for by name and type; what was not asked for is an error.

    `key` is the table's own dotted name in the file, "" for the whole document. Every method raises InputError with
    the file and line of the key that is wrong.
    """

    def __init__(self, values: Mapping[str, object], text: str, path: str, key: str = "") -> None:
        self.values = values
        self.key = key
        self._text = text
        self._path = path
        self._known: list[str] = []
        self._missing: list[str] = []

    def error(self, key: str, message: str, hint: str = "") -> InputError:
        """The error to raise about `key` of this table (dotted; "" for the table itself)."""
        return InputError(message, file=self._path, line=self.line(key), hint=hint)

    def line(self, key: str = "") -> int:
        """Where `key` of this table stands; the nearest table around it where the scan has not seen it."""
        found = lines(self._text)
        full = self.dotted(key)
        while full and full not in found:
            full = full.rpartition(".")[0]
        return found.get(full, 1)

    def dotted(self, key: str) -> str:
        """The name of `key` in the whole file."""
        return ".".join(part for part in (self.key, key) if part)

    def finish(self) -> None:
        """Every key must have been asked for by now, and every required one been there."""
        for key in self.values:
            if key not in self._known:
                from difflib import get_close_matches

                near = get_close_matches(key, self._known, 1)
                hint = f"Did you mean {near[0]!r}?" if near else f"Known keys: {', '.join(sorted(self._known))}."
                raise self.error(key, f"unknown key {self.dotted(key)!r}.", hint)
        for key in self._missing:
            where = f"[{self.key}]" if self.key else "the file"
            raise self.error("", f"{where} has no {key!r}.", f'Add: {key} = "..."')

    @overload
    def get(self, key: str, kind: type[str], default: str) -> str: ...
    @overload
    def get(self, key: str, kind: type[bool], default: bool) -> bool: ...
    @overload
    def get(self, key: str, kind: type[int], default: int) -> int: ...
    def get(self, key: str, kind: type[str | bool | int], default: str | bool | int) -> str | bool | int:
        """A string, true or false, or a whole number."""
        self._known.append(key)
        value = self.values.get(key, default)
        # bool is an int to isinstance, and not to TOML
        if type(value) is not kind:
            raise self._wrong(key, {str: "a string", bool: "true or false", int: "a whole number"}[kind], value)
        return value

    def required(self, key: str) -> str:
        """A string that must be there and not be empty; "" where it is not there, and then `finish` raises."""
        if key not in self.values:
            self._known.append(key)
            self._missing.append(key)
            return ""
        value = self.get(key, str, "")
        if not value.strip():
            raise self.error(key, f"{self.dotted(key)!r} is empty.", "Write a value.")
        return value

    def positive(self, key: str, default: int) -> int:
        """A whole number of at least 1."""
        value = self.get(key, int, default)
        if value < 1:
            raise self.error(
                key, f"{self.dotted(key)!r} must be at least 1, not {value}.", "Write a number from 1 upwards."
            )
        return value

    def strings(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of strings, none of them empty."""
        items = tuple(self._items(key, default))
        for index, item in enumerate(items):
            if not isinstance(item, str):
                raise self._wrong(f"{key}.{index}", "a string", item)
            if not item:
                raise self.error(f"{key}.{index}", f"{self.dotted(key)!r} holds an empty string.", "Remove it.")
        return tuple(str(item) for item in items)

    def globs(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of globs over paths from the root, each of which compiles."""
        items = self.strings(key, default)
        for index, item in enumerate(items):
            self.check_glob(f"{key}.{index}", item)
        return items

    def check_glob(self, key: str, glob: str) -> None:
        """Raises where the value of `key` is no glob over paths from the root."""
        if message := glob and path_globs.problem(glob):
            raise self.error(key, f"{self.dotted(key)!r} is a bad glob, {glob!r}: {message}.", _GLOB_HINT)

    def date(self, key: str) -> str:
        """A date that must be there, written as TOML's or as a string; returned as ISO 8601, ``2026-01-31``."""
        from datetime import date, datetime

        value = self.values.get(key, "")
        if isinstance(value, date) and not isinstance(value, datetime):
            self._known.append(key)
            return value.isoformat()
        written = self.required(key)
        try:
            return date.fromisoformat(written).isoformat() if written else ""
        except ValueError:
            raise self.error(key, f"{self.dotted(key)!r} is no date: {written!r}.", "Write it as 2026-01-31.") from None

    def path(self, key: str, default: str) -> str:
        """A path from the root that stays in the tree; "" where the default is that."""
        return self.inside(key, self.get(key, str, default))

    def inside(self, key: str, value: str) -> str:
        """The path itself, once it is known to stay in the tree."""
        if value.startswith("/") or "\\" in value or "\0" in value or ".." in value.split("/"):
            message = f"{self.dotted(key)!r} leads out of the tree: {value!r}."
            raise self.error(key, message, "Write a path from the root, with '/' and without '..'.")
        return value

    def table(self, key: str) -> "Table":
        """The table of that name, empty where there is none."""
        self._known.append(key)
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self._wrong(key, "a table", value)
        return Table(value, self._text, self._path, self.dotted(key))

    def tables(self, key: str) -> "Iterator[Table]":
        """The tables of an array of tables."""
        for index, item in enumerate(self._items(key, ())):
            if not isinstance(item, dict):
                raise self._wrong(f"{key}.{index}", "a table", item)
            yield Table(item, self._text, self._path, self.dotted(f"{key}.{index}"))

    def one_of(self, key: str, allowed: Collection[str]) -> str:
        """A string that must be there and be one of those allowed."""
        value = self.required(key)
        if key in self.values and value not in allowed:
            raise self.error(key, f"{self.dotted(key)!r} is {value!r}.", f"It may be: {', '.join(allowed)}.")
        return value

    def _items(self, key: str, default: tuple[str, ...]) -> list[object] | tuple[object, ...]:
        self._known.append(key)
        value = self.values.get(key, default)
        if not isinstance(value, list | tuple):
            raise self._wrong(key, "a list", value)
        return value

    def _wrong(self, key: str, wanted: str, value: object) -> InputError:
        return self.error(
            key, f"{self.dotted(key)!r} must be {wanted}, not {_KINDS.get(type(value).__name__, 'a date')}.", ""
        )


_KINDS: Final[Mapping[str, str]] = {
    "str": "a string",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number with a fraction",
    "list": "a list",
    "dict": "a table",
}
_GLOB_HINT: Final = "A glob is a path from the root with *, **, ?, [a-z] or {a,b}: docs/libvirt/**"
