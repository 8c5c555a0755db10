"""``<think>`` at the start of a reply: thinking that a server left in the text.

A model of that kind opens its reply with the tag or does not use it; the word in the middle of a
reply is only a word. The tags arrive in pieces, so what may be the beginning of one is held back.
"""

from dataclasses import dataclass
from typing import Literal

OPEN, CLOSE = "<think>", "</think>"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the reply; ``verbatim`` has the tags that ``text`` lacks."""

    kind: Literal["thinking", "text"]
    text: str
    verbatim: str


class ThinkTags:
    """Splits the text of one reply as it streams."""

    def __init__(self) -> None:
        self._state: Literal["start", "thinking", "text"] = "start"
        self._held = ""

    def add(self, text: str) -> list[Piece]:
        """Take more text and return the pieces that are certain."""
        if self._state == "text":
            return [Piece("text", text, text)] if text else []
        self._held += text
        pieces: list[Piece] = []
        if self._state == "start":
            inner = self._held.lstrip()
            if OPEN.startswith(inner[: len(OPEN)]) and len(inner) < len(OPEN):
                return []
            if not inner.startswith(OPEN):
                return self._rest("text")
            rest = inner.removeprefix(OPEN)
            pieces.append(Piece("thinking", "", self._held[: len(self._held) - len(rest)]))
            self._state, self._held = "thinking", rest
        inside, tag, after = self._held.partition(CLOSE)
        if tag:
            pieces.append(Piece("thinking", inside, inside + tag))
            self._held = after
            return pieces + self._rest("text")
        sure = len(self._held) - _overlap(self._held, CLOSE)
        if sure:
            pieces.append(Piece("thinking", self._held[:sure], self._held[:sure]))
            self._held = self._held[sure:]
        return pieces

    def flush(self) -> list[Piece]:
        """Return what was held back; an unclosed tag stays thinking."""
        return self._rest("thinking" if self._state == "thinking" else "text")

    def _rest(self, kind: Literal["thinking", "text"]) -> list[Piece]:
        held, self._held, self._state = self._held, "", kind
        return [Piece(kind, held, held)] if held else []


def _overlap(text: str, tag: str) -> int:
    """The length of the longest end of ``text`` that may begin ``tag``."""
    for length in range(min(len(tag) - 1, len(text)), 0, -1):
        if text.endswith(tag[:length]):
            return length
    return 0
