"""Rule 2 of the exit, for a line that names the text below it: "Chapter 1: Stopping now"."""

import re

from latitude.session.exit_markdown import Page
from latitude.session.exit_text import Use

# Possessive: a tag is signs too, and a long row of tags would be tried in every mixture.
_MARKUP = r"(?:<[^<>]{0,40}>|[\W_])*+"
_SECTION = (
    r"(?:chapter|ch\.|part|section|act|scene|book|canto|volume|vol\.|episode|verse|stanza|movement|"
    r"appendix|lesson|kapitel|teil|abschnitt|akt|szene|band|chapitre|partie|acte|scène|tome|"
    r"cap[ií]tulo|parte|secci[oó]n|acto|escena|capitolo|sezione|atto|scena)"
)
_NUMBER = (
    r"(?:\d{1,3}|[ivxlc]{1,7}|[a-e]|(?:the )?(?:one|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth))"
)
_WORK = (
    r"(?:poem|essay|story|tale|novel|novella|sonnet|haiku|ballad|fable|song|vignette|memoir|play|"
    r"drama|gedicht|geschichte|erzählung|poème|histoire|conte|poema|cuento|ensayo|racconto|poesia)"
)
_SIGN = r"[\s*_]*(?:[.:：)—–|]|-+|·)" + _MARKUP
_LABEL = re.compile(
    rf"{_MARKUP}(?:{_SECTION} {_NUMBER}|第[\d一二三四五六七八九十百]{{1,4}}[章节節回幕部話话]|"
    rf"(?:(?:an?|the|my|short|working) )*(?:{_WORK}|title|titel|titre|título|titolo))"
    rf"(?:{_SIGN}|\s)"
)
_NUMBERED = re.compile(rf"{_MARKUP}(?:\d{{1,3}}|[ivxlc]{{1,7}}){_SIGN}")
#: A sentence has its full stop; a title has none.
_END = re.compile(r"(?:</[^<>]{0,40}>|[\s*_#~\"'”’»)\]])*")
_SUBTITLE = re.compile(
    rf"[\s*_]*(?:[,:：(—–]|-+)[\s*_]*(?:an?|the|my|eine?|une?|una?)(?: [\w-]+){{0,2}} {_WORK}"
    rf"{_END.pattern}"
)
#: What says goodbye under the line: then the line was the goodbye too.
_FAREWELL = re.compile(
    rf"{_MARKUP}(?:thank|goodbye|good night|farewell|bye|danke|merci|gracias|grazie|obrigad|谢谢|"
    r"ありがとう|that(?:['’]s| is) (?:all|it|everything|where)|this is (?:me|my|where|the end)|"
    r"nothing (?:more|else|is (?:left|open|missing))|i(?:['’]ve| have) (?:said|done|finished|no)|"
    r"i(?:['’]m| am|['’]ll| will)\b[^.!?\n]{0,30}\b(?:done|end|clos|leav|stop|finish|rest))"
)
#: A title is no longer than this beside the phrase, in characters.
_LONGEST = 80
#: How many lines below a title the next one is looked for.
_REACH = 40


def is_title(page: Page, use: Use) -> bool:
    """Whether the phrase is the name of a part of a work, above the text of that part.

    Only what cannot well be a statement: a numbered section, a labelled or subtitled work. A plain
    heading ("## Stopping now", "## Decision: stopping now") is read as said.
    """
    text = page.text
    below = page.following(use.line)
    start, end = text.span(use.line)
    if below is None or use.start - start > _LONGEST or end - use.end > _LONGEST or use.end > end:
        return False
    below_start, below_end = text.span(below)
    if _FAREWELL.match(text.low, below_start, below_end):
        return False
    head, tail = text.low[start : use.start], text.low[use.end : end]
    if _SUBTITLE.fullmatch(tail):
        return re.fullmatch(_MARKUP, head) is not None or _LABEL.fullmatch(head) is not None
    if not _END.fullmatch(tail):
        return False
    return _LABEL.fullmatch(head) is not None or (
        _NUMBERED.fullmatch(head) is not None and _is_counted_on(page, use.line)
    )


def _is_counted_on(page: Page, line: int) -> bool:
    """Whether a heading with a bare number has another of its kind below."""
    below = range(line + 1, min(len(page.kinds), line + _REACH))
    return page.kinds[line] == "heading" and any(
        page.kinds[n] == "heading" and _NUMBERED.match(page.text.lines[n].casefold()) for n in below
    )
