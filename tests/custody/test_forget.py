"""Forgetting takes the content and leaves a stone."""

from datetime import UTC, datetime

import pytest

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.custody.forget import forget
from latitude.custody.lineage import parent_for
from latitude.custody.recover import recover
from latitude.custody.verify import verify
from latitude.errors import SessionBusy, UnknownName, UsageError
from tests.custody.sitting import FIRST, SECOND, Sitting

WHY = "the person asked for it"


@pytest.fixture
async def sitting(home: Home, repository: Repository) -> Sitting:
    sitting = await Sitting.begin(home, repository)
    await sitting.work({"poem.txt": b"Sea\n"})
    await sitting.end()
    return sitting


async def test_the_content_goes_and_the_ledger_remembers(
    home: Home, repository: Repository, sitting: Sitting
) -> None:
    tip = await repository.tip(FIRST)
    noted = await repository.ledger_tip()
    done = await forget(home, repository, "last", WHY)
    assert (done.session, done.kept_by) == (FIRST, ())
    assert done.ledger_tip == await repository.ledger_tip()
    assert list(home.sessions.iterdir()) == []
    assert tip is not None
    assert (await repository.check_commit(tip, "0" * 40)) is not None
    _, stone = await repository.ledger()
    assert (stone.forgotten, stone.fingerprint) == (WHY, sitting.recorder.fingerprint)
    verdict = await verify(home, repository, against=noted)
    assert verdict.ok
    assert [note.kind for note in verdict.findings] == ["forgotten"]
    assert WHY in verdict.findings[0].text


async def test_others_stay_as_they_are(
    home: Home, repository: Repository, sitting: Sitting
) -> None:
    other = await Sitting.begin(home, repository, SECOND)
    await other.work({"story.txt": b"Once\n"})
    await other.end()
    tip = await repository.tip(SECOND)
    await forget(home, repository, FIRST, WHY)
    assert await repository.tip(SECOND) == tip
    assert (await verify(home, repository, requests=True)).ok


async def test_what_runs_or_is_carried_on_stays(
    home: Home, repository: Repository, sitting: Sitting
) -> None:
    child = await Sitting.begin(home, repository, SECOND, parent_for(home, FIRST))
    with pytest.raises(SessionBusy, match=r"is running\. Nothing was removed"):
        await forget(home, repository, SECOND, WHY)
    await child.turn()
    await child.end()
    with pytest.raises(UsageError, match=f"carried on by {SECOND}"):
        await forget(home, repository, FIRST, WHY)
    assert (await verify(home, repository)).ok
    await forget(home, repository, SECOND, WHY)
    await forget(home, repository, FIRST, WHY)
    assert (await verify(home, repository)).ok


async def test_a_forget_that_died_is_finished_by_another(
    home: Home, repository: Repository, sitting: Sitting
) -> None:
    await forget_commits(repository)
    verdict = await verify(home, repository)
    assert "`latitude forget" in verdict.findings[0].text
    [finding] = await recover(home, repository)
    assert finding.kind == "refused"
    await forget(home, repository, FIRST, WHY)
    assert (await verify(home, repository)).ok
    assert len(await repository.ledger()) == 2


async def test_what_a_dead_forget_left_of_the_folder_is_swept(
    home: Home, repository: Repository, sitting: Sitting
) -> None:
    sitting.recorder.folder.rename(home.sessions / f".forgotten-{FIRST}")
    await forget_commits(repository)
    [finding] = await recover(home, repository)
    assert finding.kind == "swept"
    assert list(home.sessions.iterdir()) == []
    again = await forget(home, repository, FIRST, WHY)
    assert again.session == FIRST
    assert (await verify(home, repository)).ok


async def forget_commits(repository: Repository) -> None:
    await repository.forget(FIRST, WHY, datetime.now(UTC))


async def test_a_session_that_never_closed_can_be_forgotten(
    home: Home, repository: Repository
) -> None:
    sitting = await Sitting.begin(home, repository)
    await sitting.turn()
    await sitting.recorder.close()
    await forget(home, repository, FIRST, WHY)
    assert (await verify(home, repository)).ok
    assert not home.workspace(FIRST).exists()
    with pytest.raises(UnknownName):
        await forget(home, repository, SECOND, WHY)
