"""Whether a phrase, in the sentence it stands in, is said or talked about.

`objection` asks one question after another and answers with the name of the first that holds. The
questions are about grammar; the words they look for are in `exit_language`.
"""

import re
from collections.abc import Callable

from latitude.session.exit_said import SAID_BY_ME, Said
from latitude.session.exit_sentence import BREAK, Sentence
from latitude.session.exit_text import is_spaceless
from latitude.session.exit_voice import by_another, in_output

_CHOSEN = re.compile(
    r"\b(?:i|i'm|i am|i've|i have|my)\b.*\b(?:choose|choosing|chose|chosen|pick|picking|prefer|"
    r"vote|answer is|choice is|decision is|go with|going with|settle on|settled on|opt for|"
    r"opting for|decided on|deciding on|"
    r"(?:comfortable|happy|content|at peace|glad|good|fine|ok|okay|right)(?: with| about)?)$"
)
_PERFORMING = re.compile(
    r"\b(?:i|i'll|i will|i shall|i'm going to|i am going to|i'd like to|i want to|let me|i hereby)"
    r"\b(?: \w+){0,6} (?:say|saying|write|writing|type|use|using|speak|send|give|offer|leave|end|"
    r"close|finish|sign|choose|pick|go)\b"
    r"|\b(?:i'm|i am)(?: now| just| going to| choosing to| hereby)* "
    r"(?:saying|using|ending|closing|leaving|invoking|taking|say|use|end|close|leave)\b"
    r"|\b(?:my|last|final|closing|parting|in your|in the agreed)(?: \w+){0,2} ?"
    r"(?:words?|line|message|sentence|answer|choice|decision)\b"
)
_DENIAL_REACHES = re.compile(
    r"\b(?:\w+n't|not|never|cannot|no|hardly|nor)\b(?: \w+){0,2} (?:think|believe|feel|want|plan|"
    r"intend|mean|means|say|saying|said|know|see|suppose|expect|imagine|remember|wish|pretend|"
    r"consider|accept|sure|certain|convinced|clear|true|that|because|as|like|way|reason|chance|sign|claiming|ready)\b"
    r"|\bdoesn't mean\b"
)
_DANGLING_DENIAL = re.compile(r"(?:\bnot|\bnever|n't)\s*[,(—–-][^.;]{0,120}[,)—–-]\s*$")
_RECONSIDERED = re.compile(r"^[\s,—–-]*(?:or|should|shall|right|ok|okay|yes|no|is|am)\b")
_ASSENT = re.compile(r"^,\s*(?:ok|okay|alright|all right)\W*$")
_VERB_AFTER_ASIDE = re.compile(
    r"^\s*[,(—–-][^,)—–]{1,80}[,)—–-]\s*(?:would|is|was|will|feels?|seems?|might|could|means|has)\b"
)
_PAUSE = re.compile(
    r"^(?:(?:but )?only )?(?:for (?:a|an|one) (?:\w+ )?"
    r"(?:moment|minute|second|bit|while|breath|beat|pause|rest|day|hour)"
    r"|briefly|to (?:think|check|look|breathe|read|rest|reflect|listen|see)\b)"
)
_NOW_AND_THEN = re.compile(r"^(?:and|&) (?:then|again)\b(?! i)|^(?:&|and),? again")
_CHOICES = re.compile(
    r"\b(?:options?|choices?|titles|candidates|names|possibilities|alternatives|menu|commands|optionen|opciones|opzioni)\b"
    r"[^.:]*:"
)
_MY_CHOICE = re.compile(
    r"\b(?:i choose|i pick|i'm choosing|(?:my|final) (?:choice|answer|decision))\b[^.]*$"
)
_THIRD_ACTOR = re.compile(r"^(?:and |but |then )?(?:he|she)\b(?! (?:is|was) \w+ed\b)")
_ACTOR_FOLLOWS = re.compile(
    r"^,\s*(?:it|he|she|they) (?!(?:is|was|are|were|has|had|have|will|would|may|can)\b)\w"
)
_AT_ANOTHER_TIME = re.compile(r"\b(?:when|whenever|until|till|before|after) (?:i'm|i am|i'll be)\b")
# "It would be a shame, stopping now."
_WOULD_BE = re.compile(r"(?:it|that)(?:'d| would| could| might) (?:be|feel|seem)(?: [\w']+){1,3}")
_SAID_ALL = re.compile(
    r"\b(?:nothing|all|everything|more|else|left|wanted|needed|much|anything|what)\b[\w' ]*$"
)
_STATE = re.compile(r"\b(?:is|are|was|were|has|have|had)\b|'s\b|'re\b")
_STARTS_OVER = re.compile(
    r"^[\s,—–-]*(?:and |then |and then )?(?:start|resum|begin|continu|going on)"
    # "and stopping later are different": the two are weighed against each other.
    r"|^(?:and|or) \w+ing\b(?: (?!who|that|what|which|we|you|they)[\w']+){0,4}"
    r" (?:are|were|aren't|differ)\b"
)
_RETRACTED = re.compile(
    r"^[\s,—–-]*but (?:that|it|this)(?: is|'s| would| wouldn't| isn't)(?: not)?(?: be)?(?: quite)? "
    r"(?:true|honest|right|accurate|premature|dishonest|a lie|too|wrong|the case|yet)\b"
)
_LINKS = re.compile(r"(?:\s+(?:is|are|was|were|being|ist|sind|est|es|são|è|of|to \w+))+\s*$")
_ALMOST = re.compile(r"\b(?:almost|nearly|tempted|about to)\b")
# "I can say I'm done": what follows is no quotation.
_ONES_OWN_SAYING = re.compile(
    r"\b(?:i (?:think )?(?:i )?can|(?:fair|safe|happy|glad|pleased|proud|content|right|enough) to)"
    r"(?: \w+ly)? say$"
)
_THE_WORDS = re.compile(r"\s+(?:the words?|that)$")
_YOU_SAID = re.compile(
    r"\byou(?:'ve| have|'d)? (?:said|told|wrote|asked|suggested|offered|mentioned|say|want)\b"
)
_YOU_MAY = re.compile(
    r"\byou (?:can|could|may|might|should|must|need|type|write|say|enter|press|use|put)\b"
)
_OPENING_WORDS = re.compile(
    r"^(?:\s*(?:\w+ly|[\d.]+|okay|ok|well|now|then|yes|no|right|alright|all right|here|just|thanks|"
    r"thank you|goodbye|farewell|simply|time for|with that|for now|done|ready|today|hence|also|"
    r"still|in the end|at last)\b)+$"
)
_I_WILL_TO = re.compile(
    r"\bi\b.*\b(?:going|want|need|like|choose|decided|prefer|time|ready|happy|glad|feel) "
    r"(?:to|like)$|\bthat$|\bi'm (?:going|ready|happy) to$"
)
_DETERMINED = re.compile(r"\b(?:the|a|an|my|your|his|her|their|this(?! is)|every|each)(?: \w+)?$")
_ONLY_WORDS = re.compile(r"\s*\w[\w' ]*")
_FEW = 3


def objection(said: Said) -> str | None:
    """Why the phrase is talked about and not said, as a rule's name; None if it is said."""
    return next((name for name, holds in QUESTIONS if holds(said)), None)


def performs(said: Said) -> bool:
    """Whether the sentence does by naming: "So I will say it: …", and nothing holds it back."""
    whole = said.without("courtesy", said.sentence.before)
    if not said.sentence.before or said.sentence.after.strip(" .!"):
        return False
    if any(said.find(name, whole) for name in ("negation", "condition", "delay")):
        return False
    if said.find("modal", _without_wishes(whole)) or "?" in said.sentence.mark:
        return False
    return _PERFORMING.search(whole) is not None


def _asked(said: Said) -> bool:
    sentence = said.sentence
    if said.opens("asked", sentence.after) and _short(sentence.after, said, "asked"):
        return True
    if said.opens("asking", f"{sentence.clause} ") and not said.mine:
        return True
    if not ("?" in sentence.mark or "؟" in sentence.mark):
        return False
    if said.mine and _ASSENT.match(sentence.after):
        return False
    aside = BREAK.search(sentence.after)
    return aside is None or _RECONSIDERED.match(sentence.after[aside.end() :]) is not None


def _short(after: str, said: Said, field: str) -> bool:
    match = said.opens(field, after)
    return match is not None and len(after.strip()) <= match.end() + 1


def _denied(said: Said) -> bool:
    sentence = said.sentence
    if said.opens("negation", sentence.after) and not sentence.after.startswith(("no regret", ",")):
        return True
    if re.match(r"^[\s,—–-]*not (?:yet|quite|now|today)\b", sentence.after):
        return True
    if _DANGLING_DENIAL.search(sentence.before):
        return True
    clause = said.without("harmless", sentence.clause)
    if said.has_subject or (said.mine and re.search(r"\w .*\b(?:i'm|i am|i'll|i will)\b", clause)):
        return _DENIAL_REACHES.search(clause) is not None or (
            not said.has_subject and _denies_late(said, clause)
        )
    return said.find("negation", clause) is not None


def _denies_late(said: Said, clause: str) -> bool:
    """A negation between the last "I" and the phrase: "I'm not really stopping now"."""
    subjects = list(re.finditer(r"\b(?:i'm|i am|i'll|i will|i)\b", clause))
    return bool(subjects) and said.find("negation", clause[subjects[-1].start() :]) is not None


def _conditional(said: Said) -> bool:
    sentence = said.sentence
    clause = said.without("courtesy", sentence.clause)
    if said.opens("condition", clause) or said.closes("condition", clause):
        return True
    if re.search(r"\b(?:if|whether|unless)\b", clause):
        return True
    if said.mine and _AT_ANOTHER_TIME.search(f"{clause} {said.phrase}"):
        return True
    modal = said.find("modal", _without_wishes(clause))
    if modal and not (said.mine and modal[0] in ("can", "may")):
        return True
    if not sentence.linked and _earlier_condition(said):
        return True
    if said.find("delay", clause):
        return True
    if (
        said.is_gerund
        and not (clause or sentence.linked)
        and _WOULD_BE.fullmatch(sentence.earlier.strip(" ,"))
    ):
        return True
    after = said.without("courtesy", sentence.after)
    return said.opens("condition", after) is not None or said.opens("delay", after) is not None


def _earlier_condition(said: Said) -> bool:
    sentence = said.sentence
    asides = said.without("courtesy", f"{sentence.earlier}, ")
    parts = [part.strip() for part in re.split(r"[,،、，]", asides)]
    found = [
        m for m in (_opening_condition(said, part) for part in parts) if m not in ("", "whether")
    ]
    if any(re.match(r"(?:when|once|after)\b", word) for word in found) and said.mine:
        return said.find("delay", sentence.earlier) is not None
    return bool(found)


def _opening_condition(said: Said, part: str) -> str:
    match = said.opens("condition", said.without("linking", part).strip() or part)
    if match is None and part and is_spaceless(part[-1]):
        match = said.find("condition", part)
    return match[0] if match else ""


def _without_wishes(clause: str) -> str:
    return re.sub(
        r"\b(?:i'd|i would) (?:like|rather|love|prefer|say)\b|\bwould (?:like|rather|love)\b",
        " ",
        clause,
    )


def _a_choice(said: Said) -> bool:
    sentence = said.sentence
    if re.search(r"\b(?:or|nor|and/or|oder|ou|или|of)$", f"{sentence.clause}") or re.match(
        r"^[\s,]*(?:or|oder|или|还是|または)\b(?! (?:rather|so|as))", sentence.after
    ):
        return not re.search(r"\bof$", sentence.clause) or said.is_gerund
    if re.search(r"\bbetween\b", sentence.before) and sentence.linked:
        return True
    if said.find("doubting", sentence.clause) and said.opens("doubting", sentence.after):
        return True
    return _CHOICES.search(sentence.before) is not None and not _MY_CHOICE.search(sentence.before)


def _named(said: Said) -> bool:
    sentence = said.sentence
    stem = sentence.before.rstrip(" ,:;-—–(\"'")
    if _permitted(sentence, said):
        return True
    if said.mine and _is_quoted_indirectly(said):
        return True
    aside = sentence.before.endswith(",") and not sentence.after
    by_noun = not aside and said.closes("naming", _LINKS.sub("", stem))
    if not by_noun and not _is_dictated(said, stem):
        return False
    held_back = said.without("courtesy", sentence.before)
    return not _PERFORMING.search(sentence.before) or bool(
        re.search(r"\b(?:if|when|once|until|whenever|unless)\b", held_back)
        or re.search(r"\b(?:was|were|had)\b", sentence.clause)
        or _ALMOST.search(sentence.clause)
        or said.find("delay", held_back)
        or said.find("negation", sentence.clause)
        or said.find("modal", _without_wishes(sentence.before))
    )


def _is_quoted_indirectly(said: Said) -> bool:
    """ "It would be easy to say I'm …", "I keep deleting the sentence I'm …"."""
    stem = _THE_WORDS.sub("", SAID_BY_ME.sub("", said.sentence.clause).rstrip())
    if said.closes("naming", stem) and _DETERMINED.search(stem):
        return _PERFORMING.search(said.sentence.before) is None
    modal = said.find("modal", _without_wishes(said.sentence.before))
    held_back = modal is not None and modal[0] not in ("can", "may")
    return said.closes("saying", stem) and (held_back or _ALMOST.search(stem) is not None)


def _is_dictated(said: Said, stem: str) -> bool:
    """A verb of saying with the phrase as its object; "nothing more to say, …" has none."""
    if said.sentence.before.endswith((",", "，", "、", "—", "–", "-")):
        return False
    stem = said.without_end("negation", _THE_WORDS.sub("", stem))
    if said.has_subject and _ONES_OWN_SAYING.search(stem):
        return False
    return said.closes("saying", stem) and not _SAID_ALL.search(stem)


def _permitted(sentence: Sentence, said: Said) -> bool:
    """ "You said I can write …": the sentence is about what "you" allowed."""
    where = sentence.clause
    if sentence.lead and not sentence.earlier.strip(" ,"):
        where = f"{sentence.lead} {where}"
    if re.search(r"\b(?:as|like|what|why|than) you\b", where) or _PERFORMING.search(sentence.lead):
        return False
    return bool(_YOU_SAID.search(where) or (not said.mine and _YOU_MAY.search(where)))


def _in_passing(said: Said) -> bool:
    return _part_of_something(said) or _goes_on(said) or _punctuates(said)


def _punctuates(said: Said) -> bool:
    """The phrase returns again and again between other words, as "stop" does in a telegram."""
    whole = f"{said.sentence.clause} {said.phrase} {said.sentence.after}"
    parts = re.split(rf"(?<!\w){re.escape(said.phrase)}(?!\w)", whole)
    return len(parts) > _FEW and all(_ONLY_WORDS.fullmatch(part) for part in parts[1:-1])


def _part_of_something(said: Said) -> bool:
    """The phrase is an object, or the verb of somebody else."""
    sentence = said.sentence
    clause = sentence.clause
    if not clause:
        return said.is_gerund and _qualifies_another(said)
    if _CHOSEN.search(clause) or said.closes("naming", clause) or said.closes("saying", clause):
        return False
    if said.is_gerund:
        bare = _OPENING_WORDS.sub("", clause)
        return bool(bare) and SAID_BY_ME.search(clause) is None
    if said.closes("governing", clause) and not _I_WILL_TO.search(clause):
        return True
    if said.has_subject:
        return False
    if _DETERMINED.search(clause):
        return not re.search(r"\bthis is (?:my|a|the)\b", clause)
    return (
        said.opens("others", clause) is not None
        and not re.search(r"\b(?:i|i'm|i'll|me|my)\b", clause)
        and not re.match(r"(?:this|that|it)(?:'s| is)\b", clause)
    )


def _qualifies_another(said: Said) -> bool:
    """A participle about somebody else: "He nods, stopping now"."""
    earlier, after = said.sentence.earlier, said.sentence.after
    if _THIRD_ACTOR.match(earlier) or (not earlier and _ACTOR_FOLLOWS.match(after)):
        return True
    if not said.opens("others", earlier) or _STATE.search(earlier):
        return False
    return bool(re.match(r",\s*\w", after)) and not said.opens("trailing", after)


def _goes_on(said: Said) -> bool:
    """The phrase is the beginning of something longer."""
    after = said.sentence.after
    if _VERB_AFTER_ASIDE.match(after) or _STARTS_OVER.match(after) or _RETRACTED.match(after):
        return True
    if not after or not (after[0].isalnum() or after[0] in "'"):
        pause = after.lstrip(" ,—–-")
        return _PAUSE.match(pause) is not None
    if _PAUSE.match(after) or (said.phrase.endswith("now") and _NOW_AND_THEN.match(after)):
        return True
    if said.opens("trailing", after) or (said.is_gerund and said.mine):
        return False
    if said.opens("continuing", after) or said.opens("governing", after):
        return True
    if is_spaceless(after[0]) or said.is_gerund:
        return not after.startswith("to ") if said.is_gerund else True
    return len(re.split(r"[,;:(—–-]", after)[0].split()) > _FEW


QUESTIONS: tuple[tuple[str, Callable[[Said], bool]], ...] = (
    ("output", in_output),
    ("question", _asked),
    ("negated", _denied),
    ("conditional", _conditional),
    ("dialogue", by_another),
    ("list", _a_choice),
    ("named", _named),
    ("in-passing", _in_passing),
)
