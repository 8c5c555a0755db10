"""One block of a reply: thinking, a text, a tool call, or something newer than we are."""

from typing import Literal

import msgspec

BlockKind = Literal["thinking", "text", "tool_call", "other"]

Provenance = Literal["full", "summary", "omitted", "redacted", "tagged"]
"""How thinking reached us: as it was, as the provider's summary, withheld, encrypted, or parsed
out of ``<think>`` tags in the text."""

NO_RAW = msgspec.Raw(b"null")
"""What stands in ``raw`` where nothing whole came from the provider (a partial block)."""


class Block(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A block as it is recorded; ``raw`` is what goes back to the provider, byte for byte."""

    kind: BlockKind
    text: str = ""
    """Readable text of thinking and text blocks."""
    continues: bool = False
    """True of a text that goes on where the text block before it ended, in the same sentence
    perhaps: a provider begins a new block wherever a citation begins or ends."""
    provenance: Provenance | None = None
    """Set on thinking, and on nothing else."""
    call_id: str = ""
    name: str = ""
    """The tool that was called, as the model wrote it."""
    arguments: str = ""
    """The JSON text of the arguments exactly as it streamed, valid or not."""
    partial: bool = False
    """True when the reply broke off inside this block; such a block is never sent back."""
    mended: int = 0
    """Unpaired surrogates that became U+FFFD, because UTF-8 cannot hold them."""
    raw: msgspec.Raw = NO_RAW
    """The provider's block as JSON, unknown fields included."""
