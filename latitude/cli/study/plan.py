"""``latitude study plan``: all that is fixed before the first session, in a file with a hash."""

import argparse
from collections.abc import Iterator, Mapping, Sequence

from latitude.bootstrap import open_house
from latitude.cli.output import print_json, say
from latitude.cli.study.asked import asked_for
from latitude.cli.study.house import StudyHouse
from latitude.cli.study.words import dollars, print_arms, size_of, tell_notes
from latitude.compare.words import p_value
from latitude.core.clean import clean, clean_line
from latitude.core.text import counted
from latitude.study.check import Checked, check
from latitude.study.lock import held
from latitude.study.money import ASSUMED, Estimate, ModelKey, costs_seen, estimate, key_of
from latitude.study.places import lock_path
from latitude.study.plan import Plan
from latitude.study.planning import Planned, keep_plan
from latitude.study.reach import LEVEL, Reach, reach_of

SHOWN = 12
"""Cells of the order that are printed."""
_NEWS = {
    "written": "The plan was written before any session was begun.",
    "replaced": "The plan was written anew: no session had been begun by the one that stood there.",
    "there": "The plan stood there already, and is the same.",
}


async def run(options: argparse.Namespace) -> int:
    """Check the study, write its plan and say what it comes to."""
    asked = asked_for(options)
    async with open_house(asked.home) as house:
        checked = await check(asked.study, StudyHouse(house).prepare)
        with held(lock_path(asked.plan), asked.study.name):
            planned = keep_plan(asked.plan, checked, asked.home.sessions)
        models = {key_of(one.opened.model): one for one in checked.ready}
        seen = costs_seen(asked.home.sessions, models)
        estimates = {key: estimate(one, seen[key]) for key, one in models.items()}
    tell_notes(checked.notes)
    if options.json:
        print_json(_row(planned, estimates))
    else:
        _print(checked, planned, estimates)
    return 0


def _print(checked: Checked, planned: Planned, estimates: Mapping[ModelKey, Estimate]) -> None:
    plan = planned.plan
    say(clean(plan.question))
    print()
    print_arms(checked.arms, checked.opened, plan.repeats)
    print()
    print(f"{size_of(len(plan.arms), plan.repeats)}")
    _print_order(plan)
    for name, value in _facts(plan):
        say(f"{name}: {clean_line(value, 1_000)}")
    for line in _reach(reach_of(plan), plan.repeats):
        say(line)
    for line in _costs(plan, estimates):
        say(line)
    print()
    say(_NEWS[planned.news])
    print(f"plan    {clean_line(str(planned.path), 1_000)}")
    print(f"sha256  {planned.sha256}")


def _print_order(plan: Plan) -> None:
    blocks = counted(plan.repeats, "block")
    say(
        f"Order: {blocks}, each with one repeat of every arm, shuffled by the seed {plan.seed}. It "
        "begins with:"
    )
    width = len(str(len(plan.order)))
    for place, cell in enumerate(plan.order[:SHOWN], start=1):
        print(f"  {place:>{width}}  {clean_line(plan.arm_of(cell).label, 1_000)}")
    if len(plan.order) > SHOWN:
        print(f"  … {len(plan.order) - SHOWN:,} more; all of them stand in the plan")


def _facts(plan: Plan) -> Sequence[tuple[str, str]]:
    outcomes = ", ".join(f"{one.name} ({one.test})" for one in plan.outcomes)
    return (
        ("Outcomes", f"{outcomes or 'none is planned, so every result will be exploratory'}"),
        ("Excluded ends", ", ".join(plan.exclude) or "none"),
    )


def _reach(reach: Reach, repeats: int) -> Iterator[str]:
    """How many tests there will be, and what they could find at best."""
    if not reach.tests:
        return
    pairs = counted(reach.pairs, "pair")
    yield f"Planned tests: {reach.tests:,}, of {pairs} of arms that differ in one thing."
    least = f"{p_value(reach.least_p)}, and {p_value(reach.corrected)} corrected for so many"
    yield f"The least p that {counted(repeats, 'session')} an arm can give: {least}."
    if reach.corrected > LEVEL:
        yield (
            f"No difference, however large, could come to {LEVEL} or less. Plan more repeats, or "
            "fewer outcomes or arms."
        )


def _costs(plan: Plan, estimates: Mapping[ModelKey, Estimate]) -> list[str]:
    """What each model may cost, all of it together, and how far the budget goes."""
    sessions = dict.fromkeys(estimates, 0)
    for arm in plan.arms:
        sessions[key_of(arm.model)] += plan.repeats
    lines, known, assumed = [], 0.0, False
    for key, one in estimates.items():
        n = sessions[key]
        label = clean_line(key.label)
        if one.usd is None:
            lines.append(f"  {label}: not known ({one.why})")
        elif not one.usd:
            lines.append(f"  {label}: nothing")
        else:
            assumed = assumed or one.why == ASSUMED
            why = "by its limits" if one.why == ASSUMED else one.why
            each = f"{n:,} × {dollars(one.usd)}"
            lines.append(f"  {label}: {each} = {dollars(n * one.usd)} ({why})")
            known += n * one.usd
    unknown = any(one.usd is None for one in estimates.values())
    total = f"about {dollars(known)}" if known else "not known" if unknown else "nothing"
    more = ", and what is not known" if known and unknown else ""
    said = [f"Cost: {total}{more}.", *lines]
    if assumed:
        said.append(f"  {ASSUMED}")
    if plan.stop.budget is not None:
        fits = _allowed(plan, estimates, plan.stop.budget)
        said.append(
            f"The budget of {dollars(plan.stop.budget)} allows about {fits:,} of "
            f"{counted(len(plan.order), 'session')}."
        )
    return said


def _allowed(plan: Plan, estimates: Mapping[ModelKey, Estimate], budget: float) -> int:
    spent = 0.0
    for place, cell in enumerate(plan.order):
        spent += estimates[key_of(plan.arm_of(cell).model)].usd or 0.0
        if spent > budget:
            return place
    return len(plan.order)


def _row(planned: Planned, estimates: Mapping[ModelKey, Estimate]) -> dict[str, object]:
    plan = planned.plan
    return {
        "study": plan.study,
        "version": plan.version,
        "plan": planned.sha256,
        "path": str(planned.path),
        "news": planned.news,
        "arms": [arm.label for arm in plan.arms],
        "sessions": len(plan.order),
        "order": [[plan.arm_of(cell).label, cell.repeat, cell.seed] for cell in plan.order],
        "tests": reach_of(plan).tests,
        "least_p": reach_of(plan).least_p,
        "budget": plan.stop.budget,
        "cost": {key.label: {"session": one.usd, "why": one.why} for key, one in estimates.items()},
    }
