"""What a change to OWNERS files gives and takes: over how many files somebody gains or loses approval."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from onetree.policy.ownership.grammar import NAME
from onetree.policy.ownership.resolution import Ownership
from onetree.policy.tree import PathChange, Tree


class Shift(NamedTuple):
    """The files that `who` may approve after the change and not before, and the other way round."""

    who: str
    gains: int
    loses: int


class OwnershipDiff(NamedTuple):
    """Shifts by name, and sentences on files that the change leaves with one owner, none, or a broken rule."""

    shifts: tuple[Shift, ...] = ()
    notices: tuple[str, ...] = ()


def compare(result: Tree, changes: Iterable[PathChange], before: Ownership) -> OwnershipDiff:
    """Compare ownership over the files of the result that a changed OWNERS file bears on; `before` is of the target."""
    changed = [change.path for change in changes if NAME in change.path.rpartition("/")[2]]
    if not changed:
        return OwnershipDiff()
    after = Ownership(result)
    prefixes = {path.rpartition("/")[0] for path in changed if path.rpartition("/")[2] == NAME}
    for path in changed:
        prefixes.update(before.importers(path), after.importers(path))
    folders = tuple(f"{prefix}/" if prefix else "" for prefix in prefixes)
    gains: Counter[str] = Counter()
    losses: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for path in result.entries():
        if path.startswith(folders):
            old, new = before.of(path), after.of(path)
            earlier, later = {owner.who for owner in old.owners}, {owner.who for owner in new.owners}
            gains.update(later - earlier)
            losses.update(earlier - later)
            if new.status not in ("owned", old.status):
                left["without an owner" if new.status == "unowned" else "with invalid OWNERS"] += 1
            elif len(later) == 1 and earlier != later and "*" not in later:
                left["with one owner"] += 1
    who = sorted(gains.keys() | losses.keys())
    return OwnershipDiff(
        tuple(Shift(name, gains[name], losses[name]) for name in who),
        (
            *(f"this change gives {name} approval over {_files(gains[name])}" for name in who if gains[name]),
            *(f"this change takes from {name} approval over {_files(losses[name])}" for name in who if losses[name]),
            *(f"this change leaves {_files(number)} {how}" for how, number in sorted(left.items())),
        ),
    )


def _files(number: int) -> str:
    return f"{number:,} file" + ("" if number == 1 else "s")
