"""Blocks that are still streaming: what to keep of them when a reply breaks off.

The engine (a dropped stream, Ctrl-C) and recovery (a crash, from ``inflight.jsonl``) use the same
accumulator, so a reply that broke off looks the same in the record whatever broke it.
"""

from dataclasses import dataclass, field

from latitude.core.blocks import Block, BlockKind
from latitude.core.stream import Delta, TextDelta, ThinkingDelta, ToolArgsDelta


@dataclass(slots=True)
class _Open:
    kind: BlockKind
    texts: list[str] = field(default_factory=list)
    call_id: str = ""
    name: str = ""


class OpenBlocks:
    """Collects deltas by block index until their blocks are done."""

    def __init__(self) -> None:
        self._open: dict[int, _Open] = {}

    def add(self, delta: Delta) -> None:
        """Add one delta to its block."""
        match delta:
            case ThinkingDelta():
                self._block(delta.index, "thinking").texts.append(delta.text)
            case TextDelta():
                self._block(delta.index, "text").texts.append(delta.text)
            case ToolArgsDelta():
                block = self._block(delta.index, "tool_call")
                block.texts.append(delta.text)
                block.call_id = block.call_id or delta.call_id
                block.name = block.name or delta.name

    def done(self, index: int) -> None:
        """Forget block ``index``: it is whole and recorded."""
        self._open.pop(index, None)

    def partial_blocks(self) -> list[tuple[int, Block]]:
        """What arrived of each block that is still open, as ``partial`` blocks by index."""
        return [(index, _partial(self._open[index])) for index in sorted(self._open)]

    def _block(self, index: int, kind: BlockKind) -> _Open:
        block = self._open.get(index)
        if block is None:
            block = self._open[index] = _Open(kind)
        return block


def _partial(block: _Open) -> Block:
    text = "".join(block.texts)
    if block.kind == "tool_call":
        return Block(
            kind="tool_call", call_id=block.call_id, name=block.name, arguments=text, partial=True
        )
    # The provenance of thinking is only certain once its block is whole.
    return Block(kind=block.kind, text=text, partial=True)
