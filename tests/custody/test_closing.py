"""After the close: ledger, transcript, workspace gone; and any step can be done again."""

import os
from pathlib import Path

import pytest

from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.custody import closing
from latitude.custody.closing import (
    enter_ledger,
    finish,
    has_workspace,
    remove_workspace,
    write_transcript,
)
from latitude.errors import HomeUnusable, RecordBroken
from tests.custody.sitting import Sitting
from tests.ordinary import folder_of_theirs, ordinary_user


async def test_a_closed_session_is_in_the_ledger_with_a_page_and_without_a_workspace(
    home: Home, repository: Repository
) -> None:
    sitting = await Sitting.begin(home, repository)
    await sitting.work({"poem.txt": b"Sea\n"})
    fingerprint = await sitting.end()
    [entry] = await repository.ledger()
    assert (entry.session, entry.fingerprint) == (sitting.session, fingerprint)
    assert entry.tip == await repository.tip(sitting.session)
    assert (entry.model, entry.late) == ("claude-opus-5-5", False)
    page = (home.session(sitting.session) / "transcript.md").read_text()
    assert "The person ended the session." in page
    assert not home.workspace(sitting.session).exists()


async def test_every_step_may_be_done_again(home: Home, repository: Repository) -> None:
    sitting = await Sitting.begin(home, repository)
    await sitting.work({"poem.txt": b"Sea\n"})
    await sitting.close()
    tips = []
    for _ in range(2):
        tips.append(await enter_ledger(home, repository, sitting.session))
        await write_transcript(home, sitting.session)
        await remove_workspace(home, sitting.session)
    tips.append(await finish(home, repository, sitting.session, late=True))
    assert len(set(tips)) == 1
    [entry] = await repository.ledger()
    assert not entry.late
    await sitting.recorder.close()


async def test_an_open_session_has_no_place_in_the_ledger(
    home: Home, repository: Repository
) -> None:
    sitting = await Sitting.begin(home, repository)
    with pytest.raises(RecordBroken, match="was never closed"):
        await finish(home, repository, sitting.session)
    assert await repository.ledger() == ()
    await sitting.recorder.close()


async def test_a_folder_of_any_depth_and_mode_is_removed(
    home: Home, repository: Repository, tmp_path: Path
) -> None:
    sitting = await Sitting.begin(home, repository)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "keep.txt").write_text("kept")
    here = sitting.workspace.root
    (here / "link").symlink_to(outside)
    fd = os.open(here, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("down", dir_fd=fd)
        inner = os.open("down", os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = inner
    os.close(fd)
    (here / "0").mkdir()
    (here / "0" / "locked").mkdir(mode=0)
    (here / "0").chmod(0)
    await remove_workspace(home, sitting.session)
    assert not has_workspace(home, sitting.session)
    assert list(home.workspace(sitting.session).parent.iterdir()) == []
    assert (outside / "keep.txt").read_text() == "kept"
    await sitting.recorder.close()


@pytest.mark.parametrize("mode", [0, 0o300, 0o400, 0o500])
def test_an_ordinary_user_removes_what_a_command_shut(mode: int) -> None:
    with folder_of_theirs() as place, ordinary_user():
        here = place / "workspace"
        (here / "folder" / "inner").mkdir(parents=True)
        for path in (here / "file", here / "folder" / "file", here / "folder" / "inner" / "file"):
            path.write_bytes(b"")
            path.chmod(0)
        for path in (here / "folder" / "inner", here / "folder", here):
            path.chmod(mode)
        closing._remove(here)
        assert list(place.iterdir()) == []


async def test_a_page_that_cannot_be_written_says_that_the_record_is_whole(
    home: Home, repository: Repository
) -> None:
    sitting = await Sitting.begin(home, repository)
    await sitting.turn()
    await sitting.close()
    (sitting.recorder.folder / "transcript.md").mkdir()
    with pytest.raises(HomeUnusable, match="The record itself is whole and in the ledger"):
        await finish(home, repository, sitting.session)
    assert len(await repository.ledger()) == 1
    await sitting.recorder.close()
