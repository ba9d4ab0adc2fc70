"""Which tests a change affects, and why: pure over two trees, their import graphs and the facts of their files.

A change affects a test where a chain of links leads from a changed path to it. Links come from rules, each of which
can be switched off, so that a benchmark can show that it is needed. What no rule understands means every test.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain as flat
from typing import Final, NamedTuple

from onetree.policy.scoping import change_rules, file_rules, python_rules
from onetree.policy.scoping.change_rules import Changed
from onetree.policy.scoping.closure import Links, chain
from onetree.policy.scoping.links import Everything, Link
from onetree.policy.scoping.side import Side, line_of
from onetree.policy.tree import PathChange
from onetree.policy.values import InputError

LinkRule = Callable[[Side], Iterator[Link]]
ChangeRule = Callable[[Changed, Collection[str]], Iterator[Link | Everything]]

LINK_RULES: Final[Mapping[str, LinkRule]] = {
    "imports": python_rules.imports,
    "strings": python_rules.strings,
    "parents": python_rules.parents,
    "conftest": python_rules.conftest,
    "fixtures": python_rules.fixtures,
    "entry-points": python_rules.entry_points,
    "commands": python_rules.commands,
    "loads": python_rules.loads,
    "unparsed": python_rules.unparsed,
    "places": file_rules.places,
    "reads": file_rules.reads,
    "symlinks": file_rules.symlinks,
    "islands": file_rules.islands,
}
# What a changed path of each kind means; a kind without rules means what links to it alone.
CHANGE_RULES: Final[Mapping[str, tuple[ChangeRule, frozenset[str]]]] = {
    "settings": (change_rules.settings, frozenset({"settings"})),
    "dependencies": (change_rules.dependencies, frozenset({"dependencies"})),
    "unknown": (change_rules.unknown, frozenset({"link"})),
    "unparsed": (change_rules.unparsed, frozenset({"test", "module", "data"})),
    "data": (change_rules.data, frozenset({"data"})),
    "claims": (change_rules.claims, frozenset({"test", "module", "data", "document", "dependencies"})),
    "names": (change_rules.names, frozenset({"test", "module", "data", "document", "dependencies"})),
}
HELPERS: Final = "helpers"
DELETIONS: Final = "deletions"
RULES: Final = tuple(dict.fromkeys([*LINK_RULES, *CHANGE_RULES, HELPERS, DELETIONS]))


class Selected(NamedTuple):
    """A test file that the change affects; each reason is a chain from it to a changed path, or why all are."""

    path: str
    reasons: tuple[str, ...]


class Scope(NamedTuple):
    """The tests that a change affects, `mode` being all, some or none; `tests` are all test files there are."""

    mode: str
    selected: tuple[Selected, ...]
    tests: frozenset[str]
    notices: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many test files there are."""
        return len(self.tests)


def scope(target: Side, result: Side, changes: Collection[PathChange], *, without: Collection[str] = ()) -> Scope:
    """The tests of `result` that the changes from `target` to it affect.

    What the target had counts as well as what the result has, so that a deleted file reaches what needed it.
    `without` names rules that are not to be applied, for measuring them.
    """
    if not changes:
        return Scope("none", (), result.tests, ())
    try:
        reached, everything = _reach((target, result), changes, frozenset(without))
    except InputError as error:
        # A manifest that cannot be read: nobody knows then what it claims.
        reached, everything = {}, (f"{error}",)
    if everything:
        return _all(result, everything)
    tests = sorted(path for path in result.tests if path in reached)
    where = _lines((result, target))
    reasons = (f"{path} changed" if reached[path] is None else chain(reached, path, where) for path in tests)
    selected = tuple(Selected(path, (reason,)) for path, reason in zip(tests, reasons, strict=True))
    return Scope("some" if selected else "none", selected, result.tests, ())


def _reach(
    sides: tuple[Side, Side], changes: Collection[PathChange], without: Collection[str]
) -> tuple[Mapping[str, Link | None], tuple[str, ...]]:
    known, links = _links(sides, without)
    changed = Changed(sides, known)
    kinds: dict[str, list[str]] = {}
    for change in changes:
        kinds.setdefault(changed.kind(change), []).append(change.path)
    everything: dict[str, None] = {}
    for name, (rule, of_kinds) in CHANGE_RULES.items():
        paths = [path for kind, found in kinds.items() if kind in of_kinds for path in found]
        if name in without or not paths:
            continue
        for meaning in rule(changed, paths):
            if isinstance(meaning, Everything):
                everything.setdefault(meaning.why)
            else:
                links.add([meaning])
    if "names" not in without:
        # A file that is no module reaches on through whoever names it.
        onward = {link.dependent for found in links.named.values() for link in found}
        files = {path for side in sides for path in side.tree.entries() if not path.endswith(".py")}
        links.add(list(flat.from_iterable(changed.names_of(path) for path in sorted(onward & files))))
    return links.reached(change.path for change in changes), tuple(everything)


def _links(sides: tuple[Side, Side], without: Collection[str]) -> tuple[Links, Links]:
    """The links of all rules, which tell what kind of change it is, and those of the rules that are applied."""

    def island_of(path: str) -> str:
        return next((found for side in sides if (found := side.island_of(path))), "")

    known = Links(island_of)
    applied = Links(island_of) if without else known
    for side in sides:
        for name, rule in LINK_RULES.items():
            _add(rule(side), known, applied, name in without or (DELETIONS in without and side is sides[0]))
    for side in sides:
        _add(list(python_rules.helpers(side, known.named)), known, applied, HELPERS in without)
    return known, applied


def _add(links: Iterable[Link], known: Links, applied: Links, is_off: bool) -> None:
    found = list(links)
    known.add(found)
    if applied is not known and not is_off:
        applied.add(found)


def _lines(sides: Iterable[Side]) -> Callable[[Link], int]:
    """On which line a link's dependent says so; a file is read once for each word."""
    known: dict[tuple[str, str], int] = {}

    def line(link: Link) -> int:
        key = link.dependent, link.word
        if link.word and key not in known:
            tree = next((side.tree for side in sides if link.dependent in side.tree.entries()), None)
            known[key] = line_of(tree, *key) if tree is not None else 0
        return known[key] if link.word else link.line

    return line


def _all(result: Side, why: tuple[str, ...]) -> Scope:
    tests = tuple(Selected(path, why[:1]) for path in sorted(result.tests))
    return Scope("all" if tests else "none", tests, result.tests, why)
