"""The argument list for bubblewrap: what a command sees, and what it does not.

Source: the manual page bwrap(1), and what was tried against it; ``docs/security.md`` has the table.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from latitude.workspace.sandbox.bounds import Bounds

INSIDE = "/ws"
"""Where the workspace stands for the commands."""
PATH = "/usr/bin:/bin"
ENVIRON = {"PATH": PATH}
"""What bubblewrap itself is started with. Commands can read it in ``/proc/1/environ``, so it holds
nothing of ours."""
SYSTEM_PYTHON = Path("/usr/bin/python3")

_USER = "1000"
"""The id that commands see as theirs."""
_TOP = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_READ = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/ssl/openssl.cnf")
_READ_FOR_NETWORK = ("/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs", "/etc/ca-certificates")


def namespaces(*, network: bool, nested: bool = False) -> Iterator[str]:
    """Yield the arguments that part a command from everything else that runs.

    ``nested`` leaves it the right to part itself further, which a browser's own sandbox needs.
    """
    yield from ("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts")
    yield "--unshare-cgroup-try"
    if not network:
        yield "--unshare-net"
    if not nested:
        yield from ("--disable-userns", "--assert-userns-disabled")
    yield from ("--die-with-parent", "--new-session", "--hostname", "sandbox")
    yield from ("--cap-drop", "ALL", "--uid", _USER, "--gid", _USER)


def environment() -> Iterator[str]:
    """Yield the arguments for what the command finds in its environment."""
    yield "--clearenv"
    for name, value in {
        "PATH": _with_our_python(PATH),
        "HOME": "/tmp",  # noqa: S108  (the sandbox's own)
        "LANG": "C.UTF-8",
        "TMPDIR": "/tmp",  # noqa: S108
    }.items():
        yield from ("--setenv", name, value)


def system(bounds: Bounds, *, network: bool, more: Sequence[str] = ()) -> Iterator[str]:
    """Yield the arguments for the system's programs, to be read, and for memory to write in.

    ``more`` are further paths of the system that are read.
    """
    yield from ("--ro-bind", "/usr", "/usr")
    for name in _TOP:
        path = Path("/", name)
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), str(path))
        elif path.is_dir():
            yield from ("--ro-bind", str(path), str(path))
    for name in (*_READ, *(_READ_FOR_NETWORK if network else ()), *more):
        yield from ("--ro-bind-try", name, name)
    for part in _parts_of_our_python():
        yield from ("--ro-bind", part, part)
    yield from ("--proc", "/proc", "--dev", "/dev")
    yield from ("--size", str(bounds.shared), "--tmpfs", "/dev/shm")  # noqa: S108
    yield from ("--size", str(bounds.temporary), "--tmpfs", "/tmp")  # noqa: S108


def for_command(
    folder: str, bounds: Bounds, *, network: bool, old: bool, filter_file: int, told: int
) -> tuple[str, ...]:
    """Return the arguments for a command in ``folder``.

    An ``old`` bubblewrap cannot forbid namespaces in the sandbox; the filter does that as well.
    ``filter_file`` is the descriptor of the system call filter, and ``told`` the one that
    bubblewrap tells of its child on: the pid, and at the end the status.
    """
    return (
        *namespaces(network=network, nested=old),
        *environment(),
        *system(bounds, network=network),
        *("--bind", folder, INSIDE, "--chdir", INSIDE),
        *("--remount-ro", "/dev", "--remount-ro", "/"),
        *("--seccomp", str(filter_file), "--json-status-fd", str(told)),
    )


def encoded(arguments: Sequence[str]) -> bytes:
    """Return ``arguments`` as ``--args`` reads them; on a command line anybody could."""
    return b"".join(os.fsencode(argument) + b"\0" for argument in arguments)


def _our_python() -> Path | None:
    """The folder of the Python that runs us, where the system has none of its own.

    It may be ``~/.local``, which has much else in it, so only parts of it are shown; and one that
    is a person's home, or holds it, is not used at all.
    """
    ours = Path(sys.base_prefix)
    if SYSTEM_PYTHON.exists() or ours.is_relative_to("/usr"):
        return None
    # Not by Path: it raises where nobody has a home.
    if Path(os.path.expanduser("~")).resolve().is_relative_to(ours.resolve()):  # noqa: PTH111
        return None
    return ours if _may_be_entered(ours) else None


def _parts_of_our_python() -> Iterator[str]:
    """Yield its program, its modules and its own library; nothing else of a home is ever shown."""
    if (ours := _our_python()) is None:
        return
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    programs = (Path("bin", name) for name in ("python", "python3", version))
    modules = (Path(name, version) for name in dict.fromkeys(("lib", sys.platlibdir)))
    libraries = sorted(ours.glob("lib/libpython*.so*"))
    for path in (*(ours / part for part in (*programs, *modules)), *libraries):
        if path.exists():
            yield str(path)


def _with_our_python(path: str) -> str:
    ours = _our_python()
    return path if ours is None else f"{ours}/bin:{path}"


def _may_be_entered(folder: Path) -> bool:
    """Whether everybody may go to ``folder``: as root, commands are nobody in particular."""
    if os.geteuid() != 0:
        return True
    return all(place.stat().st_mode & 0o001 for place in (folder, *folder.parents))
