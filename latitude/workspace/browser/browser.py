"""The browser as the tools use it, and whether there is one on this machine."""

import asyncio
import importlib.util
import shutil
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import msgspec

from latitude.core.uninterrupted import uninterrupted
from latitude.workspace.browser import tried
from latitude.workspace.browser.base import HEIGHT, WIDTH, Drawn, Job, Kind
from latitude.workspace.browser.grip import Grip
from latitude.workspace.browser.launcher import BOUNDS, FOLDER, LONGEST, write_launcher
from latitude.workspace.sandbox.base import Missing
from latitude.workspace.sandbox.bubblewrap import PATH
from latitude.workspace.sandbox.linux import find_program
from latitude.workspace.sandbox.pipes import incoming, keep_descriptors
from latitude.workspace.sandbox.watch import EVERY, Watch

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_MODULE = "latitude.workspace.browser.worker"
_MOST_ANSWER = 4 * 1024 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_BY_HAND = (
    "See whether `bwrap --ro-bind / / --dev /dev --proc /proc --unshare-all unshare --user true` "
    "and `chromium --version` work. Where they do not, the system forbids namespaces, or its "
    "Chromium is a snap, which cannot be used here."
)
_APT = "on Debian and Ubuntu: sudo apt install"


@dataclass(frozen=True, slots=True)
class Browser:
    """A headless browser in a sandbox: a new one for each preview, and none left after it."""

    program: str
    bwrap: str
    loading: float = 10.0
    """Seconds that a page has to load."""
    patience: float = LONGEST - 2.0
    """Seconds for all of one preview."""

    async def draw(self, kind: Kind, root: Path, path: str) -> tuple[Drawn, bytes]:
        """Show the file at ``path`` of the workspace ``root``; return what came of it and the
        picture, PNG or JPEG, empty where ``Drawn.failed`` says why.

        Takes ``patience`` seconds at most. When the task is cancelled, nothing is left.
        """
        try:
            with TemporaryDirectory(prefix=FOLDER, ignore_cleanup_errors=True) as name:
                answer = await self._draw(kind, root, path, Path(name))
        except OSError as error:
            answer = f"no browser could be started ({error.strerror})"
        return answer if isinstance(answer, tuple) else (Drawn(failed=answer), b"")

    async def _draw(
        self, kind: Kind, root: Path, path: str, folder: Path
    ) -> tuple[Drawn, bytes] | str:
        launcher = str(write_launcher(folder, self.bwrap, self.program))
        job = Job(kind=kind, launcher=launcher, root=str(root), path=path, loading=self.loading)
        watch = Watch(BOUNDS, folder, called="the browser's own folder")
        async with incoming() as (output, answer_to):
            with answer_to:
                process = await _start(folder, answer_to)
            grip = Grip(process.pid, folder)
            try:
                assert process.stdin is not None
                process.stdin.write(msgspec.json.encode(job) + b"\n")
                return await _answer(process.pid, output, grip, watch, self.patience)
            finally:
                await uninterrupted(_end(grip, process))


async def find_browser(remembered: Path | None = None) -> Browser | Missing:
    """Return a browser that has been started and stopped since the last boot, or why there is none.

    Takes about two seconds the first time; ``remembered`` is a folder that remembers it. Without
    one, it is tried now.
    """
    if not sys.platform.startswith("linux"):
        return Missing("The browser's sandbox is for Linux only.", "Use Linux for previews.")
    if (bwrap := find_program()) is None:
        return Missing("bubblewrap is not installed.", f"Install it ({_APT} bubblewrap).")
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        return Missing(
            "Chromium is not installed.",
            f"Install it ({_APT} chromium fonts-dejavu fonts-liberation).",
        )
    if importlib.util.find_spec("playwright") is None:
        return Missing(
            "Playwright is not installed.", "Install it (pip install 'latitude[preview]')."
        )
    browser = Browser(program, bwrap)
    known = tried.identity(program, bwrap)
    if remembered is not None and tried.has_worked(remembered, known):
        return browser
    drawn, _ = await browser.draw("nothing", Path("/"), "")
    if drawn.failed:
        return Missing(f"{program} was tried in bubblewrap: {drawn.failed}.", _BY_HAND)
    if remembered is not None:
        tried.remember(remembered, known)
    return browser


async def _start(folder: Path, answer_to: IO[bytes]) -> Process:
    keep_descriptors()
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-m", _MODULE),
        stdin=PIPE,
        stdout=answer_to,
        stderr=DEVNULL,
        cwd=folder,
        env={"PATH": PATH, "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"},
        start_new_session=True,
    )


async def _end(grip: Grip, process: Process) -> None:
    grip.kill()
    await asyncio.to_thread(grip.close)
    await process.wait()


async def _answer(
    worker: int, output: asyncio.StreamReader, grip: Grip, watch: Watch, patience: float
) -> tuple[Drawn, bytes] | str:
    """Return the worker's answer, or why there is none."""
    reading = asyncio.create_task(_read(output))
    deadline = asyncio.get_running_loop().time() + patience
    try:
        while not reading.done():
            await asyncio.wait({reading}, timeout=EVERY)
            grip.look()
            if (excess := await asyncio.to_thread(watch.excess, worker)) is not None:
                return excess
            if asyncio.get_running_loop().time() > deadline:
                return f"it took longer than {patience:g} seconds"
        return _read_answer(reading.result())
    finally:
        reading.cancel()


async def _read(output: asyncio.StreamReader) -> bytes:
    answer = bytearray()
    while piece := await output.read(64 * 1024):
        answer += piece
        if len(answer) > _MOST_ANSWER:
            break
    return bytes(answer)


def _read_answer(answer: bytes) -> tuple[Drawn, bytes] | str:
    head, end, picture = answer.partition(b"\n")
    if not end:
        return "the browser ended before it had drawn anything"
    try:
        drawn = msgspec.json.decode(head, type=Drawn)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "the browser's answer could not be read"
    if len(picture) != drawn.size:
        return "its picture did not come whole"
    if (drawn.media_type or picture) and not _is_picture(drawn.media_type, picture):
        return "what the browser drew is no picture"
    return drawn, picture


def _is_picture(media_type: str, data: bytes) -> bool:
    """Whether it begins as it should. It comes out of the sandbox, so nothing here decodes it."""
    if media_type == "image/jpeg":
        return data.startswith(_JPEG)
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    # A picture's edge may go through a pixel.
    fits = 0 < width <= WIDTH + 1 and 0 < height <= HEIGHT + 1
    return media_type == "image/png" and data.startswith(_PNG) and fits
