"""Where each session stands: shown, held back, or waiting for a person to decide something."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from latitude.publish.decisions import Confirm, Decisions, Keep, Redact
from latitude.publish.examining import CandidateSeen, Examined, FindingSeen
from latitude.publish.manifest import Because, Withheld

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
    words_withdrawn: bool = False
    """Whether the person's own words are taken out."""
    undecided: tuple[FindingSeen, ...] = ()
    unanswered: tuple[CandidateSeen, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether a person has to decide something first."""
        return self.withheld is None and bool(self.undecided or self.unanswered)


def standings(examined: Mapping[str, Examined], decisions: Decisions) -> Mapping[str, Standing]:
    """Return where each of ``examined`` stands.

    A wish of a session that carries another one on was made in sight of that one too, and what
    carries on a session holds its history: so what holds one of a line back holds back the others
    that it speaks of.
    """
    held = {name: _held(name, one, decisions) for name, one in examined.items()}
    for name, one in examined.items():
        parent = one.parent
        wished = held[name]
        while parent is not None and parent in held and wished is not None:
            if wished.because == "wish" and held[parent] is None:
                held[parent] = _unless_overridden(
                    parent, decisions, f"{WISHED[:-1]}; it was said in {name}, which carries it on."
                )
            parent = examined[parent].parent
    for name in sorted(examined):
        above = examined[name].parent
        while held[name] is None and above is not None and above in examined:
            if (reason := held[above]) is not None and name not in decisions.overrides:
                why = f"It carries on {above}, which is held back."
                held[name] = Withheld(id=name, because=reason.because, why=why)
            above = examined[above].parent
    return {name: _standing(name, one, decisions, held[name]) for name, one in examined.items()}


def _held(name: str, one: Examined, decisions: Decisions) -> Withheld | None:
    withdrawn = decisions.withdrawn.get(name)
    if withdrawn is not None:
        return _tombstone(name, "withdrawn", withdrawn.why)
    if _wish(name, one, decisions) == "no":
        return _unless_overridden(name, decisions, WISHED)
    return None


def _tombstone(name: str, because: Because, why: str) -> Withheld:
    return Withheld(id=name, because=because, why=why)


def _unless_overridden(name: str, decisions: Decisions, why: str) -> Withheld | None:
    return None if name in decisions.overrides else _tombstone(name, "wish", why)


def _confirmed(name: str, one: Examined, decisions: Decisions) -> list[Confirm]:
    there = {candidate.id for candidate in one.candidates}
    return [
        decision
        for decision in decisions.candidates.values()
        if isinstance(decision, Confirm)
        and decision.session == name
        and decision.candidate in there
    ]


def _wish(name: str, one: Examined, decisions: Decisions) -> str | None:
    """The last word with the tool; a sentence that a person confirmed binds likewise.

    Where the two differ, the one that holds back counts: the other can be told by an override.
    """
    said = [one.wish.publish, *(each.publish for each in _confirmed(name, one, decisions))]
    return "no" if "no" in said else "yes" if "yes" in said else None


def _standing(
    name: str, one: Examined, decisions: Decisions, withheld: Withheld | None
) -> Standing:
    signatures = [each.signature for each in _confirmed(name, one, decisions) if each.signature]
    override = decisions.overrides.get(name)
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
    wished = _wish(name, one, decisions) == "no"
    return Standing(
        session=name,
        withheld=withheld,
        overridden=override.why if override is not None and wished else None,
        signature=one.wish.signature or (signatures[-1] if signatures else None),
        redact=redact,
        words_withdrawn=name in decisions.words_withdrawn,
        undecided=tuple(undecided),
        unanswered=tuple(
            candidate
            for candidate in one.candidates
            if candidate.leans != "yes" and candidate.id not in decisions.candidates
        ),
    )
