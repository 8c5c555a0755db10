"""Home as a person uses it: every session, what to do about trouble, and how to begin."""

import asyncio
from functools import partial
from pathlib import Path
from time import process_time

import msgspec
import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip

from latitude.config import Home
from latitude.core.clean import clean
from latitude.core.events import SessionOpened
from latitude.journal.annotations import add_tag
from latitude.journal.paths import JOURNAL
from latitude.journal.writer import Recorder
from latitude.tui.choices import look_around
from latitude.tui.screens.home import HomeScreen
from latitude.tui.widgets.session_list import SessionList
from latitude.tui.widgets.welcome import Look
from tests.journal.samples import closed, opened, said
from tests.journal.shelf import copy_many, shelve
from tests.providers.fake_server import Say, serving
from tests.tui.test_session_list import HOSTILE

OLD, MIDDLE, NEW, NEWEST = (f"202611{day}-231502-k3f9w2" for day in (17, 18, 19, 20))

nobody: Look = partial(look_around, key_for=lambda _: None, local_urls={}, vendor_urls={})
"""Looks nowhere."""


class Rooms(App[None]):
    """Stands where the app does, and notes where it was asked to go."""

    def __init__(self, home: Home, look: Look = nobody) -> None:
        super().__init__()
        self._home, self._look = home, look
        self.asked: list[object] = []

    def on_mount(self) -> None:
        self.push_screen(HomeScreen(self._home, self._look))

    def open_session(self, session_id: str) -> None:
        self.asked.append(session_id)

    def new_session(self) -> None:
        self.asked.append("new")

    def compare_sessions(self, ids: tuple[str, ...]) -> None:
        self.asked.append(ids)

    def recover_sessions(self) -> None:
        self.asked.append("recover")

    async def action_quit(self) -> None:
        self.asked.append("quit")


async def settled(pilot: Pilot[None]) -> str:
    """What stands on the screen once everything was read."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    return seen(pilot)


def seen(pilot: Pilot[None]) -> str:
    rows = pilot.app.screen._compositor.render_strips()
    return "\n".join(row.text.rstrip() for row in rows)


def model(session: str, name: str = "claude-opus-5-5") -> SessionOpened:
    return opened(session, "anthropic", name)


def answers(*names: str) -> dict[str, Say]:
    rows = {"data": [{"id": name} for name in names]}
    return {"/v1/models": Say([msgspec.json.encode(rows)], content_type="application/json")}


@pytest.mark.parametrize("size", [(80, 24), (120, 32)])
async def test_sessions_stand_newest_first(home: Home, size: tuple[int, int]) -> None:
    shelve(home.session(OLD), opened(OLD), closed("model-exit"))
    shelve(home.session(NEW), model(NEW), closed("turn-limit"))
    async with Rooms(home).run_test(size=size) as pilot:
        text = await settled(pilot)
        assert text.startswith(f"    latitude   {str(home.root)[:40]}")
        newer, older = (
            next(line for line in text.splitlines() if word in line) for word in ("opus", "script")
        )
        assert newer.endswith("limit of 20 messages")
        assert "rehearsal" in older
        assert text.index("limit of 20") < text.index("script took the exit")
        assert "2 sessions" in text
        assert NEW in text, "the id of the session one is at"
        footer = text.splitlines()[-1]
        for key in ("enter open", "space mark", "n new", "/ find", "c compare", "q quit"):
            assert key in footer
        assert "recover" not in footer


async def test_an_empty_home_says_how_to_begin(home: Home) -> None:
    async with serving(answers("qwen3:8b", "gemma4", "tide", "pond")) as server:
        look = partial(
            look_around,
            key_for=lambda _: None,
            local_urls={"ollama": f"{server.url}/v1", "vllm": "http://127.0.0.1:9/v1"},
        )
        async with Rooms(home, look).run_test(size=(100, 24)) as pilot:
            text = await settled(pilot)
    assert "No sessions yet. Press n: a rehearsal needs no key." in text
    assert "anthropic     no key · set ANTHROPIC_API_KEY to use it" in text
    assert "openai        no key · set OPENAI_API_KEY to use it" in text
    assert "ollama        qwen3:8b, gemma4, tide and 1 more" in text
    assert "not running   vllm" in text
    assert "rehearsal     scripts, not models: no key, no network" in text
    assert "enter open" not in text, "there is nothing to open"


async def test_a_key_is_said_to_be_there_and_a_refusal_is_quoted(home: Home) -> None:
    refused = Say([b'{"error":{"message":"[/x][@click=app.quit]q[/]"}}'], "401 Unauthorized")
    async with serving(answers("tide-5")) as one, serving({"/v1/models": refused}) as other:
        vendors = {"anthropic": one.url, "openai": f"{other.url}/v1"}
        look = partial(
            look_around, key_for=lambda _: "a-key-0123456789", local_urls={}, vendor_urls=vendors
        )
        async with Rooms(home, look).run_test(size=(100, 24)) as pilot:
            text = await settled(pilot)
    assert "anthropic     key found · tide-5" in text
    assert "openai        refuses · status 401: [/x][@click=app.quit]q[/]" in text


async def test_the_keys_lead_where_they_say(home: Home) -> None:
    shelve(home.session(OLD), model(OLD), closed())
    shelve(home.session(NEW), model(NEW), closed())
    app = Rooms(home)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("enter", "down", "enter", "n", "q")
        assert app.asked == [NEW, OLD, "new", "quit"]


async def test_two_to_four_marked_sessions_are_compared(home: Home) -> None:
    for session in (OLD, MIDDLE, NEW):
        shelve(home.session(session), model(session), closed())
    app = Rooms(home)
    async with app.run_test() as pilot:
        await settled(pilot)
        await pilot.press("x", "c")
        assert app.asked == []
        assert "Mark two to four sessions with x, then press c." in await settled(pilot)
        await pilot.press("down", "x")
        assert "3 sessions · 2 marked" in await settled(pilot)
        await pilot.press("c")
        assert app.asked == [(NEW, MIDDLE)]


async def test_a_slash_opens_the_filter_and_escape_shows_all(home: Home) -> None:
    shelve(home.session(OLD), model(OLD, "claude-haiku-4-5"), closed())
    shelve(home.session(NEW), model(NEW), closed("turn-limit"))
    add_tag(home.session(OLD), "tide")
    app = Rooms(home)
    async with app.run_test(size=(120, 24)) as pilot:
        assert "tide" in await settled(pilot)
        await pilot.press("slash", *"tid")
        text = await settled(pilot)
        assert "1 of 2" in text
        assert "find:  tid" in text
        assert "claude-haiku-4-5" in text
        assert "claude-opus-5-5" not in text
        await pilot.press("enter", "enter")
        assert app.asked == [OLD], "the first Enter goes to the list, the second one opens"
        await pilot.press("escape")
        assert "2 sessions" in await settled(pilot)
        await pilot.press("slash", *"nqcx", "escape")
        assert app.asked == [OLD], "what is written is no key"
        assert "2 sessions" in await settled(pilot)


async def test_what_was_interrupted_is_said_and_can_be_closed(home: Home) -> None:
    app = Rooms(home)
    shelve(home.session(OLD), model(OLD), said(1))
    shelve(home.session(MIDDLE), model(MIDDLE), closed("interrupted"))
    running = await Recorder.create(home.session(NEW), model(NEW))
    async with app.run_test() as pilot:
        text = await settled(pilot)
        assert "1 session was interrupted. Press r to close it." in text
        assert "r recover" in text
        assert "not closed" in text
        assert "running" in text
        await pilot.press("r")
        assert app.asked == ["recover"]
        await running.close()
        app.screen.reload()
        text = await settled(pilot)
        assert "2 sessions were interrupted. Press r to close them." in text
        for session in (OLD, NEW):
            (home.session(session) / JOURNAL).unlink()
            home.session(session).rmdir()
        app.screen.reload()
        text = await settled(pilot)
        assert "Press r" not in text
        await pilot.press("r")
        assert app.asked == ["recover"]


async def test_a_record_that_cannot_be_read_says_what_to_do(home: Home) -> None:
    shelve(home.session(NEW), model(NEW), closed())
    (home.session(NEW) / JOURNAL).write_bytes(b'{"v":1}\n')
    app = Rooms(home)
    async with app.run_test() as pilot:
        text = await settled(pilot)
        assert "this record cannot be read; latitude verify says why" in text
        await pilot.press("enter")
        text = await settled(pilot)
        assert app.asked == []
        assert "line 1" in text
        assert "`latitude verify` says" in text


async def test_a_session_that_just_ended_stands_at_the_top(home: Home) -> None:
    shelve(home.session(OLD), model(OLD), closed())
    recorder = await Recorder.create(home.session(NEW), model(NEW, "gpt-6"))
    app = Rooms(home)
    async with app.run_test() as pilot:
        assert "running" in await settled(pilot)
        await app.push_screen(Screen())
        await recorder.append(closed("person-end"))
        await recorder.close()
        shelve(home.session(NEWEST), model(NEWEST, "tide-5"), closed("model-exit"))
        app.pop_screen()
        text = await settled(pilot)
        rows = app.screen.query_one(SessionList).seen
        assert [row.session.id for row in rows] == [NEWEST, NEW, OLD]
        assert "running" not in text
        assert "person ended it" in text
        await pilot.press("enter")
        assert app.asked == [NEWEST]


async def test_what_another_process_does_is_seen_by_itself(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("latitude.tui.screens.home.NEXT_LOOK", 0.01)
    app = Rooms(home)
    async with app.run_test() as pilot, asyncio.timeout(60):
        assert "No sessions yet" in await settled(pilot)
        recorder = await Recorder.create(home.session(NEW), model(NEW, "gpt-6"))
        while "running" not in seen(pilot):
            await pilot.pause()
        await recorder.append(closed("person-end"))
        await recorder.close()
        while "person ended it" not in seen(pilot):
            await pilot.pause()


async def test_the_first_session_takes_the_place_of_the_welcome(home: Home) -> None:
    app = Rooms(home)
    async with app.run_test() as pilot:
        assert "No sessions yet" in await settled(pilot)
        shelve(home.session(NEW), model(NEW), closed())
        app.screen.reload()
        text = await settled(pilot)
        assert "No sessions yet" not in text
        await pilot.press("enter")
        assert app.asked == [NEW]


async def test_a_home_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "sessions").symlink_to("sessions")
    app = Rooms(Home(tmp_path, tmp_path))
    async with app.run_test(size=(200, 24)) as pilot:
        text = await settled(pilot)
        assert f"{tmp_path / 'sessions'} cannot be read" in text
        assert "No sessions yet" not in text


async def test_what_others_named_cannot_act(home: Home) -> None:
    shelve(home.session(NEW), model(NEW, HOSTILE), closed())
    shelve(home.session(OLD), model(OLD, "[/x][@click=app.quit]q[/]"), closed())
    app = Rooms(home)
    async with app.run_test(size=(160, 24), notifications=True, tooltips=True) as pilot:
        text = await settled(pilot)
        assert clean(text) == text
        assert "[/x][@click=app.quit]q[/]" in text
        for y in range(24):
            await pilot.click(offset=(40, y))
        await pilot.press("slash", *"[/x][@", "enter")
        assert "find:  [/x][@" in await settled(pilot)
        assert "quit" not in app.asked


@pytest.mark.slow
async def test_ten_thousand_sessions_open_at_once(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelve(home.session(NEWEST), model(NEWEST), *map(said, range(1, 20)), closed("turn-limit"))
    copy_many(home.session(NEWEST), 9_999)
    full: list[tuple[float, int]] = []
    render_line = SessionList.render_line

    def watched(sessions: SessionList, y: int) -> Strip:
        strip = render_line(sessions, y)
        if not full and y == sessions.size.height - 1 and strip.text.strip():
            full.append((process_time() - began, len(sessions.rows)))
        return strip

    monkeypatch.setattr(SessionList, "render_line", watched)
    began = process_time()
    async with Rooms(home).run_test(size=(120, 32)) as pilot:
        assert "10,000 sessions" in await settled(pilot)
        [(seconds, rows)] = full
        assert seconds < 1, "of work before the first full screen"
        assert rows < 10_000, "the rest comes behind it"
        began = process_time()
        pilot.app.screen.query_one(SessionList).filter("opus 000001")
        assert process_time() - began < 0.1, "seconds that the screen stands still"
        assert "1 of 10,000" in await settled(pilot)
