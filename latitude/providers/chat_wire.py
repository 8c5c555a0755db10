"""The Chat Completions format as compatible servers speak it, pure.

Source: https://platform.openai.com/docs/api-reference/chat, and what llama.cpp, vLLM, Ollama and LM
Studio add to it: ``reasoning_content`` or ``reasoning``, or ``<think>`` tags in the text.

A reply is one message here and has no blocks, so each run of one kind becomes a block, and its
``raw`` is the part of the message that it was: ``{"content": …}``, ``{"reasoning_content": …}`` or
one entry of ``tool_calls``. To send a reply back, the parts of one name are joined again in order.
That gives back the message as it came: thinking goes back in the field it came in, tags in the
text they stood in. Some servers need it within a chain of tool calls, chat templates drop what
their model does not want, and nothing that was sent is ever changed later.
"""

from typing import Any

import msgspec

from latitude.core.blocks import Block
from latitude.core.history import Conversation, Replied, ReturnedAll, ReturnedPart, Said
from latitude.core.spec import ToolSchema
from latitude.providers.json_text import decode
from latitude.providers.wire_history import data_url, encode, model_fields, settled, tool_entries

THINKING_FIELDS = ("reasoning_content", "reasoning")
"""Where servers put thinking. Some send both with the same text; the first is taken."""


class ChatWire:
    """Bodies for ``POST /v1/chat/completions``."""

    def body(self, conversation: Conversation) -> bytes:
        """Return the request body for ``conversation``: the same bytes each time."""
        fields = {**model_fields(conversation), "stream_options": {"include_usage": True}}
        if conversation.tools:
            fields["tools"] = tool_entries(conversation, _tool)
        messages: list[dict[str, Any]] = []
        for item in settled(conversation.history):
            match item:
                case Said():
                    messages.append({"role": "user", "content": _words(item.texts)})
                case Replied():
                    messages.append(_reply(item.blocks))
                case ReturnedAll():
                    messages.extend(_results(item))
        return encode({**fields, "messages": messages})


def _tool(tool: ToolSchema) -> dict[str, Any]:
    function = {
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
    }
    return {"type": "function", "function": function}


def _words(texts: tuple[str, ...]) -> Any:
    """One text as a plain string, which every server takes; several as parts."""
    if len(texts) == 1:
        return texts[0]
    return [{"type": "text", "text": text} for text in texts]


def _reply(blocks: tuple[Block, ...]) -> dict[str, Any]:
    parts: dict[str, str] = {}
    calls: list[msgspec.Raw] = []
    for block in blocks:
        if block.partial:
            continue
        if block.kind == "tool_call":
            calls.append(block.raw)
            continue
        for name, text in decode(block.raw).items():
            parts[name] = parts.get(name, "") + text
    # Empty text instead of none: templates join it to other strings.
    message: dict[str, Any] = {"role": "assistant", "content": parts.pop("content", ""), **parts}
    if calls:
        message["tool_calls"] = calls
    return message


def _results(item: ReturnedAll) -> list[dict[str, Any]]:
    """Each result as its own message; pictures, which a tool's message cannot hold, after them."""
    messages: list[dict[str, Any]] = []
    images: list[ReturnedPart] = []
    for result in item.results:
        texts = [part.text for part in result.parts if part.kind == "text"]
        images += [part for part in result.parts if part.kind == "image"]
        messages.append(
            {"role": "tool", "tool_call_id": result.call_id, "content": "\n\n".join(texts)}
        )
    if images:
        content = [{"type": "image_url", "image_url": {"url": data_url(part)}} for part in images]
        messages.append({"role": "user", "content": content})
    return messages
