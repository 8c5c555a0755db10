"""``latitude publish redact``, ``keep``, ``confirm`` … : what a person decides, written down."""

import argparse
from collections.abc import Collection, Mapping, Sequence
from typing import Literal, TypeVar

from latitude.cli.filters import answer_of
from latitude.cli.options import home_of
from latitude.cli.output import say
from latitude.cli.publish.choosing import refuse_secrets
from latitude.cli.publish.reviewed import review_of
from latitude.core.clean import clean_line
from latitude.custody.opening import open_repository
from latitude.errors import UnknownName, UsageError
from latitude.index.filters import Filter
from latitude.index.listing import newest
from latitude.journal.paths import resolve
from latitude.publish import decisions
from latitude.publish.examining import CandidateSeen, FindingSeen
from latitude.publish.reviewing import Review, check_overrides

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
        return await _about_sessions(options, why)
    reviewed = await review_of(options)
    if options.publish in ("redact", "keep"):
        return _about_findings(options, reviewed, why)
    return _about_sentences(options, reviewed, why)


async def _about_sessions(options: argparse.Namespace, why: str) -> Sequence[decisions.AnyDecision]:
    home = home_of(options)
    names = list(dict.fromkeys(resolve(home.sessions, short) for short in options.what))
    now = decisions.now()
    match options.publish:
        case "override":
            made = [decisions.Override(at=now, why=why, session=name) for name in names]
            rows = answer_of(home, lambda index: list(newest(index, home.sessions, Filter())))
            async with open_repository(home) as source:
                await check_overrides(home, source, made, rows)
            return made
        case "withdraw":
            return [
                decisions.Withdraw(at=now, why=why, session=name, words=options.words)
                for name in names
            ]
        case _:
            return _restored(options, names, why)


_Kind = Literal["session", "words", "override"]
_ENDED: Mapping[_Kind, str] = {
    "session": "was not withdrawn",
    "words": "has no words of a person that were withdrawn",
    "override": "has no override",
}


def _restored(
    options: argparse.Namespace, names: Sequence[str], why: str
) -> list[decisions.AnyDecision]:
    known = decisions.read_decisions(home_of(options).releases)
    holds: Mapping[_Kind, Collection[str]] = {
        "session": known.withdrawn,
        "words": known.words_withdrawn,
        "override": known.overrides,
    }
    what: _Kind = "words" if options.words else "override" if options.override else "session"
    for name in names:
        if name not in holds[what]:
            raise UsageError(
                f"Session {name} {_ENDED[what]}. Nothing was written. `restore ID` takes back the "
                "withdrawal of a session, `--words` that of the person's words, `--override` an "
                "override."
            )
    now = decisions.now()
    return [decisions.Restore(at=now, why=why, session=name, what=what) for name in names]


def _about_findings(
    options: argparse.Namespace, reviewed: Review, why: str
) -> list[decisions.AnyDecision]:
    found = {finding.id: finding for one in reviewed.examined.values() for finding in one.findings}
    waiting = [one.id for standing in reviewed.waiting for one in standing.undecided]
    kind = decisions.Redact if options.publish == "redact" else decisions.Keep
    now = decisions.now()
    return [
        kind(at=now, why=why, finding=finding.id, rule=finding.rule)
        for finding in _named(options.what, found, waiting, "finding")
    ]


def _about_sentences(
    options: argparse.Namespace, reviewed: Review, why: str
) -> list[decisions.AnyDecision]:
    found: dict[str, CandidateSeen] = {}
    sessions: dict[str, str] = {}
    for session, one in reviewed.examined.items():
        for candidate in one.candidates:
            found[candidate.id], sessions[candidate.id] = candidate, session
    waiting = [one.id for standing in reviewed.waiting for one in standing.unanswered]
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
        case decisions.Restore(what="override"):
            return f"{decision.session}  the override"
        case decisions.Withdraw(words=True) | decisions.Restore(what="words"):
            return f"{decision.session}  the person's words"
        case _:
            return decision.session
