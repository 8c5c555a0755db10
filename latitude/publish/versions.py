"""The versions of a release that went out: ``releases/NAME/0001.json`` and so on."""

import contextlib
import fcntl
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from latitude import __version__
from latitude.errors import HomeUnusable, SessionBusy, UsageError
from latitude.journal.blobs import write_durably
from latitude.publish.manifest import (
    Changes,
    Manifest,
    Published,
    Withheld,
    changes_between,
    encode_manifest,
    read_manifest,
)
from latitude.publish.release import Release

FIRST = "The first version."
"""Why there is one, where nobody says more."""
_FILE = re.compile(r"[0-9]{4,}\.json")


def last_version(releases: Path, name: str) -> Manifest | None:
    """Return the manifest of the newest version; ``None`` before the first. Raises as reading."""
    folder = releases / name
    there = [path for path in folder.glob("*.json") if _FILE.fullmatch(path.name)]
    return read_manifest(max(there, key=lambda path: int(path.stem))) if there else None


def next_version(
    release: Release,
    last: Manifest | None,
    sessions: tuple[Published, ...],
    withheld: tuple[Withheld, ...],
    *,
    day: str,
    why: str | None,
    ledger: str | None,
) -> Manifest:
    """Return the manifest of what would go out now: ``last`` itself where nothing changed.

    ``why`` may be missing here; see :func:`check_reason`. Raises ``UsageError`` for a day that is
    none.
    """
    _check_day(day)
    new = Manifest(
        name=release.name,
        version=1 if last is None else last.version + 1,
        released=day,
        title=release.title,
        description=release.description,
        authors=release.authors,
        license=release.license,
        training=release.training,
        canary=release.canary,
        url=release.url,
        why=(why or "").strip() or (FIRST if last is None else ""),
        changes=Changes(),
        sessions=sessions,
        withheld=withheld,
        ledger=ledger,
        latitude=__version__,
    )
    changes = changes_between(last, new)
    if last is not None and not changes.any:
        return last
    return msgspec.structs.replace(new, changes=changes)


def check_reason(manifest: Manifest) -> None:
    """Raise ``UsageError`` when nobody said why there is a new version."""
    if not manifest.why:
        raise UsageError(
            f"This would be version {manifest.version} of '{manifest.name}', and a version says "
            "why it was made. Nothing was published. Give the reason with --why."
        )


@contextlib.contextmanager
def sole_publisher(release: Path) -> Iterator[None]:
    """Publish a release alone: no other process makes a version of it or writes its site meanwhile.

    ``release`` is its file, which is there. Raises ``SessionBusy`` while another process does so,
    and ``HomeUnusable``.
    """
    try:
        held = os.open(release, os.O_RDONLY)
    except OSError as error:
        raise HomeUnusable(f"{release} cannot be read: {error.strerror}.") from error
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SessionBusy(
                f"Another process is publishing '{release.stem}'. Nothing was published by this "
                "one. Wait until it is done, and try again."
            ) from error
        yield
    finally:
        os.close(held)


def keep_version(releases: Path, manifest: Manifest) -> None:
    """Write down that this version goes out; doing so again changes nothing.

    Raises ``HomeUnusable``, and ``SessionBusy`` when another process made another version of this
    number meanwhile.
    """
    path = releases / manifest.name / f"{manifest.version:04}.json"
    data = encode_manifest(manifest)
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(path, data)
        elif path.read_bytes() != data:
            raise SessionBusy(
                f"Another version {manifest.version} of '{manifest.name}' was made meanwhile: "
                f"{path}. Nothing was published. Try again; it will be the version after that."
            )
    except OSError as error:
        raise HomeUnusable(
            f"{path} could not be written: {error.strerror}. Nothing was published. Make the home "
            "writable or make room, and try again."
        ) from error


def _check_day(day: str) -> None:
    with contextlib.suppress(ValueError):
        if date.fromisoformat(day).isoformat() == day:
            return
    raise UsageError(f"{day!r} is no day. Nothing was published. A day is written like 2026-11-22.")
