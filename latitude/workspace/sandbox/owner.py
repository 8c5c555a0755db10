"""Whose rights a command has on this machine.

Started by root, bubblewrap would leave its commands the rights of root on every file they can
reach. So root hands them to an id that owns nothing else, and with it the workspace.
"""

import asyncio
import os
import weakref
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from latitude.errors import ToolFailed
from latitude.workspace.sandbox.bubblewrap import ENVIRON
from latitude.workspace.sandbox.pipes import keep_descriptors

NOBODY = 65534
"""The id that owns nothing, on every system."""

_STAGE = "/mnt"
"""A folder that everybody may enter. The workspace is shown there in a mount namespace of its own:
the way to the real place may lead through ``/root``, which nobody else may enter."""
_SHOW = 'mount --bind "$1" "$2" && echo shown && read -r _'
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
    is unmounted elsewhere goes out of them as well (they are slaves; see mount_namespaces(7)).
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int], int] = {}
        """The namespace's descriptor by its folder's device and inode, the last used last."""
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
            yield ("/usr/bin/nsenter", place, f"--setuid={NOBODY}", f"--setgid={NOBODY}", "--")
        finally:
            os.close(view)

    async def _find(self, folder: Path) -> int:
        info = folder.stat()
        key = info.st_dev, info.st_ino
        view = self._kept.pop(key, None)
        if view is None:
            view = await _show(folder)
        if key in self._kept:
            # Another command was here first.
            os.close(view)
            return self._kept[key]
        self._kept[key] = view
        if len(self._kept) > _MOST_VIEWS:
            os.close(self._kept.pop(next(iter(self._kept))))
        return view


async def _show(folder: Path) -> int:
    """Open the mount namespace of a process that was started to show ``folder`` in it."""
    keep_descriptors()
    try:
        process = await asyncio.create_subprocess_exec(
            *("/usr/bin/unshare", "--mount", "--propagation", "slave", "--"),
            *("/bin/sh", "-c", _SHOW, "sh", str(folder), _STAGE),
            env=ENVIRON,
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
        )
    except OSError as error:
        raise ToolFailed(f"The sandbox did not start: {error.strerror}.") from error
    try:
        assert process.stdout is not None
        said = (await process.stdout.readline()).decode("utf-8", "replace").strip()
        if said != "shown":
            raise ToolFailed(f"The sandbox did not start: {said or 'it said nothing'}.")
        return os.open(f"/proc/{process.pid}/ns/mnt", os.O_RDONLY)
    finally:
        await process.communicate(b"\n")


def _close(kept: dict[tuple[int, int], int]) -> None:
    for view in kept.values():
        os.close(view)
