"""Where each session stands: shown, held back, or waiting for a person to decide something."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from latitude.publish.decisions import Confirm, Decisions, Keep, Redact
from latitude.publish.examining import CandidateSeen, Examined, FindingSeen
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


def standings(
    chosen: Collection[str], examined: Mapping[str, Examined], decisions: Decisions
) -> Mapping[str, Standing]:
    """Return where each of ``chosen`` stands.

    ``examined`` has these, and others of their lines, whose wishes hold for them too. A wish of a
    session that carries another one on was made in sight of that one, and what carries on a
    session holds its history: so what holds back one of a line holds back the others that it
    speaks of. An override is for the session that it names and for no other, and a withdrawal is
    stronger.
    """
    wishes = _Wishes(examined, decisions)
    found: dict[str, Standing] = {}
    for name in chosen:
        withheld, overridden = wishes.held(name), None
        override = decisions.overrides.get(name)
        if override is not None and withheld is not None and withheld.because == "wish":
            withheld, overridden = None, override.why
        found[name] = _standing(
            name, examined[name], decisions, withheld, overridden, wishes.signature(name)
        )
    return found


def parents_first(names: Collection[str], examined: Mapping[str, Examined]) -> list[str]:
    """Sort sessions so that each comes after those that it carries on.

    The ids alone do not tell: they know no less than a second.
    """
    return sorted(names, key=lambda name: (sum(1 for _ in _above(name, examined)), name))


def _above(name: str, examined: Mapping[str, Examined]) -> Iterator[str]:
    """The sessions that ``name`` carries on, the nearest first, as far as they are known."""
    seen = {name}
    parent = examined[name].parent
    while parent is not None and parent in examined and parent not in seen:
        seen.add(parent)
        yield parent
        parent = examined[parent].parent


class _Wishes:
    """What the sessions of a release wish, and what that holds back. Overrides are no part of it.

    What a session says with the tool is carried on to those that carry it on when they are looked
    through; a sentence that a person confirmed is carried on here.
    """

    def __init__(self, examined: Mapping[str, Examined], decisions: Decisions) -> None:
        self._examined = examined
        self._withdrawn = decisions.withdrawn
        self._confirmed: dict[str, list[Confirm]] = {}
        for decision in decisions.candidates.values():
            if isinstance(decision, Confirm):
                self._confirmed.setdefault(decision.session, []).append(decision)
        self._said_in: dict[str, str] = {}
        """Sessions that a wish holds back, and the one in which it was said."""
        for name in examined:
            if self._says_no(name):
                self._said_in[name] = name
        for name in parents_first(list(self._said_in), examined):
            for parent in _above(name, examined):
                self._said_in.setdefault(parent, name)

    def held(self, name: str) -> Withheld | None:
        """What holds a session back, if anything does: a withdrawal rather than a wish."""
        if (own := self._withdrawn.get(name)) is not None:
            return Withheld(id=name, because="withdrawn", why=own.why)
        line = list(_above(name, self._examined))
        for parent in line:
            if parent in self._withdrawn:
                why = f"It carries on {parent}, which was withdrawn."
                return Withheld(id=name, because="withdrawn", why=why)
        if (said_in := self._said_in.get(name)) is not None:
            why = f"{WISHED[:-1]}; it was said in {said_in}, which carries it on."
            return Withheld(id=name, because="wish", why=WISHED if said_in == name else why)
        for parent in line:
            if parent in self._said_in:
                why = f"It carries on {parent}, which is held back."
                return Withheld(id=name, because="wish", why=why)
        return None

    def signature(self, name: str) -> str | None:
        """How it is signed: as the tool was told, else as the nearest confirmed sentence says."""
        if (told := self._examined[name].wish.signature) is not None:
            return told
        for one in (name, *_above(name, self._examined)):
            for decision in reversed(self._confirmed.get(one, [])):
                if decision.signature:
                    return decision.signature
        return None

    def _says_no(self, name: str) -> bool:
        """The last word with the tool; a sentence that a person confirmed binds likewise.

        Where the two differ, the one that holds back counts: the other can be told by an override.
        """
        confirmed = (decision.publish for decision in self._confirmed.get(name, []))
        return "no" in (self._examined[name].wish.publish, *confirmed)


def _standing(
    name: str,
    one: Examined,
    decisions: Decisions,
    withheld: Withheld | None,
    overridden: str | None,
    signature: str | None,
) -> Standing:
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
        withheld=withheld,
        overridden=overridden,
        signature=signature,
        redact=redact,
        words_withdrawn=None if words is None else words.why,
        undecided=tuple(undecided),
        unanswered=tuple(
            candidate
            for candidate in one.candidates
            if candidate.leans != "yes" and candidate.id not in decisions.candidates
        ),
    )
