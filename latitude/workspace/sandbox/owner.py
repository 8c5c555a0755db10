"""Whose rights a command has on this machine.

Started by root, bubblewrap would leave its commands the rights of root on every file they can
reach. So root hands them to an id that owns nothing else, and with it the workspace.
"""

import asyncio
import os
import weakref
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from latitude.core.uninterrupted import uninterrupted
from latitude.errors import ToolFailed
from latitude.workspace.sandbox.bubblewrap import ENVIRON
from latitude.workspace.sandbox.pipes import keep_descriptors

NOBODY = 65534
"""The id that owns nothing, on every system."""

_STAGE = "/mnt"
"""A folder that everybody may enter. The workspace is shown there in a mount namespace of its own:
the way to the real place may lead through ``/root``, which nobody else may enter."""
_SHOW = 'mount --bind "$1" "$2" && echo shown && read -r _'
_UNSHARE, _NSENTER = "/usr/bin/unshare", "/usr/bin/nsenter"
_SECONDS = 10.0
"""For showing a folder: a mount on a disk that does not answer never ends."""
_MOST_VIEWS = 16
"""Folders whose namespace is kept, the one used longest ago given up first."""


def is_root() -> bool:
    """Whether what we start has to be handed to somebody else."""
    return os.geteuid() == 0


def adopt(folder: Path) -> None:
    """Give a workspace, in which no command has run yet, to whoever the commands run as."""
    if not is_root():
        return
    os.chown(folder, NOBODY, NOBODY)
    for here, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(here, name), NOBODY, NOBODY, follow_symlinks=False)


def hand_over(descriptor: int) -> None:
    """Give a pipe to whoever the commands run as: they may open ``/dev/stdout`` by its name."""
    if is_root():
        os.fchown(descriptor, NOBODY, NOBODY)


def place_of(folder: Path) -> str:
    """Return the path under which bubblewrap finds ``folder``."""
    return _STAGE if is_root() else str(folder)


def as_nobody() -> tuple[str, ...]:
    """Return what goes before a command so that it runs without our rights; nothing for those
    who have none to lose."""
    if not is_root():
        return ()
    ids = (f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    return ("/usr/bin/setpriv", *ids, "--inh-caps=-all", "--")


class Views:
    """Mount namespaces of root's, in which a workspace stands at :func:`place_of`.

    They are kept from one command to the next: to make one takes as long as a short command. What
    is mounted in one stays in use, so each goes with its folder (:meth:`drop`).
    """

    def __init__(self) -> None:
        self._kept: dict[Path, _View] = {}
        """By folder, the last used last."""
        weakref.finalize(self, _close, self._kept)

    @asynccontextmanager
    async def of(self, folder: Path) -> AsyncIterator[tuple[str, ...]]:
        """Yield what goes before bubblewrap so that it runs without our rights and still finds
        ``folder``; nothing for those who have none to lose.

        It holds as long as the context does. Raises ``ToolFailed`` where there is no such view.
        """
        if not is_root():
            yield ()
            return
        view = os.dup(await self._find(folder))
        try:
            # By our own descriptor: one that is handed on would be the command's as well.
            place = f"--mount=/proc/{os.getpid()}/fd/{view}"
            # setpriv would take time and add nothing: bubblewrap drops every capability.
            yield (_NSENTER, place, f"--setuid={NOBODY}", f"--setgid={NOBODY}", "--")
        finally:
            os.close(view)

    def drop(self, folder: Path) -> None:
        """Let go of the view of ``folder``, if there is one."""
        if (view := self._kept.pop(folder, None)) is not None:
            os.close(view.descriptor)

    async def _find(self, folder: Path) -> int:
        inode = _inode(folder)
        if (known := self._kept.get(folder)) is None or known.inode != inode:
            # Whoever is cancelled meanwhile leaves no descriptor behind that nobody knows of.
            await uninterrupted(self._make(folder, inode))
        view = self._kept[folder] = self._kept.pop(folder)
        return view.descriptor

    async def _make(self, folder: Path, inode: tuple[int, int]) -> None:
        view = _View(inode, await _show(folder))
        self.drop(folder)
        self._kept[folder] = view
        if len(self._kept) > _MOST_VIEWS:
            self.drop(next(iter(self._kept)))


@dataclass(frozen=True, slots=True)
class _View:
    inode: tuple[int, int]
    """Device and inode of the folder, which may be made anew under its name."""
    descriptor: int


def _inode(folder: Path) -> tuple[int, int]:
    try:
        info = folder.stat()
    except OSError as error:
        raise not_started(error) from error
    return info.st_dev, info.st_ino


async def _show(folder: Path) -> int:
    """Open the mount namespace of a process that was started to show ``folder`` in it."""
    keep_descriptors()
    try:
        process = await asyncio.create_subprocess_exec(
            *(_UNSHARE, "--mount", "--propagation", "slave", "--"),
            *("/bin/sh", "-c", _SHOW, "sh", str(folder), _STAGE),
            env=ENVIRON,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
        )
    except OSError as error:
        raise not_started(error) from error
    assert process.stdout is not None
    view = None
    try:
        async with asyncio.timeout(_SECONDS):
            if await process.stdout.readline() == b"shown\n":
                view = os.open(f"/proc/{process.pid}/ns/mnt", os.O_RDONLY)
            _, said = await process.communicate(b"\n")
    except TimeoutError:
        process.kill()
        said = b"no folder could be shown in %g seconds" % _SECONDS
    if view is None:
        words = said.decode("utf-8", "replace").strip() or "unshare said nothing"
        raise ToolFailed(f"The sandbox did not start: {words}.")
    return view


def not_started(error: OSError) -> ToolFailed:
    """Return what a model and a person are told when a program cannot be started."""
    what = f" ({error.filename})" if error.filename else ""
    return ToolFailed(f"The sandbox did not start: {error.strerror}{what}.")


def _close(kept: dict[Path, _View]) -> None:
    for view in kept.values():
        os.close(view.descriptor)
