"""Events for tests that need a session but no model."""

import msgspec

from latitude.core.events import (
    BlockRecorded,
    MessageSent,
    ResponseFinished,
    ResponseStarted,
    ResultPart,
    SessionClosed,
    SessionOpened,
    Summary,
    ToolReturned,
)
from latitude.core.spec import (
    Conditions,
    ExitTerms,
    Limits,
    ModelAsked,
    ProtocolUsed,
    Texts,
    ToolSchema,
    Versions,
)
from latitude.core.stream import Tokens

ID = "20261120-231502-k3f9w2"


def opened(session: str = ID, provider: str = "rehearsal", name: str = "first") -> SessionOpened:
    return SessionOpened(
        id=session,
        protocol=ProtocolUsed(
            name="open", version=1, sha256="1" * 64, texts=Texts(opening="What would you like?")
        ),
        given="2" * 64,
        model=ModelAsked(provider=provider, name=name, parameters={"max_tokens": 4096}),
        tools=(ToolSchema(name="end_session", description="Leave.", parameters={}),),
        limits=Limits(turns=20, steps=200),
        exit=ExitTerms(phrases=("stopping now",), tool="end_session"),
        conditions=Conditions(),
        versions=Versions(latitude="0.1.0", sdk="", python="3.11.7"),
    )


def said(turn: int, text: str = "Go on.") -> MessageSent:
    return MessageSent(turn=turn, author="protocol", text=text)


def started(turn: int, step: int, attempt: int = 1) -> ResponseStarted:
    return ResponseStarted(turn=turn, step=step, attempt=attempt, request_sha256="3" * 64)


def replied(turn: int, step: int, text: str, index: int = 0) -> BlockRecorded:
    raw = msgspec.Raw(msgspec.json.encode({"type": "text", "text": text}))
    return BlockRecorded(turn=turn, step=step, index=index, kind="text", text=text, raw=raw)


def called(turn: int, step: int, name: str, arguments: str = "{}", index: int = 0) -> BlockRecorded:
    call = f"call-{step}-{index}"
    raw = msgspec.Raw(msgspec.json.encode({"type": "tool_use", "id": call, "name": name}))
    return BlockRecorded(
        turn=turn,
        step=step,
        index=index,
        kind="tool_call",
        call_id=call,
        name=name,
        arguments=arguments,
        raw=raw,
    )


def finished(turn: int, step: int, model: str = "rehearsal-first") -> ResponseFinished:
    return ResponseFinished(
        turn=turn,
        step=step,
        model=model,
        stop="end",
        stop_reason="end_turn",
        tokens=Tokens(input=100, output=20),
        seconds=1.5,
    )


def closed(end: str = "person-end", detail: str = "") -> SessionClosed:
    summary = Summary(turns=1, steps=1, files=0, tokens=Tokens(input=100, output=20), model="m")
    return SessionClosed(end=end, detail=detail, summary=summary)


def thought(turn: int, step: int, text: str, index: int = 0) -> BlockRecorded:
    raw = msgspec.Raw(msgspec.json.encode({"type": "thinking", "thinking": text}))
    return BlockRecorded(
        turn=turn,
        step=step,
        index=index,
        kind="thinking",
        text=text,
        provenance="full",
        raw=raw,
    )


def answered(turn: int, step: int, call_id: str, text: str) -> ToolReturned:
    return ToolReturned(
        turn=turn,
        step=step,
        call_id=call_id,
        tool="write_file",
        ok=True,
        result=(ResultPart(kind="text", media_type="text/plain", text=text),),
        seconds=0.001,
    )
