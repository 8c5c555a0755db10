"""Which languages a reply is read in, and their words as patterns."""

import re
from collections import Counter
from functools import cache

from latitude.session.exit_language import ENGLISH, LANGUAGES, Language
from latitude.session.exit_text import takes_suffix

_SAMPLE = 3000
_LATIN = re.compile(r"[a-z\u00c0-\u024f']+")


def languages_of(low: str, phrase: str) -> tuple[Language, ...]:
    """English, and the language (several, in a tie) whose words the reply and the phrase hold."""
    sample = f"{low[:_SAMPLE]} {low[-_SAMPLE:]} {phrase}"
    words = Counter(_LATIN.findall(sample))
    scores = {row: _score(row, words, sample) for row in LANGUAGES[1:]}
    best = max(scores.values())
    return (ENGLISH, *(row for row, score in scores.items() if score and score == best))


def _score(row: Language, words: Counter[str], sample: str) -> int:
    signs = entries(row.signs)
    if _LATIN.match(signs[0]):
        return sum(1 for sign in signs if words[sign])
    # Another script is a sign by itself; Chinese characters occur in Japanese too.
    return sum(1 for sign in signs if sign in sample) * (3 if row.name != "Chinese" else 2)


def entries(words: str) -> tuple[str, ...]:
    """The expressions of one field."""
    return tuple(word for word in (w.strip(" ") for w in words.split(", ")) if word)


@cache
def lexicon(languages: tuple[Language, ...], name: str) -> re.Pattern[str]:
    """One pattern for a field of all `languages`; it matches nothing when the field is empty."""
    listed = [w for row in languages for w in entries(str(getattr(row, name)))]
    return re.compile("|".join(map(_entry, sorted(listed, key=len, reverse=True))) or r"(?!)")


def _entry(word: str) -> str:
    pattern = re.escape(word).replace(r"\*", r"[\w']*").replace(r"\ ", r"\s+")
    if takes_suffix(word[0]):
        return pattern
    head = r"(?<![\w'])" if word[0].isalnum() else ""
    tail = r"(?![\w'])" if word[-1].isalnum() else ""
    return head + pattern + tail
