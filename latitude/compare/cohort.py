"""Which sessions are compared, and how they are grouped: the rules that keep a comparison honest.

A session is one observation. Sessions are pooled only where the model as returned and its
settings, all that it was given, and whether a person answered are the same; those of a study also
only within their arm. One that carries on another is left out, since it begins with that one's
turns; so are rehearsals that were not asked for. Nothing is left out without being counted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from latitude.compare.figures import Column, Row, Table
from latitude.compare.traits import settings, wordings
from latitude.core.events import End
from latitude.index.observation import Observation

NOISE_FLOOR = "noise floor"
"""What arms differ in that are the same on purpose."""
RETURNED = "returned"
"""The trait of groups whose model came back under more names than it was asked by."""

EXCLUDED: tuple[End, ...] = ("interrupted", "harness-failed")
"""Ends that say nothing of the model, and so are counted and not analysed, unless a plan says
otherwise."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What a study fixed beforehand, as far as a comparison heeds it."""

    study: str
    plan: str
    """SHA-256 of its plan file."""
    question: str
    outcomes: tuple[str, ...]
    """Primary outcomes; everything else is exploratory."""
    exclude: tuple[str, ...]
    arms: Mapping[str, Mapping[str, str]]
    """By label: factor to level, the model among them."""
    duplicates: tuple[tuple[str, str], ...] = ()
    """Arms that are the same on purpose: the noise floor."""
    sessions: int = 0
    """How many there are to be."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Sessions that may be pooled."""

    label: str
    traits: Mapping[str, str]
    """What sets it apart from other groups: ``model``, and ``wording`` with whatever else is not
    the same in all groups, or the study's factors."""
    members: tuple[Observation, ...]

    @property
    def n(self) -> int:
        """Sessions."""
        return len(self.members)

    @property
    def sessions(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(member.session for member in self.members)

    @property
    def wording(self) -> str:
        """All that sets it apart but the model."""
        return " · ".join(value for name, value in self.traits.items() if name != "model")


@dataclass(frozen=True, slots=True)
class Cohort:
    """The sessions of a comparison, in groups, and what became of the others."""

    groups: tuple[Group, ...]
    left_out: Mapping[str, tuple[str, ...]]
    """Why, and the sessions."""
    warnings: tuple[str, ...]
    planned: Planned | None = None
    seen: tuple[Observation, ...] = field(default=(), repr=False)
    """All sessions that were looked at, those left out among them."""

    @property
    def members(self) -> tuple[Observation, ...]:
        """All sessions that are analysed."""
        return tuple(member for group in self.groups for member in group.members)

    def pairs(self) -> list[tuple[Group, Group, str]]:
        """The pairs of groups that differ in one thing only, and the name of that thing.

        An arm that repeats another one on purpose is paired with that one only, as
        ``noise floor``: it would be counted twice otherwise.
        """
        twins = () if self.planned is None else self.planned.duplicates
        again = {label for _, label in twins}
        found = []
        for place, one in enumerate(self.groups):
            for other in self.groups[place + 1 :]:
                if (one.label, other.label) in twins:
                    found.append((one, other, NOISE_FLOOR))
                elif {one.label, other.label} & again:
                    continue
                elif len(unlike := _unlike(one, other)) == 1:
                    found.append((one, other, unlike[0]))
        return sorted(found, key=lambda pair: (pair[2] == NOISE_FLOOR, pair[2]))


def _unlike(one: Group, other: Group) -> list[str]:
    names = one.traits.keys() | other.traits.keys()
    unlike = {name for name in names if one.traits.get(name) != other.traits.get(name)}
    # Two models come back under two names, and that is one difference.
    return sorted(unlike - {RETURNED} if "model" in unlike else unlike)


def gather(
    seen: Sequence[Observation], *, rehearsals: bool = False, planned: Planned | None = None
) -> Cohort:
    """Sort ``seen`` into groups, and count what is left out."""
    exclude = EXCLUDED if planned is None else planned.exclude
    left_out: dict[str, list[str]] = {}
    kept: list[Observation] = []
    for one in seen:
        why = _why_not(one, exclude, rehearsals=rehearsals)
        if why is None:
            kept.append(one)
        else:
            left_out.setdefault(why, []).append(one.session)
    groups = _groups(_with_models(kept, planned), planned)
    return Cohort(
        groups=groups,
        left_out={why: tuple(sessions) for why, sessions in left_out.items()},
        warnings=tuple(_warnings(seen, kept, groups, planned, rehearsals=rehearsals)),
        planned=planned,
        seen=tuple(seen),
    )


def _why_not(one: Observation, exclude: Iterable[str], *, rehearsals: bool) -> str | None:
    if one.rehearsal and not rehearsals:
        return "rehearsal, not a model"
    if one.end is None:
        return "not closed"
    if one.parent is not None:
        return "carries on another session"
    return one.end if one.end in exclude else None


def _with_models(kept: Sequence[Observation], planned: Planned | None) -> tuple[Observation, ...]:
    """A session to which no model came back is of the one that came back to those asked alike.

    Where several did, or none, it is of the one that was asked for.
    """

    def asked(one: Observation) -> tuple[str | bool, ...]:
        arm = "" if planned is None else one.arm or ""
        return arm, one.asked, one.given, one.attended, one.settings

    returned: dict[tuple[str | bool, ...], set[str]] = {}
    for one in kept:
        if one.came_back:
            returned.setdefault(asked(one), set()).add(one.model)
    models = {key: next(iter(names)) for key, names in returned.items() if len(names) == 1}
    return tuple(
        one if one.came_back else replace(one, model=models.get(asked(one), one.model))
        for one in kept
    )


def _groups(kept: Sequence[Observation], planned: Planned | None) -> tuple[Group, ...]:
    keyed: dict[tuple[str, ...], list[Observation]] = {}
    for one in kept:
        arm = one.arm or "" if planned is not None else ""
        # Within an arm the plan holds the settings equal.
        asked = "" if planned is not None else one.settings
        keyed.setdefault((arm, one.model, one.given, str(one.attended), asked), []).append(one)
    if planned is not None:
        return _arms(keyed, planned)
    named, set_to = wordings(kept), settings(kept)
    groups = []
    for members in keyed.values():
        one = members[0]
        traits = {"model": one.model, "wording": named[one.given]}
        if unlike := set_to[one.model, one.settings]:
            traits["settings"] = unlike
        if one.attended:
            traits["attended"] = "attended"
        groups.append(Group(" · ".join(traits.values()), traits, tuple(members)))
    return tuple(sorted(groups, key=lambda group: group.label))


def _arms(
    keyed: Mapping[tuple[str, ...], Sequence[Observation]], planned: Planned
) -> tuple[Group, ...]:
    """The groups of a study, in the order of its plan; an arm that came back from more than one
    model, or was given other words in some sessions, is more than one group."""
    order = list(planned.arms)
    pieces = Counter(key[0] for key in keyed)
    asked = {arm: planned.arms.get(arm, {}).get("model", arm) for arm in pieces}
    split = {asked[arm] for arm, number in pieces.items() if number > 1}
    givens = {arm: {key[2] for key in keyed if key[0] == arm} for arm in pieces}
    found = []
    for (arm, model, given, *_), members in keyed.items():
        traits = dict(planned.arms.get(arm, {"model": model}))
        label = arm
        if asked[arm] in split:
            traits[RETURNED] = model
        if pieces[arm] > 1:
            label = f"{arm} · {model}"
        if len(givens[arm]) > 1:
            traits["given"] = given[:8]
            label = f"{label} {given[:8]}"
        place = order.index(arm) if arm in order else len(order)
        found.append((place, label, Group(label, traits, tuple(members))))
    return tuple(group for _, _, group in sorted(found, key=lambda one: one[:2]))


def _warnings(
    seen: Sequence[Observation],
    kept: Sequence[Observation],
    groups: Sequence[Group],
    planned: Planned | None,
    *,
    rehearsals: bool,
) -> Iterable[str]:
    played = sum(one.rehearsal for one in kept)
    if not kept and (scripts := sum(one.rehearsal for one in seen)) and not rehearsals:
        yield (
            f"Nothing is compared: {scripts:,} of the {len(seen):,} sessions are rehearsals, which "
            "count only with --rehearsals."
        )
    if rehearsals and played:
        what = "All" if played == len(kept) else f"{played:,} of the {len(kept):,}"
        yield f"{what} sessions here are rehearsals: scripts, not models. They show nothing of any."
    if planned is not None and (done := _done(seen)) < planned.sessions:
        yield (
            f"The study is not over: {done:,} of its {planned.sessions:,} sessions are done. What "
            "stands here will change, and looking before the end finds differences that are none."
        )
    unlike = [] if planned is None else sorted({g.label for g in groups} - planned.arms.keys())
    if unlike:
        yield (
            "Some sessions of an arm came back from another model, or were given other words, than "
            f"the rest of it. They are not pooled: {'; '.join(unlike)}."
        )
    if any(one.attended for one in kept) and not all(one.attended for one in kept):
        yield "A person answered in some sessions and not in others. They are not pooled."
    rooms = sorted({one.turn_limit for one in kept if one.turn_limit})
    if len(rooms) > 1:
        yield (
            f"The sessions had room for different numbers of turns ({rooms[0]:,} to "
            f"{rooms[-1]:,}). More turns are more occasions to leave and to make something."
        )


def _done(seen: Iterable[Observation]) -> int:
    return len({(one.arm, one.repeat) for one in seen if one.end not in (None, "interrupted")})


_KEPT = (
    "Refused and failed sessions, and those in which nothing was made, are kept and counted with "
    "the others."
)


def flow_table(cohort: Cohort) -> Table:
    """Where every session went that was looked at."""
    rows = [
        Row((f"left out: {why}", len(sessions)), sessions)
        for why, sessions in sorted(cohort.left_out.items())
    ]
    rows += [Row((group.label, group.n), group.sessions) for group in cohort.groups]
    every = tuple(one.session for one in cohort.seen)
    return Table(
        name="flow",
        title="Where every session went",
        columns=(Column("group", "group"), Column("sessions", "sessions", "count")),
        rows=(Row(("looked at", len(every)), every), *rows),
        notes=(_KEPT,),
    )
