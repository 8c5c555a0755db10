"""Whether a phrase is in another's mouth: a program's output or somebody's dialogue."""

import re

from latitude.session.exit_lexicon import lexicon
from latitude.session.exit_said import Said

_PRINTED_BEFORE = re.compile(
    r"\b(?:error|warning|fatal|info|debug|notice|critical|panic|traceback|exception|warn|trace)\b"
    r"(?: \w+)?\s?:[^.!?]*$|too many errors|\[(?:info|warn\w*|error|debug|fatal|notice|trace)\]"
    r"|^\W*\w[\w.-]*\[\d+\]:|^\W*(?:\d{4}-\d\d-\d\d[t ])?\d\d:\d\d:\d\d|\*\*\* |^\s*(?:>>>|npm err)"
    r"|\b(?:sigterm|sigint|exit code|stderr|stdout)\b|\b(?:echo|print|printf|log)\b\s*\(?$"
)
_PRINTED_AFTER = re.compile(
    r"^[\s,.]*\[-[fwW]|^\s*\(?(?:exit(?:ed)?|code|status)[ =]\d|^\s*\(\)|^\s*="
)
_A_FILE = re.compile(r"^\.(?:md|txt|py|html?|json|js|css|svg|sh|yaml|log)\b")
_SUMMED_UP = re.compile(r"\b(?:as|like|being|having|that|all|been|enough)(?: [\w ]{1,20})?$")
_NO_SPEAKER = frozenset({"as", "like", "i", "you", "what", "that", "and", "which", "because"}) | {
    "since", "so", "thanks", "thank", "i'd",
}  # fmt: skip
_WORD = re.compile(r"[\w']+")
#: A speaker's name has at most this many words.
_NAME = 3


def in_output(said: Said) -> bool:
    """A program printed it, or it is the name of a file."""
    return bool(
        _PRINTED_BEFORE.search(said.line_before)
        or _PRINTED_AFTER.search(said.line_after)
        or _A_FILE.match(said.line_after)
    )


def by_another(said: Said) -> bool:
    """Somebody else says it in what is told."""
    sentence = said.sentence
    tail = re.match(r"^[\s,.!—–-]*((?:[\w'-]+ ){0,3}?)([\w'-]+)", sentence.after)
    if tail and _attribution(said, sentence.after):
        return True
    stem = sentence.before.rstrip(" ,:;-—–(\"'")
    if said.opens("others", sentence.clause) and said.find("reporting", sentence.clause):
        return True
    stem = re.sub(r" (?:out|back|aloud|again|\w+ly|to \w+)$", "", stem)
    if not said.closes("reporting", stem) or _SUMMED_UP.search(stem):
        return False
    return _speaker_before(stem)


def _attribution(said: Said, after: str) -> bool:
    """A tail such as ", she said" or ", said the driver"."""
    if not re.match(r"[\s]*[,.!—–-]", after):
        return False
    words = after.lstrip(" ,.!—–-")
    for match in lexicon(said.languages, "reporting").finditer(words[:80]):
        subject = _WORD.findall(words[: match.start()])
        if len(subject) > _NAME or _NO_SPEAKER & set(subject):
            return False
        if not subject:
            return bool(re.match(r"[\s]+(?!thank|good|it\b|so\b)\w", words[match.end() :]))
        return True
    return False


def _speaker_before(stem: str) -> bool:
    recent = re.split(r"[.;:]|\bso\b", stem)[-1]
    if re.search(r"\b(?:i|i'll|i've|me|my|we|ich|je|yo|eu|io|я|to|let)\b", recent):
        return bool(re.search(r"\byou\b[\w ]*$", recent))
    return True
