"""A server for ``bench_streaming``: one answer of 60 deltas, paced or in one write.

``python stream_server.py`` prints ``listening PORT``. The path decides: ``/paced/…`` or
``/coalesced/…``, then ``…/messages`` or ``…/chat/completions``.
"""

import asyncio
import json

DELTAS = 60
TEXT = "twenty-six letters of tide"
PACE_SECONDS = 0.02
HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
    b"transfer-encoding: chunked\r\nrequest-id: req_bench\r\n\r\n"
)


def event(data: dict[str, object], name: str = "") -> bytes:
    """One server-sent event."""
    line = f"event: {name}\n" if name else ""
    return f"{line}data: {json.dumps(data)}\n\n".encode()


def anthropic_events() -> list[bytes]:
    """A Messages stream."""
    usage = {"input_tokens": 10, "output_tokens": 1}
    message = {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": "bench",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    start = {"type": "content_block_start", "index": 0}
    delta = {"type": "content_block_delta", "index": 0}
    piece = {**delta, "delta": {"type": "text_delta", "text": TEXT}}
    ending = {"stop_reason": "end_turn", "stop_sequence": None}
    told = [
        {"type": "message_start", "message": message},
        {**start, "content_block": {"type": "text", "text": ""}},
        *[piece] * DELTAS,
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": ending, "usage": {"output_tokens": 60}},
        {"type": "message_stop"},
    ]
    return [event(data, str(data["type"])) for data in told]


def chat_events() -> list[bytes]:
    """A Chat Completions stream."""
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "bench"}

    def chunk(delta: dict[str, str], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return event({**head, "choices": [choice]})

    usage = {"prompt_tokens": 10, "completion_tokens": 60, "total_tokens": 70}
    return [
        chunk({"role": "assistant", "content": ""}),
        *[chunk({"content": TEXT})] * DELTAS,
        chunk({}, "stop"),
        event({**head, "choices": [], "usage": usage}),
        b"data: [DONE]\n\n",
    ]


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer requests on one connection until the client hangs up."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = int(head.partition("content-length:")[2].partition("\r\n")[0] or 0)
            await reader.readexactly(length)
            events = anthropic_events() if "/messages" in head else chat_events()
            writer.write(HEAD)
            await write(writer, events, paced="/paced/" in head.partition("\r\n")[0])
            writer.write(b"0\r\n\r\n")
            await writer.drain()
            if "connection: close" in head:
                return
    except (asyncio.IncompleteReadError, ConnectionError):
        return
    finally:
        writer.close()


async def write(writer: asyncio.StreamWriter, events: list[bytes], *, paced: bool) -> None:
    """Write the events: each by itself, or all at once."""
    for data in events if paced else [b"".join(events)]:
        writer.write(b"%x\r\n%b\r\n" % (len(data), data))
        await writer.drain()
        if paced:
            await asyncio.sleep(PACE_SECONDS)


async def main() -> None:
    """Serve for ever."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(f"listening {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
