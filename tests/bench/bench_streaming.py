"""CPU of a streamed turn of 60 deltas: our doors against the SDKs' own default streams.

``python -m tests.bench.bench_streaming``. Each row is measured in a process of its own: ours on
uvloop, as the app runs, the SDK as its documentation shows it. The server is another process.
Ratios carry over between machines; times do not.
"""

import asyncio
import resource
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.bench.measure import Row, row

GOAL = 0.4
"""Our CPU by the SDK's."""
STREAMS = 64
ROUNDS = {"paced": 2, "coalesced": 8}


def rows() -> list[Row]:
    """CPU per turn of each door and each pace, over the SDK's."""
    server_file = Path(__file__).with_name("stream_server.py")
    with subprocess.Popen(
        [sys.executable, str(server_file)], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        port = server.stdout.readline().split()[1]
        try:
            return [
                row(
                    f"stream of 60 deltas, {provider}, {pace}, over the SDK's own",
                    measured(port, f"ours-{provider}", pace),
                    measured(port, f"theirs-{provider}", pace),
                    GOAL,
                )
                for provider in ("anthropic", "chat")
                for pace in ROUNDS
            ]
        finally:
            server.terminate()


def measured(port: str, client: str, pace: str) -> float:
    """CPU seconds per turn of ``client``, in a fresh process."""
    command = [sys.executable, "-m", "tests.bench.bench_streaming", port, client, pace]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


async def ours(provider: str, url: str) -> Callable[[], Awaitable[int]]:
    """A turn through our door."""
    from latitude.core.history import Conversation, Said
    from latitude.core.spec import ModelAsked
    from latitude.core.stream import Finished, TextDelta
    from latitude.providers.base import Request
    from latitude.providers.registry import open_provider

    door = open_provider(provider, base_url=url, key_for=lambda _: "bench")
    asked = ModelAsked(provider=provider, name="bench", parameters={"max_tokens": 1000})

    async def turn() -> int:
        conversation = Conversation(asked, (), (Said(("hello",)),))
        seen = 0
        async with door.open(Request(conversation, door.body(conversation))) as events:
            async for event in events:
                seen += type(event) is TextDelta
        assert type(event) is Finished, event
        return seen

    return turn


async def theirs(provider: str, url: str) -> Callable[[], Awaitable[int]]:
    """A turn through the SDK as its documentation shows it."""
    messages = [{"role": "user", "content": "hello"}]
    if provider == "anthropic":
        import anthropic

        one = anthropic.AsyncAnthropic(api_key="bench", base_url=url, max_retries=0)

        async def turn() -> int:
            stream = await one.messages.create(
                model="bench", max_tokens=1000, messages=messages, stream=True
            )
            return sum([event.type == "content_block_delta" async for event in stream])

        return turn
    import openai

    other = openai.AsyncOpenAI(api_key="bench", base_url=f"{url}/v1", max_retries=0)

    async def chat_turn() -> int:
        stream = await other.chat.completions.create(
            model="bench", messages=messages, stream=True, stream_options={"include_usage": True}
        )
        return sum(
            [bool(chunk.choices and chunk.choices[0].delta.content) async for chunk in stream]
        )

    return chat_turn


async def cpu(port: str, client: str, pace: str) -> float:
    """CPU seconds per turn, without imports and the first connections."""
    whose, provider = client.split("-")
    url = f"http://127.0.0.1:{port}/{pace}"
    if provider == "chat" and whose == "ours":
        url += "/v1"
    turn = await (ours if whose == "ours" else theirs)(provider, url)
    assert await turn() == 60
    before = resource.getrusage(resource.RUSAGE_SELF)
    for _ in range(ROUNDS[pace]):
        seen = await asyncio.gather(*(turn() for _ in range(STREAMS)))
        assert set(seen) == {60}
    after = resource.getrusage(resource.RUSAGE_SELF)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return used / (ROUNDS[pace] * STREAMS)


def main() -> None:
    """Print all rows, or measure one client when called by ``measured``."""
    if len(sys.argv) > 1:
        import uvloop

        run_loop = uvloop.run if sys.argv[2].startswith("ours") else asyncio.run
        print(run_loop(cpu(*sys.argv[1:])))
        return
    for line in rows():
        print(line)


if __name__ == "__main__":
    main()
