"""Drives the browser, in a process of its own: ``python -I -m latitude.workspace.browser.worker``.

Playwright and its driver read what a hostile page can make a browser say. Here they have no key in
their environment, a bound on their memory, and whoever started them can end them all at once.

The job comes on standard input as a line of JSON. What goes out is a line of JSON, :class:`Drawn`,
and then the picture. After that the process waits to be killed, with all that it started; it ends
by itself when its standard input does, since then nobody is there any more.
"""

import asyncio
import os
import resource
import shutil
from pathlib import Path

import msgspec

from latitude.workspace.browser.base import Job
from latitude.workspace.browser.launcher import BOUNDS, FOLDER, LONGEST

_IN, _OUT, _ERRORS = 0, 1, 2
_MOST_JOB = 64 * 1024


def main() -> None:
    """Do the one job."""
    _confine()
    job = msgspec.json.decode(_line(), type=Job)
    asyncio.run(_work(job))


async def _work(job: Job) -> None:
    from latitude.workspace.browser.visit import visit

    asyncio.get_running_loop().add_reader(_IN, _leave, Path(job.launcher).parent)
    drawn, picture = await visit(job)
    left = memoryview(msgspec.json.encode(drawn) + b"\n" + picture)
    while left:
        left = left[os.write(_OUT, left) :]
    os.close(_OUT)
    await asyncio.Event().wait()


def _leave(folder: Path | None = None) -> None:
    """End, and with it all that was started; what is on the disk of it goes first."""
    if folder is not None and folder.name.startswith(FOLDER):
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def _line() -> bytes:
    line = b""
    while not line.endswith(b"\n") and len(line) < _MOST_JOB:
        piece = os.read(_IN, _MOST_JOB)
        if not piece:
            _leave()
        line += piece
    return line


def _confine() -> None:
    # uvloop leaves a second descriptor of the output in a child; its end would never be seen.
    os.closerange(_ERRORS + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, LONGEST + 5),
        (resource.RLIMIT_DATA, BOUNDS.heap),
        (resource.RLIMIT_FSIZE, BOUNDS.file_bytes),
    ):
        resource.setrlimit(limit, (most, most))


if __name__ == "__main__":
    main()
