"""Who fills which slot: a bipartite matching of people to the slots of clauses."""

from collections.abc import Collection, Mapping, Sequence


def fill(counts: Sequence[int], able: Mapping[str, Collection[int]], *, once: bool) -> tuple[tuple[str, ...], ...]:
    """Fill as many slots as can be filled; for each clause the people in its slots, sorted.

    Clause i has `counts[i]` slots; `able` says for each person which clauses they may stand for. A person fills one
    slot, or with `once` false one in each clause (but never two in the same one). Deterministic. Kuhn's algorithm.
    """
    if not once:
        return tuple(
            tuple(sorted(person for person, clauses in able.items() if i in clauses)[:count])
            for i, count in enumerate(counts)
        )
    filled: list[list[str]] = [[] for _ in counts]
    for person in sorted(able):
        _place(person, counts, able, filled, set())
    return tuple(tuple(sorted(people)) for people in filled)


def _place(
    person: str, counts: Sequence[int], able: Mapping[str, Collection[int]], filled: list[list[str]], seen: set[int]
) -> bool:
    for clause in sorted(able[person]):
        if clause in seen:
            continue
        seen.add(clause)
        people = filled[clause]
        if len(people) < counts[clause]:
            people.append(person)
            return True
        for i, other in enumerate(people):
            if _place(other, counts, able, filled, seen):
                people[i] = person
                return True
    return False
