"""The plan: all that was fixed before the first session, as one file with one hash.

Canonical JSON: UTF-8, keys sorted, no spaces, one line feed at the end. The SHA-256 of its bytes
names the plan in the record of each of its sessions.
"""

import os
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec.structs import asdict
from msgspec.structs import replace as replace_struct

from latitude import __version__
from latitude.core.events import End, SessionOpened
from latitude.core.spec import ExitTerms, LimitName, Limits, ModelAsked
from latitude.errors import HomeUnusable, RecordBroken
from latitude.study.design import Arm, Study
from latitude.study.order import Cell, cells
from latitude.study.outcomes import CORRECTION, OUTCOMES

VERSION = 1
"""``v`` of a plan file."""


class PlannedProtocol(msgspec.Struct, frozen=True, kw_only=True):
    """The protocol of an arm, as the record of its sessions names it."""

    name: str
    version: int
    sha256: str
    """Of the protocol's file."""


class PlannedArm(msgspec.Struct, frozen=True, kw_only=True):
    """An arm as it is rendered."""

    label: str
    levels: dict[str, str]
    """Factor to level."""
    duplicate_of: str | None
    """The label of the arm that this one repeats."""
    protocol: PlannedProtocol
    model: ModelAsked
    """As asked; a seed stands with the cells."""
    given: str
    limits: Limits
    exit: ExitTerms
    attended: bool
    disclosed: tuple[LimitName, ...]
    promises: tuple[str, ...]
    withheld: tuple[str, ...]
    """Groups of tools that were asked for and are not to be had here."""


class PlannedOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """A primary outcome, and the test that answers it."""

    name: str
    test: str


class StopRule(msgspec.Struct, frozen=True, kw_only=True):
    """When the study ends: after its sessions, or when the next would go over the budget."""

    sessions: int
    budget: float | None
    """US dollars."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A study, fixed."""

    v: int
    study: str
    version: int
    question: str
    file_sha256: str
    """Of the study file."""
    latitude: str
    """The version that wrote the plan."""
    seed: int
    repeats: int
    arms: tuple[PlannedArm, ...]
    order: tuple[Cell, ...]
    """Every cell as ``[ARM, REPEAT, SEED]``, in the order in which they begin."""
    outcomes: tuple[PlannedOutcome, ...]
    correction: str
    exclude: tuple[End, ...]
    """Ends of sessions that are counted and not analysed."""
    stop: StopRule

    def arm_of(self, cell: Cell) -> PlannedArm:
        """The arm that ``cell`` is one session of."""
        return self.arms[cell.arm]


def plan_of(study: Study, arms: Sequence[PlannedArm]) -> Plan:
    """Return the plan of ``study``, all of whose arms are ``arms``."""
    return Plan(
        v=VERSION,
        study=study.name,
        version=study.version,
        question=study.question,
        file_sha256=study.sha256,
        latitude=__version__,
        seed=study.seed,
        repeats=study.repeats,
        arms=tuple(arms),
        order=cells([arm.label for arm in arms], study.repeats, study.seed),
        outcomes=tuple(
            PlannedOutcome(name=name, test=OUTCOMES[name].test) for name in study.outcomes
        ),
        correction=CORRECTION,
        exclude=study.exclude,
        stop=StopRule(sessions=len(arms) * study.repeats, budget=study.budget),
    )


def planned_arm(arm: Arm, opened: SessionOpened) -> PlannedArm:
    """Return ``arm`` as the plan holds it; ``opened`` is how it renders here."""
    conditions = opened.conditions
    return PlannedArm(
        label=arm.label,
        levels=dict(arm.levels),
        duplicate_of=arm.duplicate_of,
        protocol=PlannedProtocol(
            name=opened.protocol.name,
            version=opened.protocol.version,
            sha256=opened.protocol.sha256,
        ),
        model=without_seed(opened.model),
        given=opened.given,
        limits=opened.limits,
        exit=opened.exit,
        attended=conditions.attended,
        disclosed=conditions.disclosed,
        promises=conditions.promises,
        withheld=tuple(one.tool for one in conditions.withheld),
    )


def without_seed(model: ModelAsked) -> ModelAsked:
    """The model as asked in every session of an arm alike."""
    rest = {name: value for name, value in model.parameters.items() if name != "seed"}
    return replace_struct(model, parameters=rest)


def encode(plan: Plan) -> bytes:
    """Return the bytes of the plan file."""
    return msgspec.json.encode(plan, order="sorted") + b"\n"


def hash_of(data: bytes) -> str:
    """Return the SHA-256 (hex) of a plan file's bytes: the name of the plan."""
    return sha256(data).hexdigest()


def read_plan(path: Path) -> tuple[Plan, str]:
    """Read the plan in ``path``; return it and its hash.

    Raises ``FileNotFoundError`` when there is none, ``RecordBroken`` when it is no plan, and
    ``HomeUnusable`` when it cannot be read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise HomeUnusable(f"{path} cannot be read: {error.strerror}.") from error
    try:
        plan = msgspec.json.decode(data, type=Plan)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordBroken(
            f"{path} is no plan of a study: {error}. Nothing was sent. Restore it from a copy; the "
            "sessions that were run by it name its hash."
        ) from error
    if plan.v != VERSION:
        raise RecordBroken(
            f"{path} is a plan of version {plan.v}, which this latitude cannot read."
        )
    return plan, hash_of(data)


def write_plan(path: Path, data: bytes) -> None:
    """Write a plan file whole, or not at all. Raises ``HomeUnusable``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".plan-", delete=False) as file:
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).chmod(0o644)
                Path(file.name).replace(path)
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise HomeUnusable(
            f"The plan could not be written to {path}: {error.strerror}. Nothing was sent."
        ) from error


def differences(planned: Plan, now: Plan) -> list[str]:
    """Say what is otherwise ``now`` than it was ``planned``, a sentence each; none when nothing is.

    The version of latitude is no difference: what the model is given is compared itself.
    """
    said = ["The study file was changed."] if planned.file_sha256 != now.file_sha256 else []
    before = {arm.label: arm for arm in planned.arms}
    said += [
        f"The arm '{arm.label}' is otherwise here: {', '.join(fields)}."
        for arm in now.arms
        if arm.label in before and (fields := _unlike(before[arm.label], arm))
    ]
    if not said and replace_struct(planned, latitude=now.latitude) != now:
        said.append("This latitude plans the same file otherwise.")
    return said


def _unlike(before: PlannedArm, now: PlannedArm) -> list[str]:
    old, new = asdict(before), asdict(now)
    return [name for name in old if old[name] != new[name]]
