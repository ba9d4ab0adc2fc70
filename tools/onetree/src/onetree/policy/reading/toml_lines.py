"""On which line of a TOML file a key stands: `tomllib` keeps no positions, and a message about a key needs one.

The text, once it is known to be valid, is scanned again; that is done only when a line is asked for.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

_TOKEN: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[][{}=,.\n]"
    r"|[^][{}=,.\s\"'#]+",
    re.DOTALL,
)


@lru_cache(maxsize=8)
def lines(text: str) -> Mapping[str, int]:
    """Line of every key and element of a valid TOML text, by dotted key: ``checks.gating.0.job``. Tables too."""
    try:
        return MappingProxyType(_Scan(text).run())
    except RecursionError:
        # It nests as deeply as `tomllib` can just follow; the text is in error anyway, and has no better line than 1.
        return MappingProxyType({})


class _Scan:
    """One pass over the tokens of a TOML text that is known to be valid."""

    def __init__(self, text: str) -> None:
        self._tokens = self._split(text)
        self._next = 0
        self._found: dict[str, int] = {}
        self._arrays: dict[str, int] = {}

    @staticmethod
    def _split(text: str) -> list[tuple[str, int]]:
        line = 1
        position = 0
        tokens = []
        for match in _TOKEN.finditer(text):
            line += text.count("\n", position, match.start())
            position = match.start()
            if match[0][0] != "#":
                tokens.append((match[0], line))
        return tokens

    def run(self) -> dict[str, int]:
        table = ""
        while (symbol := self._peek()) is not None:
            if symbol == "\n":
                self._next += 1
            elif symbol == "[":
                table = self._header()
            else:
                self._pair(table)
        return self._found

    def _peek(self) -> str | None:
        return self._tokens[self._next][0] if self._next < len(self._tokens) else None

    def _note(self, key: str, line: int) -> None:
        self._found.setdefault(key, line)

    def _key(self, prefix: str) -> str:
        """Reads ``a . "b" . c`` and notes each prefix of it; array tables on the way stand for their last element."""
        while (symbol := self._peek()) not in ("=", "]", None):
            if symbol != ".":
                prefix = f"{prefix}.{_unquoted(str(symbol))}" if prefix else _unquoted(str(symbol))
                self._note(prefix, self._tokens[self._next][1])
                if prefix in self._arrays and self._tokens[self._next + 1][0] == ".":
                    prefix = f"{prefix}.{self._arrays[prefix]}"
            self._next += 1
        return prefix

    def _header(self) -> str:
        line = self._tokens[self._next][1]
        array = self._tokens[self._next + 1][0] == "["
        self._next += 2 if array else 1
        key = self._key("")
        self._next += 2 if array else 1
        if array:
            self._arrays[key] = self._arrays.get(key, -1) + 1
            key = f"{key}.{self._arrays[key]}"
        elif key in self._arrays:
            key = f"{key}.{self._arrays[key]}"
        self._note(key, line)
        return key

    def _pair(self, table: str) -> None:
        key = self._key(table)
        self._next += 1
        self._value(key)

    def _value(self, key: str) -> None:
        symbol = self._peek()
        if symbol == "[":
            self._array(key)
        elif symbol == "{":
            self._next += 1
            while (symbol := self._peek()) not in ("}", None):
                if symbol in (",", "\n"):
                    self._next += 1
                else:
                    self._pair(key)
            self._next += 1
        else:
            # A date or a float is several tokens: 1979-05-27 00:00:00.5
            while self._peek() not in (",", "]", "}", "\n", None):
                self._next += 1

    def _array(self, key: str) -> None:
        index = 0
        self._next += 1
        while (symbol := self._peek()) not in ("]", None):
            if symbol in (",", "\n"):
                self._next += 1
                continue
            self._note(f"{key}.{index}", self._tokens[self._next][1])
            self._value(f"{key}.{index}")
            index += 1
        self._next += 1


def _unquoted(token: str) -> str:
    return token[1:-1] if token[0] in "\"'" else token
