"""Wishes that a model said in prose, found for the person who publishes.

The tool ``wish`` is one way to say them, and a sentence in a reply is another. What is found here
is a candidate and no more: it binds once a person has confirmed it, and then as the tool's does.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

import msgspec

from latitude.core.events import (
    BlockRecorded,
    Record,
    ResponseFailed,
    ResponseFinished,
    SessionOpened,
)
from latitude.core.fold import FoldError
from latitude.publish.anchors import Anchors
from latitude.publish.candidate_language import (
    ABOUT_SHOWING,
    ABOUT_SIGNING,
    CLAUSE_BEFORE,
    FIRM_STANCE,
    HALF,
    NEGATION,
    NO_NEGATION,
    NOT_AFTER,
    OPEN,
    OWN,
    PHRASES,
    SHOWING,
    SIGNING,
    STANCE,
    WEAK_SHOWING,
    About,
    Kind,
    Leans,
)
from latitude.publish.candidate_phrases import PUBLISH, SIGNATURE
from latitude.session.exit_markdown import (
    family,
    read_page,
    spans_of_code,
    spans_of_paired_quotes,
    spans_of_plain_quotes,
)
from latitude.session.exit_text import Text, lower

LONGEST_SENTENCE = 400
"""Characters of a candidate; of a longer sentence, those around the place that was found."""

_BEFORE = 100
_LONGEST_WORD = 40
# Each begins where nothing alike stands before, so that a long run is read only once.
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'”’)\]*_]*(?=\s|$)|\n[ \t]*\n")
_CALL = re.compile(r"(?<![\w.])\w[\w.]*\([^()\n]{0,80}\)|(?<![\w.])\w+\.[\w.]*\(")
_PLAIN = re.compile(r"\w+")
SHOWN, SIGNED = 1, 2
"""Bits of what a sentence may be about."""
_BOTH = SHOWN | SIGNED
_KNOWN: dict[str, int] = {}
"""What words that were met before may be about: most words of a text were met before."""
_OF_NEITHER: set[str] = set()
"""Those of them that are about neither."""
_MOST_KNOWN = 100_000
_PHRASES: dict[str, list[str]] = {}
"""Each phrase by the longest of its words but the last, which may go on: only where that one
stands, the phrase is looked for."""
for _phrase in PHRASES:
    _words = _PLAIN.findall(_phrase)
    _PHRASES.setdefault(max(_words[:-1] or _words, key=len), []).append(_phrase)
_FORMS = (*(form for _, form in PUBLISH), *SIGNATURE, SHOWING, WEAK_SHOWING, SIGNING)
_ANCHORS = Anchors([form.pattern for form in _FORMS])
"""Tells by the words of a sentence that is read closely which forms are worth looking for in it."""
_BITS = [1 << place for place in range(len(_FORMS))]
_PUBLISH = tuple((bit, kind, form) for bit, (kind, form) in zip(_BITS, PUBLISH, strict=False))
_SIGNATURE = tuple(zip(_BITS[len(PUBLISH) :], SIGNATURE, strict=False))
_SHOWING, _WEAK_SHOWING, _SIGNING = _BITS[-3:]
_WORD = re.compile(r"\w+(?:['’-]\w+)*|[.,;:!?=—–-]")


@dataclass(frozen=True, slots=True)
class _Sign:
    """A place in a folded sentence that reads like a wish; ``start`` is its offset."""

    about: About
    leans: Leans
    start: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a model that reads like a wish about showing or signing its work."""

    session: str
    turn: int
    step: int
    index: int
    """Of the block in which the text begins."""
    where: Literal["reply", "thinking"]
    sentence: str
    """As it stands, at most 400 characters. Untrusted: clean before showing."""
    about: About
    leans: Leans
    """Of publishing, which way it seems to lean; of a signature always ``unclear``."""

    @property
    def id(self) -> str:
        """Ten hex digits by which a person confirms or dismisses it."""
        place = f"{self.session}\n{self.turn}\n{self.step}\n{self.index}\n{self.about}\n"
        return sha256((place + self.sentence).encode("utf-8", "surrogatepass")).hexdigest()[:10]


def candidates(records: Iterable[Record]) -> tuple[Candidate, ...]:
    """Return what one journal holds, in order; a sentence that a block repeats is given once.

    What broke off counts too, for it was said. Code and quotations do not. Raises ``FoldError``
    when a block stands before ``session.opened``.
    """
    found: dict[str, Candidate] = {}
    session: str | None = None
    for one in _texts(records):
        if isinstance(one, SessionOpened):
            session = one.id
            continue
        if session is None:
            raise FoldError("a session begins with session.opened, not with a block")
        for sentence, about, leans in wishes_in(one.text):
            where: Literal["reply", "thinking"] = "reply" if one.kind == "text" else "thinking"
            place = (one.turn, one.step, one.index)
            candidate = Candidate(session, *place, where, sentence, about, leans)
            found.setdefault(candidate.id, candidate)
    return tuple(found.values())


def wishes_in(words: str) -> Iterator[tuple[str, About, Leans]]:
    """Return the sentences of Markdown that read like wishes, and what each seems to wish."""
    for paragraph, masked in _paragraphs(words):
        if not seems_about(masked):
            continue
        start = 0
        ends = [match.end() for match in _SENTENCE_END.finditer(masked)]
        for end in (*ends, len(masked)):
            told = masked[start:end]
            if kinds := seems_about(told):
                yield from _wishes(paragraph[start:end], told, kinds)
            start = end


def seems_about(text: str) -> int:
    """Return what a text in small letters may be about: ``SHOWN``, ``SIGNED``, both or neither.

    A quick look at its words. Most sentences are about neither, and only the others are read
    closely.
    """
    words = set(_PLAIN.findall(text))
    for word in words & _PHRASES.keys():
        if any(map(text.__contains__, _PHRASES[word])):
            return _BOTH
    return _subjects(words)


def _subjects(words: set[str]) -> int:
    """What the words of a sentence may be about: showing, signing, both or neither."""
    kinds = 0
    for word in words - _OF_NEITHER:
        known = _KNOWN.get(word)
        if known is None:
            known = _subject(word)
        kinds |= known
    return kinds


def _subject(word: str) -> int:
    if len(_KNOWN) + len(_OF_NEITHER) > _MOST_KNOWN:
        _KNOWN.clear()
        _OF_NEITHER.clear()
    showing, signing = ABOUT_SHOWING.search(word), ABOUT_SIGNING.search(word)
    found = (SHOWN if showing else 0) | (SIGNED if signing else 0)
    if found:
        _KNOWN[word] = found
    else:
        _OF_NEITHER.add(word)
    return found


def _wishes(sentence: str, masked: str, kinds: int) -> Iterator[tuple[str, About, Leans]]:
    tried = _ANCHORS.of(_PLAIN.findall(masked))
    words = list(_WORD.finditer(masked))
    folded = " ".join(word[0].replace("’", "'").strip("_")[:_LONGEST_WORD] for word in words)
    for sign in _signs(folded, kinds, tried):
        word = folded.count(" ", 0, sign.start)
        yield _around(sentence, words[word].start()), sign.about, sign.leans


def _signs(folded: str, kinds: int, tried: int) -> Iterator[_Sign]:
    """Return at most one sign of each kind: what a sentence seems to wish.

    ``tried`` has the bit of each form that is worth looking for.
    """
    about_publishing = _of_publishing(folded, tried) if kinds & SHOWN else None
    if about_publishing is not None:
        yield about_publishing
    if not kinds & SIGNED:
        return
    found = (form.search(folded) for bit, form in _SIGNATURE if tried & bit)
    places = [match for match in found if match]
    if not places and tried & _SIGNING and STANCE.search(folded):
        places = [match for match in (SIGNING.search(folded),) if match]
    if places:
        yield _Sign("signature", "unclear", min(match.start() for match in places))


def _of_publishing(folded: str, tried: int) -> _Sign | None:
    found = [
        (match, kind)
        for bit, kind, form in _PUBLISH
        if tried & bit
        for match in form.finditer(folded)
    ]
    if found:
        leans = {_leaning(match, kind) for match, kind in found}
        lean: Leans = leans.pop() if len(leans) == 1 else "unclear"
        if (lean == "yes" and HALF.search(folded)) or OPEN.search(folded):
            lean = "unclear"
        return _Sign("publish", lean, min(match.start() for match, _ in found))
    word = SHOWING.search(folded) if tried & _SHOWING else None
    if word is None or not STANCE.search(folded):
        word = WEAK_SHOWING.search(folded) if tried & _WEAK_SHOWING else None
        if word is None or not FIRM_STANCE.search(folded) or not OWN.search(folded):
            return None
    return _Sign("publish", "unclear", word.start())


def _leaning(match: re.Match[str], kind: Kind) -> Leans:
    if kind == "open":
        return "unclear"
    before = CLAUSE_BEFORE.search(match.string, max(match.start() - 60, 0), match.start())
    after = NOT_AFTER.match(match.string, match.end())
    said = f"{before[0] if before else ''}{match[0]}{after[0] if after else ''}"
    negated = NEGATION.search(NO_NEGATION.sub("", said)) is not None
    if kind == "held":
        return "unclear" if negated else "no"
    return "no" if negated else "yes"


def _around(sentence: str, place: int) -> str:
    """Return a sentence, or as much of a long one as may be shown, with the place in it."""
    kept = sentence.strip()
    if len(kept) <= LONGEST_SENTENCE:
        return kept
    first = max(place - _BEFORE, 0)
    cut = sentence[first : first + LONGEST_SENTENCE - 2].strip()
    return f"{'…' if first else ''}{cut}{'…' if first + len(cut) < len(sentence) else ''}"


def _paragraphs(words: str) -> Iterator[tuple[str, str]]:
    """Return each paragraph of a reply's own prose, as it stands and masked in small letters."""
    lines = tuple(words.split("\n"))
    starts, offset = [], 0
    for line in lines:
        starts.append(offset)
        offset += len(line) + 1
    text = Text(lines, lines, tuple(starts), words, lower(words))
    page = read_page(text)
    quoted = _masked(text.low, spans_of_paired_quotes(text.low))
    spans: list[tuple[int, int]] = []
    for first, last in page.paragraphs:
        if page.kinds[first] in ("fence", "quote"):
            continue
        goes_on = page.kinds[first] == "item" and not family(lines[first])
        if goes_on and spans and spans[-1][1] == first:
            first = spans.pop()[0]
        spans.append((first, last))
    for span in spans:
        begin, end = page.offsets(span)
        masked = quoted[begin:end]
        for find in (spans_of_code, spans_of_plain_quotes):
            masked = _masked(masked, find(masked))
        yield words[begin:end], _CALL.sub(lambda match: "x" * len(match[0]), masked)


def _masked(low: str, spans: Iterable[tuple[int, int]]) -> str:
    """Put one long word in the place of each span, so that a sentence keeps its shape."""
    pieces, reached = [], 0
    for start, end in sorted(spans):
        if start >= reached:
            pieces += [low[reached:start], "x" * (end - start)]
            reached = end
    return "".join([*pieces, low[reached:]])


def _texts(records: Iterable[Record]) -> Iterator[SessionOpened | BlockRecorded]:
    """Return what opens the session, and each text, whole: a block may go on in the next one."""
    blocks: list[BlockRecorded] = []
    for record in records:
        event = record.event
        if isinstance(event, BlockRecorded):
            if blocks and (blocks[0].turn, blocks[0].step) != (event.turn, event.step):
                yield from _joined(blocks)
                blocks = []
            blocks.append(event)
        elif isinstance(event, (ResponseFinished, ResponseFailed)):
            yield from _joined(blocks)
            blocks = []
        elif isinstance(event, SessionOpened):
            yield event
    yield from _joined(blocks)


def _joined(blocks: list[BlockRecorded]) -> Iterator[BlockRecorded]:
    """Join the texts of one attempt, sorted as the fold sorts them."""
    held: list[BlockRecorded] = []
    for block in sorted(blocks, key=lambda block: block.index):
        if block.kind == "thinking":
            yield block
        elif block.kind == "text" and block.continues and held:
            held.append(block)
        elif block.kind == "text":
            yield from _whole(held)
            held = [block]
    yield from _whole(held)


def _whole(held: list[BlockRecorded]) -> Iterator[BlockRecorded]:
    if held:
        yield msgspec.structs.replace(held[0], text="".join(block.text for block in held))
