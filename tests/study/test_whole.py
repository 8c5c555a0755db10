"""Studies of rehearsals through a real house: run, stopped, taken up again, side by side."""

import asyncio
from collections import Counter
from pathlib import Path

from latitude.bootstrap import House, open_house
from latitude.cli.study.house import StudyHouse
from latitude.config import Home
from latitude.core.events import BlockRecorded, SessionClosed, SessionOpened
from latitude.study.check import check
from latitude.study.flow import Flow, flow_of
from latitude.study.money import Purse
from latitude.study.places import plan_path
from latitude.study.plan import Plan
from latitude.study.planning import keep_plan
from latitude.study.runner import Board, Means, Runner
from tests.study.stage import Nobody, events, home_in, servers, study

DRAWS = """
name: draws
summary: Draws.
repeat: true
steps:
  - text: This is a rehearsal.
  - one_of:
      - {text: Go on., weight: 3}
      - {text: Stopping now.}
      - {text: Stopping now., said: nobody answers, weight: 12}
"""
FACTORS = "factors: {between: {plain: Go on., other: Go on; nobody answers.}}\nlimits: {turns: 6}"


def home_with_draws(folder: Path) -> Home:
    home = home_in(folder)
    (home.prompts / "rehearsals").mkdir()
    (home.prompts / "rehearsals" / "draws.yaml").write_text(DRAWS)
    return home


class Stage:
    """One plan in one house."""

    def __init__(self, house: House, home: Home) -> None:
        self.house = house
        self.home = home
        self.plan: Plan
        self.hash = ""

    async def plan_it(self, name: str = "play", **instead: str) -> None:
        instead.setdefault("models", "[rehearsal/draws]")
        wanted = study(self.home.prompts / "studies", FACTORS, name=name, **instead)
        self.checked = await check(wanted, StudyHouse(self.house).prepare)
        planned = keep_plan(plan_path(self.home.prompts, wanted), self.checked, self.home.sessions)
        self.plan, self.hash = planned.plan, planned.sha256

    def flow(self) -> Flow:
        return flow_of(self.home.sessions, self.plan, self.hash)

    def runner(self, board: Board | None = None) -> Runner:
        ready = {
            arm.label: one for arm, one in zip(self.checked.arms, self.checked.ready, strict=True)
        }
        means = Means(ready, StudyHouse(self.house).run_session, Purse(None, 0.0), {})
        return Runner(self.plan, self.hash, means, board or Nobody())

    async def go(self, board: Board | None = None) -> Runner:
        runner = self.runner(board)
        await runner.run(self.flow().left(self.plan), servers(rehearsal=4))
        return runner

    def opened(self) -> list[SessionOpened]:
        firsts = [events(self.home, folder.name)[0] for folder in self.home.sessions.iterdir()]
        return [one for one in firsts if isinstance(one, SessionOpened)]


class StopAfter(Nobody):
    """Somebody who interrupts when so many cells have begun."""

    def __init__(self, number: int) -> None:
        self.left = number
        self.runner: Runner | None = None

    def began(self, place: int, arm: object) -> None:
        self.left -= 1
        if not self.left:
            assert self.runner is not None
            self.runner.end_running("interrupted")


async def test_a_study_runs_to_its_end_and_stands_in_the_record(tmp_path: Path) -> None:
    home = home_with_draws(tmp_path / "home")
    async with open_house(home) as house:
        stage = Stage(house, home)
        await stage.plan_it(repeats="10")
        await stage.go()
        flow = stage.flow()
        assert (flow.total.done, flow.total.left, flow.sessions) == (20, 0, 20)
        found = stage.opened()
        cells = {
            (stage.plan.arm_of(cell).label, cell.repeat): cell.seed for cell in stage.plan.order
        }
        assert {
            (one.conditions.arm, one.conditions.repeat): one.conditions.seed for one in found
        } == cells
        for one in found:
            assert one.conditions.plan == stage.hash
            assert one.conditions.study == "play"
            assert one.model.parameters["seed"] == one.conditions.seed
            assert one.protocol.name == f"open~{one.given[:8]}"
        assert {one.given for one in found} == {arm.given for arm in stage.plan.arms}


async def test_what_a_script_draws_follows_from_the_cell(tmp_path: Path) -> None:
    """The same plan in another home is the same study, word for word."""
    courses, exits = [], []
    for name in ("one", "two"):
        home = home_with_draws(tmp_path / name)
        async with open_house(home) as house:
            stage = Stage(house, home)
            await stage.plan_it(repeats="12")
            await stage.go()
        course: dict[tuple[str | None, int | None], list[str]] = {}
        left: Counter[str] = Counter()
        for opened in stage.opened():
            told = events(home, opened.id)
            key = (opened.conditions.arm, opened.conditions.repeat)
            course[key] = [one.text for one in told if isinstance(one, BlockRecorded)]
            closed = told[-1]
            assert isinstance(closed, SessionClosed)
            left[opened.conditions.arm or ""] += closed.end == "model-exit"
        courses.append(course)
        exits.append(left)
    assert courses[0] == courses[1]
    assert len({tuple(texts) for texts in courses[0].values()}) > 3, "draws differ"
    plain, other = (arm.label for arm in stage.plan.arms)
    assert exits[0][other] > exits[0][plain]


async def test_stopped_and_taken_up_again_no_cell_is_lost_or_repeated(tmp_path: Path) -> None:
    home = home_with_draws(tmp_path / "home")
    before = 0
    for number in (1, 6, 9):
        # A house each time: nothing is remembered but the record.
        async with open_house(home) as house:
            stage = Stage(house, home)
            await stage.plan_it(repeats="12")
            board = StopAfter(number)
            runner = board.runner = stage.runner(board)
            await runner.run(stage.flow().left(stage.plan), servers(rehearsal=4))
            flow = stage.flow()
            interrupted = flow.total.interrupted
            assert interrupted > before
            assert flow.total.done + flow.total.left == 24
            before = interrupted
    async with open_house(home) as house:
        stage = Stage(house, home)
        await stage.plan_it(repeats="12")
        await stage.go()
        flow = stage.flow()
        assert (flow.total.done, flow.total.left) == (24, 0)
        assert flow.total.interrupted == before
        assert flow.total.excluded == before
        assert flow.sessions == 24 + before


async def test_two_studies_side_by_side_in_one_home(tmp_path: Path) -> None:
    home = home_with_draws(tmp_path / "home")
    async with open_house(home) as one, open_house(home) as other:
        stages = [Stage(one, home), Stage(other, home)]
        await stages[0].plan_it("first", repeats="8")
        await stages[1].plan_it("second", repeats="8", seed="99")
        await asyncio.gather(*(stage.go() for stage in stages))
        for stage in stages:
            assert (stage.flow().total.done, stage.flow().sessions) == (16, 16)
    assert len(list(home.sessions.iterdir())) == 32


async def test_what_carries_on_a_cell_is_no_cell(tmp_path: Path) -> None:
    from latitude.preparing import Order

    home = home_with_draws(tmp_path / "home")
    async with open_house(home) as house:
        stage = Stage(house, home)
        await stage.plan_it(repeats="1", models="[rehearsal/stays]")
        await stage.go()
        whole = stage.opened()[0].id
        order = Order(model=None, protocol="open", limits={}, carry_on=whole)
        conditions = (await house.prepare(order)).opened.conditions
    assert (conditions.study, conditions.plan, conditions.arm) == (None, None, None)
    assert (conditions.repeat, conditions.seed) == (None, None)
