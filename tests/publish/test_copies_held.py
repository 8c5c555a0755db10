"""A copy is looked through when it is made: what was decided is gone from it, or there is none."""

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.events import BlockRecorded
from latitude.errors import RecordBroken
from latitude.journal.reader import read
from latitude.publish.checking import check
from latitude.publish.decisions import Redact
from latitude.publish.gate.finding import Gate
from latitude.publish.gate.rules import Person, Secret
from tests.custody.sitting import FIRST
from tests.journal.samples import called, finished, replied, thought
from tests.publish.archive import KEY, MAIL, REDACT_MAIL, WHEN, Archive, calls, every_text
from tests.publish.gate.table import JWT
from tests.publish.test_copies import HELD, journal, nothing_left


async def test_what_is_encoded_twice_at_once_is_gone_from_record_and_transcript(
    archive: Archive, tmp_path: Path
) -> None:
    """In the line the number stands alone; in the text an ``é`` would follow it."""
    await archive.session(FIRST, says=f"link %20192.168.7.31\\u00e9 end; {JWT}{KEY} end")
    async with archive.publication() as publication:
        found = [one for each in publication.review.waiting for one in each.undecided]
    archive.decide(*(Redact(at=WHEN, why="No.", finding=one.id, rule=one.rule) for one in found))
    [row] = (await archive.bag(tmp_path / "bag")).sessions
    assert [one.rule for one in row.taken_out] == ["ip-address", "jwt", "kept-key"]
    nothing_left(tmp_path / "bag", tmp_path / "clone", b"192.168.7.31", HELD, HELD[9:])
    assert "link %20[redacted: ip-address]" in (
        tmp_path / "bag/data/sessions" / FIRST / "transcript.md"
    ).read_text(encoding="utf-8")


async def test_a_copy_that_would_still_hold_what_was_decided_is_refused(
    archive: Archive, tmp_path: Path
) -> None:
    """A name is written as JSON in the list of files, and is no JSON where it is changed."""
    await archive.session(FIRST, makes={"%20192.168.7.31\\u00e9": b"x", "other.txt": HELD})
    async with archive.publication() as publication:
        found = [one for each in publication.review.waiting for one in each.undecided]
    archive.decide(*(Redact(at=WHEN, why="No.", finding=one.id, rule=one.rule) for one in found))
    with pytest.raises(RecordBroken) as refused:
        await archive.bag(tmp_path / "bag")
    assert re.fullmatch(
        rf"The copy of session {FIRST} still holds what was to be taken out: the network address "
        r"of a machine \(ip-address\), in line \d+\. .* Nothing was published\. "
        r"Leave the session out, or decide to keep what was found\.",
        str(refused.value),
    )
    assert not (tmp_path / "bag").exists()
    assert list(archive.home.state.glob("publishing-*")) == []


async def test_nothing_that_only_the_provider_can_read_stays_beside_what_was_taken_out(
    archive: Archive, tmp_path: Path
) -> None:
    """Nobody here can look whether the encrypted thinking tells what the text does no more."""
    sealed = {"type": "thinking", "thinking": "", "signature": "c2VhbGVk-1"}
    result = {"type": "found", "content": [{"text": MAIL, "encrypted_content": "c2VhbGVk-2"}]}
    plain = {"type": "found", "content": [{"url": "a"}], "encrypted_index": "c2VhbGVk-3"}
    call = {"type": "call", "input": {"signature": "Ada"}, "thought_signature": "c2VhbGVk-4"}
    sitting = await archive.begin(FIRST)
    turn, step = await sitting.ask()
    said = [
        msgspec.structs.replace(thought(turn, step, ""), raw=raw_of(sealed), provenance="omitted"),
        msgspec.structs.replace(replied(turn, step, "", 1), kind="other", raw=raw_of(result)),
        msgspec.structs.replace(replied(turn, step, "", 2), kind="other", raw=raw_of(plain)),
        msgspec.structs.replace(called(turn, step, "wish", "{}", 5), raw=raw_of(call)),
        replied(turn, step, f"Write to {MAIL}.", 3),
        replied(turn, step, "Nothing in it.", 4),
    ]
    for block in said:
        await sitting.record(block)
    await sitting.record(finished(turn, step))
    await sitting.end()
    archive.decide(REDACT_MAIL)
    await archive.bag(tmp_path / "bag")
    blocks = [
        record.event
        for record in read(journal(tmp_path / "bag", FIRST))
        if isinstance(record.event, BlockRecorded)
    ]
    assert [json.loads(bytes(block.raw)) for block in blocks] == [
        None,
        {"type": "found", "content": [{"text": "[redacted: e-mail]"}]},
        {"type": "found", "content": [{"url": "a"}]},
        {"type": "call", "input": {"signature": "Ada"}},
        None,
        {"type": "text", "text": "Nothing in it."},
    ]
    nothing_left(tmp_path / "bag", tmp_path / "clone", b"c2VhbGVk", MAIL.encode())
    assert (await check(tmp_path / "bag")).ok


def raw_of(fields: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(fields))


PIECES = (
    *(KEY, KEY[:9], KEY[9:], MAIL, MAIL[:6], "\\", "\\n", "\n", '"', "/", "\\/", "%2F", "&#43;"),
    *("%", "&", "u002b", "\\u002b", "[redacted: e-mail]", " ", "\r", "\u2028", "é", "𝔘", "\x00"),
    *("nora", "\\\\", "+", "="),
    *("%20192.168.7.31", "\\u00e9", "\x1b[32m", "192.168.", "7.31", JWT),
)
NORA = Gate([Secret("A key", KEY)], Person(home="", user="nora", host=""))
WORDS = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)


@settings(max_examples=8)
@given(texts=st.lists(WORDS, min_size=12, max_size=12), name=WORDS)
def test_of_whatever_texts_the_copy_holds_nothing_that_was_decided_or_is_refused(
    texts: list[str], name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    asyncio.run(_holds_nothing(texts, name, tmp_path_factory.mktemp("archive")))


async def _holds_nothing(texts: list[str], name: str, place: Path) -> None:
    home = Home(root=place / "home", state=place / "state")
    for part in (home.prompts, home.sessions, home.artifacts, home.state):
        part.mkdir(parents=True)
    repository = await Repository.open(home.artifacts)
    try:
        archive = Archive(home, repository)
        sitting = await archive.begin(FIRST)
        for text in texts[:8]:
            await sitting.turn(text)
        await calls(sitting, json.dumps({"content": texts[8]}), answer=texts[9])
        path = "n" + name.replace("/", "-").replace("\0", "")
        (home.workspace(FIRST) / path).write_bytes(texts[10].encode())
        await sitting.work({"other": texts[11].encode("utf-16")})
        await sitting.end()
        async with archive.publication(gate=NORA) as publication:
            found = [one for each in publication.review.waiting for one in each.undecided]
        archive.decide(
            *(Redact(at=WHEN, why="It must not.", finding=one.id, rule=one.rule) for one in found)
        )
        try:
            await archive.bag(place / "bag", gate=NORA)
        except RecordBroken as refused:
            if "still holds what was to be taken out" not in str(refused):
                raise
            return
        assert (await check(place / "bag")).ok
        for where, data in every_text(place / "bag", place / "clone"):
            assert NORA.data(data) == set(), (where, data)
        before, after = _texts(sitting.path), _texts(journal(place / "bag", FIRST))
        for old, new in zip(before, after, strict=True):
            assert old == new or "[redacted: " in new
    finally:
        await repository.close()


def _texts(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    found: list[Mapping[str, object]] = [json.loads(line) for line in lines]
    return [str(one["text"]) for one in found if "text" in one]
