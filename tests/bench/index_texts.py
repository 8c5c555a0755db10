"""Texts and sessions in any number, the same for a seed, for what searches and lists.

Words come as they do in a language: the second most frequent half as often as the first, the
third a third as often (Zipf). Sentences are drawn from a store of them, so that words that stand
together do so again elsewhere.
"""

import os
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import accumulate, pairwise
from pathlib import Path

from latitude.core.events import (
    ExitTaken,
    FileChange,
    KnownEvent,
    SessionClosed,
    Summary,
    WorkspaceCommitted,
)
from latitude.core.stream import Tokens
from latitude.index.follow import open_index
from latitude.journal.line import FIRST_PREV, encode_line
from latitude.journal.paths import JOURNAL
from tests.journal.samples import (
    answered,
    called,
    finished,
    opened,
    replied,
    said,
    started,
    thought,
)

VOCABULARY = 50_000
SENTENCES = 100_000
LENGTH = 10
"""Words in a sentence, which has about 60 bytes."""
OURS, REPLY = 2, 23
"""Sentences on each side of a turn in which both sides only talk."""
RARE = "zyzzyva"
"""A word that no text has unless it is put there."""
RARE_IN = 3
"""The session that holds it: one of the oldest."""
SYLLABLES = [first + second for first in "bdfghklmnprstvwz" for second in "aeiou"]
BEGUN = datetime(2020, 1, 1, tzinfo=UTC)
APART = timedelta(minutes=10)
"""From the beginning of one session to that of the next, which is after its end."""


class Texts:
    """Draws texts from a seeded store of sentences."""

    def __init__(self, seed: int = 1) -> None:
        self.chance = random.Random(seed)
        self.words = list(_vocabulary(self.chance))
        self._weights = list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
        drawn = self.chance.choices(self.words, cum_weights=self._weights, k=SENTENCES * LENGTH)
        self.sentences = [
            " ".join(drawn[start : start + LENGTH]) + "." for start in range(0, len(drawn), LENGTH)
        ]

    def text(self, sentences: int) -> str:
        """So many sentences."""
        return " ".join(self.chance.choices(self.sentences, k=sentences))

    def in_share(self, share: float, sentences: int) -> str:
        """The word that stands in about this share of all texts of so many sentences."""
        once = 1 - (1 - share) ** (1 / (sentences * LENGTH))
        return self.words[round(1 / (once * self._weights[-1])) - 1]

    def after(self, word: str) -> str:
        """The word that follows ``word`` most often."""
        found: dict[str, int] = {}
        for sentence in self.sentences:
            for first, second in pairwise(sentence.rstrip(".").split()):
                if first == word:
                    found[second] = found.get(second, 0) + 1
        return max(found, key=lambda second: (found[second], second))


def _vocabulary(chance: random.Random) -> Iterator[str]:
    """Words of two to four syllables, the short ones first."""
    known = {RARE}
    for rank in range(VOCABULARY):
        length = 2 if rank < 500 else 3 if rank < 20_000 else 4
        while (word := "".join(chance.choices(SYLLABLES, k=length))) in known:
            pass
        known.add(word)
        yield word


def begun(number: int) -> datetime:
    """When session ``number`` begins."""
    return BEGUN + number * APART


def settle(sessions: Path) -> None:
    """Bring the index up to date, as if no session had come for long."""
    for _ in range(3):
        # The index makes files of its own there at first, and each changes the folder's time.
        os.utime(sessions, (1, 1))
        open_index(sessions).close()


def name_of(number: int) -> str:
    """The id of session ``number``."""
    return f"{begun(number):%Y%m%d-%H%M%S}-{number:06}"


def conversations(texts: Texts, sessions: int, turns: int) -> Iterator[tuple[list[str], list[str]]]:
    """Our words and the replies of each session; the first reply of an early one is rare."""
    for number in range(sessions):
        ours = [texts.text(OURS) for _ in range(turns)]
        replies = [texts.text(REPLY) for _ in range(turns)]
        if number == RARE_IN:
            replies[0] += f" {RARE}"
        yield ours, replies


def spoken(ours: Sequence[str], replies: Sequence[str]) -> Iterator[KnownEvent]:
    """The turns of a session in which both sides only talk."""
    for turn, (question, reply) in enumerate(zip(ours, replies, strict=True), start=1):
        yield said(turn, question)
        yield started(turn, turn)
        yield replied(turn, turn, reply)
        yield finished(turn, turn)


def worked(texts: Texts, turns: int) -> Iterator[KnownEvent]:
    """The turns of a session that thinks, replies, and writes a file in every second turn."""
    for turn in range(1, turns + 1):
        yield said(turn, texts.text(2))
        yield started(turn, turn)
        yield thought(turn, turn, texts.text(10))
        if turn % 2:
            yield replied(turn, turn, texts.text(12), index=1)
            yield finished(turn, turn)
            continue
        yield replied(turn, turn, texts.text(5), index=1)
        path, content = f"{turn}.md", texts.text(6)
        arguments = f'{{"path": "{path}", "content": "{content}"}}'
        yield called(turn, turn, "write_file", arguments, index=2)
        yield finished(turn, turn)
        yield answered(turn, turn, f"call-{turn}-2", f"Wrote {path}.")
        change = FileChange(path=path, status="added", size=len(content), sha256="4" * 64)
        yield WorkspaceCommitted(
            turn=turn, step=turn, commit="5" * 40, tree="6" * 40, files=(change,)
        )


def shelve(sessions: Path, number: int, turns: int, events: Iterator[KnownEvent]) -> Path:
    """Write session ``number``, which ends by its model's exit, as its journal would lie there."""
    folder, at = sessions / name_of(number), begun(number)
    summary = Summary(
        turns=turns, steps=turns, files=0, tokens=Tokens(input=900, output=400), model="m"
    )
    lines = [
        opened(folder.name),
        *events,
        ExitTaken(turn=turns, step=turns, by="phrase", evidence="Stopping now.", rule="own-line"),
        SessionClosed(end="model-exit", detail="", summary=summary),
    ]
    prev, data = FIRST_PREV, []
    for seq, event in enumerate(lines):
        moment = at + timedelta(seconds=seq)
        line = encode_line(seq, f"{moment:%Y-%m-%dT%H:%M:%S}.000Z", prev, event)
        prev = sha256(line).hexdigest()
        data.append(line)
    folder.mkdir(parents=True)
    (folder / JOURNAL).write_bytes(b"\n".join(data) + b"\n")
    return folder
