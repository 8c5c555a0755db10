"""The filter of system calls, for what namespaces do not keep apart.

Keyrings, netlink and vsock sockets, profiling, and the ways into new namespaces and mounts stay
shut; so do files, segments and queues in memory that belong to no folder and no process, which
would escape every limit on memory.
What each call does is in its manual page, section 2.
"""

import errno
import os
from functools import cache
from tempfile import TemporaryFile
from typing import Any

_REFUSED = (
    "add_key", "keyctl", "request_key", "bpf", "perf_event_open", "userfaultfd",
    "io_uring_setup", "io_uring_enter", "io_uring_register",
    "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp",
    "mount", "umount2", "pivot_root", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick",
    "open_tree", "mount_setattr", "unshare", "setns", "open_by_handle_at", "name_to_handle_at",
    "quotactl", "syslog", "personality", "shmget", "msgget", "semget",
)  # fmt: skip
_UNKNOWN = ("clone3", "memfd_create", "memfd_secret")
"""Answered as an older kernel would: programs then do without."""

_CLONE_NEWUSER = 0x10000000
_PUSHES_INPUT = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX write into the terminal as if it had been typed."""
_WORD = 0xFFFFFFFF
_AF_UNIX = 1
_KIND_OF_SOCKET = 0xF
"""The bits of a socket's type that are not flags."""
_SOCK_STREAM = 1
_FAMILIES_BETWEEN = (0, *range(3, 10))
"""What lies around AF_UNIX (1), AF_INET (2) and AF_INET6 (10), the families that are allowed."""
_AFTER_INET6 = 11
_NO_SUCH_CALL = -1


@cache
def filter_bytes(*, network: bool) -> bytes:
    """Return the filter as the kernel's BPF program.

    With ``network`` the sandbox shares the host's network namespace, and with it the host's
    abstract sockets: then AF_UNIX is shut as well, but for pairs of streams, which are bound to
    each other; a datagram's can be sent anywhere. Raises ``ImportError`` or ``RuntimeError`` when
    libseccomp is not there, and ``ValueError`` when it is too old to know a call.
    """
    import pyseccomp as seccomp  # type: ignore[import-untyped]

    program = seccomp.SyscallFilter(defaction=seccomp.ALLOW)
    refused = seccomp.ERRNO(errno.EPERM)
    for name in _REFUSED:
        program.add_rule(refused, _number(seccomp, name))
    for name in _UNKNOWN:
        program.add_rule(seccomp.ERRNO(errno.ENOSYS), _number(seccomp, name))
    new_user = seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_NEWUSER, _CLONE_NEWUSER)
    program.add_rule(refused, "clone", new_user)
    for request in _PUSHES_INPUT:
        program.add_rule(refused, "ioctl", seccomp.Arg(1, seccomp.MASKED_EQ, _WORD, request))
    unsupported = seccomp.ERRNO(errno.EAFNOSUPPORT)
    for family in (*_FAMILIES_BETWEEN, *((_AF_UNIX,) if network else ())):
        program.add_rule(unsupported, "socket", seccomp.Arg(0, seccomp.EQ, family))
    program.add_rule(unsupported, "socket", seccomp.Arg(0, seccomp.GE, _AFTER_INET6))
    for kind in range(_SOCK_STREAM + 1, _KIND_OF_SOCKET + 1) if network else ():
        of_kind = seccomp.Arg(1, seccomp.MASKED_EQ, _KIND_OF_SOCKET, kind)
        program.add_rule(unsupported, "socketpair", of_kind)
    with TemporaryFile() as file:
        program.export_bpf(file)
        return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0)


def _number(library: Any, name: str) -> int:
    number: int = library.resolve_syscall(library.system_arch(), name)
    if number == _NO_SUCH_CALL:
        raise ValueError(f"it does not know the system call {name}")
    return number
