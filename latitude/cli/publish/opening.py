"""A release as every verb of ``publish`` opens it."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime

from latitude.cli.filters import answer_of
from latitude.cli.options import home_of
from latitude.cli.output import show_progress
from latitude.config import Home
from latitude.errors import UsageError
from latitude.index.filters import Filter
from latitude.index.listing import newest
from latitude.publish.gate.finding import Gate
from latitude.publish.gate.rules import PERSONAL, person_here, secrets_here
from latitude.publish.publication import Publication, open_publication
from latitude.publish.release import Release, find_release, load_release
from latitude.publish.versions import sole_publisher


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


@asynccontextmanager
async def opened(
    options: argparse.Namespace,
    *,
    why: str | None = None,
    day: str | None = None,
    alone: bool = False,
) -> AsyncIterator[Publication]:
    """Look through what would go out, and yield it; ``alone`` for who will write it down.

    Raises as what it calls.
    """
    home = home_of(options)
    path = find_release(home.releases, options.release)
    release = load_release(path)
    refuse_secrets(why, release.title, release.description, *release.authors, release.url)
    with sole_publisher(path) if alone else nullcontext():
        async with _publication(home, release, day=day, why=why) as publication:
            yield publication


@asynccontextmanager
async def _publication(
    home: Home, release: Release, *, day: str | None, why: str | None
) -> AsyncIterator[Publication]:
    chosen, every = answer_of(
        home,
        lambda index: (
            list(newest(index, home.sessions, release.which)),
            list(newest(index, home.sessions, Filter())),
        ),
    )
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    async with open_publication(
        home, release, chosen, day=day or today, why=why, others=every, progress=show_progress
    ) as publication:
        yield publication
