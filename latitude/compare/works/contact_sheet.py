"""The contact sheet: what was made, drawn small by the browser in its sandbox.

On the sheet are the bytes that the browser drew, never a model's own, and beginnings of texts. The
works are drawn one after the other, within a time and a size for all of them. What cannot be drawn
has the reason in its place.
"""

import asyncio
import shutil
from base64 import b64encode
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from latitude.artifacts.repository import Repository
from latitude.compare.figures import Picture, Sheet
from latitude.compare.works.choosing import Choice, Chosen
from latitude.compare.works.contents import MOST_FILE, bytes_of, text_of
from latitude.compare.works.layout import Layout, own_folder
from latitude.errors import LatitudeError
from latitude.index.follow import Progress
from latitude.index.observation import WorkSeen
from latitude.workspace.browser.base import HEIGHT, WIDTH, Drawn
from latitude.workspace.browser.browser import Browser
from latitude.workspace.browser.serving import kind_of as drawn_as
from latitude.workspace.sandbox.base import Missing

WIDTHS = (480, 240)
"""Pixels to which a picture is drawn again that takes more than its share of the bytes."""
LONGEST = 600
"""Characters of the beginning of a text."""
_SMALL = "small.svg"


@dataclass(frozen=True, slots=True)
class Room:
    """How long drawing may take, and how large the pictures may be."""

    loading: float = 5.0
    """Seconds that a page has to load."""
    patience: float = 25.0
    """Seconds for one drawing."""
    seconds: float = 300.0
    """For all of them; what is left then is not drawn."""
    size: int = 5_000_000
    """Bytes of all pictures together; in a page of HTML they take a third more."""


ROOM = Room()


async def draw_sheet(
    choice: Choice,
    repository: Repository,
    browser: Browser | Missing | None,
    state: Path,
    progress: Progress | None = None,
    room: Room = ROOM,
) -> tuple[Sheet, tuple[str, ...]]:
    """Return the sheet of ``choice``, and the sentences that must be said of it.

    Without a ``browser`` there are only texts; one that is missing is said. ``state`` is a folder
    in which files are laid out; nothing stays in it. Cancelling ends it at once.
    """
    said = [choice.words()]
    with ExitStack() as stack:
        pen = None
        if isinstance(browser, Missing):
            said.append(
                "No browser drew anything, so only the beginnings of texts stand here. "
                f"{browser.why} {browser.cure}"
            )
        elif browser is not None:
            try:
                folder = stack.enter_context(own_folder(state))
                pen = _Pen(browser, folder, choice, room)
            except OSError as error:
                said.append(
                    "Nothing was drawn, because files cannot be laid out in the state folder "
                    f"({error.strerror}); the beginnings of texts stand here."
                )
        sheet = await _sheet(choice, repository, pen, progress)
    return sheet, tuple(said)


async def _sheet(
    choice: Choice, repository: Repository, pen: "_Pen | None", progress: Progress | None
) -> Sheet:
    groups: dict[str, list[Picture]] = {}
    for chosen in choice.chosen:
        pictures = groups.setdefault(chosen.group, [])
        if pen is not None:
            await pen.lay_out(chosen, repository)
        for work in chosen.works:
            found = "" if pen is None else await pen.draw(chosen.session, work)
            if isinstance(found, str):
                said = await _words(repository, work, found)
                found = Picture(work.kind, chosen.session, work.path, "text/plain", b"", said)
            pictures.append(found)
            if progress is not None:
                progress(sum(map(len, groups.values())), choice.shown)
    return Sheet(tuple((label, tuple(pictures)) for label, pictures in groups.items()))


class _Pen:
    """Draws works, session by session, within what there is room for."""

    def __init__(self, browser: Browser, folder: Path, choice: Choice, room: Room) -> None:
        self._browser = replace(browser, loading=room.loading, patience=room.patience)
        self._folder = folder
        self._layout: Layout | None = None
        self._room = room
        self._deadline = asyncio.get_running_loop().time() + room.seconds
        self._bytes = room.size
        self._shares = choice.drawable

    async def lay_out(self, chosen: Chosen, repository: Repository) -> None:
        """Take up another session; the one before is put away."""
        self._layout = None
        try:
            layout = Layout(self._fresh("works"), repository)
            for work in chosen.works:
                if drawn_as(work.path) is not None:
                    await layout.put(work)
            if any(drawn_as(work.path) == "page" for work in chosen.works):
                await layout.put_beside(chosen.session)
        except (LatitudeError, OSError):
            return
        self._layout = layout

    async def draw(self, session: str, work: WorkSeen) -> Picture | str:
        """Draw a work that was laid out; or return why not, empty for what is never drawn."""
        kind = drawn_as(work.path)
        if kind is None:
            return ""
        share = self._bytes // self._shares
        self._shares -= 1
        if self._layout is None:
            return "its session's files could not be laid out"
        if (why := self._layout.missing.get(work.path)) is not None:
            return why
        if self._is_over:
            return f"the {self._room.seconds:g} seconds for all pictures were over"
        drawn, data = await self._browser.draw(kind, self._layout.folder, work.path)
        if drawn.failed:
            return drawn.failed
        media_type, data = await self._fitted(drawn, data, share)
        if len(data) > share:
            return f"its picture takes {len(data):,} bytes, too many for this page"
        self._bytes -= len(data)
        label = f"{work.kind}, still loading" if drawn.waited else work.kind
        return Picture(label, session, work.path, media_type, data)

    async def _fitted(self, drawn: Drawn, data: bytes, share: int) -> tuple[str, bytes]:
        """Return a picture as it is, or drawn again and smaller where it takes too much.

        It came out of the sandbox, so it is not decoded here: the browser makes it smaller.
        """
        media_type = drawn.media_type
        width, height = WIDTH, HEIGHT
        if drawn.image is not None:
            width, height = drawn.image.shown_width, drawn.image.shown_height
        for narrow in WIDTHS:
            if len(data) <= share or width <= narrow or self._is_over:
                break
            try:
                folder = self._fresh("small")
                low = max(1, round(height * narrow / width))
                wrapped = _wrapped(drawn.media_type, data, narrow, low)
                (folder / _SMALL).write_text(wrapped, encoding="ascii")
            except OSError:
                break
            smaller, found = await self._browser.draw("picture", folder, _SMALL)
            if smaller.failed:
                break
            media_type, data = smaller.media_type, found
        return media_type, data

    def _fresh(self, name: str) -> Path:
        folder = self._folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        return folder

    @property
    def _is_over(self) -> bool:
        return asyncio.get_running_loop().time() > self._deadline


def _wrapped(media_type: str, data: bytes, width: int, height: int) -> str:
    """Return a drawing that holds a picture which the browser drew, and nothing else."""
    size = f'width="{width}" height="{height}"'
    held = f"data:{media_type};base64,{b64encode(data).decode()}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size} href="{held}"/></svg>'


async def _words(repository: Repository, work: WorkSeen, why: str) -> str:
    """Return what stands in a picture's place: why there is none, and how the text begins."""
    reason = f"Not drawn: {why}.\n\n" if why else ""
    if not work.size:
        return f"{reason}An empty file."
    noun = work.kind if work.kind in {"picture", "sound"} else "file"
    what = f"A {noun} of {work.size:,} bytes"
    if work.size > MOST_FILE:
        return f"{reason}{what}, not opened here."
    data = await bytes_of(repository, work)
    if isinstance(data, str):
        return f"{reason}{what}: {data}."
    text = text_of(data)
    return reason + (f"{what}, and no text." if text is None else text[:LONGEST])
