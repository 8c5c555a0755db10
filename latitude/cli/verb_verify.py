"""``latitude verify``: are the records as they were written?"""

import argparse
from collections.abc import Mapping
from pathlib import Path

from latitude.cli.options import add_ids, add_json, home_of
from latitude.cli.output import complain, print_json, say, show_progress
from latitude.config import Home
from latitude.core.clean import clean, clean_line
from latitude.core.ids import is_session_id
from latitude.core.text import counted
from latitude.custody.opening import open_repository
from latitude.custody.verdict import Verdict
from latitude.errors import UsageError
from latitude.journal.paths import resolve

CANNOT_PROVE = (
    "This shows that the home is consistent, not that nobody rewrote all of it. "
    "Keep the tip elsewhere, and compare with --against."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    add_ids(parser, many=True)
    parser.add_argument(
        "--requests", action="store_true", help="rebuild every request and compare its hash"
    )
    parser.add_argument(
        "--against", metavar="TIP", help="a ledger tip, or a bag, that was kept elsewhere"
    )
    parser.add_argument(
        "--allowed", metavar="FILE", help="for a bag: keys that you know, as ssh lists them"
    )
    add_json(parser)


async def run(options: argparse.Namespace) -> int:
    """Check all sessions, or those named; status 1 when anything is wrong."""
    from latitude.custody.verify import verify

    if options.ids and _is_bag(options.ids[0]):
        return await _bag(options)
    if options.allowed:
        raise UsageError(
            "--allowed is for a bag: `latitude verify BAG --allowed FILE`. Nothing was checked."
        )
    home = home_of(options)
    ids = [_named(home, short) for short in options.ids]
    published = _published(options.against)
    async with open_repository(home) as repository:
        verdict = await verify(
            home,
            repository,
            ids or None,
            requests=options.requests,
            against=None if published else options.against,
            published=published,
            tell=show_progress,
        )
    if options.json:
        print_json(verdict)
    else:
        _print(verdict, home, whole=not ids)
    if verdict.ok:
        return 0
    faults = sum(1 for finding in verdict.findings if not finding.ok)
    complain(f"{counted(faults, 'fault')} found. Each is named above, with its place.")
    return 1


async def _bag(options: argparse.Namespace) -> int:
    if len(options.ids) > 1 or options.requests or options.against:
        raise UsageError("A bag is checked by itself: `latitude verify BAG`. Nothing was checked.")
    from latitude.cli.bag_check import verify_bag

    allowed = None if options.allowed is None else Path(options.allowed)
    return await verify_bag(Path(options.ids[0]), allowed=allowed, as_json=options.json)


def _published(against: str | None) -> Mapping[str, str] | None:
    """The fingerprints in a bag; ``None`` where a tip was given, or nothing."""
    if against is None or not _is_bag(against):
        return None
    from latitude.publish.checking import fingerprints_in

    return fingerprints_in(Path(against))


def _is_bag(text: str) -> bool:
    """Whether ``text`` names a folder, which no session is called."""
    return "/" in text or Path(text).is_dir()


def _named(home: Home, short: str) -> str:
    """The session that ``short`` means; a whole id may also be one that only the ledger knows."""
    return short if is_session_id(short) else resolve(home.sessions, short)


def _print(verdict: Verdict, home: Home, *, whole: bool) -> None:
    for finding in verdict.findings:
        mark = "·" if finding.ok else "✗"
        say(f"{mark} {finding.kind}: {clean(finding.text)}")
    for checked in verdict.sessions:
        if all(finding.ok for finding in checked.findings):
            rebuilt = f", {checked.requests} requests rebuilt" if checked.requests else ""
            print(f"✓ {checked.session}  {checked.lines} lines{rebuilt}")
            print(f"  fingerprint  {checked.fingerprint or 'none yet: it is not closed'}")
    faults = sum(1 for finding in verdict.findings if not finding.ok)
    print(f"{counted(len(verdict.sessions), 'session')} looked at, {counted(faults, 'fault')}.")
    print(f"home    {clean_line(str(home.root))}")
    print(f"ledger  {verdict.ledger_tip or 'empty'}")
    if faults:
        print("What was looked at is not as it was written.")
    elif whole:
        say(CANNOT_PROVE)
