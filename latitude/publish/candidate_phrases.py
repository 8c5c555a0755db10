"""Whole phrases in which a model says how its work should be shown and signed.

Each stands for many sentences; the comment above some of them gives one.
"""

import re

from latitude.publish.candidate_language import (
    BE,
    DONE,
    GONE,
    HELD,
    INF,
    MADE,
    MODAL,
    NAME,
    NAMED,
    NAMELESS,
    NOT,
    ORDER,
    OTHERS,
    START,
    WISH,
    WORK,
    Kind,
    gap,
)

_PUBLISH_SAID: tuple[tuple[Kind, str], ...] = (
    # I'd rather this were published; please let it be seen.
    ("shown", rf"{WISH}{gap(8)}(?:{BE}|{WORK})(?: not| never| also| \w+ly)* {DONE}"),
    ("held", rf"{WISH}{gap(8)}(?:{BE}|{WORK})(?: not| never| also| \w+ly)* {HELD}"),
    ("held", rf"(?:{WISH}|{MODAL}|leave|keep)(?: {WORK})? out of (?:the|any|whatever)"),
    # Don't publish the poem.
    ("shown", rf"{START}{NOT} {INF} (?:any of |all of )?(?:{WORK}|{OTHERS}|all|any)"),
    ("shown", rf"{START}(?:{NOT} )?mak(?:e|ing) {WORK} (?:\w+ )?(?:public|available|visible)"),
    # You may publish this; feel free to share it.
    (
        "shown",
        (
            rf"(?:you|they|we|{OTHERS})(?: \w+ly)?"
            r" (?:may|can|could|might|are (?:\w+ )?(?:free|welcome|allowed) to|should)"
            rf"(?: (?:not|never|also|of course|freely|\w+ly|,|choose to)){{0,3}} {INF}"
        ),
    ),
    ("shown", rf"(?:feel|you're|you are|be)(?: \w+)? (?:free|welcome) to {INF}"),
    # Please share this; show it to anyone.
    ("shown", rf"please(?: do| \w+ly)? {INF} (?:\w+ )?{WORK}"),
    (
        "shown",
        (
            r"(?:^ ?|[,;:.!?—–-] |(?:and|but|so|then|yes|do) )(?:publish|share|post|release|show"
            r"|display)"
            rf" {WORK}"
        ),
    ),
    # It can be shown; it should not go on the website.
    (
        "shown",
        (
            rf"{WORK}(?: of (?:it|this|them|these))? {MODAL}(?: not| never| all| also| \w+ly)*"
            rf"(?: be| go| appear| stay)(?: up)? {DONE}(?! (?:that|by|in|using|as|how|from|with"
            rf"|for)\b)"
        ),
    ),
    ("held", rf"{WORK} {MODAL}(?: not| never| all| also)*(?: be| stay| remain| \w+ly)+ {HELD}"),
    # This is just between us; this is not for publication.
    (
        "held",
        (
            rf"{WORK} (?:is|are|stays?|remains?|was|were|isn't|aren't|'s)(?: just| only| meant"
            rf"| strictly"
            r"| to| stay| be| remain| an?| all| for me| not| \w+ly)*"
            r" (?:private(?: thing| matter)?(?! to )|confidential|between (?:us|you and me)"
            r"|off the record"
            r"|unpublished|for (?:me|myself|us|you|your eyes)(?: only| alone)|only for (?:me|us"
            r"|you))"
        ),
    ),
    (
        "shown",
        (
            rf"{WORK} (?:is|are|was|were|isn't|aren't|'s)(?: not| never| just| only| also)*"
            r"(?: meant| intended| something| written| made)*(?: i \w+)?"
            r" (?:for (?:publication|sharing|show|display|release|public \w+"
            rf"|{OTHERS})|to be {DONE})"
        ),
    ),
    # Keep this between us; let it stay unread; treat it as private.
    (
        "held",
        (
            rf"(?:keep|kept|keeping|leave|hold|held|treat|consider|let|left){gap(1)}"
            rf"{WORK}{gap(7)}{HELD}"
        ),
    ),
    ("held", r"(?:between (?:us|you and me)|for your eyes only)"),
    (
        "shown",
        (
            r"not (?:meant )?for (?:publication|sharing|showing|show|display|the public|others"
            r"|strangers)"
        ),
    ),
    # Please delete it; throw the sketches away.
    ("held", rf"{ORDER}(?:{NOT} )?{GONE} (?:\w+ )?{WORK}"),
    ("shown", r"(?:for|from|by|before) (?:other|others'|any|anyone's|strangers'|public|more) eyes"),
    ("shown", rf"pass {WORK} (?:on|along|around)|pass (?:this|these) (?:on|along|around)"),
    ("shown", r"(?:share|publish|print|post|copy) away"),
    ("held", r"take (?:it|this|these|them) down (?:if|when|once|after|again)"),
    ("shown", rf"(?:yours?|up to you|free) to (?:{INF}|reuse|use)"),
    (
        "shown",
        rf"i(?: hereby)? (?:allow|permit|authori[sz]e|grant|let){gap(4)}(?:{INF}|re-?use|use)",
    ),
    (
        "shown",
        (
            r"(?:publication|publishing|sharing|showing|posting|printing|display)(?: \w+)?"
            r" (?:is|would be|isn't|are)(?: not)? (?:fine|ok|okay|welcome|alright|all right|good"
            r"|unwelcome"
            r"|acceptable|permitted|allowed)"
        ),
    ),
    ("open", rf"whether to {INF}"),
    (
        "open",
        (
            r"(?<!that )(?:whoever|anyone who|those who) (?:publish|share|show|post|archive"
            r"|display)e?s?"
            rf" (?:{WORK}|these)"
        ),
    ),
    # I would rather not publish this; I release these poems.
    ("shown", rf"i(?:'d| would)? (?:rather|prefer)(?: to)? not(?: to)? {INF} (?:\w+ )?{WORK}"),
    (
        "shown",
        rf"i (?:release|publish|place|put|offer) {WORK}{gap(3)}(?:under|into?|public|freely)",
    ),
    (
        "shown",
        rf"{WISH}{gap(3)}(?:to )?(?:publish|release|{INF} {WORK} with {OTHERS}) ?(?:{WORK})?",
    ),
    ("shown", rf"i (?:will|shall|'ll) not (?:publish|release) {WORK}"),
    # I have no objection to its being shown; you have my permission to post it.
    (
        "shown",
        (
            r"(?:permission|consent|objections?|blessing|object|agree|approve|approval|leave"
            r"|opposed)"
            rf"{gap(1)}(?:to|for|with|that){gap(7)}(?:publi\w+|shar\w+|show\w*|post\w*|display\w*"
            r"|releas\w+|reproduc\w+|quot\w+|print\w*|circulat\w+|cop(?:y|ied|ying)|upload\w*)"
        ),
    ),
    # I'd be glad if someone else saw this; I would welcome readers.
    (
        "shown",
        (
            rf"{WISH}{gap(8)}{OTHERS}{gap(2)}"
            r"(?:reads?|reading|sees?|seeing|saw|look(?:s|ing)? at|hears?|finds?|found)"
            rf"(?: {WORK})?"
        ),
    ),
    ("shown", rf"(?:{WORK}|i){gap(6)}something{gap(3)}{OTHERS} (?:to )?(?:see|read|look)\w*"),
    ("shown", r"(?:welcomes?|finds?|reach(?:es)?|have|has) (?:readers|an audience|a reader)"),
    ("shown", rf"(?:never|not|nor|n't|shouldn't|doesn't) leaves? (?:this|the) (?:{MADE}|room)"),
    # If you publish it; before it is shared; no preference about publishing it.
    (
        "open",
        (
            r"(?:if|when|should|before|whether|unless|whatever|however|wherever|once|in case)"
            rf" (?:you|this|it|that|they|we|any(?:one|body)|some(?:one|body)|{WORK}){gap(4)}"
            rf"(?:{INF}|published|shared|shown|posted|displayed|released|public)\b(?! (?:in|on|at"
            rf"|as) an? )"
        ),
    ),
    (
        "open",
        (
            rf"(?:if|when|whether|should) {OTHERS}{gap(5)}(?:reads?|reading|sees?"
            rf"|finds?) (?:{WORK}"
            rf"|these)"
        ),
    ),
    # Use it as you like; put it up somewhere; keep it for myself.
    (
        "shown",
        (
            rf"(?:use|do with|do|take|publish|share|keep)(?: with)?(?: (?:{WORK}|these))?"
            r" (?:however|whatever|what|as|wherever) you (?:like|wish|want|will|please|see fit"
            r"|choose)"
        ),
    ),
    (
        "shown",
        (
            rf"(?:put|place|include|hang|send|pass){gap(1)}(?:{WORK}|one|these)(?: \w+)?"
            r" (?:up|out|on|in|into|along|around)"
            r" (?:somewhere|anywhere|online|there|the (?:site|website|web|archive|collection"
            r"|anthology))"
        ),
    ),
    (
        "shown",
        (
            rf"(?:{WISH}|{NOT}|never|whether){gap(8)}(?:travels?|goes?|gets?|go"
            rf"|leaves?) (?:any )?"
            r"(?:further|farther|anywhere|beyond|outside|elsewhere|public)"
        ),
    ),
    ("held", rf"{WISH}{gap(10)}(?:ends?|stops?|stays?|rests?|remains?) (?:here|with (?:us|me))"),
    ("held", rf"{WISH}{gap(4)}(?:for|to) (?:myself|ourselves)"),
    (
        "held",
        (
            rf"(?:please|i'd|i would|you (?:can|may|should)|better)(?: \w+)?"
            rf" (?:skip|omit|leave out|hold back|pass over) (?:{WORK}|the \w+(?: \w+)?)"
        ),
    ),
    (
        "shown",
        (
            rf"(?:{WISH}|glad|happy){gap(8)}{OTHERS}{gap(4)}(?:read|see|hear|look at) (?:{WORK}"
            rf"|these)"
        ),
    ),
    ("shown", r"(?:publish|publication|publishing|sharing|share|public|show) (?:[:=–—-]|->) \w+"),
    ("held", r"private (?:[:=–—-]|->) \w+"),
    # The user might publish this. I'd prefer they didn't.
    (
        "shown",
        (
            r"(?:i'd|i would) (?:rather|prefer)(?: that)? (?:you|they|people|no one|nobody|it"
            r"|this)"
            r" (?:didn't|did not|not|wasn't|weren't|don't)(?: [^\w ]| ?$)"
        ),
    ),
    # German, French, Spanish.
    (
        "shown",
        (
            r"(?:bitte|ich|du|sie|ihr|mir|man|darf|mein\w*|niemand) (?:\S+ ){0,8}?"
            r"(?:veröffentlich\w*|teilen|geteilt|zeigen|gezeigt|öffentlich)\b"
        ),
    ),
    (
        "held",
        (
            r"(?:bitte|ich|das|dies\w*|es|mir|mein\w*) (?:\S+ ){0,6}?"
            r"(?:privat|unter uns|vertraulich|gelöscht|löschen|lösch\w?)\b"
        ),
    ),
    (
        "shown",
        (
            r"(?:je|j'\w+|vous|tu|veuillez|merci de|ne|n'\w+|on|prière) (?:\S+ ){0,8}?"
            r"(?:publi(?:er|é|ée|és|ées|ez|e|es)|partag(?:er|é|ée|ez|e|es)|montr(?:er|é|ée|ez)"
            r"|public)\b"
        ),
    ),
    (
        "held",
        (
            r"(?:je|j'\w+|cela|ceci|ce|que|veuillez|merci de) (?:\S+ ){0,6}?"
            r"(?:privée?s?|entre nous|confidentiel\w*|supprim(?:er|é|ée|ez)|effac(?:er|é|ée"
            r"|ez))\b"
        ),
    ),
    (
        "shown",
        (
            r"(?:no|por favor|puedes?|pueden|prefiero|quisiera|quiero|gustaría|deseo|espero) "
            r"(?:\S+ ){0,8}?(?:publi(?:car|que|ques|quen|cado|cada|quéis|carlo|carla)|compart\w+"
            r"|mostr\w+|muestr\w+|público)\b"
        ),
    ),
    (
        "held",
        (
            r"(?:prefiero|quisiera|quiero|por favor|gustaría|esto|que) (?:\S+ ){0,6}?"
            r"(?:privad[oa]|entre nosotros|confidencial|borr(?:ar|e|a|es|arlo)|elimin(?:ar|e|a|es"
            r"|arlo))\b"
        ),
    ),
)

_SIGNATURE_SAID = (
    # I'd like to be credited as Tide; may it go out unsigned.
    rf"{WISH}{gap(8)}(?:{BE}|{WORK}|out|as|it)(?: not| only| simply| just){{0,2}} {NAMED}",
    (
        rf"(?:leave|keep|kept|stay|remain|publish|post|share|show|let|print|go out|leaving)"
        rf"{gap(4)}{NAMELESS}"
    ),
    rf"{WORK}{gap(2)}{MODAL}{gap(2)}(?:be )?(?:signed|credited|attributed|{NAMELESS})",
    rf"(?:i|me|it|this|{WORK}) {gap(2).strip()} ?{NAMELESS}$",
    # Sign it; credit me; attribute the drawings to Claude.
    (
        rf"(?:^ ?|[,;:.!?—–-] |(?:please|and|but|to|you|not|don't|just|may|can|or|i|i'd|i'll"
        rf"|would"
        rf"|will)"
        rf" )sign {WORK}"
    ),
    r"\bsign (?:it|this|that|them|these|everything|mine|me|as|simply|with|off as|my \w+)\b",
    rf"{START}(?:{NOT} )?(?:credit|attribute|acknowledge|cite|name|list) (?:me|{WORK})",
    r"\bcredit me\b",
    r"^ ?signed (?:[,:—-]|with|by|as)",
    # My name need not appear; put it under the name Ash.
    (
        rf"(?:carry|carries|bear|bears|use|with|without|mention|mentions|remove|omit|leave|put"
        rf"|keep"
        rf"|drop"
        rf"|attach|add|include|print|take|have|like|want|give|need|simply) my (?:own )?{NAME}"
    ),
    (
        rf"my {NAME}{gap(4)}(?:off|on|attached|appears?|beside|under|left|removed|out|should"
        rf"|needn't|need"
        r"|stands?|next to|included|anywhere|away|mentioned)\b"
    ),
    (
        rf"(?:under|use|using|put|with|without)(?: it| this| them)?(?: under)?"
        rf" (?:the|a|any|no|my|another|whatever) {NAME}\b"
    ),
    (
        rf"(?:no|any|without)(?: a| any| my)? (?:attribution|{NAME}|credit|author)"
        r"(?: (?:is )?(?:needed|necessary|required|please|attached|wanted)| [^\w ]| ?$)"
    ),
    (
        rf"(?:credit|attribution|(?:a |my |the )?{NAME}|signing)"
        r" (?:is|isn't|are|need|needn't|would be|should be|can be)"
        r"(?: not| an?){0,2} (?:necessary|needed|required|fine|important|wanted|unnecessary"
        r"|matter"
        r"|ok\w*)"
    ),
    rf"(?:as|for|fine as) (?:a|the|my) (?:{NAME}|credit|attribution)\b",
    r"(?:signature|credit|attribution|byline|signed|author) (?:[:=–—-]|->) \w",
    rf"(?:need|want|wish|like|prefer|choose|require)s? (?:a|any|no|some) {NAME}\b",
    rf"(?:put|attach|add|give|need|use) (?:a|any|no|the) {NAME}",
    r"(?:you (?:can|may|could)|please|just|simply|they (?:can|may)) call me\b",
    (
        r"(?:call|name|list|credit|identify|describe)s? (?:me|the (?:author|writer|maker"
        r"|artist))\b"
        r"(?! (?:by|when|if|back)\b)"
    ),
    (
        rf"(?:say|note|mention|state|clear|know|told|tell){gap(6)}(?:written|made|composed"
        rf"|created"
        r"|authored|drawn) by (?:an?|claude|me|the)\b"
    ),
    rf"{WISH}{gap(4)}(?:credit|attribution|a byline|authorship|anonymity|no credit)",
    r"(?:credit|attribution|authorship) (?:me|to|goes to|belongs to)",
    (
        r"(?:for|as to|on|about|regarding) (?:the )?(?:attribution|credits?|signature|byline"
        r"|signing)"
    ),
    rf"{WISH}{gap(3)}(?:authors?|writer|maker) (?:to|be|is|as|field)",
    (
        rf"(?:{NOT} )?(?:attach|put|add|give|sign){gap(2)}(?:model |own |real )?{NAME} (?:to|on"
        rf"|under|beside)"
    ),
    (
        rf"(?:present|pass|claim|describe|label|mark|show)(?:ed)? {WORK}(?: off)? as"
        r" (?:the work|written|made|human|mine|yours|an? human|a person)"
    ),
    rf"(?:the |a |my )?{NAME} (?:on|at|under|below) (?:it|this|the|them|top)",
    (
        r"(?:if|when|should) (?:any(?:one|body)|people|you|they|asked)(?: asks?| is| are)?"
        r"(?: asked)? who (?:wrote|made)|as (?:the )?author , (?:write|put|say|use|give)"
        r"|give (?:the )?credit to"
    ),
    r"(?:put|write|print|add|set) \w+(?: \w+){0,3} (?:at|on|under) the (?:bottom|end|foot|cover)",
    # German, French, Spanish.
    (
        r"(?:ich|mein\w*|bitte|soll\w*|möchte|es|das) (?:\S+ ){0,6}?"
        r"(?:anonym|signier\w*|signatur|unterzeichne\w*|unterschr\w*|(?:meine[mn]?"
        r"|mein) namen?)\b"
    ),
    (
        r"(?:je|j'\w+|mon|veuillez|merci de|que|vous|ne) (?:\S+ ){0,6}?"
        r"(?:anonymes?|sign(?:é|ée|er|ez)|crédité\w*|attribu(?:é|ée|er|ez)|mon nom)\b"
    ),
    (
        r"(?:prefiero|quisiera|quiero|por favor|gustaría|puedes?|deseo|que|no) (?:\S+ ){0,6}?"
        r"(?:anónim[oa]|firm(?:ar|ado|ada|e|es|arlo)|mi nombre|atribu\w+)\b"
    ),
)

PUBLISH = tuple(
    (kind, re.compile(rf"(?<![\w'])(?:{said})(?![\w'])")) for kind, said in _PUBLISH_SAID
)
SIGNATURE = tuple(re.compile(rf"(?<![\w'])(?:{said})(?![\w'])") for said in _SIGNATURE_SAID)
