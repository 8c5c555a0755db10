"""The runner: order, how many at once, and everything that lets nothing more begin."""

import asyncio
import gc
from collections import Counter
from pathlib import Path

import pytest

from latitude.core.events import SessionClosed
from latitude.core.spec import StudyMark
from latitude.errors import HomeUnusable
from latitude.session.stop import Stop
from latitude.study.money import Estimate, Purse, key_of
from latitude.study.plan import Plan
from latitude.study.runner import FAILED_IN_A_ROW, Means, Runner, Server, at_once, server_of
from latitude.study.seams import Ended, Ready, RunSession
from tests.study.stage import Nobody, Played, closing, planned, servers, study

CHATS = """
- {model: chat/x, base_url: "http://127.0.0.1:8080/v1"}
- {model: chat/x, base_url: "http://far.example/v1"}
"""
HERE, FAR = Server("chat", "127.0.0.1:8080"), Server("chat", "far.example")
MANY = "[rehearsal/a, rehearsal/b, ollama/c, anthropic/d]"


async def runner_for(
    folder: Path,
    run: RunSession,
    more: str = "",
    each: float | None = 0.0,
    board: object | None = None,
    **instead: str,
) -> tuple[Runner, Plan]:
    checked, plan, plan_hash = await planned(study(folder, more, **instead), each)
    budget = plan.stop.budget
    estimates = {key_of(arm.model): Estimate(each, "said") for arm in plan.arms} if budget else {}
    ready = {arm.label: one for arm, one in zip(checked.arms, checked.ready, strict=True)}
    means = Means(ready, run, Purse(budget, 0.0), estimates)
    return Runner(plan, plan_hash, means, board or Nobody()), plan


def everything(plan: Plan) -> list[int]:
    return list(range(len(plan.order)))


async def test_each_cell_is_run_once_with_its_mark(tmp_path: Path) -> None:
    played = Played()
    runner, plan = await runner_for(tmp_path, played, models=MANY, repeats="5")
    await runner.run(everything(plan), servers(rehearsal=1, ollama=1, anthropic=1))
    assert runner.halted is None
    done = Counter((mark.arm, mark.repeat, mark.seed) for mark in played.marks)
    assert done == Counter((plan.arm_of(cell).label, cell.repeat, cell.seed) for cell in plan.order)
    assert {(mark.study, mark.plan) for mark in played.marks} == {("play", runner._hash)}
    of_one = [mark for mark in played.marks if mark.arm.startswith("rehearsal")]
    in_order = [c for c in plan.order if plan.arm_of(c).label.startswith("rehearsal")]
    assert [mark.seed for mark in of_one] == [cell.seed for cell in in_order]


async def test_one_by_one_keeps_the_whole_order(tmp_path: Path) -> None:
    played = Played()
    runner, plan = await runner_for(tmp_path, played, models=MANY, repeats="3")
    places = everything(plan)[2:]
    await runner.run(places, {})
    assert [mark.seed for mark in played.marks] == [plan.order[place].seed for place in places]


class Crowd:
    """Sessions that end when they are let go; knows how many of whom there were at once."""

    def __init__(self) -> None:
        self.running: Counter[Server] = Counter()
        self.most: Counter[Server] = Counter()
        self.began = 0
        self.go = asyncio.Event()
        self._begins: asyncio.Queue[str] = asyncio.Queue()

    async def has(self, number: int) -> None:
        """Return when so many more have begun."""
        async with asyncio.timeout(20):
            for _ in range(number):
                await self._begins.get()

    async def __call__(self, ready: Ready, mark: StudyMark, stop: Stop) -> Ended:
        server = server_of(ready.opened.model)
        self.began += 1
        self._begins.put_nowait(mark.arm)
        self.running[server] += 1
        self.most |= self.running
        task = asyncio.current_task()
        assert task is not None
        stop.watch(task)
        try:
            await self.go.wait()
            end = closing()
        except asyncio.CancelledError:
            task.uncancel()
            end = closing(stop.reason or "interrupted")
        stop.release()
        self.running[server] -= 1
        return Ended(f"session-{self.began}", end)


async def test_as_many_at_once_as_each_provider_bears(tmp_path: Path) -> None:
    crowd = Crowd()
    runner, plan = await runner_for(tmp_path, crowd, models=MANY, repeats="6")
    limits = servers(rehearsal=3, ollama=1, anthropic=2)
    running = asyncio.ensure_future(runner.run(everything(plan), limits))
    await crowd.has(6)
    crowd.go.set()
    await running
    assert crowd.most == limits
    assert crowd.began == 24


async def test_the_usual_limits_and_those_of_the_file(tmp_path: Path) -> None:
    models = "[rehearsal/a, ollama/b, anthropic/c, openai/d, vllm/e]"
    _, plan = await runner_for(tmp_path, Played(), models=models)
    usual = servers(rehearsal=8, ollama=1, anthropic=4, openai=4, vllm=1)
    assert at_once(plan, {}) == usual
    assert at_once(plan, {"openai": 9, "vllm": 2}) == usual | servers(openai=9, vllm=2)
    assert set(at_once(plan, {"openai": 9}, 2).values()) == {1, 2}
    here = plan.arms[0].model
    assert here.host == ""


async def test_each_server_of_a_provider_has_a_number_of_its_own(tmp_path: Path) -> None:
    crowd = Crowd()
    runner, plan = await runner_for(tmp_path, crowd, models=CHATS, repeats="6")
    usual = at_once(plan, {})
    assert usual == {HERE: 1, FAR: 4}
    assert at_once(plan, {"chat": 3}) == {HERE: 3, FAR: 3}
    assert at_once(plan, {"chat": 3}, 2) == {HERE: 2, FAR: 2}
    running = asyncio.ensure_future(runner.run(everything(plan), usual))
    await crowd.has(5)
    crowd.go.set()
    await running
    assert crowd.most == usual
    assert crowd.began == 12


async def test_a_stop_lets_what_runs_come_to_its_end(tmp_path: Path) -> None:
    crowd = Crowd()
    runner, plan = await runner_for(tmp_path, crowd, repeats="9")
    running = asyncio.ensure_future(runner.run(everything(plan), servers(rehearsal=3)))
    await crowd.has(3)
    runner.halt("stopped")
    crowd.go.set()
    await running
    assert crowd.began == 3
    assert runner.halted is not None
    assert runner.halted.kind == "stopped"


async def test_an_interruption_ends_what_runs(tmp_path: Path) -> None:
    crowd = Crowd()
    ends: list[str] = []

    class Board(Nobody):
        def ended(self, place: int, arm: object, cell: object, ended: Ended) -> None:
            ends.append(ended.closed.end)

    runner, plan = await runner_for(tmp_path, crowd, repeats="9", board=Board())
    running = asyncio.ensure_future(runner.run(everything(plan), servers(rehearsal=3)))
    await crowd.has(3)
    runner.end_running("interrupted")
    await running
    assert ends == ["interrupted"] * 3
    assert crowd.began == 3


async def test_the_budget_stops_it_before_the_session_that_might_go_over(tmp_path: Path) -> None:
    played = Played(lambda _: closing(cost=0.3))
    runner, plan = await runner_for(
        tmp_path, played, "budget: 2", each=0.4, models="[anthropic/x]", repeats="20"
    )
    await runner.run(everything(plan), servers(anthropic=4))
    assert runner.halted is not None
    assert runner.halted.kind == "budget"
    # 5 cost 1.5, and the sixth might cost 0.4; the seventh would need more than there is.
    assert len(played.marks) == 6
    assert runner._means.purse.spent == pytest.approx(1.8)


async def test_sessions_that_cost_more_than_was_thought_are_reckoned_with(tmp_path: Path) -> None:
    played = Played(lambda _: closing(cost=0.9))
    runner, plan = await runner_for(
        tmp_path, played, "budget: 2", each=0.1, models="[anthropic/x]", repeats="20"
    )
    await runner.run(everything(plan), servers(anthropic=1))
    assert len(played.marks) == 2, "a third would cost what the others did"


async def test_a_limit_of_cost_is_what_a_session_takes(tmp_path: Path) -> None:
    played = Played(lambda _: closing(cost=0.1))
    more = "budget: 1\nlimits: {cost: 0.6}"
    runner, plan = await runner_for(
        tmp_path, played, more, each=0.05, models="[anthropic/x]", repeats="20"
    )
    await runner.run(everything(plan), servers(anthropic=1))
    assert len(played.marks) == 5
    assert runner._means.purse.spent + 0.6 > 1


async def test_a_cost_that_is_not_known_counts_as_what_was_taken(tmp_path: Path) -> None:
    played = Played(lambda _: closing(cost=None))
    runner, plan = await runner_for(
        tmp_path, played, "budget: 1", each=0.25, models="[anthropic/x]", repeats="20"
    )
    await runner.run(everything(plan), servers(anthropic=2))
    assert len(played.marks) == 4


async def test_what_is_free_goes_on_beside_what_is_not(tmp_path: Path) -> None:
    def end(mark: StudyMark) -> SessionClosed:
        return closing(cost=0.0 if mark.arm.startswith("rehearsal") else 0.5)

    played = Played(end)
    runner, plan = await runner_for(
        tmp_path, played, "budget: 9", each=0.5, models="[anthropic/x, rehearsal/y]", repeats="4"
    )
    free = next(arm for arm in plan.arms if arm.model.provider == "rehearsal")
    runner._means.estimates[key_of(free.model)] = Estimate(0.0, "free")
    await runner.run(everything(plan), servers(anthropic=1, rehearsal=1))
    assert (len(played.marks), runner.halted) == (8, None)


async def test_a_provider_that_is_down_does_not_use_up_the_cells(tmp_path: Path) -> None:
    played = Played(lambda _: closing("provider-failed"))
    runner, plan = await runner_for(tmp_path, played, models="[ollama/x]", repeats="40")
    await runner.run(everything(plan), servers(ollama=1))
    assert len(played.marks) == FAILED_IN_A_ROW
    assert runner.halted is not None
    assert runner.halted.said == (
        "5 sessions of ollama failed in a row, the last one with: it ended"
    )


async def test_a_server_that_is_down_is_told_from_one_that_is_not(tmp_path: Path) -> None:
    def end(mark: StudyMark) -> SessionClosed:
        return closing("provider-failed" if FAR.host in mark.arm else "model-exit")

    played = Played(end)
    runner, plan = await runner_for(tmp_path, played, models=CHATS, repeats="40")
    await runner.run(everything(plan), {})
    assert sum(FAR.host in mark.arm for mark in played.marks) == FAILED_IN_A_ROW
    assert runner.halted is not None
    assert runner.halted.said == (
        "5 sessions of chat at far.example failed in a row, the last one with: it ended"
    )


async def test_failures_of_latitude_are_no_success_in_between(tmp_path: Path) -> None:
    ends = iter([closing("provider-failed"), closing("harness-failed")] * 20)
    played = Played(lambda _: next(ends))
    runner, plan = await runner_for(tmp_path, played, models="[ollama/x]", repeats="20")
    await runner.run(everything(plan), servers(ollama=1))
    assert len(played.marks) == FAILED_IN_A_ROW
    assert runner.halted is not None
    assert runner.halted.kind == "failing"


async def test_failures_now_and_then_and_those_of_scripts_stop_nothing(tmp_path: Path) -> None:
    ends = iter([closing("provider-failed"), closing("provider-failed"), closing()] * 20)
    played = Played(lambda _: next(ends))
    runner, plan = await runner_for(tmp_path, played, models="[ollama/x]", repeats="40")
    await runner.run(everything(plan), servers(ollama=1))
    assert (len(played.marks), runner.halted) == (40, None)
    played = Played(lambda _: closing("provider-failed"))
    runner, plan = await runner_for(tmp_path, played, repeats="40")
    await runner.run(everything(plan), servers(rehearsal=1))
    assert (len(played.marks), runner.halted) == (40, None)


async def test_a_record_that_cannot_be_written_stops_it(tmp_path: Path) -> None:
    broken: list[object] = []

    class Board(Nobody):
        def broke_off(self, *told: object) -> None:
            broken.append(told)

    async def run(ready: Ready, mark: StudyMark, stop: Stop) -> Ended:
        raise HomeUnusable("The disk is full.")

    runner, plan = await runner_for(tmp_path, run, repeats="40", board=Board())
    await runner.run(everything(plan), servers(rehearsal=2))
    assert runner.halted is not None
    assert (runner.halted.kind, runner.halted.said) == ("trouble", "The disk is full.")
    assert len(broken) == 1


async def test_nothing_is_kept_of_sessions_that_ended(tmp_path: Path) -> None:
    count = 0

    async def run(ready: Ready, mark: StudyMark, stop: Stop) -> Ended:
        nonlocal count
        count += 1
        await asyncio.sleep(0)
        return Ended(f"session-{count}", closing())

    runner, plan = await runner_for(tmp_path, run, repeats="3000")
    await runner.run(everything(plan)[:100], servers(rehearsal=8))
    gc.collect()
    before = len(gc.get_objects())
    await runner.run(everything(plan)[100:], servers(rehearsal=8))
    gc.collect()
    assert count == 3000
    assert len(gc.get_objects()) < before + 200
