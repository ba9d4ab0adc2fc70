"""The contracts file with line numbers: `.importlinter` or setup.cfg (ini as `configparser` reads it), pyproject.toml.

`configparser` knows no line numbers and takes longer to import than to read a file, so its rules are applied here:
`=` or `:` ends a name, an indented line goes on with the value above, `#` and `;` begin a comment line. Its
interpolation (``%(name)s``) and ``[DEFAULT]`` are refused, with the line.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from onetree.policy.values import InputError

_SECTION: Final = re.compile(r"\[(.+)\]")
_OPTION: Final = re.compile(r"(.*?)\s*[=:]\s*(.*)")
_PREFIX: Final = "importlinter"


class Option(NamedTuple):
    """One value as written: its lines, which may be blank, and where each stands. `many` says that it is a list."""

    values: tuple[str, ...]
    lines: tuple[int, ...]
    many: bool

    @property
    def line(self) -> int:
        """Where the option begins."""
        return self.lines[0]


class RawContract(NamedTuple):
    """A contract as written; `id` is its section's name, or its place in pyproject.toml."""

    id: str
    line: int
    options: Mapping[str, Option]


class RawContracts(NamedTuple):
    """A contracts file; `session` are the options that all contracts share."""

    path: str
    line: int
    session: Mapping[str, Option]
    contracts: tuple[RawContract, ...]


def read_ini(text: bytes, path: str) -> RawContracts | None:
    """Read an ini file; None where it has no section ``[importlinter]``. Raises InputError with a line."""
    sections = dict(_sections(_decoded(text, path), path))
    head = sections.pop(_PREFIX, None)
    if head is None:
        return None
    contracts = tuple(
        RawContract(name.rpartition(":")[2], line, options)
        for name, (line, options) in sections.items()
        if name.startswith(_PREFIX + ":")
    )
    return RawContracts(path, head[0], head[1], contracts)


def _sections(text: str, path: str) -> Iterator[tuple[str, tuple[int, dict[str, Option]]]]:
    seen: set[str] = set()
    name, start, body = "", 0, list[tuple[int, str]]()
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        header = _SECTION.match(bare) if not line[:1].isspace() else None
        if bare.startswith(("#", ";")):
            continue
        if header is None:
            if bare and not name:
                raise InputError("expected a [section] before anything else.", file=path, line=number)
            body.append((number, line))
            continue
        if name:
            yield name, (start, _options(body, name, path))
        name, start, body = header[1], number, []
        if name in seen or name == "DEFAULT":
            said = f"the section [{name}] stands here a second time." if name in seen else "[DEFAULT] is not supported."
            raise InputError(said, file=path, line=number, hint="Write each contract in a section of its own.")
        seen.add(name)
    if name:
        yield name, (start, _options(body, name, path))


def _options(body: list[tuple[int, str]], section: str, path: str) -> dict[str, Option]:
    found: dict[str, list[tuple[int, str]]] = {}
    ours = section == _PREFIX or section.startswith(_PREFIX + ":")
    key, indent = "", 0
    for number, line in body:
        bare = line.strip()
        if not bare:
            if key:
                found[key].append((number, ""))
            continue
        here = len(line) - len(line.lstrip())
        if key and here > indent:
            found[key].append((number, bare))
            continue
        match = _OPTION.fullmatch(bare)
        if match is None or not match[1]:
            if not ours:
                continue
            raise InputError(f"expected 'name = value', not {bare!r}.", file=path, line=number)
        key, indent = match[1].lower(), here
        if key in found and ours:
            raise InputError(f"'{key}' stands here a second time.", file=path, line=number)
        found[key] = [(number, match[2])]
    if ours:
        for number, value in (each for values in found.values() for each in values):
            if "%" in value:
                raise InputError(
                    "'%' is not supported in a value.", file=path, line=number, hint="Write the value out."
                )
    return {key: _option(values) for key, values in found.items()}


def _option(values: list[tuple[int, str]]) -> Option:
    while len(values) > 1 and not values[-1][1]:
        values.pop()
    many = len(values) > 1
    if many and not values[0][1]:
        values = values[1:]
    return Option(tuple(value for _, value in values), tuple(number for number, _ in values), many)


def read_toml(text: bytes, path: str) -> RawContracts | None:
    """Read ``[tool.importlinter]``; None where there is none. Raises InputError."""
    if b"importlinter" not in text:
        return None
    import tomllib

    decoded = _decoded(text, path)
    try:
        tool = tomllib.loads(decoded).get("tool", {})
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"this is not TOML: {error}.", file=path) from None
    own = tool.get(_PREFIX)
    if not own:
        return None
    lines = decoded.split("\n")
    contracts = []
    starts = [
        number for number, line in enumerate(lines, 1) if re.match(r"\s*\[\[\s*tool\.importlinter\.contracts", line)
    ]
    for index, table in enumerate(own.pop("contracts", ())):
        line = starts[index] if index < len(starts) else 1
        contracts.append(RawContract(str(table.get("id", index + 1)), line, _table(table, lines, line)))
    start = next((n for n, line in enumerate(lines, 1) if re.match(r"\s*\[\s*tool\.importlinter\s*\]", line)), 1)
    return RawContracts(path, start, _table(own, lines, start), tuple(contracts))


def _table(table: Mapping[str, Any], lines: list[str], start: int) -> dict[str, Option]:
    found = {}
    for key, value in table.items():
        where = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
        line = next((n for n in range(start, len(lines) + 1) if where.match(lines[n - 1])), start)
        values = tuple(str(each) for each in value) if isinstance(value, list) else (str(value),)
        found[key] = Option(values, (line,) * max(1, len(values)), isinstance(value, list))
    return found


def _decoded(text: bytes, path: str) -> str:
    try:
        return text.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        raise InputError("the file is not UTF-8.", file=path, line=line) from None
