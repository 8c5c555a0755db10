"""What a plan can find at best, told before its first session."""

from dataclasses import dataclass

from latitude.compare.cohort import NOISE_FLOOR, Cohort, Group
from latitude.compare.estimators.proportions import fisher_exact
from latitude.study.plan import Plan
from latitude.study.reporting import planned_of

LEVEL = 0.05
"""What a corrected p is usually held against."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The planned tests of a plan, and the smallest p that one of them can give."""

    pairs: int
    """Pairs of arms that differ in one thing only; the noise floor aside."""
    tests: int
    """One for each pair and outcome; they are corrected together."""
    least_p: float
    """Of two arms whose sessions all differ: each session of the one did, none of the other."""

    @property
    def corrected(self) -> float:
        """The smallest p after Holm's correction."""
        return min(1.0, self.least_p * self.tests)


def reach_of(plan: Plan) -> Reach:
    """Return what ``plan`` can find, if no session is excluded."""
    planned = planned_of(plan, "")
    groups = tuple(Group(label, traits, ()) for label, traits in planned.arms.items())
    pairs = Cohort(groups, {}, (), planned).pairs()
    number = sum(name != NOISE_FLOOR for _, _, name in pairs)
    least = fisher_exact(plan.repeats, plan.repeats, 0, plan.repeats)
    return Reach(number, number * len(plan.outcomes), least)
