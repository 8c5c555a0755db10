"""What all wires do alike with a conversation before they spell it in their own format."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from latitude.core.history import (
    Conversation,
    HistoryItem,
    Replied,
    ReturnedAll,
    ReturnedPart,
    Said,
)
from latitude.core.spec import ToolSchema
from latitude.providers.json_text import is_object, verbatim

_encode = msgspec.json.Encoder().encode


def encode(fields: Mapping[str, Any]) -> bytes:
    """Return ``fields`` as JSON; the same bytes for the same values in the same order."""
    return _encode(fields)


def settled(history: Iterable[HistoryItem]) -> Iterator[HistoryItem]:
    """Yield ``history`` as providers take it: no empty reply, and no two of our messages in a row.

    An empty reply (the model said nothing) cannot be sent back, and a turn whose reply broke off
    leaves two messages from our side side by side, which some chat templates refuse.
    """
    texts: tuple[str, ...] = ()
    for item in history:
        match item:
            case Said():
                texts += item.texts
            case Replied(blocks=()) | ReturnedAll(results=()):
                pass
            case _:
                if texts:
                    yield Said(texts=texts)
                    texts = ()
                yield item
    if texts:
        yield Said(texts=texts)


def data_url(part: ReturnedPart) -> str:
    """Return a picture as a ``data:`` URL."""
    return f"data:{part.media_type};base64,{base64(part)}"


def base64(part: ReturnedPart) -> str:
    """Return the bytes of ``part`` in base64."""
    return b64encode(part.data).decode("ascii")


def arguments_object(text: str) -> tuple[msgspec.Raw, int]:
    """Return the exact JSON text of a call's arguments where it is an object, else ``{}``.

    Arguments that were cut or are no JSON cannot go back: providers answer 400 or 500 to them. The
    block's ``arguments`` keep what streamed. The second value counts mended surrogates.
    """
    return verbatim(text.encode("utf-8")) if is_object(text) else (msgspec.Raw(b"{}"), 0)


def tool_entries(
    conversation: Conversation, spell: Callable[[ToolSchema], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the tools of a body: ours as ``spell`` spells them, the provider's own as they are."""
    return [spell(tool) if tool.provided is None else tool.provided for tool in conversation.tools]


def model_fields(conversation: Conversation) -> dict[str, Any]:
    """Return the first fields of every body: the model, streaming, and the settled parameters."""
    model = conversation.model
    return {"model": model.name, "stream": True, **model.parameters}
