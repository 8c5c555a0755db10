"""A session that never ends, to be killed: says on stdout what it shows, as it shows it.

Run as ``python -m tests.journal.endless FOLDER``.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from latitude.core.events import Record
from latitude.core.stream import Delta, TextDelta, ThinkingDelta
from latitude.journal.writer import Recorder
from tests.journal.samples import finished, opened, replied, said, started, thought

PIECE = "piece {} of reply {}, "


def show(what: dict[str, object]) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


def show_record(record: Record) -> None:
    show({"sha256": record.sha256})


def show_delta(turn: int, step: int, delta: Delta) -> None:
    show({"turn": turn, "step": step, "index": delta.index, "text": delta.text})


async def one_turn(recorder: Recorder, turn: int) -> None:
    await recorder.append(said(turn))
    await recorder.append(started(turn, turn))
    for index, kind in ((0, ThinkingDelta), (1, TextDelta)):
        pieces = [PIECE.format(number, turn) for number in range(15)]
        for piece in pieces:
            await recorder.stream(turn, turn, kind(index, piece))
            await asyncio.sleep(0.004)
        whole = "".join(pieces)
        await recorder.append(
            thought(turn, turn, whole) if index == 0 else replied(turn, turn, whole, index)
        )
    await recorder.append(finished(turn, turn))
    await recorder.sync()


async def main(folder: Path) -> None:
    recorder = await Recorder.create(folder, opened(folder.name))
    recorder.watch(show_record)
    recorder.watch_deltas(show_delta)
    turn = 0
    while True:
        turn += 1
        await one_turn(recorder, turn)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
