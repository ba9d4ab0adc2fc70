"""subsystem.toml: the name of a subsystem, what it claims for tests and reports, its approvals and its CI jobs.

The format is that of the tool's command-line documentation. A manifest grants nothing: only OWNERS files do.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from onetree.policy.reading.toml_lines import lines
from onetree.policy.reading.toml_tables import Table, load

FILE_NAME: Final = "subsystem.toml"
STATUSES: Final = ("supported", "maintained", "odd-fixes", "orphan", "experimental")
_NOTHING: Final[Mapping[str, Mapping[str, object]]] = MappingProxyType({})


class Check(NamedTuple):
    """A CI job, and the account that may report it ("": any)."""

    job: str
    account: str = ""


class AndClause(NamedTuple):
    """So many approvals of owners that the OWNERS file `source` grants; `source` as the manifest writes it."""

    count: int  # type: ignore[assignment]  # the file's own word, though every tuple has a method of that name
    source: str


class Manifest(NamedTuple):
    """One subsystem.toml: `path` is the file's own, `lines` the line of each dotted key, ``approvals.also.0.from``."""

    path: str
    name: str
    summary: str = ""
    status: str = "supported"
    paths: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    count: int = 1  # type: ignore[assignment]  # as above
    also: tuple[AndClause, ...] = ()
    gating: tuple[Check, ...] = ()
    advisory: tuple[Check, ...] = ()
    unproved_after_days: int = 14
    tables: Mapping[str, Mapping[str, object]] = _NOTHING
    lines: Mapping[str, int] = MappingProxyType({})


def parse(text: bytes, path: str, extra_tables: Collection[str]) -> Manifest:
    """The manifest in `text`. Tables named in `extra_tables` are kept unread. Raises InputError with file and line."""
    values, decoded = load(text, path, "the manifest")
    top = Table(values, decoded, path)
    approvals = top.table("approvals")
    checks = top.table("checks")
    manifest = Manifest(
        path=path,
        name=_name(top),
        summary=top.required("summary"),
        status=top.one_of("status", STATUSES),
        paths=top.globs("paths"),
        tests=top.globs("tests"),
        count=approvals.positive("count", 1),
        also=tuple(_and_clause(table) for table in approvals.tables("also")),
        gating=_checks(checks, "gating"),
        advisory=_checks(checks, "advisory"),
        unproved_after_days=checks.positive("unproved_after_days", 14),
        tables=MappingProxyType(
            {name: MappingProxyType(top.table(name).values) for name in sorted(extra_tables) if name in values}
        ),
        lines=lines(decoded),
    )
    for table in (checks, approvals, top):
        table.finish()
    return manifest


def _name(top: Table) -> str:
    name = top.required("name")
    if not name.isprintable() or name != name.strip() or "," in name:
        raise top.error("name", f"'name' is {name!r}.", "Use printable characters, no comma, and no space at the ends.")
    return name


def _and_clause(table: Table) -> AndClause:
    clause = AndClause(table.positive("count", 1), table.required("from"))
    table.finish()
    folder, _, file = clause.source.rpartition("/")
    if ".." in folder.split("/") or not (file == "OWNERS" or file.endswith("_OWNERS") or file.startswith("OWNERS_")):
        message = f"{table.dotted('from')!r} names no OWNERS file of the tree: {clause.source!r}."
        raise table.error("from", message, 'Write its path from the root: "/nova/OWNERS".')
    return clause


def _checks(table: Table, key: str) -> tuple[Check, ...]:
    checks: list[Check] = []
    for item in table.tables(key):
        check = Check(item.required("job"), item.get("account", str, ""))
        item.finish()
        if check.job in [other.job for other in checks]:
            raise item.error("job", f"{table.dotted(key)!r} names the job {check.job!r} twice.", "Remove one.")
        checks.append(check)
    return tuple(checks)
