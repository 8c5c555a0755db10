"""The one fold: events in, :class:`SessionState` out.

Live view, replay, transcript, resume and every rebuilt request go through here, so none of them
can drift from another. A session that carries on another one is folded from its parent's records
first; its own ``session.opened`` then replaces the terms and keeps the turns.

The state is made of Structs although it never reaches the disk: three of them are replaced for
each event, and a Struct is replaced in a tenth of the time of a dataclass.
"""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from latitude.core.blocks import Block
from latitude.core.events import (
    AnyEvent,
    BlockRecorded,
    ExitMentioned,
    ExitTaken,
    MessageSent,
    PersonChose,
    Record,
    ResponseFailed,
    ResponseFinished,
    ResponseStarted,
    SessionClosed,
    SessionOpened,
    Summary,
    ToolReturned,
    UnknownEvent,
    Wish,
    WishRecorded,
    WorkspaceCommitted,
)
from latitude.core.stream import Tokens


class BrokenAttempt(msgspec.Struct, frozen=True):
    """An attempt that failed, with what had arrived; never sent back."""

    blocks: tuple[BlockRecorded, ...]
    failure: ResponseFailed


class Step(msgspec.Struct, frozen=True):
    """One request and its response."""

    number: int
    """Counts on through the whole session, from 1."""
    blocks: tuple[BlockRecorded, ...] = ()
    started: ResponseStarted | None = None
    finished: ResponseFinished | None = None
    finished_record: str | None = None
    """SHA-256 of the line that finished the response."""
    broken: tuple[BrokenAttempt, ...] = ()
    results: tuple[ToolReturned, ...] = ()
    commit: WorkspaceCommitted | None = None
    mention: ExitMentioned | None = None

    @property
    def calls(self) -> tuple[BlockRecorded, ...]:
        """The tool calls of the response, in order."""
        return tuple(block for block in self.blocks if block.kind == "tool_call")

    @property
    def unanswered(self) -> tuple[BlockRecorded, ...]:
        """The calls of a whole response that have no recorded result."""
        if self.finished is None:
            return ()
        answered = {result.call_id for result in self.results}
        return tuple(call for call in self.calls if call.call_id not in answered)


class Turn(msgspec.Struct, frozen=True):
    """Words from our side, and all that followed before the next ones."""

    number: int
    messages: tuple[MessageSent, ...] = ()
    steps: tuple[Step, ...] = ()


class SessionState(msgspec.Struct, frozen=True):
    """A session at one moment."""

    opened: SessionOpened
    turns: tuple[Turn, ...] = ()
    exit: ExitTaken | None = None
    wishes: tuple[WishRecorded, ...] = ()
    """Those of its parents first: what was said of the work stays with all of it."""
    closed: SessionClosed | None = None
    tokens: Tokens = Tokens()
    """Summed over this session's responses, those of its parents aside."""
    cost: float | None = 0.0
    """US dollars, likewise; ``None`` once a response had no known price."""
    model: str | None = None
    """As last returned in this session."""
    turns_before: int = 0
    """The parent's last turn; numbers count on from there."""
    steps_before: int = 0

    @property
    def turn(self) -> int:
        """The number of the current turn; 0 before the first message."""
        return self.turns[-1].number if self.turns else 0

    @property
    def last_step(self) -> Step | None:
        """The step the session is in or has finished last."""
        for turn in reversed(self.turns):
            if turn.steps:
                return turn.steps[-1]
        return None

    @property
    def step(self) -> int:
        """The number of the last step; 0 before the first."""
        last = self.last_step
        return last.number if last else 0

    @property
    def wish(self) -> Wish:
        """All that was wished, as one: of each part the last word counts."""
        whole = Wish()
        for later in self.wishes:
            whole = Wish(
                publish=later.publish or whole.publish,
                signature=later.signature or whole.signature,
                words=later.words or whole.words,
            )
        return whole

    @property
    def last_commit(self) -> str | None:
        """The newest commit of the workspace, a parent's included; ``None`` before the first."""
        for turn in reversed(self.turns):
            for step in reversed(turn.steps):
                if step.commit is not None:
                    return step.commit.commit
        return None

    @property
    def own_turns(self) -> int:
        """Turns of this session, those of its parents aside."""
        return self.turn - self.turns_before

    @property
    def own_steps(self) -> int:
        """Whole responses of this session, those of its parents aside."""
        return self.finished_steps - self.steps_before

    def summary(self, files: int, seconds: float | None = None) -> Summary:
        """The figures that close the session; ``files`` are those in the workspace."""
        return Summary(
            turns=self.own_turns,
            steps=self.own_steps,
            files=files,
            tokens=self.tokens,
            model=self.model,
            cost=self.cost,
            seconds=seconds,
        )

    @property
    def finished_steps(self) -> int:
        """Whole responses, those of parents included."""
        last = self.last_step
        if last is None:
            return 0
        return last.number if last.finished else last.number - 1


class FoldError(ValueError):
    """Events came in an order that no session writes."""


def fold(state: SessionState | None, event: AnyEvent, record: str | None = None) -> SessionState:
    """Return the state after ``event``.

    ``record`` is the SHA-256 of the event's line, where it is known. Raises :class:`FoldError`
    when anything but ``session.opened`` comes first, or a step's event has no turn.
    """
    if state is None:
        if not isinstance(event, SessionOpened):
            raise FoldError(f"a session begins with session.opened, not {type(event).__name__}")
        return SessionState(opened=event)
    match event:
        case SessionOpened():
            return _carry_on(state, event)
        case MessageSent():
            return _say(state, event)
        case SessionClosed():
            return replace(state, closed=event)
        case ExitTaken():
            return replace(state, exit=event)
        case WishRecorded():
            return replace(state, wishes=(*state.wishes, event))
        case PersonChose() | UnknownEvent():
            return state
        case _:
            state = _in_step(state, event, record)
            return _count(state, event) if isinstance(event, ResponseFinished) else state


def fold_records(records: Iterable[Record], state: SessionState | None = None) -> SessionState:
    """Fold a journal's records onto ``state`` (the parent's, if there is one)."""
    for record in records:
        state = fold(state, record.event, record.sha256)
    if state is None:
        raise FoldError("an empty journal has no state")
    return state


def _carry_on(parent: SessionState, event: SessionOpened) -> SessionState:
    return SessionState(
        opened=event,
        turns=parent.turns,
        wishes=parent.wishes,
        turns_before=parent.turn,
        steps_before=parent.finished_steps,
    )


def _say(state: SessionState, event: MessageSent) -> SessionState:
    if state.turns and state.turns[-1].number == event.turn:
        turn = state.turns[-1]
        turn = replace(turn, messages=(*turn.messages, event))
        return replace(state, turns=(*state.turns[:-1], turn))
    turn = Turn(number=event.turn, messages=(event,))
    return replace(state, turns=(*state.turns, turn))


StepEvent = (
    ResponseStarted
    | BlockRecorded
    | ResponseFinished
    | ResponseFailed
    | ToolReturned
    | WorkspaceCommitted
    | ExitMentioned
)


def _in_step(state: SessionState, event: StepEvent, record: str | None) -> SessionState:
    if not state.turns:
        raise FoldError(f"{type(event).__name__} before the first message")
    turn = state.turns[-1]
    steps = turn.steps
    if steps and steps[-1].number == event.step:
        step, earlier = steps[-1], steps[:-1]
    elif isinstance(event, (WorkspaceCommitted, ToolReturned)):
        return _in_earlier_step(state, event)
    else:
        step, earlier = Step(number=event.step), steps
    turn = replace(turn, steps=(*earlier, _advance(step, event, record)))
    return replace(state, turns=(*state.turns[:-1], turn))


def _in_earlier_step(state: SessionState, event: WorkspaceCommitted | ToolReturned) -> SessionState:
    """Recovery, or a session that carries on, answers for a step that was taken before."""
    turns = tuple(
        replace(
            turn,
            steps=tuple(
                _advance(step, event, None) if step.number == event.step else step
                for step in turn.steps
            ),
        )
        for turn in state.turns
    )
    return replace(state, turns=turns)


def _advance(step: Step, event: StepEvent, record: str | None) -> Step:
    match event:
        case ResponseStarted():
            return replace(step, started=event)
        case BlockRecorded():
            # A server may finish block 1 before block 0 (llama.cpp does).
            return replace(
                step, blocks=tuple(sorted((*step.blocks, event), key=lambda block: block.index))
            )
        case ResponseFinished():
            return replace(step, finished=event, finished_record=record)
        case ResponseFailed():
            attempt = BrokenAttempt(blocks=step.blocks, failure=event)
            return replace(step, blocks=(), started=None, broken=(*step.broken, attempt))
        case ToolReturned():
            return replace(step, results=(*step.results, event))
        case WorkspaceCommitted():
            return replace(step, commit=event)
        case ExitMentioned():
            return replace(step, mention=event)


def _count(state: SessionState, event: ResponseFinished) -> SessionState:
    cost = None if state.cost is None or event.cost is None else state.cost + event.cost.usd
    return replace(
        state,
        tokens=add_tokens(state.tokens, event.tokens),
        cost=cost,
        model=event.model,
    )


def add_tokens(one: Tokens, other: Tokens) -> Tokens:
    """Return the sum, count by count."""
    return Tokens(
        input=one.input + other.input,
        cached=one.cached + other.cached,
        output=one.output + other.output,
        thinking=one.thinking + other.thinking,
    )


def reply_text(blocks: Iterable[Block]) -> str:
    """The model's own text of one response: its text blocks joined by a blank line.

    A block that continues the one before it is joined by nothing. Else a line that the model only
    quoted, with its citation, would stand alone as if the model had said it.
    """
    texts: list[str] = []
    for block in blocks:
        if block.kind == "text" and block.continues and texts:
            texts[-1] += block.text
        elif block.kind == "text":
            texts.append(block.text)
    return "\n\n".join(texts)
