"""Full-text search of what was said, thought, called and written (SQLite FTS5)."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from latitude.core.text import mend_surrogates
from latitude.errors import UsageError
from latitude.index.filters import Filter

Voice = Literal["reply", "thinking", "ours", "files", "tools"]
VOICES: tuple[Voice, ...] = ("reply", "thinking", "ours", "files", "tools")
"""Where words may stand, in the order in which a hit is shown."""

_COLUMNS = ("ours", "thinking", "reply", "tools", "files")
"""As they stand in the table of the full text (``schema.sql``)."""
_PIECE = re.compile(r'"([^"]*)"(\*?)|(\S+)')
_WORDS = 24
"""Tokens in a piece of text that is shown around a hit."""
ON, OFF = "\x02", "\x03"
"""What stands around a word that was found; no text may act on a terminal with them."""


class Found(msgspec.Struct, frozen=True):
    """A place in a turn where the words stand."""

    voice: Voice
    text: str
    """A piece of it, with ``ON`` and ``OFF`` around what was found. Not clean."""


class Hit(msgspec.Struct, frozen=True):
    """A turn in which the words were found."""

    session: str
    turn: int
    at: str
    model: str
    protocol: str
    rehearsal: bool
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for, and where."""

    words: str
    voices: tuple[Voice, ...] = ()
    """Any of them; empty is everywhere."""
    which: Filter = field(default_factory=Filter)
    ranked: bool = False
    """Best first (BM25) in place of newest first; every match is weighed then."""
    limit: int = 20


def search(connection: sqlite3.Connection, query: Query) -> Iterator[Hit]:
    """Yield the turns that hold the words. Raises ``UsageError`` for words that say nothing."""
    words, values = query.which.sql()
    order = "rank" if query.ranked else "turn_fts.rowid DESC"
    pieces = ", ".join(
        f"snippet(turn_fts, {_COLUMNS.index(voice)}, '{ON}', '{OFF}', '…', {_WORDS})"
        for voice in VOICES
    )
    rows = connection.execute(
        f"SELECT session.id, turn.turn, turn.at, session.model, session.protocol, "
        f"coalesce(session.rehearsal, 0), {pieces} FROM turn_fts "
        "JOIN turn ON turn.id = turn_fts.rowid JOIN session ON session.key = turn.session "
        f"WHERE turn_fts MATCH ? AND {words} ORDER BY {order} LIMIT ?",
        [expression(query.words, query.voices), *values, query.limit],
    )
    for session, turn, at, model, protocol, rehearsal, *texts in rows:
        found = tuple(
            Found(voice, text)
            for voice, text in zip(VOICES, texts, strict=True)
            if text and ON in text and (not query.voices or voice in query.voices)
        )
        yield Hit(session, turn, at, model, protocol, bool(rehearsal), found)


def expression(words: str, voices: Sequence[Voice] = ()) -> str:
    """What FTS5 is asked for: all of the words, in ``voices`` only where some are named.

    ``"words in quotes"`` stand together, ``word*`` is the beginning of one, ``OR`` (in capitals)
    stands between two of which either will do. Everything else is looked for as it is written.
    Raises ``UsageError`` where no word is left.
    """
    groups: list[list[str]] = [[]]
    # SQLite ends a text at NUL, and takes no halves of characters.
    typed = mend_surrogates(words.replace("\0", " "))[0]
    for phrase, phrase_star, word in _PIECE.findall(typed):
        if word == "OR":
            groups.append([])
        elif word == "AND":
            continue
        elif text := (phrase or word.rstrip("*")).replace('"', " ").strip():
            star = "*" if phrase_star or (word.endswith("*")) else ""
            if any(letter.isalnum() for letter in text):
                groups[-1].append(f'"{text}"{star}')
    asked = [" ".join(group) for group in groups if group]
    if not asked:
        raise UsageError(
            "There is no word to look for. Give some, such as: latitude search harbour, "
            "latitude search '\"stopping now\"', latitude search 'harb*'"
        )
    either = " OR ".join(f"({one})" for one in asked)
    if not voices:
        return either
    return f"{{{' '.join(voices)}}} : ({either})"
