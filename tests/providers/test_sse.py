import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latitude.providers.sse import EventTooLarge, SseEvent, SseParser

lines_of_data = st.lists(
    st.text(st.characters(exclude_characters="\r\n", exclude_categories=("Cs",))), min_size=1
)
events = st.lists(st.tuples(st.sampled_from(["", "message", "fin de marée"]), lines_of_data))


def parsed(pieces: list[bytes]) -> list[SseEvent]:
    parser = SseParser()
    found = [event for piece in pieces for event in parser.feed(piece)]
    return found + parser.close()


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]


@given(events, st.sampled_from(["\n", "\r\n", "\r"]), st.lists(st.integers(0, 10_000)))
def test_events_come_out_whole_however_the_bytes_are_cut(told, newline, places) -> None:
    text = ""
    for name, data in told:
        head = [f"event: {name}"] if name else []
        text += newline.join([*head, *(f"data: {line}" for line in data), "", ""])
    expected = [SseEvent(name, "\n".join(data).encode()) for name, data in told]
    assert parsed(cut(text.encode(), places)) == expected


def test_comments_ids_and_events_without_data_are_passed_over() -> None:
    stream = b": keep-alive\n\nid: 7\nretry: 10\nevent: ping\n\ndata: here\n\n"
    assert parsed([stream]) == [SseEvent("", b"here")]


def test_a_missing_last_blank_line_loses_nothing() -> None:
    assert parsed([b"data: one\n\ndata: two"]) == [SseEvent("", b"one"), SseEvent("", b"two")]


def test_a_byte_order_mark_is_no_part_of_the_first_field() -> None:
    assert parsed([b"\xef\xbb\xbfdata: x\n\n"]) == [SseEvent("", b"x")]


def test_only_one_space_after_the_colon_is_taken_off() -> None:
    assert parsed([b"data:  two spaces\ndata:none\ndata\n\n"]) == [
        SseEvent("", b" two spaces\nnone\n")
    ]


@pytest.mark.parametrize("piece", [b"data: " + b"x" * 40, b"data: xxxxxxxx\n"])
def test_an_endless_event_is_stopped_and_what_was_whole_before_it_is_not_lost(piece) -> None:
    parser = SseParser(cap=64)
    found = parser.feed(b"data: whole\n\n" + piece)
    with pytest.raises(EventTooLarge, match="larger than 64 bytes"):
        for _ in range(100):
            found += parser.feed(piece)
    assert found == [SseEvent("", b"whole")]
