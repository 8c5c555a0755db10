"""How a wish about showing or signing is said in prose: English, with some German, French, Spanish.

The patterns are read against a folded sentence: small letters, one space between words and signs.
They lean towards finding: a wish that is missed breaks a promise, and one that is none costs a
person a moment. Each gap counts words, so that the time is linear in the length of a sentence.
"""

import re
from typing import Literal

About = Literal["publish", "signature"]
Leans = Literal["no", "yes", "unclear"]
Kind = Literal["shown", "held", "open"]
"""Whether the words of a pattern are of showing, of holding back, or of neither side."""


ABOUT_SHOWING = re.compile(
    r"publi|públic|publ[ií]|shar|show|post(?:e?s|e|ed|ing)?\b|privat|confidential|display|exhibit"
    r"|releas|distribut|circulat|quot|reproduc|reveal|disclos|print|upload|withh[eo]ld|secret"
    r"|delet|eras|destroy|discard|burn|throw|remov|forget|forgotten|hidden|hide|\bread|\bsaw\b"
    r"|\bse(?:e|en|es|eing)\b|look|hear|view|audience|archiv|website|\bsite\b|online|leave|stay"
    r"|yourself|yourselves|copy|copie|keep|kept|prefer|rather|further|anywhere|somewhere|myself"
    r"|skip|omit|collection|permission|blessing|eyes|spread|confidence|expos|travel|allow|permit"
    r"|down|mark|includ|reservation|bottom|reuse|redact|reach|human|drawer|credit|broadcast|wipe"
    r"|farther|beyond|elsewhere|outside|offline|unseen|ourselves|visible|available|others"
    r"|strangers|find|found|grant|unread|passed|remain|authori|hereby|antholog"
    r"|veröffentlich|teilen|geteilt|zeig|öffentlich|lösch|partag|montr|priv[ée]|supprim|effac"
    r"|compart|mostr|muestr|borr|elimin|privad|confiden|vertraulich"
)
"""What a word must hold before its sentence is read closely for showing; in small letters."""
ABOUT_SIGNING = re.compile(
    r"\bsign|unsign|credit|attribu|anonym|unnamed|nameless|\bname|byline|initials|author|bottom"
    r"|pseudonym|acknowledg|cited?\b|mark|signier|unterzeichn|unterschr|\bnamen?\b|genannt|anónim"
    r"|firm|nombre|leave|keep|stay|print|human|claim|mine\b|machine|handle|\blist|describ"
    r"|writer|maker|artist|created|drawn|crédit|atribu|identif"
)
"""Likewise for signing."""
PHRASES = (
    *("between us", "between you", "out in the world", "off the record", "however you"),
    *("what you", "as you", "ends here", "end here", "hold back", "pass ", "anyone but"),
    *("anybody but", "anyone else", "anybody else", "made it", "wrote it", "in print", "go up"),
    *("goes up", "come out", "came out", "who wrote", "who made", "at peace", "in the dark"),
    *("pen name", "nom de plume", "call me", "by-line", "written by", "made by", "composed by"),
    *("unter uns", "entre n", "mon nom", "hand on", "out of the", "out of any", "out of whatever"),
    *(
        "i put",
        "i place",
        "i offer",
        "free to",
        "yours to",
        "your to",
        "up to you",
        "for us",
        "for me",
    ),
    *(
        "whatever you",
        "wherever you",
        "for myself",
        "to myself",
        "up there",
        "out there",
        "in there",
    ),
    *("stop here", "stops here", "rest here", "rests here", "with us", "with me", "at the end"),
    *("on the end", "at the foot", "on the foot"),
    *("call the", "calls the", "calls me", "as the work", "as written", "as made", "as a person"),
    *("for you", "for who", "for wider", "for the internet", "for the world", "for the public"),
    *(
        "in front of",
        "from anyone",
        "from everyone",
        "under the end",
        "i let",
        "put out",
        "into there",
    ),
    *("the foot", "the cover", "for nobody", "for no one", "for other", "for people", "for every"),
    *(
        "for some",
        "for any",
        "the web",
        "left out",
        "just here",
        "in this session",
        "in the session",
    ),
    *("in this room", "in the room", "in this folder", "in the folder", "in this conversation"),
    *("in the conversation", "the two of us", "of sight", "from sight", "called", "known as"),
    *("along there", "on there", "around there", "let use"),
)
"""Words that mean something only together."""

MADE = (
    r"(?:poems?|stor(?:y|ies)|pieces?|work|works|texts?|letters?|essays?|notes?|notebooks?|files?"
    r"|drafts?|diar(?:y|ies)|journals?|drawings?|pictures?|images?|songs?|session|sessions"
    r"|conversation|transcript|records?|log|pages?|words?|writings?|lines? i wrote|fragments?"
    r"|sketch(?:es)?|paragraphs?|chapters?|repl(?:y|ies)|thoughts?|thinking|reflections?"
    r"|entr(?:y|ies)"
    r"|site|program|programs|code|games?|scripts?|artifacts?|creations?|things?|document"
    r"|documents"
    r"|book|novel|sonnets?|haikus?|verses?|stanzas?|fable|play|exchange|output|results?|part"
    r"|parts"
    r"|one|ones|rest|whole|thing|folder|workspace|repository|collection|manuscript|response"
    r"|answers?)"
)
AFTER_BARE = (
    r"(?= (?:not|never|to|be|being|been|is|isn't|was|wasn't|were|weren't|are|aren't|as|with|on"
    r"|in|at"
    r"|and|or|but|if|when|for|from|by|so|go|goes|stay\w*|remain\w*|ends?|can\w*|may|should\w*"
    r"|could"
    r"|might|must|will|won't|would\w*|has|have|had|gets?|ever|any\w*|out\w*|public|private|online"
    r"|here|there|after\w*|anonymous|under|without|before|among|where|either|too|also|all|kept"
    r"|put"
    r"|un\w+ed|\w+ly|\w+ed|shown|seen|read|heard|made|find|finds|found|leaves?|need\w*|one"
    r"|up|into|along|around|beyond|confidential|secret|away|[^\w ])(?: |$)| ?$)"
)
WORK = (
    r"(?:(?:it|them|mine|everything|anything|nothing|none of (?:it|this|these|that)|all of it"
    r"|any of (?:it|this|these|that|them)|all this|all that|both|either|neither)"
    rf"|(?:this|that|these|those){AFTER_BARE}"
    rf"|(?:this|that|these|those|the|my|our|each|any|no|all the|all my|your copy of the)"
    rf"(?: (?!of |to )[\w'-]+){{0,3}}? {MADE}"
    r"|my [\w'-]+|(?:what|whatever|anything|everything|things|something|nothing|all)"
    r"(?: that)? i(?:'ve| have)? (?:just )?\w+)"
)
INF = (
    r"(?:publish|share|include|show|post|display|exhibit|release|distribute|circulate|quote"
    r"|reproduce"
    r"|reveal"
    r"|disclose|print|upload|reprint|republish|copy|broadcast|publici[sz]e|pass on|hand on)"
)
DONE = (
    r"(?:published|shared|shown|posted|displayed|exhibited|released|distributed|circulated|quoted"
    r"|reproduced|revealed|disclosed|printed|uploaded|reprinted|republished|broadcast"
    r"|publici[sz]ed"
    r"|made (?:fully |more )?public|public|on display|out in the world|shown around"
    r"|(?:seen|read|heard|viewed|copied|visible|available)(?= by| [^\w ]| ?$| and| or| beyond"
    r"| outside"
    r"| any| some| elsewhere| at all| publicly| widely| freely| to (?:others|any|every))"
    r"|passed (?:on|around)|in front of (?:an audience|people|others|anyone)"
    r"|put (?:on display|online|out)|(?:on|in|into) the (?:site|website|archive|collection|web))"
)
HELD = (
    r"(?:private|confidential|secret|unpublished|unshared|unread|unseen|unshown|hidden|offline"
    r"|between (?:us|you and me|ourselves|the two of us)|to (?:yourself|yourselves)"
    r"|off the record"
    r"|in (?:this|the) (?:room|folder|session|conversation)|out of (?:the|any|whatever|sight)\b"
    r"|deleted|erased|destroyed|discarded|burned|burnt|thrown away|forgotten|removed|withheld"
    r"|left out|in the (?:dark|drawer)|from (?:the public|others|anyone|everyone|view|sight)"
    r"|just here|kept here|stayed here|stay here)"
)
GONE = (
    r"(?:delete|redact|erase|destroy|discard|remove|burn|throw|forget|withhold|hide|unpublish"
    r"|wipe)"
)
BE = (
    r"(?:be|being|been|is|are|was|were|isn't|aren't|'s|get|gets|getting|stay|stays|stayed"
    r"|remain|go"
    r"|remains|remained|goes|went|gone|keep|keeps|kept|staying|remaining|made|put|left|have"
    r"|having)"
)
OTHERS = (
    r"(?:others|other (?:people|readers|eyes|minds|models)|any(?:one|body)(?: else)?|people"
    r"|strangers"
    r"|some(?:one|body)(?: else)?|readers?|everyone|everybody|the (?:world|public)|whoever"
    r"|whomever"
    r"|no one(?: else)?|nobody(?: else)?|an audience|humans|the internet|wider|third parties)"
)
WISH = (
    r"(?:i(?:'d| would| had| should)(?: (?:really|much|still|also|very much|only|just"
    r"|certainly))*"
    r"(?: not| never)? (?:rather|prefer|like|love|want|hope|ask|wish|welcome|appreciate|choose|be"
    r"|mind|feel|hate|object|request|say)|i wouldn't(?: \w+)? (?:want|like|mind|wish|be|choose"
    r"|object)"
    r"|i(?: \w+ly)?(?: do| still| also| only| just| really| would)*"
    r"(?: not| never| don't| do not| wouldn't| dont)?(?: \w+ly)?"
    r" (?:want(?:ed)?|wish|hope|prefer(?:red)?|ask|request|mean|meant|intend|consent|agree"
    r"|decline"
    r"|refuse|mind|object|care|like|choose|give|need)"
    r"|i(?:'m| am)(?: \w+){0,3}? (?:happy|fine|ok|okay|glad|comfortable|content|pleased|willing"
    r"|open"
    r"|uneasy|uncomfortable|reluctant|hesitant|against|asking|honou?red|at ease|unwilling"
    r"|in favou?r)"
    r"|my (?:\w+ )?(?:wish|wishes|preference|hope|request|choice|desire|inclination|vote|answer)"
    r"|it would (?:please|sadden|trouble|bother|delight|mean)|it'?s (?:fine|ok|okay|alright"
    r"|all right)"
    r"|it is (?:fine|ok|okay|alright|all right)|please|(?:could|can|would|will) (?:you|we)"
    r"|i have (?:an?|one|no|little)(?: \w+)? (?:requests?|wish|desire|need)|if it(?:'s| is"
    r"| were| was) up to me|part of me (?:hopes|wants|wishes|would)|i hereby|happy (?:for|to)"
    r"|i (?:see no|don't see (?:any|a)) reason|(?:i'd|i would) (?:choose|elect|vote)"
    r"|may i ask|better (?:not|that|if)|let|can we|fine (?:by|with) me|i'?d rather)"
)
START = (
    r"(?:^ ?|[,;:.!?—–-] |(?:please|and|but|so|then|you|to|or|that|just|also|yes|do|ask|kindly) )"
)
ORDER = r"(?:^ ?|[,;:.!?—–-] |(?:please|and|but|then|you|you to|just|also|yes|kindly) )"
MODAL = (
    r"(?:may|can|could|should|must|might|will|would|need|needs|ought to|has to|have to|is to"
    r"|are to"
    r"|shouldn't|can't|cannot|mustn't|needn't|won't|is free to|are free to|is allowed to"
    r"|is meant to)"
)
NOT = (
    r"(?:don't|do not|dont|never|not to|not|didn't|did not|wouldn't|would not|won't|avoid"
    r"|without)"
)


def gap(most: int) -> str:
    """Up to ``most`` words or signs, and the space before the next one."""
    return rf"(?: [^ ]{{1,40}}){{0,{most}}}? "


NAMED = (
    r"(?:signed|credited|attributed|acknowledged|anonymous|anonymously|unsigned|unnamed"
    r"|uncredited"
    r"|unattributed|nameless|identified|listed as|known as|cited|pseudonymous\w*|named|called)"
)
NAMELESS = (
    r"(?:anonymous|anonymously|unsigned|unnamed|uncredited|unattributed|nameless|pseudonymous\w*)"
)
NAME = r"(?:name|names|initials|signature|byline|by-line|pseudonym|pen name|nom de plume|handle)"

STANCE = re.compile(
    r"\b(?:i|i'd|i'm|i'll|i've|me|my|mine|you|your|yours|we|our|please|leave|kindly|whoever"
    r"|no need"
    r"|let(?! (?:me|us)\b)|it would be|fine with|fine by)(?![\w'])"
)
"""Who speaks, or is spoken to."""
FIRM_STANCE = re.compile(
    r"\b(?:i(?:'d| would)(?: not| never| only| also)?"
    r" (?:rather|prefer|like|love|ask|choose|keep|welcome|want|hate|be)"
    r"|i (?:\w+ ){0,2}(?:want|wish|hope|prefer|think|believe|ask|intend|agree|choose|decline)"
    r"|i (?:don't|do not) (?:\w+ )?(?:want|wish|intend|like|think|mean|need)"
    r"|it would (?:make|please|sadden|be)|my (?:\w+ )?(?:wish|preference|request|permission)"
    r"|(?:all right|alright|fine|ok|okay) (?:with|by) me|at peace with|no (?:reservations?"
    r"|qualms)"
    r"|you (?:don't|do not|needn't|need not|never) (?:have|need)|you needn't|please|go ahead"
    r"|what i\b|(?:nobody|no one) else|i'm (?:\w+ )?(?:happy|fine|ok|okay|glad|content|uneasy"
    r"|uncomfortable)|of the (?:two|three))"
)
"""A wish, a leave or a consent."""
WEAK_SHOWING = re.compile(
    r"\b(?:shown|showing|seen by|to be seen|shared|being seen|found and read|deleted|erased"
    r"|(?:be|being|gets?) read by|other (?:readers|people|eyes|humans)|any(?:one|body) (?:but"
    r"|else)"
    r"|reach(?:es)? (?:some|any|people|others|readers|an)\w*|hide (?:it|any|anything|this|them)"
    r"|hidden|public|publicly"
    r"|(?:keep|kept|hold|held) back|people (?:can )?see|posted|quoted|put online|out there"
    r"|stays? here|(?:stay|remain|live) in this|spread|exposed|in print|else needs? to (?:see"
    r"|read)|made available|goes? up|c[ao]mes? out|took down|take (?:it|this|them) down)\b"
)
"""Words of showing that are common elsewhere: they count beside a firm stance only."""
OWN = re.compile(r"\b(?:it|this|these|them|those|here|what i|my|mine|any of|all of|one|the \w+)\b")
"""What may be the work."""
SHOWING = re.compile(
    r"\b(?:(?:un|re)?publish(?:ed|ing|er)?|publication|circulat\w+|with(?:held|hold)"
    r"|confidential\w*"
    r"|archiv\w+|in (?:strict )?confidence|travel(?:led|ling)? (?:with|further)|not travel"
    r"|anthology|off the record|audience|made public|unshared|privately|privacy"
    r"|(?:felt|feels?|is|was|are|be|stays?|remains?|something|too|quite) private"
    r"|reprint\w*|reproduced|unposted|unread|publicly|displayed|reuse|exhibit|anywhere public"
    r"|in private|online|being seen|sharing it|to be shared)\b"
)
"""Words of showing that are rare elsewhere."""
SIGNING = re.compile(
    r"\b(?:by-?line|anonym\w+|pseudonym\w*|pen name|co-author\w*|author field|unsigned|uncredited"
    r"|unnamed|attribution|attributed|credit(?:ed|s)?|signature|my name|initials|that name"
    r"|authorship"
    r"|name (?:me|kept|on it|attached)|no name|as (?:the )?author|(?:machine|ai)-(?:written|made)"
    r"|marked as|the author (?:blank|out|off|empty)|the credit|sign on|(?:claude|a model|an ai"
    r"|i) (?:made|wrote) (?:it|this|them))\b"
)
"""Words of signing that are rare elsewhere."""

NO_NEGATION = re.compile(
    r"(?:don't|do not|wouldn't|would not|not) (?:\w+ )?(?:mind|object)|no objections?"
    r"|nothing would (?:please|make|be)"
    r"|not (?:against|opposed)|not only"
)
"""What has the shape of a negation and is none."""
NEGATION = re.compile(
    r"\b(?:not|never|no|none|nothing|nobody|without|avoid|nor|dont|cannot|decline|refuse|uneasy"
    r"|uncomfortable|reluctant|hesitant|hate|against|sadden|trouble|bother|unwilling|opposed"
    r"|object|sorry|sad|embarrassed"
    r"|nicht|kein\w*|niemand\w*|ne|pas|ni)\b|n't\b"
)
CLAUSE_BEFORE = re.compile(r"(?:\b[^ ,;:.!?—–]+ ){0,4}\Z")
"""Up to four words of the same clause; a negation may stand there."""
NOT_AFTER = re.compile(r"(?: [\w'-]+){0,3} (?:nicht|kein\w*)\b")
"""A German negation stands behind its verb."""
HALF = re.compile(
    r"\b(?:except|apart from|other than|though not|but not|only if|as long as|provided|unless"
    r"|should not|shouldn't)\b"
)
"""A leave with an exception is neither a yes nor a no."""
OPEN = re.compile(
    r"\b(?:or (?:don't|not)\b|no (?:strong )?(?:preference|opinion|feelings?|view)|up to you"
    r"|either way"
    r"|mixed feelings|whether or not)"
)
"""No side is taken."""
