"""A house as a study needs it: arms that are prepared, sessions of them that are run."""

from dataclasses import dataclass

import msgspec

from latitude.bootstrap import House, Watcher
from latitude.core.events import Record, SessionOpened
from latitude.core.spec import StudyMark
from latitude.core.stream import Delta
from latitude.journal.circumstances import withheld_lines
from latitude.preparing import Order, Prepared
from latitude.session.companion import ProtocolWords
from latitude.session.seams import Companion
from latitude.session.stop import Stop
from latitude.study.design import Arm, Study
from latitude.study.seams import Ended, Ready


@dataclass(frozen=True, slots=True)
class ReadyArm:
    """An arm whose sessions can begin; one object for all of them."""

    prepared: Prepared

    @property
    def opened(self) -> SessionOpened:
        """The first line of its sessions, but for id, repeat and seed."""
        return self.prepared.opened

    @property
    def notes(self) -> tuple[str, ...]:
        """What is otherwise than a person may expect."""
        own = () if self.prepared.note is None else (self.prepared.note,)
        return (*own, *withheld_lines(self.opened.conditions))

    def price(self, read: int, written: int) -> float | None:
        """US dollars for so many tokens; ``None`` where no price is known."""
        provider, model = self.prepared.provider, self.opened.model.name
        web = any(tool.provided is not None for tool in self.opened.tools)
        if not provider.is_priced(model, web=web):
            return None
        usage = msgspec.json.encode({"input_tokens": read, "output_tokens": written})
        cost = provider.price(model, msgspec.Raw(usage))
        return None if cost is None else cost.usd


class StudyHouse:
    """Prepares arms and runs their sessions in one house."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def prepare(self, study: Study, arm: Arm) -> ReadyArm:
        """Look at all that can be refused before the first word of ``arm``."""
        mark = StudyMark(study=study.name, plan=None, arm=arm.label, repeat=1, seed=study.seed)
        order = Order(
            model=arm.model.name,
            protocol=arm.protocol,
            limits=dict(study.limits),
            tools=arm.tools,
            attended=arm.attended,
            effort=arm.effort,
            base_url=arm.model.base_url,
            changes=arm.changes,
            mark=mark,
        )
        return ReadyArm(await self._house.prepare(order))

    async def run_session(self, ready: Ready, mark: StudyMark, stop: Stop) -> Ended:
        """Run one unattended session, which nobody watches."""
        return await self.run_with(ready, mark, stop, ProtocolWords(), _Nobody())

    async def run_with(
        self, ready: Ready, mark: StudyMark, stop: Stop, companion: Companion, watcher: Watcher
    ) -> Ended:
        """Run one session in this company."""
        assert isinstance(ready, ReadyArm)
        cell = ready.prepared.as_cell(mark)
        outcome = await self._house.run(cell, companion, watcher, stop)
        return Ended(outcome.opened.id, outcome.closed)


class _Nobody:
    """Looks at nothing."""

    def record(self, record: Record) -> None:
        """Pass over an event."""

    def delta(self, turn: int, step: int, delta: Delta, /) -> None:
        """Pass over a piece."""
