"""Which words a sentence must hold for a pattern to be found in it.

A hundred patterns are looked for in each sentence that may be a wish. Most need some word that few
sentences have, so the words tell which patterns are worth trying. What is needed is read from the
pattern itself, as prefilters of regular expressions are made (R. Cox, "Regular Expression
Matching with a Trigram Index", 2012). A pattern that cannot be understood needs nothing, and is
always tried.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import product

# The parser of `re` is not documented; what it gives is held by tests with each version of Python.
from re import _constants as signs  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_MOST = 400
"""Texts of one part of a pattern; a part that can be more of them counts as anything."""
_PIECE = re.compile(r"\w+")
_SHORTEST = 2

_COMMON = frozenset(
    {
        *("the", "this", "that", "you", "your", "with", "from", "for", "one", "not", "and", "what"),
        *("will", "like", "just", "would", "should", "when", "they", "else", "into", "have"),
        *("more", "only", "made", "be", "it", "my", "any", "all", "on", "in"),
    }
)
"""Pieces that stand in most sentences, whatever their length."""
_MOST_KNOWN = 100_000
_LONGEST_KNOWN = 60
"""Characters of a word that is remembered."""

Needs = frozenset[str]
"""Pieces of words, of which at least one stands in every text that the pattern is found in."""


class Anchors:
    """Tells for words which of some patterns may be found where they stand."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Patterns are counted from 0, and have a bit each."""
        self._always = 0
        bits: dict[str, int] = {}
        for place, pattern in enumerate(patterns):
            needed = needs(pattern)
            if needed is None:
                self._always |= 1 << place
            for piece in needed or ():
                bits[piece] = bits.get(piece, 0) | 1 << place
        self._by_start: dict[str, list[tuple[str, int]]] = {}
        for piece, which in bits.items():
            self._by_start.setdefault(piece[:_SHORTEST], []).append((piece, which))
        self._known: dict[str, int] = {}
        """Words that were met before: most words of a text were."""

    def of(self, words: Iterable[str]) -> int:
        """Return the bits of the patterns that may be found in a text of these words."""
        found = self._always
        known = self._known
        for word in words:
            bits = known.get(word)
            found |= self._bits(word) if bits is None else bits
        return found

    def _bits(self, word: str) -> int:
        found = 0
        for at in range(len(word) - 1):
            for piece, bits in self._by_start.get(word[at : at + _SHORTEST], ()):
                if word.startswith(piece, at):
                    found |= bits
        if len(word) <= _LONGEST_KNOWN:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[word] = found
        return found


def needs(pattern: str) -> Needs | None:
    """Return what a pattern needs; ``None`` where nothing is needed for sure."""
    exact, found = _sequence(parser.parse(pattern))
    return _best([*found, *([] if exact is None else [_pieces(exact)])])


def _sequence(items: Iterable[Any]) -> tuple[set[str] | None, list[Needs | None]]:
    """All that a sequence can be, if that is few texts, and what it needs otherwise."""
    now: set[str] = {""}
    whole = True
    found: list[Needs | None] = []
    for item in items:
        exact, inner = _item(item)
        found += inner
        if exact is not None and len(now) * len(exact) <= _MOST:
            now = {one + other for one, other in product(now, exact)}
            continue
        whole = False
        found.append(_pieces(now))
        now = {""} if exact is None else exact
    if whole:
        return now, found
    found.append(_pieces(now))
    return None, found


def _item(item: tuple[Any, Any]) -> tuple[set[str] | None, list[Needs | None]]:
    kind, value = item
    if kind is signs.LITERAL:
        return {chr(value)}, []
    if kind is signs.SUBPATTERN:
        return _sequence(value[3])
    if kind is signs.BRANCH:
        return _branch(value[1])
    if kind in (signs.AT, signs.ASSERT, signs.ASSERT_NOT):
        return {""}, []
    if kind in (signs.MAX_REPEAT, signs.MIN_REPEAT, signs.POSSESSIVE_REPEAT):
        least, most, inside = value
        exact, inner = _sequence(inside)
        if (least, most) == (0, 1):
            return (None if exact is None else exact | {""}), []
        return None, ([*inner, *([] if exact is None else [_pieces(exact)])] if least else [])
    if kind is signs.IN and all(one is signs.LITERAL for one, _ in value):
        return {chr(code) for _, code in value}, []
    return None, []


def _branch(ways: Sequence[Any]) -> tuple[set[str] | None, list[Needs | None]]:
    exacts: list[set[str] | None] = []
    needed: list[Needs | None] = []
    for way in ways:
        exact, found = _sequence(way)
        exacts.append(exact)
        needed.append(_best([*found, *([] if exact is None else [_pieces(exact)])]))
    known = [one for one in exacts if one is not None]
    if len(known) == len(exacts) and sum(map(len, known)) <= _MOST:
        return set().union(*known), []
    if any(one is None for one in needed):
        return None, []
    return None, [frozenset().union(*(one for one in needed if one is not None))]


def _pieces(texts: Iterable[str]) -> Needs | None:
    """A piece of a word from each text; ``None`` where one has none that is long enough."""
    pieces = {max(reversed(_PIECE.findall(text)), key=_rarity, default="") for text in texts}
    return None if any(len(piece) < _SHORTEST for piece in pieces) else frozenset(pieces)


def _best(found: Iterable[Needs | None]) -> Needs | None:
    """Those needs whose most common piece is the rarest."""
    known = [one for one in found if one]
    return max(known, key=lambda one: min(map(_rarity, one)), default=None)


def _rarity(piece: str) -> int:
    """How seldom a piece of a word stands in a text: long ones do."""
    return 1 if piece in _COMMON else len(piece)
