"""``latitude study run``: the cells of a plan that are still to be run."""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence

from latitude.bootstrap import House, open_house
from latitude.cli.exit_status import EXIT_DONE, EXIT_FAILED, EXIT_INTERRUPTED
from latitude.cli.output import complain, print_json, say
from latitude.cli.screen import Screen
from latitude.cli.signals import watching
from latitude.cli.study.asked import Asked, asked_for
from latitude.cli.study.attended import AttendedSessions
from latitude.cli.study.house import StudyHouse
from latitude.cli.study.progress import Progress, StudyScreen
from latitude.cli.study.status import spent_so_far, total_row
from latitude.cli.study.words import dollars, print_flow, tell_notes
from latitude.core.clean import clean
from latitude.core.text import counted
from latitude.errors import UsageError
from latitude.study.check import Checked, check
from latitude.study.flow import Flow, flow_of
from latitude.study.lock import held
from latitude.study.money import Estimate, ModelKey, Purse, costs_seen, estimate, key_of, needs
from latitude.study.places import lock_path
from latitude.study.plan import Plan
from latitude.study.planning import plan_to_run, refuse_changed, refuse_otherwise
from latitude.study.runner import Means, Runner, at_once
from latitude.study.seams import RunSession


async def run(options: argparse.Namespace) -> int:
    """Run what is left, as far as budget and person let it; return the exit status."""
    _check_terminal(options)
    asked = asked_for(options)
    # Before the lock, which would make a file where there is no plan.
    plan_to_run(asked.plan, asked.study)
    with held(lock_path(asked.plan), asked.study.name):
        plan, plan_hash = plan_to_run(asked.plan, asked.study)
        async with open_house(asked.home, paced=options.attended) as house:
            sitting = _Sitting(asked, plan, plan_hash, house, options)
            with sitting.signals():
                return await sitting.run()


def _check_terminal(options: argparse.Namespace) -> None:
    if not options.attended:
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("--attended needs a terminal: you are the one who answers.")
    if options.json:
        raise UsageError("--attended shows you the sessions; it does not go with --json.")


class _Sitting:
    """One go at a plan, and what stops it."""

    def __init__(
        self, asked: Asked, plan: Plan, plan_hash: str, house: House, options: argparse.Namespace
    ) -> None:
        self._asked = asked
        self._plan = plan
        self._hash = plan_hash
        self._house = house
        self._options = options
        self._runner: Runner | None = None
        self._progress: Progress | None = None
        self._preparing: asyncio.Task[object] | None = None
        self._stopped = 0
        """How often somebody asked for the end."""
        self._over = False
        """Nothing runs any more, and nothing will."""

    @contextlib.contextmanager
    def signals(self) -> Iterator[None]:
        """Ctrl-C lets nothing more begin; a second one, SIGTERM and SIGHUP interrupt."""
        self._preparing = asyncio.current_task()
        with watching(self._on_signal):
            yield

    def _on_signal(self, number: signal.Signals) -> None:
        if self._over:
            return
        self._stopped += 1
        first = number is signal.SIGINT and self._stopped == 1
        if self._runner is None:
            if self._preparing is not None:
                self._preparing.cancel()
        elif not first:
            self._runner.end_running("interrupted")
        elif self._options.attended:
            self._runner.end_running("person-end")
        else:
            self._runner.halt("stopped")
            assert self._progress is not None
            self._progress.tell(
                "nothing more is begun; what runs goes on to its end. Ctrl-C again interrupts it, "
                "and its cells are run again another time."
            )

    def _on_loss(self) -> None:
        if self._runner is None or self._over:
            return
        self._stopped += 1
        if self._options.attended:
            self._runner.end_running("interrupted")
        else:
            self._runner.halt("stopped")

    async def run(self) -> int:
        """Prepare, run what is left, and say what came of it."""
        refuse_changed(self._plan, self._asked.study)
        try:
            flow = await self._recover()
            wanted, other = self._wanted(flow)
            checked, estimates = await self._prepare(wanted, flow)
        except asyncio.CancelledError:
            if not self._stopped:
                raise
            complain("stopped before a session began. Nothing was sent.")
            return EXIT_INTERRUPTED
        tell_notes(checked.notes)
        screen = StudyScreen(self._on_loss)
        attended = self._options.attended
        progress = self._progress = Progress(
            self._plan, flow, screen, as_json=self._options.json, rewrites=not attended
        )
        means = Means(
            ready={arm.label: one for arm, one in zip(checked.arms, checked.ready, strict=True)},
            run_session=self._run_session(screen),
            purse=Purse(self._plan.stop.budget, _charged(self._plan, flow, estimates)),
            estimates=estimates,
        )
        runner = self._runner = Runner(self._plan, self._hash, means, progress)
        at_a_time = at_once(self._plan, self._asked.study.parallel, self._options.parallel)
        await runner.run(wanted, {} if attended else at_a_time)
        progress.close()
        self._over = True
        with screen.showing():
            await self._tell(runner, other)
        if self._stopped:
            return EXIT_INTERRUPTED
        failed = runner.halted is not None and runner.halted.kind in ("failing", "trouble")
        return EXIT_FAILED if failed else EXIT_DONE

    async def _recover(self) -> Flow:
        """Close what was left open, and look how far it is."""
        for finding in await self._house.recover():
            if finding.kind != "running":
                print(f"latitude: {clean(finding.text)}", file=sys.stderr)
        return await asyncio.to_thread(flow_of, self._asked.home.sessions, self._plan, self._hash)

    async def _prepare(
        self, places: Sequence[int], flow: Flow
    ) -> tuple[Checked, dict[ModelKey, Estimate]]:
        """Look whether the arms of the cells at ``places`` still are as they were planned."""
        labels = {self._plan.arm_of(self._plan.order[place]).label for place in places}
        if labels and self._plan.stop.budget is not None:
            # Only an arm that is prepared has an estimate.
            labels |= set(flow.unpriced)
        checked = await check(self._asked.study, StudyHouse(self._house).prepare, labels)
        refuse_otherwise(self._plan, checked)
        if self._plan.stop.budget is None:
            return checked, {}
        models = {key_of(one.opened.model): one for one in checked.ready}
        seen = await asyncio.to_thread(costs_seen, self._asked.home.sessions, tuple(models))
        return checked, {key: estimate(one, seen[key]) for key, one in models.items()}

    def _wanted(self, flow: Flow) -> tuple[Sequence[int], int]:
        """The cells to run now, and how many are left out, for their company is another."""
        left = flow.left(self._plan)
        wanted = [
            place
            for place in left
            if self._plan.arm_of(self._plan.order[place]).attended == self._options.attended
        ]
        return wanted, len(left) - len(wanted)

    def _run_session(self, screen: Screen) -> RunSession:
        house = StudyHouse(self._house)
        if self._options.attended:
            return AttendedSessions(house, screen).run_session
        return house.run_session

    async def _tell(self, runner: Runner, other: int) -> None:
        flow = await asyncio.to_thread(flow_of, self._asked.home.sessions, self._plan, self._hash)
        if self._options.json:
            print_json(total_row(self._plan, self._hash, flow))
            return
        print_flow(flow)
        say(spent_so_far(flow))
        for sentence in self._sentences(runner, flow, other):
            say(sentence)
        print(f"plan    {self._hash}")
        print(f"ledger  {await self._house.ledger_tip()}", flush=True)

    def _sentences(self, runner: Runner, flow: Flow, other: int) -> Iterator[str]:
        """Why it ended, and what to do about what is left."""
        again = f"latitude study run {self._asked.study.name}"
        left = len(flow.left(self._plan))
        halted = runner.halted
        if not left:
            yield f"All of it is done: {counted(len(self._plan.order), 'cell')}."
            return
        match None if halted is None else halted.kind:
            case "budget":
                budget = dollars(self._plan.stop.budget or 0.0)
                yield (
                    f"Stopped at the budget of {budget}: the next session may not fit in what is "
                    f"left of it. {_cells(left)} left. More money is another plan: give "
                    "the study file a new version."
                )
            case "failing":
                yield clean(f"Stopped. {halted.said if halted else ''}")
                yield f"{_cells(left)} left. `{again}` goes on with them."
            case "stopped" | "trouble":
                yield f"Stopped. {_cells(left)} left. `{again}` goes on with them."
        if other and self._options.attended:
            yield f"{_cells(other)} unattended. `{again}` runs them."
        elif other:
            yield (
                f"{_cells(other)} attended, and left out. `{again} --attended` in a "
                "terminal runs them, one by one."
            )


def _charged(plan: Plan, flow: Flow, estimates: Mapping[ModelKey, Estimate]) -> float:
    """What was spent, in US dollars; a cost that is not known is what the session might take."""
    return flow.spent + sum(
        flow.unpriced[arm.label] * needs(arm.limits, estimates.get(key_of(arm.model)))
        for arm in plan.arms
    )


def _cells(number: int) -> str:
    return f"{counted(number, 'cell')} {_are(number)}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
