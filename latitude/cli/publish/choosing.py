"""The release that a command is about, and the sessions that it chooses."""

import argparse
from pathlib import Path

from latitude.cli.filters import answer_of
from latitude.cli.options import home_of
from latitude.config import Home
from latitude.errors import UsageError
from latitude.index.filters import Filter
from latitude.index.listing import newest
from latitude.journal.listed import Listed
from latitude.publish.gate.finding import Gate
from latitude.publish.gate.rules import PERSONAL, person_here, secrets_here
from latitude.publish.release import Release, find_release, load_release


def release_of(options: argparse.Namespace) -> tuple[Home, Path, Release]:
    """Return the home, the release file and what it says. Raises ``UsageError``."""
    home = home_of(options)
    path = find_release(home.releases, options.release)
    return home, path, load_release(path)


def chosen_by(home: Home, release: Release) -> tuple[list[Listed], list[Listed]]:
    """Return the sessions that the filter of a release lets through, and all that there are."""
    return answer_of(
        home,
        lambda index: (
            list(newest(index, home.sessions, release.which)),
            list(newest(index, home.sessions, Filter())),
        ),
    )


def refuse_secrets(*words: str | None) -> None:
    """Raise ``UsageError`` when words that will be kept, or go out, hold a key or password."""
    gate = Gate(secrets_here(), person_here())
    for text in words:
        for found in gate.text(text or ""):
            if found.rule not in PERSONAL:
                raise UsageError(
                    f"These words hold what must not go out: {gate.says(found)}. Nothing was "
                    "written. Say it without that."
                )


def refuse_secrets_of(release: Release) -> None:
    """Raise ``UsageError`` when the words of a release file hold a key or password."""
    refuse_secrets(release.title, release.description, *release.authors, release.url)
