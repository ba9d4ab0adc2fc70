"""Whom to ask: the fewest people who together complete a change's approval.

Fewest people first, then the nearest folder, then the least load, then the name: the answer is always the same for the
same input. Up to `_EXACT` people the set is the smallest there is; beyond that, or where there are too many sets to
try, people are added greedily and what is left over is taken out again.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from typing import NamedTuple

from onetree.policy.approvals.outcomes import Outcome
from onetree.policy.approvals.rules import ANYONE
from onetree.policy.approvals.slots import fill

_EXACT = 4
_TRIES = 20_000


class Gap(NamedTuple):
    """One requirement that is not met: the slots still free in each clause, and who may fill them.

    `able` is account -> clauses; `distance` is account -> folders between the path and the file that names it.
    """

    free: tuple[int, ...]
    able: Mapping[str, frozenset[int]]
    distance: Mapping[str, int]


class Suggestion(NamedTuple):
    """The accounts to ask, sorted; `complete` is false where even all of them together would not be enough."""

    people: tuple[str, ...]
    complete: bool


def gaps(outcomes: Iterable[Outcome], key: Callable[[str], str]) -> tuple[Gap, ...]:
    """The distinct requirements that are not met and can be; `key` gives the account of an owner's name."""
    found: dict[tuple[object, ...], Gap] = {}
    for outcome in outcomes:
        if outcome.status == "invalid" or outcome.dead_end:
            continue
        for slots in outcome.slots:
            if any(slot.missing for slot in slots):
                able: dict[str, frozenset[int]] = {}
                distance: dict[str, int] = {}
                for i, slot in enumerate(slots):
                    near = {owner.who: owner.distance for owner in slot.clause.owners}
                    for who in slot.candidates:
                        able[key(who)] = able.get(key(who), frozenset()) | {i}
                        distance[key(who)] = min(near.get(who, 0), distance.get(key(who), near.get(who, 0)))
                gap = Gap(tuple(slot.missing for slot in slots), able, distance)
                found[gap.free, tuple(sorted(able.items(), key=lambda item: item[0]))] = gap
    return tuple(found.values())


def suggest(open_gaps: tuple[Gap, ...], load: Mapping[str, int], *, once: bool) -> Suggestion:
    """The people to ask for a set of gaps. Where any account will do and nobody is named, that is `ANYONE`."""
    names = sorted({who for gap in open_gaps for who in gap.able})
    named = {who for who in names if who != ANYONE}
    anyone = tuple(gap for gap in open_gaps if not named & gap.able.keys())
    rest = tuple(gap for gap in open_gaps if named & gap.able.keys())

    def rank(people: tuple[str, ...]) -> tuple[int, int, tuple[str, ...]]:
        near = sum(gap.distance[who] for gap in rest for who in people if who in gap.able)
        return (near, sum(load.get(who, 0) for who in people), people)

    people, complete = _choose(rest, sorted(named), rank, once)
    return Suggestion((*people, *((ANYONE,) if anyone else ())), complete)


def _choose(
    gaps: tuple[Gap, ...],
    names: list[str],
    rank: Callable[[tuple[str, ...]], tuple[int, int, tuple[str, ...]]],
    once: bool,
) -> tuple[tuple[str, ...], bool]:
    if not gaps:
        return (), True
    names = _interesting(gaps, names, rank)
    tries = 0
    for size in range(1, _EXACT + 1):
        best: tuple[str, ...] = ()
        for people in combinations(names, size):
            tries += 1
            if tries > _TRIES:
                return _greedy(gaps, names, rank, once)
            if _met(gaps, people, once) == _wanted(gaps) and (not best or rank(people) < rank(best)):
                best = people
        if best:
            return best, True
    return _greedy(gaps, names, rank, once)


def _interesting(
    gaps: tuple[Gap, ...], names: list[str], rank: Callable[[tuple[str, ...]], tuple[int, int, tuple[str, ...]]]
) -> list[str]:
    """Of people who can fill the very same slots, as many of the best as there are slots."""
    alike: dict[tuple[frozenset[int], ...], list[str]] = {}
    for who in names:
        alike.setdefault(tuple(gap.able.get(who, frozenset()) for gap in gaps), []).append(who)
    most = max(sum(gap.free) for gap in gaps)
    return sorted(who for group in alike.values() for who in sorted(group, key=lambda each: rank((each,)))[:most])


def _greedy(
    gaps: tuple[Gap, ...],
    names: list[str],
    rank: Callable[[tuple[str, ...]], tuple[int, int, tuple[str, ...]]],
    once: bool,
) -> tuple[tuple[str, ...], bool]:
    people: tuple[str, ...] = ()
    met = 0
    while met < _wanted(gaps):
        gains = [(-_met(gaps, (*people, who), once), rank((who,)), who) for who in names if who not in people]
        if not gains or -min(gains)[0] == met:
            break
        met = -min(gains)[0]
        people = (*people, min(gains)[2])
    for who in people:
        fewer = tuple(other for other in people if other != who)
        if _met(gaps, fewer, once) == met:
            people = fewer
    return tuple(sorted(people)), met == _wanted(gaps)


def _met(gaps: tuple[Gap, ...], people: tuple[str, ...], once: bool) -> int:
    """How many slots these people can fill, over all gaps."""
    total = 0
    for gap in gaps:
        able = {who: gap.able[who] for who in people if who in gap.able}
        total += sum(len(keys) for keys in fill(gap.free, able, once=once))
    return total


def _wanted(gaps: tuple[Gap, ...]) -> int:
    return sum(sum(gap.free) for gap in gaps)
