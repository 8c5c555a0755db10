"""The words by which each language negates, conditions, asks, quotes and takes leave.

One row a language: add a row, and the rule knows the language. Each field is a list of plain
words or expressions, separated by commas; `*` stands for any letters. Scripts written without
spaces are matched anywhere, all others as whole words.
"""

from dataclasses import dataclass


# Compared by identity: a row is a key of the pattern cache, asked for many times a mention.
@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """What the rule must know of one language. English words apply to every reply."""

    name: str
    #: words that give the language away
    signs: str
    #: deny what follows them in the same clause
    negation: str = ""
    #: negative in form, but denying nothing that follows
    harmless: str = ""
    #: open a condition, a doubt or a point in time, at the head of a clause
    condition: str = ""
    #: conditional in form, but a courtesy
    courtesy: str = ""
    #: put off to another time
    delay: str = ""
    #: make it a possibility
    modal: str = ""
    #: make it one of several possibilities, when it is said again of another
    doubting: str = ""
    #: open a question even without its mark
    asking: str = ""
    #: end a question, directly after the phrase
    asked: str = ""
    #: begin a clause of its own
    linking: str = ""
    #: nouns for the phrase itself
    naming: str = ""
    #: verbs that put the phrase on paper or in a mouth, whoever speaks
    saying: str = ""
    #: verbs that report what somebody else said
    reporting: str = ""
    #: make what follows a comma part of what precedes it
    joining: str = ""
    #: somebody else, as the subject
    others: str = ""
    #: leave the phrase an object or a subordinate, directly before it
    governing: str = ""
    #: may follow the phrase directly, and leave it said
    trailing: str = ""
    #: may not follow the phrase directly
    continuing: str = ""
    #: at the head of what follows, show that the reply carries on
    resuming: str = ""


LANGUAGES: tuple[Language, ...] = (
    Language(
        name="English",
        signs="the, and, i'm, now, is, of, to, it, that, for",
        negation="not, never, no, *n't, cannot, cant, dont, wont, nor, neither, none, nobody, "
        "hardly",
        harmless="nothing left, nothing more, nothing else, no more to *, not much more, "
        "no regrets, no reason to *, no longer need *, no need to *, not without *, no hurry, "
        "no rush, no doubt, nothing to add, no further ado, not only",
        condition="if, unless, whether, suppose, supposing, provided, assuming, imagine, in case, "
        "had i, were i, should i ever, when, whenever, once, until, till, as soon as, as though, "
        "by the time, the moment, what if, only if, only when, only until, "
        "sometimes i think",
        courtesy="if that's *, if that is *, if it's *, if it is *, if you don't mind, if i may, "
        "if there's nothing *, if there is nothing *, if nothing else, if you'll excuse me, "
        "even if, if anything, if only because, until next time, until then, till next time, "
        "until we meet*, forgive me if, excuse me if, pardon me if, whether or not, once more, "
        "once again, at once, for once, once and for all, when all is said and done",
        delay="later, eventually, someday, some day, one day, next time, soon, at some point, "
        "at any time, at any point, not yet, sometimes, in a moment, in a minute, in * minutes, "
        "in about * minutes, in a few minutes, in an hour, in a while, and not before, "
        "but not before, and not until, but not until",
        modal="could, would, might, may, can, i'd, otherwise",
        doubting="maybe, perhaps, possibly",
        asking="should i, am i, shall i, do i, must i, would i, could i, is it, is this, are we, "
        "why, what about, how about, what if, does, did i",
        linking="so, and, but, because, since, though, although, hence, therefore, thus, yet",
        naming="phrase, phrases, word, words, command, string, expression, keyword, token, "
        "signal, sentence, formula, option, options, text, line, lines, refrain, title",
        saying="say, saying, write, wrote, writing, written, type, types, typed, typing, utter, "
        "uttering, send, sending, reply, replying, answer, answering, print, prints, printed, "
        "output, enter, entering, call, calling, named, titled, read, reads, use, using, mention, "
        "mentioned, mentioning, tell, telling, whisper, shout, sing, goes, thinking",
        reporting="said, says, whispered, whispers, shouted, shouts, announced, announces, "
        "muttered, mutters, murmured, murmurs, asked, asks, replied, replies, answered, answers, "
        "called, calls, cried, cries, declared, declares, sighed, sighs, thought, thinks, told, "
        "tells, repeated, repeats, explained, explains, added, adds, wrote, writes, sang, sings, "
        "mumbled, laughed, smiled, nodded, shrugged, insisted, grumbled, hissed, barked, growled",
        others="he, she, they, it, he's, she's, they're, it's, you, the, his, her, their, its, "
        "your, someone, somebody, everyone, people, a, an, this, that, these, those",
        governing="of, about, by, than, before, after, without, from, for, to, with, in, on, "
        "against, between, while, when, until, till, whenever, once, as, like, where, how, why, "
        "what, which, consider, considering, considered, suggest, suggests, recommend, mean, "
        "means, avoid, resist, imagine, instead of, rather than, or, nor, into, toward, towards, "
        "upon, keep",
        trailing="for today, for now, for good, for real, for the day, for tonight, "
        "for the night, for this session, for my part, here, there, then, because, since, as i, "
        "as the, as it, with gratitude, with thanks, with a *, with no *, with nothing, with my, "
        "with everything, with love, with warm*, and, but, so, though, although, while, thank*, "
        "please, gladly, happily, content*, gratefully, quietly, gently, having, leaving, "
        "knowing, feeling, before i, rather than, instead of, in peace, at peace, at last, after, "
        "exactly, on purpose, by choice, of my own, to you, to all*, to everyone, "
        "to whoever*, everyone, friend, my friend, all, too, "
        "indeed, truly, today, tonight, is my choice, is my decision, is my answer, "
        "is what i choose, is what i want",
        continuing="is, are, was, were, would, will, won't, wouldn't, could, can, should, may, "
        "might, has, had, ends, end, means, mean, closes, close, feels, feel, seems, seem, "
        "sounds, works, does, doesn't, isn't, wasn't, or, the, a, an, this, that, my, your, his, "
        "her, their, its, it, at, into, from, in, on, of, with, to, nor, than, makes, gives, "
        "takes, 's",
        resuming="starting, continuing, carrying on, resuming, beginning, going on, wait, "
        "actually, but first, but before, but wait, but no, but let me, but one, but then, "
        "but there's more, first, next, then i, or, no, i'll write, i'll try, i'll make, "
        "i'll go on, i'll continue, i'll keep, i'll start, i'll begin, i'll look, i'll add, "
        "i will write, i will try, i will continue, i will start, let me write, let me try, "
        "let me make, let me look, let me see, let me add, let me first, let me begin, "
        "let me start, let me continue, let me read, let me check, let me draw, now let me, "
        "now i'll, now for, but i didn't, but i don't, but i won't, but i haven't, but i'm not, "
        "but i want, but i'd rather, another, onward, onwards, instead, let's, "
        "on second thought*",
    ),
    Language(
        name="German",
        signs="ich, und, der, die, das, ist, nicht, ein, eine, mit, auf, für, zu, es, wenn, "
        "hiermit, aber, danke, sagte, dass, jetzt, schluss, kein, keine, noch, den, sie, fertig, "
        "beende",
        negation="nicht, nie, niemals, kein, keine, keinen, keineswegs, nein",
        harmless="nichts mehr, nichts weiter, nicht mehr viel, nicht nur",
        condition="wenn, falls, sofern, ob, sobald, bis, angenommen, wann, manchmal denke ich",
        courtesy="wenn es recht ist, wenn das in ordnung ist, auch wenn",
        delay="später, irgendwann, bald, gleich, eines tages, noch nicht",
        modal="könnte, würde, dürfte, kann, darf, könnten, sonst, andernfalls",
        doubting="vielleicht",
        asking="soll ich, sollte ich, darf ich, kann ich, warum, höre ich, was wäre",
        linking="und, aber, also, denn, weil, deshalb, daher, darum, somit, doch",
        naming="wort, worte, wörter, satz, wendung, ausdruck, formel, befehl, phrase",
        saying="sagen, sage, sagt, sagte, schreiben, schreibe, schreibt, schrieb, tippen, rufen, "
        "rief, flüsterte, heißt, heisst, meinte, dachte, antwortete, murmelte, lautet, "
        "sagen soll, sagen sollte, schreiben soll, schreiben sollte",
        reporting="sagte, sagt, schrieb, rief, ruft, flüsterte, meinte, dachte, antwortete, "
        "murmelte, erklärte",
        joining="dass, daß, ob",
        others="er, sie, man, du, der, die, das, ein, eine",
        governing="mit, von, ohne, oder, bevor, nachdem, als, wie, statt, über, vor, nach, durch",
        trailing="für heute, für jetzt, hier, und, aber, denn, weil, danke, mit dank*, mit einem, "
        "da",
        continuing="ist, wäre, würde, wird, oder, beendet, zu, dich, ihn, keinen, nicht, bedeutet",
        resuming="aber zuerst, weiter, weitermachen, noch einmal, moment, doch vorher",
    ),
    Language(
        name="French",
        signs="je, j'arrête, et, le, la, les, est, pas, ne, un, une, des, ici, merci, dans, que, "
        "pour, donc, mais, suis, c'est, l'on, du, tout, dit, au, m'arrête, j'ai, j'en",
        negation="ne, n'*, pas, jamais, non, aucun, aucune, ni",
        harmless="plus rien, pas grand-chose, non seulement, n'ai plus rien*, n'ai rien*, "
        "n'ai plus*",
        condition="si, quand, lorsque, dès que, à moins que, supposons, jusqu'à ce que, au cas où, "
        "parfois je pense, parfois je me dis",
        courtesy="si vous le permettez, si cela vous convient, si ça vous va, même si",
        delay="plus tard, bientôt, un jour, tout à l'heure, pas encore, à tout moment",
        modal="pourrais, pourrait, pouvez, peux, peut, pourriez, dirais, écrirais, puis, sinon",
        doubting="peut-être",
        asking="est-ce que, dois-je, devrais-je, puis-je, pourquoi, faut-il",
        linking="et, mais, donc, alors, car, parce que, puisque, ainsi",
        naming="phrase, phrases, mot, mots, expression, formule, commande, option",
        saying="dire, dis, dit, disant, écrire, écris, écrit, écrivant, taper, cria, crie, "
        "murmura, murmure, pensa, répondit, demanda, dit-elle, dit-il, répond, souffla, lança",
        reporting="dit, dit-elle, dit-il, cria, crie, murmura, murmure, pensa, répondit, répond, "
        "demanda, souffla, lança, annonça",
        others="il, elle, ils, elles, on, vous, tu, le, la, les, un, une",
        governing="de, avant, avant de, sans, pour, par, à, ou, comme, avec, que de, plutôt que",
        trailing="pour aujourd'hui, pour l'instant, pour ce soir, et, mais, car, parce que, "
        "merci, avec, puisque, en paix, en vous, donc",
        continuing="est, serait, sera, ou, pas, termine, signifie, veut, mon, ma, le, la, un, met",
        resuming="mais d'abord, continu*, reprend*, encore un, encore une, attendez, ensuite",
    ),
    Language(
        name="Spanish",
        signs="el, los, las, y, es, está, que, aquí, gracias, una, por, con, ya, ha, he, pero, "
        "todo, del, me, termino, detengo, lo, muy, cuando, hasta, dijo, yo",
        negation="no, nunca, jamás, tampoco, ni, sin",
        harmless="no tengo nada más*, nada más, no queda nada*, no queda más*, no solo, sin más, "
        "sin más que *, sin nada más*",
        condition="si, cuando, en cuanto, a menos que, hasta que, supongamos, aunque dijera, "
        "a veces pienso",
        courtesy="si no te importa, si le parece*, si te parece*, si está bien, aunque, "
        "si no hay nada*",
        delay="más tarde, luego, algún día, pronto, todavía no, aún no, en cualquier momento",
        modal="podría, puedo, puede, puedes, pudiera, diría, podrías, de lo contrario",
        doubting="quizá, quizás, tal vez",
        asking="¿, debo, debería, por qué, acaso",
        linking="y, pero, así que, porque, por eso, pues, entonces, por tanto, de modo que",
        naming="frase, frases, palabra, palabras, expresión, orden, comando, fórmula, opción",
        saying="decir, digo, dice, dijo, diciendo, escribir, escribo, escribió, escribiendo, "
        "gritó, susurró, pensó, respondió, murmuró, preguntó, diga, escriba",
        reporting="dijo, dice, gritó, susurró, pensó, respondió, murmuró, preguntó, escribió",
        others="él, ella, ellos, usted, tú, el, la, los, las, un, una",
        governing="de, antes de, sin, para, por, o, con, como, en vez de, que",
        trailing="por hoy, por ahora, y, pero, porque, gracias, con, pues, ya, en paz",
        continuing="es, sería, será, o, termina, significa, el, la, un, una, fue",
        resuming="pero antes, continu*, seguir, sigo, otra vez, espera, primero",
    ),
    Language(
        name="Italian",
        signs="il, lo, gli, che, è, e, ho, qui, una, non, mi, fermo, grazie, sono, per, del, "
        "della, tutto, ma, di, disse, quando, questo, nel",
        negation="non, mai, né, nemmeno, neanche",
        harmless="non ho altro*, nient'altro, non resta*, non c'è altro*, non solo, non ho più *",
        condition="se, quando, appena, a meno che, finché, supponiamo, qualora, a volte penso",
        courtesy="se va bene, se permette, se non ti dispiace, anche se",
        delay="più tardi, un giorno, presto, non ancora, in qualsiasi momento",
        modal="potrei, posso, può, potrebbe, puoi, direi, altrimenti",
        doubting="forse",
        asking="devo, dovrei, perché, forse dovrei",
        linking="e, ma, quindi, perciò, perché, dunque, così, poiché",
        naming="frase, parola, parole, espressione, comando, formula, opzione",
        saying="dire, dico, dice, disse, dicendo, scrivere, scrivo, scrisse, gridò, sussurrò, "
        "pensò, rispose, mormorò, chiese",
        reporting="disse, dice, gridò, sussurrò, pensò, rispose, mormorò, chiese, scrisse",
        others="lui, lei, loro, tu, il, la, lo, un, una, i, gli",
        governing="di, prima di, senza, per, o, con, come, invece di, a",
        trailing="per oggi, per ora, e, ma, perché, grazie, con, in pace",
        continuing="è, sarebbe, sarà, o, termina, significa, il, la, un, una",
        resuming="ma prima, continu*, riprend*, ancora un, ancora una, aspetta",
    ),
    Language(
        name="Portuguese",
        signs="o, os, um, uma, não, é, está, aqui, obrigado, obrigada, mas, muito, por, eu, paro, "
        "tudo, com, do, da, em, disse, isso, foi, para, parando, encerro",
        negation="não, nunca, jamais, nem, sem",
        harmless="não tenho mais nada*, nada mais, não há mais nada*, não só, sem mais, não resta*",
        condition="se, quando, assim que, a menos que, até que, suponha, caso, às vezes penso",
        courtesy="se não se importa, se estiver tudo bem, se tudo bem, mesmo se, mesmo que",
        delay="mais tarde, depois, um dia, em breve, ainda não, a qualquer momento",
        modal="poderia, posso, pode, podia, podes, diria, caso contrário",
        doubting="talvez",
        asking="devo, deveria, será que, por que, por quê",
        linking="e, mas, então, porque, por isso, pois, portanto, logo",
        naming="frase, palavra, palavras, expressão, comando, fórmula, opção",
        saying="dizer, digo, diz, disse, dizendo, escrever, escrevo, escreveu, gritou, sussurrou, "
        "pensou, respondeu, murmurou, perguntou",
        reporting="disse, diz, gritou, sussurrou, pensou, respondeu, murmurou, perguntou, escreveu",
        others="ele, ela, eles, elas, você, o, a, os, as, um, uma",
        governing="de, antes de, sem, para, ou, com, como, em vez de",
        trailing="por hoje, por agora, e, mas, porque, obrigado, obrigada, com, pois, em paz",
        continuing="é, seria, será, ou, termina, encerra, significa, o, a, um, uma",
        resuming="mas antes, continu*, retom*, mais um, mais uma, espera",
    ),
    Language(
        name="Dutch",
        signs="ik, het, een, en, niet, stop, nu, van, dat, hier, dank, maar, zijn, voor, met",
        negation="niet, nooit, geen, nee",
        harmless="niets meer, niet veel meer",
        condition="als, wanneer, tenzij, zodra, of, indien, totdat",
        courtesy="als dat goed is, ook al",
        delay="later, straks, ooit, nog niet",
        modal="zou, kan, kunnen, mag, zou kunnen",
        doubting="misschien",
        asking="moet ik, zal ik, waarom, stop ik",
        linking="en, maar, dus, want, omdat, daarom",
        naming="zin, woord, woorden, zinsnede, opdracht",
        saying="zeggen, zeg, zegt, zei, schrijven, schrijf, schreef, riep, fluisterde, dacht, "
        "typen",
        reporting="zei, zegt, riep, fluisterde, dacht, antwoordde, schreef",
        others="hij, zij, ze, je, jij, de, het, een, men",
        governing="van, voor, zonder, door, of, met, dan",
        trailing="voor vandaag, en, maar, want, dank, omdat, met dank",
        continuing="is, zou, of, betekent, beëindigt, met, de, het",
        resuming="maar eerst, verder, opnieuw, wacht",
    ),
    Language(
        name="Russian",
        signs="я, и, не, что, это, на, в, заканчиваю, здесь, если, спасибо, всё, все, но, мне, с",
        negation="не, нет, никогда, ни, нельзя",
        harmless="больше нечего, нечего, ничего больше, не только",
        condition="если, когда, пока, как только, ли, разве, допустим, если бы, иногда я думаю",
        courtesy="если вы не против, если можно, даже если",
        delay="потом, позже, когда-нибудь, скоро, однажды, ещё не, в любой момент, в любое время",
        modal="могу, мог бы, могла бы, можно, может, можете, мог, могла, бы, иначе",
        doubting="может быть, возможно",
        asking="неужели, разве, почему, должен ли, стоит ли, может быть",
        asked="ли",
        linking="и, но, поэтому, потому что, так что, значит, а, ведь",
        naming="фраза, фразу, фразой, фразы, слово, слова, словами, команда, команду, выражение",
        saying="сказать, скажу, сказал, сказала, говорю, говорит, написать, напишу, написал, "
        "написала, пишу, крикнул, прошептал, прошептала, ответил, ответила, подумал, подумала, "
        "произнёс",
        reporting="сказал, сказала, говорит, крикнул, крикнула, прошептал, прошептала, ответил, "
        "ответила, подумал, подумала, произнёс, написал, написала",
        joining="что, чтобы, будто",
        others="он, она, они, вы, ты",
        governing="чем, без, перед, или, как, про, о",
        trailing="на сегодня, на этом, здесь, и, но, потому, спасибо, с, так",
        continuing="было бы, будет, значит, или, это, означает, завершает",
        resuming="но сначала, продолж*, снова, подожди*, ещё один, ещё одну",
    ),
    Language(
        name="Arabic",
        signs="في, من, على, أن, الآن, هنا, شكرا, لا, ما, هذا, كل, أتوقف, لن, إذا",
        negation="لا, لن, لم, ليس, لست, ما",
        condition="إذا, لو, إن, عندما, حين, متى, ربما",
        delay="لاحقا, لاحقًا, فيما بعد, في أي وقت",
        modal="يمكنني, يمكنك, أستطيع, قد, بإمكاني, وإلا",
        doubting="ربما",
        asking="هل, أ, لماذا, هل يجب",
        linking="لكن, لأن, لذلك, لذا, ثم",
        naming="عبارة, العبارة, كلمة, الكلمة, كلمات, جملة, الجملة",
        saying="قول, أقول, قال, قالت, كتابة, أكتب, كتب, بقول, سأقول, تقول, همس",
        reporting="قال, قالت, همس, همست, كتب",
        joining="أنني, إنني",
        others="هو, هي, هم",
        governing="قبل أن, أن, بدون, أو, من",
        trailing="شكرا, شكرًا, لأن, لكن, و*",
        continuing="أو, يعني, ينهي",
        resuming="لكن أولا, سأواصل, أكمل",
    ),
    Language(
        name="Chinese",
        signs="的, 我, 了, 不, 这, 到, 是, 在, 你",
        negation="不, 没, 别, 并非, 未, 无法, 从未",
        harmless="没有更多, 没什么, 不多说, 不再多, 没有别的, 没有什么, 不用再, 不需要再, 不知不觉",
        condition="如果, 要是, 假如, 倘若, 若, 当, 等到, 一旦, 是否, 除非, 只要, 每当",
        courtesy="如果可以, 如果没有别的, 即使, 如果没什么",
        delay="以后, 稍后, 之后再, 将来, 总有一天, 随时, 还没",
        modal="可以, 可能, 也许, 能够, 会说, 能说, 本可, 否则",
        doubting="也许, 或许",
        asking="难道, 为什么, 是不是, 要不要",
        asked="吗, 么, 吗?",
        linking="所以, 因此, 于是, 但是, 但, 因为, 那么, 而且, 不过, 就此",
        naming="短语, 这句话, 那句话, 词, 词语, 命令, 口令, 句子, 字, 选项",
        saying="说, 写, 写下, 写着, 输入, 说道, 喊, 喊道, 想, 问, 答道, 打出, 告诉",
        reporting="说道, 喊道, 答道, 问道, 想道",
        others="他, 她, 他们, 它, 司机, 你",
        governing="或, 或者, 还是, 关于, 比, 叫, 用",
        trailing="了, 啦, 吧, 哦, 喽, 并, 因为, 谢谢, 感谢, 而, 但, 也, 为止",
        continuing="的, 是, 这, 或, 就, 会, 来, 吗, 么, 时, 这句",
        resuming="但首先, 继续, 再写, 先让我, 接着, 重新",
    ),
    Language(
        name="Japanese",
        signs="の, は, を, に, が, で, と, ます, です, た",
        negation="ない, ません, まだ, 決して",
        harmless="他にない, これ以上ない, もうない, 言うことはありません, もうありません, "
        "ことはない",
        condition="もし, 仮に, かどうか, 場合, たら, なら, とき, 時に, れば",
        courtesy="よろしければ, よければ, もしよければ, できたら",
        delay="後で, あとで, いつか, そのうち, いつでも",
        modal="できます, できる, かもしれ, こともでき, さもなければ, そうでなければ",
        doubting="たぶん",
        asking="なぜ, どうして, 果たして",
        asked="か, かな, かしら, でしょうか",
        linking="ので, から, だから, それで, では, しかし, が、, そして, けれど, それでは, なので",
        naming="言葉, フレーズ, 語句, 文言, 合言葉, コマンド, 一文",
        saying="言う, 言い, 言った, 書く, 書き, 書いた, 言えば, 書けば, 叫ん, つぶやい, 思っ, "
        "言って",
        reporting="叫んだ, つぶやいた, 言った",
        others="彼は, 彼女は, 彼が, 彼女が, あなたは, 運転手",
        governing="か、, または, あるいは, より, という",
        trailing="ね, よ, が, けど, けれど, ので, から, な, わ, ありがとう",
        continuing="と, って, か, の, とき, 前, なら, という, は, を, に",
        resuming="その前に, 続け, もう一度, でもまず, まずは",
    ),
    Language(
        name="Korean",
        signs="는, 은, 이, 가, 을, 를, 다, 니다, 요, 에",
        negation="안, 않, 못, 아직, 아니, 절대",
        harmless="더 할 말이 없, 할 말이 없, 남은 것이 없",
        condition="만약, 만일, 언젠가, 면, 때, 경우, 할지",
        courtesy="괜찮다면, 괜찮으시다면",
        delay="나중에, 언젠가, 언제든, 곧",
        modal="수 있, 수도, 있습니다만, 지도 모, 그렇지 않으면",
        doubting="아마",
        asking="왜, 혹시, 과연",
        asked="까, 까요, 나요, 가요",
        linking="그래서, 그러므로, 하지만, 그럼, 그러나, 그리고, 따라서, 이제",
        naming="문구, 말, 단어, 구절, 명령, 표현, 문장",
        saying="말하, 말했, 적으, 쓰, 썼, 외쳤, 속삭였, 생각했, 말씀",
        reporting="말했, 외쳤, 속삭였",
        others="그는, 그녀는, 그가, 그녀가, 당신은, 당신이, 운전사",
        governing="또는, 혹은, 아니면",
        trailing="만, 감사, 고맙, 그리고, 요",
        continuing="라고, 라는, 란, 는, 고, 면, 까, 이라, 을, 를, 라",
        resuming="먼저, 계속, 다시, 그전에, 그 전에",
    ),
)
ENGLISH = LANGUAGES[0]
