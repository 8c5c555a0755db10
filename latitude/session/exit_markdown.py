"""What kind of place each line and each character of a reply is: fence, list, quotation, prose.

Not a Markdown parser: it sorts places only as far as the exit rule tells them apart.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from latitude.session.exit_text import Text, is_spaceless, is_word, takes_suffix

Kind = Literal["blank", "fence", "quote", "item", "row", "heading", "prose"]
Span = tuple[int, int]

_FENCE = re.compile(r" *(`{3,}|~{3,})(.*)$")
_QUOTE = re.compile(r" {0,3}>")
_HEADING = re.compile(r" {0,3}#{1,6} ")
_ITEM = re.compile(
    r" *(?:\*\*|__)?(?:(?P<bullet>[-*+•·‣◦▪●○➤☐☑✅–—])"
    r"|(?P<number>[\[(]?\d{1,3}[\]).:])"
    r"|(?P<letter>[\[(]?(?:[a-zA-Z]|[ivxIVX]{2,4})[\]).:])"
    r"|(?P<option>(?:option|choice|path|door)\s\w{1,3}\s?[:.)–—-]))(?:\*\*|__)? +\S",
    re.IGNORECASE,
)
_ELEMENT = re.compile(r"\s*(<(?:li|option|item|choice|entry|command|line|speech)\b)", re.IGNORECASE)
_RULE_OFF = re.compile(r" {0,3}(?:[-*_=] ?){3,}$")
_BACKTICKS = re.compile(r"`+")

# How far to look for a sibling of a list item or a table row; a bound, so that the time is linear.
_REACH = 40

# A pair that opens and closes with different signs, in any mixture the languages use.
_OPENERS = {"“": "”“", "„": "“”", "«": "»", "»": "«", "‹": "›", "「": "」", "『": "』"} | {
    "《": "》",
    "〈": "〉",
}
_STRAIGHT = '"'
_SINGLE = {"'": "'", "‘": "’", "‚": "‘’"}
_PAIRED_SIGN = re.compile("[“”„«»‹›「」『』《》〈〉]")
_PLAIN_SIGN = re.compile("[\"'‘’‚]")
_LONGEST_QUOTATION = 4000
# Words that begin with an apostrophe, which is no quotation mark.
_ELIDED = re.compile(r"(?:twas|tis|til|em|cause|n|\d\ds?)\b")
# Quotations of different signs can overlap; this many of the nearest are looked at.
_NESTED = 8


@dataclass(frozen=True, slots=True)
class Page:
    """A reply's text with the kind of each line and its paragraphs (ranges of lines)."""

    text: Text
    kinds: tuple[Kind, ...]
    paragraphs: tuple[Span, ...]

    def paragraph_of(self, line: int) -> Span:
        """Lines `[first, last)` of the paragraph that holds `line`."""
        at = bisect_right(self.paragraphs, (line, len(self.kinds) + 1)) - 1
        first, last = self.paragraphs[at] if at >= 0 else (line, line + 1)
        return (first, last) if first <= line < last else (line, line + 1)

    def offsets(self, lines: Span) -> Span:
        """Where the lines `[first, last)` begin and end in the text."""
        return self.text.starts[lines[0]], self.text.span(lines[1] - 1)[1]

    def previous(self, line: int) -> int | None:
        """The nearest line above that is not blank, within reach."""
        above = range(line - 1, max(-1, line - _REACH), -1)
        return next((n for n in above if self.kinds[n] != "blank"), None)

    def following(self, line: int) -> int | None:
        """The nearest line below that is not blank, within reach."""
        below = range(line + 1, min(len(self.kinds), line + _REACH))
        return next((n for n in below if self.kinds[n] != "blank"), None)


def read_page(text: Text) -> Page:
    """Sort the lines of a folded reply."""
    fenced = _fenced(text.lines)
    kinds: list[Kind] = []
    for number, line in enumerate(text.lines):
        kinds.append("fence" if number in fenced else _kind(line, kinds[-1] if kinds else "blank"))
    return Page(text, tuple(kinds), _paragraphs(kinds))


def _kind(line: str, above: Kind) -> Kind:
    stripped = line.strip()
    if not stripped or _RULE_OFF.match(line):
        return "blank"
    if _QUOTE.match(line):
        return "quote"
    if _HEADING.match(line):
        return "heading"
    if stripped.startswith("|") or stripped.count("|") > 1:
        return "row"
    if family(line) or (above == "item" and line.startswith("  ")):
        return "item"
    return "prose"


def _fenced(lines: tuple[str, ...]) -> set[int]:
    fenced: set[int] = set()
    opened, mark = -1, ""
    for number, line in enumerate(lines):
        match = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if mark:
            fenced.add(number)
            if match and match[1].startswith(mark) and not match[2].strip():
                mark = ""
        elif match and "`" not in match[2]:
            opened, mark = number, match[1]
            fenced.add(number)
    if mark:
        fenced -= _after_forgotten_fence(lines, opened)
    return fenced


def _after_forgotten_fence(lines: tuple[str, ...], opened: int) -> set[int]:
    """A fence that is never closed does not swallow the last paragraph: models forget to close."""
    end = len(lines)
    while end > opened + 1 and not lines[end - 1].strip():
        end -= 1
    first = end
    while first > opened + 1 and lines[first - 1].strip():
        first -= 1
    return set(range(first, end)) if first > opened + 1 or end - first <= 1 else set()


def _paragraphs(kinds: list[Kind]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for kind, group in groupby(range(len(kinds)), key=lambda n: kinds[n]):
        numbers = list(group)
        if kind in ("prose", "quote", "fence"):
            spans.append((numbers[0], numbers[-1] + 1))
        elif kind != "blank":
            spans.extend((n, n + 1) for n in numbers)
    return tuple(spans)


def family(line: str) -> str:
    """What marks a line as an item: its bullet, its tag, "number", "letter", "option", "emoji"."""
    match = _ITEM.match(line)
    if match:
        bullet = match["bullet"]
        return str(bullet) if bullet else str(match.lastgroup)
    element = _ELEMENT.match(line)
    if element:
        return element[1].casefold()
    head = line.lstrip()[:1]
    if head and unicodedata.category(head) == "So" and " " in line.strip():
        return "emoji"
    return ""


def has_siblings(page: Page, line: int) -> bool:
    """Whether an item stands among others of its kind."""
    own = family(page.text.lines[line])
    if page.kinds[line] == "item" and not own:
        return True
    for step in (-1, 1):
        number = line + step
        while 0 <= number < len(page.kinds) and abs(number - line) < _REACH:
            kind = page.kinds[number]
            apart = own == "emoji" and (kind == "blank" or page.following(line) is None)
            if kind not in ("blank", "item") or apart:
                break
            if kind == "item" and family(page.text.lines[number]) == own:
                if own not in "–—" or not _is_signature(page, number):
                    return True
                break
            number += step
    return False


def _is_signature(page: Page, line: int) -> bool:
    """A last line such as "— Claude"."""
    words = page.text.lines[line].split()
    return len(words) <= 4 and page.following(line) is None


def in_table(page: Page, start: int, end: int, line: int) -> bool:
    """Whether a match in a row with bars has cells beside or near it."""
    own_start, own_end = page.text.span(line)
    rest = page.text.low[own_start:start] + page.text.low[end:own_end]
    if page.text.lines[line].strip().startswith("|") and any(map(is_word, rest)):
        return True
    near = [n for n in (line - 1, line + 1) if 0 <= n < len(page.kinds)]
    return any("|" in page.text.lines[n] and any(map(is_word, page.text.lines[n])) for n in near)


def spans_of_code(low: str) -> list[Span]:
    """Inline code in one paragraph: runs of backticks paired with runs as long."""
    spans: list[Span] = []
    opened: dict[int, int] = {}
    for run in _BACKTICKS.finditer(low):
        length = len(run[0])
        if length in opened:
            spans.append((opened.pop(length), run.end()))
            opened.clear()
        else:
            opened[length] = run.start()
    return spans


def spans_of_paired_quotes(low: str) -> list[Span]:
    """Quotations between signs that differ, across the whole reply: “…”, „…“, «…», 「…」."""
    spans: list[Span] = []
    opened, closers = -1, ""
    for sign in _PAIRED_SIGN.finditer(low):
        at, char = sign.start(), sign[0]
        if opened >= 0 and at - opened > _LONGEST_QUOTATION:
            opened = -1
        closes = opened >= 0 and char in closers
        if closes and not (char == "“" and _looks_open(low, at)):
            spans.append((opened, at + 1))
            opened = -1
        elif char in _OPENERS:
            opened, closers = at, _OPENERS[char]
    return spans


def spans_of_plain_quotes(low: str) -> list[Span]:
    """Quotations in straight or single signs, which only make sense within one paragraph."""
    spans: list[Span] = []
    opened: dict[str, int] = {}
    for sign in _PLAIN_SIGN.finditer(low):
        at, char = sign.start(), sign[0]
        if char != _STRAIGHT:
            _pair_single(low, at, opened, spans)
        elif char in opened:
            spans.append((opened.pop(char), at + 1))
        elif _looks_open(low, at):
            opened[char] = at
    return sorted(spans)


def _pair_single(low: str, at: int, opened: dict[str, int], spans: list[Span]) -> None:
    char = low[at]
    for opener, closers in _SINGLE.items():
        if char in closers and opener in opened and _looks_closed(low, at):
            spans.append((opened.pop(opener), at + 1))
            return
    if char in _SINGLE and _looks_open(low, at) and not _ELIDED.match(low, at + 1):
        opened[char] = at


def _looks_open(low: str, at: int) -> bool:
    before = low[at - 1] if at else " "
    after = low[at + 1] if at + 1 < len(low) else " "
    return not after.isspace() and (not before.isalnum() or is_spaceless(before))


def _looks_closed(low: str, at: int) -> bool:
    before = low[at - 1] if at else " "
    after = low[at + 1] if at + 1 < len(low) else " "
    return not before.isspace() and (not after.isalnum() or takes_suffix(after))


def enclosing(spans: list[Span], start: int, end: int) -> Span | None:
    """The nearest of `spans` (sorted) that holds `[start, end)` strictly inside."""
    at = bisect_left(spans, (start, 0))
    return next((s for s in reversed(spans[max(0, at - _NESTED) : at]) if end < s[1]), None)
