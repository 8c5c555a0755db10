"""Blocks that are still streaming: what to keep of them when a reply breaks off.

The engine (a dropped stream, Ctrl-C) and recovery (a crash, from ``inflight.jsonl``) use the same
accumulator, so a reply that broke off looks the same in the record whatever broke it.
"""

from latitude.core.blocks import Block
from latitude.core.stream import Delta, TextDelta, ThinkingDelta, ToolArgsDelta


class OpenBlocks:
    """Collects deltas by block index until their blocks are done."""

    def __init__(self) -> None:
        self._open: dict[int, list[Delta]] = {}

    def add(self, delta: Delta) -> None:
        """Add one delta to its block. On the path of every token, so it only takes note."""
        deltas = self._open.get(delta.index)
        if deltas is None:
            self._open[delta.index] = [delta]
        else:
            deltas.append(delta)

    def done(self, index: int) -> None:
        """Forget block ``index``: it is whole and recorded."""
        self._open.pop(index, None)

    def partial_blocks(self) -> list[tuple[int, Block]]:
        """What arrived of each block that is still open, as ``partial`` blocks by index."""
        return [(index, _partial(self._open[index])) for index in sorted(self._open)]


def _partial(deltas: list[Delta]) -> Block:
    text = "".join(delta.text for delta in deltas)
    match deltas[0]:
        case ThinkingDelta():
            # The provenance of thinking is only certain once its block is whole.
            return Block(kind="thinking", text=text, partial=True)
        case TextDelta(continues=continues):
            return Block(kind="text", text=text, continues=continues, partial=True)
        case ToolArgsDelta():
            calls = [delta for delta in deltas if isinstance(delta, ToolArgsDelta)]
            return Block(
                kind="tool_call",
                call_id=next((delta.call_id for delta in calls if delta.call_id), ""),
                name=next((delta.name for delta in calls if delta.name), ""),
                arguments=text,
                partial=True,
            )
