"""``latitude publish check``: what would go out, and what a person has to decide first."""

import argparse

from latitude.cli.output import print_json, say
from latitude.cli.publish.choosing import refuse_secrets_of, release_of
from latitude.cli.publish.reviewed import review_of
from latitude.core.clean import clean, clean_line
from latitude.core.text import counted
from latitude.publish.examining import CandidateSeen, FindingSeen
from latitude.publish.reviewing import Review
from latitude.publish.standing import Standing


async def run(options: argparse.Namespace) -> int:
    """Say all of it; status 1 while anything waits."""
    refuse_secrets_of(release_of(options)[2])
    reviewed = await review_of(options)
    if options.json:
        print_rows(reviewed)
    else:
        _print(reviewed)
    return 1 if reviewed.waiting else 0


def say_waiting(review: Review) -> None:
    """Name everything that has to be decided, each once, with the commands that decide it."""
    findings: dict[str, tuple[FindingSeen, int]] = {}
    sentences: list[tuple[str, CandidateSeen]] = []
    for standing in review.waiting:
        for finding in standing.undecided:
            _, sessions = findings.get(finding.id, (finding, 0))
            findings[finding.id] = (finding, sessions + 1)
        sentences += [(standing.session, candidate) for candidate in standing.unanswered]
    if findings:
        print(f"Found, and not decided: {counted(len(findings), 'thing')}")
        for finding, sessions in findings.values():
            places = clean_line(", ".join(finding.places))
            print(f"  {finding.id}  {finding.rule}  {clean_line(finding.shown)}")
            print(f"              in {counted(sessions, 'session')}: {places}")
        say("`latitude publish redact ID…` takes it out; `keep ID… --why TEXT` lets it out.")
    if sentences:
        print(f"Sentences that may be wishes: {counted(len(sentences), 'sentence')}")
        for session, candidate in sentences:
            print(f"  {candidate.id}  {session}, {candidate.place}: about {_about(candidate)}")
            say(f"“{clean(candidate.sentence)}”", margin="              ")
        say(
            "`latitude publish confirm ID --publish no --why TEXT` (or --signature) makes it bind; "
            "`dismiss ID… --why TEXT` says that it is none."
        )


def _about(candidate: CandidateSeen) -> str:
    return "signing" if candidate.about == "signature" else "showing"


def _print(review: Review) -> None:
    say_waiting(review)
    for standing in review.standings.values():
        if standing.withheld is not None:
            held = standing.withheld
            say(f"· {held.id} is held back ({held.because}): {clean(held.why)}")
        elif standing.overridden is not None:
            say(f"· {standing.session} is shown against its wish: {clean(standing.overridden)}")
        wish = review.examined[standing.session].wish
        if wish.words:
            say(f"· {standing.session} said: “{clean(wish.words)}”")
        if standing.signature and standing.withheld is None:
            say(f"· {standing.session} is signed: {clean_line(standing.signature)}")
    for left in review.left_out:
        say(f"· {left.session} is left out: {clean(left.why)}")
    shown = sum(1 for one in review.standings.values() if one.withheld is None)
    copies = sum(
        1
        for one in review.standings.values()
        if one.withheld is None and (one.redact or one.words_withdrawn is not None)
    )
    held_back = len(review.standings) - shown
    print(
        f"{counted(shown, 'session')} would go out, {copies} of them as redacted copies; "
        f"{held_back} held back."
    )
    say(
        "Wishes in plain words are looked for; those between the lines are not found. Read what "
        "you publish."
    )
    if review.waiting:
        print(f"Waiting for a decision: {counted(len(review.waiting), 'session')}.")


def print_rows(review: Review) -> None:
    """Print one object for each session, and for each that is left out.

    Sessions of one line with a chosen one come too, where something of them has to be decided.
    """
    standings = {one.session: one for one in review.waiting} | dict(review.standings)
    for name in sorted(standings):
        print_json(_row(review, name, standings[name]))
    for left in review.left_out:
        print_json({"session": left.session, "left_out": left.why})


def _row(review: Review, name: str, standing: Standing) -> dict[str, object]:
    return {
        "session": name,
        "chosen": name in review.standings,
        "withheld": standing.withheld,
        "overridden": standing.overridden,
        "signature": standing.signature,
        "wish": review.examined[name].wish,
        "undecided": standing.undecided,
        "sentences": standing.unanswered,
        "redacted": sorted(one.rule for one in standing.redact.values()),
        "words_withdrawn": standing.words_withdrawn,
    }
