"""A server that tells one session a word at a time: thinking, replies, and calls of tools."""

import json
import re
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any

from tests.providers.fake_server import FakeServer, Heard, Say, serving

PACE = 0.004
"""Seconds between two words."""
MODEL = "chat/m"
NUMBERED = re.compile(r"\bw\d{3}\b")

Delta = dict[str, Any]


def words(first: int, last: int) -> list[str]:
    return [f"w{number:03} " for number in range(first, last)]


def thinks(first: int, last: int) -> list[Delta]:
    return [{"reasoning_content": word} for word in words(first, last)]


def says(*pieces: str) -> list[Delta]:
    return [{"content": piece} for piece in pieces]


def calls(place: int, name: str, path: str, content: Iterable[str] = ()) -> list[Delta]:
    named = {"name": name, "arguments": f'{{"path": "{path}"'}
    first = {"index": place, "id": f"call-{path}", "type": "function", "function": named}
    rest = [', "content": "', *content, '"}'] if content else ["}"]
    pieces = [{"index": place, "function": {"arguments": piece}} for piece in rest]
    return [{"tool_calls": [piece]} for piece in [first, *pieces]]


STEPS = [
    [*thinks(0, 40), *says(*words(40, 90)), *calls(0, "write_file", "1.txt", words(90, 100))],
    says(*words(100, 140)),
    [
        *thinks(140, 160),
        *calls(0, "write_file", "2.txt", words(160, 170)),
        *calls(1, "delete_file", "1.txt"),
    ],
    says(*words(170, 200), "\n\nStopping now."),
]
TOLD = [word.strip() for word in words(0, 200)]
"""Every word of the story, in order."""
PIECES = 1 + sum(len(step) + 2 for step in STEPS)
"""What the server sends in all: the list of its models, and in each step an ending and a mark."""
UNSHOWN = {word.strip() for word in [*words(90, 100), *words(160, 170)]}
"""Words in the arguments of calls: on record, and not on the page."""


def next_step(heard: Heard) -> Say:
    """The step that follows those in the request."""
    messages = json.loads(heard.body)["messages"]
    step = STEPS[sum(message["role"] == "assistant" for message in messages)]
    finish = "tool_calls" if "tool_calls" in step[-1] else "stop"
    choices: list[Delta] = [{"delta": delta} for delta in step]
    choices.append({"delta": {}, "finish_reason": finish})
    rows = [{"model": "m", "choices": [{"index": 0} | choice]} for choice in choices]
    chunks = [f"data: {json.dumps(row)}\n\n".encode() for row in rows]
    return Say([*chunks, b"data: [DONE]\n\n"], pause=PACE)


def telling() -> AbstractAsyncContextManager[FakeServer]:
    """Serve the story until the context is left."""
    models = Say([b'{"object":"list","data":[{"id":"m"}]}'], content_type="application/json")
    return serving({"/v1/models": models, "/v1/chat/completions": next_step})


def told(server: FakeServer) -> list[float]:
    """When each word was told (``time.monotonic``); so far, they are the first of ``TOLD``."""
    return [sent.at for sent in server.sent if NUMBERED.search(sent.piece.decode())]
