"""A release as every verb of ``publish`` opens it."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from latitude.cli.filters import answer_of
from latitude.cli.options import home_of
from latitude.cli.output import show_progress
from latitude.index.listing import newest
from latitude.publish.publication import Publication, open_publication
from latitude.publish.release import find_release, load_release


@asynccontextmanager
async def opened(
    options: argparse.Namespace, *, why: str | None = None, day: str | None = None
) -> AsyncIterator[Publication]:
    """Look through what would go out, and yield it. Raises as what it calls."""
    home = home_of(options)
    release = load_release(find_release(home.releases, options.release))
    chosen = answer_of(home, lambda index: list(newest(index, home.sessions, release.which)))
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    async with open_publication(
        home, release, chosen, day=day or today, why=why, progress=show_progress
    ) as publication:
        yield publication
