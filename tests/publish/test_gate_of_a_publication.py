"""All that would go out is looked through, and nothing undecided goes out.

One key is planted, in one place after the other; when it is taken out, nothing of it is left.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import msgspec
import pytest

from latitude.custody.recover import recover
from latitude.errors import UsageError
from latitude.journal.annotations import add_tag
from latitude.journal.paths import JOURNAL
from latitude.publish.bagging import bag
from latitude.publish.checking import check
from latitude.publish.decisions import Redact
from latitude.publish.examining import FILE as EXAMINED
from latitude.publish.gate.finding import Found, finding_id
from latitude.publish.manifest import read_manifest
from latitude.publish.site.build import build
from tests.cli.person import latitude
from tests.custody.sitting import FIRST, SECOND
from tests.journal.samples import replied
from tests.publish.archive import (
    KEEP_KEY,
    KEY,
    KEY_ID,
    MAIL,
    MAIL_ID,
    REDACT_KEY,
    REDACT_MAIL,
    Archive,
    calls,
    every_text,
    thinks,
    wish,
)
from tests.publish.gate.table import ANTHROPIC

IN_JSON = json.dumps({"path": "a.json", "content": json.dumps({"key": KEY})}).replace("/", "\\/")
"""As a model gives it: JSON in JSON, with strokes escaped."""


async def in_a_reply(archive: Archive) -> None:
    await archive.session(FIRST, says=f"The key is {KEY}.")


async def in_thinking(archive: Archive) -> None:
    sitting = await archive.begin(FIRST)
    await thinks(sitting, f"They gave me {KEY}; better not to say it.")
    await sitting.end()


async def in_arguments(archive: Archive) -> None:
    sitting = await archive.begin(FIRST)
    await calls(sitting, IN_JSON)
    await sitting.end()


async def in_a_blob(archive: Archive) -> None:
    sitting = await archive.begin(FIRST)
    await calls(sitting, "{}", answer=f"{'word ' * 300}\nCHAT_KEY={KEY}\n")
    await sitting.end()


async def in_a_file_that_was_deleted(archive: Archive) -> None:
    sitting = await archive.begin(FIRST)
    await sitting.work({"notes/early.txt": f"key: {KEY}".encode(), "stays.txt": b"words"})
    (archive.home.workspace(FIRST) / "notes/early.txt").unlink()
    await sitting.work({"late.txt": b"nothing of it is left"})
    await sitting.end()


async def in_a_name(archive: Archive) -> None:
    await archive.session(FIRST, makes={f"{ANTHROPIC}.txt": b"what is it called?"})


async def in_a_file_whose_name_reads_like_that_of_another(archive: Archive) -> None:
    """A name that is no text is shown with ``%ff`` for its byte, and a file may be called so."""
    sitting = await archive.begin(FIRST)
    root = os.fsencode(archive.home.workspace(FIRST))
    Path(os.fsdecode(root + b"/%ff.txt")).write_bytes(KEY.encode())
    Path(os.fsdecode(root + b"/\xff.txt")).write_bytes(b"nothing")
    await sitting.work({"a.txt": b"a"})
    await sitting.end()


async def in_a_link(archive: Archive) -> None:
    sitting = await archive.begin(FIRST)
    (archive.home.workspace(FIRST) / "way").symlink_to(f"../{KEY}/there")
    await sitting.work({"a.txt": b"a"})
    await sitting.end()


async def in_an_empty_folder(archive: Archive) -> None:
    sitting = await archive.begin(FIRST)
    (archive.home.workspace(FIRST) / f"for {ANTHROPIC}").mkdir()
    await sitting.work({"a.txt": b"a"})
    await sitting.end()


async def in_a_tag(archive: Archive) -> None:
    await archive.session(FIRST, makes={"a.txt": b"a"})
    add_tag(archive.home.session(FIRST), f"see {KEY}")


async def in_torn_bytes(archive: Archive) -> None:
    sitting = await archive.begin(FIRST)
    await sitting.turn()
    with sitting.path.open("ab") as journal:
        journal.write(b'{"v":1,"seq":9,"text":"' + KEY.encode())
    await sitting.recorder.close()
    await recover(archive.home, archive.repository)


async def in_a_parent_that_is_not_chosen(archive: Archive) -> None:
    await archive.session(FIRST, makes={"a.txt": KEY.encode()})
    await archive.session(SECOND, makes={"a.txt": b"rewritten"}, carries_on=FIRST)
    archive.release(sessions={"ids": [SECOND]})


async def in_a_line_with_a_return(archive: Archive) -> None:
    """JSON lets a CR stand between two tokens, and readers of lines may take it for their end."""
    sitting = await archive.begin(FIRST)
    turn, step = await sitting.ask()
    odd = msgspec.Raw(b'{"key":\r"' + KEY.encode() + b'"}')
    await sitting.record(msgspec.structs.replace(replied(turn, step, "Look."), raw=odd))
    await sitting.end()


async def in_a_signature(archive: Archive) -> None:
    await archive.session(FIRST, wishes=wish(signature=f"yours, {KEY}"))


Plant = Callable[[Archive], Awaitable[None]]
PLANTS: Mapping[Plant, str] = {
    in_a_reply: "line 4",
    in_thinking: "line 4",
    in_arguments: "line 4",
    in_a_blob: "blob ",
    in_a_file_that_was_deleted: f"notes/early.txt in commit {{first}} of {FIRST}",
    in_a_name: f"names in commit {{first}} of {FIRST}",
    in_a_file_whose_name_reads_like_that_of_another: f"%ff.txt in commit {{first}} of {FIRST}",
    in_a_link: f"names in commit {{first}} of {FIRST}",
    in_an_empty_folder: f"names in commit {{first}} of {FIRST}",
    in_a_tag: "a tag",
    in_torn_bytes: "torn.bin",
    in_a_parent_that_is_not_chosen: f"a.txt in commit {{first}} of {FIRST}",
    in_a_line_with_a_return: "line 4",
    in_a_signature: "line 6",
}


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
async def test_a_key_is_found_stops_everything_and_is_taken_out(
    plant: Plant, archive: Archive, tmp_path: Path
) -> None:
    await plant(archive)
    value = ANTHROPIC if plant in (in_a_name, in_an_empty_folder) else KEY
    before = archive.fingerprint_of_all()
    history = await archive.repository.history(FIRST)
    place = PLANTS[plant].format(first=history[0].commit[:12] if history else "")

    async with archive.publication() as publication:
        [waiting] = publication.review.waiting
        found = {one.id: one for one in waiting.undecided}
        [row] = publication.manifest.sessions
        with pytest.raises(UsageError, match="waits for a decision"):
            publication.edition(row)
        with pytest.raises(UsageError, match="waits for a decision"):
            await bag(publication, (), tmp_path / "bag")
    assert not (tmp_path / "bag").exists()
    rule = "anthropic-key" if value == ANTHROPIC else "kept-key"
    one = found[finding_id(Found(rule, value))]
    assert [where for where in one.places if where.startswith(place)], one
    assert value not in repr(waiting), "neither the finding nor its places tell the key"
    assert value not in (archive.home.releases / EXAMINED).read_text(encoding="utf-8")

    archive.decide(
        *(
            Redact(at="2026-11-22T10:00:00.000Z", why="A key.", finding=one.id, rule=one.rule)
            for one in found.values()
        )
    )
    manifest = await archive.bag(tmp_path / "bag")
    async with archive.publication() as publication:
        await build(publication, tmp_path / "site")
    for where, data in every_text(tmp_path / "bag", tmp_path / "clone"):
        assert value.encode() not in data, where
        assert json.dumps(value)[1:-1].replace("/", "\\/").encode() not in data, where
    for path in (tmp_path / "site").rglob("*"):
        assert value not in path.name
        assert path.is_dir() or value.encode() not in path.read_bytes(), path
    checked = await check(tmp_path / "bag")
    assert checked.ok, checked
    [row] = manifest.sessions
    journal = archive.home.session(row.id) / JOURNAL
    assert row.original is not None
    assert row.original != row.fingerprint
    assert (
        json.loads((tmp_path / "bag/data/sessions" / row.id / JOURNAL).open().readline())[
            "redacted_from"
        ]
        == row.original
    )
    assert journal.exists()
    assert archive.fingerprint_of_all() == before, "nothing at home is changed by it"
    assert list(archive.home.state.glob("publishing-*")) == []


async def test_a_tag_that_was_added_after_the_last_look_is_looked_at(archive: Archive) -> None:
    """Tags go out as codes, and can change when the journal cannot."""
    await archive.session(FIRST)
    async with archive.publication() as publication:
        assert publication.review.waiting == ()
    add_tag(archive.home.session(FIRST), f"see {KEY}")
    async with archive.publication() as publication:
        [waiting] = publication.review.waiting
        assert waiting.undecided[0].places == ("a tag",)


async def test_what_is_kept_goes_out_as_it_was(archive: Archive, tmp_path: Path) -> None:
    await archive.session(FIRST, says=f"It was {KEY}.", wishes=wish(signature=f"yours, {KEY}"))
    archive.decide(KEEP_KEY)
    manifest = await archive.bag(tmp_path / "bag")
    [row] = manifest.sessions
    assert (row.original, row.signature) == (None, f"yours, {KEY}")
    original = archive.home.session(FIRST) / JOURNAL
    assert (tmp_path / "bag/data/sessions" / FIRST / JOURNAL).read_bytes() == original.read_bytes()


async def test_a_signature_that_was_carried_on_is_looked_at_and_redacted(
    archive: Archive, tmp_path: Path
) -> None:
    """It stands in the journal of another session, and in the manifest for this one."""
    await archive.session(FIRST, wishes=wish(signature=f"Vera <{MAIL}>, {KEY}"))
    await archive.session(SECOND, carries_on=FIRST)
    archive.release(sessions={"ids": [SECOND]})
    async with archive.publication() as publication:
        [waiting] = publication.review.waiting
        found = {one.id: one.places for one in waiting.undecided}
    assert found == {KEY_ID: ("the signature",), MAIL_ID: ("the signature",)}
    assert KEY not in (archive.home.releases / EXAMINED).read_text(encoding="utf-8")
    archive.decide(REDACT_MAIL, REDACT_KEY)
    [row] = (await archive.bag(tmp_path / "bag")).sessions
    assert row.signature == "Vera <[redacted: e-mail]>, [redacted: kept-key]"
    assert [(one.rule, one.count) for one in row.taken_out] == [("e-mail", 1), ("kept-key", 1)]
    for where, data in every_text(tmp_path / "bag", tmp_path / "clone"):
        assert MAIL.encode() not in data, where
        assert KEY.encode() not in data, where
    assert (await check(tmp_path / "bag")).ok


async def test_a_key_that_was_kept_in_a_signature_is_carried_on_and_is_not_kept_at_home(
    archive: Archive,
) -> None:
    await archive.session(FIRST, wishes=wish(signature=f"yours, {KEY}"))
    await archive.session(SECOND, carries_on=FIRST)
    archive.decide(KEEP_KEY)
    assert [row.signature for row in (await archive.manifest()).sessions] == [f"yours, {KEY}"] * 2
    assert KEY not in (archive.home.releases / EXAMINED).read_text(encoding="utf-8")


@pytest.mark.slow
async def test_the_command_line_names_what_was_found_and_not_the_key(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAT_KEY", KEY)
    await archive.session(FIRST, says=f"{KEY}: so it is.", makes={f"{ANTHROPIC}.txt": KEY.encode()})
    home = archive.home.root
    for verb in (("check",), ("site", str(tmp_path / "site")), ("bag", str(tmp_path / "bag"))):
        done = await asyncio.to_thread(latitude, home, "publish", *verb)
        assert done.status == 1, done
        assert f"{KEY_ID}  kept-key  zq81-K…77 (22 characters)" in done.out
        assert "in 1 session: line 4" in done.out
        assert KEY not in done.out + done.err
        assert ANTHROPIC not in done.out + done.err
    assert not (tmp_path / "site").exists()
    assert not (tmp_path / "bag").exists()
    as_json = await asyncio.to_thread(latitude, home, "publish", "bag", "--json")
    assert as_json.status == 1
    [told] = [json.loads(line) for line in as_json.lines]
    assert KEY_ID in {one["id"] for one in told["undecided"]}
    told = await asyncio.to_thread(
        latitude, home, "publish", "keep", KEY_ID, "--why", f"{KEY} was revoked"
    )
    assert told.status == 2
    assert "the value of CHAT_KEY in the environment. Nothing was written." in told.err
    redacted = await asyncio.to_thread(latitude, home, "publish", "redact", "all")
    assert redacted.status == 0, redacted
    made = await asyncio.to_thread(
        latitude, home, "publish", "bag", str(tmp_path / "bag"), "--date", "2026-11-22"
    )
    assert made.status == 0, made
    for where in home.joinpath("releases").rglob("*"):
        assert where.is_dir() or KEY.encode() not in where.read_bytes(), where
    assert read_manifest(tmp_path / "bag/data/release.json").sessions[0].taken_out
