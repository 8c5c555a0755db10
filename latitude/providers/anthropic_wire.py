"""The Anthropic Messages format, pure: conversation to body. What comes back: ``anthropic_reader``.

Source: https://platform.claude.com/docs/en/api/messages and the SDK's types (anthropic 2.11.0).
"""

from typing import Any

from latitude.core.blocks import Block
from latitude.core.history import Conversation, Replied, Returned, ReturnedAll, ReturnedPart, Said
from latitude.core.spec import ToolSchema
from latitude.providers.wire_history import base64, encode, model_fields, settled, tool_entries


class AnthropicWire:
    """Bodies for ``POST /v1/messages``.

    Each block of a reply goes back as its ``raw`` bytes, signatures and redacted parts included,
    because each thinking block is bound to everything before it. Left out are only text blocks that
    are empty or nothing but white space, which the API refuses. The results of one reply's calls
    and the words that follow them without a reply between share one user message: results first.
    """

    def body(self, conversation: Conversation) -> bytes:
        """Return the request body for ``conversation``: the same bytes each time."""
        fields = model_fields(conversation)
        if conversation.tools:
            fields["tools"] = tool_entries(conversation, _tool)
        messages: list[dict[str, Any]] = []
        for item in settled(conversation.history):
            match item:
                case Said():
                    role = "user"
                    content: list[Any] = [{"type": "text", "text": text} for text in item.texts]
                case Replied():
                    role = "assistant"
                    content = [block.raw for block in item.blocks if _can_go_back(block)]
                case ReturnedAll():
                    role = "user"
                    content = [_result(result) for result in item.results]
            if not content:
                continue
            if messages and messages[-1]["role"] == role:
                messages[-1]["content"].extend(content)
            else:
                messages.append({"role": role, "content": content})
        return encode({**fields, "messages": messages})


def _tool(tool: ToolSchema) -> dict[str, Any]:
    return {
        "name": tool.name,
        "description": tool.description,
        "input_schema": tool.parameters,
    }


def _can_go_back(block: Block) -> bool:
    return not block.partial and (block.kind != "text" or bool(block.text.strip()))


def _result(result: Returned) -> dict[str, Any]:
    fields: dict[str, Any] = {"type": "tool_result", "tool_use_id": result.call_id}
    if content := [_part(part) for part in result.parts if part.data]:
        fields["content"] = content
    if not result.ok:
        fields["is_error"] = True
    return fields


def _part(part: ReturnedPart) -> dict[str, Any]:
    if part.kind == "image":
        source = {"type": "base64", "media_type": part.media_type, "data": base64(part)}
        return {"type": "image", "source": source}
    return {"type": "text", "text": part.text}
