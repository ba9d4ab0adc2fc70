"""Templates of `onetree new`: a folder of files in which ``{{key}}`` stands for a value.

A template's folder holds `template.toml`, which is not copied: `into`, the folder that is made; `pattern`, the regular
expression of a good name; `owners`, used where none are given; `next`, the commands to run then. Files that end in
`.tmpl` lose that ending, so that a template's Python files are no modules of the tree that keeps them.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from onetree.policy.values import InputError

DESCRIPTION = "template.toml"
SUFFIX = ".tmpl"

_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+")


class Template(NamedTuple):
    """What `template.toml` says; `file` is its path, for messages."""

    file: str
    into: str
    pattern: str
    owners: tuple[str, ...]
    next: tuple[str, ...]


def parse(text: bytes, file: str) -> Template:
    """Read a `template.toml`. Raises InputError."""
    from onetree.policy.reading.toml_tables import Table, load

    values, decoded = load(text, file, "the template's description")
    table = Table(values, decoded, file)
    template = Template(
        file,
        table.required("into"),
        table.get("pattern", str, r"[a-z][a-z0-9_]*"),
        table.strings("owners"),
        table.strings("next"),
    )
    table.finish()
    return template


def values_for(template: Template, name: str, owners: tuple[str, ...], summary: str) -> dict[str, str]:
    """What each placeholder stands for. Raises InputError for a name, an owner or a summary that cannot be used."""
    if not re.fullmatch(template.pattern, name):
        raise InputError(f"{name!r} is no name here: it must match {template.pattern}.", hint="Choose another name.")
    base = name.rpartition("/")[2]
    values = {"name": name, "base": base, "class_name": "".join(map(str.capitalize, re.split(r"[_.\-]", base)))}
    owners = owners or tuple(fill(owner, values, template.file) for owner in template.owners)
    for owner in owners:
        if not _MAIL.fullmatch(owner):
            raise InputError(f"{owner!r} is no e-mail address.", hint="Give --owner an e-mail address.")
    if not owners:
        raise InputError("A new folder needs owners, or nobody could approve its changes.", hint="Give --owner, twice.")
    if '"' in summary or "\\" in summary or not (summary or "x").isprintable():
        raise InputError("The summary holds a quote, a backslash or a control character.", hint="Leave it out.")
    values["owners"] = "\n".join(owners)
    # A supported subsystem needs two owners at least; with one the honest word is another.
    values["status"] = "supported" if len(set(owners)) > 1 else "maintained"
    values["summary"] = summary or base
    values["folder"] = fill(template.into, values, template.file)
    return values


def render(files: Mapping[str, bytes], values: Mapping[str, str], folder: str) -> dict[str, bytes]:
    """The new files by path below the new folder. Raises InputError for a placeholder that has no value."""
    rendered = {}
    for path, data in files.items():
        if path == DESCRIPTION:
            continue
        file = f"{folder}/{path}"
        rendered[fill(path.removesuffix(SUFFIX), values, file)] = fill(data.decode(), values, file).encode()
    return rendered


def fill(text: str, values: Mapping[str, str], file: str) -> str:
    """`text` with every placeholder replaced."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            line = text.count("\n", 0, match.start()) + 1
            known = ", ".join(sorted(values))
            raise InputError(f"{match[0]} has no value; known are {known}.", file=file, line=line)
        return values[match[1]]

    return _PLACEHOLDER.sub(value, text)
