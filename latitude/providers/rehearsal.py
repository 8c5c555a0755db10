"""Rehearsals: a script played in place of a model, through the same seam as every provider.

No network, no key, no model. What comes back is labelled: the model is returned as
``rehearsal/NAME``. Which step of the script is played follows from the conversation alone: from
the number of replies that stand in it, and where a step is drawn also from the seed among the
model's parameters and from our words. Format of the scripts: ``latitude/prompts/scripts.py``.
"""

import asyncio
import itertools
import re
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from latitude.core.blocks import Block
from latitude.core.events import Cost
from latitude.core.history import (
    Conversation,
    HistoryItem,
    Replied,
    Returned,
    ReturnedAll,
    ReturnedPart,
    Said,
)
from latitude.core.spec import ModelAsked
from latitude.core.stream import (
    BlockDone,
    Delta,
    Failed,
    Finished,
    Started,
    StreamEvent,
    TextDelta,
    ThinkingDelta,
    Tokens,
    ToolArgsDelta,
)
from latitude.errors import LatitudeError, UnknownName, UsageError
from latitude.prompts.scripts import Script, ScriptedFailure, ScriptedStep, load_script
from latitude.providers.base import Request, WebOffer, Wishes

DEFAULT = "page"
"""The script of plain ``rehearsal``."""

_SIZES = (4, 3, 6, 2, 5, 7, 3, 5)
"""Characters of successive deltas, over and over."""
_PACE = (0.8, 1.3, 0.9, 0.6, 1.5, 1.0, 0.7)
"""Factors on the pause before successive deltas; their mean is about 1."""
_SECONDS = {"thinking": 0.008, "text": 0.026, "tool_call": 0.014}
"""Pause before a delta when paced: reply at about 40 deltas a second, thinking faster."""
_FIRST_SECONDS = 0.5
_NO_NAME = re.compile(r"[/\\\0]")


class RehearsalWire:
    """The pure half: the body that a rehearsal is asked with, which only its hash needs."""

    def body(self, conversation: Conversation) -> bytes:
        """Return the conversation as one line of JSON.

        ``{"model":NAME,"parameters":{…},"tools":[…],"history":[…]}``, where an item of the history
        is ``{"said":[TEXT…]}``, ``{"replied":[BLOCK…]}`` with each block's own bytes, or
        ``{"returned":[{"call_id","tool","ok","parts":[{"kind","media_type",TEXT_OR_DATA}…]}…]}``,
        with text as ``"text"`` and the bytes of an image, in base64, as ``"data"``.
        """
        return msgspec.json.encode(
            {
                "model": conversation.model.name,
                "parameters": conversation.model.parameters,
                "tools": conversation.tools,
                "history": [_item(item) for item in conversation.history],
            }
        )


class Rehearsal(RehearsalWire):
    """Plays the scripts in ``folders``; a name is looked for in one after the other.

    ``paced`` sends at about the speed of a model, for people who watch; else nothing waits.
    """

    name = "rehearsal"
    sdk = ""
    host = ""

    def __init__(self, folders: Sequence[Path], paced: bool = False) -> None:
        self._folders = tuple(folders)
        self._paced = paced
        self._failed: Counter[str] = Counter()

    def names(self) -> tuple[str, ...]:
        """The scripts there are, sorted."""
        return tuple(
            sorted({path.stem for folder in self._folders for path in folder.glob("*.yaml")})
        )

    async def settle(self, model: str, wishes: Wishes) -> ModelAsked:
        """Find the script ``model`` (empty: ``page``) and fix its hash.

        Raises ``UnknownName``, ``ProtocolError`` for a malformed script, or ``UsageError`` for
        wishes that a script cannot heed.
        """
        if wishes.effort is not None:
            raise UsageError("A rehearsal has no effort to set. Leave out --effort.")
        if wishes.base_url is not None:
            raise UsageError("A rehearsal asks no server. Leave out --base-url.")
        script = self._script(model or DEFAULT)
        seed = {} if wishes.seed is None else {"seed": wishes.seed}
        return ModelAsked(
            provider=self.name,
            name=script.name,
            parameters={"script_sha256": script.sha256, **seed},
            takes_tools=True,
            takes_pictures=True,
        )

    def open(self, request: Request) -> AbstractAsyncContextManager[AsyncIterator[StreamEvent]]:
        """Play the step that follows the replies in ``request``."""
        return self._open(request)

    @asynccontextmanager
    async def _open(self, request: Request) -> AsyncIterator[AsyncIterator[StreamEvent]]:
        async with aclosing(self._events(request)) as events:
            yield events

    async def _events(self, request: Request) -> AsyncGenerator[StreamEvent, None]:
        asked = request.conversation.model
        try:
            script = self._script(asked.name)
        except LatitudeError as error:
            yield Failed(kind="not_found", message=str(error))
            return
        if asked.parameters.get("script_sha256") != script.sha256:
            yield Failed(
                kind="bad_request",
                message=f"The script '{script.name}' is not the one that this session began with.",
            )
            return
        history = request.conversation.history
        replies = sum(isinstance(item, Replied) for item in history)
        said = [text for item in history if isinstance(item, Said) for text in item.texts]
        step = script.step(replies, asked.parameters.get("seed", 0), said)
        failure = self._failure(step, request)
        if failure is None or failure.after:
            yield Started(request_id=f"rehearsal-{replies + 1}")
        async with aclosing(self._play(step, replies, failure)) as events:
            async for event in events:
                yield event
        if failure is None:
            yield _finished(script, step, request.conversation)
        else:
            yield Failed(
                kind=failure.kind, message=failure.message, retry_after=failure.retry_after
            )

    async def _play(
        self, step: ScriptedStep, replies: int, failure: ScriptedFailure | None
    ) -> AsyncGenerator[StreamEvent, None]:
        left = None if failure is None else failure.after
        pace = itertools.cycle(_PACE)
        if self._paced:
            await asyncio.sleep(_FIRST_SECONDS)
        for index, block in enumerate(_blocks(step, replies)):
            for delta in _deltas(index, block):
                if left is not None:
                    if not left:
                        return
                    left -= 1
                await asyncio.sleep(self._seconds(step, block, next(pace)))
                yield delta
            yield BlockDone(index=index, block=block)

    def _seconds(self, step: ScriptedStep, block: Block, factor: float) -> float:
        if step.delay is not None:
            return step.delay
        # Zero still gives the loop its turn, so that a rehearsal can be stopped like a model.
        return _SECONDS[block.kind] * factor if self._paced else 0.0

    def _failure(self, step: ScriptedStep, request: Request) -> ScriptedFailure | None:
        if step.fail is None:
            return None
        self._failed[request.sha256] += 1
        over = step.fail.times is not None and self._failed[request.sha256] > step.fail.times
        return None if over else step.fail

    def web(self, asked: ModelAsked) -> WebOffer:  # noqa: ARG002
        """Return why there are no web tools: nobody is asked who could run them."""
        return WebOffer(
            why="A rehearsal asks no provider, and web tools are the provider's own.",
            cure="Choose a model of anthropic/ or openai/.",
        )

    def price(
        self,
        model: str,  # noqa: ARG002
        usage: msgspec.Raw,  # noqa: ARG002
        searches: int | None = 0,  # noqa: ARG002
    ) -> Cost | None:
        """Nothing: a rehearsal is free, and that is known."""
        return Cost(usd=0.0, prices="rehearsal")

    def is_priced(self, model: str, *, web: bool = False) -> bool:  # noqa: ARG002
        """True: the price is zero."""
        return True

    async def close(self) -> None:
        """Nothing is held open."""

    def _script(self, name: str) -> Script:
        # Asked for each reply, so the folders are not listed; a name must not lead out of them.
        if name and not _NO_NAME.search(name):
            for folder in self._folders:
                path = folder / f"{name}.yaml"
                with suppress(OSError):
                    info = path.stat()
                    return _load(path, info.st_mtime_ns, info.st_size, info.st_ino)
        known = ", ".join(f"rehearsal/{known}" for known in self.names()) or "none"
        raise UnknownName(f"No rehearsal is called {name!r}. There are: {known}.")


@lru_cache(maxsize=64)
def _load(path: Path, *version: int) -> Script:
    """Read a script once for all the replies in it, as long as its file stays the same."""
    del version
    return load_script(path)


def _blocks(step: ScriptedStep, replies: int) -> list[Block]:
    blocks: list[Block] = []
    if step.thinking:
        raw = _raw({"type": "thinking", "thinking": step.thinking})
        blocks.append(Block(kind="thinking", text=step.thinking, provenance="full", raw=raw))
    if step.text:
        raw = _raw({"type": "text", "text": step.text})
        blocks.append(Block(kind="text", text=step.text, raw=raw))
    for place, call in enumerate(step.calls):
        call_id = f"call_{replies + 1}_{place + 1}"
        raw = _raw(
            {"type": "tool_call", "id": call_id, "name": call.name, "arguments": call.arguments}
        )
        blocks.append(
            Block(
                kind="tool_call",
                call_id=call_id,
                name=call.name,
                arguments=call.arguments,
                raw=raw,
            )
        )
    return blocks


def _deltas(index: int, block: Block) -> Iterator[Delta]:
    match block.kind:
        case "thinking":
            yield from (ThinkingDelta(index, piece) for piece in _pieces(block.text))
        case "text":
            yield from (TextDelta(index, piece) for piece in _pieces(block.text))
        case _:
            yield ToolArgsDelta(index, "", block.call_id, block.name)
            yield from (ToolArgsDelta(index, piece) for piece in _pieces(block.arguments))


def _pieces(text: str) -> Iterator[str]:
    start = 0
    for size in itertools.cycle(_SIZES):
        if start >= len(text):
            return
        yield text[start : start + size]
        start += size


def _finished(script: Script, step: ScriptedStep, conversation: Conversation) -> Finished:
    thinking = _words(step.thinking)
    written = _words(step.text) + sum(_words(call.arguments) for call in step.calls)
    read = sum(_words(text) for item in conversation.history for text in _texts(item))
    tokens = Tokens(input=read, output=thinking + written, thinking=thinking)
    return Finished(
        stop=step.stop,
        stop_reason=step.stop,
        model=f"rehearsal/{script.name}",
        tokens=tokens,
        usage=_raw(
            {
                "counted": "words",
                "input": tokens.input,
                "output": tokens.output,
                "thinking": tokens.thinking,
            }
        ),
    )


def _texts(item: HistoryItem) -> Iterator[str]:
    match item:
        case Said():
            yield from item.texts
        case Replied():
            for block in item.blocks:
                yield block.text
                yield block.arguments
        case ReturnedAll():
            for result in item.results:
                yield from (part.text for part in result.parts if part.kind == "text")


def _words(text: str) -> int:
    return len(text.split())


def _item(item: HistoryItem) -> dict[str, Any]:
    match item:
        case Said():
            return {"said": item.texts}
        case Replied():
            return {"replied": [block.raw for block in item.blocks]}
        case ReturnedAll():
            return {"returned": [_returned(result) for result in item.results]}


def _returned(result: Returned) -> dict[str, Any]:
    return {
        "call_id": result.call_id,
        "tool": result.tool,
        "ok": result.ok,
        "parts": [_part(part) for part in result.parts],
    }


def _part(part: ReturnedPart) -> dict[str, Any]:
    shape: dict[str, Any] = {"kind": part.kind, "media_type": part.media_type}
    return shape | ({"text": part.text} if part.kind == "text" else {"data": part.data})


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))
