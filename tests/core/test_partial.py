"""What is kept of blocks that were still coming when a reply broke off."""

from hypothesis import given
from hypothesis import strategies as st

from latitude.core.partial import OpenBlocks
from latitude.core.stream import Delta, TextDelta, ThinkingDelta, ToolArgsDelta


def test_open_blocks_become_partial_blocks_in_order() -> None:
    blocks = OpenBlocks()
    for delta in (
        TextDelta(1, "Hel"),
        ThinkingDelta(0, "I was"),
        TextDelta(1, "lo"),
        ToolArgsDelta(2, "", call_id="c1", name="write_file"),
        ToolArgsDelta(2, '{"path": "a'),
    ):
        blocks.add(delta)
    kept = blocks.partial_blocks()
    assert [(index, block.kind) for index, block in kept] == [
        (0, "thinking"),
        (1, "text"),
        (2, "tool_call"),
    ]
    assert kept[1][1].text == "Hello"
    assert (kept[2][1].call_id, kept[2][1].name) == ("c1", "write_file")
    assert kept[2][1].arguments == '{"path": "a'
    assert all(block.partial and bytes(block.raw) == b"null" for _, block in kept)


def test_a_text_that_went_on_from_another_still_does() -> None:
    blocks = OpenBlocks()
    blocks.add(TextDelta(3, "stopping", continues=True))
    blocks.add(TextDelta(3, " now", continues=True))
    [(_, block)] = blocks.partial_blocks()
    assert (block.text, block.continues) == ("stopping now", True)


def test_a_block_that_was_done_is_not_partial() -> None:
    blocks = OpenBlocks()
    blocks.add(TextDelta(0, "whole"))
    blocks.done(0)
    assert blocks.partial_blocks() == []


def test_thinking_that_broke_off_claims_no_provenance() -> None:
    blocks = OpenBlocks()
    blocks.add(ThinkingDelta(0, "hm"))
    assert blocks.partial_blocks()[0][1].provenance is None


deltas = st.lists(st.builds(TextDelta, index=st.integers(0, 3), text=st.text(max_size=5)))


@given(deltas)
def test_nothing_that_arrived_is_lost(pieces: list[Delta]) -> None:
    blocks = OpenBlocks()
    arrived: dict[int, str] = {}
    for piece in pieces:
        blocks.add(piece)
        arrived[piece.index] = arrived.get(piece.index, "") + piece.text
    assert {index: block.text for index, block in blocks.partial_blocks()} == arrived
