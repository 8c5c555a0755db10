"""What a study is: its models and factors, and the arms that come of crossing them all."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from latitude.core.events import End
from latitude.core.spec import LimitName
from latitude.prompts.derive import Changes, ExitTool
from latitude.prompts.protocol import Place
from latitude.prompts.reader import Finding, Mark

BETWEEN_PARTS = " · "
"""What stands between the parts of an arm's label."""
AGAIN = "again"
"""The last part of the label of an arm that is run a second time."""

FACTORS = (
    "protocol",
    "exit_wording",
    "exit_order",
    "tool_name",
    "between",
    "attended",
    "effort",
    "tools",
    "disclosure",
)
"""What can be varied, in the order in which labels name it."""

REVERSED = "reversed"
AS_WRITTEN = "as-written"

Value = str | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Level:
    """One of the values that a factor takes."""

    label: str
    """Short; unique among the levels of its factor."""
    value: Value
    """As the file has it: a protocol's name, words, a list of parts or limits, yes or no."""
    mark: Mark
    """Where it stands in the file."""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model that is asked."""

    name: str
    """``PROVIDER/NAME``, as on the command line."""
    label: str
    """The same, and the ``host[:port]`` where one name is asked at several; unique in the study."""
    base_url: str | None = None

    @property
    def provider(self) -> str:
        """The name before the slash."""
        return self.name.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Arm:
    """One model under one combination of levels."""

    label: str
    """Such as ``anthropic/claude-x · open · plain · reversed``; unique in the study."""
    model: ModelChoice
    levels: Mapping[str, str]
    """Of each factor of the study: the level's label."""
    protocol: str
    changes: Changes
    attended: bool
    effort: str | None
    tools: str | None
    """As ``--tools`` takes it; ``None`` is what the protocol offers."""
    duplicate_of: str | None = None
    """The label of the arm that this one is, run a second time."""


@dataclass(frozen=True, slots=True)
class Study:
    """A study file, read."""

    name: str
    version: int
    question: str
    models: tuple[ModelChoice, ...]
    factors: Mapping[str, tuple[Level, ...]]
    """The protocol, and those that the file names; each has at least one level."""
    repeats: int
    seed: int
    limits: Mapping[str, float]
    """Only those that the file sets."""
    budget: float | None
    """US dollars."""
    parallel: Mapping[str, int]
    """Provider to sessions at once of each of its servers; only what the file sets."""
    outcomes: tuple[str, ...]
    exclude: tuple[End, ...]
    duplicates: tuple[str, ...]
    """Labels of arms that are run twice."""
    path: Path
    sha256: str
    """Of the file's bytes (hex)."""
    marks: Mapping[str, Mark] = field(default_factory=dict, compare=False, repr=False)

    def finding(self, name: str, what: str, cure: str) -> Finding:
        """Say what is wrong with the field ``name`` (dotted), at its place in the file."""
        return Finding(self.path, self.marks.get(name, Mark()), what, cure)

    def arms(self) -> tuple[Arm, ...]:
        """Every combination, models outermost, then the arms that are run again."""
        once = tuple(self._crossed())
        known = {arm.label: arm for arm in once}
        return (*once, *(_again(known[label]) for label in self.duplicates if label in known))

    def _crossed(self) -> Iterator[Arm]:
        names = [name for name in FACTORS if name in self.factors]
        for model in self.models:
            for chosen in itertools.product(*(self.factors[name] for name in names)):
                yield self._arm(model, dict(zip(names, chosen, strict=True)))

    def _arm(self, model: ModelChoice, levels: dict[str, Level]) -> Arm:
        parts = [model.label, *(level.label for level in levels.values())]
        return Arm(
            label=BETWEEN_PARTS.join(parts),
            model=model,
            levels={name: level.label for name, level in levels.items()},
            protocol=str(levels["protocol"].value),
            changes=self._changes(levels),
            attended="attended" in levels and levels["attended"].value is True,
            effort=_text(levels.get("effort")),
            tools=_text(levels.get("tools")),
        )

    def _changes(self, levels: dict[str, Level]) -> Changes:
        tool = levels.get("tool_name")
        told = levels.get("disclosure")
        order = levels.get("exit_order")
        places: dict[str, Place] = {
            name: (self.path, levels[factor].mark)
            for factor, name in _FIELDS.items()
            if factor in levels
        }
        return Changes(
            offer=_offer(levels.get("exit_wording"), order is not None and order.value == REVERSED),
            tool=None if tool is None else ExitTool(_text(tool)),
            between=_text(levels.get("between")),
            disclose=None if told is None else cast("tuple[LimitName, ...]", told.value),
            places=places,
        )


_FIELDS = {
    "exit_wording": "exit.offer",
    "tool_name": "exit.tool",
    "between": "between",
    "disclosure": "disclose",
}
"""The field of a protocol that each of these factors replaces."""


def _text(level: Level | None) -> str | None:
    return None if level is None or level.value is None else str(level.value)


def _offer(level: Level | None, backwards: bool) -> str | None:
    """The words of a wording: its parts in a row, or in the opposite order."""
    if level is None:
        return None
    if isinstance(level.value, tuple):
        return " ".join(reversed(level.value) if backwards else level.value)
    return str(level.value)


def _again(arm: Arm) -> Arm:
    return replace(arm, label=BETWEEN_PARTS.join((arm.label, AGAIN)), duplicate_of=arm.label)
