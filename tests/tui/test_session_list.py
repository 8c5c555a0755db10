"""The list of sessions on the screen: what a line says, and walking, finding and marking."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from latitude.core.clean import clean
from latitude.journal.listed import OPEN, RUNNING, UNREADABLE, Listed
from latitude.tui.widgets.session_list import SessionList
from latitude.tui.widgets.session_row import Row, when_of

HOSTILE = (
    "A\x1b]52;c;cHduZWQ=\x07B\x1b]0;PWNED\x07C\x1b[2JD\x9bE\x00F\u202eG[/x][@click=app.quit]q[/]"
)


def session(number: int = 0, **told: object) -> Listed:
    row = Listed(
        id=f"20261120-2315{number % 60:02}-{number:06}",
        end="model-exit",
        how="model chose to stop",
        model="anthropic/claude-opus-5-5",
        protocol="open",
        closed="2026-11-20T23:20:00.000Z",
        rehearsal=False,
        turns=4,
        files=2,
    )
    return msgspec.structs.replace(row, **told)


class Shelf(App[None]):
    """A list and nothing else; it keeps what it is told."""

    CSS = "SessionList { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.marks: tuple[str, ...] = ()
        self.refused: list[str] = []

    def compose(self) -> ComposeResult:
        yield SessionList()

    def on_session_list_opened(self, message: SessionList.Opened) -> None:
        self.opened.append(message.session.id)

    def on_session_list_marks_changed(self, message: SessionList.MarksChanged) -> None:
        self.marks = message.marks

    def on_session_list_not_marked(self, message: SessionList.NotMarked) -> None:
        self.refused.append(message.why)

    @property
    def list(self) -> SessionList:
        return self.query_one(SessionList)

    def show(self, *sessions: Listed) -> None:
        self.list.extend([Row.of(one) for one in sessions])

    def lines(self) -> Iterator[str]:
        for y in range(self.list.size.height):
            yield self.list.render_line(y).text.rstrip()

    def line(self, words: str) -> str:
        [found] = [line for line in self.lines() if words in line]
        return found


MANY = [session(number, model=f"openai/m{number}") for number in range(500)]


async def test_a_line_says_who_on_what_terms_and_how_it_ended() -> None:
    app = Shelf()
    async with app.run_test(size=(120, 10)):
        app.show(session(tags=("tide", "for the talk")))
        head, first = list(app.lines())[:2]
        columns = ["when", "model", "protocol", "turns", "files", "how it ended", "tags"]
        assert [head.index(name) for name in columns] == sorted(head.index(n) for n in columns)
        words = ("anthropic/claude-opus-5-5", "open", "4", "2", "model chose to stop", "tide, for")
        assert all(word in first for word in words)
        assert first.index("anthropic") == head.index("model")
        assert first.index("model chose") == head.index("how it ended")


async def test_a_narrow_window_names_models_without_their_providers() -> None:
    app = Shelf()
    async with app.run_test(size=(80, 10)):
        rehearsal = session(1, model="page (rehearsal, not a model)", rehearsal=True)
        limit = session(2, end="turn-limit", how="limit of 20 messages", protocol="workshop")
        app.show(session(tags=("tide",)), rehearsal, limit)
        assert app.line("claude-opus-5-5  workshop").endswith("limit of 20 messages")
        assert "anthropic/" not in "".join(app.lines())
        assert "rehearsal/page" in app.line("rehearsal"), "it never passes for a model"
        assert app.list.hides_tags


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 120, 200])
async def test_no_line_is_wider_than_the_window(width: int) -> None:
    app = Shelf()
    async with app.run_test(size=(width, 12)):
        wide = session(1, model="chat/日本語モデル" * 9, protocol="p" * 70, tags=("t" * 60,) * 3)
        rehearsal = session(2, model="page (rehearsal, not a model)", rehearsal=True)
        unread = session(3, problem="x", end=UNREADABLE, how="cannot be read")
        app.show(session(), wide, rehearsal, unread, session(4, how="limit of 9,999,999 tokens"))
        assert {cell_len(app.list.render_line(y).text) for y in range(12)} == {width}


async def test_no_sign_is_told_by_colour_alone() -> None:
    app = Shelf()
    async with app.run_test(size=(120, 10)) as pilot:
        app.show(
            session(0),
            session(1, end=RUNNING, how="running", closed=None, turns=None),
            session(2, end=OPEN, how="not closed", closed=None, turns=None),
            session(3, end=UNREADABLE, how="cannot be read", problem="line 1"),
        )
        await pilot.press("x")
        _, first, running, interrupted, unread = list(app.lines())[:5]
        assert first.startswith("› ◆ ")
        assert running.endswith("running")
        assert interrupted.endswith("not closed")
        assert unread.endswith("this record cannot be read; latitude verify says why")


async def test_what_others_named_cannot_act() -> None:
    app = Shelf()
    async with app.run_test(size=(200, 10)) as pilot:
        app.show(session(model=HOSTILE, protocol=HOSTILE, how=HOSTILE, tags=(HOSTILE[-26:],)))
        text = "\n".join(app.lines())
        assert clean(text) == text
        assert "␛]52;c;cHduZWQ=" in text
        assert "[/x][@click=app.quit]" in text
        for x in range(4, 200, 3):
            await pilot.click(SessionList, offset=(x, 1))
        assert app.is_running


async def test_the_keys_walk_and_the_line_stays_in_sight() -> None:
    app = Shelf()
    async with app.run_test(size=(100, 11)) as pilot:
        app.show(*MANY)
        await pilot.press(*["down"] * 12)
        assert app.list.at is not None
        assert app.list.at.session.id == MANY[12].id
        assert app.line("openai/m12 ").startswith("›")
        await pilot.press("end")
        assert app.line("openai/m499 ").startswith("›")
        await pilot.press("pageup", "home", "up")
        assert app.line("openai/m0 ").startswith("›")
        await pilot.press("down", "enter")
        assert app.opened == [MANY[1].id]


async def test_a_click_goes_there_and_a_second_one_opens() -> None:
    app = Shelf()
    async with app.run_test(size=(100, 11)) as pilot:
        app.show(*MANY)
        await pilot.click(SessionList, offset=(20, 4))
        assert app.line("openai/m3 ").startswith("›")
        assert app.opened == []
        await pilot.click(SessionList, offset=(20, 4), times=2)
        assert app.opened == [MANY[3].id]
        await pilot.click(SessionList, offset=(20, 0), times=2)
        assert len(app.opened) == 1, "the head is no session"


async def test_a_filter_wants_every_word_somewhere() -> None:
    app = Shelf()
    async with app.run_test(size=(100, 11)):
        app.show(
            session(1, model="openai/gpt-6", end="turn-limit", how="limit of 20 messages"),
            session(2, protocol="workshop", tags=("Tide",)),
            session(3, model="page (rehearsal, not a model)", rehearsal=True),
        )

        def found(words: str) -> list[str]:
            app.list.filter(words)
            return [row.session.id[-1] for row in app.list.seen]

        assert found("") == ["1", "2", "3"]
        assert found("gpt") == ["1"]
        assert found("workshop OPUS") == ["2"]
        assert found("tide") == ["2"]
        assert found("turn-limit") == found("limit of 20") == ["1"]
        assert found("rehearsal/page") == ["3"]
        assert found("000002") == ["2"]
        assert found("nowhere") == []
        assert "Nothing here matches." in "\n".join(app.lines())


async def test_a_filter_keeps_the_session_one_is_at() -> None:
    app = Shelf()
    async with app.run_test(size=(100, 11)) as pilot:
        app.show(*MANY)
        await pilot.press("end")
        app.list.filter("m499")
        assert app.line("openai/m499 ").startswith("›")
        app.list.filter("")
        assert app.line("openai/m499 ").startswith("›")
        app.list.filter("m7")
        assert app.line("openai/m7 ").startswith("›"), "else the first one"


async def test_two_to_four_are_marked_in_order() -> None:
    app = Shelf()
    async with app.run_test(size=(100, 11)) as pilot:
        app.show(*MANY)
        await pilot.press("down", "x", "up", "space", "down", "down", "x", "down", "x")
        assert app.marks == tuple(MANY[place].id for place in (1, 0, 2, 3))
        await pilot.press("down", "x")
        assert len(app.marks) == 4
        assert app.refused == ["4 sessions are the most that can be compared. x takes a mark back."]
        await pilot.press("up", "x")
        assert app.marks == tuple(MANY[place].id for place in (1, 0, 2))
        app.list.filter("nowhere")
        assert len(app.list.marks) == 3, "a filter takes no mark away"


async def test_what_cannot_be_read_cannot_be_marked() -> None:
    app = Shelf()
    async with app.run_test(size=(100, 11)) as pilot:
        app.show(session(problem="line 1"))
        await pilot.press("x")
        assert app.refused == ["A record that cannot be read cannot be compared."]


async def test_new_rows_come_under_a_reader_who_stays_where_they_are() -> None:
    app = Shelf()
    async with app.run_test(size=(100, 11)) as pilot:
        app.show(*MANY[1:9])
        await pilot.press("down", "x")
        app.list.replace([Row.of(one) for one in MANY[:9]])
        assert app.line("openai/m2 ").startswith("› ◆")
        app.list.replace([Row.of(one) for one in MANY[3:9]])
        await pilot.pause()
        assert app.marks == (), "what is gone is not marked"
        assert app.line("openai/m3 ").startswith("›")


async def test_a_reader_at_the_top_stays_at_the_top() -> None:
    app = Shelf()
    async with app.run_test(size=(100, 11)):
        app.show(*MANY[1:9])
        app.list.replace([Row.of(one) for one in MANY[:9]])
        assert app.line("openai/m0 ").startswith("›")


def test_when_is_this_machines_time(monkeypatch: pytest.MonkeyPatch) -> None:
    year = datetime.now(UTC).year
    try:
        monkeypatch.setenv("TZ", "XXX-2")
        time.tzset()
        assert when_of(f"{year}1120-231502-k3f9w2") == "21 Nov 01:15"
        assert when_of("20190203-040506-k3f9w2") == " 3 Feb  2019"
        assert when_of("20269999-999999-k3f9w2") == "20269999-999"
    finally:
        monkeypatch.undo()
        time.tzset()
