"""Sessions of any size for the benchmarks of the app, the same in every run."""

import random

from latitude.core.events import KnownEvent
from tests.journal.samples import (
    answered,
    called,
    closed,
    finished,
    opened,
    replied,
    said,
    thought,
)

FIRST_WORDS = "Here is some open time."
_TIDE = "the tide moves against a wall of small words and paper boats are folded again in light"
_WORDS = _TIDE.split()
_THOUGHT, _REPLY, _FILE = 1_500, 4_000, 1_500
"""Characters of each, at the least."""


def prose(size: int, seed: int) -> str:
    """At least ``size`` characters of Markdown: paragraphs, and here and there what is not."""
    dice = random.Random(seed)
    blocks: list[str] = []
    while sum(map(len, blocks)) < size:
        kind = dice.random()
        if kind < 0.7:
            blocks.append(_words(dice, dice.randint(30, 90)) + ".")
        elif kind < 0.8:
            blocks.append("\n".join(f"- {_words(dice, 9)}" for _ in range(5)))
        elif kind < 0.9:
            blocks.append("```python\n" + "x = light * moon\n" * 12 + "```")
        else:
            blocks.append(f"## {dice.choice(_WORDS)} **{dice.choice(_WORDS)}**")
    return "\n\n".join(blocks)


def session(size: int) -> list[KnownEvent]:
    """A session whose texts hold at least ``size`` characters; none is of no turn at all."""
    events: list[KnownEvent] = [opened()]
    turn = held = 0
    while held < size:
        turn += 1
        thinking, reply, file = prose(_THOUGHT, turn), prose(_REPLY, -turn), prose(_FILE, turn + 1)
        events += [
            said(turn, FIRST_WORDS if turn == 1 else "Go on."),
            thought(turn, turn, thinking),
            replied(turn, turn, reply, index=1),
            called(turn, turn, "write_file", file, index=2),
            finished(turn, turn),
            answered(turn, turn, f"call-{turn}-2", "Wrote page.md."),
        ]
        held += len(thinking) + len(reply) + len(file)
    return events


def recorded(size: int) -> list[KnownEvent]:
    """The same with its end."""
    return [*session(size), closed()]


def plain(events: list[KnownEvent]) -> str:
    """All texts of ``events``, one after the other."""
    texts = (getattr(event, "text", "") or getattr(event, "arguments", "") for event in events)
    return "\n\n".join(text for text in texts if text)


def _words(dice: random.Random, count: int) -> str:
    return " ".join(dice.choices(_WORDS, k=count))
