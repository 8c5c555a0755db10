"""A session played by hand, line by line, with real files, real git and real request bodies."""

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from latitude.artifacts.orders import CommitOrder
from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.events import (
    KnownEvent,
    ResponseStarted,
    ResultPart,
    SessionClosed,
    Summary,
    ToolReturned,
    WorkspaceCommitted,
)
from latitude.core.fold import SessionState, fold
from latitude.core.history import conversation
from latitude.core.spec import Parent
from latitude.custody.closing import finish
from latitude.journal.paths import JOURNAL
from latitude.journal.reader import read
from latitude.journal.writer import Recorder
from latitude.providers.registry import wire_of
from latitude.session.seams import StepMark
from latitude.workspace.folder import Workspace
from tests.journal.samples import called, finished, opened, replied, said

FIRST, SECOND, THIRD = (f"20261120-23150{number}-k3f9w2" for number in (1, 2, 3))


class Sitting:
    """One session at work. ``state`` is what the engine would know."""

    def __init__(self, home: Home, repository: Repository, recorder: Recorder) -> None:
        self.home = home
        self.repository = repository
        self.recorder = recorder
        self.session = recorder.folder.name
        self.path = recorder.folder / JOURNAL
        self.parent_commit: str | None = None
        self.state: SessionState

    @classmethod
    async def begin(
        cls,
        home: Home,
        repository: Repository,
        session: str = FIRST,
        parent: tuple[Parent, SessionState] | None = None,
    ) -> "Sitting":
        first = opened(session, "anthropic", "claude-opus-5-5")
        if parent is not None:
            first = msgspec.structs.replace(first, parent=parent[0])
        sitting = cls(home, repository, await Recorder.create(home.session(session), first))
        [record] = read(sitting.path)
        sitting.state = fold(parent[1] if parent else None, record.event, record.sha256)
        root = home.workspace(session)
        root.mkdir(parents=True, mode=0o700)
        sitting.workspace = Workspace(root)
        return sitting

    async def record(self, event: KnownEvent) -> None:
        record = await self.recorder.append(event)
        self.state = fold(self.state, record.event, record.sha256)

    async def ask(self, text: str = "What would you like to do?") -> tuple[int, int]:
        """Say something and send the request; return turn and step."""
        turn, step = self.state.turn + 1, self.state.step + 1
        await self.record(said(turn, text))
        await self.start(turn, step)
        return turn, step

    async def start(self, turn: int, step: int, attempt: int = 1) -> None:
        body = wire_of("anthropic").body(conversation(self.state, self.recorder.load))
        await self.record(
            ResponseStarted(
                turn=turn,
                step=step,
                attempt=attempt,
                request_sha256=sha256(body).hexdigest(),
                request_id="req-1",
            )
        )

    async def turn(self, reply: str = "I will think about it.") -> None:
        """One message and one whole reply."""
        turn, step = await self.ask()
        await self.record(replied(turn, step, reply))
        await self.record(finished(turn, step, "claude-opus-5-5"))

    async def work(self, files: Mapping[str, bytes], answer: str = "ok") -> None:
        """A turn in which the model writes ``files``, gets an answer, and says it is done."""
        turn, step = await self.ask()
        await self.record(called(turn, step, "write_file"))
        await self.record(finished(turn, step, "claude-opus-5-5"))
        for path, data in files.items():
            self.workspace.write(path, data)
        await self.answer(turn, step, answer)
        await self.commit()
        await self.start(turn, step + 1)
        await self.record(replied(turn, step + 1, "There it is."))
        await self.record(finished(turn, step + 1, "claude-opus-5-5"))

    async def answer(self, turn: int, step: int, text: str) -> None:
        part = ResultPart(kind="text", media_type="text/plain", text=text)
        if len(text) > 1000:
            part = ResultPart(
                kind="text", media_type="text/plain", blob=await self.recorder.store(text.encode())
            )
        await self.record(
            ToolReturned(
                turn=turn,
                step=step,
                call_id=f"call-{step}-0",
                tool="write_file",
                ok=True,
                result=(part,),
                seconds=0.1,
            )
        )

    async def commit(self, *, write_down: bool = True) -> None:
        step = self.state.last_step
        assert step is not None
        mark = StepMark(
            turn=self.state.turn,
            step=step.number,
            record=step.finished_record or "",
            model="claude-opus-5-5",
        )
        order = CommitOrder(
            session=self.session, mark=mark, time=datetime.now(UTC), parent=self.parent_commit
        )
        committed = await self.repository.commit(order, self.workspace)
        if committed is not None and write_down:
            await self.record(
                WorkspaceCommitted(
                    turn=mark.turn,
                    step=mark.step,
                    commit=committed.commit,
                    tree=committed.tree,
                    files=committed.files,
                )
            )

    async def close(self, end: str = "person-end") -> None:
        """``session.closed``, and nothing after it."""
        state = self.state
        summary = Summary(
            turns=state.turn,
            steps=state.finished_steps,
            files=0,
            tokens=state.tokens,
            model=state.model,
            cost=state.cost,
        )
        await self.record(SessionClosed(end=end, detail="", summary=summary))
        await self.recorder.sync()

    async def end(self, end: str = "person-end") -> str:
        """Close, and do all that follows; return the fingerprint."""
        await self.close(end)
        await finish(self.home, self.repository, self.session)
        await self.recorder.close()
        return self.recorder.fingerprint
