"""Pipes to a child, under the loop that sessions run in and under Python's own."""

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop

from latitude.workspace.sandbox.pipes import incoming

Run = Callable[[Coroutine[Any, Any, Any]], Any]
TIMES = 10_000
loops = pytest.mark.parametrize("run", [uvloop.run, asyncio.run], ids=["uvloop", "asyncio"])


@loops
def test_what_comes_is_read_to_its_end(run: Run) -> None:
    """More than a pipe and a reader hold: the writer waits, and goes on."""
    data = b"0123456789" * 100_000

    async def read() -> bytes:
        async with incoming() as (reader, end):

            def write() -> None:
                with end:
                    left = memoryview(data)
                    while left:
                        left = left[end.write(left) :]

            writing = asyncio.create_task(asyncio.to_thread(write))
            came = await reader.readexactly(1_000)
            await asyncio.sleep(0)
            came += await reader.read()
            await writing
            return came

    assert run(read()) == data


@loops
def test_a_pipe_is_left_while_somebody_still_writes(run: Run) -> None:
    async def leave() -> None:
        async with incoming() as (reader, end):
            end.write(b"a line\nand more")
            assert await reader.readline() == b"a line\n"

    run(leave())


@loops
def test_no_descriptor_of_anybody_else_is_closed(run: Run) -> None:
    """A number that is closed twice may be another thread's the second time."""
    over, lost = threading.Event(), []

    def open_and_close() -> None:
        while not over.is_set():
            descriptor = os.open("/dev/null", os.O_RDONLY)
            try:
                os.close(descriptor)
            except OSError as error:
                lost.append(error)

    async def read_pipes() -> None:
        for _ in range(TIMES):
            async with incoming() as (reader, end):
                end.close()
                assert await reader.read() == b""

    beside = [threading.Thread(target=open_and_close) for _ in range(2)]
    for thread in beside:
        thread.start()
    try:
        run(read_pipes())
    finally:
        over.set()
        for thread in beside:
            thread.join()
    assert lost == []
