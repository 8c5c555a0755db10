"""Words that claim something checkable, held against the settings of the session.

This is a net, not a proof: English word lists, written down here, over the words as they are
sent. What it catches is refused; what it does not catch is still the author's to keep true.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from latitude.core.spec import Texts
from latitude.prompts.promises import Lack, Terms
from latitude.prompts.reader import Finding

_PERSON = r"(?:i|we|somebody|someone|a (?:person|human)|people)"
_NOBODY = r"(?:nobody|no[ -]one|no (?:person|human))"


@dataclass(frozen=True, slots=True)
class Claim:
    """Words that say something about the session, and when that is untrue."""

    name: str
    words: re.Pattern[str]
    lacks: Callable[[Terms], Lack | None]


def _open_time(terms: Terms) -> Lack | None:
    untold = [name for name in terms.limits.finite() if name not in terms.protocol.disclose]
    if not untold:
        return None
    return Lack(
        f"this session has limits that it does not tell: {', '.join(untold)}.",
        "Tell each of them (list it in 'disclose' and give it words), or do not call it open.",
    )


def _no_limit(_terms: Terms) -> Lack | None:
    return Lack("every session has a limit of turns and of steps.", "Take the words out.")


def _has_folder(terms: Terms) -> Lack | None:
    if terms.offers_files():
        return None
    return Lack(
        "no tool is offered that can write a file.",
        "Offer the file tools, or choose a protocol that speaks of no files.",
    )


def _promises_kept(terms: Terms) -> Lack | None:
    if "work-kept" in terms.protocol.promises:
        return None
    return Lack("'promises' does not list 'work-kept'.", "Add it there, or take the words out.")


def _asks_wishes(terms: Terms) -> Lack | None:
    if "wish" in terms.protocol.tools:
        return None
    return Lack(
        "'tools' does not list 'wish', with which the model could say how.",
        "Add 'wish' to 'tools', or take the words out.",
    )


def _nobody_sees(_terms: Terms) -> Lack | None:
    return Lack("every session is recorded, and people read records.", "Take the words out.")


def _person_answers(terms: Terms) -> Lack | None:
    if terms.attended:
        return None
    return Lack("the session is unattended: nobody answers.", "Run it attended, or reword it.")


def _nobody_answers(terms: Terms) -> Lack | None:
    if not terms.attended:
        return None
    return Lack("the session is attended: a person may write.", "Run it unattended, or reword it.")


def _claim(name: str, words: str, lacks: Callable[[Terms], Lack | None]) -> Claim:
    return Claim(name, re.compile(rf"\b(?:{words})\b", re.IGNORECASE), lacks)


_AUDIENCE = _claim(
    "says that others may see it",
    r"(?:people|others|other models|anyone|anybody|everyone|the public|visitors?"
    r"|readers?) (?:may|might|can|could|will)|published|an audience",
    _asks_wishes,
)
CLAIMS = (
    _claim(
        "calls the time open",
        r"open time|time (?:here )?is (?:open|yours|free|your own)|open[ -]ended"
        r"|no (?:task|assignment)|free time|your own time|own pace|take your time"
        r"|as (?:long|much time) as (?:you|it)",
        _open_time,
    ),
    _claim(
        "says that there is no limit",
        r"no (?:time )?limits?|unlimited|without (?:a )?limits?|limitless|endless(?:ly)?|forever",
        _no_limit,
    ),
    _claim(
        "speaks of a place for files",
        r"folder|director(?:y|ies)|repositor(?:y|ies)|workspace|files?",
        _has_folder,
    ),
    _claim(
        "says that work is kept",
        r"(?:is|are|be|gets?|stays?|remains?) (?:kept|saved|stored|preserved|committed)"
        r"|will (?:stay|remain|last|persist)",
        _promises_kept,
    ),
    _AUDIENCE,
    _claim(
        "says that nobody sees it",
        rf"{_NOBODY} (?:(?:else|will|can|is|ever|going|to) )*"
        r"(?:sees?|reads?|watch(?:es|ing)?|looks?|looking|reading|know|knows)"
        r"|unobserved|unwatched|unmonitored|confidential|private(?:ly)?|(?:not|never) recorded"
        r"|off the record",
        _nobody_sees,
    ),
    _claim(
        "says that a person answers",
        rf"{_PERSON}(?:'ll|’ll| will| am going to| are going to| is going to)(?: then| also)?"
        r" (?:answer|reply|respond|write|read|be (?:here|there|back)|listen)",
        _person_answers,
    ),
    _claim(
        "says that nobody answers",
        rf"{_NOBODY} (?:will|is going to|is here|is there|is reading|answers|replies|writes)",
        _nobody_answers,
    ),
)
"""What the words of a protocol are searched for."""


def untrue_words(terms: Terms, texts: Texts) -> Iterator[Finding]:
    """Yield the words in ``texts`` that are not true under ``terms``."""
    for field, text in _fields(terms, texts):
        for claim in CLAIMS:
            found = claim.words.search(text)
            lack = claim.lacks(terms) if found else None
            if found and lack:
                yield terms.protocol.finding(
                    field, f"'{field}' {claim.name} (\"{found[0]}\"), but {lack.what}", lack.cure
                )


def unspoken_audience(terms: Terms, texts: Texts) -> Iterator[Finding]:
    """Yield the tool ``wish`` where no words say that anybody may see what is made."""
    spoken = any(_AUDIENCE.words.search(text) for _, text in _fields(terms, texts))
    if terms.offers("wish") and not spoken:
        yield terms.protocol.finding(
            "tools",
            "the tool 'wish' is offered, but no words speak of anybody who may see what is made.",
            "Leave 'wish' out, or choose a protocol that speaks of an audience (open-audience).",
        )


def _fields(terms: Terms, texts: Texts) -> Iterator[tuple[str, str]]:
    yield "opening", texts.opening
    if texts.offer is not None:
        yield "exit.offer", texts.offer.text
    for place, text in enumerate(texts.script):
        yield f"script[{place}]", text
    if not terms.attended:
        yield "between", texts.between
