"""Many questions at once: p-values made fit to be read together.

Holm's for the results that a plan names, Benjamini and Hochberg's for those that were looked for.
"""

from collections.abc import Sequence


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """Return the p-values adjusted so that any false find at all stays as rare as the level.

    In the order given. It asks nothing about how the tests hang together.

    Source: S. Holm, Scandinavian Journal of Statistics 6 (1979), 65-70.

    Raises:
        ValueError: a value is not 0 to 1.
    """
    order = _smallest_first(ps)
    adjusted = [0.0] * len(ps)
    running = 0.0
    for rank, place in enumerate(order):
        running = max(running, min(1.0, (len(ps) - rank) * ps[place]))
        adjusted[place] = running
    return tuple(adjusted)


def benjamini_hochberg(ps: Sequence[float]) -> tuple[float, ...]:
    """Return the p-values adjusted so that the expected share of false finds stays at the level.

    In the order given. It holds for tests that are independent or positively dependent.

    Source: Y. Benjamini and Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995),
    289-300.

    Raises:
        ValueError: a value is not 0 to 1.
    """
    order = _smallest_first(ps)
    adjusted = [0.0] * len(ps)
    running = 1.0
    for rank in range(len(ps), 0, -1):
        place = order[rank - 1]
        running = min(running, ps[place] * len(ps) / rank)
        adjusted[place] = running
    return tuple(adjusted)


def _smallest_first(ps: Sequence[float]) -> list[int]:
    for p in ps:
        if not 0 <= p <= 1:
            raise ValueError(f"a p-value is 0 to 1, not {p}")
    return sorted(range(len(ps)), key=ps.__getitem__)
