"""The column lays out what changed and nothing else, and is the same as one laid out at once."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot
from textual.strip import Strip

from latitude.tui.view_state import Entry, Grow, Put, Update
from latitude.tui.widgets.column import Column
from latitude.tui.widgets.drawing import Pen
from latitude.tui.widgets.look import PARTS, Look
from latitude.tui.widgets.transcript import Transcript

LOOK = Look(**dict.fromkeys(PARTS, Style()))
WINDOW = 12
VOICES = ("ours", "thinking", "reply", "call", "commit", "end")
TEXTS = st.lists(
    st.sampled_from(["A word. ", "more of it " * 30, "\n\n", "```\n", "- item\n", "x = 1\n"]),
    max_size=12,
).map("".join)
ENTRIES = st.builds(
    lambda voice, text, folded: Entry(voice, 1, 1, f"title of {voice}", text, folded=folded),
    st.sampled_from(VOICES),
    TEXTS,
    st.booleans(),
)
PLACES = st.integers(0, 7)
CHANGES = st.one_of(
    st.tuples(st.just("put"), PLACES, ENTRIES),
    st.tuples(st.just("turn"), PLACES, st.none()),
    st.tuples(st.just("look at"), st.integers(0, 60), st.none()),
    st.tuples(st.just("look at the end"), st.just(0), st.none()),
)


def column(entries: Sequence[Entry] = ()) -> Column:
    made = Column(Pen(LOOK, 60))
    for place, entry in enumerate(entries):
        made.put(place, entry)
    return made


def rows(of: Column) -> list[Strip | None]:
    of.settle(0, 100_000)
    return [of.row(y) for y in range(of.height)]


def texts(of: Column) -> list[str]:
    return ["" if row is None else row.text.rstrip() for row in rows(of)]


@given(st.lists(ENTRIES, min_size=1, max_size=8), st.lists(CHANGES, max_size=12))
def test_step_by_step_is_as_at_once(
    entries: list[Entry], changes: list[tuple[str, int, Entry | None]]
) -> None:
    known, turned = column(entries), set[int]()
    for kind, number, entry in changes:
        place = min(number, len(entries))
        if kind == "put" and entry is not None:
            known.put(place, entry)
            entries[place : place + 1] = [entry]
        elif kind == "turn" and place < len(entries):
            known.turn_over(place)
            turned ^= {place}
        elif kind == "look at":
            known.settle(number, WINDOW)
        else:
            known.settle_end(WINDOW)
    fresh = column(entries)
    for place in turned:
        fresh.turn_over(place)
    assert texts(known) == texts(fresh)
    assert [known.top_of(n) for n in range(len(entries))] == [
        fresh.top_of(n) for n in range(len(entries))
    ]


@given(st.lists(TEXTS, max_size=8))
def test_what_grew_is_as_what_was_there(texts_in_turn: list[str]) -> None:
    above = Entry("ours", 1, 0, "protocol", "Go on.")
    grown = column([above, Entry("reply", 1, 1, streaming=True)])
    for text in texts_in_turn:
        grown.grow(1, text)
        grown.settle_end(WINDOW)
    whole = "".join(texts_in_turn)
    # Blank lines are cut off where a piece ends, which depends on what had come by then.
    seen, known = (
        [line for line in texts(each) if line]
        for each in (grown, column([above, Entry("reply", 1, 1, text=whole)]))
    )
    assert "".join(seen).replace(" ", "") == "".join(known).replace(" ", "")


def test_a_row_that_stays_as_it_is_stays_the_same_object() -> None:
    page = column([Entry("reply", 1, 1, text="The sea goes out. " * 8, streaming=True)])
    before = rows(page)
    page.grow(0, "And comes.")
    after = rows(page)
    assert after[: len(before) - 1] == before[:-1]
    assert all(new is old for new, old in zip(after, before[:-1], strict=False))
    assert after[-1] is not before[-1]


@pytest.mark.parametrize("lines", [3, 60, 401])
def test_code_that_was_cut_looks_as_if_it_was_not(lines: int) -> None:
    code = [f"line_{number} = 1" if number % 7 else "" for number in range(1, lines)]
    reply = "\n".join(["```python", *code, "```"])
    [*shown] = texts(column([Entry("reply", 1, 1, text=f"{reply}\n")]))
    assert shown == [f"     {line}".rstrip() for line in code]


class Watched(Transcript):
    """Notes what it asks for: rows to be drawn, and layouts of the whole screen."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[tuple[Region, ...]] = []
        self.layouts = 0

    def refresh(self, *regions: Region, **how: bool) -> "Watched":
        self.layouts += how.get("layout", False)
        self.drawn.append(regions)
        return super().refresh(*regions, **how)


class Page(App[None]):
    """A transcript and nothing else."""

    CSS = "Watched { height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield Watched()

    async def shows(self, pilot: Pilot[None], *updates: Update) -> Watched:
        """Show what streams, and forget what that asked for."""
        page = self.query_one(Watched)
        page.apply(updates)
        await pilot.pause(0.2)
        return page


FULL = Put(0, Entry("reply", 1, 1, text="Lines. " * 200 + "\n\nThe", streaming=True))


async def test_a_word_more_draws_one_row() -> None:
    app = Page()
    async with app.run_test(size=(80, 10)) as pilot:
        page = await app.shows(pilot, FULL)
        page.drawn.clear()
        await app.shows(pilot, Grow(0, " sea"))
        assert page.drawn == [(Region(0, 9, page.size.width, 1),)]
        assert page.render_line(9).text.rstrip() == "   The sea"


async def test_a_row_more_lays_out_no_screen() -> None:
    app = Page()
    async with app.run_test(size=(80, 10)) as pilot:
        page = await app.shows(pilot, FULL)
        before, page.layouts = page.virtual_size.height, 0
        await app.shows(pilot, Grow(0, " sea goes out" * 12))
        assert page.virtual_size.height > before
        assert page.scroll_offset.y == page.max_scroll_y
        assert page.vertical_scrollbar.window_virtual_size == page.virtual_size.height
        assert page.layouts == 0
