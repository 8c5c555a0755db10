"""The tests of a comparison: every outcome, for every two groups that differ in one thing only.

What the plan names is planned and corrected together by Holm; the rest is exploratory and
corrected together by Benjamini and Hochberg. Tests of arms that are the same on purpose are
neither: they show how large a difference is that is none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from latitude.compare.cohort import NOISE_FLOOR, RETURNED, Cohort, Group
from latitude.compare.estimators.correction import benjamini_hochberg, holm
from latitude.compare.estimators.differences import difference_of_means
from latitude.compare.estimators.divergence import jensen_shannon_excess
from latitude.compare.estimators.leaving import log_rank_permuted
from latitude.compare.estimators.means import mean_difference
from latitude.compare.estimators.permutation import DRAWS, Permutation
from latitude.compare.estimators.persistence import Distances, persistence
from latitude.compare.estimators.proportions import fisher_exact, fisher_floor, newcombe
from latitude.compare.estimators.survival import area, incidences
from latitude.compare.figures import Interval, Standing
from latitude.index.follow import Progress
from latitude.index.measures import KINDS
from latitude.index.observation import Observation

CENSORED = ("turn-limit", "interrupted", "harness-failed")
"""Ends that cut the sight of a session short and say nothing of when it would have left."""
NOTHING = "nothing"
"""The category of a session that left no file."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One test of one outcome between two groups."""

    outcome: str
    one: Group
    other: Group
    differs_in: str
    ns: tuple[int, int]
    """Sessions of each that the outcome can be told of."""
    difference: float | None
    """The first less the second, in the unit of the outcome; of ``kinds`` and ``likeness`` what
    is beyond chance."""
    interval: Interval | None
    p: float | None
    floor: float | None
    """The smallest p that so many sessions can give."""
    standing: Standing
    corrected: float | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """How relabelings are drawn."""

    m: int = DRAWS
    seed: int = 0


Values = Callable[[Observation], float | None]
"""An outcome that is a number: of a session, or ``None`` where it cannot be told."""

MEANS: Mapping[str, Values] = {
    "files": lambda one: float(one.files),
    "thinking": lambda one: one.numbers.get("thinking_share"),
    "questions": lambda one: one.numbers.get("questions", 0.0) / one.turns if one.turns else None,
}
SHARES: Mapping[str, Callable[[Observation], bool]] = {
    "exit": lambda one: one.exited,
    "made": lambda one: one.files > 0,
}
OUTCOMES = (*SHARES, "turns", *MEANS, "kinds", "likeness")


class Findings:
    """All tests of a cohort, corrected together."""

    def __init__(
        self,
        cohort: Cohort,
        distances: Mapping[str, Sequence[float]] | None = None,
        drawing: Drawing | None = None,
        progress: Progress | None = None,
    ) -> None:
        """``distances`` holds for each session those to all sessions of the cohort, in order;
        ``progress`` is told how many tests of how many were made."""
        self._cohort = cohort
        self._distances = distances or {}
        self._drawing = drawing or Drawing()
        self._progress = progress

    @cached_property
    def all(self) -> tuple[Finding, ...]:
        """Every test that could be made."""
        planned = () if self._cohort.planned is None else self._cohort.planned.outcomes
        pairs = self._cohort.pairs()
        asked = [(outcome, *pair) for outcome in OUTCOMES for pair in pairs]
        found = []
        for done, (outcome, one, other, name) in enumerate(asked, start=1):
            finding = self._test(outcome, one, other, name, planned)
            if finding is not None:
                found.append(finding)
            if self._progress is not None:
                self._progress(done, len(asked))
        return tuple(_corrected(found))

    def of(self, outcome: str) -> tuple[Finding, ...]:
        """The tests of one outcome."""
        return tuple(finding for finding in self.all if finding.outcome == outcome)

    def counted(self, standing: Standing) -> int:
        """How many tests of this standing were made."""
        return sum(f.standing == standing and f.p is not None for f in self.all)

    def _test(
        self, outcome: str, one: Group, other: Group, name: str, planned: Sequence[str]
    ) -> Finding | None:
        # No plan can name two models that came back where one was asked for.
        meant = outcome in planned and name != RETURNED
        standing: Standing = "planned" if meant else "exploratory"
        if name == NOISE_FLOOR:
            standing = "descriptive"
        blank = Finding(
            outcome, one, other, name, (one.n, other.n), None, None, None, None, standing
        )
        found = self._found(blank)
        # What was planned and could not be tested has a line all the same.
        return blank if found is None and standing == "planned" else found

    def _found(self, blank: Finding) -> Finding | None:
        outcome = blank.outcome
        if outcome in SHARES:
            return _share(blank, SHARES[outcome])
        if outcome in MEANS:
            return self._mean(blank, MEANS[outcome])
        if outcome == "turns":
            return self._turns(blank)
        if outcome == "kinds":
            return self._kinds(blank)
        return self._likeness(blank)

    def _mean(self, blank: Finding, value: Values) -> Finding | None:
        ours = [v for m in blank.one.members if (v := value(m)) is not None]
        theirs = [v for m in blank.other.members if (v := value(m)) is not None]
        if not ours or not theirs:
            return None
        labels = ["one"] * len(ours) + ["other"] * len(theirs)
        test = difference_of_means(
            [*ours, *theirs], labels, ("one", "other"), m=self._drawing.m, seed=self._drawing.seed
        )
        told = mean_difference(ours, theirs)
        blank = replace(blank, ns=(len(ours), len(theirs)), difference=told.point)
        return _with(replace(blank, interval=told.interval), test)

    def _turns(self, blank: Finding) -> Finding | None:
        members = [*blank.one.members, *blank.other.members]
        times, ended = [float(m.turns) for m in members], [m.exited for m in members]
        if not any(ended):
            # Nobody left, so nobody left at another time.
            return replace(blank, p=1.0)
        test = log_rank_permuted(
            times, ended, _labels(blank), m=self._drawing.m, seed=self._drawing.seed
        )
        horizon = float(min(m.turn_limit or m.turns for m in members))
        ours, theirs = (turns_taken(group, horizon) for group in (blank.one, blank.other))
        return _with(replace(blank, difference=ours - theirs), test)

    def _kinds(self, blank: Finding) -> Finding | None:
        members = [*blank.one.members, *blank.other.members]
        test = jensen_shannon_excess(
            [kinds_of(m) for m in members],
            _labels(blank),
            ("one", "other"),
            m=self._drawing.m,
            seed=self._drawing.seed,
        )
        return _with(blank, test, beyond_chance=True)

    def _likeness(self, blank: Finding) -> Finding | None:
        # A session that said nothing is like no other, and unlike none.
        one, other = (
            [m for m in group.members if m.session in self._distances]
            for group in (blank.one, blank.other)
        )
        if not one or not other:
            return None
        members = [*one, *other]
        blank = replace(blank, ns=(len(one), len(other)))
        order = {m.session: place for place, m in enumerate(self._cohort.members)}
        places = [order[m.session] for m in members]
        table: Distances = [
            [self._distances[m.session][place] for place in places] for m in members
        ]
        labels = ["one"] * len(one) + ["other"] * len(other)
        test = persistence(
            table, labels, [""] * len(labels), m=self._drawing.m, seed=self._drawing.seed
        )
        return None if test is None else _with(blank, test, beyond_chance=True)


def turns_taken(group: Group, horizon: float) -> float:
    """The mean number of turns before ``horizon`` that exits took from a group's sessions."""
    turns = [float(member.turns) for member in group.members]
    exits = incidences(turns, [cause_of(member.end) for member in group.members]).get("model-exit")
    return 0.0 if exits is None else area(exits, horizon)


def cause_of(end: str | None) -> str | None:
    """What ended a session, or ``None`` where it was only lost from sight."""
    return None if end in CENSORED else end


def kinds_of(one: Observation) -> list[float]:
    """The kinds of what a session left, as shares that sum to 1; *nothing* is one of them."""
    counts = one.counts("files:")
    total = sum(counts.values())
    if not total:
        return [0.0] * len(KINDS) + [1.0]
    return [counts.get(kind, 0.0) / total for kind in KINDS] + [0.0]


def _labels(blank: Finding) -> list[str]:
    return ["one"] * blank.one.n + ["other"] * blank.other.n


def _share(blank: Finding, holds: Callable[[Observation], bool]) -> Finding:
    k1, k2 = (sum(map(holds, group.members)) for group in (blank.one, blank.other))
    n1, n2 = blank.ns
    return replace(
        blank,
        difference=k1 / n1 - k2 / n2,
        interval=newcombe(k1, n1, k2, n2),
        p=fisher_exact(k1, n1, k2, n2),
        floor=fisher_floor(k1 + k2, n1, n2),
    )


def _with(
    blank: Finding, test: Permutation | None, *, beyond_chance: bool = False
) -> Finding | None:
    if test is None:
        return blank
    found = replace(blank, p=test.p, floor=test.floor)
    return replace(found, difference=test.statistic - test.expected) if beyond_chance else found


def _corrected(found: Sequence[Finding]) -> list[Finding]:
    corrected = list(found)
    rules = {"planned": holm, "exploratory": benjamini_hochberg}
    for standing, rule in rules.items():
        places = [
            place
            for place, one in enumerate(found)
            if one.standing == standing and one.p is not None
        ]
        ps = [p for place in places if (p := found[place].p) is not None]
        for place, p in zip(places, rule(ps) if ps else (), strict=True):
            corrected[place] = replace(found[place], corrected=p)
    return corrected
