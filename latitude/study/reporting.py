"""What a comparison heeds of a plan."""

from latitude.compare.cohort import Planned
from latitude.study.plan import Plan


def planned_of(plan: Plan, plan_hash: str) -> Planned:
    """Return ``plan`` as a comparison takes it; ``plan_hash`` is the SHA-256 of its file."""
    return Planned(
        study=plan.study,
        plan=plan_hash,
        question=plan.question,
        outcomes=tuple(outcome.name for outcome in plan.outcomes),
        exclude=plan.exclude,
        arms={
            arm.label: {"model": f"{arm.model.provider}/{arm.model.name}", **arm.levels}
            for arm in plan.arms
        },
        duplicates=tuple(
            (arm.duplicate_of, arm.label) for arm in plan.arms if arm.duplicate_of is not None
        ),
        sessions=plan.stop.sessions,
        seed=plan.seed,
    )
