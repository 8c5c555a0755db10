"""``latitude publish bag``: records, works and checksums for an archive."""

import argparse
from pathlib import Path

from latitude.cli.filters import answer_of
from latitude.cli.output import print_json, say, show_progress
from latitude.cli.publish.opening import opened
from latitude.cli.publish.site import say_changes, say_left_out, target, waits
from latitude.core.clean import clean_line
from latitude.core.text import counted
from latitude.errors import UsageError
from latitude.index.codes import codes_of_sessions
from latitude.publish.bag.signing import check_key, sign
from latitude.publish.bagging import Bagged, bag
from latitude.publish.publication import Publication


async def run(options: argparse.Namespace) -> int:
    """Make the bag; status 1 while a person has to decide something first."""
    if (options.sign is None) != (options.identity is None):
        raise UsageError(
            "--sign and --identity go together: a key, and whose it is. Nothing was made."
        )
    if options.sign is not None:
        check_key(Path(options.sign), options.identity)
    alone = not options.dry_run
    async with opened(options, why=options.why, day=options.date, alone=alone) as publication:
        if waits(publication, as_json=options.json):
            return 1
        manifest = publication.manifest
        folder = target(options, publication, f"bag-{manifest.version}")
        if options.dry_run:
            say_changes(publication)
            say_left_out(publication)
            print(f"It would be made in {clean_line(str(folder))}. Nothing was written.")
            return 0
        ids = [row.id for row in manifest.sessions]
        codes = answer_of(publication.home, lambda index: list(codes_of_sessions(index, ids)))
        bagged = await bag(publication, codes, folder, show_progress)
        signed = None
        if options.sign is not None:
            signed = sign(folder, Path(options.sign), options.identity)
        if options.json:
            print_json(
                {"folder": str(folder), "manifest": manifest, "signature": signed and str(signed)}
            )
        else:
            _print(publication, bagged, signed)
    return 0


def _print(publication: Publication, bagged: Bagged, signed: Path | None) -> None:
    say_changes(publication)
    say_left_out(publication)
    print(f"{counted(bagged.files, 'file')}, {counted(bagged.size, 'byte')}.")
    print(clean_line(str(bagged.folder)))
    if signed is not None:
        print(f"signed  {clean_line(str(signed))}")
    say("`latitude verify DIR` checks it down to each line and commit.")
