"""Whose rights a command has on this machine.

Started by root, bubblewrap would leave its commands the rights of root on every file they can
reach. So root hands them to an id that owns nothing else, and with it the workspace.
"""

import os
from pathlib import Path

NOBODY = 65534
"""The id that owns nothing, on every system."""

_STAGE = "/mnt"
"""A folder that everybody may enter. The workspace is shown there in a mount namespace of its own:
the way to the real place may lead through ``/root``, which nobody else may enter."""
_SHOW = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'


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


def with_folder(folder: Path) -> tuple[str, ...]:
    """Return what goes before bubblewrap so that it runs without our rights and still finds
    ``folder``, at :func:`place_of`."""
    if not is_root():
        return ()
    unshare = ("/usr/bin/unshare", "--mount", "--propagation", "private", "--")
    return (*unshare, "/bin/sh", "-c", _SHOW, "sh", str(folder), _STAGE, *as_nobody())
