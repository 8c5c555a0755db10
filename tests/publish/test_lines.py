"""What holds back a session holds back its line, whatever was chosen and whatever can be read."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from latitude.cli.main import main
from latitude.publish.decisions import Confirm, Override, Restore, Withdraw, read_decisions
from latitude.publish.examining import FILE as EXAMINED
from tests.custody.sitting import FIRST, SECOND, THIRD
from tests.publish.archive import WHEN, Archive, every_text, held, shown, wish

pytestmark = pytest.mark.promise("wishes-carried")

FOURTH = f"{THIRD[:-6]}zzzzzz"
WITHDRAW = Withdraw(at=WHEN, why="It names a neighbour.", session=FIRST)
CARRIED = ("withdrawn", f"It carries on {FIRST}, which was withdrawn.")
Damage = Callable[[Archive, str], None]


def continued(archive: Archive, session: str) -> None:
    path = archive.home.session(session) / "journal.jsonl"
    path.write_bytes(path.read_bytes() + b"a line behind the last one\n")


def beheaded(archive: Archive, session: str) -> None:
    """So that not even its first line tells what it carries on."""
    path = archive.home.session(session) / "journal.jsonl"
    path.write_bytes(b"not a line\n" + path.read_bytes())


def gone(archive: Archive, session: str) -> None:
    shutil.rmtree(archive.home.session(session))


def left_out(publication: object) -> dict[str, str]:
    return {one.session: one.why for one in publication.review.left_out}  # type: ignore[attr-defined]


@pytest.mark.parametrize("damage", [continued, beheaded, gone])
async def test_a_withdrawal_holds_back_what_carries_on_a_session_that_nobody_can_read(
    damage: Damage, archive: Archive, tmp_path: Path
) -> None:
    await archive.session(FIRST, makes={"p.txt": b"petrichor"})
    await archive.session(SECOND, makes={"q.txt": b"q"}, carries_on=FIRST)
    await archive.session(THIRD)
    archive.decide(WITHDRAW)
    first = await archive.manifest()
    assert (shown(first), held(first)[SECOND]) == ([THIRD], CARRIED)
    damage(archive, FIRST)
    manifest = await archive.bag(tmp_path / "bag")
    assert manifest == first
    for where, data in every_text(tmp_path / "bag", tmp_path / "clone"):
        assert b"petrichor" not in data, where


@pytest.mark.parametrize("damage", [continued, beheaded, gone])
async def test_a_wish_that_cannot_be_read_any_more_does_not_set_its_line_free(
    damage: Damage, archive: Archive
) -> None:
    await archive.session(FIRST)
    await archive.session(SECOND, carries_on=FIRST, wishes=wish("no"))
    await archive.session(THIRD)
    first = await archive.manifest()
    assert shown(first) == [THIRD]
    damage(archive, SECOND)
    async with archive.publication() as publication:
        assert publication.manifest == first, "its tombstone stays"
        why = left_out(publication)[FIRST]
    assert why.startswith(f"session {SECOND} stands in one line with it, and what that one wishes")
    assert "Restore it from a copy" in why


async def test_a_line_with_a_session_that_is_not_closed_waits_for_it(archive: Archive) -> None:
    """It may wish something yet."""
    await archive.session(FIRST)
    sitting = await archive.begin(SECOND, carries_on=FIRST)
    await sitting.turn()
    await archive.session(THIRD)
    archive.release(sessions={"ids": [FIRST, THIRD]})
    async with archive.publication() as publication:
        assert [row.id for row in publication.manifest.sessions] == [THIRD]
        assert "it is not closed (running). Wait until it ends" in left_out(publication)[FIRST]
    await sitting.end()
    assert shown(await archive.manifest()) == [FIRST, THIRD]


async def test_nothing_is_shown_that_a_lost_session_may_carry_on(archive: Archive) -> None:
    """Nobody remembers what it carries on: what was found before is gone, too."""
    await archive.session(FIRST)
    await archive.session(SECOND, carries_on=FIRST, wishes=wish("no"))
    await archive.session(THIRD)
    beheaded(archive, SECOND)
    archive.release(sessions={"ids": [FIRST, THIRD]})
    archive.decide(Withdraw(at=WHEN, why="So.", session=THIRD))
    async with archive.publication() as publication:
        assert held(publication.manifest) == {THIRD: ("withdrawn", "So.")}
        assert f"session {SECOND} cannot be read, so nobody knows" in left_out(publication)[FIRST]
        assert shown(publication.manifest) == []
    assert FIRST in (archive.home.releases / EXAMINED).read_text(encoding="utf-8")


@pytest.mark.parametrize("ids", [[], [THIRD], [FIRST, THIRD]], ids=["all", "other", "both"])
async def test_a_no_holds_back_what_its_parent_handed_to_others(
    ids: list[str], archive: Archive, tmp_path: Path
) -> None:
    await archive.session(FIRST, makes={"p.txt": b"petrichor"})
    await archive.session(SECOND, carries_on=FIRST, wishes=wish("no"))
    await archive.session(THIRD, makes={"r.txt": b"r"}, carries_on=FIRST)
    await archive.session(FOURTH)
    archive.release(sessions={"ids": [*ids, FOURTH] if ids else []})
    manifest = await archive.bag(tmp_path / "bag")
    assert shown(manifest) == [FOURTH]
    assert held(manifest)[THIRD] == ("wish", f"It carries on {FIRST}, which is held back.")
    for where, data in every_text(tmp_path / "bag", tmp_path / "clone"):
        assert b"petrichor" not in data, where


async def test_a_confirmed_no_binds_its_line_also_when_its_session_was_never_read(
    archive: Archive,
) -> None:
    await archive.session(FIRST)
    await archive.session(SECOND, carries_on=FIRST)
    continued(archive, SECOND)
    archive.decide(
        Confirm(at=WHEN, why="It asks so.", candidate="0" * 10, session=SECOND, publish="no")
    )
    assert held(await archive.manifest())[FIRST][0] == "wish"


async def test_a_sentence_waits_also_in_one_of_the_line_that_was_not_chosen(
    archive: Archive,
) -> None:
    await archive.session(FIRST)
    await archive.session(SECOND, carries_on=FIRST, says="Please do not publish any of this.")
    archive.release(sessions={"ids": [FIRST]})
    async with archive.publication() as publication:
        [waiting] = publication.review.waiting
        assert (waiting.session, len(waiting.unanswered)) == (SECOND, 1)
    archive.decide(WITHDRAW)
    async with archive.publication() as publication:
        assert publication.review.waiting == (), "nothing of the line is shown"


async def test_an_override_counts_once_all_is_shown_that_its_session_carries_on(
    archive: Archive, tmp_path: Path
) -> None:
    await archive.session(FIRST, makes={"p.txt": b"petrichor"}, wishes=wish("no"))
    await archive.session(SECOND, makes={"q.txt": b"q"}, carries_on=FIRST)
    await archive.session(THIRD, makes={"r.txt": b"r"}, carries_on=SECOND)
    archive.decide(*(Override(at=WHEN, why="Agreed.", session=one) for one in (SECOND, THIRD)))
    manifest = await archive.bag(tmp_path / "bag")
    assert shown(manifest) == []
    said = f"Its override counts once {FIRST} is overridden, too."
    assert held(manifest)[SECOND][1].endswith(said)
    for where, data in every_text(tmp_path / "bag", tmp_path / "clone"):
        assert b"petrichor" not in data, where
    archive.decide(Override(at=WHEN, why="Agreed.", session=FIRST))
    assert shown(await archive.manifest(why="Agreed.")) == [FIRST, SECOND, THIRD]
    archive.decide(Restore(at=WHEN, why="Not agreed.", session=FIRST, what="override"))
    assert shown(await archive.manifest(why="Not agreed.")) == []


async def test_a_tombstone_stays_when_the_release_chooses_others_and_goes_when_it_is_restored(
    archive: Archive,
) -> None:
    await archive.session(FIRST)
    await archive.session(SECOND)
    await archive.session(THIRD, wishes=wish("no"))
    await archive.manifest()
    archive.decide(WITHDRAW)
    withdrawn = held(await archive.manifest(why="A withdrawal."))
    assert sorted(withdrawn) == [FIRST, THIRD]
    archive.release(sessions={"ids": [SECOND]}, title="Another")
    assert held(await archive.manifest(why="Others.")) == withdrawn
    archive.decide(Restore(at=WHEN, why="They agreed.", session=FIRST))
    manifest = await archive.manifest(why="They agreed.")
    assert (shown(manifest), sorted(held(manifest))) == ([SECOND], [THIRD])


async def test_at_the_command_line_an_override_answers_a_wish_that_was_made(
    archive: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    async def publish(*arguments: str) -> tuple[int, str]:
        home = str(archive.home.root)
        words = ["--home", home, "publish", *arguments, "--why", "So."]
        status = await asyncio.to_thread(main, words)
        said = capsys.readouterr()
        return status, " ".join((said.out + said.err).split())

    await archive.session(FIRST, wishes=wish("no"))
    await archive.session(SECOND, carries_on=FIRST)
    await archive.session(THIRD)
    status, said = await publish("override", THIRD)
    assert (status, f"No wish holds session {THIRD} back. Nothing was" in said) == (2, True), said
    status, said = await publish("override", SECOND)
    assert (status, f"carries on {FIRST}, which is held back" in said) == (2, True), said
    assert not (archive.home.releases / "decisions.jsonl").exists()
    assert (await publish("override", SECOND, FIRST))[0] == 0
    assert shown(await archive.manifest()) == [FIRST, SECOND, THIRD]
    for arguments, problem in (
        ((SECOND,), "was not withdrawn"),
        ((SECOND, "--words"), "has no words of a person that were withdrawn"),
        ((THIRD, "--override"), "has no override"),
    ):
        status, said = await publish("restore", *arguments)
        assert (status, problem in said) == (2, True), said
    assert (await publish("restore", SECOND, "--override"))[0] == 0
    assert shown(await archive.manifest(why="So.")) == [FIRST, THIRD]
    for which in ((), ("--words",)):
        assert (await publish("withdraw", FIRST, *which))[0] == 0
    status, said = await publish("override", FIRST)
    assert (status, "no override is stronger than that" in said) == (2, True), said
    assert (await publish("restore", FIRST))[0] == 0
    assert list(read_decisions(archive.home.releases).words_withdrawn) == [FIRST]
