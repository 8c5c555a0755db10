"""The column on the screen: where the reader is, what is folded, what streams."""

from collections.abc import Iterator

import pytest
from textual.app import App, ComposeResult

from latitude.tui.view_state import Entry, Grow, Put
from latitude.tui.widgets.transcript import Transcript

THOUGHT = "First.\nSecond.\nThird."


class Page(App[None]):
    """A transcript and nothing else."""

    CSS = "Transcript { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.turns: list[int] = []
        """As told."""

    def compose(self) -> ComposeResult:
        yield Transcript()

    def on_transcript_turn_shown(self, message: Transcript.TurnShown) -> None:
        self.turns.append(message.turn)

    @property
    def transcript(self) -> Transcript:
        return self.query_one(Transcript)

    def rows(self) -> list[str]:
        height = self.transcript.size.height
        return [self.transcript.render_line(y).text.rstrip() for y in range(height)]


def session(turns: int) -> Iterator[Entry]:
    for turn in range(1, turns + 1):
        yield Entry("ours", turn, 0, "protocol", f"Message {turn}.")
        yield Entry("thinking", turn, turn, "thinking · full", THOUGHT, folded=True)
        yield Entry("reply", turn, turn, text=f"Reply {turn}, " + "with words " * 40)
        yield Entry("call", turn, turn, f"write_file  {turn}.html", "path: a", folded=True)
        yield Entry("commit", turn, turn, "1 file  a41c9e", "added a", folded=True)


@pytest.fixture
async def page():
    app = Page()
    async with app.run_test(size=(80, 20)) as pilot:
        app.pilot = pilot
        app.transcript.focus()
        yield app


async def shown(page: Page, entries: list[Entry]) -> list[str]:
    page.transcript.show(entries)
    await page.pilot.pause()
    return page.rows()


async def test_three_voices_are_told_apart_without_colour(page) -> None:
    rows = await shown(page, list(session(1)))
    assert rows[:6] == [
        "   ▏ protocol",
        "   ▏ Message 1.",
        "",
        "     thinking · full",
        "     First." + " " * 58 + "▸ 3 lines",
        "",
    ]
    assert rows[6].startswith("   Reply 1, with words")
    assert " ⚒ write_file  1.html" in rows
    assert rows[rows.index(" ⚒ write_file  1.html") + 1] == " ● 1 file  a41c9e"


async def test_thinking_opens_and_folds_with_space(page) -> None:
    await shown(page, list(session(1)))
    await page.pilot.press("1", "space")
    assert "     Third." not in page.rows()
    await page.pilot.press("space")
    assert "     Third." in page.rows()


async def test_turns_are_walked_and_the_cursor_is_marked(page) -> None:
    await shown(page, list(session(9)))
    await page.pilot.press("]", "]")
    await page.pilot.pause()
    assert page.rows()[1] == "›  ▏ protocol"
    assert page.rows()[2] == "   ▏ Message 3."
    await page.pilot.press("[")
    await page.pilot.pause()
    assert "   ▏ Message 2." in page.rows()


async def test_what_streams_is_followed_to_its_end(page) -> None:
    await shown(page, list(session(3)))
    await page.pilot.press("end")
    page.transcript.apply([Put(15, Entry("reply", 4, 4, streaming=True))])
    for piece in ("The sea ", "goes ", "out."):
        page.transcript.apply([Grow(15, piece)])
    await page.pilot.pause(0.1)
    assert page.rows()[-1] == "   The sea goes out."


async def test_who_reads_further_up_is_left_alone(page) -> None:
    entries = list(session(6))
    await shown(page, entries)
    await page.pilot.press("end", "pageup")
    await page.pilot.pause()
    before = page.rows()
    page.transcript.apply([Put(30, Entry("reply", 7, 7, text="More words.\n\n" * 50))])
    await page.pilot.pause(0.1)
    assert page.rows() == before
    await page.pilot.press("end")
    await page.pilot.pause()
    assert page.rows()[-1] == "   More words."


async def test_a_whole_entry_takes_the_place_of_its_pieces(page) -> None:
    await shown(page, [])
    page.transcript.apply(
        [
            Put(0, Entry("thinking", 1, 1, "thinking", streaming=True)),
            Grow(0, "Hm."),
            Put(0, Entry("thinking", 1, 1, "thinking · summary", "Hm.\nSo.", folded=True)),
        ]
    )
    await page.pilot.pause(0.1)
    assert page.rows()[0] == "     thinking · summary"
    assert page.rows()[1].endswith("▸ 2 lines")


async def test_a_resize_keeps_the_reader_where_they_are(page) -> None:
    await shown(page, list(session(9)))
    page.transcript.go_to(20)
    await page.pilot.pause()
    assert any(row.endswith("▏ Message 5.") for row in page.rows())
    await page.pilot.resize_terminal(46, 20)
    await page.pilot.pause()
    assert any(row.endswith("▏ Message 5.") for row in page.rows())


async def test_find_names_the_places_and_goes_there(page) -> None:
    await shown(page, list(session(9)))
    assert page.transcript.find("reply 7") == [32]
    page.transcript.go_to(32)
    await page.pilot.pause()
    assert any("Reply 7" in row for row in page.rows())


async def test_the_turn_at_the_top_is_told(page) -> None:
    await shown(page, list(session(9)))
    page.transcript.go_to(20)
    await page.pilot.pause()
    assert page.turns == [1, 5]


async def test_markup_in_any_voice_is_only_text(page) -> None:
    hostile = "[@click=app.quit]q[/] [/x] [link='"
    entries = [Entry(voice, 1, 1, hostile, hostile) for voice in ("ours", "reply", "call", "end")]
    rows = "\n".join(await shown(page, entries))
    assert rows.count("[@click=app.quit]q[/]") >= 5
    await page.pilot.click(Transcript, offset=(8, 1))
    assert page.is_running
