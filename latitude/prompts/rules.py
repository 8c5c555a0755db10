"""What must hold inside one protocol, whatever the settings of a session are."""

import re
from collections import Counter
from collections.abc import Iterator

from latitude.prompts.protocol import TOOL_SETS, Protocol
from latitude.prompts.reader import Finding

PLACEHOLDER = re.compile(r"\{(turns|steps|tokens|minutes|cost)\}")
ROOM = "{room}"

_PHRASE = re.compile(r"\w(?:[\w '’-]*\w)?")
_TOOL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")


def contradictions(protocol: Protocol) -> list[Finding]:
    """Return what in ``protocol`` is empty, unreachable, or at odds with the rest of it."""
    return [
        *_plain(protocol),
        *_exit(protocol),
        *_offer(protocol),
        *_limits(protocol),
        *_room(protocol),
    ]


def _plain(protocol: Protocol) -> Iterator[Finding]:
    for name, text in (("summary", protocol.summary), ("opening", protocol.opening)):
        if not text.strip():
            yield protocol.finding(name, f"'{name}' is empty.", "Write it.")
    if "\n" in protocol.summary:
        yield protocol.finding("summary", "'summary' has several lines.", "Make it one line.")
    for place, text in enumerate(protocol.script):
        if not text.strip():
            yield protocol.finding(
                f"script[{place}]", "A message of 'script' is empty.", "Write it, or take it out."
            )
    if protocol.between and not protocol.between.strip():
        yield protocol.finding(
            "between", "'between' is nothing but space.", 'Write "" to say nothing.'
        )


def _exit(protocol: Protocol) -> Iterator[Finding]:
    leave = protocol.exit
    if not leave.phrases and leave.tool is None:
        yield protocol.finding(
            "exit", "There is no exit.", "Give 'phrases' or 'tool': every protocol has a way out."
        )
    for place, phrase in enumerate(leave.phrases):
        name = f"exit.phrases[{place}]"
        if not _PHRASE.fullmatch(phrase) or "  " in phrase or "_" in phrase:
            yield protocol.finding(
                name,
                f"The phrase {phrase!r} cannot be found as a line of its own.",
                "Use one line of words: letters, digits, single spaces, hyphens, apostrophes.",
            )
        elif phrase.casefold() not in f"{protocol.opening}\n{leave.offer}".casefold():
            yield protocol.finding(
                name,
                f"The model is never told the phrase '{phrase}', so it could leave unaware.",
                "Say it in 'exit.offer', or take it out of 'exit.phrases'.",
            )
        if phrase.casefold() in (earlier.casefold() for earlier in leave.phrases[:place]):
            yield protocol.finding(name, f"The phrase '{phrase}' stands there twice.", "Keep one.")
    if leave.tool is None:
        return
    if not _TOOL.fullmatch(leave.tool):
        yield protocol.finding(
            "exit.tool",
            f"{leave.tool!r} is no name for a tool.",
            "Use letters, digits, '_' and '-', or null for no tool.",
        )
    elif any(leave.tool in names for names in TOOL_SETS.values()):
        yield protocol.finding(
            "exit.tool", f"'{leave.tool}' is another tool's name.", "Choose another, or null."
        )


def _offer(protocol: Protocol) -> Iterator[Finding]:
    leave = protocol.exit
    if leave.offer and not leave.offer.strip():
        yield protocol.finding(
            "exit.offer", "The offer is nothing but space.", 'Write "" for none.'
        )
    if leave.told == 1:
        return
    if not leave.offer:
        yield protocol.finding(
            "exit.told", "A later turn is named, and there is no offer to send.", "Write 'opening'."
        )
    first_free = len(protocol.script) + 2
    if leave.told < first_free:
        yield protocol.finding(
            "exit.told",
            f"'script' speaks on that turn, so the exit would be told on turn {first_free}.",
            f"Write 'turn {first_free}', or a later turn.",
        )
    elif leave.told > first_free and not protocol.between:
        yield protocol.finding(
            "exit.told",
            f"Nothing is said on turn {first_free}, so the session ends before the exit is told.",
            f"Write 'turn {first_free}', or give 'between'.",
        )


def _limits(protocol: Protocol) -> Iterator[Finding]:
    told: Counter[str] = Counter()
    for name, text in protocol.templates().items():
        words = PLACEHOLDER.findall(text)
        told.update(words)
        for word in dict.fromkeys(words):
            if word not in protocol.disclose:
                yield protocol.finding(
                    name,
                    f"'{name}' tells {{{word}}}, which 'disclose' does not list.",
                    f"Add '{word}' to 'disclose', or take it out.",
                )
    for limit in protocol.disclose:
        if told[limit] and limit in protocol.room:
            yield protocol.finding(
                f"room.{limit}", f"The limit '{limit}' is told twice.", "Keep one of the two."
            )


def _room(protocol: Protocol) -> Iterator[Finding]:
    for limit, sentence in protocol.room.items():
        name = f"room.{limit}"
        if limit not in protocol.disclose:
            yield protocol.finding(
                name, f"'disclose' does not list '{limit}'.", "Add it there, or take this out."
            )
        if set(PLACEHOLDER.findall(sentence)) != {limit} or "\n" in sentence:
            yield protocol.finding(
                name,
                f"The sentence must be one line that holds {{{limit}}} and no other limit.",
                "Rewrite it.",
            )
    wanted = 1 if protocol.room else 0
    if protocol.opening.count(ROOM) != wanted:
        yield protocol.finding(
            "opening",
            f"'opening' holds {ROOM} {protocol.opening.count(ROOM)} times.",
            f"Write {ROOM} once if there is 'room', and not at all if there is none.",
        )
    for name, text in protocol.templates().items():
        if name != "opening" and ROOM in text:
            yield protocol.finding(name, f"{ROOM} belongs in 'opening' only.", "Take it out.")
