"""`onetree changed`: the subsystems that the change touches, and those that depend on them."""

from typing import Any, NamedTuple

from onetree.commands.context import Context, Selection, Which, select
from onetree.commands.sides import Sides, sides
from onetree.policy.subsystems.affected import Affected, affected, whose
from onetree.policy.subsystems.registry import Subsystems


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


def run(context: Context, which: Which) -> Report:
    """Answer for the change that is meant. Raises InputError for bad revisions, settings and manifests."""
    selection = select(context, which)
    return of(context, selection, sides(context, selection))


def of(context: Context, selection: Selection, both: Sides) -> Report:
    """Answer for a change that has been selected, with what is known of the files of both its trees."""
    target, result = (Subsystems(tree, context.settings(tree)) for tree in (selection.target, selection.result))
    paths = whose(selection.changes, target, result)
    graphs = [(both.result.graph, result)]
    if any(change.new is None and change.path.endswith(".py") for change in selection.changes):
        graphs.append((both.target.graph, target))
    subsystems = affected(paths, selection.changes, graphs)
    return Report(selection.label, len(selection.changes), subsystems, paths.enclosing, paths.unowned)
