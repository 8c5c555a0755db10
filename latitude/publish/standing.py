"""Where each session stands: shown, held back, or waiting for a person to decide something."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from latitude.publish.decisions import Confirm, Decisions, Keep, Redact
from latitude.publish.examining import CandidateSeen, Examined, FindingSeen
from latitude.publish.kin import Kin
from latitude.publish.manifest import Withheld

WISHED = "The model wished that this session is not shown."


@dataclass(frozen=True, slots=True)
class Standing:
    """One session, before it goes out."""

    session: str
    withheld: Withheld | None = None
    overridden: str | None = None
    """Why it is shown although the model wished otherwise."""
    signature: str | None = None
    redact: Mapping[str, Redact] = field(default_factory=dict)
    """By finding: what is taken out of it."""
    words_withdrawn: str | None = None
    """Why the person's own words are taken out; ``None`` where they are not."""
    undecided: tuple[FindingSeen, ...] = ()
    unanswered: tuple[CandidateSeen, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether a person has to decide something first."""
        return self.withheld is None and bool(self.undecided or self.unanswered)


class Holds:
    """What holds sessions back: wishes, where no override counts, and withdrawals.

    A wish of a session that carries another one on was made in sight of that one, and what carries
    a session on holds its history. So a wish holds back its session and all that this one carries
    on, and what is held back holds back all that carries it on: the whole line. A withdrawal holds
    back its session and what carries that one on. All of it is told by the names of sessions, so
    that it also holds for one that cannot be read.

    An override is for one session, is never stronger than a withdrawal, and counts only while
    nothing is held back that the session carries on: it would go out with it.
    """

    def __init__(self, kin: Kin, examined: Mapping[str, Examined], decisions: Decisions) -> None:
        self._kin = kin
        self._examined = examined
        self._decisions = decisions
        self._confirmed: dict[str, list[Confirm]] = {}
        for decision in decisions.candidates.values():
            if isinstance(decision, Confirm):
                self._confirmed.setdefault(decision.session, []).append(decision)
        self._said_in = self._wishes()
        self._held: dict[str, Withheld] = {}
        self._blocked: dict[str, str] = {}
        self._decide()

    def held(self, name: str) -> Withheld | None:
        """What holds a session back, if anything does: a withdrawal rather than a wish."""
        return self._held.get(name)

    def overridden(self, name: str) -> str | None:
        """Why a session is shown that a wish would hold back."""
        override = self._decisions.overrides.get(name)
        wished = name in self._said_in and name not in self._held
        return override.why if wished and override is not None else None

    def blocked(self, name: str) -> str | None:
        """The nearest session that ``name`` carries on and that is held back, if there is one."""
        return self._blocked.get(name)

    def signature(self, name: str) -> str | None:
        """How it is signed: as the tool was told, else as the nearest confirmed sentence says."""
        if (told := self._examined[name].wish.signature) is not None:
            return told
        for one in (name, *self._kin.above(name)):
            for decision in reversed(self._confirmed.get(one, [])):
                if decision.signature:
                    return decision.signature
        return None

    def _wishes(self) -> Mapping[str, str]:
        """Why a wish holds back each session that one holds back."""
        said_in: dict[str, str] = {}
        own = [name for name in self._kin if self._says_no(name)]
        said_in.update({name: name for name in own})
        for name in own:
            for parent in self._kin.above(name):
                if parent in said_in:
                    # Parents come first: what stands above this one is told already.
                    break
                said_in[parent] = name
        why = {
            name: WISHED
            if name == where
            else f"{WISHED[:-1]}; it was said in {where}, which carries it on."
            for name, where in said_in.items()
        }
        nearest: dict[str, str] = {}
        for name in self._kin:
            if (near := self._kin.parent(name)) is None:
                continue
            held = near if near in said_in else nearest.get(near)
            if held is not None:
                nearest[name] = held
                why.setdefault(name, f"It carries on {held}, which is held back.")
        return why

    def _says_no(self, name: str) -> bool:
        """The last word with the tool; a sentence that a person confirmed binds likewise.

        Where the two differ, the one that holds back counts: the other can be told by an override.
        """
        told = self._examined.get(name)
        confirmed = (decision.publish for decision in self._confirmed.get(name, []))
        return "no" in (told and told.wish.publish, *confirmed)

    def _decide(self) -> None:
        withdrawn: dict[str, str] = {}
        """The session whose withdrawal holds back another, or itself."""
        for name in dict.fromkeys((*self._kin, *self._decisions.withdrawn)):
            parent = self._kin.parent(name)
            above = None if parent is None else withdrawn.get(parent)
            by = name if name in self._decisions.withdrawn else above
            if parent is not None:
                nearest = parent if parent in self._held else self._blocked.get(parent)
                if nearest is not None:
                    self._blocked[name] = nearest
            if by is not None:
                withdrawn[name] = by
                self._held[name] = self._withdrawn(name, by)
            elif name in self._said_in:
                wished = self._wished(name)
                if wished is not None:
                    self._held[name] = wished

    def _withdrawn(self, name: str, by: str) -> Withheld:
        why = f"It carries on {by}, which was withdrawn."
        own = self._decisions.withdrawn.get(name)
        return Withheld(id=name, because="withdrawn", why=why if own is None else own.why)

    def _wished(self, name: str) -> Withheld | None:
        why, blocked = self._said_in[name], self._blocked.get(name)
        if name in self._decisions.overrides:
            if blocked is None:
                return None
            why += f" Its override counts once {blocked} is overridden, too."
        return Withheld(id=name, because="wish", why=why)


def standings(
    names: Iterable[str], examined: Mapping[str, Examined], holds: Holds, decisions: Decisions
) -> Mapping[str, Standing]:
    """Return where each of ``names`` stands; all of them were looked through."""
    return {name: _standing(examined[name], holds, decisions) for name in names}


def waiting(
    stand: Mapping[str, Standing],
    kin: Kin,
    examined: Mapping[str, Examined],
    decisions: Decisions,
) -> tuple[Standing, ...]:
    """Return those that wait for a person, by their names; ``stand`` is all that was chosen.

    A sentence that may be a wish may hold back the whole line, so it waits wherever it was said:
    in a session that was not chosen, too, or is held back itself, where any of its line is shown.
    """
    found = {name: one for name, one in stand.items() if one.waits}
    lines = {kin.first(name): None for name, one in stand.items() if one.withheld is None}
    for name in (name for first in lines for name in kin.line(first)):
        shown = name in stand and stand[name].withheld is None
        if not shown and name in examined:
            one = Standing(session=name, unanswered=_unanswered(examined[name], decisions))
            if one.waits:
                found[name] = one
    return tuple(found[name] for name in sorted(found))


def _unanswered(one: Examined, decisions: Decisions) -> tuple[CandidateSeen, ...]:
    return tuple(
        candidate
        for candidate in one.candidates
        if candidate.leans != "yes" and candidate.id not in decisions.candidates
    )


def _standing(one: Examined, holds: Holds, decisions: Decisions) -> Standing:
    name = one.row.id
    redact: dict[str, Redact] = {}
    undecided: list[FindingSeen] = []
    for finding in one.findings:
        match decisions.findings.get(finding.id):
            case Redact() as decided:
                redact[finding.id] = decided
            case Keep():
                pass
            case None:
                undecided.append(finding)
    words = decisions.words_withdrawn.get(name)
    return Standing(
        session=name,
        withheld=holds.held(name),
        overridden=holds.overridden(name),
        signature=holds.signature(name),
        redact=redact,
        words_withdrawn=None if words is None else words.why,
        undecided=tuple(undecided),
        unanswered=_unanswered(one, decisions),
    )
