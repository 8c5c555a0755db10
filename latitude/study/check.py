"""What is looked at before a study is planned: every arm as it will really be on this machine."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec

from latitude.core.events import SessionOpened
from latitude.errors import ProviderUnavailable, UsageError
from latitude.study.design import Arm, Study
from latitude.study.plan import PlannedArm, planned_arm, without_seed
from latitude.study.seams import Prepare, Ready


@dataclass(frozen=True, slots=True)
class Checked:
    """Arms of a study that can be run here."""

    study: Study
    arms: tuple[Arm, ...]
    ready: tuple[Ready, ...]
    """In the order of ``arms``."""

    @property
    def opened(self) -> tuple[SessionOpened, ...]:
        """How each arm renders."""
        return tuple(one.opened for one in self.ready)

    @property
    def planned(self) -> tuple[PlannedArm, ...]:
        """The arms as a plan holds them."""
        return tuple(planned_arm(*one) for one in zip(self.arms, self.opened, strict=True))

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person may not expect of the sessions, each once."""
        return tuple(dict.fromkeys(note for one in self.ready for note in one.notes))


async def check(study: Study, prepare: Prepare, only: Collection[str] | None = None) -> Checked:
    """Prepare every arm of ``study``, or those with the labels in ``only``.

    Raises ``UsageError``, one line a fault, for arms that cannot be run (words that would not be
    true, an effort the model does not have …), for two arms that are the same, and for a budget
    that cannot be kept; and ``ProviderUnavailable``.
    """
    arms = tuple(arm for arm in study.arms() if only is None or arm.label in only)
    ready: list[Ready] = []
    faults: dict[str, list[str]] = {}
    for arm in arms:
        try:
            ready.append(await prepare(study, arm))
        except UsageError as error:
            # The same words are usually wrong in several arms.
            faults.setdefault(str(error), []).append(arm.label)
        except ProviderUnavailable as error:
            raise ProviderUnavailable(f"The arm '{arm.label}' cannot be run: {error}") from error
    _refuse([f"{_arms(labels)} cannot be run: {said}" for said, labels in faults.items()])
    _refuse([*_twins(study, arms, ready), *_unpriced(study, arms, ready)])
    return Checked(study, arms, tuple(ready))


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        raise UsageError("\n".join(faults))


def _arms(labels: Sequence[str]) -> str:
    return f"The arm '{labels[0]}'" + (f" and {len(labels) - 1} more" if len(labels) > 1 else "")


def _twins(study: Study, arms: Sequence[Arm], ready: Sequence[Ready]) -> list[str]:
    """The arms that nothing tells apart, unless one was declared a duplicate of the other."""
    first: dict[bytes, Arm] = {}
    faults = []
    for arm, one in zip(arms, ready, strict=True):
        twin = first.setdefault(_identity(one.opened), arm)
        if twin is not arm and arm.duplicate_of != twin.label:
            fault = study.finding(
                "factors",
                f"The arms '{twin.label}' and '{arm.label}' are the same: same model and "
                "parameters, same words and tools given, same limits, attendance and exit.",
                "Change or take out one of them. To run an arm twice on purpose, as the noise "
                f"floor, write duplicates: ['{twin.label}'].",
            )
            faults.append(str(fault))
    return faults


def _identity(opened: SessionOpened) -> bytes:
    return msgspec.json.encode(
        (
            without_seed(opened.model),
            opened.given,
            opened.limits,
            opened.conditions.attended,
            opened.exit,
        ),
        order="sorted",
    )


def _unpriced(study: Study, arms: Sequence[Arm], ready: Sequence[Ready]) -> list[str]:
    if study.budget is None:
        return []
    unknown = [
        arm.model.label for arm, one in zip(arms, ready, strict=True) if one.price(1, 1) is None
    ]
    return [
        str(
            study.finding(
                "budget",
                f"The price of {model} is not known, so the budget cannot be kept.",
                "Take the budget out and limit tokens or minutes, or leave the model out.",
            )
        )
        for model in dict.fromkeys(unknown)
    ]
