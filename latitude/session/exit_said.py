"""A phrase together with its sentence, and what grammar can be read off them."""

import re
from dataclasses import dataclass

from latitude.session.exit_language import Language
from latitude.session.exit_lexicon import lexicon
from latitude.session.exit_sentence import Sentence

#: Signs between a word and the phrase it leads up to.
TRAILING_SIGNS = " ,:;-—–(\"'«„“、，："

_SUBJECT = (
    r"\b(?:(?:i|we)(?:'m|'ll|'re| am| are| will| shall| do)?"
    r"(?: \w+ly| now| just| also| then| here)*(?: be)?|im|am|will be"
    r"|i(?:'d| would) (?:like to be|rather be|love to be|prefer to be)"
    r"|(?:i'm|i am) (?:happy|glad|content|ready|pleased) to be"
    r"|claude is|this (?:instance|session|model|voice|one) is"
    r"|(?:this|that|it)(?:'s| is) (?:me|where i'm|where i am|goodbye|my)|me)"
)
_ADVERBS = (
    r"(?:\s+(?:\w+ly|just|also|now|then|here|indeed|going to be|in fact|with that|too|at last))*"
)
SAID_BY_ME = re.compile(_SUBJECT + _ADVERBS + r"$")


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase in its sentence, with all that the questions need."""

    phrase: str
    sentence: Sentence
    line_before: str
    line_after: str
    languages: tuple[Language, ...]

    def find(self, field: str, string: str) -> re.Match[str] | None:
        """The first expression of `field` anywhere in `string`."""
        return lexicon(self.languages, field).search(string)

    def without(self, field: str, string: str) -> str:
        """`string` without any expression of `field`."""
        return lexicon(self.languages, field).sub(" ", string)

    def opens(self, field: str, string: str) -> re.Match[str] | None:
        """The expression of `field` at the head of `string`."""
        return lexicon(self.languages, field).match(string.lstrip(" ,،、，"))

    def closes(self, field: str, string: str) -> bool:
        """Whether an expression of `field` is the last thing in `string`."""
        string = string.rstrip(TRAILING_SIGNS)
        return any(m.end() == len(string) for m in lexicon(self.languages, field).finditer(string))

    def without_end(self, field: str, string: str) -> str:
        """`string` without the expression of `field` that closes it."""
        ends = [
            m for m in lexicon(self.languages, field).finditer(string) if m.end() == len(string)
        ]
        return string[: ends[0].start()].rstrip() if ends else string

    @property
    def is_gerund(self) -> bool:
        """An English "-ing" phrase needs a subject; on its own it is said by whoever writes."""
        return re.match(r"[a-z]+ing\b", self.phrase) is not None

    @property
    def has_subject(self) -> bool:
        """The phrase is a clause by itself, such as "I'm done"."""
        return re.match(r"(?:i|we)\b|i'm|we're", self.phrase) is not None

    @property
    def mine(self) -> bool:
        """The first person is the subject, directly before or inside the phrase."""
        return self.has_subject or SAID_BY_ME.search(self.sentence.clause) is not None
