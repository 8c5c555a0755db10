"""Redacted copies: journals like any other, with their own chain, their own commits, and no trace
of what was taken out."""

import json
import re
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from latitude.artifacts.repository import Repository
from latitude.core.events import BlockRecorded, MessageSent, SessionOpened
from latitude.errors import RecordBroken
from latitude.journal.reader import read
from latitude.publish.checking import check
from latitude.publish.decisions import Restore, Withdraw
from latitude.publish.gate.finding import Found, Gate, finding_id
from latitude.publish.gate.rules import KEPT, Person, Secret
from latitude.publish.manifest import Taken
from tests.custody.sitting import FIRST, SECOND, THIRD
from tests.journal.samples import finished, replied
from tests.publish.archive import (
    KEY,
    MAIL,
    REDACT_KEY,
    REDACT_MAIL,
    WHEN,
    Archive,
    calls,
    every_text,
    git,
    person_says,
)

HELD = KEY.encode()


def journal(bag: Path, session: str) -> Path:
    return bag / "data/sessions" / session / "journal.jsonl"


def nothing_left(bag: Path, clone: Path, *values: bytes) -> None:
    for where, data in every_text(bag, clone):
        for value in values:
            assert value not in data, where


async def test_the_manifest_says_what_was_taken_out_how_often_and_why(
    archive: Archive, tmp_path: Path
) -> None:
    original = await archive.session(
        FIRST, says=f"{MAIL} and {MAIL}", makes={"a.txt": f"{MAIL} {KEY}".encode(), "b.txt": b"b"}
    )
    archive.decide(REDACT_KEY, REDACT_MAIL)
    [row] = (await archive.bag(tmp_path / "bag")).sessions
    assert row.original == original
    [*_, last] = read(journal(tmp_path / "bag", FIRST))
    assert row.fingerprint == last.sha256
    assert row.taken_out == (
        # Twice in the text, and twice in the provider's own block of it.
        Taken(rule="e-mail", count=5, why="It is another's."),
        Taken(rule="kept-key", count=1, why="It is a key."),
    )
    [*texts] = [
        record.event.text
        for record in read(journal(tmp_path / "bag", FIRST))
        if isinstance(record.event, BlockRecorded) and record.event.kind == "text"
    ]
    assert texts == ["[redacted: e-mail] and [redacted: e-mail]", "There it is."]


@pytest.mark.parametrize("holding", ["the parent", "the child", "both"])
async def test_a_session_and_the_one_that_carries_it_on(
    holding: str, archive: Archive, tmp_path: Path
) -> None:
    first = b"nothing" if holding == "the child" else HELD
    second = b"nothing" if holding == "the parent" else HELD
    await archive.session(FIRST, makes={"a.txt": first, "b.txt": b"b"})
    await archive.session(SECOND, carries_on=FIRST, makes={"a.txt": second})
    await archive.session(THIRD, makes={"c.txt": b"of neither"})
    archive.decide(REDACT_KEY)
    bag = tmp_path / "bag"
    parent, child, other = (await archive.bag(bag)).sessions
    nothing_left(bag, tmp_path / "clone", HELD)
    checked = await check(bag)
    assert checked.ok, checked

    opened = next(read(journal(bag, SECOND))).event
    assert isinstance(opened, SessionOpened)
    assert opened.parent is not None
    assert opened.parent.fingerprint == parent.fingerprint
    tips = await archive.repository.tips()
    if holding == "the child":
        assert (parent.original, parent.tip) == (None, tips[FIRST])
        there = archive.home.session(FIRST) / "journal.jsonl"
        assert journal(bag, FIRST).read_bytes() == there.read_bytes()
    else:
        assert parent.original is not None
        assert parent.tip != tips[FIRST]
    assert child.original is not None, (
        "its first line names the copy of its parent, or its files do"
    )
    assert (other.original, other.tip) == (None, tips[THIRD])


async def test_a_session_that_is_carried_on_within_one_second_comes_first_all_the_same(
    archive: Archive, tmp_path: Path
) -> None:
    """An id knows no less than a second, so the child's may sort before its parent's."""
    child = f"{FIRST[:-6]}a00000"
    await archive.session(FIRST, makes={"a.txt": HELD})
    await archive.session(child, carries_on=FIRST, makes={"b.txt": b"b"})
    archive.decide(REDACT_KEY)
    rows = {row.id: row for row in (await archive.bag(tmp_path / "bag")).sessions}
    opened = next(read(journal(tmp_path / "bag", child))).event
    assert isinstance(opened, SessionOpened)
    assert opened.parent is not None
    assert opened.parent.fingerprint == rows[FIRST].fingerprint


async def test_commits_made_anew_name_lines_of_the_copy(archive: Archive, tmp_path: Path) -> None:
    sitting = await archive.begin(FIRST)
    await sitting.work({"a.txt": b"before"})
    await sitting.work({"b.txt": HELD})
    await sitting.work({"c.txt": b"after"})
    await sitting.end()
    archive.decide(REDACT_KEY)
    bag = tmp_path / "bag"
    [row] = (await archive.bag(bag)).sessions
    nothing_left(bag, tmp_path / "clone", HELD)
    lines = journal(bag, FIRST).read_bytes().split(b"\n")[:-1]
    hashes = {sha256(line).hexdigest() for line in lines}
    said = git(tmp_path / "clone", "log", "--format=%B", f"refs/heads/session/{FIRST}").decode()
    named = re.findall(r"Latitude-Record: (\w+)", said)
    assert len(named) == 3
    assert set(named) <= hashes
    tree = git(tmp_path / "clone", "rev-parse", f"{row.tip}^{{tree}}").decode().strip()
    assert row.tree == tree


async def test_names_that_become_one_stay_apart(archive: Archive, tmp_path: Path) -> None:
    """Two files; and a file beside a folder, which no tree can hold under one name."""
    other = "zz91-Kdkw8s" + "+KLs9aa=99"
    twin = "zz91-Kdkw8s" + "+KLs9aa=98"
    gate = Gate([Secret("A", other), Secret("B", twin)], Person(home="", user="", host=""))
    redact = [
        msgspec.structs.replace(REDACT_KEY, finding=finding_id(Found(KEPT, value)))
        for value in (other, twin)
    ]
    await archive.session(
        FIRST,
        makes={
            f"{other}.txt": b"one",
            f"{twin}.txt": b"two",
            other: b"a file",
            f"{twin}/inside.txt": b"in a folder",
        },
    )
    archive.decide(*redact)
    [row] = (await archive.bag(tmp_path / "bag", gate=gate)).sessions
    nothing_left(tmp_path / "bag", tmp_path / "clone", other.encode(), twin.encode())
    assert (await check(tmp_path / "bag")).ok
    listed = json.loads(git(tmp_path / "clone", "show", f"{row.tip}:manifest.json"))["entries"]
    assert [(entry["path"], entry["size"]) for entry in listed] == [
        ("[redacted: kept-key].txt", 3),
        ("[redacted: kept-key].txt~2", 3),
        ("[redacted: kept-key]/inside.txt", 11),
        ("[redacted: kept-key]~2", 6),
    ]


async def test_a_blob_has_the_name_of_what_it_holds_now(archive: Archive, tmp_path: Path) -> None:
    sitting = await archive.begin(FIRST)
    await calls(sitting, "{}", answer=f"{'word ' * 300}{KEY}")
    await sitting.end()
    archive.decide(REDACT_KEY)
    await archive.bag(tmp_path / "bag")
    [blob] = (tmp_path / "bag/data/sessions" / FIRST / "blobs").iterdir()
    assert blob.name == sha256(blob.read_bytes()).hexdigest()
    assert blob.read_bytes().endswith(b"word [redacted: kept-key]")
    assert blob.name.encode() in journal(tmp_path / "bag", FIRST).read_bytes()


async def test_withdrawn_words_are_gone_from_record_and_transcript_until_restored(
    archive: Archive, tmp_path: Path
) -> None:
    words = f"My daughter is called Nora; write to {MAIL}."
    sitting = await archive.begin(FIRST)
    await person_says(sitting, words)
    await person_says(sitting, "And thank you.")
    await sitting.turn("I will keep that to myself.")
    await sitting.end()
    archive.decide(
        REDACT_MAIL, Withdraw(at=WHEN, why="They are about others.", session=FIRST, words=True)
    )
    [row] = (await archive.bag(tmp_path / "bag")).sessions
    said = [
        record.event
        for record in read(journal(tmp_path / "bag", FIRST))
        if isinstance(record.event, MessageSent)
    ]
    assert [one.text for one in said if one.author == "person"] == ["[withdrawn by the person]"] * 2
    assert [one.text for one in said if one.author != "person"] == ["What would you like to do?"]
    nothing_left(tmp_path / "bag", tmp_path / "clone", b"Nora", b"thank you", MAIL.encode())
    assert "I will keep that to myself." in (
        tmp_path / "bag/data/sessions" / FIRST / "transcript.md"
    ).read_text(encoding="utf-8")
    assert row.taken_out == (Taken(rule="withdrawn", count=2, why="They are about others."),)

    archive.decide(
        Restore(at=WHEN, why="They agreed.", session=FIRST, what="words"),
        msgspec.structs.replace(REDACT_MAIL, why="Still."),
    )
    [row] = (await archive.bag(tmp_path / "later", why="Words are back.")).sessions
    assert [one.rule for one in row.taken_out] == ["e-mail"]


async def test_names_of_fields_that_become_one_keep_both_values(
    archive: Archive, tmp_path: Path
) -> None:
    sitting = await archive.begin(FIRST)
    turn, step = await sitting.ask()
    raw = msgspec.json.encode({KEY: "one", f"[redacted: {KEPT}]": "two"})
    await sitting.record(
        msgspec.structs.replace(replied(turn, step, ""), kind="other", raw=msgspec.Raw(raw))
    )
    await sitting.record(finished(turn, step))
    await sitting.end()
    archive.decide(REDACT_KEY)
    await archive.bag(tmp_path / "bag")
    copied = journal(tmp_path / "bag", FIRST).read_bytes()
    assert b'{"[redacted: kept-key]":"one","[redacted: kept-key]~":"two"}' in copied


NUMBER = "8261554093177264"


@pytest.mark.parametrize(
    ("raw", "value", "why"),
    [
        (f'{{"seed":{NUMBER}}}', NUMBER, "a number in it is something that is to be taken out"),
        ("[" * 600 + f'"{KEY}"' + "]" * 600, KEY, "recursion"),
        (f'{{"key":"{KEY}","huge":1e999}}', KEY, "out of range"),
    ],
    ids=["a number", "too deep", "no number that there is"],
)
async def test_what_cannot_be_taken_out_stops_the_publication_and_is_named(
    raw: str, value: str, why: str, archive: Archive, tmp_path: Path
) -> None:
    gate = Gate([Secret("PIN", NUMBER), Secret("KEY", KEY)], Person(home="", user="", host=""))
    sitting = await archive.begin(FIRST)
    turn, step = await sitting.ask()
    block = msgspec.structs.replace(replied(turn, step, "Look."), raw=msgspec.Raw(raw.encode()))
    await sitting.record(block)
    await sitting.end()
    archive.decide(msgspec.structs.replace(REDACT_KEY, finding=finding_id(Found(KEPT, value))))
    with pytest.raises(RecordBroken, match=rf"Line 4 of session {FIRST} .*{why}.*Leave the sess"):
        await archive.bag(tmp_path / "bag", gate=gate)
    assert not (tmp_path / "bag").exists()
    assert list(archive.home.state.glob("publishing-*")) == []


async def test_a_long_session_is_copied_in_time_in_proportion(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file is looked through once, however many commits hold it."""
    sitting = await archive.begin(FIRST)
    for number in range(12):
        await sitting.work({f"{number}.txt": f"{number} {KEY}".encode()})
    await sitting.end()
    archive.decide(REDACT_KEY)
    [row] = (await archive.bag(tmp_path / "bag")).sessions
    assert row.taken_out == (Taken(rule="kept-key", count=12, why="It is a key."),)
    asked = 0
    history = Repository.history

    async def counted(self: Repository, *args: str) -> object:
        nonlocal asked
        asked += 1
        return await history(self, *args)

    monkeypatch.setattr(Repository, "history", counted)
    async with archive.publication() as publication:
        assert publication.copied.copies
    assert asked <= 3, "not once for each commit"


async def test_what_shows_only_when_something_beside_it_is_gone_goes_too(
    archive: Archive, tmp_path: Path
) -> None:
    """Glued to a key it is no address, so nobody was asked about it."""
    await archive.session(FIRST, says=f"{MAIL}{KEY}")
    archive.decide(REDACT_KEY)
    [row] = (await archive.bag(tmp_path / "bag")).sessions
    nothing_left(tmp_path / "bag", tmp_path / "clone", HELD, MAIL.encode())
    assert row.taken_out == (
        Taken(rule="e-mail", count=2, why="It showed when something beside it was taken out."),
        Taken(rule="kept-key", count=2, why="It is a key."),
    )
