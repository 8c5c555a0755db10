"""What the preview of a new session shows, part by part; knows nothing of the terminal.

All texts of the parts are clean.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from msgspec.structs import replace

from latitude.core.clean import clean, clean_line
from latitude.core.history import Conversation, Said
from latitude.journal.circumstances import protocol_label, withheld_lines
from latitude.journal.endings import model_label
from latitude.preparing import Prepared

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Part:
    """One thing of the preview."""

    kind: Literal["words", "note", "tool"]
    """Words that are sent, a remark of ours, a tool that is offered."""
    title: str
    text: str = ""


def request_body(prepared: Prepared) -> bytes:
    """The bytes of the first request, exactly as they will be sent."""
    opened = prepared.opened
    said = Said((opened.protocol.texts.opening,))
    return prepared.provider.body(Conversation(opened.model, opened.tools, (said,)))


def preview(prepared: Prepared) -> tuple[Part, ...]:
    """Everything that the model is or can be given by us, and when."""
    return (_where(prepared), *_words(prepared), *_tools(prepared), _sums(prepared))


def _where(prepared: Prepared) -> Part:
    opened = prepared.opened
    versioned = replace(opened.protocol, name=f"{opened.protocol.name} {opened.protocol.version}")
    protocol = protocol_label(versioned, opened.conditions)
    model = clean_line(model_label(opened.model.provider, opened.model.name), _LONGEST_NAME)
    host = clean_line(opened.model.host, _LONGEST_NAME)
    to = f"sent to {host}" if host else "nothing leaves this machine"
    return Part("note", clean_line(protocol, _LONGEST_NAME), f"{model}\n{to}")


def _words(prepared: Prepared) -> Iterable[Part]:
    opened = prepared.opened
    texts, attended = opened.protocol.texts, opened.conditions.attended
    yield _said("message 1", texts.opening)
    if attended:
        if texts.offer is not None:
            yield _said(f"with message {texts.offer.turn}, before yours", texts.offer.text)
        if texts.script:
            yield Part("note", "", "The protocol's script is not sent: you write.")
        yield Part("note", "", "After that you write. Nothing else is sent.")
        return
    for number, text in enumerate(texts.script, start=2):
        yield _said(f"message {number}, from the script", text)
    if texts.offer is not None:
        yield _said(f"message {texts.offer.turn}, the exit", texts.offer.text)
    if texts.between:
        yield _said(f"every other message, up to {opened.limits.turns} in all", texts.between)
    else:
        yield Part("note", "", "After that nothing is sent, and the session ends.")


def _said(title: str, text: str) -> Part:
    size = len(text.encode("utf-8"))
    return Part("words", f"{title} · {size:,} bytes", _whole(text))


def _tools(prepared: Prepared) -> Iterable[Part]:
    conditions = prepared.opened.conditions
    for line in withheld_lines(conditions):
        yield Part("note", "", clean_line(line, 400))
    tools = prepared.opened.tools
    if not tools:
        takes = prepared.opened.model.takes_tools
        why = "This model takes no tools, so none is offered." if takes is False else "No tools."
        yield Part("note", "", why)
        return
    yield Part("note", f"tools · {len(tools)}")
    for tool in tools:
        yield Part("tool", clean_line(tool.name, _LONGEST_NAME), _whole(tool.description))
    if (sandbox := conditions.sandbox) is not None:
        held, watched = ", ".join(sandbox.held), ", ".join(sandbox.watched)
        text = f"The kernel holds: {held}.\nWatched, not hard: {watched}."
        yield Part("note", f"commands run in {clean_line(sandbox.name, 80)}", text)


def _sums(prepared: Prepared) -> Part:
    body = request_body(prepared)
    text = f"{len(body):,} bytes, sha256 {sha256(body).hexdigest()[:12]}…\n"
    return Part("note", "first request", f"{text}given {prepared.opened.given[:12]}…")


def body_parts(prepared: Prepared) -> tuple[Part, ...]:
    """The first request as it goes over the wire."""
    body = request_body(prepared)
    return (
        Part("note", f"first request · {len(body):,} bytes", f"sha256 {sha256(body).hexdigest()}"),
        Part("words", "", _whole(body.decode("utf-8"))),
    )


def _whole(text: str) -> str:
    """Clean, with no line cut: it is wrapped where it is shown."""
    return clean(text, max_line=len(text) * 10 + 1)
