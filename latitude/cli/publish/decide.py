"""``latitude publish redact``, ``keep``, ``confirm`` … : what a person decides, written down."""

import argparse
from collections.abc import Sequence
from typing import TypeVar

from latitude.cli.options import home_of
from latitude.cli.output import say
from latitude.cli.publish.opening import opened, refuse_secrets
from latitude.core.clean import clean_line
from latitude.errors import UnknownName, UsageError
from latitude.journal.paths import resolve
from latitude.publish import decisions
from latitude.publish.examining import CandidateSeen, FindingSeen
from latitude.publish.publication import Publication

_TAKEN_OUT = "it must not go out"
"""The reason of a redaction, where nobody gives another: what it is stands with it."""
EVERY = "all"
_T = TypeVar("_T", FindingSeen, CandidateSeen)


async def run(options: argparse.Namespace) -> int:
    """Write the decisions down and say them."""
    made = await _decided(options)
    decisions.add_decisions(home_of(options).releases, *made)
    for decision in made:
        print(f"{options.publish}  {clean_line(_matter(decision))}")
    say("It holds for every release from now on.")
    return 0


async def _decided(options: argparse.Namespace) -> Sequence[decisions.AnyDecision]:
    why = options.why.strip() or (_TAKEN_OUT if options.publish == "redact" else "")
    if not why:
        raise UsageError("A decision needs a reason. Nothing was written. Give one with --why.")
    refuse_secrets(why, getattr(options, "signature", None))
    if options.publish in ("override", "withdraw", "restore"):
        return _about_sessions(options, why)
    async with opened(options) as publication:
        if options.publish in ("redact", "keep"):
            return _about_findings(options, publication, why)
        return _about_sentences(options, publication, why)


def _about_sessions(options: argparse.Namespace, why: str) -> list[decisions.AnyDecision]:
    sessions = home_of(options).sessions
    names = [resolve(sessions, short) for short in options.what]
    now = decisions.now()
    match options.publish:
        case "override":
            return [decisions.Override(at=now, why=why, session=name) for name in names]
        case "withdraw":
            return [
                decisions.Withdraw(at=now, why=why, session=name, words=options.words)
                for name in names
            ]
        case _:
            return [decisions.Restore(at=now, why=why, session=name) for name in names]


def _about_findings(
    options: argparse.Namespace, publication: Publication, why: str
) -> list[decisions.AnyDecision]:
    found = {
        finding.id: finding for one in publication.examined.values() for finding in one.findings
    }
    waiting = [one.id for standing in publication.waiting for one in standing.undecided]
    kind = decisions.Redact if options.publish == "redact" else decisions.Keep
    now = decisions.now()
    return [
        kind(at=now, why=why, finding=finding.id, rule=finding.rule)
        for finding in _named(options.what, found, waiting, "finding")
    ]


def _about_sentences(
    options: argparse.Namespace, publication: Publication, why: str
) -> list[decisions.AnyDecision]:
    found: dict[str, CandidateSeen] = {}
    sessions: dict[str, str] = {}
    for session, one in publication.examined.items():
        for candidate in one.candidates:
            found[candidate.id], sessions[candidate.id] = candidate, session
    waiting = [one.id for standing in publication.waiting for one in standing.unanswered]
    chosen = _named(options.what, found, waiting, "sentence")
    now = decisions.now()
    if options.publish == "dismiss":
        return [
            decisions.Dismiss(at=now, why=why, candidate=one.id, session=sessions[one.id])
            for one in chosen
        ]
    if options.publish_wish is None and options.signature is None:
        raise UsageError(
            "What does it ask for? Nothing was written. Say it with --publish no, --publish yes or "
            "--signature TEXT."
        )
    return [
        decisions.Confirm(
            at=now,
            why=why,
            candidate=one.id,
            session=sessions[one.id],
            publish=options.publish_wish,
            signature=options.signature,
        )
        for one in chosen
    ]


def _named(
    words: Sequence[str], found: dict[str, _T], waiting: Sequence[str], noun: str
) -> list[_T]:
    if list(words) == [EVERY]:
        if not waiting:
            raise UsageError(f"No {noun} waits for a decision. Nothing was written.")
        return [found[name] for name in dict.fromkeys(waiting)]
    chosen: dict[str, _T] = {}
    for word in words:
        fits = [name for name in found if len(word) >= 4 and name.startswith(word)]
        if len(fits) != 1:
            said = f"Several {noun}s begin with" if fits else f"No {noun} is called"
            raise UnknownName(
                f"{said} {word!r}. Nothing was written. `latitude publish check` names those that "
                "wait; four of their signs or more are enough."
            )
        chosen[fits[0]] = found[fits[0]]
    return list(chosen.values())


def _matter(decision: decisions.AnyDecision) -> str:
    match decision:
        case decisions.Redact() | decisions.Keep():
            return f"{decision.finding}  {decision.rule}"
        case decisions.Confirm() | decisions.Dismiss():
            return f"{decision.candidate}  {decision.session}"
        case decisions.Withdraw(words=True):
            return f"{decision.session}  the person's words"
        case _:
            return decision.session
