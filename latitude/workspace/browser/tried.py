"""Remembers that a browser was tried and worked: trying one takes seconds, at every start."""

from contextlib import suppress
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from latitude import __version__

_NAME = "browser-that-worked"
_BOOT = Path("/proc/sys/kernel/random/boot_id")


def identity(*programs: str) -> str | None:
    """Return what must be unchanged for a trial to still count: the programs and this boot.

    A new kernel, or new rules for namespaces, come with a boot. ``None`` where that cannot be
    told.
    """
    try:
        parts = [__version__, version("playwright"), _BOOT.read_text(encoding="ascii").strip()]
        for program in programs:
            info = Path(program).stat()
            parts += [program, str(info.st_size), str(info.st_mtime_ns)]
    except (OSError, PackageNotFoundError):
        return None
    return sha256("\n".join(parts).encode()).hexdigest()


def has_worked(folder: Path, known: str | None) -> bool:
    """Say whether ``known`` is what was tried last with ``folder`` to remember it in."""
    if known is None:
        return False
    with suppress(OSError):
        return (folder / _NAME).read_text(encoding="ascii", errors="replace") == known
    return False


def remember(folder: Path, known: str | None) -> None:
    """Keep ``known``; where that cannot be written, the next start takes longer."""
    if known is None:
        return
    with suppress(OSError):
        (folder / _NAME).write_text(known, encoding="ascii")
