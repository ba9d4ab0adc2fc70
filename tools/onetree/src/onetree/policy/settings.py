"""The settings of a whole tree: `[tool.onetree]` of the root pyproject.toml, or onetree.toml with the same keys.

They are policy: whoever judges a change reads them at the target's tip.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from onetree.policy.reading.toml_tables import Table, load
from onetree.policy.tree import Tree
from onetree.policy.values import InputError

PYPROJECT: Final = "pyproject.toml"
ONETREE: Final = "onetree.toml"


class Layout(NamedTuple):
    """Every folder that the glob `match` names must hold the files `require`; `line` is where the rule stands."""

    match: str
    require: tuple[str, ...]
    line: int


class Budgets(NamedTuple):
    """The most that one of each may have; files that match a glob of `exclude` are not measured."""

    file_lines: int = 500
    class_lines: int = 300
    function_lines: int = 60
    parameters: int = 5
    protocol_methods: int = 12
    exclude: tuple[str, ...] = ()


class Debt(NamedTuple):
    """One import edge that may break a contract; `since` is an ISO 8601 date, `line` where the entry stands."""

    contract: str
    importer: str
    imported: str
    owner: str
    reason: str
    since: str
    line: int


class Settings(NamedTuple):
    """Every key of `[tool.onetree]` with its default. `file` is where they stand, "" where the tree has none.

    Globs are those of `onetree.policy.reading.path_globs`; paths are relative to the root, which itself is ".".
    """

    file: str = ""
    target: str = "main"
    override: tuple[str, ...] = ()
    accounts: str = ""
    run_all: tuple[str, ...] = ()
    exempt_pure_reverts: bool = False
    pure_rebase_keeps_votes: bool = True
    history_counts_each_commit: bool = True
    imported_owners_need_importers: bool = True
    star_excludes_author: bool = True
    one_person_one_slot: bool = True
    roots: tuple[str, ...] = (".",)
    scripts: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    contracts: str = ".importlinter"
    plugins: tuple[str, ...] = ()
    manifest_tables: tuple[str, ...] = ()
    layout: tuple[Layout, ...] = ()
    templates: Mapping[str, str] = MappingProxyType({})
    budgets: Budgets | None = None  # no table, no budgets
    debt: tuple[Debt, ...] = ()


def of(tree: Tree) -> Settings:
    """The settings of a tree; the defaults where it has none. Raises InputError, also where two files have settings."""
    found = [
        settings
        for path in (PYPROJECT, ONETREE)
        if path in tree.entries() and (settings := parse(tree.read(path), path)).file
    ]
    if len(found) > 1:
        message = f"settings stand in {PYPROJECT} as well as in {ONETREE}, and only one of them may have any."
        raise InputError(message, file=ONETREE, line=1, hint=f"Move them into [tool.onetree] of {PYPROJECT}.")
    return found[0] if found else Settings()


@lru_cache(maxsize=16)
def parse(text: bytes, path: str) -> Settings:
    """The settings in a file: in `[tool.onetree]` where it is a pyproject.toml, else at its top. Raises InputError."""
    if path.rpartition("/")[2] == PYPROJECT:
        if b"onetree" not in text:
            return Settings()
        values, decoded = load(text, path, PYPROJECT)
        tool = values.get("tool")
        own = tool.get("onetree") if isinstance(tool, dict) else None
        if own is None:
            return Settings()
        if not isinstance(own, dict):
            raise Table({}, decoded, path, "tool.onetree").error(
                "", "'tool.onetree' must be a table.", "Write [tool.onetree]."
            )
        return _read(Table(own, decoded, path, "tool.onetree"), path)
    values, decoded = load(text, path, "the settings file")
    return _read(Table(values, decoded, path), path)


def _read(top: Table, path: str) -> Settings:
    default = Settings()
    settings = Settings(
        file=path,
        target=top.required("target") if "target" in top.values else top.get("target", str, default.target),
        override=_people(top),
        accounts=top.path("accounts", default.accounts),
        run_all=top.globs("run_all"),
        exempt_pure_reverts=top.get("exempt_pure_reverts", bool, default.exempt_pure_reverts),
        pure_rebase_keeps_votes=top.get("pure_rebase_keeps_votes", bool, default.pure_rebase_keeps_votes),
        history_counts_each_commit=top.get("history_counts_each_commit", bool, default.history_counts_each_commit),
        imported_owners_need_importers=top.get(
            "imported_owners_need_importers", bool, default.imported_owners_need_importers
        ),
        star_excludes_author=top.get("star_excludes_author", bool, default.star_excludes_author),
        one_person_one_slot=top.get("one_person_one_slot", bool, default.one_person_one_slot),
        roots=_paths(top, "roots", default.roots),
        scripts=top.globs("scripts"),
        data=top.globs("data"),
        contracts=top.path("contracts", default.contracts),
        plugins=top.globs("plugins"),
        manifest_tables=top.strings("manifest_tables"),
        layout=tuple(_layout(table) for table in top.tables("layout")),
        templates=_templates(top.table("templates")),
        budgets=_budgets(top.table("budgets")) if "budgets" in top.values else None,
        debt=tuple(_debt(table) for table in top.tables("debt")),
    )
    top.finish()
    return settings


def _people(top: Table) -> tuple[str, ...]:
    people = top.strings("override")
    for index, person in enumerate(people):
        if person.count("@") != 1 or person.split() != [person]:
            raise top.error(
                f"override.{index}", f"{top.dotted('override')!r} holds {person!r}.", "Write e-mail addresses."
            )
    return people


def _paths(top: Table, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(top.inside(f"{key}.{index}", path) for index, path in enumerate(top.strings(key, default)))


def _layout(table: Table) -> Layout:
    match = table.required("match")
    table.check_glob("match", match)
    layout = Layout(match, _paths(table, "require", ()), table.line())
    table.finish()
    return layout


def _templates(table: Table) -> Mapping[str, str]:
    return MappingProxyType({kind: table.inside(kind, table.required(kind)) for kind in table.values})


def _budgets(table: Table) -> Budgets:
    default = Budgets()
    budgets = Budgets(
        file_lines=table.positive("file_lines", default.file_lines),
        class_lines=table.positive("class_lines", default.class_lines),
        function_lines=table.positive("function_lines", default.function_lines),
        parameters=table.positive("parameters", default.parameters),
        protocol_methods=table.positive("protocol_methods", default.protocol_methods),
        exclude=table.globs("exclude"),
    )
    table.finish()
    return budgets


def _debt(table: Table) -> Debt:
    debt = Debt(
        contract=table.required("contract"),
        importer=table.required("importer"),
        imported=table.required("imported"),
        owner=table.required("owner"),
        reason=table.required("reason"),
        since=table.date("since"),
        line=table.line(),
    )
    table.finish()
    return debt
