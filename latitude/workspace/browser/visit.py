"""One visit of the browser to one thing, through Playwright. Runs in :mod:`.worker` only."""

import asyncio
import base64
import re
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import unquote

import msgspec
from playwright.async_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Dialog,
    Download,
    Error,
    Page,
    Route,
    async_playwright,
)

from latitude.core.clean import clean_line
from latitude.errors import ToolFailed
from latitude.workspace.browser.base import HEIGHT, WIDTH, Drawn, Image, Job, Sound
from latitude.workspace.browser.notes import Notes
from latitude.workspace.browser.serving import Shelf, address_of, path_at
from latitude.workspace.names import shown

FLAGS = (
    "--disable-gpu",
    # Drawing in 3D without a graphics card. It is in the browser's own sandbox and in ours.
    "--enable-unsafe-swiftshader",
    "--block-new-web-contents",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    # Pictures come out the same on every screen.
    "--force-color-profile=srgb",
    "--hide-scrollbars",
)
_DECODING = 15.0
"""Seconds for a page of ours to load a picture or a sound, to draw it and to measure it."""
_STARTING = 10.0
_SETTLING = 0.5
"""Seconds that a page is left to draw, after it has loaded."""
_DRAWING, _DRAWING_UNFINISHED = 4.0, 2.0
_BUSY = "its scripts kept the browser busy, and nothing could be drawn"
MOST_PNG = 1024 * 1024
"""Bytes; what is larger becomes a JPEG."""
_QUALITIES = (80, 40)
_LONGEST_TITLE = 200
_NOWHERE = "about:blank"
_LOG_MARK = re.compile(r"^- (\[pid=\d+\])?\[err\] ")

_T = TypeVar("_T")


class _Failed(Exception):
    """Nothing can be drawn; the text says why."""


async def visit(job: Job) -> tuple[Drawn, bytes]:
    """Do the job, and return what came of it and the picture; the browser stays open."""
    try:
        playwright = await async_playwright().start()
        browser = await playwright.chromium.launch(
            executable_path=job.launcher,
            chromium_sandbox=True,
            args=list(FLAGS),
            env={},
            timeout=_STARTING * 1000,
        )
    except Error as error:
        return Drawn(failed=f"the browser did not start ({_reason(error)})"), b""
    guest = Visit(job)
    try:
        return await guest.draw(browser)
    except _Failed as failure:
        return guest.told(failed=str(failure)), b""
    except Error as error:
        return guest.told(failed=f"the browser failed ({_reason(error)})"), b""


class Visit:
    """A page, from its opening to its picture."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._shelf = Shelf(job)
        self._notes = Notes()
        self._crashed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._loaded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._drawing = _DRAWING
        self._closing: set[asyncio.Task[None]] = set()

    async def draw(self, browser: Browser) -> tuple[Drawn, bytes]:
        """Open the page and take its picture. Raises ``_Failed`` and Playwright's ``Error``."""
        context = await browser.new_context(
            offline=True,
            service_workers="block",
            accept_downloads=False,
            viewport={"width": WIDTH, "height": HEIGHT},
        )
        await context.route("**/*", self._answer)
        page = await context.new_page()
        session = await context.new_cdp_session(page)
        self._listen(context, page)
        await session.send("Page.enable")
        top = (await session.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        session.on("Page.frameStoppedLoading", lambda event: self._stopped(page, event, top))
        found: dict[str, Any] = {}
        if not await self._open(page):
            found["waited"] = self._job.loading
            self._drawing = _DRAWING_UNFINISHED
        clip = None
        match self._job.kind:
            case "nothing":
                return self.told(), b""
            case "picture":
                image = await self._outcome(page, Image, "it is no picture that can be decoded")
                found["image"] = image
                clip = {"width": image.shown_width, "height": image.shown_height}
            case "sound":
                found["sound"] = await self._outcome(
                    page, Sound, "it is no sound that can be decoded"
                )
            case "page":
                await asyncio.wait({self._crashed}, timeout=_SETTLING)
                found |= await self._described(session)
        media_type, data = await self._picture(session, clip)
        return self.told(media_type=media_type, size=len(data), **found), data

    def told(self, **found: Any) -> Drawn:
        """Return what is known of the page, with ``found``."""
        notes = self._notes
        return Drawn(
            console=notes.console.kept(),
            console_more=notes.console.more,
            refused=notes.refused.kept(),
            refused_more=notes.refused.more,
            **found,
        )

    def _listen(self, context: BrowserContext, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", self._thrown)
        page.on("crash", self._crash)
        page.on("dialog", self._asked)
        page.on("download", self._downloaded)
        context.on("page", self._opened)

    async def _open(self, page: Page) -> bool:
        """Go to the page, and say whether it finished loading."""
        going = asyncio.ensure_future(page.goto(self._shelf.first, timeout=0, wait_until="commit"))
        try:
            await self._within(self._job.loading, going)
            await self._within(self._job.loading, self._loaded)
        except TimeoutError:
            if page.url == _NOWHERE:
                raise _Failed(f"it did not open in {self._job.loading:g} seconds") from None
            return False
        except Error:
            # It went on to another page before it was there itself.
            if not self._loaded.done() and page.url == _NOWHERE:
                raise
        return True

    async def _described(self, session: CDPSession) -> dict[str, Any]:
        """Return title, place and size, from the browser and not from the page's own scripts."""
        try:
            target = await self._within(self._drawing, session.send("Target.getTargetInfo"))
            metrics = await self._within(self._drawing, session.send("Page.getLayoutMetrics"))
        except TimeoutError:
            raise _Failed(_BUSY) from None
        info, size = target["targetInfo"], metrics["cssContentSize"]
        title, address = str(info["title"]), str(info["url"])
        path = path_at(address)
        stayed = path is not None and address_of(path) == self._shelf.first
        at = "" if stayed else shown(path if path is not None else address)
        # Without a title of its own a page has its address for one.
        own_title = "" if unquote(title) == unquote(address.partition("://")[2]) else title
        return {
            "title": clean_line(own_title.strip(), _LONGEST_TITLE),
            "at": clean_line(at, _LONGEST_TITLE),
            "width": int(size["width"]),
            "height": int(size["height"]),
        }

    async def _outcome(self, page: Page, kind: type[_T], failed: str) -> _T:
        """Return what a page of ours found out."""
        try:
            found = await self._within(_DECODING, page.evaluate("outcome"))
        except TimeoutError:
            raise _Failed(f"decoding it took longer than {_DECODING:g} seconds") from None
        if not isinstance(found, dict) or "problem" in found:
            raise _Failed(failed)
        try:
            return msgspec.convert(found, kind)
        except msgspec.ValidationError:
            raise _Failed(failed) from None

    async def _picture(self, session: CDPSession, clip: dict[str, int] | None) -> tuple[str, bytes]:
        orders: list[dict[str, Any]] = [{"format": "png"}]
        orders += [{"format": "jpeg", "quality": quality} for quality in _QUALITIES]
        for order in orders:
            if clip is not None:
                order["clip"] = {"x": 0, "y": 0, "scale": 1, **clip}
            try:
                shot = await self._within(
                    self._drawing, session.send("Page.captureScreenshot", order)
                )
            except TimeoutError:
                raise _Failed(_BUSY) from None
            data = base64.b64decode(shot["data"])
            if len(data) <= MOST_PNG:
                return f"image/{order['format']}", data
        raise _Failed("its picture is too large")

    async def _within(self, seconds: float, work: Awaitable[_T]) -> _T:
        """Return what ``work`` returns. Raises ``TimeoutError``, and ``_Failed`` on a crash."""
        task = asyncio.ensure_future(work)
        either: set[asyncio.Future[Any]] = {task, self._crashed}
        await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        if task is not self._loaded:
            task.cancel()
        if self._crashed.done():
            raise _Failed("it crashed the browser, most likely for want of memory")
        raise TimeoutError

    async def _answer(self, route: Route) -> None:
        request = route.request
        try:
            served = self._shelf.serve(request.method, request.url)
        except ToolFailed as error:
            self._notes.refused.add(str(error))
            # Another reason would put the browser's own page of errors in the page's place.
            with suppress(Error):
                await route.abort("aborted")
            return
        with suppress(Error):
            await route.fulfill(body=served.body, headers=served.headers)

    def _crash(self, _: Page) -> None:
        if not self._crashed.done():
            self._crashed.set_result(None)

    def _stopped(self, page: Page, event: dict[str, Any], top: str) -> None:
        # A page that sends a form or goes elsewhere in the midst of loading never says that it
        # has loaded; the browser stops loading it all the same.
        over = event["frameId"] == top and page.url != _NOWHERE
        if over and not self._loaded.done():
            self._loaded.set_result(None)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning", "assert"}:
            place = message.location
            self._notes.said(
                message.type, message.text, place.get("url", ""), place.get("lineNumber", -1) + 1
            )

    def _thrown(self, error: Error) -> None:
        self._notes.thrown(error.name or "", error.message, error.stack or "")

    async def _asked(self, dialog: Dialog) -> None:
        self._notes.console.add(f"{dialog.type}: {dialog.message[:1000]} (it was closed)")
        with suppress(Error):
            await dialog.dismiss()

    def _downloaded(self, download: Download) -> None:
        self._notes.refused.add(f"{shown(download.suggested_filename)}: downloads are not kept.")

    def _opened(self, page: Page) -> None:
        self._notes.refused.add("Another window: it was closed.")
        closing = asyncio.ensure_future(_close(page))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)


async def _close(page: Page) -> None:
    with suppress(Error):
        await page.close()


def _reason(error: Error) -> str:
    """The one line of Playwright's many that says what happened."""
    lines = [line.strip() for line in error.message.splitlines() if line.strip()]
    told = next((line for line in reversed(lines) if "[err]" in line), lines[0] if lines else "")
    return clean_line(_LOG_MARK.sub("", told), 300)
