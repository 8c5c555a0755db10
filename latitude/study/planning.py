"""How a plan comes to stand in its file: once, and never otherwise after its first session."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from latitude.errors import UsageError
from latitude.study.check import Checked
from latitude.study.design import Study
from latitude.study.flow import sessions_of
from latitude.study.plan import Plan, differences, encode, hash_of, plan_of, read_plan, write_plan


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan that stands in its file."""

    plan: Plan
    sha256: str
    """Of the file's bytes (hex): the plan's name."""
    path: Path
    news: Literal["written", "replaced", "there"]
    """``there``: it stood there just so already."""


def keep_plan(path: Path, checked: Checked, sessions: Path) -> Planned:
    """Write the plan of ``checked`` to ``path``, unless it stands there already.

    ``sessions`` is the home's folder of them. Raises ``UsageError`` when another plan stands there
    and a session was run by it, and what :func:`read_plan` and :func:`write_plan` raise. Whoever
    calls it holds the plan's lock.
    """
    plan = plan_of(checked.study, checked.planned)
    data = encode(plan)
    try:
        old, old_hash = read_plan(path)
    except FileNotFoundError:
        write_plan(path, data)
        return Planned(plan, hash_of(data), path, "written")
    unlike = differences(old, plan)
    if not unlike:
        return Planned(old, old_hash, path, "there")
    if any(sessions_of(sessions, old_hash)):
        raise UsageError(
            f"{path} is the plan of sessions that were run, and a plan is never changed after the "
            f"first. {' '.join(unlike)} Nothing was written. Give the study file a new version "
            f"(version: {checked.study.version + 1}) or a new name, and plan that."
        )
    write_plan(path, data)
    return Planned(plan, hash_of(data), path, "replaced")


def plan_to_run(path: Path, study: Study) -> tuple[Plan, str]:
    """Return the plan at ``path`` and its hash. Raises ``UsageError`` when there is none."""
    try:
        return read_plan(path)
    except FileNotFoundError as error:
        raise UsageError(
            f"The study '{study.name}' has no plan yet ({path}). Nothing was sent. Write it first: "
            f"latitude study plan {study.name}"
        ) from error


def refuse_changed(plan: Plan, study: Study) -> None:
    """Raise ``UsageError`` when the study file is not the one that ``plan`` was made of."""
    if plan.file_sha256 != study.sha256:
        _refuse(plan, ["The study file was changed."])


def refuse_otherwise(plan: Plan, checked: Checked) -> None:
    """Raise ``UsageError`` when an arm in ``checked`` is not what ``plan`` says.

    Arms that were not looked at are taken to be as they were.
    """
    arms = {arm.label: arm for arm in (*plan.arms, *checked.planned)}
    labels = [arm.label for arm in checked.study.arms()]
    now = plan_of(checked.study, [arms[label] for label in labels if label in arms])
    _refuse(plan, differences(plan, now))


def _refuse(plan: Plan, unlike: list[str]) -> None:
    if unlike:
        raise UsageError(
            f"The plan of '{plan.study}' no longer fits. {' '.join(unlike)} Nothing was sent. Put "
            "it back as it was planned; or give the study file a new version or name, and plan "
            "that."
        )
