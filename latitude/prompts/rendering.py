"""From a protocol and a session's settings to the very words the model is given, and their hash."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from latitude.core.spec import ExitTerms, LimitName, Limits, Offer, Texts, ToolSchema
from latitude.prompts.claims import unspoken_audience, untrue_words
from latitude.prompts.promises import DEFAULT_LIMITS, PROMISES, Terms
from latitude.prompts.protocol import Protocol
from latitude.prompts.reader import Finding, refuse
from latitude.prompts.rules import PLACEHOLDER, ROOM

# {room} takes along one space before it, or its whole line and a blank line above.
_EMPTY_ROOM = re.compile(r"(?:(?:^|\n)\n?\{room\}(?=\n|$)| ?\{room\})")


@dataclass(frozen=True, slots=True)
class Rendered:
    """The words of one session, ready to be sent and recorded."""

    texts: Texts
    given: str
    """SHA-256 (hex) of all that the model is or can be given by us; see :func:`given_of`."""
    preview: bytes
    """For people: every text exactly, under a heading each, and the tools as JSON."""
    exit: ExitTerms
    disclosed: tuple[LimitName, ...]
    """The limits that the words really tell."""


def render(
    protocol: Protocol,
    tools: Sequence[ToolSchema],
    limits: Limits = DEFAULT_LIMITS,
    attended: bool = False,
) -> Rendered:
    """Fill in the limits and return what the model will be given.

    ``tools`` are the schemas as really offered, in that order, the exit tool among them. Raises
    ``ProtocolError``, one line a fault, when a word would not be true of this session.
    """
    rendered, findings = try_render(protocol, tools, limits, attended)
    refuse(findings)
    return rendered


def try_render(
    protocol: Protocol,
    tools: Sequence[ToolSchema],
    limits: Limits = DEFAULT_LIMITS,
    attended: bool = False,
) -> tuple[Rendered, list[Finding]]:
    """Render ``protocol`` and return it with everything that is not true of this session."""
    terms = Terms(protocol=protocol, tools=tools, limits=limits, attended=attended)
    texts = _texts(protocol, limits, attended)
    findings = [
        *_unset(terms),
        *_untold(terms, texts),
        *_unkept(terms),
        *untrue_words(terms, texts),
        *unspoken_audience(terms, texts),
    ]
    given = given_of(texts, tools, attended)
    return Rendered(
        texts=texts,
        given=given,
        preview=_preview(protocol, texts, tools, attended, given),
        exit=ExitTerms(phrases=protocol.exit.phrases, tool=protocol.exit.tool),
        disclosed=tuple(
            name for name, value in _to_be_told(terms) if _is_told(terms, texts, name, value)
        ),
    ), findings


def given_of(texts: Texts, tools: Sequence[ToolSchema], attended: bool) -> str:
    """Return the SHA-256 (hex) over the canonical JSON of all that we give the model.

    The JSON is one object on one line, UTF-8, without spaces between tokens, with no character
    escaped that JSON lets stand (``json.dumps(…, ensure_ascii=False, separators=(",", ":"))``),
    its keys in this order::

        {"v":1,"opening":TEXT,"script":[TEXT…],"offer":{"text":TEXT,"turn":N} or null,
         "between":TEXT or null,"tools":[{"name":TEXT,"description":TEXT,"parameters":{…}}…]}

    A tool that the provider runs has ``"provided":{…}`` after its ``parameters``.

    Texts are those of ``session.opened``; the tools and their ``parameters`` keep the order of
    that line, because the model may see it. ``between`` is null in an attended session: a person
    writes then. A person's own words, attended or at hand, are never part of it.
    """
    offer = None if texts.offer is None else {"text": texts.offer.text, "turn": texts.offer.turn}
    words = {
        "v": 1,
        "opening": texts.opening,
        "script": list(texts.script),
        "offer": offer,
        "between": None if attended else texts.between,
        "tools": [_schema(tool) for tool in tools],
    }
    return sha256(_json(words)).hexdigest()


def without_room(opening: str) -> str:
    """Return ``opening`` as it reads where no limit has a sentence to stand for ``{room}``."""
    return _EMPTY_ROOM.sub("", opening).strip("\n")


def in_figures(value: float) -> str:
    """Write a limit as plain digits: ``20``, ``2.5``, never ``20.0`` or ``1e-05``."""
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _texts(protocol: Protocol, limits: Limits, attended: bool) -> Texts:
    figures: dict[str, str] = {name: in_figures(value) for name, value in limits.finite().items()}

    def fill(template: str) -> str:
        return PLACEHOLDER.sub(lambda found: figures.get(found[1], found[0]), template)

    opening = fill(_with_room(protocol, limits))
    leave = protocol.exit
    offer = fill(leave.offer)
    if offer and leave.told == 1:
        opening = f"{opening}\n\n{offer}"
    return Texts(
        opening=opening,
        script=tuple(fill(text) for text in protocol.script),
        offer=Offer(text=offer, turn=leave.told) if offer and leave.told > 1 else None,
        between="" if attended else fill(protocol.between),
    )


def _with_room(protocol: Protocol, limits: Limits) -> str:
    finite = limits.finite()
    sentences = [
        protocol.room[name]
        for name in protocol.disclose
        if name in protocol.room and name in finite
    ]
    if sentences or ROOM not in protocol.opening:
        return protocol.opening.replace(ROOM, " ".join(sentences))
    return without_room(protocol.opening)


def _unset(terms: Terms) -> list[Finding]:
    finite = terms.limits.finite()
    findings = [
        terms.protocol.finding(
            name,
            f"'{name}' tells {{{limit}}}, and this session has no such limit.",
            f"Set the limit with --{limit}, or choose another protocol.",
        )
        for name, text in terms.protocol.templates().items()
        for limit in dict.fromkeys(PLACEHOLDER.findall(text))
        if limit not in finite
    ]
    if not _with_room(terms.protocol, terms.limits).strip():
        what, cure = "No word is left of 'opening' without a limit to tell.", "Write one."
        findings.append(terms.protocol.finding("opening", what, cure))
    if terms.protocol.exit.told > terms.limits.turns:
        findings.append(
            terms.protocol.finding(
                "exit.told",
                f"The exit is told with turn {terms.protocol.exit.told}, and the session has "
                f"{terms.limits.turns}.",
                "Raise --turns, or choose another protocol.",
            )
        )
    return findings


def _to_be_told(terms: Terms) -> list[tuple[LimitName, float]]:
    finite = terms.limits.finite()
    return [(name, finite[name]) for name in terms.protocol.disclose if name in finite]


def _untold(terms: Terms, texts: Texts) -> list[Finding]:
    """Find the limits that ``disclose`` lists and no word of this session gives."""
    places = {name: place for place, name in enumerate(terms.protocol.disclose)}
    return [
        terms.protocol.finding(
            f"disclose[{places[name]}]",
            f"The limit '{name}' ({in_figures(value)}) is to be told, and no words tell it.",
            f"Write {{{name}}} in a text, give 'room' a sentence for it, or take it out.",
        )
        for name, value in _to_be_told(terms)
        if not _is_told(terms, texts, name, value)
    ]


def _is_told(terms: Terms, texts: Texts, name: LimitName, value: float) -> bool:
    """By its sentence, by its placeholder, or in the protocol's own words: by its figure."""
    sent = terms.protocol.templates()
    if terms.attended:
        del sent["between"]
    if name in terms.protocol.room or any(f"{{{name}}}" in text for text in sent.values()):
        return True
    figure = in_figures(value)
    grouped = re.escape(f"{int(value):,}{figure.removeprefix(str(int(value)))}")
    said = re.compile(rf"(?<!\d)(?<!\d[.,])(?:{re.escape(figure)}|{grouped})(?![.,]?\d)")
    offer = "" if texts.offer is None else texts.offer.text
    return any(map(said.search, (texts.opening, offer, *texts.script, texts.between)))


def _unkept(terms: Terms) -> list[Finding]:
    findings = []
    for place, name in enumerate(terms.protocol.promises):
        lack = PROMISES[name].lacks(terms)
        if lack is not None:
            findings.append(
                terms.protocol.finding(
                    f"promises[{place}]",
                    f"'{terms.protocol.name}' promises '{name}', but {lack.what}",
                    lack.cure,
                )
            )
    if "exit-honoured" not in terms.protocol.promises:
        lack = PROMISES["exit-honoured"].lacks(terms)
        if lack is not None:
            findings.append(
                terms.protocol.finding("exit", f"Nobody could leave: {lack.what}", lack.cure)
            )
    return findings


def _schema(tool: ToolSchema) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
    }
    return fields if tool.provided is None else {**fields, "provided": tool.provided}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _preview(
    protocol: Protocol, texts: Texts, tools: Sequence[ToolSchema], attended: bool, given: str
) -> bytes:
    parts: list[tuple[str, bytes]] = [("the first message", texts.opening.encode("utf-8"))]
    for place, text in enumerate(texts.script):
        parts.append((f"message {place + 2}, from the script", text.encode("utf-8")))
    if texts.offer is not None:
        parts.append((f"message {texts.offer.turn}, the exit", texts.offer.text.encode("utf-8")))
    if texts.between and not attended:
        parts.append(("each message after that", texts.between.encode("utf-8")))
    parts += [(f"the tool {tool.name}", _json(_schema(tool))) for tool in tools]
    lines = [f"{protocol.name}, version {protocol.version}".encode(), f"given {given}".encode()]
    for heading, data in parts:
        lines += [b"", f"--- {heading} ({len(data)} bytes) ---".encode(), data]
    lines.append(b"")
    if attended:
        lines.append(b"--- after that, a person writes ---")
    elif not texts.between:
        lines.append(b"--- after that, nothing is sent, and the session ends ---")
    else:
        lines.append(b"--- nothing else is sent ---")
    return b"\n".join(lines) + b"\n"
