"""What a comparison heeds of plans."""

from collections.abc import Container, Iterator
from contextlib import suppress
from pathlib import Path

from latitude.compare.cohort import Planned
from latitude.errors import LatitudeError
from latitude.study.design import BETWEEN_PARTS
from latitude.study.flow import flow_of, strays
from latitude.study.places import FOLDER
from latitude.study.plan import Plan, hash_of, read_plan


def planned_of(plan: Plan, plan_hash: str) -> Planned:
    """Return ``plan`` as a comparison takes it; ``plan_hash`` is the SHA-256 of its file."""
    return Planned(
        study=plan.study,
        plan=plan_hash,
        question=plan.question,
        outcomes=tuple(outcome.name for outcome in plan.outcomes),
        exclude=plan.exclude,
        arms={
            # The label's first part tells one name at two addresses apart.
            arm.label: {"model": arm.label.partition(BETWEEN_PARTS)[0], **arm.levels}
            for arm in plan.arms
        },
        duplicates=tuple(
            (arm.duplicate_of, arm.label) for arm in plan.arms if arm.duplicate_of is not None
        ),
        sessions=plan.stop.sessions,
        seed=plan.seed,
    )


def unfinished(prompts: Path, sessions: Path, plans: Container[str | None]) -> Iterator[str]:
    """Say of each study that is not over, in a sentence, how far it is.

    ``plans`` are the hashes of the plans that are meant; those in the home's ``prompts`` folder are
    looked at. One that cannot be read is passed over: its own verbs say why.
    """
    for path in sorted((prompts / FOLDER).glob("*.plan.json")):
        try:
            plan, plan_hash = read_plan(path)
        except (OSError, LatitudeError):
            continue
        if plan_hash not in plans:
            continue
        done, every = flow_of(sessions, plan, plan_hash).total.done, len(plan.order)
        if done < every:
            yield (
                f"The study {plan.study} is not over: {done:,} of its {every:,} sessions are done. "
                f"`latitude study report {plan.study}` holds them against its plan."
            )


def strayed(prompts: Path, sessions: Path, study: str) -> Iterator[str]:
    """Say of a study's sessions, in a sentence, that their plan stands in no file of the home."""
    known = set()
    for path in (prompts / FOLDER).glob("*.plan.json"):
        with suppress(OSError):
            known.add(hash_of(path.read_bytes()))
    if found := strays(sessions, study, known):
        n = len(found)
        yield (
            f"{n:,} session{'' if n == 1 else 's'} of {study} name{'s' if n == 1 else ''} a plan "
            "that stands in no file of this home: it was changed, or removed. They are not counted."
        )
