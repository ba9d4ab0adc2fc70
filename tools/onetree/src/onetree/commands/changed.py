"""`onetree changed`: the subsystems that the change touches, and those that depend on them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from onetree.adapters.importgraph import Cache, build
from onetree.commands.context import Context, Selection, Which, select
from onetree.policy.affected import Affected, affected, whose
from onetree.policy.subsystems import Subsystems
from onetree.policy.tree import PathChange


class Report(NamedTuple):
    """What `onetree changed` answers, for the change that `label` names.

    `enclosing` are subsystems that are not touched, but in whose folders files stand that a touched one claims;
    `unowned` are changed paths of no subsystem.
    """

    label: str
    changed_paths: int
    subsystems: tuple[Affected, ...]
    enclosing: tuple[str, ...]
    unowned: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """Always 0: the command tells, and judges nothing."""
        return 0

    def json(self) -> dict[str, Any]:
        """The command line's JSON. `affected` is true for all that are listed: what is touched is affected as well."""
        return {
            "change": self.label,
            "changed_paths": self.changed_paths,
            "subsystems": [
                {
                    "name": each.name,
                    "touched": each.touched,
                    "affected": True,
                    "reasons": [str(reason) for reason in each.reasons],
                }
                for each in self.subsystems
            ],
            "enclosing": list(self.enclosing),
            "unowned": list(self.unowned),
        }


def run(context: Context, which: Which, cache: Cache | None = None) -> Report:
    """Answer for the change that is meant. Raises InputError for bad revisions, settings and manifests."""
    return of(context, select(context, which), cache)


def of(context: Context, selection: Selection, cache: Cache | None = None) -> Report:
    """Answer for a change that has been selected. The scan's cache saves most of the time."""
    trees = (selection.target, selection.result)
    settings = [context.settings(tree) for tree in trees]
    target, result = (Subsystems(tree, own) for tree, own in zip(trees, settings, strict=True))
    paths = whose(selection.changes, target, result)
    graphs = [(build(selection.result, settings[1], cache, strings=True), result)]
    if _deletes_modules(selection.changes):
        graphs.append((build(selection.target, settings[0], cache, strings=True), target))
    subsystems = affected(paths, selection.changes, graphs)
    return Report(selection.label, len(selection.changes), subsystems, paths.enclosing, paths.unowned)


def _deletes_modules(changes: Sequence[PathChange]) -> bool:
    return any(change.new is None and change.path.endswith(".py") for change in changes)
