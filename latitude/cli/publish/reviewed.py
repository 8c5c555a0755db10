"""A release as a person decides about it: looked through, with nothing copied."""

import argparse

from latitude.cli.output import show_progress
from latitude.cli.publish.choosing import chosen_by, release_of
from latitude.custody.opening import open_repository
from latitude.publish.reviewing import Review, review


async def review_of(options: argparse.Namespace) -> Review:
    """Look through what the release file chooses. Raises as what it calls."""
    home, _, release = release_of(options)
    chosen, every = chosen_by(home, release)
    async with open_repository(home) as source:
        return await review(home, source, release, chosen, every, progress=show_progress)
