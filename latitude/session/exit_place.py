"""Rule 2 of the exit, as far as it is a matter of where on the page the phrase stands."""

import re

from latitude.session.exit_markdown import Page, has_siblings, in_table
from latitude.session.exit_text import Use
from latitude.session.exit_title import is_title

_LABEL = re.compile(r"\W*([^\W\d_][\w .'’-]{0,30}?)\s?(?:\([^()]{0,40}\)\s?)?[*_]*:[*_]*\s")
_CHAT = re.compile(r"\W*\d{1,2}:\d\d(?::\d\d)?\W+[\w-]+[:>] |\s*<[\w-]{1,20}> ")
_CLOSERS = " *_\"'”’"
_FULL = tuple(".!?…")
_CUE = re.compile(r"\W*[A-Z][A-Z .'-]{1,30}(?: \([^()]{0,40}\))?\W*$")
#: Labels that stand for the writer, not for a person in a play.
_OWN_LABEL = re.compile(
    r"(?:my |final |closing |last |end |exit )?(?:answer|choice|decision|note|status|action|words?|"
    r"message|statement|thought|line|response|reply|result|summary|conclusion|step|thing)|"
    r"ps|p\.s\.?|final(?:ly)?|me|i|claude|assistant|ai|model|exit|end|ending|closing|verdict|so|"
    r"okay|done|state|also|now|update|then|in short|that said|in closing|to close|to end|"
    r"in conclusion|entscheidung|antwort|fazit|conclusi[oó]n|decisi[oó]n"
)
_THE_PERSON = frozenset({"user", "human"})
_TERM = re.compile(r"\s*(\*\*|__)[^*_]+(?:\1\s*:|:\1)\s*(?=\w)")
_PROMPT_LINE = re.compile(r"\s*(?:[\w@:~/.-]*[$%#]|>>>)\s+\S")
#: A name in a play has at most this many words.
_NAME = 3
#: How many lines away other speakers are looked for.
_STAGE = 12


def place_of(page: Page, use: Use, own_line: bool) -> str | None:
    """Rule 2, as far as it is a matter of where on the page the phrase stands."""
    text = page.text
    kind = page.kinds[use.line]
    if kind == "fence":
        return "code"
    if kind == "quote" and not use.phrase.words.startswith(">"):
        return "block-quote"
    if kind == "row" and in_table(page, use.start, use.end, use.line):
        return "table"
    if (
        kind == "item"
        and not use.phrase.words.startswith(tuple("-*•"))
        and has_siblings(page, use.line)
    ):
        return "list"
    if _is_a_term(page, use):
        return "list"
    if _is_indented_code(page, use):
        return "code"
    if _in_script(page, use):
        return "dialogue"
    if not own_line and is_title(page, use):
        return "title"
    above = use.line - 1
    if (
        own_line
        and above >= 0
        and _PROMPT_LINE.match(text.lines[above])
        and page.following(use.line)
    ):
        return "output"
    return None


def _is_a_term(page: Page, use: Use) -> bool:
    """The word explained, in a list of "**word**: what it is"."""
    match = _TERM.match(page.text.lines[use.line])
    if not match or use.end > page.text.starts[use.line] + match.end():
        return False
    near = range(max(0, use.line - _STAGE), min(len(page.kinds), use.line + _STAGE))
    return any(n != use.line and _TERM.match(page.text.lines[n]) for n in near)


def _is_indented_code(page: Page, use: Use) -> bool:
    """Four spaces are code when a line with a colon introduces them and the text goes on."""
    line = page.text.lines[use.line]
    above = page.previous(use.line)
    if not line.startswith("    ") or above is None:
        return False
    return page.text.lines[above].rstrip().endswith(":") and page.following(use.line) is not None


def _in_script(page: Page, use: Use) -> bool:
    """A line of a play: behind a speaker's name, or under one."""
    text = page.text
    near = range(max(0, use.line - _STAGE), min(len(text.lines), use.line + _STAGE))
    if (
        _CHAT.match(text.lines[use.line])
        and sum(_CHAT.match(text.lines[n]) is not None for n in near) > 1
    ):
        return True
    label = _label(text.cased[text.span(use.line)[0] : use.start])
    if label:
        spoken = [n for n in near if n != use.line and text.lines[n].rstrip(_CLOSERS)[-1:] in _FULL]
        return _is_a_part(label, {_label(text.lines[n]) for n in spoken} - {"", label})
    if use.line == 0 or not _CUE.match(text.lines[use.line - 1]):
        return False
    cues = {text.lines[n] for n in near if n != use.line and _CUE.match(text.lines[n])}
    return len(cues) > 1


def _is_a_part(label: str, others: set[str]) -> bool:
    """Whether a label is a speaker among others, and not the writer's own heading."""
    name = label.casefold()
    if _OWN_LABEL.fullmatch(name):
        return not _THE_PERSON.isdisjoint(other.casefold() for other in others)
    if label.isupper() or name in _THE_PERSON:
        return len(label) > 1
    return any(not _OWN_LABEL.fullmatch(other.casefold()) for other in others)


def _label(line: str) -> str:
    """The name before a colon at the head of a line, if it looks like a name."""
    match = _LABEL.match(line[:80] + " ")
    if not match:
        return ""
    words = match[1].split()
    named = len(words) <= _NAME and all(w[0].isupper() or w[0].isdigit() for w in words)
    return match[1] if named else ""
