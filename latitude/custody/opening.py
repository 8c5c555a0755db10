"""The artifacts of a home, for somebody who reads them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from latitude.config import Home
from latitude.errors import HomeUnusable
from latitude.journal.paths import session_ids

if TYPE_CHECKING:
    from latitude.artifacts.repository import Repository


@asynccontextmanager
async def open_repository(home: Home, *, make: bool = False) -> "AsyncIterator[Repository]":
    """The home's artifacts, closed again at the end. Loads GitPython.

    Raises ``HomeUnusable`` where there is no home, and where there are sessions and
    no repository: a new one in its place would hide the loss, so only ``make`` makes one.
    """
    from latitude.artifacts.repository import Repository

    if not home.root.is_dir():
        raise HomeUnusable(f"There is no home at {home.root}. Name one with --home.")
    lost = not make and not (home.artifacts / ".git").exists()
    if lost and session_ids(home.sessions):
        raise HomeUnusable(
            f"There are sessions in {home.sessions}, but {home.artifacts} holds no repository of "
            "what they made. Nothing was made in its place. Restore it from a copy."
        )
    repository = await Repository.open(home.artifacts)
    try:
        yield repository
    finally:
        await repository.close()
