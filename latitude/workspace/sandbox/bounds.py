"""How much a command may use, and which of that the kernel holds."""

from dataclasses import dataclass

from latitude.workspace.entry import MIB, USUAL_CAPS


@dataclass(frozen=True, slots=True)
class Bounds:
    """The room of one command, with all that it starts."""

    usual_seconds: int = 60
    """Wall time where the model names none."""
    longest_seconds: int = 600
    memory: int = 1024 * MIB
    """Bytes of all processes together."""
    machine_share: float = 0.5
    """Of the machine's free memory, what it may lose meanwhile: what sockets and shared mappings
    hold may belong to no process."""
    heap: int = 2048 * MIB
    """Bytes of private memory that one process may ask for."""
    processes: int = 256
    """Threads count as well."""
    open_files: int = 512
    """Of one process."""
    file_bytes: int = USUAL_CAPS.file_bytes
    """In one file."""
    temporary: int = 256 * MIB
    """Bytes in ``/tmp``, which is memory and goes with the command."""
    shared: int = 64 * MIB
    """Bytes in ``/dev/shm``."""
    folder_bytes: int = USUAL_CAPS.total_bytes
    """On the disk, in the whole workspace."""
    folder_files: int = USUAL_CAPS.files
    disk: int = 2048 * MIB
    """Bytes that the disk may lose meanwhile: a file that was deleted and is still open is in no
    folder."""
    output: int = MIB
    """Bytes printed, before the command is stopped."""

    def prlimit(self, seconds: int) -> tuple[str, ...]:
        """Return the command that starts another one under the limits that the kernel holds.

        Each counts for one process, but ``nproc``, which counts all that run in the sandbox.
        """
        return (
            "/usr/bin/prlimit",
            f"--data={self.heap}",
            f"--nproc={self.processes}",
            f"--fsize={self.file_bytes}",
            f"--nofile={self.open_files}",
            "--core=0",
            # Behind the wall time, for what escapes being stopped.
            f"--cpu={seconds + 5}",
            "--memlock=65536",
            "--msgqueue=0",
            "--",
        )

    def held(self) -> tuple[str, ...]:
        """Name the limits that the kernel holds, in words for the person."""
        return (
            f"{self.processes} processes and threads",
            f"{_mib(self.heap)} of memory a process",
            f"{_mib(self.file_bytes)} a file",
            f"{_mib(self.temporary)} in /tmp",
            f"{self.open_files} open files a process",
        )

    def watched(self) -> tuple[str, ...]:
        """Name the limits that are looked at ten times a second, in words for the person."""
        return (
            f"{self.longest_seconds // 60} minutes",
            f"{_mib(self.memory)} of memory in all",
            f"{_mib(self.folder_bytes)} and {self.folder_files:,} files in the workspace",
            f"{_mib(self.output)} printed",
        )


USUAL_BOUNDS = Bounds()


def _mib(size: int) -> str:
    return f"{size // MIB:,} MiB" if size < 1024 * MIB else f"{size // (1024 * MIB):,} GiB"
