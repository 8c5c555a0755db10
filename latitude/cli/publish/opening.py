"""A release as the verbs that publish open it."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime

from latitude.cli.output import show_progress
from latitude.cli.publish.choosing import (
    chosen_by,
    refuse_secrets,
    refuse_secrets_of,
    release_of,
)
from latitude.publish.publication import Publication, open_publication
from latitude.publish.versions import sole_publisher


@asynccontextmanager
async def opened(
    options: argparse.Namespace, *, why: str | None, day: str | None, alone: bool
) -> AsyncIterator[Publication]:
    """Look through what would go out, and yield it; ``alone`` for who will write it down.

    Raises as what it calls.
    """
    home, path, release = release_of(options)
    refuse_secrets(why)
    refuse_secrets_of(release)
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    with sole_publisher(path) if alone else nullcontext():
        chosen, every = chosen_by(home, release)
        async with open_publication(
            home, release, chosen, day=day or today, why=why, others=every, progress=show_progress
        ) as publication:
            yield publication
