"""The sentence around a match: where it begins and ends, and how it splits into clauses."""

import re
from dataclasses import dataclass

from latitude.session.exit_language import Language
from latitude.session.exit_lexicon import lexicon
from latitude.session.exit_text import Text, Use, is_spaceless

# A sentence longer than this is judged by its near part; the bound keeps the time linear.
WINDOW = 1200

_STOP = re.compile(r"[.!?。！？؟।۔]+[\"'”’»)\]*_~`』」]*|\n")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|mr|mrs|ms|dr|st|vs|cf|approx|z\.\s?b|d\.\s?h|p\.ex)|\b[a-hj-z])\.$"
)
_MARKUP = re.compile(r"[*_~`]+|</?[a-z][^<>]{0,80}>|\\[a-z]+\{|^[\s>#]+", re.MULTILINE)
_CURLY = str.maketrans({"’": "'", "‘": "'"})

_SYMBOL = "\u2190-\u2bff\U0001f000-\U0001faff"
#: A break after which a new statement stands, whatever came before it.
BREAK = re.compile(rf"[;；:：()\[\]{{}}|•·<>=/\\…—–{_SYMBOL}]|--+| - ")
_COMMA = re.compile(r"[,،、，]|\.{2,}|\.\s|\bp\.?s\.?(?=\s|$)")
# "*sets the pen down* Stopping now.": what is acted is a statement apart from what is said.
_ACTED = re.compile(r"^\s*(\*|_)(?!\1)(?:[^\s*_]+\s+){2,}[^\s*_]+\1(?=\s|$)")

# A line that ends with one of these runs on into the next, however short it is.
_RUNS_ON = re.compile(
    r"(?:\b(?:not|never|am|be|been|to|of|by|the|a|an|or|than|about|if|say|says|saying|write|writing|"
    r"before|without|i'm|i’m|nicht|pas|no|non|de|que|words?|phrase)|n['’]t)\s*$"
)
_WRAPPED_FROM = 48


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words around a match, lower case, without markup.

    `clause` is what stands before the phrase in its own clause, `linked` whether that clause opens
    with a word such as "so"; `earlier` is the rest of the same breath, `lead` all before that.
    `mark` is how the sentence ends; `start` and `end` are offsets in the reply.
    """

    before: str
    after: str
    mark: str
    lead: str
    earlier: str
    clause: str
    linked: bool
    start: int
    end: int


def sentence_at(
    text: Text, use: Use, bounds: tuple[int, int], languages: tuple[Language, ...]
) -> Sentence:
    """The sentence that holds `use`, within the paragraph at the offsets `bounds`."""
    low = text.low
    last = min(bounds[1], use.end + WINDOW)
    start, end, mark = _start(text, use, bounds), last, ""
    for stop in _STOP.finditer(low, use.end, last):
        if _ends(text, stop, start, last):
            end, mark = stop.end(), stop[0].strip()
            break
    after = low[use.end : end]
    if mark and after.rstrip().endswith(mark):
        after = after.rstrip()[: -len(mark)]
    before = low[start : use.start]
    acted = _ACTED.match(before)
    if acted and not _RUNS_ON.search(acted[0].rstrip("*_")):
        before = f"; {before[acted.end() :]}"
    before = _plain(before).rstrip(" \"'“‘„«「")
    return _split(before, _plain(after), mark, languages, (start, end))


def _start(text: Text, use: Use, bounds: tuple[int, int]) -> int:
    """Where the sentence begins: the last end of another, sought near by first, then farther."""
    for reach in (WINDOW // 8, WINDOW):
        first = max(bounds[0], use.start - reach)
        stops = _STOP.finditer(text.low, first, use.start)
        for stop in reversed(list(stops)):
            if _ends(text, stop, first, bounds[1]):
                return stop.end()
    return first


def runs_on(above: str, below: str) -> bool:
    """Whether a line (folded) continues in the next: wrapped, or cut off in mid-clause."""
    above, below = above.rstrip(), below.lstrip()
    if not above or (not above[-1].isalnum() and above[-1] not in ",'’"):
        return False
    if _RUNS_ON.search(above.casefold()):
        return True
    return len(above) >= _WRAPPED_FROM and (below[:1].islower() or above[-1] == ",")


def _plain(part: str) -> str:
    return " ".join(_MARKUP.sub("", part).translate(_CURLY).split())


def _ends(text: Text, stop: re.Match[str], first: int, last: int) -> bool:
    cased = text.cased
    after = cased[stop.end() : min(last, stop.end() + 80)]
    if stop[0] == "\n":
        line = text.line_at(stop.start())
        return not runs_on(text.lines[line], text.lines[line + 1])
    if stop[0][0] in "。！？।۔؟":
        return True
    head = text.low[max(first, stop.start() - 12) : stop.start() + 1]
    if stop[0][0] == "." and _ABBREVIATION.search(head):
        return False
    if not after[:1].strip():
        return not (stop[0].startswith("..") and after.lstrip()[:1].islower())
    # "now.The": a forgotten space; "note.md" and "3.5" are no ends.
    return is_spaceless(after[0]) or (stop[0][0] in "!?") or after[0].isupper()


def _split(
    before: str, after: str, mark: str, languages: tuple[Language, ...], span: tuple[int, int]
) -> Sentence:
    cut = _last_end(BREAK, before)
    breath = before[cut:]
    comma = _last_end(_COMMA, breath)
    clause = breath[comma:]
    if comma and lexicon(languages, "joining").match(clause.strip()):
        comma = _last_end(_COMMA, breath[: comma - 1])
        clause = breath[comma:]
    link = _last_end(lexicon(languages, "linking"), clause)
    return Sentence(
        before=before,
        after=after,
        mark=mark,
        lead=before[:cut].strip(),
        earlier=breath[:comma].strip(),
        clause=clause[link:].strip(),
        linked=link > 0,
        start=span[0],
        end=span[1],
    )


def _last_end(pattern: re.Pattern[str], string: str) -> int:
    end = 0
    for match in pattern.finditer(string):
        end = match.end()
    return end
