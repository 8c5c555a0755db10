"""What holds for every journal, not only for those that somebody thought of."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from latitude.core.events import (
    MessageSent,
    Record,
    ToolReturned,
    UnknownEvent,
)
from latitude.core.fold import fold, fold_records
from latitude.journal.line import FIRST_PREV, decode_line, encode_line, parse_line
from latitude.journal.paths import JOURNAL
from latitude.journal.reader import read, survey
from latitude.journal.transcript import transcript
from latitude.journal.writer import Recorder
from tests.journal.samples import (
    ID,
    called,
    closed,
    finished,
    opened,
    replied,
    said,
    started,
    thought,
)
from tests.journal.strategies import EVENTS, JSON, OPENED

AT = "2026-11-20T23:15:02.005Z"


@given(event=EVENTS | OPENED, seq=st.integers(0, 2**53))
def test_every_event_comes_back_from_its_line(event: Any, seq: int) -> None:
    line = encode_line(seq, AT, FIRST_PREV, event)
    assert b"\n" not in line
    read_back = parse_line(line)
    assert read_back.record.event == event
    assert (read_back.record.seq, read_back.record.at, read_back.prev) == (seq, AT, FIRST_PREV)


@given(text=st.text(st.characters(categories=None) | st.characters(categories=["Cs"])))
def test_no_text_costs_a_line(text: str) -> None:
    line = encode_line(1, AT, FIRST_PREV, said(1, text))
    event = decode_line(line).event
    assert isinstance(event, MessageSent)
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert event.text == joined or "\ufffd" in event.text


@given(fields=st.dictionaries(st.text(min_size=1, max_size=8), JSON, max_size=4), kind=st.text())
def test_events_of_tomorrow_survive_word_for_word(fields: dict[str, Any], kind: str) -> None:
    envelope = {"v": 1, "seq": 3, "at": AT, "type": f"tomorrow.{kind}", "prev": FIRST_PREV}
    line = msgspec.json.encode({**fields, **envelope})
    event = decode_line(line).event
    assert event == UnknownEvent(type=f"tomorrow.{kind}", raw=line)


@st.composite
def sessions(draw: st.DrawFn) -> list[Any]:
    """The events of a session that could have been, after its first."""
    events: list[Any] = []
    step = 0
    for turn in range(1, draw(st.integers(1, 4)) + 1):
        events.append(said(turn, draw(st.text(max_size=20))))
        for _ in range(draw(st.integers(1, 3))):
            step += 1
            events += [
                started(turn, step),
                thought(turn, step, draw(st.text(max_size=20))),
                replied(turn, step, draw(st.text(max_size=40)), 1),
                called(turn, step, draw(st.text(max_size=8)), draw(st.text(max_size=8)), 2),
                finished(turn, step),
            ]
            events += draw(st.lists(_result(turn, step), max_size=1))
    return [*events, closed()]


def _result(turn: int, step: int) -> st.SearchStrategy[ToolReturned]:
    return st.builds(
        ToolReturned,
        turn=st.just(turn),
        step=st.just(step),
        call_id=st.just(f"call-{step}-2"),
        tool=st.text(max_size=8),
        ok=st.booleans(),
        result=st.just(()),
        seconds=st.floats(0, 10),
    )


async def _record(folder: Path, events: list[Any]) -> list[Record]:
    recorder = await Recorder.create(folder, opened())
    first = next(iter(survey(folder / JOURNAL).records))
    records = [first, *[await recorder.append(event) for event in events]]
    await recorder.close()
    return records


@settings(max_examples=60)
@given(events=sessions())
def test_live_and_read_back_are_one_state_and_one_page(events: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / ID
        live = asyncio.run(_record(folder, events))
        again = list(read(folder / JOURNAL))
    assert again == live
    state = None
    for record in live:
        state = fold(state, record.event, record.sha256)
    assert fold_records(again) == state
    page = transcript(again)
    assert page == transcript(live)
    page.encode("utf-8")


@settings(max_examples=60)
@given(events=sessions(), data=st.data())
def test_any_cut_leaves_the_lines_before_it(events: list[Any], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / ID
        live = asyncio.run(_record(folder, events))
        whole = (folder / JOURNAL).read_bytes()
        cut = data.draw(st.integers(0, len(whole)))
        (folder / JOURNAL).write_bytes(whole[:cut])
        found = survey(folder / JOURNAL)
    lines = whole[:cut].count(b"\n")
    assert list(found.records) == live[:lines]
    assert found.torn == whole[:cut].rpartition(b"\n")[2]


@settings(max_examples=60)
@given(events=sessions(), data=st.data())
def test_no_flipped_bit_before_the_last_line_goes_unseen(
    events: list[Any], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / ID
        asyncio.run(_record(folder, events))
        whole = bytearray((folder / JOURNAL).read_bytes())
        last = whole.rindex(b"\n", 0, len(whole) - 1)
        whole[data.draw(st.integers(0, last - 1))] ^= 1 << data.draw(st.integers(0, 7))
        (folder / JOURNAL).write_bytes(bytes(whole))
        found = survey(folder / JOURNAL)
    assert found.faults
    assert found.closed is None
