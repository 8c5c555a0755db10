"""Brings a journal that was left open to its close, as its own process would have done."""

import asyncio
from datetime import UTC, datetime

from latitude.artifacts.orders import CommitOrder
from latitude.artifacts.repository import Repository
from latitude.config import Home
from latitude.core.events import (
    BlockRecorded,
    End,
    ExitMentioned,
    ExitTaken,
    KnownEvent,
    ResponseFailed,
    ResponseFinished,
    SessionClosed,
    WorkspaceCommitted,
)
from latitude.core.fold import SessionState, Step, fold
from latitude.core.partial import OpenBlocks
from latitude.custody.closing import count_files, last_commit
from latitude.custody.lineage import fold_on, inherited_state
from latitude.errors import RecordBroken
from latitude.journal.inflight import NAME, Inflight, read_inflight, still_open
from latitude.journal.lock import Hold
from latitude.journal.paths import TORN
from latitude.journal.reader import Survey
from latitude.journal.writer import Recorder
from latitude.session.leaving import judge
from latitude.session.seams import StepMark
from latitude.workspace.folder import Workspace

DIED = "the process that ran it ended without closing it"
RECOVERED = "recovered"


async def close_open_journal(
    home: Home, repository: Repository, hold: Hold, found: Survey
) -> SessionClosed:
    """Close the journal that ``found`` is of, read under ``hold``; return its last event.

    An exit that was said is sealed as the model's; the workspace is committed; what was streaming
    becomes partial blocks of a failed response; a torn last line goes to ``torn.bin``. Raises
    ``RecordBroken`` or ``HomeUnusable``; then it can be tried again.
    """
    opened = found.opened
    if opened is None:
        raise RecordBroken(f"{found.problem()} Nothing was changed.")
    inherited = await asyncio.to_thread(inherited_state, home, opened)
    state = fold_on(inherited, found.records, found.path)
    streaming = still_open(read_inflight(found.path.with_name(NAME)), found.records)
    recorder = await asyncio.to_thread(Recorder.resume, hold, found)
    reopened = _Reopened(home, repository, recorder, state, found)
    await reopened.seal_exit()
    await reopened.keep_work(inherited.last_commit if inherited else None)
    await reopened.keep_streamed(streaming)
    return await reopened.close()


class _Reopened:
    def __init__(
        self,
        home: Home,
        repository: Repository,
        recorder: Recorder,
        state: SessionState,
        found: Survey,
    ) -> None:
        self._repository = repository
        self._recorder = recorder
        self._state = state
        self._session = state.opened.id
        self._workspace = home.workspace(self._session)
        self._ran = any(isinstance(record.event, ResponseFinished) for record in found.records)
        """Whether the model answered at all in this session, its parents aside."""
        self._journalled = last_commit(found.records)
        """What this session's own journal says of its branch."""

    async def seal_exit(self) -> None:
        """Apply the exit rule to the last whole response, if the process died before it could."""
        step = self._last_finished()
        if self._state.exit is not None or step is None or step.mention is not None:
            return
        assert step.finished is not None
        turn = step.finished.turn
        judged = judge(step.blocks, self._state.opened.exit, turn, step.number)
        if isinstance(judged, ExitTaken):
            await self._record(_recovered(judged))
        elif isinstance(judged, ExitMentioned) and step is self._state.last_step:
            await self._record(judged)

    async def keep_work(self, parent_commit: str | None) -> None:
        """Record commits that the process made and could not write down, and make the last one."""
        for commit in await self._unrecorded():
            await self._record(commit)
        step = self._last_finished()
        if step is None or not self._workspace.is_dir():
            return
        mark = StepMark.of(step)
        assert mark is not None
        order = CommitOrder(
            session=self._session, mark=mark, time=datetime.now(UTC), parent=parent_commit
        )
        committed = await self._repository.commit(order, Workspace(self._workspace))
        if committed is not None:
            await self._record(committed.event(mark))

    async def keep_streamed(self, lines: tuple[Inflight, ...]) -> None:
        """Turn what was streaming into partial blocks, and fail the response they were part of."""
        step = self._state.last_step
        open_step = step if step is not None and step.finished is None else None
        blocks = OpenBlocks()
        for line in lines:
            blocks.add(line.delta())
        partial = blocks.partial_blocks()
        if not partial and (open_step is None or not (open_step.started or open_step.blocks)):
            return
        turn = lines[-1].turn if lines else self._state.turn
        number = lines[-1].step if lines else self._state.step
        started = open_step.started if open_step is not None else None
        for index, block in partial:
            await self._record(BlockRecorded.of(block, turn, number, index))
        attempts = len(open_step.broken) if open_step is not None else 0
        await self._record(
            ResponseFailed(
                turn=turn,
                step=number,
                attempt=started.attempt if started else attempts + 1,
                error="interrupted",
                message="The process that ran the session ended while the reply was coming.",
                retried=False,
                request_sha256=started.request_sha256 if started else "",
                request_id=started.request_id if started else None,
            )
        )

    async def close(self) -> SessionClosed:
        """Write the last line and bring it to the disk."""
        left = self._state.exit is not None
        end: End = "model-exit" if left else "interrupted"
        torn = self._recorder.folder / TORN
        closed = SessionClosed(
            end=end,
            detail=RECOVERED if left else DIED,
            summary=self._state.summary(await self._count_files()),
            torn_bytes=torn.stat().st_size if torn.exists() else None,
        )
        await self._record(closed)
        await self._recorder.sync()
        return closed

    async def _record(self, event: KnownEvent) -> None:
        record = await self._recorder.append(event)
        self._state = fold(self._state, record.event, record.sha256)

    def _last_finished(self) -> Step | None:
        """The last whole response of this session, not one of its parents'."""
        if not self._ran:
            return None
        steps = (step for turn in reversed(self._state.turns) for step in reversed(turn.steps))
        return next((step for step in steps if step.finished is not None), None)

    async def _unrecorded(self) -> list[WorkspaceCommitted]:
        history = await self._repository.history(self._session)
        known = [commit.commit for commit in history]
        if self._journalled is not None and self._journalled not in known:
            raise RecordBroken(
                f"The journal of {self._session} names the commit {self._journalled}, and the "
                "repository of artifacts has no such commit on the session's branch. Run "
                "`latitude verify`."
            )
        start = 0 if self._journalled is None else known.index(self._journalled) + 1
        return [
            WorkspaceCommitted(
                turn=commit.turn,
                step=commit.step,
                commit=commit.commit,
                tree=commit.tree,
                files=commit.changes,
            )
            for commit in history[start:]
        ]

    async def _count_files(self) -> int:
        if self._ran and self._workspace.is_dir():
            return await count_files(Workspace(self._workspace))
        last = self._state.last_commit
        if last is None:
            return 0
        return sum(1 for file in await self._repository.files(last) if file.kind == "file")


def _recovered(taken: ExitTaken) -> ExitTaken:
    return ExitTaken(
        turn=taken.turn,
        step=taken.step,
        by=taken.by,
        evidence=taken.evidence,
        rule=taken.rule,
        phrase=taken.phrase,
        recovered=True,
    )
