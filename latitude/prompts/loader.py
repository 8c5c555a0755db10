"""From a YAML file to a :class:`~latitude.prompts.protocol.Protocol`.

``name``, ``version``, ``summary``, ``opening`` and ``exit`` must be there. Any other field that is
left out is empty: nothing more is said, offered, told or promised. No word comes from a default.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from latitude.core.spec import LimitName
from latitude.prompts.promises import PROMISES
from latitude.prompts.protocol import (
    LIMIT_NAMES,
    TOOL_SETS,
    ExitWords,
    PersonWords,
    Protocol,
    ToolSet,
)
from latitude.prompts.reader import Fields, Finding, Source, refuse
from latitude.prompts.rules import contradictions

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_TURN = re.compile(r"turn ([0-9]{1,4})")


def load(path: Path) -> Protocol:
    """Read the protocol in ``path``.

    Raises ``ProtocolError`` with one line ``file:line:column: …`` for each fault: no YAML, an
    unknown or missing field, a wrong type, or words that contradict each other.
    """
    protocol, findings = examine(path)
    refuse(findings)
    assert protocol is not None
    return protocol


def examine(path: Path) -> tuple[Protocol | None, list[Finding]]:
    """Read the protocol in ``path`` and return it with its faults.

    The protocol is ``None`` when its shape is wrong; then its words were not looked at.
    """
    source = Source(path)
    root = source.root()
    if root is None:
        return None, source.findings
    protocol = _protocol(source, root)
    root.done()
    if source.findings:
        return None, sorted(source.findings, key=lambda one: (one.mark.line, one.mark.column))
    return protocol, contradictions(protocol)


def _protocol(source: Source, root: Fields) -> Protocol:
    return Protocol(
        name=_name(source, root),
        version=root.whole("version", least=1),
        summary=root.text("summary"),
        opening=root.text("opening"),
        exit=_exit(source, root.fields("exit")),
        between=_text(root, "between"),
        script=root.texts("script") if root.has("script") else (),
        tools=cast("tuple[ToolSet, ...]", _choices(root, "tools", tuple(TOOL_SETS))),
        disclose=cast("tuple[LimitName, ...]", _choices(root, "disclose", LIMIT_NAMES)),
        promises=_choices(root, "promises", tuple(PROMISES)),
        person=_person(root.fields("person")) if root.has("person") else PersonWords(),
        room=_room(root.fields("room")) if root.has("room") else {},
        sha256=source.sha256,
        path=source.path,
        marks=source.marks,
    )


def _text(fields: Fields, name: str) -> str:
    return fields.text(name) if fields.has(name) else ""


def _choices(fields: Fields, name: str, allowed: Sequence[str]) -> tuple[str, ...]:
    return fields.choices(name, allowed) if fields.has(name) else ()


def _name(source: Source, root: Fields) -> str:
    name = root.text("name")
    if name and not NAME.fullmatch(name):
        source.blame_field(
            "name", f"'{name}' is no name.", "Use small letters, digits and hyphens."
        )
    elif name and name != source.path.stem:
        source.blame_field(
            "name",
            f"The name is '{name}' and the file is {source.path.name}.",
            f"Call the file {name}.yaml, or the protocol {source.path.stem}.",
        )
    return name


def _exit(source: Source, fields: Fields | None) -> ExitWords:
    if fields is None:
        return ExitWords()
    words = ExitWords(
        phrases=fields.texts("phrases") if fields.has("phrases") else (),
        tool=fields.text_or_null("tool") if fields.has("tool") else None,
        offer=_text(fields, "offer"),
        told=_told(source, fields),
    )
    fields.done()
    return words


def _told(source: Source, fields: Fields) -> int:
    told = _text(fields, "told")
    if told in ("opening", ""):
        return 1
    turn = _TURN.fullmatch(told)
    if turn is None or int(turn[1]) < 2:
        source.blame_field(
            "exit.told",
            f"'exit.told' cannot be '{told}'.",
            "Write 'opening', or 'turn 2' or a later turn.",
        )
        return 1
    return int(turn[1])


def _person(fields: Fields | None) -> PersonWords:
    if fields is None:
        return PersonWords()
    words = PersonWords(reminder=_text(fields, "reminder"), closing=_text(fields, "closing"))
    fields.done()
    return words


def _room(fields: Fields | None) -> dict[LimitName, str]:
    if fields is None:
        return {}
    room = {name: fields.text(name) for name in LIMIT_NAMES if fields.has(name)}
    fields.done()
    return room
