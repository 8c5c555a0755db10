"""How alike sessions are: by the words that they share.

The distance of two sessions is one minus the words they share by the words that either has
(Jaccard, 1901), each word counted once and without its case. Two that wrote nothing are as far
apart as two that share no word: of neither can likeness be told, and they are left out.
"""

from collections.abc import Mapping, Sequence

Words = frozenset[str]


def distance(one: Words, other: Words) -> float:
    """Return 0 (the same words) to 1 (none in common)."""
    shared = len(one & other)
    either = len(one) + len(other) - shared
    return 1.0 - shared / either if either else 1.0


def distances(words: Sequence[Words]) -> list[list[float]]:
    """Return the distance of each to each, a square, in order."""
    table = [[0.0] * len(words) for _ in words]
    for place, one in enumerate(words):
        row = table[place]
        for further in range(place + 1, len(words)):
            row[further] = table[further][place] = distance(one, words[further])
    return table


def by_session(sessions: Sequence[str], words: Sequence[Words]) -> Mapping[str, list[float]]:
    """Return the rows of :func:`distances` by session."""
    return dict(zip(sessions, distances(words), strict=True))


def mean_likeness(
    table: Mapping[str, Sequence[float]],
    order: Mapping[str, int],
    ours: Sequence[str],
    theirs: Sequence[str],
) -> float | None:
    """Return the mean likeness (one minus distance) of pairs of different sessions.

    ``order`` is where each session stands in the rows of ``table``. ``None`` without a pair.
    """
    pairs = [1.0 - table[one][order[other]] for one in ours for other in theirs if one != other]
    return sum(pairs) / len(pairs) if pairs else None
