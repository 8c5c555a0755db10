"""``latitude publish site``: the pages."""

import argparse
from pathlib import Path

from latitude.cli.output import complain, print_json, say, show_progress
from latitude.cli.publish.check import print_rows, say_waiting
from latitude.cli.publish.opening import opened
from latitude.core.clean import clean, clean_line
from latitude.core.text import counted
from latitude.errors import UsageError
from latitude.publish.publication import Publication
from latitude.publish.site.beside import check_groups
from latitude.publish.site.build import Built, build
from latitude.publish.site.folder import check_site
from latitude.publish.versions import check_reason, keep_version


async def run(options: argparse.Namespace) -> int:
    """Make the site; status 1 while a person has to decide something first."""
    alone = not options.dry_run
    async with opened(options, why=options.why, day=options.date, alone=alone) as publication:
        if waits(publication, as_json=options.json):
            return 1
        manifest = publication.manifest
        folder = target(options, publication, "site")
        if not options.dry_run:
            # A version is written down once nothing stands in its way.
            check_reason(manifest)
            check_groups(publication)
            check_site(folder, manifest)
            keep_version(publication.home.releases, manifest)
        built = await build(publication, folder, dry=options.dry_run, progress=show_progress)
        if options.json:
            print_json(
                {
                    "folder": str(built.folder),
                    "manifest": manifest,
                    "written": built.written,
                    "removed": built.removed,
                }
            )
        else:
            _print(publication, built, dry=options.dry_run)
    return 0


def waits(publication: Publication, *, as_json: bool) -> bool:
    """Say what has to be decided first, if anything has; then nothing is published."""
    if not publication.review.waiting:
        return False
    if as_json:
        print_rows(publication.review)
    else:
        say_waiting(publication.review)
    waiting = counted(len(publication.review.waiting), "session")
    complain(f"Nothing was published: {waiting} waiting for a decision.")
    return True


def target(options: argparse.Namespace, publication: Publication, name: str) -> Path:
    """Where it is to be made. Raises ``UsageError`` for a place among the home's own records."""
    home = publication.home
    if options.dir is None:
        return home.releases / publication.release.name / name
    folder = Path(options.dir).expanduser().absolute()
    real, root = folder.resolve(), home.root.resolve()
    if real.is_relative_to(root) and not real.is_relative_to(home.releases.resolve()):
        raise UsageError(
            f"{folder} lies among the records of the home. Nothing was written. Name a folder "
            f"outside of {home.root}, or in {home.releases}."
        )
    return folder


def say_changes(publication: Publication) -> None:
    """Say which version this is, and what is other than in the one before."""
    manifest = publication.manifest
    print(f"{clean_line(manifest.title)}, version {manifest.version} of {manifest.released}")
    if manifest == publication.review.last:
        print("Nothing changed since that version went out.")
        return
    changes = manifest.changes
    for what, ids in (
        ("added", changes.added),
        ("changed", changes.changed),
        ("removed", changes.removed),
    ):
        for name in ids[:20]:
            print(f"  {what}  {name}")
        if len(ids) > 20:
            print(f"  {what}  and {len(ids) - 20:,} more")
    if changes.settings:
        print(f"  other   {', '.join(changes.settings)}")


def say_left_out(publication: Publication) -> None:
    """Say of each session that is not shown, or not in the release, why."""
    for held in publication.manifest.withheld:
        say(f"· {held.id} is held back ({held.because}): {clean(held.why)}")
    for left in publication.review.left_out:
        say(f"· {left.session} is left out: {clean(left.why)}")


def _print(publication: Publication, built: Built, *, dry: bool) -> None:
    say_changes(publication)
    say_left_out(publication)
    would = "would be " if dry else ""
    print(
        f"{counted(built.pages, 'page')}; {counted(len(built.written), 'file')} {would}written, "
        f"{len(built.removed)} {would}removed."
    )
    print(clean_line(str(built.folder / "index.html")) if not dry else "Nothing was written.")
