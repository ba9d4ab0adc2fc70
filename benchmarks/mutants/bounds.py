"""How sure a count of misses makes us."""

from math import comb


def upper_bound(misses: int, trials: int, confidence: float = 0.95) -> float:
    """The one-sided Clopper-Pearson bound: the largest rate under which so few misses are not yet too unlikely.

    With no misses it is about 3 / trials, the rule of three. Without trials nothing is known, and it is 1.
    """
    if trials in (0, misses):
        return 1.0
    low, high = misses / trials, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        at_most = sum(comb(trials, k) * middle**k * (1 - middle) ** (trials - k) for k in range(misses + 1))
        low, high = (middle, high) if at_most > 1 - confidence else (low, middle)
    return high
