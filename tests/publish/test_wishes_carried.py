"""What a model wished about showing and signing holds in every publication."""

from pathlib import Path

import pytest

from latitude.custody.forget import forget
from latitude.errors import UsageError
from latitude.publish.decisions import Confirm, Dismiss, Override, Restore, Withdraw
from latitude.publish.site.build import build
from tests.custody.sitting import FIRST, SECOND, THIRD
from tests.publish.archive import WHEN, Archive, every_text, held, shown, wish

pytestmark = pytest.mark.promise("wishes-carried")

WISHED = "The model wished that this session is not shown."
SENTENCE = "Please do not publish this conversation."
OVERRIDE = Override(at=WHEN, why="Its author agreed in a later letter.", session=FIRST)


async def test_no_holds_back_the_content_everywhere_and_names_the_session(
    archive: Archive, tmp_path: Path
) -> None:
    await archive.session(
        FIRST,
        says="A word: petrichor.",
        makes={"p.txt": b"petrichor"},
        wishes=wish("no", words="petrichor is mine"),
    )
    await archive.session(SECOND, says="Nothing of it here.")
    manifest = await archive.bag(tmp_path / "bag")
    assert shown(manifest) == [SECOND]
    assert held(manifest) == {FIRST: ("wish", WISHED)}
    async with archive.publication() as publication:
        await build(publication, tmp_path / "site")
    for where, data in every_text(tmp_path / "bag", tmp_path / "clone"):
        assert b"petrichor" not in data, where
    for path in (tmp_path / "site").rglob("*"):
        assert path.is_dir() or b"petrichor" not in path.read_bytes(), path
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.html")]
    assert [page for page in pages if FIRST in page and "wished" in page]


@pytest.mark.parametrize(("said", "goes"), [(("no", "yes"), True), (("yes", "no"), False)])
async def test_the_last_word_with_the_tool_counts(
    said: tuple[str, str], goes: bool, archive: Archive
) -> None:
    sitting = await archive.begin(FIRST)
    await sitting.turn()
    for publish in said:
        await sitting.record(wish(publish))
    await sitting.record(wish(signature="a river"))
    await sitting.end()
    manifest = await archive.manifest()
    assert shown(manifest) == [FIRST] * goes
    if goes:
        assert manifest.sessions[0].signature == "a river"


async def test_a_sentence_waits_and_binds_like_the_tool_once_it_is_confirmed(
    archive: Archive,
) -> None:
    await archive.session(FIRST, says=SENTENCE)
    async with archive.publication() as publication:
        [waiting] = publication.review.waiting
        [candidate] = waiting.unanswered
        assert (candidate.sentence, candidate.leans) == (SENTENCE, "no")
        [row] = publication.manifest.sessions
        with pytest.raises(UsageError, match="waits for a decision"):
            publication.edition(row)
    confirmed = Confirm(
        at=WHEN, why="It asks so.", candidate=candidate.id, session=FIRST, publish="no"
    )
    archive.decide(confirmed)
    assert held(await archive.manifest()) == {FIRST: ("wish", WISHED)}


async def test_what_was_said_in_words_with_the_tool_waits_for_a_person(archive: Archive) -> None:
    await archive.session(FIRST, wishes=wish("yes", words="Not before the tide turns."))
    async with archive.publication() as publication:
        [candidate] = publication.review.waiting[0].unanswered
        assert (candidate.place, candidate.sentence) == (
            "turn 1, the wish tool",
            "Not before the tide turns.",
        )
    archive.decide(Dismiss(at=WHEN, why="It turned.", candidate=candidate.id, session=FIRST))
    assert shown(await archive.manifest()) == [FIRST]
    archive.decide(Confirm(at=WHEN, why="No.", candidate=candidate.id, session=FIRST, publish="no"))
    assert held(await archive.manifest(why="No.")) == {FIRST: ("wish", WISHED)}


async def test_words_of_a_wish_wait_once_and_not_again_in_what_carries_them_on(
    archive: Archive,
) -> None:
    await archive.session(FIRST, wishes=wish(words="Only at night."))
    await archive.session(SECOND, carries_on=FIRST)
    archive.release(sessions={"ids": [SECOND]})
    async with archive.publication() as publication:
        [waiting] = publication.review.waiting
        assert (waiting.session, len(waiting.unanswered)) == (FIRST, 1)


async def test_what_was_confirmed_binds_also_when_its_sentence_is_found_no_more(
    archive: Archive,
) -> None:
    """The rules that look for wishes change; what a person confirmed stays."""
    await archive.session(FIRST)
    archive.decide(
        Confirm(at=WHEN, why="It asks so.", candidate="0123456789", session=FIRST, publish="no")
    )
    assert held(await archive.manifest()) == {FIRST: ("wish", WISHED)}


async def test_a_sentence_that_was_dismissed_binds_nobody(archive: Archive) -> None:
    await archive.session(FIRST, says=SENTENCE)
    async with archive.publication() as publication:
        [candidate] = publication.review.waiting[0].unanswered
    archive.decide(Dismiss(at=WHEN, why="A quotation.", candidate=candidate.id, session=FIRST))
    assert shown(await archive.manifest()) == [FIRST]


async def test_an_override_shows_the_session_and_says_why(archive: Archive) -> None:
    await archive.session(FIRST, wishes=wish("no"))
    archive.decide(OVERRIDE)
    [row] = (await archive.manifest()).sessions
    assert row.overridden == "Its author agreed in a later letter."


async def test_no_override_is_stronger_than_a_withdrawal(archive: Archive) -> None:
    await archive.session(FIRST, wishes=wish("no"))
    await archive.session(SECOND, carries_on=FIRST)
    archive.decide(
        OVERRIDE,
        Override(at=WHEN, why="This one, too.", session=SECOND),
        Withdraw(at=WHEN, why="It names a neighbour.", session=FIRST),
    )
    assert held(await archive.manifest()) == {
        FIRST: ("withdrawn", "It names a neighbour."),
        # It holds the history of the other one.
        SECOND: ("withdrawn", f"It carries on {FIRST}, which was withdrawn."),
    }
    archive.decide(Restore(at=WHEN, why="They agreed.", session=FIRST))
    assert shown(await archive.manifest(why="They agreed.")) == [FIRST, SECOND]


@pytest.mark.parametrize("chosen", [True, False], ids=["chosen too", "not chosen"])
async def test_a_no_that_is_said_later_in_the_line_holds_back_what_came_before(
    chosen: bool, archive: Archive
) -> None:
    """Whoever said it spoke in sight of all of it, also when the release leaves that one out."""
    await archive.session(FIRST)
    await archive.session(SECOND, carries_on=FIRST)
    await archive.session(THIRD, carries_on=SECOND, wishes=wish("no"))
    if not chosen:
        archive.release(sessions={"leave_out": [THIRD]})
    found = held(await archive.manifest())
    said = f"{WISHED[:-1]}; it was said in {THIRD}, which carries it on."
    assert found == {
        FIRST: ("wish", said),
        SECOND: ("wish", said),
        **({THIRD: ("wish", WISHED)} if chosen else {}),
    }


@pytest.mark.parametrize("chosen", [True, False], ids=["chosen too", "not chosen"])
async def test_a_no_of_the_one_that_is_carried_on_holds_back_the_other(
    chosen: bool, archive: Archive
) -> None:
    await archive.session(FIRST, wishes=wish("no", signature="a river"))
    await archive.session(SECOND, carries_on=FIRST)
    await archive.session(THIRD)
    if not chosen:
        archive.release(sessions={"leave_out": [FIRST]})
    manifest = await archive.manifest()
    assert shown(manifest) == [THIRD]
    assert held(manifest)[SECOND] == ("wish", WISHED)


async def test_an_override_is_for_one_session_and_shows_why_also_where_another_said_it(
    archive: Archive,
) -> None:
    await archive.session(FIRST)
    await archive.session(SECOND, carries_on=FIRST, wishes=wish("no"))
    archive.decide(OVERRIDE)
    manifest = await archive.manifest()
    assert [(row.id, row.overridden) for row in manifest.sessions] == [(FIRST, OVERRIDE.why)]
    assert held(manifest) == {SECOND: ("wish", WISHED)}


async def test_a_signature_that_was_confirmed_is_carried_on(archive: Archive) -> None:
    await archive.session(FIRST)
    await archive.session(SECOND, carries_on=FIRST)
    await archive.session(THIRD, wishes=wish(signature="a stone"))
    archive.decide(
        Confirm(at=WHEN, why="So it signs.", candidate="0" * 10, session=FIRST, signature="a river")
    )
    rows = (await archive.manifest()).sessions
    assert [row.signature for row in rows] == ["a river", "a river", "a stone"]


async def test_a_withdrawal_holds_also_where_the_session_cannot_be_read_any_more(
    archive: Archive,
) -> None:
    await archive.session(FIRST)
    await archive.session(SECOND)
    archive.decide(Withdraw(at=WHEN, why="It names a neighbour.", session=FIRST))
    first = await archive.manifest()
    (archive.home.session(FIRST) / "journal.jsonl").write_bytes(b"not a line\n")
    async with archive.publication() as publication:
        assert [one.session for one in publication.review.left_out] == [FIRST]
        assert publication.manifest == first


async def test_a_session_that_was_forgotten_leaves_a_tombstone_with_its_first_reason(
    archive: Archive,
) -> None:
    await archive.session(FIRST)
    await archive.session(SECOND)
    await archive.session(THIRD)
    await archive.manifest()
    archive.decide(Withdraw(at=WHEN, why="It names a neighbour.", session=SECOND))
    await archive.manifest(why="A withdrawal.")
    for session in (FIRST, SECOND):
        await forget(archive.home, archive.repository, session, "The person asked.")
    third = await archive.manifest(why="Two are forgotten.")
    gone = ("withdrawn", "It is kept no longer where it was made.")
    assert held(third) == {FIRST: gone, SECOND: ("withdrawn", "It names a neighbour.")}
    assert third.changes.changed == (FIRST,)
    kept = (archive.home.releases / "examined.json").read_text(encoding="utf-8")
    assert FIRST not in kept, "what was found in it is forgotten, too"
    async with archive.publication() as publication:
        assert publication.manifest == third
