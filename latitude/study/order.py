"""In which order the cells of a study are run, and with which seeds.

Blocks: each holds one repeat of every arm, shuffled. So the arms lie side by side in time, and a
study that is stopped has run each of them about as often. What is drawn comes out of SHA-256, which
gives the same order on every machine and with every version of Python.
"""

from collections.abc import Sequence
from hashlib import sha256

import msgspec

_SEEDS = 2**31
"""Small enough for every server that takes a seed."""


class Cell(msgspec.Struct, frozen=True, array_like=True):
    """One session that is to be: an arm, once."""

    arm: int
    """Its place among the plan's arms, from 0."""
    repeat: int
    """From 1."""
    seed: int


def cells(labels: Sequence[str], repeats: int, seed: int) -> tuple[Cell, ...]:
    """Return every cell of the arms with these ``labels``, in the order of the study's ``seed``."""
    return tuple(
        Cell(arm, repeat, _number(seed, repeat, labels[arm]) % _SEEDS)
        for repeat in range(1, repeats + 1)
        for arm in sorted(
            range(len(labels)), key=lambda arm: _number(seed, repeat, "place", labels[arm])
        )
    )


def _number(*words: object) -> int:
    text = "\n".join(map(str, words))
    return int.from_bytes(sha256(text.encode("utf-8")).digest()[:8], "big")
