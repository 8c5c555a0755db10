"""A journal that is not as it was written says so: which file, which line, what is wrong."""

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from latitude.core.events import UnknownEvent
from latitude.errors import RecordBroken
from latitude.journal.line import FIRST_PREV, LineError, decode_line, encode_line, parse_line
from latitude.journal.paths import JOURNAL
from latitude.journal.reader import read, read_ends, survey
from latitude.journal.writer import Recorder
from tests.journal.samples import closed, opened, replied, said, started

pytestmark = pytest.mark.promise("record-complete")

Lines = list[bytes]


def flipped(lines: Lines) -> Lines:
    return [line.replace(b"Message 2.", b"Message 3.") for line in lines]


def flipped_in_the_hash(lines: Lines) -> Lines:
    spot = lines[2].index(b'"prev":"') + 20
    other = b"0" if lines[2][spot : spot + 1] != b"0" else b"1"
    return [*lines[:2], lines[2][:spot] + other + lines[2][spot + 1 :], *lines[3:]]


def flipped_in_the_number(lines: Lines) -> Lines:
    return [*lines[:2], lines[2].replace(b'"seq":2', b'"seq":9'), *lines[3:]]


def flipped_to_no_json(lines: Lines) -> Lines:
    return [*lines[:2], lines[2].replace(b'"text":', b'"text"!'), *lines[3:]]


def flipped_to_no_utf8(lines: Lines) -> Lines:
    return [*lines[:2], lines[2].replace(b"Message", b"Messag\xff"), *lines[3:]]


def removed(lines: Lines) -> Lines:
    return [*lines[:2], *lines[3:]]


def removed_two(lines: Lines) -> Lines:
    return [*lines[:1], *lines[3:]]


def removed_first(lines: Lines) -> Lines:
    return lines[1:]


def swapped_at_the_start(lines: Lines) -> Lines:
    return [lines[1], lines[0], *lines[2:]]


def moved_far(lines: Lines) -> Lines:
    return [lines[0], lines[2], lines[3], lines[1], lines[4]]


def flipped_in_the_first_number(lines: Lines) -> Lines:
    return [lines[0].replace(b'"seq":0', b'"seq":7'), *lines[1:]]


def flipped_to_a_huge_number(lines: Lines) -> Lines:
    return [*lines[:4], lines[4].replace(b'"seq":4', b'"seq":400000000000000')]


def swapped(lines: Lines) -> Lines:
    return [*lines[:2], lines[3], lines[2], lines[4]]


def added(lines: Lines) -> Lines:
    extra = encode_line(2, "2026-11-20T23:15:02.005Z", parse_line(lines[2][:-1]).prev, said(9))
    return [*lines[:2], extra + b"\n", *lines[2:]]


def added_empty(lines: Lines) -> Lines:
    return [*lines[:2], b"\n", *lines[2:]]


def doubled(lines: Lines) -> Lines:
    return [*lines[:3], lines[2], *lines[3:]]


def torn(lines: Lines) -> Lines:
    return [*lines[:4], lines[4][:-20]]


def torn_newline(lines: Lines) -> Lines:
    return [*lines[:4], lines[4][:-1]]


def emptied(lines: Lines) -> Lines:
    return []


DAMAGES: list[tuple[Callable[[Lines], Lines], int, str]] = [
    (flipped, 3, "it was changed after it was written: line 4 names"),
    (flipped_in_the_hash, 3, "it was changed: neither its prev nor its own SHA-256 fits"),
    (flipped_in_the_number, 3, "it was changed: its seq is 9 where 2 belongs"),
    (flipped_to_no_json, 3, "it is not a JSON object in UTF-8"),
    (flipped_to_no_utf8, 3, "it is no whole message.sent"),
    (removed, 3, "seq 2 was removed before it"),
    (removed_two, 2, "lines of seq 1 to 2 were removed before it"),
    (removed_first, 1, "seq 0 was removed before it"),
    (swapped, 3, "lines were swapped: it has seq 3 where 2 belongs"),
    (swapped_at_the_start, 1, "lines were swapped: it has seq 1 where 0 belongs"),
    (moved_far, 2, "lines were swapped: it has seq 2 where 1 belongs"),
    (flipped_in_the_first_number, 1, "it was changed: its seq is 7 where 0 belongs"),
    (flipped_to_a_huge_number, 5, "seq 4 to 399999999999999 were removed before it"),
    (added, 3, "it was added: seq 2 stands in the file twice"),
    (added_empty, 3, "it is empty"),
    (doubled, 4, "it was added: seq 2 stands in the file twice"),
    (torn, 5, "the last line is torn"),
    (torn_newline, 5, "the last line is torn"),
    (emptied, 1, "the journal has no whole line"),
]


@pytest.mark.parametrize(
    ("damage", "line", "what"), DAMAGES, ids=lambda it: getattr(it, "__name__", "")
)
def test_damage_is_named_with_its_line(
    five_lines: Path, damage: Callable[[Lines], Lines], line: int, what: str
) -> None:
    whole = five_lines.read_bytes().splitlines(keepends=True)
    five_lines.write_bytes(b"".join(damage(whole)))
    with pytest.raises(RecordBroken) as caught:
        list(read(five_lines))
    assert f"{five_lines}, line {line}: " in str(caught.value)
    assert what in str(caught.value)
    found = survey(five_lines)
    assert len(found.faults) <= 1, "one damage is one fault"
    if not found.torn:
        assert len(found.records) == line - 1


async def test_nothing_may_stand_after_the_close(recorder: Recorder, folder: Path) -> None:
    record = await recorder.append(closed())
    await recorder.close()
    with (folder / JOURNAL).open("ab") as file:
        file.write(encode_line(2, record.at, record.sha256, said(1)) + b"\n")
    with pytest.raises(RecordBroken, match=r"line 3: it was added after session\.closed"):
        list(read(folder / JOURNAL))


def test_a_change_of_the_last_line_alone_is_for_the_ledger_to_see(five_lines: Path) -> None:
    five_lines.write_bytes(five_lines.read_bytes().replace(b"Message 4.", b"Message 5."))
    assert len(list(read(five_lines))) == 5


def test_a_journal_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordBroken, match=re.escape(f"{tmp_path / 'x'} cannot be read")):
        list(read(tmp_path / "x"))


def test_a_journal_begins_with_session_opened(tmp_path: Path) -> None:
    path = tmp_path / JOURNAL
    path.write_bytes(encode_line(0, "2026-11-20T23:15:02.005Z", FIRST_PREV, said(1)) + b"\n")
    with pytest.raises(RecordBroken, match=r"line 1: a journal begins with session\.opened"):
        list(read(path))


def test_a_newer_format_is_not_guessed_at() -> None:
    line = encode_line(0, "2026-11-20T23:15:02.005Z", FIRST_PREV, said(1))
    with pytest.raises(LineError, match=r"format v2.* a newer latitude wrote it"):
        decode_line(line.replace(b'"v":1', b'"v":2'))


def test_an_unknown_event_survives(five_lines: Path) -> None:
    last = survey(five_lines).last_sha256
    line = f'{{"v":1,"seq":5,"at":"x","type":"dream.told","prev":"{last}","of":["sheep"]}}'
    with five_lines.open("ab") as file:
        file.write(line.encode() + b"\n")
    *_, record = read(five_lines)
    assert record.event == UnknownEvent(type="dream.told", raw=line.encode())


def test_an_unknown_field_of_a_known_event_does_no_harm() -> None:
    line = encode_line(1, "2026-11-20T23:15:02.005Z", FIRST_PREV, said(1))
    assert decode_line(line[:-1] + b',"mood":"new"}').event == said(1)


async def test_the_ends_are_read_without_the_middle(recorder: Recorder, folder: Path) -> None:
    await recorder.append(said(1, "x" * 5_000_000))
    first, last = read_ends(folder / JOURNAL)
    assert first.event == opened()
    assert last is None
    await recorder.append(closed())
    first, last = read_ends(folder / JOURNAL)
    assert last is not None
    assert last.event == closed()
    assert last.sha256 == recorder.fingerprint


async def test_a_line_of_five_megabytes_comes_back(recorder: Recorder, folder: Path) -> None:
    await recorder.append(said(1))
    await recorder.append(started(1, 1))
    block = replied(1, 1, "ü\n" * 1_700_000)
    await recorder.append(block)
    *_, record = read(folder / JOURNAL)
    assert record.event == block


@pytest.mark.parametrize(
    ("text", "mended"), [("half \ud83d here", "half � here"), ("\ud83d\ude00 whole", "😀 whole")]
)
async def test_text_that_utf8_cannot_hold_costs_no_line(
    recorder: Recorder, folder: Path, text: str, mended: str
) -> None:
    record = await recorder.append(said(1, text))
    assert record.event == said(1, mended)
    *_, read_back = read(folder / JOURNAL)
    assert read_back.event == record.event


async def test_half_a_character_in_a_raw_block_costs_no_line(
    recorder: Recorder, folder: Path
) -> None:
    raw = msgspec.Raw(rb'{"a":"\ud83d\ude00 \ud83d \\ud83d",' + b'\n"b":1}')
    block = msgspec.structs.replace(replied(1, 1, "x"), raw=raw)
    await recorder.append(said(1))
    record = await recorder.append(block)
    *_, read_back = read(folder / JOURNAL)
    assert read_back.event == record.event
    assert bytes(read_back.event.raw) == rb'{"a":"\ud83d\ude00 \ufffd \\ud83d",' + b' "b":1}'
    assert read_back.event.mended == 1
