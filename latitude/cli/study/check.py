"""``latitude study check``: every arm as it will really be on this machine."""

import argparse

from latitude.bootstrap import open_house
from latitude.cli.output import print_json, say
from latitude.cli.study.asked import asked_for
from latitude.cli.study.house import StudyHouse
from latitude.cli.study.words import print_arms, size_of, tell_notes
from latitude.core.events import SessionOpened
from latitude.core.text import counted
from latitude.study.check import check
from latitude.study.design import Arm


async def run(options: argparse.Namespace) -> int:
    """Render the arms and print one line each; refuse what cannot be run."""
    asked = asked_for(options)
    async with open_house(asked.home) as house:
        checked = await check(asked.study, StudyHouse(house).prepare)
    tell_notes(checked.notes)
    repeats = asked.study.repeats
    if options.json:
        for arm, opened in zip(checked.arms, checked.opened, strict=True):
            print_json(_row(arm, opened, repeats))
        return 0
    print_arms(checked.arms, checked.opened, repeats)
    twice = [arm for arm in checked.arms if arm.duplicate_of is not None]
    alike = f", but for {counted(len(twice), 'duplicate')}" if twice else ""
    say(
        f"{size_of(len(checked.arms), repeats)}. No two arms are the same{alike}. Nothing was sent."
    )
    return 0


def _row(arm: Arm, opened: SessionOpened, repeats: int) -> dict[str, object]:
    return {
        "arm": arm.label,
        "model": f"{opened.model.provider}/{opened.model.name}",
        "protocol": opened.protocol.name,
        "given": opened.given,
        "levels": arm.levels,
        "attended": arm.attended,
        "duplicate_of": arm.duplicate_of,
        "n": repeats,
    }
