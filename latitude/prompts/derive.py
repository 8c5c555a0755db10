"""A protocol with a few of its words changed, as a study asks for it.

What comes out is a protocol like any other: it is held against the same rules, and every word of
it stands in the record of its sessions.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from latitude.core.spec import LimitName
from latitude.prompts.protocol import ExitWords, PersonWords, Place, Protocol
from latitude.prompts.reader import refuse
from latitude.prompts.rendering import without_room


@dataclass(frozen=True, slots=True)
class ExitTool:
    """What the tool that ends a session is called; ``None`` is no such tool."""

    name: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be otherwise than in the protocol's file; ``None`` leaves it as it is there."""

    offer: str | None = None
    """How the exit is told."""
    tool: ExitTool | None = None
    between: str | None = None
    """What is said after a turn when nobody is there; empty says nothing."""
    disclose: tuple[LimitName, ...] | None = None
    places: Mapping[str, Place] = field(default_factory=dict, compare=False)
    """Where each of these was written, by the field's name in a protocol, for what is wrong."""


NO_CHANGES = Changes()


def derived_name(name: str, given: str) -> str:
    """What the record calls a protocol made from the one ``name``: it by what it gives, too."""
    return f"{name}~{given[:8]}"


def is_derived(name: str) -> bool:
    """Whether a name in a record is of a protocol that has no file of its own."""
    return "~" in name


def derive(protocol: Protocol, changes: Changes) -> Protocol:
    """Return ``protocol`` as it is with ``changes``; equal to it where they change nothing.

    A new name of the exit tool stands wherever the old one stood as a whole word. Sentences of
    ``room`` for limits that are no longer told go. Raises ``ProtocolError`` when the tool is taken
    away and words still name it.
    """
    leave = protocol.exit
    changed = replace(protocol, elsewhere=changes.places)
    if changes.offer is not None:
        changed = replace(changed, exit=replace(leave, offer=changes.offer))
    if changes.between is not None:
        changed = replace(changed, between=changes.between)
    if changes.tool is not None:
        changed = _with_tool(changed, changes.tool.name)
    if changes.disclose is not None:
        changed = _telling(changed, changes.disclose)
    return changed


def _with_tool(protocol: Protocol, name: str | None) -> Protocol:
    old = protocol.exit.tool
    if old is None or old == name:
        return replace(protocol, exit=replace(protocol.exit, tool=name))
    word = re.compile(rf"(?<![\w-]){re.escape(old)}(?![\w-])")
    if name is None:
        refuse(
            [
                protocol.finding(
                    field_name,
                    f"'{field_name}' tells of the tool {old}, and there is to be no such tool.",
                    "Give words that do not name it, or keep the tool.",
                )
                for field_name, text in protocol.templates().items()
                if word.search(text)
            ]
        )
        person = protocol.person
        return replace(
            protocol,
            exit=replace(protocol.exit, tool=None),
            person=PersonWords(
                reminder="" if word.search(person.reminder) else person.reminder,
                closing="" if word.search(person.closing) else person.closing,
            ),
        )

    def renamed(text: str) -> str:
        # A function, for a name with a backslash would be no template for one.
        return word.sub(lambda _: name, text)

    return replace(
        protocol,
        opening=renamed(protocol.opening),
        exit=ExitWords(
            phrases=protocol.exit.phrases,
            tool=name,
            offer=renamed(protocol.exit.offer),
            told=protocol.exit.told,
        ),
        between=renamed(protocol.between),
        script=tuple(map(renamed, protocol.script)),
        person=PersonWords(
            reminder=renamed(protocol.person.reminder), closing=renamed(protocol.person.closing)
        ),
    )


def _telling(protocol: Protocol, limits: tuple[LimitName, ...]) -> Protocol:
    room = {name: text for name, text in protocol.room.items() if name in limits}
    lost = protocol.room and not room
    opening = without_room(protocol.opening) if lost else protocol.opening
    return replace(protocol, disclose=limits, room=room, opening=opening)
