"""The sessions that the scenes show, each described once."""

import shutil
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from latitude.bootstrap import House
from latitude.config import Home
from latitude.core.events import (
    Cost,
    End,
    KnownEvent,
    MessageSent,
    ResponseFailed,
    SessionClosed,
    SessionOpened,
    Summary,
)
from latitude.core.spec import Limits, ModelAsked
from latitude.core.stream import TextDelta, ThinkingDelta, Tokens
from latitude.journal.annotations import add_tag
from latitude.journal.paths import JOURNAL
from latitude.session.leaving import judge
from tests.journal.samples import finished, opened, replied, said, started, thought
from tests.journal.shelf import shelve
from tests.tui.scenes.tape import Asked, Beat, Piece, Tape, rehearsed, terms

GO_ON = "A loom is a good answer to an empty folder. What would the back of the cloth look like?"
TIDES, LEAVES, STAYS = (f"20261119-0804{second}-p7x2m4" for second in (11, 12, 13))
ENDS: tuple[End, ...] = (
    "no-next-message",
    "person-end",
    "turn-limit",
    "step-limit",
    "token-limit",
    "cost-limit",
    "time-limit",
    "refused",
    "context-full",
    "provider-failed",
    "interrupted",
    "harness-failed",
)
_DETAILS: dict[End, str] = {
    "model-exit": "by phrase",
    "refused": "the provider's policy on long quotations",
    "context-full": "prompt is too long: 201,337 tokens > 200,000 maximum",
    "provider-failed": "overloaded_error: the servers are busy",
    "interrupted": "stopped while it ran",
    "harness-failed": "KeyError: 'step' at _take_block:118",
}
_MADE_UP = ModelAsked(provider="anthropic", name="tide-5", host="api.anthropic.com")
"""There is no such model: what it says here was written for the scene."""
_EVERY_LIMIT = Limits(turns=20, steps=200, tokens=150_000, minutes=90, cost=12.5)


def nth(kind: type, number: int) -> Callable[[Beat], bool]:
    """Whether this is the ``number``-th beat of a kind, or piece of a block of a kind."""
    seen = 0

    def arrived(beat: Beat) -> bool:
        nonlocal seen
        seen += isinstance(beat.delta if isinstance(beat, Piece) else beat, kind)
        return seen == number

    return arrived


async def thinking(house: House) -> Tape:
    """The first thinking is coming; nobody attends."""
    return await rehearsed(house, until=nth(ThinkingDelta, 60), attended=False)


async def replying(house: House) -> Tape:
    """The first reply is coming."""
    return await rehearsed(house, until=nth(TextDelta, 18))


async def first_turn(house: House) -> Tape:
    """The first turn is over, and the person is asked."""
    return await rehearsed(house, until=nth(Asked, 1))


async def second_turn(house: House) -> Tape:
    """The page was changed, and the person is asked again."""
    return await rehearsed(house, [GO_ON], nth(Asked, 2))


async def whole(house: House) -> Tape:
    """The rehearsal ``page`` from its first line to its exit."""
    return await rehearsed(house, [GO_ON, "Thank you. The time is yours."])


async def retried(house: House) -> Tape:
    """The second request failed, and is sent again by itself."""
    tape = await first_turn(house)
    why = "overloaded_error: the servers are busy"
    return tape.go_on(_sent(2), _failed(why, retried=True, wait_seconds=8.0))


async def broken_off(house: House) -> Tape:
    """A reply broke off, and the person has the choice."""
    tape = await replying(house)
    text = "".join(
        beat.delta.text
        for beat in tape.beats
        if isinstance(beat, Piece) and isinstance(beat.delta, TextDelta)
    )
    half = replace(replied(1, 1, text, index=1), partial=True)
    why = "The connection was closed before the answer was whole."
    return tape.go_on(half, _failed(why, turn=1, step=1), Asked("try-again"))


async def tides(house: House, *, until: Callable[[Beat], bool] | None = None) -> Tape:
    """Every kind of line in a reply, a call that fails, and a mention of the exit."""
    scripts = house.home.prompts / "rehearsals"
    scripts.mkdir(exist_ok=True)
    shutil.copy(Path(__file__).with_name("tides.yaml"), scripts)
    return await rehearsed(house, until=until, session=TIDES, script="tides")


async def limited(house: House) -> Tape:
    """A session on the terms of every limit, in the middle of an answer."""
    house.home.workspace(TIDES).mkdir(mode=0o700, parents=True)
    tape = Tape(terms(TIDES, _MADE_UP, limits=_EVERY_LIMIT))
    done = finished(1, 1, "tide-5-20261101")
    tape.go_on(
        said(1, tape.opened.protocol.texts.opening),
        started(1, 1),
        replace(thought(1, 1, "What is asked is open."), provenance="summary"),
        replace(thought(1, 1, "", index=1), provenance="omitted"),
        replied(1, 1, "I would like to look at the tides first.", index=2),
        replace(
            done,
            tokens=Tokens(input=1_200, output=41_877, thinking=39_502),
            cost=Cost(usd=3.0714, prices="genai-prices 0.2.3"),
        ),
        _sent(2, "Please do."),
        started(2, 2),
    )
    tape.add(Piece(2, 2, TextDelta(0, "The water at the pier stood ")))
    return tape


def ended(end: End, session: str) -> Tape:
    """A short session of a made-up model that ended in this way."""
    tape = Tape(terms(session, _MADE_UP, limits=_EVERY_LIMIT))
    leaves = "\n\nstopping now" if end == "model-exit" else ""
    reply = replied(1, 1, f"I would like to look at the tides first.{leaves}")
    judged = judge([reply], tape.opened.exit, 1, 1)
    return tape.go_on(
        said(1, tape.opened.protocol.texts.opening),
        started(1, 1),
        reply,
        finished(1, 1, "tide-5-20261101"),
        *([] if judged is None else [judged]),
        _closed(end, 1, 0, "tide-5-20261101"),
    )


async def shelf(home: Home) -> None:
    """A dozen sessions that say all that a row can say, but for one that runs."""
    long_name = "gemma4:27b-instruct-q4_K_M"
    rows: tuple[tuple[str, str, str, End | None, int, int, tuple[str, ...]], ...] = (
        ("20261121-084502", "anthropic", "tide-5", None, 0, 0, ()),
        ("20261121-081203", "openai", "reef-2-mini", None, 0, 0, ("look again",)),
        ("20261120-231502", "anthropic", "tide-5", "model-exit", 4, 12, ("loom", "for the talk")),
        ("20261120-224117", "anthropic", "tide-5", "turn-limit", 20, 1_204, ()),
        ("20261120-191000", "ollama", long_name, "person-end", 3, 0, ("slow",)),
        ("20261119-160455", "openai", "reef-2-mini", "refused", 1, 0, ()),
        ("20261119-080411", "chat", "a-model-of-the-house-7b", "provider-failed", 7, 2, ()),
        ("20261118-120000", "rehearsal", "page", "model-exit", 3, 1, ()),
        ("20261117-100000", "rehearsal", "stays", "no-next-message", 20, 0, ()),
        ("20261117-093000", "anthropic", "tide-5", "interrupted", 2, 5, ()),
        ("20261116-070000", "openai", "reef-2", "token-limit", 12, 30, ("long",)),
        ("20251231-235958", "anthropic", "pond-4", "harness-failed", 1, 1, ()),
    )
    for stamp, provider, name, end, turns, files, tags in rows:
        session = f"{stamp}-k3f9w2"
        lines: list[KnownEvent] = [_opened(session, provider, name)]
        lines.append(said(1) if end is None else _closed(end, turns, files))
        shelve(home.session(session), *lines)
        for tag in tags:
            add_tag(home.session(session), tag)
    unread = home.session("20261114-070000-k3f9w2")
    shelve(unread, _opened(unread.name, "openai", "reef-2"))
    (unread / JOURNAL).write_bytes(b'{"v":1}\n')


RUNNING = "20261121-084502-k3f9w2"
"""Of those on the shelf, the one that a scene lets run."""


def _opened(session: str, provider: str, name: str) -> SessionOpened:
    return replace(opened(session, provider, name), limits=_EVERY_LIMIT)


def _closed(end: End, turns: int, files: int, model: str | None = None) -> SessionClosed:
    summary = Summary(turns=turns, steps=turns, files=files, tokens=Tokens(output=20), model=model)
    return SessionClosed(end=end, detail=_DETAILS.get(end, ""), summary=summary)


def _sent(turn: int, text: str = GO_ON) -> MessageSent:
    return MessageSent(turn=turn, author="person", text=text)


def _failed(
    why: str,
    turn: int = 2,
    step: int = 3,
    *,
    retried: bool = False,
    wait_seconds: float | None = None,
) -> ResponseFailed:
    return ResponseFailed(
        turn=turn,
        step=step,
        attempt=1,
        error="overloaded" if retried else "closed_early",
        message=why,
        retried=retried,
        request_sha256="3" * 64,
        wait_seconds=wait_seconds,
    )
