"""One stream into one view, in the terminal that it is started in.

``python -m tests.bench.app_stream ours|plain SHOWN FILE``: shows SHOWN characters of a session,
goes to the end, lets deltas of four characters come at a steady pace, and writes to FILE what that
took. Both views run on uvloop, as the app does, and get the same text at the same moments; a view
that is late gets what it missed at once.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import uvloop
from textual.app import App, ComposeResult

from latitude.core.events import Record
from latitude.core.stream import TextDelta
from latitude.tui.view_state import ViewState
from latitude.tui.widgets.transcript import Transcript
from tests.bench.app_plain import PlainView
from tests.bench.app_text import plain, prose, session

DELTAS = 5_000
DELTA = 4
EVERY = 1 / 500
TICK = 0.004


class Spent(msgspec.Struct):
    """What a stream took of the process that showed it."""

    cpu: float
    """Seconds, for a thousand deltas."""
    stall: float
    """99th percentile of how late a tick came, in seconds."""


class Streaming(App[None]):
    """One view, filled; then a stream."""

    CSS = "Transcript, PlainView { height: 1fr; }"

    def __init__(self, whose: str, shown: int) -> None:
        super().__init__()
        self._whose = whose
        self._shown = shown
        self.spent: Spent | None = None

    def compose(self) -> ComposeResult:
        """The one or the other."""
        yield Transcript() if self._whose == "ours" else PlainView()

    def on_mount(self) -> None:
        """Begin once there is something on the screen."""
        self.call_after_refresh(lambda: self.run_worker(self._measure()))

    async def _measure(self) -> None:
        feed = self._ours() if self._whose == "ours" else self._plain()
        feed("Now.\n\n")
        await asyncio.sleep(0.5)
        self.spent = await streamed(feed)
        self.exit()

    def _plain(self) -> Callable[[str], None]:
        view = self.query_one(PlainView)
        view.show(plain(session(self._shown)))
        return view.feed

    def _ours(self) -> Callable[[str], None]:
        view, state = self.query_one(Transcript), ViewState()
        for number, event in enumerate(session(self._shown)):
            state.take(Record(seq=number, at="", event=event, sha256=""))
        view.show(list(state.entries))
        view.action_follow()
        turn = len(state.entries) + 1
        return lambda text: view.apply(state.grow(turn, turn, TextDelta(0, text)))


async def streamed(feed: Callable[[str], None]) -> Spent:
    """Let the stream come, and say what it took."""
    text = prose(DELTAS * DELTA, 0)
    late: list[float] = []
    over = False

    async def tick() -> None:
        last = time.perf_counter()
        while not over:
            await asyncio.sleep(TICK)
            now = time.perf_counter()
            late.append(now - last - TICK)
            last = now

    ticking = asyncio.create_task(tick())
    cpu, began = time.process_time(), time.perf_counter()
    for number in range(DELTAS):
        feed(text[number * DELTA : (number + 1) * DELTA])
        ahead = began + (number + 1) * EVERY - time.perf_counter()
        if ahead > 0:
            await asyncio.sleep(ahead)
    await asyncio.sleep(0.1)
    spent = (time.process_time() - cpu) / DELTAS * 1_000
    over = True
    await ticking
    return Spent(spent, sorted(late)[int(len(late) * 0.99)])


async def _main(whose: str, shown: int, file: Path) -> None:
    app = Streaming(whose, shown)
    await app.run_async()
    assert app.spent is not None, "the stream did not come to its end"
    file.write_bytes(msgspec.json.encode(app.spent))


if __name__ == "__main__":
    uvloop.run(_main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
