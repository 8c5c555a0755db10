"""Folding a reply and finding the exit phrases in it, before anything is judged.

A line keeps its place through folding, so a match in the folded text names a line of the reply.
"""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

# Zero-width, bidirectional and variation characters: they change a word's bytes, not the word.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_ODD_SPACE = re.compile(r"[^\S ]")
_ESCAPED = re.compile(r"\\([^\w\s])")
# Before NFKC, which turns the acute accent into a space and a combining mark ("I´m").
_APOSTROPHES = str.maketrans({"´": "'", "ʼ": "'", "ʹ": "'", "′": "'"})
_SHARP_S = str.maketrans({"ß": "ss", "ẞ": "SS"})

# Scripts written without spaces between words, where a phrase may touch its neighbours.
_SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)
# Korean particles follow a word without a space.
_AGGLUTINATED = re.compile("[\uac00-\ud7af]")
# Arabic "and", "so" and "will" are written onto the verb.
_ARABIC_PREFIX = re.compile("(?<!\\w)[وفس]{1,2}$")

_EDGE = " \t.,!…。、！¡¿\"'“”"
_TAG = re.compile(r"<([\w-]+)>")
_SAME_SIGN = {"'": "['’‘`]", "-": "[-‐‑‒–—−]", '"': '["“”„]'}
# Between two words of a phrase: one line may end there, no paragraph may.
_GAP = r"[*_~]{0,3}(?: +\n?|\n)[ *_~>]*"


@dataclass(frozen=True, slots=True)
class Phrase:
    """An exit phrase as configured, and the pattern that finds it in folded text."""

    configured: str
    pattern: re.Pattern[str]
    words: str


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a phrase stands: offsets in `Text.low`, `line` an index into its lines."""

    phrase: Phrase
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Text:
    """A reply in three parallel forms: verbatim lines, folded lines, and one lower-case string.

    `cased` and `low` are equally long; `starts` holds the offset of each line in them.
    """

    verbatim: tuple[str, ...]
    lines: tuple[str, ...]
    starts: tuple[int, ...]
    cased: str
    low: str

    def line_at(self, offset: int) -> int:
        """The index of the line that holds `offset`."""
        return bisect_right(self.starts, offset) - 1

    def span(self, line: int) -> tuple[int, int]:
        """Where a line begins and ends, without its line end."""
        return self.starts[line], self.starts[line] + len(self.lines[line])


def fold(line: str) -> str:
    """One line in compatibility form: full-width letters, entities, odd spaces made plain."""
    if "&" in line:
        line = html.unescape(line)
    if not line.isascii():
        line = unicodedata.normalize("NFKC", line.translate(_APOSTROPHES))
        line = _INVISIBLE.sub("", line).translate(_SHARP_S)
    if "\\" in line:
        line = _ESCAPED.sub(r"\1", line)
    return _ODD_SPACE.sub(" ", line.replace("\t", "    "))


def lower(text: str) -> str:
    """`text` without case and exactly as long, so that offsets hold in both."""
    folded = text.casefold()
    if len(folded) == len(text):
        return folded
    singles = (c.casefold() for c in text)
    return "".join(f if len(f) == 1 else c for f, c in zip(singles, text, strict=True))


def read_text(reply: str) -> Text:
    """Split and fold a reply; time and space are linear in its length."""
    verbatim = tuple(reply.splitlines())
    lines = tuple(fold(line) for line in verbatim)
    starts, offset = [], 0
    for line in lines:
        starts.append(offset)
        offset += len(line) + 1
    cased = "\n".join(lines)
    return Text(verbatim, lines, tuple(starts), cased, lower(cased))


@lru_cache(maxsize=256)  # A session asks with the same few phrases after every reply.
def read_phrase(configured: str) -> Phrase | None:
    """The pattern of a configured phrase, or None if nothing of it can be seen."""
    core = lower(fold(" ".join(configured.split()))).strip()
    core = core.strip(_EDGE) or core
    if not core:
        return None
    tag = _TAG.fullmatch(core)
    if tag:
        return Phrase(configured, re.compile(rf"</?{tag[1]} ?/?>"), core)
    words = ["".join(_SAME_SIGN.get(c, re.escape(c)) for c in word) for word in core.split()]
    return Phrase(configured, re.compile(_GAP.join(words)), core.replace("’", "'"))


def find_uses(text: Text, phrases: Sequence[Phrase]) -> Iterator[Use]:
    """Every place where a phrase stands free, in order; where two begin, the longer one."""
    found = [
        (match.start(), -match.end(), order, phrase)
        for order, phrase in enumerate(phrases)
        for match in phrase.pattern.finditer(text.low)
        if _stands_free(text.low, match.start(), match.end())
    ]
    found.sort(key=lambda item: item[:3])
    reached = 0
    for start, negative_end, _, phrase in found:
        if start >= reached:
            reached = -negative_end
            yield Use(phrase, start, reached, text.line_at(start))


def is_spaceless(char: str) -> bool:
    """Whether `char` belongs to a script that sets no spaces between words."""
    return _SPACELESS.match(char) is not None


def takes_suffix(char: str) -> bool:
    """Whether `char` may follow a quotation or a phrase without a space, as a particle does."""
    return is_spaceless(char) or _AGGLUTINATED.match(char) is not None


def is_word(char: str) -> bool:
    """A letter, a digit, or a mark that belongs to a letter (as in Devanagari)."""
    return char.isalnum() or unicodedata.category(char).startswith("M")


def _stands_free(low: str, start: int, end: int) -> bool:
    return _free_before(low, start) and _free_after(low, start, end)


def _free_before(low: str, start: int) -> bool:
    if start == 0:
        return True
    first, before = low[start], low[start - 1]
    earlier = low[start - 2] if start > 1 else " "
    if first == "/":
        return not (is_word(before) or before in "/<") and not _in_path(earlier + before)
    if not is_word(first) or is_spaceless(first):
        return True
    if before in "-_/\\" and is_word(earlier):
        return False
    if is_word(before) and not is_spaceless(before):
        return _ARABIC_PREFIX.search(low[max(0, start - 4) : start]) is not None
    return True


def _in_path(before: str) -> bool:
    """Whether two signs before a slash belong to a path ("./", "~/", "a-/"), and are not markup."""
    match before[1]:
        case ".":
            return not is_word(before[0])
        case "~":
            return before[0] != "~"
        case "_" | "-":
            return is_word(before[0])
        case _:
            return False


def _free_after(low: str, start: int, end: int) -> bool:
    if end == len(low):
        return True
    last, after = low[end - 1], low[end]
    later = low[end + 1] if end + 1 < len(low) else " "
    if not is_word(last) or is_spaceless(last) or _AGGLUTINATED.match(last):
        return True
    if after in "-_" and is_word(later):
        return False
    if after == "/" and low[start] == "/":
        return False
    return not is_word(after) or is_spaceless(after)
