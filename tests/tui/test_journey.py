"""Whole journeys through the app, as a person makes them."""

import asyncio
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from latitude.config import Home
from latitude.core.events import ExitTaken, MessageSent, SessionClosed
from latitude.custody.opening import open_repository
from latitude.custody.verify import verify
from latitude.journal.annotations import read as read_annotations
from latitude.journal.paths import JOURNAL, session_ids
from latitude.journal.reader import survey
from latitude.tui.app import LatitudeApp
from latitude.tui.screens.compare import CompareScreen
from latitude.tui.screens.home import HomeScreen
from latitude.tui.screens.new_session import NewSessionScreen
from latitude.tui.screens.reading import ReadingScreen
from latitude.tui.screens.sitting import SittingScreen
from latitude.tui.widgets.composer import Composer
from latitude.tui.widgets.session_list import SessionList
from latitude.tui.widgets.transcript import Transcript

PATIENCE = 60.0
"""Seconds after which something that should have come is missed."""


async def until(pilot: Pilot[None], seen: Callable[[], bool]) -> None:
    """Let the app go on until something is seen."""
    async with asyncio.timeout(PATIENCE):
        while not seen():
            await pilot.pause(0.02)


def page(app: LatitudeApp) -> str:
    """The rows of the transcript in sight."""
    transcript = app.screen.query(Transcript).first()
    return "\n".join(transcript.render_line(y).text for y in range(transcript.size.height))


def status(app: LatitudeApp) -> str:
    return str(app.screen.query_one("#status", Static).content)


async def sit(app: LatitudeApp, pilot: Pilot[None], *, attended: bool) -> None:
    """From the list to a running session."""
    await until(pilot, lambda: isinstance(app.screen, HomeScreen))
    await pilot.press("n")
    await until(pilot, lambda: isinstance(app.screen, NewSessionScreen))
    if not attended:
        await pilot.press("a")
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, SittingScreen))


@pytest.mark.slow
async def test_sitting_with_a_rehearsal_until_it_leaves_and_reading_it_again(
    home: Home,
) -> None:
    app = LatitudeApp(home, paced=False)
    async with app.run_test(size=(120, 32)) as pilot:
        await sit(app, pilot, attended=True)
        await until(pilot, lambda: "your turn" in status(app))
        assert "⚒ write_file  loom/index.html" in page(app)
        while app.screen.query(Composer):
            await pilot.press(*"Go on.", "enter")
            await until(pilot, lambda: "your turn" in status(app) or "over" in status(app))
        assert "The script took the exit (rehearsal, not a model)." in page(app)
        await pilot.press("x", "enter", "e")
        assert isinstance(app.screen, SittingScreen)
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))

        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ReadingScreen))
        await until(pilot, lambda: "turn 1 of" in status(app))
        await pilot.press("]", "]")
        await until(pilot, lambda: "turn 3 of" in status(app))
        await pilot.press("[")
        await until(pilot, lambda: "turn 2 of" in status(app))
        await pilot.press("t", *"loom", "enter")
        await until(pilot, lambda: "Tagged: loom" in status(app))
        await pilot.press("v")
        await until(pilot, lambda: "As written" in status(app))

    [session] = session_ids(home.sessions)
    found = survey(home.session(session) / JOURNAL)
    assert found.problem() is None
    events = [record.event for record in found.records]
    assert any(isinstance(event, ExitTaken) for event in events)
    sent = [event.text for event in events if isinstance(event, MessageSent)][1:]
    assert set(sent) == {"Go on."}
    assert read_annotations(home.session(session)).tags == ("loom",)


async def test_ending_is_asked_once_and_recorded_as_the_persons(home: Home) -> None:
    app = LatitudeApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit(app, pilot, attended=True)
        await pilot.press("e", "n")
        assert "ending" not in status(app)
        await pilot.press("e", "y")
        await until(pilot, lambda: "over" in status(app))
        assert "You ended the session." in page(app)
    [session] = session_ids(home.sessions)
    closed = survey(home.session(session) / JOURNAL).closed
    assert isinstance(closed, SessionClosed)
    assert closed.end == "person-end"


async def test_an_app_that_goes_away_closes_what_runs_in_it(home: Home) -> None:
    app = LatitudeApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit(app, pilot, attended=True)
        await until(pilot, lambda: "This is a rehearsal" in page(app))
        app.exit()
    [session] = session_ids(home.sessions)
    closed = survey(home.session(session) / JOURNAL).closed
    assert closed is not None
    assert closed.end == "interrupted"
    async with open_repository(home) as repository:
        verdict = await verify(home, repository, [session])
    assert [finding for finding in verdict.findings if not finding.ok] == [], "it is sealed"


async def test_the_files_are_stepped_through_with_the_words(home: Home) -> None:
    app = LatitudeApp(home, paced=False)
    async with app.run_test(size=(120, 32)) as pilot:
        await sit(app, pilot, attended=False)
        await until(pilot, lambda: "over" in status(app))
        for size in ((120, 32), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.press("q", "enter")
            await until(pilot, lambda: "turn 1 of" in status(app))
            await pilot.press("w", "]")
            await until(pilot, lambda: "turn 2 of" in status(app))
            await pilot.press("]", "[", "[")
            await until(pilot, lambda: "turn 1 of" in status(app))
            await pilot.press("]")
            await until(pilot, lambda: "turn 2 of" in status(app))
            await pilot.press("w")
            await until(pilot, lambda: "This message is automatic" in page(app).split("▏ \n")[0])


@pytest.mark.slow
async def test_o_opens_the_folder_of_the_turn(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = tmp_path / "opened"
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("xdg-open", "open"):
        (programs / name).write_text(
            f'#!/bin/sh\nls -R "$1" > {opened}.new\nmv {opened}.new {opened}'
        )
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    app = LatitudeApp(home, paced=False)
    async with app.run_test(size=(120, 32)) as pilot:
        await sit(app, pilot, attended=True)
        await until(pilot, lambda: "your turn" in status(app))
        await pilot.press("escape", "w", "down", "o")
        await until(pilot, opened.exists)
        assert "index.html" in opened.read_text()
        opened.unlink()
        await pilot.press("e", "y")
        await until(pilot, lambda: "over" in status(app))
        await pilot.press("o")
        await until(pilot, opened.exists)
        assert "index.html" in opened.read_text(), "what was kept is laid out in a new folder"


async def test_reading_makes_no_repository_in_the_place_of_a_lost_one(home: Home) -> None:
    app = LatitudeApp(home, paced=False)
    async with app.run_test(size=(120, 32)) as pilot:
        await sit(app, pilot, attended=False)
        await until(pilot, lambda: "over" in status(app))
    shutil.rmtree(home.artifacts / ".git")
    app = LatitudeApp(home)
    async with app.run_test(size=(120, 32)) as pilot:
        await until(pilot, lambda: app.screen.query(SessionList).first().rows != [])
        await pilot.press("enter")
        await until(pilot, lambda: "holds no repository" in status(app))
        await pilot.press("v")
        await until(pilot, lambda: "holds no repository" in status(app))
    assert not (home.artifacts / ".git").exists()


async def test_two_sessions_stand_side_by_side(home: Home) -> None:
    app = LatitudeApp(home, paced=False)
    async with app.run_test(size=(120, 32)) as pilot:
        for _ in range(2):
            await sit(app, pilot, attended=False)
            await until(pilot, lambda: "over" in status(app))
            await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        await pilot.press("space", "down", "space", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await until(pilot, lambda: "2 sessions side by side" in status(app))
        await pilot.press("]")
        await until(pilot, lambda: "turn 2" in status(app))
        columns = [
            "\n".join(column.render_line(y).text for y in range(column.size.height))
            for column in app.screen.query("#columns Transcript").results(Transcript)
        ]
        assert all("This message is automatic" in column for column in columns)
        await pilot.press("d")
        await until(pilot, lambda: "difference" in status(app))
        await pilot.press("q", "q")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))


async def test_quitting_with_a_session_running_asks(home: Home) -> None:
    app = LatitudeApp(home)
    async with app.run_test(size=(80, 24)) as pilot:
        await sit(app, pilot, attended=True)
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert app.is_running
        await pilot.press("y")
        await until(pilot, lambda: not app.is_running)
    [session] = session_ids(home.sessions)
    closed = survey(home.session(session) / JOURNAL).closed
    assert closed is not None
    assert closed.end == "person-end"
