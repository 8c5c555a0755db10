"""One look at the bytes of what a cohort made: what they hold, and how it looks."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from latitude.compare.cohort import Cohort
from latitude.compare.figures import Sheet
from latitude.compare.works.choosing import choose
from latitude.compare.works.contact_sheet import draw_sheet
from latitude.compare.works.contents import Read, read_works
from latitude.config import Home
from latitude.custody.opening import open_repository
from latitude.errors import LatitudeError
from latitude.index.follow import Progress
from latitude.workspace.browser.browser import find_browser

if TYPE_CHECKING:
    from latitude.artifacts.repository import Repository


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen of what the sessions of ``cohort`` made."""

    cohort: Cohort
    read: Read
    sheet: Sheet | None = None
    """``None`` where none was asked for, or nothing was made."""
    said: tuple[str, ...] = ()
    """Sentences that stand beside the sheet."""
    unopened: str = ""
    """Why there is no repository of artifacts to be read, in words for a person."""


async def look(
    home: Home, cohort: Cohort, *, draw: bool, progress: Progress | None = None
) -> Looked:
    """Read what the sessions of ``cohort`` made, and with ``draw`` make a contact sheet of it.

    Takes milliseconds for a file, and some seconds for each of at most 60 pictures. A file, a
    picture, a browser or a repository that fails is said in its place. Cancelling ends it with
    nothing left on the disk.
    """
    if not any(member.works for member in cohort.members):
        return Looked(cohort, await read_works(cohort, None))
    sheet: Sheet | None = None
    said: tuple[str, ...] = ()
    async with AsyncExitStack() as stack:
        repository, unopened = await _opened(home, stack)
        read = await read_works(cohort, repository, progress)
        if repository is not None and draw:
            choice = choose(cohort)
            browser = await find_browser(home.state) if choice.drawable else None
            sheet, said = await draw_sheet(choice, repository, browser, home.state, progress)
    return Looked(cohort, read, sheet, said, unopened)


async def _opened(home: Home, stack: AsyncExitStack) -> "tuple[Repository | None, str]":
    try:
        return await stack.enter_async_context(open_repository(home)), ""
    except LatitudeError as error:
        return None, str(error)
