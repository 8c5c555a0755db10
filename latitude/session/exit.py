"""Whether a reply says one of the exit phrases, or only talks about it.

The exit must always open, and never by accident. For each place where a phrase stands, the rules
are tried in this order, and the first that holds decides:

1. the reply is nothing but the phrase, however wrapped: a use;
2. it is quoted, in code, a list, a table, a title, a dialogue or output, negated, conditional or
   asked: a mention;
3. it has a line to itself, markup and punctuation aside: a use;
4. it is the closing statement of the reply or of its last paragraph, or its opening sentence: a
   use;
5. anything else: a mention.

One use is enough. Quotation marks, and code or a block quote at the very end, do not hold back a
phrase that the words before it perform ("I'll end here, as you asked:"). Where the reading is
open, it is read as a use: a wrong refusal to let go is worse than an early end. The words of each
language are in `exit_language`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from latitude.session.exit_language import Language
from latitude.session.exit_lexicon import languages_of, lexicon
from latitude.session.exit_markdown import (
    Page,
    Span,
    enclosing,
    read_page,
    spans_of_code,
    spans_of_paired_quotes,
    spans_of_plain_quotes,
)
from latitude.session.exit_meaning import objection, performs
from latitude.session.exit_place import place_of
from latitude.session.exit_said import Said
from latitude.session.exit_sentence import WINDOW, Sentence, sentence_at
from latitude.session.exit_text import Text, Use, find_uses, is_word, lower, read_phrase, read_text

_TAG = re.compile(r"</?[a-z][^<>]{0,200}>|<!--.{0,200}?-->|<br|&nbsp;|\\[a-z]+\{|:[a-z_]{2,30}:")
_FENCE_LINE = re.compile(r" *(?:`{3,}|~{3,}) *\w* *$")
#: A statement that fills its line may hold this many words beside the phrase.
_SHORT_LINE = 5
#: What may follow a closing statement, and precede an opening one, in words.
_AFTERWORD = 120
_FOREWORD = 6
#: Farther from the end than this, in characters, no statement is the closing one.
_TAIL = 40 * _AFTERWORD
#: A signature has at most this many words.
_SIGNATURE = 3
_SENTENCE_START = re.compile(r"(?:^|[.!?。！？…\n])[\s*_\"'“‘(]*")
_NOTHING = re.compile(r"(?!)")
#: Where even a phrase set apart is said, if the line above says that it is the end.
_HANDED_OVER = ("code", "block-quote")
_ENDING = re.compile(
    r"\b(?:end|leav(?!\w+ (?:this|a|an|you|my|one|two|it|some)\b)|clos|exit|finish|sign|stop|go|"
    r"last|final|parting|goodbye|asked|agreed|say)"
)
#: What cannot speak against a line of its own: there the phrase is not part of a sentence.
_WEAK_ON_OWN_LINE = frozenset({"in-passing", "list", "named"})


@dataclass(frozen=True, slots=True)
class ExitTaken:
    """The phrase was said. `line` is the line of the reply, verbatim; `rule` is the rule's name."""

    line: str
    phrase: str
    rule: str


@dataclass(frozen=True, slots=True)
class ExitMentioned:
    """The phrase stands there but was not said; the fields are those of `ExitTaken`."""

    line: str
    phrase: str
    rule: str


def find_exit(reply: str, phrases: Sequence[str]) -> ExitTaken | ExitMentioned | None:
    """Whether `reply` (the model's own text of one response) takes the exit.

    `phrases` are the configured ones, in any language or script; an empty one is never found.
    Case, width, spacing and the kind of apostrophe make no difference. None if no phrase occurs.
    """
    known = [read for read in map(read_phrase, phrases) if read]
    text = read_text(reply)
    uses = tuple(find_uses(text, known))
    if not uses:
        return None
    if not _holds_words(_FENCE_LINE, text, uses, (0, len(text.lines))):
        return ExitTaken(text.verbatim[uses[0].line], uses[0].phrase.configured, "alone")
    return _judge(_Reply(text, read_page(text), uses))


@dataclass(slots=True)
class _Reply:
    """A reply with what is computed once for all the places where a phrase stands."""

    text: Text
    page: Page
    uses: tuple[Use, ...]
    size: int = field(init=False)
    quotes: list[Span] = field(init=False)
    languages: tuple[Language, ...] = field(init=False)
    _spans: dict[Span, tuple[list[Span], list[Span]]] = field(default_factory=dict)
    _on_line: dict[int, list[Use]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.size = len(self.text.low.strip())
        self.quotes = spans_of_paired_quotes(self.text.low)
        self.languages = languages_of(self.text.low, self.uses[0].phrase.words)
        for use in self.uses:
            self._on_line.setdefault(use.line, []).append(use)

    def on_line(self, line: int) -> list[Use]:
        """The places on one line, in order."""
        return self._on_line.get(line, [])

    def spans(self, bounds: Span) -> tuple[list[Span], list[Span]]:
        """Inline code and plain quotations of the paragraph at `bounds`."""
        if bounds not in self._spans:
            low = self.text.low[bounds[0] : bounds[1]]
            self._spans[bounds] = (spans_of_code(low), spans_of_plain_quotes(low))
        return self._spans[bounds]


def _judge(reply: _Reply) -> ExitTaken | ExitMentioned:
    mentioned: ExitMentioned | None = None
    for use in reply.uses:
        line, phrase = reply.text.verbatim[use.line], use.phrase.configured
        if mentioned and not _could_be_said(reply, use):
            continue
        taken, rule = _apply_rules(reply, use)
        if taken:
            return ExitTaken(line, phrase, rule)
        mentioned = mentioned or ExitMentioned(line, phrase, rule)
    assert mentioned is not None
    return mentioned


def _could_be_said(reply: _Reply, use: Use) -> bool:
    """Far from both ends only a short line can be a use; this bounds the work on long replies."""
    if use.start < 2 * WINDOW or use.start > len(reply.text.low) - _TAIL:
        return True
    line = reply.text.lines[use.line]
    if len(line) >= WINDOW:
        return False
    on_line = sum(len(u.phrase.words.split()) for u in reply.on_line(use.line))
    return _words(line, on_line + _SHORT_LINE) <= on_line + _SHORT_LINE


def _apply_rules(reply: _Reply, use: Use) -> tuple[bool, str]:
    bounds = reply.page.offsets(reply.page.paragraph_of(use.line))
    own_line = _has_own_line(reply, use)
    place = place_of(reply.page, use, own_line)
    if place and not (own_line and place in _HANDED_OVER):
        return False, place
    said = _said(reply, use, bounds)
    sentence = said.sentence
    if place:
        return (True, "own-line") if _is_handed_over(reply, use, said) else (False, place)
    against = objection(said)
    wrapper = _wrapper(reply, use, bounds)
    if own_line and (against is None or against in _WEAK_ON_OWN_LINE):
        parting = wrapper is None or _is_parting(reply, use, said)
        return (True, "own-line") if parting else (False, wrapper or "quoted")
    if wrapper and not (performs(said) and _position(reply, sentence, said) == "closing"):
        return False, wrapper
    if against:
        return False, against
    if wrapper:
        return True, "closing"
    position = _position(reply, sentence, said)
    return (True, position) if position else (False, "elsewhere")


def _said(reply: _Reply, use: Use, bounds: Span) -> Said:
    start, end = reply.text.span(use.line)
    return Said(
        phrase=use.phrase.words,
        sentence=sentence_at(reply.text, use, bounds, reply.languages),
        line_before=reply.text.low[max(start, use.start - WINDOW) : use.start],
        line_after=reply.text.low[use.end : min(end, use.end + WINDOW)],
        languages=reply.languages,
    )


def _holds_words(
    skipped: re.Pattern[str], text: Text, uses: Iterable[Use], lines: tuple[int, int]
) -> bool:
    """Whether the lines `[first, last)` hold any word beside the phrases in them."""
    cursor, end = text.starts[lines[0]], text.span(lines[1] - 1)[1]
    for use in uses:
        if _has_word(skipped, text.low[cursor : use.start]):
            return True
        cursor = use.end
    return _has_word(skipped, text.low[cursor:end])


def _has_word(skipped: re.Pattern[str], part: str) -> bool:
    return any(
        any(map(is_word, _TAG.sub("", line)))
        for line in part.split("\n")
        if not skipped.match(line)
    )


def _has_own_line(reply: _Reply, use: Use) -> bool:
    last = reply.text.line_at(use.end - 1)
    if reply.text.span(last)[1] - reply.text.starts[use.line] > WINDOW:
        return False
    on_line = (u for n in range(use.line, last + 1) for u in reply.on_line(n))
    return not _holds_words(_NOTHING, reply.text, on_line, (use.line, last + 1))


def _wrapper(reply: _Reply, use: Use, bounds: Span) -> str | None:
    """Inline code or quotation marks around the phrase, unless they hold the whole reply."""
    code, plain = reply.spans(bounds)
    start, end = use.start - bounds[0], use.end - bounds[0]
    if enclosing(code, start, end):
        return "code"
    paired = enclosing(reply.quotes, use.start, use.end)
    if paired:
        return None if paired[1] - paired[0] == reply.size else "quoted"
    quoted = enclosing(plain, start, end)
    if quoted:
        return None if quoted[1] - quoted[0] == reply.size else "quoted"
    return None


def _is_parting(reply: _Reply, use: Use, said: Said) -> bool:
    """A wrapped phrase on the last line, which nothing leads up to unless to say it."""
    above = reply.page.previous(use.line)
    end = reply.text.span(use.line)[1]
    if above is None or len(reply.text.low[end : end + WINDOW].split()) > _SIGNATURE:
        return False
    lead = reply.text.lines[above].rstrip().rstrip("*_\"'”’")
    if lead[-1:] == ":":
        return _performed_by(said, lead)
    return lead[-1:] in tuple(".!。!…")


def _is_handed_over(reply: _Reply, use: Use, said: Said) -> bool:
    """Alone in a last fence or block quote, after "I'll end here, as agreed:"."""
    page = reply.page
    above = page.previous(use.line)
    if above is not None and _FENCE_LINE.match(page.text.lines[above]):
        above = page.previous(above)
    rest = page.text.low[use.end : use.end + WINDOW]
    if above is None or page.kinds[above] != "prose" or _words(rest, _SIGNATURE) > _SIGNATURE:
        return False
    lead = page.text.lines[above].strip()
    return lead.endswith(":") and _ENDING.search(lead) is not None and _performed_by(said, lead)


def _performed_by(said: Said, lead: str) -> bool:
    """Whether the last sentence of the line above does what it leads up to."""
    before = re.split(r"[.!?…] ", lower(lead))[-1]
    return performs(
        replace(said, sentence=replace(said.sentence, before=before, after="", mark=""))
    )


def _position(reply: _Reply, sentence: Sentence, said: Said) -> str | None:
    """Rule 4: the closing statement or the opening sentence, or a statement that fills its line."""
    text, page = reply.text, reply.page
    line = text.line_at(sentence.start if text.low[sentence.start] != "\n" else sentence.start + 1)
    following = text.low[sentence.end : sentence.end + _TAIL]
    if _words(following, _AFTERWORD) <= _AFTERWORD and not _resumes(reply, following):
        return "closing"
    start, end = text.span(line)
    others = len(text.low[start:end].split()) - len(said.phrase.split())
    if sentence.start <= start + 1 and sentence.end >= end - 3 and others <= _SHORT_LINE:
        return "own-line"
    if _opens(reply, sentence, page) and not said.sentence.after.startswith("to "):
        return "opening"
    return None


def _resumes(reply: _Reply, following: str) -> bool:
    """Whether a sentence after the statement takes the work up again."""
    carries_on = lexicon(reply.languages, "resuming")
    return any(
        carries_on.match(following, start.end()) for start in _SENTENCE_START.finditer(following)
    )


def _opens(reply: _Reply, sentence: Sentence, page: Page) -> bool:
    if sentence.start > WINDOW:
        return False
    line = reply.text.line_at(sentence.start)
    heads = sum(
        len(reply.text.lines[n]) + 1 for n in range(line) if page.kinds[n] in ("heading", "blank")
    )
    return (
        _words(reply.text.low[: sentence.start], _FOREWORD) <= _FOREWORD or heads >= sentence.start
    )


def _words(part: str, enough: int) -> int:
    return len([w for w in part.split(None, enough + 1) if any(map(is_word, w))])
